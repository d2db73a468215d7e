"""The text of a dictation, open for editing: from one doubtful word to the next, and alternatives at a digit."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.events import Key
from textual.message import Message
from textual.widgets.text_area import Selection

from tui.actions import Place, bindings
from tui.places import Span, after_edit, core_of, location_of, word_spans
from tui.widgets.writing import Writing
from tui.wording import UNSURE_BELOW
from twin.requests import Alternative, Doubt

_DIGITS = "123456789"


class Correcting(Writing):
    """Doubtful words are underlined, and one is selected: a digit picks an alternative, typing replaces the word.

    ``doubts`` are the least certain first. Once a word has been edited, nobody doubts it any more.
    """

    BINDINGS = bindings(Place.CORRECTING)
    PLACES = (Place.WRITING, Place.CORRECTING)

    class Looking(Message):
        """At which doubt the person looks, if at any."""

    def __init__(self, text: str, doubts: Sequence[Doubt]) -> None:
        super().__init__(text)
        self._doubts = tuple(doubts)
        self._original = self._seen = text
        self._spans = word_spans(text)
        self._at = -1
        self._selected: Selection | None = None
        self.waiting = False
        """Whether alternatives are still to come."""

    def place_cursor(self) -> None:
        super().place_cursor()
        self._select_next()
        self.post_message(self.Looking())

    def on_text_area_changed(self) -> None:
        self._follow()
        self.post_message(self.Looking())

    def on_text_area_selection_changed(self) -> None:
        self.post_message(self.Looking())

    @property
    def doubt(self) -> Doubt | None:
        """The doubt whose word is selected."""
        if self._selected is None or self.selection != self._selected:
            return None
        doubt = self._doubts[self._at]
        return doubt if doubt.position in self._spans else None

    @property
    def standing(self) -> tuple[Doubt, ...]:
        """The doubts whose words are as they were."""
        return tuple(doubt for doubt in self._doubts if doubt.position in self._spans)

    def doubt_also(self, doubts: Sequence[Doubt]) -> None:
        """Take ``doubts`` in place of those known before; the selection, and a cursor that was moved, stay."""
        looked_at = self.doubt
        at_rest = self.selection == Selection.cursor(self.document.end)
        untouched = self.text == self._original and at_rest
        self._doubts = tuple(doubts)
        positions = [doubt.position for doubt in doubts]
        if looked_at is not None and looked_at.position in positions:
            self._at = positions.index(looked_at.position)
        else:
            self._at, self._selected = -1, None
            if looked_at is not None or untouched:
                self._select_next()
        self._repaint()

    async def _on_key(self, event: Key) -> None:
        """Digits; see :class:`Writing` for the other keys. One is typed only where there is nothing to pick from."""
        doubt = self.doubt if event.key in _DIGITS else None
        if doubt is not None and (doubt.alternatives or self.waiting):
            event.stop()
            event.prevent_default()
            self.action_pick(int(event.key))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "pick":
            return bool(parameters)  # as a binding it would not know which
        return bool(self.standing) if action in ("next_doubt", "previous_doubt") else True

    def action_next_doubt(self) -> None:
        self._follow()
        self._select_next()

    def action_previous_doubt(self) -> None:
        self._follow()
        self._select_next(backwards=True)

    def action_pick(self, number: int = 1) -> None:
        """Put the alternative of that number in place of the selected word, and go on to the next doubt."""
        picked = self._alternative(number)
        if picked is None:
            return
        start, end = self._spans[picked.first][0], self._spans[picked.last - 1][1]
        self.replace(
            picked.text, location_of(self.text, start), location_of(self.text, end), maintain_selection_offset=False
        )
        self._follow()
        self._select_next()

    def get_line(self, line_index: int) -> Text:
        """A line with its unsure words underlined."""
        line = super().get_line(line_index)
        for doubt in self.standing:
            if doubt.probability < UNSURE_BELOW:
                start, end = (
                    location_of(self._seen, index) for index in core_of(self._seen, self._spans[doubt.position])
                )
                if start[0] == line_index:
                    line.stylize("underline", start[1], end[1])
        return line

    def _alternative(self, number: int) -> Alternative | None:
        """That of the selected doubt, as long as all the words that it would replace stand as they were."""
        self._follow()
        doubt = self.doubt
        if doubt is None or number > len(doubt.alternatives):
            return None
        picked = doubt.alternatives[number - 1]
        return picked if all(at in self._spans for at in range(picked.first, picked.last)) else None

    def _follow(self) -> None:
        """Find the words again after what was typed since the last time."""
        if self._seen != self.text:
            self._spans = after_edit(self._spans, self._seen, self.text)
            self._seen = self.text
            self._repaint()

    def _select_next(self, *, backwards: bool = False) -> None:
        """Select the next doubt in the order of certainty, or the one before; round and round."""
        count = len(self._doubts)
        begin = max(self._at, 0) if backwards else self._at
        for distance in range(1, count + 1):
            at = (begin + (-distance if backwards else distance)) % count
            span = self._spans.get(self._doubts[at].position)
            if span is not None:
                self._at = at
                self._select(core_of(self.text, span))
                return
        self._selected = None

    def _select(self, span: Span) -> None:
        start, end = (location_of(self.text, index) for index in span)
        self._selected = self.selection = Selection(start, end)

    def _repaint(self) -> None:
        self._line_cache.clear()
        self.refresh()
