"""Where the person writes: a prompt that remembers what was said, and suggests commands and memories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from tui.actions import Place, bindings, slash_matches
from tui.drafts import SAVED_AFTER_SECONDS
from tui.mentions import mention_at, mentionable
from tui.places import location_of
from tui.widgets.writing import Writing

if TYPE_CHECKING:
    from twin.domain import Memory

_CLOSING = ",.;:!?…)]}”’%"
"""Marks that follow a word without a space."""
_ROWS_OF_THE_REST = 12
"""That suggestions leave for the conversation and the prompt."""


class Prompt(Writing):
    """The prompt itself. Up on the first line and Down on the last go through what was said before."""

    BINDINGS = bindings(Place.PROMPT)
    PLACES = (Place.WRITING, Place.PROMPT)

    def __init__(self, memories: Callable[[], Sequence[Memory]], keep: Callable[[str], None]) -> None:
        super().__init__(placeholder="Talk to your twin, or / for commands", id="prompt")
        self.memories = memories
        self._keep = keep
        self._said: list[str] = []
        self._at = 0
        self._draft = ""

    def on_unmount(self) -> None:
        self._keep(self.text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(slash_matches(self.text) or self.mentions()) if action == "complete" else True

    def mentions(self) -> tuple[Memory, ...]:
        """The memories that what stands before the cursor may mention, if it is a mention."""
        row, column = self.cursor_location
        typed = mention_at(self.document.get_line(row)[:column])
        return () if typed is None else mentionable(self.memories(), typed)

    def know_earlier(self, texts: Iterable[str]) -> None:
        """Put what was said earlier, the oldest first, before what is known; where the person is in it stays."""
        known = len(self._said)
        self._said[:0] = texts
        self._at += len(self._said) - known

    def action_send(self) -> None:
        """Send, make room for what is typed next, and keep it for Up."""
        super().action_send()
        text = self.text.strip()
        if text and text not in self._said[-1:]:
            self._said.append(text)
        self._at, self._draft = len(self._said), ""
        self.clear()

    def put_back(self, text: str) -> bool:
        """Give ``text`` back, unless the person has begun to write something else; Up has it in any case."""
        if self.text.strip():
            return False
        self.write(text)
        return True

    def insert_dictated(self, text: str) -> None:
        """Put ``text`` at the cursor, in place of what is selected, a space apart from the words around it."""
        start, end = sorted(self.selection)
        before, after = self.get_text_range((0, 0), start), self.get_text_range(end, self.document.end)
        apart = before and not before[-1].isspace() and not text[0].isspace() and text[0] not in _CLOSING
        rest = after and not after[0].isspace() and not text[-1].isspace() and after[0] not in _CLOSING
        self.replace(f"{' ' * bool(apart)}{text}{' ' * bool(rest)}", start, end, maintain_selection_offset=False)

    def amend(self, before: str, now: str) -> bool:
        """Where the text of a dictation still stands as it was, have what it is ``now``; whether it stood there."""
        at = self.text.rfind(before) if before else -1
        if at < 0:
            return False
        end = at + len(before)
        if not now and self.text[:at].endswith(" "):
            at -= 1
        self.replace(now, location_of(self.text, at), location_of(self.text, end))
        return True

    def unlearn(self, text: str) -> None:
        """Forget that ``text`` was ever said."""
        self._said = [said for said in self._said if said != text]
        self._at = len(self._said)
        self.history.clear()

    def action_complete(self) -> None:
        """Fill in a command; or in place of a mention the memory's own words, quoted."""
        if mentions := self.mentions():
            row, column = self.cursor_location
            typed = mention_at(self.document.get_line(row)[:column]) or ""
            self.replace(f"“{mentions[0].text}” ", (row, column - len(typed) - 1), (row, column))
            return
        action = slash_matches(self.text)[0]
        self.write(f"/{action.slash} " if action.argument else f"/{action.slash}")

    def action_earlier(self) -> None:
        if not self.cursor_at_first_line or not self._at:
            self.action_cursor_up()
            return
        if self._at == len(self._said):
            self._draft = self.text
        self._at -= 1
        self.write(self._said[self._at])

    def action_later(self) -> None:
        if not self.cursor_at_last_line or self._at >= len(self._said):
            self.action_cursor_down()
            return
        self._at += 1
        self.write(self._said[self._at] if self._at < len(self._said) else self._draft)

    async def action_look_back(self) -> None:
        await self.run_action("screen.look_back")

    async def action_look_ahead(self) -> None:
        await self.run_action("screen.look_ahead")

    async def action_search(self) -> None:
        await self.run_action("screen.search")


class PromptBox(Vertical):
    """The prompt in its frame, with what fits what is typed above it: commands, or memories to mention.

    ``keep`` is given what stands in the prompt when it is left.
    """

    class Paused(Message):
        """The person has stopped typing, for a moment at least."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, memories: Callable[[], Sequence[Memory]], keep: Callable[[str], None]) -> None:
        super().__init__()
        self._memories = memories
        self._keep = keep
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="slash-hints")
        with Vertical(id="prompt-frame") as frame:
            frame.border_subtitle = "Enter sends · Ctrl+J new line"
            yield Prompt(self._memories, self._keep)

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(SAVED_AFTER_SECONDS, self._paused)
        rows = [(action.usage, action.title) for action in slash_matches(event.text_area.text)]
        rows = rows or [(f"@{memory.id}", memory.text) for memory in self.prompt.mentions()]
        hints = self.query_one("#slash-hints", Static)
        hints.display = bool(rows)
        if rows:
            hints.update(_suggestions(rows, most=max(3, self.app.size.height - _ROWS_OF_THE_REST)))

    def _paused(self) -> None:
        self.post_message(self.Paused(self.prompt.text))


def _suggestions(rows: Sequence[tuple[str, str]], most: int) -> Content:
    """What may be meant, the first of which Tab fills in."""
    width = max(len(name) for name, _ in rows) + 2
    lines = [
        Content.assemble(
            ("⇥ " if index == 0 else "  ", "$accent"),
            (name.ljust(width), "bold $primary" if index == 0 else "$primary"),
            Content(title).stylize("$text-muted"),
        )
        for index, (name, title) in enumerate(rows[:most])
    ]
    if len(rows) > most:
        lines.append(Content.styled(f"  and {len(rows) - most} more: type on", "$text-muted"))
    return Content("\n").join(lines)
