"""The same question after question, by one process or by several side by side, each with an engine of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from typing import TypeVar

from twin.cli.render import note
from twin.language.embedder import load_embedder
from twin.language.engine import EmbeddedLanguageModel
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.models.seed_adapter import adapters_for
from twin.paths import Home
from twin.ports import Embedder
from twin.settings import Settings, load_settings

_CONTEXT_TOKENS = 4096
_SAID_EVERY = 50
_Case = TypeVar("_Case")
_Found = TypeVar("_Found")


class Engine:
    """The embedded language model with its adapters, and the embedder, loaded when it is first used."""

    def __init__(self, settings: Settings, beside: int = 1) -> None:
        """``beside``: so many engines share the processor, and its cores among them: threads of theirs that wait for
        each other at full speed would cost a hundred times that."""
        self._settings = settings
        cores = max(1, (os.cpu_count() or 1) // beside)
        self._threads = min(settings.model_threads, cores)
        self._store = WeightsStore(WeightsCache.locate())
        weights = self._store.resolve(settings.language_model, Role.LANGUAGE_MODEL)
        self.model = EmbeddedLanguageModel(
            weights.path,
            name=weights.name,
            context_tokens=_CONTEXT_TOKENS,
            threads=self._threads,
            adapters=adapters_for(weights.sha256, self._store.cache),
        )
        self._embedder: Embedder | None = None

    @property
    def embedder(self) -> Embedder:
        if self._embedder is None:
            weights = self._store.resolve(self._settings.embedder, Role.EMBEDDER)
            self._embedder = load_embedder(weights.path, name=weights.name, threads=self._threads)
        return self._embedder

    def close(self) -> None:
        self.model.close()


def load_engine(beside: int = 1) -> Engine:
    return Engine(load_settings(Home.locate()), beside)


_own: Engine | None = None
"""Of a process beside others."""


def _begin(beside: int) -> None:
    global _own
    _own = load_engine(beside)


def _one(work: Callable[[Engine, _Case], _Found], case: _Case) -> _Found:
    assert _own is not None
    return work(_own, case)


def found_for(work: Callable[[Engine, _Case], _Found], cases: Sequence[_Case], workers: int) -> tuple[_Found, ...]:
    """What ``work``, a function of a module, finds for each of ``cases``, in their order; says how far it is."""
    return tuple(_with_progress(_side_by_side(work, cases, workers), len(cases)))


def _side_by_side(work: Callable[[Engine, _Case], _Found], cases: Sequence[_Case], workers: int) -> Iterator[_Found]:
    if workers == 1:
        with closing(load_engine()) as engine:
            yield from (work(engine, case) for case in cases)
        return
    load_engine(workers).close()  # what is wrong with the weights is said here, and not by a broken pool
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(workers,)) as pool:
        yield from pool.map(_one, [work] * len(cases), cases)


def _with_progress(found: Iterator[_Found], count: int) -> Iterator[_Found]:
    for number, one in enumerate(found, start=1):
        if number % _SAID_EVERY == 0:
            note(f"{number} of {count} questions")
        yield one
