"""``twin bench``: what the twin measures of itself, always beside baselines in the same run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from twin.benchmarks.report import Report


def _latency(data: Sequence[Path]) -> Report:
    from twin.benchmarks.latency import run

    return run(data)


BENCHES: dict[str, Callable[[Sequence[Path]], Report]] = {"latency": _latency}
