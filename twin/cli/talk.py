"""Commands of the conversation and of memory: chat, ask, remember, know, forget, history."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, Session, session
from twin.domain import MemoryKind, Reply
from twin.errors import CancelledByPersonError, EngineLostError, TwinError
from twin.events import Event, Token
from twin.requests import Ask, Converse, Forget, Know, Remember, Request, ShowHistory


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Talk")(chat)
    app.command(rich_help_panel="Talk")(ask)
    app.command(rich_help_panel="Memory")(remember)
    app.command(rich_help_panel="Memory")(know)
    app.command(rich_help_panel="Memory")(forget)
    app.command(rich_help_panel="Memory")(history)


def chat(
    context: typer.Context,
    once: Annotated[str | None, typer.Option("--once", metavar="TEXT", help="Say one thing and leave.")] = None,
    session_id: Annotated[
        str | None, typer.Option("--session", metavar="NAME", help="Go on with a conversation of this name.")
    ] = None,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Talk to the twin. It keeps what you tell it about yourself; questions about you are answered from that.

    Without --once, one line is one turn: Ctrl-C stops a reply, Ctrl-D leaves.
    """
    name = session_id or f"cli-{int(time.time())}"
    with session(context, home, in_process, json) as twin:
        if once is not None:
            _answer(twin, Converse(once, name))
            return
        if sys.stdin.isatty() and not json:
            render.note("Talk to me. Ctrl-C stops a reply, Ctrl-D leaves.")
        while (line := _read_line()) is not None:
            if not line.strip():
                continue
            try:
                _answer(twin, Converse(line, name))
            except CancelledByPersonError:
                render.note("  (stopped)")
            except EngineLostError as error:
                render.show_error(error)


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="For instance: what coffee do I like?")],
    now: Annotated[
        bool, typer.Option("--now", help="Answer from words alone if the embedding model is not loaded yet.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Ask what the twin knows about you. The answer cites when you said it; what it was not told, it does not know."""
    with session(context, home, in_process, json) as twin:
        _answer(twin, Ask(question, lexical_only=now))


def remember(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="For instance: I drink oat flat whites")],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Tell the twin something to keep."""
    with session(context, home, in_process, json) as twin:
        _answer(twin, Remember(text, f"cli-{int(time.time())}"))


def know(
    context: typer.Context,
    about: Annotated[str, typer.Option("--about", metavar="TOPIC", help="Only what concerns this.")] = "",
    kind: Annotated[MemoryKind | None, typer.Option("--kind", help="Only this kind.")] = None,
    past: Annotated[bool, typer.Option("--history", help="Also values that no longer hold.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Show what the twin knows, by kind, with dates and the turns it comes from."""
    with session(context, home, in_process, json) as twin:
        knowledge = twin.call(Know(about=about, kind=kind, history=past))
        if json:
            documents.print_json(knowledge)
        else:
            render.show_knowledge(knowledge)


def forget(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="A memory (m12), turn (t3) or utterance (u7).")],
    preview: Annotated[bool, typer.Option("--preview", help="Only list what would go.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Forget something for good, together with the words it was taken from."""
    with session(context, home, in_process, json) as twin:
        report = twin.call(Forget(id, preview=preview))
        if json:
            documents.print_json(report)
        else:
            render.show_forgotten(report)


def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many turns.")] = 20,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Show the last turns of all conversations, oldest first."""
    with session(context, home, in_process, json) as twin:
        past = twin.call(ShowHistory(limit=limit))
        if json:
            documents.print_json(past)
            return
        for turn in past.turns:
            render.headline(f"{turn.id} · {turn.created_at.astimezone():%d %b %Y %H:%M} · {turn.speaker.value}")
            render.out.print(f"  {turn.text}")


def _read_line() -> str | None:
    try:
        return input("› " if sys.stdin.isatty() else "")
    except EOFError:
        return None


def _answer(twin: Session, request: Request[Reply]) -> None:
    streamed = False

    def print_token(event: Event) -> None:
        nonlocal streamed
        if isinstance(event, Token):
            streamed = True
            sys.stdout.write(render.printable(event.text))
            sys.stdout.flush()

    try:
        reply = twin.call(request, None if twin.json else print_token)
    except TwinError:
        if streamed:
            sys.stdout.write("\n")
        raise
    if twin.json:
        documents.print_json(documents.reply_document(reply), in_one_line=isinstance(request, Converse))
        return
    sys.stdout.write("\n" if streamed else f"{render.printable(reply.text)}\n")
    sys.stdout.flush()
    render.show_reply_notes(reply)
