"""The plain entries of a conversation: what the person said, a day's heading, a notice, a list of memories."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.times import time_of

if TYPE_CHECKING:
    from twin.domain import Memory
    from twin.errors import TwinError


class Entry(Widget):
    """One entry of the conversation. ``about`` holds the ids of what it shows: when they are forgotten, it goes."""

    text = ""
    """What is to be read in it."""

    def __init__(self, *, about: Collection[str] = ()) -> None:
        super().__init__()
        self.about = set(about)

    def again(self) -> Callable[[], Entry] | None:
        """What makes an entry that shows the same; ``None`` as long as something goes on in this one.

        An entry that is far from what is looked at is taken away, and made again when the person comes back to it.
        """
        return None


def head_line(who: str, style: str, *details: str) -> Content:
    """The first line of an entry: who, then what there is to say about it."""
    return Content.assemble((who, f"bold {style}"), (f"  {' · '.join(filter(None, details))}", "$text-muted"))


class PersonSaid(Entry):
    """What the person said, verbatim."""

    def __init__(self, text: str, when: datetime, detail: str = "", *, about: Collection[str] = ()) -> None:
        super().__init__(about=about)
        self.text = text
        self.waiting = False
        """Whether a reply to it is on its way."""
        self._when = when
        self._detail = detail

    def again(self) -> Callable[[], Entry] | None:
        return None if self.waiting else partial(PersonSaid, self.text, self._when, self._detail, about=self.about)

    def render(self) -> Content:
        head = head_line("you", "$accent", time_of(self._when), self._detail)
        return Content.assemble(head, "\n", Content(self.text))

    def mark(self, detail: str) -> None:
        """Say beside the time what became of it."""
        self._detail = detail
        self.refresh()


class DayHeading(Entry):
    """Where a new day begins."""

    def __init__(self, day: str) -> None:
        super().__init__()
        self.day = day

    def again(self) -> Callable[[], Entry]:
        return partial(DayHeading, self.day)

    def render(self) -> Content:
        return Content.styled(f"── {self.day} ──", "$text-muted")


class Notice(Entry):
    """Something that the interface itself has to say, in words and with the way out."""

    def __init__(self, title: str, message: str, hint: str = "", *, failure: bool = False) -> None:
        super().__init__()
        self.add_class("-failure" if failure else "-note")
        mark, style = ("✗", "$text-error") if failure else ("i", "$secondary")
        lines = [Content.styled(f"{mark} {title}", f"bold {style}"), Content(message)]
        if hint:
            lines.append(Content.styled(hint, "$text-muted"))
        self._content = Content("\n").join(lines)
        self.text = self._content.plain
        self._again = partial(Notice, title, message, hint, failure=failure)

    def again(self) -> Callable[[], Entry]:
        return self._again

    @classmethod
    def of(cls, error: TwinError, way_out: str = "") -> Notice:
        """``way_out`` is what helps here, beside what the error itself says."""
        return cls(error.title, error.message, f"{error.hint} {way_out}".strip(), failure=True)

    def render(self) -> Content:
        return self._content


class MemoryList(Entry):
    """Some of what the twin knows, in the conversation because it was asked for there."""

    SHOWN = 20

    def __init__(self, memories: Sequence[Memory], about: str) -> None:
        super().__init__(about=[memory.id for memory in memories])
        topic = f" about {about}" if about else ""
        lines: list[Content | str] = [head_line("twin", "$primary", f"what I know{topic}")]
        for memory in memories[: self.SHOWN]:
            lines.append(Content.assemble((f"{memory.id:>5}  ", "$text-muted"), Content(memory.text)))
        if not memories:
            lines.append(f"Nothing{topic} yet.")
        if len(memories) > self.SHOWN:
            lines.append(Content.styled(f"       and {len(memories) - self.SHOWN} more", "$text-muted"))
        self._content = Content("\n").join(lines)
        self.text = self._content.plain
        self._again = partial(MemoryList, memories, about)

    def again(self) -> Callable[[], Entry]:
        return self._again

    def render(self) -> Content:
        return self._content


class Welcome(Vertical):
    """What a new person sees: a few things to do."""

    LINES = (
        ("Tell it something", "I drink oat flat whites."),
        ("Ask it, even tomorrow", "What coffee do I like?"),
        ("Let it hear you", "Ctrl+L and speak, or Ctrl+O: a file"),
        ("Begin with your voice", "/welcome: two minutes, three sentences"),
    )

    def compose(self) -> ComposeResult:
        yield Static(Content("Your twin knows nothing yet."), id="welcome-title")
        width = max(len(what) for what, _ in self.LINES) + 3
        lines = [
            Content.assemble((what.ljust(width), "$text-muted"), (example, "$foreground"))
            for what, example in self.LINES
        ]
        yield Static(Content("\n").join(lines), id="welcome-lines")
