"""The second step of a training: adapters for the folds and of everything, and how much of each to use. Torch alone.

What a kill interrupts is gone on with: an adapter that is there is not trained again, and one that was under way has a
checkpoint. CTranslate2 stays out of this process: two libraries with threads of their own slow each other down tenfold.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TypeVar

import torch

from twin.models.cache import place_folder
from twin.paths import atomic_write
from twin.training.batches import Batch, Row, TrainingExample, plan_batches
from twin.training.device import CPU, training_device, training_dtype
from twin.training.ewc import fisher_information
from twin.training.examples import encode, read_clips, read_replay
from twin.training.loading import load_whisper
from twin.training.loop import Anchor, SourceCache, Training
from twin.training.lora import LoraAdapter
from twin.training.merge import merge
from twin.training.plan import ADAPTER, MERGED, SCALES, Plan, fold_name
from twin.training.progress import Reporter, step_units
from twin.training.recipe import Recipe
from twin.training.scale import best_scale, scale_losses
from twin.training.tokens import load_tokens

_CHECKPOINT_SECONDS = 5.0
_CROSS_MEMORY_BYTES = 700_000_000
_AT_ONCE = 2
"""Trainings: each takes half a gigabyte for itself."""


T = TypeVar("T")


def fit(folder: Path, plan: Plan, reporter: Reporter) -> None:
    """Leave in ``folder`` the adapters of the folds and of the whole, each merged into the base at its scale."""
    fitting = Fitting(folder, plan, reporter)
    learned = {
        fold_name(number): [one for one in fitting.learn if one.id not in held]
        for number, held in enumerate(plan.folds)
    }
    if not plan.rehearsal:
        learned[ADAPTER] = fitting.learn
    with reporter.stage("train", "Training …"):
        adapters = fitting.adapters(learned)
    with reporter.stage("scale", "Choosing how much of it to use …"):
        scales = fitting.scales([adapters[fold_name(number)] for number in range(len(plan.folds))])
    del fitting  # and with it the better part of the memory: merging takes a whole model in float32
    with reporter.stage("merge", "Putting it together …"):
        for name, scale in zip(learned, scales, strict=False):
            merged = folder / (MERGED if name == ADAPTER else f"{MERGED}-{name}")
            if not merged.is_dir():
                merge(Path(plan.base), adapters[name], scale, merged)


class Fitting:
    """``learn`` is what is learned, without clips in which nobody speaks."""

    def __init__(self, folder: Path, plan: Plan, reporter: Reporter) -> None:
        self._folder, self._plan, self._reporter = folder, plan, reporter
        self._tokens = load_tokens(Path(plan.base), plan.language)
        device, voice = training_device(), plan.recipe.trained_encoder_layers > 0
        self._at_once = 1 if voice or device != CPU else min(_AT_ONCE, plan.threads)
        self._net = load_whisper(Path(plan.base), training_dtype(device), encoder=voice, device=device)
        # What is learned is seen six times, in a fold and in the whole; what is replayed hardly twice.
        self._sources = SourceCache(self._net, _CROSS_MEMORY_BYTES, {clip.id for clip in plan.learn})
        if voice:
            encode(plan, self._net, reporter)
        self.learn = read_clips(plan, plan.learn, self._tokens)
        self._own = read_clips(plan, plan.replay, self._tokens)
        self._replay = read_replay(plan, self._tokens)
        self._shown = fold_name(0) if plan.rehearsal else ADAPTER
        """Whose loss is told."""
        self._done = self._steps = 0
        self._lock = Lock()

    def adapters(self, learned: Mapping[str, Sequence[TrainingExample]]) -> dict[str, LoraAdapter]:
        """The adapter of each name, trained on what is ``learned`` by it; the longest first."""
        batches = {
            name: plan_batches(self._plan.recipe, learn, self._replay, self._own) for name, learn in learned.items()
        }
        self._steps = sum(map(len, batches.values()))
        names = sorted(batches, key=lambda name: -len(batches[name]))
        trained = self._side_by_side([partial(self._adapter, name, batches[name]) for name in names])
        return dict(zip(names, trained, strict=True))

    def _side_by_side(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """What each comes to. Two trainings on a thread each come out the same as one after the other on two
        threads; beside other work they take two thirds of the time, on two idle cores as long."""
        at_once = max(1, min(self._at_once, len(calls)))
        torch.set_num_threads(max(1, self._plan.threads // at_once))
        with ThreadPoolExecutor(at_once) as pool:
            results = list(pool.map(lambda call: call(), calls))
        torch.set_num_threads(self._plan.threads)
        return results

    def _adapter(self, name: str, batches: Sequence[Batch]) -> LoraAdapter:
        """Trained on ``batches`` unless it is there."""
        recipe, target = self._plan.recipe, self._folder / name
        if target.is_dir():
            self._advance(len(batches))
            return LoraAdapter.load(target)
        parent = LoraAdapter.load(Path(self._plan.parent)) if self._plan.parent else None
        anchor = self._anchor(parent, recipe) if parent is not None and recipe.ewc else None
        start = LoraAdapter.fresh(self._net, recipe) if parent is None else parent.going_on(self._net, recipe)
        training = Training(self._net, start, batches, self._tokens, recipe, self._sources, anchor)
        checkpoint = self._folder / f"{name}.checkpoint"
        with suppress(OSError, ValueError):
            training.restore(_read_checkpoint(checkpoint))
        kept_at = time.monotonic()
        self._advance(training.done)
        for step in training:
            self._advance(1, loss=step.loss if name == self._shown else None)
            if time.monotonic() - kept_at > _CHECKPOINT_SECONDS:
                _write_checkpoint(checkpoint, training)
                kept_at = time.monotonic()
        adapter = training.adapter.to(CPU)
        place_folder(target, lambda folder: adapter.save(folder, Path(self._plan.base).name))
        checkpoint.unlink(missing_ok=True)
        return adapter

    def _advance(self, steps: int, *, loss: float | None = None) -> None:
        with self._lock:
            self._done += steps
            detail = f"step {self._done} of {self._steps}"
        self._reporter.advance(step_units(self._plan.recipe) * steps, detail, loss=loss)

    def scales(self, folds: Sequence[LoraAdapter]) -> list[float]:
        """Of each fold's adapter, chosen on what the others are judged by; and last that of the whole."""
        recipe, kept = self._plan.recipe, self._folder / SCALES
        if not recipe.scales or len(folds) < 2:
            scales = [recipe.scale] * (len(folds) + 1)
        elif kept.is_file():
            return [float(scale) for scale in json.loads(kept.read_text())]
        else:
            by_id = {example.id: example for example in self.learn}
            held = [[by_id[known] for known in fold if known in by_id] for fold in self._plan.folds]
            losses = self._side_by_side(
                [
                    partial(scale_losses, self._net, adapter, examples, self._tokens, recipe, self._sources)
                    for adapter, examples in zip(folds, held, strict=True)
                ]
            )
            others = [[one for place, one in enumerate(losses) if place != number] for number in range(len(folds))]
            scales = [best_scale(recipe, chosen) for chosen in (*others, losses)]
        with atomic_write(kept) as file:
            file.write(json.dumps(scales).encode())
        return scales

    def _anchor(self, parent: LoraAdapter, recipe: Recipe) -> Anchor:
        """What the parent rests on, by the Fisher information of those of its examples that are replayed."""
        rows = ((Row(one, distilled=False, timestamps=True), self._sources.of([one])) for one in self._own)
        parent = parent.to(self._net.device)
        return Anchor(parent, fisher_information(self._net, parent, rows, self._tokens, recipe))


def _write_checkpoint(path: Path, training: Training) -> None:
    from safetensors.torch import save

    with atomic_write(path) as file:
        file.write(save({name: value.contiguous() for name, value in training.state().items()}))


def _read_checkpoint(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return load(path.read_bytes())
    except SafetensorError as error:
        raise ValueError(str(error)) from error
