"""The versions of what was learned in the person's hands: listed, explained, put in use, rolled back, deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from twin.domain import Adapter
from twin.errors import NotUnderstoodError
from twin.ports import Job, Ledger, Registry
from twin.requests import AdapterReport, Adapters, DeleteAdapter, ListAdapters, ShowAdapter, UseAdapter

BASE = "base"
PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Versions:
    """What only shows goes by the ledger; ``registry`` gives what the files are changed by."""

    ledger: Ledger
    registry: Callable[[], Registry]

    def list(self, request: ListAdapters, job: Job) -> Adapters:
        return self._all()

    def show(self, request: ShowAdapter, job: Job) -> AdapterReport:
        """Raises ``NotFoundError``."""
        adapter = self.ledger.adapter(request.id)
        by_id = {known.id: known for known in self.ledger.adapters()}
        lineage = [adapter]
        while lineage[0].parent_id is not None:
            lineage.insert(0, by_id[lineage[0].parent_id])
        return AdapterReport(
            adapter,
            self.ledger.run(adapter.run_id),
            tuple(lineage),
            self.ledger.forgotten((*adapter.example_ids, *adapter.replay_ids)),
        )

    def use(self, request: UseAdapter, job: Job) -> Adapters:
        """Put a version in use, none (``base``), or the one before (``previous``).

        Raises ``NotFoundError``; ``NotUnderstoodError`` for one that may not be used, or if it is not clear which is
        meant; ``WeightsError`` if its files are not what they were."""
        live = self._live()
        if request.id == BASE:
            for adapter in live:
                self.registry().use(None, domain=adapter.domain)
        elif request.id == PREVIOUS:
            self.registry().roll_back(self._one_of(live).domain)
        else:
            adapter = self.ledger.adapter(request.id)
            self.registry().use(adapter.id, domain=adapter.domain)
        return self._all()

    def delete(self, request: DeleteAdapter, job: Job) -> Adapters:
        """Raises ``NotFoundError``, and what putting another in its place raises."""
        adapter = self.ledger.adapter(request.id)
        if adapter.live:
            self.registry().roll_back(adapter.domain)
        self.registry().delete(adapter.id)
        return self._all()

    def _one_of(self, live: tuple[Adapter, ...]) -> Adapter:
        if not live:
            raise NotUnderstoodError("No adapter is in use: there is nothing to go back from.")
        if len(live) > 1:
            raise NotUnderstoodError(
                f"Several adapters are in use ({', '.join(adapter.id for adapter in live)}), each for a domain.",
                hint="Name the version to go back to: twin adapters use ID",
            )
        return live[0]

    def _live(self) -> tuple[Adapter, ...]:
        return tuple(adapter for adapter in self.ledger.adapters() if adapter.live)

    def _all(self) -> Adapters:
        return Adapters(self.ledger.adapters(), self.ledger.runs())
