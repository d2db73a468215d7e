"""The terminal UI on a pseudo-terminal, as a person has it, and what stands on its screen.

Only as much of a terminal is here as Textual writes to: a cursor that is placed, text, and what is erased. Colours and
modes change no letter and are passed over.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import psutil
from rich.cells import cell_len

from twin.errors import ModelError
from twin.paths import Home

_MOST_SECONDS = 30.0
_CHUNK_BYTES = 65536
_SEQUENCE = re.compile(
    r"\x1b(?:\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"  # CSI
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    r"|[PX^_][^\x1b]*\x1b\\"  # DCS and other strings
    r"|[ -/]*[0-OQ-WYZ\\`-~=>])"
)
"""An escape sequence (ECMA-48, https://ecma-international.org/publications-and-standards/standards/ecma-48)."""
PAGE_UP = "\x1b[5~"
CLEAR_LINE = "\x15"


class Canvas:
    """What stands on a terminal of ``columns`` by ``rows`` after what was written to it."""

    def __init__(self, columns: int, rows: int) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Begin anew with another size: who draws here draws all of it then."""
        self.columns, self.rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0

    @property
    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self._cells]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def feed(self, written: bytes) -> None:
        """Take in the next bytes, which may end in the middle of a letter or a sequence."""
        text = self._rest + self._decoder.decode(written)
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self._put(text[at])
                at += 1
                continue
            sequence = _SEQUENCE.match(text, at)
            if sequence is None:
                break
            if sequence["final"] is not None:
                self._obey(sequence["final"], sequence["parameters"])
            at = sequence.end()
        self._rest = text[at:]

    def _put(self, letter: str) -> None:
        if letter == "\r":
            self._column = 0
        elif letter == "\n":
            self._row = min(self._row + 1, self.rows - 1)
        elif letter >= " " and self._column < self.columns:
            width = cell_len(letter)
            row = self._cells[self._row]
            if width == 0:
                row[max(0, self._column - 1)] += letter
                return
            row[self._column] = letter
            for beside in range(self._column + 1, min(self._column + width, self.columns)):
                row[beside] = ""
            self._column += width

    def _obey(self, final: str, parameters: str) -> None:
        numbers = [int(number or 0) for number in parameters.split(";")] if re.fullmatch(r"[\d;]*", parameters) else []
        if final == "H":
            row, column, *_ = [*numbers, 1, 1]
            self._row = min(max(row, 1), self.rows) - 1
            self._column = min(max(column, 1), self.columns) - 1
        elif final == "J" and numbers[:1] == [2]:
            self._cells = [[" "] * self.columns for _ in range(self.rows)]
        elif final == "K":
            self._cells[self._row][self._column :] = [" "] * (self.columns - self._column)


class Terminal:
    """A terminal in which ``twin`` was typed for ``home``; :meth:`close` closes its window.

    ``command`` is what Python is given, where it is something else. ``began`` is the moment (of ``perf_counter``) of
    the command, ``written`` all bytes that came since.
    """

    def __init__(
        self,
        home: Home,
        command: Sequence[str] = ("-m", "twin"),
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.canvas = Canvas(columns, rows)
        self.written = bytearray()
        variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        variables |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TWIN_HOME": str(home.root),
            **(environment or {}),
        }
        self.began = time.perf_counter()
        self.pid, self._end = pty.fork()
        if self.pid == 0:  # the child: becomes the command as the person types it
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(sys.executable, [sys.executable, *command], variables)  # noqa: S606

    @property
    def rss_mb(self) -> float:
        """Memory of the process in MB."""
        return float(psutil.Process(self.pid).memory_info().rss) / 1e6

    def press(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """As when the person pulls at the window's corner."""
        self.canvas.resize(columns, rows)
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, shown: Callable[[str], object]) -> float:
        """The moment at which ``shown`` holds for the text on the screen. Raises :class:`ModelError` if never."""
        latest = time.perf_counter() + _MOST_SECONDS
        while not shown(self.canvas.text):
            if not self._read(latest - time.perf_counter()):
                raise ModelError(
                    f"The terminal did not show what was waited for, but:\n{self.canvas.text}",
                    hint="Run `twin` to see why.",
                )
        return time.perf_counter()

    def settle(self, seconds: float) -> None:
        """Let it write what it writes for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)

    def until_left(self) -> int:
        """Read on until the process has ended; its exit code."""
        while self._read(_MOST_SECONDS):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._end)

    def _read(self, seconds: float) -> bool:
        """Take in what is written within ``seconds``; false if nothing was."""
        if not select.select([self._end], [], [], max(0.0, seconds))[0]:
            return False
        try:
            chunk = os.read(self._end, _CHUNK_BYTES)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.written += chunk
        self.canvas.feed(chunk)
        return bool(chunk)
