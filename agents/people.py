"""Questions about somebody by name: "who is Fien?". A small model would make somebody up, so where the person's own
words name them, those are quoted, and else nothing is said. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agents.answers import ANSWER_FROM
from twin.domain import Recalled, Recollection, Speaker
from twin.sentences import without_lead_in

_NAME: Final = (
    r"(?P<name>(?!(?:the|an?|my|our|your|his|her|their|this|that|it|i|you|me|he|she|they|we|there)\b)"
    r"[^\W\d_][\w-]*(?:['’](?!s\b)[\w-]+)*(?: [^\W\d_][\w-]*(?:['’](?!s\b)[\w-]+)*){0,2}?)"
)
_ASKS: Final = tuple(
    re.compile(rf"^(?:{pattern})[\s?.!]*$", re.IGNORECASE)
    for pattern in (
        rf"who(?:'s|’s| is| was| are) {_NAME}(?: again)?",
        rf"(?:do you (?:know|remember)|have i (?:told you about|mentioned)) {_NAME}",
        rf"what (?:do|can) you (?:know|tell me|remember) about {_NAME}",
        rf"what (?:did|have) i (?:tell you|told you|say|said) about {_NAME}",
    )
)
_WHO: Final = _ASKS[0]
_SOMETHING_OF: Final = re.compile(
    rf"^(?:how old is|where(?:'s| is| does)|what does|when(?:'s| is)|(?:please )?tell me about|what about) {_NAME}"
    r"(?:'s birthday| live| work| do(?: for (?:a living|work))?| from)?[\s?.!]*$",
    re.IGNORECASE,
)
_MOST = 3


def named_in(question: str) -> str:
    """Of whom ``question`` asks by name, as it stands there; nothing if it asks for nobody by name."""
    plain = without_lead_in(question)
    return next((found["name"] for pattern in _ASKS if (found := pattern.match(plain))), "")


def asks_who(question: str) -> bool:
    """Whether ``question`` is who somebody with a single name is ("Fien"), of which the world has many."""
    found = _WHO.match(without_lead_in(question))
    return found is not None and " " not in found["name"]


def asks_of(question: str) -> str:
    """Of whom by name ``question`` asks something in particular ("how old is Fien?"), or wants to be told about; empty
    if of nobody."""
    found = _SOMETHING_OF.match(without_lead_in(question))
    return found["name"] if found else ""


def naming(name: str, recollection: Recollection) -> Recollection | None:
    """What of ``recollection`` names them, each as sure as an answer must be: the person's own words that hold. Nothing
    if none does."""
    items: Sequence[Recalled] = [
        item
        for item in recollection.items
        if item.speaker is Speaker.PERSON and item.memory.true_until is None and _names(name, item.quote)
    ]
    if not name or not items:
        return None
    sure = tuple(replace(item, score=max(ANSWER_FROM, recollection.confidence)) for item in items[:_MOST])
    return replace(recollection, items=sure, confidence=sure[0].score)


def _names(name: str, quote: str) -> bool:
    """Whether ``name`` stands in ``quote`` with a capital."""
    found = re.finditer(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", quote, re.IGNORECASE)
    return any(match.group()[:1].isupper() for match in found)
