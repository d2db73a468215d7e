"""Commands of dictation: dictate, correct, utterances."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.events import Event, WordHeard
from twin.requests import Correct, Dictate, ListUtterances


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Dictate")(dictate)
    app.command(rich_help_panel="Dictate")(correct)
    app.command(rich_help_panel="Dictate")(utterances)


def dictate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording: wav, flac, mp3, ogg, m4a, …")],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Turn a recording into text, word by word as it is recognised. Words to look at twice are underlined.

    Audio, text and word probabilities are kept in your home folder, so that a correction can be learned from.
    """
    first = True

    def print_word(event: Event) -> None:
        nonlocal first
        if isinstance(event, WordHeard):
            render.out.print("" if first else " ", render.styled(event.word), sep="", end="")
            sys.stdout.flush()
            first = False

    request = Dictate(path=str(file.expanduser().resolve()), session_id=f"cli-{int(time.time())}")
    with session(context, home, in_process, json) as twin:
        utterance = twin.call(request, None if json else print_word)
        if json:
            documents.print_json(documents.utterance_document(utterance))
            return
        sys.stdout.write("\n" if not first else "")
        sys.stdout.flush()
        render.show_utterance_notes(utterance)


def correct(
    context: typer.Context,
    utterance_id: Annotated[str, typer.Argument(metavar="ID", help="The utterance (u12), or `last`.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you really said, the whole of it.")],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Say what you really said. Shows which words were misheard and what the twin makes of it.

    Give the text as it stands to confirm that it was right: that teaches as much as a correction.
    """
    with session(context, home, in_process, json) as twin:
        report = twin.call(Correct(utterance_id, text))
        if json:
            documents.print_json(documents.correction_document(report))
        else:
            render.show_correction(report)


def utterances(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many.")] = 20,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """List your dictations, the newest first."""
    with session(context, home, in_process, json) as twin:
        listing = twin.call(ListUtterances(limit=limit))
        if json:
            documents.print_json([documents.utterance_document(utterance) for utterance in listing.utterances])
            return
        for utterance in listing.utterances:
            mark = " (corrected)" if utterance.corrected is not None else ""
            when = f"{utterance.created_at.astimezone():%d %b %Y %H:%M}"
            render.headline(f"{utterance.id} · {when} · {utterance.seconds:.1f} s · {utterance.origin}{mark}")
            render.out.print(f"  {utterance.text}")
