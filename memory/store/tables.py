"""What all the ledger's tables have in common: the file, ids, the journal, and the key under which digests are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection, Row
from threading import local

from memory.store.database import Database
from memory.store.rows import number_of, to_time
from twin.errors import NotFoundError
from twin.ports import Clock

_TABLES = {
    "u": "utterances", "c": "corrections", "s": "signals", "t": "turns", "m": "memories", "d": "decisions",
    "q": "questions", "w": "rules", "p": "proposals", "r": "runs", "a": "adapters",
}  # fmt: skip


class Tables:
    """One SQLite file, opened. Raises :class:`LedgerError` as :class:`~memory.store.database.Database` does."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.database = Database(path)
        self.on_passage: Callable[[str], None] | None = None
        """Told the id of whatever recall may find that is new or has a new text."""
        self._clock = clock
        self._together = _Together()

    @contextmanager
    def together(self) -> Iterator[None]:
        """See the port. Who listens is told afterwards: it may hold a lock with which it waits for the ledger."""
        if self._together.untold is not None:
            yield
            return
        untold = self._together.untold = list[str]()
        try:
            with self.database.transaction():
                yield
        finally:
            self._together.untold = None
        for known in untold:
            self._tell(known)

    @property
    def uid(self) -> str:
        """A random name that this ledger was given when it was made, by which its indexes know it."""
        row = self.database.row("SELECT uid FROM identity")
        assert row is not None
        return str(row["uid"])

    def salt(self) -> str:
        """The key under which this ledger's digests of forgotten texts are made."""
        row = self.database.row("SELECT salt FROM identity")
        assert row is not None
        return str(row["salt"])

    def now(self) -> str:
        return to_time(self._clock.now())

    def note(self, connection: Connection, what: str, subject_id: str) -> None:
        """Write a line of the journal: what happened to which id, without any content."""
        connection.execute(
            "INSERT INTO journal (at, what, subject_id) VALUES (?, ?, ?)", (self.now(), what, subject_id)
        )

    def close(self) -> None:
        self.database.close()

    def _tell(self, id: str) -> None:
        if self._together.untold is not None:
            self._together.untold.append(id)
        elif self.on_passage is not None:
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


class _Together(local):
    """What this thread has still to tell of, while it writes together."""

    untold: list[str] | None = None
