"""Commands that take word lists in and out: vocabulary import, vocabulary export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.cli.output import refuse_unwritable
from twin.errors import OutputError
from twin.paths import atomic_write
from twin.requests import ExportVocabulary, ImportVocabulary, VocabularyFormat, VocabularyImport

_SHOWN = 8
"""Skipped entries, or terms left out, that are named."""


def register(vocabulary: typer.Typer) -> None:
    """Add the commands to the group ``twin vocabulary``."""
    vocabulary.command("import")(import_vocabulary)
    vocabulary.command("export")(export_vocabulary)


def import_vocabulary(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A word list of any known format; - reads standard input.")
    ],
    format: Annotated[
        VocabularyFormat | None, typer.Option("--format", help="What it is, if it is not recognised by itself.")
    ] = None,
    domain: Annotated[str, typer.Option("--domain", metavar="NAME", help="The trade that its terms belong to.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would come in.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Take in a word list: plain lines, CSV, or the list of another dictation tool (Dragon, Talon, macOS, …)."""
    request = ImportVocabulary(_read(file), file.name, format, domain, preview=dry_run)
    with session(context, home, in_process, json) as twin:
        report = twin.call(request)
        if json:
            documents.print_json(report)
        else:
            _show(report)


def export_vocabulary(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="The file to write, in place of standard output.")
    ] = Path("-"),
    format: Annotated[VocabularyFormat, typer.Option("--format", help="For which tool.")] = VocabularyFormat.CSV,
    domain: Annotated[str, typer.Option("--domain", metavar="NAME", help="Only the terms of this trade.")] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
) -> None:
    """Write your vocabulary as a word list, for another dictation tool or to keep."""
    to_stdout = str(file) == "-"
    if not to_stdout:
        refuse_unwritable(file.expanduser(), append=False)
    with session(context, home, in_process, json=False) as twin:
        written = twin.call(ExportVocabulary(format, domain))
    if to_stdout:
        sys.stdout.buffer.write(written.content)
        sys.stdout.flush()
    else:
        with atomic_write(file.expanduser()) as out:
            out.write(written.content)
    render.note(f"  → {written.terms} terms as {written.format}" + ("" if to_stdout else f" in {file}"))
    if written.left_out:
        render.note(f"  left out, for the format cannot hold them: {_named(written.left_out)}")


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.expanduser().read_bytes()
    except OSError as error:
        raise OutputError(
            f"{file} cannot be read ({error.strerror or error}).", title="List not readable", hint="Check the path."
        ) from error


def _show(report: VocabularyImport) -> None:
    if report.preview:
        for entry in report.sample:
            render.out.print(f"  {entry}")
        more = report.new + report.known - len(report.sample)
        if more > 0:
            render.note(f"  … and {more} more")
    known = f", {report.known} known already" if report.known else ""
    twice = f", {report.duplicates} twice in the list" if report.duplicates else ""
    verb = "Would take in" if report.preview else "Took in"
    terms = "new term" if report.new == 1 else "new terms"
    render.out.print(f"{verb} {report.new} {terms} from a list of the format {report.format}{known}{twice}.")
    if report.skipped:
        render.note(f"  skipped: {_named(report.skipped)}")
    if report.preview:
        render.note("  Nothing was taken in yet: leave off --dry-run.")


def _named(texts: tuple[str, ...]) -> str:
    named = ", ".join(render.printable(text) for text in texts[:_SHOWN])
    return named + (f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else "")
