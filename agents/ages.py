"""How old somebody is, reckoned from the day on which they were born, as the person told it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from agents.answers import YOU, Answer, cite, day, quoted
from twin.domain import Recalled, Recollection, Speaker
from twin.sentences import plain_question

_ASKS: Final = re.compile(r"^(?:how old (?:am i|is (?:my|our) [\w' -]+)|what(?:'s| is) my age)(?: now| today)?$")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH: Final = rf"(?P<month>{'|'.join(name[:3] for name in _MONTHS)})[a-z]*\.?"
_DATED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?P<year>(?:19|20)\d\d)\b",
        rf"\b{_MONTH},? (?P<year>(?:19|20)\d\d)\b",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b",
        r"\b(?P<year>(?:19|20)\d\d)\b",
    )
)


@dataclass(frozen=True, slots=True)
class Born:
    """``on`` is the day, or nothing where only the year is known, and perhaps the ``month``."""

    year: int
    on: date | None = None
    month: int = 0

    def age(self, today: date) -> str:
        """In whole years; of a year alone, both that it may be."""
        if self.on is None:
            most = today.year - self.year
            if self.month and self.month != today.month:
                return str(most - (self.month > today.month))
            return f"{most - 1} or {most}"
        before_birthday = (today.month, today.day) < (self.on.month, self.on.day)
        return str(today.year - self.year - before_birthday)


def asks_age(question: str) -> bool:
    return _ASKS.match(plain_question(question)) is not None


def born(text: str) -> Born | None:
    """The day or year that ``text`` names; nothing where it names no year, or a day that is none."""
    found = next((match for pattern in _DATED if (match := pattern.search(text))), None)
    if found is None:
        return None
    parts = found.groupdict()
    year = int(parts["year"])
    if not parts.get("month"):
        return Born(year)
    month = parts["month"].lower()
    number = int(month) if month.isdigit() else 1 + next(i for i, name in enumerate(_MONTHS) if name.startswith(month))
    if not parts.get("day"):
        return Born(year, month=number)
    try:
        return Born(year, date(year, number, int(parts["day"])))
    except ValueError:
        return None


def age_from(recollection: Recollection, now: datetime, timezone: tzinfo | None) -> Answer | None:
    """The answer to "how old am I?", if a birthday with its year fills a slot that recall found; else nothing, and
    the question is one like any other."""
    if not asks_age(recollection.query):
        return None
    for item in recollection.items:
        if "slot" in item.score_parts and _holds(item) and (known := born(item.memory.value)) is not None:
            today = now.astimezone(timezone).date()
            if (known.on or date(known.year, max(known.month, 1), 1)) > today:
                return None
            who = item.memory.slot.partition(".")[0]
            whose = "You are" if who == "self" else f"Your {who} is"
            told = f"{YOU} on {day(item.said_at, timezone)}: {quoted(item.quote)}"
            return Answer(f"{whose} {known.age(today)}. {told}", (cite(item),))
    return None


def _holds(item: Recalled) -> bool:
    attribute = item.memory.slot.partition(".")[2]
    held = item.memory.true_until is None and item.speaker is Speaker.PERSON
    return held and attribute in ("birthday", "birth year")
