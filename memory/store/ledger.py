"""The ledger: the only system of record. Everything else (indexes, vectors, profile) can be made again from it."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from memory.extraction.secrets import holds_secret, redact
from memory.forgetting.forgotten import digest_of, was_forgotten
from memory.recall.recallable import is_recallable
from memory.store.graduations import GraduationTables
from memory.store.hearings import HearingTables
from memory.store.learning import LearningTables
from memory.store.review import ReviewTables
from memory.store.rows import (
    correction_of,
    decision_of,
    number_of,
    signal_of,
    to_document,
    to_editing,
    to_json,
    to_time,
    turn_of,
    utterance_of,
)
from memory.store.rules import RuleTables
from twin.domain import (
    FORGOTTEN_PLACEHOLDER,
    PRIVATE_PLACEHOLDER,
    AudioSource,
    Correction,
    Decision,
    Edited,
    Interval,
    Memory,
    Rung,
    Signal,
    SignalKind,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    WordEdit,
)
from twin.errors import NotFoundError
from twin.ports import NewTurn

_NEWEST = 2**62
"""More than any row's number."""


class SqliteLedger(HearingTables, RuleTables, LearningTables, GraduationTables, ReviewTables):
    """Implements :class:`twin.ports.Ledger` on one SQLite file.

    What was said and noticed is written here, recordings and what is heard in them in :mod:`memory.store.hearings`,
    what is known in :mod:`memory.store.slots`, what is asked of the person in :mod:`memory.store.review`, rewrite rules
    in :mod:`memory.store.rules`, proposals, runs and adapters in :mod:`memory.store.learning`, which terms
    need no hint in :mod:`memory.store.graduations`.
    """

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
                adapter_id=transcript.adapter_id,
                hints=to_json(transcript.hints),
                rules_applied=to_json(transcript.rules_applied),
                session_id=session_id,
                recallable=not AudioSource(source).is_read and is_recallable(transcript.text),
                created_at=to_time(self._clock.now()),
            )
            self.note(connection, "heard", f"u{number}")
        self._tell(f"u{number}")
        return self.utterance(f"u{number}")

    def utterance(self, id: str) -> Utterance:
        if id == "last":
            newest = self.database.row("SELECT * FROM utterances WHERE recognised ORDER BY id DESC LIMIT 1")
            if newest is None:
                raise NotFoundError("There is no utterance yet.", hint="Dictate something first: `twin dictate FILE`.")
            return utterance_of(newest)
        return utterance_of(self._row("u", id))

    def utterances(self, *, limit: int, private: bool = False, before: str = "") -> tuple[Utterance, ...]:
        rows = self.database.rows(
            "SELECT * FROM utterances WHERE (NOT private OR ?) AND id < ? ORDER BY id DESC LIMIT ?",
            (private, number_of(before, "u") if before else _NEWEST, limit),
        )
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
        private: bool = False,
    ) -> Turn:
        text = PRIVATE_PLACEHOLDER if private else redact(text).text
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
                recallable=speaker is Speaker.PERSON and not private and is_recallable(text),
                private=private,
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
        # Only with its second condition does the query use the index, which leaves empty keys out.
        by_key = "SELECT 1 FROM turns WHERE key = ? AND key <> ''"
        known = turn.key and connection.execute(by_key, (turn.key,)).fetchone()
        digests = [digest_of(text, salt) for text in (turn.text, turn.key) if text]
        query = "SELECT 1 FROM forgotten_digests WHERE digest IN (SELECT value FROM json_each(?))"
        return bool(known or connection.execute(query, (to_json(digests),)).fetchone())

    def was_forgotten(self, text: str) -> bool:
        return was_forgotten(self.database, self.salt(), text)

    def turn(self, id: str) -> Turn:
        return turn_of(self._row("t", id))

    def turns(self, *, limit: int, session_id: str = "", private: bool = False, before: str = "") -> tuple[Turn, ...]:
        in_session = "AND session_id = ?4" if session_id else ""
        older_than = number_of(before, "t") if before else _NEWEST
        rows = self.database.rows(
            f"SELECT * FROM turns WHERE (NOT private OR ?2) AND id < ?3 {in_session} "  # noqa: S608
            "ORDER BY id DESC LIMIT ?1",
            (limit, private, older_than, session_id) if session_id else (limit, private, older_than),
        )
        return tuple(turn_of(row) for row in reversed(rows))

    def add_edited_reply(self, turn_id: str, text: str) -> Turn:
        with self.database.transaction() as connection:
            number = number_of(self.turn(turn_id).id, "t")
            connection.execute("UPDATE turns SET edited = ? WHERE id = ?", (redact(text).text, number))
            self.note(connection, "edited", turn_id)
        return self.turn(turn_id)

    def twin_turns_before(self, turn: Turn, *, limit: int) -> tuple[Turn, ...]:
        """The twin's last turns in the session of ``turn``, the newest first."""
        rows = self.database.rows(
            "SELECT * FROM turns WHERE session_id = ? AND id < ? AND speaker = ? ORDER BY id DESC LIMIT ?",
            (turn.session_id, number_of(turn.id, "t"), Speaker.TWIN, limit),
        )
        return tuple(turn_of(row) for row in rows)

    def last_spoken_of(self, session_id: str = "") -> tuple[Memory, ...]:
        """The memories with a slot that the last reply of a session rests on, if it rests on any; without a session,
        those of the last reply of all that rests on some."""
        last = (
            "(SELECT max(id) FROM turns WHERE session_id = ?1 AND speaker = ?2)"
            if session_id
            else "(SELECT max(turn_id) FROM turn_sources JOIN turns ON turns.id = turn_id "
            "JOIN memories ON source_id = 'm' || memories.id WHERE slot <> '' AND speaker = ?2 AND ?1 = '')"
        )
        rows = self.database.rows(
            f"SELECT source_id FROM turn_sources WHERE source_id LIKE 'm%' AND turn_id = {last}",  # noqa: S608
            (session_id, Speaker.TWIN),
        )
        return tuple(memory for memory in self.memories_by_id(row["source_id"] for row in rows) if memory.slot)

    # --- what was noticed and decided ---------------------------------------------------------------------------

    def add_edited(self, utterance_id: str, edited: Edited | None) -> Utterance:
        """Keep what a dictation comes to once what was said to edit it is carried out; see the port."""
        with self.database.transaction() as connection:
            utterance = self.utterance(utterance_id)
            text = utterance.heard if edited is None else edited.text
            found = _found_as(utterance, text if utterance.corrected is None else utterance.corrected)
            words = utterance.words if edited is None else edited.words
            standing = [applied for applied in utterance.rules_applied if applied.last <= len(words)]
            connection.execute(
                "UPDATE utterances SET written = ?, editing = ?, recallable = ?, rules_applied = ? WHERE id = ?",
                (
                    edited and edited.text,
                    edited and to_editing(edited),
                    found,
                    to_json(standing),
                    number_of(utterance.id, "u"),
                ),
            )
            self.note(connection, "edited", utterance.id)
        self._tell(utterance.id)
        return self.utterance(utterance.id)

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
                (said, _found_as(utterance, said), number_of(utterance.id, "u")),
            )
            self.note(connection, "corrected", f"c{number}")
        self._tell(utterance.id)
        return correction_of(self._row("c", f"c{number}"))

    def add_signal(self, kind: SignalKind, *, subject_id: str, summary: str, edits: Sequence[WordEdit]) -> Signal:
        with self.database.transaction() as connection:
            if kind is not SignalKind.DELETION:  # of which nothing is left but that it was
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
        expected_gain: Interval | None = None,
        cost_seconds: float = 0.0,
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
                expected_gain=to_document(expected_gain),
                cost_seconds=cost_seconds,
                created_at=to_time(self._clock.now()),
            )
            self.note(connection, "decided", f"d{number}")
        return self.decision(f"d{number}")

    def decision(self, id: str) -> Decision:
        return decision_of(self._row("d", id))

    def decisions(self, *, limit: int) -> tuple[Decision, ...]:
        return tuple(
            decision_of(row) for row in self.database.rows("SELECT * FROM decisions ORDER BY id DESC LIMIT ?", (limit,))
        )

    def signals(self, *, limit: int) -> tuple[Signal, ...]:
        return tuple(
            signal_of(row) for row in self.database.rows("SELECT * FROM signals ORDER BY id DESC LIMIT ?", (limit,))
        )


def _forgotten(connection: Connection, ids: Sequence[str]) -> bool:
    """Whether one of ``ids`` has been forgotten."""
    query = "SELECT 1 FROM tombstones WHERE id IN (SELECT value FROM json_each(?))"
    return connection.execute(query, (to_json(list(ids)),)).fetchone() is not None


def _found_as(utterance: Utterance, said: str) -> bool:
    """Whether recall should find ``utterance`` by ``said``."""
    own = not utterance.private and not utterance.source.is_read
    return own and is_recallable(said) and not holds_secret(utterance.heard)
