"""What "yesterday" was: relative times in a note, with the date that they mean put behind them.

A small model cannot count days, and an answer of "yesterday" is wrong the day after. So it is worked out here, as
exactly as the words are and no more: "last night (7 May 2023)", "last week (the week before 8 May 2023)".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
} | {"a": 1, "an": 1, "a couple of": 2}
_COUNT = r"(?P<count>a couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
_DAY = r"(?P<weekday>mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)"
_Meaning = Callable[[date, "re.Match[str]"], str]


def written(day: date) -> str:
    """ "8 May 2023"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def with_dates(text: str, said_on: date) -> str:
    """``text`` as said on a day, each relative time followed by its date in parentheses."""
    taken: list[tuple[int, int, str]] = []
    for pattern, meaning in _EXPRESSIONS:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end, _ in taken):
                taken.append((match.start(), match.end(), meaning(said_on, match)))
    for _, end, dated in sorted(taken, reverse=True):
        text = f"{text[:end]} ({dated}){text[end:]}"
    return text


def _days(count: int) -> _Meaning:
    return lambda day, match: written(day + timedelta(days=count))


def _month(day: date, ahead: int) -> str:
    years, month = divmod(day.month - 1 + ahead, 12)
    return f"{MONTHS[month]} {day.year + years}"


def _months(ahead: int) -> _Meaning:
    return lambda day, match: _month(day, ahead)


def _years(ahead: int) -> _Meaning:
    return lambda day, match: str(day.year + ahead)


def _ago(day: date, match: re.Match[str]) -> str:
    said = match["count"].lower()
    count = _NUMBERS[said] if said in _NUMBERS else int(said)
    match match["unit"].lower().rstrip("s"):
        case "day":
            return written(day - timedelta(days=count))
        case "week":
            return f"{'the week' if count == 1 else f'{said} weeks'} before {written(day)}"
        case "month":
            return _month(day, -count)
        case _:
            return str(day.year - count)


def _around(side: str, what: str = "") -> _Meaning:
    def meaning(day: date, match: re.Match[str]) -> str:
        return f"the {what or match['weekday'].capitalize()} {side} {written(day)}"

    return meaning


def _season(ahead: int) -> _Meaning:
    """Last summer, said in spring, was last year's; said in autumn, this year's."""

    def meaning(day: date, match: re.Match[str]) -> str:
        over = {"spring": 6, "summer": 9, "autumn": 12, "fall": 12, "winter": 3}[match["season"].lower()]
        passed = day.month >= over
        year = day.year + (ahead if ahead == 0 else (0 if passed else -1) if ahead < 0 else (1 if passed else 0))
        return f"{match['season'].lower()} {year}"

    return meaning


_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_EXPRESSIONS: Final = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), meaning)
    for pattern, meaning in (
        ("the day before yesterday", _days(-2)),
        ("the day after tomorrow", _days(2)),
        (rf"{_COUNT} (?P<unit>days?|weeks?|months?|years?) (?:ago|back)", _ago),
        ("yesterday(?: morning| afternoon| evening| night)?|last night", _days(-1)),
        ("tomorrow(?: morning| afternoon| evening| night)?", _days(1)),
        ("today|tonight|this (?:morning|afternoon|evening)", _days(0)),
        ("(?:last|this past|the past) weekend", _around("before", "weekend")),
        ("next weekend", _around("after", "weekend")),
        ("this weekend", _around("of", "weekend")),
        ("last week", _around("before", "week")),
        ("next week", _around("after", "week")),
        ("this week", _around("of", "week")),
        (rf"(?:last|this past) {_DAY}", _around("before")),
        (rf"(?:next|this|this coming) {_DAY}", _around("after")),
        ("last month", _months(-1)),
        ("next month", _months(1)),
        ("this month", _months(0)),
        ("last year", _years(-1)),
        ("next year", _years(1)),
        ("this year", _years(0)),
        (rf"last {_SEASON}", _season(-1)),
        (rf"this {_SEASON}", _season(0)),
        (rf"next {_SEASON}", _season(1)),
    )
)
