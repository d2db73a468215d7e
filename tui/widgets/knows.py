"""The pane that shows what the twin knows, by kind, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui import verbs
from tui.actions import Place, bindings
from tui.calls import Call, calls_of
from tui.messages import Answered

if TYPE_CHECKING:
    from twin.domain import Memory
    from twin.requests import Knowledge


class KnownItems(OptionList):
    """The items themselves."""

    BINDINGS = bindings(Place.KNOWS)

    def on_focus(self) -> None:
        if self.highlighted is None:
            self.action_first()


class Knows(Vertical):
    """The pane on the right. It asks for what it shows by itself, when it is told to look again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(id="knows")
        self._now = now
        self._latest: Call | None = None
        self._seen: set[str] | None = None
        self.memories: tuple[Memory, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(id="knows-title")
        yield Static(
            "Nothing yet. What you tell your twin about yourself appears here, and can be taken out again.",
            id="knows-empty",
        )
        yield KnownItems(compact=True)

    def on_mount(self) -> None:
        self._show_title()
        self.query_one("#knows-empty").display = False

    def look_again(self) -> None:
        self._latest = calls_of(self).start(self, verbs.Know())

    @property
    def selected(self) -> Memory | None:
        """The item under the cursor."""
        option = self.query_one(KnownItems).highlighted_option
        return self.find(option.id) if option is not None and option.id else None

    def find(self, id: str) -> Memory | None:
        return next((memory for memory in self.memories if memory.id == id), None)

    @on(Answered)
    def _show(self, message: Answered) -> None:
        message.stop()
        if message.call is not self._latest:
            return  # an older look, overtaken by a newer one
        knowledge: Knowledge = message.result
        self.memories = knowledge.memories
        ids = {memory.id for memory in self.memories}
        new = ids - self._seen if self._seen is not None else set()
        self._seen = ids
        items = self.query_one(KnownItems)
        at = items.highlighted
        items.set_options(_options(self.memories, new, self._now()))
        if at is not None and items.option_count:
            items.highlighted = min(at, items.option_count - 1)
        items.display = bool(self.memories)
        self.query_one("#knows-empty").display = not self.memories
        self._show_title()

    def _show_title(self) -> None:
        count = str(len(self.memories) or "")
        self.query_one("#knows-title", Static).update(
            Content.assemble(("Knows", "bold $primary"), (f"  {count}", "$text-muted"))
        )


def _options(memories: Sequence[Memory], new: set[str], now: datetime) -> list[Option | None]:
    """A heading for each kind, its items below; a line apart."""
    from tui.wording import KIND_HEADINGS, memory_details

    options: list[Option | None] = []
    for kind, heading in KIND_HEADINGS.items():
        of_kind = [memory for memory in memories if memory.kind is kind]
        if of_kind and options:
            options.append(Option("", disabled=True))
        if of_kind:
            options.append(Option(Content.styled(heading, "bold $text-muted"), disabled=True))
        for memory in of_kind:
            mark = (" ✦ new", "$accent") if memory.id in new else ""
            prompt = Content.assemble(Content(memory.text), (f"\n  {memory_details(memory, now)}", "$text-muted"), mark)
            options.append(Option(prompt, id=memory.id))
    return options
