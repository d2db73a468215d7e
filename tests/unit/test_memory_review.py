"""What the twin asks about its memory, and what each answer does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import Memory, MemoryKind, MemoryStatus, Question, QuestionKind, Speaker
from twin.errors import NotFoundError, NotUnderstoodError
from twin.ports import NewMemory
from twin.requests import AskedOfPerson


def tell(memory: TwinMemory, ledger: SqliteLedger, text: str) -> tuple[Memory, ...]:
    return memory.capture(ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text))


@pytest.fixture
def asked(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> AskedOfPerson:
    """Anna is held, and Berta has been said against it."""
    tell(memory, ledger, "My sister is called Anna.")
    clock.advance(days=2)
    tell(memory, ledger, "My sister is called Berta.")
    (question,) = memory.questions()
    return question


def names(ledger: SqliteLedger) -> set[str]:
    return {known.value for known in ledger.memories()}


def test_a_contradiction_is_put_in_the_persons_words(asked: AskedOfPerson) -> None:
    assert asked.text == (
        "You told me “My sister is called Anna” (4 March 2026), and now “My sister is called Berta” (6 March 2026): "
        "which holds?"
    )
    assert asked.answers == ("new", "old", "both", "neither")


def test_what_waits_is_not_found(asked: AskedOfPerson, ledger: SqliteLedger) -> None:
    assert names(ledger) == {"Anna"}
    assert ledger.memories_in_slots(["sister.name"]) == ledger.memories()
    rows = ledger.database.rows("SELECT rowid FROM lexicon WHERE lexicon MATCH 'Berta'")
    assert [row[0] % 4 for row in rows] == [0], "the turn alone"


@pytest.mark.parametrize(
    ("answer", "held"), [("new", {"Berta"}), ("old", {"Anna"}), ("both", {"Anna", "Berta"}), ("neither", set())]
)
def test_an_answer_settles_it(
    asked: AskedOfPerson, memory: TwinMemory, ledger: SqliteLedger, answer: str, held: set[str]
) -> None:
    settled = memory.resolve(asked.question.id, answer)
    assert names(ledger) == held
    assert settled.question.answer == answer
    assert memory.questions() == ()
    assert [past.question.id for past in memory.questions(answered=True)] == [asked.question.id]
    assert {known.status for known in settled.memories} == {MemoryStatus.HELD}
    assert {known.value for known in settled.memories if known.withdrawn} == {"Anna", "Berta"} - held
    assert ledger.database.lexicon_in_step()


def test_an_answer_is_given_once_and_must_make_sense(asked: AskedOfPerson, memory: TwinMemory) -> None:
    with pytest.raises(NotUnderstoodError, match="no answer") as refused:
        memory.resolve(asked.question.id, "maybe")
    assert "neither" in refused.value.hint
    memory.resolve(asked.question.id, "old")
    with pytest.raises(NotUnderstoodError, match="was answered"):
        memory.resolve(asked.question.id, "new")
    with pytest.raises(NotFoundError):
        memory.resolve("q77", "new")


def test_saying_that_it_was_wrong_answers_the_question(
    asked: AskedOfPerson, memory: TwinMemory, ledger: SqliteLedger
) -> None:
    tell(memory, ledger, "Sorry, I meant my sister is called Berta.")
    assert names(ledger) == {"Berta"}
    assert memory.questions() == ()
    assert [question.answer for question in ledger.questions(answered=True)] == ["new"]


def test_both_names_answer_later(asked: AskedOfPerson, memory: TwinMemory, ledger: SqliteLedger) -> None:
    memory.resolve(asked.question.id, "both")
    assert tell(memory, ledger, "My sister is called Anna.")[0].value == "Anna"
    assert memory.questions() == ()
    tell(memory, ledger, "My sister is called Carla.")
    (third,) = memory.questions()
    assert len(third.question.memory_ids) == 3


def test_what_waits_is_held_when_what_it_contradicts_is_forgotten(
    asked: AskedOfPerson, memory: TwinMemory, ledger: SqliteLedger
) -> None:
    memory.forget(asked.memories[0].id)
    assert names(ledger) == {"Berta"}
    assert memory.questions() == ()
    assert ledger.database.lexicon_in_step()


def test_questions_are_found_by_what_they_are_about(asked: AskedOfPerson, memory: TwinMemory) -> None:
    assert memory.questions(about=[asked.memories[-1].id]) == (asked,)
    assert memory.questions(about=["m77"]) == ()


# --- what a model read ----------------------------------------------------------------------------------------


def propose(ledger: SqliteLedger, value: str = "Oslo") -> Memory | None:
    source = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=f"We've made {value} our home").id
    said_at = datetime(2026, 3, 4, tzinfo=UTC) + timedelta(hours=1)
    return ledger.propose(
        NewMemory(
            MemoryKind.FACT, f"We've made {value} our home", (source,), said_at, "self.home", value,
            status=MemoryStatus.PROPOSED, origin="model big", confidence=0.6,
        )
    )  # fmt: skip


def the_question(ledger: SqliteLedger) -> Question:
    (question,) = ledger.questions()
    return question


def test_what_a_model_read_waits_for_a_yes(memory: TwinMemory, ledger: SqliteLedger) -> None:
    proposed = propose(ledger)
    assert proposed is not None
    assert (proposed.status, proposed.origin) == (MemoryStatus.PROPOSED, "model big")
    assert ledger.memories() == ()
    (asked,) = memory.questions()
    assert (asked.question.kind, asked.answers) == (QuestionKind.EXTRACTION, ("yes", "no"))
    assert "model big" in asked.text
    memory.resolve(asked.question.id, "yes")
    assert [(known.id, known.value) for known in ledger.memories()] == [(proposed.id, "Oslo")]


def test_after_a_no_it_is_gone_and_not_proposed_again(memory: TwinMemory, ledger: SqliteLedger) -> None:
    proposed = propose(ledger)
    assert proposed is not None
    settled = memory.resolve(the_question(ledger).id, "no")
    assert settled.memories == ()
    with pytest.raises(NotFoundError, match="was forgotten"):
        ledger.memory(proposed.id)
    assert propose(ledger) is None
    assert propose(ledger, "Bergen") is not None
    assert memory.questions(answered=True)[0].text.endswith("is gone.")


def test_what_is_known_or_waiting_is_not_asked_again(memory: TwinMemory, ledger: SqliteLedger) -> None:
    tell(memory, ledger, "I live in Bergen.")
    assert propose(ledger, "Bergen") is None
    assert propose(ledger) is not None
    assert propose(ledger) is not None
    assert len(ledger.questions()) == 1


def test_a_yes_that_contradicts_what_is_fixed_becomes_that_question(memory: TwinMemory, ledger: SqliteLedger) -> None:
    tell(memory, ledger, "My birthday is on 9 June.")
    source = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text="We celebrated me on the 1st of May").id
    ledger.propose(
        NewMemory(
            MemoryKind.FACT, "We celebrated me on the 1st of May", (source,), datetime(2026, 3, 5, tzinfo=UTC),
            "self.birthday", "1st of May", status=MemoryStatus.PROPOSED, origin="model big",
        )
    )  # fmt: skip
    memory.resolve(the_question(ledger).id, "yes")
    (asked,) = memory.questions()
    assert asked.question.kind is QuestionKind.CONTRADICTION
    memory.resolve(asked.question.id, "old")
    assert names(ledger) == {"9 June"}
