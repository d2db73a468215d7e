"""Which passages have which word, and how often: the ledger's full-text index as arrays, fetched as they are asked for.

A word's postings come from ``fts5vocab`` as one string (two milliseconds for a word that 13,000 of 100,000 passages
have), are kept, and grow with what arrives. When something leaves, all are dropped: to fetch them again is cheap, and
forgetting rare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memory.store.database import Database

Rows = NDArray[np.int32]
Floats = NDArray[np.float32]

_MOST_KEPT = 2_000_000
"""Entries of postings that are kept, 8 bytes each, before all are dropped."""


@dataclass(frozen=True, slots=True)
class Posting:
    """The rows of the passages that have a word, ascending by arrival, and how often each has it."""

    rows: Rows
    counts: Floats


class Postings:
    """Not safe from several threads: :class:`memory.recall.index.MemoryIndex` holds its lock around it.

    ``rows_of`` turns passage numbers into rows of the index, -1 for one that it does not hold.
    """

    def __init__(self, database: Database, rows_of: Callable[[NDArray[np.int64]], Rows]) -> None:
        self._database = database
        self._rows_of = rows_of
        self._kept: dict[str, Posting] = {}
        self._entries = 0
        database.rows("CREATE VIRTUAL TABLE IF NOT EXISTS temp.spoken USING fts5vocab (main, lexicon, instance)")

    def of(self, term: str) -> Posting:
        """The postings of a stem."""
        kept = self._kept.get(term)
        if kept is None:
            row = self._database.row("SELECT group_concat(doc) AS docs FROM temp.spoken WHERE term = ?", (term,))
            numbers = _numbers(row["docs"]) if row is not None else _numbers(None)
            numbers, counts = np.unique(numbers, return_counts=True)
            rows = self._rows_of(numbers)
            held = rows >= 0
            kept = Posting(rows[held], counts[held].astype(np.float32))
            if self._entries > _MOST_KEPT:
                self.clear()
            self._kept[term] = kept
            self._entries += len(kept.rows)
        return kept

    def matching(self, expression: str) -> Rows:
        """The rows of the passages that match an FTS5 ``expression``."""
        row = self._database.row("SELECT group_concat(rowid) AS docs FROM lexicon WHERE lexicon MATCH ?", (expression,))
        rows = self._rows_of(_numbers(row["docs"] if row is not None else None))
        return rows[rows >= 0]

    def arrived(self, row: int, terms: Iterable[str]) -> None:
        """Note a new passage in what is kept."""
        for term, count in Counter(terms).items():
            kept = self._kept.get(term)
            if kept is not None:
                self._kept[term] = Posting(
                    np.append(kept.rows, np.int32(row)), np.append(kept.counts, np.float32(count))
                )

    def clear(self) -> None:
        self._kept.clear()
        self._entries = 0


def _numbers(joined: str | None) -> NDArray[np.int64]:
    return np.fromstring(joined, dtype=np.int64, sep=",") if joined else np.zeros(0, dtype=np.int64)
