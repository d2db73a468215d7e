"""The person's terms, hints at them, and how the person speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Term:
    """A word or name of the person's vocabulary, with what the ledger tells of its use.

    ``uses`` counts it in what the person typed and in dictations whose text they corrected or confirmed.
    ``domain`` is the trade that it belongs to: as given, or (``domain_inferred``) that of the terms in whose company
    it is used; ``topics`` are the words that it is used with most. ``sounds`` are its phonetic keys and those of its
    aliases, the ways in which it was misheard.
    """

    text: str
    memory_id: str
    aliases: tuple[str, ...] = ()
    domain: str = ""
    domain_inferred: bool = False
    uses: int = 0
    last_used: datetime | None = None
    topics: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HintContext:
    """What is going on when something is dictated: the texts before it, newest last, the active domain, the time."""

    at: datetime
    recent: tuple[str, ...] = ()
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A term that the recogniser should listen for, and why. ``score`` is of its having been said, from 0 to 1."""

    term: str
    score: float
    reasons: tuple[str, ...]
    heard: str
    """The words in whose place it may have been said."""
    memory_id: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a habit shows: a turn or a dictation, and when it was said."""

    source_id: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Expression:
    """Something that the person says again and again. ``rate`` is how often in a thousand of their words."""

    text: str
    count: int
    rate: float
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of what is usual, and the quarters on both sides of it."""

    median: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class MonthTopics:
    """What a month was about, by the words that set it apart from the others; ``month`` is ``2026-03``."""

    month: str
    topics: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Habits:
    """How the person talks, computed from their own words alone and stored nowhere.

    ``hours`` (24, from midnight) and ``weekdays`` (7, from Monday) count what was said, in local time. Lengths are in
    words. ``partial`` says that there was more than was looked at; the newest was.
    """

    turns: int
    dictations: int
    words: int
    since: datetime | None
    until: datetime | None
    partial: bool
    phrases: tuple[Expression, ...]
    fillers: tuple[Expression, ...]
    turn_words: Spread | None
    dictation_words: Spread | None
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    months: tuple[MonthTopics, ...]
