"""When something was so, from how people say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.extraction.dates import moment, timing

SAID = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019", (2019, 1, 1)),
        ("March", (2026, 3, 1)),
        ("April", (2025, 4, 1)),
        ("last May", (2025, 5, 1)),
        ("March 2019", (2019, 3, 1)),
        ("3 March 2019", (2019, 3, 3)),
        ("the 3rd of March", (2026, 3, 3)),
        ("March 5th", (2025, 3, 5)),
        ("2024-05-06", (2024, 5, 6)),
        ("last year", (2025, 1, 1)),
        ("this year", (2026, 1, 1)),
        ("last month", (2026, 2, 1)),
        ("this month", (2026, 3, 1)),
        ("last week", (2026, 2, 23)),
        ("last summer", (2025, 1, 1)),
        ("last winter", (2025, 1, 1)),
        ("the summer of 2018", (2018, 1, 1)),
        ("Monday", (2026, 3, 2)),
        ("last Wednesday", (2026, 2, 25)),
        ("yesterday", (2026, 3, 3)),
        ("today", (2026, 3, 4)),
        ("two weeks ago", (2026, 2, 18)),
        ("10 days ago", (2026, 2, 22)),
        ("three months ago", (2025, 12, 1)),
        ("a year ago", (2025, 1, 1)),
        ("about twenty years ago", (2006, 1, 1)),
        ("the end of 2021", (2021, 1, 1)),
    ],
)
def test_a_date_as_it_is_said(text: str, date: tuple[int, int, int]) -> None:
    assert moment(text, SAID) == datetime(*date, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "31 February 2020", "the end", "never", "when I was young", "2026-13-01"])
def test_what_is_no_date(text: str) -> None:
    assert moment(text, SAID) is None


def test_a_date_is_where_the_person_is() -> None:
    late = datetime.fromisoformat("2026-03-05T00:30:00+01:00")
    assert moment("yesterday", late) == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clause", "bare", "since", "until", "at"),
    [
        ("Since March I have lived in Zadar", "I have lived in Zadar", (2026, 3, 1), None, None),
        ("I have lived in Zadar since 2019", "I have lived in Zadar", (2019, 1, 1), None, None),
        ("I've lived in Zadar for two years", "I've lived in Zadar", (2024, 1, 1), None, None),
        ("Until 2019 I worked for Nokia", "I worked for Nokia", None, (2019, 1, 1), None),
        ("I lived in Porto from 2012 to 2016", "I lived in Porto", (2012, 1, 1), (2016, 1, 1), None),
        ("Last year I moved to Riga", "I moved to Riga", None, None, (2025, 1, 1)),
        ("I moved to Riga two weeks ago", "I moved to Riga", None, None, (2026, 2, 18)),
        ("I live in Riga", "I live in Riga", None, None, None),
    ],
)
def test_a_clause_is_taken_apart(
    clause: str,
    bare: str,
    since: tuple[int, int, int] | None,
    until: tuple[int, int, int] | None,
    at: tuple[int, int, int] | None,
) -> None:
    found = timing(clause, SAID)
    assert found.clause == bare
    for date, expected in ((found.since, since), (found.until, until), (found.at, at)):
        assert date == (datetime(*expected, tzinfo=UTC) if expected else None)


@given(st.text(alphabet="0123456789 adgeorstmnhyw-,", max_size=40))
def test_whatever_is_said_it_is_a_date_or_none(text: str) -> None:
    for found in (moment(text, SAID), timing(f"I live here since {text}", SAID).since):
        assert found is None or found.tzinfo is UTC
