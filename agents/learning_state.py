"""What the graph of approval works on: the parts it is given, the run it is in, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict

from twin.domain import Proposal, RewriteRule
from twin.ports import Job, Ledger, Trainer
from twin.requests import DecideRule


class Review(Protocol):
    def __call__(self, *, urged: bool = False) -> object:
        """Look through what there is to learn from and propose; ``urged``: the person asks to learn now."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """All that carrying out a proposal depends on.

    ``decide_rule`` puts a rewrite rule in force if it still does no damage, or withdraws it; ``open_domain`` opens the
    domain that a proposal names. ``moved_on`` says what has changed of the data that a proposal was made of, beyond its
    examples, or nothing; ``approved_by`` why it needs no word of the person's (they set it so), or nothing.
    ``checkpoints`` is the graph's file. A training needs ``least_examples``, and takes ``cost`` seconds.
    """

    ledger: Ledger
    trainer: Callable[[], Trainer]
    decide_rule: Callable[[DecideRule, Job], RewriteRule]
    open_domain: Callable[[Proposal, Job], object]
    review: Review
    moved_on: Callable[[Proposal], str]
    approved_by: Callable[[Proposal], str]
    checkpoints: Path
    least_examples: int
    cost: Callable[[Proposal], float] = lambda proposal: proposal.cost_seconds


@dataclass(frozen=True, slots=True)
class Run:
    """One pass through the graph: what is not written to its file, and lives as long as the request.

    ``reason`` is what the person said with their word; it is kept in the ledger alone."""

    parts: Parts
    job: Job
    reason: str = ""


class LearningState(TypedDict, total=False):
    """Ids and states only: it is written to disk, and no text of the person's may be in it."""

    proposal_id: str
    rung: str
    verdict: str
    without: list[str]
    """Examples that the person took out."""
    mode: str
    """What the person wants a training to change; empty: what was proposed."""
    now: bool
    """Whether a training may begin at once."""
    stale: bool
    run_id: str
