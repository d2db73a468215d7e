"""Which terms an adapter gets right unaided: these are not hinted while it is in use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from memory.store.database import Database
from memory.store.rows import from_time, number_of, to_json, to_time
from memory.store.tables import Tables
from twin.domain import Graduation


class GraduationTables(Tables):
    """See the port for what its methods do; a part of :class:`memory.store.ledger.SqliteLedger`."""

    def graduate(self, adapter_id: str, memory_ids: Sequence[str]) -> None:
        with self.database.transaction() as connection:
            number = self._row("a", adapter_id)["id"]
            for memory_id in memory_ids:
                connection.execute(
                    "INSERT OR IGNORE INTO graduations (memory_id, adapter_id, since) VALUES (?, ?, ?)",
                    (self._row("m", memory_id)["id"], number, self.now()),
                )
                self.note(connection, "graduated", memory_id)

    def end_graduations(
        self, memory_ids: Sequence[str], *, adapter_id: str = "", heard_at: datetime | None = None
    ) -> None:
        with self.database.transaction() as connection:
            ended = connection.execute(
                "UPDATE graduations SET ended_at = ?1 WHERE ended_at IS NULL "
                "AND memory_id IN (SELECT value FROM json_each(?2)) "
                "AND (?3 IS NULL OR adapter_id = ?3) AND (?4 IS NULL OR since <= ?4) RETURNING memory_id",
                (
                    self.now(),
                    to_json([number_of(known, "m") for known in memory_ids]),
                    self._row("a", adapter_id)["id"] if adapter_id else None,
                    heard_at and to_time(heard_at),
                ),
            ).fetchall()
            for row in ended:
                self.note(connection, "hinted again", f"m{row['memory_id']}")

    def graduations(self) -> tuple[Graduation, ...]:
        return tuple(
            Graduation(
                f"m{row['memory_id']}",
                f"a{row['adapter_id']}",
                from_time(row["since"]),
                row["ended_at"] and from_time(row["ended_at"]),
            )
            for row in self.database.rows("SELECT * FROM graduations ORDER BY since, memory_id")
        )


def graduated(database: Database, domain: str) -> frozenset[str]:
    """The ids of terms that the adapter in use gets right unaided: that of the ``domain``, or else the general one."""
    rows = database.rows(
        "SELECT memory_id FROM graduations WHERE ended_at IS NULL AND adapter_id = "
        "(SELECT id FROM adapters WHERE live AND domain IN (?, '') ORDER BY domain DESC LIMIT 1)",
        (domain,),
    )
    return frozenset(f"m{row['memory_id']}" for row in rows)
