"""Everything that can be asked of a twin: one frozen class a verb, with the type of its result.

The command line and the terminal UI build these; the engine (or the twin in process) answers them. A new verb is
a new class here and a method in ``twin/service.py``; nothing in between needs to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar, get_args

from twin.domain import (
    Adapter,
    AudioSource,
    Correction,
    Decision,
    Example,
    Habits,
    Memory,
    MemoryKind,
    Proposal,
    ProposalState,
    Question,
    Refused,
    Reply,
    RewriteRule,
    Signal,
    Speaker,
    Term,
    TrainingMode,
    TrainingRun,
    Turn,
    Utterance,
)

R = TypeVar("R")


class Request(Generic[R]):
    """Base of all verbs. ``R`` is the type of the result."""

    __slots__ = ()

    retry_after_crash: ClassVar[bool] = False
    """Whether asking again after the engine died changes nothing (true of anything that only reads)."""
    survives_disconnect: ClassVar[bool] = False
    """Whether the work goes on when its client is gone, because its result is worth keeping."""

    @classmethod
    def result_type(cls) -> Any:
        for base in getattr(cls, "__orig_bases__", ()):
            return get_args(base)[0]
        raise TypeError(cls)


# --- results that are no domain objects ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CorrectionReport:
    correction: Correction
    heard: str
    signals: tuple[Signal, ...]
    decisions: tuple[Decision, ...]
    rules: tuple[RewriteRule, ...] = ()
    """Rewrite rules that it made for a proposal."""
    proposals: tuple[Proposal, ...] = ()
    """What the twin now wishes to learn from all corrections."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What was said, verbatim: a turn, an utterance, or the correction of one."""

    id: str
    text: str
    said_at: datetime
    speaker: Speaker = Speaker.PERSON
    private: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    memories: tuple[Memory, ...]
    about: str = ""
    sources: tuple[Quote, ...] = ()
    """What the memories were taken from, if that was asked for."""
    questions: tuple[AskedOfPerson, ...] = ()
    """Those about its memory that the twin waits for an answer to, if sources were asked for."""
    said_in_private: tuple[Quote, ...] = ()
    """What the person marked private, if that was asked for."""


@dataclass(frozen=True, slots=True)
class AskedOfPerson:
    """A question about memory in words, with what it is about and what may be answered."""

    question: Question
    memories: tuple[Memory, ...]
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    questions: tuple[AskedOfPerson, ...]


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit came to: the memory as it stands now, or what was said and is private (or no longer so)."""

    summary: str
    memory: Memory | None = None
    said: Quote | None = None
    also_ids: tuple[str, ...] = ()
    """What else became private, or public, along with it."""


@dataclass(frozen=True, slots=True)
class Going:
    """One thing that a forget takes away. ``kind``: memory, turn, reply, utterance, correction, signal, decision,
    question, rule, proposal, adapter. ``text`` is given before it is gone, not afterwards; ``seconds`` are of audio."""

    id: str
    kind: str
    text: str = ""
    at: datetime | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What a forget took away, or would take away. ``source_ids`` are turns (replies among them) and utterances."""

    memory_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    preview: bool
    summary: str
    going: tuple[Going, ...] = ()
    """All of it, in the order of the kinds."""
    audio_seconds: float = 0.0
    predecessors: tuple[Memory, ...] = ()
    """Past values that one of these replaced, with nothing after it: they stay in the past, or hold again if asked."""
    restored: bool = False
    """Whether the predecessors hold again."""
    reworded_ids: tuple[str, ...] = ()
    """Memories that stay, in the words of another place where the same was said."""
    perhaps: tuple[Memory, ...] = ()
    """In a preview by topic: memories that stay because they do not name it, and may be about it all the same."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    path: str
    turns: int
    utterances: int
    corrections: int
    memories: int
    questions: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought: ``known`` was there already, ``forgotten`` was refused because the person forgot it."""

    turns: int
    memories: int
    known: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class VoiceOf:
    """Whose recordings are in a voice dataset, and how many; ``name`` is empty where it names nobody."""

    name: str
    recordings: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A recording of a voice dataset that is not learned from; ``where`` names it or its line."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class VoiceImport:
    """What an import of a voice dataset brought; ``layout`` is told from its files.

    ``imported`` are those learned from, of ``seconds`` in all (in a ``preview`` of all there is); ``known`` were in
    already, ``left`` are those beyond the limit, ``refused`` those not taken in, or in and not learned from."""

    layout: str
    recordings: int
    imported: int
    known: int
    refused: tuple[NotTaken, ...]
    seconds: float
    speakers: tuple[VoiceOf, ...]
    restored: bool
    """Whether its texts are in one case, so that case and punctuation are taken from what is heard."""
    preview: bool = False
    left: int = 0
    sample: tuple[str, ...] = ()
    summary: str = ""
    """What there is to learn from now."""
    missing: str = ""
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences to read out, and how many were read already."""

    sentences: tuple[str, ...]
    read: int


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """``report`` is what came of taking the sentence for what was said; nothing if it was not taken."""

    heard: str
    report: CorrectionReport | None = None


class VocabularyFormat(StrEnum):
    """Formats of word lists; :mod:`twin.speech.word_lists` says where each is described."""

    LINES = "lines"
    CSV = "csv"
    TSV = "tsv"
    DRAGON = "dragon"
    DRAGON_XML = "dragon-xml"
    APPLE = "apple"
    TALON = "talon"
    VOICEINK = "voiceink"
    GOOGLE = "google"
    AWS = "aws"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Terms:
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    rules: tuple[RewriteRule, ...]


@dataclass(frozen=True, slots=True)
class VocabularyImport:
    """What an import of a word list brought, or (``preview``) would bring.

    ``known``: terms that were there already; ``duplicates``: entries that came again in the list; ``skipped``: entries
    that are no terms or are kept out of memory; ``sample``: the first terms, with their aliases.
    """

    format: VocabularyFormat
    new: int
    known: int
    duplicates: int
    skipped: tuple[str, ...]
    sample: tuple[str, ...]
    preview: bool


@dataclass(frozen=True, slots=True)
class VocabularyFile:
    """A word list as the bytes of a file; ``left_out`` are terms that its format cannot hold."""

    content: bytes
    format: VocabularyFormat
    terms: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Utterances:
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class WordChange:
    """A place where two hearings of one recording differ; ``position`` counts the words before it in the earlier."""

    position: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeardAgain:
    """What another hearing of a kept recording brought. ``utterance`` is as it stands now."""

    utterance: Utterance
    before: str
    """What was heard before; empty if the recording had not been recognised yet."""
    now: str
    changes: tuple[WordChange, ...]
    taken: bool
    """Whether the new hearing is the utterance's text now. Where the person said what they had really said, that
    stays, and the new hearing is kept beside it."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What may have been said instead of the words ``first`` to before ``last`` of an utterance's ``shown_words``.

    ``text`` has the marks of what it would replace; ``reason`` says, for people, where it comes from."""

    text: str
    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word to look at twice, with its position among ``shown_words`` and what it may have been, likeliest first."""

    position: int
    word: str
    probability: float
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubts:
    """The doubtful words of an utterance, the least certain first; none if the person has said what it really was."""

    utterance: Utterance
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """Something that sound can be recorded from. ``name`` is what :class:`Listen` takes."""

    name: str
    channels: int
    rate_hz: int
    default: bool


@dataclass(frozen=True, slots=True)
class AudioDevices:
    devices: tuple[AudioDevice, ...]


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model of the engine: ``waiting``, ``loading``, ``ready`` or ``failed`` (then ``detail`` says why)."""

    name: str
    role: str
    state: str
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineStatus:
    version: str
    pid: int
    home: str
    started_at: datetime
    idle_minutes: float
    running_jobs: int
    models: tuple[ModelState, ...]
    peak_rss_mb: float


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``twin doctor``; ``hint`` says what to do when it is not ``ok``."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    optional: bool = False
    """A failed optional check (no microphone) is worth knowing and no reason for exit code 1."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        return all(check.ok or check.optional for check in self.checks)


@dataclass(frozen=True, slots=True)
class WeightsInfo:
    name: str
    role: str
    found: bool
    where: str
    megabytes: float
    licence: str
    in_use: bool
    sha256: str = ""
    """Of the file with the tensors, as it should be."""
    state: str = ""
    """``verified`` (every file has its sha256), ``unchecked`` (that is done when it is first used), ``damaged``,
    or ``missing``."""
    needs_megabytes: float = 0.0
    """About how much memory it takes when it is loaded."""
    fits: bool = True
    """Whether this machine has that much."""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """The language server that is in use, and what it has; ``problem`` says why that is not known."""

    url: str
    model: str = ""
    adapter: str = ""
    models: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WeightsList:
    weights: tuple[WeightsInfo, ...]
    server: ServerInfo | None = None
    memory_megabytes: float = 0.0
    """All the memory that this machine has."""


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """What was switched to: ``setting`` is the one that was written; ``name`` is the model's, ``where`` a path or an
    address."""

    setting: str
    name: str
    where: str


# --- learning ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposals:
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the twin learned something, or why not yet: what it has to learn from, what it made of that, and what is
    missing."""

    subject_id: str
    summary: str
    decisions: tuple[Decision, ...]
    examples: tuple[Example, ...]
    refused: tuple[Refused, ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a proposal by the person's word; ``run`` is the training, if one followed at once."""

    proposal: Proposal
    summary: str
    run: TrainingRun | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What ``twin learn`` did, a run for each approved proposal; ``live`` are the adapters in use now."""

    runs: tuple[TrainingRun, ...]
    live: tuple[Adapter, ...]


@dataclass(frozen=True, slots=True)
class Adapters:
    """All versions, the oldest first, with the runs that made them or that came to nothing."""

    adapters: tuple[Adapter, ...]
    runs: tuple[TrainingRun, ...]


@dataclass(frozen=True, slots=True)
class AdapterReport:
    """One version with the run that made it; ``lineage`` from its oldest ancestor down to itself.

    ``forgotten_ids`` are examples of its that the person forgot since."""

    adapter: Adapter
    run: TrainingRun
    lineage: tuple[Adapter, ...]
    forgotten_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardByTwo:
    """What two versions hear in one recording; ``said`` is what the person put it right to, if they did."""

    utterance_id: str
    said_at: datetime
    first: str
    second: str
    said: str | None = None


@dataclass(frozen=True, slots=True)
class VersionsCompared:
    """Recordings heard anew by the versions ``first`` and ``second``, the newest first."""

    first: str
    second: str
    heard: tuple[HeardByTwo, ...]


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    LATER = "later"
    EDIT = "edit"
    """Only take examples out; whether to learn from what is left is said another time."""


# --- verbs -----------------------------------------------------------------------------------------------------


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
    """Answer at once from words alone if the embedder is not ready, even when that means not finding it."""
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
class Remember(Request[Reply]):
    text: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Know(Request[Knowledge]):
    """What the twin knows; ``about`` narrows it to a topic, ``ids`` to these (whatever their state), ``history`` adds
    superseded values, ``private`` what is for the person's own eyes, ``sources`` the words that it was taken from."""

    retry_after_crash = True
    about: str = ""
    kind: MemoryKind | None = None
    history: bool = False
    limit: int = 500
    private: bool = False
    sources: bool = False
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit(Request[EditReport]):
    """Put a memory right by hand, or mark a memory, turn or utterance private (``private``) or public again (false).

    What is ``None`` stays as it is. ``holds`` takes the end of its validity away. The person's edit stands over what
    rules or models make of the same source."""

    id: str
    text: str | None = None
    value: str | None = None
    kind: MemoryKind | None = None
    true_from: datetime | None = None
    true_until: datetime | None = None
    holds: bool = False
    private: bool | None = None
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Forget(Request[ForgetReport]):
    """Forget memories with what they were taken from, turns, or utterances with their audio: those named, those that
    name the topic ``about``, or what was said ``before`` a moment and not confirmed since. Exactly one of the three.

    ``restore``: a past value that what goes had replaced holds again."""

    ids: tuple[str, ...] = ()
    about: str = ""
    before: datetime | None = None
    preview: bool = False
    restore: bool = False


@dataclass(frozen=True, slots=True)
class Export(Request[ExportReport]):
    """Write what was said and what is known to a new file of JSON lines; ``path`` is absolute."""

    path: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ImportMemory(Request[ImportReport]):
    """Take in what :class:`Export` wrote, of this twin or of another; ``path`` is absolute."""

    path: str


@dataclass(frozen=True, slots=True)
class ImportConversation(Request[ImportReport]):
    """Take in a conversation from elsewhere, JSON lines of session, speaker, text and time; ``path`` is absolute.

    ``me`` is the name by which the person speaks in it: what others say is never taken for the person's."""

    path: str
    me: str = ""


@dataclass(frozen=True, slots=True)
class Dictate(Request[Utterance]):
    """Recognise a recording; streams :class:`~twin.events.WordHeard`. ``path`` is absolute."""

    survives_disconnect = True
    path: str
    session_id: str
    source: AudioSource = AudioSource.FILE
    private: bool = False
    """Only give the text: keep neither that nor the recording."""


@dataclass(frozen=True, slots=True)
class ListQuestions(Request[Questions]):
    """What the twin asks about its memory: contradictions, and what a model read out of the person's words."""

    retry_after_crash = True
    answered: bool = False
    """Past questions too."""


@dataclass(frozen=True, slots=True)
class AnswerQuestion(Request[AskedOfPerson]):
    """Answer such a question: ``new``, ``old``, ``both`` or ``neither`` hold; ``yes`` or ``no`` to what was read."""

    id: str
    answer: str


@dataclass(frozen=True, slots=True)
class RawFormat:
    """Sound without a header: ``sample_format`` is s16le, s32le, u8 or f32le."""

    rate_hz: int = 16_000
    channels: int = 1
    sample_format: str = "s16le"


PIPE_SUFFIX = ".pipe"
"""Of the files in ``home/spool`` that pipes are copied into; an engine that starts removes those left behind."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """A file that another process is still writing: a recording in any streamable format, or raw sound.

    It has ended when the request is ended (:class:`EndListening`), and stays its writer's."""

    path: str
    raw: RawFormat | None = None


@dataclass(frozen=True, slots=True)
class Listen(Request[Utterances]):
    """Recognise what is being said, from the microphone or a pipe, while it is said.

    Streams ``Level`` ten times a second, ``PartialText`` as words come and settle, and ``UtteranceHeard`` for each
    utterance. Without ``hands_free`` all is one utterance, which :class:`EndListening` ends; with it an utterance
    ends by itself after a pause, and listening goes on until :class:`EndListening`. Nothing that was recorded is lost
    by a cancel, a failure or a crash: it is an utterance that is not recognised yet (:class:`DictateAgain`).
    """

    session_id: str
    device: str = ""
    """Part of a device's name; empty means the one that is set, or else the system's."""
    hands_free: bool = False
    pipe: Pipe | None = None
    private: bool = False
    """Only give the text: keep neither that nor the recording."""
    reading: bool = False
    """A sentence of the guided reading is read to the microphone (:class:`ListSentences`)."""


@dataclass(frozen=True, slots=True)
class ListSentences(Request[Sentences]):
    """What is to be read out, in this order; without what was read already."""

    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class ReadSentence(Request[SentenceRead]):
    """An utterance is ``sentence``, read out: that is taken for what was said in it. If it sounds like something else,
    the recording is let go of and nothing is learned from it."""

    utterance_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ImportVoice(Request[VoiceImport]):
    """Take in recordings whose text is known, as corrected dictations; ``path`` is an absolute folder, of any layout in
    :mod:`twin.speech.voice_datasets`.

    ``speaker`` is the person, in a dataset of several. ``limit``: at most so many new recordings, 0 is all.
    ``preview``: only say what there is. What was taken in before a cancel stays; the same import goes on from there."""

    survives_disconnect = True
    path: str
    speaker: str = ""
    limit: int = 0
    preview: bool = False


@dataclass(frozen=True, slots=True)
class EndListening(Request[bool]):
    """All has been said: have a running :class:`Listen` finish; false if it was over already."""

    retry_after_crash = True
    job_id: str


@dataclass(frozen=True, slots=True)
class ListDevices(Request[AudioDevices]):
    """What sound can be recorded from."""

    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class DictateAgain(Request[HeardAgain]):
    """Recognise the recording of an utterance anew, with the model and the hints of today; ``last`` is the newest."""

    utterance_id: str


@dataclass(frozen=True, slots=True)
class Correct(Request[CorrectionReport]):
    """Say what was really said in an utterance; ``last`` names the newest one."""

    utterance_id: str
    said: str


@dataclass(frozen=True, slots=True)
class Alternatives(Request[Doubts]):
    """Which words of an utterance are to be looked at twice, and what they may have been; ``last`` is the newest."""

    retry_after_crash = True
    utterance_id: str = "last"


@dataclass(frozen=True, slots=True)
class UndoEditing(Request[Utterance]):
    """Have an utterance stand as it was heard, with nothing carried out that was said to edit it; ``last`` names the
    newest. What rules did in it they do in that as well."""

    utterance_id: str


@dataclass(frozen=True, slots=True)
class ListTerms(Request[Terms]):
    """The vocabulary with its use, those terms first that are used most; all of it, or that of a ``domain``."""

    retry_after_crash = True
    domain: str = ""


@dataclass(frozen=True, slots=True)
class AddTerm(Request[Memory]):
    """Add a term to the vocabulary, or to a known one what is new: aliases, a domain, another way of writing it."""

    term: str
    aliases: tuple[str, ...] = ()
    domain: str = ""


@dataclass(frozen=True, slots=True)
class RemoveTerm(Request[Memory]):
    """Take a term out of use. What it was taken from stays; to let go of that too is :class:`Forget`."""

    term: str


@dataclass(frozen=True, slots=True)
class ListRules(Request[Rules]):
    """All rewrite rules: those proposed, those in force, those withdrawn."""

    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class AddRule(Request[RewriteRule]):
    """State outright that ``heard`` is a mishearing of ``term``: in force at once, wherever it does no damage."""

    heard: str
    term: str


@dataclass(frozen=True, slots=True)
class DecideRule(Request[RewriteRule]):
    """Put a rewrite rule in force, or withdraw it."""

    rule_id: str
    approve: bool


@dataclass(frozen=True, slots=True)
class TakeBack(Request[Utterance]):
    """Put back what was heard where a rule rewrote it: the ``number``-th, from 1, of the utterance's
    ``rules_applied``; ``last`` names the newest utterance."""

    utterance_id: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class ListProposals(Request[Proposals]):
    """What the twin wishes to learn: those in a state, or all."""

    retry_after_crash = True
    state: ProposalState | None = None


@dataclass(frozen=True, slots=True)
class ShowProposal(Request[Proposal]):
    """A proposal with its evidence. ``replay``: gather that anew, on the person's own recordings."""

    survives_disconnect = True
    id: str
    replay: bool = False


@dataclass(frozen=True, slots=True)
class DecideProposal(Request[Decided]):
    """The person's word on a proposal. ``without``: examples that it should not learn from. What is approved is carried
    out at once, but for training, which waits for :class:`Learn` unless ``now``; ``mode`` is what it shall change, if
    something else than was proposed. Raises ``NotUnderstoodError`` if the data moved on since: it is then proposed
    anew."""

    survives_disconnect = True
    id: str
    verdict: Verdict
    reason: str = ""
    without: tuple[str, ...] = ()
    now: bool = False
    mode: TrainingMode | None = None


@dataclass(frozen=True, slots=True)
class Learn(Request[Learned]):
    """Train what was approved. ``now``: propose and approve what there is, if anything may be learned at all."""

    survives_disconnect = True
    now: bool = False


@dataclass(frozen=True, slots=True)
class FollowTraining(Request[Learned]):
    """Attend a :class:`Learn` that another client began: its progress from where it stands, and its result. The
    ``Started`` names the job of the training itself, which is what a cancel then ends. Without one under way the result
    is empty, and comes at once."""

    survives_disconnect = True


@dataclass(frozen=True, slots=True)
class Why(Request[Explanation]):
    """Why, and why not yet: of a decision, a proposal, a run or an adapter, or of learning as a whole."""

    retry_after_crash = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class ListAdapters(Request[Adapters]):
    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class ShowAdapter(Request[AdapterReport]):
    retry_after_crash = True
    id: str


@dataclass(frozen=True, slots=True)
class UseAdapter(Request[Adapters]):
    """Put a version in use; ``base`` is none, ``previous`` the newest ancestor of the one in use."""

    id: str


@dataclass(frozen=True, slots=True)
class DeleteAdapter(Request[Adapters]):
    """Delete a version's files. One in use is replaced by the newest ancestor first."""

    id: str


@dataclass(frozen=True, slots=True)
class CompareVersions(Request[VersionsCompared]):
    """Hear the person's own recordings anew with two versions (``base`` is none): those of ``utterance_ids``, or else
    the ``last`` few. Nothing of it is kept."""

    retry_after_crash = True
    first: str
    second: str
    utterance_ids: tuple[str, ...] = ()
    last: int = 5


@dataclass(frozen=True, slots=True)
class ShowHabits(Request[Habits]):
    """How the person talks: phrases, fillers, lengths, hours, topics. Computed from the ledger, stored nowhere."""

    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class ImportVocabulary(Request[VocabularyImport]):
    """Take in a word list, the bytes of a file; ``name`` is the file's, ``format`` is told from both if not given.

    ``domain``: the trade that its terms belong to. ``preview``: only say what it holds."""

    content: bytes
    name: str = ""
    format: VocabularyFormat | None = None
    domain: str = ""
    preview: bool = False


@dataclass(frozen=True, slots=True)
class ExportVocabulary(Request[VocabularyFile]):
    """The vocabulary as a word list; all of it, or that of a ``domain``."""

    retry_after_crash = True
    format: VocabularyFormat = VocabularyFormat.CSV
    domain: str = ""


@dataclass(frozen=True, slots=True)
class ListUtterances(Request[Utterances]):
    """The newest utterances, newest first; ``before``: only those older than that utterance."""

    retry_after_crash = True
    limit: int = 50
    private: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class ShowHistory(Request[History]):
    """The newest turns, oldest first, of one session or of all; ``before``: only those older than that turn."""

    retry_after_crash = True
    limit: int = 200
    session_id: str = ""
    private: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class Status(Request[EngineStatus]):
    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class WarmUp(Request[EngineStatus]):
    """Load the named roles (``embedder``, ``recogniser``, ``language-model``; none means all), with progress."""

    retry_after_crash = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doctor(Request[Diagnosis]):
    rebuild_index: bool = False


@dataclass(frozen=True, slots=True)
class ListModels(Request[WeightsList]):
    """All weights that are known. ``verify``: read every file again and compare its sha256."""

    retry_after_crash = True
    verify: bool = False


@dataclass(frozen=True, slots=True)
class InstallModel(Request[WeightsInfo]):
    """Fetch weights from the hub: the only request that opens the network of itself. What was fetched before a cancel
    or a failure is not fetched again."""

    name: str


@dataclass(frozen=True, slots=True)
class UseModel(Request[ModelInUse]):
    """Have the twin use other weights from now on: a name, an absolute path, or a language server's address.

    They are looked at first, and the server is asked; only then the setting is written. ``model``, ``adapter`` and
    ``key_variable`` are of a server."""

    name: str
    model: str = ""
    adapter: str = ""
    key_variable: str = ""


@dataclass(frozen=True, slots=True)
class Cancel(Request[bool]):
    """Cancel a running request; false if it was over already."""

    retry_after_crash = True
    job_id: str


@dataclass(frozen=True, slots=True)
class Stop(Request[bool]):
    """Stop the engine; running requests have ten seconds to finish."""


REQUESTS: dict[str, type[Request[Any]]] = {
    verb.__name__.lower(): verb
    for verb in (
        Converse, Ask, Rate, EditReply, Remember, ListQuestions, AnswerQuestion, Know, Edit, Forget, Export,
        ImportMemory,
        ImportConversation, Dictate, Listen, EndListening, ListSentences, ReadSentence, ImportVoice, DictateAgain,
        ListDevices, Correct, Alternatives,
        UndoEditing, ListTerms, AddTerm, RemoveTerm, ImportVocabulary, ExportVocabulary, ListRules, AddRule,
        DecideRule, TakeBack, ListProposals, ShowProposal, DecideProposal, Learn,
        FollowTraining, Why, ListAdapters, ShowAdapter,
        UseAdapter, DeleteAdapter, CompareVersions, ShowHabits, ListUtterances, ShowHistory, Status, WarmUp,
        Doctor, ListModels, InstallModel, UseModel, Cancel, Stop,
    )
}  # fmt: skip
