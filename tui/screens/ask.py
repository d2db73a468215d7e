"""Asking for a few words."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.screens.dialog import Dialog
from tui.widgets.writing import Writing


class AskScreen(Dialog[str]):
    """Asks for a line, which may be left empty, or for a text of any length (``lines``), which may not."""

    KEYS_TEXT = "Enter saves · Esc leaves"

    def __init__(self, title: str, text: str = "", *, label: str = "", lines: bool = False) -> None:
        super().__init__()
        self.TITLE_TEXT = title
        self._text = text
        self._label = label
        self._lines = lines

    def compose_body(self) -> ComposeResult:
        if self._label:
            yield Static(Content(self._label), classes="label")
        if self._lines:
            with Vertical(classes="frame"):
                yield Writing(self._text)
        else:
            yield Input(self._text, select_on_focus=False)

    @on(Input.Submitted)
    def _line(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())

    @on(Writing.Sent)
    def _sent(self, event: Writing.Sent) -> None:
        event.stop()
        self.dismiss(event.text)
