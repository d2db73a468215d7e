"""The boundaries: what each part needs of the others, as Protocols over the domain.

Concrete parts are chosen in ``twin/app.py`` alone; tests put the fakes of ``tests/fakes.py`` in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Event as Flag
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from twin.control_tokens import without_control_tokens
from twin.domain import (
    Adapter,
    AppliedRule,
    Bearing,
    Change,
    Correction,
    Decision,
    Edited,
    GateReport,
    Graduation,
    Hearing,
    Hint,
    HintContext,
    Interval,
    Memory,
    MemoryKind,
    MemoryStatus,
    Polarity,
    Proposal,
    ProposalState,
    Recalled,
    Recollection,
    RewriteRule,
    RuleStatus,
    Rung,
    RunState,
    Scope,
    Signal,
    SignalKind,
    Speaker,
    Term,
    TrainingMode,
    TrainingRun,
    Transcript,
    Turn,
    Utterance,
    Word,
    WordEdit,
)
from twin.errors import CancelledByPersonError
from twin.events import Event
from twin.requests import (
    AskedOfPerson,
    Edit,
    EditReport,
    Export,
    ExportReport,
    Forget,
    ForgetReport,
    ImportConversation,
    ImportMemory,
    ImportReport,
    Know,
    Knowledge,
)

Audio = NDArray[np.float32]
"""Mono samples at 16,000 Hz, from -1 to 1, shape ``(samples,)``."""

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class EncoderStates:
    """A recogniser's encoder's output, shape ``(positions, width)``, for ``seconds`` of speech and the silence after
    it; ``adapter_id`` says what was merged into its weights."""

    states: NDArray[np.float32]
    seconds: float
    adapter_id: str | None = None


class Sound(Protocol):
    """Sound that is read piece by piece; its length is in samples."""

    def __len__(self) -> int: ...
    def read(self, start: int, stop: int) -> Audio:
        """The samples from ``start`` to before ``stop``, as far as there are any."""
        ...


class Speech(Sound, Protocol):
    """The parts of a recording in which somebody speaks, joined."""

    @property
    def sound(self) -> Sound:
        """The whole recording."""
        ...

    def in_time(self, word: Word) -> Word:
        """``word`` with its times in the whole recording."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One running request: where it reports, and whether it should stop."""

    emit: Callable[[Event], None]
    cancelled: Flag = field(default_factory=Flag)
    ended: Flag = field(default_factory=Flag)
    """Set when the person has said all that there is to hear, which is then to be finished."""

    def check(self) -> None:
        """Raise :class:`CancelledByPersonError` if the person cancelled."""
        if self.cancelled.is_set():
            raise CancelledByPersonError("Cancelled.")


class Clock(Protocol):
    def now(self) -> datetime:
        """The time now, timezone-aware, in UTC."""
        ...


# --- models ----------------------------------------------------------------------------------------------------


Hinting = Callable[[Sequence[Word]], tuple[Hint, ...]]
"""What to listen for, given what was heard without hints: at most ten terms, mostly none."""


def no_hints(heard: Sequence[Word]) -> tuple[Hint, ...]:
    """A :data:`Hinting` that knows no terms."""
    return ()


class Transcriber(Protocol):
    @property
    def model(self) -> str:
        """Name of the weights."""
        ...

    def transcribe(
        self, audio: Audio | Sound, *, on_word: Callable[[Word], None], cancelled: Flag, hinting: Hinting = no_hints
    ) -> Transcript:
        """Recognise; ``on_word`` gets each word once, in order, as it is final. ``hinting`` says what to listen for.

        Raises ``ModelError``; ``CancelledByPersonError`` soon after ``cancelled`` is set.
        """
        ...

    def encoder_states(self, audio: Audio | Sound) -> EncoderStates | None:
        """The encoder's output for what is said in ``audio``, which a decoder is trained on; nothing if that is
        nothing, or more than a window. Raises ``ModelError``."""
        ...

    def follow(self, *, hinting: Hinting = no_hints) -> Following:
        """Recognise a recording while it is being made."""
        ...

    def adapted_to(self, domain: str) -> Transcriber:
        """The recogniser with what was learned for a trade; as it is, if nothing was. Raises ``ModelError``."""
        ...


class Following(Protocol):
    """Speech that is recognised while it is being said. ``said`` is always all of it, and only ever grows.

    ``unwanted`` says whether what is being done is not wanted any more; it then ends at once with
    ``CancelledByPersonError``, and leaves everything as it was. Raises ``ModelError``.
    """

    @property
    def settled(self) -> str:
        """Text that will not change any more: it only grows, and the final text begins with it."""
        ...

    @property
    def tentative(self) -> str:
        """What was heard beyond it, for now; its leading space, where it has one, belongs to it."""
        ...

    def is_behind(self, said: Speech) -> bool:
        """Whether so much was said since the last glance that another is due, even if nobody speaks any more."""
        ...

    def glance(self, said: Speech, unwanted: Callable[[], bool]) -> None:
        """Look at what was said since the last time, quickly; settles words."""
        ...

    def finish(self, said: Speech, unwanted: Callable[[], bool]) -> Transcript:
        """What was said, if this was all of it; may be asked for again, with more."""
        ...


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt. ``content`` never holds control tokens of a chat template: they are taken out here, so
    that no text of whatever origin can open a turn of its own."""

    role: Literal["system", "user", "assistant"]
    content: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", without_control_tokens(self.content))


class LanguageModel(Protocol):
    @property
    def model(self) -> str: ...

    @property
    def adapters(self) -> tuple[str, ...]:
        """Names of the adapters that it can use."""
        ...

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.2,
        seed: int = 0,
        stop: Sequence[str] = (),
        cancelled: Flag | None = None,
        adapter: str = "",
        never: Sequence[str] = (),
    ) -> Iterator[str]:
        """Generate a reply piece by piece; ends soon after ``cancelled`` is set.

        ``adapter``: one of :attr:`adapters` to answer with, if any. ``never``: texts whose tokens do not occur in the
        reply. Raises ``ModelError``."""
        ...

    def first_tokens(self, messages: Sequence[ChatMessage], *, adapter: str = "") -> dict[str, float]:
        """With what a reply would begin: the likeliest tokens with their log-probabilities, in nats. Empty where the
        model does not tell. Raises ``ModelError``."""
        ...


@runtime_checkable
class Adapted(Protocol):
    """A language model all of whose replies come through adapters."""

    @property
    def through(self) -> tuple[str, ...]:
        """Their names."""
        ...


class Embedder(Protocol):
    @property
    def model(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; shape ``(len(texts), dimensions)``, each row of length 1."""
        ...


# --- ledger ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewMemory:
    """A memory before the ledger has given it an id."""

    kind: MemoryKind
    text: str
    source_ids: tuple[str, ...]
    true_from: datetime
    slot: str = ""
    value: str = ""
    polarity: Polarity = Polarity.NEUTRAL
    confidence: float = 1.0
    aliases: tuple[str, ...] = ()
    status: MemoryStatus = MemoryStatus.HELD
    origin: str = "rules"
    domain: str = ""
    strength: float = 0.0
    bearing: Bearing = Bearing.STATES
    instead_of: str = ""
    """The value that it ends or corrects, where the person named it."""
    true_until: datetime | None = None
    """Of something that was so once: when it ended."""
    said_at: datetime | None = None
    """When it was said, if that is not when it became true: of two statements the one said later holds."""


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A turn of a conversation that took place elsewhere, before the ledger has given it an id.

    ``key`` names it where it comes from, so that it is imported once and never again after it was forgotten."""

    session_id: str
    speaker: Speaker
    text: str
    said_at: datetime
    name: str = ""
    key: str = ""


class Ledger(Protocol):
    """The only system of record. Every method that writes is one transaction, durable when it returns.

    Methods that take an id raise ``NotFoundError`` for one the ledger does not hold. Safe from any thread.
    """

    def together(self) -> AbstractContextManager[None]:
        """What is written within is one transaction: all of it is kept, or after an error or a kill nothing. Other
        threads wait for the ledger meanwhile, so nothing slow and no other lock belongs within."""
        ...

    # what was said
    def add_utterance(
        self, transcript: Transcript, *, audio_sha256: str, source: str, origin: str, model: str, session_id: str
    ) -> Utterance: ...
    def add_recording(
        self, *, audio_sha256: str, seconds: float, source: str, origin: str, session_id: str
    ) -> Utterance:
        """An utterance whose recording is safe and that is not recognised yet."""
        ...

    def add_hearing(self, utterance_id: str, transcript: Transcript, *, model: str) -> Utterance:
        """Keep what was heard in an utterance's recording: it is its text from now on, and an earlier hearing is kept
        beside it. Where the person has said what they had really said, it is the new hearing that is kept beside."""
        ...

    def hearings(self, utterance_id: str) -> tuple[Hearing, ...]:
        """The other hearings of an utterance's recording, the newest first."""
        ...

    def drop_recording(self, utterance_id: str) -> None:
        """Let go of an utterance that is not recognised: nothing was said in it, or it was cancelled."""
        ...

    def utterance(self, id: str) -> Utterance:
        """Also takes ``last``: the newest that is recognised."""
        ...

    def utterances(self, *, limit: int, private: bool = False, before: str = "") -> tuple[Utterance, ...]:
        """The newest first; those marked private only if asked for; older than the one with the id ``before``."""
        ...

    def add_edited(self, utterance_id: str, edited: Edited | None) -> Utterance:
        """Keep what an utterance comes to (nothing: it stands as it was heard); what was heard stays as it was."""
        ...

    def add_turn(
        self,
        *,
        session_id: str,
        speaker: Speaker,
        text: str,
        route: str = "",
        complete: bool = True,
        source_ids: Sequence[str] = (),
        private: bool = False,
    ) -> Turn:
        """Store a turn verbatim, but for secrets: a ``SECRET_PLACEHOLDER`` stands in their place; and of one that is
        ``private`` nothing but a ``PRIVATE_PLACEHOLDER``.

        ``source_ids`` are the turns, utterances and memories that a reply of the twin drew on, so that forgetting
        one of them takes the reply with it."""
        ...

    def import_turns(self, turns: Sequence[NewTurn]) -> tuple[Turn, ...]:
        """Store turns of a conversation that took place elsewhere, in the order in which they were said.

        Left out: those whose ``key`` is held already, and those that were forgotten."""
        ...

    def was_forgotten(self, text: str) -> bool:
        """Whether a text, an import key or a recording of this hash was forgotten here: imports leave it out."""
        ...

    def turn(self, id: str) -> Turn: ...
    def add_edited_reply(self, turn_id: str, text: str) -> Turn:
        """Keep what the person made of a reply: it is shown as that; what the twin had said stays as it was."""
        ...

    def turns(self, *, limit: int, session_id: str = "", private: bool = False, before: str = "") -> tuple[Turn, ...]:
        """The newest ``limit``, oldest first; of one session, or of all; those marked private only if asked for; older
        than the one with the id ``before``, which need not be there any more."""
        ...

    # what was noticed and decided
    def add_correction(self, utterance_id: str, said: str, edits: Sequence[WordEdit]) -> Correction: ...
    def add_signal(self, kind: SignalKind, *, subject_id: str, summary: str, edits: Sequence[WordEdit]) -> Signal: ...
    def signals(self, *, limit: int) -> tuple[Signal, ...]:
        """The newest first."""
        ...

    def add_decision(
        self,
        rung: Rung,
        *,
        subject: str,
        reasons: Sequence[str],
        signal_ids: Sequence[str],
        missing: str = "",
        memory_id: str | None = None,
        expected_gain: Interval | None = None,
        cost_seconds: float = 0.0,
    ) -> Decision: ...
    def decision(self, id: str) -> Decision: ...
    def decisions(self, *, limit: int) -> tuple[Decision, ...]:
        """The newest first."""
        ...

    # what is proposed, trained and made
    def taught(self) -> tuple[tuple[Utterance, Correction], ...]:
        """Utterances of which the person said what was really said, with the newest word on each; oldest word first,
        without what is private."""
        ...

    def add_proposal(
        self,
        rung: Rung,
        *,
        decision_id: str,
        summary: str,
        subject_id: str = "",
        domain: str = "",
        example_ids: Sequence[str] = (),
        changes: Sequence[Change] = (),
        errors: int = 0,
        expected_gain: Interval | None = None,
        cost_seconds: float = 0.0,
        basis: str = "",
        mode: TrainingMode = TrainingMode.DECODER,
    ) -> Proposal:
        """It goes when one of its examples, its decision or its rule is forgotten."""
        ...

    def proposal(self, id: str) -> Proposal: ...
    def proposals(self, state: ProposalState | None = None) -> tuple[Proposal, ...]:
        """Those in a state, or all, the oldest first."""
        ...

    def set_proposal(
        self,
        id: str,
        state: ProposalState,
        *,
        reason: str = "",
        example_ids: Sequence[str] | None = None,
        mode: TrainingMode | None = None,
        cost_seconds: float | None = None,
    ) -> Proposal: ...
    def set_evidence(self, id: str, changes: Sequence[Change], *, basis: str) -> Proposal:
        """Keep what shadow replay showed, in place of what it showed before."""
        ...

    def add_run(
        self,
        proposal_id: str,
        *,
        domain: str,
        recipe: str,
        example_ids: Sequence[str],
        replay_ids: Sequence[str],
        parent_id: str | None,
    ) -> TrainingRun:
        """A run that begins."""
        ...

    def run(self, id: str) -> TrainingRun: ...
    def runs(self) -> tuple[TrainingRun, ...]: ...
    def set_run(
        self,
        id: str,
        state: RunState,
        *,
        gate: GateReport | None = None,
        changes: Sequence[Change] = (),
        seconds: Mapping[str, float] | None = None,
        problem: str = "",
    ) -> TrainingRun: ...
    def add_adapter(self, run: TrainingRun, *, base: str, base_sha256: str, sha256: str, promoted: bool) -> Adapter: ...
    def adapter(self, id: str) -> Adapter: ...
    def adapters(self) -> tuple[Adapter, ...]: ...
    def set_live(self, domain: str, adapter_id: str | None) -> None:
        """Have an adapter be the one in use in a domain, or none."""
        ...

    def withdraw_adapters(self, adapter_ids: Sequence[str], *, because: str) -> None: ...
    def forgotten(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Which of these were forgotten, in their order."""
        ...

    def adapters_trained_on(self, example_ids: Sequence[str]) -> tuple[Adapter, ...]:
        """Those that any of these went into, to learn or to be replayed, with their descendants; the oldest first,
        without those withdrawn."""
        ...

    # terms that need no hint
    def graduate(self, adapter_id: str, memory_ids: Sequence[str]) -> None:
        """The adapter gets these terms right unaided: they are not hinted while it is in use."""
        ...

    def end_graduations(
        self, memory_ids: Sequence[str], *, adapter_id: str = "", heard_at: datetime | None = None
    ) -> None:
        """These terms are hinted again: under one adapter or any, if it had them when this was ``heard_at``."""
        ...

    def graduations(self) -> tuple[Graduation, ...]:
        """All of them, the oldest first."""
        ...

    # rewrite rules
    def add_rule(
        self, heard: str, term: str, scope: Scope, *, status: RuleStatus, origin: str, source_ids: Sequence[str]
    ) -> RewriteRule:
        """It goes when one of its sources is forgotten. Raises ``NotUnderstoodError`` for one that holds a secret."""
        ...

    def rule(self, id: str) -> RewriteRule: ...
    def rules(self, status: RuleStatus | None = None) -> tuple[RewriteRule, ...]:
        """Those of a status, or all, the oldest first."""
        ...

    def set_rule(self, id: str, status: RuleStatus, *, reason: str = "", scope: Scope | None = None) -> RewriteRule: ...
    def count_take_back(self, id: str) -> RewriteRule: ...
    def set_rules_applied(self, utterance: Utterance, edited: Edited, applied: Sequence[AppliedRule]) -> None:
        """Have ``edited`` be what ``utterance`` comes to, with what rules did in it."""
        ...

    # what is known
    def add_memory(self, memory: NewMemory) -> Memory:
        """Store a memory. One with a slot supersedes the current one of that slot, which keeps its history;
        the same value in the same slot adds its sources to the current one and returns that."""
        ...

    def add_memories(self, memories: Sequence[NewMemory]) -> tuple[Memory | None, ...]:
        """Store many in one transaction; nothing in place of one that holds a secret, which is left out."""
        ...

    def memory(self, id: str) -> Memory: ...
    def memories(
        self, *, kind: MemoryKind | None = None, history: bool = False, limit: int = 500
    ) -> tuple[Memory, ...]:
        """The newest first; superseded ones only with ``history``."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten, for the stores outside the ledger: ids of all kinds, and hashes of recordings."""

    ids: tuple[str, ...]
    recordings: tuple[str, ...] = ()


Purge = Callable[[Forgotten], None]
"""Clears a store outside the ledger of what was forgotten. It is called after the tables are cleared, and again after
a crash or a ``TwinError`` until it has returned, so it must not mind what is gone already."""


class AsksOfTime(StrEnum):
    """What a question about a slot's history is after."""

    BEFORE = "before"
    """The values that held once, or just before ``value``."""
    CHANGED = "changed"
    """When it became what it is, or ``value``."""
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Timeline:
    """A slot's history, for a question about it: ``items`` in the order in which they became true, without what never
    held; the last ones may be what holds now. ``value``: what the question names."""

    asks: AsksOfTime
    items: tuple[Recalled, ...]
    value: str = ""


@dataclass(frozen=True, slots=True)
class ProposedExtraction:
    """Something that a model read out of the person's words; ``text`` is the sentence, ``value`` verbatim in it."""

    kind: MemoryKind
    text: str
    slot: str
    value: str
    polarity: Polarity = Polarity.NEUTRAL


class Extractor(Protocol):
    def extract(self, text: str, *, cancelled: Flag) -> tuple[str, tuple[ProposedExtraction, ...]]:
        """The name of the model, and what it reads out of ``text``; ends soon after ``cancelled`` is set.

        Raises ``ModelError``."""
        ...


class Recall(Protocol):
    def recall(self, query: str, *, limit: int = 10, lexical_only: bool = False) -> Recollection:
        """Find what answers ``query``. Lexical while the embedder is not ready; the result says so."""
        ...


class Vocabulary(Protocol):
    """The person's terms: always as the ledger has them now."""

    def terms(self) -> tuple[Term, ...]:
        """All of them, those used most first."""
        ...

    def hints_for(self, context: HintContext, hypothesis: Sequence[Word], *, limit: int = 10) -> tuple[Hint, ...]:
        """The terms that were probably said where something else was heard, best first; mostly none."""
        ...


class Memoriser(Protocol):
    """Memory as the rest of the twin sees it: take in, find, forget."""

    def capture(self, source: Turn | Utterance, *, outright: bool = False) -> tuple[Memory, ...]:
        """Take in what the person said in a turn or a dictation, by rules alone; returns what was learned.

        ``outright`` says that the person asked for a turn to be remembered: then it is kept whole even if no rule
        fits it, with confidence 1. What was taken from an earlier text of an utterance is taken back. A memory that
        comes back as proposed contradicts what is known: :meth:`questions` has the question."""
        ...

    def questions(self, *, about: Sequence[str] = (), answered: bool = False) -> tuple[AskedOfPerson, ...]:
        """What the twin asks about its memory, oldest first: open questions, and with ``answered`` past ones too;
        those that concern one of the memories ``about``, or all."""
        ...

    def resolve(self, question_id: str, answer: str) -> AskedOfPerson:
        """Do what the person answers. Raises ``NotFoundError``; ``NotUnderstoodError`` for no possible answer."""
        ...

    def timeline(self, question: str, *, session_id: str = "", answered: Sequence[str] = ()) -> Timeline | None:
        """What answers a question about time ("where did I live before?", "when did that change?"), if ``question``
        is one; "that" is what the memories ``answered`` are about, else the last reply of the session, or of all
        without one (with no items, if it was about nothing)."""
        ...

    def add(self, memory: NewMemory) -> Memory:
        """Store a memory in the ledger and index it."""
        ...

    def forget(self, *ids: str, preview: bool = False) -> ForgetReport:
        """Forget memories, turns and utterances everywhere, or only say what would go."""
        ...


class Curator(Protocol):
    """What the person does with what is known: see it, put it right, let it go, carry it elsewhere."""

    def know(self, request: Know) -> Knowledge: ...
    def edit(self, request: Edit) -> EditReport:
        """Raises ``NotFoundError``; ``NotUnderstoodError`` for what cannot be edited so."""
        ...

    def forget(self, request: Forget, job: Job) -> ForgetReport:
        """Raises ``NotFoundError``, ``NotUnderstoodError``; and, with the tables cleared already, ``LedgerError`` or
        ``MemoryIndexError`` if something outside them could not be, which is then done when the twin starts again."""
        ...

    def export(self, request: Export, job: Job) -> ExportReport:
        """Raises ``HomeError`` if the file cannot be written, ``NotUnderstoodError`` if it is there already."""
        ...

    def import_memory(self, request: ImportMemory, job: Job) -> ImportReport:
        """All or nothing. Raises ``NotUnderstoodError`` with the line that is at fault."""
        ...

    def import_conversation(self, request: ImportConversation, job: Job) -> ImportReport:
        """Nothing of a file with a fault; one that was interrupted goes on where it was when it is done again.

        Raises ``NotUnderstoodError`` with the line that is at fault, or if the person does not speak in it."""
        ...


# --- learning --------------------------------------------------------------------------------------------------


class Trainer(Protocol):
    """From an approved proposal to an adapter in use, or to the reasons why not."""

    def train(self, proposal: Proposal, *, job: Job) -> TrainingRun:
        """Train, prove, register and, if the gate lets it through, put in use; reports ``Progress``.

        What was trained before a crash or a kill is gone on from. Raises ``ModelError``, ``CancelledByPersonError``
        (the run can be gone on with), ``NotUnderstoodError`` if there is too little memory or nothing to learn from.
        """
        ...


class TrainedOn(Protocol):
    """What forgetting needs to know of adapters."""

    def adapters_trained_on(self, example_ids: Sequence[str]) -> tuple[Adapter, ...]:
        """Adapters that any of these examples went into, their descendants included, but for those withdrawn."""
        ...

    def withdraw(self, adapter_ids: Sequence[str], *, because: str) -> None:
        """Take adapters out of use for good, durably; the newest clean ancestor of a live one takes its place.

        Called again after a crash: what is withdrawn already stays so."""
        ...


class Registry(TrainedOn, Protocol):
    """Versions of what was learned: files with their hashes, lineage, and which of them is in use."""

    def live(self, domain: str = "") -> Adapter | None: ...
    def use(self, adapter_id: str | None, *, domain: str = "") -> Adapter | None:
        """Put an adapter in use, or none. Raises ``NotFoundError``; ``NotUnderstoodError`` for one that was withdrawn
        or that the gate refused; ``WeightsError`` if its files are not what they were."""
        ...

    def roll_back(self, domain: str = "") -> Adapter | None:
        """Put the newest ancestor of the adapter in use in its place, or the base."""
        ...

    def delete(self, adapter_id: str) -> None:
        """Delete an adapter's files; what it was trained on stays known."""
        ...
