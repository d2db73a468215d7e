"""The client's side of the engine: connect, start it on demand, decode its stream, notice when it dies.

Imports no model library and no ASGI server: the standard library talks HTTP over the Unix socket, which is quicker
to import than any other (37 ms instead of 60).
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from twin.client import OnEvent
from twin.engine.identity import identity
from twin.engine.lock import busy, current_holder
from twin.errors import EngineError, EngineLostError, EngineStartError, NotUnderstoodError
from twin.events import Finished, decode_line
from twin.paths import Home
from twin.requests import Request

R = TypeVar("R")

_START_SECONDS = 60.0
"""How long a new engine may take to answer; it answers before it loads any model."""
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_SILENCE_SECONDS = 60.0
"""The engine sends something every second; so long a silence means that it hangs."""
_LOG_BYTES = 1_000_000

_CONNECT_SECONDS = 5.0

_IDENTITY_HEADER = "x-twin-identity"
_LOST = (OSError, http.client.HTTPException)


_SPAWNED: list[subprocess.Popen[bytes]] = []
"""Engines that this process started. They outlive it; as long as it lives it is their parent, and reaps them."""


class _NotRunningError(Exception):
    """Nobody listens on the engine's socket."""


class _OtherIdentityError(Exception):
    """The running engine is of another version, other code or another configuration than this client."""


class EngineClient:
    """A :class:`twin.client.TwinClient` that talks to the engine process of one home folder."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def call(self, request: Request[R], on_event: OnEvent | None = None) -> R:
        asks_left = 2 if request.retry_after_crash else 1
        starts_left = 2
        while True:
            try:
                return self._send(request, on_event)
            except _NotRunningError as error:
                starts_left -= 1
                if starts_left == 0:
                    raise self._lost(request) from error
                self._start()
            except _OtherIdentityError:
                self._stop_outdated()
            except EngineLostError:
                asks_left -= 1
                if asks_left == 0:
                    raise

    def close(self) -> None:
        """Nothing to do: each request has a connection of its own."""

    def running(self) -> bool:
        """Whether an engine listens on the socket; starts none."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                if self._home.socket.parent.stat().st_uid != os.getuid():
                    return False  # somebody else's folder at the place of ours: starting an engine will say so
                probe.connect(os.fspath(self._home.socket))
            except OSError:
                return False
            return True

    def wait_until_stopped(self) -> None:
        """Wait until the engine has let go of the home folder. Raises :class:`EngineError` if it does not."""
        from filelock import FileLock, Timeout

        try:
            with FileLock(self._home.lock, timeout=_STOP_SECONDS, mode=0o600):
                return
        except Timeout as error:
            holder = current_holder(self._home)
            process = "" if holder is None else f" (process {holder.pid})"
            raise EngineError(
                f"The engine{process} does not stop.", hint="It may be busy; or end that process."
            ) from error

    # --- one request ------------------------------------------------------------------------------------------

    def _send(self, request: Request[R], on_event: OnEvent | None) -> R:
        try:
            body = msgspec.json.encode(request)
        except UnicodeEncodeError as error:
            raise NotUnderstoodError(
                "That holds bytes that are no text.", hint="Type it again, or rename the file, in UTF-8."
            ) from error
        if not self.running():
            raise _NotRunningError
        with closing(_UnixConnection(self._home.socket)) as connection:
            try:
                connection.connect()
            except OSError as error:
                raise _NotRunningError from error
            for line in self._lines(connection, request, body):
                message = decode_line(line, type(request).result_type())
                if isinstance(message, Finished):
                    result: R = message.result
                    return result
                if on_event is not None:
                    on_event(message)
        raise self._lost(request)

    def _lines(self, connection: http.client.HTTPConnection, request: Request[R], body: bytes) -> Iterator[bytes]:
        """What the engine answers, without the empty lines that keep the stream alive."""
        verb = type(request).__name__.lower()
        headers = {_IDENTITY_HEADER: identity(self._home)}
        try:
            connection.request("POST", f"/v1/{verb}", body, headers)
            with connection.getresponse() as response:
                if response.status == http.client.CONFLICT:
                    raise _OtherIdentityError
                while (line := response.readline()).endswith(b"\n"):  # one that is cut off was never said
                    if line != b"\n":
                        yield line
        except _LOST as error:
            raise self._lost(request) from error

    def _lost(self, request: Request[R]) -> EngineLostError:
        return EngineLostError(
            f"The engine stopped in the middle of `{type(request).__name__.lower()}`.",
            hint="What it had acknowledged is safe. Try again: it starts by itself; `twin doctor` checks everything.",
        )

    # --- starting and stopping --------------------------------------------------------------------------------

    def _start(self) -> None:
        self._home.create()
        # Two clients that start at once must not both spawn one: the second finds the first one's.
        from filelock import FileLock

        with FileLock(self._home.run / "start.lock", mode=0o600):
            if not self.running():
                self._spawn()

    def _spawn(self) -> None:
        log = self._home.logs / "engine.log"
        with suppress(FileNotFoundError):
            if log.stat().st_size > _LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "twin.engine", os.fspath(self._home.root)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._home.root,
                start_new_session=True,  # outlives this client, and its Ctrl-C
            )
        _SPAWNED[:] = [*(earlier for earlier in _SPAWNED if earlier.poll() is None), process]
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.running():
                return
            if process.poll() is not None:
                raise self._start_failure()
            time.sleep(_POLL_SECONDS)
        process.kill()
        raise EngineStartError(f"The engine did not answer within {_START_SECONDS:.0f} s.", hint=f"Its log is {log}.")

    def _start_failure(self) -> EngineError:
        """Why the engine ended at once: the last line of its log says."""
        log = self._home.logs / "engine.log"
        lines = log.read_bytes().splitlines()
        with suppress(msgspec.MsgspecError, KeyError, IndexError):
            last = msgspec.json.decode(lines[-1])
            if last["kind"] == "EngineBusyError":
                return busy(self._home)
            return EngineStartError(last["message"], hint=last["hint"])
        return EngineStartError("The engine did not start.", hint=f"Its log is {log}; `twin doctor` checks everything.")

    def _stop_outdated(self) -> None:
        """End an engine of another identity; the next request starts ours."""
        holder = current_holder(self._home)
        if holder is not None and holder.role == "engine":
            with suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGTERM)
        self.wait_until_stopped()


class _UnixConnection(http.client.HTTPConnection):
    """One request's connection: it costs nothing on a Unix socket, and a stale one is never met."""

    def __init__(self, path: Path) -> None:
        super().__init__("twin", timeout=_SILENCE_SECONDS)
        self._path = path

    def connect(self) -> None:
        connected = socket.socket(socket.AF_UNIX)
        try:
            connected.settimeout(_CONNECT_SECONDS)
            connected.connect(os.fspath(self._path))
            connected.settimeout(self.timeout)
        except OSError:
            connected.close()
            raise
        self.sock = connected
