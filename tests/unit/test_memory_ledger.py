"""The ledger: what is acknowledged is kept, and ids are never used again."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memory.store.database import Database
from memory.store.ledger import SqliteLedger
from memory.store.migrations import APPLICATION_ID, MIGRATIONS
from tests.conftest import HeldClock
from twin.domain import (
    SECRET_PLACEHOLDER,
    AudioSource,
    EditKind,
    Hint,
    Judgement,
    MemoryKind,
    Rung,
    SignalKind,
    Speaker,
    Transcript,
    Word,
    WordEdit,
)
from twin.errors import LedgerError, NotFoundError, NotUnderstoodError
from twin.paths import Home
from twin.ports import NewMemory

REPOSITORY = Path(__file__).parents[2]
MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HINTS = (Hint("Twin", 0.5, ("sounds like “tween”",), "tween", "m1"),)


def say(ledger: SqliteLedger, text: str, speaker: Speaker = Speaker.PERSON, session_id: str = "cli-1") -> str:
    return ledger.add_turn(session_id=session_id, speaker=speaker, text=text).id


def dictate(ledger: SqliteLedger, text: str) -> str:
    words = tuple(Word(word, i * 0.5, i * 0.5 + 0.4, 0.9) for i, word in enumerate(text.split()))
    transcript = Transcript(text=text, words=words, language="en", seconds=3.0, hints=HINTS)
    return ledger.add_utterance(
        transcript, audio_sha256="ab" * 32, source="file", origin="/a.wav", model="whisper-base", session_id="cli-1"
    ).id


def fact(ledger: SqliteLedger, slot: str, value: str, true_from: datetime = MORNING) -> NewMemory:
    text = f"my {slot} is {value}"
    return NewMemory(MemoryKind.FACT, text, (say(ledger, text),), true_from, slot=slot, value=value)


def found(ledger: SqliteLedger, word: str) -> list[int]:
    return [row[0] for row in ledger.database.rows("SELECT rowid FROM lexicon WHERE lexicon MATCH ?", (f'"{word}"',))]


# --- keeping --------------------------------------------------------------------------------------------------


def test_an_utterance_comes_back_as_it_was(ledger: SqliteLedger, clock: HeldClock) -> None:
    uid = dictate(ledger, "open rider is nice")
    utterance = ledger.utterance(uid)
    assert utterance == ledger.utterance("last")
    assert utterance.heard == "open rider is nice"
    assert utterance.words[1] == Word("rider", 0.5, 0.9, 0.9)
    assert (utterance.source, utterance.hints, utterance.created_at) == (AudioSource.FILE, HINTS, clock.now())
    assert [u.id for u in ledger.utterances(limit=5)] == [uid]


def test_the_newest_correction_is_the_text(ledger: SqliteLedger) -> None:
    uid = dictate(ledger, "open rider is nice")
    edit = WordEdit(
        EditKind.SUBSTITUTE, ("open", "rider"), ("OpenRouter",), 0, 2, Judgement.SOUND_ALIKE, similarity=0.8
    )
    first = ledger.add_correction(uid, "OpenRouter is fine", [edit])
    ledger.add_correction("last", "OpenRouter is nice", [edit])
    assert first.edits == (edit,)
    assert ledger.utterance(uid).text == "OpenRouter is nice"
    assert ledger.utterance(uid).heard == "open rider is nice"
    assert found(ledger, "OpenRouter")
    assert not found(ledger, "fine")
    assert not found(ledger, "rider")


def test_signals_and_decisions_come_back(ledger: SqliteLedger) -> None:
    uid = dictate(ledger, "open rider")
    signal_ = ledger.add_signal(SignalKind.CORRECTION, subject_id=uid, summary="one word", edits=[])
    decision = ledger.add_decision(
        Rung.HINT, subject="OpenRouter", reasons=["heard wrongly"], signal_ids=[signal_.id], missing="2 more"
    )
    assert (signal_.subject_id, decision.signal_ids) == (uid, (signal_.id,))
    assert (decision.rung, decision.reasons, decision.missing) == (Rung.HINT, ("heard wrongly",), "2 more")


def test_turns_come_oldest_first_and_by_session(ledger: SqliteLedger) -> None:
    for number in range(4):
        say(ledger, f"turn {number}", session_id=f"cli-{number % 2}")
    assert [turn.text for turn in ledger.turns(limit=3)] == ["turn 1", "turn 2", "turn 3"]
    assert [turn.text for turn in ledger.turns(limit=9, session_id="cli-1")] == ["turn 1", "turn 3"]


def test_what_was_said_is_gone_through_page_by_page(ledger: SqliteLedger) -> None:
    turns = [say(ledger, f"turn {number}", session_id=f"cli-{number % 2}") for number in range(5)]
    dictations = [dictate(ledger, f"sentence {number}") for number in range(3)]
    assert [turn.id for turn in ledger.turns(limit=2, before=turns[3])] == turns[1:3]
    assert [turn.id for turn in ledger.turns(limit=9, before=turns[3], session_id="cli-0")] == [turns[0], turns[2]]
    assert [one.id for one in ledger.utterances(limit=1, before=dictations[2])] == [dictations[1]]
    assert not ledger.turns(limit=9, before=turns[0])
    assert not ledger.turns(limit=9, before="nonsense")


def test_a_secret_never_reaches_the_file(ledger: SqliteLedger, home: Home) -> None:
    tid = say(ledger, "My password is hunter2, and I live in Berlin.")
    assert ledger.turn(tid).text == f"My password is {SECRET_PLACEHOLDER}, and I live in Berlin."
    with pytest.raises(NotUnderstoodError):
        ledger.add_memory(NewMemory(MemoryKind.EPISODE, "my pin is 4711", (tid,), MORNING))
    ledger.close()
    assert all(b"hunter2" not in file.read_bytes() for file in home.root.rglob("*") if file.is_file())


def test_a_dictation_with_a_secret_is_kept_but_not_found(ledger: SqliteLedger) -> None:
    uid = dictate(ledger, "my password is swordfish now")
    assert ledger.utterance(uid).heard == "my password is swordfish now"
    assert not found(ledger, "swordfish")
    ledger.add_correction(uid, "my password is swordfish", [])
    assert not found(ledger, "swordfish")


@pytest.mark.parametrize("text", ["What coffee do I like?", "forget what I said about coffee", "tell me which coffee"])
def test_what_tells_nothing_is_kept_but_not_found(ledger: SqliteLedger, text: str) -> None:
    say(ledger, text)
    say(ledger, "Here is some coffee", speaker=Speaker.TWIN)
    assert not found(ledger, "coffee")


@pytest.mark.parametrize("unknown", ["t99", "u1", "m0", "x7", "t", "", "t-1", "t9999999999999999999", "turn 1"])
def test_an_unknown_id_is_said_to_be_unknown(ledger: SqliteLedger, unknown: str) -> None:
    for look_up in (ledger.turn, ledger.utterance, ledger.memory):
        with pytest.raises(NotFoundError):
            look_up(unknown)


# --- durability -----------------------------------------------------------------------------------------------

_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from memory.store.ledger import SqliteLedger
from twin.domain import MemoryKind, Speaker
from twin.ports import NewMemory

class Clock:
    def now(self):
        return datetime.now(UTC)

ledger = SqliteLedger(Path(sys.argv[1]), Clock())
number = 0
while True:
    number += 1
    turn = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=f"I own {number} bikes")
    memory = NewMemory(MemoryKind.FACT, turn.text, (turn.id,), turn.created_at, slot="self.bikes", value=str(number))
    print(turn.id, ledger.add_memory(memory).id, flush=True)
"""


def test_a_kill_loses_nothing_acknowledged(home: Home, clock: HeldClock) -> None:
    acknowledged: list[str] = []
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(home.ledger)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        with writer.stdout as lines:
            for _, line in zip(range(25), lines, strict=False):
                acknowledged += line.split()
            writer.send_signal(signal.SIGKILL)
            acknowledged += [word for line in lines if line.endswith("\n") for word in line.split()]
        writer.wait()
    reopened = SqliteLedger(home.ledger, clock)
    try:
        assert len(set(acknowledged)) == len(acknowledged) >= 150
        for known in acknowledged:
            assert (reopened.turn(known) if known.startswith("t") else reopened.memory(known)).id == known
        assert len(reopened.memories()) == 1
        assert not reopened.database.faults()
        assert reopened.database.lexicon_in_step()
    finally:
        reopened.close()


def test_threads_do_not_mix_their_transactions(ledger: SqliteLedger) -> None:
    def tell(name: str) -> None:
        for number in range(20):
            ledger.add_memory(fact(ledger, f"{name}.size", str(number), MORNING + timedelta(hours=number)))

    threads = [threading.Thread(target=tell, args=(name,)) for name in ("shoe", "hat", "coat")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {memory.slot: memory.value for memory in ledger.memories()} == dict.fromkeys(
        ("shoe.size", "hat.size", "coat.size"), "19"
    )
    assert len(ledger.memories(history=True)) == 60


def test_a_failed_write_leaves_nothing(ledger: SqliteLedger) -> None:
    def fail_halfway() -> None:
        with ledger.database.transaction():
            say(ledger, "half a thought")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert ledger.turns(limit=5) == ()


def test_the_journal_cannot_be_rewritten(ledger: SqliteLedger) -> None:
    say(ledger, "I live in Berlin")
    for statement in ("DELETE FROM journal", "UPDATE journal SET what = 'nothing'"):
        with pytest.raises(sqlite3.IntegrityError), ledger.database.transaction() as connection:
            connection.execute(statement)
    assert [row["what"] for row in ledger.database.rows("SELECT what FROM journal")] == ["said"]


# --- files ----------------------------------------------------------------------------------------------------


def test_the_files_are_private(ledger: SqliteLedger, home: Home) -> None:
    say(ledger, "I live in Berlin")
    for file in home.root.glob("ledger.sqlite3*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_no_database_is_refused(home: Home, clock: HeldClock) -> None:
    home.ledger.write_bytes(b"this is no database at all, but long enough to be taken for one" * 20)
    with pytest.raises(LedgerError, match="damaged"):
        SqliteLedger(home.ledger, clock)


def test_anothers_database_is_refused(home: Home, clock: HeldClock) -> None:
    with sqlite3.connect(home.ledger) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(LedgerError, match="another program"):
        SqliteLedger(home.ledger, clock)


def test_a_damaged_page_is_reported(home: Home, clock: HeldClock) -> None:
    first = SqliteLedger(home.ledger, clock)
    for number in range(300):
        say(first, f"I own {number} bikes and a great many other things")
    first.close()
    content = bytearray(home.ledger.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 6000] = b"\xff" * 6000
    home.ledger.write_bytes(content)
    damaged = SqliteLedger(home.ledger, clock)
    try:
        assert damaged.database.faults()
    finally:
        damaged.close()


def test_a_missing_folder_is_a_sentence(tmp_path: Path, clock: HeldClock) -> None:
    with pytest.raises(LedgerError, match="cannot be opened"):
        SqliteLedger(tmp_path / "missing" / "ledger.sqlite3", clock)


def test_a_held_ledger_is_a_sentence(ledger: SqliteLedger, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memory.store.database._BUSY_SECONDS", 0.1)
    other = Database(home.ledger)
    try:
        with ledger.database.transaction() as connection:
            connection.execute("INSERT INTO purges (audio_sha256) VALUES ('')")
            with pytest.raises(LedgerError, match="Another program"), other.transaction():
                pass
    finally:
        other.close()


# --- schema ---------------------------------------------------------------------------------------------------


def test_a_newer_ledger_is_left_alone(ledger: SqliteLedger, home: Home, clock: HeldClock) -> None:
    ledger.close()
    with sqlite3.connect(home.ledger) as future:
        future.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    future.close()
    with pytest.raises(LedgerError, match="newer version"):
        SqliteLedger(home.ledger, clock)


def test_a_ledger_of_the_first_schema_opens_with_all_it_holds(home: Home, clock: HeldClock) -> None:
    """Written by the first step alone and filled by plain SQL, as an old installation left it."""
    old = sqlite3.connect(home.ledger, isolation_level=None)
    old.execute("BEGIN")
    MIGRATIONS[0](old)
    old.execute("PRAGMA user_version = 1")
    old.execute("COMMIT")
    old.execute(
        "INSERT INTO turns (session_id, speaker, text, route, complete, recallable, created_at) "
        "VALUES ('cli-1', 'person', 'I live in Berlin', '', 1, 1, '2026-01-02T03:04:05.000006+00:00')"
    )
    old.execute(
        "INSERT INTO memories (kind, text, slot, value, polarity, confidence, aliases, true_from, learned_at) VALUES "
        "('fact', 'I live in Berlin', 'self.home', 'Berlin', 'neutral', 0.9, '[]', "
        "'2026-01-02T03:04:05.000006+00:00', '2026-01-02T03:04:05.000006+00:00')"
    )
    old.execute("INSERT INTO memory_sources (memory_id, source_id, position) VALUES (1, 't1', 0)")
    old.close()
    opened = SqliteLedger(home.ledger, clock)
    try:
        (memory,) = opened.memories()
        assert (memory.value, memory.source_ids) == ("Berlin", ("t1",))
        assert opened.turn("t1").created_at.microsecond == 6
        assert opened.database.lexicon_in_step()
        (version,) = opened.database.rows("PRAGMA user_version")[0]
        (application_id,) = opened.database.rows("PRAGMA application_id")[0]
        assert (version, application_id) == (len(MIGRATIONS), APPLICATION_ID)
    finally:
        opened.close()


def test_a_migration_that_fails_leaves_the_old_schema(
    ledger: SqliteLedger, home: Home, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.close()

    def halfway(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half_done (id INTEGER PRIMARY KEY)")
        raise RuntimeError("the power went out")

    monkeypatch.setattr("memory.store.migrations.MIGRATIONS", (*MIGRATIONS, halfway))
    with pytest.raises(RuntimeError):
        SqliteLedger(home.ledger, clock)
    monkeypatch.undo()
    reopened = SqliteLedger(home.ledger, clock)
    try:
        assert not reopened.database.rows("SELECT 1 FROM sqlite_master WHERE name = 'half_done'")
    finally:
        reopened.close()
