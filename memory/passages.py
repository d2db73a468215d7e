"""Everything that recall can find, read from the ledger: memories, and what the person said, verbatim.

A passage's id is that of the memory, turn or utterance that it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from memory.database import Database
from memory.rows import from_time, to_json

_LETTERS = "tum"
"""By the remainder of a passage's number modulo 4 (see :mod:`memory.migrations`)."""


@dataclass(frozen=True, slots=True)
class Passage:
    id: str
    text: str
    said_at: datetime


def passage_id(number: int) -> str:
    return f"{_LETTERS[number % 4]}{number // 4}"


def passage_number(id: str) -> int:
    return int(id[1:]) * 4 + _LETTERS.index(id[0])


def mark_of(text: str) -> int:
    return zlib.crc32(text.encode())


class Passages:
    """The searchable side of a ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, expression: str, *, limit: int) -> tuple[tuple[str, float], ...]:
        """The best passages for an FTS5 ``expression``: id and BM25 score, best first, greater is better."""
        rows = self._database.rows(
            "SELECT rowid, -rank AS score FROM lexicon WHERE lexicon MATCH ? ORDER BY rank LIMIT ?", (expression, limit)
        )
        return tuple((passage_id(row["rowid"]), row["score"]) for row in rows)

    def matching(self, expression: str, ids: Sequence[str]) -> frozenset[str]:
        """Those of ``ids`` that match an FTS5 ``expression``."""
        rows = self._database.rows(
            "SELECT rowid FROM lexicon WHERE lexicon MATCH ? AND rowid IN (SELECT value FROM json_each(?))",
            (expression, to_json([passage_number(known) for known in ids])),
        )
        return frozenset(passage_id(row["rowid"]) for row in rows)

    def frequency(self, expression: str) -> int:
        """How many passages match."""
        return int(self._database.rows("SELECT count(*) FROM lexicon WHERE lexicon MATCH ?", (expression,))[0][0])

    def count(self) -> int:
        return int(self._database.rows("SELECT count(*) FROM lexicon_docsize")[0][0])

    def read(self, ids: Iterable[str]) -> tuple[Passage, ...]:
        """The turns and utterances among ``ids``; memories are read from the ledger itself."""
        found: list[Passage] = []
        wanted = list(ids)
        for letter, text, table in (("t", "text", "turns"), ("u", "coalesce(corrected, heard)", "utterances")):
            numbers = [int(known[1:]) for known in wanted if known[0] == letter]
            rows = self._database.rows(
                f"SELECT id, {text} AS text, created_at FROM {table} "  # noqa: S608 - constants
                "WHERE id IN (SELECT value FROM json_each(?))",
                (to_json(numbers),),
            )
            found += [Passage(f"{letter}{row['id']}", row["text"], from_time(row["created_at"])) for row in rows]
        return tuple(found)

    def texts(self, ids: Iterable[str]) -> dict[str, str]:
        """The texts of those of ``ids`` that recall can find."""
        found: dict[str, str] = {}
        wanted = list(ids)
        for letter, text, table in (
            ("t", "text", "turns WHERE recallable AND"),
            ("u", "coalesce(corrected, heard)", "utterances WHERE recallable AND"),
            ("m", "text", "memories WHERE"),
        ):
            numbers = [int(known[1:]) for known in wanted if known[0] == letter]
            rows = self._database.rows(
                f"SELECT id, {text} AS text FROM {table} id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (to_json(numbers),),
            )
            found |= {f"{letter}{row['id']}": row["text"] for row in rows}
        return found

    def marks(self) -> dict[str, int]:
        """Every passage's id with a checksum of its text, by which an index sees what has changed."""
        rows = self._database.rows("SELECT passage, text FROM passages")
        return {passage_id(row["passage"]): mark_of(row["text"]) for row in rows}
