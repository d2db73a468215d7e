"""Slots in time: what a new statement does to what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import Bearing, MemoryKind, MemoryStatus, Polarity, Speaker
from twin.errors import NotFoundError
from twin.ports import NewMemory

MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def say(ledger: SqliteLedger, text: str) -> str:
    return ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text).id


def fact(ledger: SqliteLedger, slot: str, value: str, true_from: datetime = MORNING) -> NewMemory:
    text = f"my {slot} is {value}"
    return NewMemory(MemoryKind.FACT, text, (say(ledger, text),), true_from, slot=slot, value=value)


def day(number: int) -> datetime:
    return MORNING + timedelta(days=number)


def test_a_new_value_supersedes_the_old_one_and_keeps_it(ledger: SqliteLedger, clock: HeldClock) -> None:
    berlin = ledger.add_memory(fact(ledger, "self.home", "Berlin"))
    clock.advance(days=30)
    rome = ledger.add_memory(fact(ledger, "self.home", "Rome", true_from=clock.now()))
    assert ledger.memories() == (rome,)
    past = ledger.memory(berlin.id)
    assert (past.superseded_by, past.true_until) == (rome.id, clock.now())
    assert [memory.id for memory in ledger.memories(history=True)] == [rome.id, berlin.id]


def test_the_same_value_adds_its_source(ledger: SqliteLedger) -> None:
    once = ledger.add_memory(replace(fact(ledger, "sister.name", "Anna"), confidence=0.8))
    twice = ledger.add_memory(replace(fact(ledger, "sister.name", " anna. "), confidence=0.9))
    assert twice.id == once.id
    assert len(twice.source_ids) == 2
    assert twice.confidence == 0.9


def test_the_opposite_polarity_supersedes(ledger: SqliteLedger, clock: HeldClock) -> None:
    jazz = replace(fact(ledger, "preference.jazz", "jazz"), kind=MemoryKind.PREFERENCE, polarity=Polarity.LIKES)
    likes = ledger.add_memory(jazz)
    clock.advance(days=1)
    ledger.add_memory(replace(jazz, polarity=Polarity.DISLIKES, true_from=clock.now()))
    assert [memory.polarity for memory in ledger.memories()] == [Polarity.DISLIKES]
    assert ledger.memory(likes.id).true_until is not None


def test_an_older_truth_takes_its_place_in_the_past(ledger: SqliteLedger) -> None:
    rome = ledger.add_memory(fact(ledger, "self.home", "Rome", MORNING))
    berlin = ledger.add_memory(fact(ledger, "self.home", "Berlin", MORNING - timedelta(days=900)))
    assert ledger.memories() == (ledger.memory(rome.id),)
    assert (berlin.true_until, berlin.superseded_by) == (MORNING, rome.id)


def test_an_episode_said_again_is_one_episode(ledger: SqliteLedger) -> None:
    ids = set()
    for _ in range(2):
        source = say(ledger, "I fixed the bike")
        ids.add(ledger.add_memory(NewMemory(MemoryKind.EPISODE, "I fixed the bike", (source,), MORNING)).id)
    assert len(ids) == 1
    assert len(ledger.memories()[0].source_ids) == 2


def test_a_memory_needs_sources_that_exist(ledger: SqliteLedger) -> None:
    with pytest.raises(NotFoundError):
        ledger.add_memory(NewMemory(MemoryKind.EPISODE, "I fixed the bike", ("t77",), MORNING))
    assert ledger.memories() == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6)), min_size=1, max_size=12))
def test_a_slot_is_a_chain_without_gaps(tmp_path: Path, values: list[tuple[str, int]]) -> None:
    """In whatever order values are learned: each holds until the next one, and only the last is current."""
    path = tmp_path / "chain.sqlite3"
    path.unlink(missing_ok=True)
    chain_ledger = SqliteLedger(path, HeldClock(MORNING))
    try:
        for value, day in values:
            chain_ledger.add_memory(fact(chain_ledger, "self.home", value, MORNING + timedelta(days=day)))
        chain = sorted(chain_ledger.memories(history=True), key=lambda m: (m.true_from, int(m.id[1:])))
        assert [memory.true_until for memory in chain[:-1]] == [memory.true_from for memory in chain[1:]]
        assert len(chain_ledger.memories()) == 1
        assert chain[-1].superseded_by is None
        assert not chain_ledger.database.faults()
        assert chain_ledger.database.lexicon_in_step()
    finally:
        chain_ledger.close()


def test_slots_are_found_by_name_and_by_prefix(ledger: SqliteLedger) -> None:
    for slot, value in (("speaks.german", "German"), ("speaks.french", "French"), ("self.home", "Berlin")):
        ledger.add_memory(fact(ledger, slot, value))
    assert [memory.value for memory in ledger.memories_in_slots(["speaks.*"])] == ["German", "French"]
    assert [memory.value for memory in ledger.memories_in_slots(["self.home", "self.*"])] == ["Berlin"]
    assert ledger.memories_in_slots([]) == ()


# --- what has ended -------------------------------------------------------------------------------------------


def end(ledger: SqliteLedger, slot: str, value: str, at: datetime) -> NewMemory:
    text = f"I no longer have {value}"
    source = (say(ledger, text),)
    return NewMemory(MemoryKind.FACT, text, source, at, slot=slot, bearing=Bearing.ENDS, instead_of=value)


def test_an_end_leaves_the_slot_without_a_value(ledger: SqliteLedger) -> None:
    bonn = ledger.add_memory(fact(ledger, "self.home", "Bonn"))
    ended = ledger.add_memory(end(ledger, "self.home", "Bonn", day(9)))
    assert (ended.value, ended.true_until) == ("", None)
    past = ledger.memory(bonn.id)
    assert (past.true_until, past.superseded_by) == (day(9), ended.id)
    rome = ledger.add_memory(fact(ledger, "self.home", "Rome", day(20)))
    assert [memory.id for memory in ledger.memories()] == [rome.id]
    assert ledger.memory(ended.id).true_until == day(20)


def test_an_end_of_something_else_ends_nothing(ledger: SqliteLedger) -> None:
    berlin = ledger.add_memory(fact(ledger, "self.home", "Berlin"))
    said = ledger.add_memory(end(ledger, "self.home", "Bonn", day(9)))
    assert said.slot == ""
    assert ledger.memory(berlin.id).true_until is None


def test_an_end_said_twice_is_one_end(ledger: SqliteLedger) -> None:
    ledger.add_memory(fact(ledger, "self.home", "Bonn"))
    once = ledger.add_memory(end(ledger, "self.home", "Bonn", day(9)))
    again = ledger.add_memory(end(ledger, "self.home", "Bonn", day(10)))
    assert again.id == once.id
    assert len(again.source_ids) == 2


def test_an_end_finds_its_value_in_other_words(ledger: SqliteLedger) -> None:
    car = ledger.add_memory(fact(ledger, "self.car", "a red Volvo"))
    ledger.add_memory(end(ledger, "self.car", "the Volvo", day(2)))
    assert ledger.memory(car.id).true_until == day(2)


# --- what was so once -----------------------------------------------------------------------------------------


def test_what_was_so_once_does_not_touch_what_is(ledger: SqliteLedger) -> None:
    berlin = ledger.add_memory(fact(ledger, "self.home", "Berlin"))
    once = ledger.add_memory(replace(fact(ledger, "self.home", "Porto", day(3)), true_until=day(3), said_at=day(3)))
    assert once.true_until is not None
    assert once.true_from < once.true_until <= MORNING
    assert not once.withdrawn
    assert ledger.memories() == (berlin,)


def test_dates_that_were_said_stay_as_they_were_said(ledger: SqliteLedger) -> None:
    ledger.add_memory(fact(ledger, "self.home", "Berlin", datetime(2016, 1, 1, tzinfo=UTC)))
    first, last = datetime(2012, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)
    once = ledger.add_memory(replace(fact(ledger, "self.home", "Porto", first), true_until=last, said_at=day(3)))
    assert (once.true_from, once.true_until) == (first, last)


def test_what_was_so_once_and_stands_has_ended(ledger: SqliteLedger) -> None:
    bonn = ledger.add_memory(fact(ledger, "self.home", "Bonn"))
    ledger.add_memory(replace(fact(ledger, "self.home", "Bonn", day(3)), true_until=day(3), said_at=day(3)))
    assert ledger.memory(bonn.id).true_until == day(3)
    assert [memory.value for memory in ledger.memories()] == [""]


# --- since when -----------------------------------------------------------------------------------------------


def test_of_two_statements_the_one_said_later_holds(ledger: SqliteLedger) -> None:
    """ "I moved to Bonn last year", said after "I live in Berlin": Bonn holds, though it began earlier."""
    berlin = ledger.add_memory(fact(ledger, "self.home", "Berlin"))
    bonn = ledger.add_memory(
        replace(fact(ledger, "self.home", "Bonn", datetime(2025, 1, 1, tzinfo=UTC)), said_at=day(2))
    )
    assert ledger.memories() == (bonn,)
    assert ledger.memory(berlin.id).withdrawn


def test_a_date_said_afterwards_moves_the_beginning_and_what_was_before(ledger: SqliteLedger) -> None:
    rome = ledger.add_memory(fact(ledger, "self.home", "Rome", day(-900)))
    bonn = ledger.add_memory(fact(ledger, "self.home", "Bonn"))
    year = datetime(2025, 1, 1, tzinfo=UTC)
    again = ledger.add_memory(replace(fact(ledger, "self.home", "Bonn", year), said_at=day(1)))
    assert (again.id, again.true_from) == (bonn.id, year)
    assert ledger.memory(rome.id).true_until == year


# --- what cannot change, and what there may be several of -----------------------------------------------------


def test_another_birthday_is_a_contradiction_and_asks(ledger: SqliteLedger) -> None:
    held = ledger.add_memory(fact(ledger, "self.birthday", "9 June"))
    other = ledger.add_memory(fact(ledger, "self.birthday", "10 June", day(1)))
    assert other.status is MemoryStatus.PROPOSED
    assert ledger.memories() == (held,)
    (question,) = ledger.questions()
    assert question.memory_ids == (held.id, other.id)
    ledger.add_memory(fact(ledger, "self.birthday", "10 June", day(2)))
    assert len(ledger.questions()) == 1, "it is asked once"


@pytest.mark.parametrize("again", ["June 9", "9th of June", "9 June."])
def test_the_same_date_in_other_words_is_the_same(ledger: SqliteLedger, again: str) -> None:
    held = ledger.add_memory(fact(ledger, "self.birthday", "9 June"))
    assert ledger.add_memory(fact(ledger, "self.birthday", again, day(1))).id == held.id
    assert ledger.questions() == ()


def test_what_is_exacter_takes_the_place_without_a_history(ledger: SqliteLedger) -> None:
    ledger.add_memory(fact(ledger, "self.birthday", "9 June"))
    exact = ledger.add_memory(fact(ledger, "self.birthday", "9 June 1991", day(1)))
    assert [memory.value for memory in ledger.memories()] == ["9 June 1991"]
    assert exact.true_from == MORNING
    assert [memory.withdrawn for memory in ledger.memories(history=True)] == [False, True]


def test_a_correction_replaces_what_cannot_change(ledger: SqliteLedger) -> None:
    wrong = ledger.add_memory(fact(ledger, "self.birthday", "9 June"))
    right = ledger.add_memory(replace(fact(ledger, "self.birthday", "10 June", day(1)), bearing=Bearing.CORRECTS))
    assert ledger.memories() == (right,)
    assert ledger.memory(wrong.id).withdrawn
    assert ledger.questions() == ()


def test_a_second_sister_is_asked_about_and_another_one_is_not(ledger: SqliteLedger) -> None:
    anna = ledger.add_memory(fact(ledger, "sister.name", "Anna"))
    berta = ledger.add_memory(fact(ledger, "sister.name", "Berta", day(1)))
    assert berta.status is MemoryStatus.PROPOSED
    clara = ledger.add_memory(replace(fact(ledger, "sister.name", "Clara", day(2)), bearing=Bearing.BESIDE))
    assert {memory.id for memory in ledger.memories()} == {anna.id, clara.id}


def test_a_correction_of_one_of_several_replaces_that_one(ledger: SqliteLedger) -> None:
    ledger.add_memory(fact(ledger, "sister.name", "Anna"))
    ledger.add_memory(replace(fact(ledger, "sister.name", "Clara", day(1)), bearing=Bearing.BESIDE))
    ledger.add_memory(
        replace(fact(ledger, "sister.name", "Berta", day(2)), bearing=Bearing.CORRECTS, instead_of="Anna")
    )
    assert {memory.value for memory in ledger.memories()} == {"Berta", "Clara"}


def test_a_statement_read_again_changes_nothing(ledger: SqliteLedger) -> None:
    statements = [
        fact(ledger, "self.home", "Bonn"),
        end(ledger, "self.home", "Bonn", day(1)),
        fact(ledger, "self.home", "Rome", day(2)),
        fact(ledger, "self.birthday", "9 June"),
        fact(ledger, "self.birthday", "10 June", day(3)),
        replace(fact(ledger, "self.home", "Porto", day(4)), true_until=day(4)),
    ]
    for statement in statements:
        ledger.add_memory(statement)
    before = ledger.memories(history=True, status=None)
    for statement in (*statements, *reversed(statements)):
        ledger.add_memory(statement)
    assert ledger.memories(history=True, status=None) == before
    assert len(ledger.questions()) == 1


def test_the_opposite_liking_needs_no_question(ledger: SqliteLedger) -> None:
    for number, polarity in enumerate((Polarity.LIKES, Polarity.DISLIKES, Polarity.LIKES)):
        jazz = fact(ledger, "preference.jazz", "jazz", day(number))
        ledger.add_memory(replace(jazz, kind=MemoryKind.PREFERENCE, polarity=polarity))
    assert [memory.polarity for memory in ledger.memories()] == [Polarity.LIKES]
    assert len(ledger.memories(history=True)) == 3
    assert ledger.questions() == ()
