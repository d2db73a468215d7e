"""Taking turns at the recogniser, a window at a time: somebody who speaks right now goes before a long file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

from twin.errors import CancelledByPersonError

_POLL_SECONDS = 0.05


class Turns:
    def __init__(self) -> None:
        self._changed = Condition()
        self._taken = False
        self._urgent_waiting = 0

    @contextmanager
    def one(self, unwanted: Callable[[], bool], *, urgent: bool = False) -> Iterator[None]:
        """Wait for a turn and have it for the length of the block.

        Raises ``CancelledByPersonError`` soon after ``unwanted`` says so, or at once if it says so already.
        """
        with self._changed:
            self._urgent_waiting += urgent
            try:
                while not unwanted() and (self._taken or (self._urgent_waiting and not urgent)):
                    self._changed.wait(_POLL_SECONDS)
                if unwanted():
                    raise CancelledByPersonError("Cancelled.")
                self._taken = True
            finally:
                self._urgent_waiting -= urgent
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()
