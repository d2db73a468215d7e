"""Encoder states of what the person dictated: computed once, when it is recognised, and trained on later.

A cache beside the recordings, float16, about 1.5 MB an utterance for Whisper base: it holds no more than its budget,
what was used longest ago goes first, and what is missing is computed again. States are of one encoder; those of other
weights lie in another folder and go with the rest. For ``voice`` mode it also keeps what the encoder is given, and what
its top layers work on (:mod:`twin.training.below`): files of the same recording, forgotten with it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin.errors import HomeError
from twin.paths import atomic_write

BUDGET_BYTES = 3_000_000_000
"""Some two thousand utterances."""
_STATES = "states"
FEATURES = "features"
"""A part: what the encoder is given, ``(mels, frames)``."""


@dataclass(frozen=True, slots=True)
class KeptStates:
    """``states`` in float16, shape ``(positions, width)``, for ``seconds`` of speech and the silence after it."""

    states: NDArray[np.float16]
    seconds: float


@dataclass(frozen=True, slots=True)
class StatesCache:
    """``encoder`` names the weights that made the states."""

    folder: Path
    encoder: str
    budget_bytes: int = BUDGET_BYTES

    def path(self, audio_sha256: str, part: str = "") -> Path:
        return self.folder / self.encoder[:16] / f"{audio_sha256}{part and f'.{part}'}.safetensors"

    def has(self, audio_sha256: str, part: str = "") -> bool:
        return self.path(audio_sha256, part).is_file()

    def keep(self, audio_sha256: str, states: NDArray[np.floating], seconds: float) -> None:
        """Raises ``HomeError`` if they cannot be written."""
        self.keep_part(audio_sha256, "", {_STATES: states}, seconds)

    def read(self, audio_sha256: str) -> KeptStates | None:
        """Nothing if they are not there, or not whole."""
        kept = self.read_part(audio_sha256, "")
        return None if kept is None or _STATES not in kept[0] else KeptStates(kept[0][_STATES], kept[1])

    def keep_part(
        self, audio_sha256: str, part: str, tensors: Mapping[str, NDArray[np.floating]], seconds: float
    ) -> None:
        """Keep other ``tensors`` of a recording under the name ``part``. Raises ``HomeError``."""
        from safetensors.numpy import save

        path = self.path(audio_sha256, part)
        content = save(
            {name: np.ascontiguousarray(value, np.float16) for name, value in tensors.items()},
            metadata={"seconds": str(seconds)},
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with atomic_write(path) as file:
                file.write(content)
        except OSError as error:
            raise HomeError(f"Encoder states cannot be kept in {self.folder} ({error.strerror or error}).") from error
        self._trim()

    def read_part(self, audio_sha256: str, part: str) -> tuple[dict[str, NDArray[np.float16]], float] | None:
        """What :meth:`keep_part` kept, and the seconds."""
        from safetensors import SafetensorError, safe_open

        path = self.path(audio_sha256, part)
        try:
            with safe_open(path, framework="numpy") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
                seconds = float(file.metadata()["seconds"])
            os.utime(path)
        except (OSError, SafetensorError, KeyError, ValueError):
            return None
        return tensors, seconds

    def forget(self, audio_sha256s: Iterable[str]) -> None:
        """Those of recordings that were forgotten, by whatever encoder."""
        for sha256 in audio_sha256s:
            for path in (*self.folder.glob(f"*/{sha256}.safetensors"), *self.folder.glob(f"*/{sha256}.*.safetensors")):
                path.unlink(missing_ok=True)

    def _trim(self) -> None:
        for other in self.folder.iterdir():
            if other.is_dir() and other.name != self.encoder[:16]:
                shutil.rmtree(other, ignore_errors=True)
        kept = [(file.stat(), file) for file in self.folder.glob("*/*.safetensors")]
        surplus = sum(stat.st_size for stat, _ in kept) - self.budget_bytes
        for stat, file in sorted(kept, key=lambda one: one[0].st_mtime):
            if surplus <= 0:
                break
            with suppress(OSError):
                file.unlink()
                surplus -= stat.st_size
