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
    general: Path | None = None
    learn: int = 40
    test: int | None = None
    splits: int = 1
    kills: int = 5
    limit: int | None = None
    workers: int = 1


def _latency(options: Options) -> Report:
    from twin.benchmarks.latency import run

    return run(options.data, options.parts)


def _memory(options: Options) -> Report:
    from twin.benchmarks.memory import run

    return run(options.data, options.memories)


def _dictation(options: Options) -> Report:
    from twin.benchmarks.dictation import run

    return run(options.data, options.parts)


def _speech(options: Options) -> Report:
    from twin.benchmarks.speech import Amounts, run

    amounts = Amounts(options.learn, options.test, options.splits, options.kills)
    return run(options.data, options.general, amounts, options.parts)


def _language(options: Options) -> Report:
    from twin.benchmarks.language import run

    return run(options.data, options.parts, options.limit, options.workers)


BENCHES: dict[str, Callable[[Options], Report]] = {
    "dictation": _dictation,
    "language": _language,
    "latency": _latency,
    "memory": _memory,
    "speech": _speech,
}
