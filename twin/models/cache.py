"""The weights cache: folders that can be made again, and the memory of which files were checked.

It lies in the user's cache folder (``TWIN_CACHE`` to put it elsewhere), not in the home folder: weights are public
and the same for every twin on the machine, so 145 MB are put together once and not once a home. What is learned
from a person (adapters, encoder states) never comes here.

Any number of processes may use one cache at once: a folder appears whole, by a rename under a file lock, or not at
all; what a killed process left half-done has a name of its own and is swept up by the next one that builds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from twin.errors import HomeError, WeightsError
from twin.paths import atomic_write

_REMEMBER_FROM_BYTES = 8_000_000
"""Smaller files are hashed each time: that takes less than a few milliseconds."""


class _Stamp(msgspec.Struct, frozen=True):
    """The sha256 that a file had when it was this size and this old."""

    path: str
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WeightsCache:
    root: Path

    @classmethod
    def locate(cls) -> WeightsCache:
        """The cache of this user: ``TWIN_CACHE``, else the platform's cache folder."""
        chosen = os.environ.get("TWIN_CACHE")
        if not chosen:
            import platformdirs

            chosen = platformdirs.user_cache_dir("twin", appauthor=False)
        return cls(Path(chosen).expanduser().resolve())

    def folder(self, name: str) -> Path:
        return self.root / "weights" / name

    def download(self, name: str) -> Path:
        """Where what is being fetched lies until it is whole, so that a fetch can go on where it stopped."""
        return self.root / "downloads" / name

    def build(self, name: str, fill: Callable[[Path], None]) -> Path:
        """The folder ``name``, made by ``fill`` (which gets an empty folder) unless it is there already.

        Raises what ``fill`` raises, and :class:`WeightsError` when the disk is full or the cache cannot be written.
        """
        target = self.folder(name)
        if target.is_dir():
            return target
        with self._lock(target):
            return target if target.is_dir() else place_folder(target, fill)

    def discard(self, name: str) -> None:
        """Remove a folder, so that the next :meth:`build` makes it anew. Processes that use it keep their files."""
        target = self.folder(name)
        if target.is_dir():
            with self._lock(target):
                shutil.rmtree(target, ignore_errors=True)

    @contextmanager
    def _lock(self, target: Path) -> Iterator[None]:
        from filelock import FileLock

        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(target.parent / f".{target.name}.lock")
            lock.acquire()
        except OSError as error:
            raise _cannot_write(target, error) from error
        try:
            yield
        finally:
            lock.release()

    def known_sha256(self, file: Path) -> str:
        """The sha256 of a file as far as it is known without reading a large one; empty if it is not. Raises
        ``OSError``."""
        status = file.stat()
        if status.st_size < _REMEMBER_FROM_BYTES:
            return sha256_of(file)
        with suppress(OSError, msgspec.DecodeError):
            stamp = msgspec.json.decode(self._stamp_file(file).read_bytes(), type=_Stamp)
            if (stamp.path, stamp.size, stamp.mtime_ns) == (str(file), status.st_size, status.st_mtime_ns):
                return stamp.sha256
        return ""

    def sha256(self, file: Path, *, afresh: bool = False) -> str:
        """The sha256 of a file, remembered for a large file as long as its size and time stay the same.

        ``afresh`` reads the file again whatever is remembered. Raises ``OSError``.
        """
        status = file.stat()
        if not afresh and (known := self.known_sha256(file)):
            return known
        stamp = _Stamp(str(file), status.st_size, status.st_mtime_ns, sha256_of(file))
        if status.st_size >= _REMEMBER_FROM_BYTES:
            with suppress(OSError, HomeError):  # a cache that cannot be written costs time, and no more than that
                stamp_file = self._stamp_file(file)
                stamp_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with atomic_write(stamp_file) as stream:
                    stream.write(msgspec.json.encode(stamp))
        return stamp.sha256

    def _stamp_file(self, file: Path) -> Path:
        return self.root / "checked" / f"{hashlib.sha256(os.fsencode(file)).hexdigest()[:20]}.json"


def place_folder(target: Path, fill: Callable[[Path], None]) -> Path:
    """Make the folder ``target``, which must not exist, of what ``fill`` puts into an empty one: whole or not at all.

    What a killed process left half-done is removed first, so no two may place one target at once. Raises what
    ``fill`` raises, and :class:`WeightsError` when the disk is full or the folder cannot be written.
    """
    part = target.parent / f".{target.name}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        try:
            fill(part)
            part.rename(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


def _cannot_write(target: Path, error: OSError) -> WeightsError:
    return WeightsError(
        f"{target.name} cannot be put into {target.parent}: {error.strerror or error}.",
        hint="Free some space, mend the folder's permissions, or choose another folder with TWIN_CACHE.",
    )


def sha256_of(file: Path) -> str:
    """The sha256 of a file, read in full. Raises ``OSError``."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
