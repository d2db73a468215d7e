"""Where a twin is put together: the one place that chooses concrete parts and wires them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from twin import doctor
from twin.models.background import Background
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.ports import Embedder, Job, LanguageModel, Transcriber
from twin.requests import Check, WeightsInfo, WeightsList
from twin.service import Conversation, Models, Parts, Twin
from twin.settings import Settings
from twin.speech.dictation import Dictation
from twin.speech.recordings import Recordings


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def build_twin(settings: Settings, *, started_at: datetime, stop: Callable[[], None]) -> Twin:
    """Put a twin together over ``settings``; ``stop`` is what ends its process. The home's lock must be held.

    Opens the ledger and loads no model. Raises ``LedgerError``.
    """
    raise AssertionError
