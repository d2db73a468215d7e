"""``twin bench dictation`` as it is typed, on sentences of our own spoken by a packaged voice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from twin.benchmarks.known_terms import trades_in
from twin.benchmarks.recordings import load_recordings
from twin.cli import run

pytestmark = pytest.mark.weights

_LINES = (
    # spoken, text, term, split
    ("We keep the keys in Zarvox.", "We keep the keys in Zarvox.", "Zarvox", "test"),
    ("We kept the old keys in Zarvox.", "We kept the old keys in Zarvox.", "Zarvox", "learn"),
)


@pytest.fixture(scope="module")
def data(voice: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trade with a term of its own and a distractor, and a recording of ordinary speech."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "trade").mkdir()
    (folder / "plain").mkdir()
    (folder / "distractors.txt").write_text("Aberystwyth\n")
    manifest = []
    for number, (spoken, text, term, split) in enumerate(_LINES):
        voice.save(spoken, str(folder / "trade" / f"{number}.wav"), seed=1)
        manifest.append(json.dumps({"audio": f"{number}.wav", "text": text, "term": term, "split": split}))
    (folder / "trade" / "manifest.jsonl").write_text("\n".join(manifest) + "\n")
    sentence = "The old man walked down the road and looked at the river for a long time before he went home."
    voice.save(sentence, str(folder / "plain" / "a.wav"), seed=1)
    line = {"audio": "a.wav", "text": sentence}
    (folder / "plain" / "manifest.jsonl").write_text(json.dumps(line) + "\n")
    return folder


def test_trades_are_tested_on_their_test_sentences_with_distractors_known(data: Path) -> None:
    (trade,) = trades_in(load_recordings([data]))
    assert (trade.name, trade.vocabulary) == ("trade", ("Zarvox", "Aberystwyth"))
    assert [recording.split for recording in trade.recordings] == ["test"]


def test_hints_and_live_speech(data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    command = ["bench", "dictation", "--data", str(data), "--part", "hints", "--part", "live", "--json"]
    assert run([*command, "--out", str(out)]) == 0, capfd.readouterr().err
    metrics = json.loads(capfd.readouterr().out)["metrics"]
    for name in (
        "rtf_ratio", "hinted_share", "term_recall.hints", "trade.term_recall.hints", "other_words_wer_delta",
        "false_insertions", "general_wer_delta", "partials_per_s", "endpoint_to_text_s.p50", "endpoint_to_text_s.p95",
    ):  # fmt: skip
        assert name in metrics
    assert metrics["false_insertions"]["value"] == 0
    assert metrics["general_wer_delta"]["value"] == 0
    assert set(metrics["term_recall.hints"]["baselines"]) == {"no hints", "flat list"}
    assert (out / "dictation-hints.csv").read_text().startswith("corpus,recording,term")


def test_a_part_that_there_is_not(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "dictation", "--data", str(data), "--part", "nonsense"]) == 1
    assert "There are: hints" in capfd.readouterr().err
