"""Of which days a question is: "yesterday", "on Monday", "last week", "in the past few days". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

Span = tuple[datetime | None, datetime | None]
"""From when, and before when."""

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DAY: Final = timedelta(days=1)
_THE_PAST: Final = r"(?:(?:in|over|during|within) the (?:past|last)|(?:in |over |during )?the past|past)"


def _days_ago(found: re.Match[str], today: datetime) -> Span:
    count = _COUNTS.get(found["count"]) or int(found["count"])
    return today - count * _DAY, today - (count - 1) * _DAY


def _on_a_day(found: re.Match[str], today: datetime) -> Span:
    back = (today.weekday() - _WEEKDAYS.index(found["day"]) - 1) % 7 + 1
    return today - back * _DAY, today - (back - 1) * _DAY


def _monday(today: datetime) -> datetime:
    return today - today.weekday() * _DAY


_SPANS: Final[tuple[tuple[str, Callable[[re.Match[str], datetime], Span]], ...]] = (
    # In this order: "over the last week" is seven days, "last week" is from Monday to Sunday.
    (r"today|tonight|this (?:morning|afternoon|evening)", lambda _, today: (today, None)),
    (r"yesterday|last night", lambda _, today: (today - _DAY, today)),
    (rf"(?P<count>{'|'.join(_COUNTS)}|\d{{1,3}}) days ago", _days_ago),
    (rf"(?:on|last) (?P<day>{'|'.join(_WEEKDAYS)})", _on_a_day),
    (r"this week", lambda _, today: (_monday(today), None)),
    (
        rf"{_THE_PAST} week|(?:(?:in |over |during )?the )?(?:last|past) (?:few|couple of) days|lately|recently",
        lambda _, today: (today - 7 * _DAY, None),
    ),
    (r"last week", lambda _, today: (_monday(today) - 7 * _DAY, _monday(today))),
    (rf"{_THE_PAST} month|the last month|(?:this|last) month", lambda _, today: (today - 31 * _DAY, None)),
)
_COMPILED: Final = tuple((re.compile(rf"\b(?:{words})\b"), span) for words, span in _SPANS)
_NAMED: Final = re.compile(r"\?P<\w+>")
SPAN: Final = f"(?:{'|'.join(_NAMED.sub('?:', words) for words, _ in _SPANS)})"
"""What :func:`span_of` reads, as a pattern of the question in lower case."""


def span_of(plain: str, now: datetime) -> Span:
    """From when, and before when, what ``plain`` asks for was; ``now`` is where the person is."""
    today = datetime.combine(now.date(), time(), now.tzinfo)
    for words, span in _COMPILED:
        if found := words.search(plain):
            return span(found, today)
    return None, None


def without_span(plain: str) -> str:
    """``plain`` without a count of days and the names of days, which only say when."""
    return re.sub(rf"\b(?:{'|'.join(_WEEKDAYS)})(?:'s)?\b|\b(?:{'|'.join(_COUNTS)}|\d{{1,3}}) days ago\b", "", plain)
