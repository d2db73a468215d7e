"""``twin bench speech`` as it is typed, on sentences of our own spoken by a packaged voice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from twin.cli import run
from twin.training.recipe import SPEECH

pytestmark = pytest.mark.weights

_LINES = (
    # text, term, split
    ("We keep the keys in Zarvox.", "Zarvox", "learn"),
    ("Ask Zarvox for the old keys.", "Zarvox", "learn"),
    ("The keys are kept in Zarvox.", "Zarvox", "test"),
)
_ORDINARY = "The old man walked down the road and looked at the river."


@pytest.fixture(scope="module")
def data(voice: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trade with a term of its own, and a recording of ordinary speech that is in both manifests."""
    folder = tmp_path_factory.mktemp("data")
    lines: dict[str, list[dict[str, str]]] = {"trade": [], "plain": []}
    for name, (text, term, split) in [*(("trade", line) for line in _LINES), ("plain", (_ORDINARY, "", ""))]:
        (folder / name).mkdir(exist_ok=True)
        audio = f"{len(lines[name])}.wav"
        voice.save(text, str(folder / name / audio), seed=1)
        lines[name].append({"audio": audio, "text": text, "term": term, "split": split})
    lines["trade"].insert(0, {"audio": "../plain/0.wav", "text": _ORDINARY.lower(), "term": "", "split": "learn"})
    for name, of_manifest in lines.items():
        (folder / name / "manifest.jsonl").write_text("\n".join(map(json.dumps, of_manifest)) + "\n")
    return folder


def test_what_is_live_beside_its_baselines(
    data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin.benchmarks.speech.SPEECH", replace(SPEECH, epochs=1, least_steps=1, batch=2))
    command = ["bench", "speech", "--data", str(data / "trade"), "--general", str(data / "plain"), "--learn", "2"]
    assert run([*command, "--part", "standard", "--out", str(tmp_path), "--json"]) == 0, capfd.readouterr().err
    report = json.loads(capfd.readouterr().out)
    metrics = report["metrics"]
    for name in (
        "personal_wer", "personal_wer_reduction", "term_recall.unaided", "term_recall.hints", "general_wer_delta",
        "general_words_kept", "marks_per_100_words", "capitals_per_100_words",
    ):  # fmt: skip
        assert name in metrics
    assert set(metrics["personal_wer"]["baselines"]) == {"base", "hints", "unaided", "standard"}
    assert (metrics["general_wer_delta"]["value"], metrics["general_words_kept"]["value"]) == (0, 1)
    assert "approve_to_live_s" not in metrics  # two are too few to train on
    assert any("not live (There is nothing to train on yet.)" in told for told in report["notes"])
    assert (tmp_path / "speech-utterances.csv").read_text().startswith("corpus,trial,recording,term,said,base,hints")


def test_what_it_cannot_measure(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    command = ["bench", "speech", "--data", str(data / "trade"), "--learn", "2"]
    assert run([*command, "--part", "nonsense"]) == 1
    assert "There are: main" in capfd.readouterr().err
    assert run([*command, "--part", "sequence"]) == 1
    assert "two manifests" in capfd.readouterr().err


def test_what_a_kill_leaves(data: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.benchmarks.killing._LATEST_SECONDS", 1.0)
    command = ["bench", "speech", "--data", str(data / "trade"), "--part", "kill", "--kills", "1", "--json"]
    assert run(command) == 0, capfd.readouterr().err
    metrics = json.loads(capfd.readouterr().out)["metrics"]
    assert (metrics["lost_after_kill"]["value"], metrics["half_adapters_after_kill"]["value"]) == (0, 0)
    acknowledged = int(metrics["lost_after_kill"]["unit"].split()[1])
    assert acknowledged >= 4
