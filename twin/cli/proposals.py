"""Commands of proposals: list, show, approve, reject, edit, later."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from twin.cli import documents, learn, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.domain import Interval, Proposal, ProposalState, Rung, TrainingMode
from twin.requests import DecideProposal, ListProposals, Proposals, ShowProposal, Verdict

proposals_app = typer.Typer(
    help="What the twin wishes to learn, with its evidence, and your word on it. Nothing of it happens without you."
)

_WAITING = (ProposalState.OPEN, ProposalState.LATER, ProposalState.APPROVED)
_KINDS = {
    Rung.REWRITE: "a rewrite rule",
    Rung.ADAPT: "a training",
    Rung.NEW_DOMAIN: "a domain of its own",
}
_STATES = {
    ProposalState.OPEN: "waits for your word",
    ProposalState.APPROVED: "approved, waits for its training",
    ProposalState.REJECTED: "rejected",
    ProposalState.LATER: "put off",
    ProposalState.STALE: "out of date",
    ProposalState.DONE: "carried out",
}

_ProposalArgument = Annotated[str, typer.Argument(metavar="ID", help="A proposal of `twin proposals` (p3).")]
_WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="ID", help="An example (c12) that it should not learn from; repeatable."),
]
_ModeOption = Annotated[
    TrainingMode | None,
    typer.Option("--mode", help="What a training shall change: the decoder alone, or voice: the encoder's top, too."),
]


def register(app: typer.Typer) -> None:
    app.add_typer(proposals_app, name="proposals", rich_help_panel="Learn")


@proposals_app.callback(invoke_without_command=True)
def proposals(
    context: typer.Context, home: HomeOption = None, in_process: InProcessOption = False, json: JsonOption = False
) -> None:
    if context.invoked_subcommand is None:
        list_proposals(context, home=home, in_process=in_process, json=json)


@proposals_app.command("list")
def list_proposals(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are decided or out of date.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """List what waits for your word, or was approved and waits for its training."""
    with session(context, home, in_process, json) as twin:
        known = twin.call(ListProposals()).proposals
        shown = tuple(proposal for proposal in known if everything or proposal.state in _WAITING)
        if json:
            documents.print_json(Proposals(shown))
            return
        if not shown:
            render.out.print(
                "Nothing is proposed. Correct what is misheard (`twin correct`): what the twin makes of it, and what "
                "it still lacks, says `twin why`."
            )
        table = Table.grid(padding=(0, 2))
        for proposal in shown:
            cost = f"{proposal.cost_seconds:.0f} s" if proposal.cost_seconds else ""
            table.add_row(proposal.id, Text(proposal.summary, overflow="fold"), cost, f"({_STATES[proposal.state]})")
        render.out.print(table)
        if len(shown) < len(known):
            render.note(f"{len(known) - len(shown)} more are decided or out of date: twin proposals list --all")
        if shown:
            render.note(f"Look at one: twin proposals show {shown[0].id}")


@proposals_app.command("show")
def show_proposal(
    context: typer.Context,
    id: _ProposalArgument,
    replay: Annotated[
        bool, typer.Option("--replay", help="Gather the evidence anew, on your own recordings; takes a while.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Show the evidence of a proposal: what it would fix and what it would break in what you have dictated, the gain
    that is expected, and what it costs."""
    with session(context, home, in_process, json) as twin:
        proposal = twin.call(ShowProposal(id, replay=replay))
        if json:
            documents.print_json(proposal)
        else:
            show(proposal)


@proposals_app.command("approve")
def approve(
    context: typer.Context,
    id: _ProposalArgument,
    now: Annotated[bool, typer.Option("--now", help="Train at once, rather than with the next `twin learn`.")] = False,
    without: _WithoutOption = None,
    mode: _ModeOption = None,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Approve a proposal. It is checked once more; a rule is in force at once, a training waits for `twin learn`."""
    request = DecideProposal(id, Verdict.APPROVE, without=tuple(without or ()), now=now, mode=mode)
    _decide(context, request, home, in_process, json)


@proposals_app.command("reject")
def reject(
    context: typer.Context,
    id: _ProposalArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept with the proposal.")] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Reject a proposal. Its like is not proposed again, unless something new speaks for it."""
    _decide(context, DecideProposal(id, Verdict.REJECT, reason=reason), home, in_process, json)


@proposals_app.command("edit")
def edit(
    context: typer.Context,
    id: _ProposalArgument,
    without: _WithoutOption = None,
    mode: _ModeOption = None,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Take examples out of a training, or have it change more of the recogniser, and decide later. `twin proposals
    show` lists its examples."""
    _decide(context, DecideProposal(id, Verdict.EDIT, without=tuple(without or ()), mode=mode), home, in_process, json)


@proposals_app.command("later")
def later(
    context: typer.Context,
    id: _ProposalArgument,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Put a proposal off. It stays in the list, and nothing happens."""
    _decide(context, DecideProposal(id, Verdict.LATER), home, in_process, json)


def _decide(context: typer.Context, request: DecideProposal, home: str | None, in_process: bool, json: bool) -> None:
    with session(context, home, in_process, json) as twin, learn.resumable(request.now):
        decided = twin.call(request)
        if json:
            documents.print_json(decided)
            return
        render.out.print(decided.summary)
        if decided.run is not None:
            learn.show_run(decided.run)


# --- how a proposal looks ---------------------------------------------------------------------------------------


def show(proposal: Proposal) -> None:
    """What is proposed, why one may believe it, and how to answer."""
    kind = _KINDS.get(proposal.rung, proposal.rung.value)
    render.headline(f"{proposal.id} · {kind} · {render.day(proposal.created_at)} · {_STATES[proposal.state]}")
    render.out.print(proposal.summary)
    if proposal.reason:
        render.out.print(f"  because: {proposal.reason}")
    for line in _expectations(proposal):
        render.out.print(f"  {line}")
    learn.show_changes("would fix", proposal.fixes, "green")
    learn.show_changes("would break", proposal.breaks, "red")
    if proposal.example_ids:
        render.out.print(f"  rests on {len(proposal.example_ids)} examples: {', '.join(proposal.example_ids)}")
    if proposal.state in _WAITING:
        edit = f" · edit {proposal.id} --without c1" if proposal.rung is Rung.ADAPT else ""
        render.note(f"  └ twin proposals approve {proposal.id}{edit} · reject {proposal.id} · later {proposal.id}")


def _expectations(proposal: Proposal) -> list[str]:
    lines = []
    if proposal.mode is TrainingMode.VOICE:
        lines.append(f"in voice mode: the top of the encoder is trained, too (twin why {proposal.id})")
    if proposal.expected_gain is not None:
        lines.append(f"expected: {_fewer(proposal.expected_gain)} of the {proposal.errors} words that are wrong today")
    if proposal.rung is Rung.ADAPT and proposal.cost_seconds:
        lines.append(f"costs about {max(1, round(proposal.cost_seconds))} s of training")
    return lines


def _fewer(gain: Interval) -> str:
    return f"{gain.value:.0%} fewer ({gain.low:.0%} to {gain.high:.0%})"
