"""The line at the top of every screen but the first: which screen this is, and the news."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.widgets.badge import Badge


class Head(Horizontal):
    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble(("●", "$accent"), ("●", "$primary"), ("  twin", "bold")), id="brand")
        yield Static(Content.styled(self._title, "bold $primary"), classes="title")
        yield Static(id="aside")
        yield Badge()

    def say(self, aside: str) -> None:
        """Something small beside the title."""
        self.query_one("#aside", Static).update(Content.styled(aside, "$text-muted"))
