"""Commands of vocabulary and habits: vocabulary list, add, remove (import and export: exchange.py), habits."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from twin.cli import documents, exchange, render, rules
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.domain import Expression, Habits, Spread, Term
from twin.requests import AddTerm, ListTerms, RemoveTerm, ShowHabits

vocabulary_app = typer.Typer(
    name="vocabulary", help="The names and terms that the recogniser is told to listen for.", no_args_is_help=True
)

_BARS = " ▁▂▃▄▅▆▇█"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def register(app: typer.Typer) -> None:
    vocabulary_app.command("list")(list_terms)
    vocabulary_app.command("add")(add_term)
    vocabulary_app.command("remove")(remove_term)
    exchange.register(vocabulary_app)
    rules.register(vocabulary_app, app)
    app.add_typer(vocabulary_app, rich_help_panel="Memory")
    app.command(rich_help_panel="Memory")(habits)


def list_terms(
    context: typer.Context,
    domain: Annotated[str, typer.Option("--domain", metavar="NAME", help="Only the terms of this trade.")] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """List your terms, those used most first: how often and when last, their trade, and how they were misheard."""
    with session(context, home, in_process, json) as twin:
        listing = twin.call(ListTerms(domain))
        if json:
            documents.print_json(listing)
            return
        if not listing.terms:
            render.out.print("There are no terms yet. Add one: twin vocabulary add OpenRouter --heard-as “open rider”.")
        table = Table.grid(padding=(0, 2))
        for term in listing.terms:
            table.add_row(*_term_row(term))
        render.out.print(table)


def add_term(
    context: typer.Context,
    term: Annotated[str, typer.Argument(metavar="TERM", help="As you write it: OpenRouter, Claude Code, k8s.")],
    heard_as: Annotated[
        list[str] | None, typer.Option("--heard-as", metavar="TEXT", help="A way in which it is misheard; repeatable.")
    ] = None,
    domain: Annotated[str, typer.Option("--domain", metavar="NAME", help="The trade that it belongs to.")] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Add a term, or what is new to a known one: how it is misheard, its trade, another way of writing it."""
    with session(context, home, in_process, json) as twin:
        memory = twin.call(AddTerm(term, tuple(heard_as or ()), domain))
        if json:
            documents.print_json(memory)
            return
        heard = f" (heard as {', '.join(memory.aliases)})" if memory.aliases else ""
        render.out.print(f"{memory.id}: {memory.value}{heard}")


def remove_term(
    context: typer.Context,
    term: Annotated[str, typer.Argument(metavar="TERM", help="A term of `twin vocabulary list`.")],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Take a term out of use. A correction may bring it back; `twin forget ID` takes what it came from as well."""
    with session(context, home, in_process, json) as twin:
        memory = twin.call(RemoveTerm(term))
        if json:
            documents.print_json(memory)
        else:
            render.out.print(f"{memory.value} is no longer listened for.  (undo: twin edit {memory.id} --until never)")


def habits(
    context: typer.Context,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Show how you talk: favourite phrases, fillers, lengths, hours, topics. Counted now, stored nowhere."""
    with session(context, home, in_process, json) as twin:
        found = twin.call(ShowHabits())
        if json:
            documents.print_json(found)
        else:
            _show_habits(found)


def _term_row(term: Term) -> tuple[Text, Text, Text, Text]:
    text = Text(term.text)
    if term.aliases:
        text.append(f"  (heard as {', '.join(term.aliases)})", style="dim")
    domain = f"{term.domain}, I guess" if term.domain_inferred else term.domain
    used = f"used {term.uses}×, last on {render.day(term.last_used)}" if term.last_used else "not used yet"
    return Text(f"  {term.memory_id}", style="cyan"), text, Text(domain), Text(used, style="dim")


# --- habits -----------------------------------------------------------------------------------------------------


def _show_habits(found: Habits) -> None:
    if found.since is None or found.until is None:
        render.out.print("You have said nothing yet that habits could show in.")
        return
    newest = " (the newest; there is more)" if found.partial else ""
    render.out.print(
        f"{found.turns} turns and {found.dictations} dictations{newest}, {found.words} words, "
        f"from {render.day(found.since)} to {render.day(found.until)}."
    )
    for title, spread in (("A turn", found.turn_words), ("A dictation", found.dictation_words)):
        if spread is not None:
            render.out.print(f"{title} has {_spread(spread)}.")
    _show_expressions("Favourite phrases", found.phrases)
    _show_expressions("Fillers", found.fillers)
    render.out.print(Text("Hours", style="bold"))
    render.out.print(f"  {_plot(found.hours)}\n  0     6     12    18   23")
    most = max(found.weekdays)
    days = "  ".join(f"{day} {count}" for day, count in zip(_DAYS, found.weekdays, strict=True))
    render.out.print(f"  {days}" if most else "")
    if any(month.topics for month in found.months):
        render.out.print(Text("Topics", style="bold"))
    for month in found.months:
        if month.topics:
            render.out.print(f"  {month.month}  {', '.join(topic.text for topic in month.topics)}")


def _show_expressions(title: str, expressions: tuple[Expression, ...]) -> None:
    if not expressions:
        return
    render.out.print(Text(title, style="bold"))
    table = Table.grid(padding=(0, 2))
    for expression in expressions:
        seen = ", ".join(f"{sighting.source_id} {render.day(sighting.said_at)}" for sighting in expression.sightings)
        count = f"{expression.count}×, {expression.rate:g} in 1000 words"
        table.add_row(f"  {expression.text}", Text(count), Text(seen, style="dim"))
    render.out.print(table)


def _spread(spread: Spread) -> str:
    return f"{spread.median:g} words in the middle, half of them {spread.low:g} to {spread.high:g}"


def _plot(counts: tuple[int, ...]) -> str:
    """A bar a count, the highest as high as a line."""
    most = max(counts)
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] if most else _BARS[0] for count in counts)
