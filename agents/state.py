"""What the conversation's graph works on: the parts it is given, the run it is in, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, TypedDict

from agents.about_twin import About
from agents.acting import PutRight, ToDo
from agents.offered import Offer
from agents.overview import Overview
from twin.domain import Citation, Memory, Prompted, Recollection, StyleUsed, Turn
from twin.errors import NotUnderstoodError
from twin.ports import Job, LanguageModel, Ledger, Memoriser, Recall, Timeline
from twin.requests import Request

Handle = Callable[[Request[Any], Job], Any]
"""Carries out another verb of the twin, within the job of the conversation; the result is of the verb's type."""


def _nothing_else(request: Request[Any], job: Job) -> Any:
    raise NotUnderstoodError(f"There is nobody here to {type(request).__name__.lower()}.")


@dataclass(frozen=True, slots=True)
class Parts:
    """All that the conversation depends on.

    ``language_model`` gives the model, waiting for it if need be; ``wait_until_ready`` waits until recall goes by
    meaning. Both report to the job and stop waiting when it is cancelled. ``timezone`` is the person's, for dates.
    ``handle`` carries out other verbs. ``capable``: the model may be given notes from memory, and long prompts.
    """

    ledger: Ledger
    recall: Recall
    memoriser: Memoriser
    language_model: Callable[[Job], LanguageModel]
    wait_until_ready: Callable[[Job], None]
    timezone: tzinfo | None
    reply_tokens: int = 256
    handle: Handle = _nothing_else
    capable: bool = False
    context_tokens: int = 1500
    """Of a prompt and its reply; a small model on a processor reads some hundred a second."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(slots=True)
class Run:
    """One pass through the graph: everything with text in it, which lives as long as the request.

    What of it should last is in the ledger; the graph's state, which could be written to disk, holds none of it.
    """

    parts: Parts
    job: Job
    text: str
    session_id: str = ""
    turn: Turn | None = None
    """The person's turn, stored before anything else; none of a question by ``twin ask``."""
    outright: bool = False
    """The person asked for it to be remembered (``twin remember``)."""
    lexical_only: bool = False
    private: bool = False
    """Off the record: answered, and nothing of it is kept."""
    answered: tuple[str, ...] = ()
    """Ids of the memories that the last question by ``twin ask`` was answered from."""
    timeline: Timeline | None = None
    """What answers the question, if it is one about when something was so."""
    recollection: Recollection | None = None
    learned: tuple[Memory, ...] = ()
    again: bool = False
    """The reply was cut off once; a second time it is given up."""
    captured: bool = False
    """What was told was taken in before the reply was cut off."""
    sources: tuple[Citation, ...] = ()
    drawn_from: tuple[str, ...] = ()
    """Ids of what the reply rests on, beside its sources."""
    explain: bool = False
    about_twin: About | None = None
    """What is asked about the twin itself, if that is what is asked."""
    by_rule: str = ""
    """The reply to a courtesy, a sum, or a question for the date or the time."""
    overview: Overview | None = None
    """What the person asks for of all that memory has, if that is what they ask."""
    to_do: ToDo | None = None
    """What is to be done with a text, if the person gave one to act on."""
    put_right: PutRight | None = None
    """What the newest dictation should say, if the person said so."""
    offer: Offer | None = None
    """What the person asks to choose from, if that is what they ask."""
    style: tuple[StyleUsed, ...] = ()
    model: str = ""
    adapters: tuple[str, ...] = ()
    prompt: tuple[Prompted, ...] = ()
    pieces: list[str] = field(default_factory=list)
    """The reply as far as it has come."""

    @property
    def asking(self) -> bool:
        return self.turn is None


class ConversationState(TypedDict, total=False):
    """Ids and small values only: it is kept in a file (:mod:`agents.places`)."""

    turn_id: str
    outright: bool
    recalled_ids: tuple[str, ...]
    confidence: float
    recall_mode: str
    learned_ids: tuple[str, ...]
    route: str
    reasons: tuple[str, ...]
    topic: str
    abstained: bool
