"""The twin's replies: Markdown as it streams, then its sources, or what it is that it does not know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.timer import Timer
from textual.widgets import Static

from tui.actions import Place, bindings
from tui.messages import Answered, Failed, Progressed, Streamed
from tui.prose import Piece, laid_out, prose_of
from tui.times import time_of
from tui.widgets.entry import Entry, PersonSaid, head_line
from tui.widgets.spinner import Spinner
from tui.wording import citation_line, learned_line, style_line
from twin.domain import RecallMode, Reply, Route, Turn
from twin.errors import CancelledByPersonError

if TYPE_CHECKING:
    from textual.widgets.markdown import MarkdownStream

# Textual's Markdown takes long to import, and what is mere prose needs none of it.

UPDATES_PER_SECOND = 25
"""How often streamed text reaches the screen: quicker than an eye reads, slow enough for typing to stay quick."""

CUT_SHORT = "cut short"
IN_YOUR_WORDS = "in your words"


@dataclass(frozen=True, slots=True)
class Footnote:
    """A small line below a reply; ``kind`` is its class in the style sheet."""

    text: str
    kind: str

    @property
    def piece(self) -> Piece:
        indent = "  " if self.kind in ("source", "style") else ""
        return Piece(
            Content(self.text).stylize("$text-success" if self.kind == "learned" else "$text-muted"), Content(indent)
        )

    def widget(self) -> Static:
        return Static(Content(self.text), classes=self.kind)


class TwinSaid(Entry, can_focus=True):
    """A reply that stands, or the base of one that is on its way. Mere prose is one widget; what is more is Markdown's.

    ``details`` are said beside the time; ``reply`` is known of one of this conversation.
    """

    BINDINGS = bindings(Place.REPLY)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bullet", "code_inline"}

    def __init__(
        self,
        text: str,
        when: datetime,
        *,
        turn_id: str = "",
        details: Sequence[str] = (),
        reply: Reply | None = None,
        about: Collection[str] = (),
    ) -> None:
        super().__init__(about={*about, turn_id} - {""})
        self.text = text
        self.turn_id = turn_id
        """Empty until the reply is whole."""
        self.reply = reply
        self.set_class(reply is not None and reply.abstained, "-abstained")
        self._when = when
        self._details = tuple(details)
        self._prose = prose_of(text)
        """If it is no more than that."""
        self._measured = (-1, 0)
        """At a width, its height."""

    @classmethod
    def of(cls, turn: Turn) -> TwinSaid:
        details = [] if turn.complete else [CUT_SHORT]
        if turn.edited is not None:
            details.append(IN_YOUR_WORDS)
        return cls(turn.shown, turn.created_at, turn_id=turn.id, details=details)

    def again(self) -> Callable[[], Entry] | None:
        return partial(
            TwinSaid,
            self.text,
            self._when,
            turn_id=self.turn_id,
            details=self._details,
            reply=self.reply,
            about=self.about,
        )

    def compose(self) -> ComposeResult:
        if self._prose is None:
            from textual.widgets import Markdown

            yield Static(self.head, classes="head")
            yield Markdown(self.text)
            with Vertical(classes="footnotes"):
                yield from (note.widget() for note in _footnotes(self.reply))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if self._prose is None or not width:
            return super().get_content_height(container, viewport, width)
        if self._measured[0] != width:
            self._measured = width, self._whole(self._prose, width).get_height({}, width)
        return self._measured[1]

    def render(self) -> RenderResult:
        return super().render() if self._prose is None else self._whole(self._prose, self.content_size.width)

    def _whole(self, prose: Sequence[Piece], width: int) -> Content:
        text = laid_out(prose, width)
        if self.has_class("-abstained"):
            text = text.stylize_before("italic $text-muted")
        footnotes = [note.piece for note in _footnotes(self.reply)]
        return Content("\n").join([self.head, text, *([laid_out(footnotes, width)] if footnotes else [])])

    @property
    def head(self) -> Content:
        return head_line("twin", "$primary", time_of(self._when), *self._details)

    async def mark(self, detail: str, text: str = "") -> None:
        """Say beside the time what the person made of it; ``text`` is what they would have had it say."""
        self._details = (detail,)
        self.text = text or self.text
        self._prose, self._measured = prose_of(self.text), (-1, 0)
        if self.is_attached:
            await self.recompose()
            self.refresh(layout=True)

    def action_link(self, address: str) -> None:
        """A link was clicked."""
        self.app.open_url(address)


class TwinReplying(TwinSaid):
    """A reply on its way. The call's messages come here first and change nothing but this entry."""

    def __init__(self, question: PersonSaid, when: datetime) -> None:
        super().__init__("", when)
        self._prose = None
        self._over = False
        self._question = question
        question.waiting = True
        self._stream: MarkdownStream | None = None
        self._unwritten: list[str] = []
        self._written_at = 0.0
        self._timer: Timer | None = None

    def again(self) -> Callable[[], Entry] | None:
        return super().again() if self._over else None

    def compose(self) -> ComposeResult:
        from textual.widgets import Markdown

        yield Static(self.head, classes="head")
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
            from textual.widgets import Markdown

            self._stream = Markdown.get_stream(self.query_one(Markdown))
        await self._stream.write(text)

    @on(Answered)
    async def _finish(self, message: Answered) -> None:
        reply: Reply = message.result
        self._question.waiting = False
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
        self.reply = reply
        await self.query_one(".footnotes").mount_all(note.widget() for note in _footnotes(self.reply))
        self._end(*details)

    @on(Failed)
    async def _give_up(self, message: Failed) -> None:
        stopped = isinstance(message.error, CancelledByPersonError)
        self._question.waiting = False
        self._question.mark("stopped by you" if stopped else "not answered")
        if not self.text:
            self.remove()  # the screen says why, once
            return
        await self._close_stream(self.text)
        self._end(CUT_SHORT)

    async def mark(self, detail: str, text: str = "") -> None:
        self._end(detail)
        if text:
            from textual.widgets import Markdown

            self.text = text
            await self.query_one(Markdown).update(text)

    def _end(self, *details: str) -> None:
        """Nothing more comes."""
        self._over = True
        self._details = details
        self.query_one(".head", Static).update(self.head)

    async def _close_stream(self, text: str) -> None:
        """Write what is left; where ``text`` is not what was streamed, it has the last word."""
        if self._timer is not None:
            self._timer.stop()
        await self._flush()
        await self.query(Spinner).remove()
        if self._stream is not None:
            await self._stream.stop()
        if self.text != text:
            from textual.widgets import Markdown

            self.text = text
            await self.query_one(Markdown).update(text)


def _footnotes(reply: Reply | None) -> list[Footnote]:
    """Sources, the style, what was learned, and how recall fared: one small line each."""
    if reply is None:
        return []
    notes = [Footnote(citation_line(source), "source") for source in reply.sources]
    if reply.style:
        notes.append(Footnote(style_line(reply.style), "style"))
    notes += [Footnote(f"✦ {learned_line(memory)}", "learned") for memory in reply.learned]
    if reply.recall_mode is RecallMode.LEXICAL and reply.route is Route.ABOUT_PERSON:
        notes.append(Footnote("looked up by words alone: the memory model is still loading", "aside"))
    return notes
