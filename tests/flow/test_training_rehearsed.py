"""What shadow replay trained serves the training that is approved, and stays no longer than it may."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.flow.test_learning import Learner, learner, plan, quiet, taught
from twin.domain import ProposalState
from twin.errors import CancelledByPersonError
from twin.ports import Forgotten
from twin.training.job import carry_out
from twin.training.plan import HEARD, PLAN, Plan, write
from twin.training.rehearsed import REHEARSED, keep, rehearsal_of, take
from twin.training.trainer import forget_runs

pytestmark = pytest.mark.weights

__all__ = ["learner", "plan", "taught"]  # fixtures


def test_a_training_that_goes_on_from_its_evidence_comes_to_the_same(plan: Plan, tmp_path: Path) -> None:
    rehearsed, run = tmp_path / "p1", tmp_path / "r1"
    carry_out(rehearsed, rehearsal_of(plan), quiet(), lambda standing: None)
    keep(rehearsed)
    assert {path.name for path in rehearsed.iterdir()} == {PLAN, HEARD, "fold-0"}
    take(rehearsed, run, plan)
    after = carry_out(run, plan, quiet(), lambda standing: None)
    alone = carry_out(tmp_path / "alone", plan, quiet(), lambda standing: None)
    assert after.sha256 == alone.sha256
    assert sorted(after.heard, key=str) == sorted(alone.heard, key=str)
    assert after.general == alone.general


def test_what_is_forgotten_is_not_kept_for_a_training(taught: Learner) -> None:
    proposal = taught.trainer.rehearse(taught.proposal(), job=quiet())
    left = taught.home.training / proposal.id
    assert left.exists()
    forget_runs(taught.ledger, taught.home.training, Forgotten((taught.buffer().examples[0].id,)))
    assert not left.exists()


def test_only_the_same_training_takes_it_over(plan: Plan, tmp_path: Path) -> None:
    other = msgspec.structs.replace(plan, recipe=replace(plan.recipe, rank=4))
    for number, asked in enumerate((plan, other)):
        rehearsed, folder = tmp_path / f"p{number}", tmp_path / f"r{number}"
        (rehearsed / "fold-0").mkdir(parents=True)
        (rehearsed / HEARD).write_text("heard")
        write(rehearsed / PLAN, rehearsal_of(plan))
        take(rehearsed, folder, asked)
        assert not rehearsed.exists()
        assert folder.exists() == (asked is plan)
    assert (tmp_path / "r0" / REHEARSED).read_text() == "heard"
    assert (tmp_path / "r0" / "fold-0").is_dir()


def test_what_is_decided_otherwise_leaves_nothing(taught: Learner) -> None:
    rejected = taught.proposal()
    left = taught.home.training / rejected.id
    left.mkdir(parents=True)
    taught.ledger.set_proposal(rejected.id, ProposalState.REJECTED)
    job = quiet()
    job.cancelled.set()
    proposal = taught.proposal()
    with pytest.raises(CancelledByPersonError):
        taught.trainer.rehearse(proposal, job=job)
    assert not left.exists()
    assert not (taught.home.training / proposal.id).exists()
