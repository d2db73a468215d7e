"""What workers tell the interface. They post these and touch nothing else.

``Accepted`` and ``Ended`` go to the app, which keeps the list of running calls. The others go to whoever made the
call and bubble up from there: a reply's tokens to its bubble, its sources to the bubble and then to the screen, which
looks at what the twin knows again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from tui.calls import Call
    from twin.domain import Word
    from twin.errors import TwinError


class CallMessage(Message):
    """Base of all messages about a call."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


class Accepted(CallMessage):
    """The twin has begun; from now on the call can be cancelled."""

    def __init__(self, call: Call, job_id: str) -> None:
        super().__init__(call)
        self.job_id = job_id


class Ended(CallMessage):
    """The call is over, one way or the other."""


class Progressed(CallMessage):
    """Where the call stands; ``fraction`` from 0 to 1, or ``None`` when there is no telling."""

    def __init__(self, call: Call, text: str, fraction: float | None) -> None:
        super().__init__(call)
        self.text = text
        self.fraction = fraction


class Streamed(CallMessage):
    """A piece of a reply."""

    def __init__(self, call: Call, text: str) -> None:
        super().__init__(call)
        self.text = text


class Heard(CallMessage):
    """A recognised word."""

    def __init__(self, call: Call, word: Word) -> None:
        super().__init__(call)
        self.word = word


class Answered(CallMessage):
    """The call's result, of the type that its request names."""

    def __init__(self, call: Call, result: Any) -> None:
        super().__init__(call)
        self.result = result


class Failed(CallMessage):
    """The call failed, or the person cancelled it."""

    def __init__(self, call: Call, error: TwinError) -> None:
        super().__init__(call)
        self.error = error
