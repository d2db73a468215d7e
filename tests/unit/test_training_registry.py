"""Versions and their lineage: what forgetting withdraws, what takes its place, and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory.store.ledger import SqliteLedger
from twin.domain import Adapter, AudioSource, Rung, Transcript
from twin.errors import NotUnderstoodError
from twin.models.cache import sha256_of
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights
from twin.paths import Home
from twin.training.plan import ADAPTER, MERGED, WEIGHTS, Outcome
from twin.training.registry import AdapterRegistry


class Versions:
    """A registry whose adapters were not trained: only what is kept of them matters here."""

    def __init__(self, home: Home, ledger: SqliteLedger, folder: Path) -> None:
        self.ledger, self.folder = ledger, folder
        base = LocalWeights("whisper-base", Role.RECOGNISER, folder, "b" * 64)
        self.heard: list[str | None] = []
        self.registry = AdapterRegistry(
            ledger,
            home.adapters,
            base=lambda: base,
            on_change=lambda domain, adapter, merged: self.heard.append(adapter.id if adapter else None),
        )

    def corrected(self, text: str) -> str:
        """An utterance that was corrected; the correction's id, which is that of the example."""
        utterance = self.ledger.add_utterance(
            Transcript("x", (), "en", 1.0), audio_sha256="", source=AudioSource.IMPORT, origin="x",
            model="whisper-base", session_id="cli-1",
        )  # fmt: skip
        return self.ledger.add_correction(utterance.id, text, ()).id

    def add(self, *examples: str, parent: Adapter | None = None, promoted: bool = True, domain: str = "") -> Adapter:
        decision = self.ledger.add_decision(Rung.ADAPT, subject="x", reasons=("x",), signal_ids=())
        proposal = self.ledger.add_proposal(Rung.ADAPT, decision_id=decision.id, summary="x", example_ids=examples)
        run = self.ledger.add_run(
            proposal.id,
            domain=domain,
            recipe="{}",
            example_ids=examples,
            replay_ids=(),
            parent_id=None if parent is None else parent.id,
        )
        trained = self.folder / run.id
        for name in (ADAPTER, MERGED):
            (trained / name).mkdir(parents=True)
            (trained / name / WEIGHTS).write_bytes(f"{run.id} {examples}".encode())
        outcome = Outcome(1.0, (), (), (), (), sha256_of(trained / ADAPTER / WEIGHTS))
        adapter = self.registry.add(run, outcome, trained, promoted=promoted)
        if promoted:
            self.registry.use(adapter.id, domain=domain)
        return adapter

    def forget(self, *examples: str) -> list[str]:
        """As forgetting does it; the ids of what was withdrawn."""
        gone = self.registry.adapters_trained_on(examples)
        self.registry.withdraw([one.id for one in gone], because="you forgot what it learned from")
        return [one.id for one in gone]

    @property
    def live(self) -> str | None:
        adapter = self.registry.live()
        return None if adapter is None else adapter.id


@pytest.fixture
def versions(home: Home, ledger: SqliteLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Versions:
    monkeypatch.setattr(AdapterRegistry, "merged", lambda self, adapter: self.path(adapter.id))  # nothing was trained
    folder = tmp_path / "trained"
    folder.mkdir()
    return Versions(home, ledger, folder)


@pytest.fixture
def said(versions: Versions) -> list[str]:
    """Ids of four examples."""
    return [versions.corrected(text) for text in ("one", "two", "three", "four")]


def test_what_is_forgotten_withdraws_its_adapter_and_all_that_go_on_from_it(
    versions: Versions, said: list[str]
) -> None:
    first = versions.add(said[0], said[1])
    second = versions.add(said[2], parent=first)
    third = versions.add(said[3], parent=second)
    assert versions.live == third.id
    assert set(versions.forget(said[2])) == {second.id, third.id}
    assert versions.live == first.id
    assert versions.heard[-1] == first.id, "the recogniser is told at once"
    assert not versions.registry.path(second.id).exists()
    assert not versions.registry.path(third.id).exists()
    with pytest.raises(NotUnderstoodError, match="withdrawn"):
        versions.registry.use(third.id)


def test_the_newest_clean_ancestor_is_one_that_was_let_through(versions: Versions, said: list[str]) -> None:
    first = versions.add(said[0])
    refused = versions.add(said[1], parent=first, promoted=False)
    last = versions.add(said[2], parent=refused)
    assert versions.forget(said[2]) == [last.id]
    assert versions.live == first.id


def test_without_a_clean_ancestor_the_base_listens(versions: Versions, said: list[str]) -> None:
    first = versions.add(said[0])
    versions.add(said[1], parent=first)
    assert len(versions.forget(said[0])) == 2
    assert versions.live is None
    assert versions.heard[-1] is None
    assert not any(versions.registry.folder.iterdir())


def test_what_learned_nothing_of_it_stays(versions: Versions, said: list[str]) -> None:
    first = versions.add(said[0])
    last = versions.add(said[1], parent=first)
    assert versions.forget(said[3]) == []
    assert versions.live == last.id
    assert versions.forget(said[1]) == [last.id]
    assert versions.live == first.id
