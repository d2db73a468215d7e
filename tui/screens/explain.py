"""How a reply came about: its route, what was recalled and how well that fits, the style, the model and its prompt."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.screens.dialog import Dialog
from tui.wording import explanation_content
from twin.domain import Reply


class ExplainScreen(Dialog[None]):
    TITLE_TEXT = "Why it answered so"
    KEYS_TEXT = "↑↓ scrolls · Esc leaves"

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._reply = reply

    def compose_body(self) -> ComposeResult:
        with VerticalScroll():
            for heading, lines in explanation_content(self._reply):
                yield Static(heading, classes="heading")
                yield Static(Content("\n").join(lines))

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
