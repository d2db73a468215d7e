"""Questions about time, and the histories that answer them."""

from __future__ import annotations

import pytest

from memory.memoriser import TwinMemory
from memory.recall.timeline import TimeQuestion, read, timeline
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import Speaker
from twin.ports import AsksOfTime

BEFORE, CHANGED, SINCE = AsksOfTime.BEFORE, AsksOfTime.CHANGED, AsksOfTime.SINCE


@pytest.mark.parametrize(
    ("question", "asks", "slot", "value"),
    [
        ("Where did I live before?", BEFORE, "self.home", ""),
        ("Where did I live before Bonn?", BEFORE, "self.home", "bonn"),
        ("where did I use to live", BEFORE, "self.home", ""),
        ("What was my previous job?", BEFORE, "self.job", ""),
        ("who did I work for before?", BEFORE, "self.employer", ""),
        ("what was my favourite film before Alien?", BEFORE, "favourite.film", "alien"),
        ("Where did my sister live before?", BEFORE, "sister.home", ""),
        ("What did I like before?", BEFORE, "preference.*", ""),
        ("When did I move?", CHANGED, "self.home", ""),
        ("When did I move to Bonn?", CHANGED, "self.home", "bonn"),
        ("When did my sister move to Rome?", CHANGED, "sister.home", "rome"),
        ("when did I stop eating meat?", CHANGED, "preference.meat", "meat"),
        ("When did I become a vegetarian?", CHANGED, "self.diet", "vegetarian"),
        ("When did my favourite colour change?", CHANGED, "favourite.colour", ""),
        ("When did I change jobs?", CHANGED, "self.job", ""),
        ("Since when do I live in Bonn?", SINCE, "self.home", "bonn"),
        ("since when does my sister live in Rome", SINCE, "sister.home", "rome"),
        ("How long have I lived in Bonn?", SINCE, "self.home", "bonn"),
        ("how long have I been working for Siemens?", SINCE, "self.employer", "siemens"),
        ("How long have I been a vegetarian?", SINCE, "self.diet", "vegetarian"),
    ],
)
def test_what_a_question_asks_of_time(question: str, asks: AsksOfTime, slot: str, value: str) -> None:
    found = read(question)
    assert found is not None
    assert (found.asks, found.slots[0], found.value) == (asks, slot, value)


@pytest.mark.parametrize("question", ["When did that change?", "and when did it change?", "When did this happen?"])
def test_that_is_what_was_spoken_of(question: str) -> None:
    assert read(question) == TimeQuestion(CHANGED)


@pytest.mark.parametrize(
    "question",
    ["Where do I live?", "When does my lease end?", "When did I buy my car?", "how long is the film?",
     "What did I eat?", "Do I like jazz?", "When is my birthday?", "", "When did Rome fall?"],
)  # fmt: skip
def test_other_questions_are_not_of_time(question: str) -> None:
    assert read(question) is None


def tell(memory: TwinMemory, ledger: SqliteLedger, *texts: str) -> None:
    for text in texts:
        memory.capture(ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text))


def found(ledger: SqliteLedger, question: str, session_id: str = "") -> list[str] | None:
    line = timeline(ledger, question, session_id=session_id)
    return None if line is None else [item.memory.value for item in line.items]


def test_a_history_is_in_the_order_of_time(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> None:
    tell(memory, ledger, "I live in Berlin.")
    clock.advance(days=9)
    tell(memory, ledger, "I used to live in Porto.", "I lived in Minsk from 2009 to 2014.", "I moved to Bonn.")
    assert found(ledger, "Where did I live before?") == ["Minsk", "Porto", "Berlin", "Bonn"]
    assert found(ledger, "Where did I live before Paris?") is None
    assert found(ledger, "Where did my sister live before?") is None


def test_what_never_held_is_in_no_history(memory: TwinMemory, ledger: SqliteLedger) -> None:
    tell(memory, ledger, "My birthday is on 9 June.", "Actually, my birthday is on 10 June.")
    assert found(ledger, "When did my birthday change?") == ["10 June"]


def test_likes_of_before_are_no_dislikes(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> None:
    tell(memory, ledger, "I love techno.", "I hate coriander.")
    clock.advance(days=9)
    tell(memory, ledger, "I don't like techno any more.", "I love coriander.")
    assert found(ledger, "What did I like before?") == ["techno", "coriander"]
    assert found(ledger, "What did I hate before?") == ["coriander"]


def test_that_is_the_slot_of_the_last_reply(memory: TwinMemory, ledger: SqliteLedger) -> None:
    tell(memory, ledger, "I live in Berlin.", "I work for Nokia.")
    home, employer = sorted(ledger.memories(), key=lambda known: known.id)
    for known in (employer, home):
        ledger.add_turn(session_id="cli-1", speaker=Speaker.TWIN, text="…", source_ids=[known.id])
    assert found(ledger, "When did that change?", "cli-1") == ["Berlin"]
    assert found(ledger, "When did that change?", "cli-2") == []
    assert found(ledger, "When did that change?") == ["Berlin"], "without a session, the last reply of all"
    answered = timeline(ledger, "When did that change?", answered=[employer.id])
    assert answered is not None
    assert [item.memory.value for item in answered.items] == ["Nokia"]


def test_that_is_nothing_before_anything_was_spoken_of(ledger: SqliteLedger) -> None:
    assert found(ledger, "When did that change?") == []
