"""Putting text on the clipboard, by whatever this machine and this terminal have.

Over SSH the clipboard that matters is that of the terminal the person sits at, which only the terminal itself can
reach: by the escape sequence OSC 52 (xterm's "Manipulate Selection Data",
https://invisible-island.net/xterm/ctlseqs/ctlseqs.html), in tmux through tmux. Otherwise the desktop's own program is
asked first, because it says when it fails.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from twin.errors import OutputError

_OSC_52_LIMIT = 74_994
"""Bytes of text. What terminals with a limit take: 100,000 bytes of escape sequence."""
_SCREEN_CHUNK = 250
"""GNU screen cuts longer sequences off."""
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Program:
    """A program that takes the clipboard's new content from its standard input."""

    command: tuple[str, ...]
    needs: str = ""
    """The environment variable without which it has no display."""
    encoding: str = "utf-8"


_PROGRAMS = (
    _Program(("wl-copy",), "WAYLAND_DISPLAY"),
    _Program(("xclip", "-selection", "clipboard"), "DISPLAY"),
    _Program(("xsel", "--clipboard", "--input"), "DISPLAY"),
    _Program(("pbcopy",)),
    _Program(("clip.exe",), encoding="utf-16"),
)
_TMUX = _Program(("tmux", "load-buffer", "-w", "-"), "TMUX")
"""Since tmux 3.2: into tmux's buffer, and by OSC 52 to the clipboard of the terminal that tmux runs in."""


def copy(text: str, *, environment: Mapping[str, str] = os.environ, terminal: Path = Path("/dev/tty")) -> str:
    """Put ``text`` on the clipboard; returns by what.

    Raises :class:`OutputError` when nothing here can, with what each way said.
    """
    tried: list[str] = []
    for way in _ways(environment):
        try:
            if way is None:
                _by_terminal(text, environment, terminal)
                return "the terminal (OSC 52)"
            _by_program(text, way, environment)
            return way.command[0]
        except OutputError as refusal:
            tried.append(refusal.message)
    raise OutputError(
        f"Nothing here can reach the clipboard: {' '.join(tried)}",
        hint="Install wl-copy or xclip, use a terminal that knows OSC 52, or give a file: --to FILE.",
    )


def _ways(environment: Mapping[str, str]) -> Iterator[_Program | None]:
    """Programs, and the terminal (``None``), in the order in which they are tried."""
    remote = bool(environment.get("SSH_TTY") or environment.get("SSH_CONNECTION"))
    programs = [program for program in _PROGRAMS if _is_there(program, environment)]
    tmux = [_TMUX] if _is_there(_TMUX, environment) else []
    if remote:
        yield from (*tmux, None, *programs)
    else:
        yield from (*programs, *tmux, None)


def _is_there(program: _Program, environment: Mapping[str, str]) -> bool:
    if program.needs and not environment.get(program.needs):
        return False
    return shutil.which(program.command[0], path=environment.get("PATH")) is not None


def _by_program(text: str, program: _Program, environment: Mapping[str, str]) -> None:
    name = program.command[0]
    executable = shutil.which(name, path=environment.get("PATH")) or name
    try:
        # Its output goes nowhere: xclip stays in the background and would keep a pipe open.
        done = subprocess.run(
            [executable, *program.command[1:]],
            input=text.encode(program.encoding),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            env=dict(environment),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutputError(f"{name} could not be run ({type(error).__name__}).") from error
    if done.returncode:
        raise OutputError(f"{name} failed (exit code {done.returncode}).")


def _by_terminal(text: str, environment: Mapping[str, str], terminal: Path) -> None:
    if len(text.encode()) > _OSC_52_LIMIT:
        raise OutputError(f"The terminal takes no more than {_OSC_52_LIMIT:,} bytes.")
    if environment.get("TERM") == "dumb" or sys.platform == "win32":
        raise OutputError("This terminal knows no clipboard.")
    try:
        with os.fdopen(os.open(terminal, os.O_WRONLY | os.O_NOCTTY), "wb") as out:
            if not out.isatty():
                raise OutputError("There is no terminal.")
            out.write(_osc_52(text, environment))
    except OSError as error:
        raise OutputError("There is no terminal.") from error


def _osc_52(text: str, environment: Mapping[str, str]) -> bytes:
    """The sequence, handed on by tmux (``allow-passthrough``) and by GNU screen where they are in between."""
    sequence = b"\x1b]52;c;" + base64.b64encode(text.encode()) + b"\x07"
    if environment.get("TMUX"):
        return b"\x1bPtmux;" + sequence.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
    if environment.get("STY"):
        chunks = (sequence[at : at + _SCREEN_CHUNK] for at in range(0, len(sequence), _SCREEN_CHUNK))
        return b"".join(b"\x1bP" + chunk + b"\x1b\\" for chunk in chunks)
    return sequence
