"""Sound as every part hands it on, and what a recogniser's encoder makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.domain import Word

Audio = NDArray[np.float32]
"""Mono samples at 16,000 Hz, from -1 to 1, shape ``(samples,)``."""


SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class EncoderStates:
    """A recogniser's encoder's output, shape ``(positions, width)``, for ``seconds`` of speech and the silence after
    it; ``adapter_id`` says what was merged into its weights."""

    states: NDArray[np.float32]
    seconds: float
    adapter_id: str | None = None


class Sound(Protocol):
    """Sound that is read piece by piece; its length is in samples."""

    def __len__(self) -> int: ...
    def read(self, start: int, stop: int) -> Audio:
        """The samples from ``start`` to before ``stop``, as far as there are any."""
        ...


class Speech(Sound, Protocol):
    """The parts of a recording in which somebody speaks, joined."""

    @property
    def sound(self) -> Sound:
        """The whole recording."""
        ...

    def in_time(self, word: Word) -> Word:
        """``word`` with its times in the whole recording."""
        ...
