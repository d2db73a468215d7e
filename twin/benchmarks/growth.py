"""How the cost of a memory grows: time, memory and disk from a thousand memories to as many as are asked for."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from twin.benchmarks.figures import Curves, Metric
from twin.benchmarks.growing import Filled, Measured, Times
from twin.benchmarks.report import Report, repeated
from twin.cli.render import note

_SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
_MODULE = (sys.executable, "-m", "twin.benchmarks.growing")

_NOTES = (
    "For growth, the first few thousand texts are embedded; the vectors of the rest are mixtures of theirs.",
    "What is timed embeds really, in a process that opens the home as an engine does.",
    "add_ms is from a turn to its row, its words, what is taken from it, and all vectors, each durable.",
    "Processor time is beside the clock's, which on a busy machine says more of the machine.",
    "add_ms.p50 is at the largest size; p50_after_add, that the index first takes in what has come since.",
)


@contextmanager
def growing_homes(folder: Path, memories: int) -> Iterator[Growth]:
    """Fill homes of growing size, the largest of ``memories``, in the background, while something is measured that time
    does not matter to; :meth:`Growth.measure` waits for them. Leaving the context ends the filling."""
    homes = folder / "growth"
    homes.mkdir()
    sizes = (*(size for size in _SIZES if size < memories), memories)
    command = [*_MODULE, "fill", str(homes), *map(str, sizes)]
    with (
        (folder / "growth.log").open("w+") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            yield Growth(homes, sizes, process, log)
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class Growth:
    """Homes of growing size that ``process`` fills; what goes wrong is in ``log``."""

    folder: Path
    sizes: tuple[int, ...]
    process: subprocess.Popen[str]
    log: IO[str]

    def measure(self, report: Report) -> None:
        """Add the figures and curves to ``report``; what could not be filled or opened is absent, with a note."""
        note(f"Waiting for {self.sizes[-1]} memories to have been told …")
        lines, _ = self.process.communicate()
        filled = [msgspec.json.decode(line, type=Filled) for line in lines.splitlines()]
        measured = {}
        for home in filled:
            if (one := self._measured(home)) is not None:
                measured[home] = one
                note(f"{_short(home.size)} memories: recall {statistics.median(one.recall.clock_ms):.1f} ms")
        if measured:
            _add_figures(report, measured)
        for size in sorted({*self.sizes} - {home.size for home in measured}):
            report.notes.append(f"Growth to {size} could not be measured: {self._last_words()}")

    def _measured(self, home: Filled) -> Measured | None:
        command = [*_MODULE, "measure", str(self.folder / str(home.size))]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        return None if run.returncode else msgspec.json.decode(run.stdout, type=Measured)

    def _last_words(self) -> str:
        self.log.seek(0)
        return (self.log.read().strip().splitlines() or ["its process ended."])[-1]


def _add_figures(report: Report, measured: Mapping[Filled, Measured]) -> None:
    for home, one in measured.items():
        at = _short(home.size)
        embedding = statistics.median(one.embed.clock_ms)
        report.metrics[f"recall_ms.p50_at_{at}"] = _middle(one.recall, {"embedding the question": embedding})
        report.metrics[f"recall_ms.p50_after_add_at_{at}"] = _middle(one.recall_after_add)
        report.metrics[f"add_ms.p50_at_{at}"] = _middle(one.add)
        report.metrics[f"open_s.at_{at}"] = Metric(one.open_seconds, unit="s")
        report.metrics[f"rss_mb.at_{at}"] = Metric(one.rss_mb, unit="MB")
        report.metrics[f"disk_mb.at_{at}"] = Metric(home.disk_mb, unit="MB")
    last = list(measured)[-1]
    report.metrics["add_ms.p50"] = _middle(measured[last].add)
    report.curves["growth"] = _curves(measured)
    report.notes += [
        f"Growth: {last.turns} invented turns, {last.size} memories with what they tell, in {last.seconds:.0f} s.",
        *_NOTES,
    ]


def _middle(times: Times, beside: Mapping[str, float] | None = None) -> Metric:
    processor = {"processor time": statistics.median(times.processor_ms)}
    return repeated(times.clock_ms, unit="ms", baselines={**(beside or {}), **processor})


def _curves(measured: Mapping[Filled, Measured]) -> tuple[Curves, ...]:
    x = tuple(float(home.size) for home in measured)

    def curves(title: str, unit: str, **lines: list[float]) -> Curves:
        named = {name.replace("_", " "): tuple(values) for name, values in lines.items()}
        return Curves(title, unit, "memories", x, named)

    def middle(times: Iterable[Times]) -> list[float]:
        return [statistics.median(each.clock_ms) for each in times]

    return (
        curves(
            "time to recall",
            "ms",
            recall=middle(one.recall for one in measured.values()),
            just_after_an_addition=middle(one.recall_after_add for one in measured.values()),
            embedding_the_question=middle(one.embed for one in measured.values()),
        ),
        curves("time to add a turn", "ms", add=middle(one.add for one in measured.values())),
        curves("memory of the process", "MB", resident=[one.rss_mb for one in measured.values()]),
        curves("size of the home on disk", "MB", disk=[home.disk_mb for home in measured]),
    )


def _short(size: int) -> str:
    """``10k`` for 10,000."""
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)
