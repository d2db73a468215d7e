"""Conversations with questions whose answers are known: what ``twin bench memory`` measures on, whatever its layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import MsgspecError

from twin.domain import Speaker
from twin.errors import NotUnderstoodError


class Purpose(StrEnum):
    """What a question measures."""

    RECALL = "recall"
    """Whether its evidence is found."""
    ABSENT = "absent"
    """Whether the twin says that it does not know: nothing that was said answers it."""
    PAST = "past"
    """Whether a value that has been replaced is still found when it is asked for."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said. ``when`` is ``None`` where the corpus does not tell."""

    key: str
    text: str
    name: str
    speaker: Speaker
    session: str
    when: datetime | None = None

    @property
    def stamped(self) -> str:
        """The text as plain retrieval is best given it: ``[7 May 2023] Ana: …``."""
        day = f"[{self.when.day} {self.when:%B %Y}] " if self.when else ""
        return f"{day}{self.name}: {self.text}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. ``evidence`` names what answers it, by the keys of :class:`Said`; empty where the corpus has none."""

    text: str
    evidence: frozenset[str]
    category: str
    purpose: Purpose = Purpose.RECALL
    corrected: frozenset[str] | None = None
    """The evidence after an audit of the corpus, where that found fault with it."""
    stale: frozenset[str] = frozenset()
    """For a value that was updated: where the old one was said …"""
    fresh: frozenset[str] = frozenset()
    """… and where the new one was."""
    answer: str = ""
    """What the corpus holds for the right answer; empty where it gives none."""


@dataclass(frozen=True, slots=True)
class Store:
    """A memory of its own and what it is asked: one conversation, or one pool of preferences."""

    corpus: str
    name: str
    said: tuple[Said, ...]
    asked: tuple[Asked, ...]


def find_stores(data: Sequence[Path]) -> tuple[Store, ...]:
    """Every store in the files and trees of ``data``; see :mod:`twin.benchmarks.layouts` for what is recognised.

    Raises :class:`NotUnderstoodError` when there are none, or when a file is not what its name says.
    """
    from twin.benchmarks import layouts

    stores: list[Store] = []
    folders: dict[Path, list[Path]] = {}
    for path in sorted({path.absolute() for named in data for path in _json_files(named)}):
        try:
            if layouts.is_locomo(path):
                stores.extend(layouts.read_locomo(path))
            elif layouts.is_realtalk(path):
                stores.append(layouts.read_realtalk(path))
            elif layouts.is_beam(path):
                stores.append(layouts.read_beam(path))
            elif layouts.is_prefeval(path):
                folders.setdefault(path.parent, []).append(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, MsgspecError) as error:
            raise NotUnderstoodError(
                f"{path} is not laid out as its name says ({type(error).__name__}: {error}).",
                hint="Leave it out of --data, or put the corpus's own file in its place.",
            ) from error
    for topics in folders.values():
        stores.extend(layouts.read_prefeval(topics))
    stores = [store for store in stores if store.said and store.asked]
    if not stores:
        raise NotUnderstoodError(
            "There are no conversations to measure on.",
            hint="Name a folder with LoCoMo, REALTALK, BEAM or PrefEval with --data.",
        )
    return tuple(sorted(stores, key=lambda store: store.corpus))


def _json_files(named: Path) -> Iterator[Path]:
    return named.rglob("*.json") if named.is_dir() else iter((named,))
