"""Everything that recall can find, read from the ledger: memories, and what the person said, verbatim.

A passage's id is that of the memory, turn or utterance that it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from memory.store.database import Database
from memory.store.rows import from_time, to_json
from twin.domain import Speaker

_LETTERS = "tum"
"""By the remainder of a passage's number modulo 4 (see :mod:`memory.store.migrations`)."""


@dataclass(frozen=True, slots=True)
class Passage:
    id: str
    text: str
    said_at: datetime
    speaker: Speaker = Speaker.PERSON
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A passage as an index needs it. ``said_at`` is ISO 8601; ``source_id`` is a memory's first source."""

    number: int
    text: str
    speaker: str
    name: str
    session_id: str
    said_at: str
    source_id: str
    imported: int
    """1 for a turn of a conversation that took place elsewhere."""


_SAID_IN_TURNS = """
SELECT id * 4 AS number, text, speaker, name, session_id, created_at AS said_at, '' AS source_id,
    key <> '' AS imported
FROM turns WHERE recallable AND {wanted} ORDER BY id"""
_SAID_IN_UTTERANCES = """
SELECT id * 4 + 1 AS number, coalesce(corrected, written, heard) AS text, 'person' AS speaker, '' AS name,
    session_id, created_at AS said_at, '' AS source_id, 0 AS imported
FROM utterances WHERE recallable AND {wanted} ORDER BY id"""
_SAID_IN_MEMORIES = """
SELECT id * 4 + 2 AS number, text, 'person' AS speaker, '' AS name, '' AS session_id, said_at,
    coalesce((SELECT source_id FROM memory_sources WHERE memory_id = memories.id ORDER BY position LIMIT 1), '')
    AS source_id, 0 AS imported
FROM memories WHERE status = 'held' AND {wanted} ORDER BY id"""


def passage_id(number: int) -> str:
    return f"{_LETTERS[number % 4]}{number // 4}"


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

    def read(self, ids: Iterable[str]) -> tuple[Passage, ...]:
        """The turns and utterances among ``ids``; memories are read from the ledger itself."""
        found: list[Passage] = []
        wanted = list(ids)
        utterances = (
            "coalesce(corrected, written, heard) AS text, 'person' AS speaker, '' AS name, created_at FROM utterances"
        )
        for letter, columns in (("t", "text, speaker, name, created_at FROM turns"), ("u", utterances)):
            numbers = [int(known[1:]) for known in wanted if known[0] == letter]
            rows = self._database.rows(
                f"SELECT id, {columns} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608 - constants
                (to_json(numbers),),
            )
            found += [
                Passage(
                    f"{letter}{row['id']}",
                    row["text"],
                    from_time(row["created_at"]),
                    Speaker(row["speaker"]),
                    row["name"],
                )
                for row in rows
            ]
        return tuple(found)

    def texts(self, ids: Iterable[str]) -> dict[str, str]:
        """The texts of those of ``ids`` that recall can find."""
        found: dict[str, str] = {}
        wanted = list(ids)
        for letter, text, table in (
            ("t", "text", "turns WHERE recallable AND"),
            ("u", "coalesce(corrected, written, heard)", "utterances WHERE recallable AND"),
            ("m", "text", "memories WHERE status = 'held' AND"),
        ):
            numbers = [int(known[1:]) for known in wanted if known[0] == letter]
            rows = self._database.rows(
                f"SELECT id, {text} AS text FROM {table} id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (to_json(numbers),),
            )
            found |= {f"{letter}{row['id']}": row["text"] for row in rows}
        return found

    def said(self, ids: Collection[str] | None = None) -> list[Said]:
        """Those of ``ids`` that recall can find, or all there are: turns, utterances, memories, each in their order."""
        found: list[Said] = []
        queries = (_SAID_IN_TURNS, _SAID_IN_UTTERANCES, _SAID_IN_MEMORIES)
        for letter, query in zip(_LETTERS, queries, strict=True):
            if ids is None:
                rows = self._database.rows(query.format(wanted="true"))
            else:
                numbers = to_json([int(known[1:]) for known in ids if known[0] == letter])
                wanted = "id IN (SELECT value FROM json_each(?))"
                rows = self._database.rows(query.format(wanted=wanted), (numbers,))
            found += [Said(**row) for row in rows]
        return found

    def marks(self) -> dict[str, int]:
        """Every passage's id with a checksum of its text, by which an index sees what has changed."""
        rows = self._database.rows("SELECT passage, text FROM passages")
        return {passage_id(row["passage"]): mark_of(row["text"]) for row in rows}
