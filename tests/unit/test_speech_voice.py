"""Where somebody speaks: block by block the same as at once, and what that makes of a recording."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.domain import Word
from twin.ports import Audio
from twin.speech.audio import decode
from twin.speech.sound import InMemory
from twin.speech.voice import CHUNK_SAMPLES, Span, SpeechSpans, Voiced, VoiceDetector, find_voice, said_so_far

RATE = 16_000


def hiss(seconds: float) -> Audio:
    return (np.random.default_rng(0).standard_normal(int(seconds * RATE)) * 0.001).astype(np.float32)


def test_block_by_block_is_the_same_as_faster_whisper_at_once(spoken: Path) -> None:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    once = decode(spoken)
    audio = np.concatenate([hiss(3), once, hiss(2.5), once, hiss(1), once, hiss(4)])
    audio = audio[: len(audio) // CHUNK_SAMPLES * CHUNK_SAMPLES]
    detector, speech = VoiceDetector(), SpeechSpans([])
    for block in np.split(audio, [17 * CHUNK_SAMPLES, 18 * CHUNK_SAMPLES, 200 * CHUNK_SAMPLES]):
        speech.add(detector.probabilities(block))
    expected = get_speech_timestamps(audio, VadOptions(speech_pad_ms=0))
    assert [(span.start, span.stop) for span in speech.up_to(len(audio))] == [
        (span["start"], span["end"]) for span in expected
    ]


def test_joined_parts_are_read_as_one_and_know_their_times() -> None:
    audio = np.arange(10 * RATE, dtype=np.float32)
    voiced = Voiced(InMemory(audio), (Span(RATE, 3 * RATE), Span(5 * RATE, 6 * RATE)))
    assert len(voiced) == 3 * RATE
    assert np.array_equal(
        voiced.read(0, len(voiced)), np.concatenate([audio[RATE : 3 * RATE], audio[5 * RATE : 6 * RATE]])
    )
    assert np.array_equal(voiced.read(2 * RATE - 2, 2 * RATE + 2), [3 * RATE - 2, 3 * RATE - 1, 5 * RATE, 5 * RATE + 1])
    assert len(voiced.read(len(voiced), len(voiced) + 9)) == 0
    assert voiced.in_time(Word("one", 0.5, 0.9, 1.0)) == Word("one", 1.5, 1.9, 1.0)
    assert voiced.in_time(Word("two", 2.1, 2.4, 1.0)) == Word("two", 5.1, 5.4, 1.0)


def test_a_long_pause_is_cut_out_and_a_short_one_is_not(spoken: Path) -> None:
    once = decode(spoken)
    short, long = (np.concatenate([once, hiss(seconds), once]) for seconds in (1.5, 20))
    whole = find_voice(InMemory(short))
    assert len(whole) == len(short)
    cut = find_voice(InMemory(long))
    assert len(once) * 2 < len(cut) < len(once) * 2 + 2 * RATE


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 120)), max_size=12))
def test_what_was_said_only_grows(stretches: list[tuple[bool, int]]) -> None:
    """So that what a window began with never moves; whatever comes, voice or silence, for however long."""
    speech = SpeechSpans([])
    seen: list[tuple[Span, ...]] = []
    for voice, chunks in stretches:
        for _ in range(chunks):
            speech.add([0.9 if voice else 0.1])
            seen.append(said_so_far(tuple(speech.closed), speech.begun, speech.voice_until, speech.heard))
    for earlier, later in pairwise(spans for spans in seen if spans):
        assert later[: len(earlier) - 1] == earlier[:-1]
        assert later[len(earlier) - 1].start == earlier[-1].start
        assert later[len(earlier) - 1].stop >= earlier[-1].stop
    for spans in seen:
        assert all(one.stop <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize("seconds", [0, 0.01, 20])
def test_silence_has_no_voice(seconds: float) -> None:
    assert find_voice(InMemory(np.zeros(int(seconds * RATE), np.float32))).spans == ()
