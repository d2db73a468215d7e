"""A copy of the text before is told from what was said twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from twin.domain import Word
from twin.speech.repeats import repeats

SAID = "And this method of treating the case was much more effectual."


def heard(text: str) -> Sequence[Word]:
    return [Word(word, 0.0, 0.0, 0.9) for word in text.split()]


@pytest.mark.parametrize(
    ("text", "seconds", "copied"),
    [
        ("and this method of treating the case was much more effectual", 1.5, True),
        ("this method of treating the case was much", 0.8, True),
        ("And this method of treating the case was much more effectual.", 4.0, False),
        ("and this method", 0.1, False),
        ("and that other method of treating it was not so good", 1.0, False),
    ],
)
def test_only_what_is_too_fast_and_word_for_word_is_a_copy(text: str, seconds: float, copied: bool) -> None:
    assert repeats(heard(SAID), heard(text), seconds) is copied


def test_nothing_was_said_before() -> None:
    assert not repeats([], heard(SAID), 0.5)
