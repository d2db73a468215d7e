"""Talking with the twin, and what was said."""

from __future__ import annotations

from dataclasses import dataclass

from twin.domain import Reply, Signal, Turn
from twin.requests.base import Request
from twin.requests.memory import ImportReport


@dataclass(frozen=True, slots=True)
class History:
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Converse(Request[Reply]):
    """Say something to the twin and get its reply; streams :class:`~twin.events.Token`.

    ``private``: off the record. It is answered, and neither it nor the reply is kept or learned from."""

    text: str
    session_id: str
    private: bool = False
    explain: bool = False
    """Have the reply hold the prompt that the model was given."""


@dataclass(frozen=True, slots=True)
class Ask(Request[Reply]):
    """Ask what the twin knows about the person. Nothing is remembered of the question."""

    retry_after_crash = True
    question: str
    lexical_only: bool = False
    """Answer at once: from words alone if the embedder is not ready, even when that means not finding it, and without
    the language model."""
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Rate(Request[Signal]):
    """Say that a reply of the twin was good, or was not; written down as a signal. Raises ``NotUnderstoodError`` for a
    turn that is none of its replies."""

    turn_id: str
    good: bool


@dataclass(frozen=True, slots=True)
class EditReply(Request[Signal]):
    """Say what a reply of the twin should have been; what was changed in it is written down as a signal, and the reply
    stays as it was said. Raises ``NotUnderstoodError`` as :class:`Rate` does, and if nothing was changed."""

    turn_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportConversation(Request[ImportReport]):
    """Take in a conversation from elsewhere, JSON lines of session, speaker, text and time; ``path`` is absolute.

    ``me`` is the name by which the person speaks in it: what others say is never taken for the person's."""

    path: str
    me: str = ""


@dataclass(frozen=True, slots=True)
class ShowHistory(Request[History]):
    """The newest turns, oldest first, of one session or of all; ``before``: only those older than that turn."""

    retry_after_crash = True
    limit: int = 200
    session_id: str = ""
    private: bool = False
    before: str = ""
