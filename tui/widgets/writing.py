"""A text area where Enter sends: used by the prompt and by dialogs in which something is written."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.events import Key
from textual.message import Message
from textual.widgets import TextArea

from tui.actions import Place, action_of, bindings

_EDITING = {
    key: binding.action
    for binding in TextArea.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
}
"""What the text area's own keys do: move the cursor, delete, undo."""


class Writing(TextArea):
    """Multi-line writing that grows with its text; Enter sends, Ctrl+J begins a new line."""

    BINDINGS = bindings(Place.WRITING)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.WRITING,)
    """The places whose keys are handled here."""

    class Sent(Message):
        """The person is done with ``text``."""

        def __init__(self, writing: Writing, text: str) -> None:
            super().__init__()
            self.writing = writing
            self.text = text

        @property
        def control(self) -> Writing:
            return self.writing

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(
            text,
            id=id,
            placeholder=placeholder,
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
        )

    def on_mount(self) -> None:
        self.cursor_blink = self.app.animation_level != "none"
        self.place_cursor()

    def place_cursor(self) -> None:
        """Where the cursor stands at first: behind the text."""
        self.move_cursor(self.document.end)

    async def _on_key(self, event: Key) -> None:
        """Act on keys here and now: as bindings they would overtake, or be overtaken by, what is typed."""
        for place in self.PLACES:
            action = action_of(place, event.key)
            if action is not None and self.check_action(action.name, ()):
                event.stop()
                event.prevent_default()
                await self.run_action(action.name)
                return
        editing = _EDITING.get(event.key)
        if editing is not None and await self.app.run_action(editing, default_namespace=self):
            event.stop()  # unless it skipped itself: copying nothing is left to what else is selected
            event.prevent_default()

    def action_send(self) -> None:
        if self.text.strip():
            self.post_message(self.Sent(self, self.text.strip()))

    def action_newline(self) -> None:
        self.insert("\n")

    def write(self, text: str) -> None:
        """Replace the text, with the cursor behind it."""
        self.load_text(text)
        self.move_cursor(self.document.end)
