"""What the ladder goes by, and what comes of it: typed values, and how they are put into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from twin.domain import (
    Adapter,
    Buffer,
    Change,
    Example,
    Interval,
    Proposal,
    ProposalState,
    RewriteRule,
    Rung,
    Term,
    TrainingMode,
    TrainingRun,
)
from twin.learning import modes, remaining, shift
from twin.learning.gate import GateThresholds

WAITING = (ProposalState.OPEN, ProposalState.LATER, ProposalState.APPROVED)
"""The states of a proposal that waits for something: nothing like it is proposed meanwhile."""

NAMED = 3
"""Of more things the others are only counted."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When there is enough to train on, and when something is new enough to ask again."""

    examples: int = 30
    """The gate sees a true gain of a quarter half of the time with 20 held-back utterances, with 40 nine times out of
    ten (simulated on measured error counts): 30 make it likely. All of them are held back once, out of fold."""
    errors: int = 20
    """Wrong words that only an adapter takes away. A quarter of fewer is hardly more than chance."""
    further_examples: int = 20
    """New ones for the next version of an adapter: it is trained and judged with the older ones, too."""
    further_errors: int = 12
    days: int = 2
    span: timedelta = timedelta(hours=12)
    """What is all of one day may be of one cold, one room, one topic; midnight alone makes no second day."""
    anew: float = 0.5
    """What was rejected, or tried in vain, is proposed again with half as many new examples as it rested on."""
    unsure: float = 0.55
    """Mean probability of an utterance's words below which it may be noise, if many of its words were wrong, too."""
    many_wrong: float = 0.4
    noisy_days: int = 3
    """Noise passes. What is there on so many days is the person's voice, or the place where they always work."""
    suspects: float = 1 / 3
    """Share of texts that do not sound like what was heard, from which on the others are not trusted either."""
    few_suspects: int = 3
    style_edits: int = 3
    gate: GateThresholds = field(default_factory=GateThresholds)
    remaining: remaining.Thresholds = field(default_factory=remaining.Thresholds)
    shift: shift.Thresholds = field(default_factory=shift.Thresholds)
    modes: modes.Thresholds = field(default_factory=modes.Thresholds)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the ladder goes by.

    ``replays`` are what a proposed rule would change in past utterances, by the rule's id. ``graduated`` are the ids of
    terms that the adapter in use gets right unaided, ``regressed`` of those that it did and does no more. ``certainty``
    is the mean probability of an utterance's words, by the example's id. ``unanswered`` dictations were said again and
    never put right. ``urged``: the person asks for an adapter, so that only what the gate needs counts.
    """

    buffer: Buffer
    terms: tuple[Term, ...] = ()
    rules: tuple[RewriteRule, ...] = ()
    replays: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    adapters: tuple[Adapter, ...] = ()
    graduated: frozenset[str] = frozenset()
    regressed: frozenset[str] = frozenset()
    proposals: tuple[Proposal, ...] = ()
    runs: tuple[TrainingRun, ...] = ()
    certainty: Mapping[str, float] = field(default_factory=dict)
    unanswered: int = 0
    urged: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision before the ledger has given it an id; what a proposal needs is there where the rung is one that needs
    approval. ``subject_id`` is a rule's."""

    rung: Rung
    subject: str
    reasons: tuple[str, ...]
    missing: str = ""
    expected_gain: Interval | None = None
    cost_seconds: float = 0.0
    domain: str = ""
    subject_id: str = ""
    example_ids: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    errors: int = 0
    mode: TrainingMode = TrainingMode.DECODER


Cost = Callable[[Sequence[Example], TrainingMode], float]
"""Seconds that a training on these would take."""


# --- in words -------------------------------------------------------------------------------------------------


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts[:NAMED]) + (" …" if len(texts) > NAMED else "")


def listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:NAMED]) + (f" and {len(ids) - NAMED} more" if len(ids) > NAMED else "")
