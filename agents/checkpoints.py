"""Where the graphs keep their places: LangGraph's SQLite file, with ids and states in it and no text.

It holds nothing that the ledger does not: a file that is damaged is made anew, and every proposal begins again at the
state that the ledger has of it. Importing this module imports LangGraph, which takes about a second.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.serde.types import ERROR
from langgraph.checkpoint.sqlite import SqliteSaver

from twin.errors import LedgerError
from twin.ports import Forgotten

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

_BUSY_SECONDS = 10.0
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Checkpoints(SqliteSaver):
    """LangGraph's own, but for what a failed node raised: its message may quote what the person said."""

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        super().put_writes(config, [write for write in writes if write[0] != ERROR], task_id, task_path)

    def close(self) -> None:
        with self.lock:
            self.conn.close()


def open_checkpoints(path: Path) -> Checkpoints:
    """Open the file, private from its first moment; a damaged one is replaced. Raises ``LedgerError``."""
    try:
        try:
            return _open(path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in _DAMAGED:
                raise
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            return _open(path)
    except (sqlite3.Error, OSError) as error:
        raise unusable(error) from error


def unusable(error: Exception) -> LedgerError:
    return LedgerError(
        f"Where proposals stand cannot be kept ({error}).", hint="Free some space, or mend the home folder."
    )


def forget_places(path: Path, gone: Forgotten) -> None:
    """A :data:`twin.ports.Purge`: nothing is left of proposals and turns that were forgotten. Raises
    ``LedgerError``."""
    ids = [known for known in gone.ids if known.startswith(("p", "t"))]
    if not ids or not path.exists():
        return
    with closing(open_checkpoints(path)) as checkpoints:
        for known in ids:
            checkpoints.delete_thread(known)
        checkpoints.conn.execute("PRAGMA wal_checkpoint (TRUNCATE)")


def _open(path: Path) -> Checkpoints:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite gives its log the same permissions
    path.chmod(0o600)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        opened = Checkpoints(connection)
        opened.setup()
    except BaseException:
        connection.close()
        raise
    return opened
