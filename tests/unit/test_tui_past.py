"""What was said before, as it is given out when the person looks back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from tests.tui.script import utterance
from tui.past import TURNS_FETCHED, UTTERANCES_FETCHED, Past
from twin.domain import Speaker, Turn, Utterance
from twin.requests import ListUtterances, ShowHistory

S = TypeVar("S", Turn, Utterance)

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def turn(number: int, minute: int, session: str = "before") -> Turn:
    return Turn(f"t{number}", session, Speaker.PERSON, "", BEGAN + timedelta(minutes=minute))


def dictation(number: int, minute: int) -> Utterance:
    return replace(utterance(f"u{number}"), session_id="before", created_at=BEGAN + timedelta(minutes=minute))


class Twin:
    """Answers as the engine does."""

    def __init__(self, turns: list[Turn], utterances: list[Utterance]) -> None:
        self.turns, self.utterances = turns, utterances
        self.asked = 0

    def answer(self, past: Past) -> bool:
        """Whether something was wanted."""
        wanted = past.wanted()
        self.asked += len(wanted)
        for request in wanted:
            if isinstance(request, ShowHistory):
                past.add_turns(older_than(request.before, self.turns)[-request.limit :])
            else:
                past.add_utterances(older_than(request.before, self.utterances)[-request.limit :][::-1])
        return bool(wanted)


def older_than(before: str, said: list[S]) -> list[S]:
    return [one for one in said if not before or int(one.id[1:]) < int(before[1:])]


def looked_back(past: Past, twin: Twin, at_once: int = 7) -> list[Turn | Utterance]:
    """All that comes, the oldest first."""
    seen: list[Turn | Utterance] = []
    while (asked := twin.answer(past)) or (taken := past.take(at_once)):
        seen = ([] if asked else taken) + seen
    return seen


@pytest.mark.parametrize(
    ("turns", "utterances"),
    [(0, 0), (1, 0), (0, 1), (TURNS_FETCHED, UTTERANCES_FETCHED), (95, 3), (3, 95), (201, 77)],
)
def test_all_comes_once_in_the_order_of_its_time(turns: int, utterances: int) -> None:
    twin = Twin(
        [turn(n, 3 * n) for n in range(1, turns + 1)], [dictation(n, 5 * n + 1) for n in range(1, utterances + 1)]
    )
    seen = looked_back(Past("now"), twin)
    assert sorted(one.id for one in seen) == sorted(one.id for one in (*twin.turns, *twin.utterances))
    assert seen == sorted(seen, key=lambda one: one.created_at)


def test_nothing_comes_while_something_newer_may_still_be_fetched() -> None:
    past = Past("now")
    past.wanted()
    past.add_turns([turn(n, n) for n in range(TURNS_FETCHED)])
    assert not past.known
    assert past.take(5) == []  # an utterance may be the last that was said
    past.add_utterances([dictation(n, n) for n in range(UTTERANCES_FETCHED, 0, -1)])
    assert past.known
    assert [one.id for one in past.take(3)] == ["t37", "t38", "t39"]


def test_it_is_asked_for_when_there_is_soon_no_more_and_once() -> None:
    past = Past("now")
    assert past.wanted() == (ShowHistory(limit=TURNS_FETCHED), ListUtterances(limit=UTTERANCES_FETCHED))
    assert past.wanted() == ()
    past.add_utterances([])
    past.add_turns([turn(n, n) for n in range(1, TURNS_FETCHED + 1)])
    assert past.wanted() == ()
    past.take(TURNS_FETCHED - 5)
    assert past.wanted() == (ShowHistory(limit=TURNS_FETCHED, before="t1"),)
    past.unanswered(ShowHistory())
    assert past.wanted() == (ShowHistory(limit=TURNS_FETCHED, before="t1"),)


def test_this_session_is_left_out_though_it_fills_what_was_fetched() -> None:
    now = [turn(n, n, "now") for n in range(50, 50 + TURNS_FETCHED)]
    twin = Twin([turn(1, 1), *now, turn(99, 99)], [])
    assert [one.id for one in looked_back(Past("now"), twin)] == ["t1", "t99"]


def test_what_is_forgotten_does_not_come() -> None:
    past = Past("now")
    twin = Twin([turn(n, n) for n in range(4)], [dictation(1, 9)])
    twin.answer(past)
    past.forget({"t2", "u1"})
    assert [one.id for one in past.take(9)] == ["t0", "t1", "t3"]
