"""Taking in an export: what was said to and known by a twin, this one or another.

What is here already is left as it is, and what the person forgot here is refused. Dictations come as turns: an export
has no recordings in it. Memories come with their validity and status as they were, or, where their slot is filled here
already, by the rules by which anything new finds its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import Connection

from memory.exchange.archive import Archive, MemoryLine, TurnLine, UtteranceLine, read_archive
from memory.forgetting import consequences
from memory.forgetting.forgotten import standing_over, was_forgotten
from memory.store.ledger import SqliteLedger
from memory.store.rows import number_of, to_json, to_time
from twin.domain import Memory, Speaker
from twin.ports import NewMemory, NewTurn
from twin.requests import ImportReport


@dataclass(slots=True)
class _Arrival:
    """How far it has come: what the ids of the file are here, what was refused, what is new."""

    here: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    turns: list[str] = field(default_factory=list)
    memories: list[str] = field(default_factory=list)
    known: int = 0

    def report(self) -> ImportReport:
        refused = [known for known in self.refused if known[0] != "c"]  # a correction is part of its utterance
        return ImportReport(len(self.turns), len(self.memories), self.known, len(refused))


def import_memory(ledger: SqliteLedger, path: str) -> tuple[ImportReport, tuple[str, ...]]:
    """Take in an export, all or nothing; also gives the ids of the memories that are new.

    Raises ``NotUnderstoodError`` with the line that is at fault."""
    archive = read_archive(Path(path))
    arrival = _Arrival()
    with ledger.database.transaction() as connection:
        _take_in_said(ledger, connection, archive, arrival)
        _take_in_memories(ledger, connection, archive, arrival)
        _link(connection, archive, arrival)
        _take_in_questions(ledger, connection, archive, arrival)
    return arrival.report(), tuple(arrival.memories)


# --- what was said ----------------------------------------------------------------------------------------------


def _take_in_said(ledger: SqliteLedger, connection: Connection, archive: Archive, arrival: _Arrival) -> None:
    new: dict[str, TurnLine | UtteranceLine] = {}
    for line in archive.said:
        if (here := _is_here(ledger, connection, archive, line)) is not None:
            arrival.here[line.id] = here
            arrival.known += 1
        elif _was_forgotten(ledger, archive, line) or arrival.refused.intersection(_drawn_from(line)):
            arrival.refused.add(line.id)
        else:
            new[_key(archive, line.id)] = line
    turns = ledger.import_turns([_new_turn(line, key) for key, line in new.items()])
    arrival.turns += [turn.id for turn in turns]
    rows = connection.execute(
        "SELECT id, key FROM turns WHERE key IN (SELECT value FROM json_each(?)) AND key <> ''", (to_json(list(new)),)
    )
    for row in rows.fetchall():
        line = new[row["key"]]
        arrival.here[line.id] = f"t{row['id']}"
        route, complete = (line.route, line.complete) if isinstance(line, TurnLine) else ("", True)
        connection.execute(
            "UPDATE turns SET route = ?, complete = ?, private = ?, recallable = recallable AND ? WHERE id = ?",
            (route, complete, line.private, line.recallable, row["id"]),
        )
    for correction in archive.corrections:
        if correction.utterance in arrival.here:
            arrival.here[correction.id] = arrival.here[correction.utterance]
        if correction.utterance in arrival.refused:
            arrival.refused.add(correction.id)


def _is_here(
    ledger: SqliteLedger, connection: Connection, archive: Archive, line: TurnLine | UtteranceLine
) -> str | None:
    """The id that what was said in ``line`` has here, if it is here."""
    if archive.header.ledger == ledger.uid:
        table, letter = ("turns", "t") if isinstance(line, TurnLine) else ("utterances", "u")
        row = connection.execute(
            f"SELECT 1 FROM {table} WHERE id = ? AND created_at = ?",  # noqa: S608 - constants
            (number_of(line.id, letter), to_time(line.at)),
        ).fetchone()
        if row is not None:
            return line.id
    row = connection.execute("SELECT id FROM turns WHERE key = ? AND key <> ''", (_key(archive, line.id),)).fetchone()
    return None if row is None else f"t{row['id']}"


def _was_forgotten(ledger: SqliteLedger, archive: Archive, line: TurnLine | UtteranceLine) -> bool:
    texts = [line.text, _key(archive, line.id)]
    if isinstance(line, UtteranceLine):
        texts += [line.heard, line.audio_sha256]
    return _has_tombstone(ledger, archive, line.id) or was_forgotten(ledger.database, ledger.salt(), *texts)


def _has_tombstone(ledger: SqliteLedger, archive: Archive, id: str) -> bool:
    own = archive.header.ledger == ledger.uid
    return own and ledger.database.row("SELECT 1 FROM tombstones WHERE id = ?", (id,)) is not None


def _drawn_from(line: TurnLine | UtteranceLine) -> tuple[str, ...]:
    return line.drawn_from if isinstance(line, TurnLine) else ()


def _key(archive: Archive, id: str) -> str:
    return f"{archive.header.ledger}/{id}"


def _new_turn(line: TurnLine | UtteranceLine, key: str) -> NewTurn:
    speaker, name = (line.speaker, line.name) if isinstance(line, TurnLine) else (Speaker.PERSON, "")
    return NewTurn(line.session, speaker, line.text, line.at, name, key)


# --- what is known ----------------------------------------------------------------------------------------------


def _take_in_memories(ledger: SqliteLedger, connection: Connection, archive: Archive, arrival: _Arrival) -> None:
    filled = {row["slot"] for row in ledger.database.rows("SELECT DISTINCT slot FROM memories WHERE slot <> ''")}
    for line in archive.memories:
        if archive.header.ledger == ledger.uid and ledger.memories_by_id([line.id]):
            arrival.here[line.id] = line.id
            arrival.known += 1
            continue
        memory = None if _has_tombstone(ledger, archive, line.id) else _as_sources_put_it(ledger, line, arrival)
        if memory is None:
            arrival.refused.add(line.id)
            continue
        here = standing_over(connection, ledger.salt(), _as_new(memory)) or _same_here(ledger, memory)
        if here is not None:
            arrival.known += 1
        elif memory.slot in filled:
            (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM memories").fetchone()
            here = ledger.add_memory(_as_new(memory)).id
            if int(here[1:]) > newest:
                arrival.memories.append(here)
            else:
                arrival.known += 1
        else:
            here = _write(ledger, connection, memory)
            arrival.memories.append(here)
        arrival.here[line.id] = here


def _as_sources_put_it(ledger: SqliteLedger, line: MemoryLine, arrival: _Arrival) -> Memory | None:
    """The memory of ``line`` over its sources here; nothing if it was forgotten, or if its words are those of a source
    that was."""
    sources = tuple(dict.fromkeys(arrival.here[known] for known in line.sources if known in arrival.here))
    if not sources or was_forgotten(ledger.database, ledger.salt(), line.text):
        return None
    memory = Memory(
        id=line.id, kind=line.kind, text=line.text, source_ids=sources, learned_at=line.learned_at,
        true_from=line.true_from, true_until=line.true_until, slot=line.slot, value=line.value, polarity=line.polarity,
        confidence=line.confidence, aliases=line.aliases, status=line.status, origin=line.origin, domain=line.domain,
        strength=line.strength,
    )  # fmt: skip
    if not arrival.refused.intersection(line.sources):
        return memory
    reworded = consequences.reworded(ledger, memory, gone=set())
    if reworded is None:
        return None
    return replace(memory, text=reworded.text, value=reworded.value, aliases=reworded.aliases)


def _same_here(ledger: SqliteLedger, memory: Memory) -> str | None:
    """The memory here that says the same of the same source, if there is one."""
    return next(
        (
            known.id
            for known in consequences.memories_resting_on(ledger, set(memory.source_ids))
            if (known.slot, known.value, known.polarity) == (memory.slot, memory.value, memory.polarity)
            and (known.slot or known.text == memory.text)
        ),
        None,
    )


def _write(ledger: SqliteLedger, connection: Connection, memory: Memory) -> str:
    """Write a memory as it was."""
    cursor = connection.execute(
        "INSERT INTO memories (kind, text, slot, value, polarity, strength, confidence, aliases, domain, status, "
        "origin, true_from, true_until, learned_at, said_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            memory.kind, memory.text, memory.slot, memory.value, memory.polarity, memory.strength, memory.confidence,
            to_json(memory.aliases), memory.domain, memory.status, memory.origin, to_time(memory.true_from),
            to_time(memory.true_until) if memory.true_until else None, to_time(memory.learned_at),
            to_time(memory.learned_at),
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO memory_sources (memory_id, source_id, position) VALUES (?, ?, ?)",
        [(cursor.lastrowid, source_id, position) for position, source_id in enumerate(memory.source_ids)],
    )
    ledger.note(connection, "imported", f"m{cursor.lastrowid}")
    return f"m{cursor.lastrowid}"


def _as_new(memory: Memory) -> NewMemory:
    return NewMemory(
        kind=memory.kind, text=memory.text, source_ids=memory.source_ids, true_from=memory.true_from, slot=memory.slot,
        value=memory.value, polarity=memory.polarity, confidence=memory.confidence, aliases=memory.aliases,
        status=memory.status, origin=memory.origin, domain=memory.domain, strength=memory.strength,
        true_until=memory.true_until, said_at=memory.learned_at,
    )  # fmt: skip


def _link(connection: Connection, archive: Archive, arrival: _Arrival) -> None:
    """Set what refers to memories: which took whose place, and on what a reply rests."""
    new_memories, new_turns = set(arrival.memories), set(arrival.turns)
    for memory in archive.memories:
        here, by = arrival.here.get(memory.id, ""), arrival.here.get(memory.superseded_by or "", "")
        if here in new_memories and by:
            connection.execute(
                "UPDATE memories SET superseded_by = ? WHERE id = ? AND superseded_by IS NULL",
                (number_of(by, "m"), number_of(here, "m")),
            )
    for line in archive.said:
        if arrival.here.get(line.id) in new_turns:
            connection.executemany(
                "INSERT OR IGNORE INTO turn_sources (turn_id, source_id) VALUES (?, ?)",
                [
                    (number_of(arrival.here[line.id], "t"), arrival.here[source])
                    for source in _drawn_from(line)
                    if source in arrival.here
                ],
            )


def _take_in_questions(ledger: SqliteLedger, connection: Connection, archive: Archive, arrival: _Arrival) -> None:
    new = set(arrival.memories)
    for line in archive.questions:
        memory_ids = [arrival.here[known] for known in line.memories if known in arrival.here]
        if len(memory_ids) == len(line.memories) and memory_ids[-1] in new:
            connection.execute(
                "INSERT INTO questions (kind, memory_ids, asked_at) VALUES (?, ?, ?)",
                (line.kind, to_json(memory_ids), to_time(line.asked_at)),
            )
