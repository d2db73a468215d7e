"""What of the recogniser a training should change: the decoder alone, or the encoder's top layers, too. Pure.

The decoder alone is the default: it costs a fraction, and for most voices it takes away as much
(docs/research/speech-adapters.md). Where it was tried, on enough utterances, and held-back ones are still misheard,
the encoder may be what mishears.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from twin.domain import Adapter, RunState, TrainingMode, TrainingRun


@dataclass(frozen=True, slots=True)
class Thresholds:
    examples: int = 40
    """The decoder must have learned so many, and been judged by them out of fold …"""
    left: float = 0.8
    """… and left so large a share of the base's errors; as a rule it leaves two thirds after so many …"""
    wrong_percent: float = 4.0
    """… and so many of the words wrong: below that hints and rules are the better way."""


@dataclass(frozen=True, slots=True)
class Choice:
    """``reason`` is empty for the default."""

    mode: TrainingMode
    reason: str = ""


def choose(
    domain: str, runs: Sequence[TrainingRun], adapters: Sequence[Adapter], thresholds: Thresholds | None = None
) -> Choice:
    """The mode of the next training in ``domain``, from the ``runs`` so far, oldest first."""
    thresholds = thresholds or Thresholds()
    live = next((one for one in adapters if one.live and one.domain == domain), None)
    if live is not None and mode_of(live.recipe) is TrainingMode.VOICE:
        return Choice(TrainingMode.VOICE, f"{live.id} was trained in voice mode, and what goes on from it has to be.")
    judged = [run for run in runs if run.domain == domain and run.state is RunState.FINISHED and run.gate is not None]
    last = judged[-1] if judged else None
    if last is None or last.gate is None or mode_of(last.recipe) is TrainingMode.VOICE:
        return Choice(TrainingMode.DECODER)  # voice mode was tried, and is not what is in use
    base, after = (last.gate.figures.get(f"personal_wer_{arm}") for arm in ("base", "candidate"))
    if base is None or after is None or not base.value or len(last.example_ids) < thresholds.examples:
        return Choice(TrainingMode.DECODER)
    left = after.value / base.value
    if left < thresholds.left or after.value < thresholds.wrong_percent:
        return Choice(TrainingMode.DECODER)
    return Choice(
        TrainingMode.VOICE,
        f"{last.id} trained the decoder alone and left {left:.0%} of the errors in what it had not learned, "
        f"{after.value:.1f}% of the words of {len(last.example_ids)} utterances: voice mode trains the top of the "
        "encoder, too.",
    )


def mode_of(recipe: str) -> TrainingMode:
    """Of a run or an adapter, by its ``recipe``, which is JSON."""
    return TrainingMode(json.loads(recipe).get("mode", TrainingMode.DECODER))
