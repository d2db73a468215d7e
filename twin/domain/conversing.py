"""What person and twin said to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from twin.domain.remembering import Citation, Memory, RecallMode, Speaker


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a conversation, verbatim."""

    id: str
    session_id: str
    speaker: Speaker
    text: str
    created_at: datetime
    route: str = ""
    complete: bool = True
    """False for a reply that was cut short by a cancel or a crash."""
    name: str = ""
    """Who spoke, in an imported conversation."""
    private: bool = False
    """For the person's own eyes: not recalled, in no prompt, not learned from."""
    edited: str | None = None
    """Of a reply: what the person made of it."""

    @property
    def shown(self) -> str:
        """The person's words in place of the twin's, if there are any."""
        return self.text if self.edited is None else self.edited


class Route(StrEnum):
    """Which way an answer came about."""

    ABOUT_PERSON = "about-person"
    """A question about the person: answered from memory with its source, or not at all."""
    CHOICE = "choice"
    """Which of several things that the person names: answered by what they told of their wishes, with its source."""
    TOLD = "told"
    """The person said something about themselves: acknowledged, and remembered."""
    REMEMBER = "remember"
    FORGET = "forget"
    CORRECT = "correct"
    """A dictation is put right in plain words."""
    ABOUT_TWIN = "about-twin"
    """A question about what the twin itself learned, did or would do: answered from the ledger."""
    ACT = "act"
    """A text is to be rewritten, summarised or formatted: it is material, and nothing is learned from it."""
    BY_RULE = "by-rule"
    """A courtesy, a sum, the date or the time: what needs neither memory nor a model."""
    OPEN = "open"
    """Anything else: the language model talks, and authors no facts about the person."""


@dataclass(frozen=True, slots=True)
class StyleUsed:
    """A rule of style that shaped a reply: asked of the model, or (``by_code``) carried out on what it said."""

    memory_id: str
    text: str
    by_code: bool

    @property
    def how(self) -> str:
        return "carried out on the reply" if self.by_code else "asked of the model"


@dataclass(frozen=True, slots=True)
class Prompted:
    """One message of the prompt that the language model was given."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the twin answered, and on what grounds."""

    text: str
    route: Route
    sources: tuple[Citation, ...]
    abstained: bool
    turn_id: str
    recall_mode: RecallMode = RecallMode.FULL
    learned: tuple[Memory, ...] = ()
    """What the twin took in from the person's words in this turn."""
    reasons: tuple[str, ...] = ()
    """Why this route was taken, and why there is no answer where there is none."""
    complete: bool = True
    considered: tuple[Citation, ...] = ()
    """What recall found for it, best first: the sources and the runners-up."""
    confidence: float = 0.0
    """Recall's, of there being an answer among what it found."""
    style: tuple[StyleUsed, ...] = ()
    model: str = ""
    """The language model that worded it; empty where none did."""
    adapters: tuple[str, ...] = ()
    """Those that the model answered through."""
    prompt: tuple[Prompted, ...] = ()
    """What the model was given, where the request asked to have it explained."""

    @property
    def worded_by(self) -> str:
        """In words: the model and its adapters, or what does it without one."""
        if not self.model:
            return "rules, without a model"
        return f"{self.model} with {', '.join(self.adapters)}" if self.adapters else self.model

    def rests_on(self, considered: Citation) -> bool:
        """Whether one that recall found is among the sources."""
        return any(
            (one.memory_id, one.source_id) == (considered.memory_id, considered.source_id) for one in self.sources
        )
