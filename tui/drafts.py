"""What the person is writing, on the disk a moment after each change: nothing typed is lost when something dies."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from twin.errors import HomeError
from twin.paths import Home, atomic_write

SAVED_AFTER_SECONDS = 0.5
"""Of not typing."""


def load(home: Home) -> str:
    """What was being written when the interface was last there; empty if it was sent."""
    with suppress(OSError, UnicodeDecodeError):
        return _file(home).read_text(encoding="utf-8")
    return ""


def save(home: Home, text: str) -> None:
    """Keep ``text``; nothing is kept of an empty one. A disk that is full costs no more than the draft."""
    with suppress(HomeError, OSError):
        file = _file(home)
        if not text.strip():
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with atomic_write(file) as draft:
            draft.write(text.encode())


def _file(home: Home) -> Path:
    return home.ui / "draft.txt"
