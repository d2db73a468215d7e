"""Small plots of text, and how figures are put into words."""

from __future__ import annotations

import pytest

from tui.learned import marked_words, rung_line, seconds_left_line
from tui.plots import axis_of, bar, curve, interval_plot
from twin.domain import Interval, Rung


@pytest.mark.parametrize(
    ("figure", "axis", "plot"),
    [
        (Interval(0.5, 0.25, 0.75), (0.0, 1.0), "┊·├─●─┤··"),
        (Interval(0.0, -1.0, 1.0), (-1.0, 1.0), "├───●───┤"),
        (Interval(5.0, 5.0, 5.0), (0.0, 10.0), "┊···●····"),
        (Interval(0.5, -9.0, 9.0), (0.0, 1.0), "├───●───┤"),  # beyond the axis
    ],
)
def test_an_interval_stands_on_its_axis(figure: Interval, axis: tuple[float, float], plot: str) -> None:
    assert interval_plot(figure, axis, 9) == plot


def test_an_axis_shows_all_of_its_figures_and_zero() -> None:
    assert axis_of([Interval(3, 2, 4), Interval(1, 0.5, 9)]) == (0.0, 9)
    assert axis_of([]) == (0.0, 1.0)
    assert axis_of([Interval(0, 0, 0)]) == (0.0, 1.0)


@pytest.mark.parametrize(("value", "drawn"), [(0.0, ""), (10.0, "████"), (5.0, "██"), (1.25, "▌"), (99.0, "████")])
def test_a_bar_is_as_long_as_its_value(value: float, drawn: str) -> None:
    assert bar(value, 10.0, 4) == drawn


def test_a_curve_falls_with_its_values() -> None:
    assert curve([3.0, 2.0, 1.0], 10) == "█▅▁" or curve([3.0, 2.0, 1.0], 10) == "█▄▁"
    assert curve([1.0, 1.0], 10) == "▁▁"
    assert curve([], 10) == ""
    assert len(curve([float(n) for n in range(100)], 10)) == 10


def test_changed_words_are_marked_on_both_sides() -> None:
    before, after = marked_words("ask open rider [now]", "ask OpenRouter [now]", "$text-success")
    assert before.plain == "ask open rider [now]"
    assert [before.plain[span.start : span.end] for span in before.spans] == ["open", "rider"]
    assert [after.plain[span.start : span.end] for span in after.spans] == ["OpenRouter"]


@pytest.mark.parametrize(
    ("seconds", "line"),
    [
        (None, "no telling yet how long"),
        (0.2, "about 1 s left"),
        (70.0, "about 70 s left"),
        (150.0, "about 2 min left"),
    ],
)
def test_the_time_left_in_words(seconds: float | None, line: str) -> None:
    assert seconds_left_line(seconds) == line


def test_a_rung_says_where_on_the_ladder_it_is() -> None:
    assert rung_line(Rung.REWRITE) == "rung 3 of 5, rewrite"
    assert rung_line(Rung.WAIT) == "wait"
