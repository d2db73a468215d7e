"""The vector profile: a Chroma collection that mirrors the ledger's passages as vectors, and nothing else.

It holds ids, vectors and checksums, never text. It lags behind the ledger (:meth:`VectorProfile.catch_up` mends that)
and can be made again from it at any time, so whatever is wrong with it, the answer is to make it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Collection as Ids
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock, RLock
from time import monotonic
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from memory.recall.passages import Passages, mark_of
from memory.store.ledger import SqliteLedger
from memory.vectors.chroma_folder import ChromaFolder
from memory.vectors.chroma_server import ChromaServer
from memory.vectors.collection import Collection, CollectionKey
from twin.errors import MemoryIndexError
from twin.ports import Embedder

_BATCH = 256
_PAGE = 10_000
_COPIED_AT_ONCE = 1000
_AS_IT_IS, _OPENED_ANEW, _BEGUN_ANEW = range(3)
"""How a collection is tried in turn, before it is given up."""
_OF_LENGTH_1 = 1e-3
"""How far from 1 the length of a vector may be that is what was stored."""
_GRACE_SECONDS = 8.0
"""How long clearing Chroma's files may go on when the twin closes."""


class VectorListener(Protocol):
    """Is handed the vectors of what is indexed, as they come, so as not to ask Chroma for them again."""

    def lacking(self, ids: Ids[str]) -> list[str]:
        """Those of ``ids`` that it has no vector of."""
        ...

    def put(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Take over new or changed vectors, shape ``(len(ids), dimensions)``, each row of length 1."""
        ...

    def drop(self, ids: Sequence[str]) -> None:
        """Let go of these passages' vectors."""
        ...


Report = Callable[[int, int], None]
"""Told how many of how many passages are indexed; may raise to stop."""


@dataclass(frozen=True, slots=True)
class ProfileState:
    """The index against the ledger."""

    expected: int
    missing: int
    surplus: int
    stale: int
    """Indexed with a text that has changed since."""

    @property
    def in_step(self) -> bool:
        return not (self.missing or self.surplus or self.stale)


class VectorProfile:
    """One collection, embedded in ``folder`` or on the Chroma server at ``url``. Safe from any thread.

    ``embedder`` gives the embedder once it is loaded; ``embedder_name`` is known before. Vectors of another embedder,
    or of another ledger, are not used. Methods raise :class:`MemoryIndexError` when Chroma cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        ledger: SqliteLedger,
        *,
        embedder: Callable[[], Embedder | None],
        embedder_name: str,
        url: str = "",
    ) -> None:
        key = CollectionKey(ledger.uid, embedder_name)
        self._place: ChromaFolder | ChromaServer = ChromaServer(url, key) if url else ChromaFolder(folder, key)
        self._embedder = embedder
        self._database = ledger.database
        self._passages = Passages(ledger.database)
        self._upkeep = RLock()
        self._clearing = Lock()
        """Taken before ``_upkeep``."""
        self._pending: set[str] = set()
        self._pending_lock = Lock()
        self._collection: Collection | None = None
        self._in_step = False
        self._broken = False
        self._closing_at: float | None = None
        self._closed = False
        self._made = 0
        self.listener: VectorListener | None = None

    def ready(self) -> bool:
        """Whether searching finds what the ledger holds."""
        return self._in_step and self._collection is not None

    def broken(self) -> bool:
        """Whether Chroma failed since the profile was last in step, so that :meth:`catch_up` is due."""
        return self._broken

    # --- keeping in step ----------------------------------------------------------------------------------------

    def catch_up(self, report: Report = lambda done, total: None) -> None:
        """Index what the ledger has and the collection lacks, and remove what the ledger has no longer.

        Does nothing before the embedder is loaded. Meant to run in the background, and again after a failure: a
        damaged collection is made again from the ledger, one on a server that is back is opened again.
        """
        embedder = self._embedder()
        if embedder is None:
            return
        with self._upkeep:
            first = _OPENED_ANEW if self._collection is None else _AS_IT_IS
            for attempt in range(first, _BEGUN_ANEW + 1):
                try:
                    self._bring_in_step(embedder, report)
                    return
                except MemoryIndexError:
                    self._broken = True
                    if attempt == _BEGUN_ANEW or (attempt == _OPENED_ANEW and not self._place.can_recover()):
                        raise
                    self._let_go()
                    if attempt == _OPENED_ANEW:
                        self._place.discard()

    def enqueue(self, ids: Sequence[str]) -> None:
        """Note passages that are new or have a new text, for :meth:`work_off`."""
        with self._pending_lock:
            self._pending.update(ids)

    def work_off(self) -> None:
        """Index what was noted, if the index is in use; otherwise :meth:`catch_up` finds it.

        Waits for whoever is at the index, so it is for a thread in the background.
        """
        with self._upkeep:
            embedder = self._embedder()
            if embedder is not None and self._in_step and (noted := self._taken()):
                try:
                    self._add(embedder, noted)
                except BaseException:  # of the embedder, say: what was noted is for catch_up to find
                    self._in_step, self._broken = False, True
                    raise

    def remove(self, ids: Sequence[str]) -> None:
        """Take these passages out, whether the embedder is loaded or not."""
        if self.listener is not None:
            self.listener.drop(ids)
        with self._upkeep:
            if self._place.is_made():
                self._delete(ids)

    def rebuild(self, report: Report = lambda done, total: None) -> None:
        """Throw the collection away and make it again from the ledger."""
        with self._upkeep:
            self._let_go()
            self._place.discard()
            self.catch_up(report)

    def check(self) -> ProfileState:
        """Compare the collection with the ledger."""
        with self._upkeep:
            return self._difference()[0]

    def mended(self) -> str:
        """What was made good when the collection was opened last, and why; empty if nothing was."""
        made = f"{self._made} made when it was opened" if self._made else ""
        return "; ".join(part for part in (made, self._place.mended()) if part)

    def finish_soon(self) -> None:
        """Have whoever is bringing the collection in step, or clearing Chroma's files, come to an end."""
        self._closing_at = self._closing_at or monotonic()

    def close(self) -> None:
        """Let go of Chroma. Whoever is bringing it in step stops between two batches."""
        self.finish_soon()
        with self._upkeep:
            self._closed = True
            self._let_go()

    # --- clearing -----------------------------------------------------------------------------------------------

    def clearing_is_due(self) -> bool:
        """Whether something was forgotten that may still have its vector in Chroma's files."""
        return self._last_forgotten() is not None

    def clear(self) -> None:
        """Leave nothing in Chroma's files of what the ledger has no longer; nothing to do if nothing was forgotten.

        Chroma only marks what is deleted. So an embedded collection is copied, without what is gone, into a folder
        that takes the place of the other; that costs seconds at ten thousand vectors, in which recall and indexing go
        on. From a server, what is gone is deleted by its ids: its files are its own. For a thread in the background;
        what a crash or closing interrupts is due again.
        """
        with self._clearing:
            last = self._last_forgotten()
            if last is None:
                return
            if isinstance(self._place, ChromaFolder):
                if not self._copied_without_what_is_gone(self._place):
                    return
            else:
                with self._upkeep:
                    self._delete(sorted(self._difference()[2]))
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM vector_purges WHERE id <= ?", (last,))

    def _last_forgotten(self) -> int | None:
        newest: int | None = self._database.rows("SELECT max(id) FROM vector_purges")[0][0]
        return newest

    def _copied_without_what_is_gone(self, folder: ChromaFolder) -> bool:
        """False if the twin closes first. The lock is let go between batches, for whoever else is at the index."""
        if not folder.is_made():
            return True
        try:
            with self._upkeep:
                copy = folder.begin_copy()
            while True:
                with self._upkeep:
                    wanted, surplus = self._to_copy(copy)
                    if surplus:
                        copy.delete(ids=surplus)
                    elif not wanted:
                        self._collection = None
                        folder.finish_copy()
                        self._collection = folder.open()
                        return True
                for start in range(0, len(wanted), _COPIED_AT_ONCE):
                    if self._closing_at is not None and monotonic() > self._closing_at + _GRACE_SECONDS:
                        return False
                    with self._upkeep:
                        batch = wanted[start : start + _COPIED_AT_ONCE]
                        self._carry(batch, copy)
        except MemoryIndexError:
            raise
        except Exception as error:  # Chroma's own, and the disk's
            raise MemoryIndexError(
                f"Chroma's files, which hold vectors of what was forgotten, could not be written anew ({error}).",
                hint="Free some space; it is tried again when the twin starts, and after each forgetting.",
            ) from error
        finally:
            with self._upkeep, suppress(OSError):
                folder.drop_copy()

    def _to_copy(self, copy: Collection) -> tuple[list[str], list[str]]:
        """The ids that the copy lacks, and those that it should not have."""
        marks, held, copied = self._passages.marks(), self._marks_held(), _marks_in(copy)
        wanted = [known for known, mark in held.items() if marks.get(known) == mark != copied.get(known)]
        return wanted, [known for known, mark in copied.items() if marks.get(known) != mark]

    def _carry(self, ids: list[str], copy: Collection) -> None:
        found = self._asked(lambda c: c.get(ids=ids, include=["embeddings", "metadatas"]))
        if found["ids"]:
            copy.upsert(ids=found["ids"], embeddings=found["embeddings"], metadatas=found["metadatas"])

    # --- within the lock ----------------------------------------------------------------------------------------

    def _let_go(self) -> None:
        self._collection, self._in_step = None, False
        self._place.close()

    def _bring_in_step(self, embedder: Embedder, report: Report) -> None:
        while True:
            self._taken()  # the difference has it
            state, wanted, surplus = self._difference()
            if not self._in_step:
                self._made = max(self._made, state.missing)
            if state.in_step:
                wanted = self._hand_over(self._passages.marks())
                if not wanted:
                    break
            self._delete(sorted(surplus))
            for start in range(0, len(wanted), _BATCH):
                if self._closing_at is not None:
                    return
                report(start, len(wanted))
                self._add(embedder, wanted[start : start + _BATCH])
        self._in_step, self._broken = True, False

    def _hand_over(self, ids: Ids[str]) -> list[str]:
        """Give the listener what it lacks: all of it after a start, nothing when it has heard everything.

        Returns those whose vectors were damaged on the disk.
        """
        damaged: list[str] = []
        lacking = self.listener.lacking(ids) if self.listener is not None else []
        for start in range(0, len(lacking), _COPIED_AT_ONCE):
            batch = lacking[start : start + _COPIED_AT_ONCE]
            found = self._asked(lambda c, batch=batch: c.get(ids=batch, include=["embeddings"]))  # type: ignore[misc]
            vectors = np.asarray(found["embeddings"], dtype=np.float32).reshape(len(found["ids"]), -1)
            whole = np.abs(np.linalg.norm(vectors, axis=1) - 1) < _OF_LENGTH_1  # not so of one that is no number
            sound = {known: row for row, known in enumerate(found["ids"]) if whole[row]}
            damaged += [known for known in batch if known not in sound]
            if sound and self.listener is not None:
                self.listener.put(list(sound), vectors[list(sound.values())])
        return damaged

    def _taken(self) -> list[str]:
        with self._pending_lock:
            taken, self._pending = sorted(self._pending), set()
        return taken

    def _difference(self) -> tuple[ProfileState, list[str], set[str]]:
        """The state, the ids to be embedded, and the ids to be removed."""
        marks = self._passages.marks()
        indexed = self._marks_held()
        missing = [known for known in marks if known not in indexed]
        stale = [known for known, mark in marks.items() if indexed.get(known, mark) != mark]
        surplus = indexed.keys() - marks.keys()
        return ProfileState(len(marks), len(missing), len(surplus), len(stale)), [*missing, *stale], surplus

    def _marks_held(self) -> dict[str, int]:
        held: dict[str, int] = self._asked(_marks_in)
        return held

    def _add(self, embedder: Embedder, ids: Sequence[str]) -> None:
        texts = self._passages.texts(ids)
        if not texts:
            return
        vectors = embedder.embed(list(texts.values()))
        metadatas = [{"mark": mark_of(text)} for text in texts.values()]
        self._asked(lambda c: c.upsert(ids=list(texts), embeddings=vectors, metadatas=metadatas))
        if self.listener is not None:
            self.listener.put(list(texts), vectors)

    def _delete(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _BATCH):
            batch = list(ids[start : start + _BATCH])
            self._asked(lambda c, batch=batch: c.delete(ids=batch))  # type: ignore[misc]

    def _asked(self, question: Callable[[Collection], Any]) -> Any:
        """Put ``question`` to the collection; if Chroma fails over it, have it opened anew by the next."""
        if self._closed:
            raise MemoryIndexError("The vector profile is closed.")
        if self._collection is None:
            self._in_step = False
            self._collection = self._place.open()
        collection = self._collection
        try:
            return question(collection)
        except MemoryIndexError:  # of a server, and says what is wrong
            self._collection, self._in_step, self._broken = None, False, True
            raise
        except Exception as error:  # Chroma's own errors, and those of its native part
            self._collection, self._in_step, self._broken = None, False, True
            raise MemoryIndexError(
                f"The vector profile failed ({error}).", hint="`twin doctor --rebuild-index` makes it again."
            ) from error


def _marks_in(collection: Collection) -> dict[str, int]:
    """The checksum of the text that each vector was made of, a page at a time: Chroma's SQL holds 32,766 variables."""
    marks: dict[str, int] = {}
    for start in count(0, _PAGE):
        found = collection.get(limit=_PAGE, offset=start, include=["metadatas"])
        marks |= {known: about["mark"] for known, about in zip(found["ids"], found["metadatas"], strict=True)}
        if len(found["ids"]) < _PAGE:
            break
    return marks
