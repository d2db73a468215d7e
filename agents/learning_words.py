"""What can be done with a proposal, and how what became of it is put into words. Pure."""

from __future__ import annotations

from twin.domain import Proposal, ProposalState, RewriteRule, Rung, TrainingMode, TrainingRun
from twin.errors import NotUnderstoodError
from twin.requests import DecideProposal, Verdict


def refuse(proposal: Proposal, request: DecideProposal, *, least_examples: int) -> None:
    """Raise ``NotUnderstoodError`` if the person's word makes no sense for a proposal as it is."""
    if proposal.state is ProposalState.DONE:
        raise NotUnderstoodError(f"{proposal.id} is carried out already.", hint=_way_back(proposal))
    if proposal.state is ProposalState.STALE:
        raise NotUnderstoodError(
            f"{proposal.id} is out of date: {proposal.reason}.", hint="`twin proposals` shows what is proposed now."
        )
    if request.verdict is Verdict.EDIT and not request.without and request.mode is None:
        raise NotUnderstoodError(
            "It is not said what to change.", hint="Name examples to take out, --without c12, or a mode, --mode voice"
        )
    if request.mode is not None and proposal.rung is not Rung.ADAPT:
        raise NotUnderstoodError(f"{proposal.id} is no training: it has no mode.", hint="Approve it or reject it.")
    if request.without:
        _refuse_taking_out(proposal, request, least_examples)


def summary(proposal: Proposal, *, rule: RewriteRule | None = None, run: TrainingRun | None = None) -> str:
    """What became of a proposal. ``rule`` is that of a rewrite, ``run`` the training if there was one."""
    match proposal.state:
        case ProposalState.REJECTED:
            return f"{proposal.id} is rejected; its like is not proposed again unless something new speaks for it."
        case ProposalState.LATER:
            return f"{proposal.id} is put off; it stays in `twin proposals`."
        case ProposalState.APPROVED:
            return (
                f"{proposal.id} is approved; `twin learn` trains it, in about {max(1, round(proposal.cost_seconds))} s."
            )
        case ProposalState.DONE if rule is not None:
            return f"{rule.id} is in force: where “{rule.heard}” is heard, “{rule.term}” is written."
        case ProposalState.DONE if run is not None:
            passed = run.gate is not None and run.gate.passed
            return f"{run.id} is over: " + (
                "what was learned is in use." if passed else "the gate did not let it through, and nothing changed."
            )
        case ProposalState.DONE if proposal.rung is Rung.NEW_DOMAIN:
            return f"“{proposal.domain}” is a domain of its own now."
        case _:
            mode = ", to learn in voice mode" if proposal.mode is TrainingMode.VOICE else ""
            return f"{proposal.id} now rests on {len(proposal.example_ids)} examples{mode}, and waits for your word."


def _refuse_taking_out(proposal: Proposal, request: DecideProposal, least_examples: int) -> None:
    if proposal.rung is not Rung.ADAPT:
        raise NotUnderstoodError(
            f"{proposal.id} is no training: nothing can be taken out of it.", hint="Approve it or reject it."
        )
    if request.verdict not in (Verdict.APPROVE, Verdict.EDIT):
        raise NotUnderstoodError("Examples are taken out of what is approved or edited, not of what is put aside.")
    unknown = [known for known in request.without if known not in proposal.example_ids]
    if unknown:
        raise NotUnderstoodError(
            f"{', '.join(unknown)} is no example of {proposal.id}.",
            hint=f"`twin proposals show {proposal.id}` lists them.",
        )
    left = len(proposal.example_ids) - len(set(request.without))
    if left < least_examples:
        raise NotUnderstoodError(
            f"That would leave {left} example{'s' * (left != 1)}; a training needs {least_examples} to prove itself.",
            hint=f"Take out fewer, or put it off: twin proposals later {proposal.id}",
        )


def _way_back(proposal: Proposal) -> str:
    if proposal.rung is Rung.REWRITE:
        return f"To take it out of force: twin rules reject {proposal.subject_id}"
    return "To go back to what was before: twin adapters rollback" if proposal.rung is Rung.ADAPT else ""
