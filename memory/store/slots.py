"""What is known: memories, and the slots that they fill in time.

The memories of a slot are a line in the order in which they were said. Each holds until the next becomes true; the last
stands. Beside the line are what was so once and is known to be over ("I used to live in Bonn"), what waits for the
person's word, and what was said but never held. What a new statement means for the line is
:func:`memory.extraction.mutability.judge`'s to say; this module writes it down, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from sqlite3 import Connection, Row

from memory.extraction.mutability import Judgement, Meaning, Mutability, alike, judge, mutability_of, says_the_same
from memory.extraction.secrets import holds_secret
from memory.forgetting.forgotten import standing_over
from memory.store.known import KnownTables, Said
from memory.store.rows import MEMORY_COLUMNS, from_time, memory_of, number_of, to_json, to_time
from twin.domain import Bearing, Memory, MemoryStatus, QuestionKind
from twin.errors import NotUnderstoodError
from twin.ports import NewMemory

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Around:
    """The line of a slot, seen from the time at which something was said."""

    earlier: tuple[Memory, ...]
    standing: tuple[Memory, ...]
    """Those of the earlier ones that hold at that time."""
    after: Memory | None

    def until(self, new: NewMemory) -> datetime | None:
        """When ``new`` ended, if something was said later."""
        return max(new.true_from, self.after.true_from) if self.after else None


def _around(new: NewMemory, line: Sequence[Said]) -> _Around:
    in_line = [said for said in line if said.in_line]
    at = new.said_at or new.true_from
    if mutability_of(new.slot) is not Mutability.CHANGEABLE:  # whichever was said later: only one can be true
        at = max((at, *(said.at for said in in_line)))
    earlier = [said.memory for said in in_line if said.at <= at]
    later = [said.memory for said in in_line if said.at > at]
    after_it = {said.memory.id for said in line if said.at > at}
    standing = [memory for memory in earlier if memory.true_until is None or memory.superseded_by in after_it]
    return _Around(tuple(earlier), tuple(standing), later[0] if later else None)


def _is_date(at: datetime) -> bool:
    """Whether ``at`` is a date that the person named (see :class:`~twin.domain.Memory`)."""
    return at.astimezone(UTC).time() == time()


class SlotTables(KnownTables):
    """Writes memories; a part of :class:`memory.store.ledger.SqliteLedger`."""

    def add_memory(self, memory: NewMemory) -> Memory:
        """Store a memory; see the port. One without a slot whose very words are known adds its sources to that one.

        Raises ``NotUnderstoodError`` for a memory that holds a secret, ``NotFoundError`` for an unknown source.
        """
        if holds_secret(memory.text) or holds_secret(memory.value):
            raise NotUnderstoodError(
                "That holds a password, key or number which is kept out of memory.", title="Kept out of memory"
            )
        with self.database.transaction() as connection:
            for source_id in memory.source_ids:
                self._row(source_id[:1], source_id)
            if edited := standing_over(connection, self.salt(), memory):
                return self.memory(edited)
            number = self._place(connection, memory)
        stored = self.memory(f"m{number}")
        if stored.status is MemoryStatus.HELD:
            self._tell(stored.id)
        return stored

    def add_memories(self, memories: Sequence[NewMemory]) -> tuple[Memory | None, ...]:
        """Store many in one transaction; see the port."""
        stored: list[Memory | None] = []
        with self.database.transaction():
            for memory in memories:
                secret = holds_secret(memory.text) or holds_secret(memory.value)
                stored.append(None if secret else self.add_memory(memory))
        return tuple(stored)

    def drop(self, ids: Sequence[str]) -> None:
        """Take out memories that are to be derived anew; their slots are left as if they had never been there."""
        with self.database.transaction() as connection:
            for memory_id in ids:
                self._drop(connection, memory_id)
                self.note(connection, "dropped", memory_id)

    # --- a statement finds its place ------------------------------------------------------------------------------

    def _place(self, connection: Connection, new: NewMemory, promoted: int | None = None) -> int:
        """Write ``new`` where it belongs, or into the row ``promoted`` that waited; the number of its memory."""
        if not new.slot:
            return self._place_episode(connection, new, promoted)
        if new.status is not MemoryStatus.HELD:
            return self._place_aside(connection, new, promoted)
        line = self._line(connection, new.slot)
        for said in line if promoted is None else ():
            if says_the_same(said.memory, new) and set(new.source_ids) & set(said.memory.source_ids):
                return self._confirm(connection, said.memory, new, promoted)  # this very statement, read again
        if new.true_until is not None:
            return self._place_past(connection, new, line, promoted)
        around = _around(new, line)
        if new.bearing is Bearing.ENDS:
            return self._place_end(connection, new, around, promoted)
        judgement = judge(new, around.standing)
        if judgement.meaning is Meaning.SAME:
            return self._confirm(connection, judgement.of[0], new, promoted)
        if judgement.meaning is Meaning.CONTRADICTS:
            return self._ask(connection, new, judgement, promoted)
        waiting = promoted or self._waiting(connection, new)
        if judgement.meaning is Meaning.REPLACES:
            new = replace(new, true_from=min(new.true_from, *(memory.true_from for memory in judgement.of)))
        number = self._write(connection, new, waiting, until=around.until(new), by=around.after)
        if judgement.meaning is Meaning.REPLACES:
            self._replace(connection, judgement.of, number)
        elif judgement.meaning is Meaning.SUPERSEDES:
            self._supersede(connection, around.earlier, number, new.true_from, standing=judgement.of)
        if waiting and not promoted:
            connection.execute(
                "UPDATE questions SET answered_at = ?, answer = 'new' WHERE answered_at IS NULL "
                "AND EXISTS (SELECT 1 FROM json_each(memory_ids) WHERE value = ?)",
                (self.now(), f"m{number}"),
            )
        return number

    def _place_episode(self, connection: Connection, new: NewMemory, promoted: int | None) -> int:
        same = connection.execute(
            f"SELECT {MEMORY_COLUMNS} FROM memories "  # noqa: S608 - a constant
            "WHERE slot = '' AND text = ? AND kind = ? AND status = ? AND id <> ?",
            (new.text, new.kind, new.status, promoted or 0),
        ).fetchone()
        if same:
            return self._confirm(connection, memory_of(same), new, promoted)
        return self._write(connection, new, promoted)

    def _place_aside(self, connection: Connection, new: NewMemory, promoted: int | None) -> int:
        """Something that waits for the person's word, or is private, is in nobody's way."""
        for said in self._line(connection, new.slot):
            if said.memory.status is new.status and says_the_same(said.memory, new):
                return self._confirm(connection, said.memory, new, promoted)
        return self._write(connection, new, promoted)

    def _place_past(self, connection: Connection, new: NewMemory, line: Sequence[Said], promoted: int | None) -> int:
        """What was so once: an end of what stands, if that is it, and else a past of its own beside the line."""
        assert new.true_until is not None
        held = [said.memory for said in line if said.memory.status is MemoryStatus.HELD]
        standing = [memory for memory in held if memory.true_until is None]
        if any(says_the_same(memory, new) for memory in standing):
            end = replace(new, true_from=new.true_until, true_until=None, value="", instead_of=new.value)
            return self._place_end(connection, end, _around(end, line), promoted)
        for memory in held:
            if not memory.withdrawn and says_the_same(memory, new):
                return self._confirm(connection, memory, replace(new, true_from=memory.true_from), promoted)
        until = new.true_until
        if not _is_date(until):  # it was over before what stands began, if nothing more is known
            until = min((until, *(memory.true_from for memory in standing)))
        start = min(new.true_from, until - _INSTANT)
        return self._write(connection, replace(new, true_from=start), promoted, until=until)

    def _place_end(self, connection: Connection, new: NewMemory, around: _Around, promoted: int | None) -> int:
        """Leave the slot without a value, if it is what it holds that has ended."""
        values = [memory for memory in around.standing if memory.value]
        ended = [m for m in values if not new.instead_of or alike(m.value, new.instead_of)]
        end = replace(new, value="")
        if values and not ended:  # something else stands there: what ended had ended before
            return self._place_episode(connection, replace(end, slot="", bearing=Bearing.STATES), promoted)
        if around.standing and not values:
            return self._confirm(connection, around.standing[0], end, promoted)
        number = self._write(connection, end, promoted, until=around.until(end), by=around.after)
        self._supersede(connection, ended, number, new.true_from, standing=ended)
        return number

    def _ask(self, connection: Connection, new: NewMemory, judgement: Judgement, promoted: int | None) -> int:
        """Keep a contradiction waiting, and note the question; one that was asked already is not asked again."""
        waiting = self._waiting(connection, new)
        if waiting and waiting != promoted:
            return self._confirm(connection, self.memory(f"m{waiting}"), new, promoted)
        number = self._write(connection, replace(new, status=MemoryStatus.PROPOSED), promoted)
        self._question(connection, QuestionKind.CONTRADICTION, (*(m.id for m in judgement.of), f"m{number}"))
        return number

    def _question(self, connection: Connection, kind: QuestionKind, memory_ids: Sequence[str]) -> None:
        number = self._insert(connection, "questions", kind=kind, memory_ids=to_json(memory_ids), asked_at=self.now())
        self.note(connection, "asked", f"q{number}")

    # --- rows -----------------------------------------------------------------------------------------------------

    def _line(self, connection: Connection, slot: str) -> list[Said]:
        rows: list[Row] = connection.execute(
            f"SELECT {MEMORY_COLUMNS} FROM memories WHERE slot <> '' AND slot = ? ORDER BY said_at, id",  # noqa: S608
            (slot,),
        ).fetchall()
        return [Said(memory_of(row), from_time(row["said_at"])) for row in rows]

    def _waiting(self, connection: Connection, new: NewMemory) -> int | None:
        """The memory that says the same and waits for the answer to a question."""
        for said in self._line(connection, new.slot):
            if said.memory.status is MemoryStatus.PROPOSED and says_the_same(said.memory, new):
                return number_of(said.memory.id, "m")
        return None

    def _write(
        self,
        connection: Connection,
        new: NewMemory,
        promoted: int | None,
        *,
        until: datetime | None = None,
        by: Memory | None = None,
    ) -> int:
        columns: dict[str, object] = {
            "kind": new.kind,
            "text": new.text,
            "slot": new.slot,
            "value": new.value,
            "polarity": new.polarity,
            "confidence": new.confidence,
            "aliases": to_json(new.aliases),
            "status": new.status,
            "origin": new.origin,
            "domain": new.domain,
            "strength": new.strength,
            "true_from": to_time(new.true_from),
            "true_until": to_time(until) if until else None,
            "superseded_by": number_of(by.id, "m") if by else None,
            "said_at": to_time(new.said_at or new.true_from),
        }
        if promoted is None:
            number = self._insert(connection, "memories", learned_at=self.now(), **columns)
            self.note(connection, "learned", f"m{number}")
        else:
            number = promoted
            assignments = ", ".join(f"{name} = ?" for name in columns)
            connection.execute(f"UPDATE memories SET {assignments} WHERE id = ?", (*columns.values(), number))  # noqa: S608
            self.note(connection, "settled", f"m{number}")
        self._add_sources(connection, number, new.source_ids)
        return number

    def _confirm(self, connection: Connection, known: Memory, again: NewMemory, promoted: int | None) -> int:
        """Add to a known memory what saying it again brings: sources, confidence, aliases, an earlier beginning."""
        number = number_of(known.id, "m")
        assert number is not None
        if promoted is not None and promoted != number:
            self._drop(connection, f"m{promoted}")
        self._add_sources(connection, number, again.source_ids)
        began = known.true_from
        if again.true_from < began and _is_date(again.true_from):
            began = again.true_from  # "I moved here in 2019", said of what was known without a date
            connection.execute(
                "UPDATE memories SET true_until = max(true_from, ?) WHERE superseded_by = ?", (to_time(began), number)
            )
        connection.execute(
            "UPDATE memories SET confidence = ?, aliases = ?, strength = ?, domain = ?, true_from = ? WHERE id = ?",
            (
                max(known.confidence, again.confidence),
                to_json(tuple(dict.fromkeys((*known.aliases, *again.aliases)))),
                again.strength or known.strength,
                again.domain or known.domain,
                to_time(began),
                number,
            ),
        )
        self.note(connection, "confirmed", known.id)
        return number

    def _supersede(
        self, connection: Connection, over: Sequence[Memory], number: int, at: datetime, *, standing: Sequence[Memory]
    ) -> None:
        """End what was said earlier and reaches beyond ``at``; ``standing`` are those that ``number`` takes over."""
        for memory in over:
            if memory.true_until is None or memory.true_until > at:
                connection.execute(
                    "UPDATE memories SET true_until = max(true_from, ?) WHERE id = ?",
                    (to_time(at), number_of(memory.id, "m")),
                )
        for memory in standing:
            connection.execute(
                "UPDATE memories SET superseded_by = ? WHERE id = ?", (number, number_of(memory.id, "m"))
            )
            self.note(connection, "superseded", memory.id)

    def _replace(self, connection: Connection, wrong: Sequence[Memory], number: int) -> None:
        """Take ``wrong`` out of time: it never held, and what came before it was followed by ``number``."""
        for memory in wrong:
            connection.execute(
                "UPDATE memories SET superseded_by = ?1 WHERE superseded_by = ?2", (number, number_of(memory.id, "m"))
            )
            connection.execute(
                "UPDATE memories SET true_until = true_from, superseded_by = ? WHERE id = ?",
                (number, number_of(memory.id, "m")),
            )
            self.note(connection, "replaced", memory.id)

    def _drop(self, connection: Connection, id: str) -> None:
        connection.execute(
            "UPDATE memories SET (true_until, superseded_by) = "
            "(SELECT gone.true_until, gone.superseded_by FROM memories AS gone WHERE gone.id = ?1) "
            "WHERE superseded_by = ?1",
            (number_of(id, "m"),),
        )
        connection.execute("DELETE FROM memories WHERE id = ?", (number_of(id, "m"),))

    def _add_sources(self, connection: Connection, number: int, source_ids: Sequence[str]) -> None:
        connection.executemany(
            "INSERT OR IGNORE INTO memory_sources (memory_id, source_id, position) "
            "VALUES (?1, ?2, (SELECT count(*) FROM memory_sources WHERE memory_id = ?1))",
            [(number, source_id) for source_id in source_ids],
        )
