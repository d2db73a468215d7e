"""The graph of approval, in LangGraph, with a person in the loop.

::

    propose -> approve -> check -> carry_out -> done
                | ^  |      | ^
           put_off   |      v |
                  reject   wait          for `twin learn`, before a training

``approve`` and ``wait`` are interrupts; an edit goes from ``check`` back to ``approve``. However long a proposal
waited, it is checked just before it is carried out; only what was begun, and killed, is gone on with as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agents.learning_state import LearningState, Parts, Run
from twin.domain import Proposal, ProposalState, Rung, RunState, TrainingMode
from twin.errors import NotUnderstoodError
from twin.requests import DecideRule, Verdict

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from agents.checkpoints import Checkpoints


def build_graph(checkpoints: Checkpoints) -> Any:
    """The graph, compiled. Imports LangGraph, which takes about a second."""
    from langgraph.graph import END, START, StateGraph

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
    return graph.compile(checkpointer=checkpoints)


# --- nodes ----------------------------------------------------------------------------------------------------


def _propose(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    return {"rung": runtime.context.parts.ledger.proposal(state["proposal_id"]).rung.value}


def _approve(state: LearningState, runtime: Runtime[Run]) -> LearningState:
    """Wait for the person's word, and do nothing else: what stands before an interrupt is done again after it."""
    from langgraph.types import interrupt

    word = interrupt(state["proposal_id"])
    return {"verdict": word["verdict"], "without": word["without"], "mode": word.get("mode", ""), "now": word["now"]}


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
    """See whether what the proposal rests on still holds, and only then change it as asked and write the word down."""
    parts, proposal_id = runtime.context.parts, state["proposal_id"]
    proposal = parts.ledger.proposal(proposal_id)
    if why := why_stale(proposal, parts):
        parts.ledger.set_proposal(proposal_id, ProposalState.STALE, reason=why)
        return {"stale": True}
    left = tuple(known for known in proposal.example_ids if known not in state["without"])
    mode = TrainingMode(state["mode"]) if state.get("mode") else proposal.mode
    asked = replace(proposal, example_ids=left, mode=mode)
    approved = state["verdict"] == Verdict.APPROVE
    parts.ledger.set_proposal(
        proposal_id,
        ProposalState.APPROVED if approved else ProposalState.OPEN,
        reason=runtime.context.reason,
        example_ids=left,
        mode=mode,
        cost_seconds=proposal.cost_seconds if asked == proposal else parts.cost(asked),
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
