"""Rules that write a stable mishearing as it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RuleStatus(StrEnum):
    PROPOSED = "proposed"
    """Waits for the person's word, and does nothing."""
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    """Rejected, or suspended after the person took back what it did."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rewrite rule fires; all that is given has to hold. Empty: wherever its words are heard."""

    below: float | None = None
    """The least sure of the heard words has a probability below this."""
    near: tuple[str, ...] = ()
    """One of these words, in lower case, stands within a few words of them."""
    domain: str = ""
    """The trade that is spoken of."""


@dataclass(frozen=True, slots=True)
class RewriteRule:
    """A stable mishearing, and the term to be written in its place. ``heard`` are bare words in lower case.

    ``origin``: ``person`` (stated outright) or ``corrections``, which are then among ``source_ids`` with the
    utterances that they were made in."""

    id: str
    heard: str
    term: str
    scope: Scope
    status: RuleStatus
    origin: str
    source_ids: tuple[str, ...]
    created_at: datetime
    take_backs: int = 0
    reason: str = ""
    """Why it was withdrawn."""
