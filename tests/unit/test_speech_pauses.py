"""Silences in a recording, and to which words' boundary they belong."""

from __future__ import annotations

import numpy as np
import pytest

from twin.domain import Word
from twin.ports import SAMPLE_RATE_HZ, Audio
from twin.speech.pauses import Silence, find_silences, pauses_before
from twin.speech.sound import as_sound


def sound(*parts: tuple[float, float]) -> Audio:
    """Noise, of so many seconds each at a level."""
    rng = np.random.default_rng(1)
    return np.concatenate(
        [(rng.standard_normal(int(seconds * SAMPLE_RATE_HZ)) * level).astype(np.float32) for seconds, level in parts]
    )


def rounded(silences: tuple[Silence, ...]) -> list[tuple[float, float]]:
    return [(round(silence.start, 1), round(silence.end, 1)) for silence in silences]


@pytest.mark.parametrize("level", [0.3, 0.003])
def test_pauses_are_found_at_any_level(level: float) -> None:
    spoken = sound((0.5, level), (0.4, level / 100), (0.5, level), (0.1, level / 100), (0.5, level))
    assert rounded(find_silences(as_sound(spoken))) == [(0.5, 0.9)]


def test_a_steady_sound_has_no_pauses() -> None:
    assert find_silences(as_sound(sound((3.0, 0.1)))) == ()
    assert find_silences(as_sound(np.zeros(0, np.float32))) == ()
    assert find_silences(as_sound(np.zeros(48_000, np.float32))) == ()


def test_long_recordings_are_read_in_pieces() -> None:
    spoken = sound((59.8, 0.2), (0.6, 0.001), (30.0, 0.2), (5.0, 0.001), (30.0, 0.2))
    assert rounded(find_silences(as_sound(spoken))) == [(59.8, 60.4), (90.4, 95.4)]


def test_a_silence_belongs_to_the_boundary_that_it_lies_at() -> None:
    words = [Word("one", 0.0, 0.5, 1), Word("two", 0.5, 1.6, 1), Word("three", 1.6, 2.0, 1), Word("four", 2.4, 2.9, 1)]
    pauses = pauses_before(words, [Silence(0.0, 0.1), Silence(0.45, 1.2), Silence(2.0, 2.5), Silence(2.9, 4.0)])
    assert [round(pause, 2) for pause in pauses] == [0.0, 0.75, 0.0, 0.5]


def test_without_the_sound_the_word_times_count() -> None:
    words = [Word("one", 0.3, 0.5, 1), Word("two", 0.9, 1.0, 1)]
    assert [round(pause, 2) for pause in pauses_before(words, ())] == [0.0, 0.4]
    assert pauses_before([], ()) == ()
    assert pauses_before(words[:1], [Silence(0, 1)]) == (0.0,)


def test_the_silence_before_anything_is_said_is_no_pause() -> None:
    words = [Word("Please", 1.38, 2.04, 0.9), Word("ask", 2.04, 2.44, 0.9), Word("her.", 2.44, 2.8, 0.9)]
    assert pauses_before(words, [Silence(0.0, 1.9), Silence(2.6, 5.0)]) == (0.0, 0.0, 0.0)
