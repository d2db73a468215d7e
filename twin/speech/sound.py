"""Sound that is read piece by piece, so that an hour of it is never in memory at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.ports import Audio, Sound

Pcm = NDArray[np.int16]
"""Mono samples at 16,000 Hz as they are stored, shape ``(samples,)``."""

_FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True)
class InMemory:
    """A :class:`~twin.ports.Sound` over samples that are in memory anyway."""

    audio: Audio

    def __len__(self) -> int:
        return len(self.audio)

    def read(self, start: int, stop: int) -> Audio:
        return self.audio[max(0, start) : max(0, stop)]


def as_sound(audio: Audio | Sound) -> Sound:
    return InMemory(audio) if isinstance(audio, np.ndarray) else audio


def pieces(sound: Sound, samples: int) -> Iterator[Audio]:
    """The whole of ``sound`` in order, ``samples`` at a time."""
    for start in range(0, len(sound), samples):
        yield sound.read(start, min(len(sound), start + samples))


def to_audio(pcm: Pcm) -> Audio:
    return pcm.astype(np.float32) / np.float32(_FULL_SCALE)


def to_pcm(audio: Audio) -> Pcm:
    """16-bit samples; those that came from 16 bits come back the same, what is beyond the range is clipped."""
    samples: Pcm = np.clip(np.rint(audio * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
    return samples
