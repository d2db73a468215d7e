"""Taking in a conversation from elsewhere: what was said, and what the person tells in it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC
from pathlib import Path
from typing import Final

from memory.exchange.archive import SaidLine, read_conversation
from memory.forgetting.forgotten import was_forgotten
from memory.store.ledger import SqliteLedger
from twin.domain import Memory, Speaker, Turn
from twin.errors import NotUnderstoodError
from twin.events import Progress
from twin.ports import Job, NewTurn
from twin.requests import ImportReport

_AT_ONCE: Final = 200
"""Turns that are stored and read in one transaction."""
_THE_PERSON: Final = frozenset({"me", "user"})
"""Who is the person, if nobody was named."""


def import_conversation(
    ledger: SqliteLedger, path: str, *, me: str, capture: Callable[[Turn], tuple[Memory, ...]], job: Job
) -> ImportReport:
    """Take in a conversation, and what the person tells in it. Nothing is stored of a file with a fault; one whose
    import was interrupted is imported again, and what is in is skipped.

    Raises ``NotUnderstoodError`` with the line that is at fault, or if the person does not speak in it.
    """
    lines = read_conversation(Path(path))
    mine = {me.casefold()} if me else _THE_PERSON
    if not any(line.speaker.casefold() in mine for line in lines):
        names = ", ".join(sorted({line.speaker for line in lines})[:8])
        raise NotUnderstoodError(
            f"{me or 'The person'} does not speak in {Path(path).name}.", hint=f"Say who you are with --me: {names}."
        )
    imported, known, refused, learned = 0, 0, 0, set[str]()
    for done in range(0, len(lines), _AT_ONCE):
        job.check()
        job.emit(Progress("import", f"Importing: {done} of {len(lines)} …", done / len(lines)))
        batch = [line for line in lines[done : done + _AT_ONCE] if line.text.strip()]
        with ledger.database.transaction():
            (newest,) = ledger.database.rows("SELECT coalesce(max(id), 0) FROM memories")[0]
            fresh = [line for line in batch if not _is_here(ledger, line)]
            wanted = [line for line in fresh if not was_forgotten(ledger.database, ledger.salt(), line.text, line.key)]
            turns = ledger.import_turns([_new_turn(line, mine) for line in wanted])
            for turn in turns:
                learned |= {memory.id for memory in capture(turn) if int(memory.id[1:]) > newest}
        imported += len(turns)
        known += len(batch) - len(fresh) + len(wanted) - len(turns)
        refused += len(fresh) - len(wanted)
    return ImportReport(imported, len(learned), known, refused)


def _is_here(ledger: SqliteLedger, line: SaidLine) -> bool:
    return ledger.database.row("SELECT 1 FROM turns WHERE key = ? AND key <> ''", (line.key,)) is not None


def _new_turn(line: SaidLine, mine: Collection[str]) -> NewTurn:
    person = line.speaker.casefold() in mine
    return NewTurn(
        line.session,
        Speaker.PERSON if person else Speaker.OTHER,
        line.text,
        line.at.astimezone(UTC),
        "" if person else line.speaker,
        line.key,
    )
