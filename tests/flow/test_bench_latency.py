"""What ``twin bench latency`` measures on the screen, on a small scale and with the real engine; no time is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.benchmarks.recordings import speak
from twin.benchmarks.report import Report
from twin.benchmarks.screen import Extent, measure_keys, measure_long
from twin.errors import NotUnderstoodError
from twin.paths import Home
from twin.settings import load_settings

SMALL = Extent(keys=4, messages=200, openings=1, pages=8)


@pytest.mark.weights
def test_keys_are_timed_idle_and_beside_recognition_and_training(home: Home, tmp_path: Path) -> None:
    report = Report("latency", settings={})
    measure_keys(report, home.create(), load_settings(home), speak(tmp_path)[:2], SMALL)
    for name in ("p50", "p95", "p50_training", "p95_training"):
        assert report.metrics[f"key_to_screen_ms.{name}"].value > 0.1  # a letter of before would be there at once


@pytest.mark.weights
def test_a_long_conversation_is_opened_and_looked_back_through(home: Home) -> None:
    report = Report("latency", settings={})
    measure_long(report, home.create(), SMALL)
    assert {"open_10k_s", "scroll_ms.p50", "scroll_ms.p95", "ui_rss_mb.10k"} == set(report.metrics)


def test_a_part_that_there_is_not_is_said(home: Home) -> None:
    from twin.benchmarks.latency import run

    with pytest.raises(NotUnderstoodError, match="tui"):
        run([], ["tui"])
