"""What a bench leaves in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from twin.benchmarks.figures import Curves, Metric, Sheet
from twin.benchmarks.report import Report, write_report


@pytest.fixture
def report() -> Report:
    report = Report("memory", settings={})
    report.metrics["locomo.recall_at_10"] = Metric(0.8, (0.7, 0.9), {"bm25": 0.6, "dense": 0.5})
    report.metrics["recall_ms.p50_at_10k"] = Metric(9.0, unit="ms")
    report.metrics["locomo.recall_at_10.margin"] = Metric(-0.1, (-0.2, 0.0), {"bm25": 0.0})
    report.curves["growth"] = (Curves("time", "ms", "memories", (1e3, 1e4), {"recall": (2, 9), "embed": (1, 1)}),)
    report.sheets["categories"] = Sheet(("corpus", "value"), (("a, or b", 0.5),))
    return report


def test_the_document(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "new")
    document = json.loads((tmp_path / "new" / "memory.json").read_text())
    assert set(document) == {"bench", "when", "machine", "settings", "metrics", "notes"}
    assert document["metrics"]["locomo.recall_at_10"] == {
        "value": 0.8, "ci": [0.7, 0.9], "baselines": {"bm25": 0.6, "dense": 0.5}, "unit": "",
    }  # fmt: skip


def test_plots_and_sheets_lie_beside_it(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    write_report(report, tmp_path)
    for name in ("memory.svg", "memory-growth.svg"):
        assert ET.parse(tmp_path / name).getroot().tag.endswith("svg")
    assert (tmp_path / "memory-categories.csv").read_text() == 'corpus,value\n"a, or b",0.5\n'


def test_a_report_without_figures_is_still_written(tmp_path: Path) -> None:
    write_report(Report("memory", settings={}), tmp_path)
    assert json.loads((tmp_path / "memory.json").read_text())["metrics"] == {}
