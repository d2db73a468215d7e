"""The baselines are honest: they find what plain retrieval finds."""

from __future__ import annotations

import pytest

from tests.fakes import FakeEmbedder
from twin.benchmarks.baselines import BASELINES, fuse, rank_plainly
from twin.benchmarks.corpora import Said
from twin.benchmarks.ranking import Ranking
from twin.domain import Speaker


def said(**texts: str) -> list[Said]:
    return [Said(key, text, "Mira", Speaker.OTHER, "s") for key, text in texts.items()]


def rank(question: str, **texts: str) -> dict[str, Ranking]:
    (rankings,) = rank_plainly(said(**texts), [question], FakeEmbedder())
    return rankings


def test_all_are_there() -> None:
    rankings = rank("bees?", a="bees", b="honey")
    assert tuple(rankings) == BASELINES
    assert all(ranking.first(1) == ["a"] for ranking in rankings.values())


def test_words_are_stemmed_and_stop_words_left_out() -> None:
    found = rank("What did she sing about the choirs?", a="The singing choir.", b="What did she do about the rest?")
    assert list(found["bm25"].scores) == ["a"]


def test_rare_words_weigh_more_and_long_texts_less() -> None:
    assert rank("honey bees", a="bees", b="bees", c="honey")["bm25"].first(1) == ["c"]
    assert rank("bees", a="bees one two three four", b="bees")["bm25"].first(1) == ["b"]


def test_a_word_that_every_text_has_still_counts() -> None:
    """It does not in FTS5's own BM25, which makes a weak opponent in a small memory."""
    assert rank("bees", a="bees", b="bees bees")["bm25"].scores["b"] > 0


@pytest.mark.parametrize("question", ["", "what is it?", '"quoted" AND (odd', "unheard"])
def test_questions_that_match_nothing(question: str) -> None:
    found = rank(question, a="bees", b="honey")
    assert found["bm25"] == Ranking({}, 0.0)
    assert len(found["rrf"].scores) == 2


def test_the_speaker_and_the_day_can_be_asked_for() -> None:
    assert rank("Mira", a="bees")["bm25"].scores
    assert rank("Mira", a="bees")["dense"].certainty > rank("Mira", a="bees")["dense_bare"].certainty


def test_fusion_goes_by_ranks() -> None:
    one, other = Ranking({"a": 9.0, "b": 8.9, "c": 0.1}, 9.0), Ranking({"c": 0.2, "b": 0.1}, 0.2)
    fused = fuse(one, other)
    assert list(fused.scores) == ["c", "b", "a"]
    assert fused.scores["c"] == pytest.approx(1 / 61 + 1 / 63)
    assert fused.certainty == fused.scores["c"]
