"""Where things are kept, and how files are written so that a crash leaves the old one or the new one.

One home folder holds everything a person's twin knows. It is private (mode 0700) and chosen by, in order, the
``--home`` option, ``TWIN_HOME``, and the platform's data folder.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from twin.errors import HomeError

_MAX_SOCKET_PATH_BYTES = 100
"""A Unix socket's path holds 104 bytes (macOS) or 108 (Linux), the final zero included."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folders and files of one twin. Nothing is created until it is asked for by :meth:`create`."""

    root: Path

    @classmethod
    def locate(cls, explicit: Path | str | None = None) -> Home:
        """Find the home folder: ``explicit``, else ``TWIN_HOME``, else the platform's data folder."""
        chosen = explicit or os.environ.get("TWIN_HOME")
        if not chosen:
            import platformdirs

            chosen = platformdirs.user_data_dir("twin", appauthor=False)
        return cls(Path(chosen).expanduser().resolve())

    def create(self) -> Home:
        """Make the home folder and its rooms, private to their owner.

        Raises :class:`HomeError`, also for a folder that holds other things: it would become private to the owner.
        """
        try:
            ours = {
                path.name
                for path in (
                    self.config,
                    self.ledger,
                    self.audio,
                    self.spool,
                    self.chroma,
                    self.cache,
                    self.logs,
                    self.ui,
                    self.run,
                )
            }
            found = {path.name for path in self.root.iterdir()} if self.root.is_dir() else set()
            if found and not found & ours:
                raise HomeError(
                    f"{self.root} holds other things and is no twin's home.", hint="Name an empty or a new folder."
                )
            for folder in (self.root, self.audio, self.spool, self.chroma, self.cache, self.logs, self.ui, self.run):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.root.chmod(0o700)
        except OSError as error:
            raise HomeError(
                f"The home folder {self.root} cannot be used: {error.strerror or error}.",
                hint="Choose another with --home DIR or TWIN_HOME, or mend its permissions.",
            ) from error
        return self

    @property
    def config(self) -> Path:
        return self.root / "config.toml"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite3"

    @property
    def checkpoints(self) -> Path:
        """Where proposals that are being carried out stand, and replies that are under way: ids and states."""
        return self.root / "checkpoints.sqlite3"

    @property
    def audio(self) -> Path:
        return self.root / "audio"

    def recording(self, sha256: str) -> Path:
        """The recording with this hash; see :mod:`twin.speech.recordings`."""
        return self.audio / sha256[:2] / f"{sha256}.flac"

    @property
    def spool(self) -> Path:
        """What is being recorded right now."""
        return self.root / "spool"

    @property
    def chroma(self) -> Path:
        return self.root / "chroma"

    @property
    def adapters(self) -> Path:
        """What was learned: a folder a version."""
        return self.root / "adapters"

    @property
    def training(self) -> Path:
        """Of trainings that are under way or were interrupted; nothing otherwise."""
        return self.root / "training"

    @property
    def states(self) -> Path:
        """Encoder states of recordings, which can be computed again."""
        return self.cache / "states"

    @property
    def cache(self) -> Path:
        """Everything that can be made again: converted weights, encoder states."""
        return self.root / "cache"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def ui(self) -> Path:
        """What the terminal UI keeps from one time to the next: the theme that was chosen, what was being written."""
        return self.root / "ui"

    @property
    def run(self) -> Path:
        """What belongs to the running engine: lock, socket, process id."""
        return self.root / "run"

    @property
    def lock(self) -> Path:
        return self.run / "home.lock"

    @property
    def holder(self) -> Path:
        """Who holds the lock: a small JSON file, for the sentence that says so."""
        return self.run / "holder.json"

    @property
    def socket(self) -> Path:
        """The engine's Unix socket; in a short private temporary folder where the home's path is too long for one."""
        natural = self.run / "engine.sock"
        if len(os.fsencode(natural)) <= _MAX_SOCKET_PATH_BYTES:
            return natural
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"twin-{os.getuid()}" / f"{name}.sock"


@contextmanager
def atomic_write(target: Path, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """Write a file so that ``target`` is either as it was or whole: temporary file, fsync, rename.

    Raises :class:`HomeError` when the disk is full or the folder cannot be written.
    """
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
        temporary = None
        sync_folder(target.parent)
    except OSError as error:
        raise HomeError(
            f"{target.name} cannot be written: {error.strerror or error}.",
            hint="Free some space or mend the folder's permissions, then try again.",
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable; some file systems cannot, which costs nothing but a crash's last second."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
