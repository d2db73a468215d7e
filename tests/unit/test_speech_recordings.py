"""The store of recordings: by content, once, and gone only when nobody wants them."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
import soundfile

from twin.errors import AudioError, HomeError
from twin.paths import Home
from twin.speech.recordings import Recordings
from twin.speech.sound import Pcm, to_audio, to_pcm


def noise(seed: int, seconds: float = 0.5) -> Pcm:
    return np.random.default_rng(seed).integers(-20_000, 20_000, int(16_000 * seconds)).astype(np.int16)


@pytest.fixture
def recordings(home: Home) -> Recordings:
    return Recordings(home.audio)


def keep(recordings: Recordings, pcm: Pcm) -> str:
    with recordings.hold([pcm]) as held:
        return held.sha256


def stored(recordings: Recordings) -> list[Path]:
    return sorted(path for path in recordings.folder.rglob("*") if path.is_file())


def test_a_recording_is_kept_to_the_bit_under_the_hash_of_its_file(recordings: Recordings) -> None:
    sha256 = keep(recordings, noise(1))
    path = recordings.path(sha256)
    assert path == recordings.folder / sha256[:2] / f"{sha256}.flac"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert np.array_equal(recordings.load(sha256), to_audio(noise(1)))
    information = soundfile.info(path)
    assert (information.samplerate, information.channels, information.subtype) == (16_000, 1, "PCM_16")


def test_it_is_private(recordings: Recordings) -> None:
    path = recordings.path(keep(recordings, noise(1)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_is_there_from_the_start_of_the_block(recordings: Recordings) -> None:
    with recordings.hold([noise(1)]) as held:
        assert np.array_equal(recordings.load(held.sha256), to_audio(noise(1)))


def test_the_same_audio_is_stored_once(recordings: Recordings) -> None:
    assert keep(recordings, noise(1)) == keep(recordings, noise(1))
    assert len(stored(recordings)) == 1


def test_the_same_audio_in_other_blocks_is_the_same_recording(recordings: Recordings) -> None:
    pcm = noise(1)
    with recordings.hold([pcm[:3000], pcm[3000:3001], pcm[3001:]]) as held:
        assert held.seconds == 0.5
        assert held.sha256 == keep(recordings, pcm)


def test_it_is_read_piece_by_piece(recordings: Recordings) -> None:
    sha256 = keep(recordings, noise(1))
    with recordings.open(sha256) as sound:
        assert len(sound) == 8000
        assert np.array_equal(sound.read(7000, 9000), to_audio(noise(1))[7000:])
        assert np.array_equal(sound.read(-5, 10), to_audio(noise(1))[:10])
        assert len(sound.read(8000, 9000)) == 0


def test_samples_beyond_the_range_are_clipped() -> None:
    assert to_audio(to_pcm(np.array([1.5, -1.5, 0.25], np.float32))).tolist() == [32767 / 32768, -1.0, 0.25]


def test_sound_that_ends_in_a_failure_leaves_nothing(recordings: Recordings) -> None:
    def cut_off() -> Iterator[Pcm]:
        yield noise(1)
        raise AudioError("It is cut off.")

    with pytest.raises(AudioError), recordings.hold(cut_off()):
        pytest.fail("it was taken for whole")
    assert list(recordings.folder.iterdir()) == []


def test_what_is_discarded_leaves_nothing(recordings: Recordings) -> None:
    with recordings.hold([noise(1)]) as held:
        held.discard()
    assert list(recordings.folder.iterdir()) == []


def test_what_fails_stays(recordings: Recordings) -> None:
    def crash() -> None:
        with recordings.hold([noise(1)]):
            raise RuntimeError("the model crashed")

    with pytest.raises(RuntimeError):
        crash()
    assert len(stored(recordings)) == 1


def test_a_discard_spares_what_was_there_before(recordings: Recordings) -> None:
    sha256 = keep(recordings, noise(1))
    with recordings.hold([noise(1)]) as held:
        held.discard()
    recordings.load(sha256)


def test_a_discard_spares_what_another_dictation_holds(recordings: Recordings) -> None:
    with recordings.hold([noise(1)]) as first:
        with recordings.hold([noise(1)]) as second:
            second.discard()
        recordings.load(first.sha256)
    recordings.load(first.sha256)


def test_the_last_holder_of_an_unwanted_recording_removes_it(recordings: Recordings) -> None:
    with recordings.hold([noise(1)]) as first:
        with recordings.hold([noise(1)]) as second:
            second.discard()
        first.discard()
    assert stored(recordings) == []


def test_many_dictations_of_one_recording_at_once(recordings: Recordings) -> None:
    """Half of them give up; the recording stays for the others."""
    together = Barrier(8)

    def dictate(number: int) -> str:
        with recordings.hold([noise(1)]) as held:
            together.wait()
            recordings.load(held.sha256)
            if number % 2:
                held.discard()
            return held.sha256

    with ThreadPoolExecutor(8) as pool:
        (sha256,) = set(pool.map(dictate, range(8)))
    recordings.load(sha256)


def test_deleting(recordings: Recordings) -> None:
    sha256 = keep(recordings, noise(1))
    recordings.delete(sha256)
    assert list(recordings.folder.iterdir()) == []
    recordings.delete(sha256)  # gone already
    with pytest.raises(AudioError, match="cannot be read"):
        recordings.load(sha256)


def test_deleting_while_it_is_dictated_again_leaves_it_to_that_dictation(recordings: Recordings) -> None:
    sha256 = keep(recordings, noise(1))
    with recordings.hold([noise(1)]) as held:
        recordings.delete(sha256)
        recordings.load(sha256)
        held.discard()
    assert stored(recordings) == []


def test_damage_is_noticed(recordings: Recordings) -> None:
    sha256 = keep(recordings, noise(1))
    path = recordings.path(sha256)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(AudioError, match="is damaged"):
        recordings.load(sha256)


def test_orphans_are_what_the_ledger_does_not_know(recordings: Recordings) -> None:
    known, orphan = keep(recordings, noise(1)), keep(recordings, noise(2))
    with recordings.hold([noise(3)]):
        assert recordings.orphans({known}) == (orphan,)


def test_a_sweep_removes_half_written_files_alone(recordings: Recordings) -> None:
    sha256 = keep(recordings, noise(1))
    half = recordings.folder / ".incoming-k3x9"
    half.write_bytes(b"half a recording")
    recordings.sweep()
    assert stored(recordings) == [recordings.path(sha256)]


def test_a_folder_that_cannot_be_written(recordings: Recordings) -> None:
    recordings.folder.rmdir()
    recordings.folder.write_text("a file where a folder should be")
    with pytest.raises(HomeError, match="cannot be stored") as caught:
        keep(recordings, noise(1))
    assert caught.value.hint
    recordings.folder.unlink()
    recordings.folder.mkdir()
    keep(recordings, noise(1))  # nothing is remembered of the failure
