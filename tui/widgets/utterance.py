"""A dictation in the conversation: words as they come, then the utterance, then what its correction taught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import ProgressBar, Static

from tui.actions import Place, bindings
from tui.calls import calls_of
from tui.messages import Answered, Failed, Heard, Progressed, Rewritten
from tui.times import time_of
from tui.widgets.entry import Entry, head_line
from tui.widgets.reply import UPDATES_PER_SECOND, Footnote
from tui.widgets.spinner import Spinner
from tui.wording import (
    commands_line,
    decision_line,
    edit_line,
    has_unsure,
    heard_again_lines,
    hint_line,
    marks_unsure,
    proposed_line,
    rule_line,
    utterance_content,
    utterance_head,
    words_content,
)
from twin.domain import Utterance, Word
from twin.errors import CancelledByPersonError
from twin.requests import CorrectionReport, HeardAgain, Request

LEGEND = Content.assemble(("underlined", "underline $text-warning"), ": heard less surely")


class Dictated(Entry, can_focus=True):
    """An utterance. Focused, it can be corrected, undone, heard again, passed on and forgotten."""

    BINDINGS = bindings(Place.UTTERANCE)

    def __init__(self, utterance: Utterance, notes: Sequence[Footnote] = ()) -> None:
        super().__init__(about=[utterance.id])
        self.utterance = utterance
        self.text = utterance.text
        self.busy = False
        self._notes = tuple(notes)
        """Of what was done to it just now."""

    def again(self) -> Callable[[], Entry] | None:
        return None if self.busy else partial(Dictated, self.utterance, self._notes)

    def compose(self) -> ComposeResult:
        yield Static(self._head(), classes="head")
        words = Static(utterance_content(self.utterance), classes="words")
        words.display = bool(self.utterance.text.strip())
        yield words
        yield Static(LEGEND, classes="legend")
        with Vertical(classes="footnotes"):
            yield from (note.widget() for note in (*_notes(self.utterance), *self._notes))
        self.set_class(marks_unsure(self.utterance), "-unsure")

    async def show(self, utterance: Utterance, notes: Sequence[Footnote] = ()) -> None:
        """Show what the utterance is now; a change of its text is told as :class:`Rewritten`."""
        before, self.utterance, self._notes = self.utterance, utterance, tuple(notes)
        self.text = utterance.text
        if not self.is_attached:
            return
        self.query_one(".head", Static).update(self._head())
        words = self.query_one(".words", Static)
        words.update(utterance_content(utterance))
        words.display = bool(utterance.text.strip())
        self.set_class(marks_unsure(utterance), "-unsure")
        footnotes = self.query_one(".footnotes")
        await footnotes.remove_children()
        await footnotes.mount_all(note.widget() for note in (*_notes(utterance), *notes))
        if before.text != utterance.text:
            self.post_message(Rewritten(before, utterance))

    async def corrected(self, report: CorrectionReport) -> None:
        """Show what the person really said, and what the twin noticed in it."""
        await self.show(replace(self.utterance, corrected=report.correction.said), _noticed(report))

    async def ask(self, request: Request[Any], doing: str) -> None:
        """Have something done to this utterance, one thing at a time; what comes of it is shown here."""
        if not self.busy:
            self.busy = True
            await self.query_one(".footnotes").mount(Spinner(doing))
            calls_of(self).start(self, request)

    @on(Progressed)
    def _advance(self, message: Progressed) -> None:
        message.stop()
        for spinner in self.query(Spinner):
            spinner.say(message.text)

    @on(Answered)
    async def _done(self, message: Answered) -> None:
        self.busy = False
        if isinstance(message.result, HeardAgain):
            lines = heard_again_lines(message.result)
            await self.show(message.result.utterance, [Footnote(line, "edit") for line in lines])
        else:
            await self.show(message.result)

    @on(Failed)
    async def _failed(self) -> None:
        self.busy = False
        await self.query(Spinner).remove()  # the screen says why

    def _head(self) -> Content:
        what = "dictated" if self.utterance.recognised else "recorded"
        return head_line("you", "$accent", time_of(self.utterance.created_at), what, utterance_head(self.utterance))


def _notes(utterance: Utterance) -> list[Footnote]:
    """What was done to get the text, with the keys that undo it; of a recording that is not recognised, how to."""
    if not utterance.recognised:
        lines = [
            "kept, and not recognised yet: Shift+Tab, then a recognises it, f throws it away",
            f"or: twin dictate --again {utterance.id}",
        ]
        return [Footnote(line, "aside") for line in lines]
    if utterance.corrected is not None:
        return []
    lines = [hint_line(hint) for hint in utterance.hints]
    lines += [f"{rule_line(applied)} · u takes it back" for applied in utterance.rules_applied]
    if utterance.edited is not None and utterance.edited.commands_applied:
        lines.append(f"{commands_line(utterance.edited.commands_applied)} · e undoes it")
    elif utterance.edited is not None and not utterance.rules_applied:
        lines.append("written otherwise than it was heard · e undoes it")
    if not utterance.text.strip():
        lines.insert(0, "nothing is left of it")
    return [Footnote(line, "edit") for line in lines]


def _noticed(report: CorrectionReport) -> list[Footnote]:
    edits = report.correction.edits
    notes = [Footnote(edit_line(edit), "edit") for edit in edits]
    if not edits:
        notes.append(Footnote("just as it was heard: noted as right", "edit"))
    notes += [Footnote(f"✦ {decision_line(decision)}", "learned") for decision in report.decisions]
    notes += [Footnote(f"→ {proposed_line(proposal)}", "learned") for proposal in report.proposals]
    return notes


class Dictating(Entry):
    """A dictation under way. The call's messages come here first; it gives way to a :class:`Dictated`."""

    def __init__(self, recording: str, when: datetime) -> None:
        super().__init__()
        self._recording = recording
        self._when = when
        self._words: list[Word] = []
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(head_line("you", "$accent", time_of(self._when), "dictating", self._recording), classes="head")
        yield Static(classes="words")
        yield Static(LEGEND, classes="legend")
        yield Spinner("opening the recording")
        bar = ProgressBar(total=1.0, show_eta=False)
        bar.display = False
        yield bar

    @on(Progressed)
    def _advance(self, message: Progressed) -> None:
        message.stop()
        self.query_one(Spinner).say(message.text)
        if message.fraction is not None:
            bar = self.query_one(ProgressBar)
            bar.display = True
            bar.update(progress=message.fraction)

    @on(Heard)
    def _hear(self, message: Heard) -> None:
        message.stop()
        self._words.append(message.word)
        if self._timer is None:
            self._timer = self.set_timer(1 / UPDATES_PER_SECOND, self._show_words)

    def _show_words(self) -> None:
        self._timer = None
        self.query_one(".words", Static).update(words_content(self._words))
        self.set_class(has_unsure(self._words), "-unsure")

    @on(Answered)
    async def _finish(self, message: Answered) -> None:
        utterance: Utterance = message.result
        if not utterance.id:
            await self._end("nothing was said, nothing is kept")
            return
        parent = self.parent
        assert isinstance(parent, Widget)
        parent.mount(Dictated(utterance), after=self)
        self.remove()

    @on(Failed)
    async def _give_up(self, message: Failed) -> None:
        if not self._words or not isinstance(message.error, CancelledByPersonError):
            self.remove()  # the screen says why, once
            return
        self._show_words()
        await self._end("stopped by you, not kept")

    async def _end(self, why: str) -> None:
        head = head_line("you", "$accent", time_of(self._when), self._recording, why)
        self.query_one(".head", Static).update(head)
        await self.query(Spinner).remove()
        await self.query(ProgressBar).remove()
