"""A recording while it is being made: on disk from its first sample, whatever happens to the process."""

from __future__ import annotations

import stat
import wave
from pathlib import Path

import numpy as np
import pytest

from twin.domain import AudioSource
from twin.errors import HomeError
from twin.paths import Home
from twin.speech.sound import Pcm, to_audio
from twin.speech.take import Origin, Take

ORIGIN = Origin(AudioSource.MICROPHONE, "USB headset – “blue”", "ui-7")


def noise(samples: int) -> Pcm:
    return np.random.default_rng(0).integers(-20_000, 20_000, samples).astype(np.int16)


@pytest.fixture
def folder(home: Home) -> Path:
    return home.spool


def test_what_is_written_can_be_read_at_once(folder: Path) -> None:
    take = Take.begin(folder, ORIGIN)
    pcm = noise(5000)
    take.append(pcm[:2000])
    assert np.array_equal(take.read(0, 9999), to_audio(pcm[:2000]))
    take.append(pcm[2000:])
    assert len(take) == 5000
    assert np.array_equal(take.read(1990, 2010), to_audio(pcm[1990:2010]))
    assert np.array_equal(np.concatenate(list(take.blocks())), pcm)
    assert stat.S_IMODE(take.path.stat().st_mode) == 0o600
    take.delete()
    assert list(folder.iterdir()) == []


def test_it_is_a_wav_that_other_programs_play(folder: Path) -> None:
    take = Take.begin(folder, ORIGIN)
    take.append(noise(3000))
    with wave.open(str(take.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.readframes(3000) == noise(3000).tobytes()
    take.delete()


def test_what_a_killed_process_left_is_found_with_its_origin(folder: Path) -> None:
    Take.begin(folder, ORIGIN).append(noise(40_000))  # and never closed
    (found,) = Take.left_behind(folder)
    assert found.origin == ORIGIN
    assert np.array_equal(found.read(0, len(found)), to_audio(noise(40_000)))
    found.delete()


@pytest.mark.parametrize("cut", [1, 3, 4001])
def test_a_half_written_sample_is_no_obstacle(folder: Path, cut: int) -> None:
    take = Take.begin(folder, ORIGIN)
    take.append(noise(5000))
    take.path.write_bytes(take.path.read_bytes()[:-cut])
    (found,) = Take.left_behind(folder)
    assert len(found) == 5000 - (cut + 1) // 2
    found.delete()


@pytest.mark.parametrize("size", [0, 10, 40, 60])
def test_a_take_that_was_killed_before_it_began_is_cleared_away(folder: Path, size: int) -> None:
    take = Take.begin(folder, ORIGIN)
    take.path.write_bytes(take.path.read_bytes()[:size])
    assert list(Take.left_behind(folder)) == []
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(HomeError, match="cannot be recorded") as caught:
        Take.begin(folder, ORIGIN)
    assert caught.value.hint
