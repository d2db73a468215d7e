"""Proving: whether a candidate may go live, from paired scores on held-back data. Pure; the scores are arguments.

Personal evidence is out of fold: each utterance was scored by a model that did not train on it. Intervals are paired
bootstraps over utterances (Bisani and Ney 2004, "Bootstrap estimates for confidence intervals in ASR performance
evaluation", https://doi.org/10.1109/ICASSP.2004.1326009). The same evidence, looked at again, must convince more:
the level is divided by the number of looks (Bonferroni), so that trying often is no way through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.domain import GateReport, Interval

_RESAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Score:
    """Word errors on one utterance of ``words`` reference words; ``live`` of the adapter in use, if there is one."""

    id: str
    words: int
    base: int
    candidate: int
    live: int | None = None


@dataclass(frozen=True, slots=True)
class GateEvidence:
    """What the gate judges by. ``silence`` and ``short`` name the clips that failed: text from nothing, loops."""

    personal: Sequence[Score]
    general: Sequence[Score]
    silence_failures: Sequence[str] = ()
    short_failures: Sequence[str] = ()
    looks: int = 1
    """How often this personal evidence has been judged by, this time included."""
    general_looks: int = 1
    """2 if the ``general`` evidence was added to because it had left the matter open."""


@dataclass(frozen=True, slots=True)
class GateThresholds:
    confidence: float = 0.95
    least_utterances: int = 10
    least_errors: int = 8
    """Of the base on the personal evidence: below that no gain can be seen."""
    live_tolerance_points: float = 0.0
    """By how much the personal word error rate may exceed that of the live adapter, at its point estimate."""
    general_tolerance_points: float = 0.2
    general_worst_points: float = 0.6
    """What the upper end of the interval of the general change may be."""


def leaves_open(general: Sequence[Score], thresholds: GateThresholds) -> bool:
    """Whether ordinary speech neither stays good enough nor gets clearly worse by this evidence: more of it may tell.

    Whoever asks once adds to the evidence once and has :func:`judge` know of it (``general_looks``): looked at so, a
    candidate at the worst that is allowed passes in less than 4 of 100 cases (2.5 at the first look, 1.25 at the
    second).
    """
    change = _change(_counts(general), thresholds.confidence)
    return not _stays_good(change, thresholds) and change.low <= thresholds.general_tolerance_points


def judge(evidence: GateEvidence, thresholds: GateThresholds) -> GateReport:
    """Judge a candidate. It passes only if every check does; ``reasons`` say what failed and what would change it."""
    level = _after(evidence.looks, thresholds.confidence)
    personal, general = _counts(evidence.personal), _counts(evidence.general)
    reduction = _reduction(personal, level)
    change = _change(general, _after(evidence.general_looks, level))
    figures = {
        "personal_wer_base": _rate(personal, personal.base, level),
        "personal_wer_candidate": _rate(personal, personal.candidate, level),
        "personal_wer_reduction": reduction,
        "general_wer_change": change,
    }
    base_errors = int(personal.base.sum())
    reasons: list[str] = []

    def check(holds: bool, why_not: str) -> bool:
        if not holds:
            reasons.append(why_not)
        return holds

    checks = {
        "enough evidence": check(
            len(evidence.personal) >= thresholds.least_utterances and base_errors >= thresholds.least_errors,
            f"Too little to judge by: {len(evidence.personal)} corrected utterances with {base_errors} errors; "
            f"{thresholds.least_utterances} with {thresholds.least_errors} are needed.",
        ),
        "better than base": check(
            reduction.low > 0,
            f"It is not proven better on your own speech: {_percent(reduction.value)} fewer errors, but the interval "
            f"reaches {_percent(reduction.low)}. More corrections would make it narrower.",
        ),
    }
    if personal.live is not None:
        against = _change(_Counts(personal.words, personal.live, personal.candidate, None), level)
        figures["personal_wer_change_from_live"] = against
        checks["not worse than live"] = check(
            against.value <= thresholds.live_tolerance_points,
            f"The adapter in use is better by {against.value:.1f} points on your own speech.",
        )
    checks["general speech"] = check(
        _stays_good(change, thresholds),
        f"Ordinary speech {'may get' if change.value <= thresholds.general_tolerance_points else 'gets'} worse: "
        f"{change.value:+.2f} points (up to {change.high:+.2f}); at most {thresholds.general_tolerance_points:+.1f} "
        f"(up to {thresholds.general_worst_points:+.1f}) is allowed.",
    )
    checks["silence stays empty"] = check(
        not evidence.silence_failures, f"It hears words in silence: {_named(evidence.silence_failures)}."
    )
    checks["short clips do not loop"] = check(
        not evidence.short_failures, f"It loops on short clips: {_named(evidence.short_failures)}."
    )
    return GateReport(all(checks.values()), checks, figures, tuple(reasons))


def _after(looks: int, level: float) -> float:
    """The level at which evidence that was looked at so often must convince."""
    return 1 - (1 - level) / max(1, looks)


def _stays_good(change: Interval, thresholds: GateThresholds) -> bool:
    return change.value <= thresholds.general_tolerance_points and change.high <= thresholds.general_worst_points


# --- intervals ------------------------------------------------------------------------------------------------

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Counts:
    words: Ints
    base: Ints
    candidate: Ints
    live: Ints | None


def _counts(scores: Sequence[Score]) -> _Counts:
    live = [score.live for score in scores]
    known = [errors for errors in live if errors is not None]
    return _Counts(
        np.array([score.words for score in scores], dtype=np.int64),
        np.array([score.base for score in scores], dtype=np.int64),
        np.array([score.candidate for score in scores], dtype=np.int64),
        np.array(known, dtype=np.int64) if known and len(known) == len(live) else None,
    )


def _resampled(count: int) -> Ints:
    """Rows of utterance numbers, drawn with replacement; always the same, so that a report can be made again."""
    drawn: Ints = np.random.default_rng(0).integers(0, count, (_RESAMPLES, count))
    return drawn


def _interval(value: float, draws: NDArray[np.float64], level: float) -> Interval:
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high))


def _reduction(counts: _Counts, level: float) -> Interval:
    """The share of the base's errors that is gone, from minus infinity to 1."""
    if not len(counts.words):
        return Interval(0.0, -1.0, 1.0)
    rows = _resampled(len(counts.words))
    draws = 1 - counts.candidate[rows].sum(1) / np.maximum(1, counts.base[rows].sum(1))
    return _interval(float(1 - counts.candidate.sum() / max(1, int(counts.base.sum()))), draws, level)


def _change(counts: _Counts, level: float) -> Interval:
    """Change of the word error rate from base to candidate, in percentage points."""
    if not len(counts.words):
        return Interval(0.0, 0.0, 0.0)
    rows = _resampled(len(counts.words))
    difference = counts.candidate - counts.base
    draws = 100 * difference[rows].sum(1) / np.maximum(1, counts.words[rows].sum(1))
    return _interval(float(100 * difference.sum() / max(1, int(counts.words.sum()))), draws, level)


def _rate(counts: _Counts, errors: Ints, level: float) -> Interval:
    """A word error rate in percent."""
    if not len(counts.words):
        return Interval(0.0, 0.0, 0.0)
    rows = _resampled(len(counts.words))
    draws = 100 * errors[rows].sum(1) / np.maximum(1, counts.words[rows].sum(1))
    return _interval(float(100 * errors.sum() / max(1, int(counts.words.sum()))), draws, level)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _named(clips: Sequence[str]) -> str:
    return ", ".join(clips[:3]) + (f" and {len(clips) - 3} more" if len(clips) > 3 else "")
