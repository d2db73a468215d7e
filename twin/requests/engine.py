"""The engine itself: how it stands, and the weights that it works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twin.requests.base import Request


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
    sha256: str = ""
    """Of the file with the tensors, as it should be."""
    state: str = ""
    """``verified`` (every file has its sha256), ``unchecked`` (that is done when it is first used), ``damaged``,
    or ``missing``."""
    needs_megabytes: float = 0.0
    """About how much memory it takes when it is loaded."""
    fits: bool = True
    """Whether this machine has that much."""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """The language server that is in use, and what it has; ``problem`` says why that is not known."""

    url: str
    model: str = ""
    adapter: str = ""
    models: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WeightsList:
    weights: tuple[WeightsInfo, ...]
    server: ServerInfo | None = None
    memory_megabytes: float = 0.0
    """All the memory that this machine has."""


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """What was switched to: ``setting`` is the one that was written; ``name`` is the model's, ``where`` a path or an
    address."""

    setting: str
    name: str
    where: str


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
    """All weights that are known. ``verify``: read every file again and compare its sha256."""

    retry_after_crash = True
    verify: bool = False


@dataclass(frozen=True, slots=True)
class InstallModel(Request[WeightsInfo]):
    """Fetch weights from the hub: the only request that opens the network of itself. What was fetched before a cancel
    or a failure is not fetched again."""

    name: str


@dataclass(frozen=True, slots=True)
class UseModel(Request[ModelInUse]):
    """Have the twin use other weights from now on: a name, an absolute path, or a language server's address.

    They are looked at first, and the server is asked; only then the setting is written. ``model``, ``adapter`` and
    ``key_variable`` are of a server."""

    name: str
    model: str = ""
    adapter: str = ""
    key_variable: str = ""


@dataclass(frozen=True, slots=True)
class Cancel(Request[bool]):
    """Cancel a running request; false if it was over already."""

    retry_after_crash = True
    job_id: str


@dataclass(frozen=True, slots=True)
class Stop(Request[bool]):
    """Stop the engine; running requests have ten seconds to finish."""
