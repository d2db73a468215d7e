"""The index that recall works on, in memory: a row for each passage, with what can be known of it before any question.

It follows the ledger by itself (:meth:`MemoryIndex.sync` reads the journal) and is handed the vectors by the profile.
It holds no text: of words the postings, which come from the ledger's full-text index, and numbers about the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime
from threading import RLock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memory.recall.banks import Banks
from memory.recall.columns import NOWHERE, Table, Vectors
from memory.recall.passages import Passages, Said, passage_id
from memory.recall.postings import Postings, Rows
from memory.recall.terms import Stemmer, content_words, words_of
from memory.recall.traits import traits_of
from memory.store.database import Database
from twin.domain import Speaker

NEIGHBOURS: Final = ((-2, 0.25), (-1, 0.5), (1, 0.5), (2, 0.25))
"""What a turn borrows from those around it: steps in time and shares, halved with each step."""
_AT_ONCE = 500
"""Passages that arrive together from which on it is cheaper to fetch the postings again than to add to them."""
_USUAL_HUB = 0.3
_NO_ROWS: Rows = np.zeros(0, dtype=np.int32)


class MemoryIndex:
    """Safe from any thread by :attr:`lock`, which whoever reads the columns holds. Implements
    :class:`memory.vectors.profile.VectorListener`."""

    def __init__(self, database: Database) -> None:
        self.lock = RLock()
        self.table = Table()
        self.vectors = Vectors()
        self.banks: Banks | None = None
        self.speakers: list[tuple[Speaker, frozenset[str]]] = []
        """Who speaks, by the column ``who``, with the stems of the name."""
        self.sessions = 1
        """How many there are; the first is that of what belongs to none."""
        self.stemmer = Stemmer()
        self._database = database
        self._passages = Passages(database)
        self.postings = Postings(database, self._rows_of)
        self._row_of: dict[str, Rows] = {letter: np.full(1024, NOWHERE, dtype=np.int32) for letter in "tum"}
        self._free: list[int] = []
        self._speaker_numbers: dict[tuple[Speaker, str], int] = {}
        self._session_numbers: dict[tuple[str, str], int] = {}
        self._last_of: dict[int, int] = {}
        """The last row of each session."""
        self._journal = -1
        # Noted without the lock, which whoever writes to the ledger must not wait for.
        self._touched: deque[str] = deque()
        self._without_vector: deque[str] = deque()
        self._version = 0
        self._derived_version = -1

    def close(self) -> None:
        """Let go of the tokenizer; the ledger is its owner's to close."""
        self.stemmer.close()

    # --- following the ledger -----------------------------------------------------------------------------------

    def touch(self, id: str) -> None:
        """Note that a passage may have changed; it is read at the next :meth:`sync`."""
        self._touched.append(id)

    def sync(self) -> None:
        """Take over what the ledger has gained and lost since; all of it the first time."""
        with self.lock:
            newest = self._database.rows("SELECT coalesce(max(number), 0) FROM journal")[0][0]
            if self._journal < 0:
                self._journal = newest
                self._add(self._passages.said())
            for known in _drained(self._without_vector):
                if (row := self._row(known)) != NOWHERE:
                    self._forget_vector(row)
            changed = _drained(self._touched)
            if newest != self._journal:
                changed |= self._changed_since(self._journal)
                self._journal = newest
            self.refresh([known for known in changed if known[0] in "tum"])

    def _changed_since(self, journal: int) -> set[str]:
        rows = self._database.rows(
            "SELECT DISTINCT CASE WHEN subject_id LIKE 'c%' THEN (SELECT 'u' || utterance_id FROM corrections "
            "WHERE corrections.id = CAST(substr(subject_id, 2) AS INTEGER)) ELSE subject_id END AS id "
            "FROM journal WHERE number > ?",
            (journal,),
        )
        return {row["id"] for row in rows if row["id"]}

    def refresh(self, ids: Collection[str]) -> None:
        """Read these passages anew: some may be gone, some new, some have another text."""
        if not ids:
            return
        with self.lock:
            said = self._passages.said(ids)
            found = {passage_id(one.number) for one in said}
            self._remove([known for known in ids if known not in found])
            if any(self._row(known) != NOWHERE for known in found):
                self.postings.clear()
            self._add(said)

    def _add(self, said: Sequence[Said]) -> None:
        new = [one for one in said if self._row(passage_id(one.number)) == NOWHERE]
        rows = [self._free.pop() for _ in range(min(len(self._free), len(new)))]
        rows += range(self.table.size, self.table.size + len(new) - len(rows))
        self.table.grow(max(rows, default=-1) + 1)
        row_of = {one.number: row for one, row in zip(new, rows, strict=True)}
        for one in said:
            row = row_of[one.number] if one.number in row_of else self._row(passage_id(one.number))
            words = words_of(one.text)
            self._fill(row, one, words)
            if len(said) < _AT_ONCE:
                self.postings.arrived(row, self.stemmer.stems(words))
        if len(said) >= _AT_ONCE:
            self.postings.clear()
        self._version += 1

    def _fill(self, row: int, one: Said, words: Sequence[str]) -> None:
        table = self.table
        new = not table.alive.view[row]
        letter, number = passage_id(one.number)[0], one.number // 4
        table.alive.view[row] = True
        table.number.view[row] = one.number
        table.said_at.view[row] = datetime.fromisoformat(one.said_at).timestamp()
        table.words.view[row] = len(content_words(words))
        traits = traits_of(one.text, words)
        table.length.view[row] = traits.length
        table.asks.view[row] = traits.asks
        table.first_person.view[row] = traits.first_person
        table.has_number.view[row] = traits.number
        table.has_time.view[row] = traits.time
        table.liking.view[row] = traits.liking
        table.borrows.view[row] = traits.borrows
        if not new:
            return
        table.hub.view[row] = _USUAL_HUB
        table.who.view[row] = self._speaker(Speaker(one.speaker), one.name)
        self._set_row(letter, number, row)
        if letter == "m":
            origin = self._row(one.source_id) if one.source_id[:1] in ("t", "u") else NOWHERE
            table.origin.view[row] = origin
            if origin != NOWHERE:
                table.session.view[row] = table.session.view[origin]
                table.talk.view[row] = table.talk.view[origin]
            return
        table.talk.view[row] = bool(one.imported)
        key = (letter, one.session_id)
        session = self._session_numbers.setdefault(key, len(self._session_numbers) + 1)
        self.sessions = len(self._session_numbers) + 1
        table.session.view[row] = session
        last = self._last_of.get(session, NOWHERE)
        table.before.view[row] = last
        if last != NOWHERE:
            table.after.view[last] = row
        self._last_of[session] = row

    def _remove(self, ids: Sequence[str]) -> None:
        table = self.table
        for known in ids:
            row = self._row(known)
            if row == NOWHERE:
                continue
            before, after = int(table.before.view[row]), int(table.after.view[row])
            if before != NOWHERE:
                table.after.view[before] = after
            if after != NOWHERE:
                table.before.view[after] = before
            session = int(table.session.view[row])
            if self._last_of.get(session) == row:
                self._last_of[session] = before
            table.origin.view[table.origin.view == row] = NOWHERE
            self._forget_vector(row)
            table.clear(row)
            self._set_row(known[0], int(known[1:]), NOWHERE)
            self._free.append(row)
            self._version += 1
            self.postings.clear()

    # --- vectors ------------------------------------------------------------------------------------------------

    def lacking(self, ids: Collection[str]) -> list[str]:
        self.sync()
        with self.lock:
            embedded = self.table.embedded.view
            return [known for known in ids if (row := self._row(known)) != NOWHERE and not embedded[row]]

    def put(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        hubs = self.banks.hubness(vectors) if self.banks is not None else None
        self.sync()
        with self.lock:
            # A second vector is that of another text, and a passage that is not known may be so by now.
            again = [known for known in ids if (row := self._row(known)) == NOWHERE or self.table.embedded.view[row]]
            self.refresh(again)
            for position, known in enumerate(ids):
                if (row := self._row(known)) != NOWHERE:
                    self.vectors.put(row, vectors[position])
                    self.table.embedded.view[row] = True
                    if hubs is not None:
                        self.table.hub.view[row] = hubs[position]

    def drop(self, ids: Sequence[str]) -> None:
        self._without_vector.extend(ids)
        self._touched.extend(ids)

    def use_banks(self, banks: Banks) -> None:
        """Measure questions and passages by these from now on."""
        with self.lock:
            self.banks = banks
            rows = np.flatnonzero(self.table.embedded.view).astype(np.int32)
            for start in range(0, len(rows), _AT_ONCE):
                some = rows[start : start + _AT_ONCE]
                self.table.hub.view[some] = banks.hubness(self.vectors.of(some))

    def _forget_vector(self, row: int) -> None:
        if self.table.embedded.view[row]:
            self.vectors.clear(row)
            self.table.embedded.view[row] = False

    # --- reading, with the lock held ----------------------------------------------------------------------------

    def derive(self) -> None:
        """Bring what depends on neighbours in step with the rows."""
        if self._derived_version == self._version:
            return
        table = self.table
        self.before = (table.before.view, _twice(table.before.view))
        self.after = (table.after.view, _twice(table.after.view))
        near = table.words.view.copy()
        padded = np.append(near, np.float32(0))
        for step, share in NEIGHBOURS:
            near += np.float32(share) * padded[self.at(step)]
        table.near_words.view[:] = near
        spoken = table.words.view * (table.origin.view == NOWHERE)
        self.session_words = np.bincount(table.session.view, weights=spoken, minlength=self.sessions).astype(np.float32)
        self.count = int(table.alive.view.sum())
        self._derived_version = self._version

    def at(self, step: int) -> Rows:
        """For each row the one ``step`` steps later in its session (earlier, if negative), or :data:`NOWHERE`."""
        return self.before[-step - 1] if step < 0 else self.after[step - 1]

    def rows(self, ids: Sequence[str]) -> list[int]:
        """The rows of ``ids``, :data:`NOWHERE` for one that is not there."""
        return [self._row(known) for known in ids]

    def id(self, row: int) -> str:
        return passage_id(int(self.table.number.view[row]))

    # --- numbers ------------------------------------------------------------------------------------------------

    def _row(self, id: str) -> int:
        rows, number = self._row_of.get(id[0], _NO_ROWS), int(id[1:])
        return int(rows[number]) if number < len(rows) else NOWHERE

    def _set_row(self, letter: str, number: int, row: int) -> None:
        rows = self._row_of[letter]
        if number >= len(rows):
            more = np.full(max(number + 1, 2 * len(rows)) - len(rows), NOWHERE, dtype=np.int32)
            rows = self._row_of[letter] = np.concatenate([rows, more])
        rows[number] = row

    def _rows_of(self, numbers: NDArray[np.int64]) -> Rows:
        found = np.full(len(numbers), NOWHERE, dtype=np.int32)
        for remainder, letter in enumerate("tum"):
            rows = self._row_of[letter]
            of_kind = (numbers % 4 == remainder) & (numbers // 4 < len(rows))
            found[of_kind] = rows[numbers[of_kind] // 4]
        return found

    def _speaker(self, speaker: Speaker, name: str) -> int:
        if speaker is not Speaker.OTHER:
            name = ""  # the person is "I", and the twin nobody to be asked about, whatever an import calls them
        key = (speaker, name)
        if key not in self._speaker_numbers:
            self._speaker_numbers[key] = len(self.speakers)
            self.speakers.append((speaker, frozenset(self.stemmer.terms(name))))
        return self._speaker_numbers[key]


def _drained(noted: deque[str]) -> set[str]:
    return {noted.popleft() for _ in range(len(noted))}


def _twice(steps: Rows) -> Rows:
    """Two steps at once."""
    twice: Rows = np.where(steps >= 0, steps[steps], np.int32(NOWHERE)).astype(np.int32)
    return twice
