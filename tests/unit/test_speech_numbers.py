"""Numbers in dictations: digits from a threshold, words below it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.domain import Word
from twin.speech.numbers import write_numbers

FROM_TEN = {
    "I have twenty three cats and 3 dogs.": "I have 23 cats and three dogs.",
    "one of them, no one knows": "one of them, no one knows",
    "a hundred people and ten thousand dogs": "a hundred people and 10,000 dogs",
    "one hundred and five": "105",
    "Two million.": "2 million.",
    "2 and a half million": "two and a half million",
    "forty-two": "42",
    "twenty, thirty and forty": "20, 30 and 40",
    "7, 8 and 9.": "seven, eight and nine.",
    "In 2 or 3 days.\nThen 4 more.": "In two or three days.\nThen four more.",
    "the third time": "the third time",
    "the twenty first century": "the 21st century",
    "I will wait a second. The second one.": "I will wait a second. The second one.",
    # with units
    "Five percent of 8 people": "5% of eight people",
    "It grew by two point five per cent.": "It grew by 2.5%.",
    "It cost twenty dollars and fifty cents.": "It cost $20.50.",
    "They paid fifty euros.": "They paid €50.",
    "It weighs five kilos.": "It weighs 5 kilos.",
    "page five, chapter 3": "page 5, chapter 3",
    # times and dates
    "at five thirty p.m. or at 5 p.m.": "at 5:30 p.m. or at 5 p.m.",
    "at 3:30": "at 3:30",
    "half past five": "half past five",
    "the third of March twenty twenty six": "3 March 2026",
    "It was March third.": "It was March 3.",
    "In nineteen eighty four, it rained.": "In 1984, it rained.",
    # rows of digits, marks, other signs
    "Call 5 5 5 1 2 3": "Call 5 5 5 1 2 3",
    "version 3.5 costs $5": "version 3.5 costs $5",
    "“Three” and (four)": "“Three” and (four)",
}


def words(text: str) -> list[Word]:
    return [Word(word, i * 0.3, i * 0.3 + 0.3, 0.9 - 0.01 * i) for i, word in enumerate(text.split())]


@pytest.mark.parametrize("heard", FROM_TEN)
def test_digits_from_ten(heard: str) -> None:
    assert write_numbers(heard, words(heard), digits_from=10)[0] == FROM_TEN[heard]


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("I have three cats and twelve dogs.", "I have 3 cats and 12 dogs."),
        ("one of them", "one of them"),
        ("the third time", "the 3rd time"),
        ("at 9", "at 9"),
    ],
)
def test_digits_always(heard: str, written: str) -> None:
    assert write_numbers(heard, words(heard), digits_from=0)[0] == written


def test_words_up_to_a_hundred() -> None:
    assert write_numbers("42 or 99 or 120", words("42 or 99 or 120"), digits_from=100)[0] == (
        "forty-two or ninety-nine or 120"
    )


def test_a_written_number_covers_the_time_in_which_it_was_said() -> None:
    heard = words("I have twenty three cats")
    _, written = write_numbers("I have twenty three cats", heard, digits_from=10)
    assert [word.word for word in written] == ["I", "have", "23", "cats"]
    assert (written[2].start, written[2].end) == (heard[2].start, heard[3].end)
    assert written[2].probability == min(heard[2].probability, heard[3].probability)


@given(st.lists(st.sampled_from(
    """five twenty three hundred million and point zero p.m. percent dollars cents March of the third second nineteen
    3 17 4.5 5th $3 a dog. one, per cent""".split()  # noqa: SIM905
), max_size=12), st.integers(0, 120))  # fmt: skip
def test_the_words_are_those_of_the_text(tokens: list[str], digits_from: int) -> None:
    text = " ".join(tokens)
    written, said = write_numbers(text, words(text), digits_from=digits_from)
    assert written.split() == [word.word for word in said]
