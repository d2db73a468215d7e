"""The most memory that this process and its children take while something runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event as Flag
from threading import Thread

import psutil

_EVERY_SECONDS = 0.1


@dataclass(slots=True)
class Peak:
    """Resident memory, in GB; ``children`` of all of them together."""

    own: float = 0.0
    children: float = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    """Fills the peak while the context lasts."""
    peak, over = Peak(), Flag()
    thread = Thread(target=_watch, args=(peak, over), name="peak", daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _watch(peak: Peak, over: Flag) -> None:
    me = psutil.Process()
    while True:
        total = 0
        for child in me.children(recursive=True):
            with suppress(psutil.Error):  # it ended
                total += child.memory_info().rss
        peak.own = max(peak.own, me.memory_info().rss / 1e9)
        peak.children = max(peak.children, total / 1e9)
        if over.wait(_EVERY_SECONDS):
            return
