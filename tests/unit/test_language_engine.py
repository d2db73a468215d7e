"""The embedded language model, on its real weights."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import psutil
import pytest

from twin.errors import ModelError
from twin.language.engine import EmbeddedLanguageModel
from twin.ports import ChatMessage

pytestmark = pytest.mark.weights

HELLO = (ChatMessage("system", "You are a friendly assistant."), ChatMessage("user", "Count from one to ten."))


def test_a_reply_streams_in_pieces_and_repeats_with_its_seed(smollm2: EmbeddedLanguageModel) -> None:
    once = list(smollm2.stream(HELLO, max_tokens=12, temperature=0.8, seed=7))
    again = list(smollm2.stream(HELLO, max_tokens=12, temperature=0.8, seed=7))
    assert len(once) > 3
    assert once == again
    assert smollm2.last_usage is not None
    assert smollm2.last_usage.cached_tokens > 10, "the prompt was read before"


def test_a_stop_string_ends_the_reply(smollm2: EmbeddedLanguageModel) -> None:
    whole = "".join(smollm2.stream(HELLO, max_tokens=16, temperature=0.0))
    stop = whole.split()[2]
    assert stop not in "".join(smollm2.stream(HELLO, max_tokens=16, temperature=0.0, stop=[stop]))


def test_a_cancel_ends_the_stream_and_leaves_the_model_usable(smollm2: EmbeddedLanguageModel) -> None:
    cancelled = Flag()
    pieces = []
    for piece in smollm2.stream(HELLO, max_tokens=200, temperature=0.0, cancelled=cancelled):
        pieces.append(piece)
        cancelled.set()
    assert len(pieces) == 1
    assert list(smollm2.stream(HELLO, max_tokens=2, temperature=0.0, cancelled=cancelled)) == []
    assert list(smollm2.stream(HELLO, max_tokens=2, temperature=0.0))


def test_a_stream_that_nobody_reads_on_stops(smollm2: EmbeddedLanguageModel) -> None:
    stream = smollm2.stream(HELLO, max_tokens=200, temperature=0.0)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert list(smollm2.stream(HELLO, max_tokens=2, temperature=0.0))


def test_two_threads_both_get_their_reply(smollm2: EmbeddedLanguageModel) -> None:
    replies: dict[str, str] = {}

    def ask(word: str) -> None:
        messages = [ChatMessage("user", f"Say {word}.")]
        replies[word] = "".join(smollm2.stream(messages, max_tokens=8, temperature=0.0))

    threads = [Thread(target=ask, args=(word,)) for word in ("river", "mountain")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(replies.values())


def test_the_oldest_turns_are_left_out_of_a_full_context(smollm2: EmbeddedLanguageModel) -> None:
    """The context of these tests holds 512 tokens."""
    turns = [ChatMessage("user", "Here are some more words for you. " * 8), ChatMessage("assistant", "Thanks.")] * 8
    messages = [HELLO[0], *turns, HELLO[1]]
    assert "".join(smollm2.stream(messages, max_tokens=64, temperature=0.0)).strip()
    assert smollm2.last_usage is not None
    assert 30 < smollm2.last_usage.prompt_tokens <= 512 - 64


def test_one_turn_that_does_not_fit_is_a_sentence(smollm2: EmbeddedLanguageModel) -> None:
    with pytest.raises(ModelError, match="too long"):
        list(smollm2.stream([ChatMessage("user", "word " * 900)], max_tokens=8))


def test_nothing_listens_and_nothing_is_logged(
    smollm2: EmbeddedLanguageModel, capfd: pytest.CaptureFixture[str]
) -> None:
    list(smollm2.stream(HELLO, max_tokens=4))
    process = psutil.Process()
    assert [c for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN] == []
    assert [c.laddr for c in process.net_connections("unix") if c.laddr and Path(str(c.laddr)).exists()] == []
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_missing_and_broken_weights_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no language weights"):
        EmbeddedLanguageModel(tmp_path / "missing.gguf", name="m", context_tokens=512, threads=1)
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 500)
    with pytest.raises(ModelError, match="cannot be used"):
        EmbeddedLanguageModel(broken, name="m", context_tokens=512, threads=1)


def test_a_process_that_ends_in_the_middle_of_a_reply_ends_cleanly(smollm2_gguf: Path) -> None:
    program = f"""
from pathlib import Path
from twin.language.engine import EmbeddedLanguageModel
from twin.ports import ChatMessage
model = EmbeddedLanguageModel(Path({str(smollm2_gguf)!r}), name="m", context_tokens=512, threads=1)
print(next(iter(model.stream([ChatMessage("user", "Count to a thousand.")], max_tokens=100))))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.strip()
