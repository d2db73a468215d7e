"""How good a ranking is: recall, nDCG, hits, the order of two values, AUROC; each with a bootstrap interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
_SEED = 0
_BLOCK = 200
"""Resamples drawn at a time, which bounds the memory that they take."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one way of searching found for one question.

    ``scores`` are by key, best first; what was not found is in none of them. ``certainty`` grows with how sure it is
    that the question has an answer at all; its scale is its own.
    """

    scores: Mapping[str, float]
    certainty: float

    def first(self, k: int) -> list[str]:
        return list(self.scores)[:k]

    def best(self, keys: AbstractSet[str]) -> float:
        """The best score among ``keys``; minus infinity if none was found."""
        return max((self.scores[key] for key in keys if key in self.scores), default=-math.inf)


def recall_at(ranking: Ranking, relevant: AbstractSet[str], k: int) -> float:
    """The share of ``relevant`` among the first ``k``."""
    return sum(key in relevant for key in ranking.first(k)) / len(relevant)


def hit_at(ranking: Ranking, relevant: AbstractSet[str], k: int) -> float:
    """1 if one of ``relevant`` is among the first ``k``, else 0."""
    return float(not relevant.isdisjoint(ranking.first(k)))


def ndcg_at(ranking: Ranking, relevant: AbstractSet[str], k: int) -> float:
    """Normalised discounted cumulative gain with binary relevance (Järvelin and Kekäläinen 2002)."""
    gain = sum(1 / math.log2(place + 2) for place, key in enumerate(ranking.first(k)) if key in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(len(relevant), k)))


def above(ranking: Ranking, these: AbstractSet[str], those: AbstractSet[str]) -> float:
    """1 if the best of ``these`` scores above the best of ``those``, else 0; level, as when neither is found, is 0."""
    return float(ranking.best(these) > ranking.best(those))


def auroc(positive: Values, negative: Values) -> float:
    """The chance that a positive scores above a negative, ties counting half (Mann-Whitney)."""
    ordered = np.sort(negative)
    below, up_to = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + up_to).mean() / (2 * len(negative)))


def interval(*samples: Values, statistic: Callable[..., float] | None = None) -> tuple[float, float]:
    """The 95% percentile-bootstrap interval (Efron 1979), 2,000 resamples, each of ``samples`` drawn by itself.

    The statistic is the mean of the only sample if none is given. For a paired comparison, give the differences, or
    rows of pairs.
    """
    chance = np.random.default_rng(_SEED)
    if statistic is None:
        (values,) = samples
        shape = (min(_BLOCK, RESAMPLES), len(values))
        draws = np.concatenate(
            [values[chance.integers(len(values), size=shape)].mean(axis=1) for _ in range(RESAMPLES // shape[0])]
        )
    else:
        draws = np.array(
            [
                statistic(*(sample[chance.integers(len(sample), size=len(sample))] for sample in samples))
                for _ in range(RESAMPLES)
            ]
        )
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)
