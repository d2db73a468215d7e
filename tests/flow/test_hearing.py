"""The real recogniser: commands that are spoken, text from nothing, and speech that is hard to hear."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from tests.conftest import SPOKEN_TEXT
from twin.benchmarks.hearing import accidents, carried_out, inserted_words, lost_words
from twin.benchmarks.nothing import noisier, quieter, scenes
from twin.benchmarks.spoken_commands import CASES, Voice
from twin.ports import Audio, Transcriber
from twin.speech.editing import Preferences

pytestmark = pytest.mark.weights

_ONE_OF_EACH = (0, 14, 19, 33, 48, 54, 60)
"""Positions among the cases: taking back, line breaks, marks in all ways of pausing, quotes, capitals, spelling."""


def test_commands_that_are_spoken_are_carried_out(transcriber: Transcriber, voice: Voice, tmp_path: Path) -> None:
    cases = [CASES[position] for position in _ONE_OF_EACH]
    outcome = carried_out(transcriber, voice, tmp_path, Preferences(), cases)
    assert outcome.cases == len(_ONE_OF_EACH)
    assert outcome.share >= 0.9, outcome.wrong


def test_words_about_punctuation_are_no_commands(transcriber: Transcriber, say: Callable[[str], Audio]) -> None:
    speech = [
        say("There is a comma missing in the second line, and the trial period ends on Friday."),
        say("He told me to scratch that, so I added a new paragraph about taxes."),
    ]
    outcome = accidents(transcriber, speech, Preferences())
    assert outcome.words > 20
    assert outcome.commands == ()


def test_nothing_gives_nothing(transcriber: Transcriber) -> None:
    outcome = inserted_words(transcriber, islice(scenes(seconds=6.0, seed=3), 0, None, 6))
    assert outcome.minutes > 1
    assert outcome.heard == {}


def test_quiet_and_noisy_speech_survives(transcriber: Transcriber, say: Callable[[str], Audio]) -> None:
    spoilt = {
        "quiet": lambda audio: quieter(audio, 40.0),
        "noisy": lambda audio: noisier(audio, 10.0),
    }
    lost = lost_words(transcriber, [say(SPOKEN_TEXT)], spoilt)
    assert lost.words > 10
    assert lost.share == {"quiet": 0.0, "noisy": 0.0}


def test_the_scenes_are_the_same_every_time_and_fill_half_an_hour() -> None:
    first, again = scenes(seconds=1.0), scenes(seconds=1.0)
    lengths = 0
    for one, other in zip(first, again, strict=True):
        assert one.name == other.name
        assert (one.audio == other.audio).all()
        assert abs(one.audio).max() <= 1.0
        lengths += 1
    assert lengths * 24.0 / 60 > 30
