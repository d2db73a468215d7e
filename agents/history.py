"""Sentences from the history of a slot: what was before, when it changed, since when it is so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import tzinfo

from agents.answers import ABSTENTION, Answer, cite, date_of, day, is_date, no_more, quoted
from twin.domain import Citation, Recalled
from twin.ports import AsksOfTime, Timeline

_MOST = 5
_TELLS_OF_CHANGE = re.compile(
    r"\b(?:moved|relocated|changed|switched|started|began|stopped|joined|became|turned|quit|left|lost|gave up|"
    r"no longer|any ?more|new|got (?:married|divorced|engaged))\b",
    re.IGNORECASE,
)
"""That it changed is told, though not from what; when is known no better than that it was told."""
_WHICH = "Say what is meant by “that”, as in “when did my job change?” or “when did I move?”."


def answer_in_time(timeline: Timeline, timezone: tzinfo | None) -> Answer:
    """Answer a question about time, or say what is missing for an answer."""
    if not timeline.items:
        return Answer(f"{ABSTENTION} {_WHICH}", abstained=True)
    if timeline.asks is AsksOfTime.BEFORE:
        return _before(timeline, timezone)
    if timeline.asks is AsksOfTime.SINCE:
        return _since(timeline, timezone)
    return _changed(timeline, timezone)


def _before(timeline: Timeline, timezone: tzinfo | None) -> Answer:
    named = _named(timeline)
    at = named[-1].memory.true_from if named else None
    past = [
        item
        for item in timeline.items
        if item.memory.true_until is not None
        and item.memory.value
        and item not in named
        and (at is None or item.memory.true_from <= at)
    ]
    different = list({item.memory.value.casefold() + item.memory.slot: item for item in past}.values())[-_MOST:]
    if not different:
        now = timeline.items[-1]
        known = f"I know of nothing before what you told me on {day(now.said_at, timezone)}: {quoted(now.quote)}"
        return Answer(f"{ABSTENTION} {known}", abstained=True)
    if timeline.value:
        different = different[-1:]
    sources = tuple(cite(item) for item in different)
    if len(different) == 1:
        (only,) = different
        return Answer(
            f"You told me on {day(only.said_at, timezone)}: {quoted(only.quote)}{no_more(only.memory, timezone)}",
            sources,
        )
    lines = [f"- {day(i.said_at, timezone)}: {quoted(i.quote)}{no_more(i.memory, timezone)}" for i in different]
    return Answer("\n".join(("You told me:", *lines)), sources)


def _changed(timeline: Timeline, timezone: tzinfo | None) -> Answer:
    named = _named(timeline) or timeline.items
    item = named[-1]
    index = timeline.items.index(item)
    previous = next((i for i in reversed(timeline.items[:index]) if i.memory.superseded_by == item.memory.id), None)
    told = f"you told me on {day(item.said_at, timezone)}: {quoted(item.quote)}"
    if is_date(item.memory.true_from):
        return Answer(f"In {date_of(item.memory.true_from, timezone)}: {told}", _cited(item))
    if previous is not None:
        was = f"Before that, on {day(previous.said_at, timezone)}, it was {quoted(previous.quote)}"
        return Answer(f"{told[:1].upper()}{told[1:]} {was}", _cited(previous, item))
    if item.memory.superseded_by is None and item.memory.true_until is not None:
        return Answer(f"{told[:1].upper()}{told[1:]}", _cited(item))  # "I used to": it says itself what it knows
    if _TELLS_OF_CHANGE.search(item.quote):
        return Answer(f"{told[:1].upper()}{told[1:]}", _cited(item))
    return Answer(f"{ABSTENTION} I know of no change: {told}", abstained=True)


def _since(timeline: Timeline, timezone: tzinfo | None) -> Answer:
    item = (_named(timeline) or timeline.items)[-1]
    told = f"you told me on {day(item.said_at, timezone)}: {quoted(item.quote)}{no_more(item.memory, timezone)}"
    if is_date(item.memory.true_from):
        return Answer(f"Since {date_of(item.memory.true_from, timezone)}: {told}", _cited(item))
    return Answer(f"At least since then: {told}", _cited(item))


def _named(timeline: Timeline) -> tuple[Recalled, ...]:
    """The items about the value that the question names; those that only ended it, too."""
    if not timeline.value:
        return ()
    wanted = set(timeline.value.casefold().split())
    return tuple(item for item in timeline.items if wanted <= set(_words(item)))


def _words(item: Recalled) -> Sequence[str]:
    text = f"{item.memory.value} {item.quote}"
    return [word.strip(".,!?;:'\"“”").removesuffix("'s") for word in text.casefold().split()]


def _cited(*items: Recalled) -> tuple[Citation, ...]:
    return tuple(cite(item) for item in items)
