"""Cutting the value out of a clause: "Berlin" from "Berlin, because of the lakes", three things from a list."""

from __future__ import annotations

import re

from memory.extraction.dates import DATE
from twin.domain import Polarity

_END = re.compile(
    r"\s*(?:[;–—]"
    r"|,? (?:because|since|although|though|but|which|who|where|unless|until|so that|as (?:i|it|we|they))\b"
    r"|,? and (?:i|my|she|he|they|we|it)\b|, (?:so|not|and|i|my)\b).*$",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(
    r",? and (?:has|is|was|works (?:as|at|for|in|with)|lives in|loves|likes|hates|speaks)\b.*$", re.IGNORECASE
)
_TAIL = re.compile(
    r"(?:,? (?:now|too|as well|though|these days|nowadays|again|any ?more|any longer|at the moment|right now|currently"
    r"|(?:in )?(?:last|this|early|late) (?:year|month|week|spring|summer|autumn|fall|winter)|yesterday|recently"
    r"|(?:(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of|some|several|many) )?"
    r"(?:years?|months?|weeks?|days?|ages) ago|in (?:19|20)\d\d|for (?:\w+ )?\w+ (?:years|months)"
    r"|please|by the way|actually|very much|so much|a (?:lot|bit|little)|the most|best|now and then|after all"
    r"|instead))+$",
    re.IGNORECASE,
)
_WHEN = re.compile(rf",? (?:in|on|since|back in) {DATE}$", re.IGNORECASE)
_RATHER_THAN = re.compile(r",? (?:(?:over|rather than|instead of|more than) .*|to(?! \w+ing\b) \w+(?: \w+)?)$", re.I)
_LIST_BREAK = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+")
_LIST_FILLER = re.compile(r"^(?:an? (?:little|bit of)|some|an?|the) ")


def value_of(text: str, *, dated: bool = False) -> str:
    """What of ``text`` is the value. ``dated``: a date at its end is when it was so, and no part of it."""
    text = trimmed(_END.sub("", text))
    if dated:
        text = _WHEN.sub("", text)
    return trimmed(_TAIL.sub("", text)).strip('“”"«»')


def before_next_clause(value: str) -> str:
    """Of "Leuven and has two kids", Leuven: for values of facts; what one likes may well be "jazz and has-beens"."""
    return trimmed(_NEXT_CLAUSE.sub("", value))


def preferred(value: str) -> str:
    """Of "tea to coffee", tea."""
    return value if value.lower().startswith("to ") else trimmed(_RATHER_THAN.sub("", value))


def is_list(value: str) -> bool:
    """Whether ``value`` names several things; "fish and chips" is one thing, "tea, cake and jazz" are three."""
    return value.count(",") > 0 and all(len(item.split()) <= 3 for item in items(value)) and len(items(value)) > 2


def neither(value: str, polarity: Polarity) -> bool:
    """Whether ``value`` names two things that are both disliked: "jazz or opera"."""
    found = items(value)
    return polarity is Polarity.DISLIKES and " or " in value and all(len(item.split()) <= 2 for item in found)


def items(value: str) -> list[str]:
    return [_LIST_FILLER.sub("", part) for part in _LIST_BREAK.split(value) if part]


def trimmed(text: str) -> str:
    return text.strip().rstrip(".!,;: ").strip()
