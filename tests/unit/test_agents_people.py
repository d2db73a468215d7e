"""Somebody by name: which questions are of somebody, and which words have the name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.people import asks_of, asks_who, named_in, naming
from twin.domain import Memory, MemoryKind, Recalled, RecallMode, Recollection, Speaker

SAID = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("who is Fien?", "Fien"),
        ("So, who's fien again?", "fien"),
        ("What do you know about Anna Maes?", "Anna Maes"),
        ("do you remember Bas?", "Bas"),
        ("what did I tell you about Bas?", "Bas"),
        ("who is my sister?", ""),
        ("Who is the king of Belgium?", ""),
        ("tell me about Paris", ""),
        ("who are you?", ""),
        ("where does Fien live?", ""),
    ],
)
def test_of_whom_is_asked(question: str, name: str) -> None:
    assert named_in(question) == name


def test_who_is_asked_by_a_single_name() -> None:
    assert asks_who("Who is Fien?")
    assert asks_who("who is jan")
    assert not asks_who("who is Albert Einstein?")
    assert not asks_who("what do you know about Fien?")


@pytest.mark.parametrize(
    "question", ["how old is Fien?", "Where does Fien live?", "tell me about Fien", "when is Fien's birthday?"]
)
def test_of_whom_something_is_asked(question: str) -> None:
    assert asks_of(question) == "Fien"
    assert asks_of("how old is my sister?") == ""
    assert asks_of("what is the capital of France?") == ""


def recollection(*texts: str, speaker: Speaker = Speaker.PERSON) -> Recollection:
    items = tuple(
        Recalled(Memory(f"m{n}", MemoryKind.FACT, text, (), SAID, SAID), 0.2, {}, text, SAID, speaker)
        for n, text in enumerate(texts, start=1)
    )
    return Recollection("who is Fien?", items, 0.2, RecallMode.FULL)


def test_their_own_words_that_have_the_name_are_an_answer() -> None:
    found = naming("fien", recollection("My sister has two kids, Bas and Fien.", "I like tea", "Fien's bike is red"))
    assert found is not None
    assert [item.memory.id for item in found.items] == ["m1", "m3"]
    assert found.confidence >= 0.5
    assert naming("Fien", recollection("I like tea", "Fienland is far")) is None
    assert naming("tea", recollection("I like tea")) is None, "a thing is not named"
    assert naming("Bill", recollection("I paid the bill for Bill")) is not None
    assert naming("", recollection("I like tea")) is None
    assert naming("Fien", recollection("Fien called", speaker=Speaker.TWIN)) is None
