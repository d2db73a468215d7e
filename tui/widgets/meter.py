"""How loud it is at the microphone, as a bar."""

from __future__ import annotations

import math

from textual.content import Content
from textual.widget import Widget

CELLS = 20
_FLOOR_DB = -60.0
_CLIPPED = 0.99


class Meter(Widget):
    """From -60 dB to full scale: what is filled is the level, the mark beyond it the peak; in words where it clips."""

    def __init__(self) -> None:
        super().__init__()
        self._rms = self._peak = 0.0

    def measure(self, rms: float, peak: float) -> None:
        """Show a level; both from 0 to 1."""
        self._rms, self._peak = rms, peak
        self.refresh()

    def render(self) -> Content:
        if self._peak >= _CLIPPED:
            return Content.styled("█ too loud ".ljust(CELLS, "█"), "$text-error")
        filled, peak = cells(self._rms), cells(self._peak)
        bar = "".join("█" if cell < filled else "▏" if cell == peak - 1 else "·" for cell in range(CELLS))
        return Content.assemble((bar[:filled], "$accent"), (bar[filled:], "$text-muted"))


def cells(value: float) -> int:
    """How much of the bar a value from 0 to 1 fills."""
    decibels = 20 * math.log10(max(value, 1e-6))
    return max(0, min(CELLS, round(CELLS * (1 - decibels / _FLOOR_DB))))
