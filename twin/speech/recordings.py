"""The audio that is kept: 16 kHz mono, 16-bit FLAC, named by the sha256 of the file, ``audio/ab/abcdef….flac``.

A recording is stored before it is recognised, so that a crash of the recogniser loses nothing the person said. It
then stays unless the dictation is given up (:meth:`Held.discard`). What stays without an utterance (the engine was
killed before the ledger had it) is found by :meth:`Recordings.orphans`. The same audio is stored once, however often
it is dictated; a recording that another dictation still holds, or that was there before, survives a discard.

Recordings are written and read in blocks: an hour of it is never in memory.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from twin.errors import AudioError, HomeError
from twin.paths import sync_folder
from twin.ports import SAMPLE_RATE_HZ, Audio
from twin.speech.sound import Pcm, to_audio

_INCOMING = ".incoming-"


@dataclass(slots=True)
class Held:
    """A recording while it is being recognised."""

    sha256: str
    path: Path
    seconds: float
    discarded: bool = False

    def discard(self) -> None:
        """Do not keep the recording after all."""
        self.discarded = True


class StoredSound:
    """A :class:`~twin.ports.Sound` over a stored recording. For one thread."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __len__(self) -> int:
        return int(self._file.frames)

    def read(self, start: int, stop: int) -> Audio:
        start = max(0, start)
        self._file.seek(min(start, len(self)))
        return to_audio(self._file.read(max(0, min(stop, len(self)) - start), dtype="int16"))


@dataclass(slots=True)
class _Holders:
    count: int
    keep: bool


@dataclass(slots=True)
class Recordings:
    """The recordings of one home. Safe from any thread; one process at a time (the home's lock sees to that)."""

    folder: Path
    _holders: dict[str, _Holders] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / f"{sha256}.flac"

    @contextmanager
    def hold(self, blocks: Iterable[Pcm]) -> Iterator[Held]:
        """Store the sound of ``blocks`` durably for the length of the block, and from then on unless it was discarded.

        Raises :class:`HomeError` when the disk is full, and what ``blocks`` raises; then nothing is stored.
        """
        incoming, samples = self._encode(blocks)
        try:
            with incoming.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            held = Held(sha256, self.path(sha256), samples / SAMPLE_RATE_HZ)
            with self._lock:
                known = held.path.exists()
                if not known:
                    self._place(incoming, held.path)
                self._holders.setdefault(sha256, _Holders(0, keep=known)).count += 1
        finally:
            incoming.unlink(missing_ok=True)
        try:
            yield held
        finally:
            with self._lock:
                self._release(held)

    @contextmanager
    def open(self, sha256: str) -> Iterator[StoredSound]:
        """A recording, read piece by piece. Raises :class:`AudioError`: missing or damaged."""
        import soundfile

        path = self.path(sha256)
        try:
            with path.open("rb") as file:
                intact = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except OSError as error:
            raise AudioError(
                f"The recording {sha256[:12]} cannot be read: {error.strerror or error}.",
                hint="`twin doctor` lists the recordings that are missing.",
            ) from error
        if not intact:
            raise AudioError(f"The recording {sha256[:12]} is damaged.", hint="Restore the home folder from a backup.")
        with soundfile.SoundFile(path) as sound:
            yield StoredSound(sound)

    def load(self, sha256: str) -> Audio:
        """The whole of a recording; the samples are those that were stored. Raises as :meth:`open` does."""
        with self.open(sha256) as sound:
            return sound.read(0, len(sound))

    def delete(self, sha256: str) -> None:
        """Remove a recording (a dictation that holds the same audio right now keeps it). Absent is fine."""
        with self._lock:
            holders = self._holders.get(sha256)
            if holders is not None:
                holders.keep = False
            else:
                self._unlink(self.path(sha256))

    def orphans(self, known: Iterable[str]) -> tuple[str, ...]:
        """The sha256 of stored recordings that are neither ``known`` (to the ledger) nor being recognised."""
        with self._lock:
            expected = {*known, *self._holders}
            return tuple(sorted(path.stem for path in self.folder.glob("??/*.flac") if path.stem not in expected))

    def sweep(self) -> None:
        """Remove what a killed process left half-written. Only safe while no other process uses the home."""
        with self._lock:
            for leftover in self.folder.glob(f"{_INCOMING}*"):
                leftover.unlink(missing_ok=True)

    def _encode(self, blocks: Iterable[Pcm]) -> tuple[Path, int]:
        """Write ``blocks`` as FLAC into a file that has no name yet; gives it and the number of samples."""
        import soundfile

        incoming: Path | None = None
        samples = 0
        try:
            descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=_INCOMING)
            os.close(descriptor)
            incoming = Path(name)
            with soundfile.SoundFile(name, "w", SAMPLE_RATE_HZ, 1, "PCM_16", format="FLAC") as flac:
                for block in blocks:
                    flac.write(block)
                    samples += len(block)
            with incoming.open("rb") as file:
                os.fsync(file.fileno())
        except (OSError, soundfile.SoundFileError) as error:
            if incoming is not None:
                incoming.unlink(missing_ok=True)
            raise _not_stored(error) from error
        except BaseException:
            if incoming is not None:
                incoming.unlink(missing_ok=True)
            raise
        return incoming, samples

    @staticmethod
    def _place(incoming: Path, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            incoming.replace(path)
        except OSError as error:
            raise _not_stored(error) from error
        sync_folder(path.parent)

    def _release(self, held: Held) -> None:
        holders = self._holders[held.sha256]
        holders.count -= 1
        holders.keep = holders.keep or not held.discarded
        if holders.count == 0:
            del self._holders[held.sha256]
            if not holders.keep:
                self._unlink(held.path)

    @staticmethod
    def _unlink(path: Path) -> None:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # the folder of two letters, when that was its last recording
            path.parent.rmdir()


def _not_stored(error: Exception) -> HomeError:
    return HomeError(
        f"The recording cannot be stored: {getattr(error, 'strerror', None) or error}.",
        hint="Free some space or mend the permissions of the home folder, then try again.",
    )
