"""Case and punctuation out of what was heard, for texts that have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corrections import words_of
from twin.learning.restoring import lack_case, restored
from twin.sounds import letters

WORDS = st.lists(st.sampled_from(["we", "deploy", "it", "on", "friday", "kafka", "i"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("heard", "text", "whole"),
    [
        ("The fox, he said, was here.", "THE FOX HE SAID WAS HERE", "The fox, he said, was here."),
        ("We deploy it with cuddle.", "we deploy it with kubectl", "We deploy it with kubectl."),
        ("Yes, I asked Katrine.", "YES I ASKED CATHERINE", "Yes, I asked Catherine."),
        ("Mr. Hale paid 42 dollars.", "MISTER HALE PAID FORTY TWO DOLLARS", "Mr. Hale paid 42 dollars."),
        ("So hello there.", "hello there", "Hello there."),
        ("Stop talking.", "STOP TALKING NOW", "Stop talking now."),
        ("Is that what I think?", "is that what i think it is", "Is that what I think it is?"),
        ("Hello.", "hello i'm late", "Hello I'm late."),
    ],
)
def test_words_are_written_as_they_were_heard(heard: str, text: str, whole: str) -> None:
    assert restored(text, words_of(heard, 0.9)) == whole


@given(WORDS, WORDS)
def test_the_words_stay_those_of_the_text(heard: list[str], said: list[str]) -> None:
    shown = (" ".join(heard) + ".").capitalize()
    whole = restored(" ".join(said).upper(), words_of(shown, 0.9))
    assert letters(whole) == letters(" ".join(said))


@pytest.mark.parametrize(
    ("texts", "lack"),
    [
        (["HELLO THERE", "GO ON"], True),
        (["hello there", "go on"], True),
        (["hello there", "Go on."], False),
        (["hello there"] * 19 + ["Go on."], True),
        (["kubectl get pods", "Then we left."], False),
        (["今日は", "はい"], False),
        (["42"], False),
        ([], False),
    ],
)
def test_a_dataset_lacks_case_if_hardly_a_text_has_both(texts: list[str], lack: bool) -> None:
    assert lack_case(texts) is lack
