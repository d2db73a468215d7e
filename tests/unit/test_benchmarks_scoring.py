"""From rankings to figures: what is counted, what is left out, and what stands beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from twin.benchmarks.baselines import BASELINES
from twin.benchmarks.corpora import Asked, Purpose
from twin.benchmarks.ranking import Ranking
from twin.benchmarks.scoring import ARMS, Answered, categories, score


def answered(asked: Asked, corpus: str = "locomo", certainty: float = 0.0, **found: str) -> Answered:
    """``found`` are keys by arm; arms that are not named found nothing."""
    rankings = {
        arm: Ranking({key: -float(place) for place, key in enumerate(found.get(arm, ""))}, certainty) for arm in ARMS
    }
    return Answered(corpus, asked, rankings)


def about(evidence: str, category: str = "1") -> Asked:
    return Asked("?", frozenset(evidence), category)


def test_the_margin_is_over_the_best_baseline() -> None:
    figures = score(
        [
            answered(about("a"), twin="a", dense="x", bm25="a"),
            answered(about("b"), twin="b", dense="b", bm25="x"),
            answered(about("c"), twin="x", dense="x", bm25="c"),
        ]
    )
    recall = figures["locomo.recall_at_10"]
    assert recall.value == pytest.approx(2 / 3)
    assert recall.baselines == pytest.approx({"dense": 1 / 3, "bm25": 2 / 3, "rrf": 0, "dense_bare": 0})
    margin = figures["locomo.recall_at_10.margin"]
    assert (margin.value, margin.baselines) == (0, {"bm25": 0})
    assert margin.ci is not None
    assert margin.ci[0] < 0 < margin.ci[1]


def test_questions_without_evidence_do_not_count() -> None:
    figures = score([answered(about("a"), twin="a"), answered(about(""), twin="x")])
    assert figures["locomo.recall_at_10"].value == 1


def test_corrected_evidence_stands_beside_the_headline() -> None:
    figures = score(
        [
            answered(replace(about("a"), corrected=frozenset("b")), twin="b"),
            answered(about("c"), twin="c"),
        ]
    )
    assert figures["locomo.recall_at_10"].value == 0.5
    assert figures["locomo.recall_at_10.corrected"].value == 1


def test_preferences_count_when_they_are_among_the_first_five() -> None:
    figures = score(
        [
            answered(about("e"), "prefeval", twin="abcde"),
            answered(about("f"), "prefeval", twin="abcdef"),
        ]
    )
    assert figures.keys() == {"prefeval.hit_at_5", "prefeval.hit_at_5.margin"}
    assert figures["prefeval.hit_at_5"].value == 0.5


def test_old_and_new_values() -> None:
    update = replace(about("on"), stale=frozenset("o"), fresh=frozenset("n"))
    figures = score(
        [
            answered(update, "beam", twin="no", dense="on"),
            answered(update, "beam", twin="on", dense="on"),
            answered(update, "beam", twin="x", dense="on"),
            answered(about("x"), "beam", twin="x"),
        ]
    )
    assert figures["beam.stale_above_fresh"].value == pytest.approx(1 / 3)
    assert figures["beam.stale_above_or_level"].value == pytest.approx(2 / 3), "neither found is level"
    assert figures["beam.stale_above_fresh"].baselines["dense"] == 1


def test_questions_about_the_past_are_figures_of_their_own() -> None:
    past = Asked("?", frozenset("o"), "1", Purpose.PAST, stale=frozenset("o"), fresh=frozenset("n"))
    figures = score(
        [
            answered(about("a"), "beam", twin="a"),
            answered(past, "beam", twin="on"),
            answered(past, "beam", twin="no"),
        ]
    )
    assert figures["beam.recall_at_10"].value == 1
    assert figures["beam.past_value.recall_at_10"].value == 1
    assert figures["beam.past_value.old_first"].value == 0.5
    assert "beam.stale_above_fresh" not in figures


def test_abstention_tells_what_has_no_answer_from_what_has() -> None:
    absent = Asked("?", frozenset("z"), "5", Purpose.ABSENT)
    figures = score(
        [
            answered(about("a"), certainty=0.9, twin="a"),
            answered(about("b"), certainty=0.4, twin="b"),
            answered(absent, certainty=0.5),
            answered(absent, certainty=0.1),
        ]
    )
    assert figures["locomo.abstention_auroc"].value == 0.75
    assert set(figures["locomo.abstention_auroc"].baselines) == set(BASELINES)
    assert figures["locomo.recall_at_10"].value == 1, "what has no answer is not recalled"


def test_categories() -> None:
    sheet = categories(
        [answered(about("a", "1"), twin="a"), answered(about("b", "2"), bm25="b"), answered(about("c", "2"), twin="c")]
    )
    assert sheet.columns == ("corpus", "category", "questions", "figure", *ARMS)
    assert sheet.rows[0] == ("locomo", "1", 1, "recall_at_10", 1.0, 0, 0, 0, 0)
    assert sheet.rows[2] == ("locomo", "2", 2, "recall_at_10", 0.5, 0, 0.5, 0, 0)
