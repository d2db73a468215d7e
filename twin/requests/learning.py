"""What the twin would learn, what it learned, and the person's word on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from twin.domain import Adapter, Decision, Example, Proposal, ProposalState, Refused, TrainingMode, TrainingRun
from twin.requests.base import Request


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
class Followed:
    """What came of the training that was followed, a run for each proposal; empty if none was under way."""

    runs: tuple[TrainingRun, ...]


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
class FollowTraining(Request[Followed]):
    """Attend a training that another client began, by :class:`Learn` or by an approval that trains at once: its
    progress from where it stands, and its result. The ``Started`` names the job of the training itself, which is what a
    cancel then ends. Without one under way the result is empty, and comes at once."""

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
