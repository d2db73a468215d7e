"""What ``twin bench speech`` reckons with: splits, the texts that a person corrects to, what learning does to what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twin.benchmarks.adaptation import BASE, HINTS, TWIN, UNAIDED, Trial, figures, term_recall, utterances, wer
from twin.benchmarks.labels import as_corrected, shuffled
from twin.benchmarks.peak import Peak
from twin.benchmarks.person import Learning
from twin.benchmarks.recordings import Recording
from twin.benchmarks.splits import by_folder, split_of
from twin.benchmarks.transfer import transfer
from twin.benchmarks.wording import capitals_per_100_words, marks_per_100_words, right_words, says, word_errors
from twin.domain import GateReport, RunState, TrainingRun
from twin.errors import NotUnderstoodError


def manifest(*splits: str, name: str = "a") -> list[Recording]:
    folder = Path(name)
    return [Recording(folder / f"{at}.wav", f"number {at}", "", split, folder) for at, split in enumerate(splits)]


def numbers(recordings: tuple[Recording, ...]) -> list[int]:
    return [int(one.path.stem) for one in recordings]


# --- splits ----------------------------------------------------------------------------------------------------


def test_the_first_are_learned_and_the_next_held_out() -> None:
    plain = manifest(*[""] * 6)
    split = split_of(plain, 3, 2)
    assert (numbers(split.learn), numbers(split.test)) == ([0, 1, 2], [3, 4])
    assert numbers(split_of(plain, 3, None).test) == [3, 4, 5]


def test_the_manifest_s_own_split_is_kept() -> None:
    split = split_of(manifest("test", "learn", "learn", "test", "learn"), 2, None)
    assert (numbers(split.learn), numbers(split.test)) == ([1, 2], [0, 3])


def test_drawn_splits_differ_by_seed_and_stay_in_order() -> None:
    plain = manifest(*[""] * 20)
    drawn = [split_of(plain, 10, None, seed=seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    for split in drawn:
        assert numbers(split.learn) == sorted(numbers(split.learn))
        assert sorted(numbers(split.learn) + numbers(split.test)) == list(range(20))


def test_too_few_to_hold_any_out() -> None:
    with pytest.raises(NotUnderstoodError, match="a has 3 recordings"):
        split_of(manifest("", "", ""), 3, None)


def test_manifests_stay_apart_and_in_their_order() -> None:
    untold = Recording(Path("b/9.wav"), "", folder=Path("b"))
    found = by_folder([*manifest("", name="b"), *manifest("", "", name="a"), untold])
    assert [(folder.name, len(recordings)) for folder, recordings in found.items()] == [("b", 1), ("a", 2)]


# --- labels ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "said", "corrected"),
    [
        # a corpus that knows case and punctuation is taken at its word
        ("the cat sat", "The cat sat.", "The cat sat."),
        # what is right keeps its writing
        ("The cat sat, on Monday.", "the cat sat on monday", "The cat sat, on Monday."),
        # another word takes the place and the marks of what was misheard
        ("The cat sat.", "the cat spat", "The cat spat."),
        ("Let sat.", "that sat", "That sat."),
        ("It rained. He left, he said.", "it rained we left he said", "It rained. We left, he said."),
        # words that were not said go, and the mark behind them stays
        ("The cat sat down.", "the cat sat", "The cat sat."),
        # words that were not heard come
        ("The cat down.", "the cat sat down", "The cat sat down."),
        ("", "the cat", "The cat"),
        # another way of writing the same is left as it stands
        ("Mr. Smith had 20 cats.", "mister smith had twenty cats", "Mr. Smith had 20 cats."),
    ],
)
def test_what_a_person_corrects_to(shown: str, said: str, corrected: str) -> None:
    assert as_corrected(shown, said) == corrected


def test_shuffled_texts_are_others_and_the_rest_is_as_it_was() -> None:
    texts = [f"text {at}" for at in range(20)]
    found = shuffled(texts, 0.2, seed=3)
    assert sum(now != was for now, was in zip(found, texts, strict=True)) == 4
    assert sorted(found) == sorted(texts)
    assert found == shuffled(texts, 0.2, seed=3) != shuffled(texts, 0.2, seed=4)
    assert shuffled(["one"], 1.0, seed=0) == ["one"]


# --- texts -----------------------------------------------------------------------------------------------------


def test_texts_are_compared_as_spoken() -> None:
    assert word_errors("It's twenty cats.", "it is 20 dogs") == 1
    assert right_words("the cat sat down", "a cat sat up down") == {1, 2, 3}
    assert says("We use Kubernetes.", "kubernetes")
    assert not says("We use Kubernete.", "kubernetes")
    assert marks_per_100_words(["Yes, it is.", "no"]) == 50
    assert capitals_per_100_words(["Yes, it is.", "no"]) == 25


# --- transfer --------------------------------------------------------------------------------------------------


def test_transfer_of_three_tasks() -> None:
    before = [0.1, 0.2, 0.3]
    after = [[0.9, 0.3, 0.3], [0.8, 0.9, 0.5], [0.7, 0.9, 0.8]]
    found = transfer(before, after)
    assert found.accuracy == pytest.approx((0.7 + 0.9 + 0.8) / 3)
    assert found.backward == pytest.approx(((0.7 - 0.9) + (0.9 - 0.9)) / 2)
    assert found.forward == pytest.approx(((0.3 - 0.2) + (0.5 - 0.3)) / 2)


# --- figures ---------------------------------------------------------------------------------------------------


def trial(corpus: str, heard: dict[str, list[str]]) -> Trial:
    folder = Path(corpus)
    said = ("the cat sat on zarvox", "a dog ran by")
    test = tuple(
        Recording(folder / f"{at}.wav", text, "Zarvox" if at == 0 else "", folder=folder)
        for at, text in enumerate(said)
    )
    general = {BASE: ["the old man"], UNAIDED: ["the cold man"]}
    return Trial(corpus, test, heard, general, Learning(1.0, Peak()))


HEARD = {
    BASE: ["the cat sat on the box", "a dog ran buy"],
    HINTS: ["The cat sat on Zarvox.", "a dog ran buy"],
    TWIN: ["The cat sat on Zarvox.", "a dog ran by"],
    UNAIDED: ["The cat sat on Zarvox.", "a dog ran buy"],
}
GENERAL = (Recording(Path("general/0.wav"), "the old man"),)


def test_figures_of_one_twin() -> None:
    metrics = figures([trial("a", HEARD)], GENERAL)
    personal = metrics["personal_wer"]
    assert personal.value == 0
    assert personal.baselines == {BASE: pytest.approx(100 * 3 / 9), HINTS: pytest.approx(100 / 9), UNAIDED: 100 / 9}
    assert metrics["personal_wer_reduction"].value == 1
    assert metrics["term_recall.unaided"].value == 1
    assert metrics["term_recall.unaided"].baselines[BASE] == 0
    assert metrics["general_wer_delta"].value == pytest.approx(100 / 3)
    assert metrics["general_words_kept"].value == pytest.approx(2 / 3)
    assert metrics["marks_per_100_words"].value > metrics["marks_per_100_words"].baselines[BASE] == 0
    assert not any(name.startswith("approve_to_live_s") for name in metrics)  # nothing was trained


def test_what_learning_costs() -> None:
    run = TrainingRun(
        "r1", "p1", RunState.FINISHED, "", "{}", ("c1",), (), None, datetime(2026, 3, 4, tzinfo=UTC),
        gate=GateReport(True, {}, {}), seconds={"train": 20.0, "prove": 10.0},
    )  # fmt: skip
    learning = Learning(40.0, Peak(own=1.0, children=2.0), run, Path("merged"))
    metrics = figures([replace(trial("a", HEARD), learning=learning)], ())
    assert learning.promoted
    assert metrics["approve_to_live_s"].value == 40
    assert metrics["approve_to_live_s.train"].value == 20
    assert metrics["approve_to_live_s.other"].value == 10
    assert metrics["peak_rss_gb"].value == 2
    assert metrics["peak_rss_gb"].baselines == {"process of the twin": 1}


def test_figures_of_several_corpora_are_a_mean_and_each() -> None:
    worse = {**HEARD, TWIN: HEARD[BASE]}
    metrics = figures([trial("a", HEARD), trial("b", worse)], ())
    assert metrics["personal_wer_reduction"].value == pytest.approx(0.5)
    assert metrics["a.personal_wer_reduction"].value == 1
    assert metrics["b.personal_wer_reduction"].value == 0
    assert "general_wer_delta" not in metrics


def test_all_that_was_heard_is_written_down() -> None:
    sheet = utterances([trial("a", HEARD)])
    assert sheet.columns[-4:] == (BASE, HINTS, TWIN, UNAIDED)
    assert sheet.rows[1][-4:] == ("a dog ran buy", "a dog ran buy", "a dog ran by", "a dog ran buy")


def test_recall_and_errors() -> None:
    one = trial("a", HEARD)
    assert term_recall(one.test, HEARD[BASE]) == 0
    assert wer(one.test, HEARD[UNAIDED]) == pytest.approx(100 / 9)
