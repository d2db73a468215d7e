"""Correcting a dictation: its text, open for editing."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from tui.calls import calls_of
from tui.messages import Answered, Failed
from tui.screens.dialog import Dialog
from tui.widgets.entry import Notice
from tui.widgets.spinner import Spinner
from tui.widgets.writing import Writing
from tui.wording import marks_unsure, utterance_content
from twin.domain import Utterance
from twin.requests import Correct, CorrectionReport


class CorrectScreen(Dialog[CorrectionReport]):
    """Asks what was really said; its result is what the twin made of that. The text stays until it is stored."""

    TITLE_TEXT = "What did you really say?"
    KEYS_TEXT = "Enter saves · Ctrl+J new line · Esc leaves it as it is"

    def __init__(self, utterance: Utterance) -> None:
        super().__init__()
        self.utterance = utterance

    def compose_body(self) -> ComposeResult:
        unsure = ", less sure where underlined" if marks_unsure(self.utterance) else ""
        yield Static(f"heard{unsure}" if self.utterance.corrected is None else "as it stands", classes="label")
        with VerticalScroll(classes="subject", can_focus=False):
            yield Static(utterance_content(self.utterance))
        yield Static("said", classes="label")
        with Vertical(classes="frame"):
            yield Writing(self.utterance.text)

    @on(Writing.Sent)
    async def _save(self, event: Writing.Sent) -> None:
        event.stop()
        if self.busy:
            return
        self.busy = True
        await self.query(Notice).remove()
        await self.query_one(".dialog").mount(Spinner("saving"))
        calls_of(self).start(self, Correct(self.utterance.id, event.text))

    @on(Answered)
    def _saved(self, message: Answered) -> None:
        message.stop()
        self.dismiss(message.result)

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        self.busy = False
        await self.query(Spinner).remove()
        await self.query_one(".dialog").mount(Notice.of(message.error))
