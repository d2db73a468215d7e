"""Every key and command, read off the registry."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.actions import ACTIONS, BY_NAME, BY_SLASH, Place
from tui.screens.dialog import Dialog


class HelpScreen(Dialog[None]):
    TITLE_TEXT = "Help"
    KEYS_TEXT = "↑↓ scrolls · Esc leaves"

    def __init__(self, key_display: Callable[[str], str]) -> None:
        super().__init__()
        self._key_display = key_display

    def compose_body(self) -> ComposeResult:
        with VerticalScroll():
            for heading, rows in help_tables(self._key_display):
                yield Static(heading, classes="heading")
                for keys, title, text in rows:
                    with Horizontal(classes="row"):
                        yield Static(Content(keys), classes="keys")
                        what = Content.assemble((title, "bold"), (f"\n{text}", "$text-muted"))
                        yield Static(what, classes="what")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()


def help_tables(key_display: Callable[[str], str]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """A heading and its rows (way, title, sentence) for the commands, each place with keys, and the palette."""
    commands = [(action.usage, action.title, action.help) for action in BY_SLASH.values()]
    tables = [("Commands, typed where you write", commands)]
    for place in Place:
        rows = [
            (" or ".join(key_display(key) for key in action.keys[place].split(",")), action.title, action.help)
            for action in ACTIONS
            if place in action.keys
        ]
        tables.append((place.heading, rows))
    palette = key_display(BY_NAME["command_palette"].keys[Place.APP])
    rest = [action for action in ACTIONS if action.palette and not action.keys and not action.slash]
    tables.append(("Only in the palette", [(palette, action.title, action.help) for action in rest]))
    return tables
