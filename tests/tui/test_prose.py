"""Mere prose as one piece of text stands there as Textual's Markdown, with its many widgets, would have it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Markdown, Static

from tests.tui.script import NOW
from tui.app import TwinApp
from tui.prose import prose_of
from tui.themes import DARK
from tui.widgets.entry import Entry, head_line
from tui.widgets.reply import TwinSaid

WIDTH = 40
PROSE = (
    "Noted.",
    "A paragraph that is so long that it has to be wrapped once or twice, whatever comes of it in the end.",
    "Two paragraphs.\n\nThe *second* has **all** that ~~is~~ `marked` and a [link](https://example.org/).\nIt goes on.",
    "A list:\n\n- it was repaired on **Monday**,\n- and the bill, which is longer than the line is wide, comes later.",
    "1. one\n2. two\n   - deeper, and so long that it has to be wrapped, too\n     - deepest, so long, too\n3. three",
    "9. nine\n10. ten\n\nAfter it.\n\n- a\n\n  of two paragraphs\n-\n- c",
    "A hard break\\\nhere. Wide: 漢字かな交じり文を折り返すときに幅を間違えてはならない、二行目になる。",
    "See example.org, mail jo@example.org - or not.",
    "",
)


class AsWidgets(Entry):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Static(head_line("twin", "$primary", "09:30"), classes="head")
        yield Markdown(self._text)


class Both(App[None]):
    """The same text twice, side by side."""

    CSS_PATH = TwinApp.CSS_PATH

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        with Horizontal():
            with VerticalScroll():
                yield TwinSaid(self._text, NOW)
            with VerticalScroll():
                yield AsWidgets(self._text)


@pytest.mark.parametrize("text", PROSE)
async def test_prose_looks_as_markdown_does(text: str) -> None:
    assert prose_of(text) is not None
    app = Both(text)
    async with app.run_test(size=(2 * WIDTH, 24)) as pilot:
        await pilot.pause(0.2)
        strips = app.screen._compositor.render_strips()
        ours, theirs = (
            [strip.crop(start + 2, start + WIDTH).text.rstrip() for strip in strips] for start in (0, WIDTH)
        )
        assert ours == theirs
        assert not app.query_one(TwinSaid).children


@pytest.mark.parametrize(
    "text", ["# Heading", "> quoted", "```\ncode\n```", "    code", "|a|\n|-|\n|b|", "a\n\n---\n\nb"]
)
async def test_what_is_more_than_prose_is_left_to_markdown(text: str) -> None:
    assert prose_of(text) is None
    app = Both(text)
    async with app.run_test(size=(2 * WIDTH, 24)) as pilot:
        await pilot.pause()
        assert app.query_one(TwinSaid).query(Markdown)
