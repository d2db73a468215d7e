"""The doctor: everything is looked at, and what is wrong comes with its way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from textual import on
from textual.content import Content

from tui.actions import Place, bindings
from tui.calls import Call, calls_of
from tui.messages import Progressed
from tui.screens.browse import BrowseScreen, option
from tui.widgets.head import Head
from tui.widgets.spinner import Spinner
from twin.requests import Check, Diagnosis, Doctor, Request


class DoctorScreen(BrowseScreen):
    BINDINGS = bindings(Place.DOCTOR)
    PLACE = Place.DOCTOR
    TITLE_TEXT = "Doctor"

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._checks: dict[str, Check] = {}

    def on_screen_resume(self) -> None:
        """It looks once by itself: that takes a while."""
        if not self._checks:
            super().on_screen_resume()

    def requests(self) -> Sequence[Request[Any]]:
        return (Doctor(),)

    async def take(self, call: Call, result: Any) -> None:
        diagnosis: Diagnosis = result
        self._checks = {check.name: check for check in diagnosis.checks}
        wrong = [check for check in diagnosis.checks if not check.ok]
        at = wrong[0].name if wrong and not self.selected else ""
        await self.show([option(check.name, _line(check)) for check in diagnosis.checks], at=at)
        self.query_one(Head).say("all is well" if not wrong else f"{len(wrong)} to look at")
        if isinstance(call.request, Doctor) and call.request.rebuild_index:
            self.say("The index is made anew.", "Doctor")

    async def failed(self, call: Call) -> None:
        self.query_one(Head).say("")

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        message.stop()
        self.query_one(Head).say(message.text)
        for spinner in self.query("#listed Spinner").results(Spinner):
            spinner.say(message.text)

    def detail(self, id: str) -> Content:
        check = self._checks.get(id)
        if check is None:
            return Content()
        lines = [_line(check), Content(), Content(check.detail)]
        if not check.ok:
            lines += [Content(), Content.assemble(("The way out  ", "bold $primary"), Content(check.hint))]
            if check.optional:
                lines.append(Content.styled("The twin works without it.", "$text-muted"))
        return Content("\n").join(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        looking = self.is_mounted and any(isinstance(call.request, Doctor) for call in calls_of(self).running)
        return not looking if action in ("examine", "rebuild_index") else True

    def action_examine(self) -> None:
        self.look_again()

    def action_rebuild_index(self) -> None:
        self._asked = [self.ask(Doctor(rebuild_index=True))]


def _line(check: Check) -> Content:
    if check.ok:
        return Content.assemble(("✓ ", "$text-success"), Content(check.name))
    mark = ("! ", "bold $text-warning") if check.optional else ("✗ ", "bold $text-error")
    return Content.assemble(mark, Content(check.name).stylize("bold"))
