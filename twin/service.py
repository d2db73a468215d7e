"""The twin itself: answers every verb by handing it to the stage that does it."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock, Thread
from typing import Any, Protocol

from twin import __version__
from twin.domain import Reply
from twin.errors import NotUnderstoodError
from twin.learning.correction import correct
from twin.models.background import Background
from twin.ports import Embedder, Job, LanguageModel, Ledger, Memoriser, Transcriber
from twin.requests import (
    Ask,
    Converse,
    Correct,
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
)
from twin.settings import Settings
from twin.speech.dictation import Dictation


class Conversation(Protocol):
    def converse(self, request: Converse, job: Job) -> Reply: ...
    def ask(self, request: Ask, job: Job) -> Reply: ...
    def remember(self, request: Remember, job: Job) -> Reply: ...


class Caretaker(Protocol):
    """Upkeep of what is stored, for ``twin doctor`` and for the time after the embedder has loaded."""

    def catch_up(self) -> None:
        """Index what the ledger has and the vector profile lacks."""
        ...

    def rebuild_index(self, job: Job) -> None: ...


class Diagnostician(Protocol):
    def __call__(self, request: Doctor, job: Job) -> Any: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a twin is put together from; chosen in ``twin/app.py``, faked in tests."""

    settings: Settings
    ledger: Ledger
    memoriser: Memoriser
    build_conversation: Callable[[], Conversation]
    dictation: Dictation
    embedder: Background[Embedder]
    recogniser: Background[Transcriber]
    language_model: Background[LanguageModel]


class Twin:
    pass
