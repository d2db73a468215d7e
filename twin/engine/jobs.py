"""Running requests: each in a thread of its own, reporting as it goes, cancellable by id."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog

from twin.errors import ModelError, NotUnderstoodError, TwinError
from twin.events import Event, Started, encode_error, encode_event, encode_result
from twin.ports import Job
from twin.requests import (
    Cancel,
    Decided,
    DecideProposal,
    EndListening,
    Followed,
    FollowTraining,
    Learn,
    Learned,
    Request,
    Status,
    Stop,
    Verdict,
)

MOST_JOBS_AT_ONCE = 16
"""More than a person can start by hand; a client gone wild is told so instead of filling the memory."""

_UPKEEP = (Cancel, EndListening, Stop, Status)
"""Requests that look after the engine rather than use it: never refused, and never waited for."""

log = structlog.get_logger()


class Handler(Protocol):
    def handle(self, request: Request[Any], job: Job) -> object:
        """Answer a request. Raises ``TwinError``."""
        ...


class _Audience:
    """Whoever is told what a job does: the client that began it, and those that follow it."""

    def __init__(self, send: Callable[[bytes | None], None]) -> None:
        self._send = send
        self._followers: list[Callable[[bytes | None], None]] = []
        self._over = False
        self._lock = threading.Lock()
        self._latest = b""

    def emit(self, event: Event) -> None:
        line = encode_event(event)
        with self._lock:
            self._latest = line
            for send in (self._send, *self._followers):
                send(line)

    def end(self, line: bytes, followed: bytes) -> None:
        """``line`` is how it ends for the client, ``followed`` for the others."""
        with self._lock:
            self._over = True
            for send, last in ((self._send, line), *((follower, followed) for follower in self._followers)):
                send(last)
                send(None)

    def join(self, send: Callable[[bytes | None], None], job_id: str) -> bool:
        """Tell ``send`` too, from where the job stands; false if it is over."""
        with self._lock:
            if not self._over:
                send(encode_event(Started(job_id)))
                if self._latest:
                    send(self._latest)
                self._followers.append(send)
            return not self._over


class Jobs:
    """The requests that run now. Lines (events, then a result or an error) go to each job's ``send``."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._running: dict[str, tuple[Job, Request[Any]]] = {}
        self._trainings: dict[str, _Audience] = {}
        self._last_active = time.monotonic()

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def working(self) -> int:
        """Running requests, without those that only look after the engine."""
        with self._lock:
            return sum(not isinstance(request, _UPKEEP) for _, request in self._running.values())

    def idle_seconds(self) -> float:
        """Seconds since the last request ended; 0 while one runs."""
        return 0.0 if self._running else time.monotonic() - self._last_active

    def cancel(self, job_id: str) -> bool:
        """Ask a job to stop; false if it is not running."""
        running = self._running.get(job_id)
        if running is not None:
            running[0].cancelled.set()
        return running is not None

    def end(self, job_id: str) -> bool:
        """Tell a job that there is nothing more to come; false if it is not running."""
        running = self._running.get(job_id)
        if running is not None:
            running[0].ended.set()
        return running is not None

    def end_all(self) -> None:
        """Tell every job that there is nothing more to come."""
        with self._lock:
            for job, _ in self._running.values():
                job.ended.set()

    def cancel_all(self) -> None:
        """Stop what nobody can wait for any longer. What is worth keeping is not cancelled, which would discard it:
        it ends with the process, and what it had stored by then stays."""
        with self._lock:
            for job, request in self._running.values():
                if not request.survives_disconnect:
                    job.cancelled.set()

    def start(self, request: Request[Any], send: Callable[[bytes | None], None]) -> str:
        """Run ``request`` in a thread; ``send`` gets each line, then ``None``. Returns the job's id."""
        if isinstance(request, FollowTraining):
            for training_id, audience in tuple(self._trainings.items()):
                if audience.join(send, training_id):
                    return training_id
        job_id = f"j{next(self._numbers)}"
        audience = _Audience(send)
        job = Job(emit=audience.emit)
        with self._lock:
            if len(self._running) >= MOST_JOBS_AT_ONCE and not isinstance(request, _UPKEEP):
                send(
                    encode_error(TwinError("The engine has too much to do.", hint="Wait for what runs, or cancel it."))
                )
                send(None)
                return job_id
            self._running[job_id] = job, request
            if _trains(request):
                self._trainings[job_id] = audience
        thread = threading.Thread(target=self._run, args=(job_id, job, request, audience), name=job_id, daemon=True)
        thread.start()
        return job_id

    def _answer(self, request: Request[Any], job: Job) -> object:
        if isinstance(request, Cancel):
            return self.cancel(request.job_id)
        if isinstance(request, EndListening):
            return self.end(request.job_id)
        if isinstance(request, FollowTraining):
            return Followed(())
        return self._handler.handle(request, job)

    def _run(self, job_id: str, job: Job, request: Request[Any], audience: _Audience) -> None:
        verb = type(request).__name__.lower()
        began = time.monotonic()
        outcome = "done"
        audience.emit(Started(job_id))
        followed = None
        try:
            answer = self._answer(request, job)
            line = encode_result(answer)
            followed = encode_result(_followed(answer)) if _trains(request) else None
        except TwinError as error:
            outcome = type(error).__name__
            line = encode_error(error)
        except BaseException as error:  # noqa: BLE001 - a panic of a native library too: the client must hear of it
            # Its message may quote what the person said: it goes to the person, the log gets the place only.
            outcome = type(error).__name__
            log.error("unexpected", verb=verb, kind=outcome, where=_where(error))
            line = encode_error(
                ModelError(f"The engine hit an unexpected {outcome}: {error}.", hint="`twin doctor` checks everything.")
            )
        finally:
            with self._lock:
                self._running.pop(job_id, None)
                self._trainings.pop(job_id, None)
                self._last_active = time.monotonic()
        log.info("request", verb=verb, seconds=round(time.monotonic() - began, 4), outcome=outcome)
        audience.end(line, followed or line)


def _trains(request: Request[Any]) -> bool:
    """Whether a training may come of it, which others can follow."""
    approves = isinstance(request, DecideProposal) and request.verdict is Verdict.APPROVE and request.now
    return approves or isinstance(request, Learn)


def _followed(answer: object) -> Followed:
    """The end of a training as those are told who followed it."""
    match answer:
        case Learned(runs=runs):
            return Followed(runs)
        case Decided(run=run) if run is not None:
            return Followed((run,))
    return Followed(())


def _where(error: BaseException) -> str:
    """File and line of an exception's innermost frame, and nothing of its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"


def unknown_verb(name: str) -> NotUnderstoodError:
    return NotUnderstoodError(f"The engine knows no verb {name!r}.", hint="Client and engine may differ in version.")
