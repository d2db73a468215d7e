"""What a training is to do, and what came of it: the files by which the engine and its child understand each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import msgspec

from twin.errors import ModelError
from twin.learning.gate import Score
from twin.paths import atomic_write
from twin.training.recipe import Recipe

PLAN, RESULT, SCALES = "plan.json", "result.json", "scales.json"
ADAPTER, MERGED = "adapter", "merged"
WEIGHTS = "adapter_model.safetensors"
"""PEFT's name for an adapter's tensors."""
HEARD = "heard.jsonl"


def fold_name(number: int) -> str:
    return f"fold-{number}"


class Clip(msgspec.Struct, frozen=True):
    """A recording and what was really said in it. ``base_heard`` is what the base hears without hints, if known."""

    id: str
    text: str
    audio: str
    audio_sha256: str
    base_heard: str | None = None


class Plan(msgspec.Struct, frozen=True):
    """All that a training depends on. The same plan on the same machine gives the same adapter, bit by bit."""

    base: str
    """The folder of the base's weights; ``base_sha256`` is that of its tensors."""
    base_sha256: str
    language: str
    compute_type: str
    beam_size: int
    threads: int
    recipe: Recipe
    learn: tuple[Clip, ...]
    replay: tuple[Clip, ...]
    """Older examples of the person, seen again."""
    folds: tuple[tuple[str, ...], ...]
    """Ids of ``learn``; each fold is judged by an adapter that learned the others."""
    parent: str | None
    """The folder of the adapter that training goes on from."""
    live: str | None
    """The weights of the adapter in use, merged: what the candidate must not be worse than."""
    states: str
    cache: str
    spoken: dict[str, int] = {}
    """How many of the product's own sentences are used, by purpose, where not all are."""
    rehearsal: bool = False
    """Train the folds alone, and listen to what was held back: for the evidence of a proposal."""
    general: str | None = None
    """A folder of the person's own recordings to judge ordinary speech by."""


class Heard(msgspec.Struct, frozen=True):
    """What one recogniser (``base``, ``live`` or ``candidate``) heard in a clip."""

    arm: str
    id: str
    text: str


class Spent(msgspec.Struct, frozen=True):
    """``seconds`` by stage, of whatever was done in how many goes; the largest of its processes had ``peak_bytes``."""

    FILE: ClassVar[str] = "spent.json"

    seconds: dict[str, float] = {}
    peak_bytes: int = 0

    def and_by(self, seconds: Mapping[str, float], peak_bytes: int) -> Spent:
        stages = {**self.seconds, **seconds}
        both = {stage: round(self.seconds.get(stage, 0.0) + seconds.get(stage, 0.0), 2) for stage in stages}
        return Spent(both, max(self.peak_bytes, peak_bytes))


class Outcome(msgspec.Struct, frozen=True):
    """What a training came to; ``sha256`` is that of the adapter's tensors."""

    scale: float
    heard: tuple[Heard, ...]
    general: tuple[Score, ...]
    silence_failures: tuple[str, ...]
    short_failures: tuple[str, ...]
    sha256: str
    spent: Spent = Spent()
    general_looks: int = 1
    """2 if ordinary speech was listened to a second time, to more of it."""


class Standing(msgspec.Struct, frozen=True):
    """A line of progress; ``fraction`` of all the work that is done."""

    stage: str
    message: str
    fraction: float
    loss: float | None = None


def write(path: Path, value: Plan | Outcome | Spent) -> None:
    with atomic_write(path) as file:
        file.write(msgspec.json.encode(value))


def read_plan(folder: Path) -> Plan:
    return msgspec.json.decode((folder / PLAN).read_bytes(), type=Plan)


def read_spent(folder: Path) -> Spent:
    try:
        return msgspec.json.decode((folder / Spent.FILE).read_bytes(), type=Spent)
    except (OSError, msgspec.DecodeError):
        return Spent()


def read_outcome(folder: Path) -> Outcome:
    """Raises :class:`ModelError` if the training left none."""
    try:
        return msgspec.json.decode((folder / RESULT).read_bytes(), type=Outcome)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError("The training ended without a result.", hint="Start it again: twin learn") from error
