"""How results look on a terminal. Results go to stdout; progress, notes and errors to stderr."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import IO, cast

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from twin.domain import (
    Citation,
    Edited,
    Judgement,
    MemoryStatus,
    RecallMode,
    Reply,
    Route,
    Rung,
    Utterance,
    Word,
    WordEdit,
)
from twin.errors import TwinError
from twin.requests import CorrectionReport, Diagnosis, Doubts, EngineStatus, HeardAgain
from twin.time_left import TimeLeft

UNSURE = 0.5
"""A word below this probability is underlined: worth a look, by no means always wrong."""

_DRAWN = str.maketrans({"└": "-", "├": "-", "─": " ", "│": " ", "█": "#", "▏": "|", "●": "*"})
"""What is drawn with, in characters that a screen reader passes over or has a short word for."""


class _Written(io.TextIOBase):
    """A standard stream, without what is drawn; no terminal, so that nothing on it moves."""

    def __init__(self, stderr: bool) -> None:
        self._stderr = stderr

    def write(self, text: str) -> int:
        return (sys.stderr if self._stderr else sys.stdout).write(text.translate(_DRAWN))

    def flush(self) -> None:
        (sys.stderr if self._stderr else sys.stdout).flush()


class Output(Console):
    """A standard stream; ``plain`` while it takes lines of characters and nothing else (:func:`plainly`)."""

    def __init__(self, *, stderr: bool = False, plain: bool = False) -> None:
        self.plain = plain
        super().__init__(
            stderr=stderr,
            file=cast("IO[str]", _Written(stderr)) if plain else None,
            color_system=None if plain else "auto",
            force_terminal=False if plain else None,
            width=_LONG_LINE if plain else None,
            highlight=False,
            markup=False,
            soft_wrap=True,
        )

    def be(self, *, plain: bool) -> None:
        """Change in place: every module has this one."""
        Output.__init__(self, stderr=self.stderr, plain=plain)


_LONG_LINE = 1000
"""Columns of a plain line, which is never folded: the terminal does that, and a screen reader reads on."""

out = Output()
err = Output(stderr=True)


@contextmanager
def plainly() -> Iterator[None]:
    """Within: no colour, no box, nothing that moves; what goes on is said in lines."""
    for stream in (out, err):
        stream.be(plain=True)
    try:
        yield
    finally:
        for stream in (out, err):
            stream.be(plain=False)


class Said:
    """What goes on, as a line for each thing, however often it counts on in it."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._last = ""

    def say(self, message: str) -> None:
        what = re.sub(r"\d", "", message)
        if self._enabled and what != self._last:
            note(message)
        self._last = what


class Spinner:
    """What is being waited for, on stderr, and only on a terminal; in plain lines each thing once."""

    def __init__(self, *, enabled: bool) -> None:
        self._status: Status | None = None
        self._enabled = enabled and err.is_terminal
        self._said = Said(enabled=enabled and err.plain)
        self._left = TimeLeft()

    def __enter__(self) -> Spinner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()

    def show(self, message: str, fraction: float | None) -> None:
        self._said.say(message)
        if not self._enabled:
            return
        line = message if fraction is None else f"{message} {fraction:.0%}"
        seconds = self._left.after(fraction)
        if seconds is not None:
            line += f", about {seconds:.0f} s left"
        if self._status is None:
            self._status = err.status(Text(line))
            self._status.start()
        else:
            self._status.update(Text(line))

    def hide(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def show_error(error: TwinError) -> None:
    """One line: what, why, what to do."""
    err.print(Text.assemble((f"{error.title}: ", "bold red"), str(error)))


def note(text: str) -> None:
    """An aside, kept off stdout so that pipes carry results only."""
    err.print(Text(text, style="dim"))


def headline(text: str) -> None:
    """The line above an item of a list, part of the result."""
    out.print(Text(text, style="dim"))


def printable(text: str) -> str:
    """``text`` without control characters, which would steer the terminal; line ends and tabs stay."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable())


def day(moment: datetime) -> str:
    """A date as people write it, in local time: 4 March 2026."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"


def styled_utterance(utterance: Utterance) -> Text:
    """What was made of a recording, with the unsure words underlined."""
    text = Text(printable(utterance.shown))
    places = list(re.finditer(r"\S+", text.plain))
    for place, word in zip(places, utterance.shown_words, strict=False):
        if len(places) == len(utterance.shown_words) and word.probability < UNSURE:
            text.stylize("underline", *place.span())
    for applied in utterance.rules_applied:
        for place in places[applied.first : applied.last]:
            text.stylize("bold underline", *place.span())
    return text


def styled(word: Word) -> Text:
    return Text(word.word, style="underline" if word.probability < UNSURE else "")


# --- conversation ----------------------------------------------------------------------------------------------


def show_reply_notes(reply: Reply) -> None:
    """What belongs to a reply beside its text: sources, what was learned, whether it is complete."""
    for citation in reply.sources:
        note(f"  └ {source_line(citation)}")
    for memory in reply.learned:
        if memory.status is MemoryStatus.HELD:
            note(f"  + remembered {memory.id}: {memory.text}  (undo: twin forget {memory.id} --restore)")
    if reply.recall_mode is RecallMode.LEXICAL and reply.route is Route.ABOUT_PERSON:
        note("  (found by words alone: the embedding model was still loading)")
    if not reply.complete:
        note("  (cut short)")


def source_line(citation: Citation) -> str:
    known = citation.memory_id or citation.source_id
    return f"{known} · {citation.teller} said on {day(citation.said_at)}: “{citation.quote}”"


def show_explanation(reply: Reply) -> None:
    """What recall considered, best first, with the parts of each score; then why the reply is what it is."""
    table = Table(box=None, pad_edge=False)
    for column in ("", "id", "said", "score", "because of", "words"):
        table.add_column(column)
    for citation in reply.considered:
        table.add_row(
            "→" if reply.rests_on(citation) else "",
            citation.memory_id,
            f"{citation.said_at.astimezone():%d %b %Y}",
            f"{citation.score:.2f}",
            citation.because_of,
            Text(citation.quote, overflow="ellipsis", no_wrap=True),
        )
    reasons = list(reply.reasons)
    if reply.considered:
        out.print(table)
    if reply.considered and reply.route in (Route.ABOUT_PERSON, Route.OPEN):
        reasons.insert(0, f"recall is {reply.confidence:.0%} sure that the answer is among these")
    out.print(Text(f"  route: {reply.route}", style="dim"))
    for reason in reasons:
        out.print(Text(f"  because: {reason}", style="dim"))
    for used in reply.style:
        out.print(Text(f"  style: “{used.text}” ({used.memory_id}), {used.how}", style="dim"))
    out.print(Text(f"  worded by: {reply.worded_by}", style="dim"))
    for message in reply.prompt:
        out.print(Text(f"  {message.role}:", style="bold dim"))
        out.print(Text("\n".join(f"    {line}" for line in printable(message.content).splitlines()), style="dim"))


# --- speech ----------------------------------------------------------------------------------------------------


def show_utterance_notes(utterance: Utterance) -> None:
    unsure = [word.word for word in utterance.shown_words if word.probability < UNSURE]
    if utterance.private and not utterance.id and utterance.heard:
        note("  └ private: neither the recording nor the text was kept")
        return
    if not utterance.id:
        note("Nothing was said in this recording; nothing was kept.")
        return
    parts = [utterance.id, f"{utterance.seconds:.1f} s"]
    if unsure:
        parts.append(f"unsure of: {', '.join(unsure[:6])}")
    note(f"  └ {' · '.join(parts)}  (wrong? twin correct {utterance.id} “what I really said”)")
    for hint in utterance.hints:
        note(f"    listened for {hint.term}, in place of “{hint.heard}”: {'; '.join(hint.reasons)}")
    for number, applied in enumerate(utterance.rules_applied, start=1):
        heard = " ".join(word.word for word in applied.heard)
        show_rule_applied(applied.rule_id, heard, applied.term, f"twin rules undo {utterance.id} {number}")
    edited = utterance.edited
    if edited is not None and (edited.commands_applied or not utterance.rules_applied):
        show_commands(edited, utterance.heard)


def show_rule_applied(rule_id: str, heard: str, term: str, undo: str) -> None:
    """What a rewrite rule did, its term underlined."""
    line = Text.assemble(f"    {rule_id}: “{heard}” → ", (term, "underline"), f"  (undo: {undo})")
    err.print(line, style="dim")


def show_commands(edited: Edited, heard: str) -> None:
    """What was said to edit a dictation and was carried out, beside what was heard."""
    counts = Counter(command.name for command in edited.commands_applied)
    done = ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in counts.items())
    note(f"    carried out: {done or 'numbers and punctuation as you write them'}  (heard: {printable(heard)})")


def show_heard_again(heard: HeardAgain) -> None:
    """What is heard now, with what changed: what went struck out, what came underlined."""
    if not heard.now.strip():
        note(f"Nothing is understood in {heard.utterance.id}. Its recording stays; to let it go: twin forget …")
        return
    words, line, at = heard.before.split(), Text(), 0
    for change in heard.changes:
        line.append("".join(f"{word} " for word in words[at : change.position]))
        line.append("".join(f"-{word}- " for word in change.before), style="red strike")
        line.append("".join(f"+{word}+ " for word in change.after), style="green")
        at = change.position + len(change.before)
    line.append(" ".join(words[at:]))
    if not heard.before:
        out.print(heard.now)
    elif heard.changes:
        out.print(line)
    else:
        out.print(heard.now)
        note("  └ the same as before")
    if not heard.taken and heard.changes:
        note(f"  └ {heard.utterance.id} keeps what you said it was: “{heard.utterance.text}”")


def show_doubts(found: Doubts) -> None:
    """The doubtful words of an utterance, the least certain first, each with what it may have been."""
    out.print(styled_utterance(found.utterance) if found.utterance.corrected is None else found.utterance.text)
    for doubt in found.doubts:
        out.print(Text.assemble("  ", (printable(doubt.word), "underline"), (f"  {doubt.probability:.0%} sure", "dim")))
        for one in doubt.alternatives:
            heard = " ".join(word.word for word in found.utterance.shown_words[one.first : one.last])
            instead = f", for “{heard}”" if one.last - one.first > 1 else ""
            out.print(Text.assemble(f"    {one.text}", (f"  {one.reason}{instead}", "dim")))
    if not found.doubts:
        said = found.utterance.corrected is not None
        note("You have said what it really was." if said else "There is nothing to look at twice.")


def show_correction(report: CorrectionReport) -> None:
    if not report.correction.edits:
        out.print(f"{report.correction.utterance_id}: noted that it was right as it stood.")
    for edit in report.correction.edits:
        out.print(Text.assemble("  ", (edit_line(edit), ""), ("  " + edit.judgement.value, _judgement_style(edit))))
    for decision in report.decisions:
        out.print(
            Text.assemble(("  → ", "bold"), f"{decision.subject}: {decision.rung.value}. {' '.join(decision.reasons)}")
        )
        if decision.missing:
            note(f"    missing: {decision.missing}")
        if decision.memory_id:
            note(f"    kept as {decision.memory_id}  (undo: twin forget {decision.memory_id})")
    for rule in report.rules:
        out.print(Text.assemble(("  ? ", "bold"), f"always write “{rule.term}” for “{rule.heard}”?"))
        note(f"    twin rules approve {rule.id} · twin rules reject {rule.id}")
    for proposal in report.proposals:
        if proposal.rung is not Rung.REWRITE:  # a rule, which stands above
            out.print(Text.assemble(("  ? ", "bold"), proposal.summary))
            note(f"    why: twin why {proposal.id}")


def edit_line(edit: WordEdit) -> str:
    heard = " ".join(edit.heard) or "(nothing)"
    said = " ".join(edit.said) or "(nothing)"
    sure = "" if edit.probability is None else f" [{edit.probability:.2f}]"
    return f"heard “{heard}”{sure}, said “{said}”"


def _judgement_style(edit: WordEdit) -> str:
    return {Judgement.SOUND_ALIKE: "green", Judgement.REWORDING: "yellow", Judgement.FORMATTING: "dim"}[edit.judgement]


# --- system ----------------------------------------------------------------------------------------------------


def show_diagnosis(diagnosis: Diagnosis) -> None:
    for check in diagnosis.checks:
        mark = ("ok  ", "green") if check.ok else (("note", "yellow") if check.optional else ("FAIL", "bold red"))
        out.print(Text.assemble(mark, f"  {check.name}: {check.detail}"))
        if not check.ok and check.hint:
            out.print(Text(f"      → {check.hint}"))


def show_status(status: EngineStatus) -> None:
    out.print(
        f"The engine (process {status.pid}) has run since {status.started_at.astimezone():%H:%M} for {status.home}."
    )
    out.print(f"Peak memory {status.peak_rss_mb:.0f} MB; stops after {status.idle_minutes:g} idle minutes.")
    for model in status.models:
        seconds = f" ({model.seconds:.1f} s)" if model.seconds else ""
        out.print(f"  {model.role}: {model.name}, {model.state}{seconds} {model.detail}".rstrip())
