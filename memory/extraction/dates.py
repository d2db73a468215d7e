"""When something was so, from how people say it: "since March", "two weeks ago", "from 2012 to 2016".

Pure functions: the time of saying is an argument, in the person's time zone. A date comes out as its first instant, at
midnight UTC: a year as its first of January, a month as its first day, a season (whose beginning nobody means) as its
year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "three": 3, "a few": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_UNIT = r"(?:day|week|month|year)"
_NUMBER = rf"(?:\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_SPAN = rf"(?:(?:about|over|almost|nearly|more than|around) )?(?P<number>{_NUMBER}) (?P<unit>{_UNIT})s?"

DATE: Final = (
    rf"(?:(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?|{_MONTH} (?:the )?{_DAY}(?!\d)(?:,? {_YEAR})?"
    rf"|\d{{4}}-\d\d-\d\d|(?:the )?(?:beginning of |end of |early |late )?(?:{_MONTH}(?: of)? )?{_YEAR}"
    rf"|(?:the )?{_SEASON} (?:of )?{_YEAR}|(?:last |this |early |late )?{_MONTH}\b"
    rf"|(?:last |this |on )?{_WEEKDAY}|(?:last|this) (?:week|month|year|{_SEASON})|yesterday|today"
    rf"|{_SPAN.replace('(?P<number>', '(?:').replace('(?P<unit>', '(?:')} ago)"
)
"""A pattern for a date or a stretch of time that :func:`moment` reads."""


def moment(text: str, said_at: datetime) -> datetime | None:
    """The beginning of the date that ``text`` names, before ``said_at`` where that is open; nothing if it is none."""
    plain = re.sub(
        r"^(?:the|on|in|early|late|beginning of|end of) ", "", " ".join(text.lower().replace(",", " ").split())
    )
    today = datetime(said_at.year, said_at.month, said_at.day, tzinfo=UTC)
    if plain in ("today", "yesterday"):
        return today - timedelta(days=plain == "yesterday")
    if ago := re.fullmatch(rf"{_SPAN} ago", plain):
        return before(ago["number"], ago["unit"], said_at)
    if last := re.fullmatch(rf"(last|this) (week|month|year|{_SEASON})", plain):
        return _named(last[2], today, back=last[1] == "last")
    if weekday := re.fullmatch(rf"(?:last |this )?({_WEEKDAY})", plain):
        back = (today.weekday() - _WEEKDAYS.index(weekday[1])) % 7
        return today - timedelta(days=back or 7)
    return _calendar(plain, today)


def before(number: str, unit: str, said_at: datetime) -> datetime:
    """So many days, weeks, months or years before ``said_at``, as exact as that is meant."""
    count = _NUMBERS.get(number) or int(number)
    today = datetime(said_at.year, said_at.month, said_at.day, tzinfo=UTC)
    if unit in ("day", "week"):
        return today - timedelta(days=min(count, 30_000) * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 - min(count, 1_200) * (12 if unit == "year" else 1)
    return datetime(months // 12, 1 if unit == "year" else months % 12 + 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """``clause`` without the words that say when, and what they say."""

    clause: str
    since: datetime | None = None
    until: datetime | None = None
    at: datetime | None = None


_PREPOSED = (
    (re.compile(rf"^(?:ever )?since (?P<since>{DATE}),? ", re.I)),
    (re.compile(rf"^(?:until|till|up to) (?P<until>{DATE}),? ", re.I)),
    (re.compile(rf"^(?:from|between) (?P<since>{DATE}) (?:to|until|till|and) (?P<until>{DATE}),? ", re.I)),
    (re.compile(rf"^(?:in |on |back in )?(?P<at>{DATE}),? (?=(?:i|we|my|our)\b)", re.I)),
)
_POSTPOSED = (
    (re.compile(rf",? (?:ever )?since (?P<since>{DATE})$", re.I)),
    (re.compile(rf",? (?:until|till|up to) (?P<until>{DATE})$", re.I)),
    (re.compile(rf",? (?:from|between) (?P<since>{DATE}) (?:to|until|till|and) (?P<until>{DATE})$", re.I)),
    (re.compile(rf",? for (?:the (?:last|past) )?{_SPAN}(?: now)?$", re.I)),
    (re.compile(rf",? (?:in |on |back in |at the )?(?P<at>{DATE})$", re.I)),
)


def timing(clause: str, said_at: datetime) -> Timing:
    """Take apart what ``clause`` says and when it says that it was so. "For two years" counts back from now."""
    for pattern in (*_PREPOSED, *_POSTPOSED):
        found = pattern.search(clause)
        if found is None:
            continue
        groups = found.groupdict()
        dates = {name: moment(groups[name], said_at) for name in ("since", "until", "at") if groups.get(name)}
        if groups.get("unit"):
            dates["since"] = before(groups["number"].lower(), groups["unit"].lower(), said_at)
        return Timing(clause[: found.start()] + clause[found.end() :], **dates)
    return Timing(clause)


def _named(period: str, today: datetime, *, back: bool) -> datetime:
    """The first day of this or the last week, month or year; of a season, the year that it fell in."""
    if period == "week":
        return today - timedelta(days=today.weekday() + 7 * back)
    if period == "month":
        return before("1", "month", today) if back else today.replace(day=1)
    if period == "year":
        return datetime(today.year - back, 1, 1, tzinfo=UTC)
    begins = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[period]
    return datetime(today.year - (back and today.month <= begins + 2), 1, 1, tzinfo=UTC)


def _calendar(plain: str, today: datetime) -> datetime | None:
    """A date of the calendar; without a year it is the latest such date that has passed."""
    if iso := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", plain):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    year = re.search(rf"\b{_YEAR}\b", plain)
    month = re.search(rf"\b{_MONTH}\b", plain)
    day = re.search(r"\b([0-3]?\d)(?:st|nd|rd|th)?\b", plain.replace(year[0], "") if year else plain)
    if month is None:
        return _date(int(year[0]), 1, 1) if year else None
    number = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[0][:3]))
    of_month = int(day[1]) if day else 1
    if year:
        return _date(int(year[0]), number, of_month)
    passed = (number, of_month) <= (today.month, today.day)
    return _date(today.year if passed else today.year - 1, number, of_month)


def _date(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:  # 31 February
        return None
