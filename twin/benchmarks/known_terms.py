"""Terms that a bench has the twin know: those that recordings are about, and others that are never said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from memory.lexicon.glossary import Glossary
from memory.store.ledger import SqliteLedger
from twin.benchmarks.recordings import Recording
from twin.domain import MemoryKind
from twin.learning.decision import folded
from twin.models.resolve import LocalWeights
from twin.paths import Home
from twin.ports import NewMemory
from twin.speech.hinter import Hinter
from twin.speech.vocabulary import RecogniserVocabulary

DISTRACTORS = "distractors.txt"
"""A list beside a folder of recordings, or in it, of terms that are known and not said."""


@dataclass(frozen=True, slots=True)
class Trade:
    """Recordings about terms, to be tested on with these terms and the distractors known."""

    name: str
    recordings: tuple[Recording, ...]
    terms: tuple[str, ...]
    distractors: tuple[str, ...]

    @property
    def vocabulary(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.terms, *self.distractors)))


def trades_in(recordings: Sequence[Recording]) -> tuple[Trade, ...]:
    """One for each folder whose recordings are about terms; of those with a split, the test."""
    folders = dict.fromkeys(recording.folder for recording in recordings if recording.term)
    return tuple(_trade(folder, [one for one in recordings if one.folder == folder]) for folder in folders)


def _trade(folder: Path, recordings: Sequence[Recording]) -> Trade:
    lists = (near / DISTRACTORS for near in (folder, folder.parent))
    listed = next((path.read_text(encoding="utf-8") for path in lists if path.is_file()), "")
    return Trade(
        folder.name,
        tuple(one for one in recordings if one.split in ("", "test")),
        tuple(dict.fromkeys(one.term for one in recordings if one.term)),
        tuple(line.strip() for line in listed.splitlines() if line.strip()),
    )


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def knowing(terms: Sequence[str], home: Home, weights: LocalWeights) -> Iterator[Hinter]:
    """Hints from a real ledger in ``home`` that holds ``terms``."""
    clock = _Now()
    ledger = SqliteLedger(home.ledger, clock)
    try:
        ledger.add_memories([_term(term, clock.now()) for term in terms])
        glossary = Glossary(ledger.database, is_common=RecogniserVocabulary(lambda: weights.path).knows)
        yield Hinter(glossary, ledger, clock)
    finally:
        ledger.close()


def _term(text: str, at: datetime) -> NewMemory:
    return NewMemory(
        kind=MemoryKind.VOCABULARY,
        text=text,
        source_ids=(),
        true_from=at,
        slot=f"term.{folded(text)}",
        value=text,
        origin="person",
    )
