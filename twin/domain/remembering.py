"""What the twin knows of the person, and what it recalls of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SECRET_PLACEHOLDER = "[secret kept out]"  # noqa: S105 - the opposite of one
"""What the ledger keeps in place of a password, key or card number that the person typed."""

FORGOTTEN_PLACEHOLDER = "[forgotten]"
"""What the ledger keeps of a reply if something that it drew on was forgotten while it was under way."""

PRIVATE_PLACEHOLDER = "[private]"
"""What the ledger keeps in place of what the person said off the record."""


class Speaker(StrEnum):
    PERSON = "person"
    TWIN = "twin"
    OTHER = "other"
    """Somebody else in an imported conversation; never taken for the person."""


class MemoryKind(StrEnum):
    FACT = "fact"
    PREFERENCE = "preference"
    VOCABULARY = "vocabulary"
    STYLE = "style"
    EPISODE = "episode"
    """Something the person said that fits no slot; found by its words."""


class Polarity(StrEnum):
    LIKES = "likes"
    DISLIKES = "dislikes"
    NEUTRAL = "neutral"


class MemoryStatus(StrEnum):
    HELD = "held"
    PROPOSED = "proposed"
    """Waits for the person's word: extracted by a model, or at odds with what is held. Recall does not find it."""
    PRIVATE = "private"
    """Kept for the person's own eyes: not recalled, not answered from, not learned from."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Something the twin knows, derived from what the person said and rebuildable from it.

    ``slot`` names what the memory is about (``sister.name``, ``preference.coffee``), so that a new value of the
    same slot supersedes the old one: the old one then has ``true_until`` and ``superseded_by``.
    ``value`` is what fills the slot. Both are empty for an episode; a value alone is empty where the person said that
    what filled the slot does so no longer.
    ``true_from`` is when it became so where they said when, and else when they said it; a moment at midnight UTC is a
    date (the first of January: a year) rather than an instant.
    ``source_ids`` are the turns, utterances or corrections that it was taken from. An item that the person
    stated outright (``twin remember``) has confidence 1.
    """

    id: str
    kind: MemoryKind
    text: str
    source_ids: tuple[str, ...]
    learned_at: datetime
    true_from: datetime
    true_until: datetime | None = None
    slot: str = ""
    value: str = ""
    polarity: Polarity = Polarity.NEUTRAL
    confidence: float = 1.0
    aliases: tuple[str, ...] = ()
    """For a vocabulary term: the ways in which it was misheard."""
    superseded_by: str | None = None
    status: MemoryStatus = MemoryStatus.HELD
    origin: str = "rules"
    """What took it from its sources: ``rules``, ``person`` (stated or edited by hand), or ``model NAME``."""
    domain: str = ""
    """For a vocabulary term: the trade that it belongs to, where the person said so."""
    strength: float = 0.0
    """Of a preference: from 0 (hardly) to 1 (loves it, cannot stand it)."""

    @property
    def withdrawn(self) -> bool:
        """Whether it was said but never held: put right at once, or found to be wrong."""
        return self.true_until is not None and self.true_until <= self.true_from


class Bearing(StrEnum):
    """How a statement bears on what its slot holds already."""

    STATES = "states"
    """Plainly said: the slot's own rule decides whether it is news, an addition or a contradiction."""
    UPDATES = "updates"
    """Said to have changed: what was held is true no longer."""
    CORRECTS = "corrects"
    """Said to have been wrong: what was held never was true."""
    BESIDE = "beside"
    """Said to hold as well ("my other sister")."""
    ENDS = "ends"
    """Said to hold no longer, and nothing in its place ("I no longer live in Bonn")."""


class QuestionKind(StrEnum):
    CONTRADICTION = "contradiction"
    """Two values of one slot that cannot both hold, and nothing says which is newer."""
    EXTRACTION = "extraction"
    """Something that a model read out of the person's words."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something about its memory that the twin asks the person; its text is made of the memories when it is shown.

    ``memory_ids``: for a contradiction what is held and what is said against it; for an extraction the extracted."""

    id: str
    kind: QuestionKind
    memory_ids: tuple[str, ...]
    asked_at: datetime
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer comes from."""

    memory_id: str
    source_id: str
    quote: str
    said_at: datetime
    score: float = 0.0
    score_parts: dict[str, float] = field(default_factory=dict)
    teller: str = "you"
    """Whose words they are: the person's ("you"), the twin's ("I"), or whose name it is."""

    @property
    def because_of(self) -> str:
        """The parts of its score in words, the weightiest first."""
        parts = sorted(self.score_parts.items(), key=lambda part: abs(part[1]), reverse=True)
        return " ".join(f"{name} {value:+.2f}" for name, value in parts)


class RecallMode(StrEnum):
    FULL = "full"
    LEXICAL = "lexical"
    """Words only, because the embedder was not ready."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """One memory that recall found, with the parts of its score."""

    memory: Memory
    score: float
    score_parts: dict[str, float]
    quote: str
    said_at: datetime
    speaker: Speaker = Speaker.PERSON
    """Whose words they are. Only the person's own tell about the person."""
    name: str = ""
    """Who spoke, in an imported conversation."""
    cosine: float | None = None
    """Of its embedding with the question's; nothing where recall went by words alone."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """What recall found for a query, best first; ``confidence`` is of there being an answer among it at all."""

    query: str
    items: tuple[Recalled, ...]
    confidence: float
    mode: RecallMode
