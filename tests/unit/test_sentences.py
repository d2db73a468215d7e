"""Which kind of sentence it is: what the rest goes by."""

from __future__ import annotations

import pytest

from twin.sentences import EVERYTHING, asked_to_forget


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("forget everything", EVERYTHING),
        ("Please forget everything you know about me.", EVERYTHING),
        ("delete everything you know", EVERYTHING),
        ("forget everything about Anna", "Anna"),
        ("forget what I said about coffee", "coffee"),
        ("forget m12", "m12"),
        ("forget it", None),
        ("I forget names easily", None),
    ],
)
def test_what_is_to_be_forgotten(text: str, topic: str | None) -> None:
    assert asked_to_forget(text) == topic
