"""The conversation: entries in the order of their time, kept at the newest unless the person looks back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from tui.widgets.entry import DayHeading, Entry, PersonSaid, Welcome
from tui.wording import day_of
from twin.domain import Speaker, Turn, Utterance

if TYPE_CHECKING:
    from textual.layout import DockArrangeResult

    from tui.widgets.utterance import Dictated

# What replies and dictations need of Textual takes longer to import than all the rest, so it is imported by what
# makes them; the app has them loaded in the background as soon as it has painted.

_PAGES_ABOVE = 1.5
"""How much of the past is kept ready above what is looked at, in heights of the pane."""


class Conversation(VerticalScroll, can_focus=False):
    """The pane on the left.

    As long as it is not at its newest, what the person reads stays where it is, whatever comes above it.
    """

    class NearItsTop(Message):
        """The person may soon look back to what is not here yet."""

    def __init__(self) -> None:
        super().__init__()
        self._arranged: DockArrangeResult | None = None

    def compose(self) -> ComposeResult:
        yield Static(Content("Fetching your conversation …"), id="fetching")

    def on_mount(self) -> None:
        self.anchor()

    # --- the past ---

    async def show_history(self, said: Sequence[Turn | Utterance], now: datetime) -> None:
        """Show what was said last before this conversation; a welcome if there is nothing."""
        await self.query("#fetching").remove()
        if not said and not self.query(Entry):
            await self.mount(Welcome())
        await self.show_earlier(said, now)
        self.scroll_end(animate=False)

    async def show_earlier(self, said: Sequence[Turn | Utterance], now: datetime) -> None:
        """Put what was said before, the oldest first, above what is here; a heading for each day."""
        entries: list[Entry] = []
        for day, items in groupby(said, key=lambda one: day_of(one.created_at, now)):
            entries.append(DayHeading(day))
            entries.extend(_entry_of(one) for one in items)
            top = next(iter(self.children), None)
            if isinstance(top, DayHeading) and top.day == day:
                await top.remove()
        await self.mount_all(entries, before=0 if self.children else None)

    @property
    def near_its_top(self) -> bool:
        """Whether there is little of the past above what is looked at."""
        return self.scroll_y < _PAGES_ABOVE * self.size.height

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self.near_its_top and new_value < old_value:
            self.post_message(self.NearItsTop())

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        """Arrange the entries; where that moves the one at the top of the pane, scroll with it, in the same frame."""
        arranged = super().arrange(size, optimal)
        before, self._arranged = self._arranged, arranged
        if before is not None and before is not arranged and self._anchored and self._anchor_released:
            moved = _moved(before, arranged, self.scroll_offset.y)
            if moved:
                self.set_reactive(Widget.scroll_y, self.scroll_y + moved)
                self.set_reactive(Widget.scroll_target_y, self.scroll_target_y + moved)
        return arranged

    # --- the present ---

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


def _entry_of(said: Turn | Utterance) -> Entry:
    from tui.widgets.reply import TwinSaid
    from tui.widgets.utterance import Dictated

    if isinstance(said, Utterance):
        return Dictated(said)
    if said.speaker is Speaker.PERSON:
        return PersonSaid(said.text, said.created_at, about=[said.id])
    return TwinSaid.of(said)


def _moved(before: DockArrangeResult, after: DockArrangeResult, row: int) -> int:
    """By how many rows the entry moved that stood at ``row``, or if it is gone the next that is there still."""
    places = {placement.widget: placement.region.y for placement in after.placements}
    for placement in before.placements:
        if placement.region.bottom > row and placement.widget in places:
            return places[placement.widget] - placement.region.y
    return 0
