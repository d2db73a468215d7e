"""A sign that something is under way, which stands still where motion is unwanted."""

from __future__ import annotations

from textual.content import Content
from textual.events import Mount
from textual.widget import Widget

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
STILL = "…"
FRAMES_PER_SECOND = 10


class Spinner(Widget):
    """A turning mark before a line of text, shown while something is awaited."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._frame = 0
        self._moves = False

    def on_mount(self, _: Mount) -> None:
        self._moves = self.app.animation_level != "none"
        if self._moves:
            self.set_interval(1 / FRAMES_PER_SECOND, self._turn)

    def render(self) -> Content:
        mark = FRAMES[self._frame] if self._moves else STILL
        return Content.assemble((mark, "$primary"), f" {self._text}")

    def say(self, text: str) -> None:
        self._text = text
        self.refresh(layout=True)

    def _turn(self) -> None:
        self._frame = (self._frame + 1) % len(FRAMES)
        self.refresh()
