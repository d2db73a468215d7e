"""A training goes on from what a kill, a cancel or its own evidence left, to the same end; nothing of that stays longer
than it may."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.flow.test_learning import FEW, RECIPE, SAID, Learner, heard, learner, quiet, taught
from tests.trainings import kill_while_fitting
from twin.domain import ProposalState, Transcript
from twin.errors import CancelledByPersonError
from twin.models.cache import WeightsCache
from twin.models.resolve import LocalWeights
from twin.paths import Home
from twin.ports import Audio, Forgotten
from twin.speech.recordings import Recordings
from twin.training.job import carry_out
from twin.training.plan import ADAPTER, HEARD, PLAN, Clip, Outcome, Plan, write
from twin.training.rehearsed import REHEARSED, keep, rehearsal_of, take
from twin.training.trainer import forget_runs

pytestmark = pytest.mark.weights

__all__ = ["heard", "learner", "taught"]  # fixtures


@pytest.fixture(scope="module")
def plan(
    heard: tuple[tuple[Audio, Transcript], ...],
    recogniser_weights: LocalWeights,
    weights_cache: WeightsCache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Plan:
    home = Home(tmp_path_factory.mktemp("plan") / "home").create()
    recordings, clips = Recordings(home.audio), []
    for number, ((audio, transcript), said) in enumerate(zip(heard, SAID, strict=True)):
        with recordings.hold([(audio * 32767).astype(np.int16)]) as held:
            clips.append(Clip(f"c{number}", said, str(recordings.path(held.sha256)), held.sha256, transcript.text))
    return Plan(
        base=str(recogniser_weights.path), base_sha256=recogniser_weights.sha256, language="en", compute_type="int8",
        beam_size=1, threads=1, recipe=replace(RECIPE, least_steps=6), learn=tuple(clips), replay=(),
        folds=((clips[0].id, clips[1].id),), parent=None, live=None, states=str(home.states),
        cache=str(weights_cache.root), spoken=FEW,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What comes of the plan without an interruption."""
    return carry_out(tmp_path_factory.mktemp("whole"), plan, quiet(), lambda standing: None)


def came_to(outcome: Outcome) -> tuple[object, ...]:
    return outcome.sha256, sorted(outcome.heard, key=str), outcome.general


def test_a_killed_training_goes_on_to_the_same_adapter_and_a_cancelled_one_too(
    plan: Plan, whole: Outcome, tmp_path: Path
) -> None:
    killed = tmp_path / "killed"
    kill_while_fitting(killed, plan)
    assert not (killed / ADAPTER).exists()

    job = quiet()

    def cancel(standing: object) -> None:
        job.cancelled.set()

    with pytest.raises(CancelledByPersonError, match="twin learn"):
        carry_out(killed, plan, job, cancel)
    assert came_to(carry_out(killed, plan, quiet(), lambda standing: None)) == came_to(whole)


def test_a_training_that_goes_on_from_its_evidence_comes_to_the_same(
    plan: Plan, whole: Outcome, tmp_path: Path
) -> None:
    rehearsed, run = tmp_path / "p1", tmp_path / "r1"
    carry_out(rehearsed, rehearsal_of(plan), quiet(), lambda standing: None)
    keep(rehearsed)
    assert {path.name for path in rehearsed.iterdir()} == {PLAN, HEARD, "fold-0"}
    take(rehearsed, run, plan)
    assert came_to(carry_out(run, plan, quiet(), lambda standing: None)) == came_to(whole)


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
