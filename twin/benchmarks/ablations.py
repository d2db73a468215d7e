"""What each choice of the recipe is worth: variants of it, each trained and judged by the worker's own steps.

Personal figures are out of fold, general ones of what nothing learned from, as in the gate. Encoder states are prepared
once for all; a variant that only differs in how much of the update is used takes the adapters that are there.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from twin.benchmarks.figures import Sheet
from twin.benchmarks.person import Ears
from twin.benchmarks.plans import clips_of, fit, plan_of
from twin.benchmarks.recordings import Recording
from twin.cli.render import note
from twin.domain import Interval
from twin.errors import NotUnderstoodError
from twin.learning.buffer import fold_count
from twin.learning.gate import GateEvidence, GateThresholds, Score, judge
from twin.learning.normalising import normalised
from twin.learning.scoring import word_errors
from twin.models.cache import WeightsCache
from twin.ports import Job
from twin.settings import Settings
from twin.training.job import carry_out
from twin.training.plan import ADAPTER, MERGED, Clip, Outcome, Plan, fold_name
from twin.training.recipe import SPEECH, VOICE, Recipe

_FEWEST = 16
_TRAINING = ("encode", "train")


@dataclass(frozen=True, slots=True)
class Variant:
    """``goes_on``: from an adapter that learned the first half, to learn the second."""

    name: str
    recipe: Recipe
    goes_on: bool = False


def _ranked(recipe: Recipe, rank: int) -> Recipe:
    return replace(recipe, rank=rank, alpha=2.0 * rank)


VARIANTS = (
    Variant("defaults", SPEECH),
    *(Variant(f"scale {scale}", replace(SPEECH, scale=scale, scales=())) for scale in (0.5, 0.75, 1.0)),
    Variant("no replay", replace(SPEECH, replay_per_step=0)),
    *(Variant(f"{epochs} epochs", replace(SPEECH, epochs=epochs)) for epochs in (2, 5)),
    *(Variant(f"rank {rank}", _ranked(SPEECH, rank)) for rank in (8, 16)),
    Variant("voice", VOICE),
    *(Variant(f"voice, rank {rank}", _ranked(VOICE, rank)) for rank in (8, 16, 32) if rank != VOICE.rank),
    Variant("going on", SPEECH, goes_on=True),
    Variant("going on, nothing older", replace(SPEECH, own_replay_per_step=0), goes_on=True),
    *(Variant(f"going on, EWC {of:g}", replace(SPEECH, ewc=of), goes_on=True) for of in (100.0, 10_000.0)),
)
COLUMNS = (
    "variant", "fewer errors %", "low", "high", "general change, points", "low", "high", "first half, fewer errors %",
    "scale", "training s", "all s", "peak GB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a variant; ``before`` is the share of the errors in the first half that are gone after going on."""

    personal: Interval
    general: Interval
    outcome: Outcome
    training_seconds: float
    before: float | None = None

    def row(self, name: str) -> tuple[str | float, ...]:
        spent = self.outcome.spent
        percent = [round(100 * part, 1) for part in (self.personal.value, self.personal.low, self.personal.high)]
        points = [round(part, 2) for part in (self.general.value, self.general.low, self.general.high)]
        before = "" if self.before is None else round(100 * self.before, 1)
        seconds = [round(self.training_seconds, 1), round(sum(spent.seconds.values()), 1)]
        return (name, *percent, *points, before, self.outcome.scale, *seconds, round(spent.peak_bytes / 1e9, 2))


class Ablations:
    """Trains on ``recordings``; forgetting is measured on ``general``, or else on the product's own set."""

    def __init__(
        self,
        recordings: Sequence[Recording],
        general: Sequence[Recording],
        *,
        ears: Ears,
        settings: Settings,
        cache: WeightsCache,
        folder: Path,
    ) -> None:
        """Raises ``NotUnderstoodError`` if there are too few recordings."""
        if len(recordings) < _FEWEST:
            raise NotUnderstoodError(
                f"{len(recordings)} recordings are too few to learn from in halves.",
                hint=f"Give --learn {_FEWEST} or more.",
            )
        self._recordings, self._general = recordings, general
        self._ears, self._settings, self._cache, self._folder = ears, settings, cache, folder
        self._clips = clips_of([(one, one.text) for one in recordings])
        self._trained: dict[Recipe, tuple[Path, float]] = {}
        self._parent: Path | None = None

    def sheet(self, variants: Sequence[Variant] = VARIANTS) -> Sheet:
        """One row a variant. Raises ``ModelError``."""
        rows = []
        for variant in variants:
            note(f"{variant.name} …")
            judged = self.judged(variant)
            note(f"{judged.personal.value:.0%} fewer errors, ordinary speech {judged.general.value:+.2f} points.")
            rows.append(judged.row(variant.name))
        return Sheet(COLUMNS, tuple(rows))

    def judged(self, variant: Variant) -> Judged:
        half = len(self._clips) // 2
        learn, older = (self._clips[half:], self._clips[:half]) if variant.goes_on else (self._clips, ())
        parent = self._of_the_first_half(older) if variant.goes_on else None
        folder = self._folder / variant.name.replace(" ", "-")
        alike = None if variant.goes_on else replace(variant.recipe, scale=SPEECH.scale, scales=())
        known = None if alike is None else self._trained.get(alike)
        if known is not None:
            for name in (ADAPTER, *(fold_name(number) for number in range(fold_count(len(learn))))):
                shutil.copytree(known[0] / name, folder / name)
        folds = in_folds(learn, fold_count(len(learn)))
        plan = self._plan(variant.recipe, learn, replay=older, folds=folds, parent=parent)
        outcome = carry_out(folder, plan, Job(emit=lambda event: None), lambda standing: None)
        self._remember(outcome)
        spent = sum(outcome.spent.seconds.get(stage, 0.0) for stage in _TRAINING)
        if alike is not None:
            self._trained.setdefault(alike, (folder, spent))
        general, looks = self._general_scores(folder / MERGED, outcome)
        report = judge(
            GateEvidence(personal_scores(learn, outcome), general, general_looks=looks),
            GateThresholds(),
        )
        before = self._gone_in(self._recordings[:half], folder / MERGED) if variant.goes_on else None
        for merged in folder.glob(f"{MERGED}*"):
            shutil.rmtree(merged)
        return Judged(
            report.figures["personal_wer_reduction"],
            report.figures["general_wer_change"],
            outcome,
            spent if known is None else known[1],
            before,
        )

    def _of_the_first_half(self, learn: Sequence[Clip]) -> Path:
        """An adapter by the default recipe; trained once."""
        if self._parent is None:
            folder = self._folder / "first-half"
            fit(folder, self._plan(SPEECH, learn))
            self._parent = folder / ADAPTER
        return self._parent

    def _plan(self, recipe: Recipe, learn: Sequence[Clip], **more: Any) -> Plan:
        return plan_of(
            learn,
            recipe,
            ears=self._ears,
            settings=self._settings,
            cache=self._cache,
            states=self._folder / "states",
            **more,
        )

    def _remember(self, outcome: Outcome) -> None:
        """What the base hears is the same for all."""
        by_base = {one.id: one.text for one in outcome.heard if one.arm == "base"}
        self._clips = tuple(
            msgspec.structs.replace(clip, base_heard=by_base.get(clip.id, clip.base_heard)) for clip in self._clips
        )

    def _general_scores(self, weights: Path, outcome: Outcome) -> tuple[Sequence[Score], int]:
        """With how often that evidence was looked at."""
        if not self._general:
            return outcome.general, outcome.general_looks
        return self._scores(self._general, weights), 1

    def _gone_in(self, recordings: Sequence[Recording], weights: Path) -> float:
        scores = self._scores(recordings, weights)
        return 1 - sum(one.candidate for one in scores) / max(1, sum(one.base for one in scores))

    def _scores(self, recordings: Sequence[Recording], weights: Path) -> list[Score]:
        base, candidate = self._ears.hear(recordings), self._ears.hear(recordings, weights)
        return [
            _score(str(one.path), one.text, before, after)
            for one, before, after in zip(recordings, base, candidate, strict=True)
        ]


def personal_scores(clips: Sequence[Clip], outcome: Outcome) -> list[Score]:
    """Of what was held back; without clips in which nobody speaks."""
    heard = {(one.arm, one.id): one.text for one in outcome.heard}
    return [
        _score(clip.id, clip.text, heard["base", clip.id], heard["candidate", clip.id])
        for clip in clips
        if ("base", clip.id) in heard and ("candidate", clip.id) in heard
    ]


def in_folds(clips: Sequence[Clip], count: int) -> tuple[tuple[str, ...], ...]:
    """The ids in ``count`` parts; repeats of a sentence are in one part."""
    sentences = list(dict.fromkeys(normalised(clip.text) for clip in clips))
    part_of = {sentence: place % count for place, sentence in enumerate(sentences)} if count else {}
    return tuple(
        tuple(clip.id for clip in clips if part_of[normalised(clip.text)] == number) for number in range(count)
    )


def _score(id: str, said: str, before: str, after: str) -> Score:
    base, candidate = word_errors(said, before), word_errors(said, after)
    return Score(id, base.words, base.errors, candidate.errors)
