"""Forgetting: what goes, and that it is really gone.

:mod:`memory.forgetting.consequences` says what goes with what. What stays is a tombstone with the id and the time, and
salted digests by which it is known again (:mod:`memory.forgetting.forgotten`). The tables are cleared in one
transaction; what lies outside them (recordings, vectors, adapters, free pages, the log) is noted in that transaction
and done afterwards, after a crash again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

import msgspec

from memory.forgetting import consequences
from memory.forgetting.consequences import Rewording, numbers, select
from memory.forgetting.forgotten import note_forgotten
from memory.store.ledger import SqliteLedger
from memory.store.rows import number_of, to_json
from twin.errors import TwinError
from twin.ports import Forgotten, Purge

_KINDS = {
    "m": ("memory", "memories"),
    "t": ("turn", "turns"),
    "u": ("utterance", "utterances"),
    "c": ("correction", "corrections"),
    "s": ("signal", "signals"),
    "d": ("decision", "decisions"),
    "q": ("question", "questions"),
    "w": ("rule", "rules"),
    "p": ("proposal", "proposals"),
}
_TELLING_WORDS = 4
"""What is said in fewer words is known again by where it came from alone: "Yes." is nobody's secret."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """All that goes with what is forgotten, ids in order."""

    memory_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    """Turns (the person's and the twin's) and utterances."""
    rewordings: tuple[Rewording, ...]
    dependent_ids: tuple[str, ...]
    """Corrections, signals, decisions, questions, rewrite rules and proposals."""
    recordings: tuple[str, ...]
    """Hashes of recordings that nothing else refers to."""
    predecessor_ids: tuple[str, ...] = ()
    """Past values that one of these memories replaced, with nothing after it."""
    restore: bool = False
    """Whether the predecessors hold again, rather than stay in the past."""

    @property
    def ids(self) -> tuple[str, ...]:
        return (*self.memory_ids, *self.source_ids, *self.dependent_ids)


def plan_forgetting(ledger: SqliteLedger, *ids: str, restore: bool = False) -> Forgetting:
    """What would go with ``ids``. Raises ``NotFoundError``; ``NotUnderstoodError`` for what cannot go by itself."""
    asked, sources = consequences.asked_for(ledger, ids)
    corrections = consequences.corrections_of(ledger, sources)
    gone = sources | corrections
    memories, rewordings = set(asked), []
    for memory in consequences.memories_resting_on(ledger, gone):
        if memory.id in asked:
            continue
        reworded = None if gone.issuperset(memory.source_ids) else consequences.reworded(ledger, memory, gone)
        if reworded is not None:
            rewordings.append(reworded)
        elif memory.origin == "person" and not gone.issuperset(memory.source_ids):
            # What it was before the person edited it goes with it: it would be read out of the older words again.
            return plan_forgetting(ledger, *ids, memory.id, restore=restore)
        else:
            memories.add(memory.id)
    replies = consequences.replies_drawn_from(ledger, sources | memories)
    while questions := consequences.questions_behind(ledger, replies | sources) - replies - sources:
        replies |= questions | consequences.replies_drawn_from(ledger, questions)
    noticed = consequences.noticed_of(ledger, sources | replies, memories)
    rules = consequences.rules_resting_on(ledger, gone)
    proposals = consequences.proposals_resting_on(ledger, corrections | noticed | rules)
    return Forgetting(
        memory_ids=_in_order(memories),
        source_ids=_in_order(sources | replies),
        rewordings=tuple(rewordings),
        dependent_ids=_in_order(corrections | noticed | rules | proposals),
        recordings=consequences.recordings_only_of(ledger, sources),
        predecessor_ids=tuple(memory.id for memory in consequences.predecessors_of(ledger, memories)),
        restore=restore,
    )


def forget(ledger: SqliteLedger, forgetting: Forgetting) -> None:
    """Clear the tables of all that ``forgetting`` names, in one transaction."""
    with ledger.database.transaction() as connection:
        note_forgotten(connection, ledger.salt(), _known_again_by(ledger, forgetting))
        for memory_id in forgetting.memory_ids:
            _close_the_gap(connection, memory_id, restore=forgetting.restore)
        consequences.reword(ledger, connection, forgetting.rewordings)
        for letter, (kind, table) in _KINDS.items():
            going = [(number,) for number in numbers(forgetting.ids, letter)]
            connection.executemany(f"DELETE FROM {table} WHERE id = ?", going)  # noqa: S608 - constants
            connection.executemany(
                "INSERT INTO tombstones VALUES (?, ?, ?)", [(f"{letter}{n}", kind, ledger.now()) for (n,) in going]
            )
        connection.execute(
            "DELETE FROM changes WHERE subject_id IN (SELECT value FROM json_each(?))", (to_json(forgetting.ids),)
        )
        for known in forgetting.ids:
            ledger.note(connection, "forgotten", known)
        for table in ("memory_sources", "turn_sources"):
            connection.execute(
                f"DELETE FROM {table} WHERE source_id IN (SELECT value FROM json_each(?))",  # noqa: S608 - constants
                (to_json(forgetting.ids),),
            )
        ledger.hold_what_waits_in_vain()
        connection.execute("INSERT INTO purges (audio_sha256, ids) VALUES ('', ?)", (to_json(forgetting.ids),))
        connection.executemany(
            "INSERT INTO purges (audio_sha256) VALUES (?)", [(sha256,) for sha256 in forgetting.recordings]
        )
        ledger.hold_what_waits_in_vain()


def finish_forgetting(ledger: SqliteLedger, purges: Sequence[Purge]) -> None:
    """Do what past forgettings have still to do outside the tables; nothing if there is nothing.

    Raises the first ``TwinError`` of ``purges`` after all of them were called, or ``LedgerError``; then it stays due.
    """
    due = ledger.database.rows("SELECT id, audio_sha256, ids FROM purges")
    if not due:
        return
    gone = Forgotten(
        ids=tuple(known for row in due for known in msgspec.json.decode(row["ids"], type=list[str])),
        recordings=tuple(
            row["audio_sha256"] for row in due if row["audio_sha256"] and not _in_use(ledger, row["audio_sha256"])
        ),
    )
    failures: list[TwinError] = []
    for purge in purges:
        try:
            purge(gone)
        except TwinError as error:  # the others have their turn all the same
            failures.append(error)
    ledger.database.purge()
    if failures:
        raise failures[0]
    with ledger.database.transaction() as connection:
        connection.execute("DELETE FROM purges WHERE id <= ?", (due[-1]["id"],))
    ledger.database.empty_log()


def _in_use(ledger: SqliteLedger, sha256: str) -> bool:
    """Whether an utterance has this recording: the same one may have been dictated again since."""
    return ledger.database.row("SELECT 1 FROM utterances WHERE audio_sha256 = ?", (sha256,)) is not None


def _known_again_by(ledger: SqliteLedger, forgetting: Forgetting) -> Iterator[str]:
    """Texts, import keys and hashes of recordings by which what goes would be known if it were imported."""
    memories = ledger.memories_by_id((*forgetting.memory_ids, *(r.memory_id for r in forgetting.rewordings)))
    telling = {source_id for memory in memories for source_id in memory.source_ids}
    for row in select(ledger, "SELECT id, text, key FROM turns WHERE id IN (?1)", numbers(forgetting.source_ids, "t")):
        yield row["key"]
        if f"t{row['id']}" in telling or _tells_much(row["text"]):
            yield row["text"]
    query = "SELECT heard, written, corrected, audio_sha256 FROM utterances WHERE id IN (?1)"
    for row in select(ledger, query, numbers(forgetting.source_ids, "u")):
        yield row["audio_sha256"]
        yield from (text for text in (row["heard"], row["written"], row["corrected"]) if text and _tells_much(text))
    new_texts = {reworded.memory_id: reworded.text for reworded in forgetting.rewordings}
    yield from (memory.text for memory in memories if new_texts.get(memory.id) != memory.text)


def _tells_much(text: str) -> bool:
    return len(text.split()) >= _TELLING_WORDS


def _close_the_gap(connection: Connection, memory_id: str, *, restore: bool) -> None:
    """Take a memory out of its slot's chain: what it replaced stays in the past, or holds up to its successor."""
    ends = "true_until = gone.true_until, " if restore else ""
    connection.execute(
        f"UPDATE memories SET {ends} superseded_by = gone.superseded_by "  # noqa: S608 - constants
        "FROM (SELECT true_until, superseded_by FROM memories WHERE id = ?1) AS gone WHERE memories.superseded_by = ?1",
        (number_of(memory_id, "m"),),
    )


def _in_order(ids: set[str]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda known: (known[0], int(known[1:]))))
