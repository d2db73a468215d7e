"""Where each reply stands on its way through the conversation's graph: LangGraph's file, with ids in it and no text.

A place is left when the reply is kept, or when the person was told why there is none. One that is found when the twin
starts is of a reply that a crash cut off.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.checkpoints import Checkpoints
    from agents.state import ConversationState, Run


class Places:
    """``graph`` is not compiled yet; without ``file`` no place is kept. Safe from any thread."""

    def __init__(self, graph: Any, file: Path | None) -> None:
        self._graph, self._file = graph, file
        self._plain: Any = graph.compile()
        self._lock = Lock()
        self._opened: tuple[Checkpoints, Any] | None = None
        self._begun: set[str] = set()
        """By this process: their replies are under way, and not cut off."""

    def invoke(self, state: ConversationState, run: Run) -> ConversationState:
        """Go through the graph. No place is kept of questions to memory, of what is off the record, nor of a reply that
        was cut off before: it is not tried a third time. Raises ``LedgerError``, and what the nodes raise."""
        from langsmith import tracing_context

        # LangChain's tracing would send the conversation away, if this machine's environment has it on.
        with tracing_context(enabled=False):
            if self._file is None or run.turn is None or run.private or run.again:
                plain: ConversationState = self._plain.invoke(state, context=run)
                return plain
            with _usable():
                _, kept = self._open(self._file)
                self._begun.add(run.turn.id)
                result: ConversationState = kept.invoke(state, thread(run.turn.id), context=run, durability="sync")
        return result

    def left(self) -> list[tuple[str, ConversationState]]:
        """The turns whose replies were cut off, by their ids, with how far each had come. Raises ``LedgerError``."""
        if self._file is None or not self._file.exists():
            return []
        with _usable():
            checkpoints, kept = self._open(self._file)
            with checkpoints.lock:
                found = checkpoints.conn.execute("SELECT DISTINCT thread_id FROM checkpoints").fetchall()
            turns = sorted(known for (known,) in found if known.startswith("t") and known not in self._begun)
            return [(known, kept.get_state(thread(known)).values) for known in turns]

    def leave(self, turn_id: str) -> None:
        """The reply to this turn is over. Raises ``LedgerError``."""
        if self._opened is not None:
            with _usable():
                self._opened[0].delete_thread(turn_id)
        self._begun.discard(turn_id)

    def close(self) -> None:
        if self._opened is not None:
            self._opened[0].close()

    def _open(self, file: Path) -> tuple[Checkpoints, Any]:
        from agents.checkpoints import open_checkpoints

        with self._lock:
            if self._opened is None:
                checkpoints = open_checkpoints(file)
                self._opened = checkpoints, self._graph.compile(checkpointer=checkpoints)
            return self._opened


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        from agents.checkpoints import unusable

        raise unusable(error) from error


def thread(id: str) -> dict[str, Any]:
    """How LangGraph is told whose place is meant."""
    return {"configurable": {"thread_id": id}}
