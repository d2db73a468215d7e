"""Correcting a dictation: from doubt to doubt, alternatives at a digit, and its whole text open for editing."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.calls import calls_of
from tui.messages import Answered, Failed
from tui.screens.dialog import Dialog
from tui.widgets.correcting import Correcting
from tui.widgets.entry import Notice
from tui.widgets.spinner import Spinner
from tui.widgets.writing import Writing
from tui.wording import UNSURE_BELOW, alternative_line, doubt_line, marks_unsure
from twin.domain import Utterance
from twin.requests import Alternatives, Correct, CorrectionReport, Doubt

_LOOKING = Content.styled("looking for alternatives …", "$text-muted")
_NONE = Content.styled("no alternative comes to mind: type what you said", "$text-muted")


class CorrectScreen(Dialog[CorrectionReport]):
    """Asks what was really said; its result is what the twin made of that. The text stays until it is stored.

    The doubtful words are known at once, from the utterance; their alternatives come from the twin.
    """

    TITLE_TEXT = "What did you really say?"
    KEYS_TEXT = "Tab next doubt · 1-9 picks · Enter saves · Esc leaves"

    def __init__(self, utterance: Utterance) -> None:
        super().__init__()
        self.utterance = utterance

    def compose_body(self) -> ComposeResult:
        heard = "heard, less surely where underlined" if marks_unsure(self.utterance) else "heard"
        yield Static(heard if self.utterance.corrected is None else "as it stands", classes="label")
        with Vertical(classes="frame"):
            yield Correcting(self.utterance.text, _first_doubts(self.utterance))
        yield Static(id="alternatives")

    def on_mount(self) -> None:
        if self.utterance.corrected is None:
            self.query_one(Correcting).waiting = True
            calls_of(self).start(self, Alternatives(self.utterance.id))

    @on(Correcting.Looking)
    def _look(self) -> None:
        writing, shown = self.query_one(Correcting), self.query_one("#alternatives", Static)
        doubt, standing = writing.doubt, writing.standing
        shown.display = doubt is not None
        if doubt is None:
            return
        words = self.utterance.shown_words
        lines = [doubt_line(doubt, standing.index(doubt) + 1, len(standing))]
        lines += [alternative_line(number, one, words) for number, one in enumerate(doubt.alternatives, start=1)]
        if not doubt.alternatives:
            lines.append(_LOOKING if writing.waiting else _NONE)
        shown.update(Content("\n").join(lines))

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
    def _answered(self, message: Answered) -> None:
        message.stop()
        if isinstance(message.call.request, Correct):
            self.dismiss(message.result)
            return
        self.query_one(Correcting).waiting = False
        self.query_one(Correcting).doubt_also(message.result.doubts)
        self._look()

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        if isinstance(message.call.request, Alternatives):  # one can correct without
            self.query_one(Correcting).waiting = False
            self._look()
            return
        self.busy = False
        await self.query(Spinner).remove()
        await self.query_one(".dialog").mount(Notice.of(message.error))


def _first_doubts(utterance: Utterance) -> list[Doubt]:
    """What the recogniser was unsure of, until the twin has been asked."""
    if not marks_unsure(utterance):
        return []
    doubts = [
        Doubt(position, word.word, word.probability)
        for position, word in enumerate(utterance.shown_words)
        if word.probability < UNSURE_BELOW
    ]
    return sorted(doubts, key=lambda doubt: (doubt.probability, doubt.position))
