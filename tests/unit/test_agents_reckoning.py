"""Sums, the date and the time are reckoned; what only looks like a sum is left alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agents.reckoning import reckoned

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=ZoneInfo("Europe/Brussels"))  # a Monday


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What's 17 times 23?", "17 × 23 = 391"),
        ("what is seventeen times twenty-three", "17 × 23 = 391"),
        ("how much is 15% of 80?", "15 ÷ 100 × 80 = 12"),
        ("12*12", "12×12 = 144"),
        ("2^10", "2^10 = 1,024"),
        ("what is (3+4)*2?", "(3+4)×2 = 14"),
        ("What is 1,200 divided by 7", "1200 ÷ 7 = 171.428571429"),
        ("0.1 + 0.2", "0.1 + 0.2 = 0.3"),
        ("calculate 9 squared", "9^2 = 81"),
        ("what is 7 / 0", "Nothing can be divided by zero."),
        ("-3 + 5", "-3 + 5 = 2"),
        ("what is 2+2=", "2+2 = 4"),
        ("what does 2 + 2 equal?", "2 + 2 = 4"),
        ("calculate 24/7", "24÷7 = 3.4285714286"),
        ("what's the square root of 144?", "√144 = 12"),
        ("what is 3 - 1, twin?", "3 - 1 = 2"),
    ],
)
def test_a_sum(asked: str, answer: str) -> None:
    assert reckoned(asked, NOW) == answer


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What day is it?", "It is Monday, 23 November 2026."),
        ("what's today's date", "It is Monday, 23 November 2026."),
        ("which month is it?", "It is Monday, 23 November 2026."),
        ("what day is tomorrow", "Tomorrow is Tuesday, 24 November 2026."),
        ("What day was yesterday?", "It was Sunday, 22 November 2026."),
        ("what was yesterday's date", "It was Sunday, 22 November 2026."),
        ("What's today?", "It is Monday, 23 November 2026."),
        ("What time is it?", "It is 14:05."),
        ("what time is it now please", "It is 14:05."),
        ("what time is it in Tokyo?", "Here it is 14:05. I don't know the time of other places."),
    ],
)
def test_the_date_and_the_time_where_the_person_is(asked: str, answer: str) -> None:
    assert reckoned(asked, NOW) == answer


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-23",
        "my number is 12-34",
        "what is 5",
        "call me at 10-11",
        "I work 24/7",
        "24/7",
        "555-1234",
        "what is my age",
        "What is the time of the meeting?",
        "what day is the meeting?",
        "9^9^9^9",
        "what is 2^20000?",
        "3999999^3999999",
        "what is (0-8)^0.5",
        "what is 9/11?",
        "What's 24/7?",
        "what is 50/50",
        "2019 - 2023",
        "what time is the meeting?",
        "(1+2",
        "what is __import__('os').getcwd()",
        "1 + " * 100 + "1",
    ],
)
def test_anything_else_is_no_sum(said: str) -> None:
    assert reckoned(said, NOW) is None
