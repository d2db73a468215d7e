"""The buffer: what is learned from, what is refused and why, what is replayed, how it is split."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corrections import MONDAY, accent, example, taught
from twin.domain import AudioSource, Buffer, Correction, Edited, SpokenCommand, Utterance
from twin.learning.buffer import ANOTHER_TEXT, Thresholds, fold_count, folds, gather, reservoir
from twin.sounds import letters

Taught = tuple[Utterance, Correction]

NOW = MONDAY + timedelta(days=30)


def gathered(*pairs: Taught, thresholds: Thresholds | None = None) -> Buffer:
    return gather(pairs, now=NOW, holds_secret=lambda text: "hunter2" in text, thresholds=thresholds)


def by_voice(pair: Taught) -> Taught:
    utterance, correction = pair
    command = SpokenCommand("new line", "new line", 2, 4)
    return replace(utterance, edited=Edited(utterance.heard, utterance.words, (command,))), correction


def test_an_example_has_the_persons_own_words_as_they_stand() -> None:
    utterance, correction = taught(1, "I use open rider daily", "I use OpenRouter, daily!")
    (found,) = gather([(utterance, correction)], now=NOW, holds_secret=lambda _: False, domain_of=str.upper).examples
    assert (found.id, found.utterance_id, found.audio_sha256) == ("c1", "u1", "sha-1")
    assert (found.heard, found.said) == ("I use open rider daily", "I use OpenRouter, daily!")
    assert (found.edits, found.at, found.domain) == (correction.edits, MONDAY, "I USE OPENROUTER, DAILY!")


def test_a_confirmation_is_as_good_as_a_correction() -> None:
    assert len(gathered(taught(1, "it was right", "it was right")).examples) == 1


LONG = "we looked at the plan for the new house and then we went home"
OTHER = "a kettle boils water faster if its lid stays shut during all that time"


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (taught(1, "a b c", "a b c", private=True), "private"),
        (taught(1, "a b c", " ! "), "Nothing is said"),
        (taught(1, "a b c", "a b c", seconds=0.0), "Nothing is said"),
        (taught(1, "a b c", "a b c", seconds=30.1), "longer than 30 s"),
        (by_voice(taught(1, "one two new line", "one two")), "edited by voice"),
        (taught(1, "a b c", "a b c", at=NOW - timedelta(days=731)), "older than 2 years"),
        (taught(1, "a b c", "a b c", at=NOW - timedelta(days=90), later=timedelta(days=31)), "more than 30 days after"),
        (taught(1, "we met my friend in town", "we saw that person somewhere outside"), "reworded"),
        (taught(1, "we ran the tests with jenkins", "we ran the tests with Terraform"), "1 of its 6 words"),
        (taught(1, LONG, OTHER), ANOTHER_TEXT),
        (taught(1, LONG, OTHER, source=AudioSource.IMPORT), ANOTHER_TEXT),
        (taught(1, "my pass word is hunter2", "my password is hunter2"), "secret"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(pair: Taught, reason: str) -> None:
    buffer = gathered(pair)
    assert buffer.examples == ()
    (refused,) = buffer.refused
    assert refused.id == "c1"
    assert reason in refused.reason


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("I sink zis is wery hart to say at all", "I think this is very hard to say at all"),  # misheard throughout
        ("the plan for the house is on the table", "the plan for the big house is on the table"),  # a word was dropped
        ("we meet at twenty five hello street", "We meet at 25, Hello Street."),
    ],
)
def test_mishearings_dropped_words_and_ways_of_writing_are_admitted(heard: str, said: str) -> None:
    assert len(gathered(taught(1, heard, said)).examples) == 1


def test_a_text_that_was_read_out_may_be_further_from_what_was_heard() -> None:
    heard, said = "we met my friend in town at noon", "we met another person in town at four"
    assert gathered(taught(1, heard, said)).examples == ()
    assert len(gathered(taught(1, heard, said, source=AudioSource.IMPORT)).examples) == 1


def test_of_one_recording_the_newest_word_stands() -> None:
    old = taught(1, "I met shawn there", "I met Sean there", audio="same")
    again = taught(2, "I met shawn there", "I met Sean there", audio="same", later=timedelta(hours=1))
    other = taught(3, "I met shawn there", "I met Shaun there", audio="same", later=timedelta(hours=2))
    assert [one.id for one in gathered(old, again).examples] == ["c2"]
    buffer = gathered(old, again, other)
    assert [one.said for one in buffer.examples] == ["I met Shaun there"]
    assert [(one.id, "newer text" in one.reason) for one in buffer.refused] == [("c1", True), ("c2", True)]


def test_a_wrong_newer_text_does_not_stand_over_a_right_older_one() -> None:
    right = taught(1, LONG, LONG, audio="same")
    wrong = taught(2, LONG, OTHER, audio="same", later=timedelta(hours=1))
    assert [one.id for one in gathered(right, wrong).examples] == ["c1"]


def test_of_many_recordings_of_one_sentence_the_newest_are_taken() -> None:
    pairs = [taught(n, "call me back", "Call me back!", at=MONDAY + timedelta(hours=n)) for n in range(1, 7)]
    buffer = gathered(*pairs)
    assert [one.id for one in buffer.examples] == ["c4", "c5", "c6"]
    assert [one.id for one in buffer.refused] == ["c1", "c2", "c3"]
    assert "same sentence" in buffer.refused[0].reason


def test_shuffled_texts_are_kept_out() -> None:
    texts = [f"{one} {two}" for one in SENTENCES for two in SENTENCES if one != two]
    moved = [*texts[17:], *texts[:17]]
    buffer = gathered(*(taught(n, heard, said) for n, (heard, said) in enumerate(zip(texts, moved, strict=True), 1)))
    assert len(buffer.examples) <= 0.05 * len(texts)


SENTENCES = (
    "the gardener trims every hedge before the summer ends",
    "please send her my regards when you arrive in Lisbon",
    "our train leaves from platform nine at half past six",
    "nobody remembered where those old keys had been hidden",
    "a strong wind pushed the little boats out of the harbour",
    "I would rather cook something simple tonight than go out",
)


# --- what is replayed -------------------------------------------------------------------------------------------


def test_the_reservoir_has_each_domain_and_month_in_proportion() -> None:
    examples = [
        *accent(60, start=MONDAY),
        *accent(30, first=100, start=MONDAY + timedelta(days=100)),
        *accent(10, first=200, domain="medicine"),
    ]
    sample = reservoir(examples, 20)
    assert Counter(one.domain for one in sample) == {"": 18, "medicine": 2}
    assert Counter(one.at.month for one in sample if not one.domain) == {3: 12, 6: 6}
    assert list(sample) == sorted(sample, key=lambda one: (one.at, one.id))


def test_the_reservoir_leaves_no_domain_out_first() -> None:
    sample = reservoir([*accent(50), *accent(1, first=200, domain="law"), *accent(1, first=300, domain="music")], 3)
    assert {one.domain for one in sample} == {"", "law", "music"}


@given(st.integers(0, 40), st.integers(0, 50), st.randoms())
def test_the_reservoir_is_always_the_same_and_grows_by_what_it_lacks(
    count: int, size: int, shuffler: random.Random
) -> None:
    examples = list(accent(max(1, count)))[:count]
    sample = reservoir(examples, size)
    assert len(sample) == min(count, size)
    assert set(sample) <= set(reservoir(examples, size + 1))
    shuffler.shuffle(examples)
    assert reservoir(examples, size) == sample


# --- what is judged by ------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 12), max_size=40), st.integers(1, 5), st.randoms())
def test_folds_are_disjoint_complete_and_keep_repeats_together(
    sentences: list[int], count: int, shuffler: random.Random
) -> None:
    examples = [example(n, f"sentence {s}", f"Sentence, {s}!" if n % 2 else f"sentence {s}") for n, s in
                enumerate(sentences)]  # fmt: skip
    parts = folds(examples, count)
    assert len(parts) == min(count, len(set(sentences)))
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in examples)
    assert all(parts)
    for sentence in set(sentences):
        assert sum(any(letters(one.said) == f"sentence{sentence}" for one in part) for part in parts) == 1
    shuffler.shuffle(examples)
    assert folds(examples, count) == parts


def test_folds_are_of_like_size() -> None:
    assert [len(part) for part in folds(accent(61), 2)] in ([30, 31], [31, 30])


def test_many_examples_need_fewer_folds() -> None:
    assert [fold_count(count) for count in (10, 59, 60, 300)] == [4, 4, 2, 2]
