"""``twin bench speech --part ablations``: which variants there are, and what a row says of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from twin.benchmarks.ablations import COLUMNS, VARIANTS, Ablations, Judged, in_folds, personal_scores
from twin.benchmarks.recordings import Recording
from twin.domain import Interval, TrainingMode
from twin.errors import NotUnderstoodError
from twin.learning.gate import Score
from twin.training.plan import Clip, Heard, Outcome, Spent
from twin.training.recipe import SPEECH


def clip(number: int, text: str = "") -> Clip:
    return Clip(f"c{number}", text or f"sentence number {number}", "x.wav", "ab")


def outcome(*heard: Heard) -> Outcome:
    return Outcome(0.75, heard, (), (), (), "s", Spent({"train": 10.0, "judge": 5.04}, 2_600_000_000))


def test_each_variant_differs_from_the_defaults_and_from_the_others() -> None:
    assert VARIANTS[0].recipe == SPEECH
    assert len({(variant.recipe, variant.goes_on) for variant in VARIANTS}) == len(VARIANTS)
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
    assert {variant.recipe.mode for variant in VARIANTS} == set(TrainingMode)
    # What is trained alike is trained once.
    alike = [replace(variant.recipe, scale=SPEECH.scale, scales=()) for variant in VARIANTS if "scale" in variant.name]
    assert set(alike) == {replace(SPEECH, scales=())}


def test_a_row_has_what_the_columns_name() -> None:
    judged = Judged(Interval(0.2514, 0.1377, 0.3571), Interval(-0.672, -1.488, -0.132), outcome(), 44.56, 0.3)
    row = dict(zip(COLUMNS, judged.row("defaults"), strict=True))
    assert (row["variant"], row["fewer errors %"], row["general change, points"]) == ("defaults", 25.1, -0.67)
    assert (row["first half, fewer errors %"], row["scale"], row["training s"]) == (30.0, 0.75, 44.6)
    assert (row["all s"], row["peak GB"]) == (15.0, 2.6)
    assert replace(judged, before=None).row("defaults")[COLUMNS.index("first half, fewer errors %")] == ""


def test_repeats_of_a_sentence_are_in_one_fold() -> None:
    clips = [clip(0), clip(1, "Say it again."), clip(2), clip(3, "say it again"), clip(4)]
    assert in_folds(clips, 2) == (("c0", "c2"), ("c1", "c3", "c4"))
    assert in_folds(clips, 0) == ()


def test_only_what_both_heard_is_scored() -> None:
    heard = (
        Heard("base", "c1", "sentence numb one"), Heard("candidate", "c1", "sentence number 1"),
        Heard("base", "c2", "anything"),
    )  # fmt: skip
    assert personal_scores([clip(1), clip(2)], outcome(*heard)) == [Score("c1", 3, 1, 0)]


def test_too_few_recordings_are_said() -> None:
    nothing: Any = None
    with pytest.raises(NotUnderstoodError, match="2 recordings are too few"):
        Ablations(
            [Recording(Path("a.wav"), "a"), Recording(Path("b.wav"), "b")], (), ears=nothing, settings=nothing,
            cache=nothing, folder=Path("x"),
        )  # fmt: skip
