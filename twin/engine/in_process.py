"""The twin in this process, without an engine: for tests, scripts and machines where no process may stay behind."""

from __future__ import annotations

import os
import queue
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, TypeVar

from twin import __version__
from twin.app import build_twin
from twin.client import OnEvent
from twin.engine.jobs import Jobs
from twin.engine.lock import Holder, hold
from twin.engine.log import log_to
from twin.errors import CancelledByPersonError
from twin.events import Finished, decode_line
from twin.paths import Home
from twin.requests import Request
from twin.settings import Settings, load_settings

R = TypeVar("R")


class InProcessClient:
    """A :class:`twin.client.TwinClient` that holds the home's lock and answers by itself.

    Requests run in a job's thread and their results are encoded and decoded, so that both clients behave alike.
    """

    def __init__(self, home: Home, **overrides: Any) -> None:
        self._closing = ExitStack()
        home.create()
        log = home.logs / "engine.log"
        log.touch(mode=0o600)
        log_to(self._closing.enter_context(log.open("a", encoding="utf-8", buffering=1)))
        self._closing.callback(log_to)
        try:
            self._jobs = self._open(home, overrides)
        except BaseException:
            self._closing.close()
            raise

    def _open(self, home: Home, overrides: dict[str, Any]) -> Jobs:
        settings = load_settings(home)
        if overrides:
            settings = Settings(**{**settings.model_dump(), "home": home.root, **overrides})
        self._closing.enter_context(hold(home, Holder(pid=os.getpid(), role="in-process", version=__version__)))
        twin = build_twin(settings, started_at=datetime.now(UTC), stop=lambda: None)
        self._closing.callback(twin.close)
        jobs = Jobs(twin)
        twin.running_jobs = lambda: jobs.running
        return jobs

    def call(self, request: Request[R], on_event: OnEvent | None = None) -> R:
        lines: queue.Queue[bytes | None] = queue.Queue()
        job_id = self._jobs.start(request, lines.put)
        try:
            while (line := lines.get()) is not None:
                message = decode_line(line, type(request).result_type())
                if isinstance(message, Finished):
                    result: R = message.result
                    return result
                if on_event is not None:
                    on_event(message)
        except BaseException:
            self._jobs.cancel(job_id)
            raise
        raise CancelledByPersonError("Cancelled.")

    def close(self) -> None:
        self._jobs.cancel_all()
        self._closing.close()
