"""Plots of a report as SVG. Needs matplotlib, which comes with the extra ``bench``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twin.benchmarks.figures import Curves, Metric

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = "xs^vD+*P"
_COLOURS = ("tab:orange", "tab:green", "tab:red", "tab:purple", "tab:brown", "tab:gray")


def plot_metrics(metrics: Mapping[str, Metric], target: Path) -> None:
    """Each figure as a dot with its interval and its baselines as marks; figures of one family and unit share an axis.

    Raises ``ImportError`` without matplotlib.
    """
    from matplotlib.figure import Figure

    families = _families(metrics)
    others = list(dict.fromkeys(other for metric in metrics.values() for other in metric.baselines))
    heights = [0.35 * len(members) + 0.7 for members in families]
    figure = Figure(figsize=(9, max(1.5, sum(heights))), layout="constrained")
    axes = figure.subplots(max(1, len(families)), squeeze=False, gridspec_kw={"height_ratios": heights or [1]})[:, 0]
    for axis, members in zip(axes, families, strict=False):
        _plot_family(axis, members, others)
    figure.savefig(target)


def plot_curves(curves: Sequence[Curves], target: Path) -> None:
    """Each set of curves on an axis of its own. Raises ``ImportError`` without matplotlib."""
    from matplotlib.figure import Figure

    across = min(2, len(curves))
    down = -(-len(curves) // across)
    figure = Figure(figsize=(4.5 * across, 3.2 * down), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False).ravel()
    for axis in axes[len(curves) :]:
        axis.set_visible(False)
    for axis, one in zip(axes, curves, strict=False):
        for place, (name, values) in enumerate(one.lines.items()):
            axis.plot(one.x, values, marker=_MARKERS[place % len(_MARKERS)], markersize=4, label=name)
        if one.powers:
            _count_in_powers(axis)
        axis.set_title(f"{one.title} ({one.unit})", loc="left", fontsize=9)
        axis.set_xlabel(one.along, fontsize=8)
        axis.tick_params(labelsize=7)
        axis.grid(visible=True, which="major", alpha=0.25)
        if len(one.lines) > 1:
            axis.legend(fontsize=7, frameon=False)
    figure.savefig(target)


def _count_in_powers(axis: Axes) -> None:
    """Logarithmic both ways, with numbers as one writes them."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axis.set_xscale("log")
    axis.set_yscale("log")
    for one, steps in ((axis.xaxis, (1,)), (axis.yaxis, (1, 2, 5))):
        one.set_major_locator(LogLocator(subs=steps))
        one.set_minor_locator(NullLocator())
        one.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def _families(metrics: Mapping[str, Metric]) -> list[list[tuple[str, Metric]]]:
    families: dict[tuple[str, str], list[tuple[str, Metric]]] = {}
    for name, metric in metrics.items():
        families.setdefault((name.partition(".")[0], metric.unit), []).append((name, metric))
    return list(families.values())


def _plot_family(axis: Axes, members: Sequence[tuple[str, Metric]], others: Sequence[str]) -> None:
    """``others`` are all baselines of the report, so that one has the same mark everywhere."""
    lowest = highest = 0.0
    shown: set[str] = set()
    for row, (_, metric) in enumerate(members):
        if metric.ci is not None:
            axis.hlines(row, *metric.ci, linewidth=4, alpha=0.35, color="tab:blue")
        axis.plot([metric.value], [row], "o", color="tab:blue")
        for other, value in metric.baselines.items():
            place = others.index(other)
            axis.plot(
                [value],
                [row],
                _MARKERS[place % len(_MARKERS)],
                color=_COLOURS[place % len(_COLOURS)],
                markersize=5,
                label="" if other in shown else other,
            )
            shown.add(other)
        values = (metric.value, *(metric.ci or ()), *metric.baselines.values())
        lowest, highest = min(lowest, *values), max(highest, *values)
    axis.set_xlim(lowest * 1.1, highest * 1.1 or 1)
    axis.set_ylim(len(members) - 0.5, -0.5)
    axis.set_yticks(
        range(len(members)), [f"{name} = {metric.value:.4g} {metric.unit}".strip() for name, metric in members]
    )
    axis.tick_params(labelsize=7)
    axis.spines[["right", "top"]].set_visible(False)
    if shown:
        axis.legend(fontsize=7, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
