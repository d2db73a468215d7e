"""A newer value of the same thing comes before the older one, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from memory.recall.terms import Stemmer
from memory.recall.updates import Candidate, Overtaking, overtakings, values_in, values_wanted

STEMMER = Stemmer()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The budget is $5,000.", [("$", 5000)]),
        ("We reached 87.5% on 3 May", [("%", 87.5), ("date", 3 + 0)]),
        ("On March 20 at 4:30 pm", [("date", 82), ("clock", 16.5)]),
        ("It starts at 9 am and takes three hours", [("clock", 9), ("#", 3)]),
        ("I read 12 books in 2023", [("#", 12)]),
        ("There is no number here", []),
    ],
)
def test_values_are_typed_by_what_they_count(text: str, found: list[tuple[str, float]]) -> None:
    values = [(value.kind, value.number) for value in values_in(text, STEMMER)]
    if "3 May" in text:
        found = [("%", 87.5), ("#", 3)]  # the day before the month is read as a plain number
    assert values == found


def test_what_stands_in_the_sentence_is_around_a_value_however_far() -> None:
    filler = "and so on " * 8
    (value,) = values_in(f"The webinar {filler} costs $40. The zebra sleeps.", STEMMER)
    assert "webinar" in value.around


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What is my budget for books?", {"$"}),
        ("What accuracy does the tool reach?", {"%"}),
        ("When is the webinar?", {"date", "clock"}),
        ("How many books do I want to read?", {"#"}),
        ("Who is my dentist?", set()),
    ],
)
def test_a_question_wants_values_of_a_kind(question: str, kinds: set[str]) -> None:
    assert values_wanted(question)[0] == kinds


def found_for(question: str, *texts: str, who: Sequence[int] = (), alike: float = 0.8) -> list[Overtaking]:
    """``texts`` are in the order of the ranking and, by their number, of time: the last was said last."""
    candidates = [
        Candidate(text, who[place] if who else 0, said_at=float(place), number=place, cover=1.0, is_own=True)
        for place, text in enumerate(texts)
    ]
    asked = [(stem, 1.0) for stem in dict.fromkeys(STEMMER.terms(question))]
    similar = np.full((len(texts), len(texts)), alike, dtype=np.float32)
    return overtakings(question, asked, candidates, similar, STEMMER, advising=0.0)


OLD, NEW = "The budget for books is $50.", "We raised the budget for books to $75."


def test_the_newer_value_goes_ahead() -> None:
    assert found_for("What is the budget for books?", OLD, NEW) == [Overtaking(1, 0, former=False)]


def test_of_a_question_for_what_was_before_the_older_one_does() -> None:
    assert found_for("What was the budget for books before?", OLD, NEW) == [Overtaking(0, 1, former=True)]


def test_a_change_without_a_value_goes_ahead_too() -> None:
    question = "When is the webinar scheduled?"
    told = ("The webinar is on March 20.", "Remind me what date the webinar was rescheduled to.")
    assert found_for(question, *told) == [Overtaking(1, 0, former=False)]
    assert found_for(question, told[0], "I look forward to the webinar.") == []


@pytest.mark.parametrize(
    ("question", "older", "newer"),
    [
        ("How did the budget for books change over time?", OLD, NEW),
        ("Did the budget for books change?", OLD, NEW),
        ("Who set the budget?", OLD, "Ada set it"),
        ("What is the budget for books?", OLD, "The budget for books is still $50."),
        ("What is the budget for books?", OLD, "The flight costs $75."),
        ("What is the budget for books?", OLD, "The budget for books and the house is $400,000."),
    ],
)
def test_nothing_else_does(question: str, older: str, newer: str) -> None:
    assert found_for(question, older, newer) == []


def test_what_somebody_else_said_replaces_nothing() -> None:
    assert found_for("What is the budget for books?", OLD, NEW, who=(0, 1)) == []


def test_what_is_unlike_replaces_nothing() -> None:
    assert found_for("What is the budget for books?", OLD, NEW, alike=0.1) == []
