"""Commands of adapters: list, show, use, compare, rollback, delete."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from twin.cli import documents, learn, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.domain import Adapter
from twin.requests import (
    AdapterReport,
    Adapters,
    CompareVersions,
    DeleteAdapter,
    ListAdapters,
    Request,
    ShowAdapter,
    UseAdapter,
    VersionsCompared,
)

adapters_app = typer.Typer(
    help="The versions of what was learned by training: what they were made of, which one is in use, and the way back."
)

_AdapterArgument = Annotated[str, typer.Argument(metavar="ID", help="A version of `twin adapters` (a3).")]


def register(app: typer.Typer) -> None:
    app.add_typer(adapters_app, name="adapters", rich_help_panel="Learn")


@adapters_app.callback(invoke_without_command=True)
def adapters(
    context: typer.Context, home: HomeOption = None, in_process: InProcessOption = False, json: JsonOption = False
) -> None:
    if context.invoked_subcommand is None:
        list_adapters(context, home, in_process, json)


@adapters_app.command("list")
def list_adapters(
    context: typer.Context, home: HomeOption = None, in_process: InProcessOption = False, json: JsonOption = False
) -> None:
    """Draw all versions, each below the one that its training began from, with the one that is in use marked."""
    _list(context, ListAdapters(), home, in_process, json)


@adapters_app.command("show")
def show_adapter(
    context: typer.Context,
    id: _AdapterArgument,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Show what a version was trained on and how it proved itself."""
    with session(context, home, in_process, json) as twin:
        report = twin.call(ShowAdapter(id))
        if json:
            documents.print_json(report)
        else:
            show(report)


@adapters_app.command("use")
def use(
    context: typer.Context,
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A version (a3); `base` for none, `previous` for the one before.")
    ],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Put a version in use, from the next dictation on. One that the gate refused cannot be."""
    _list(context, UseAdapter(id), home, in_process, json)


@adapters_app.command("compare")
def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="ID", help="A version (a2), or `base` for none.")],
    second: Annotated[str, typer.Argument(metavar="ID", help="Another.")],
    last: Annotated[int, typer.Option("--last", min=1, help="How many of your last dictations are heard.")] = 5,
    utterances: Annotated[
        list[str] | None, typer.Option("--utterance", metavar="ID", help="Hear this one (u7); may be given again.")
    ] = None,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Hear your own recordings anew with two versions, without hints and rules. Nothing of it is kept."""
    with session(context, home, in_process, json) as twin:
        compared = twin.call(CompareVersions(first, second, tuple(utterances or ()), last))
        if json:
            documents.print_json(compared)
        else:
            show_compared(compared)


@adapters_app.command("rollback")
def roll_back(
    context: typer.Context, home: HomeOption = None, in_process: InProcessOption = False, json: JsonOption = False
) -> None:
    """Go back to the version before the one in use, or to none. Nothing is deleted."""
    _list(context, UseAdapter("previous"), home, in_process, json)


@adapters_app.command("delete")
def delete(
    context: typer.Context,
    id: _AdapterArgument,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Delete a version's files; if it is in use, the one before takes its place. What it was made of stays known."""
    _list(context, DeleteAdapter(id), home, in_process, json)


def _list(context: typer.Context, request: Request[Adapters], home: str | None, in_process: bool, json: bool) -> None:
    with session(context, home, in_process, json) as twin:
        listing = twin.call(request)
        if json:
            documents.print_json(listing)
        else:
            show_lineage(listing)


# --- how versions look ------------------------------------------------------------------------------------------


def show_lineage(listing: Adapters) -> None:
    """A tree for each domain, with the base at its root, and the trainings of which no version came."""
    if not listing.adapters:
        render.out.print("Nothing was learned by training yet. What could be: `twin proposals`.")
    for domain in dict.fromkeys(adapter.domain for adapter in listing.adapters):
        of_domain = [adapter for adapter in listing.adapters if adapter.domain == domain]
        in_use = any(adapter.live for adapter in of_domain)
        root = Tree(Text(f"{of_domain[0].base}{f' · {domain}' if domain else ''}{'' if in_use else '  ● in use'}"))
        _grow(root, None, of_domain)
        render.out.print(root)
    made = {adapter.run_id for adapter in listing.adapters}
    for run in listing.runs:
        if run.id not in made:
            learn.show_outcome(run)


def _grow(branch: Tree, parent_id: str | None, adapters: Sequence[Adapter]) -> None:
    known = {adapter.id for adapter in adapters}
    for adapter in adapters:
        # One whose parent is of another domain begins a line of its own.
        if (adapter.parent_id if adapter.parent_id in known else None) == parent_id:
            _grow(branch.add(_label(adapter)), adapter.id, adapters)


def _label(adapter: Adapter) -> Text:
    label = Text(f"{adapter.id} · {render.day(adapter.created_at)} · {len(adapter.example_ids)} examples")
    if adapter.live:
        label.append("  ● in use", style="bold green")
    if adapter.withdrawn_because:
        label.append(f"  withdrawn: {adapter.withdrawn_because}", style="red")
    elif not adapter.promoted:
        label.append("  not passed by the gate", style="yellow")
    return label


def show(report: AdapterReport) -> None:
    """One version: what came before it, what it was trained on, how it proved itself."""
    adapter = report.adapter
    render.out.print(_label(adapter))
    render.out.print(f"  {' → '.join((adapter.base, *(one.id for one in report.lineage)))}")
    render.out.print(f"  trained on {', '.join(adapter.example_ids)}")
    if adapter.replay_ids:
        render.out.print(f"  beside {', '.join(adapter.replay_ids)}, seen again so that they stay known")
    if report.forgotten_ids:
        render.out.print(f"  of these you have forgotten {', '.join(report.forgotten_ids)}")
    render.note(f"  sha256 {adapter.sha256[:16]}… on weights {adapter.base_sha256[:16]}… · recipe {adapter.recipe}")
    learn.show_run(report.run)
    learn.show_changes("heard better", [change for change in report.run.changes if change.better], "green")
    learn.show_changes("heard worse", [change for change in report.run.changes if not change.better], "red")


def show_compared(compared: VersionsCompared) -> None:
    """Each recording as both versions hear it, the words in which they differ marked."""
    width = max(len(name) for name in (compared.first, compared.second, "said"))
    for one in compared.heard:
        render.headline(f"{one.utterance_id} · {render.day(one.said_at)}")
        if one.said is not None:
            render.out.print(f"  {'said':<{width}}  {_flat(one.said)}")
        if one.first == one.second:
            render.out.print(f"  {'both':<{width}}  {_flat(one.first)}")
            continue
        first, second = one.first.split(), one.second.split()
        for name, words, others in ((compared.first, first, second), (compared.second, second, first)):
            render.out.print(Text.assemble(f"  {name:<{width}}  ", _marked(words, others)))
    alike = sum(one.first == one.second for one in compared.heard)
    render.note(f"{alike} of {len(compared.heard)} are heard alike.")


def _marked(words: Sequence[str], others: Sequence[str]) -> Text:
    """Words, those that stand otherwise among the ``others`` in brackets: not by colour alone."""
    marked = list(words)
    for kind, begin, end, _, _ in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if kind != "equal" and end > begin:
            marked[begin] = f"[{marked[begin]}"
            marked[end - 1] = f"{marked[end - 1]}]"
    return Text(render.printable(" ".join(marked)))


def _flat(text: str) -> str:
    return render.printable(" ".join(text.split()))
