"""What holds now: an older note's value is not given where a newer note of the same person says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from tests.fakes import FakeLanguageModel
from twin.grounding.answering import Outcome, answer_from_notes
from twin.grounding.newer import asks_for_the_one, rivals
from twin.grounding.notes import GROUNDED_ADAPTER, Note
from twin.ports import ChatMessage

OLD, NEW, NEWEST = date(2023, 5, 8), date(2024, 5, 8), date(2025, 5, 8)


@pytest.mark.parametrize(
    "question",
    [
        "How do I get around?",
        "Where does Ana live?",
        "What is my favourite dish?",
        "Which dish does Ana like best?",
        "What does Ana love to eat most?",
        "Who do I work for?",
        "What sport does Ana do?",
        "What is Ana's shoe size?",
        "Which instrument do I play these days?",
    ],
)
def test_questions_for_the_one_thing_that_is_so_now(question: str) -> None:
    assert asks_for_the_one(question)


@pytest.mark.parametrize(
    "question",
    [
        "Where did I live before?",
        "What did I buy?",
        "When do I go to the choir?",
        "Why does Ana ride a tandem?",
        "How long have I lived here?",
        "How often do I swim?",
        "What instrument do I play?",
        "Which pets do I have?",
        "What are my hobbies?",
        "Which languages does Ana speak?",
        "What am I allergic to?",
        "What do I like?",
        "What are Ana's goals?",
        "Where did Ana live in 2019?",
        "Where was I born?",
    ],
)
def test_of_other_times_and_of_several_the_older_is_no_less_true(question: str) -> None:
    assert not asks_for_the_one(question)


@pytest.mark.parametrize(
    ("question", "said", "older", "newer", "rival"),
    [
        ("How do I get around?", "a tandem", "I get around with a tandem.", "I drive a white Skoda.", True),
        ("How do I get around?", "a Skoda", "I get around with a tandem.", "I drive a Skoda.", False),
        ("Where do I live?", "Bonn", "I live in Bonn.", "We moved to Porto. It was hard!", True),
        ("Where do I live?", "Bonn", "I live in Bonn.", "I love it here in Bonn.", False),
        ("Where do I live?", "Bonn", "I live in Bonn.", "How lovely! So green.", False),
        ("Where do I live?", "Bonn", "I live in Bonn.", "Where could I go?", False),
        ("What is my job?", "vet", "I'm a vet.", "I also work as a guide.", False),
        ("What is my job?", "vet", "I'm a vet.", "I work as a guide.", True),
        ("What do I play?", "the oboe", "I play the oboe.", "I also play the viola.", False),
        ("What do I play?", "the oboe", "I play the oboe.", "I play the viola.", False),
        ("What is my cat called?", "Pixel", "My cat Pixel sleeps.", "I have another cat, Toffee.", False),
        ("Which hobbies do I have?", "chess", "I love chess.", "I love knitting.", False),
    ],
)
def test_which_newer_notes_may_say_otherwise(question: str, said: str, older: str, newer: str, rival: bool) -> None:
    notes = (Note(older, OLD), Note(newer, NEW))
    assert rivals(said, notes, question) == ((notes[1],) if rival else ())


def test_only_newer_notes_of_the_same_person_count_and_the_newest_first() -> None:
    said = Note("I get around with a tandem.", NEW, "Ana")
    newer, newest = Note("I drive a Skoda.", date(2024, 5, 9), "Ana"), Note("I bought a canoe.", NEWEST, "Ana")
    others = (Note("I drive a bus.", OLD, "Ana"), Note("I drive a van.", NEWEST), Note("I walk.", None, "Ana"))
    assert rivals("a tandem", (newer, *others, said, newest), "How does Ana get around?") == (newest, newer)
    assert rivals("on foot", (newer, said), "How does Ana get around?") == ()


class _Reader(FakeLanguageModel):
    """Answers with the first of ``answers`` whose words a prompt's notes have; abstains, without one."""

    adapters = (GROUNDED_ADAPTER,)

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__()
        self.answers = answers

    def _answer(self, messages: Sequence[ChatMessage]) -> str:
        return next((answer for words, answer in self.answers.items() if words in messages[-1].content), "")

    def first_tokens(self, messages: Sequence[ChatMessage], *, adapter: str = "") -> dict[str, float]:
        return {"a": -0.1, "I": -4.0} if self._answer(messages) else {"a": -4.0, "I": -0.1}

    def stream(self, messages: Sequence[ChatMessage], **options: Any) -> Iterator[str]:
        yield self._answer(messages)


TANDEM, SKODA = Note("I get around with a tandem.", OLD), Note("I drive a white Skoda.", NEW)


def test_the_newer_value_is_given() -> None:
    model = _Reader({"tandem": "a tandem", "Skoda": "a white Skoda"})
    found = answer_from_notes(model, (TANDEM, SKODA), "How do I get around?")
    assert (found.text, found.outcome, found.older) == ("a white Skoda", Outcome.ANSWERED, "a tandem")


@pytest.mark.parametrize("answers", [{"tandem": "a tandem"}, {"tandem": "a tandem", "Skoda": "a red Volvo"}])
def test_a_newer_note_that_does_not_answer_changes_nothing(answers: Mapping[str, str]) -> None:
    found = answer_from_notes(_Reader(answers), (TANDEM, SKODA), "How do I get around?")
    assert (found.text, found.older) == ("a tandem", "")
