"""The command line as it is typed, against a real engine on real weights: output, JSON, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twin.engine.lock import current_holder
from twin.paths import Home

pytestmark = pytest.mark.weights

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home and one engine for the whole module: these tests tell a day's story in order."""
    home = Home(tmp_path_factory.mktemp("cli") / "home").create()
    yield home
    holder = current_holder(home)
    if holder is not None:
        os.kill(holder.pid, signal.SIGTERM)


@pytest.fixture
def twin(shared_home: Home) -> Run:
    def run(*arguments: str, stdin: str | bytes = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "TWIN_HOME": str(shared_home.root), "TWIN_PRELOAD": "0", "NO_COLOR": "1"}
        command = [sys.executable, "-m", "twin", *arguments]
        content = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(command, capture_output=True, env=environment, input=content, timeout=300)
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def document(run: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert run.returncode == 0, run.stderr
    decoded = json.loads(run.stdout)
    assert isinstance(decoded, dict)
    return decoded


def test_a_day_with_it(twin: Run, spoken: Path) -> None:
    dictated = document(twin("dictate", str(spoken), "--json"))
    assert set(dictated) >= {"utterance_id", "text", "words", "seconds", "hints", "rules_applied"}
    words = dictated["words"]
    assert isinstance(words, list)
    assert all(set(word) == {"word", "start", "end", "probability"} for word in words)
    assert dictated["text"] == " ".join(word["word"] for word in words)

    plain = twin("dictate", str(spoken))
    assert plain.stdout.strip() == dictated["text"]
    assert "u2" in plain.stderr

    said = str(dictated["text"]).replace(str(words[1]["word"]), "Grzegorz")
    corrected = document(twin("correct", "last", said, "--json"))
    assert set(corrected) >= {"signals", "decisions"}
    assert "Grzegorz" in twin("correct", "u1", said).stdout

    told = document(twin("chat", "--once", "I drink oat flat whites.", "--json"))
    assert set(told) >= {"reply", "route", "sources", "abstained"}
    asked = document(twin("ask", "what coffee do I like?", "--json"))
    assert "oat flat whites" in str(asked["reply"])
    assert asked["sources"]
    assert not asked["abstained"]
    unknown = twin("ask", "what is my sister's name?")
    assert unknown.stdout.startswith("I don't know that yet")

    known = document(twin("know", "--about", "coffee", "--json"))["memories"]
    assert isinstance(known, list)
    (memory,) = [memory for memory in known if "oat" in memory["text"]]
    preview = twin("forget", memory["id"], "--preview")
    assert memory["id"] in preview.stdout
    assert "oat flat whites" in twin("know").stdout
    assert twin("forget", memory["id"]).returncode == 0
    assert memory["id"] not in twin("know").stdout


def test_chat_reads_lines_from_a_pipe(twin: Run) -> None:
    run = twin("chat", stdin="My brother is called Anselm.\n\nWhat is my brother's name?\n")
    assert run.returncode == 0
    assert "Anselm" in run.stdout.splitlines()[-1]


def test_bytes_that_are_no_text_are_refused_in_words(twin: Run) -> None:
    run = twin("ask", "caf\udce9?")
    assert run.returncode == 1
    assert "UTF-8" in run.stderr


def test_what_looks_like_markup_is_only_text(twin: Run) -> None:
    assert "[/b]" in twin("know", "--about", "[/b]").stdout


def test_errors_are_one_line_and_exit_code_1(twin: Run) -> None:
    run = twin("correct", "u999", "never said")
    assert (run.returncode, run.stdout) == (1, "")
    assert len(run.stderr.strip().splitlines()) == 1
    assert "u999" in run.stderr


def test_usage_is_exit_code_2(twin: Run) -> None:
    assert twin("dictate").returncode == 2
    assert twin("no-such-command").returncode == 2


@pytest.mark.parametrize("content", [None, b"", b"this is no recording" * 50], ids=["missing", "empty", "text"])
def test_a_bad_file_is_refused_in_one_sentence(twin: Run, tmp_path: Path, content: bytes | None) -> None:
    before = twin("utterances", "--json").stdout
    file = tmp_path / "bad.wav"
    if content is not None:
        file.write_bytes(content)
    run = twin("dictate", str(file))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert twin("utterances", "--json").stdout == before


def test_doctor_is_well_and_says_what_it_checked(twin: Run) -> None:
    run = twin("doctor", "--rebuild-index", "--json")
    report = json.loads(run.stdout)
    assert report["healthy"] == (run.returncode == 0)
    failed = {check["name"]: check for check in report["checks"] if not check["ok"] and not check["optional"]}
    assert failed == {}
    assert {"home folder", "ledger", "vector profile", "processor", "microphone"} <= {
        c["name"] for c in report["checks"]
    }
    assert all(check["hint"] for check in report["checks"] if not check["ok"])


def test_without_a_terminal_it_says_what_to_type(twin: Run) -> None:
    run = twin()
    assert run.returncode == 0
    assert "twin chat" in run.stdout


def test_engine_status_and_stop(twin: Run, shared_home: Home) -> None:
    twin("engine", "start")
    status = document(twin("engine", "status", "--json"))
    assert status["running"] is True
    assert document(twin("engine", "stop", "--json")) == {"stopped": True}
    assert document(twin("engine", "status", "--json")) == {"running": False}


def test_in_process_leaves_no_engine(twin: Run) -> None:
    twin("engine", "stop")
    assert "turns" in document(twin("history", "--in-process", "--json"))
    assert document(twin("engine", "status", "--json")) == {"running": False}


def test_settings_and_models_are_listed(twin: Run) -> None:
    assert "beam_size = 5" in twin("settings").stdout
    assert "whisper-base" in twin("models").stdout


def test_sound_out_of_a_pipe(twin: Run, shared_home: Home, spoken: Path) -> None:
    """A recording, and raw samples, as `arecord | twin dictate -` gives them; nothing is left in the spool."""
    from twin.speech.audio import decode
    from twin.speech.sound import to_pcm

    whole = twin("dictate", "-", stdin=spoken.read_bytes())
    assert "quick brown fox" in whole.stdout
    raw = to_pcm(decode(spoken)).tobytes()
    heard = document(twin("dictate", "-", "--format", "s16le", "--json", stdin=raw))
    assert "quick brown fox" in str(heard["text"])
    assert list(shared_home.spool.iterdir()) == []
    refused = twin("dictate", "-", stdin=b"Dear diary, today I dictated nothing.\n" * 200)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_recording_is_recognised_again(twin: Run) -> None:
    again = document(twin("dictate", "--again", "last", "--json"))
    assert set(again) >= {"utterance_id", "before", "now", "changes", "taken"}
    assert again["before"] == again["now"]
    assert "the same as before" in twin("dictate", "--again", "last").stderr


@pytest.mark.parametrize("arguments", [(), ("a.wav", "--mic"), ("-", "--again", "u1")])
def test_one_thing_is_dictated_at_a_time(twin: Run, arguments: tuple[str, ...]) -> None:
    assert twin("dictate", *arguments).returncode == 2


def test_microphones_are_listed_or_it_is_said_what_is_missing(twin: Run) -> None:
    run = twin("devices", "--json")
    assert (run.returncode == 0 and isinstance(json.loads(run.stdout), list)) or len(run.stderr.splitlines()) == 1
