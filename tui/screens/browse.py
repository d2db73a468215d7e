"""What the screens beside the conversation have in common: a list, what is selected in it shown beside or below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.calls import Call, calls_of
from tui.messages import Answered, Failed
from tui.widgets.entry import Notice
from tui.widgets.head import Head
from tui.widgets.keys import Keys
from tui.widgets.spinner import Spinner
from tui.wording import way_out_of
from twin.errors import CancelledByPersonError
from twin.requests import Request

SIDE_BY_SIDE_FROM_WIDTH = 100
"""Narrower than this, what is selected is shown below the list."""


class Items(OptionList):
    """The list of a screen. It keeps its place when it is filled anew."""

    def fill(self, options: Iterable[Option | None], *, at: str = "") -> None:
        """Show ``options``; the cursor stays with the item it was on, or goes to ``at``, or stays near."""
        index = self.highlighted
        before = at or self.selected
        self.set_options(options)
        ids = [option.id for option in self.options]
        if before in ids:
            self.highlighted = ids.index(before)
        elif self.option_count:
            self.highlighted = min(index or 0, self.option_count - 1)
            if self.options[self.highlighted].disabled:
                self.action_cursor_down()

    @property
    def selected(self) -> str:
        """The id of the item under the cursor; nothing if there is none."""
        option = self.highlighted_option
        return (option.id or "") if option is not None else ""


class BrowseScreen(Screen[None]):
    """A list, and what is selected in it.

    ``look_again`` asks the twin anew, whenever the screen is come to; what is answered goes to ``take``, which fills
    the list; ``detail`` says what is to be seen of an item. A failure is shown once, above the detail, until the person
    does something else.
    """

    BINDINGS = bindings(Place.BROWSING)
    AUTO_FOCUS = "Items"
    PLACE: ClassVar[Place]
    TITLE_TEXT = ""
    EMPTY_TEXT = ""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self._asked: list[Call] = []
        self._filled = False

    def compose(self) -> ComposeResult:
        yield Head(self.TITLE_TEXT)
        with Container(id="browse"):
            with Vertical(id="listed"):
                yield from self.compose_above()
                yield Items(compact=True)
                yield Static(Content(self.EMPTY_TEXT), id="empty")
            with VerticalScroll(id="detail"):
                yield Vertical(id="notices")
                yield Static(id="shown")
        yield Keys()

    def compose_above(self) -> Iterable[Widget]:
        """What stands above the list."""
        return ()

    # --- what a screen has of its own ---

    def requests(self) -> Sequence[Request[Any]]:
        """What is asked whenever the screen is come to."""
        return ()

    async def take(self, call: Call, result: Any) -> None:
        """Something was answered."""

    def detail(self, id: str) -> Content:
        """What is shown of an item; ``id`` is empty if there is none."""
        return Content()

    # --- asking ---

    def on_screen_resume(self) -> None:
        self.query("#notices Notice").remove()
        self.look_again()

    def look_again(self) -> None:
        self._asked = [self.ask(request) for request in self.requests()]
        if not self._filled:
            self.query_one("#empty").display = False
            if not self.query("#listed Spinner"):
                self.query_one("#listed").mount(Spinner("looking"))

    def ask(self, request: Request[Any]) -> Call:
        return calls_of(self).start(self, request)

    def do(self, request: Request[Any]) -> Call:
        """Ask for what the person wants done; what was wrong before is no longer of interest."""
        self.query("#notices Notice").remove()
        return self.ask(request)

    def is_outdated(self, call: Call) -> bool:
        """Whether the same was asked again since."""
        same = [asked for asked in self._asked if type(asked.request) is type(call.request)]
        return bool(same) and call not in same

    @on(Answered)
    async def _answered(self, message: Answered) -> None:
        message.stop()
        if not self.is_outdated(message.call):
            await self.take(message.call, message.result)

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        await self.query("#listed Spinner").remove()
        await self.failed(message.call)
        if isinstance(message.error, CancelledByPersonError):
            return
        await self.query("#notices Notice").remove()
        await self.query_one("#notices").mount(Notice.of(message.error, way_out_of(message.error)))
        self.query_one("#detail").scroll_home(animate=False)

    async def failed(self, call: Call) -> None:
        """A call came to nothing; the screen says why."""

    # --- the list and the detail ---

    @property
    def items(self) -> Items:
        return self.query_one(Items)

    @property
    def selected(self) -> str:
        return self.items.selected

    async def show(self, options: Sequence[Option | None], *, at: str = "") -> None:
        """Fill the list."""
        self._filled = True
        await self.query("#listed Spinner").remove()
        self.items.fill(options, at=at)
        self.items.display = bool(options)
        self.query_one("#empty").display = not options
        self.show_detail()

    def show_detail(self) -> None:
        """Show anew what is selected."""
        self.query_one("#shown", Static).update(self.detail(self.selected))
        self.refresh_bindings()

    @property
    def detail_width(self) -> int:
        """Cells that a line of the detail may take."""
        return max(20, self.query_one("#detail").scrollable_content_region.width or self.app.size.width - 4)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#detail").scroll_home(animate=False)
        self.show_detail()

    def on_resize(self, event: Resize) -> None:
        self.query_one("#browse").set_class(event.size.width >= SIDE_BY_SIDE_FROM_WIDTH, "-wide")
        self.call_after_refresh(self.show_detail)

    def say(self, text: str, title: str = "") -> None:
        self.notify(text, title=title, markup=False)

    # --- actions ---

    def action_leave(self) -> None:
        self.app.pop_screen()

    def action_detail_ahead(self) -> None:
        self.query_one("#detail").scroll_relative(y=3, animate=False)

    def action_detail_back(self) -> None:
        self.query_one("#detail").scroll_relative(y=-3, animate=False)


def option(id: str, first: Content, *details: Content) -> Option:
    """An item of one line or more."""
    return Option(Content("\n").join((first, *details)), id=id)


def heading(text: str) -> Option:
    return Option(Content.styled(text, "bold $text-muted"), disabled=True)
