"""A collection in a folder of ours, by the Chroma that runs in this process.

A folder that is damaged, of another version or of another embedder is thrown away: the profile makes it again. Chroma
only marks what is deleted, and its files go on holding the vectors; :meth:`ChromaFolder.begin_copy` and
:meth:`ChromaFolder.finish_copy` put a folder that never held them in its place.
"""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from memory.vectors.collection import GRAPH, Collection, CollectionKey
from twin.errors import MemoryIndexError

_PROBES = 3
"""Vectors that must find something before a folder is trusted."""
_SPARE_BYTES = 1_000_000
"""What must fit on the disk for a failed write to be blamed on the folder's content."""


class ChromaFolder:
    """Implements :class:`memory.vectors.collection.Place` in ``folder``, and beside it ``folder.opening`` and the
    like."""

    def __init__(self, folder: Path, key: CollectionKey) -> None:
        self._folder = folder.resolve()
        self._key = key
        self._client: Any = None
        self._copying: Any = None
        self._mended = ""

    def open(self) -> Collection:
        """The collection; if a process died over the folder, or it is damaged, that of a folder begun anew."""
        self._close_client()
        self._finish_swap()
        if self._dying_mark.exists():
            self._throw_away("a process died over it")
        try:
            return self._trusted()
        except Exception as error:  # whatever Chroma makes of a damaged folder
            if not self.can_recover():
                raise self._unusable(error) from error
            self._throw_away(_first_line(error))
        try:
            return self._trusted()
        except Exception as error:
            raise self._unusable(error) from error

    def mended(self) -> str:
        return self._mended

    def can_recover(self) -> bool:
        """Unless the disk is full or may not be written, which a new folder would suffer from as well."""
        try:
            with tempfile.TemporaryFile(dir=self._folder if self._folder.is_dir() else self._folder.parent) as file:
                file.write(b"\0" * _SPARE_BYTES)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return False
        return True

    def is_made(self) -> bool:
        return self._folder.exists() or self._old.exists()

    def discard(self) -> None:
        self.close()
        for path in (self._folder, self._fresh, self._old):
            _remove(path)
        self._dying_mark.unlink(missing_ok=True)

    def close(self) -> None:
        self.drop_copy()
        self._close_client()

    # --- written anew ---------------------------------------------------------------------------------------------

    def begin_copy(self) -> Collection:
        """An empty collection in a folder beside ours, to be filled. Raises whatever Chroma does."""
        self.drop_copy()
        self._copying = _start(self._fresh)
        copy: Collection = self._create(self._copying)
        return copy

    def finish_copy(self) -> None:
        """Put the copy in the place of ours, which goes; a crash leaves the one or the other. Open it again then."""
        if self._copying is not None:
            self._copying.close()
            self._copying = None
            blank_unused(self._fresh)
        self._close_client()
        self._folder.rename(self._old)
        self._finish_swap()

    def drop_copy(self) -> None:
        """Let go of a copy that was begun; nothing if there is none."""
        if self._copying is not None:
            self._copying.close()
            self._copying = None
            _remove(self._fresh)

    def _finish_swap(self) -> None:
        """Once our folder has stepped aside (``old``), the copy is whole and takes its place."""
        if self._old.exists() and self._fresh.exists() and not _holds_anything(self._folder):
            self._fresh.replace(self._folder)
        if self._copying is None:
            _remove(self._fresh)
        _remove(self._old)

    # --- within ---------------------------------------------------------------------------------------------------

    @property
    def _dying_mark(self) -> Path:
        """Stands beside the folder while it is opened, because a damaged index can kill the process."""
        return self._folder.with_name(f"{self._folder.name}.opening")

    @property
    def _fresh(self) -> Path:
        return self._folder.with_name(f"{self._folder.name}.fresh")

    @property
    def _old(self) -> Path:
        return self._folder.with_name(f"{self._folder.name}.old")

    def _trusted(self) -> Collection:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._dying_mark.touch(mode=0o600)
        self._client = _start(self._folder)
        collection: Any = self._create(self._client)
        if collection.metadata != self._key.metadata:
            raise MemoryIndexError("it was of another embedder")
        sample = collection.get(limit=_PROBES, include=["embeddings"])
        for vector in sample["embeddings"]:
            if not collection.query(query_embeddings=[vector], n_results=1, include=["distances"])["ids"][0]:
                raise MemoryIndexError("it did not find what it held")
        self._dying_mark.unlink()
        blank_unused(self._folder)
        return collection  # type: ignore[no-any-return]

    def _create(self, client: Any) -> Any:
        return client.get_or_create_collection(
            self._key.name, metadata=self._key.metadata, embedding_function=None, configuration={"hnsw": GRAPH}
        )

    def _unusable(self, error: Exception) -> MemoryIndexError:
        self._close_client()
        with suppress(OSError):
            self._dying_mark.unlink()
        self._mended = ""
        return MemoryIndexError(
            f"The vector profile in {self._folder} cannot be opened ({_first_line(error)}).",
            hint="Check the folder's permissions and the free space; recall goes by words alone until then.",
        )

    def _throw_away(self, reason: str) -> None:
        self._close_client()
        _remove(self._folder)
        self._dying_mark.unlink(missing_ok=True)
        self._mended = f"the folder was begun anew: {reason}"

    def _close_client(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
            blank_unused(self._folder)


def blank_unused(folder: Path) -> None:
    """Blank what Chroma's graph files have room for and do not hold.

    A new graph is written with room for a hundred vectors in memory that was never initialised, where vectors of what
    was forgotten may have lain. Header: hnswlib's ``saveIndex``, https://github.com/nmslib/hnswlib, after a version.
    """
    for header in folder.glob("*/header.bin"):
        data = header.with_name("data_level0.bin")
        with suppress(OSError, struct.error):
            _, _, _, count, size = struct.unpack_from("<iQQQQ", header.read_bytes())
            with data.open("r+b") as file:
                unused = data.stat().st_size - count * size
                if unused > 0:
                    file.seek(count * size)
                    file.write(bytes(unused))


def _start(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(mode=0o700, exist_ok=True)
    settings = Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]
    return chromadb.PersistentClient(str(folder), settings=settings)


def _holds_anything(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _remove(path: Path) -> None:
    """Remove whatever is there, as far as it can be removed; what is left fails when it is opened."""
    if path.is_symlink() or path.is_file():
        with suppress(OSError):
            path.unlink()
    shutil.rmtree(path, ignore_errors=True)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")
