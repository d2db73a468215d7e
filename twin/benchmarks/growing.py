"""Memories of growing size, each looked at in a process of its own: ``python -m twin.benchmarks.growing``.

    growing fill FOLDER SIZE…    make the home FOLDER/SIZE for each size, in ascending order
    growing measure HOME         open it as an engine does, ask it, add to it

Each prints lines of JSON: ``fill`` a :class:`Filled` for each home, ``measure`` one :class:`Measured`. A process of its
own, so that memory is that of one home and nothing is left over from filling it.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import psutil
from numpy.typing import NDArray

from twin.benchmarks.invented import InventedTalk
from twin.benchmarks.stores import Memory, open_memory, real_embedder
from twin.domain import Speaker
from twin.paths import Home
from twin.ports import Embedder
from twin.settings import load_settings

_SEED = 20
_BATCH = 1000
_REALLY_EMBEDDED = 4000
_ASKED = 60
_ADDED = 40


class Filled(msgspec.Struct, frozen=True):
    """A home in which ``size`` memories can be found: ``turns`` verbatim, the rest taken from them."""

    size: int
    turns: int
    seconds: float
    disk_mb: float


class Times(msgspec.Struct, frozen=True):
    """How long each of several things took, in milliseconds: on the clock, and of the processor."""

    clock_ms: list[float]
    processor_ms: list[float]


class Measured(msgspec.Struct, frozen=True):
    """What the person waits for, and the memory of the process in MB once it has answered."""

    open_seconds: float
    recall: Times
    embed: Times
    add: Times
    recall_after_add: Times
    rss_mb: float


class MixingEmbedder:
    """Embeds the first few thousand texts really; any further one becomes a mixture of two of those, with noise.

    For filling alone: what is searched lies as real texts do, without hours of embedding. Which two is chosen by the
    text's place, so that it is the same every time.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.model = embedder.model
        self.dimensions = embedder.dimensions
        self._embedder = embedder
        self._pool = np.empty((0, self.dimensions), dtype=np.float32)
        self._chance = np.random.default_rng(_SEED)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self._pool) < _REALLY_EMBEDDED:
            vectors = self._embedder.embed(texts)
            self._pool = np.concatenate([self._pool, vectors])
            return vectors
        one, other = self._chance.integers(len(self._pool), size=(2, len(texts)))
        noise = self._chance.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        mixed = 0.8 * self._pool[one] + 0.5 * self._pool[other] + noise * 0.2 / self.dimensions**0.5
        normalised: NDArray[np.float32] = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
        return normalised


def fill(folder: Path, sizes: Sequence[int]) -> None:
    """Tell one memory more and more, and keep a copy of its home at each size."""
    growing = Home(folder / "growing")
    real = real_embedder(load_settings(growing))
    with open_memory(growing, real, _Now()) as memory:
        memory.index()  # whatever is made of the embedder once and kept for all homes is made of the real one
    embedder = MixingEmbedder(real)
    turns = InventedTalk(_SEED).turns()
    told, known, began = 0, set[str](), time.perf_counter()
    for size in sizes:
        with open_memory(growing, embedder, _Now()) as memory:
            while len(known) < size:
                batch = list(islice(turns, min(_BATCH, 1 + (size - len(known)) // 4)))
                known.update(memory.take_in(batch))
                told += len(batch)
            memory.index()
        home = folder / str(size)
        shutil.copytree(growing.root, home)
        disk_mb = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
        _print(Filled(size, told, time.perf_counter() - began, disk_mb))


def measure(home: Home) -> Measured:
    """Open ``home`` and time what the person waits for. The home grows by the turns that are added."""
    embedder = real_embedder(load_settings(home))
    talk = InventedTalk(_SEED + 1)
    turns = talk.turns()
    next(islice(turns, _BATCH, None))  # beyond the words that come first
    questions = [talk.question() for _ in range(_ASKED)]
    random.Random(_SEED).shuffle(questions)  # noqa: S311 - questions, not secrets
    began = time.perf_counter()
    with open_memory(home, embedder, _Now()) as memory:
        memory.index()
        memory.twin.recall.recall(talk.question())
        open_seconds = time.perf_counter() - began
        recall = _timed(lambda question: memory.twin.recall.recall(question), questions)
        embed = _timed(lambda question: embedder.embed([question]), questions)
        rss_mb = psutil.Process().memory_info().rss / 1e6
        add, after = [], []
        for turn in islice(turns, _ADDED):
            add.append(_timed(lambda text: _add(memory, text), [turn.text]))
            after.append(_timed(lambda question: memory.twin.recall.recall(question), [talk.question()]))
    return Measured(open_seconds, recall, embed, _joined(add), _joined(after), rss_mb)


def _add(memory: Memory, text: str) -> None:
    """What the person says is written down with its words, memories are taken from it, and all of it is embedded."""
    turn = memory.ledger.add_turn(session_id="bench", speaker=Speaker.PERSON, text=text)
    memory.twin.capture(turn)
    memory.twin.profile.work_off()


def _timed(work: Callable[[str], object], texts: Sequence[str]) -> Times:
    times = Times([], [])
    for text in texts:
        clock, processor = time.perf_counter(), time.process_time()
        work(text)
        times.processor_ms.append(1000 * (time.process_time() - processor))
        times.clock_ms.append(1000 * (time.perf_counter() - clock))
    return times


def _joined(parts: Sequence[Times]) -> Times:
    return Times([ms for part in parts for ms in part.clock_ms], [ms for part in parts for ms in part.processor_ms])


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


def _print(result: Filled | Measured) -> None:
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
    sys.stdout.flush()


def main() -> None:
    verb, folder, *sizes = sys.argv[1:]
    if verb == "fill":
        fill(Path(folder), [int(size) for size in sizes])
    else:
        _print(measure(Home(Path(folder))))


if __name__ == "__main__":
    main()
