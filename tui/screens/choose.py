"""Choosing one of a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.dialog import Dialog


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    text: str


class ChooseScreen(Dialog[str]):
    """Asks for one of ``choices``; its result is that one's id. ``note`` stands below them."""

    KEYS_TEXT = "↑↓ choose · Enter takes it · Esc leaves"

    def __init__(self, title: str, choices: Sequence[Choice], *, chosen: str = "", note: str = "") -> None:
        super().__init__()
        self.TITLE_TEXT = title
        self._choices = tuple(choices)
        self._chosen = chosen
        self._note = note

    def compose_body(self) -> ComposeResult:
        yield OptionList(*(Option(Content(choice.text), id=choice.id) for choice in self._choices), compact=True)
        if self._note:
            yield Static(Content(self._note), classes="label note")

    def on_mount(self) -> None:
        ids = [choice.id for choice in self._choices]
        self.query_one(OptionList).highlighted = ids.index(self._chosen) if self._chosen in ids else 0

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)
