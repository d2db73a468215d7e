"""The conversation: entries in the order of their time, kept at the newest unless the person looks back.

Only those near what is looked at are widgets, however long it is; see :mod:`tui.widgets.away`.
"""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from tui.times import day_of
from tui.widgets.away import Away, Kept
from tui.widgets.entry import DayHeading, Entry, PersonSaid, Welcome

if TYPE_CHECKING:
    from textual.layout import DockArrangeResult

    from twin.domain import Turn, Utterance

E = TypeVar("E", bound=Entry)

# What replies and dictations need of Textual takes longer to import than all the rest, so it is imported by what
# makes them; the app has them loaded in the background as soon as it has painted.

_PAGES_FETCHED = 3.0
"""How much of the past is fetched above what is looked at, in heights of the pane."""
_PAGES_NEAR = 1.5
"""As far as that above and below, entries are mounted …"""
_PAGES_FAR = 3.0
"""… and as far as that, they stay."""
_AT_ONCE = 8
"""Entries mounted, between which keys are seen to."""


class Conversation(VerticalScroll, can_focus=False):
    """The pane on the left.

    As long as it is not at its newest, what the person reads stays where it is, whatever comes above it.

    Its children: what is away and earlier, the entries near what is looked at, what is away and later, and, if
    something goes on in an entry beyond that, this entry and all after it.
    """

    class NearItsTop(Message):
        """The person may soon look back to what is not here yet."""

    def __init__(self) -> None:
        super().__init__()
        self._arranged: DockArrangeResult | None = None
        self._earlier, self._later = Away("earlier"), Away("later")
        self._first_day = ""
        """The day that stands above all."""
        self._changing = Lock()
        self._due = False

    def compose(self) -> ComposeResult:
        yield Static(Content("Fetching your conversation …"), id="fetching")
        yield self._earlier
        yield self._later

    def on_mount(self) -> None:
        self.anchor()

    def on_resize(self, event: Resize) -> None:
        for away in (self._earlier, self._later):
            away.guess_again(self.scrollable_content_region.width)
        self._keep_up()

    # --- the past ---

    async def show_history(self, said: Sequence[Turn | Utterance], now: datetime) -> None:
        """Show what was said last before this conversation; a welcome if there is nothing."""
        await self.query("#fetching").remove()
        if not said and not self.query(Entry):
            await self.mount(Welcome())
        await self.show_earlier(said, now)
        await self._mount_near()
        self.scroll_end(animate=False)

    async def show_earlier(self, said: Sequence[Turn | Utterance], now: datetime) -> None:
        """Put what was said before, the oldest first, above what is here; a heading for each day."""
        entries: list[Kept] = []
        for day, items in groupby(said, key=lambda one: day_of(one.created_at, now)):
            if day == self._first_day:
                await self._drop_first_heading()
            entries.append(Kept(DayHeading, partial(DayHeading, day), day, frozenset(), rows=2))
            entries.extend(map(_kept_of, items))
        if entries:
            self._first_day = entries[0].text
            self._earlier.prepend(entries)
            self._keep_up()

    async def _drop_first_heading(self) -> None:
        """A day that goes on before what is here has its heading further up."""
        if self._earlier:
            self._earlier.take_first()
        else:
            await self.query(DayHeading).first().remove()

    @property
    def near_its_top(self) -> bool:
        """Whether there is little of the past above what is looked at."""
        return self.scroll_y < _PAGES_FETCHED * self.size.height

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._keep_up()
        if self.near_its_top and new_value < old_value:
            self.post_message(self.NearItsTop())

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        """Arrange the entries; where that moves the one at the top of the pane, scroll with it, in the same frame."""
        arranged = super().arrange(size, optimal)
        before, self._arranged = self._arranged, arranged
        if before is not None and before is not arranged and self._anchored and self._anchor_released:
            moved = _moved(before, arranged, self.scroll_offset.y, self.size.height)
            if moved:
                row = max(0, self.scroll_y + moved)
                self.set_reactive(Widget.scroll_y, row)
                self.set_reactive(Widget.scroll_target_y, row)
        return arranged

    # --- what is mounted ---

    def _keep_up(self) -> None:
        """See to it soon that what is near is mounted, and that what is far is not."""
        if not self._due:
            self._due = True
            (self.call_next if self._blank else self.call_after_refresh)(self._catch_up)

    async def _catch_up(self) -> None:
        self._due = False
        if await self._mount_near():
            self.call_after_refresh(self._keep_up)

    async def _mount_near(self) -> bool:
        """A step towards having mounted what is near, and only that; false if there was nothing to do.

        Places are those of the last layout: what has changed since moves all of them and what is looked at alike.
        """
        async with self._changing:
            places = self._places
            height = self.size.height
            if not height or self._earlier not in places or not self.is_attached:
                return False
            if not self._later:
                self._put_later_last()
            bottom = round(self.scroll_y) + height
            if self._follows:
                bottom = max(height, max(region.bottom for region in places.values()))
            return await self._change(places, bottom - height, bottom)

    async def _change(self, places: Mapping[Widget, Region], top: int, bottom: int) -> bool:
        """The step, where rows from ``top`` to ``bottom`` are looked at."""
        near, far = (round(pages * (bottom - top)) for pages in (_PAGES_NEAR, _PAGES_FAR))
        entries = self._between
        seen = [entry for entry in entries if entry in places]
        if entries and not seen:
            return True  # they are to be laid out first
        up = list(takewhile(lambda entry: places[entry].bottom < top - far and entry.again(), seen))
        down = list(takewhile(lambda entry: places[entry].y > bottom + far and entry.again(), reversed(seen)))
        stay = [entry for entry in seen if entry not in up and entry not in down]
        if stay:
            first, last = places[stay[0]].y, places[stay[-1]].bottom
        elif self._follows and not self._later:
            first = last = bottom
        else:
            first = last = places[down[-1]].y if down else places[self._later].y
        self._earlier.append(_kept(up, places))
        self._later.prepend(_kept(reversed(down), places))
        if not stay:  # all that is looked at is away
            while self._earlier and first - self._earlier.last.rows > bottom:
                first = last = first - self._earlier.last.rows
                self._later.prepend([self._earlier.take_last()])
            while self._later and last + self._later.first.rows < top:
                first = last = last + self._later.first.rows
                self._earlier.append([self._later.take_first()])
        above: list[Kept] = []
        while self._earlier and first > top - near and len(above) < _AT_ONCE:
            above.append(self._earlier.take_last())
            first -= above[-1].rows
        below: list[Kept] = []
        while self._later and last < bottom + near and len(below) < _AT_ONCE:
            below.append(self._later.take_first())
            last += below[-1].rows
        if not (up or down or above or below):
            return False
        async with self.batch():
            for gone in (*up, *down):
                if gone.has_focus:
                    self.screen.set_focus(self.screen.query_one("#prompt"))
            await self.mount_all([kept.make() for kept in reversed(above)], after=self._earlier)
            await self.mount_all([kept.make() for kept in below], before=self._later)
            await self.remove_children([*up, *down])
        return True

    @property
    def _blank(self) -> bool:
        """Whether some of what is looked at is away: it is to be mounted before it is painted."""
        places, top, bottom = self._places, self.scroll_y, self.scroll_y + self.size.height
        away = [places[one] for one in (self._earlier, self._later) if one and one in places]
        return any(region.y < bottom and region.bottom > top for region in away)

    @property
    def _follows(self) -> bool:
        """Whether it stays at its newest."""
        return self._anchored and not self._anchor_released

    @property
    def _places(self) -> Mapping[Widget, Region]:
        return {} if self._arranged is None else {one.widget: one.region for one in self._arranged.placements}

    @property
    def _between(self) -> list[Entry]:
        """The entries that are mounted between what is away."""
        children = list(self.children)
        between = children[children.index(self._earlier) + 1 : children.index(self._later)]
        return [entry for entry in between if isinstance(entry, Entry)]

    def _put_later_last(self) -> None:
        """As nothing is away below, what may be comes before the first entry in which something goes on."""
        busy = (child for child in self.children if isinstance(child, Entry) and not child.again())
        before = next(busy, None)
        children = [child for child in self.children if child is not self._later]
        at = len(children) if before is None else children.index(before)
        if self.children.index(self._later) != at:
            if before is None:
                self.move_child(self._later, after=children[-1])
            else:
                self.move_child(self._later, before=before)

    # --- where it looks ---

    async def look(self, pages: int) -> None:
        """Look so many pages ahead; back if negative."""
        await self._look_at(self.scroll_y + pages * self.scrollable_content_region.height)

    async def bring(self, id: str, kind: type[E]) -> E | None:
        """Look at the entry of a kind that shows ``id``, the latest of several; ``None`` if there is none."""
        for away in (self._later, self._earlier):
            for kept in reversed(list(away)):
                if kept.shows(id, kind):
                    top = self._places[away].y + away.rows_before(kept)
                    await self._look_at(top - self.size.height // 3)
                    break
        entries = [entry for entry in self.query(kind) if id in entry.about]
        if not entries:
            return None
        if self.max_scroll_y:
            self.release_anchor()
            entries[-1].scroll_visible(animate=False)
        return entries[-1]

    async def _look_at(self, row: float) -> None:
        """Scroll there, with what is there mounted when it is painted."""
        self.scroll_to(y=row, animate=False, immediate=True)
        if self._blank:
            await self._mount_near()

    # --- the present ---

    async def add(self, *entries: Entry) -> None:
        """Add entries and show the last of them."""
        await self.query("#fetching, Welcome").remove()
        await self.mount_all(entries)
        self.anchor()
        self._keep_up()

    def said(self, kind: type[E], id: str = "") -> Iterator[E]:
        """The entries of a kind (that show ``id``), the newest first; those away are made to be read, and no more."""
        for child in reversed(self.children):
            if isinstance(child, kind) and (not id or id in child.about):
                yield child
            elif isinstance(child, Away):
                for kept in reversed(list(child)):
                    if kept.shows(id, kind):
                        entry = kept.make()
                        assert isinstance(entry, kind)
                        yield entry

    async def change(self, id: str, kind: type[E], how: Callable[[E], Awaitable[None]]) -> None:
        """Change the entries of a kind that show ``id``, wherever they are."""
        for entry in [entry for entry in self.query(kind) if id in entry.about]:
            await how(entry)
        for away in (self._earlier, self._later):
            for kept in [kept for kept in away if kept.shows(id, kind)]:
                made = kept.make()
                assert isinstance(made, kind)
                await how(made)
                away.replace(kept, Kept.of(made))

    async def take_out(self, ids: Collection[str]) -> list[Entry]:
        """Remove the entries that show any of ``ids``, and return them."""
        gone = [entry for entry in self.query(Entry) if not entry.about.isdisjoint(ids)]
        await self.remove_children(gone)
        for away in (self._earlier, self._later):
            for kept in [kept for kept in away if not kept.about.isdisjoint(ids)]:
                gone.append(kept.make())
                away.replace(kept, None)
        return gone


def _kept_of(said: Turn | Utterance) -> Kept:
    from tui.widgets.reply import TwinSaid
    from tui.widgets.utterance import Dictated
    from twin.domain import Speaker, Utterance

    about = frozenset([said.id])
    if isinstance(said, Utterance):
        return Kept(Dictated, partial(Dictated, said), said.text, about)
    if said.speaker is Speaker.PERSON:
        return Kept(PersonSaid, partial(PersonSaid, said.text, said.created_at, about=about), said.text, about)
    return Kept(TwinSaid, partial(TwinSaid.of, said), said.shown, about)


def _kept(entries: Iterable[Entry], places: Mapping[Widget, Region]) -> Iterator[Kept]:
    for entry in entries:
        kept = Kept.of(entry, places[entry].height + 1)
        assert kept is not None
        yield kept


def _moved(before: DockArrangeResult, after: DockArrangeResult, top: int, height: int) -> int:
    """By how many rows the first entry moved of those that were seen, and are there still."""
    places = {placement.widget: placement.region.y for placement in after.placements}
    for placement in before.placements:
        seen = placement.region.bottom > top and placement.region.y < top + height
        if seen and placement.widget in places and not isinstance(placement.widget, Away):
            return places[placement.widget] - placement.region.y
    return 0
