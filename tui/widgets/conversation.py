"""The conversation: entries in the order of their time, kept at the newest unless the person looks back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.widgets.entry import DayHeading, Entry, PersonSaid, Welcome
from tui.wording import day_of
from twin.domain import Speaker, Turn, Utterance

if TYPE_CHECKING:
    from tui.widgets.utterance import Dictated

# What replies and dictations need of Textual takes longer to import than all the rest, so it is imported by what
# makes them; the app has them loaded in the background as soon as it has painted.


class Conversation(VerticalScroll, can_focus=False):
    """The pane on the left."""

    def compose(self) -> ComposeResult:
        yield Static(Content("Fetching your conversation …"), id="fetching")

    def on_mount(self) -> None:
        self.anchor()

    async def show_history(self, turns: Sequence[Turn], utterances: Iterable[Utterance], now: datetime) -> None:
        """Put what was said before above what is here, a heading for each day; a welcome if there is nothing."""
        from tui.widgets.reply import TwinSaid
        from tui.widgets.utterance import Dictated

        await self.query("#fetching").remove()
        said: list[tuple[datetime, Entry]] = [
            (
                turn.created_at,
                PersonSaid(turn.text, turn.created_at, about=[turn.id])
                if turn.speaker is Speaker.PERSON
                else TwinSaid.of(turn),
            )
            for turn in turns
        ]
        said += [(utterance.created_at, Dictated(utterance)) for utterance in utterances]
        said.sort(key=lambda item: item[0])
        if not said and not self.query(Entry):
            await self.mount(Welcome())
        entries: list[Entry] = []
        for day, items in groupby(said, key=lambda item: day_of(item[0], now)):
            entries.append(DayHeading(day))
            entries.extend(entry for _, entry in items)
        await self.mount_all(entries, before=0 if self.children else None)
        self.scroll_end(animate=False)

    async def add(self, *entries: Entry) -> None:
        """Add entries and show the last of them."""
        await self.query("#fetching, Welcome").remove()
        await self.mount_all(entries)
        self.anchor()

    def dictation(self, id: str = "") -> Dictated | None:
        """The dictation with this id; without one, that which has the focus, or else the latest."""
        from tui.widgets.utterance import Dictated

        dictations = list(self.query(Dictated))
        if id:
            dictations = [entry for entry in dictations if entry.utterance.id == id]
        focused = [entry for entry in dictations if entry.has_focus]
        return next(iter(focused or reversed(dictations)), None)

    def entries_about(self, ids: Collection[str]) -> list[Entry]:
        """The entries that show any of ``ids``."""
        return [entry for entry in self.query(Entry) if not entry.about.isdisjoint(ids)]
