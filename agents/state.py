"""What the conversation's graph works on: the parts it is given, the run it is in, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TypedDict

from twin.domain import Citation, Memory, RecallMode, Recollection, Route, Turn
from twin.ports import Job, LanguageModel, Ledger, Memoriser, Recall, Timeline


@dataclass(frozen=True, slots=True)
class Parts:
    """All that the conversation depends on.

    ``language_model`` gives the model, waiting for it if need be; ``wait_until_ready`` waits until recall goes by
    meaning. Both report to the job and stop waiting when it is cancelled. ``timezone`` is the person's, for dates.
    """

    ledger: Ledger
    recall: Recall
    memoriser: Memoriser
    language_model: Callable[[Job], LanguageModel]
    wait_until_ready: Callable[[Job], None]
    timezone: tzinfo | None
    reply_tokens: int = 256


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
    sources: tuple[Citation, ...] = ()
    drawn_from: tuple[str, ...] = ()
    """Ids of what the reply rests on, beside its sources."""
    pieces: list[str] = field(default_factory=list)
    """The reply as far as it has come."""

    @property
    def asking(self) -> bool:
        return self.turn is None


class ConversationState(TypedDict, total=False):
    """Ids and small values only."""

    turn_id: str
    recalled_ids: tuple[str, ...]
    confidence: float
    recall_mode: RecallMode
    learned_ids: tuple[str, ...]
    route: Route
    reasons: tuple[str, ...]
    topic: str
    abstained: bool
