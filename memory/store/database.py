"""One SQLite connection for the process, with transactions that are durable when they return.

Write-ahead log with full syncs: a transaction that returned survives a kill and a power cut. ``secure_delete`` zeroes
what is deleted; :meth:`Database.purge` gets rid of what that leaves (index segments, stale cells, the log).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from memory.store.migrations import migrate
from twin.errors import LedgerError

_BUSY_SECONDS = 10.0
_POLL_SECONDS = 0.02
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Database:
    """Safe from any thread: a transaction holds the lock from beginning to end.

    Raises :class:`LedgerError` when the file cannot be opened, is damaged, or is from a newer version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._make_private()
        with self._explained():
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
            try:
                _into_wal(self._connection)
                for pragma in (
                    "synchronous = FULL",
                    "foreign_keys = ON",
                    "secure_delete = ON",
                    "temp_store = MEMORY",  # sorting and vacuuming leave no private text outside the home folder
                ):
                    self._connection.execute(f"PRAGMA {pragma}")
                migrate(self._connection)
                if not self._lexicon_is_complete():  # in a salvaged file, say
                    self.rebuild_lexicon()
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and durable once the block is left. A nested call joins the outer transaction."""
        with self._lock, self._explained():
            if self._within_transaction():
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                if not _is_of_the_lexicon(error):
                    raise
                self._roll_back()
                self.rebuild_lexicon()
                raise LedgerError(
                    "The index of words was damaged and has been made anew; this was not stored.", hint="Try again."
                ) from error
            finally:
                self._roll_back()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock, self._explained():
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                if not _is_of_the_lexicon(error) or self._within_transaction():
                    raise
            self.rebuild_lexicon()
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        rows = self.rows(query, values)
        return rows[0] if rows else None

    def purge(self) -> None:
        """Leave no byte of what was deleted, in the file or beside it.

        Deleting a row from a full-text index leaves its words in old segments until they are merged, and a page
        that was once split may keep a stale cell: so merge, rewrite the file, and empty the log.
        """
        with self._lock, self._explained():
            self._connection.execute("INSERT INTO lexicon (lexicon) VALUES ('optimize')")
            self._connection.execute("VACUUM")
        self.empty_log()

    def empty_log(self) -> None:
        """Move what is in the log into the file, and cut the log off. Raises :class:`LedgerError` if somebody reads."""
        with self._lock, self._explained():
            (busy, _, _) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LedgerError(
                "The ledger's log cannot be emptied, because another program is reading the ledger.",
                hint="Close that program; the forgetting is completed when the twin starts again.",
            )

    def rebuild_lexicon(self) -> None:
        """Make the full-text index anew from the texts."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO lexicon (lexicon) VALUES ('rebuild')")

    def _lexicon_is_complete(self) -> bool:
        """Whether it has as many entries as there are texts; :meth:`lexicon_in_step` compares the words."""
        (entries,) = self._connection.execute("SELECT count(*) FROM lexicon_docsize").fetchone()
        (texts,) = self._connection.execute("SELECT count(*) FROM passages").fetchone()
        return bool(entries == texts)

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file: damage, broken references, a full-text index that is out of step."""
        try:
            with self._lock:
                found = [row[0] for row in self._connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
                for table, number, parent, _ in self._connection.execute("PRAGMA foreign_key_check"):
                    found.append(f"row {number} of {table} refers to a missing row of {parent}")
        except sqlite3.DatabaseError as error:
            return (str(error),)
        return tuple(found)

    def lexicon_in_step(self) -> bool:
        """Whether the full-text index holds exactly the words of the texts."""
        try:
            with self._lock:
                self._connection.execute("INSERT INTO lexicon (lexicon, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            return False
        return True

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _within_transaction(self) -> bool:
        return self._connection.in_transaction

    def _roll_back(self) -> None:
        """Undo the transaction, unless it is over: some errors of SQLite undo it by themselves."""
        if self._within_transaction():
            self._connection.execute("ROLLBACK")

    def _make_private(self) -> None:
        """Make the file ours from its first byte; the log beside it takes over its mode."""
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self.path.chmod(0o600)
        except OSError as error:
            raise LedgerError(
                f"The ledger {self.path} cannot be opened ({error.strerror or error}).",
                hint="Mend the permissions of the home folder, or choose another with --home DIR.",
            ) from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite complains about into the sentence that helps."""
        try:
            yield
        except sqlite3.Error as error:
            if isinstance(error, sqlite3.DatabaseError) and _is_of_the_lexicon(error):
                raise LedgerError(
                    f"The index of words is damaged ({error}).", hint="`twin doctor --rebuild-index` makes it anew."
                ) from error
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _DAMAGED:
                raise LedgerError(
                    f"The ledger {self.path} is damaged ({error}).",
                    hint="Put back a copy from a backup, or move the file away and salvage it with `sqlite3 "
                    f"{self.path.name} .recover`; the recordings are still in the folder audio.",
                ) from error
            if code == sqlite3.SQLITE_FULL:
                raise LedgerError("The disk is full; nothing was stored.", hint="Free some space.") from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise LedgerError(
                    "Another program holds the ledger.", hint="Close it, or wait for it, and try again."
                ) from error
            if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
                raise LedgerError(
                    f"The ledger {self.path} cannot be read or written ({error}).",
                    hint="Mend the permissions of the home folder, or check the disk.",
                ) from error
            raise


def _into_wal(connection: sqlite3.Connection) -> None:
    """Into write-ahead logging. SQLite does not wait for another process that opens the same new file just then, but
    fails at once (https://sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode)."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)


def _is_of_the_lexicon(error: sqlite3.DatabaseError) -> bool:
    """Whether only the full-text index is damaged, which can be made anew from the texts."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT_VTAB
