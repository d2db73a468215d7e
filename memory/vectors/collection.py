"""What the vector profile needs of Chroma: a collection with four verbs, and a place that it lives in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

GRAPH: Final = {"space": "cosine", "max_neighbors": 16, "ef_construction": 64, "ef_search": 200}
"""Of Chroma's nearest-neighbour graph. Recall searches exactly, in memory (of a thousand like sentences, half do not
find themselves in a graph); this one is kept small, because it is built anew after a forget."""


@dataclass(frozen=True, slots=True)
class CollectionKey:
    """By which the collection of a ledger is found; vectors of another embedder or another ledger are not ours."""

    ledger: str
    embedder: str

    @property
    def name(self) -> str:
        return f"twin-{self.ledger}"

    @property
    def metadata(self) -> dict[str, str]:
        return {"embedder": self.embedder, "ledger": self.ledger}


class Collection(Protocol):
    """The verbs of a Chroma collection, as chromadb has them; ``include`` says what is returned beside the ids."""

    def get(
        self,
        *,
        ids: list[str] | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include: Sequence[Any] = (),
    ) -> Any: ...  # a mapping of columns
    def query(self, *, query_embeddings: Any, n_results: int, include: Sequence[Any] = ()) -> Any: ...
    def upsert(self, *, ids: list[str], embeddings: Any, metadatas: Any) -> Any: ...
    def delete(self, *, ids: list[str]) -> Any: ...


class Place(Protocol):
    """Where a collection lives. Not safe from several threads: the profile's lock guards it."""

    def open(self) -> Collection:
        """The collection, made empty if there is none of ours. Raises :class:`MemoryIndexError`."""
        ...

    def mended(self) -> str:
        """What was wrong with what was found here and thrown away since the process began; empty if nothing was."""
        ...

    def can_recover(self) -> bool:
        """Whether making the collection anew may help against a failure that opening did not find."""
        ...

    def is_made(self) -> bool:
        """Whether there may be anything in it; without opening it."""
        ...

    def discard(self) -> None:
        """Throw the collection away, as far as it can be reached."""
        ...

    def close(self) -> None: ...
