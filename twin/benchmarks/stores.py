"""A real memory in a home of its own, filled with what was said somewhere else, and asked as the twin asks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from twin.benchmarks.corpora import Said
from twin.benchmarks.ranking import Ranking
from twin.language.embedder import load_embedder
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.paths import Home
from twin.ports import Clock, Embedder, Job, NewTurn
from twin.settings import Settings

_DEPTH = 50
"""How far down recall is asked: where something superseded came to stand matters below the tenth place as well."""
_UNDATED = datetime(2024, 1, 1, tzinfo=UTC)
"""When what a corpus does not date is taken to have begun, a minute for each thing said."""


def real_embedder(settings: Settings) -> Embedder:
    """The embedder that the product uses with these settings. Raises ``ModelError``, ``WeightsError``."""
    weights = WeightsStore(WeightsCache.locate()).resolve(settings.embedder, Role.EMBEDDER)
    return load_embedder(weights.path, name=weights.name, threads=settings.model_threads)


class CachingEmbedder:
    """An embedder that embeds each text once. Safe from any thread."""

    def __init__(self, embedder: Embedder) -> None:
        self.model = embedder.model
        self.dimensions = embedder.dimensions
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
            if fresh:
                self._known.update(zip(fresh, self._embedder.embed(fresh), strict=True))
            vectors = [self._known[text] for text in texts]
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimensions)


@dataclass(frozen=True, slots=True)
class HeldClock:
    """A clock that stands still, so that what was said long ago is as old in every run."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Memory:
    """A ledger and the memory over it, as the engine has them."""

    ledger: SqliteLedger
    twin: TwinMemory

    def take_in(self, turns: Sequence[NewTurn]) -> Iterator[str]:
        """Import turns, and take from the person's what capture takes from them. Yields the ids of all there is now to
        be found: first the turns, in their order, then what was taken from them."""
        taken = self.ledger.import_turns(turns)
        yield from (turn.id for turn in taken)
        for turn in taken:
            yield from (learned.id for learned in self.twin.capture(turn))

    def index(self) -> None:
        """Wait until everything that was taken in can be found."""
        self.twin.wait_until_ready(Job(emit=lambda event: None))
        self.twin.profile.work_off()


@contextmanager
def open_memory(home: Home, embedder: Embedder, clock: Clock) -> Iterator[Memory]:
    """The memory of ``home``, made if need be. Raises ``LedgerError``."""
    ledger = SqliteLedger(home.create().ledger, clock)
    try:
        twin = TwinMemory(
            ledger,
            chroma_folder=home.chroma,
            embedder=lambda: embedder,
            wait_for_embedder=lambda job: embedder,
            embedder_name=embedder.model,
            delete_recording=lambda sha256: None,
            banks_folder=WeightsCache.locate().root / "banks",
        )
        try:
            yield Memory(ledger, twin)
        finally:
            twin.close()
    finally:
        ledger.close()


def recall_all(said: Sequence[Said], questions: Sequence[str], embedder: Embedder, home: Home) -> list[Ranking]:
    """What the twin recalls for each question once it has been told all of ``said``, as keys of what was said."""
    turns = [
        NewTurn(
            session_id=one.session,
            speaker=one.speaker,
            text=one.text,
            said_at=one.when or _UNDATED + timedelta(minutes=place),
            name=one.name,
            key=f"bench:{place}",
        )
        for place, one in enumerate(said)
    ]
    clock = HeldClock(max(turn.said_at for turn in turns) + timedelta(minutes=1))
    with open_memory(home, embedder, clock) as memory:
        found = list(memory.take_in(turns))
        memory.index()
        keys = {turn_id: one.key for turn_id, one in zip(found, said, strict=False)}
        return [_recall(memory, question, keys) for question in questions]


def _recall(memory: Memory, question: str, keys: Mapping[str, str]) -> Ranking:
    """``keys`` by the ids of turns. A memory stands for the turns that it was taken from."""
    found = memory.twin.recall.recall(question, limit=_DEPTH)
    sources = (
        source_id
        for item in found.items
        for source_id in ((item.memory.id,) if item.memory.id in keys else item.memory.source_ids)
    )
    first = dict.fromkeys(keys[source_id] for source_id in sources if source_id in keys)
    return Ranking({key: -float(place) for place, key in enumerate(first)}, found.confidence)
