"""The line at the bottom: what the keys do here and now."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from tui.actions import BY_NAME

_GAP = "  "
_PINNED = ("app.stop", "screen.leave", "app.help")
"""What is always shown, at the right: what stops, the way back, and where everything else is explained."""


class Keys(Widget):
    """The actions whose keys work where the focus is, as the registry has them; a click is a key press.

    Textual's ``Footer`` makes a widget of every key, and all of them anew at each change of focus, which costs a fifth
    of the time to the first complete screen. This is one line of text.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[Content] = []
        self._pinned = Content()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._look)
        self._look(self.screen)

    def _look(self, screen: Screen[object]) -> None:
        if screen is not self.app.screen:
            return  # under a dialog the bindings would be the dialog's, so what is painted stays
        shown: dict[str, Content] = {}
        for active in screen.active_bindings.values():
            if active.binding.show:
                display = self.app.get_key_display(active.binding)
                key = active.binding.key.partition(",")[0]
                shown.setdefault(active.binding.action, _key(key, display, active.binding.description))
        pinned = [shown.pop(action) for action in _PINNED if action in shown]
        palette = BY_NAME["command_palette"]
        pinned.append(_key(self.app.COMMAND_PALETTE_BINDING, "^p", palette.label))
        self._keys = list(shown.values())
        self._pinned = Content(_GAP).join(pinned)
        self.refresh()

    def on_click(self, event: Click) -> None:
        key = event.style.meta.get("key")
        if key is not None:
            self.app.simulate_key(key)

    def render(self) -> Content:
        """The keys from the left, those that are always there at the right; what does not fit is left out whole."""
        room = max(0, self.size.width - self._pinned.cell_length - len(_GAP))
        line = Content()
        for key in self._keys:
            longer = line + _GAP + key if line else key
            if longer.cell_length <= room:
                line = longer
        return line + " " * (room - line.cell_length) + _GAP + self._pinned


def _key(key: str, display: str, label: str) -> Content:
    return Content.assemble((display, "bold $accent"), f" {label}").stylize(Style.from_meta({"key": key}))
