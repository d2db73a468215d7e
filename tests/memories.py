"""A memory over a ledger, whose embedder is there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from twin.paths import Home
from twin.ports import Embedder


def memory_of(
    ledger: SqliteLedger,
    home: Home,
    embedder: Embedder,
    *,
    delete_recording: Callable[[str], object] = lambda sha256: None,
    **more: Any,
) -> TwinMemory:
    """``more`` is for :class:`TwinMemory`. It is to be closed."""
    return TwinMemory(
        ledger,
        chroma_folder=home.chroma,
        embedder=lambda: embedder,
        wait_for_embedder=lambda job: embedder,
        embedder_name=embedder.model,
        delete_recording=delete_recording,
        **more,
    )
