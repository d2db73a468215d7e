"""How strong a preference is, from the words that it is put in."""

from __future__ import annotations

import re
from typing import Final

from twin.domain import Polarity

_STRONG: Final = re.compile(
    r"\b(?:love|adore|hate|detest|loathe|despise|(?:can't|cannot|couldn't) (?:stand|bear|abide|live|do)|obsessed|crazy|"
    r"mad about|addicted|favou?rite|never)\b",
    re.IGNORECASE,
)
_HARDLY: Final = re.compile(r"\b(?:mind|fine|ok|okay|happy) ?(?:with)?\b", re.IGNORECASE)
_HABIT: Final = re.compile(
    r"\bi (?:\w+ )?(?:eat|drink|wear|read|watch|listen|collect|don't eat|don't drink)\b", re.IGNORECASE
)
_MUCH: Final = re.compile(
    r"\b(?:really|absolutely|totally|truly|especially|very much|so much|a lot|the most|best|"
    r"(?:big|huge|massive) (?:fan|lover))\b",
    re.IGNORECASE,
)
_LITTLE: Final = re.compile(
    r"\b(?:quite|rather|kind of|sort of|kinda|mildly|a bit|a little|somewhat|usually|mostly|generally)\b", re.IGNORECASE
)
_NEGATED: Final = re.compile(r"\b(?:don't|do not|not)\b", re.IGNORECASE)


def strength_of(clause: str, polarity: Polarity) -> float:
    """How strong the preference in ``clause`` is, from 0 to 1: love 1, like .6, a habit .5, "don't mind" .2."""
    if _HARDLY.search(clause) and polarity is Polarity.LIKES:
        return 0.2
    strength = 1.0 if _STRONG.search(clause) else 0.5 if _HABIT.search(clause) else 0.6
    weakly = _MUCH.search(clause) if _NEGATED.search(clause) else _LITTLE.search(clause)  # "I don't really like"
    if weakly:
        return round(strength - 0.2, 2)
    return min(1.0, strength + 0.2) if _MUCH.search(clause) else strength
