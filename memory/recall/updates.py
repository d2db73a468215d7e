"""A newer value of the same thing comes before the older one; after it, where the question is for what was before.

Slots know what replaced what (see :mod:`memory.store.ledger`). This is for all the rest that was said: "the budget is
$5,000", and weeks later "we raised the budget to $7,500". Only a question for a value that holds now is touched, and
only where a later passage of the same speaker has another value of the same kind, said of the same things. Both stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memory.recall.terms import STOP_WORDS, Stemmer
from memory.recall.traits import MONTHS

DEPTH: Final = 50
"""How far down the ranking a newer value may come from."""
_OVERTAKEN: Final = 5
"""The places that it may overtake."""
_ALIKE = 0.25
"""Least cosine between the two passages …"""
_ALIKE_WITHOUT_VALUE = 0.6
"""… and where the newer one says that something changed, but not to what …"""
_ALIKE_COVER = 0.6
"""… and what it then covers of the question at least, relative to the older one."""
_LEAST_COVER = 0.2
"""Least share of the question's words around a value."""
_RELATIVE_COVER = 0.3
"""The newer value's, relative to the older one's."""
_MOST_RATIO = 3.0
"""Two numbers further apart count different things."""
_CHANGE_BONUS = 0.2
_ADVISING = 0.9
"""From here on the question is for advice, which has no value that could be out of date."""
_READ_CHARACTERS = 1500
_AROUND_WORDS = 12

# Words of a question for what was, or for a comparison over time: nothing may overtake then.
_OF_THE_PAST = re.compile(
    r"\b(?:before|previous(?:ly)?|original(?:ly)?|used to|at first|initial(?:ly)?|earlier|formerly|in the past|old|ago|"
    r"back then|prior|history|over time|order|sequence|evolve\w*|between|ever|across|mention\w*|passed|did|was|were|"
    r"had|after|until|changed?)\b",
    re.IGNORECASE,
)
_FOR_THE_FORMER = re.compile(
    r"\b(?:before|previous(?:ly)?|original(?:ly)?|used to|at first|initial(?:ly)?|formerly|old|prior)\b", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:reschedul\w+|postpon\w+|pushed back|mov(?:ed|ing) (?:to|up|back)|changed? (?:to|from)|extend(?:ed|ing)|"
    r"updat(?:ed|ing)|shorten\w*|no longer|switched|instead of|increased|decreased|reduced|raised|reached|rose|grown|"
    r"grew|now)\b",
    re.IGNORECASE,
)

_TOKEN = re.compile(r"\d{1,2}:\d\d|\$?\d[\d,]*(?:\.\d+)?%?|[a-z]+(?:'[a-z]+)?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]+(?=\s)|\n+")
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SPELLED: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    )
}
_NUMBERED = re.compile(rf"\d|\b(?:{'|'.join(_SPELLED)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """A number in a text: its kind ("$", "%", "clock", "date" or "#") and the stems around it, or in its sentence."""

    kind: str
    number: float
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage near the top of a ranking. ``cover`` is the share of the question's words that it has."""

    text: str
    who: int
    said_at: float
    number: int
    cover: float
    is_own: bool
    """Whether the person themselves said it; true for all where they are not among the speakers."""

    def is_newer_than(self, other: Candidate) -> bool:
        return (self.said_at, self.number) > (other.said_at, other.number)


@dataclass(frozen=True, slots=True)
class Overtaking:
    """``ahead`` is to come just before ``behind``; positions among the candidates."""

    ahead: int
    behind: int
    former: bool
    """The question is for what was before, so that the older one goes ahead."""


def asks_for_a_value(question: str, advising: float) -> bool:
    """Whether ``question`` is for a value that holds now, or for the one before it."""
    of_the_past = _OF_THE_PAST.search(question) and not _FOR_THE_FORMER.search(question)
    return advising <= _ADVISING and not of_the_past and bool(values_wanted(question)[0])


def values_wanted(question: str) -> tuple[frozenset[str], frozenset[str]]:
    """Kinds of value that would answer ``question``, and the words (not stems) of what is counted."""
    asked = question.lower()
    kinds: set[str] = set()
    counted: set[str] = set()
    many = re.search(r"how many ((?:[\w'-]+ ){0,2}[\w'-]+)", asked)
    if many:
        kinds.add("#")
        counted |= {w for w in many[1].split() if w not in STOP_WORDS and w not in ("total", "new", "different")}
    if re.search(r"budget|price|cost|spend|spent|how much|salary|income|\bfee\b|\bpay", asked):
        kinds.add("$")
    if re.search(r"\brate\b|percent|accuracy|score", asked):
        kinds.add("%")
    if "what time" in asked:
        kinds.add("clock")
    if not many and re.search(r"\bwhen\b|\bdate\b|deadline|(?:what|which) day|\bdue\b|schedul", asked):
        kinds |= {"date", "clock"}
    if re.search(r"how long|duration", asked):
        kinds.add("#")
        counted |= {"hour", "day", "week", "month", "year", "minute"}
    if not kinds and re.search(r"\b(?:average|number of|size|goal|target|limit|length|time)\b", asked):
        kinds.add("#")
    return frozenset(kinds), frozenset(counted)


def values_in(text: str, stemmer: Stemmer) -> tuple[Value, ...]:
    """The numbers in ``text``, by what they count."""
    text = text[:_READ_CHARACTERS]
    if not _NUMBERED.search(text):
        return ()
    spans = list(_TOKEN.finditer(text))
    tokens = [span.group().lower() for span in spans]
    stems = stemmer.stems(tokens)
    sentence = _sentences(text, spans)
    found = []
    for place, token in enumerate(tokens):
        if token[0].isdigit() or token[0] == "$" or token in _SPELLED:
            before = tokens[place - 1] if place else ""
            after = tokens[place + 1] if place + 1 < len(tokens) else ""
            typed = _typed(token, before, after)
            if typed is not None:
                around = set(stems[max(0, place - _AROUND_WORDS) : place + _AROUND_WORDS + 1])
                around |= {stem for stem, number in zip(stems, sentence, strict=True) if number == sentence[place]}
                found.append(Value(*typed, frozenset(around)))
    return tuple(found)


def _sentences(text: str, spans: Sequence[re.Match[str]]) -> list[int]:
    """For each of ``spans`` the number of the sentence that it stands in."""
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    return [bisect_right(ends, span.start()) for span in spans]


def _typed(token: str, before: str, after: str) -> tuple[str, float] | None:
    afternoon = 12 * (after == "pm")
    if ":" in token:
        hour, minute = token.split(":")
        return "clock", int(hour) % 12 + afternoon + int(minute) / 60
    digits = token.strip("$%").replace(",", "")
    if digits not in _SPELLED and not _PLAIN_NUMBER.fullmatch(digits):
        return None
    number = float(_SPELLED.get(digits, digits))
    if before in MONTHS and number <= 31:
        return "date", number + 31 * MONTHS.index(before)
    if token[0] == "$":
        return "$", number
    if token.endswith("%") or after == "percent":
        return "%", number
    if after in ("am", "pm"):
        return "clock", number % 12 + afternoon
    return None if 1900 < number < 2100 else ("#", number)


def overtakings(
    question: str,
    asked: Sequence[tuple[str, float]],
    candidates: Sequence[Candidate],
    alike: NDArray[np.float32],
    stemmer: Stemmer,
    *,
    advising: float,
) -> list[Overtaking]:
    """Which of ``candidates`` (best first) are to come before which.

    ``asked`` are the stems of the question with their weights; ``alike`` the cosines between candidates, shape
    ``(len(candidates), len(candidates))``.
    """
    if not asks_for_a_value(question, advising):
        return []
    for_the_former = bool(_FOR_THE_FORMER.search(question))
    kinds, counted = values_wanted(question)
    counted = frozenset(stemmer.stems(sorted(counted)))
    weights = dict(asked)
    total = sum(weights.values()) + 1e-9
    fitting = [
        [
            (value, sum(weights[stem] for stem in weights.keys() & value.around) / total)
            for value in values_in(candidate.text, stemmer)
            if value.kind in kinds and (value.kind != "#" or not counted or counted & value.around)
        ]
        for candidate in candidates
    ]
    found = []
    for behind, old in enumerate(candidates[:_OVERTAKEN]):
        mine = [(value, cover) for value, cover in fitting[behind] if cover >= _LEAST_COVER]
        if not mine or not old.is_own:
            continue
        needed = _RELATIVE_COVER * max(cover for _, cover in mine)
        best, best_fit = -1, 0.0
        for ahead, new in enumerate(candidates):
            if ahead == behind or new.is_newer_than(old) == for_the_former or new.who != old.who:
                continue
            similar = float(alike[behind, ahead])
            if similar < _ALIKE:
                continue
            later = old if for_the_former else new
            change = _CHANGE_BONUS * bool(_CHANGE.search(later.text[:_READ_CHARACTERS]))
            fit = 0.0
            for value, cover in fitting[ahead]:
                same = any(value.kind == known.kind and value.number == known.number for known, _ in fitting[behind])
                other = any(_is_another(value, known) for known, _ in mine)
                if cover >= needed and other and not same:
                    fit = max(fit, cover + 2 * similar + change)
            if (
                (not fit and change and not for_the_former and not fitting[ahead])
                and similar >= _ALIKE_WITHOUT_VALUE
                and new.cover >= _ALIKE_COVER * old.cover
            ):  # "It was rescheduled", without saying to when.
                fit = new.cover + 2 * similar + change
            if fit > best_fit:
                best, best_fit = ahead, fit
        if best >= 0:
            found.append(Overtaking(best, behind, for_the_former))
    return found


def _is_another(value: Value, known: Value) -> bool:
    """Whether the two may be values of one thing at different times."""
    if value.kind != known.kind or value.number == known.number:
        return False
    if value.kind in ("date", "clock"):
        return True
    less, more = sorted((value.number, known.number))
    return less > 0 and more / less <= _MOST_RATIO
