"""What a person does and sees: the pilot, with waiting for a condition and reading the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

from textual.pilot import Pilot, WaitForScreenTimeout

from tui.app import TwinApp
from tui.widgets.conversation import Conversation
from tui.widgets.prompt import Prompt

_PATIENCE_SECONDS = 60.0
_BETWEEN_PANES = "▏"
_FRAMES = str.maketrans("▌▐█│─╭╮╰╯", " " * 9)


class Twin:
    def __init__(self, app: TwinApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the app run until ``condition`` holds; what is on the screen is the message if it never does."""
        deadline = monotonic() + _PATIENCE_SECONDS
        while not condition():
            if monotonic() > deadline:
                raise AssertionError(f"it did not come about; on the screen:\n{self.screen}")
            await self._pause(0.01)
        await self._pause()

    async def sees(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.screen for text in texts))

    async def says(self, text: str) -> None:
        """Type into the prompt and send."""
        self.prompt.focus()
        self.prompt.write(text)
        await self.press("enter")

    async def press(self, *keys: str) -> None:
        with suppress(WaitForScreenTimeout):  # see _pause
            await self.pilot.press(*keys)

    async def _pause(self, seconds: float | None = None) -> None:
        """The pilot waits for every widget to answer, half a minute at most. One that is removed meanwhile never does,
        and that is no failure: what a test is about is looked for in any case."""
        with suppress(WaitForScreenTimeout):
            await self.pilot.pause(seconds)

    async def settle(self) -> None:
        """Wait until every call is over."""
        await self.until(lambda: not self.app.calls.running)

    @property
    def prompt(self) -> Prompt:
        return self.app._talk.query_one(Prompt)

    @property
    def conversation(self) -> Conversation:
        return self.app._talk.query_one(Conversation)

    @property
    def screen(self) -> str:
        """The text on the screen without its lines and frames, one pane after the other, wrapped text joined again."""
        halves = [line.partition(_BETWEEN_PANES) for line in self.lines]
        return f"{_flowing(left for left, _, _ in halves)} {_flowing(right for _, _, right in halves)}"

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def toasts(self) -> str:
        return " ".join(f"{toast.title} {toast.message}" for toast in self.app._notifications)


def _flowing(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).translate(_FRAMES).split())


def lines_on(twin: Twin) -> list[int]:
    """The numbers of :func:`tests.tui.script.long_past` that are to be seen."""
    return [int(number) for number in re.findall(r"Line (\d+)\.", twin.screen)]
