"""The approve stage: takes the person's word on proposals, and sees to it that what was approved is carried out.

:mod:`agents.learning_graph` has the graph. The place of every proposal is written to a file as it changes, one thread a
proposal, so that an answer may come days and restarts later, and a training that was killed is gone on with. What a
proposal is, and what became of it, is in the ledger alone; where the two disagree the ledger is right.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agents.learning_state import LearningState, Parts, Run
from agents.learning_words import refuse, summary
from agents.places import thread
from twin.domain import Proposal, ProposalState, Rung
from twin.errors import CancelledByPersonError, NotFoundError, NotUnderstoodError, TwinError
from twin.events import Progress
from twin.ports import Job
from twin.requests import Decided, DecideProposal, Learn, Learned, Verdict

if TYPE_CHECKING:
    from agents.checkpoints import Checkpoints

_TRAINING = "training"
_BEGUN = ("carry_out", "done")


class Learning:
    """Takes the person's word on proposals, and carries out what was approved. Built by :func:`build_learning`;
    safe from any thread."""

    def __init__(self, parts: Parts, graph: Any, checkpoints: Checkpoints) -> None:
        self._parts = parts
        self._graph = graph
        self._checkpoints = checkpoints
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def close(self) -> None:
        self._checkpoints.close()

    def decide(self, request: DecideProposal, job: Job) -> Decided:
        """Do what the person says of a proposal.

        Raises ``NotFoundError``; ``NotUnderstoodError`` for what cannot be done with it, or if what it rests on has
        moved on; and what carrying it out raises: it then stays approved, and :meth:`learn` goes on with it.
        """
        ledger = self._parts.ledger
        trains = ledger.proposal(request.id).rung is Rung.ADAPT
        with self._alone(request.id, *([_TRAINING] if trains and request.now else [])):
            proposal = ledger.proposal(request.id)
            refuse(proposal, request, least_examples=self._parts.least_examples)
            state = self._act(proposal, request, Run(self._parts, job, request.reason))
        proposal = ledger.proposal(request.id)
        if proposal.state is ProposalState.STALE:
            raise self._moved_on(proposal)
        training = ledger.run(state["run_id"]) if "run_id" in state else None
        rule = ledger.rule(proposal.subject_id) if proposal.rung is Rung.REWRITE else None
        return Decided(proposal, summary(proposal, rule=rule, run=training), training)

    def learn(self, request: Learn, job: Job) -> Learned:
        """Carry out what was approved, one after the other; with ``now`` look for what there is to train on, and take
        that for approved. A failure of one is no reason to leave the others.

        Raises ``NotUnderstoodError`` if there is nothing to learn from ``now``, ``CancelledByPersonError``, and the
        first failure if nothing was trained.
        """
        ledger, runs, failures = self._parts.ledger, [], list[TwinError]()
        if request.now:
            self._parts.review(urged=not any(map(_waits_for_training, ledger.proposals())))
        for proposal in ledger.proposals():
            try:
                job.check()
                word = self._word_on(proposal, now=request.now)
                if word is None:
                    continue
                run = self.decide(word, job).run
            except CancelledByPersonError:
                raise
            except TwinError as failure:
                job.emit(Progress("learn", failure.message))
                failures.append(failure)
            else:
                runs += [run] if run is not None else []
        if failures and not runs:
            raise failures[0]
        if request.now and not runs:
            raise NotUnderstoodError("There is nothing to train on yet.", hint="`twin why` says what is missing.")
        return Learned(tuple(runs), tuple(adapter for adapter in ledger.adapters() if adapter.live))

    def _word_on(self, proposal: Proposal, *, now: bool) -> DecideProposal | None:
        """The word by which a proposal is carried out here and now, if there is one."""
        approve = DecideProposal(proposal.id, Verdict.APPROVE, now=True)
        if proposal.state is ProposalState.APPROVED or (now and _waits_for_training(proposal)):
            return approve
        if proposal.state is ProposalState.OPEN and (why := self._parts.approved_by(proposal)):
            return DecideProposal(proposal.id, Verdict.APPROVE, reason=why, now=True)
        return None

    # --- the graph ----------------------------------------------------------------------------------------------

    def _act(self, proposal: Proposal, request: DecideProposal, run: Run) -> LearningState:
        from agents.checkpoints import unusable

        try:
            if (
                proposal.state is not ProposalState.APPROVED
                or request.verdict is not Verdict.APPROVE
                or request.without
                or request.mode
            ):
                return self._answer(request, run)
            waits = proposal.rung is Rung.ADAPT and not request.now
            return {} if waits else self._go_on(proposal, run)
        except NotFoundError:  # it was forgotten meanwhile
            self._checkpoints.delete_thread(proposal.id)
            raise
        except sqlite3.Error as error:
            raise unusable(error) from error

    def _answer(self, request: DecideProposal, run: Run) -> LearningState:
        """Give the person's word where the graph waits for it; a proposal that is elsewhere begins anew."""
        from langgraph.types import Command

        if self._place(request.id) != "approve":
            self._checkpoints.delete_thread(request.id)
            self._invoke({"proposal_id": request.id}, request.id, run)
        word = {
            "verdict": request.verdict.value,
            "without": list(request.without),
            "mode": request.mode or "",
            "now": request.now,
        }
        return self._invoke(Command(resume=word), request.id, run)

    def _go_on(self, proposal: Proposal, run: Run) -> LearningState:
        """Carry out what was approved, from where it stands."""
        from langgraph.types import Command

        place = self._place(proposal.id)
        if place in _BEGUN:
            return self._invoke(None, proposal.id, run)
        if place == "wait":
            return self._invoke(Command(resume=True), proposal.id, run)
        return self._answer(DecideProposal(proposal.id, Verdict.APPROVE, now=True), run)

    def _invoke(self, given: object, proposal_id: str, run: Run) -> LearningState:
        from langsmith import tracing_context

        # LangChain's tracing would send it away, if this machine's environment has it on.
        with tracing_context(enabled=False):
            state: LearningState = self._graph.invoke(given, thread(proposal_id), context=run, durability="sync")
        if not self._place(proposal_id):  # it is over, and the ledger knows
            self._checkpoints.delete_thread(proposal_id)
        return state

    def _place(self, proposal_id: str) -> str:
        """The node before which a proposal stands; nothing if it is over, or has not begun."""
        following = self._graph.get_state(thread(proposal_id)).next
        return following[0] if following else ""

    @contextmanager
    def _alone(self, *tasks: str) -> Iterator[None]:
        """One thing at a time is done with a proposal, and one training at all: two would need twice the memory."""
        with self._lock:
            busy = [task for task in tasks if task in self._under_way]
            if busy:
                what = "A training is under way" if _TRAINING in busy else f"{busy[0]} is being carried out right now"
                raise NotUnderstoodError(f"{what}.", hint="Let it end, or cancel it first.")
            self._under_way.update(tasks)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.difference_update(tasks)

    def _moved_on(self, proposal: Proposal) -> NotUnderstoodError:
        self._parts.review()
        return NotUnderstoodError(
            f"{proposal.id} is out of date: {proposal.reason}.",
            hint="What still holds of it is proposed anew: `twin proposals`.",
        )


def build_learning(parts: Parts) -> Learning:
    """Build the graph over ``parts``. Imports LangGraph, which takes about a second. Raises ``LedgerError``."""
    from agents.checkpoints import open_checkpoints
    from agents.learning_graph import build_graph

    checkpoints = open_checkpoints(parts.checkpoints)
    return Learning(parts, build_graph(checkpoints), checkpoints)


def _waits_for_training(proposal: Proposal) -> bool:
    waits = (ProposalState.OPEN, ProposalState.LATER, ProposalState.APPROVED)
    return proposal.rung is Rung.ADAPT and proposal.state in waits
