"""Forgetting, to the last byte: with a real engine on real weights, and with a process that is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import REPOSITORY, HeldClock
from tests.fakes import FakeEmbedder
from tests.traces import traces_of
from twin.domain import Memory, Speaker, Transcript, Utterance
from twin.engine.lock import current_holder
from twin.engine.remote import EngineClient
from twin.paths import Home
from twin.requests import (
    Ask,
    Converse,
    Correct,
    Dictate,
    Doctor,
    Edit,
    Export,
    Forget,
    ForgetReport,
    ImportMemory,
    Know,
    Remember,
    Stop,
)

# --- a real engine ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EngineClient, Home]]:
    """One engine on real weights for the tests of this module, which tell it of different things."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWIN_PRELOAD", "0")
        home = Home(tmp_path_factory.mktemp("forgetting") / "home").create()
        yield EngineClient(home), home
        holder = current_holder(home)
        if holder is not None:
            os.kill(holder.pid, signal.SIGTERM)


def remember(client: EngineClient, text: str) -> Memory:
    return client.call(Remember(text, "test")).learned[0]


def talk_about(client: EngineClient, pet: str, name: str) -> Memory:
    """Have the twin know, quote and be asked about ``name``."""
    (learned, *_) = client.call(Converse(f"My {pet} is called {name}.", "test")).learned
    client.call(Converse(f"What is my {pet} called?", "test"))
    assert name in client.call(Ask(f"what is my {pet} called?")).text
    assert client.call(Know(about=name, sources=True)).memories
    return learned


def dictate(client: EngineClient, spoken: Path, said: str) -> Utterance:
    utterance = client.call(Dictate(str(spoken), "test"))
    client.call(Correct(utterance.id, said))
    return utterance


_GONE: set[str] = set()
"""Words of which nothing may be left when the last test of the engine is over."""


def gone(home: Home, report: ForgetReport, *words: str) -> None:
    """Nothing of it is left in the running engine's files."""
    assert report.going
    assert traces_of(home, *words) == set()
    _GONE.update(words)


@pytest.mark.weights
def test_a_memory(engine: tuple[EngineClient, Home]) -> None:
    client, home = engine
    memory = talk_about(client, "parrot", "Zanzibarius")
    assert traces_of(home, "zanzibarius")
    gone(home, client.call(Forget((memory.id,))), "zanzibarius", "parrot")


@pytest.mark.weights
def test_a_turn(engine: tuple[EngineClient, Home]) -> None:
    client, home = engine
    memory = talk_about(client, "hamster", "Quokkamund")
    gone(home, client.call(Forget((memory.source_ids[0],))), "quokkamund", "hamster")


@pytest.mark.weights
def test_an_utterance_with_its_recording_and_correction(engine: tuple[EngineClient, Home], spoken: Path) -> None:
    client, home = engine
    utterance = dictate(client, spoken, "The quick brown Xylophant jumps over the lazy dog near the river bank.")
    assert list(home.audio.rglob(f"{utterance.audio_sha256}.flac"))
    gone(home, client.call(Forget((utterance.id,))), "xylophant", "lazy dog", utterance.audio_sha256)
    assert not list(home.audio.rglob("*.flac"))


@pytest.mark.weights
def test_all_about_something(engine: tuple[EngineClient, Home], spoken: Path, tmp_path: Path) -> None:
    client, home = engine
    talk_about(client, "horse", "Brontosaura")
    town = remember(client, "I live in Bonn.")
    edited = remember(client, "My sister is called Clementine.")
    client.call(Edit(edited.id, text="My sister is called Brontosaura too"))
    utterance = dictate(client, spoken, "The quick brown brontosauras jump over the lazy dog near the river bank.")
    client.call(Export(str(tmp_path / "all.jsonl")))
    report = client.call(Forget(about="brontosaura"))
    assert {edited.id} <= set(report.memory_ids)
    assert utterance.id in report.source_ids
    assert town in client.call(Know()).memories
    report_of_import = client.call(ImportMemory(str(tmp_path / "all.jsonl")))
    assert (report_of_import.turns, report_of_import.memories) == (0, 0)
    gone(home, report, "brontosaura", "horse", "clementine", "lazy dog", utterance.audio_sha256)


@pytest.mark.weights
def test_all_that_was_said_before(engine: tuple[EngineClient, Home]) -> None:
    client, home = engine
    talk_about(client, "rabbit", "Axolotlina")
    report = client.call(Forget(before=datetime.now(UTC) + timedelta(seconds=1)))
    assert client.call(Know(history=True)).memories == ()
    gone(home, report, "axolotlina", "rabbit", "bonn")


@pytest.mark.weights
def test_the_command_asks_before_it_takes_more_than_was_named(engine: tuple[EngineClient, Home]) -> None:
    client, home = engine
    memory = remember(client, "My boat is called Seagull.")

    def twin(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "TWIN_HOME": str(home.root), "TWIN_PRELOAD": "0", "NO_COLOR": "1"}
        command = [sys.executable, "-m", "twin", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environment, input="", timeout=300)

    shown = twin("forget", "--about", "seagull", "--preview")
    assert shown.returncode == 0
    assert "My boat is called Seagull" in shown.stdout
    refused = twin("forget", "--about", "seagull")
    assert (refused.returncode, "--yes" in refused.stderr) == (1, True)
    assert memory in client.call(Know()).memories
    assert "Seagull" in twin("know", "--about", "boats").stdout
    assert "Albatross" in twin("edit", memory.id, "--value", "Albatross").stdout
    assert twin("forget", "--about", "albatross", "--yes").returncode == 0
    assert twin("forget").returncode == 1
    explained = twin("ask", "what is my boat called?", "--explain")
    assert explained.stdout.startswith("I don't know that yet")
    assert "because: an answer needs" in explained.stdout
    assert traces_of(home, "seagull", "albatross") == set()


@pytest.mark.weights
def test_afterwards_all_is_well_and_nothing_is_left(engine: tuple[EngineClient, Home]) -> None:
    client, home = engine
    assert client.call(Doctor()).healthy
    client.call(Stop())
    client.wait_until_stopped()
    assert traces_of(home, *_GONE, "seagull", "albatross") == set()


# --- killed in the middle ---------------------------------------------------------------------------------------

KILLED_AT = {
    "within the transaction": "memory.store.ledger.SqliteLedger.note",
    "before anything outside the tables": "memory.curator.finish_forgetting",
    "before the recording is deleted": "tests.flow.test_forgetting.delete_recording",
    "before the vectors are removed": "memory.vectors.profile.VectorProfile.remove",
    "before the file is written anew": "memory.store.database.Database.purge",
    "before the log is emptied": "memory.store.database.Database.empty_log",
}
"""What is called just then, where the process dies."""

_FORGETS_AND_DIES = """
import os, signal, sys
from importlib import import_module
from tests.flow.test_forgetting import opened
from twin.paths import Home

home, place, memory_id, utterance_id = Home.locate(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
memory, ledger = opened(home)
*module, owner, name = place.split(".")
try:
    holder = getattr(import_module(".".join(module)), owner)
except (ImportError, AttributeError):
    holder = import_module(".".join((*module, owner)))
setattr(holder, name, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
memory.forget(memory_id, utterance_id)
"""


def delete_recording(home: Home, sha256: str) -> None:
    (home.audio / f"{sha256}.flac").unlink(missing_ok=True)


def opened(home: Home) -> tuple[TwinMemory, SqliteLedger]:
    ledger = SqliteLedger(home.ledger, HeldClock(datetime(2026, 3, 4, 9, 30, tzinfo=UTC)))
    embedder = FakeEmbedder()
    memory = TwinMemory(
        ledger,
        chroma_folder=home.chroma,
        embedder=lambda: embedder,
        wait_for_embedder=lambda job: embedder,
        embedder_name=embedder.model,
        delete_recording=lambda sha256: delete_recording(home, sha256),
    )
    memory.catch_up()
    return memory, ledger


@pytest.mark.parametrize("place", KILLED_AT.values(), ids=KILLED_AT)
def test_a_kill_leaves_all_of_it_or_nothing(home: Home, place: str, tell: Callable[[], tuple[str, str]]) -> None:
    memory_id, utterance_id = tell()
    died = subprocess.run(
        [sys.executable, "-c", _FORGETS_AND_DIES, str(home.root), place, memory_id, utterance_id], cwd=REPOSITORY
    )
    assert died.returncode == -signal.SIGKILL
    memory, ledger = opened(home)
    state = memory.profile.check()
    known = {m.id for m in ledger.memories()}
    memory.close()
    ledger.close()
    assert state.in_step
    if memory_id in known:
        assert place == KILLED_AT["within the transaction"]
        assert (home.audio / f"{'ab' * 32}.flac").exists()
        assert traces_of(home, "zanzibarius") == {"ledger.sqlite3"}
    else:
        assert traces_of(home, "zanzibarius", "parrot", "xylophant", "ab" * 32) == set()


@pytest.fixture
def tell(home: Home) -> Callable[[], tuple[str, str]]:
    def told() -> tuple[str, str]:
        memory, ledger = opened(home)
        turn = ledger.add_turn(session_id="test", speaker=Speaker.PERSON, text="My parrot is called Zanzibarius.")
        (learned, *_) = memory.capture(turn)
        (home.audio / f"{'ab' * 32}.flac").write_bytes(b"sound")
        heard = Transcript(text="the xylophant is loud", words=(), language="en", seconds=1.0)
        utterance = ledger.add_utterance(
            heard, audio_sha256="ab" * 32, source="file", origin="/a.wav", model="whisper-base", session_id="test"
        )
        memory.catch_up()
        memory.close()
        ledger.close()
        return learned.id, utterance.id

    return told
