"""Courtesies, and nothing but: whole turns."""

from __future__ import annotations

import pytest

from agents.courtesies import courteous, still_waiting


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
        ("no thanks", "All right."),
        ("thank you so much for your help", "You're welcome."),
        ("Thanks, that's great", "You're welcome."),
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
    assert courteous("bye", "Nadia") == "See you, Nadia."


def test_a_yes_to_what_waits_for_a_command_says_that_it_waits() -> None:
    proposed = "This would go:\n- m4: “I live in Bonn.”\nNothing is forgotten yet. To forget it, say `twin forget m4`."
    for yes in ("yes", "Yes, please!", "ok", "sure, do it", "perfect"):
        said = still_waiting(yes, proposed)
        assert said is not None
        assert said.endswith("To forget it, say `twin forget m4`.")
    asked = "Do you live in Bonn or in Rome? Say `twin questions answer q1 new`, or old."
    assert "`twin questions answer q1 new`" in (still_waiting("yes", asked) or "")
    assert still_waiting("no", proposed) is None
    assert still_waiting("I live in Rome", proposed) is None
    assert still_waiting("yes", "You're welcome.") is None
