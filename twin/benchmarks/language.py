"""``twin bench language``: whether answers about the person are right, honest and to the point.

Each part can be asked for by itself; ``PARTS`` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from twin.benchmarks.grounded import measure_choices, measure_grounded, measure_invented
from twin.benchmarks.language_speed import measure_speed
from twin.benchmarks.report import Report
from twin.errors import NotUnderstoodError
from twin.paths import Home
from twin.settings import load_settings

Part = Callable[[Report, Sequence[Path], int | None, int], None]
"""Measures into the report, by data, on at most so many questions of each kind, with so many processes."""


def _speed(report: Report, data: Sequence[Path], limit: int | None, workers: int) -> None:
    """Through an engine process of its own; ``limit`` is of its rounds."""
    with TemporaryDirectory(prefix="twin-bench-") as folder:
        home = Home(Path(folder) / "home").create()
        rounds = {} if limit is None else {"rounds": limit, "starts": limit}
        found = measure_speed(home, load_settings(home), **rounds)
    report.metrics |= found.metrics
    report.notes += found.notes


PARTS: Mapping[str, Part] = {
    "grounded": measure_grounded,
    "invented": measure_invented,
    "choice": measure_choices,
    "speed": _speed,
}


def run(data: Sequence[Path], parts: Sequence[str] = (), limit: int | None = None, workers: int = 1) -> Report:
    """Measure the parts named, or all; ``limit``: on so many questions of each kind; ``workers``: so many processes,
    each with an engine of its own (the speed is always measured with one). Raises ``NotUnderstoodError``."""
    for part in parts:
        if part not in PARTS:
            raise NotUnderstoodError(f"There is no part {part!r}.", hint=f"There are: {', '.join(PARTS)}.")
    report = Report("language", settings=load_settings(Home.locate()).model_dump(mode="json"))
    drawn = f"at most {limit} questions of each kind" if limit else "all questions"
    report.notes.append(f"{workers} {'process' if workers == 1 else 'processes side by side'}; {drawn}.")
    for name, measure in PARTS.items():
        if not parts or name in parts:
            measure(report, data, limit, workers)
    return report
