"""Where dictated text goes: standard output, the clipboard, a file, or the conversation (``--to``).

A target is chosen, and refused, before anything is recognised. If it fails afterwards, the text is printed: what was
dictated is never lost for want of a place to put it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from twin.cli import render
from twin.cli.clipboard import copy
from twin.errors import NotUnderstoodError, OutputError, TwinError

STDOUT = "stdout"

HELP = "Where the text goes: stdout, clipboard, chat, or a file."


class Place(StrEnum):
    STDOUT = STDOUT
    CLIPBOARD = "clipboard"
    CHAT = "chat"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Target:
    """``path`` and ``append`` are of a file."""

    place: Place
    path: Path | None = None
    append: bool = False


def target(to: str = STDOUT, *, append: bool = False, clipboard: bool = False) -> Target:
    """The target that the options name (``--to``, ``--append``, ``--copy``).

    Raises :class:`NotUnderstoodError` for options that contradict each other, :class:`OutputError` for a file that is
    there already and not to be appended to, or cannot be written.
    """
    if clipboard and to not in (STDOUT, Place.CLIPBOARD):
        raise NotUnderstoodError("--copy and --to name different places.", hint="Give one of them.")
    if clipboard or to == Place.CLIPBOARD:
        to = Place.CLIPBOARD
    if to in (STDOUT, "-", Place.CLIPBOARD, Place.CHAT):
        if append:
            raise NotUnderstoodError("--append is for files.", hint="Name one: --to FILE --append")
        return Target(Place.STDOUT if to == "-" else Place(to))
    path = Path(to).expanduser()
    refuse_unwritable(path, append=append)
    return Target(Place.FILE, path, append)


def deliver(text: str, target: Target, *, say: Callable[[str], object], show: Callable[[str], None] = print) -> None:
    """Put ``text`` where it goes; ``say`` tells it to the twin as a turn of the conversation, ``show`` prints it.

    Raises :class:`TwinError` (for a clipboard or a file :class:`OutputError`) after printing the text.
    """
    try:
        match target.place:
            case Place.STDOUT:
                show(text)
            case Place.CLIPBOARD:
                way = copy(text)
                render.note(f"  → on the clipboard, by {way}")
            case Place.CHAT:
                say(text)
            case Place.FILE:
                assert target.path is not None
                _write(text, target.path, append=target.append)
                render.note(f"  → in {target.path}")
    except TwinError:
        if target.place is not Place.CHAT:  # what is said to the twin is kept by it
            show(text)
            sys.stdout.flush()
        raise


def refuse_unwritable(path: Path, *, append: bool) -> None:
    """Raise :class:`OutputError` for a file that cannot be written, or is there already and not to be added to."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder.", hint="Name a file in it.")
    if not path.absolute().parent.is_dir():
        raise OutputError(f"There is no folder {path.absolute().parent}.", hint="Make it first, or name another file.")
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size and not append:
        raise OutputError(f"{path} is there already.", hint="Add to it with --append, or name another file.")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise OutputError(f"{path} cannot be written.", hint="Check its permissions, or name another file.")


def _write(text: str, path: Path, *, append: bool) -> None:
    """Write ``text`` as lines of their own, durably. What is in the file stays untouched."""
    try:
        with path.open("a" if append else "x" if not path.exists() else "r+", encoding="utf-8") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() and not append:
                raise OutputError(f"{path} is there already.", hint="Add to it with --append, or name another file.")
            begun = file.tell() > 0 and not _ends_line(path)
            file.write(("\n" if begun else "") + text.rstrip("\n") + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror or error}).", hint="Check its permissions and the disk."
        ) from error


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"
