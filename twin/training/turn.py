"""One training at a time, for two would take twice the memory; and evidence gives way to what was approved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from twin.errors import NotUnderstoodError
from twin.ports import Job

_POLL_SECONDS = 0.2


class Turn:
    """Safe from any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._job: Job | None = None
        self._gives_way = False

    @contextmanager
    def of(self, job: Job, *, gives_way: bool = False) -> Iterator[None]:
        """While ``job`` trains. One that gives way is cancelled by the next that asks.

        Raises ``NotUnderstoodError`` while another trains that does not, ``CancelledByPersonError``.
        """
        with self._changed:
            while self._job is not None:
                if not self._gives_way:
                    raise NotUnderstoodError("A training is under way.", hint="Let it end, or cancel it first.")
                self._job.cancelled.set()
                self._changed.wait(_POLL_SECONDS)
                job.check()
            self._job, self._gives_way = job, gives_way
        try:
            yield
        finally:
            with self._changed:
                self._job = None
                self._changed.notify_all()
