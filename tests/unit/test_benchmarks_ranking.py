"""What a ranking is worth, on rankings small enough to check by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from twin.benchmarks.ranking import Ranking, above, auroc, hit_at, interval, ndcg_at, recall_at


def ranking(keys: str) -> Ranking:
    return Ranking({key: -float(place) for place, key in enumerate(keys)}, certainty=0.0)


@pytest.mark.parametrize(
    ("found", "relevant", "k", "recall", "hit"),
    [
        ("abcd", "a", 1, 1.0, 1.0),
        ("abcd", "bz", 2, 0.5, 1.0),
        ("abcd", "d", 3, 0.0, 0.0),
        ("", "a", 10, 0.0, 0.0),
    ],
)
def test_recall_and_hits(found: str, relevant: str, k: int, recall: float, hit: float) -> None:
    assert recall_at(ranking(found), set(relevant), k) == recall
    assert hit_at(ranking(found), set(relevant), k) == hit


def test_ndcg_discounts_by_place() -> None:
    assert ndcg_at(ranking("abc"), {"a", "b"}, 10) == 1
    assert ndcg_at(ranking("xa"), {"a"}, 10) == pytest.approx(1 / math.log2(3))
    assert ndcg_at(ranking("axb"), {"a", "b"}, 10) == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert ndcg_at(ranking("xa"), {"a"}, 1) == 0
    assert ndcg_at(ranking("ab"), set("abcdefghijklm"), 2) == 1, "no more can be among the first two"


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"old": 2.0, "new": 1.0}, 1),
        ({"new": 2.0, "old": 1.0}, 0),
        ({"new": 1.0, "old": 1.0}, 0),  # level
        ({"old": -5.0}, 1),  # found at all
        ({}, 0),
    ],
)
def test_which_of_two_comes_first(scores: dict[str, float], expected: float) -> None:
    assert above(Ranking(scores, 0.0), {"old"}, {"new"}) == expected


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([3, 4], [1, 2], 1.0), ([1, 2], [3, 4], 0.0), ([1, 1], [1, 1], 0.5), ([1, 3], [2, 0], 0.75)],
)
def test_auroc(positive: list[float], negative: list[float], expected: float) -> None:
    assert auroc(np.array(positive, dtype=float), np.array(negative, dtype=float)) == expected


def test_the_interval_covers_the_mean_and_is_the_same_again() -> None:
    values = np.random.default_rng(1).normal(0.3, 1.0, size=400)
    low, high = interval(values)
    assert low < values.mean() < high
    assert (high - low) == pytest.approx(2 * 1.96 / math.sqrt(400), rel=0.15)
    assert interval(values) == (low, high)


def test_the_interval_of_a_statistic_of_two_samples() -> None:
    chance = np.random.default_rng(2)
    positive, negative = chance.normal(1, 1, size=60), chance.normal(0, 1, size=80)
    low, high = interval(positive, negative, statistic=auroc)
    assert low < auroc(positive, negative) < high
