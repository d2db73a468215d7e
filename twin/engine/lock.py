"""One engine at a time per home folder; a second one is told who holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import msgspec

from twin.errors import EngineBusyError
from twin.paths import Home, atomic_write

_CLOSING_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that has a home folder open; ``role`` is ``engine`` or ``in-process``."""

    pid: int
    role: str
    version: str


def current_holder(home: Home) -> Holder | None:
    """Who wrote themselves into the home's lock last; only meaningful while the lock is held."""
    try:
        return msgspec.json.decode(home.holder.read_bytes(), type=Holder)
    except (OSError, msgspec.MsgspecError):
        return None


@contextmanager
def hold(home: Home, holder: Holder) -> Iterator[None]:
    """Hold ``home`` for as long as the context lasts. Raises :class:`EngineBusyError` if somebody else does.

    The lock is the operating system's (``flock``), so it falls with its process, however that ends. An engine
    that is just closing is waited for, a few seconds.
    """
    from filelock import FileLock, Timeout  # clients look at the lock, and hold none

    lock = FileLock(home.lock, mode=0o600)
    present = current_holder(home)
    closing = present is not None and present.role == "engine" and not home.socket.exists()
    try:
        lock.acquire(timeout=_CLOSING_SECONDS if closing else 0)
    except Timeout as error:
        raise busy(home) from error
    try:
        with atomic_write(home.holder) as file:
            file.write(msgspec.json.encode(holder))
        yield
    finally:
        with suppress(OSError):
            home.holder.unlink()
        lock.release()


def busy(home: Home) -> EngineBusyError:
    """The sentence that says who holds ``home`` and how to get it back."""
    holder = current_holder(home)
    if holder is None or holder.pid == os.getpid():
        return EngineBusyError(f"The home folder {home.root} is in use.", hint="Close the other twin first.")
    if holder.role == "engine":
        return EngineBusyError(
            f"The engine (process {holder.pid}) has {home.root} open.",
            hint="Leave off --in-process, or stop it with `twin engine stop`.",
        )
    return EngineBusyError(
        f"Another twin (process {holder.pid}, started with --in-process) has {home.root} open.",
        hint="Wait until it is done, or close it.",
    )
