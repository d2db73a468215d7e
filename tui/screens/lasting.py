"""A screen of which one verb takes long: what is under way is said above the detail, and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from textual import on

from tui.calls import Call, calls_of
from tui.messages import Progressed
from tui.screens.browse import BrowseScreen
from tui.widgets.spinner import Spinner
from twin.requests import Request


class LastingScreen(BrowseScreen):
    """One at a time: ``lasting`` is what is under way, until ``over`` is called."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.lasting: Call | None = None

    async def begin(self, request: Request[Any], doing: str) -> None:
        self.lasting = self.do(request)
        await self.query_one("#notices").mount(Spinner(f"{doing}; x cancels"))
        self.refresh_bindings()

    async def over(self) -> None:
        """It came to an end, or to nothing."""
        self.lasting = None
        await self.query("#notices Spinner").remove()
        self.refresh_bindings()

    async def failed(self, call: Call) -> None:
        if call is self.lasting:
            await self.over()

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        message.stop()
        if message.call is self.lasting and not message.call.stopping:
            done = "" if message.fraction is None else f" · {message.fraction:.0%}"
            self._say_doing(f"{message.text}{done} · x cancels")

    def action_cancel(self) -> None:
        if self.lasting is not None:
            calls_of(self).stop(self.lasting)
            self._say_doing("stopping")

    def _say_doing(self, text: str) -> None:
        for spinner in self.query("#notices Spinner").results(Spinner):
            spinner.say(text)
