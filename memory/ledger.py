"""The ledger: the only system of record. Everything else (indexes, vectors, profile) can be made again from it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from sqlite3 import Connection, Row

from memory.database import Database
from memory.rows import (
    MEMORY_COLUMNS,
    correction_of,
    decision_of,
    memory_of,
    number_of,
    signal_of,
    to_json,
    to_time,
    turn_of,
    utterance_of,
)
from memory.secrets import holds_secret, redact
from twin.domain import (
    FORGOTTEN_PLACEHOLDER,
    Correction,
    Decision,
    Memory,
    MemoryKind,
    Rung,
    Signal,
    SignalKind,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    WordEdit,
)
from twin.errors import NotFoundError, NotUnderstoodError
from twin.ports import Clock, NewMemory, NewTurn
from twin.sentences import asked_to_forget, only_asks

_TABLES = {"u": "utterances", "c": "corrections", "s": "signals", "t": "turns", "m": "memories", "d": "decisions"}


class SqliteLedger:
    """Implements :class:`twin.ports.Ledger` on one SQLite file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.database = Database(path)
        self.on_passage: Callable[[str], None] | None = None
        """Told the id of whatever recall may find that is new or has a new text."""
        self._clock = clock

    @property
    def uid(self) -> str:
        """A random name that this ledger was given when it was made, by which its indexes know it."""
        row = self.database.row("SELECT uid FROM identity")
        assert row is not None
        return str(row["uid"])

    # --- what was said ------------------------------------------------------------------------------------------

    def add_utterance(
        self, transcript: Transcript, *, audio_sha256: str, source: str, origin: str, model: str, session_id: str
    ) -> Utterance:
        """Keep a dictation. One that holds a secret is kept (it is on the recording), but not found by recall."""
        with self.database.transaction() as connection:
            number = self._insert(
                connection,
                "utterances",
                heard=transcript.text,
                words=to_json(transcript.words),
                seconds=transcript.seconds,
                language=transcript.language,
                audio_sha256=audio_sha256,
                source=source,
                origin=origin,
                model=model,
                hints=to_json(transcript.hints),
                rules_applied=to_json(transcript.rules_applied),
                session_id=session_id,
                recallable=_is_recallable(transcript.text),
                created_at=to_time(self._clock.now()),
            )
            self.note(connection, "heard", f"u{number}")
        self._tell(f"u{number}")
        return self.utterance(f"u{number}")

    def utterance(self, id: str) -> Utterance:
        if id == "last":
            newest = self.database.row("SELECT * FROM utterances ORDER BY id DESC LIMIT 1")
            if newest is None:
                raise NotFoundError("There is no utterance yet.", hint="Dictate something first: `twin dictate FILE`.")
            return utterance_of(newest)
        return utterance_of(self._row("u", id))

    def utterances(self, *, limit: int) -> tuple[Utterance, ...]:
        rows = self.database.rows("SELECT * FROM utterances ORDER BY id DESC LIMIT ?", (limit,))
        return tuple(utterance_of(row) for row in rows)

    def add_turn(
        self,
        *,
        session_id: str,
        speaker: Speaker,
        text: str,
        route: str = "",
        complete: bool = True,
        source_ids: Sequence[str] = (),
    ) -> Turn:
        text = redact(text).text
        with self.database.transaction() as connection:
            if _forgotten(connection, source_ids):
                text, complete = FORGOTTEN_PLACEHOLDER, False
            number = self._insert(
                connection,
                "turns",
                session_id=session_id,
                speaker=speaker,
                text=text,
                route=route,
                complete=complete,
                recallable=speaker is Speaker.PERSON and _is_recallable(text),
                created_at=to_time(self._clock.now()),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO turn_sources (turn_id, source_id) VALUES (?, ?)",
                [(number, source_id) for source_id in source_ids],
            )
            self.note(connection, "said", f"t{number}")
        self._tell(f"t{number}")
        return self.turn(f"t{number}")

    def import_turns(self, turns: Sequence[NewTurn]) -> tuple[Turn, ...]:
        """See the port. One transaction for all of them."""
        numbers = []
        with self.database.transaction() as connection:
            salt = self.salt()
            for turn in turns:
                if self._is_known_or_forgotten(connection, turn, salt):
                    continue
                text = redact(turn.text).text
                numbers.append(
                    self._insert(
                        connection,
                        "turns",
                        session_id=turn.session_id,
                        speaker=turn.speaker,
                        text=text,
                        route="",
                        complete=True,
                        recallable=bool(text.strip()) and not holds_secret(text),
                        created_at=to_time(turn.said_at),
                        name=turn.name,
                        key=turn.key,
                    )
                )
                self.note(connection, "imported", f"t{numbers[-1]}")
        for number in numbers:
            self._tell(f"t{number}")
        rows = self.database.rows(
            "SELECT * FROM turns WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (to_json(numbers),)
        )
        return tuple(turn_of(row) for row in rows)

    def _is_known_or_forgotten(self, connection: Connection, turn: NewTurn, salt: str) -> bool:
        known = turn.key and connection.execute("SELECT 1 FROM turns WHERE key = ?", (turn.key,)).fetchone()
        digests = [digest_of(text, salt) for text in (turn.text, turn.key) if text]
        query = "SELECT 1 FROM forgotten_digests WHERE digest IN (SELECT value FROM json_each(?))"
        return bool(known or connection.execute(query, (to_json(digests),)).fetchone())

    def salt(self) -> str:
        """The key under which this ledger's digests of forgotten texts are made."""
        row = self.database.row("SELECT salt FROM identity")
        assert row is not None
        return str(row["salt"])

    def turn(self, id: str) -> Turn:
        return turn_of(self._row("t", id))

    def turns(self, *, limit: int, session_id: str = "") -> tuple[Turn, ...]:
        rows = self.database.rows(
            f"SELECT * FROM turns {'WHERE session_id = ?2' if session_id else ''} ORDER BY id DESC LIMIT ?1",  # noqa: S608
            (limit, session_id) if session_id else (limit,),
        )
        return tuple(turn_of(row) for row in reversed(rows))

    # --- what was noticed and decided ---------------------------------------------------------------------------

    def add_correction(self, utterance_id: str, said: str, edits: Sequence[WordEdit]) -> Correction:
        with self.database.transaction() as connection:
            utterance = self.utterance(utterance_id)
            number = self._insert(
                connection,
                "corrections",
                utterance_id=number_of(utterance.id, "u"),
                said=said,
                edits=to_json(edits),
                created_at=to_time(self._clock.now()),
            )
            connection.execute(
                "UPDATE utterances SET corrected = ?, recallable = ? WHERE id = ?",
                (said, _is_recallable(said) and not holds_secret(utterance.heard), number_of(utterance.id, "u")),
            )
            self.note(connection, "corrected", f"c{number}")
        self._tell(utterance.id)
        return correction_of(self._row("c", f"c{number}"))

    def add_signal(self, kind: SignalKind, *, subject_id: str, summary: str, edits: Sequence[WordEdit]) -> Signal:
        with self.database.transaction() as connection:
            self._row(subject_id[:1], subject_id)
            number = self._insert(
                connection,
                "signals",
                kind=kind,
                subject_id=subject_id,
                summary=summary,
                edits=to_json(edits),
                created_at=to_time(self._clock.now()),
            )
            self.note(connection, "noticed", f"s{number}")
        return signal_of(self._row("s", f"s{number}"))

    def add_decision(
        self,
        rung: Rung,
        *,
        subject: str,
        reasons: Sequence[str],
        signal_ids: Sequence[str],
        missing: str = "",
        memory_id: str | None = None,
    ) -> Decision:
        with self.database.transaction() as connection:
            for known_id in (*signal_ids, *([memory_id] if memory_id else [])):
                self._row(known_id[:1], known_id)
            number = self._insert(
                connection,
                "decisions",
                rung=rung,
                subject=subject,
                reasons=to_json(reasons),
                signal_ids=to_json(signal_ids),
                missing=missing,
                memory_id=memory_id,
                created_at=to_time(self._clock.now()),
            )
            self.note(connection, "decided", f"d{number}")
        return decision_of(self._row("d", f"d{number}"))

    # --- what is known ------------------------------------------------------------------------------------------

    def add_memory(self, memory: NewMemory) -> Memory:
        """Store a memory; see the port. One without a slot whose very words are known adds its sources to that one.

        A slot is a chain in time: a value that became true before the newest one takes its place in the past.
        Raises ``NotUnderstoodError`` for a memory that holds a secret, ``NotFoundError`` for an unknown source.
        """
        if holds_secret(memory.text) or holds_secret(memory.value):
            raise NotUnderstoodError(
                "That holds a password, key or number which is kept out of memory.", title="Kept out of memory"
            )
        with self.database.transaction() as connection:
            for source_id in memory.source_ids:
                self._row(source_id[:1], source_id)
            before, after = self._neighbours(connection, memory)
            if before is not None and _says_the_same(before, memory):
                self._confirm(connection, before, memory)
                return self.memory(before.id)
            number = self._insert(
                connection,
                "memories",
                kind=memory.kind,
                text=memory.text,
                slot=memory.slot,
                value=memory.value,
                polarity=memory.polarity,
                confidence=memory.confidence,
                aliases=to_json(memory.aliases),
                status=memory.status,
                origin=memory.origin,
                domain=memory.domain,
                true_from=to_time(memory.true_from),
                true_until=to_time(after.true_from) if after else None,
                learned_at=to_time(self._clock.now()),
                superseded_by=number_of(after.id, "m") if after else None,
            )
            self._add_sources(connection, number, memory.source_ids)
            self.note(connection, "learned", f"m{number}")
            if before is not None and memory.slot:
                connection.execute(
                    "UPDATE memories SET true_until = ?, superseded_by = ? WHERE id = ?",
                    (to_time(memory.true_from), number, number_of(before.id, "m")),
                )
                self.note(connection, "superseded", before.id)
        self._tell(f"m{number}")
        return self.memory(f"m{number}")

    def memory(self, id: str) -> Memory:
        self._row("m", id)
        return self.memories_by_id((id,))[0]

    def memories(
        self, *, kind: MemoryKind | None = None, history: bool = False, limit: int = 500
    ) -> tuple[Memory, ...]:
        rows = self.database.rows(
            f"SELECT {MEMORY_COLUMNS} FROM memories "  # noqa: S608 - a constant
            "WHERE (?1 IS NULL OR kind = ?1) AND (?2 OR true_until IS NULL) "
            "ORDER BY learned_at DESC, id DESC LIMIT ?3",
            (kind, history, limit),
        )
        return tuple(memory_of(row) for row in rows)

    def memories_by_id(self, ids: Iterable[str]) -> tuple[Memory, ...]:
        """Those of ``ids`` that the ledger holds."""
        rows = self.database.rows(
            f"SELECT {MEMORY_COLUMNS} FROM memories WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",  # noqa: S608
            (to_json([number_of(memory_id, "m") for memory_id in ids]),),
        )
        return tuple(memory_of(row) for row in rows)

    def memories_in_slots(self, slots: Sequence[str]) -> tuple[Memory, ...]:
        """The current and past memories of ``slots``; a slot that ends in ``.*`` means all that begin so."""
        either, values = ["slot IN (SELECT value FROM json_each(?))"], [to_json([s for s in slots if s[-2:] != ".*"])]
        for slot in slots:
            if slot.endswith(".*"):
                either.append("slot BETWEEN ? AND ?")
                values += [slot[:-1], slot[:-1] + "\U0010ffff"]
        rows = self.database.rows(
            f"SELECT {MEMORY_COLUMNS} FROM memories WHERE slot <> '' AND ({' OR '.join(either)}) ORDER BY id",  # noqa: S608
            values,
        )
        return tuple(memory_of(row) for row in rows)

    def close(self) -> None:
        self.database.close()

    # --- within the package memory ------------------------------------------------------------------------------

    def now(self) -> str:
        return to_time(self._clock.now())

    def note(self, connection: Connection, what: str, subject_id: str) -> None:
        """Write a line of the journal: what happened to which id, without any content."""
        connection.execute(
            "INSERT INTO journal (at, what, subject_id) VALUES (?, ?, ?)", (self.now(), what, subject_id)
        )

    def _tell(self, id: str) -> None:
        if self.on_passage is not None:
            self.on_passage(id)

    def _insert(self, connection: Connection, table: str, **columns: object) -> int:
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))  # noqa: S608
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _row(self, letter: str, id: str) -> Row:
        """The row behind ``id``. Raises :class:`NotFoundError`, which says so if it was forgotten."""
        number = number_of(id, letter) if letter in _TABLES else None
        row = None
        if number is not None:
            row = self.database.row(f"SELECT * FROM {_TABLES[letter]} WHERE id = ?", (number,))  # noqa: S608
        if row is not None:
            return row
        tombstone = self.database.row("SELECT forgotten_at FROM tombstones WHERE id = ?", (id,))
        if tombstone is not None:
            raise NotFoundError(f"{id} was forgotten on {tombstone['forgotten_at'][:10]}.")
        raise NotFoundError(f"There is no {id!r} in the ledger.", hint="`twin know` shows what there is, with its ids.")

    def _neighbours(self, connection: Connection, memory: NewMemory) -> tuple[Memory | None, Memory | None]:
        """The memories of the same slot (or of the very words) just before ``memory`` in time, and just after."""
        if not memory.slot:
            same = connection.execute(
                f"SELECT {MEMORY_COLUMNS} FROM memories WHERE slot = '' AND text = ? AND kind = ?",  # noqa: S608
                (memory.text, memory.kind),
            ).fetchone()
            return (memory_of(same) if same else None), None
        in_slot = f"SELECT {MEMORY_COLUMNS} FROM memories WHERE slot <> '' AND slot = ? AND true_from"  # noqa: S608
        values = (memory.slot, to_time(memory.true_from))
        before = connection.execute(f"{in_slot} <= ? ORDER BY true_from DESC, id DESC LIMIT 1", values).fetchone()
        after = connection.execute(f"{in_slot} > ? ORDER BY true_from, id LIMIT 1", values).fetchone()
        return (memory_of(before) if before else None), (memory_of(after) if after else None)

    def _confirm(self, connection: Connection, known: Memory, again: NewMemory) -> None:
        """Add to a known memory what saying it again brings: sources, confidence, aliases."""
        number = number_of(known.id, "m")
        assert number is not None
        self._add_sources(connection, number, again.source_ids)
        connection.execute(
            "UPDATE memories SET confidence = ?, aliases = ? WHERE id = ?",
            (
                max(known.confidence, again.confidence),
                to_json(tuple(dict.fromkeys((*known.aliases, *again.aliases)))),
                number,
            ),
        )
        self.note(connection, "confirmed", known.id)

    def _add_sources(self, connection: Connection, number: int, source_ids: Sequence[str]) -> None:
        connection.executemany(
            "INSERT OR IGNORE INTO memory_sources (memory_id, source_id, position) "
            "VALUES (?1, ?2, (SELECT count(*) FROM memory_sources WHERE memory_id = ?1))",
            [(number, source_id) for source_id in source_ids],
        )


def digest_of(text: str, salt: str) -> str:
    """By which a forgotten text is known again: HMAC-SHA256 of its words, case and spacing aside."""
    return hmac.new(bytes.fromhex(salt), " ".join(text.casefold().split()).encode(), "sha256").hexdigest()


def _forgotten(connection: Connection, ids: Sequence[str]) -> bool:
    """Whether one of ``ids`` has been forgotten."""
    query = "SELECT 1 FROM tombstones WHERE id IN (SELECT value FROM json_each(?))"
    return connection.execute(query, (to_json(list(ids)),)).fetchone() is not None


def _is_recallable(text: str) -> bool:
    """Whether there is something in what the person said that recall should find."""
    return bool(text.strip()) and not only_asks(text) and asked_to_forget(text) is None and not holds_secret(text)


def _says_the_same(known: Memory, memory: NewMemory) -> bool:
    return known.polarity is memory.polarity and _plain(known.value) == _plain(memory.value)


def _plain(value: str) -> str:
    return " ".join(value.casefold().split()).strip(" .,!?;:\"'“”‘’")
