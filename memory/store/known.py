"""Reading what is known: memories by id, by slot, by source, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from memory.store.rows import MEMORY_COLUMNS, from_time, memory_of, number_of, to_json
from memory.store.tables import Tables
from twin.domain import Memory, MemoryKind, MemoryStatus


@dataclass(frozen=True, slots=True)
class Said:
    """A memory with the time at which it was said, by which the line of a slot is ordered."""

    memory: Memory
    at: datetime

    @property
    def in_line(self) -> bool:
        """Whether it is part of what filled its slot one after the other (see :mod:`memory.store.slots`)."""
        ended_by_itself = self.memory.true_until is not None and self.memory.superseded_by is None
        return self.memory.status is MemoryStatus.HELD and not ended_by_itself and not self.memory.withdrawn


class KnownTables(Tables):
    """Reads memories; a part of :class:`memory.store.ledger.SqliteLedger`."""

    def memory(self, id: str) -> Memory:
        self._row("m", id)
        return self.memories_by_id((id,))[0]

    def memories(
        self,
        *,
        kind: MemoryKind | None = None,
        history: bool = False,
        limit: int = 500,
        status: MemoryStatus | None = MemoryStatus.HELD,
    ) -> tuple[Memory, ...]:
        rows = self.database.rows(
            f"SELECT {MEMORY_COLUMNS} FROM memories "  # noqa: S608 - a constant
            "WHERE (?1 IS NULL OR kind = ?1) AND (?2 OR true_until IS NULL) AND (?4 IS NULL OR status = ?4) "
            "ORDER BY learned_at DESC, id DESC LIMIT ?3",
            (kind, history, limit, status),
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
        return tuple(said.memory for said in self.said_in_slots(slots))

    def said_in_slots(self, slots: Sequence[str]) -> tuple[Said, ...]:
        """The same, with when each was said."""
        either, values = ["slot IN (SELECT value FROM json_each(?))"], [to_json([s for s in slots if s[-2:] != ".*"])]
        for slot in slots:
            if slot.endswith(".*"):
                either.append("slot BETWEEN ? AND ?")
                values += [slot[:-1], slot[:-1] + "\U0010ffff"]
        rows = self.database.rows(
            f"SELECT {MEMORY_COLUMNS} FROM memories "  # noqa: S608 - constants
            f"WHERE slot <> '' AND status = 'held' AND ({' OR '.join(either)}) ORDER BY id",
            values,
        )
        return tuple(Said(memory_of(row), from_time(row["said_at"])) for row in rows)

    def memories_from(self, source_id: str) -> tuple[Memory, ...]:
        """What was taken from a turn, an utterance or a correction, whatever its status."""
        rows = self.database.rows(
            f"SELECT {MEMORY_COLUMNS} FROM memories WHERE id IN "  # noqa: S608 - a constant
            "(SELECT memory_id FROM memory_sources WHERE source_id = ?) ORDER BY id",
            (source_id,),
        )
        return tuple(memory_of(row) for row in rows)
