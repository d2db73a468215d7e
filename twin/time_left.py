"""How long something will still take, by how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable

_AT_LEAST_SECONDS = 2.0
"""Of watching, before anything is said: the first steps are no measure."""


class TimeLeft:
    """Watches a fraction grow; one that falls back is of another stage, which is timed anew."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = (0.0, 0.0)
        self._last: float | None = None

    def after(self, fraction: float | None) -> float | None:
        """Seconds left at ``fraction`` (0 to 1), or nothing while there is no telling."""
        now = self._now()
        if fraction is None or self._last is None or fraction < self._last:
            self._began = now, fraction or 0.0
        self._last = fraction
        if fraction is None:
            return None
        seconds, done = now - self._began[0], fraction - self._began[1]
        return seconds * (1 - fraction) / done if seconds >= _AT_LEAST_SECONDS and done > 0 else None
