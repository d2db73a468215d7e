"""From an approved proposal to an adapter in use, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from twin.domain import Adapter, Proposal, TrainingRun
from twin.ports.job import Job


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
