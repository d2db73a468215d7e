"""A recording while it is being made: on disk as it grows, so that a killed process loses at most a second of it.

``home/spool`` holds such takes: 16-bit mono wav files at 16 kHz that say nothing of their length (what comes after the
header is sound, however much there is), with where they come from in a chunk of their own. A take that is finished
becomes a stored recording (:mod:`twin.speech.recordings`); one that a killed engine left is found when it starts again.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from twin.domain import AudioSource
from twin.errors import HomeError
from twin.ports import SAMPLE_RATE_HZ, Audio
from twin.speech.sound import Pcm, to_audio

_SUFFIX = ".wav"
_SAMPLE_BYTES = 2
_SYNC_SAMPLES = SAMPLE_RATE_HZ
_BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ
_OPEN_ENDED = 0xFFFF_FFFF
_FORMAT = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * _SAMPLE_BYTES, _SAMPLE_BYTES, 16)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a take comes from: what the utterance will say of it."""

    source: AudioSource
    origin: str
    session_id: str
    private: bool = False
    """Nothing of it is to be kept."""


class Take:
    """A growing recording, itself a :class:`~twin.ports.Sound`. One thread writes, any may read what was written."""

    def __init__(self, path: Path, origin: Origin, descriptor: int, header_bytes: int, samples: int) -> None:
        self.path = path
        self.origin = origin
        self._descriptor = descriptor
        self._header_bytes = header_bytes
        self._samples = samples
        self._synced = samples

    @classmethod
    def begin(cls, folder: Path, origin: Origin) -> Take:
        """Raises :class:`HomeError` if it cannot be written."""
        header = _header(origin)
        try:
            descriptor, name = tempfile.mkstemp(dir=folder, suffix=_SUFFIX)
            os.write(descriptor, header)
            os.fsync(descriptor)
        except OSError as error:
            raise _not_written(error) from error
        return cls(Path(name), origin, descriptor, len(header), 0)

    @classmethod
    def left_behind(cls, folder: Path) -> Iterator[Take]:
        """The takes of an engine that was killed. Only safe before a new one is begun."""
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            descriptor = os.open(path, os.O_RDWR)
            found = _parsed(descriptor)
            if found is None:  # killed within its first write
                os.close(descriptor)
                path.unlink()
                continue
            origin, header_bytes = found
            samples = (os.fstat(descriptor).st_size - header_bytes) // _SAMPLE_BYTES
            yield cls(path, origin, descriptor, header_bytes, samples)

    def append(self, pcm: Pcm) -> None:
        """Raises :class:`HomeError` when the disk is full."""
        try:
            rest = memoryview(np.ascontiguousarray(pcm, "<i2").tobytes())
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            self._samples += len(pcm)
            if self._samples - self._synced >= _SYNC_SAMPLES:
                os.fdatasync(self._descriptor)
                self._synced = self._samples
        except OSError as error:
            raise _not_written(error) from error

    def __len__(self) -> int:
        return self._samples

    def read(self, start: int, stop: int) -> Audio:
        return to_audio(self._pcm(start, stop))

    def blocks(self) -> Iterator[Pcm]:
        """All of it, a minute at a time."""
        for start in range(0, self._samples, _BLOCK_SAMPLES):
            yield self._pcm(start, start + _BLOCK_SAMPLES)

    def delete(self) -> None:
        """Let go of it, once it is kept elsewhere or not wanted; a second time is fine."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self.path.unlink(missing_ok=True)

    def _pcm(self, start: int, stop: int) -> Pcm:
        start, stop = max(0, start), min(stop, self._samples)
        count = max(0, stop - start) * _SAMPLE_BYTES
        return np.frombuffer(os.pread(self._descriptor, count, self._header_bytes + start * _SAMPLE_BYTES), "<i2")


def _header(origin: Origin) -> bytes:
    note = msgspec.json.encode(origin)
    note += b" " * (len(note) % 2)
    chunks = (b"fmt ", len(_FORMAT), _FORMAT), (b"twin", len(note), note), (b"data", _OPEN_ENDED, b"")
    body = b"".join(name + struct.pack("<I", size) + content for name, size, content in chunks)
    return b"RIFF" + struct.pack("<I", _OPEN_ENDED) + b"WAVE" + body


def _parsed(descriptor: int) -> tuple[Origin, int] | None:
    """The origin in a take's header, and how long the header is."""
    start = 12 + 8 + len(_FORMAT)
    head = os.pread(descriptor, start + 8, 0)
    if len(head) < start + 8:
        return None
    (size,) = struct.unpack("<I", head[-4:])
    note = os.pread(descriptor, size + 8, start + 8)
    if len(note) < size + 8:
        return None
    return msgspec.json.decode(note[:size], type=Origin), start + 8 + size + 8


def _not_written(error: OSError) -> HomeError:
    return HomeError(
        f"What is being said cannot be recorded: {error.strerror or error}.",
        hint="Free some space or mend the permissions of the home folder, then try again.",
    )
