"""The line at the bottom: what the keys do here and now."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from tui.actions import BY_NAME

_GAP = "  "


class Keys(Widget):
    """The actions whose keys work where the focus is, as the registry has them; a click is a key press.

    Textual's ``Footer`` makes a widget of every key, and all of them anew at each change of focus, which costs a fifth
    of the time to the first complete screen. This is one line of text.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._line = Content()
        self._palette = Content()

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
                shown.setdefault(active.binding.action, _key(active.binding.key, display, active.binding.description))
        self._line = Content(_GAP).join(shown.values())
        palette = BY_NAME["command_palette"]
        self._palette = _key(self.app.COMMAND_PALETTE_BINDING, "^p", palette.label)
        self.refresh()

    def on_click(self, event: Click) -> None:
        key = event.style.meta.get("key")
        if key is not None:
            self.app.simulate_key(key)

    def render(self) -> Content:
        """The keys from the left, the palette at the right; what does not fit is cut."""
        room = max(0, self.size.width - self._palette.cell_length - len(_GAP))
        return self._line.truncate(room, ellipsis=True, pad=True) + _GAP + self._palette


def _key(key: str, display: str, label: str) -> Content:
    return Content.assemble((display, "bold $accent"), f" {label}").stylize(Style.from_meta({"key": key}))
