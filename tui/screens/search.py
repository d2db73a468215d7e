"""Searching in what was said: the conversation and the dictations, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.calls import calls_of
from tui.messages import Answered, Failed
from tui.screens.dialog import Dialog
from tui.times import short_date_of, time_of
from tui.widgets.entry import Notice
from twin.domain import Speaker
from twin.requests import ListUtterances, ShowHistory

_LOOKED_THROUGH = 10_000
_SHOWN = 100
_AROUND = 30
"""Characters before what was found."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was said; ``head`` says by whom and when."""

    id: str
    head: str
    text: str
    at: datetime


class SearchScreen(Dialog[Found]):
    """Finds what has all the words, as they are typed; its result is what was chosen."""

    TITLE_TEXT = "Search in what was said"
    KEYS_TEXT = "↑↓ choose · Enter goes there · Esc leaves"

    def __init__(self, words: str, now: datetime) -> None:
        super().__init__()
        self._words = words
        self._now = now
        self._said: dict[type, list[Found]] = {}

    def compose_body(self) -> ComposeResult:
        yield Input(self._words, placeholder="words to find", select_on_focus=False)
        yield Static(classes="label note")
        yield OptionList(compact=True)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        calls_of(self).start(self, ShowHistory(limit=_LOOKED_THROUGH, private=True))
        calls_of(self).start(self, ListUtterances(limit=_LOOKED_THROUGH, private=True))
        self._find()

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        message.stop()
        match message.call.request:
            case ShowHistory():
                self._said[ShowHistory] = [
                    Found(
                        turn.id,
                        self._head("you" if turn.speaker is Speaker.PERSON else turn.name or "twin", turn.created_at),
                        turn.shown,
                        turn.created_at,
                    )
                    for turn in message.result.turns
                ]
            case ListUtterances():
                self._said[ListUtterances] = [
                    Found(one.id, self._head("dictated", one.created_at), one.text, one.created_at)
                    for one in message.result.utterances
                ]
        self._find()

    def _head(self, who: str, at: datetime) -> str:
        return f"{who} · {short_date_of(at, self._now)} {time_of(at)}"

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        if not self.query(Notice):
            await self.query_one(".dialog").mount(Notice.of(message.error))

    @on(Input.Changed)
    def _find(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        self._found = [
            found
            for said in self._said.values()
            for found in said
            if all(word in found.text.casefold() for word in words)
        ]
        self._found.sort(key=lambda found: found.at, reverse=True)
        shown = self._found[:_SHOWN] if words else []
        results = self.query_one(OptionList)
        results.set_options(Option(_line(found, words), id=found.id) for found in shown)
        results.highlighted = 0 if shown else None
        more = f", the newest {_SHOWN} of them here" if len(self._found) > _SHOWN else ""
        looking = len(self._said) < 2
        told = "looking …" if looking else f"{len(self._found)} found{more}" if words else "Type what was said."
        self.query_one(".note", Static).update(told)

    def action_choose_previous(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_choose_next(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(next(found for found in self._found if found.id == event.option_id))


def _line(found: Found, words: Sequence[str]) -> Content:
    """Who and when, then the place where the first word stands, with all of them marked."""
    text = " ".join(found.text.split())
    at = text.casefold().find(words[0])
    start = max(0, at - _AROUND)
    shown = Content(("…" if start else "") + text[start:])
    folded = shown.plain.casefold()
    for word in words:
        place = folded.find(word)
        while place >= 0:
            shown = shown.stylize("bold underline", place, place + len(word))
            place = folded.find(word, place + len(word))
    return Content.assemble((f"{found.head}  ", "$text-muted"), shown)
