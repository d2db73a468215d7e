"""What the twin said before: which questions ask for it, of when, and what of its replies answers them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agents.about_twin import About, asks_about_twin
from agents.said_before import asks_what_it_said, exchanges, find, told_again, wanted
from twin.domain import FORGOTTEN_PLACEHOLDER, PRIVATE_PLACEHOLDER, Speaker, Turn

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


def talk(*pairs: tuple[str, str, datetime], route: str = "open") -> tuple[Turn, ...]:
    turns = []
    for asked, reply, at in pairs:
        turns.append(Turn(f"t{len(turns) + 1}", "s", Speaker.PERSON, asked, at))
        turns.append(Turn(f"t{len(turns) + 1}", "s", Speaker.TWIN, reply, at, route))
    return tuple(turns)


TALK = talk(
    ("How can I sleep better?", "Try to go to bed at the same time.", NOW - 8 * DAY),
    ("Recommend me a book about bees.", "You could read The Hive.", NOW - DAY),
    ("Tell me about rivers.", "Rivers are lovely.", NOW - DAY),
    ("Thanks!", "You're welcome.", NOW - DAY / 24),
)


@pytest.mark.parametrize(
    "question",
    [
        "What did you tell me about sleeping better yesterday?",
        "what did you recommend",
        "Which book did you suggest last week?",
        "What was your advice on the garden?",
        "what was the book you recommended?",
        "Remind me what you said about Rust",
        "did you ever mention a film?",
        "Do you remember what we talked about last week?",
        "What have you told me today?",
        "what did you just say?",
    ],
)
def test_questions_for_what_it_said(question: str) -> None:
    assert asks_about_twin(question) is About.SAID


@pytest.mark.parametrize(
    "question",
    [
        "what did you say my sister's name was?",  # that is memory's to answer, from the person's own words
        "What did you tell me I like?",
        "did you tell me that I live in Bonn?",
        "What did I tell you about Anna?",
        "what did Anna tell you?",
        "What would you recommend for dinner?",
        "What do you suggest?",
        "can you tell me a joke?",
        "what have you learned this week?",
        "why did you write it so?",
        "what do you know about me?",
    ],
)
def test_questions_for_something_else(question: str) -> None:
    assert not asks_what_it_said(question)


@pytest.mark.parametrize(
    ("question", "replies"),
    [
        ("What did you tell me about sleeping better?", ["t2"]),
        ("What did you tell me about sleeping better yesterday?", []),
        ("What did you tell me about sleep last week?", ["t2"]),
        ("Which book did you recommend?", ["t4"]),
        ("What did you recommend?", ["t4"]),  # thanks are no advice
        ("What did you just say?", ["t8"]),
        ("What did you tell me yesterday?", ["t6", "t4"]),
        ("What did you tell me on Tuesday?", ["t6", "t4"]),
        ("what did we talk about 8 days ago?", ["t2"]),
        ("What did you say about volcanoes?", []),
    ],
)
def test_replies_are_found_by_their_words_and_time(question: str, replies: list[str]) -> None:
    found = find(tuple(exchanges(TALK)), wanted(question, NOW, UTC))
    assert [one.reply.id for one in found] == replies


def test_what_is_no_reply_of_its_own_is_not_told_again() -> None:
    hidden = talk(
        ("What did you say about rivers?", "On 24 November, I said: “Rivers are lovely.”", NOW),
        ("a river", FORGOTTEN_PLACEHOLDER, NOW),
        (PRIVATE_PLACEHOLDER, "rivers", NOW),
    )
    assert not list(exchanges(hidden))
    assert not list(exchanges(talk(("Rivers?", "They said another assistant's rivers.", NOW), route="")))


def test_it_is_quoted_with_its_date_and_whose_words_they_are() -> None:
    (found, *_) = exchanges(TALK[:2])
    answer = told_again((found,), UTC)
    assert answer.text == (
        "On 17 November 2026, when you asked “How can I sleep better?”, I said: “Try to go to bed at the same time.”"
    )
    assert [(source.source_id, source.teller) for source in answer.sources] == [("t2", "I")]
    assert told_again((), UTC).abstained
