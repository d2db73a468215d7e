"""From the person's word on a proposal to its being carried out: across restarts, kills and data that move on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from agents.checkpoints import forget_places
from agents.learning import Learning, build_learning
from agents.learning_state import Parts
from memory.store.ledger import SqliteLedger
from tests.conftest import REPOSITORY
from tests.fakes import REFUSED, FakeEmbedder, FakeRegistry, FakeTrainer
from tests.memories import memory_of
from twin.domain import (
    Change,
    Proposal,
    ProposalState,
    RewriteRule,
    RuleStatus,
    Rung,
    RunState,
    Scope,
    TrainingMode,
    Transcript,
    Utterance,
    Word,
)
from twin.errors import CancelledByPersonError, ModelError, NotFoundError, NotUnderstoodError
from twin.events import Event, Finished, Progress, decode_line, encode_result
from twin.learning.rules import RuleBook
from twin.paths import Home
from twin.ports import Job
from twin.requests import Decided, DecideProposal, DecideRule, Learn, Request, Verdict
from twin.speech.rewriting import without_rule

LEAST_EXAMPLES = 3
QUIET = Job(emit=lambda event: None)
A_KILL = """
import os, signal
from tests.unit.test_agents_learning import Desk
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.paths import Home
from datetime import UTC, datetime
home = Home.locate()
desk = Desk(SqliteLedger(home.ledger, HeldClock(datetime(2026, 3, 4, tzinfo=UTC))), home)
desk.trainer.before_step = lambda number: number == 2 and os.kill(os.getpid(), signal.SIGKILL)
desk.approve("p1", now=True)
"""


class Desk:
    """A person with a ledger, who corrects, is proposed to, and answers."""

    def __init__(self, ledger: SqliteLedger, home: Home) -> None:
        self.ledger, self.home = ledger, home
        self.registry = FakeRegistry(ledger)
        self.trainer = FakeTrainer(ledger, self.registry)
        self.decide_rule = RuleBook(ledger, without_rule).decide
        self.moved_on = ""
        self.approved_by: Callable[[Proposal], str] = lambda proposal: ""
        self.reviews: list[bool] = []
        self.domains: list[str] = []
        self.learning: Learning | None = None
        self.restart()

    def restart(self) -> None:
        """As after the engine was started again."""
        self.close()
        self.learning = build_learning(
            Parts(
                ledger=self.ledger,
                trainer=lambda: self.trainer,
                decide_rule=lambda request, job: self.decide_rule(request, job),
                open_domain=lambda proposal, job: self.domains.append(proposal.domain),
                review=self._review,
                moved_on=lambda proposal: self.moved_on,
                approved_by=lambda proposal: self.approved_by(proposal),
                checkpoints=self.home.checkpoints,
                least_examples=LEAST_EXAMPLES,
                cost=lambda proposal: 41.7 * (2 if proposal.mode is TrainingMode.VOICE else 1),
            )
        )

    def close(self) -> None:
        if self.learning is not None:
            self.learning.close()

    def _review(self, *, urged: bool = False) -> None:
        self.reviews.append(urged)

    # --- what there is to decide ---

    def correct(self, heard: str, said: str, utterance: Utterance | None = None) -> str:
        """The id of a correction of ``utterance``, or of a new one."""
        if utterance is None:
            words = tuple(Word(word, i / 4, (i + 1) / 4, 0.4) for i, word in enumerate(heard.split()))
            recorded = self.ledger.add_recording(
                audio_sha256="ab" * 32, seconds=3.0, source="microphone", origin="mic", session_id="cli-1"
            )
            utterance = self.ledger.add_hearing(recorded.id, Transcript(heard, words, "en", 3.0), model="fake")
        return self.ledger.add_correction(utterance.id, said, ()).id

    def training(self, examples: int = 5) -> Proposal:
        ids = [self.correct(f"the grave is number {n}", f"the gravel is number {n}") for n in range(examples)]
        change = Change("u1", "the grave is number 0", "the gravel is number 0", "", better=True)
        return self._propose(Rung.ADAPT, example_ids=ids, changes=[change], cost_seconds=41.7)

    def rewrite(self) -> Proposal:
        ids = [self.correct(f"ask open rider {n}", f"ask OpenRouter {n}") for n in range(2)]
        rule = self.ledger.add_rule(
            "open rider", "OpenRouter", Scope(), status=RuleStatus.PROPOSED, origin="corrections", source_ids=ids
        )
        return self._propose(Rung.REWRITE, subject_id=rule.id, example_ids=ids)

    def new_domain(self) -> Proposal:
        return self._propose(Rung.NEW_DOMAIN, domain="medicine")

    def _propose(self, rung: Rung, **details: object) -> Proposal:
        decision = self.ledger.add_decision(rung, subject="gravel", reasons=("misheard",), signal_ids=())
        return self.ledger.add_proposal(rung, decision_id=decision.id, summary="a wish", **details)  # type: ignore[arg-type]

    def rule(self) -> RewriteRule:
        (rule,) = self.ledger.rules()
        return rule

    # --- the person's word ---

    def say(self, id: str, verdict: Verdict, *, job: Job = QUIET, **more: object) -> Decided:
        assert self.learning is not None
        request = DecideProposal(id, verdict, **more)  # type: ignore[arg-type]
        return over_the_wire(request, self.learning.decide(request, job))

    def approve(self, id: str, *, now: bool = False, without: tuple[str, ...] = (), job: Job = QUIET) -> Decided:
        return self.say(id, Verdict.APPROVE, now=now, without=without, job=job)

    def learn(self, *, now: bool = False, job: Job = QUIET) -> tuple[str, ...]:
        assert self.learning is not None
        request = Learn(now=now)
        return tuple(run.id for run in over_the_wire(request, self.learning.learn(request, job)).runs)

    # --- what became of it ---

    def state(self, id: str = "p1") -> ProposalState:
        return self.ledger.proposal(id).state

    def written(self) -> bytes:
        """All bytes of the graph's file and its log."""
        return b"".join(path.read_bytes() for path in self.home.root.glob(f"{self.home.checkpoints.name}*"))


R = TypeVar("R")


def over_the_wire(request: Request[R], result: R) -> R:
    """A result as a client of the engine gets it."""
    arrived = decode_line(encode_result(result), type(request).result_type())
    assert arrived == Finished(result)
    return result


@pytest.fixture
def desk(ledger: SqliteLedger, home: Home) -> Iterator[Desk]:
    desk = Desk(ledger, home)
    yield desk
    desk.close()


# --- the person's word ----------------------------------------------------------------------------------------


def test_an_approved_rule_is_in_force_at_once(desk: Desk) -> None:
    proposal = desk.rewrite()
    decided = desk.approve(proposal.id)
    assert decided.proposal.state is ProposalState.DONE
    assert desk.rule().status is RuleStatus.ACTIVE
    assert "“OpenRouter” is written" in decided.summary
    with pytest.raises(NotUnderstoodError, match="already"):
        desk.approve(proposal.id)


def test_a_rejection_keeps_its_reason_and_withdraws_the_rule(desk: Desk) -> None:
    proposal = desk.rewrite()
    rejected = desk.say(proposal.id, Verdict.REJECT, reason="riders are my trade").proposal
    assert (rejected.state, rejected.reason) == (ProposalState.REJECTED, "riders are my trade")
    assert desk.rule().status is RuleStatus.WITHDRAWN
    desk.restart()
    desk.approve(proposal.id)  # they changed their mind
    assert desk.rule().status is RuleStatus.ACTIVE


def test_what_is_put_off_waits_across_a_restart(desk: Desk) -> None:
    proposal = desk.rewrite()
    assert desk.say(proposal.id, Verdict.LATER, reason="no time").proposal.state is ProposalState.LATER
    assert b"p1" in desk.written()
    desk.restart()
    assert desk.approve(proposal.id).proposal.state is ProposalState.DONE


def test_a_new_domain_is_opened(desk: Desk) -> None:
    assert "medicine" in desk.approve(desk.new_domain().id).summary
    assert desk.domains == ["medicine"]


def test_an_approved_training_waits_for_learn_across_a_restart(desk: Desk) -> None:
    proposal = desk.training()
    decided = desk.approve(proposal.id)
    assert (decided.proposal.state, decided.run) == (ProposalState.APPROVED, None)
    assert "about 42 s" in decided.summary
    assert desk.approve(proposal.id).proposal.state is ProposalState.APPROVED  # and nothing is done twice
    assert desk.trainer.trained == []

    desk.restart()
    assert desk.learn() == ("r1",)
    assert desk.state() is ProposalState.DONE
    (adapter,) = desk.ledger.adapters()
    assert (adapter.live, adapter.example_ids) == (True, proposal.example_ids)
    assert desk.learn() == ()
    assert desk.trainer.trained == ["p1"]


def test_with_now_it_is_trained_at_once_and_the_gate_decides(desk: Desk) -> None:
    desk.trainer.gate = REFUSED
    decided = desk.approve(desk.training().id, now=True)
    assert decided.run is not None
    assert decided.run.gate == REFUSED
    assert "did not let it through" in decided.summary
    assert decided.proposal.state is ProposalState.DONE
    assert desk.registry.live() is None


def test_an_approved_training_can_still_be_rejected(desk: Desk) -> None:
    proposal = desk.training()
    desk.approve(proposal.id)
    assert desk.say(proposal.id, Verdict.REJECT).proposal.state is ProposalState.REJECTED
    assert desk.learn() == ()


# --- editing --------------------------------------------------------------------------------------------------


def test_examples_are_taken_out_before_it_is_approved(desk: Desk) -> None:
    proposal = desk.training(5)
    edited = desk.say(proposal.id, Verdict.EDIT, without=("c2",))
    assert edited.proposal.example_ids == ("c1", "c3", "c4", "c5")
    assert edited.proposal.state is ProposalState.OPEN
    assert "4 examples" in edited.summary
    assert edited.proposal.changes == proposal.changes
    desk.restart()
    desk.approve(proposal.id, without=("c3",), now=True)
    assert desk.ledger.adapters()[0].example_ids == ("c1", "c4", "c5")


def test_an_edit_does_not_hide_that_the_data_moved_on(desk: Desk) -> None:
    proposal = desk.training(5)
    _corrected_again(desk)
    with pytest.raises(NotUnderstoodError, match="c2 stands no longer"):
        desk.say(proposal.id, Verdict.EDIT, without=("c2",))
    assert desk.state() is ProposalState.STALE


@pytest.mark.parametrize(
    ("verdict", "without", "words"),
    [
        (Verdict.EDIT, ("c1", "c2", "c3"), "leave 2 examples; a training needs 3"),
        (Verdict.APPROVE, ("c99",), "c99 is no example"),
        (Verdict.EDIT, (), "not said what to change"),
        (Verdict.REJECT, ("c1",), "put aside"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(
    desk: Desk, verdict: Verdict, without: tuple[str, ...], words: str
) -> None:
    proposal = desk.training(5)
    with pytest.raises(NotUnderstoodError, match=words):
        desk.say(proposal.id, verdict, without=without)
    assert desk.ledger.proposal(proposal.id) == proposal


def test_a_training_is_asked_for_in_voice_mode(desk: Desk) -> None:
    proposal = desk.training(5)
    edited = desk.say(proposal.id, Verdict.EDIT, mode=TrainingMode.VOICE)
    assert (edited.proposal.mode, edited.proposal.state) == (TrainingMode.VOICE, ProposalState.OPEN)
    assert edited.proposal.cost_seconds == 2 * proposal.cost_seconds
    assert edited.proposal.example_ids == proposal.example_ids
    assert "to learn in voice mode" in edited.summary
    desk.restart()
    desk.approve(proposal.id)
    assert desk.ledger.proposal(proposal.id).mode is TrainingMode.VOICE
    assert desk.ledger.proposal(proposal.id).cost_seconds == edited.proposal.cost_seconds
    back = desk.say(proposal.id, Verdict.EDIT, mode=TrainingMode.DECODER)
    assert (back.proposal.mode, back.proposal.cost_seconds) == (TrainingMode.DECODER, proposal.cost_seconds)


def test_only_a_training_has_a_mode(desk: Desk) -> None:
    with pytest.raises(NotUnderstoodError, match="it has no mode"):
        desk.say(desk.rewrite().id, Verdict.APPROVE, mode=TrainingMode.VOICE)


def test_nothing_is_taken_out_of_a_rule(desk: Desk) -> None:
    with pytest.raises(NotUnderstoodError, match="no training"):
        desk.approve(desk.rewrite().id, without=("c1",))


# --- data that move on ----------------------------------------------------------------------------------------


def _corrected_again(desk: Desk) -> None:
    desk.correct("", "the gravel is number none", desk.ledger.utterance("u2"))


def _made_private(desk: Desk) -> None:
    with desk.ledger.database.transaction() as connection:
        connection.execute("UPDATE utterances SET private = 1 WHERE id = 2")


def _changed_otherwise(desk: Desk) -> None:
    desk.moved_on = "the words have changed"


@pytest.mark.parametrize(
    ("move_on", "why"),
    [
        (_corrected_again, "c2 stands no longer"),
        (_made_private, "c2 stands no longer"),
        (_changed_otherwise, "changed"),
    ],
)
@pytest.mark.parametrize("approved", [False, True], ids=["when-approved", "before-the-training"])
def test_what_rests_on_data_that_moved_on_is_not_carried_out(
    desk: Desk, move_on: Callable[[Desk], None], why: str, approved: bool
) -> None:
    proposal = desk.training()
    if approved:
        desk.approve(proposal.id)
    move_on(desk)
    with pytest.raises(NotUnderstoodError, match=why) as said:
        desk.learn() if approved else desk.approve(proposal.id, now=True)
    assert "proposed anew" in said.value.hint
    assert desk.reviews == [False]
    stale = desk.ledger.proposal(proposal.id)
    assert stale.state is ProposalState.STALE
    assert why in stale.reason
    assert desk.trainer.trained == []
    with pytest.raises(NotUnderstoodError, match="out of date"):
        desk.approve(proposal.id)


def test_a_rule_that_would_do_damage_by_now_is_stale(desk: Desk) -> None:
    proposal = desk.rewrite()
    desk.correct("an open rider came", "an open rider came")
    with pytest.raises(NotUnderstoodError, match="out of date"):
        desk.approve(proposal.id)
    assert desk.state() is ProposalState.STALE
    assert desk.rule().status is RuleStatus.PROPOSED


def test_with_what_is_forgotten_goes_the_place_of_its_proposals(desk: Desk, ledger: SqliteLedger, home: Home) -> None:
    first, second = desk.training(), desk.training()
    desk.approve(first.id)
    desk.approve(second.id)
    embedder = FakeEmbedder()
    memory = memory_of(
        ledger,
        home,
        embedder,
        purges=(lambda gone: forget_places(home.checkpoints, gone),),
    )
    memory.forget("u1")
    memory.close()
    assert b"p1" not in desk.written()
    with pytest.raises(NotFoundError, match="forgotten"):
        desk.approve(first.id)
    assert desk.learn() == ("r1",)
    assert desk.trainer.trained == [second.id]


def test_nothing_of_a_proposal_that_is_forgotten_while_it_is_trained_comes_back(desk: Desk) -> None:
    proposal = desk.training()

    def forget(number: int) -> None:
        with desk.ledger.database.transaction() as connection:
            connection.execute("DELETE FROM proposals")

    desk.trainer.before_step = forget
    with pytest.raises(NotFoundError):
        desk.approve(proposal.id, now=True)
    desk.close()
    desk.learning = None
    assert b"p1" not in desk.home.checkpoints.read_bytes()


# --- training -------------------------------------------------------------------------------------------------


def test_a_cancelled_training_stays_approved_and_is_gone_on_with(desk: Desk) -> None:
    job = Job(emit=lambda event: None)
    desk.trainer.before_step = lambda number: job.cancelled.set() if number == 2 else None
    with pytest.raises(CancelledByPersonError):
        desk.approve(desk.training().id, now=True, job=job)
    assert desk.state() is ProposalState.APPROVED
    desk.restart()
    desk.trainer.before_step = lambda number: None
    assert desk.learn() == ("r1",)
    assert desk.state() is ProposalState.DONE


def test_a_process_that_is_killed_over_a_training_is_gone_on_with(desk: Desk) -> None:
    desk.training()
    desk.close()
    killed = subprocess.run([sys.executable, "-c", A_KILL], cwd=REPOSITORY, env=os.environ, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert desk.state() is ProposalState.APPROVED
    desk.learning = None
    desk.restart()
    assert desk.learn() == ("r1",)
    assert desk.state() is ProposalState.DONE
    assert len(desk.ledger.adapters()) == 1


def test_a_rule_whose_approval_was_killed_is_put_in_force_by_learn(desk: Desk) -> None:
    class KilledError(BaseException):
        pass

    def die(request: DecideRule, job: Job) -> RewriteRule:
        raise KilledError

    proposal, decide = desk.rewrite(), desk.decide_rule
    desk.decide_rule = die
    with pytest.raises(KilledError):
        desk.approve(proposal.id)
    assert desk.state() is ProposalState.APPROVED
    desk.decide_rule = decide
    desk.restart()
    desk.learn()
    assert (desk.state(), desk.rule().status) == (ProposalState.DONE, RuleStatus.ACTIVE)


def test_a_training_that_was_over_when_the_process_died_is_not_done_again(desk: Desk) -> None:
    proposal = desk.training()
    desk.approve(proposal.id)
    run = desk.trainer.train(proposal, job=QUIET)
    assert run.state is RunState.FINISHED
    assert desk.learn() == (run.id,)
    assert desk.trainer.trained == [proposal.id]
    assert desk.state() is ProposalState.DONE


def test_a_failure_of_one_is_no_reason_to_leave_the_others(desk: Desk) -> None:
    first, second = desk.training(), desk.training()
    desk.approve(first.id)
    desk.approve(second.id)

    def fail(number: int) -> None:
        if desk.trainer.trained == [first.id]:
            raise ModelError("Out of memory over “gravel”.")

    desk.trainer.before_step = fail
    told: list[Event] = []
    assert desk.learn(job=Job(emit=told.append)) == ("r2",)
    assert Progress("learn", "Out of memory over “gravel”.") in told
    assert (desk.state("p1"), desk.state("p2")) == (ProposalState.APPROVED, ProposalState.DONE)
    assert b"gravel" not in desk.written()


def test_one_training_at_a_time(desk: Desk) -> None:
    first, second = desk.training(), desk.training()
    refused: list[str] = []

    def meanwhile(number: int) -> None:
        if number == 0:
            for command in (lambda: desk.approve(second.id, now=True), lambda: desk.say(first.id, Verdict.REJECT)):
                with pytest.raises(NotUnderstoodError) as caught:
                    command()
                refused.append(caught.value.message)

    desk.trainer.before_step = meanwhile
    person = threading.Thread(target=lambda: desk.approve(first.id, now=True))
    person.start()
    person.join()
    assert refused == ["A training is under way.", "p1 is being carried out right now."]
    assert desk.state() is ProposalState.DONE


def test_learn_now_proposes_and_approves_what_can_be_trained(desk: Desk) -> None:
    with pytest.raises(NotUnderstoodError, match="nothing to train on"):
        desk.learn(now=True)
    assert desk.reviews == [True]
    rewrite, training = desk.rewrite(), desk.training()
    assert desk.learn(now=True) == ("r1",)
    assert (desk.state(rewrite.id), desk.state(training.id)) == (ProposalState.OPEN, ProposalState.DONE)
    assert desk.reviews[1:] == [False]  # there was something to train on already


def test_learn_approves_what_the_person_wants_approved_of_itself(desk: Desk) -> None:
    proposal = desk.rewrite()
    desk.approved_by = lambda known: "your settings approve it" if known.rung is Rung.REWRITE else ""
    assert desk.learn() == ()
    done = desk.ledger.proposal(proposal.id)
    assert (done.state, done.reason) == (ProposalState.DONE, "your settings approve it")


# --- the file -------------------------------------------------------------------------------------------------


def test_the_file_is_private_and_holds_no_text(desk: Desk) -> None:
    training, rewrite = desk.training(), desk.rewrite()
    desk.say(rewrite.id, Verdict.LATER, reason="after the holidays")

    def fail(number: int) -> None:
        raise ModelError("“the gravel” is too much.")

    desk.trainer.before_step = fail
    with pytest.raises(ModelError):
        desk.approve(training.id, now=True)
    written = desk.written()
    assert b"p1" in written
    for text in (b"gravel", b"rider", b"OpenRouter", b"holidays", b"too much", b"a wish"):
        assert text not in written
    for path in desk.home.root.glob(f"{desk.home.checkpoints.name}*"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"no database at all" * 400)])
def test_without_the_file_the_ledger_is_gone_by(desk: Desk, spoil: Callable[[Path], object]) -> None:
    desk.approve(desk.training().id)
    desk.say(desk.rewrite().id, Verdict.LATER)
    desk.close()
    desk.learning = None
    spoil(desk.home.checkpoints)
    desk.restart()
    assert desk.learn() == ("r1",)
    assert desk.approve("p2").proposal.state is ProposalState.DONE
