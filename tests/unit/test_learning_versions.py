"""Versions in the person's hands: which is in use, the way back, what one was made of."""

from __future__ import annotations

import pytest

from memory.store.ledger import SqliteLedger
from tests.fakes import REFUSED, FakeRegistry
from twin.domain import Adapter, Rung, RunState
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.versions import Versions
from twin.ports import Job
from twin.requests import Adapters, DeleteAdapter, ListAdapters, ShowAdapter, UseAdapter

QUIET = Job(emit=lambda event: None)


class Shelf:
    """Makes versions, and takes the person's requests."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self.ledger = ledger
        self.registry = FakeRegistry(ledger)
        self.versions = Versions(ledger, lambda: self.registry)

    def correct(self) -> str:
        recorded = self.ledger.add_recording(
            audio_sha256="a", seconds=1.0, source="file", origin="", session_id="cli-1"
        )
        return self.ledger.add_correction(recorded.id, "what was said", ()).id

    def train(self, *example_ids: str, parent: str | None = None, domain: str = "", promoted: bool = True) -> Adapter:
        decision = self.ledger.add_decision(Rung.ADAPT, subject="you", reasons=(), signal_ids=())
        proposal = self.ledger.add_proposal(Rung.ADAPT, decision_id=decision.id, summary="a wish")
        run = self.ledger.add_run(
            proposal.id, domain=domain, recipe="{}", example_ids=example_ids, replay_ids=(), parent_id=parent
        )
        self.ledger.set_run(run.id, RunState.FINISHED, gate=None if promoted else REFUSED)
        adapter = self.ledger.add_adapter(run, base="base", base_sha256="0", sha256="1", promoted=promoted)
        if promoted:
            self.registry.use(adapter.id, domain=domain)
        return adapter

    def use(self, id: str) -> list[str]:
        return live(self.versions.use(UseAdapter(id), QUIET))


def live(listing: Adapters) -> list[str]:
    return [adapter.id for adapter in listing.adapters if adapter.live]


@pytest.fixture
def shelf(ledger: SqliteLedger) -> Shelf:
    return Shelf(ledger)


def test_a_version_is_used_rolled_back_and_none_at_all(shelf: Shelf) -> None:
    shelf.train()
    shelf.train(parent="a1")
    assert live(shelf.versions.list(ListAdapters(), QUIET)) == ["a2"]
    assert shelf.use("previous") == ["a1"]
    assert shelf.use("previous") == []
    with pytest.raises(NotUnderstoodError, match="nothing to go back from"):
        shelf.use("previous")
    assert shelf.use("a2") == ["a2"]
    assert shelf.use("base") == []
    with pytest.raises(NotFoundError):
        shelf.use("a9")


def test_what_the_gate_refused_is_not_used(shelf: Shelf) -> None:
    shelf.train(promoted=False)
    with pytest.raises(NotUnderstoodError):
        shelf.use("a1")


def test_each_domain_has_a_version_in_use(shelf: Shelf) -> None:
    shelf.train()
    shelf.train(domain="medicine")
    shelf.train(domain="medicine", parent="a2")
    with pytest.raises(NotUnderstoodError, match="a1, a3"):
        shelf.use("previous")
    assert shelf.use("a2") == ["a1", "a2"]
    assert shelf.use("base") == []


def test_one_that_is_deleted_gives_way_to_the_one_before(shelf: Shelf) -> None:
    shelf.train()
    shelf.train(parent="a1")
    shelf.train(parent="a2", promoted=False)
    assert live(shelf.versions.delete(DeleteAdapter("a3"), QUIET)) == ["a2"]
    assert live(shelf.versions.delete(DeleteAdapter("a2"), QUIET)) == ["a1"]
    assert shelf.registry.deleted == ["a3", "a2"]


def test_a_version_tells_its_lineage_and_what_of_it_was_forgotten(shelf: Shelf) -> None:
    first, second = shelf.correct(), shelf.correct()
    shelf.train(first)
    shelf.train(first, second, parent="a1")
    with shelf.ledger.database.transaction() as connection:
        connection.execute("INSERT INTO tombstones VALUES (?, 'correction', '2026-03-04')", (first,))
    report = shelf.versions.show(ShowAdapter("a2"), QUIET)
    assert [adapter.id for adapter in report.lineage] == ["a1", "a2"]
    assert (report.run.id, report.forgotten_ids) == ("r2", (first,))
