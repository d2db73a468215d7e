"""Forgetting: first what would go, then, if the person says so, that it goes."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tui.calls import calls_of
from tui.messages import Answered, Failed
from tui.screens.dialog import Dialog
from tui.widgets.entry import Notice
from tui.widgets.spinner import Spinner
from tui.wording import count, forget_details, forget_line
from twin.requests import Forget, ForgetReport

_IDS_LISTED = 20


class ForgetScreen(Dialog[ForgetReport]):
    """Shows what forgetting ``id`` takes away; its result is the report of what was taken."""

    TITLE_TEXT = "Forget for good?"
    KEYS_TEXT = "←→ choose · Enter decides · Esc keeps"

    def __init__(self, id: str, text: str) -> None:
        super().__init__()
        self._forget_id = id
        self._subject = text

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="subject", can_focus=False):
            yield Static(Content.assemble((f"{self._forget_id}  ", "$text-muted"), Content(self._subject)))
        yield Spinner("looking at what goes with it")
        yield Static(id="preview")
        with Horizontal(classes="buttons"):
            yield Button("Keep it", id="keep", variant="primary", flat=True)
            yield Button("Forget it", id="forget", variant="error", flat=True, disabled=True)

    def on_mount(self) -> None:
        calls_of(self).start(self, Forget((self._forget_id,), preview=True))

    def action_choose_previous(self) -> None:
        self.focus_previous()

    def action_choose_next(self) -> None:
        self.focus_next()

    @on(Answered)
    async def _answered(self, message: Answered) -> None:
        message.stop()
        report: ForgetReport = message.result
        if not report.preview:
            self.dismiss(report)
            return
        await self.query(Spinner).remove()
        self.query_one("#preview", Static).update(_preview(report))
        self.query_one("#forget", Button).disabled = False

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        self.busy = False
        await self.query("Spinner, Notice").remove()
        await self.query_one(".dialog").mount(Notice.of(message.error), before=".buttons")
        self.query_one("#forget", Button).disabled = True

    @on(Button.Pressed, "#keep")
    def _keep(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#forget")
    async def _forget(self, event: Button.Pressed) -> None:
        self.busy = event.button.disabled = True
        await self.query_one(".dialog").mount(Spinner("forgetting"), before=".buttons")
        calls_of(self).start(self, Forget((self._forget_id,)))


def _preview(report: ForgetReport) -> Content:
    goes = [count(len(report.memory_ids), "memory", "memories"), count(len(report.source_ids), "source", "sources")]
    ids = (*report.memory_ids, *report.source_ids)
    listed = ", ".join(ids[:_IDS_LISTED]) + (" …" if len(ids) > _IDS_LISTED else "")
    return Content.assemble(
        Content(forget_line(report)), "\n", ("This takes away ", "$text-muted"), (" and ".join(goes), "bold"),
        (f": {listed}" if ids else "", "$text-muted"), "\n",
        *((f"{line}\n", "$text-muted") for line in forget_details(report)),
        ("It cannot be undone.", "$text-warning"),
    )  # fmt: skip
