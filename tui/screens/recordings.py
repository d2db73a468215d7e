"""Choosing which of the last recordings are heard anew."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import SelectionList, Static

from tui.calls import calls_of
from tui.messages import Answered, Failed
from tui.screens.dialog import Dialog
from tui.times import date_of
from tui.widgets.entry import Notice
from tui.widgets.spinner import Spinner
from twin.requests import ListUtterances, Utterances

LISTED = 30
MARKED = 5


class RecordingsScreen(Dialog[tuple[str, ...]]):
    """Its result are the ids of those chosen, the newest first; at first these are the last few."""

    KEYS_TEXT = "Space marks · Enter hears them · Esc leaves"

    def __init__(self, title: str) -> None:
        super().__init__()
        self.TITLE_TEXT = title
        self._listed: list[str] = []

    def compose_body(self) -> ComposeResult:
        yield Static("What is marked is heard anew, which takes a few seconds each.", classes="label")
        yield Spinner("looking")
        yield SelectionList[str]()

    def on_mount(self) -> None:
        calls_of(self).start(self, ListUtterances(limit=LISTED))

    @on(Answered)
    async def _answered(self, message: Answered) -> None:
        message.stop()
        await self.query(Spinner).remove()
        listing: Utterances = message.result
        recognised = [one for one in listing.utterances if one.recognised]
        self._listed = [one.id for one in recognised]
        recordings = self.query_one(SelectionList)
        for number, one in enumerate(recognised):
            text = " ".join(one.text.split())
            line = Content.assemble((f"{one.id:<5} {date_of(one.created_at)}  ", "$text-muted"), Content(text))
            recordings.add_option((line, one.id, number < MARKED))
        recordings.highlighted = 0 if recognised else None
        recordings.focus()
        if not recognised:
            await self.query_one(".dialog").mount(Notice("Nothing to hear", "There is no recording yet."))

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        await self.query(Spinner).remove()
        await self.query_one(".dialog").mount(Notice.of(message.error))

    def key_enter(self) -> None:
        """Enter would mark, as Space does; here it says that this is all."""
        chosen = set(self.query_one(SelectionList).selected)
        if chosen:
            self.dismiss(tuple(known for known in self._listed if known in chosen))
