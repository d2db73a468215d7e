"""Whisper's windows: how much of a recording one takes, and on how much silence after it the encoder runs. Pure."""

from __future__ import annotations

from twin.ports import Sound

FRAME_SAMPLES = 160
"""10 ms, the step of Whisper's features."""
FRAMES_PER_SECOND = 100
WINDOW_FRAMES = 3000

_LEAST_FRAMES = 1000
_SILENCE_FRAMES = 300


def frames_left(sound: Sound, first: int) -> int:
    """How many frames of ``sound`` from the ``first`` on the next window takes."""
    return max(0, min(WINDOW_FRAMES, len(sound) // FRAME_SAMPLES - first))


def encoded_frames(frames: int) -> int:
    """On how many the encoder runs where there is no time for a whole window: with three seconds of silence after
    ``frames`` of speech, and 10 s at least. With less the decoder loops.

    What begins with settled words is heard as well so, at a sixth of the encoder's cost. Without them it is not: of
    sentences said twice in a row half were then written once (docs/dictation.md)."""
    return min(WINDOW_FRAMES, max(_LEAST_FRAMES, frames + _SILENCE_FRAMES))
