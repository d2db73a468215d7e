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
    from twin.domain import Utterance, Word
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
    """Where the call stands; ``fraction`` from 0 to 1, or ``None`` when there is no telling. ``stage`` and ``loss`` are
    told of a training."""

    def __init__(
        self, call: Call, text: str, fraction: float | None, *, stage: str = "", loss: float | None = None
    ) -> None:
        super().__init__(call)
        self.text = text
        self.fraction = fraction
        self.stage = stage
        self.loss = loss


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


class Loudness(CallMessage):
    """How loud it is at the microphone: root mean square and peak, from 0 to 1."""

    def __init__(self, call: Call, rms: float, peak: float) -> None:
        super().__init__(call)
        self.rms = rms
        self.peak = peak


class Understood(CallMessage):
    """What has settled of what is being said since the last such message, and what was heard beyond it for now."""

    def __init__(self, call: Call, settled: str, tentative: str) -> None:
        super().__init__(call)
        self.settled = settled
        self.tentative = tentative


class UtteranceOver(CallMessage):
    """An utterance is over, recognised and kept."""

    def __init__(self, call: Call, utterance: Utterance) -> None:
        super().__init__(call)
        self.utterance = utterance


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


class Rewritten(Message):
    """A dictation in the conversation has another text now: what it was, and what it is."""

    def __init__(self, before: Utterance, now: Utterance) -> None:
        super().__init__()
        self.before = before
        self.now = now
