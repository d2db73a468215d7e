"""Which kind of sentence it is: what the rest goes by."""

from __future__ import annotations

import pytest

from twin.sentences import EVERYTHING, asked_to_forget, asks_of_the_past, is_question, off_the_record


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


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Off the record: I hate my boss.", "I hate my boss."),
        ("off the record, what is my name?", "what is my name?"),
        ("This is private: I'm leaving.", "I'm leaving."),
        ("This is confidential - I'm leaving", "I'm leaving"),
        ("Don't remember this: I'm leaving", "I'm leaving"),
        ("Please don't store this. I'm leaving.", "I'm leaving."),
        ("Just between us: I'm leaving", "I'm leaving"),
        ("I'm leaving, but don't remember that.", "I'm leaving"),
        ("I'm leaving (off the record)", "I'm leaving"),
        ("I'm leaving. Keep this between us, please.", "I'm leaving"),
        ("I’m leaving. That’s off the record!", "I'm leaving"),
        ("don't remember this", ""),
        ("I don't remember this song", None),
        ("The file is private", None),
        ("My private key is in the drawer", None),
        ("Do you remember this?", None),
        ("I keep it in the drawer", None),
        ("I told her it was off the record but she wrote it down", None),
    ],
)
def test_what_is_off_the_record(text: str, rest: str | None) -> None:
    assert off_the_record(text) == rest


@pytest.mark.parametrize(
    "question", ["where did I live?", "what was my job", "what did I like before", "my former boss"]
)
def test_questions_for_the_past(question: str) -> None:
    assert asks_of_the_past(question)
    assert not asks_of_the_past("where do I live?")


def test_a_question_may_open_with_since_when() -> None:
    assert is_question("since when do I live here")
