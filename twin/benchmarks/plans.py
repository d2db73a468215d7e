"""Plans of a training for a bench: of recordings that have no ledger, with the settings' own recogniser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from twin.benchmarks.person import Ears
from twin.benchmarks.recordings import Recording
from twin.models.cache import WeightsCache
from twin.settings import Settings
from twin.training.plan import PLAN, Clip, Plan, write
from twin.training.recipe import Recipe


def clips_of(taught: Sequence[tuple[Recording, str]]) -> tuple[Clip, ...]:
    """Recordings with what was said in them, named by their places."""
    return tuple(
        Clip(f"c{at}", text, str(one.path), sha256(one.path.read_bytes()).hexdigest())
        for at, (one, text) in enumerate(taught)
    )


def plan_of(
    learn: Sequence[Clip],
    recipe: Recipe,
    *,
    ears: Ears,
    settings: Settings,
    cache: WeightsCache,
    states: Path,
    replay: Sequence[Clip] = (),
    folds: tuple[tuple[str, ...], ...] = (),
    parent: Path | None = None,
) -> Plan:
    """``states`` is the folder for the encoder's; ``parent`` that of the adapter that training goes on from."""
    return Plan(
        base=str(ears.base.path),
        base_sha256=ears.base.sha256,
        language="en",
        compute_type=settings.compute_type,
        beam_size=settings.beam_size,
        threads=settings.model_threads,
        recipe=recipe,
        learn=tuple(learn),
        replay=tuple(replay),
        folds=folds,
        parent=None if parent is None else str(parent),
        live=None,
        states=str(states),
        cache=str(cache.root),
    )


def fit(folder: Path, plan: Plan) -> None:
    """Train one adapter by ``plan`` in the worker; it judges nothing. Raises ``CalledProcessError``."""
    folder.mkdir(parents=True)
    write(folder / PLAN, plan)
    for step in ("prepare", "fit"):
        subprocess.run(
            [sys.executable, "-m", "twin.training.worker", step, str(folder)], check=True, stdout=subprocess.DEVNULL
        )
