"""Counting word errors: what was said counts, not how it is written."""

from __future__ import annotations

import pytest

from twin.learning.normalising import normalised
from twin.learning.scoring import WordErrors, word_errors


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Behind the house until he was almost ninety.", "behind the house, until he was almost 90"),
        ("The only colour left.", "the only color left"),
        ("It's Twenty-one, please.", "it is 21 please"),
        ("", " "),
    ],
)
def test_another_way_of_writing_is_no_error(said: str, heard: str) -> None:
    assert word_errors(said, heard).errors == 0


def test_substitutions_insertions_and_deletions_are_counted_against_what_was_said() -> None:
    assert word_errors("Ask OpenRouter about the froom.", "ask open rider about froom") == WordErrors(3, 5)
    assert word_errors("", "thank you") == WordErrors(2, 0)


def test_in_other_languages_words_stay_as_they_are() -> None:
    assert normalised("Es ging um zwölf Äpfel, um drei.", "de") == "es ging um zwölf äpfel um drei"
    assert word_errors("Es ging um Äpfel.", "es ging äpfel", "de") == WordErrors(1, 4)
