"""Commands of dictation: dictate, devices, correct, utterances."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from twin.cli import documents, output, render
from twin.cli.live import LiveCall, LiveView, ended_by_enter, piped_file
from twin.cli.options import HomeOption, InProcessOption, JsonOption, Session, locate_home, session
from twin.cli.output import Target
from twin.cli.talk import answer
from twin.domain import Utterance
from twin.events import Event, UtteranceHeard, WordHeard
from twin.paths import Home
from twin.requests import (
    Alternatives,
    Converse,
    Correct,
    Dictate,
    DictateAgain,
    ListDevices,
    Listen,
    ListUtterances,
    RawFormat,
    Utterances,
)

_MORE = 20
"""Utterances of others, dictated meanwhile, among which those of a session are found again."""


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Dictate")(dictate)
    app.command(rich_help_panel="Dictate")(devices)
    app.command(rich_help_panel="Dictate")(correct)
    app.command(rich_help_panel="Dictate")(utterances)


def dictate(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A recording: wav, flac, mp3, ogg, m4a, … or - for a pipe.")
    ] = None,
    mic: Annotated[bool, typer.Option("--mic", help="Listen to the microphone; Enter ends.")] = False,
    device: Annotated[
        str,
        typer.Option("--device", metavar="NAME", help="Which microphone: a name from `twin devices`, or part of it."),
    ] = "",
    hands_free: Annotated[
        bool, typer.Option("--hands-free", help="With --mic: an utterance ends by itself when you pause.")
    ] = False,
    again: Annotated[
        str, typer.Option("--again", metavar="ID", help="Recognise a kept recording anew, and show what changed.")
    ] = "",
    rate: Annotated[
        int | None, typer.Option("--rate", min=1000, metavar="HZ", help="Of a pipe with raw sound: samples a second.")
    ] = None,
    channels: Annotated[
        int | None, typer.Option("--channels", min=1, max=32, help="Of a pipe with raw sound: its channels.")
    ] = None,
    sample_format: Annotated[
        str | None, typer.Option("--format", help="Of a pipe with raw sound: s16le, s32le, u8 or f32le.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Only print the text: keep nothing of it.")] = False,
    to: Annotated[str, typer.Option("--to", metavar="PLACE", help=output.HELP)] = output.STDOUT,
    append: Annotated[bool, typer.Option("--append", help="Add the text to the end of the file.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Short for --to clipboard.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Turn speech into text, word by word as it is recognised. Words to look at twice are underlined.

    Give a recording, `-` for what another program pipes in (`arecord | twin dictate -`), or --mic. Audio, text and
    word probabilities are kept in your home folder, so that a correction can be learned from.
    """
    if (file is not None) + mic + bool(again) != 1:
        raise typer.BadParameter("Give one of: a recording, - for a pipe, --mic, --again ID.")
    target = output.target(to, append=append, clipboard=copy)
    if json and target.place is output.Place.CHAT:
        raise typer.BadParameter("--json prints the dictation; what the twin replies to it would be a second document.")
    session_id = f"cli-{int(time.time())}"
    with session(context, home, in_process, json) as twin:
        if again:
            _dictate_again(twin, again)
        elif mic:
            _listen(twin, Listen(session_id, device=device, hands_free=hands_free, private=private), target)
        elif file == "-":
            given = {"rate_hz": rate, "channels": channels, "sample_format": sample_format}
            chosen = {name: value for name, value in given.items() if value is not None}
            raw = RawFormat(**chosen) if chosen else None  # type: ignore[arg-type]
            _listen_to_pipe(twin, locate_home(context, home), Listen(session_id, private=private), raw, target)
        else:
            assert file is not None
            path = str(Path(file).expanduser().resolve())
            _dictate_file(twin, Dictate(path=path, session_id=session_id, private=private), target)


def _dictate_file(twin: Session, request: Dictate, target: Target) -> None:
    """On a terminal words show as they are recognised; what goes elsewhere is the text that it comes to."""
    first = True
    streaming = not twin.json and target.place is output.Place.STDOUT and sys.stdout.isatty() and not render.out.plain

    def print_word(event: Event) -> None:
        nonlocal first
        if isinstance(event, WordHeard):
            render.out.print("" if first else " ", render.styled(event.word), sep="", end="")
            sys.stdout.flush()
            first = False

    utterance = twin.call(request, print_word if streaming else None)
    if not first:
        typer.echo()
    if twin.json:
        documents.print_json(documents.utterance_document(utterance))
    elif utterance.shown and (first or utterance.edited is not None) and target.place is output.Place.STDOUT:
        render.out.print(render.styled_utterance(utterance))
    _deliver(twin, (utterance,), target, request.session_id)
    if not twin.json:
        render.show_utterance_notes(utterance)


def _deliver(twin: Session, utterances: Sequence[Utterance], target: Target, session_id: str) -> None:
    """Put the text where it goes, if that is not where it was printed already."""
    text = ""
    for utterance in utterances:
        text += (" " if text and not text.endswith("\n") else "") + utterance.text
    if text.strip() and target.place is not output.Place.STDOUT:
        show = (lambda printed: None) if twin.json else typer.echo  # it is in the document already
        output.deliver(text, target, say=lambda said: answer(twin, Converse(said, session_id)), show=show)


def _listen(twin: Session, request: Listen, target: Target) -> None:
    """From the microphone."""
    keys = "Enter stops" if request.hands_free else "Enter ends · Ctrl-C cancels"
    with LiveView(enabled=not twin.json, keys=keys) as view:
        call = LiveCall(twin, request, lambda event: _show_live(event, view, twin, target))
        with ended_by_enter(call, twin, at_end_of_input=not request.hands_free):
            heard = call.result()
    _show_heard(heard, twin, several=request.hands_free)
    _deliver(twin, _as_they_stand(twin, heard), target, request.session_id)


def _listen_to_pipe(twin: Session, home: Home, request: Listen, raw: RawFormat | None, target: Target) -> None:
    with (
        piped_file(twin, home, raw) as (pipe, start),
        LiveView(enabled=not twin.json, keys="Ctrl-C cancels") as view,
    ):
        call = LiveCall(twin, replace(request, pipe=pipe), lambda event: _show_live(event, view, twin, target))
        start(call)
        heard = call.result()
    _show_heard(heard, twin, several=False)
    _deliver(twin, heard.utterances, target, request.session_id)


def _as_they_stand(twin: Session, heard: Utterances) -> tuple[Utterance, ...]:
    """The utterances of a session as they are now: a later one may have taken something of an earlier one back."""
    if len(heard.utterances) < 2:
        return heard.utterances
    listed = twin.call(ListUtterances(limit=len(heard.utterances) + _MORE, private=True)).utterances
    now = {utterance.id: utterance for utterance in listed}
    return tuple(now.get(utterance.id, utterance) for utterance in heard.utterances)


def _show_live(event: Event, view: LiveView, twin: Session, target: Target) -> None:
    view.see(event)
    if isinstance(event, UtteranceHeard) and event.utterance.text and not twin.json:
        with view.aside():
            console = render.out if target.place is output.Place.STDOUT else render.err
            console.print(render.styled_utterance(event.utterance))
            sys.stdout.flush()
            render.show_utterance_notes(event.utterance)


def _show_heard(heard: Utterances, twin: Session, *, several: bool) -> None:
    """What is left to say when listening is over."""
    if twin.json:
        found = [documents.utterance_document(utterance) for utterance in heard.utterances]
        documents.print_json(found if several else next(iter(found), None))
    elif not heard.utterances:
        render.note("Nothing was said; nothing was kept.")


def _dictate_again(twin: Session, utterance_id: str) -> None:
    heard = twin.call(DictateAgain(utterance_id))
    if twin.json:
        documents.print_json(documents.heard_again_document(heard))
    else:
        render.show_heard_again(heard)


def devices(
    context: typer.Context,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """List the microphones that --device can name."""
    with session(context, home, in_process, json) as twin:
        found = twin.call(ListDevices()).devices
        if json:
            documents.print_json(found)
            return
        for device in found:
            mark = " (the usual one)" if device.default else ""
            render.out.print(f"{device.name}  {device.channels} ch, {device.rate_hz} Hz{mark}")
        if not found:
            render.note("There is no microphone: plug one in, or allow access to it.")


def correct(
    context: typer.Context,
    utterance_id: Annotated[str, typer.Argument(metavar="ID", help="The utterance (u12), or `last`.")] = "last",
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What you really said, the whole of it.", show_default=False)
    ] = None,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="Only list the doubtful words, with what they may have been.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Say what you really said. Shows which words were misheard and what the twin makes of it.

    Give the text as it stands to confirm that it was right: that teaches as much as a correction.
    """
    if uncertain is (text is not None):
        raise typer.BadParameter("Give what you really said, or --uncertain.")
    with session(context, home, in_process, json) as twin:
        if text is None:
            found = twin.call(Alternatives(utterance_id))
            if json:
                documents.print_json(documents.doubts_document(found))
            else:
                render.show_doubts(found)
            return
        report = twin.call(Correct(utterance_id, text))
        if json:
            documents.print_json(documents.correction_document(report))
        else:
            render.show_correction(report)


def utterances(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many.")] = 20,
    private: Annotated[bool, typer.Option("--private", help="Also those that you marked private.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """List your dictations, the newest first."""
    with session(context, home, in_process, json) as twin:
        listing = twin.call(ListUtterances(limit=limit, private=private))
        if json:
            documents.print_json([documents.utterance_document(utterance) for utterance in listing.utterances])
            return
        for utterance in listing.utterances:
            mark = " (corrected)" if utterance.corrected is not None else ""
            if not utterance.recognised:
                mark = f" (not recognised yet: twin dictate --again {utterance.id})"
            when = f"{utterance.created_at.astimezone():%d %b %Y %H:%M}"
            render.headline(f"{utterance.id} · {when} · {utterance.seconds:.1f} s · {utterance.origin}{mark}")
            render.out.print(f"  {utterance.text}")
