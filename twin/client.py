"""The twin's client: one ``call`` for every verb, whether an engine process answers it or this process does.

This module and what it imports load no model library; the command line and the terminal UI see nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from twin.errors import TwinError
from twin.events import Event
from twin.paths import Home
from twin.requests import Diagnosis, Request

R = TypeVar("R")

OnEvent = Callable[[Event], None]


class TwinClient(Protocol):
    def call(self, request: Request[R], on_event: OnEvent | None = None) -> R:
        """Ask for ``request`` and wait for its result, passing each event to ``on_event`` as it comes.

        Safe from any thread, several at a time. To cancel a running call, remember the ``job_id`` of its
        ``Started`` event and call ``Cancel(job_id)`` from another thread: the first call then raises
        ``CancelledByPersonError``. An exception out of ``on_event`` (a ``KeyboardInterrupt``) drops the connection.

        Raises the request's ``TwinError``; ``EngineLostError`` if the engine died over it, after which the next
        call starts a new one (requests that only read are asked again by themselves).
        """
        ...

    def close(self) -> None: ...


def connect(home: Home, *, in_process: bool = False, **settings: Any) -> TwinClient:
    """A client of the twin that lives in ``home``.

    With ``in_process`` the twin lives in this process (and takes the home's lock) until ``close``; otherwise an
    engine process is started on the first call, unless one is running. ``settings`` override the configuration,
    in process only.
    """
    if in_process:
        from twin.engine.in_process import InProcessClient

        return InProcessClient(home, **settings)
    from twin.engine.remote import EngineClient

    return EngineClient(home)


def examine_home(home: Home, why: TwinError) -> Diagnosis:
    """What ``twin doctor`` says where no twin starts in ``home``, because of ``why``; done in this process."""
    from twin.app import examine_without_twin

    return examine_without_twin(home, why)
