"""What a topic or a moment selects of all that was said and is known."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from memory.recall.terms import STOP_WORDS, TOKENIZER
from memory.store.ledger import SqliteLedger
from memory.store.rows import to_time
from twin.ports import Recall

_MOST_RECALLED = 200
_WORD = re.compile(r"\w+")

_TEXTS: Final = """
SELECT 't' || id AS id, text || ' ' || coalesce(edited, '') || ' ' || name || ' ' || session_id AS text FROM turns
UNION ALL SELECT 'u' || id, heard || ' ' || coalesce(written, '') FROM utterances
UNION ALL SELECT 'u' || utterances.id, hint.value FROM utterances, json_tree(hints) AS hint WHERE hint.key = 'term'
UNION ALL SELECT 'u' || id, origin || ' ' || session_id FROM utterances
UNION ALL SELECT 'u' || utterance_id, heard FROM hearings
UNION ALL SELECT 'u' || utterance_id, said FROM corrections
UNION ALL SELECT 'm' || id, text || ' ' || value || ' ' || slot || ' ' || aliases || ' ' || domain FROM memories
"""
"""Whatever of a turn, an utterance, a memory may name a topic: names and paths too, and what is no longer so."""


def about(topic: str, ledger: SqliteLedger, recall: Recall, *, at_least: float) -> frozenset[str]:
    """Ids of the memories, turns and utterances that name ``topic``, and of those that recall scores ``at_least``."""
    found = recall.recall(topic, limit=_MOST_RECALLED).items
    return naming(topic, ledger) | {item.memory.id for item in found if item.score >= at_least}


def naming(topic: str, ledger: SqliteLedger) -> frozenset[str]:
    """Ids of all memories, turns and utterances in which each word of weight of ``topic`` stands, in any inflection."""
    return mentioning(topic, ((row["id"], row["text"]) for row in ledger.database.rows(_TEXTS)))


def before(moment: datetime, ledger: SqliteLedger) -> frozenset[str]:
    """Ids of the turns and utterances that are older than ``moment``."""
    return frozenset(
        f"{letter}{row['id']}"
        for letter, table in (("t", "turns"), ("u", "utterances"))
        for row in ledger.database.rows(f"SELECT id FROM {table} WHERE created_at < ?", (to_time(moment),))  # noqa: S608
    )


def mentioning(topic: str, texts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Which of ``texts`` (id, text) have all words of weight of ``topic``, compared by their stems.

    Texts that the full-text index leaves out (questions, replies, what is private) are to be found as well, so it goes
    by an index of its own, made as that one is, in memory, and gone when this returns.
    """
    words = _WORD.findall(topic)
    weighty = [word for word in words if word.lower() not in STOP_WORDS] or words
    if not weighty:
        return frozenset()
    ids: list[str] = []

    def numbered() -> Iterator[tuple[int, str]]:
        for known, text in texts:
            ids.append(known)
            yield len(ids), text

    index = sqlite3.connect(":memory:")
    try:
        index.execute(f"CREATE VIRTUAL TABLE said USING fts5 (text, content = '', tokenize = '{TOKENIZER}')")
        index.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", numbered())
        expression = " AND ".join(f'"{word}"' for word in weighty)
        found = index.execute("SELECT rowid FROM said WHERE said MATCH ?", (expression,)).fetchall()
    finally:
        index.close()
    return frozenset(ids[number - 1] for (number,) in found)
