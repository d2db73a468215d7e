"""How relevant a memory is to a question, from 0 to 1: one pure function over what recall observed.

A logistic model over a few signals. Its weights were fitted by ``tests/benchmarks/fit_recall.py`` on the first invented
person of ``tests/people.py``, 50 questions that have an answer and 50 near misses that have none, and rounded. Of the
second person's questions, on which no weight was fitted, it answers 89% rightly and abstains from 88% of those without
an answer (without the embedder 89% and 92%). A filled slot needs no weighing: it is the answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from twin.domain import RecallMode


@dataclass(frozen=True, slots=True)
class Signals:
    """What recall observed of one memory, given a question.

    ``cosine`` and ``margin`` (over the next best of the store) are of the embeddings, and 0 without them; ``coverage``
    is the share of the question's words, by weight, that the memory has. Of ``liking``, ``expected`` and ``subject``,
    1 says that the memory is as the question wants it, -1 that it is not, 0 that the question does not say.
    ``opposed`` is a liking where a dislike was asked for, or the other way round.
    """

    cosine: float
    margin: float
    coverage: float
    in_slot: bool
    slot_is_empty: bool
    liking: int
    opposed: bool
    not_the_favourite: bool
    expected: int
    subject: int
    superseded: bool
    superseded_wanted: bool


_WEIGHTS: Final = {
    RecallMode.FULL: {
        "cosine": 8.2, "margin": 4.7, "coverage": 4.6, "empty slot": -1.5, "liking": 1.7, "not the favourite": -1.3,
        "expected": 0.3, "not as expected": -4.3, "subject": 2.8, "prior": -10.0,
    },
    RecallMode.LEXICAL: {
        "coverage": 4.3, "empty slot": -1.3, "liking": 0.5, "no liking": -1.3, "not the favourite": -2.5,
        "expected": 0.1, "not as expected": -2.7, "subject": 2.2, "other subject": -0.9, "prior": -4.5,
    },
}  # fmt: skip

_MOST_MARGIN = 0.25
"""In a store of a few memories the next best says nothing, and any margin would be large."""
_IN_SLOT = 0.97
"""Relevance of what fills the very slot that was asked for."""
_OPPOSED = 0.4
"""Factor for a dislike where a liking was asked for: embeddings and words ignore polarity, so that "what coffee do I
like?" is nearest to "I can't stand instant coffee". Under even odds, it is no answer by itself."""
_SUPERSEDED = 0.5
"""Factor for what is not true any more (or, of a question about the past, for what is): under any current value."""


def relevance(signals: Signals, mode: RecallMode) -> tuple[float, dict[str, float]]:
    """The relevance and the parts that it is the sum of (log-odds, before any factor)."""
    if signals.in_slot:
        score, parts = _IN_SLOT, {"slot": 1.0}
    else:
        values = observed(signals)
        parts = {name: weight * values[name] for name, weight in _WEIGHTS[mode].items() if values[name]}
        score = 1 / (1 + math.exp(-sum(parts.values())))
    if signals.opposed:
        score *= _OPPOSED
        parts["opposed"] = _OPPOSED
    if signals.superseded != signals.superseded_wanted:
        score *= _SUPERSEDED
        parts["superseded" if signals.superseded else "still true"] = _SUPERSEDED
    return score, {name: round(part, 3) for name, part in parts.items()}


def observed(signals: Signals) -> dict[str, float]:
    """What the weights are multiplied with."""
    return {
        "cosine": signals.cosine,
        "margin": min(max(0.0, signals.margin), _MOST_MARGIN),
        "coverage": signals.coverage,
        "empty slot": float(signals.slot_is_empty),
        "liking": float(signals.liking > 0),
        "no liking": float(signals.liking < 0),
        "not the favourite": float(signals.not_the_favourite),
        "expected": float(signals.expected > 0),
        "not as expected": float(signals.expected < 0),
        "subject": float(signals.subject > 0),
        "other subject": float(signals.subject < 0),
        "prior": 1.0,
    }
