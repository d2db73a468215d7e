"""Where the person writes: a prompt that remembers what was said, and suggests slash commands."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from tui.actions import Place, bindings, slash_matches
from tui.places import location_of
from tui.widgets.writing import Writing

_CLOSING = ",.;:!?…)]}”’%"
"""Marks that follow a word without a space."""


class Prompt(Writing):
    """The prompt itself. Up on the first line and Down on the last go through what was said before."""

    BINDINGS = bindings(Place.PROMPT)
    PLACES = (Place.WRITING, Place.PROMPT)

    def __init__(self) -> None:
        super().__init__(placeholder="Talk to your twin, or / for commands", id="prompt")
        self._said: list[str] = []
        self._at = 0
        self._draft = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(slash_matches(self.text)) if action == "complete" else True

    def know_earlier(self, texts: Iterable[str]) -> None:
        """Put what was said in other sessions before what has been said in this one."""
        self._said[:0] = texts
        self._at = len(self._said)

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


class PromptBox(Vertical):
    """The prompt in its frame, with the commands that fit what is typed above it."""

    def compose(self) -> ComposeResult:
        yield Static(id="slash-hints")
        with Vertical(id="prompt-frame") as frame:
            frame.border_subtitle = "Enter sends · Ctrl+J new line"
            yield Prompt()

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        matches = slash_matches(event.text_area.text)
        hints = self.query_one("#slash-hints", Static)
        hints.display = bool(matches)
        if matches:
            width = max(len(action.usage) for action in matches) + 2
            lines = [
                Content.assemble(
                    ("⇥ " if index == 0 else "  ", "$accent"),
                    (action.usage.ljust(width), "bold $primary" if index == 0 else "$primary"),
                    (action.title, "$text-muted"),
                )
                for index, action in enumerate(matches)
            ]
            hints.update(Content("\n").join(lines))
