"""Commands of the conversation: chat, ask, history."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Annotated

import typer

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, Session, session
from twin.domain import Reply
from twin.errors import CancelledByPersonError, EngineLostError, TwinError
from twin.events import Event, Token
from twin.requests import Ask, Converse, Request, ShowHistory

_LEAVE = frozenset({"/quit", "/exit", "/q", "quit", "exit"})
_HELP = (
    "  /why    how the last answer came about: route, sources, style, model, prompt\n"
    "  /help   this\n"
    "  /quit   leave (Ctrl-D too)\n"
    "  Anything else is said to the twin."
)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Talk")(chat)
    app.command(rich_help_panel="Talk")(ask)
    app.command(rich_help_panel="Talk")(history)


def chat(
    context: typer.Context,
    once: Annotated[str | None, typer.Option("--once", metavar="TEXT", help="Say one thing and leave.")] = None,
    session_id: Annotated[
        str | None, typer.Option("--session", metavar="NAME", help="Go on with a conversation of this name.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Off the record: neither what you say nor the replies are kept.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show with each reply its route, sources, style, model and prompt.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Talk to the twin. It keeps what you tell it about yourself; questions about you are answered from that.

    Without --once, one line is one turn: Ctrl-C stops a reply, Ctrl-D leaves, /help lists the commands.
    """
    name = session_id or f"cli-{int(time.time())}"
    with session(context, home, in_process, json) as twin:
        if once is not None:
            answer(twin, Converse(once, name, private=private, explain=explain), explain=explain)
            return
        if sys.stdin.isatty() and not json:
            render.note("Talk to me. Ctrl-C stops a reply, /help lists commands, /quit leaves.")
        converse(twin, name, private=private, explain=explain)


def converse(
    twin: Session,
    name: str,
    *,
    private: bool = False,
    explain: bool = False,
    obey: Callable[[str], None] | None = None,
    help: str = _HELP,
) -> None:
    """One line a turn, until there are no more or the person leaves.

    ``obey`` carries out a line that begins with a stroke and is none of the three of ``chat``. Raises, where no person
    is at the other end to go on, what a turn or a command raises.
    """
    last: Reply | None = None
    while (line := _read_line()) is not None:
        command = line.strip().lower()
        if command in _LEAVE:
            return
        try:
            if command == "/why":
                _show_why(last, json=twin.json)
            elif command in ("/help", "help"):
                render.note(help)
            elif command.startswith("/") and obey is not None:
                obey(line.strip())
            elif command.startswith("/"):
                render.note(f"There is no command {command.split()[0]}.\n{help}")
            elif command:
                last = answer(twin, Converse(line, name, private=private, explain=True), explain=explain)
        except CancelledByPersonError as cancelled:
            render.note(f"  (stopped) {cancelled.hint}".rstrip())
        except TwinError as error:
            if not (isinstance(error, EngineLostError) or sys.stdin.isatty()):
                raise
            render.show_error(error)  # the next turn may well succeed


def _show_why(reply: Reply | None, *, json: bool) -> None:
    if reply is None:
        render.note("Nothing was answered yet.")
    elif json:
        documents.print_json(documents.reply_document(reply), in_one_line=True)
    else:
        render.show_explanation(reply)


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="For instance: what coffee do I like?")],
    now: Annotated[
        bool,
        typer.Option(
            "--now", help="Answer at once, with a quotation; from words alone if the embedding model is not loaded yet."
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what was considered, and why the answer is what it is.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Ask what the twin knows about you. The answer cites when you said it; what it was not told, it does not know."""
    with session(context, home, in_process, json) as twin:
        answer(twin, Ask(question, lexical_only=now, explain=explain), explain=explain)


def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many turns.")] = 20,
    private: Annotated[bool, typer.Option("--private", help="Also what you marked private.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Show the last turns of all conversations, oldest first."""
    with session(context, home, in_process, json) as twin:
        past = twin.call(ShowHistory(limit=limit, private=private))
        if json:
            documents.print_json(past)
            return
        for turn in past.turns:
            who = f"{turn.name or turn.speaker.value}{' · private' if turn.private else ''}"
            render.headline(f"{turn.id} · {turn.created_at.astimezone():%d %b %Y %H:%M} · {who}")
            render.out.print(f"  {turn.shown}")


def _read_line() -> str | None:
    try:
        return input(("> " if render.out.plain else "› ") if sys.stdin.isatty() else "")
    except EOFError:
        return None


def answer(twin: Session, request: Request[Reply], *, explain: bool = False) -> Reply:
    """Print the reply to ``request`` as it comes (in plain lines: once it is whole), then what belongs to it."""
    streamed = False

    def print_token(event: Event) -> None:
        nonlocal streamed
        if isinstance(event, Token):
            streamed = True
            sys.stdout.write(render.printable(event.text))
            sys.stdout.flush()

    try:
        reply = twin.call(request, None if twin.json or render.out.plain else print_token)
    except TwinError:
        if streamed:
            sys.stdout.write("\n")
        raise
    if twin.json:
        documents.print_json(documents.reply_document(reply), in_one_line=isinstance(request, Converse))
        return reply
    sys.stdout.write("\n" if streamed else f"{render.printable(reply.text)}\n")
    sys.stdout.flush()
    render.show_reply_notes(reply)
    if explain:
        render.show_explanation(reply)
    return reply
