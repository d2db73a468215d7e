"""Dictating while it is heard: the microphone and pipes, with a meter and the text as it settles on stderr."""

from __future__ import annotations

import math
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rich.console import Group
from rich.live import Live
from rich.text import Text

from twin.cli import render
from twin.cli.options import Session
from twin.errors import HomeError
from twin.events import Event, Level, PartialText, Progress, Started, UtteranceHeard
from twin.paths import Home
from twin.requests import PIPE_SUFFIX, Cancel, EndListening, Listen, Pipe, RawFormat, Status, Utterances

_METER_CELLS = 24
_METER_FLOOR_DB = -60.0
_TEXT_LINES = 4
_COPY_BYTES = 1 << 16


class LiveView:
    """What is heard right now. Shows itself on a terminal only."""

    def __init__(self, *, enabled: bool, keys: str) -> None:
        self._keys = keys
        self._status = "Getting ready …"
        self._level = Level(0.0, 0.0)
        self._settled = ""
        self._tentative = ""
        self._live: Live | None = None
        self._said = render.Said(enabled=enabled and render.err.plain)
        if enabled and render.err.is_terminal:
            self._live = Live(
                console=render.err,
                transient=True,
                auto_refresh=False,
                redirect_stdout=False,
                redirect_stderr=False,
                get_renderable=self.picture,
            )

    def __enter__(self) -> LiveView:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *failure: object) -> None:
        if self._live is not None:
            self._live.stop()

    def see(self, event: Event) -> None:
        """Take in an event and show what it changes."""
        match event:
            case Level():
                self._level = event
            case Progress(message=message):
                self._status = message
                self._said.say(f"{message}  {self._keys}")
            case PartialText(settled=settled, tentative=tentative):
                self._settled, self._tentative = self._settled + settled, tentative
            case UtteranceHeard():
                self._settled = self._tentative = ""
        if self._live is not None:
            self._live.refresh()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Out of the way while something is printed."""
        if self._live is None:
            yield
            return
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def picture(self) -> Group:
        width = max(20, render.err.width - 1)
        text = Text(self._settled, overflow="fold")
        text.append(self._tentative, style="dim italic")
        lines = text.wrap(render.err, width)[-_TEXT_LINES:]
        return Group(Text.assemble(meter(self._level), ("  ", ""), (f"{self._status}  {self._keys}", "dim")), *lines)


def meter(level: Level) -> Text:
    """A bar from -60 dB to full scale: the part that is filled is what it measures, a mark is the peak."""
    filled, peak = (_cells(value) for value in (level.rms, level.peak))
    bar = "".join("█" if cell < filled else "▏" if cell == peak - 1 else "·" for cell in range(_METER_CELLS))
    return Text(bar, style="red" if level.peak >= 0.99 else "green")


def _cells(value: float) -> int:
    decibels = 20 * math.log10(max(value, 1e-6))
    return max(0, min(_METER_CELLS, round(_METER_CELLS * (1 - decibels / _METER_FLOOR_DB))))


class LiveCall:
    """One listening, run beside the main thread, so that Ctrl-C can cancel it and still hear what was kept."""

    def __init__(self, twin: Session, request: Listen, on_event: Callable[[Event], None]) -> None:
        self._twin = twin
        self._request = request
        self._on_event = on_event
        self._job_id = ""
        self._started = threading.Event()

    def result(self) -> Utterances:
        """Wait for it. Raises what the request raises."""
        with ThreadPoolExecutor(1, "listen") as pool:
            call = pool.submit(self._twin.client.call, self._request, self._see)
            try:
                return call.result()
            except KeyboardInterrupt:
                if self._started.is_set():
                    self._twin.client.call(Cancel(self._job_id))
                return call.result()
            finally:
                self._started.set()

    def end(self) -> None:
        """All has been said."""
        self._started.wait()
        if self._job_id:
            self._twin.client.call(EndListening(self._job_id))

    def _see(self, event: Event) -> None:
        if isinstance(event, Started):
            self._job_id = event.job_id
            self._started.set()
        self._on_event(event)


@contextmanager
def ended_by_enter(call: LiveCall, twin: Session, *, at_end_of_input: bool, asks_on: bool = False) -> Iterator[None]:
    """Within, Enter ends ``call``. Whoever reads standard input afterwards gets the lines that are typed then.

    A read that waits for Enter cannot be taken back: where the call ended by itself, Enter is asked for, in a
    conversation (whatever became of the call) and if ``asks_on``, the command itself has more to ask when it went well.
    """
    pressed = threading.Event()

    def wait() -> None:
        line = sys.stdin.readline()
        pressed.set()
        if line or at_end_of_input:
            call.end()

    waiting = threading.Thread(target=wait, name="enter", daemon=True)
    waiting.start()
    read_on = twin.within
    try:
        yield
        read_on = read_on or asks_on
    finally:
        if read_on:
            if not pressed.is_set():
                render.note("The listening is over. Press Enter to go on.")
            waiting.join()


@contextmanager
def piped_file(twin: Session, home: Home, raw: RawFormat | None) -> Iterator[tuple[Pipe, Callable[[LiveCall], None]]]:
    """Standard input as a file that grows while the block runs, and what ends a call once there is no more of it.

    Raises :class:`HomeError` if the file cannot be written.
    """
    twin.call(Status())  # an engine that starts now would take the file for one that was left behind
    try:
        descriptor, name = tempfile.mkstemp(dir=home.spool, suffix=PIPE_SUFFIX)
    except OSError as error:
        raise HomeError(f"The pipe cannot be read: {error.strerror or error}.", hint="Free some space.") from error
    source = sys.stdin.fileno()

    def copy(call: LiveCall) -> None:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            while content := os.read(source, _COPY_BYTES):
                file.write(content)
        call.end()

    def start(call: LiveCall) -> None:
        threading.Thread(target=copy, args=(call,), name="pipe", daemon=True).start()

    try:
        yield Pipe(name, raw), start
    finally:
        Path(name).unlink(missing_ok=True)
