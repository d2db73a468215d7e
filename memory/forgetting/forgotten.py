"""By which what was forgotten or edited is known again, without its words: salted digests (HMAC-SHA256).

A forgotten text does not come back by an import, and an edited memory is not derived again from the same source as it
was. What the person says afresh is a new source, and is learned like anything else.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from sqlite3 import Connection

from memory.store.database import Database
from memory.store.rows import number_of, to_json
from twin.domain import Memory
from twin.ports import NewMemory


def digest_of(text: str, salt: str) -> str:
    """By which a forgotten text is known again: HMAC-SHA256 of its words, case and spacing aside."""
    return hmac.new(bytes.fromhex(salt), " ".join(text.casefold().split()).encode(), "sha256").hexdigest()


def note_forgotten(connection: Connection, salt: str, texts: Iterable[str]) -> None:
    """Have ``texts`` (or import keys, or hashes of recordings) be known as forgotten from now on."""
    connection.executemany(
        "INSERT OR IGNORE INTO forgotten_digests (digest) VALUES (?)",
        [(digest_of(text, salt),) for text in texts if text],
    )


def was_forgotten(database: Database, salt: str, *texts: str) -> bool:
    """Whether one of ``texts`` (or import keys, or hashes of recordings) was forgotten here."""
    digests = to_json([digest_of(text, salt) for text in texts if text])
    query = "SELECT 1 FROM forgotten_digests WHERE digest IN (SELECT value FROM json_each(?))"
    return database.row(query, (digests,)) is not None


# --- what was edited ------------------------------------------------------------------------------------------


def note_replaced(connection: Connection, salt: str, memory: Memory) -> None:
    """Have ``memory``, which is being edited, not be derived again from its sources as it is now."""
    connection.executemany(
        "INSERT OR REPLACE INTO replaced_wordings (digest, memory_id) VALUES (?, ?)",
        [(digest, number_of(memory.id, "m")) for digest in _wordings(memory, salt)],
    )


def standing_over(connection: Connection, salt: str, derived: NewMemory) -> str | None:
    """The id of the memory that the person edited and that stands over ``derived``, which is of the same source."""
    if derived.origin == "person":
        return None
    query = "SELECT memory_id FROM replaced_wordings WHERE digest IN (SELECT value FROM json_each(?))"
    row = connection.execute(query, (to_json(_wordings(derived, salt)),)).fetchone()
    if row is None and derived.slot:
        row = connection.execute(
            "SELECT memory_id FROM memory_sources JOIN memories ON memories.id = memory_id "
            "WHERE origin = 'person' AND slot = ? AND source_id IN (SELECT value FROM json_each(?))",
            (derived.slot, to_json(derived.source_ids)),
        ).fetchone()
    return None if row is None else f"m{row['memory_id']}"


def _wordings(memory: Memory | NewMemory, salt: str) -> list[str]:
    said = [memory.text] + ([f"{memory.slot}={memory.value}"] if memory.slot else [])
    return [digest_of(f"{source_id} {wording}", salt) for source_id in memory.source_ids for wording in said]
