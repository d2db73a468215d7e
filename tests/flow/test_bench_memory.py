"""``twin bench memory`` as it is typed, on invented corpora and on real weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.corpora import write_all, write_prefeval
from twin.cli import run

pytestmark = pytest.mark.weights


def test_everything(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_all(tmp_path / "data")
    out = tmp_path / "out"
    command = ["bench", "memory", "--data", str(tmp_path / "data"), "--memories", "40", "--json", "--out", str(out)]
    assert run(command) == 0, capfd.readouterr().err
    printed, progress = capfd.readouterr()
    metrics = json.loads(printed)["metrics"]
    assert metrics == json.loads((out / "memory.json").read_text())["metrics"]
    for name in (
        "locomo.recall_at_10", "locomo.ndcg_at_10", "locomo.recall_at_10.margin", "locomo.recall_at_10.corrected",
        "locomo.abstention_auroc", "realtalk.recall_at_10", "beam.recall_at_10", "beam.ndcg_at_10",
        "beam.stale_above_fresh", "beam.past_value.recall_at_10", "beam.abstention_auroc", "prefeval.hit_at_5",
        "prefeval_all.hit_at_5", "recall_ms.p50_at_40", "add_ms.p50", "rss_mb.at_40", "disk_mb.at_40",
    ):  # fmt: skip
        assert name in metrics
    # In memories of a handful of turns whatever is asked for is among the first ten.
    assert metrics["locomo.recall_at_10"]["value"] == 1
    assert metrics["beam.recall_at_10"]["value"] == 1
    assert metrics["prefeval.hit_at_5"]["value"] == 1
    assert set(metrics["locomo.recall_at_10"]["baselines"]) == {"dense", "bm25", "rrf", "dense_bare"}
    assert "locomo conv-1" in progress
    assert (out / "memory-categories.csv").read_text().startswith("corpus,category")


def test_growth_can_be_left_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_prefeval(tmp_path / "data")
    assert run(["bench", "memory", "--data", str(tmp_path / "data"), "--memories", "0", "--json"]) == 0
    metrics = json.loads(capfd.readouterr().out)["metrics"]
    assert {name.partition(".")[0] for name in metrics} == {"prefeval", "prefeval_all"}


def test_nothing_to_measure(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "memory", "--memories", "0"]) == 1
    assert "nothing to measure" in capfd.readouterr().err


def test_no_corpus_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "memory", "--data", str(tmp_path)]) == 1
    assert "no conversations to measure on" in capfd.readouterr().err
