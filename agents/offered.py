"""A choice that the person puts to the twin: "Should I take the tram or walk?"

What they told of themselves decides, and is quoted. Each of the few memories that recall found for the question is read
alone, beside each thing offered; where none of them speaks clearly for one, the question is answered like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from agents.answers import Answer, cite, day, quoted
from twin.domain import MemoryKind, Recalled, Recollection, Speaker
from twin.grounding.choosing import leanings, usual
from twin.grounding.notes import Note
from twin.ports import LanguageModel
from twin.sentences import is_question, split_sentences

CLEARLY: Final = 0.3
"""By how much what suits best must lead. Of PrefEval's questions, as choices between two, 73% are told from the
right wish then, 95% of them rightly; from a wish that has nothing to do with them, 6% (docs/language.md)."""
_MOST_READ = 4
"""Memories; each costs the model a short prompt for each thing offered."""
_MOST_OFFERED = 6
_LONGEST_WORDS = 30
_PUT = re.compile(
    r"\b(?:should|shall) (?:i|we)\b|"
    r"\bwould (?:i|we) (?:rather|prefer|like|enjoy)\b|\b(?:i|we)(?:'d| would) (?:rather|prefer|like|enjoy)\b|"
    r"\b(?:suits?|fits?) (?:me|us)(?: (?:better|best|more|most))?\b|"
    r"\b(?:better|best|right|something|good) for (?:me|us)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*[,;]\s*(?:or\s+)?(?:rather\s+)?|\s+or\s+(?:rather\s+)?", re.IGNORECASE)
_ASIDE = re.compile(
    r"^(?:to\s+)?(?:(?:do|have|take|go for|get|pick|choose)\s+(?=the\b|an?\b))?|"
    r"\s+(?:more|most|better|best|instead|then|today|tonight|tomorrow)$",
    re.IGNORECASE,
)
_INTERROGATIVE = re.compile(r"(?:what|which|where|who|how|when)\b", re.IGNORECASE)
_LEAD = re.compile(r"^[^:,]*[:,]")
_NO_OFFER = frozenset({"not", "no", "nothing", "what", "something else", "neither", "so"})
_ARE_BETTER = re.compile(
    r"^(?:would|is|are|will)\s+(?P<offers>.+?)\s+(?:be\s+)?(?:suit|fit|better|best|right|good)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Offer:
    question: str
    options: tuple[str, ...]


def offered_in(text: str) -> Offer | None:
    """The choice that the last question in ``text`` puts, if it puts one: of two to six things, by their names."""
    questions = [sentence for sentence in split_sentences(text) if is_question(sentence)]
    if not questions or (put := _PUT.search(questions[-1])) is None:
        return None
    question = questions[-1].strip()
    named = _ARE_BETTER.match(question)
    offers = named["offers"] if named and " or " in named["offers"] else question[put.end() :].partition("?")[0]
    if _INTERROGATIVE.match(question):  # "Which suits me, all in all: …"
        offers = _LEAD.sub("", offers)
    if " or " not in offers:
        return None
    options = tuple(_ASIDE.sub("", part.strip()).strip() for part in _BETWEEN.split(offers.lstrip(" :,-")))
    if not 2 <= len(options) <= _MOST_OFFERED:
        return None
    if any(not one or one.casefold() in _NO_OFFER or len(one.split()) > _LONGEST_WORDS for one in options):
        return None
    return Offer(question, tuple(f"{one[:1].upper()}{one[1:]}" for one in options))


def advice(
    offer: Offer,
    recollection: Recollection,
    model: LanguageModel,
    timezone: tzinfo | None,
    check: Callable[[], None],
    *,
    said_by: Mapping[str, str],
) -> Answer | None:
    """What suits the person, with the words of theirs that say so; nothing if none do. ``check`` is called before
    each reading and may raise; ``said_by`` as for :func:`agents.answers.answer_from`. Raises ``ModelError``."""
    read = _to_be_read(recollection)
    if not read:
        return None
    taken_off = usual(model, offer.question, offer.options, check)
    speaking: list[tuple[float, int, Recalled]] = []
    for item in read:
        found = leanings(model, (Note(item.quote),), offer.question, offer.options, taken_off, check)
        best, second = sorted(range(len(found)), key=found.__getitem__, reverse=True)[:2]
        if found[best] - found[second] >= CLEARLY:
            speaking.append((found[best] - found[second], best, item))
    if not speaking:
        return None
    speaking.sort(key=lambda one: one[0], reverse=True)
    for_each = list({place: item for _, place, item in reversed(speaking)}.items())[::-1]
    sources = tuple(cite(item) for _, item in for_each)
    told = [(offer.options[place], _told(item, timezone, said_by)) for place, item in for_each]
    if len(told) == 1:
        return Answer("{}, I think. {}".format(*told[0]), sources)
    lines = (f"- {option}: {words}" for option, words in told)
    return Answer("\n".join(("Your own words speak for more than one:", *lines)), sources)


def _to_be_read(recollection: Recollection) -> list[Recalled]:
    """The person's own, as it stands now; no rules of style, no words to be spelled."""
    own = (
        item
        for item in recollection.items
        if item.speaker is Speaker.PERSON
        and not item.memory.withdrawn
        and item.memory.true_until is None
        and item.memory.kind not in (MemoryKind.STYLE, MemoryKind.VOCABULARY)
    )
    return sorted(own, key=lambda item: item.memory.kind is not MemoryKind.PREFERENCE)[:_MOST_READ]


def _told(item: Recalled, timezone: tzinfo | None, said_by: Mapping[str, str]) -> str:
    teller = said_by.get(item.memory.id, "You told me")
    return f"{teller} on {day(item.said_at, timezone)}: {quoted(item.quote)}"
