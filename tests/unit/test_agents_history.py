"""Sentences from the history of a slot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agents.answers import ABSTENTION, date_of
from agents.history import answer_in_time
from twin.domain import Memory, MemoryKind, Recalled
from twin.ports import AsksOfTime, Timeline

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BEFORE, CHANGED, SINCE = AsksOfTime.BEFORE, AsksOfTime.CHANGED, AsksOfTime.SINCE


def known(
    id: str,
    text: str,
    value: str,
    *,
    said: int,
    true_from: datetime | None = None,
    until: datetime | None = None,
    by: str | None = None,
) -> Recalled:
    said_at = MONDAY + timedelta(days=said)
    memory = Memory(
        id=id,
        kind=MemoryKind.FACT,
        text=text,
        source_ids=(f"t{id[1:]}",),
        learned_at=said_at,
        true_from=true_from or said_at,
        true_until=until,
        slot="self.home",
        value=value,
        superseded_by=by,
    )
    return Recalled(memory, 1.0, {"slot": 1.0}, text, said_at)


BERLIN = known("m1", "I live in Berlin", "Berlin", said=0, until=MONDAY + timedelta(days=9), by="m2")
BONN = known("m2", "I now live in Bonn", "Bonn", said=9)
RIGA = known("m3", "I moved to Riga last year", "Riga", said=9, true_from=datetime(2025, 1, 1, tzinfo=UTC))
PORTO = known("m4", "I used to live in Porto", "Porto", said=3, until=MONDAY + timedelta(days=3))


IN_BERLIN = "You told me on 2 March 2026: “I live in Berlin.” That was so until 11 March 2026."
FROM_BERLIN_TO_BONN = (
    "You told me on 11 March 2026: “I now live in Bonn.” Before that, on 2 March 2026, it was “I live in Berlin.”"
)


@pytest.mark.parametrize(
    ("asks", "items", "value", "text"),
    [
        (BEFORE, (BERLIN, BONN), "", IN_BERLIN),
        (BEFORE, (BERLIN, BONN), "bonn", IN_BERLIN),
        (BEFORE, (PORTO, BONN), "", "You told me on 5 March 2026: “I used to live in Porto.”"),
        (CHANGED, (BERLIN, BONN), "", FROM_BERLIN_TO_BONN),
        (CHANGED, (RIGA,), "", "In 2025: you told me on 11 March 2026: “I moved to Riga last year.”"),
        (SINCE, (RIGA,), "riga", "Since 2025: you told me on 11 March 2026: “I moved to Riga last year.”"),
        (SINCE, (BERLIN, BONN), "bonn", "At least since then: you told me on 11 March 2026: “I now live in Bonn.”"),
        (SINCE, (BERLIN, BONN), "berlin",
         "At least since then: you told me on 2 March 2026: “I live in Berlin.” That was so until 11 March 2026."),
    ],
)  # fmt: skip
def test_a_history_in_a_sentence(asks: AsksOfTime, items: tuple[Recalled, ...], value: str, text: str) -> None:
    answer = answer_in_time(Timeline(asks, items, value), UTC)
    assert answer.text == text
    assert not answer.abstained
    assert answer.sources


def test_several_values_of_before_are_listed() -> None:
    answer = answer_in_time(Timeline(BEFORE, (PORTO, BERLIN, BONN)), UTC)
    assert answer.text.splitlines()[0] == "You told me:"
    assert [source.memory_id for source in answer.sources] == ["m4", "m1"]


@pytest.mark.parametrize("asks", [BEFORE, CHANGED])
def test_without_a_change_it_says_so(asks: AsksOfTime) -> None:
    answer = answer_in_time(Timeline(asks, (BONN,)), UTC)
    assert answer.abstained
    assert answer.text.startswith(ABSTENTION)
    assert "“I now live in Bonn.”" in answer.text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2025, 1, 1, tzinfo=UTC), "2025"),
        (datetime(2025, 3, 1, tzinfo=UTC), "March 2025"),
        (datetime(2025, 3, 4, tzinfo=UTC), "4 March 2025"),
        (MONDAY, "2 March 2026"),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(at: datetime, text: str) -> None:
    assert date_of(at, UTC) == text


def test_of_nothing_there_is_no_history() -> None:
    assert answer_in_time(Timeline(CHANGED, ()), UTC).text.startswith(f"{ABSTENTION} Say what is meant")
