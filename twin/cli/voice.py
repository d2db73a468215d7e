"""Commands that start a twin from what there is of a voice: import voice, read."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from twin.cli import documents, render
from twin.cli.live import LiveCall, LiveView, ended_by_enter
from twin.cli.memory import importing
from twin.cli.options import HomeOption, InProcessOption, JsonOption, Session, session
from twin.domain import AudioSource, Proposal, Utterance
from twin.errors import CancelledByPersonError, NotUnderstoodError
from twin.requests import (
    Dictate,
    Forget,
    ImportVoice,
    Listen,
    ListSentences,
    ListUtterances,
    ReadSentence,
    Sentences,
    VoiceImport,
    Why,
)

_SHOWN = 8
"""Refused recordings, or speakers, that are named."""
_ALL = 1_000_000
_GOES_ON = "What is in stays; the same command goes on from there."


def register(app: typer.Typer) -> None:
    importing.command("voice")(import_voice)
    app.command(rich_help_panel="Learn")(read)


# --- import ----------------------------------------------------------------------------------------------------


def import_voice(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a voice dataset.")],
    speaker: Annotated[
        str, typer.Option("--speaker", metavar="NAME", help="Which speaker is you, in a dataset of several.")
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", min=0, metavar="N", help="At most so many new recordings (0: all).")
    ] = 0,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would come in.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Take in recordings of your voice whose text is known: what is misheard in them is learned from.

    Known layouts: a manifest.jsonl (audio, text), a CSV or TSV file with a header, LJSpeech, Hugging Face's
    audiofolder, Mozilla Common Voice, or recordings with a .txt of the same name beside each. They are copied into
    your home folder, and nothing that is read in them is taken for a fact about you.
    """
    request = ImportVoice(str(folder.expanduser().resolve()), speaker, limit, preview=preview)
    with session(context, home, in_process, json) as twin, _going_on():
        report = twin.call(request)
        if json:
            documents.print_json(report)
        else:
            _show_import(report)


@contextmanager
def _going_on() -> Iterator[None]:
    """Have a cancelled command say how to go on with it."""
    try:
        yield
    except CancelledByPersonError as cancelled:
        raise CancelledByPersonError(cancelled.message, hint=cancelled.hint or _GOES_ON) from cancelled


def _show_import(report: VoiceImport) -> None:
    speakers = [f"{one.name} ({one.recordings})" for one in report.speakers if one.name]
    if report.preview:
        for text in report.sample:
            render.out.print(f"  {render.printable(text)}")
        count = report.recordings - len(report.refused)
        render.out.print(f"Would take in {_recordings(count, report.seconds)} of the layout {report.layout}.")
        if speakers:
            more = f" and {len(speakers) - _SHOWN} more" if len(speakers) > _SHOWN else ""
            render.out.print(f"Speakers: {', '.join(speakers[:_SHOWN])}{more}.")
    else:
        known = f", {report.known} known already" if report.known else ""
        taken = _recordings(report.imported, report.seconds)
        render.out.print(f"Took in {taken} from a dataset of the layout {report.layout}{known}.")
    if report.restored:
        render.note("  Its texts are in one case: case and punctuation are taken from what is heard.")
    for refused in report.refused[:_SHOWN]:
        render.note(f"  not taken: {refused.where}: {refused.reason}")
    if len(report.refused) > _SHOWN:
        render.note(f"  and {len(report.refused) - _SHOWN} more (all with --json)")
    if report.left:
        render.note(f"  {report.left} more to take in: the same command goes on from here.")
    if report.preview:
        render.note("  Nothing was taken in yet: leave off --preview.")
    else:
        _show_what_follows(report.summary, report.missing, report.proposals)


def _recordings(count: int, seconds: float) -> str:
    return f"{count} recording{'s' * (count != 1)} ({_minutes(seconds)})"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _show_what_follows(summary: str, missing: str, proposals: Sequence[Proposal]) -> None:
    """What the twin makes of it."""
    render.out.print(render.printable(summary))
    if missing:
        render.out.print(Text.assemble(("missing: ", "bold"), render.printable(missing)))
    for proposal in proposals:
        render.out.print(Text.assemble(("  ? ", "bold"), render.printable(proposal.summary)))
        render.note(f"    twin proposals approve {proposal.id} · twin why {proposal.id}")


# --- reading ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """A guided reading under way: ``seconds`` of speech were read in it."""

    twin: Session
    session_id: str
    read: int = 0
    seconds: float = 0.0
    not_taken: list[str] = field(default_factory=list)
    proposals: dict[str, Proposal] = field(default_factory=dict)

    def offer(self, utterance: Utterance | None, sentence: str) -> bool:
        """Have what was recorded taken for ``sentence``; whether it was."""
        if utterance is None or not utterance.id:
            render.note("  Nothing was heard.")
            return False
        taken = self.twin.call(ReadSentence(utterance.id, sentence))
        if not self.twin.json:
            render.out.print(Text.assemble("  heard: ", render.styled_utterance(utterance)))
        if taken.report is None:
            render.note("  That is not the sentence; the recording was let go of.")
            return False
        self.read += 1
        self.seconds += utterance.seconds
        self.proposals |= {proposal.id: proposal for proposal in taken.report.proposals}
        return True

    def take_back(self, utterance: Utterance) -> None:
        """Let go of a reading that was taken."""
        self.twin.call(Forget((utterance.id,)))
        self.read -= 1
        self.seconds -= utterance.seconds


def read(
    context: typer.Context,
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, help="Of speech, after which it is enough.")] = 3.0,
    device: Annotated[
        str,
        typer.Option("--device", metavar="NAME", help="Which microphone: a name from `twin devices`, or part of it."),
    ] = "",
    files: Annotated[
        Path | None,
        typer.Option(
            "--file-per-sentence",
            metavar="DIR",
            help="Take recordings from files, in the order of their names, one for each sentence of --list.",
        ),
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Only print what is still to be read.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Read sentences aloud, so that the twin can learn how you sound before you have corrected much.

    They have all the sounds of English, and between them are terms of your own. What you read is known, so it needs no
    correcting; what is heard as something else is let go of. A reading goes on where the last one was left.
    """
    with session(context, home, in_process, json) as twin:
        found = twin.call(ListSentences())
        if only_list:
            _list(found, json=json)
            return
        if not found.sentences:
            raise NotUnderstoodError("You have read all sentences.", hint="`twin why` says what is learned from them.")
        reading = _Reading(twin, f"cli-{int(time.time())}")
        if files is not None:
            _read_from_files(reading, found.sentences, files.expanduser().resolve(), minutes * 60)
        else:
            _read_aloud(reading, found.sentences, device, minutes * 60)
        _show_end(reading, len(found.sentences))


def _list(found: Sentences, *, json: bool) -> None:
    if json:
        documents.print_json(found)
        return
    for sentence in found.sentences:
        render.out.print(render.printable(sentence))
    render.note(f"  {len(found.sentences)} to read, {found.read} read already")


def _read_aloud(reading: _Reading, sentences: Sequence[str], device: str, enough: float) -> None:
    at = 0
    last: Utterance | None = None
    while at < len(sentences) and reading.seconds < enough:
        _show_sentence(sentences[at], f"{at + 1} of {len(sentences)}")
        again = "r reads the last one again · " if last is not None else ""
        match _answer(f"  Enter records · {again}s skips · q quits "):
            case "q":
                return
            case "s":
                at, last = at + 1, None
            case "r" if last is not None:
                reading.take_back(last)
                at, last = at - 1, None
            case "":
                utterance = _record(reading, device)
                if reading.offer(utterance, sentences[at]):
                    at, last = at + 1, utterance


def _show_sentence(sentence: str, which: str) -> None:
    render.err.print(Text.assemble(("\n  " + render.printable(sentence), "bold"), (f"   {which}", "dim")))


def _answer(question: str) -> str:
    """The key that was typed; quitting where there is nobody to type."""
    render.err.print(Text(question, style="dim"), end="")
    line = sys.stdin.readline()
    return line.strip().lower()[:1] if line else "q"


def _record(reading: _Reading, device: str) -> Utterance | None:
    with LiveView(enabled=not reading.twin.json, keys="Read it; Enter ends · Ctrl-C cancels") as view:
        call = LiveCall(reading.twin, Listen(reading.session_id, device=device, reading=True), view.see)
        with ended_by_enter(call, reading.twin, at_end_of_input=True, asks_on=True):
            heard = call.result().utterances
    return heard[0] if heard else None


def _read_from_files(reading: _Reading, sentences: Sequence[str], folder: Path, enough: float) -> None:
    if not folder.is_dir():
        raise NotUnderstoodError(f"{folder} is no folder.", hint="Give a folder with a recording of each sentence.")
    known = reading.twin.call(ListUtterances(limit=_ALL, private=True)).utterances
    done = {utterance.origin for utterance in known if utterance.source is AudioSource.READING}
    paths = sorted(
        path for path in folder.iterdir() if path.is_file() and path.name[0] != "." and str(path) not in done
    )
    if not paths:
        raise NotUnderstoodError(
            f"There are no new recordings in {folder}.", hint="`twin read --list` prints what is to be recorded."
        )
    for path, sentence in zip(paths, sentences, strict=False):
        if reading.seconds >= enough:
            break
        if not reading.twin.json:
            _show_sentence(sentence, path.name)
        utterance = reading.twin.call(Dictate(str(path), reading.session_id, AudioSource.READING))
        if not reading.offer(utterance, sentence):
            reading.not_taken.append(path.name)


def _show_end(reading: _Reading, sentences: int) -> None:
    explanation = reading.twin.call(Why())
    proposals = tuple(reading.proposals.values())
    left = sentences - reading.read
    if reading.twin.json:
        documents.print_json(
            {
                "read": reading.read,
                "seconds": reading.seconds,
                "left": left,
                "not_taken": reading.not_taken,
                "summary": explanation.summary,
                "missing": explanation.missing,
                "proposals": proposals,
            }
        )
        return
    count = f"{reading.read} sentence{'s' * (reading.read != 1)}"
    render.out.print(f"Read {count} ({_minutes(reading.seconds)}), {left} left to read.")
    _show_what_follows(explanation.summary, explanation.missing, proposals)
