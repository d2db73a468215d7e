"""A model that loads in the background, so that nothing waits for it that can do without."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from twin.errors import ModelError, TwinError
from twin.events import Progress
from twin.ports import Job
from twin.requests import ModelState

T = TypeVar("T")

_POLL_SECONDS = 0.05


class Background(Generic[T]):
    """Loads one model at most once, in a thread of its own.

    ``load`` runs in that thread, and after it ``then``, for what there is to do once the model is there. A failed
    load is remembered, shown by :meth:`state`, raised by :meth:`wait`, and tried again by the next :meth:`start`.
    """

    def __init__(self, role: str, name: str, load: Callable[[], T], *, then: Callable[[], None] | None = None) -> None:
        self.role = role
        self.name = name
        self._load = load
        self._then = then
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread: threading.Thread | None = None
        self._value: T | None = None
        self._error: TwinError | None = None
        self._began = 0.0
        self._seconds = 0.0

    def start(self) -> None:
        """Begin to load, unless that has begun or is done."""
        with self._lock:
            if self._thread is not None and self._error is None:
                return
            self._error = None
            self._done.clear()
            self._began = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=f"load-{self.role}", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._value = self._load()
        except TwinError as error:
            self._error = error
        except BaseException as error:  # noqa: BLE001 - a model library may raise anything, panics included
            self._error = ModelError(
                f"{self.name} could not be loaded ({type(error).__name__}: {error}).", hint="Run `twin doctor`."
            )
        finally:
            self._seconds = time.monotonic() - self._began
            self._done.set()
        if self._value is not None and self._then is not None:
            self._then()

    def ready(self) -> T | None:
        """The model if it is loaded, else nothing; never waits and never starts a load."""
        return self._value

    def wait(self, job: Job | None = None) -> T:
        """The model, loading it first if need be. Reports progress to ``job`` and stops waiting when it is cancelled.

        Raises the load's ``TwinError``, or ``CancelledByPersonError``.
        """
        self.start()
        if job is not None and not self._done.is_set():
            job.emit(Progress(stage=self.role, message=f"Loading {self.name} …"))
        while not self._done.wait(_POLL_SECONDS):
            if job is not None:
                job.check()
        if self._error is not None:
            raise self._error
        assert self._value is not None
        return self._value

    def state(self) -> ModelState:
        if self._value is not None:
            state, detail = "ready", ""
        elif self._error is not None:
            state, detail = "failed", self._error.message
        elif self._thread is not None:
            state, detail = "loading", ""
        else:
            state, detail = "waiting", ""
        seconds = self._seconds or (time.monotonic() - self._began if self._thread is not None else 0.0)
        return ModelState(name=self.name, role=self.role, state=state, detail=detail, seconds=round(seconds, 3))
