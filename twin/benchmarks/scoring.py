"""From rankings to figures: each with its interval, beside its baselines, and its margin over the best of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from twin.benchmarks.baselines import BASELINES
from twin.benchmarks.corpora import Asked, Purpose
from twin.benchmarks.figures import Metric, Sheet
from twin.benchmarks.ranking import Ranking, Values, above, auroc, hit_at, interval, ndcg_at, recall_at

TWIN = "twin"
ARMS = (TWIN, *BASELINES)

Score = Callable[[Ranking, Asked], float]
Quality = Callable[[Ranking, AbstractSet[str]], float]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what each arm found for it."""

    corpus: str
    asked: Asked
    rankings: Mapping[str, Ranking]


def _recall_at_10(ranking: Ranking, relevant: AbstractSet[str]) -> float:
    return recall_at(ranking, relevant, 10)


def _ndcg_at_10(ranking: Ranking, relevant: AbstractSet[str]) -> float:
    return ndcg_at(ranking, relevant, 10)


def _hit_at_5(ranking: Ranking, relevant: AbstractSet[str]) -> float:
    return hit_at(ranking, relevant, 5)


_OF_TURNS: Mapping[str, Quality] = {"recall_at_10": _recall_at_10, "ndcg_at_10": _ndcg_at_10}
_OF_PREFERENCES: Mapping[str, Quality] = {"hit_at_5": _hit_at_5}


def qualities(corpus: str) -> Mapping[str, Quality]:
    """What is measured on ``corpus``: the one preference that matters among the first five, or all turns of evidence
    among the first ten."""
    return _OF_PREFERENCES if corpus.startswith("prefeval") else _OF_TURNS


def score(answered: Sequence[Answered]) -> dict[str, Metric]:
    """All figures of one corpus. Questions without evidence measure nothing but abstention."""
    corpus = answered[0].corpus
    recalled = [a for a in answered if a.asked.purpose is Purpose.RECALL and a.asked.evidence]
    absent = [a for a in answered if a.asked.purpose is Purpose.ABSENT]
    past = [a for a in answered if a.asked.purpose is Purpose.PAST]
    updated = [a for a in recalled if a.asked.stale and a.asked.fresh]
    figures: dict[str, Metric] = {}
    for name, quality in qualities(corpus).items():
        figures |= _with_margin(f"{corpus}.{name}", recalled, _on_evidence(quality))
        if any(a.asked.corrected for a in recalled):
            figures |= _figure(f"{corpus}.{name}.corrected", recalled, _on_corrected(quality))
    figures |= _figure(f"{corpus}.stale_above_fresh", updated, _stale_above_fresh)
    figures |= _figure(f"{corpus}.stale_above_or_level", updated, _stale_above_or_level)
    figures |= _figure(f"{corpus}.past_value.recall_at_10", past, _on_evidence(_recall_at_10))
    figures |= _figure(f"{corpus}.past_value.old_first", past, _stale_above_fresh)
    if absent and recalled:
        figures[f"{corpus}.abstention_auroc"] = _abstention(absent, recalled)
    return figures


def categories(answered: Sequence[Answered]) -> Sheet:
    """Every arm on every category of every corpus."""
    rows: list[tuple[str | float, ...]] = []
    for corpus in dict.fromkeys(a.corpus for a in answered):
        asked = [
            a for a in answered if a.corpus == corpus and a.asked.evidence and a.asked.purpose is not Purpose.ABSENT
        ]
        for purpose, category in sorted({(a.asked.purpose, a.asked.category) for a in asked}):
            members = [a for a in asked if (a.asked.purpose, a.asked.category) == (purpose, category)]
            for name, quality in qualities(corpus).items():
                means = [round(float(_values(members, arm, _on_evidence(quality)).mean()), 4) for arm in ARMS]
                label = f"{category} ({purpose})" if purpose is not Purpose.RECALL else category
                rows.append((corpus, label, len(members), name, *means))
    return Sheet(("corpus", "category", "questions", "figure", *ARMS), tuple(rows))


# --- what one question is worth --------------------------------------------------------------------------------


def _on_evidence(quality: Quality) -> Score:
    return lambda ranking, asked: quality(ranking, asked.evidence)


def _on_corrected(quality: Quality) -> Score:
    return lambda ranking, asked: quality(ranking, asked.corrected or asked.evidence)


def _stale_above_fresh(ranking: Ranking, asked: Asked) -> float:
    return above(ranking, asked.stale, asked.fresh)


def _stale_above_or_level(ranking: Ranking, asked: Asked) -> float:
    return 1 - above(ranking, asked.fresh, asked.stale)


# --- what all of them are worth --------------------------------------------------------------------------------


def _values(answered: Sequence[Answered], arm: str, score: Score) -> Values:
    return np.array([score(a.rankings[arm], a.asked) for a in answered])


def _figure(name: str, answered: Sequence[Answered], score: Score) -> dict[str, Metric]:
    """Nothing if there was nothing to measure it on."""
    if not answered:
        return {}
    values = _values(answered, TWIN, score)
    beside = {arm: float(_values(answered, arm, score).mean()) for arm in BASELINES}
    return {name: Metric(float(values.mean()), interval(values), beside)}


def _with_margin(name: str, answered: Sequence[Answered], score: Score) -> dict[str, Metric]:
    """The figure, and by how much it exceeds the best baseline, which the margin names."""
    figures = _figure(name, answered, score)
    for figure in list(figures.values()):
        best = max(BASELINES, key=figure.baselines.__getitem__)
        differences = _values(answered, TWIN, score) - _values(answered, best, score)
        figures[f"{name}.margin"] = Metric(float(differences.mean()), interval(differences), {best: 0.0})
    return figures


def _abstention(absent: Sequence[Answered], answerable: Sequence[Answered]) -> Metric:
    """How well doubt tells questions that nothing answers from those that something does."""

    def doubts(arm: str) -> Iterator[Values]:
        for answered in (absent, answerable):
            yield np.array([-a.rankings[arm].certainty for a in answered])

    beside = {arm: auroc(*doubts(arm)) for arm in BASELINES}
    return Metric(auroc(*doubts(TWIN)), interval(*doubts(TWIN), statistic=auroc), beside)
