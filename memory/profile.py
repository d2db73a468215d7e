"""The vector profile: a Chroma collection that mirrors the ledger's passages as vectors, and nothing else.

It holds ids, vectors and checksums, never text. It lags behind the ledger (:meth:`VectorProfile.catch_up` mends that)
and can be made again from it at any time, so whatever is wrong with it, the answer is to make it again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, RLock
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from memory.ledger import SqliteLedger
from memory.passages import Passages, mark_of
from twin.errors import MemoryIndexError
from twin.ports import Embedder

_BATCH = 256
_PROBES = 3
"""Vectors that must find themselves before an index is trusted."""
_GRAPH = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}
"""Of Chroma's nearest-neighbour graph. Its defaults miss what is unlike all the rest: half of the time, an odd one out
among a thousand like sentences was not found. With these, the ten nearest of real chat turns are the exact ten."""
_ITSELF = 1e-3
"""The cosine distance up to which a vector has found itself."""

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
        self._folder = folder
        self._url = url
        self._embedder = embedder
        self._identity = {"embedder": embedder_name, "ledger": ledger.uid}
        self._name = f"twin-{ledger.uid}"
        self._passages = Passages(ledger.database)
        self._upkeep = RLock()
        self._pending: set[str] = set()
        self._pending_lock = Lock()
        self._client: Any = None
        self._collection: Any = None
        self._in_step = False
        self._broken = False
        self._closing = False

    # --- searching ----------------------------------------------------------------------------------------------

    def ready(self) -> bool:
        """Whether searching finds what the ledger holds."""
        return self._in_step and self._collection is not None

    def broken(self) -> bool:
        """Whether Chroma failed since the profile was last in step, so that :meth:`catch_up` is due."""
        return self._broken

    def nearest(self, vector: Sequence[float], *, limit: int) -> dict[str, float]:
        found = self._asked(lambda c: c.query(query_embeddings=[vector], n_results=limit, include=["distances"]))
        return {known: 1.0 - far for known, far in zip(found["ids"][0], found["distances"][0], strict=True)}

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        if not ids:
            return {}
        found = self._asked(lambda c: c.get(ids=list(ids), include=["embeddings"]))
        cosines = np.asarray(found["embeddings"], dtype=np.float32).reshape(-1, len(vector)) @ np.asarray(vector)
        return {known: float(cosine) for known, cosine in zip(found["ids"], cosines, strict=True)}

    # --- keeping in step ----------------------------------------------------------------------------------------

    def catch_up(self, report: Report = lambda done, total: None) -> None:
        """Index what the ledger has and the collection lacks, and remove what the ledger has no longer.

        Does nothing before the embedder is loaded. Meant to run in the background, and again after a failure: a
        damaged collection is made again from the ledger.
        """
        embedder = self._embedder()
        if embedder is None:
            return
        with self._upkeep:
            try:
                self._bring_in_step(embedder, report)
            except MemoryIndexError:
                self._discard()
                self._bring_in_step(embedder, report)

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
        with self._upkeep:
            if self._url or self._folder.exists():
                self._delete(ids)

    def rebuild(self, report: Report = lambda done, total: None) -> None:
        """Throw the collection away and make it again from the ledger."""
        with self._upkeep:
            self._discard()
            self.catch_up(report)

    def check(self) -> ProfileState:
        """Compare the collection with the ledger."""
        with self._upkeep:
            return self._difference()[0]

    def close(self) -> None:
        """Let go of Chroma. Whoever is bringing it in step stops between two batches."""
        self._closing = True
        with self._upkeep:
            self._let_go()

    # --- within the lock ----------------------------------------------------------------------------------------

    def _let_go(self) -> None:
        client, self._client, self._collection, self._in_step = self._client, None, None, False
        if client is not None:
            client.close()

    def _bring_in_step(self, embedder: Embedder, report: Report) -> None:
        while True:
            self._taken()  # the difference has it
            state, wanted, surplus = self._difference()
            if state.in_step:
                break
            self._delete(sorted(surplus))
            for start in range(0, len(wanted), _BATCH):
                if self._closing:
                    return
                report(start, len(wanted))
                self._add(embedder, wanted[start : start + _BATCH])
        self._in_step, self._broken = True, False

    def _taken(self) -> list[str]:
        with self._pending_lock:
            taken, self._pending = sorted(self._pending), set()
        return taken

    def _difference(self) -> tuple[ProfileState, list[str], set[str]]:
        """The state, the ids to be embedded, and the ids to be removed."""
        marks = self._passages.marks()
        found = self._asked(lambda c: c.get(include=["metadatas"]), open_first=True)
        indexed = {known: about["mark"] for known, about in zip(found["ids"], found["metadatas"], strict=True)}
        missing = [known for known in marks if known not in indexed]
        stale = [known for known, mark in marks.items() if indexed.get(known, mark) != mark]
        surplus = indexed.keys() - marks.keys()
        return ProfileState(len(marks), len(missing), len(surplus), len(stale)), [*missing, *stale], surplus

    def _add(self, embedder: Embedder, ids: Sequence[str]) -> None:
        texts = self._passages.texts(ids)
        if not texts:
            return
        vectors = embedder.embed(list(texts.values()))
        metadatas = [{"mark": mark_of(text)} for text in texts.values()]
        self._asked(lambda c: c.upsert(ids=list(texts), embeddings=vectors, metadatas=metadatas), open_first=True)

    def _delete(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _BATCH):
            batch = list(ids[start : start + _BATCH])
            self._asked(lambda c, batch=batch: c.delete(ids=batch), open_first=True)  # type: ignore[misc]

    def _asked(self, question: Callable[[Any], Any], *, open_first: bool = False) -> Any:
        """Put ``question`` to the collection; if Chroma fails over it, close it, so that it is opened anew."""
        collection = self._open() if open_first else self._collection
        if collection is None:
            raise MemoryIndexError("The vector profile is not open.")
        try:
            return question(collection)
        except Exception as error:  # Chroma's own errors, and those of its native part and of its HTTP client
            self._collection, self._in_step, self._broken = None, False, True
            raise MemoryIndexError(
                f"The vector profile failed ({error}).", hint="`twin doctor --rebuild-index` makes it again."
            ) from error

    # --- opening ------------------------------------------------------------------------------------------------

    def _open(self) -> Any:
        with self._upkeep:
            if self._collection is None:
                self._in_step = False
                self._collection = self._connect() if self._url else self._open_embedded()
            return self._collection

    def _open_embedded(self) -> Any:
        """Open the folder; one that is damaged (or over which a process died) is thrown away and begun anew."""
        if self._dying_mark.exists():
            self._discard()
        try:
            return self._trusted()
        except Exception:  # noqa: BLE001 - whatever Chroma makes of a damaged folder
            self._discard()
        try:
            return self._trusted()
        except Exception as error:
            raise MemoryIndexError(
                f"The vector profile in {self._folder} cannot be opened ({error}).",
                hint="Check the folder's permissions and the free space; recall goes by words alone until then.",
            ) from error

    @property
    def _dying_mark(self) -> Path:
        """Stands beside the folder while it is opened, because a damaged index can kill the process."""
        return self._folder.with_name(f"{self._folder.name}.opening")

    def _trusted(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._dying_mark.touch(mode=0o600)
        if self._client is not None:
            self._client.close()
        self._client = chromadb.PersistentClient(
            str(self._folder),
            settings=Settings(_env_file=None, anonymized_telemetry=False),  # type: ignore[call-arg]
        )
        collection = self._own_collection(self._client)
        sample = collection.get(limit=_PROBES, include=["embeddings"])
        for vector in sample["embeddings"]:
            nearest = collection.query(query_embeddings=[vector], n_results=1, include=["distances"])
            if min(nearest["distances"][0], default=1.0) > _ITSELF:
                raise MemoryIndexError("The vector profile does not find what it holds.")
        self._dying_mark.unlink()
        return collection

    def _connect(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        address = urlsplit(self._url)
        try:
            self._client = chromadb.HttpClient(
                host=address.hostname or "localhost",
                port=address.port or (443 if address.scheme == "https" else 8000),
                ssl=address.scheme == "https",
                settings=Settings(_env_file=None, anonymized_telemetry=False),  # type: ignore[call-arg]
            )
            return self._own_collection(self._client)
        except Exception as error:
            raise MemoryIndexError(
                f"The Chroma server at {self._url} cannot be used ({error}).",
                hint="Start it, or clear the setting `chroma_url`; recall goes by words alone until then.",
            ) from error

    def _own_collection(self, client: Any) -> Any:
        """The collection of this ledger and embedder; one of another embedder is replaced by an empty one."""
        options = {"embedding_function": None, "configuration": {"hnsw": _GRAPH}}
        collection = client.get_or_create_collection(self._name, metadata=self._identity, **options)
        if collection.metadata != self._identity:
            client.delete_collection(self._name)
            collection = client.create_collection(self._name, metadata=self._identity, **options)
        return collection

    def _discard(self) -> None:
        """Forget the collection: the folder, or on a server the collection alone."""
        if self._url:
            client = self._client or (self._connect() and self._client)
            with suppress(Exception):
                client.delete_collection(self._name)
        self._let_go()
        if not self._url:
            if self._folder.is_file():
                self._folder.unlink()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._dying_mark.unlink(missing_ok=True)
