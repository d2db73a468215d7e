"""What the twin is made of: frozen values that every package shares.

Nothing here imports anything heavy, reads a clock, or touches a disk. Times are timezone-aware and in UTC;
durations and offsets are in seconds; probabilities and scores are from 0 to 1.

Ids are a letter and a number (``u12``), given once by the ledger and never reused, short enough to be typed:
``u`` utterance, ``c`` correction, ``s`` signal, ``t`` turn, ``m`` memory, ``d`` decision, ``p`` proposal,
``q`` question, ``r`` training run, ``a`` adapter. Sessions are named ``cli-…`` or ``ui-…`` by their client.
"""

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

# --- listen ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word. ``word`` keeps its punctuation and no leading space."""

    word: str
    start: float
    end: float
    probability: float


class AudioSource(StrEnum):
    FILE = "file"
    MICROPHONE = "microphone"
    PIPE = "pipe"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser made of one recording."""

    text: str
    words: tuple[Word, ...]
    language: str
    seconds: float
    hints: tuple[str, ...] = ()
    rules_applied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Utterance:
    """One dictation as it is kept: audio by content hash, text verbatim, words with their probabilities.

    ``audio_sha256`` is the hash of the FLAC file's content and its name under ``home/audio``.
    ``heard`` is never rewritten; what the person says they really said is a :class:`Correction`, the newest of
    which is ``corrected``.
    """

    id: str
    heard: str
    words: tuple[Word, ...]
    seconds: float
    language: str
    audio_sha256: str
    source: AudioSource
    origin: str
    model: str
    session_id: str
    created_at: datetime
    corrected: str | None = None
    adapter_id: str | None = None
    hints: tuple[str, ...] = ()
    rules_applied: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The best text there is: the person's own where they gave one."""
        return self.heard if self.corrected is None else self.corrected


# --- notice ---------------------------------------------------------------------------------------------------


class EditKind(StrEnum):
    """How a stretch of heard words became a stretch of said words."""

    SUBSTITUTE = "substitute"
    INSERT = "insert"
    DELETE = "delete"


class Judgement(StrEnum):
    """What an edit tells about the recogniser."""

    SOUND_ALIKE = "sound-alike"
    """The two sound alike: a mishearing, from which one can learn."""
    REWORDING = "rewording"
    """They do not: the person changed their mind, which is no evidence against the recogniser."""
    FORMATTING = "formatting"
    """Only case, punctuation or the writing of a number differs."""


@dataclass(frozen=True, slots=True)
class WordEdit:
    """One difference between what was heard and what was said.

    ``heard_from`` and ``heard_to`` are a half-open range of word positions in the utterance;
    ``probability`` is the recogniser's lowest over these words (``None`` for an insertion);
    ``similarity`` is that of the sounds, from 0 to 1.
    """

    kind: EditKind
    heard: tuple[str, ...]
    said: tuple[str, ...]
    heard_from: int
    heard_to: int
    judgement: Judgement
    similarity: float
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    id: str
    utterance_id: str
    said: str
    edits: tuple[WordEdit, ...]
    created_at: datetime


class SignalKind(StrEnum):
    CORRECTION = "correction"
    CONFIRMATION = "confirmation"
    """The person said that the text was right as it stood: as good an example as a correction."""
    THUMBS_UP = "thumbs-up"
    THUMBS_DOWN = "thumbs-down"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the person did that says whether the twin was right; ``subject_id`` is an utterance or a turn."""

    id: str
    kind: SignalKind
    subject_id: str
    summary: str
    edits: tuple[WordEdit, ...]
    created_at: datetime


# --- remember -------------------------------------------------------------------------------------------------


class Speaker(StrEnum):
    PERSON = "person"
    TWIN = "twin"
    OTHER = "other"
    """Somebody else in an imported conversation; never taken for the person."""


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
    ``value`` is what fills the slot. Both are empty for an episode.
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


@dataclass(frozen=True, slots=True)
class Recollection:
    """What recall found for a query, best first; ``confidence`` is of there being an answer among it at all."""

    query: str
    items: tuple[Recalled, ...]
    confidence: float
    mode: RecallMode


class Route(StrEnum):
    """Which way an answer came about."""

    ABOUT_PERSON = "about-person"
    """A question about the person: answered from memory with its source, or not at all."""
    TOLD = "told"
    """The person said something about themselves: acknowledged, and remembered."""
    REMEMBER = "remember"
    FORGET = "forget"
    OPEN = "open"
    """Anything else: the language model talks, and authors no facts about the person."""


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
    """Why this route was taken."""
    complete: bool = True


# --- decide, propose, train, prove, register ------------------------------------------------------------------


class Rung(StrEnum):
    """The ladder: always the lowest rung that suffices."""

    REMEMBER = "remember"
    HINT = "hint"
    REWRITE = "rewrite"
    ADAPT = "adapt"
    NEW_DOMAIN = "new-domain"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the twin makes of its signals, and why; ``missing`` says what it would need to climb higher."""

    id: str
    rung: Rung
    subject: str
    reasons: tuple[str, ...]
    signal_ids: tuple[str, ...]
    created_at: datetime
    missing: str = ""
    memory_id: str | None = None
    """What was put into memory at once, when the rung is one that needs no approval."""


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    LATER = "later"
    STALE = "stale"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish to learn something that needs the person's approval, with its evidence."""

    id: str
    decision_id: str
    rung: Rung
    summary: str
    fixes: tuple[str, ...]
    breaks: tuple[str, ...]
    cost_seconds: float
    state: ProposalState
    created_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GateReport:
    """Whether a candidate proved itself: each check by name, and the figures that they rest on."""

    passed: bool
    checks: dict[str, bool]
    figures: dict[str, Interval]
    reasons: tuple[str, ...] = ()


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLED = "cancelled"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class TrainingRun:
    id: str
    proposal_id: str
    state: RunState
    example_ids: tuple[str, ...]
    replay_ids: tuple[str, ...]
    seed: int
    started_at: datetime
    finished_at: datetime | None = None
    gate: GateReport | None = None


@dataclass(frozen=True, slots=True)
class Adapter:
    """A version of what was learned, with its lineage; ``base_sha256`` is that of the weights it sits on."""

    id: str
    run_id: str
    parent_id: str | None
    domain: str
    base_sha256: str
    sha256: str
    example_ids: tuple[str, ...]
    created_at: datetime
    live: bool = False
    withdrawn_because: str = ""
