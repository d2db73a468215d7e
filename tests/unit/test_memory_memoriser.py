"""Memory as a whole: taking in, indexing in the background, upkeep, and what the doctor says of it."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress

import pytest

from memory.doctor import check_memory
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from twin.domain import MemoryKind, RecallMode, Speaker
from twin.errors import CancelledByPersonError, MemoryIndexError, NotUnderstoodError
from twin.events import Event, Progress
from twin.paths import Home
from twin.ports import Job, NewMemory
from twin.requests import Check


def say(ledger: SqliteLedger, text: str, speaker: Speaker = Speaker.PERSON) -> str:
    return ledger.add_turn(session_id="cli-1", speaker=speaker, text=text).id


def checked(ledger: SqliteLedger, memory: TwinMemory) -> tuple[Check, ...]:
    return tuple(check() for _, check in check_memory(ledger, memory.profile))


def until_indexed(memory: TwinMemory) -> None:
    for _ in range(1000):
        with suppress(MemoryIndexError):  # Chroma fails whoever asks it first; it is the background that mends
            if memory.profile.check().in_step:
                return
        time.sleep(0.02)
    raise AssertionError(memory.profile.check())


def test_what_the_person_said_is_taken_in_with_its_source(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn = ledger.turn(say(ledger, "I live in Berlin and my sister is called Anna."))
    learned = memory.capture(turn)
    assert [(known.slot, known.value, known.source_ids, known.true_from) for known in learned] == [
        ("self.home", "Berlin", (turn.id,), turn.created_at),
        ("sister.name", "Anna", (turn.id,), turn.created_at),
    ]
    assert memory.capture(turn) == learned, "taking it in again changes nothing"


def test_what_is_said_beside_a_value_that_is_known_is_kept_too(memory: TwinMemory, ledger: SqliteLedger) -> None:
    memory.capture(ledger.turn(say(ledger, "My sister Anna lives in Rome.")))
    learned = memory.capture(ledger.turn(say(ledger, "My sister Anna plays the xylophone.")))
    assert "xylophone" in " ".join(known.text for known in learned)
    assert "xylophone" in memory.recall.recall("what does Anna play?").items[0].quote


def test_what_the_twin_said_is_not_taken_in(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn = ledger.turn(say(ledger, "I live in Atlantis.", Speaker.TWIN))
    assert memory.capture(turn) == ()
    assert memory.capture(turn, outright=True) == ()


def test_a_secret_is_refused_from_elsewhere_too(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn = ledger.turn(say(ledger, "a note"))
    with pytest.raises(NotUnderstoodError):
        memory.add(NewMemory(MemoryKind.EPISODE, "my password is hunter2", (turn.id,), turn.created_at))


def test_once_ready_everything_new_is_indexed_in_the_background(memory: TwinMemory, ledger: SqliteLedger) -> None:
    memory.catch_up()
    memory.capture(ledger.turn(say(ledger, "I own a boat")))
    until_indexed(memory)
    assert memory.profile.check().expected == 2
    assert memory.recall.recall("do I own a boat?").mode is RecallMode.FULL


def test_an_index_that_is_lost_under_way_comes_back_by_itself(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    say(ledger, "I own a boat")
    memory.catch_up()
    shutil.rmtree(home.chroma)
    say(ledger, "I own a bike")
    until_indexed(memory)
    assert memory.profile.ready()


def test_rebuilding_reports_and_mends_both_indexes(memory: TwinMemory, ledger: SqliteLedger) -> None:
    say(ledger, "I own a boat")
    memory.catch_up()
    with ledger.database.transaction() as connection:
        connection.execute("INSERT INTO lexicon (lexicon) VALUES ('delete-all')")
    assert {check.name for check in checked(ledger, memory) if not check.ok} == {"index of words"}
    events: list[Event] = []
    memory.rebuild_index(Job(emit=events.append))
    assert {event.stage for event in events if isinstance(event, Progress)} == {"index"}
    assert all(check.ok for check in checked(ledger, memory))
    assert memory.recall.recall("do I own a boat?", lexical_only=True).items


def test_rebuilding_can_be_cancelled(memory: TwinMemory, ledger: SqliteLedger) -> None:
    say(ledger, "I own a boat")
    job = Job(emit=lambda event: None)
    job.cancelled.set()
    with pytest.raises(CancelledByPersonError):
        memory.rebuild_index(job)
    memory.catch_up()
    assert memory.profile.check().in_step


def test_every_check_that_fails_says_what_to_do(memory: TwinMemory, ledger: SqliteLedger) -> None:
    assert [check.ok for check in checked(ledger, memory)] == [True, True, True, True]
    say(ledger, "I own a boat")
    with ledger.database.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("INSERT INTO purges (audio_sha256) VALUES ('')")
    ledger.database._connection.execute("PRAGMA foreign_keys = OFF")
    ledger.database._connection.execute("INSERT INTO memory_sources VALUES (77, 't1', 0)")
    failed = {check.name: check for check in checked(ledger, memory) if not check.ok}
    assert set(failed) == {"ledger", "vector profile", "forgetting"}
    assert "missing row of memories" in failed["ledger"].detail
    assert "1 missing" in failed["vector profile"].detail
    assert all(check.hint for check in failed.values())
