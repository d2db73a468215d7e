"""How loud it is, ten times a second: for a meter that shows whether the microphone hears anything."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from twin.events import Level
from twin.ports import SAMPLE_RATE_HZ
from twin.speech.sound import Pcm, to_audio

_SAMPLES = SAMPLE_RATE_HZ // 10


class LevelMeter:
    def __init__(self) -> None:
        self._waiting: Pcm = np.zeros(0, np.int16)

    def add(self, pcm: Pcm) -> Iterator[Level]:
        """The levels of each tenth of a second that ``pcm`` completes."""
        sound = np.concatenate([self._waiting, pcm])
        tenths = len(sound) // _SAMPLES
        self._waiting = sound[tenths * _SAMPLES :]
        for tenth in to_audio(sound[: tenths * _SAMPLES]).reshape(tenths, _SAMPLES):
            yield Level(rms=float(np.sqrt(np.mean(np.square(tenth)))), peak=float(np.max(np.abs(tenth))))
