"""What a text is like by itself, whatever is asked: how long, whether it asks, speaks of its speaker, names a time."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_FIRST_PERSON = frozenset({"i", "my", "me", "mine", "i'm", "i've"})
_TIMES = frozenset(
    """yesterday today tonight tomorrow last next ago week weekend month year since recently soon morning evening night
    monday tuesday wednesday thursday friday saturday sunday""".split()  # noqa: SIM905
) | frozenset(MONTHS)
_DATED = re.compile(r"\b(?:\d+(?:st|nd|rd|th)|20\d\d)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LIKING_WORDS = frozenset(
    """like likes liking love loves hate hates favourite favorite never always refuse interest interested only rather
    fear don't won't fan""".split()  # noqa: SIM905
)
_LIKING_BEGINNINGS = ("prefer", "dislik", "avoid", "enjoy", "allerg", "avers")
_LIKING_PHRASES = ("can't stand", "cannot stand", "do not")
_SENTENCE_END = re.compile(r"[.!?]+")
_AVERAGE_LOG_LENGTH = 3.0
_SHORT = 40
"""Words. A text of this length or less borrows from its neighbours fully; a longer one explains itself."""


@dataclass(frozen=True, slots=True)
class Traits:
    """``asks`` is the share of sentences that are questions, ``first_person`` that of words; flags are 0 or 1.

    ``borrows`` is how much the neighbouring turns say of this one, from 0 to 1."""

    length: float
    asks: float
    first_person: float
    number: float
    time: float
    liking: float
    borrows: float


def traits_of(text: str, words: Sequence[str]) -> Traits:
    """``words`` are all the words of ``text``, in lower case."""
    count = max(1, len(words))
    questions = text.count("?")
    return Traits(
        length=math.log1p(len(words)) - _AVERAGE_LOG_LENGTH,
        asks=questions / max(1, len(_SENTENCE_END.findall(text))) if questions else 0.0,
        first_person=sum(word in _FIRST_PERSON for word in words) / count,
        number=float(_DIGIT.search(text) is not None),
        time=float(not _TIMES.isdisjoint(words) or _DATED.search(text) is not None),
        liking=float(_speaks_of_liking(text, words)),
        borrows=min(1.0, _SHORT / count),
    )


def _speaks_of_liking(text: str, words: Sequence[str]) -> bool:
    if not _LIKING_WORDS.isdisjoint(words) or any(word.startswith(_LIKING_BEGINNINGS) for word in words):
        return True
    plain = text.lower().replace("’", "'")
    return any(phrase in plain for phrase in _LIKING_PHRASES)
