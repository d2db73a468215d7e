"""Listening in the conversation: how loud it is, the words as they settle, and what state it is in."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.actions import Place, bindings
from tui.messages import Answered, Failed, Loudness, Progressed, Understood, UtteranceOver
from tui.times import time_of
from tui.widgets.entry import Entry, head_line
from tui.widgets.meter import Meter
from tui.widgets.spinner import Spinner
from tui.widgets.utterance import Dictated

HEARING, LISTENING, FINISHING = "hearing you", "listening", "writing it down"


class Listening(Entry, can_focus=True):
    """A listening under way. The call's messages come here first; each utterance becomes a :class:`Dictated` above."""

    BINDINGS = bindings(Place.LISTENING)

    def __init__(self, when: datetime, *, hands_free: bool, keys: str) -> None:
        super().__init__()
        self._when = when
        self._way = "hands-free" if hands_free else ""
        self._keys = keys
        self._settled = self._tentative = ""
        self._ending = False
        self._any = False

    def compose(self) -> ComposeResult:
        head = head_line("you", "$accent", time_of(self._when), "speaking", self._way)
        yield Static(head, classes="head")
        yield Static(classes="words")
        with Horizontal(classes="state"):
            yield Meter()
            yield Spinner("opening the microphone")
        yield Static(Content(self._keys), classes="aside keys")

    def end(self) -> None:
        """All has been said."""
        self._ending = True
        self._say(FINISHING)
        self.query(".keys").remove()
        self._let_go()

    @on(Progressed)
    def _advance(self, message: Progressed) -> None:
        message.stop()
        self._say(FINISHING if self._ending else message.text)

    @on(Loudness)
    def _measure(self, message: Loudness) -> None:
        message.stop()
        for meter in self.query(Meter):
            meter.measure(message.rms, message.peak)

    @on(Understood)
    def _understand(self, message: Understood) -> None:
        """Settled words are added and stay as they are; only what is tentative is shown anew."""
        message.stop()
        self._settled += message.settled
        self._tentative = message.tentative
        self._show_words()
        if not self._ending:
            self._say(HEARING if (self._settled + self._tentative).strip() else LISTENING)

    @on(UtteranceOver)
    async def _keep(self, message: UtteranceOver) -> None:
        """It goes on to the screen, which puts the text where it goes."""
        self._settled = self._tentative = ""
        self._show_words()
        if not self._ending:
            self._say(LISTENING)
        if message.utterance.id:
            self._any = True
            parent = self.parent
            assert isinstance(parent, Widget)
            await parent.mount(Dictated(message.utterance), before=self)

    @on(Answered)
    async def _finish(self) -> None:
        self._let_go()
        if self._any:
            self.remove()
            return
        head = head_line("you", "$accent", time_of(self._when), self._way, "nothing was said, nothing is kept")
        self.query_one(".head", Static).update(head)
        self.can_focus = False
        await self.query(".words, .state, .keys").remove()

    @on(Failed)
    def _give_up(self) -> None:
        self._let_go()
        self.remove()  # the screen says why, and what was kept

    def _let_go(self) -> None:
        if self.has_focus:
            self.screen.set_focus(self.screen.query_one("#prompt"))

    def _say(self, text: str) -> None:
        for spinner in self.query(Spinner):
            spinner.say(text)

    def _show_words(self) -> None:
        settled = self._settled.lstrip()
        tentative = self._tentative if settled else self._tentative.lstrip()
        self.query_one(".words", Static).update(Content.assemble(Content(settled), (tentative, "italic $text-muted")))
