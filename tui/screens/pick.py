"""Choosing the examples that a training shall not learn from."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import SelectionList, Static

from tui.calls import calls_of
from tui.messages import Answered, Failed
from tui.screens.dialog import Dialog
from tui.widgets.entry import Notice
from tui.wording import edit_line
from twin.domain import Example, Proposal
from twin.requests import Explanation, Why


class PickScreen(Dialog[tuple[str, ...]]):
    """Its result are the ids of what is taken out. What each example teaches comes from the twin."""

    TITLE_TEXT = "What shall it learn from?"
    KEYS_TEXT = "Space takes out · Enter saves · Esc leaves"

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self._proposal = proposal

    def compose_body(self) -> ComposeResult:
        yield Static("What is marked is learned from.", classes="label")
        yield SelectionList[str](*((Content(known), known, True) for known in self._proposal.example_ids))

    def on_mount(self) -> None:
        calls_of(self).start(self, Why(self._proposal.id))

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        message.stop()
        explanation: Explanation = message.result
        known = {example.id: example for example in explanation.examples}
        picked = self.query_one(SelectionList)
        chosen, at = set(picked.selected), picked.highlighted
        picked.clear_options()
        picked.add_options((_line(one, known.get(one)), one, one in chosen) for one in self._proposal.example_ids)
        picked.highlighted = at or 0

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        await self.query_one(".dialog").mount(Notice.of(message.error))

    def key_enter(self) -> None:
        """Enter would mark, as Space does; here it says that this is all."""
        chosen = set(self.query_one(SelectionList).selected)
        self.dismiss(tuple(known for known in self._proposal.example_ids if known not in chosen))


def _line(id: str, example: Example | None) -> Content:
    if example is None:
        return Content(id)
    edits = "; ".join(edit_line(edit) for edit in example.edits[:2]) or "right as it was heard"
    return Content.assemble((f"{id:<5}", "$text-muted"), Content(edits))
