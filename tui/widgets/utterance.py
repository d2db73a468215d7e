"""A dictation in the conversation: words as they come, then the utterance, then what its correction taught."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import ProgressBar, Static

from tui.actions import Place, bindings
from tui.messages import Answered, Failed, Heard, Progressed
from tui.widgets.entry import Entry, head_line
from tui.widgets.reply import UPDATES_PER_SECOND
from tui.widgets.spinner import Spinner
from tui.wording import (
    decision_line,
    edit_line,
    has_unsure,
    marks_unsure,
    time_of,
    utterance_content,
    utterance_head,
    words_content,
)
from twin.domain import Utterance, Word
from twin.errors import CancelledByPersonError
from twin.requests import CorrectionReport

LEGEND = Content.assemble(("underlined", "underline $text-warning"), ": heard less surely")


class Dictated(Entry, can_focus=True):
    """An utterance. Focused, it can be corrected and forgotten."""

    BINDINGS = bindings(Place.UTTERANCE)

    def __init__(self, utterance: Utterance) -> None:
        super().__init__(about=[utterance.id])
        self.utterance = utterance

    def compose(self) -> ComposeResult:
        yield Static(self._head(), classes="head")
        yield Static(utterance_content(self.utterance), classes="words")
        yield Static(LEGEND, classes="legend")
        yield Vertical(classes="footnotes")
        self.set_class(marks_unsure(self.utterance), "-unsure")

    async def corrected(self, report: CorrectionReport) -> None:
        """Show what the person really said, and what the twin noticed in it."""
        import dataclasses

        self.utterance = dataclasses.replace(self.utterance, corrected=report.correction.said)
        self.query_one(".head", Static).update(self._head())
        self.query_one(".words", Static).update(utterance_content(self.utterance))
        self.remove_class("-unsure")
        footnotes = self.query_one(".footnotes")
        await footnotes.remove_children()
        await footnotes.mount_all(_noticed(report))

    def _head(self) -> Content:
        when = time_of(self.utterance.created_at)
        return head_line("you", "$accent", when, "dictated", utterance_head(self.utterance))


def _noticed(report: CorrectionReport) -> list[Static]:
    edits = report.correction.edits
    lines = [Static(Content(edit_line(edit)), classes="edit") for edit in edits]
    if not edits:
        lines.append(Static("just as it was heard: noted as right", classes="edit"))
    return lines + [Static(Content(f"✦ {decision_line(decision)}"), classes="learned") for decision in report.decisions]


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
