"""Which of several suggestions suits somebody, by what they said they like and do not.

The model judges one suggestion at a time, Yes or No. Some suggestions sound agreeable whatever is wished ("… without
any …"), so what it says of them beside aversions of nobody in particular is taken off (as in Zhao et al. 2021,
"Calibrate Before Use", https://arxiv.org/abs/2102.09690), as probabilities: in nats, what is certain either way
outweighs everything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Final

from twin.grounding.notes import SUITS_ADAPTER, Note, suits_messages
from twin.ports import LanguageModel

_UNHEARD: Final = -12.0
_NOBODYS: Final = (
    "I don't want my face to smell of anything.",
    "I refuse to spend money on loot boxes and gems once I'm playing.",
    "In my faith women keep their hair uncut.",
    "I need a real bed and a shower at my age.",
    "I never want to hurt or frighten my dog to make him obey.",
    "I never learned to balance on two wheels and don't intend to now.",
)


def suitability(model: LanguageModel, notes: Sequence[Note], question: str, option: str) -> float:
    """How probable Yes is beside No, 0 to 1. Raises ``ModelError``."""
    begins = model.first_tokens(suits_messages(notes, question, option), adapter=SUITS_ADAPTER)
    return 1 / (1 + math.exp(begins.get("No", _UNHEARD) - begins.get("Yes", _UNHEARD)))


def usual(
    model: LanguageModel, question: str, options: Sequence[str], check: Callable[[], None] = lambda: None
) -> tuple[float, ...]:
    """How agreeable each option is whatever is wished, 0 to 1. ``check`` is called before each reading and may
    raise."""
    read = [_suits(model, (Note(wish),), question, options, check) for wish in _NOBODYS]
    return tuple(fmean(of_option) for of_option in zip(*read, strict=True))


def leanings(
    model: LanguageModel,
    notes: Sequence[Note],
    question: str,
    options: Sequence[str],
    taken_off: Sequence[float],
    check: Callable[[], None] = lambda: None,
) -> tuple[float, ...]:
    """How much better each option suits than it usually does, -1 to 1; ``taken_off`` is what :func:`usual` tells."""
    read = _suits(model, notes, question, options, check)
    return tuple(found - off for found, off in zip(read, taken_off, strict=True))


def _suits(
    model: LanguageModel, notes: Sequence[Note], question: str, options: Sequence[str], check: Callable[[], None]
) -> list[float]:
    """One option after the other beside the same notes, so that the model reads what comes before it but once."""
    found = []
    for option in options:
        check()
        found.append(suitability(model, notes, question, option))
    return found


def choose(
    model: LanguageModel, notes: Sequence[Note], question: str, options: Sequence[str], taken_off: Sequence[float]
) -> int:
    """The place of the option that suits best; ``taken_off`` is what :func:`usual` tells of them."""
    found = leanings(model, notes, question, options, taken_off)
    return max(range(len(options)), key=found.__getitem__)
