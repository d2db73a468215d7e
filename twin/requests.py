"""Everything that can be asked of a twin: one frozen class a verb, with the type of its result.

The command line and the terminal UI build these; the engine (or the twin in process) answers them. A new verb is
a new class here and a method in ``twin/service.py``; nothing in between needs to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, get_args

from twin.domain import AudioSource, Correction, Decision, Memory, MemoryKind, Reply, Signal, Turn, Utterance

R = TypeVar("R")


class Request(Generic[R]):
    """Base of all verbs. ``R`` is the type of the result."""

    __slots__ = ()

    retry_after_crash: ClassVar[bool] = False
    """Whether asking again after the engine died changes nothing (true of anything that only reads)."""
    survives_disconnect: ClassVar[bool] = False
    """Whether the work goes on when its client is gone, because its result is worth keeping."""

    @classmethod
    def result_type(cls) -> Any:
        for base in getattr(cls, "__orig_bases__", ()):
            return get_args(base)[0]
        raise TypeError(cls)


# --- results that are no domain objects ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CorrectionReport:
    correction: Correction
    heard: str
    signals: tuple[Signal, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    memories: tuple[Memory, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What a forget took away, or would take away."""

    memory_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    preview: bool
    summary: str


@dataclass(frozen=True, slots=True)
class History:
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Utterances:
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model of the engine: ``waiting``, ``loading``, ``ready`` or ``failed`` (then ``detail`` says why)."""

    name: str
    role: str
    state: str
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineStatus:
    version: str
    pid: int
    home: str
    started_at: datetime
    idle_minutes: float
    running_jobs: int
    models: tuple[ModelState, ...]
    peak_rss_mb: float


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``twin doctor``; ``hint`` says what to do when it is not ``ok``."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    optional: bool = False
    """A failed optional check (no microphone) is worth knowing and no reason for exit code 1."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        return all(check.ok or check.optional for check in self.checks)


@dataclass(frozen=True, slots=True)
class WeightsInfo:
    name: str
    role: str
    found: bool
    where: str
    megabytes: float
    licence: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class WeightsList:
    weights: tuple[WeightsInfo, ...]


# --- verbs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Converse(Request[Reply]):
    """Say something to the twin and get its reply; streams :class:`~twin.events.Token`."""

    text: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Ask(Request[Reply]):
    """Ask what the twin knows about the person. Nothing is remembered of the question."""

    retry_after_crash = True
    question: str
    lexical_only: bool = False
    """Answer at once from words alone if the embedder is not ready, even when that means not finding it."""


@dataclass(frozen=True, slots=True)
class Remember(Request[Reply]):
    text: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Know(Request[Knowledge]):
    """What the twin knows; ``about`` narrows it to a topic, ``history`` adds superseded values."""

    retry_after_crash = True
    about: str = ""
    kind: MemoryKind | None = None
    history: bool = False
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Forget(Request[ForgetReport]):
    """Forget a memory with what it was taken from, a turn, or an utterance with its audio."""

    id: str
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Dictate(Request[Utterance]):
    """Recognise a recording; streams :class:`~twin.events.WordHeard`. ``path`` is absolute."""

    survives_disconnect = True
    path: str
    session_id: str
    source: AudioSource = AudioSource.FILE


@dataclass(frozen=True, slots=True)
class Correct(Request[CorrectionReport]):
    """Say what was really said in an utterance; ``last`` names the newest one."""

    utterance_id: str
    said: str


@dataclass(frozen=True, slots=True)
class ListUtterances(Request[Utterances]):
    retry_after_crash = True
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ShowHistory(Request[History]):
    """The newest turns, oldest first; of one session, or of all."""

    retry_after_crash = True
    limit: int = 200
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Status(Request[EngineStatus]):
    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class WarmUp(Request[EngineStatus]):
    """Load the named roles (``embedder``, ``recogniser``, ``language-model``; none means all), with progress."""

    retry_after_crash = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doctor(Request[Diagnosis]):
    rebuild_index: bool = False


@dataclass(frozen=True, slots=True)
class ListModels(Request[WeightsList]):
    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class InstallModel(Request[WeightsInfo]):
    """Fetch weights from the hub: the only request that opens the network."""

    name: str


@dataclass(frozen=True, slots=True)
class Cancel(Request[bool]):
    """Cancel a running request; false if it was over already."""

    retry_after_crash = True
    job_id: str


@dataclass(frozen=True, slots=True)
class Stop(Request[bool]):
    """Stop the engine; running requests have ten seconds to finish."""


REQUESTS: dict[str, type[Request[Any]]] = {
    verb.__name__.lower(): verb
    for verb in (
        Converse, Ask, Remember, Know, Forget, Dictate, Correct, ListUtterances, ShowHistory,
        Status, WarmUp, Doctor, ListModels, InstallModel, Cancel, Stop,
    )
}  # fmt: skip
