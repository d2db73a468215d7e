"""Where a training stands: lines for the engine that follows it, and the seconds that each stage took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from twin.training.plan import Plan, Standing
from twin.training.recipe import Recipe

HEARING, ENCODING = 0.6, 0.7
"""What decoding and encoding a recording cost, in units of a training step: for the bar of progress alone."""
_VOICE_STEP = 2.0
"""What a step through the encoder's top layers, too, costs."""
_GENERAL_CLIPS = 78
_REPLAYED_CLIPS = 120


@dataclass(slots=True)
class Reporter:
    """``whole`` and ``done`` are units of work; ``seconds`` fills up by stage. Several threads may advance it."""

    report: Callable[[Standing], None]
    whole: float
    done: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _message: str = ""
    _lock: Lock = field(default_factory=Lock)

    def advance(self, units: float, detail: str = "", *, loss: float | None = None) -> None:
        with self._lock:
            self.done += units
            self._say(f"{self._message} {detail}".strip(), loss)

    def more(self, units: float, message: str) -> None:
        """There is more to do than was thought."""
        with self._lock:
            self.whole += units
            self._message = message
            self._say(message, None)

    @contextmanager
    def stage(self, name: str, message: str) -> Iterator[None]:
        self._stage, self._message = name, message
        self._say(message, None)
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began

    def _say(self, message: str, loss: float | None) -> None:
        self.report(Standing(self._stage, message, min(0.999, self.done / self.whole), loss))


def step_units(recipe: Recipe) -> float:
    return _VOICE_STEP if recipe.trained_encoder_layers else 1.0


def hearing_units(recipe: Recipe) -> float:
    """Of what the candidate hears in a recording: with an encoder of its own it cannot go by the cached states."""
    return HEARING + (ENCODING if recipe.trained_encoder_layers else 0.0)


def units_of(plan: Plan) -> tuple[float, float, float]:
    """Of the three steps of a training: preparing, fitting, proving."""
    recipe = plan.recipe
    counts = [len(plan.learn) - len(fold) for fold in plan.folds]
    if not plan.rehearsal:
        counts.append(len(plan.learn))
    steps = sum(recipe.epochs_for(count) * -(-count // recipe.batch) for count in counts)
    replayed = plan.spoken.get("replay", _REPLAYED_CLIPS)
    encoded = len(plan.learn) + len(plan.replay) + replayed if recipe.trained_encoder_layers else 0
    held = sum(map(len, plan.folds))
    by_base = sum(clip.base_heard is None for clip in plan.learn)
    heard = hearing_units(recipe) * (held + len(plan.learn) * (plan.live is not None)) + HEARING * by_base
    general = 0.0 if plan.rehearsal else _GENERAL_CLIPS * (HEARING + ENCODING)
    return 1.0, step_units(recipe) * steps + ENCODING * encoded, heard + general
