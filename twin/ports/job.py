"""A request that runs, and the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event as Flag
from typing import Protocol

from twin.errors import CancelledByPersonError
from twin.events import Event


@dataclass(frozen=True, slots=True)
class Job:
    """One running request: where it reports, and whether it should stop."""

    emit: Callable[[Event], None]
    cancelled: Flag = field(default_factory=Flag)
    ended: Flag = field(default_factory=Flag)
    """Set when the person has said all that there is to hear, which is then to be finished."""

    def check(self) -> None:
        """Raise :class:`CancelledByPersonError` if the person cancelled."""
        if self.cancelled.is_set():
            raise CancelledByPersonError("Cancelled.")


class Clock(Protocol):
    def now(self) -> datetime:
        """The time now, timezone-aware, in UTC."""
        ...
