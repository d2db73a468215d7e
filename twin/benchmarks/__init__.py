"""``twin bench``: what the twin measures of itself, always beside baselines in the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.benchmarks.report import Report


@dataclass(frozen=True, slots=True)
class Options:
    """What a bench is given; each takes from it what concerns it."""

    data: tuple[Path, ...] = ()
    memories: int = 100_000
    parts: tuple[str, ...] = ()


def _latency(options: Options) -> Report:
    from twin.benchmarks.latency import run

    return run(options.data)


def _memory(options: Options) -> Report:
    from twin.benchmarks.memory import run

    return run(options.data, options.memories)


def _dictation(options: Options) -> Report:
    from twin.benchmarks.dictation import run

    return run(options.data, options.parts)


BENCHES: dict[str, Callable[[Options], Report]] = {
    "dictation": _dictation,
    "latency": _latency,
    "memory": _memory,
}
