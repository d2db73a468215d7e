"""Choices that are put to the twin: what is offered, and what decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from agents.offered import Offer, advice, offered_in
from agents.routing import choose_route
from twin.domain import Memory, MemoryKind, Recalled, RecallMode, Recollection, Route, Speaker


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Should I take the tram or walk?", ("The tram", "Walk")),
        ("Which suits me better: the tram tour or the bike tour?", ("The tram tour", "The bike tour")),
        ("What would I like more, sushi or pizza?", ("Sushi", "Pizza")),
        ("Would sushi or pizza be better for me?", ("Sushi", "Pizza")),
        (
            "Shall we book the hostel, the hotel by the lake, or camp?",
            ("Book the hostel", "The hotel by the lake", "Camp"),
        ),
        ("I have to eat out. Should I have the salmon or the risotto?", ("The salmon", "The risotto")),
        ("Is it better for me to fly or take the night train?", ("Fly", "The night train")),
        ("Where should I live, in Bonn or Porto?", ("In Bonn", "Porto")),
        ("Should I tell her or not?", ()),
        ("Do I prefer tea or coffee?", ()),
        ("What should I cook tonight?", ()),
        ("I should take the tram or walk.", ()),
        ("Should I keep the order?", ()),
        ("", ()),
    ],
)
def test_what_is_offered(text: str, options: tuple[str, ...]) -> None:
    offer = offered_in(text)
    assert (offer.options if offer else ()) == options


def test_a_choice_goes_before_a_question_to_memory() -> None:
    routing = choose_route("Should I fly or walk?", asking=True, outright=False, learned=False, confidence=0, offered=2)
    assert routing.route is Route.CHOICE
    told = choose_route("Should I fly or walk?", asking=False, outright=True, learned=True, confidence=0, offered=2)
    assert told.route is Route.REMEMBER


@dataclass
class Leaning:
    """A model by which an option suits as probably as ``says`` has it for the words of a wish in its prompt."""

    says: dict[tuple[str, str], float]

    def first_tokens(self, messages: Any, *, adapter: str = "") -> dict[str, float]:
        import math

        prompt = messages[-1].content
        probability = next((p for (wish, option), p in self.says.items() if wish in prompt and option in prompt), 0.5)
        return {"Yes": math.log(probability), "No": math.log(1 - probability)}


def _recalled(
    id: str, text: str, *, kind: MemoryKind = MemoryKind.PREFERENCE, speaker: Speaker = Speaker.PERSON
) -> Recalled:
    at = datetime(2026, 3, 4, 12, tzinfo=UTC)
    memory = SimpleNamespace(id=id, kind=kind, withdrawn=False, true_until=None, source_ids=("t1",), text=text)
    fields = {
        "memory": memory, "quote": text, "said_at": at, "speaker": speaker, "name": "", "score": 0.5,
        "score_parts": (), "cosine": 0.3,
    }  # fmt: skip
    return SimpleNamespace(**fields)  # type: ignore[return-value]


def _advised(items: list[Recalled], says: dict[tuple[str, str], float]) -> str:
    offer = Offer("Should I fly or walk?", ("Fly", "Walk"))
    found = SimpleNamespace(items=tuple(items), query=offer.question, mode=RecallMode.FULL, confidence=0.2)
    answer = advice(offer, found, Leaning(says), UTC, lambda: None, said_by={})  # type: ignore[arg-type]
    return "" if answer is None else answer.text


def test_the_words_that_decide_are_quoted() -> None:
    items = [_recalled("m1", "I collect stamps"), _recalled("m2", "Airports make me ill")]
    says = {("Airports", "Fly"): 0.05, ("Airports", "Walk"): 0.9}
    assert _advised(items, says) == "Walk, I think. You told me on 4 March 2026: “Airports make me ill.”"


def test_where_nothing_decides_nothing_is_said() -> None:
    assert _advised([_recalled("m1", "I collect stamps")], {("stamps", "Fly"): 0.7, ("stamps", "Walk"): 0.4}) == ""
    assert _advised([], {}) == ""


def test_wishes_that_pull_both_ways_are_both_told() -> None:
    items = [_recalled("m1", "Airports make me ill"), _recalled("m2", "My knees hurt")]
    says = {("Airports", "Fly"): 0.05, ("Airports", "Walk"): 0.9, ("knees", "Fly"): 0.9, ("knees", "Walk"): 0.2}
    told = _advised(items, says)
    assert told.startswith("Your own words speak for more than one:")
    assert "- Walk: You told me on 4 March 2026: “Airports make me ill.”" in told
    assert "- Fly: You told me on 4 March 2026: “My knees hurt.”" in told


@pytest.mark.parametrize(
    "item",
    [
        _recalled("m1", "Airports make me ill", speaker=Speaker.TWIN),
        _recalled("m1", "Airports make me ill", kind=MemoryKind.STYLE),
    ],
)
def test_what_the_person_did_not_say_of_themselves_decides_nothing(item: Recalled) -> None:
    assert _advised([item], {("Airports", "Fly"): 0.05, ("Airports", "Walk"): 0.9}) == ""


def test_memories_have_what_is_read_of_them() -> None:
    """The stand-ins above are of the shape that recall gives."""
    assert {"id", "kind", "withdrawn", "true_until", "source_ids", "text"} <= set(dir(Memory)) | set(Memory.__slots__)
    assert {"memory", "quote", "said_at", "speaker", "name", "score", "score_parts", "cosine"} <= set(
        Recalled.__slots__
    )
    assert {"items", "query", "mode", "confidence"} <= set(Recollection.__slots__)
