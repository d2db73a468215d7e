"""From what each recogniser heard to the figures of ``twin bench speech``.

Intervals are bootstraps over recordings, paired between arms (Bisani and Ney 2004,
https://doi.org/10.1109/ICASSP.2004.1326009); a recording that is held out in several splits is drawn for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin.benchmarks.figures import Metric, Sheet
from twin.benchmarks.person import Learning
from twin.benchmarks.recordings import Recording
from twin.benchmarks.wording import (
    capitals_per_100_words,
    marks_per_100_words,
    right_words,
    says,
    word_count,
    word_errors,
)

BASE, HINTS, TWIN, UNAIDED, STANDARD = "base", "hints", "twin", "unaided", "standard"
"""No adaptation; hints and rules; all that is live; its weights without hints and rules; the standard recipe."""
_RESAMPLES = 2000

Numbers = NDArray[np.float64]
Statistic = Callable[[Mapping[str, Numbers]], Numbers]


@dataclass(frozen=True, slots=True)
class Trial:
    """One twin that learned: what each arm ``heard`` in what was held out (``test``), and in the ``general`` set (base
    and unaided)."""

    corpus: str
    test: Sequence[Recording]
    heard: Mapping[str, Sequence[str]]
    general: Mapping[str, Sequence[str]]
    learning: Learning


def figures(trials: Sequence[Trial], general: Sequence[Recording]) -> dict[str, Metric]:
    """All of them, over all trials; where these are of several corpora, also of each under its name."""
    metrics = _of_speech(trials, "")
    corpora = list(dict.fromkeys(trial.corpus for trial in trials))
    for corpus in corpora if len(corpora) > 1 else ():
        metrics |= _of_speech([trial for trial in trials if trial.corpus == corpus], f"{corpus}.")
    if general:
        metrics |= _forgetting(trials, general)
    return metrics | _cost(trials)


def term_recall(recordings: Sequence[Recording], heard: Sequence[str]) -> float:
    """The share of recordings about a term in which it is heard."""
    hits = [says(text, one.term) for one, text in zip(recordings, heard, strict=True) if one.term]
    return sum(hits) / len(hits)


def wer(recordings: Sequence[Recording], heard: Sequence[str]) -> float:
    """In percent."""
    errors = sum(word_errors(one.text, text) for one, text in zip(recordings, heard, strict=True))
    return 100 * errors / sum(word_count(one.text) for one in recordings)


def utterances(trials: Sequence[Trial]) -> Sheet:
    """What each arm heard in each recording."""
    arms = list(dict.fromkeys(arm for trial in trials for arm in trial.heard))
    rows: tuple[tuple[str | float, ...], ...] = tuple(
        (trial.corpus, number, one.path.name, one.term, one.text, *(trial.heard.get(arm, texts)[at] for arm in arms))
        for number, trial in enumerate(trials)
        for texts in (trial.heard[BASE],)
        for at, one in enumerate(trial.test)
    )
    return Sheet(("corpus", "trial", "recording", "term", "said", *arms), rows)


def ordinary(trials: Sequence[Trial], general: Sequence[Recording]) -> Sheet:
    """What the base and each trial's weights heard in the general set."""
    rows: tuple[tuple[str | float, ...], ...] = tuple(
        (trial.corpus, number, one.path.name, one.text, trial.general[BASE][at], trial.general[UNAIDED][at])
        for number, trial in enumerate(trials)
        for at, one in enumerate(general)
    )
    return Sheet(("corpus", "trial", "recording", "said", BASE, UNAIDED), rows)


# --- within ----------------------------------------------------------------------------------------------------


def _of_speech(trials: Sequence[Trial], prefix: str) -> dict[str, Metric]:
    arms = [arm for arm in trials[0].heard if all(arm in trial.heard for trial in trials)]
    counts = {arm: _table(trials, lambda trial, arm=arm: _errors(trial, arm)) for arm in arms}  # type: ignore[misc]
    counts["words"] = _table(trials, lambda trial: {one.path: word_count(one.text) for one in trial.test})

    def rate(arm: str) -> Statistic:
        return lambda sums: np.asarray((100 * sums[arm] / sums["words"]).mean(axis=0))

    def reduction(arm: str) -> Statistic:
        return lambda sums: np.asarray(((sums[BASE] - sums[arm]) / np.maximum(1, sums[BASE])).mean(axis=0))

    others = [arm for arm in arms if arm != TWIN]
    metrics = {
        f"{prefix}personal_wer": _metric(counts, rate(TWIN), {arm: rate(arm) for arm in others}, "%"),
        f"{prefix}personal_wer_reduction": _metric(
            counts, reduction(TWIN), {arm: reduction(arm) for arm in others if arm != BASE}
        ),
    }
    terms = [one for trial in trials for one in trial.test if one.term]
    if terms:
        for name, arm in ((UNAIDED, UNAIDED), (HINTS, TWIN)):
            hits = [
                float(says(text, one.term))
                for trial in trials
                for one, text in zip(trial.test, trial.heard[arm], strict=True)
                if one.term
            ]
            beside = {
                other: float(np.mean([term_recall(trial.test, trial.heard[other]) for trial in trials]))
                for other in arms
                if other != arm
            }
            metrics[f"{prefix}term_recall.{name}"] = Metric(float(np.mean(hits)), _interval_of_mean(hits), beside)
    for name, drift in (("marks", marks_per_100_words), ("capitals", capitals_per_100_words)):
        by_arm = {arm: drift([text for trial in trials for text in trial.heard[arm]]) for arm in (TWIN, BASE)}
        metrics[f"{prefix}{name}_per_100_words"] = Metric(by_arm[TWIN], None, {BASE: by_arm[BASE]})
    return metrics


def _forgetting(trials: Sequence[Trial], general: Sequence[Recording]) -> dict[str, Metric]:
    """Of what is live, without hints."""

    def counted(arm: str, count: Callable[[str, str], float]) -> Callable[[Trial], dict[Path, float]]:
        return lambda trial: {
            one.path: count(one.text, text) for one, text in zip(general, trial.general[arm], strict=True)
        }

    def kept(trial: Trial) -> dict[Path, float]:
        pairs = zip(general, trial.general[BASE], trial.general[UNAIDED], strict=True)
        return {one.path: len(right_words(one.text, before) & right_words(one.text, now)) for one, before, now in pairs}

    arms = [arm for arm in (BASE, UNAIDED, STANDARD) if all(arm in trial.general for trial in trials)]
    counts = {arm: _table(trials, counted(arm, word_errors)) for arm in arms}
    counts["words"] = _table(trials, counted(BASE, lambda said, text: word_count(said)))
    counts["right"] = _table(trials, counted(BASE, lambda said, text: len(right_words(said, text))))
    counts["kept"] = _table(trials, kept)

    def delta(arm: str) -> Statistic:
        return lambda sums: np.asarray((100 * (sums[arm] - sums[BASE]) / sums["words"]).mean(axis=0))

    beside = {arm: delta(arm) for arm in arms if arm == STANDARD}
    return {
        "general_wer_delta": _metric(counts, delta(UNAIDED), beside, "points"),
        "general_words_kept": _metric(
            counts, lambda sums: np.asarray((sums["kept"] / np.maximum(1, sums["right"])).mean(axis=0)), {}
        ),
    }


def _cost(trials: Sequence[Trial]) -> dict[str, Metric]:
    ran = [trial.learning for trial in trials if trial.learning.run is not None]
    if not ran:
        return {}
    metrics = {"approve_to_live_s": _mean([learning.seconds for learning in ran], "s")}
    for stage in dict.fromkeys(stage for learning in ran for stage in learning.stages):
        seconds = [learning.stages.get(stage, 0.0) for learning in ran]
        metrics[f"approve_to_live_s.{stage}"] = _mean(seconds, "s")
    metrics["peak_rss_gb"] = Metric(
        max(learning.peak.children for learning in ran),
        None,
        {"process of the twin": max(learning.peak.own for learning in ran)},
        "GB",
    )
    return metrics


def _mean(values: Sequence[float], unit: str) -> Metric:
    return Metric(float(np.mean(values)), (min(values), max(values)) if len(values) > 1 else None, {}, unit)


def _errors(trial: Trial, arm: str) -> dict[Path, float]:
    return {
        one.path: float(word_errors(one.text, text)) for one, text in zip(trial.test, trial.heard[arm], strict=True)
    }


def _table(trials: Sequence[Trial], values: Callable[[Trial], Mapping[Path, float]]) -> Numbers:
    """``[trials, recordings]``; 0 for what a trial did not hold out."""
    by_trial = [values(trial) for trial in trials]
    known = sorted({path for one in by_trial for path in one})
    return np.array([[one.get(path, 0.0) for path in known] for one in by_trial])


def _metric(
    counts: Mapping[str, Numbers], statistic: Statistic, baselines: Mapping[str, Statistic], unit: str = ""
) -> Metric:
    size = next(iter(counts.values())).shape[1]
    weights = np.random.default_rng(0).multinomial(size, np.full(size, 1 / size), _RESAMPLES).T
    drawn = {name: table @ weights for name, table in counts.items()}
    drawn["words"] = np.maximum(1, drawn["words"])
    sums = {name: table.sum(axis=1, keepdims=True) for name, table in counts.items()}
    low, high = np.quantile(statistic(drawn), [0.025, 0.975])
    return Metric(
        float(statistic(sums)[0]),
        (float(low), float(high)),
        {name: float(other(sums)[0]) for name, other in baselines.items()},
        unit,
    )


def _interval_of_mean(values: Sequence[float]) -> tuple[float, float]:
    drawn = np.random.default_rng(0).choice(np.array(values), (_RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
