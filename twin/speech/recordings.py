"""The audio that is kept: 16 kHz mono, 16-bit FLAC, named by the sha256 of the file, ``audio/ab/abcdef….flac``.

A recording is stored before it is recognised, so that a crash of the recogniser loses nothing the person said. It
then stays unless the dictation is given up (:meth:`Held.discard`). What stays without an utterance (the recogniser
crashed, the disk was full) is found by :meth:`Recordings.orphans`. The same audio is stored once, however often it
is dictated; a recording that another dictation still holds, or that was there before, survives a discard.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np

from twin.errors import AudioError, HomeError
from twin.paths import atomic_write
from twin.ports import SAMPLE_RATE_HZ, Audio


@dataclass(slots=True)
class Held:
    """A recording while it is being recognised."""

    sha256: str
    path: Path
    discarded: bool = False

    def discard(self) -> None:
        """Do not keep the recording after all."""
        self.discarded = True


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
    def hold(self, audio: Audio) -> Iterator[Held]:
        """Store ``audio`` durably for the length of the block, and from then on unless it was discarded in it.

        Raises :class:`HomeError` when the disk is full.
        """
        flac = _encode(audio)
        held = Held(sha256 := hashlib.sha256(flac).hexdigest(), self.path(sha256))
        with self._lock:
            known = held.path.exists()
            if not known:
                self._write(held.path, flac)
            self._holders.setdefault(sha256, _Holders(0, keep=known)).count += 1
        try:
            yield held
        finally:
            with self._lock:
                self._release(held)

    def load(self, sha256: str) -> Audio:
        """Read a recording; the samples are those that were stored. Raises :class:`AudioError`: missing or damaged."""
        import soundfile

        try:
            flac = self.path(sha256).read_bytes()
        except OSError as error:
            raise AudioError(
                f"The recording {sha256[:12]} cannot be read: {error.strerror or error}.",
                hint="`twin doctor` lists the recordings that are missing.",
            ) from error
        if hashlib.sha256(flac).hexdigest() != sha256:
            raise AudioError(f"The recording {sha256[:12]} is damaged.", hint="Restore the home folder from a backup.")
        samples, _ = soundfile.read(io.BytesIO(flac), dtype="int16")
        return np.asarray(samples).astype(np.float32) / 32768.0

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
            for leftover in self.folder.glob("??/.*.flac.*"):
                self._unlink(leftover)

    def _write(self, path: Path, flac: bytes) -> None:
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise HomeError(
                f"The recording cannot be stored: {error.strerror or error}.",
                hint="Free some space or mend the permissions of the home folder, then try again.",
            ) from error
        with atomic_write(path) as file:
            file.write(flac)

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


def _encode(audio: Audio) -> bytes:
    """16-bit FLAC; samples that came from 16 bits come back the same."""
    import soundfile

    samples = np.clip(np.rint(audio * 32768.0), -32768, 32767).astype(np.int16)
    flac = io.BytesIO()
    soundfile.write(flac, samples, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    return flac.getvalue()
