"""What is faster than anybody speaks was not spoken."""

from __future__ import annotations

import pytest

from twin.speech.unspoken import unspoken


@pytest.mark.parametrize(
    ("words", "seconds", "too_fast"),
    [(22, 0.65, True), (9, 0.99, True), (5, 0.7, True), (5, 0.9, False), (3, 0.1, False), (40, 8.0, False)],
)
def test_how_much_can_be_said_in_a_time(words: int, seconds: float, *, too_fast: bool) -> None:
    assert unspoken(words, seconds) is too_fast
