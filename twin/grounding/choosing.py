"""Which of several suggestions suits somebody, by what they said they like and do not.

The model judges one suggestion at a time, Yes or No. Some suggestions sound agreeable whatever is wished, so what it
says of them beside wishes of nobody in particular is taken off (as in Zhao et al. 2021, "Calibrate Before Use",
https://arxiv.org/abs/2102.09690).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from twin.grounding.notes import SEED_ADAPTER, Note, suits_messages
from twin.ports import LanguageModel

_UNHEARD: Final = -12.0
_NOBODYS: Final = (
    "I avoid alcohol.",
    "I love a quiet place.",
    "I can't stand heavy metal.",
)


def suitability(model: LanguageModel, notes: Sequence[Note], question: str, option: str) -> float:
    """How much more likely Yes is than No, in nats. Raises ``ModelError``."""
    begins = model.first_tokens(suits_messages(notes, question, option), adapter=SEED_ADAPTER)
    return begins.get("Yes", _UNHEARD) - begins.get("No", _UNHEARD)


def usual(model: LanguageModel, question: str, options: Sequence[str]) -> tuple[float, ...]:
    """How agreeable each option is whatever is wished, in nats."""
    return tuple(
        sum(suitability(model, (Note(wish),), question, option) for wish in _NOBODYS) / len(_NOBODYS)
        for option in options
    )


def choose(
    model: LanguageModel, notes: Sequence[Note], question: str, options: Sequence[str], taken_off: Sequence[float]
) -> int:
    """The place of the option that suits best; ``taken_off`` is what :func:`usual` tells of them."""
    scores = [suitability(model, notes, question, option) for option in options]
    return max(range(len(options)), key=lambda place: scores[place] - taken_off[place])
