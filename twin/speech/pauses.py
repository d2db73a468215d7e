"""Where a recording is silent between words.

Whisper's word times follow attention, and a pause often counts as part of the word before or after it; what sets a
spoken command apart is therefore looked up in the sound itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twin.domain import Word
from twin.ports import SAMPLE_RATE_HZ, Audio, Sound
from twin.speech.sound import pieces

_FRAME = SAMPLE_RATE_HZ // 50
_PIECE = 60 * SAMPLE_RATE_HZ
_LEAST_SECONDS = 0.15
_FLOOR, _LEVEL = 3, 95
"""Percentiles of the frames' levels that stand for background and speech."""
_DEEPEST_DB = 45.0
"""Below the level of speech; what is quieter (digital silence) says nothing of the background."""
_ABOVE_FLOOR = 0.3
"""Of the way from background to speech, in decibels, a frame must reach to be heard."""
_INEXACT_SECONDS = 0.15
"""How far from a silence a boundary of words may be reported that is meant by it."""
_LEAST_RANGE_DB = 12.0
"""With less between the two, speech and background cannot be told apart by their levels."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Seconds from the beginning of the recording."""

    start: float
    end: float


def find_silences(sound: Sound) -> tuple[Silence, ...]:
    """Stretches of ``sound`` that are quieter than speech, 0.15 s and longer."""
    levels = [_levels(piece) for piece in pieces(sound, _PIECE)]
    level = np.concatenate(levels) if levels else np.zeros(0)
    if not len(level):
        return ()
    floor, speech = np.percentile(level, [_FLOOR, _LEVEL])
    if speech - floor < _LEAST_RANGE_DB:
        return ()
    floor = max(floor, speech - _DEEPEST_DB)
    quiet = np.concatenate([[False], level < floor + _ABOVE_FLOOR * (speech - floor), [False]])
    edges = np.flatnonzero(quiet[1:] != quiet[:-1]).reshape(-1, 2) * (_FRAME / SAMPLE_RATE_HZ)
    return tuple(Silence(float(start), float(end)) for start, end in edges if end - start >= _LEAST_SECONDS)


def _levels(audio: Audio) -> NDArray[np.float64]:
    """The level of each whole frame in decibels."""
    frames = len(audio) // _FRAME
    power = np.square(audio[: frames * _FRAME].astype(np.float64)).reshape(frames, _FRAME).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-10))


def pauses_before(words: Sequence[Word], silences: Sequence[Silence]) -> tuple[float, ...]:
    """Seconds of silence before each word, none before the first: by the word times or by the sound, the longer.

    A silence belongs to the boundary of two words that is nearest to it; that before all words and that after them
    belong to none, though the times of the first word and the last may reach far into them.
    """
    pauses = [0.0] + [max(0.0, word.start - before.end) for before, word in pairwise(words)]
    if len(words) < 2:
        return tuple(pauses[: len(words)])
    starts = np.array([word.start for word in words[1:]])
    ends = np.array([word.end for word in words[:-1]])
    for silence in silences:
        if silence.start <= words[0].start or silence.end >= words[-1].end:
            continue
        # How far the boundary (from the end of one word to the start of the next) is from the silence.
        away = np.maximum(0.0, np.maximum(silence.start - starts, ends - silence.end))
        nearest = int(np.argmin(away + 1e-3 * np.abs(ends - silence.start)))
        if away[nearest] <= _INEXACT_SECONDS:
            pauses[nearest + 1] = max(pauses[nearest + 1], silence.end - silence.start)
    return tuple(pauses)
