"""What all dialogs have in common: a frame in the middle, a title, keys, Escape."""

from __future__ import annotations

from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import Place, bindings

ResultT = TypeVar("ResultT")


class Dialog(ModalScreen[ResultT | None]):
    """A dialog; its result is ``None`` when the person leaves it, which waits while something is being stored."""

    BINDINGS = bindings(Place.DIALOG)
    TITLE_TEXT = ""
    KEYS_TEXT = "Esc leaves"

    busy = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as frame:
            frame.border_title = self.TITLE_TEXT
            frame.border_subtitle = self.KEYS_TEXT
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """The dialog's own content."""
        yield Static()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Completing and choosing work only in dialogs that have something to complete or choose from."""
        return not self.busy if action == "dismiss" else hasattr(self, f"action_{action}")
