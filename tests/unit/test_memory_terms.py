"""Words and stems are those of the full-text index; the banks of questions tell advice from recall."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.recall.banks import make_banks, questions
from memory.recall.terms import Stemmer, content_words, words_of
from memory.recall.traits import traits_of
from memory.store.database import Database
from tests.fakes import FakeEmbedder
from twin.ports import Embedder


def test_terms_are_stems_of_words_of_weight() -> None:
    terms = Stemmer().terms("What did Anna's cousins say about the running café’s latte?")
    assert terms == ["anna", "cousin", "sai", "run", "cafe", "latt"]


@given(st.lists(st.from_regex(r"\A[A-Za-zäéñØß']{1,12}\Z"), min_size=1, max_size=8))
def test_what_the_stemmer_says_the_index_finds(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    """A text is found by every stem of its words."""
    text = " ".join(words)
    database = Database(Path(tmp_path_factory.mktemp("lexicon")) / "ledger.sqlite3")
    try:
        with database.transaction() as connection:
            connection.execute("INSERT INTO lexicon (rowid, text) VALUES (4, ?)", (text,))
        database.rows("CREATE VIRTUAL TABLE temp.spoken USING fts5vocab (main, lexicon, instance)")
        held = {row["term"] for row in database.rows("SELECT DISTINCT term FROM temp.spoken")}
        stems = Stemmer().stems(content_words(words_of(text)))
        assert {stem for stem in stems if stem} <= held
    finally:
        database.close()


def test_traits_of_a_text() -> None:
    def of(text: str) -> tuple[bool, bool, bool, bool, bool]:
        traits = traits_of(text, words_of(text))
        return (traits.asks > 0, traits.first_person > 0, traits.number > 0, traits.time > 0, traits.liking > 0)

    assert of("I can't stand tea, my sister told you?") == (True, True, False, False, True)
    assert of("The meeting moved to next Tuesday at 10.") == (False, False, True, True, False)
    assert traits_of("word " * 80, ["word"] * 80).borrows == 0.5
    assert traits_of("word", ["word"]).borrows == 1.0


def test_the_banks_are_made_once_and_read_again(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    made = make_banks(embedder, folder=tmp_path / "banks")
    (kept,) = (tmp_path / "banks").iterdir()
    embedder.embedded.clear()
    assert np.array_equal(make_banks(embedder, folder=tmp_path / "banks").advice, made.advice)
    assert embedder.embedded == []
    kept.write_bytes(b"damaged")
    assert np.array_equal(make_banks(embedder, folder=tmp_path / "banks").recall, made.recall)


def test_the_banks_hold_each_question_once() -> None:
    for bank in questions():
        assert len(set(bank)) == len(bank) > 500


@pytest.mark.weights
def test_a_wish_for_advice_is_told_from_a_question_for_what_was_said(minilm: Embedder) -> None:
    banks = make_banks(minilm)
    advice = ["Can you suggest a quiet hotel near the lake?", "I need a new laptop for drawing. Any recommendations?"]
    recall = ["When did Ingrid start her new job?", "How much did I pay for the sofa?"]
    assert all(banks.advising(vector) > 0.8 for vector in minilm.embed(advice))
    assert all(banks.advising(vector) < 0.2 for vector in minilm.embed(recall))
    general, particular = minilm.embed(["I like good recommendations.", "The fuse is behind the mirror."])
    assert banks.hubness(np.stack([general, particular])).argmax() == 0
