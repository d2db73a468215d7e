"""Small plots of text: an interval on an axis, a bar, a curve of blocks. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from twin.domain import Interval

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇█"


def axis_of(figures: Sequence[Interval], *, zero: bool = True) -> tuple[float, float]:
    """From where to where an axis has to go to show ``figures`` whole, with ``zero`` on it if that is asked for."""
    low = min((figure.low for figure in figures), default=0.0)
    high = max((figure.high for figure in figures), default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    return (low, high) if high > low else (low, low + 1.0)


def interval_plot(figure: Interval, axis: tuple[float, float], width: int) -> str:
    """A figure as ``├──●──┤`` on an axis of ``width`` cells; zero, where the axis has it inside, is ``┊``."""
    low, high = axis

    def cell(value: float) -> int:
        return max(0, min(width - 1, round((value - low) / (high - low) * (width - 1))))

    line = ["·"] * width
    if low <= 0 <= high:
        line[cell(0)] = "┊"
    first, middle, last = cell(figure.low), cell(figure.value), cell(figure.high)
    line[first : last + 1] = "─" * (last - first + 1)
    line[first], line[last] = "├", "┤"
    line[middle] = "●"
    return "".join(line)


def bar(value: float, most: float, width: int) -> str:
    """``value`` of ``most`` as a bar of at most ``width`` cells, to the eighth of one."""
    eighths = round(max(0.0, min(1.0, value / most if most else 0.0)) * width * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def curve(values: Sequence[float], width: int) -> str:
    """The course of ``values`` in one line of blocks, each cell the mean of those that fall to it."""
    if not values:
        return ""
    width = min(width, len(values))
    cells = [values[len(values) * n // width : len(values) * (n + 1) // width] for n in range(width)]
    means = [sum(cell) / len(cell) for cell in cells]
    low, high = min(means), max(means)
    span = high - low
    return "".join(_HEIGHTS[round((mean - low) / span * 7) if span else 0] for mean in means)
