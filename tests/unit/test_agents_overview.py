"""All that memory has, and what was told in a time: which questions ask for it, and what the answer lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.overview import Overview, asks_overview, overview
from twin.domain import Memory, MemoryKind, MemoryStatus

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # a Wednesday
TODAY = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)


def known(id: str, text: str, at: datetime = NOW, kind: MemoryKind = MemoryKind.FACT, **more: object) -> Memory:
    plain = Memory(id=id, kind=kind, text=text, source_ids=(f"t{id[1:]}",), learned_at=at, true_from=at)
    return replace(plain, **more)  # type: ignore[arg-type]


HOME = known("m1", "I live in Ghent", NOW - 2 * DAY)
SISTER = known("m2", "my sister Lien")
KIDS = known("m3", "my sister Lien has two kids", source_ids=("t2",))
TEA = known("m4", "I love tea", NOW - DAY, MemoryKind.PREFERENCE)
PAST = known("m5", "I live in Bonn", NOW - 3 * DAY, true_until=NOW - 2 * DAY)
PRIVATE = known("m6", "I hate my boss", status=MemoryStatus.PRIVATE)
WRONG = known("m7", "I live in Rome", true_until=NOW)
ALL = (HOME, SISTER, KIDS, TEA, PAST, PRIVATE, WRONG)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What do you know about me?", Overview()),
        ("tell me everything you know about me", Overview()),
        ("what do you remember about me so far?", Overview()),
        ("Summarise what you know about me", Overview()),
        ("Tell me about myself", Overview()),
        ("What do you know?", Overview()),
        ("what do you know so far?", Overview()),
        ("do you remember me?", Overview()),
        ("what have I told you?", Overview(told=True)),
        ("summarise what I told you today", Overview(TODAY, None, told=True)),
        ("What did I tell you yesterday?", Overview(TODAY - DAY, TODAY, told=True)),
        ("a summary of everything I've told you this week", Overview(TODAY - 2 * DAY, None, told=True)),
        ("what did I tell you in the past few days?", Overview(TODAY - 7 * DAY, None, told=True)),
        ("what have I told you over the last week", Overview(TODAY - 7 * DAY, None, told=True)),
        ("what did I tell you last week?", Overview(TODAY - 9 * DAY, TODAY - 2 * DAY, told=True)),
        ("what did I tell you first?", Overview(told=True, only="first")),
        ("what did I just tell you?", Overview(told=True, only="last")),
        ("What was the last thing I told you?", Overview(told=True, only="last")),
    ],
)
def test_questions_for_everything(question: str, asked: Overview) -> None:
    assert asks_overview(question, NOW, UTC) == asked


@pytest.mark.parametrize(
    "question",
    [
        "What do you know about my sister?",
        "what do you know about bees?",
        "What did I tell you about Anna?",
        "What did you tell me yesterday?",
        "summarise what I told you about the garden",
        "what do I like?",
        "what do I say?",
        "what do we share?",
        "what did I tell you 3000000 days ago?",
        "who told you about me?",
        "What did I say to Anna first?",
    ],
)
def test_questions_for_something_in_particular(question: str) -> None:
    assert asks_overview(question, NOW, UTC) is None


def test_all_that_holds_is_listed_by_kind_and_nothing_twice() -> None:
    answer = overview(ALL, Overview(), UTC)
    assert answer.text.splitlines() == [
        "You told me:",
        "- 25 November 2026: “My sister Lien has two kids.”",
        "- 23 November 2026: “I live in Ghent.”",
        "- 24 November 2026: “I love tea.”",
    ]
    assert [source.memory_id for source in answer.sources] == ["m3", "m1", "m4"]
    assert answer.sources[0].source_id == "t2"


def test_what_was_told_in_a_time() -> None:
    yesterday = overview(ALL, Overview(TODAY - DAY, TODAY, told=True), UTC)
    assert yesterday.text == "You told me on 24 November 2026: “I love tea.”"
    before = overview(ALL, Overview(None, TODAY - DAY, told=True), UTC)
    assert "“I live in Bonn.”" in before.text
    nothing = overview((HOME,), Overview(TODAY, None, told=True), UTC)
    assert nothing.abstained
    assert "nothing new" in nothing.text
    assert overview((), Overview(), UTC).abstained


def test_what_somebody_else_said_or_was_dictated_is_not_told_as_told() -> None:
    answer = overview((HOME, TEA), Overview(), UTC, told_by=lambda one: "You dictated" if one is TEA else "You told me")
    assert answer.text.splitlines() == [
        "I have this:",
        "- You told me, 23 November 2026: “I live in Ghent.”",
        "- You dictated, 24 November 2026: “I love tea.”",
    ]


def test_the_first_and_the_last() -> None:
    assert "Bonn" in overview(ALL, Overview(told=True, only="first"), UTC).text
    assert "two kids" in overview(ALL, Overview(told=True, only="last"), UTC).text


def test_what_is_too_much_for_an_answer_is_counted() -> None:
    many = [known(f"m{number}", f"I own boat number {number}") for number in range(1, 21)]
    lines = overview(many, Overview(), UTC).text.splitlines()
    assert lines[0] == "You told me on 25 November 2026:"
    assert lines[1] == "- “I own boat number 20.”"
    assert (len(lines), lines[-1]) == (14, "And 8 more: `twin know`.")
