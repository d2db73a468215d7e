"""Ages from birthdays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from agents.ages import Born, age_from, asks_age, born
from twin.domain import Memory, MemoryKind, Recalled, RecallMode, Recollection

SAID = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("3 March 1986", Born(1986, date(1986, 3, 3))),
        ("the 3rd of March 1986", Born(1986, date(1986, 3, 3))),
        ("March 3rd, 1986", Born(1986, date(1986, 3, 3))),
        ("1986-12-24", Born(1986, date(1986, 12, 24))),
        ("24 Dec 1986", Born(1986, date(1986, 12, 24))),
        ("March 1986", Born(1986, month=3)),
        ("1986", Born(1986)),
        ("3 March", None),
        ("31 February 1986", None),
    ],
)
def test_the_day_in_what_was_told(text: str, known: Born | None) -> None:
    assert born(text) == known


def test_an_age_counts_birthdays_that_were() -> None:
    known = Born(1986, date(1986, 11, 24))
    assert (known.age(date(2026, 11, 23)), known.age(date(2026, 11, 24))) == ("39", "40")
    assert Born(1986).age(date(2026, 11, 23)) == "39 or 40"
    assert [Born(1986, month=month).age(date(2026, 11, 23)) for month in (10, 11, 12)] == ["40", "39 or 40", "39"]
    assert Born(2024, date(2024, 2, 29)).age(date(2025, 2, 28)) == "0"


@pytest.mark.parametrize("question", ["How old am I?", "what's my age", "how old is my sister now?"])
def test_questions_for_an_age(question: str) -> None:
    assert asks_age(question)
    assert not asks_age("how old is the bridge?")


def recalled(text: str, slot: str, value: str, question: str) -> Recollection:
    known = Memory("m1", MemoryKind.FACT, text, ("t1",), SAID, SAID, slot=slot, value=value)
    return Recollection(question, (Recalled(known, 0.97, {"slot": 1.0}, text, SAID),), 0.97, RecallMode.FULL)


def test_the_answer_quotes_what_it_is_reckoned_from() -> None:
    mine = recalled("I was born on 3 March 1986", "self.birthday", "3 March 1986", "how old am I?")
    answer = age_from(mine, NOW, UTC)
    assert answer is not None
    assert answer.text == "You are 40. You told me on 4 March 2026: “I was born on 3 March 1986.”"
    assert answer.sources[0].memory_id == "m1"
    hers = recalled("My sister was born on 3 March 1990", "sister.birthday", "3 March 1990", "how old is my sister?")
    answer = age_from(hers, NOW, UTC)
    assert answer is not None
    assert answer.text.startswith("Your sister is 36.")
    assert age_from(recalled("My birthday is 3 March", "self.birthday", "3 March", "how old am I?"), NOW, UTC) is None
    assert age_from(recalled("I was born on 3 March 1986", "self.birthday", "3 March 1986", "x?"), NOW, UTC) is None
    future = recalled("I was born in 2031", "self.birth year", "2031", "how old am I?")
    assert age_from(future, NOW, UTC) is None
