"""Proving on ordinary speech: a second helping of it where the first leaves the matter open, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twin.training import judging
from twin.training.general import Purpose, Recording
from twin.training.plan import MERGED, Plan, Standing
from twin.training.progress import Reporter
from twin.training.recipe import SPEECH

SENTENCE = "The ferry leaves at half past seven in the morning."


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(
        base=str(tmp_path / "base"), base_sha256="b" * 64, language="en", compute_type="int8", beam_size=1, threads=1,
        recipe=SPEECH, learn=(), replay=(), folds=(), parent=None, live=None, states=str(tmp_path / "states"),
        cache=str(tmp_path / "cache"),
    )  # fmt: skip


def recordings(plan: Plan, purpose: Purpose) -> tuple[Recording, ...]:
    counts = {Purpose.GENERAL: 60, Purpose.MORE: 60, Purpose.SHORT: 2}
    return tuple(Recording(f"{purpose}-{n:03}", SENTENCE, np.zeros(10, np.float32)) for n in range(counts[purpose]))


@pytest.mark.parametrize(
    ("swapped", "looks"),
    [
        (0, 1),
        (5, 2),  # in five sentences the candidate is better, in five worse: of sixty that may be chance
    ],
)
def test_more_of_it_is_heard_where_it_is_open(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: int, looks: int
) -> None:
    wrong = {MERGED: set(range(swapped)), "base": set(range(10, 10 + swapped))}
    prepared: list[Purpose] = []
    heard: list[tuple[str, str]] = []

    class Ears:
        def __init__(self, plan: Plan, weights: Path, *, own_encoder: bool = False) -> None:
            self.name = weights.name

        def hear(self, audio: Any, name: str) -> str:
            heard.append((self.name, name))
            kind, _, number = name.partition("-")
            if kind == "silence":
                return ""
            return (
                SENTENCE.replace("ferry", "fairy")
                if kind == "general" and int(number) in wrong[self.name]
                else SENTENCE
            )

    monkeypatch.setattr(judging, "Hearer", Ears)
    monkeypatch.setattr(judging, "spoken", recordings)
    monkeypatch.setattr(judging, "prepare_spoken", lambda plan, purpose, reporter: prepared.append(purpose))
    told: list[Standing] = []
    ordinary = judging._general(tmp_path, plan, Reporter(told.append, 100.0))
    assert ordinary.looks == looks
    assert any("more ordinary speech" in standing.message for standing in told) is (looks == 2)
    assert len(ordinary.scores) == 60 * looks
    assert prepared == [Purpose.MORE] * (looks - 1)
    assert not ordinary.silence_failures
    # what the base hears is kept for the next candidate
    heard.clear()
    judging._general(tmp_path, plan, Reporter(lambda standing: None, 100.0))
    assert {weights for weights, _ in heard} == {MERGED}
