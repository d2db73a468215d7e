"""The boundaries: what each part needs of the others, as Protocols over the domain.

Concrete parts are chosen in ``twin/app.py`` alone; tests put the fakes of ``tests/fakes.py`` in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from twin.domain import (
    Adapter,
    Correction,
    Decision,
    GateReport,
    Memory,
    MemoryKind,
    MemoryStatus,
    Polarity,
    Proposal,
    Recollection,
    Rung,
    Signal,
    SignalKind,
    Speaker,
    TrainingRun,
    Transcript,
    Turn,
    Utterance,
    Word,
    WordEdit,
)
from twin.errors import CancelledByPersonError
from twin.events import Event

Audio = NDArray[np.float32]
"""Mono samples at 16,000 Hz, from -1 to 1, shape ``(samples,)``."""

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class Job:
    """One running request: where it reports, and whether it should stop."""

    emit: Callable[[Event], None]
    cancelled: Flag = field(default_factory=Flag)

    def check(self) -> None:
        """Raise :class:`CancelledByPersonError` if the person cancelled."""
        if self.cancelled.is_set():
            raise CancelledByPersonError("Cancelled.")


class Clock(Protocol):
    def now(self) -> datetime:
        """The time now, timezone-aware, in UTC."""
        ...


# --- models ----------------------------------------------------------------------------------------------------


class Transcriber(Protocol):
    @property
    def model(self) -> str:
        """Name of the weights."""
        ...

    def transcribe(self, audio: Audio, *, on_word: Callable[[Word], None], cancelled: Flag) -> Transcript:
        """Recognise; ``on_word`` gets each word once, in order, as it is final.

        Raises ``ModelError``; ``CancelledByPersonError`` soon after ``cancelled`` is set.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel(Protocol):
    @property
    def model(self) -> str: ...

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.2,
        seed: int = 0,
        stop: Sequence[str] = (),
        cancelled: Flag | None = None,
    ) -> Iterator[str]:
        """Generate a reply piece by piece; ends soon after ``cancelled`` is set. Raises ``ModelError``."""
        ...


class Embedder(Protocol):
    @property
    def model(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; shape ``(len(texts), dimensions)``, each row of length 1."""
        ...


# --- ledger ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewMemory:
    """A memory before the ledger has given it an id."""

    kind: MemoryKind
    text: str
    source_ids: tuple[str, ...]
    true_from: datetime
    slot: str = ""
    value: str = ""
    polarity: Polarity = Polarity.NEUTRAL
    confidence: float = 1.0
    aliases: tuple[str, ...] = ()
    status: MemoryStatus = MemoryStatus.HELD
    origin: str = "rules"
    domain: str = ""


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A turn of a conversation that took place elsewhere, before the ledger has given it an id.

    ``key`` names it where it comes from, so that it is imported once and never again after it was forgotten."""

    session_id: str
    speaker: Speaker
    text: str
    said_at: datetime
    name: str = ""
    key: str = ""


class Ledger(Protocol):
    """The only system of record. Every method that writes is one transaction, durable when it returns.

    Methods that take an id raise ``NotFoundError`` for one the ledger does not hold. Safe from any thread.
    """

    # what was said
    def add_utterance(
        self, transcript: Transcript, *, audio_sha256: str, source: str, origin: str, model: str, session_id: str
    ) -> Utterance: ...
    def utterance(self, id: str) -> Utterance:
        """Also takes ``last``: the newest."""
        ...

    def utterances(self, *, limit: int) -> tuple[Utterance, ...]:
        """The newest first."""
        ...

    def add_turn(
        self,
        *,
        session_id: str,
        speaker: Speaker,
        text: str,
        route: str = "",
        complete: bool = True,
        source_ids: Sequence[str] = (),
    ) -> Turn:
        """Store a turn verbatim, but for secrets: a ``SECRET_PLACEHOLDER`` stands in their place.

        ``source_ids`` are the turns, utterances and memories that a reply of the twin drew on, so that forgetting
        one of them takes the reply with it."""
        ...

    def import_turns(self, turns: Sequence[NewTurn]) -> tuple[Turn, ...]:
        """Store turns of a conversation that took place elsewhere, in the order in which they were said.

        Left out: those whose ``key`` is held already, and those that were forgotten."""
        ...

    def turn(self, id: str) -> Turn: ...
    def turns(self, *, limit: int, session_id: str = "") -> tuple[Turn, ...]:
        """The newest ``limit``, oldest first; of one session, or of all."""
        ...

    # what was noticed and decided
    def add_correction(self, utterance_id: str, said: str, edits: Sequence[WordEdit]) -> Correction: ...
    def add_signal(self, kind: SignalKind, *, subject_id: str, summary: str, edits: Sequence[WordEdit]) -> Signal: ...
    def add_decision(
        self,
        rung: Rung,
        *,
        subject: str,
        reasons: Sequence[str],
        signal_ids: Sequence[str],
        missing: str = "",
        memory_id: str | None = None,
    ) -> Decision: ...

    # what is known
    def add_memory(self, memory: NewMemory) -> Memory:
        """Store a memory. One with a slot supersedes the current one of that slot, which keeps its history;
        the same value in the same slot adds its sources to the current one and returns that."""
        ...

    def memory(self, id: str) -> Memory: ...
    def memories(
        self, *, kind: MemoryKind | None = None, history: bool = False, limit: int = 500
    ) -> tuple[Memory, ...]:
        """The newest first; superseded ones only with ``history``."""
        ...

    def close(self) -> None: ...


class Recall(Protocol):
    def recall(self, query: str, *, limit: int = 10, lexical_only: bool = False) -> Recollection:
        """Find what answers ``query``. Lexical while the embedder is not ready; the result says so."""
        ...


class Memoriser(Protocol):
    """Memory as the rest of the twin sees it: take in, find, forget."""

    def capture(self, turn: Turn, *, outright: bool = False) -> tuple[Memory, ...]:
        """Take in what the person said in ``turn``, by rules alone; returns what was learned.

        ``outright`` says that the person asked for it to be remembered: then it is kept whole even if no rule
        fits it, with confidence 1."""
        ...

    def add(self, memory: NewMemory) -> Memory:
        """Store a memory in the ledger and index it."""
        ...

    def forget(self, id: str, *, preview: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Forget a memory, turn or utterance everywhere, or only say what would go.

        Returns the ids of the memories and of the sources (turns and utterances) concerned."""
        ...


# --- learning --------------------------------------------------------------------------------------------------


class Trainer(Protocol):
    def train(self, proposal: Proposal, *, job: Job) -> tuple[TrainingRun, GateReport]: ...


class Registry(Protocol):
    def add(self, adapter: Adapter, folder: Path) -> None: ...
    def adapters(self) -> tuple[Adapter, ...]: ...
    def live(self, domain: str) -> Adapter | None: ...
    def promote(self, adapter_id: str) -> None: ...
    def withdraw(self, adapter_id: str, *, because: str) -> None: ...
