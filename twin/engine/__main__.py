"""The engine process: ``python -m twin.engine HOME``. Started by a client on demand; see ``twin/engine/remote.py``.

It holds the home's lock, answers on the Unix socket, and ends when idle, when asked to, or on SIGTERM.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import structlog
import uvicorn

from twin import __version__
from twin.engine.identity import identity
from twin.engine.jobs import Jobs
from twin.engine.lock import Holder, hold
from twin.engine.log import log_to
from twin.engine.server import build_app
from twin.errors import EngineStartError, TwinError
from twin.leaving import leave
from twin.paths import Home

_SHUTDOWN_SECONDS = 10
_IDLE_CHECK_SECONDS = 1.0
_STOP_POLL_SECONDS = 0.1


def listen(home: Home) -> socket.socket:
    """Bind the engine's socket, private from its first moment. The home's lock must be held."""
    path = home.socket
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.parent.stat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise EngineStartError(
            f"The folder {path.parent} is open to others.", hint=f"Make it private: chmod 700 {path.parent}"
        )
    with suppress(FileNotFoundError):
        path.unlink()  # left by an engine that was killed; the lock says that it is gone
    before = os.umask(0o177)
    try:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(os.fspath(path))
    finally:
        os.umask(before)
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which would end the process before the ledger is closed."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _finished(jobs: Jobs) -> None:
    """Wait for what runs, and not for ever."""
    for _ in range(int(_SHUTDOWN_SECONDS / _STOP_POLL_SECONDS)):
        if jobs.working == 0:
            return
        await asyncio.sleep(_STOP_POLL_SECONDS)


async def serve(home: Home) -> None:
    """Answer requests until idle, stopped or terminated."""
    from twin.app import build_twin
    from twin.settings import load_settings

    settings = load_settings(home)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.call_soon_threadsafe(stop.set)

    twin = build_twin(settings, started_at=datetime.now(UTC), stop=end)
    jobs = Jobs(twin)
    twin.running_jobs = lambda: jobs.running
    config = uvicorn.Config(
        build_app(jobs, identity(home)),
        http="h11",
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)

    async def watch() -> None:
        idle_limit_seconds = settings.engine_idle_minutes * 60
        while jobs.idle_seconds() < idle_limit_seconds:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _IDLE_CHECK_SECONDS)
                jobs.end_all()
                await _finished(jobs)
                break
            with suppress(TwinError):  # what is wrong is said to whoever asks for something
                request = await asyncio.to_thread(twin.when_idle, jobs.idle_seconds())
                if request is not None and not jobs.running:
                    jobs.start(request, lambda line: None)
        server.should_exit = True

    watcher = asyncio.create_task(watch())
    try:
        twin.start()
        await server.serve(sockets=[listen(home)])
    finally:
        watcher.cancel()
        jobs.cancel_all()
        with suppress(FileNotFoundError):
            home.socket.unlink()
        await asyncio.to_thread(twin.close)


def main() -> int:
    faulthandler.enable()
    os.umask(0o077)  # what libraries write into the home is private too
    log_to()
    log = structlog.get_logger()
    home = Home.locate(sys.argv[1] if len(sys.argv) > 1 else None).create()
    try:
        with hold(home, Holder(pid=os.getpid(), role="engine", version=__version__)):
            log.info("engine started", pid=os.getpid(), version=__version__)
            asyncio.run(serve(home))
            log.info("engine stopped", pid=os.getpid())
    except TwinError as error:
        # Read by the client that started us: the last line of the log is what it shows.
        log.error("engine did not start", kind=type(error).__name__, message=error.message, hint=error.hint)
        return 1
    return 0


if __name__ == "__main__":
    leave(main())
