"""From examples to adapters: decided, proposed, trained, proven, in use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from twin.domain.listening import AudioSource
from twin.domain.noticing import WordEdit


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
