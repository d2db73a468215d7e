"""Courtesies, and nothing but: whole turns."""

from __future__ import annotations

import pytest

from agents.courtesies import courteous


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("Hi!", "Hello!"),
        ("hey there", "Hello!"),
        ("Good morning, twin.", "Good morning!"),
        ("how are you?", "All is well"),
        ("Hello, how are you today?", "All is well"),
        ("thanks!", "You're welcome."),
        ("OK, thank you so much", "You're welcome."),
        ("thanks, that's all for today", "You're welcome."),
        ("Great, thanks, bye!", "See you."),
        ("see you tomorrow", "See you."),
        ("Good night", "Good night."),
        ("ok", "All right."),
    ],
)
def test_a_courtesy(said: str, begins: str) -> None:
    reply = courteous(said)
    assert reply is not None
    assert reply.startswith(begins)


@pytest.mark.parametrize(
    "said",
    [
        "Hi, what is my name?", "hello world program in C", "thanks to Anna I live in Bonn", "ok, I live in Bonn",
        "good morning is my favourite song", "How are you made?", "byebye is a song by NSYNC", "yes", "no", "",
        "greet me",
    ],
)  # fmt: skip
def test_what_says_more_is_none(said: str) -> None:
    assert courteous(said) is None


def test_who_gave_their_name_is_called_by_it() -> None:
    assert courteous("hi", "Nadia") == "Hello, Nadia! Tell me something, or ask me what I know."
    assert courteous("good evening", "Nadia") == "Good evening, Nadia!"
    assert courteous("bye", "Nadia") == "See you, Nadia. What you told me is kept."
