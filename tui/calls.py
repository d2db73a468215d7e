"""Calls to the twin: each in a thread of its own that posts messages and never touches a widget.

The threads are daemons rather than Textual's thread workers, whose pool is waited for at exit: leaving must never
wait for a model, and a dictation goes on in the engine when its client is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from tui import verbs
from tui.messages import (
    Accepted,
    Answered,
    Ended,
    Failed,
    Heard,
    Loudness,
    Progressed,
    Streamed,
    Understood,
    UtteranceOver,
)
from tui.trouble import unexpected
from twin.errors import EngineError, TwinError
from twin.paths import Home

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.message import Message

    from twin.client import OnEvent, TwinClient
    from twin.events import Event
    from twin.requests import Request

R = TypeVar("R")


def _speaks(request: Request[Any]) -> bool:
    """Whether the twin answers it with a reply."""
    return isinstance(request, verbs.Converse | verbs.Ask | verbs.Remember)


def _hears(request: Request[Any]) -> bool:
    """Whether the twin writes down what it hears."""
    return isinstance(request, verbs.Dictate | verbs.DictateAgain | verbs.Listen)


@dataclass(eq=False, slots=True)
class Call:
    """One request on its way; changed by the interface's own thread alone."""

    request: Request[Any]
    sender: DOMNode
    job_id: str = ""
    stopping: bool = False
    ending: bool = False
    """Of a listening: all has been said."""

    @property
    def can_be_stopped(self) -> bool:
        """Whether it is something that a person waits for and may lose patience with."""
        return not self.stopping and (_speaks(self.request) or _hears(self.request))


class Calls:
    """Starts calls, knows which are running, stops them."""

    def __init__(self, app: App[Any], client: TwinClient, home: Home) -> None:
        self._app = app
        self._client = client
        self._home = home
        self._running: list[Call] = []

    @property
    def running(self) -> tuple[Call, ...]:
        """Oldest first."""
        return tuple(self._running)

    @property
    def speaking(self) -> bool:
        """Whether a reply is under way."""
        return any(_speaks(call.request) for call in self._running)

    @property
    def listening(self) -> Call | None:
        """The listening under way, unless it has been ended or stopped."""
        calls = (call for call in reversed(self._running) if isinstance(call.request, verbs.Listen))
        return next((call for call in calls if not call.ending and not call.stopping), None)

    @property
    def hearing(self) -> bool:
        """Whether something is being written down."""
        return any(_hears(call.request) for call in self._running)

    @property
    def stoppable(self) -> bool:
        """Whether something is under way that :meth:`stop_latest` would stop."""
        return any(call.can_be_stopped for call in self._running)

    def start(self, sender: DOMNode, request: Request[Any]) -> Call:
        """Ask the twin; whatever comes of it is posted to ``sender`` (see :mod:`tui.messages`)."""
        call = Call(request, sender)
        self._running.append(call)
        self._app.refresh_bindings()
        self._spawn(partial(self._serve, call))
        return call

    def stop_latest(self) -> Call | None:
        """Cancel the newest call that a person can be waiting for; the call itself says when it is over."""
        for call in reversed(self._running):
            if call.can_be_stopped:
                self.stop(call)
                return call
        return None

    def stop(self, call: Call) -> None:
        """Cancel a call; it says itself when it is over."""
        call.stopping = True
        if call.job_id:
            self._cancel(call)

    def end(self, call: Call) -> None:
        """All has been said: have a listening finish."""
        call.ending = True
        if call.job_id:
            self.start(self._app, verbs.EndListening(call.job_id))

    def accepted(self, message: Accepted) -> None:
        message.call.job_id = message.job_id
        if message.call.stopping:  # the person was quicker than the engine
            self._cancel(message.call)
        elif message.call.ending:
            self.end(message.call)

    def ended(self, call: Call) -> None:
        if call in self._running:
            self._running.remove(call)

    def _cancel(self, call: Call) -> None:
        self.start(self._app, verbs.Cancel(call.job_id))

    # --- in the call's own thread ---

    def _spawn(self, work: Callable[[], None]) -> None:
        threading.Thread(target=copy_context().run, args=(work,), name="twin-call", daemon=True).start()

    def _serve(self, call: Call) -> None:
        outcome: Message
        try:
            outcome = Answered(call, self._client.call(call.request, partial(self._pass_on, call)))
        except TwinError as error:
            outcome = Failed(call, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes one clear line
            outcome = Failed(call, unexpected(error, self._home))
        self._post(call, outcome)
        self._post(None, Ended(call))

    def _pass_on(self, call: Call, event: Event) -> None:
        # with its JSON library, no need of the first paint
        from twin.events import Level, PartialText, Progress, Started, Token, UtteranceHeard, WordHeard

        match event:
            case Started(job_id):
                self._post(None, Accepted(call, job_id))
            case Progress(stage, message, fraction, loss):
                self._post(call, Progressed(call, message, fraction, stage=stage, loss=loss))
            case Token(text):
                self._post(call, Streamed(call, text))
            case WordHeard(word):
                self._post(call, Heard(call, word))
            case Level(rms, peak):
                self._post(call, Loudness(call, rms, peak))
            case PartialText(settled, tentative):
                self._post(call, Understood(call, settled, tentative))
            case UtteranceHeard(utterance):
                self._post(call, UtteranceOver(call, utterance))

    def _post(self, call: Call | None, message: Message) -> None:
        """Post to the call's sender; to the app when there is none, or when it is gone and this was a failure."""
        with suppress(RuntimeError):  # the event loop has closed: there is nobody left to tell
            if call is not None and call.sender.post_message(message):
                return
            if call is None or isinstance(message, Failed):
                self._app.post_message(message)


class HasCalls(Protocol):
    """The app, as widgets see it."""

    @property
    def calls(self) -> Calls: ...


def calls_of(node: DOMNode) -> Calls:
    return cast(HasCalls, node.app).calls


class LazyClient:
    """A client that is built by its first call, in that call's thread, so that painting never waits for it."""

    def __init__(self, build: Callable[[], TwinClient]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._client: TwinClient | None = None
        self._closed = False

    def call(self, request: Request[R], on_event: OnEvent | None = None) -> R:
        with self._lock:
            if self._closed:
                raise EngineError("The twin is being closed.")
            if self._client is None:
                self._client = self._build()
        return self._client.call(request, on_event)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._client is not None:
                self._client.close()
