"""The twin's replies: Markdown as it streams, then its sources, or what it is that it does not know."""

from __future__ import annotations

from datetime import datetime
from time import monotonic

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownStream

from tui.actions import Place, bindings
from tui.messages import Answered, Failed, Progressed, Streamed
from tui.widgets.entry import Entry, PersonSaid, head_line
from tui.widgets.spinner import Spinner
from tui.wording import citation_line, learned_line, time_of
from twin.domain import RecallMode, Reply, Route, Turn
from twin.errors import CancelledByPersonError

UPDATES_PER_SECOND = 25
"""How often streamed text reaches the screen: quicker than an eye reads, slow enough for typing to stay quick."""

CUT_SHORT = "cut short"
IN_YOUR_WORDS = "in your words"


class TwinSaid(Entry, can_focus=True):
    """A reply of an earlier session, or the base of one that is on its way."""

    BINDINGS = bindings(Place.REPLY)

    def __init__(
        self, text: str, when: datetime, *, complete: bool = True, turn_id: str = "", edited: bool = False
    ) -> None:
        super().__init__(about=[turn_id] if turn_id else ())
        self.text = text
        self.turn_id = turn_id
        """Empty until the reply is whole."""
        self._when = when
        self._details = ([] if complete else [CUT_SHORT]) + ([IN_YOUR_WORDS] if edited else [])

    @classmethod
    def of(cls, turn: Turn) -> TwinSaid:
        edited = turn.edited is not None
        return cls(turn.shown, turn.created_at, complete=turn.complete, turn_id=turn.id, edited=edited)

    def compose(self) -> ComposeResult:
        yield Static(self.head(*self._details), classes="head")
        yield Markdown(self.text)

    def head(self, *details: str) -> Content:
        return head_line("twin", "$primary", time_of(self._when), *details)

    async def mark(self, detail: str, text: str = "") -> None:
        """Say beside the time what the person made of it; ``text`` is what they would have had it say."""
        self.query_one(".head", Static).update(self.head(detail))
        if text:
            self.text = text
            await self.query_one(Markdown).update(text)


class TwinReplying(TwinSaid):
    """A reply on its way. The call's messages come here first and change nothing but this entry."""

    def __init__(self, question: PersonSaid, when: datetime) -> None:
        super().__init__("", when)
        self._question = question
        self._stream: MarkdownStream | None = None
        self._unwritten: list[str] = []
        self._written_at = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(self.head(), classes="head")
        yield Spinner("thinking")
        yield Markdown()
        yield Vertical(classes="footnotes")

    @on(Progressed)
    def _wait(self, message: Progressed) -> None:
        message.stop()
        for spinner in self.query(Spinner):
            spinner.say(message.text)

    @on(Streamed)
    async def _write(self, message: Streamed) -> None:
        message.stop()
        self.text += message.text
        self._unwritten.append(message.text)
        if self._timer is not None:
            return
        wait = self._written_at + 1 / UPDATES_PER_SECOND - monotonic()
        if wait > 0:
            self._timer = self.set_timer(wait, self._flush)
        else:
            await self._flush()

    async def _flush(self) -> None:
        self._timer = None
        if not self._unwritten:
            return
        text = "".join(self._unwritten)
        self._unwritten.clear()
        self._written_at = monotonic()
        await self.query(Spinner).remove()
        if self._stream is None:
            self._stream = Markdown.get_stream(self.query_one(Markdown))
        await self._stream.write(text)

    @on(Answered)
    async def _finish(self, message: Answered) -> None:
        reply: Reply = message.result
        await self._close_stream(reply.text)
        self.turn_id = reply.turn_id
        self.about |= {reply.turn_id, *(memory.id for memory in reply.learned)}
        self.about |= {id_ for source in reply.sources for id_ in (source.memory_id, source.source_id) if id_}
        # What was learned was learned from the question, whose own id comes with it.
        self._question.about |= {
            source for memory in reply.learned for source in memory.source_ids if source != reply.turn_id
        }
        self.set_class(reply.abstained, "-abstained")
        details = ["doesn’t know that yet"] if reply.abstained else []
        if not reply.complete:
            details.append(CUT_SHORT)
        self.query_one(".head", Static).update(self.head(*details))
        await self.query_one(".footnotes").mount_all(_footnotes(reply))

    @on(Failed)
    async def _give_up(self, message: Failed) -> None:
        stopped = isinstance(message.error, CancelledByPersonError)
        self._question.mark("stopped by you" if stopped else "not answered")
        if not self.text:
            self.remove()  # the screen says why, once
            return
        await self._close_stream(self.text)
        self.query_one(".head", Static).update(self.head(CUT_SHORT))

    async def _close_stream(self, text: str) -> None:
        """Write what is left; where ``text`` is not what was streamed, it has the last word."""
        if self._timer is not None:
            self._timer.stop()
        await self._flush()
        await self.query(Spinner).remove()
        if self._stream is not None:
            await self._stream.stop()
        if self.text != text:
            self.text = text
            await self.query_one(Markdown).update(text)


def _footnotes(reply: Reply) -> list[Static]:
    """Sources, what was learned, and how recall fared: one small line each."""
    notes = [Static(Content(citation_line(source)), classes="source") for source in reply.sources]
    notes += [Static(Content(f"✦ {learned_line(memory)}"), classes="learned") for memory in reply.learned]
    if reply.recall_mode is RecallMode.LEXICAL and reply.route is Route.ABOUT_PERSON:
        notes.append(Static("looked up by words alone: the memory model is still loading", classes="aside"))
    return notes
