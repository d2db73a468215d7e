"""Of which days a question is: "yesterday", "on Monday", "last week". Pure."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Final

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ON_A_DAY: Final = re.compile(rf"\b(?:on|last) (?P<day>{'|'.join(_WEEKDAYS)})\b")
_DAYS_AGO: Final = re.compile(r"\b(?P<count>two|three|four|five|six|\d+) days ago\b")
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
SPAN: Final = (
    r"(?:today|tonight|yesterday|last night|lately|recently|this (?:morning|afternoon|evening|week|month)"
    r"|last (?:week|month)|(?:in |over |during )?(?:the )?(?:past|last) (?:few days|week|month)"
    rf"|(?:two|three|four|five|six|\d+) days ago|(?:on|last) (?:{'|'.join(_WEEKDAYS)}))"
)
"""What :func:`span_of` reads, as a pattern of the question in lower case."""


def span_of(plain: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """From when, and before when, what ``plain`` asks for was; ``now`` is where the person is."""
    today = datetime.combine(now.date(), time(), now.tzinfo)
    if re.search(r"\btoday\b|\bthis (?:morning|afternoon|evening)\b|\btonight\b", plain):
        return today, None
    if re.search(r"\b(?:yesterday|last night)\b", plain):
        return today - timedelta(days=1), today
    if ago := _DAYS_AGO.search(plain):
        count = _COUNTS.get(ago["count"]) or int(ago["count"])
        return today - timedelta(days=count), today - timedelta(days=count - 1)
    if named := _ON_A_DAY.search(plain):
        back = (now.weekday() - _WEEKDAYS.index(named["day"]) - 1) % 7 + 1
        return today - timedelta(days=back), today - timedelta(days=back - 1)
    monday = today - timedelta(days=now.weekday())
    if re.search(r"\bthis week\b", plain):
        return monday, None
    if re.search(r"\blast week\b", plain):
        return monday - timedelta(days=7), monday
    if re.search(r"\b(?:this|last|past|the last) month\b", plain):
        return today - timedelta(days=31), None
    if re.search(r"\b(?:lately|recently|past week|last few days)\b", plain):
        return today - timedelta(days=7), None
    return None, None


def without_span(plain: str) -> str:
    """``plain`` without the words that only say when."""
    return re.sub(rf"\b(?:{'|'.join(_WEEKDAYS)})(?:'s)?\b", "", _DAYS_AGO.sub("", plain))
