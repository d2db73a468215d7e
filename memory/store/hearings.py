"""Recordings and what was heard in them: the part of the ledger that dictation writes to bit by bit."""

from __future__ import annotations

from sqlite3 import Row

from memory.recall.recallable import is_recallable
from memory.store.rows import hearing_of, number_of, to_editing, to_json, to_time, utterance_of
from memory.store.tables import Tables
from twin.domain import Hearing, Transcript, Utterance
from twin.errors import NotUnderstoodError

_KEPT = "heard, words, language, model, adapter_id, hints, rules_applied"


class HearingTables(Tables):
    """See the port for what its methods do."""

    def add_recording(
        self, *, audio_sha256: str, seconds: float, source: str, origin: str, session_id: str
    ) -> Utterance:
        with self.database.transaction() as connection:
            number = self._insert(
                connection,
                "utterances",
                heard="",
                words="[]",
                seconds=seconds,
                language="",
                audio_sha256=audio_sha256,
                source=source,
                origin=origin,
                model="",
                hints="[]",
                rules_applied="[]",
                session_id=session_id,
                recallable=False,
                recognised=False,
                created_at=to_time(self._clock.now()),
            )
            self.note(connection, "recorded", f"u{number}")
        return self._utterance(f"u{number}")

    def add_hearing(self, utterance_id: str, transcript: Transcript, *, model: str) -> Utterance:
        hearing: dict[str, object] = {
            "heard": transcript.text,
            "words": to_json(transcript.words),
            "language": transcript.language,
            "model": model,
            "adapter_id": transcript.adapter_id,
            "hints": to_json(transcript.hints),
            "rules_applied": to_json(transcript.rules_applied),
        }
        with self.database.transaction() as connection:
            before = self._utterance(utterance_id)
            number = number_of(before.id, "u")
            if before.corrected is not None:
                self._insert(connection, "hearings", utterance_id=number, kept_at=self.now(), **hearing)
            else:
                if before.recognised:
                    connection.execute(
                        f"INSERT INTO hearings (utterance_id, kept_at, {_KEPT}) SELECT id, ?, {_KEPT} "  # noqa: S608
                        "FROM utterances WHERE id = ?",
                        (self.now(), number),
                    )
                edited = transcript.edited
                current = {
                    **hearing,
                    "written": None if edited is None else edited.text,
                    "editing": None if edited is None else to_editing(edited),
                    "recognised": True,
                    "recallable": not (before.private or before.source.is_read) and is_recallable(transcript.text),
                }
                columns = ", ".join(f"{name} = ?" for name in current)
                connection.execute(
                    f"UPDATE utterances SET {columns} WHERE id = ?",  # noqa: S608 - names of our own
                    (*current.values(), number),
                )
            self.note(connection, "heard", before.id)
        self._tell(before.id)
        return self._utterance(before.id)

    def hearings(self, utterance_id: str) -> tuple[Hearing, ...]:
        rows = self.database.rows(
            "SELECT * FROM hearings WHERE utterance_id = ? ORDER BY id DESC", (self._row("u", utterance_id)["id"],)
        )
        return tuple(hearing_of(row) for row in rows)

    def drop_recording(self, utterance_id: str) -> None:
        """Raises ``NotUnderstoodError`` for one that is recognised: that is for the person to forget."""
        with self.database.transaction() as connection:
            utterance = self._utterance(utterance_id)
            if utterance.recognised:
                raise NotUnderstoodError(f"{utterance.id} holds text.", hint=f"Forget it: twin forget {utterance.id}")
            connection.execute("DELETE FROM utterances WHERE id = ?", (number_of(utterance.id, "u"),))
            self.note(connection, "dropped", utterance.id)

    def _utterance(self, id: str) -> Utterance:
        row: Row = self._row("u", id)
        return utterance_of(row)
