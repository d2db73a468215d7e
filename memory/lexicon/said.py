"""What the person said themselves: the only texts from which the use of terms, and habits, are taken.

Left out are what others said, what is private, what the person pasted or quoted, and a dictation with a secret in it
(it is on the recording; in turns the ledger has a placeholder in its place). Imported recordings and guided
readings are anybody's sentences read aloud, and are left out as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from memory.extraction.own_words import own_words, shown
from memory.extraction.secrets import holds_secret
from memory.store.database import Database
from memory.store.rows import from_time, to_json
from twin.domain import FORGOTTEN_PLACEHOLDER, PRIVATE_PLACEHOLDER, SECRET_PLACEHOLDER, AudioSource, Speaker

_TURNS = f"SELECT id, text, created_at FROM turns WHERE speaker = '{Speaker.PERSON}' AND NOT private"  # noqa: S608
_DICTATIONS = (
    "SELECT id, coalesce(corrected, written, heard) AS text, corrected IS NOT NULL AS verified, created_at "  # noqa: S608
    f"FROM utterances WHERE source NOT IN ('{AudioSource.IMPORT}', '{AudioSource.READING}') AND NOT private"
)
_THESE = " AND id IN (SELECT value FROM json_each(?))"
_NEWEST = " ORDER BY id DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Said:
    """A turn, or a dictation; ``verified`` unless it is a dictation whose text the person did not look at."""

    id: str
    text: str
    said_at: datetime
    verified: bool

    @property
    def dictated(self) -> bool:
        return self.id[0] == "u"


def all_said(database: Database) -> Iterator[Said]:
    """All of it, in no order. Raises ``LedgerError``."""
    yield from _turns(database, "", ())
    yield from _dictations(database, "", ())


def said_in(database: Database, ids: Collection[str]) -> Iterator[Said]:
    """Those of ``ids`` (turns and utterances) that are there, and are the person's own. Raises ``LedgerError``."""
    turns, utterances = ([int(known[1:]) for known in ids if known[0] == letter] for letter in "tu")
    yield from _turns(database, _THESE, (to_json(turns),))
    yield from _dictations(database, _THESE, (to_json(utterances),))


def said_with(database: Database, letters: Collection[str]) -> Iterator[Said]:
    """What has any of ``letters`` (ASCII letters and digits) somewhere in it. Raises ``LedgerError``."""
    either = " OR ".join(["text LIKE ?"] * len(letters))
    for texts in (_turns, _dictations):
        yield from texts(database, f" AND ({either})", [f"%{some}%" for some in letters])


def newest_said(database: Database, *, limit: int) -> Iterator[Said]:
    """The newest ``limit`` turns, and as many dictations. Raises ``LedgerError``."""
    yield from _turns(database, _NEWEST, (limit,))
    yield from _dictations(database, _NEWEST, (limit,))


def _turns(database: Database, condition: str, values: Sequence[object]) -> Iterator[Said]:
    for row in database.rows(_TURNS + condition, values):
        text = shown(own_words(_without_placeholders(row["text"])))
        yield Said(f"t{row['id']}", text, from_time(row["created_at"]), verified=True)


def _dictations(database: Database, condition: str, values: Sequence[object]) -> Iterator[Said]:
    for row in database.rows(_DICTATIONS + condition, values):
        if not holds_secret(row["text"]):
            yield Said(f"u{row['id']}", row["text"], from_time(row["created_at"]), verified=bool(row["verified"]))


def _without_placeholders(text: str) -> str:
    if "[" in text:
        for placeholder in (SECRET_PLACEHOLDER, PRIVATE_PLACEHOLDER, FORGOTTEN_PLACEHOLDER):
            text = text.replace(placeholder, " ")
    return text
