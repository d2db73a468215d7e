"""What the twin may do of itself: gather evidence, and, where the person set it so, approve kinds of proposals and
train when idle.

Whether something may be *used* is not among it: that is the gate's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twin.domain import Proposal, ProposalState, Rung
from twin.ports import Ledger
from twin.requests import DecideProposal, Learn, Request, ShowProposal, Verdict

POWER_SUPPLIES = Path("/sys/class/power_supply")
"""Where Linux tells of them (Documentation/ABI/testing/sysfs-class-power)."""


def approved_by(rungs: Collection[str], proposal: Proposal) -> str:
    """Why a proposal needs no word of the person's: its kind is one of ``rungs``, and it breaks nothing that is known
    to be right. Empty if it needs one."""
    if proposal.state is not ProposalState.OPEN or proposal.rung not in rungs or proposal.breaks:
        return ""
    return f"your settings approve {proposal.rung} (approve_automatically)"


def on_mains_power(folder: Path) -> bool:
    """Whether a machine with these power supplies runs on mains: one that is online, or no battery at all.

    A battery that tells of no discharge beside no charger is trusted; where there is no such folder there is no
    telling, and the answer is no."""
    if not folder.is_dir():
        return False
    supplies = [_Supply.read(path) for path in sorted(folder.iterdir())]
    batteries = [supply for supply in supplies if supply.is_battery]
    chargers = [supply for supply in supplies if supply.kind in ("Mains", "USB")]
    if not batteries or any(charger.online for charger in chargers):
        return True
    return not chargers and all(battery.status in ("Charging", "Full", "Not charging") for battery in batteries)


@dataclass(frozen=True, slots=True)
class _Supply:
    kind: str
    online: bool
    status: str
    scope: str

    @classmethod
    def read(cls, folder: Path) -> _Supply:
        def text(name: str) -> str:
            try:
                return (folder / name).read_text(encoding="utf-8").strip()
            except OSError:  # not every supply tells everything
                return ""

        return cls(text("type"), text("online") == "1", text("status"), text("scope"))

    @property
    def is_battery(self) -> bool:
        """Of the machine itself, not of a mouse or a headset."""
        return self.kind == "Battery" and self.scope != "Device"


@dataclass(slots=True)
class IdleWork:
    """What there is to do in an engine that nobody asks anything.

    ``approve`` are the kinds that need no word; ``train`` says whether to train what is approved, ``evidence`` whether
    to try out what is proposed, both if ``on_mains``.
    Everything is tried once in the life of an engine: what failed waits for the person."""

    ledger: Ledger
    approve: Collection[str] = ()
    train: bool = False
    evidence: bool = False
    on_mains: Callable[[], bool] = lambda: False
    train_after_seconds: float = 300.0
    evidence_after_seconds: float = 60.0
    approve_after_seconds: float = 5.0
    _tried: set[tuple[str, ProposalState]] = field(default_factory=set, init=False)

    def due(self, idle_seconds: float) -> Request[Any] | None:
        """The next thing to do after so long without a request; mostly nothing. Raises ``LedgerError``."""
        if self.approve and idle_seconds >= self.approve_after_seconds:
            for proposal in self.ledger.proposals(ProposalState.OPEN):
                if (why := approved_by(self.approve, proposal)) and self._untried(proposal):
                    return DecideProposal(proposal.id, Verdict.APPROVE, reason=why)
        if self.train and idle_seconds >= self.train_after_seconds:
            waiting = [p for p in self.ledger.proposals(ProposalState.APPROVED) if p.rung is Rung.ADAPT]
            if waiting and self.on_mains() and self._untried(*waiting):
                return Learn()
        if self.evidence and idle_seconds >= self.evidence_after_seconds:
            for proposal in self.ledger.proposals(ProposalState.OPEN):
                unproven = proposal.rung is Rung.ADAPT and not proposal.changes
                if unproven and self.on_mains() and self._untried(proposal):
                    return ShowProposal(proposal.id, replay=True)
        return None

    def _untried(self, *proposals: Proposal) -> bool:
        """Whether one of them is tried now for the first time."""
        now = {(proposal.id, proposal.state) for proposal in proposals}
        untried = bool(now - self._tried)
        self._tried |= now
        return untried
