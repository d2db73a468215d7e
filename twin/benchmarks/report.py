"""What a bench prints and writes: one document of figures with their intervals and baselines, and a plot of them."""

from __future__ import annotations

import os
import platform
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil
from rich.table import Table

from twin import __version__
from twin.benchmarks.figures import Curves, Metric, Sheet
from twin.benchmarks.plots import plot_curves, plot_metrics
from twin.cli.render import note, out
from twin.paths import atomic_write

_RESAMPLES = 2000


@dataclass(slots=True)
class Report:
    bench: str
    settings: Mapping[str, Any]
    when: datetime = field(default_factory=lambda: datetime.now(UTC))
    metrics: dict[str, Metric] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    curves: dict[str, tuple[Curves, ...]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The report as ``--json`` prints it. A figure that was not measured is absent."""
        return {
            "bench": self.bench,
            "when": self.when,
            "machine": machine(),
            "settings": self.settings,
            "metrics": self.metrics,
            "notes": self.notes,
        }


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "twin": __version__,
        "load_average": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def bootstrap(
    values: Sequence[float],
    statistic: Callable[[Sequence[float]], float] = statistics.median,
    *,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95% percentile-bootstrap interval of ``statistic`` (Efron 1979), 2,000 resamples."""
    chance = random.Random(seed)  # noqa: S311 - statistics, not secrets
    draws = sorted(statistic(chance.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return draws[int(0.025 * _RESAMPLES)], draws[int(0.975 * _RESAMPLES)]


def repeated(values: Sequence[float], *, unit: str = "", baselines: Mapping[str, float] | None = None) -> Metric:
    """The median of repeated measurements, with its interval."""
    return Metric(statistics.median(values), bootstrap(values), baselines or {}, unit)


def print_report(report: Report) -> None:
    """The report as a table, for people."""
    table = Table(title=f"twin bench {report.bench}", box=None, title_justify="left", pad_edge=False)
    for column in ("figure", "value", "95%", "beside"):
        table.add_column(column, justify="left" if column in ("figure", "beside") else "right")
    for name, metric in report.metrics.items():
        interval = "" if metric.ci is None else f"{metric.ci[0]:.3g} … {metric.ci[1]:.3g}"
        beside = ", ".join(f"{other} {value:.3g}" for other, value in metric.baselines.items())
        table.add_row(name, f"{metric.value:.4g} {metric.unit}".strip(), interval, beside)
    out.print(table)
    for line in report.notes:
        note(line)


def write_report(report: Report, folder: Path) -> None:
    """Write ``NAME.json``, ``NAME-SHEET.csv`` for each sheet and, where matplotlib is installed, ``NAME.svg`` and
    ``NAME-CURVES.svg`` into ``folder``, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(folder / f"{report.bench}.json", mode=0o644) as file:
        file.write(msgspec.json.format(msgspec.json.encode(report.document()), indent=2) + b"\n")
    for name, sheet in report.sheets.items():
        with atomic_write(folder / f"{report.bench}-{name}.csv", mode=0o644) as file:
            file.write(sheet.csv().encode())
    try:
        plot_metrics(report.metrics, folder / f"{report.bench}.svg")
        for name, curves in report.curves.items():
            plot_curves(curves, folder / f"{report.bench}-{name}.svg")
    except ImportError:
        note("No plot without matplotlib: pip install 'twin[bench]'.")
