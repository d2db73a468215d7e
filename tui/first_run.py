"""Whether this home has been welcomed: a mark on the disk, so that the welcome opens by itself once and no more."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from twin.errors import HomeError
from twin.paths import Home, atomic_write


def is_over(home: Home) -> bool:
    return _mark(home).exists()


def remember(home: Home) -> None:
    """A disk that is full costs no more than another welcome."""
    with suppress(HomeError, OSError):
        mark = _mark(home)
        mark.parent.mkdir(mode=0o700, exist_ok=True)
        with atomic_write(mark):
            pass


def _mark(home: Home) -> Path:
    return home.ui / "welcomed"
