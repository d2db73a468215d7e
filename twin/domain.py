"""What the twin is made of: frozen values that every package shares.

Nothing here imports anything heavy, reads a clock, or touches a disk. Times are timezone-aware and in UTC;
durations and offsets are in seconds; probabilities and scores are from 0 to 1.

Ids are a letter and a number (``u12``), given once by the ledger and never reused, short enough to be typed:
``u`` utterance, ``c`` correction, ``s`` signal, ``t`` turn, ``m`` memory, ``d`` decision, ``p`` proposal,
``q`` question, ``w`` rewrite rule, ``r`` training run, ``a`` adapter. Sessions are named ``cli-…`` or ``ui-…`` by
their client.
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
    """A voice dataset."""
    READING = "reading"
    """A guided reading."""

    @property
    def is_read(self) -> bool:
        """Whether a given text is read out: it may be anybody's, and tells how the person sounds, not who they are."""
        return self in (AudioSource.IMPORT, AudioSource.READING)


@dataclass(frozen=True, slots=True)
class SpokenCommand:
    """Something that was said to edit a dictation, and was carried out ("scratch that", "comma").

    ``heard_from`` and ``heard_to`` are a half-open range of word positions in what was heard.
    """

    name: str
    heard: str
    heard_from: int
    heard_to: int


@dataclass(frozen=True, slots=True)
class Edited:
    """What a dictation comes to once what was said to edit it is carried out: the text to show and to pass on.

    ``words`` are what stands between the white space of ``text``, with the times and probabilities of what was heard.
    """

    text: str
    words: tuple[Word, ...]
    commands_applied: tuple[SpokenCommand, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser made of one recording."""

    text: str
    words: tuple[Word, ...]
    language: str
    seconds: float
    hints: tuple[Hint, ...] = ()
    """Those that were followed: their terms stand in the text."""
    rules_applied: tuple[AppliedRule, ...] = ()
    edited: Edited | None = None
    """What it comes to, where something was said to edit it."""
    adapter_id: str | None = None
    """What the recogniser had learned of this person when it heard it."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One dictation as it is kept: audio by content hash, text verbatim, words with their probabilities.

    ``audio_sha256`` is the hash of the FLAC file's content and its name under ``home/audio``.
    ``heard`` is the newest :class:`Hearing` of the recording before the person said what they had really said (a
    :class:`Correction`, the newest of which is ``corrected``); from then on it stays, and all other hearings are kept.
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
    hints: tuple[Hint, ...] = ()
    """Those that were followed when this was heard: their terms stand in the text."""
    rules_applied: tuple[AppliedRule, ...] = ()
    """The places of :attr:`shown_words` where a rewrite rule put a term, in order."""
    private: bool = False
    """For the person's own eyes: not recalled, in no prompt, not learned from."""
    recognised: bool = True
    """False while there is only the recording: the recogniser is at work, or failed, or was killed."""

    edited: Edited | None = None
    """What it comes to, where something was said to edit it."""

    @property
    def text(self) -> str:
        """The best text there is: the person's own where they gave one, else what they dictated it to be."""
        return self.shown if self.corrected is None else self.corrected

    @property
    def shown(self) -> str:
        """What was made of the recording, before any correction."""
        return self.heard if self.edited is None else self.edited.text

    @property
    def shown_words(self) -> tuple[Word, ...]:
        """The words of :attr:`shown`: what a correction is compared with."""
        return self.words if self.edited is None else self.edited.words


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was once heard in an utterance's recording, kept beside what is its text now."""

    utterance_id: str
    heard: str
    words: tuple[Word, ...]
    language: str
    model: str
    adapter_id: str | None
    hints: tuple[Hint, ...]
    rules_applied: tuple[AppliedRule, ...]
    kept_at: datetime


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
    TAKE_BACK = "take-back"
    """The person took back what a rewrite rule had done."""
    RETRY = "retry"
    """The person said the same again right away."""
    DELETION = "deletion"
    """The person forgot a dictation right away. It says nothing more than that: the dictation is gone."""
    EDIT = "edit"
    """The person changed what they had dictated before they sent it."""
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


# --- rewrite --------------------------------------------------------------------------------------------------


class RuleStatus(StrEnum):
    PROPOSED = "proposed"
    """Waits for the person's word, and does nothing."""
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    """Rejected, or suspended after the person took back what it did."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rewrite rule fires; all that is given has to hold. Empty: wherever its words are heard."""

    below: float | None = None
    """The least sure of the heard words has a probability below this."""
    near: tuple[str, ...] = ()
    """One of these words, in lower case, stands within a few words of them."""
    domain: str = ""
    """The trade that is spoken of."""


@dataclass(frozen=True, slots=True)
class RewriteRule:
    """A stable mishearing, and the term to be written in its place. ``heard`` are bare words in lower case.

    ``origin``: ``person`` (stated outright) or ``corrections``, which are then among ``source_ids`` with the
    utterances that they were made in."""

    id: str
    heard: str
    term: str
    scope: Scope
    status: RuleStatus
    origin: str
    source_ids: tuple[str, ...]
    created_at: datetime
    take_backs: int = 0
    reason: str = ""
    """Why it was withdrawn."""


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A place where a rewrite rule put its term: words ``first`` to before ``last``, where ``heard`` had been."""

    rule_id: str
    term: str
    heard: tuple[Word, ...]
    first: int
    last: int


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
    private: bool = False
    """For the person's own eyes: not recalled, in no prompt, not learned from."""
    edited: str | None = None
    """Of a reply: what the person made of it."""

    @property
    def shown(self) -> str:
        """The person's words in place of the twin's, if there are any."""
        return self.text if self.edited is None else self.edited


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


class Route(StrEnum):
    """Which way an answer came about."""

    ABOUT_PERSON = "about-person"
    """A question about the person: answered from memory with its source, or not at all."""
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
    OPEN = "open"
    """Anything else: the language model talks, and authors no facts about the person."""


@dataclass(frozen=True, slots=True)
class StyleUsed:
    """A rule of style that shaped a reply: asked of the model, or (``by_code``) carried out on what it said."""

    memory_id: str
    text: str
    by_code: bool


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


# --- vocabulary and habits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """A word or name of the person's vocabulary, with what the ledger tells of its use.

    ``uses`` counts it in what the person typed and in dictations whose text they corrected or confirmed.
    ``domain`` is the trade that it belongs to: as given, or (``domain_inferred``) that of the terms in whose company
    it is used; ``topics`` are the words that it is used with most. ``sounds`` are its phonetic keys and those of its
    aliases, the ways in which it was misheard.
    """

    text: str
    memory_id: str
    aliases: tuple[str, ...] = ()
    domain: str = ""
    domain_inferred: bool = False
    uses: int = 0
    last_used: datetime | None = None
    topics: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HintContext:
    """What is going on when something is dictated: the texts before it, newest last, the active domain, the time."""

    at: datetime
    recent: tuple[str, ...] = ()
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A term that the recogniser should listen for, and why. ``score`` is of its having been said, from 0 to 1."""

    term: str
    score: float
    reasons: tuple[str, ...]
    heard: str
    """The words in whose place it may have been said."""
    memory_id: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a habit shows: a turn or a dictation, and when it was said."""

    source_id: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Expression:
    """Something that the person says again and again. ``rate`` is how often in a thousand of their words."""

    text: str
    count: int
    rate: float
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of what is usual, and the quarters on both sides of it."""

    median: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class MonthTopics:
    """What a month was about, by the words that set it apart from the others; ``month`` is ``2026-03``."""

    month: str
    topics: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Habits:
    """How the person talks, computed from their own words alone and stored nowhere.

    ``hours`` (24, from midnight) and ``weekdays`` (7, from Monday) count what was said, in local time. Lengths are in
    words. ``partial`` says that there was more than was looked at; the newest was.
    """

    turns: int
    dictations: int
    words: int
    since: datetime | None
    until: datetime | None
    partial: bool
    phrases: tuple[Expression, ...]
    fillers: tuple[Expression, ...]
    turn_words: Spread | None
    dictation_words: Spread | None
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    months: tuple[MonthTopics, ...]


# --- buffer ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """Something to learn from: a recording, what was heard in it, and what the person says was said.

    ``id`` is that of the correction (or confirmation) that tells; ``edits`` are what it changed. ``seconds`` are of
    the recording, ``domain`` the trade that it is of, if one is known."""

    id: str
    utterance_id: str
    audio_sha256: str
    seconds: float
    heard: str
    said: str
    edits: tuple[WordEdit, ...]
    at: datetime
    source: AudioSource
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A correction that is not learned from, and why; ``id`` is the correction's."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Buffer:
    """What there is to learn from, oldest first, and what was not admitted."""

    examples: tuple[Example, ...]
    refused: tuple[Refused, ...] = ()


# --- decide, propose, train, prove, register ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


class Rung(StrEnum):
    """The ladder: always the lowest rung that suffices."""

    REMEMBER = "remember"
    HINT = "hint"
    REWRITE = "rewrite"
    ADAPT = "adapt"
    NEW_DOMAIN = "new-domain"
    WAIT = "wait"
    NOTHING = "nothing"


class TrainingMode(StrEnum):
    """What of the recogniser an adapter changes."""

    DECODER = "decoder"
    """The decoder alone, on encoder states that were kept when the person dictated."""
    VOICE = "voice"
    """Also the encoder's top layers: for a voice that the encoder itself mishears."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the twin makes of its signals, and why; ``missing`` says what it would need to climb higher."""

    id: str
    rung: Rung
    subject: str
    reasons: tuple[str, ...]
    signal_ids: tuple[str, ...]
    """What it was made of: signals, or, where all corrections together were looked at, those corrections."""
    created_at: datetime
    missing: str = ""
    memory_id: str | None = None
    """What was put into memory at once, when the rung is one that needs no approval."""
    expected_gain: Interval | None = None
    """The share of the errors that it should take away, from 0 to 1."""
    cost_seconds: float = 0.0


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    """Waits for its training, or is being trained."""
    REJECTED = "rejected"
    LATER = "later"
    STALE = "stale"
    """What it rested on is no longer so."""
    DONE = "done"
    """Carried out: the rule is in force, or the training is over, whatever the gate said."""


@dataclass(frozen=True, slots=True)
class Change:
    """An utterance that would be heard otherwise, or is: ``before`` and ``after``, where ``said`` is right."""

    utterance_id: str
    before: str
    after: str
    said: str
    better: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish to learn something that needs the person's approval, with its evidence.

    ``subject_id`` is what it would put in force: a rewrite rule, or nothing for an adapter. ``example_ids`` are what it
    rests on or would be trained on. ``basis`` is a digest of the data that it was made of, by which it is known whether
    they have moved on. ``errors`` are the words wrong in the examples today, ``expected_gain`` the share of them that
    should go."""

    id: str
    decision_id: str
    rung: Rung
    summary: str
    state: ProposalState
    created_at: datetime
    subject_id: str = ""
    domain: str = ""
    example_ids: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    """By shadow replay on the person's own audio: what would be fixed, and what would break."""
    errors: int = 0
    expected_gain: Interval | None = None
    cost_seconds: float = 0.0
    basis: str = ""
    reason: str = ""
    """What the person said when they rejected it, or why it is stale."""
    mode: TrainingMode = TrainingMode.DECODER
    """Of a training."""

    @property
    def fixes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.better)

    @property
    def breaks(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if not change.better)


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
    """One training, from approval to the gate's word; ``recipe`` is its settings as JSON, ``threads`` among them.

    ``example_ids`` were learned, ``replay_ids`` are older examples that were seen again. ``changes`` are the held-back
    utterances that are heard otherwise. ``seconds`` are by stage."""

    id: str
    proposal_id: str
    state: RunState
    domain: str
    recipe: str
    example_ids: tuple[str, ...]
    replay_ids: tuple[str, ...]
    parent_id: str | None
    started_at: datetime
    finished_at: datetime | None = None
    gate: GateReport | None = None
    changes: tuple[Change, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A version of what was learned, with its lineage; ``base_sha256`` is that of the weights it sits on.

    ``example_ids`` and ``replay_ids`` are what it itself was trained on; its ancestors have their own. ``recipe`` is
    JSON; with the run's ids it makes the same adapter again."""

    id: str
    run_id: str
    parent_id: str | None
    domain: str
    base: str
    base_sha256: str
    sha256: str
    recipe: str
    example_ids: tuple[str, ...]
    replay_ids: tuple[str, ...]
    created_at: datetime
    promoted: bool = False
    """Whether the gate let it through."""
    live: bool = False
    withdrawn_because: str = ""


@dataclass(frozen=True, slots=True)
class Graduation:
    """A term that an adapter gets right unaided: it is not hinted while that adapter is in use. ``memory_id`` is the
    term's; ``ended_at`` is when it was misheard again."""

    memory_id: str
    adapter_id: str
    since: datetime
    ended_at: datetime | None = None
