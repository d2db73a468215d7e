"""Commands of memory: remember, know, edit, forget, export, import."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from twin.cli import documents, knowledge, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, Session, session
from twin.cli.talk import answer
from twin.domain import MemoryKind
from twin.errors import NotUnderstoodError
from twin.requests import (
    Edit,
    Export,
    Forget,
    ForgetReport,
    ImportConversation,
    ImportMemory,
    ImportReport,
    Know,
    Remember,
    Request,
)

_NEVER = "never"
_DATE_HELP = "A date (2026-03-04) or a time (2026-03-04T18:30)."

importing = typer.Typer(name="import", help="Take in what was said and known elsewhere.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    for command in (remember, know, edit, forget, export):
        app.command(rich_help_panel="Memory")(command)
    importing.command("memory")(import_memory)
    importing.command("conversation")(import_conversation)
    app.add_typer(importing, rich_help_panel="Memory")


def remember(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="For instance: I drink oat flat whites")],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Tell the twin something to keep."""
    with session(context, home, in_process, json) as twin:
        answer(twin, Remember(text, _session_id()))


def know(
    context: typer.Context,
    about: Annotated[str, typer.Option("--about", metavar="TOPIC", help="Only what concerns this.")] = "",
    kind: Annotated[MemoryKind | None, typer.Option("--kind", help="Only this kind.")] = None,
    past: Annotated[bool, typer.Option("--history", help="Also values that no longer hold.")] = False,
    private: Annotated[bool, typer.Option("--private", help="Also what you marked private.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Show what the twin knows, by kind: since when, how sure, and the words that it was taken from."""
    with session(context, home, in_process, json) as twin:
        known = twin.call(Know(about=about, kind=kind, history=past, private=private, sources=True))
        if json:
            documents.print_json(known)
        else:
            knowledge.show(known)


def edit(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="A memory (m12); to be private also a turn or utterance.")],
    text: Annotated[str | None, typer.Option("--text", help="What it should say.")] = None,
    value: Annotated[str | None, typer.Option("--value", help="What fills its slot, in place of what does.")] = None,
    kind: Annotated[MemoryKind | None, typer.Option("--kind", help="What kind of memory it is.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Since when it holds.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=f"Until when it held; `{_NEVER}`: it holds still.")
    ] = None,
    private: Annotated[
        bool | None,
        typer.Option("--private/--public", help="Keep it to yourself: not recalled, in no prompt, not learned from."),
    ] = None,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Put a memory right. Without options it opens in your editor ($EDITOR).

    Your edit stands over what the twin makes of the same words. What you said stays as you said it: a dictation is
    corrected with `twin correct`, and anything can be forgotten.
    """
    request = Edit(
        id,
        text=text,
        value=value,
        kind=kind,
        true_from=_day(since),
        true_until=None if until == _NEVER else _day(until),
        holds=until == _NEVER,
        private=private,
        session_id=_session_id(),
    )
    with session(context, home, in_process, json) as twin:
        if request == Edit(id, session_id=request.session_id) and id[:1] == "m":
            by_hand = _by_hand(twin, id)
            if by_hand is None:
                render.note("Nothing was changed.")
                return
            request = by_hand
        report = twin.call(request)
        if json:
            documents.print_json(report)
        else:
            knowledge.show_edited(report)


def forget(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Memories (m12), turns (t3) and utterances (u7).")
    ] = None,
    about: Annotated[str, typer.Option("--about", metavar="TOPIC", help="All that names this, in any form.")] = "",
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DATE", help="All that was said before, unless you confirmed it since."),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only list what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether I am sure.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Let a value hold again that what goes had replaced.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Forget something for good, with the words it was taken from, recordings, replies and all that was learned of it.

    --about and --before show what goes and ask; where nobody can be asked, they need --yes.
    """
    request = Forget(tuple(ids or ()), about, _moment(before), preview=preview, restore=restore)
    with session(context, home, in_process, json) as twin:
        sure = preview or yes or bool(ids)
        report = twin.call(request) if sure else forgotten_if_agreed(twin, request)
        if report is None:
            render.note("Nothing is gone.")
        elif json:
            documents.print_json(report)
        else:
            knowledge.show_forgotten(report)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, JSON lines.")],
    about: Annotated[str, typer.Option("--about", metavar="TOPIC", help="Only what names this.")] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Write what you said and what the twin knows to a file that you can read, what is private included.

    Dictations come as texts with the hash of their recording, not with the recording itself.
    """
    with session(context, home, in_process, json) as twin:
        report = twin.call(Export(str(file.expanduser().resolve()), about))
        if json:
            documents.print_json(report)
        else:
            knowledge.show_export(report)


def import_memory(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `twin export` wrote.")],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Take in what a twin exported. What is here already is skipped, what you forgot is refused."""
    _import(context, ImportMemory(str(file.expanduser().resolve())), home, in_process, json)


def import_conversation(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines of session, speaker, text and at.")],
    me: Annotated[
        str, typer.Option("--me", metavar="NAME", help="The speaker who is you (default: me, or user).")
    ] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Take in a conversation from elsewhere, and what you tell in it. What others say is never taken for yours.

    A line: `{"session": "trip", "speaker": "Anna", "text": "See you!", "at": "2026-03-04T18:30"}`. An import that was
    interrupted is done again; what is in is skipped, and what you forgot is refused.
    """
    _import(context, ImportConversation(str(file.expanduser().resolve()), me), home, in_process, json)


def _import(
    context: typer.Context, request: Request[ImportReport], home: str | None, in_process: bool, json: bool
) -> None:
    with session(context, home, in_process, json) as twin:
        report = twin.call(request)
        if json:
            documents.print_json(report)
        else:
            knowledge.show_import(report)


def _by_hand(twin: Session, id: str) -> Edit | None:
    from twin.cli.editor import edit_by_hand

    if twin.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotUnderstoodError(
            "Nothing to change was given, and there is no terminal for an editor.",
            hint="Say what to change with --text, --value, --from, --until or --private.",
        )
    (memory,) = twin.call(Know(ids=(id,))).memories
    return edit_by_hand(memory)


def forgotten_if_agreed(twin: Session, request: Forget) -> ForgetReport | None:
    """Show what would go, ask, and let go of exactly that; nothing if the person does not want to."""
    shown = twin.call(Forget(request.ids, request.about, request.before, preview=True, restore=request.restore))
    if not shown.going:
        return shown
    if twin.json or not sys.stdin.isatty():
        raise NotUnderstoodError(
            f"This would take away {len(shown.going)} things, and nobody can be asked.",
            hint="Look at it with --preview; let it go with --yes.",
        )
    knowledge.show_forgotten(shown)
    if not typer.confirm("Forget all of this for good?"):
        return None
    return twin.call(Forget((*shown.memory_ids, *shown.source_ids), restore=request.restore))


def _session_id() -> str:
    return f"cli-{int(time.time())}"


def _day(text: str | None) -> datetime | None:
    """A moment; a bare date is midnight in UTC, which is how memory has dates."""
    parsed = _parsed(text)
    if parsed is None or parsed.tzinfo is not None:
        return parsed
    return parsed.replace(tzinfo=UTC) if parsed.time() == datetime.min.time() else parsed.astimezone(UTC)


def _moment(text: str | None) -> datetime | None:
    """A moment; a bare date is the midnight with which it begins where the person is."""
    parsed = _parsed(text)
    return parsed.astimezone(UTC) if parsed is not None else None


def _parsed(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date. {_DATE_HELP}") from error
