"""From a proposal to its being carried out, as a LangGraph graph with a person in the loop.

::

    propose -> approve -> check -> carry_out -> done
                | ^  |      | ^
           put_off   |      v |
                  reject   wait          for `twin learn`, before a training

``approve`` and ``wait`` are interrupts. The place of every proposal is written to a file as it changes, one thread a
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
from twin.domain import Proposal, ProposalState, Rung, RunState
from twin.errors import CancelledByPersonError, NotFoundError, NotUnderstoodError, TwinError
from twin.events import Progress
from twin.ports import Job
from twin.requests import Decided, DecideProposal, DecideRule, Learn, Learned, Verdict

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

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
        proposal = self._parts.ledger.proposal(request.id)
        refuse(proposal, request, least_examples=self._parts.least_examples)
        run = Run(self._parts, job, request.reason)
        approved_again = (
            proposal.state is ProposalState.APPROVED and request.verdict is Verdict.APPROVE and not request.without
        )
        trains = proposal.rung is Rung.ADAPT
        with self._alone(proposal.id, *([_TRAINING] if trains and request.now else [])):
            if not approved_again:
                state = self._answer(request, run)
            elif request.now or not trains:
                state = self._go_on(proposal, run)
            else:
                state = {}
        proposal = self._parts.ledger.proposal(proposal.id)
        if proposal.state is ProposalState.STALE:
            raise self._moved_on(proposal)
        training = self._parts.ledger.run(state["run_id"]) if "run_id" in state else None
        rule = self._parts.ledger.rule(proposal.subject_id) if proposal.rung is Rung.REWRITE else None
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

    def _answer(self, request: DecideProposal, run: Run) -> LearningState:
        """Give the person's word where the graph waits for it; a proposal that is elsewhere begins anew."""
        from langgraph.types import Command

        if self._place(request.id) != "approve":
            self._checkpoints.delete_thread(request.id)
            self._invoke({"proposal_id": request.id}, request.id, run)
        word = {"verdict": request.verdict.value, "without": list(request.without), "now": request.now}
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

        from agents.checkpoints import unusable

        try:
            # LangChain's tracing would send it away, if this machine's environment has it on.
            with tracing_context(enabled=False):
                state: LearningState = self._graph.invoke(given, _thread(proposal_id), context=run, durability="sync")
            if not self._place(proposal_id):  # it is over, and the ledger knows
                self._checkpoints.delete_thread(proposal_id)
        except NotFoundError:  # it was forgotten meanwhile
            self._checkpoints.delete_thread(proposal_id)
            raise
        except sqlite3.Error as error:
            raise unusable(error) from error
        return state

    def _place(self, proposal_id: str) -> str:
        """The node before which a proposal stands; nothing if it is over, or has not begun."""
        following = self._graph.get_state(_thread(proposal_id)).next
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
    from langgraph.graph import END, START, StateGraph

    from agents.checkpoints import open_checkpoints

    graph = StateGraph(LearningState, context_schema=Run)
    graph.add_node("propose", _propose)
    graph.add_node("approve", _approve)
    graph.add_node("reject", _reject)
    graph.add_node("put_off", _put_off)
    graph.add_node("check", _check)
    graph.add_node("wait", _wait)
    graph.add_node("carry_out", _carry_out)
    graph.add_node("done", _done)
    graph.add_edge(START, "propose")
    graph.add_edge("propose", "approve")
    graph.add_conditional_edges("approve", _by_word, ["check", "reject", "put_off"])
    graph.add_edge("put_off", "approve")
    graph.add_edge("reject", END)
    graph.add_conditional_edges("check", _by_check, ["approve", "wait", "carry_out", END])
    graph.add_edge("wait", "check")
    graph.add_conditional_edges("carry_out", _by_outcome, ["done", END])
    graph.add_edge("done", END)
    checkpoints = open_checkpoints(parts.checkpoints)
    return Learning(parts, graph.compile(checkpointer=checkpoints), checkpoints)


def _waits_for_training(proposal: Proposal) -> bool:
    waits = (ProposalState.OPEN, ProposalState.LATER, ProposalState.APPROVED)
    return proposal.rung is Rung.ADAPT and proposal.state in waits


def _thread(proposal_id: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": proposal_id}}


# --- nodes ----------------------------------------------------------------------------------------------------


def _propose(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    return {"rung": runtime.context.parts.ledger.proposal(state["proposal_id"]).rung.value}


def _approve(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    """Wait for the person's word, and do nothing else: what stands before an interrupt is done again after it."""
    from langgraph.types import interrupt

    word = interrupt(state["proposal_id"])
    return {"verdict": word["verdict"], "without": word["without"], "now": word["now"]}


def _reject(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    run = runtime.context
    proposal = run.parts.ledger.proposal(state["proposal_id"])
    if proposal.rung is Rung.REWRITE:
        run.parts.decide_rule(DecideRule(proposal.subject_id, approve=False), run.job)
    run.parts.ledger.set_proposal(proposal.id, ProposalState.REJECTED, reason=run.reason)
    return {}


def _put_off(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    run = runtime.context
    run.parts.ledger.set_proposal(state["proposal_id"], ProposalState.LATER, reason=run.reason)
    return {}


def _check(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    """See whether what the proposal rests on still holds, and only then take out examples and write the word down."""
    parts, proposal_id = runtime.context.parts, state["proposal_id"]
    proposal = parts.ledger.proposal(proposal_id)
    if why := why_stale(proposal, parts):
        parts.ledger.set_proposal(proposal_id, ProposalState.STALE, reason=why)
        return {"stale": True}
    left = tuple(known for known in proposal.example_ids if known not in state["without"])
    approved = state["verdict"] == Verdict.APPROVE
    parts.ledger.set_proposal(
        proposal_id,
        ProposalState.APPROVED if approved else ProposalState.OPEN,
        reason=runtime.context.reason,
        example_ids=left,
    )
    return {"stale": False}


def why_stale(proposal: Proposal, parts: Parts) -> str:
    """Why what a proposal rests on is so no longer; nothing if it is."""
    standing = {correction.id for _, correction in parts.ledger.taught()}
    fallen = [known for known in proposal.example_ids if known.startswith("c") and known not in standing]
    if fallen:
        several = len(fallen) > 1
        return f"{', '.join(fallen)} {'stand' if several else 'stands'} no longer, corrected again or private since"
    return parts.moved_on(proposal)


def _wait(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    """Wait until the person has time for a training."""
    from langgraph.types import interrupt

    interrupt(state["proposal_id"])
    return {"now": True}


def _carry_out(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    run = runtime.context
    ledger, proposal = run.parts.ledger, run.parts.ledger.proposal(state["proposal_id"])
    match proposal.rung:
        case Rung.REWRITE:
            try:
                run.parts.decide_rule(DecideRule(proposal.subject_id, approve=True), run.job)
            except NotUnderstoodError as refusal:  # it would do damage by now
                ledger.set_proposal(proposal.id, ProposalState.STALE, reason=refusal.message.rstrip("."))
                return {"stale": True}
        case Rung.ADAPT:
            over = [r for r in ledger.runs() if r.proposal_id == proposal.id and r.state is RunState.FINISHED]
            training = over[-1] if over else run.parts.trainer().train(proposal, job=run.job)
            return {"run_id": training.id}
        case Rung.NEW_DOMAIN:
            run.parts.open_domain(proposal, run.job)
        case _:
            raise NotUnderstoodError(f"There is nothing to carry out in {proposal.id}.")
    return {}


def _done(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    runtime.context.parts.ledger.set_proposal(state["proposal_id"], ProposalState.DONE)
    return {}


# --- edges ----------------------------------------------------------------------------------------------------


def _by_word(state: LearningState) -> str:
    return {Verdict.REJECT.value: "reject", Verdict.LATER.value: "put_off"}.get(state["verdict"], "check")


def _by_check(state: LearningState) -> str:
    from langgraph.graph import END

    if state["stale"]:
        return END
    if state["verdict"] == Verdict.EDIT:
        return "approve"
    return "wait" if state["rung"] == Rung.ADAPT and not state["now"] else "carry_out"


def _by_outcome(state: LearningState) -> str:
    from langgraph.graph import END

    return END if state.get("stale") else "done"
