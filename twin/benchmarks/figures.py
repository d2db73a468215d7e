"""What a report is made of: figures, curves, and sheets of figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure; ``ci`` is its 95% interval where it was measured more than once."""

    value: float
    ci: tuple[float, float] | None = None
    baselines: Mapping[str, float] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Curves:
    """How one quantity grows with another: lines over the same positions ``x``, both axes logarithmic (``powers``) or
    as they are."""

    title: str
    unit: str
    along: str
    x: tuple[float, ...]
    lines: Mapping[str, tuple[float, ...]]
    powers: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """Figures that are too many to be metrics; written beside the report as CSV."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]

    def csv(self) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows((self.columns, *self.rows))
        return text.getvalue()
