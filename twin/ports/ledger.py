"""The ledger, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    Interval,
    Memory,
    MemoryKind,
    MemoryStatus,
    Polarity,
    Proposal,
    ProposalState,
    RewriteRule,
    RuleStatus,
    Rung,
    RunState,
    Scope,
    Signal,
    SignalKind,
    Speaker,
    TrainingMode,
    TrainingRun,
    Transcript,
    Turn,
    Utterance,
    WordEdit,
)


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
