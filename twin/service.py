"""The twin itself: answers every verb by handing it to the stage that does it."""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from twin import __version__
from twin.doctor import CheckFunction, examine
from twin.domain import Memory, Reply
from twin.errors import NotUnderstoodError, TwinError
from twin.learning.correction import correct
from twin.models.background import Background
from twin.ports import Embedder, Job, LanguageModel, Ledger, Memoriser, Recall, Transcriber
from twin.requests import (
    Ask,
    Converse,
    Correct,
    Diagnosis,
    Dictate,
    Doctor,
    EngineStatus,
    Forget,
    ForgetReport,
    History,
    InstallModel,
    Know,
    Knowledge,
    ListModels,
    ListUtterances,
    Remember,
    Request,
    ShowHistory,
    Status,
    Stop,
    Utterances,
    WarmUp,
    WeightsInfo,
    WeightsList,
)
from twin.speech.dictation import Dictation

RELEVANT_SCORE = 0.3
"""`know --about` shows what recall scores at least so: a list may be more generous than an answer."""


class Conversation(Protocol):
    """What ``agents.conversation`` builds."""

    def converse(self, request: Converse, job: Job) -> Reply: ...
    def ask(self, request: Ask, job: Job) -> Reply: ...
    def remember(self, request: Remember, job: Job) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Models:
    """The models that load in the background."""

    embedder: Background[Embedder]
    recogniser: Background[Transcriber]
    language_model: Background[LanguageModel]
    conversation: Background[Conversation]
    """No model, but as slow to import as one."""

    def all(self) -> tuple[Background[Any], ...]:
        return self.conversation, self.embedder, self.language_model, self.recogniser


@dataclass(frozen=True, slots=True)
class Parts:
    """What a twin is put together from: chosen in ``twin/app.py``, or faked by a test."""

    home: str
    idle_minutes: float
    preload: bool
    ledger: Ledger
    memoriser: Memoriser
    recall: Recall
    dictation: Dictation
    is_common: Callable[[str], bool]
    """Whether the recogniser knows a word as a whole: such a word is no term of a trade."""
    models: Models
    checks: Callable[[Job], tuple[tuple[str, CheckFunction], ...]]
    rebuild_index: Callable[[Job], None]
    weights: Callable[[], WeightsList]
    install_weights: Callable[[str, Job], WeightsInfo]
    close: Callable[[], None]


class Twin:
    """Answers requests, any number at a time; each runs in the thread that calls :meth:`handle`."""

    def __init__(self, parts: Parts, *, started_at: datetime, stop: Callable[[], None]) -> None:
        self._parts = parts
        self._started_at = started_at
        self._stop = stop
        self.running_jobs: Callable[[], int] = lambda: 0
        self._handlers: dict[type[Request[Any]], Callable[[Any, Job], object]] = {
            Converse: lambda request, job: parts.models.conversation.wait(job).converse(request, job),
            Ask: lambda request, job: parts.models.conversation.wait(job).ask(request, job),
            Remember: lambda request, job: parts.models.conversation.wait(job).remember(request, job),
            Know: self._know,
            Forget: self._forget,
            Dictate: parts.dictation.dictate,
            Correct: self._correct,
            ListUtterances: lambda request, job: Utterances(parts.ledger.utterances(limit=request.limit)),
            ShowHistory: lambda request, job: History(
                parts.ledger.turns(limit=request.limit, session_id=request.session_id)
            ),
            Status: lambda request, job: self.status(),
            WarmUp: self._warm_up,
            Doctor: self._examine,
            ListModels: lambda request, job: parts.weights(),
            InstallModel: lambda request, job: parts.install_weights(request.name, job),
            Stop: self._stop_engine,
        }

    def start(self) -> None:
        """Begin to load what loads in the background, one after the other: together they would be slower each."""
        if self._parts.preload:
            threading.Thread(target=self._preload, name="preload", daemon=True).start()

    def _preload(self) -> None:
        for model in self._parts.models.all():
            try:
                model.wait()
            except TwinError:
                continue  # remembered by the model, shown by its state, raised to whoever needs it

    def handle(self, request: Request[Any], job: Job) -> object:
        """Answer ``request``. Raises :class:`TwinError`."""
        handler = self._handlers.get(type(request))
        if handler is None:
            raise NotUnderstoodError(f"The twin has no answer to {type(request).__name__.lower()}.")
        return handler(request, job)

    def close(self) -> None:
        self._parts.close()

    def status(self) -> EngineStatus:
        # ru_maxrss counts KiB on Linux and bytes on macOS
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return EngineStatus(
            version=__version__,
            pid=os.getpid(),
            home=self._parts.home,
            started_at=self._started_at,
            idle_minutes=self._parts.idle_minutes,
            running_jobs=self.running_jobs(),
            models=tuple(model.state() for model in self._parts.models.all()),
            peak_rss_mb=peak / 1e6,
        )

    def _know(self, request: Know, job: Job) -> Knowledge:
        """All that is known, or what recall finds about a topic: only what it is sure enough of."""
        ledger = self._parts.ledger
        known = ledger.memories(kind=request.kind, history=request.history, limit=request.limit)
        if request.about:
            recollection = self._parts.recall.recall(request.about, limit=request.limit)
            relevant = [item.memory.id for item in recollection.items if item.score >= RELEVANT_SCORE]
            known = tuple(memory for memory in known if memory.id in relevant or _mentions(memory, request.about))
        return Knowledge(known, about=request.about)

    def _forget(self, request: Forget, job: Job) -> ForgetReport:
        memory_ids, source_ids = self._parts.memoriser.forget(request.id, preview=request.preview)
        return ForgetReport(memory_ids, source_ids, request.preview, _forget_summary(memory_ids, source_ids, request))

    def _correct(self, request: Correct, job: Job) -> object:
        return correct(request, self._parts.ledger, self._parts.memoriser, is_common=self._parts.is_common)

    def _warm_up(self, request: WarmUp, job: Job) -> EngineStatus:
        known = {model.role: model for model in self._parts.models.all()}
        unknown = [role for role in request.roles if role not in known]
        if unknown:
            raise NotUnderstoodError(f"There is no model for {unknown[0]}.", hint=f"There are: {', '.join(known)}.")
        for role, model in known.items():
            if not request.roles or role in request.roles:
                model.wait(job)
        return self.status()

    def _examine(self, request: Doctor, job: Job) -> Diagnosis:
        if request.rebuild_index:
            self._parts.rebuild_index(job)
        return examine(self._parts.checks(job), job)

    def _stop_engine(self, request: Stop, job: Job) -> bool:
        self._stop()
        return True


def _mentions(memory: Memory, topic: str) -> bool:
    """Whether the words of ``topic`` stand in the memory as they are."""
    return topic.casefold() in f"{memory.text} {memory.value} {' '.join(memory.aliases)}".casefold()


def _forget_summary(memory_ids: tuple[str, ...], source_ids: tuple[str, ...], request: Forget) -> str:
    verb = "Would go" if request.preview else "Gone for good"
    what = [f"{len(ids)} {one if len(ids) == 1 else many} ({', '.join(ids)})" for ids, one, many in (
        (memory_ids, "memory", "memories"),
        (source_ids, "thing you or I said", "things you or I said"),
    ) if ids]  # fmt: skip
    return f"{verb}: {' and '.join(what) or request.id}."
