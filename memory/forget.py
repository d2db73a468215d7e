"""Forgetting: what goes with what, and that it is really gone.

A memory goes with the turns and utterances that it was taken from, a turn or an utterance with the memories that rest
on it alone; recordings, corrections, signals, decisions, the twin's own replies that drew on any of it and the
questions behind them go along. What stays is a tombstone with the id and the time. The tables are cleared in one
transaction; what lies outside them (recordings, vectors, free pages, the log) is noted in that transaction and done
afterwards, after a crash again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from sqlite3 import Connection

from memory.extract import Extraction, extract
from memory.ledger import SqliteLedger
from memory.rows import number_of, to_json
from twin.domain import Memory, MemoryKind, Route, Speaker
from twin.errors import NotUnderstoodError

_KINDS = {
    "m": ("memory", "memories"),
    "t": ("turn", "turns"),
    "u": ("utterance", "utterances"),
    "c": ("correction", "corrections"),
    "s": ("signal", "signals"),
    "d": ("decision", "decisions"),
}


@dataclass(frozen=True, slots=True)
class Rewording:
    """A memory that stays, because another source says the same, in that source's words."""

    memory_id: str
    text: str
    value: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgetting:
    """All that goes with one thing that is forgotten, ids in order."""

    memory_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    """Turns (the person's and the twin's) and utterances."""
    rewordings: tuple[Rewording, ...]
    dependent_ids: tuple[str, ...]
    """Corrections, signals and decisions."""
    recordings: tuple[str, ...]
    """Hashes of recordings that nothing else refers to."""


def plan_forgetting(ledger: SqliteLedger, id: str) -> Forgetting:
    """What would go with ``id``. Raises ``NotFoundError``; ``NotUnderstoodError`` for what cannot go by itself."""
    asked, sources = _asked_for(ledger, id)
    corrections = _ids(ledger, "c", "corrections", "utterance_id IN", [number_of(s, "u") for s in sources])
    gone = sources | corrections
    memories, rewordings = set(asked), []
    for memory in ledger.memories_by_id(_resting_on(ledger, gone) - asked):
        reworded = _reworded(ledger, memory, gone)
        if reworded is None:
            memories.add(memory.id)
        else:
            rewordings.append(reworded)
    replies = _replies_drawn_from(ledger, sources | memories)
    while questions := _questions_behind(ledger, replies) - replies - sources:
        replies |= questions | _replies_drawn_from(ledger, questions)
    signals = _ids(ledger, "s", "signals", "subject_id IN", sorted(sources | replies))
    decisions = _ids(ledger, "d", "decisions", "memory_id IN", sorted(memories)) | {
        f"d{row['id']}"
        for row in ledger.database.rows(
            "SELECT decisions.id FROM decisions, json_each(decisions.signal_ids) AS signal "
            "WHERE signal.value IN (SELECT value FROM json_each(?))",
            (to_json(sorted(signals)),),
        )
    }
    return Forgetting(
        memory_ids=_in_order(memories),
        source_ids=_in_order(sources | replies),
        rewordings=tuple(rewordings),
        dependent_ids=_in_order(corrections | signals | decisions),
        recordings=_recordings_only_of(ledger, sources),
    )


def forget(ledger: SqliteLedger, forgetting: Forgetting) -> None:
    """Clear the tables of all that ``forgetting`` names, in one transaction."""
    gone = (*forgetting.memory_ids, *forgetting.source_ids, *forgetting.dependent_ids)
    with ledger.database.transaction() as connection:
        for memory_id in forgetting.memory_ids:
            _close_the_gap(connection, memory_id)
        for reworded in forgetting.rewordings:
            connection.execute(
                "UPDATE memories SET text = ?, value = ?, aliases = ? WHERE id = ?",
                (reworded.text, reworded.value, to_json(reworded.aliases), number_of(reworded.memory_id, "m")),
            )
        for known in gone:
            kind, table = _KINDS[known[0]]
            connection.execute(f"DELETE FROM {table} WHERE id = ?", (int(known[1:]),))  # noqa: S608 - constants
            connection.execute("INSERT INTO tombstones VALUES (?, ?, ?)", (known, kind, ledger.now()))
            ledger.note(connection, "forgotten", known)
        for table in ("memory_sources", "turn_sources"):
            connection.execute(
                f"DELETE FROM {table} WHERE source_id IN (SELECT value FROM json_each(?))",  # noqa: S608 - constants
                (to_json(gone),),
            )
        connection.executemany(
            "INSERT INTO purges (audio_sha256) VALUES (?)", [(sha256,) for sha256 in forgetting.recordings or ("",)]
        )


def finish_forgetting(ledger: SqliteLedger, delete_recording: Callable[[str], None]) -> None:
    """Do what past forgettings have still to do outside the tables; nothing if there is nothing."""
    due = ledger.database.rows("SELECT id, audio_sha256 FROM purges")
    if not due:
        return
    for row in due:
        if row["audio_sha256"] and not _in_use(ledger, row["audio_sha256"]):
            delete_recording(row["audio_sha256"])
    ledger.database.purge()
    with ledger.database.transaction() as connection:
        connection.execute("DELETE FROM purges WHERE id <= ?", (due[-1]["id"],))
    ledger.database.empty_log()


def _in_use(ledger: SqliteLedger, sha256: str) -> bool:
    """Whether an utterance has this recording: the same one may have been dictated again since."""
    return ledger.database.row("SELECT 1 FROM utterances WHERE audio_sha256 = ?", (sha256,)) is not None


# --- what goes with what --------------------------------------------------------------------------------------


def _asked_for(ledger: SqliteLedger, id: str) -> tuple[set[str], set[str]]:
    """The memory that is to be forgotten, if it is one, and the turns and utterances that hold it."""
    if id[:1] == "m":
        memory = ledger.memory(id)
        return {memory.id}, {_said(ledger, source_id) for source_id in memory.source_ids}
    if id[:1] == "t":
        return set(), {ledger.turn(id).id}
    if id[:1] == "u":
        return set(), {ledger.utterance(id).id}
    raise NotUnderstoodError(
        f"{id!r} cannot be forgotten by itself.",
        hint="Forget a memory (m12), a turn (t12) or an utterance (u12); what belongs to it goes along.",
    )


def _said(ledger: SqliteLedger, source_id: str) -> str:
    """The turn or utterance behind a source: a correction's text stands in its utterance as well."""
    if source_id[0] != "c":
        return source_id
    row = ledger.database.row("SELECT utterance_id FROM corrections WHERE id = ?", (int(source_id[1:]),))
    assert row is not None
    return f"u{row['utterance_id']}"


def _ids(ledger: SqliteLedger, letter: str, table: str, condition: str, values: Iterable[object]) -> set[str]:
    rows = ledger.database.rows(
        f"SELECT id FROM {table} WHERE {condition} (SELECT value FROM json_each(?))",  # noqa: S608 - constants
        (to_json(tuple(values)),),
    )
    return {f"{letter}{row['id']}" for row in rows}


def _resting_on(ledger: SqliteLedger, source_ids: set[str]) -> set[str]:
    rows = ledger.database.rows(
        "SELECT DISTINCT memory_id FROM memory_sources WHERE source_id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(source_ids)),),
    )
    return {f"m{row['memory_id']}" for row in rows}


def _reworded(ledger: SqliteLedger, memory: Memory, gone: set[str]) -> Rewording | None:
    """``memory`` as its other sources put it, or nothing if none of them does."""
    others = {_said(ledger, source_id) for source_id in memory.source_ids if source_id not in gone} - gone
    texts = [ledger.turn(other).text for other in others if other[0] == "t"]
    heard = [ledger.utterance(other) for other in others if other[0] == "u"]
    texts += [utterance.text for utterance in heard]
    if memory.kind is MemoryKind.VOCABULARY:
        if not any(memory.value.casefold() in text.casefold() for text in texts):
            return None
        misheard = " ".join(utterance.heard for utterance in heard).casefold()
        aliases = tuple(alias for alias in memory.aliases if alias.casefold() in misheard)
        return Rewording(memory.id, memory.text, memory.value, aliases)
    for text in texts:
        for extraction in extract(text, outright=memory.confidence == 1.0):
            if _is_of(extraction, memory):
                return Rewording(memory.id, extraction.text, extraction.value, memory.aliases)
    return None


def _is_of(extraction: Extraction, memory: Memory) -> bool:
    if memory.slot:
        return extraction.slot == memory.slot and extraction.value.casefold() == memory.value.casefold()
    return extraction.text == memory.text


def _replies_drawn_from(ledger: SqliteLedger, ids: set[str]) -> set[str]:
    """The twin's replies that drew on any of ``ids``, and those that drew on these replies in turn."""
    replies: set[str] = set()
    newly = set(ids)
    while newly:
        rows = ledger.database.rows(
            "SELECT DISTINCT turn_id FROM turn_sources WHERE source_id IN (SELECT value FROM json_each(?))",
            (to_json(sorted(newly)),),
        )
        newly = {f"t{row['turn_id']}" for row in rows} - replies - ids
        replies |= newly
    return replies


def _questions_behind(ledger: SqliteLedger, replies: set[str]) -> set[str]:
    """The person's questions and wishes to forget that ``replies`` answered: they tell nothing but name what goes."""
    rows = ledger.database.rows(
        "SELECT DISTINCT turns.id FROM turn_sources JOIN turns AS replies ON replies.id = turn_id "
        "JOIN turns ON turns.id = CAST(substr(source_id, 2) AS INTEGER) AND source_id LIKE 't%' "
        "WHERE turn_id IN (SELECT value FROM json_each(?1)) AND replies.route IN (?2, ?3) "
        "AND turns.speaker = ?4 AND NOT turns.recallable",
        (to_json([number_of(reply, "t") for reply in replies]), Route.ABOUT_PERSON, Route.FORGET, Speaker.PERSON),
    )
    return {f"t{row['id']}" for row in rows}


def _recordings_only_of(ledger: SqliteLedger, source_ids: set[str]) -> tuple[str, ...]:
    numbers = to_json([number_of(s, "u") for s in source_ids if s[0] == "u"])
    rows = ledger.database.rows(
        "SELECT audio_sha256 FROM utterances GROUP BY audio_sha256 "
        "HAVING sum(id NOT IN (SELECT value FROM json_each(?))) = 0 ORDER BY audio_sha256",
        (numbers,),
    )
    return tuple(row["audio_sha256"] for row in rows) if numbers != "[]" else ()


def _close_the_gap(connection: Connection, memory_id: str) -> None:
    """Leave a slot's chain as if the memory had never been in it: its predecessor holds up to its successor."""
    connection.execute(
        "UPDATE memories SET (true_until, superseded_by) = "
        "(SELECT gone.true_until, gone.superseded_by FROM memories AS gone WHERE gone.id = ?1) "
        "WHERE superseded_by = ?1",
        (number_of(memory_id, "m"),),
    )


def _in_order(ids: set[str]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda known: (known[0], int(known[1:]))))
