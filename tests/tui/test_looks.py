"""How the main screen looks, at both ends of the sizes and in both themes; ``--snapshot-update`` accepts a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.fakes import FakeClient
from tests.tui.script import coffee_reply, memory, unknown_reply, with_a_past
from tests.tui.seen import Twin
from tui.app import TwinApp
from tui.themes import DARK, LIGHT
from twin.domain import Route
from twin.errors import AudioError
from twin.events import Token
from twin.requests import Converse, Dictate, Forget, ForgetReport

SIZES = [(80, 24), (160, 48)]
THEMES = [DARK.name, LIGHT.name]
SnapCompare = Callable[..., bool]


@pytest.fixture
def app(client: FakeClient, make_app: Callable[[], TwinApp]) -> TwinApp:
    with_a_past(client)
    return make_app()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x48"])
def test_conversation(
    app: TwinApp, client: FakeClient, snap_compare: SnapCompare, size: tuple[int, int], theme: str
) -> None:
    learned = memory("m9", "plays the cello", source="t8")
    client.script(
        Converse,
        Token("Lovely"),
        coffee_reply(
            text="Lovely. What *cellists* praise:\n\n1. the **Bach** suites\n2. a good `rosin`\n3. patience",
            route=Route.TOLD,
            sources=(),
            learned=(learned,),
        ),
    )
    client.script(Converse, Token("You like oat flat whites."), coffee_reply())
    client.script(Converse, Token("I don't know that yet."), unknown_reply())

    async def talk(pilot: Pilot[Any]) -> None:
        twin = await _opened(app, pilot, theme)
        for text in ("I play the cello", "What coffee do I like?", "What is my sister's name?"):
            await twin.says(text)
            await twin.settle()
        await twin.sees("doesn’t know that yet")

    assert snap_compare(app, terminal_size=size, run_before=talk)


@pytest.mark.parametrize("theme", THEMES)
def test_first_run(make_app: Callable[[], TwinApp], snap_compare: SnapCompare, theme: str) -> None:
    app = make_app()

    async def wait(pilot: Pilot[Any]) -> None:
        twin = await _opened(app, pilot, theme)
        await twin.sees("Your twin knows nothing yet.")

    assert snap_compare(app, terminal_size=(80, 24), run_before=wait)


def test_failure(app: TwinApp, client: FakeClient, snap_compare: SnapCompare) -> None:
    client.script(Dictate, AudioError("notes.wav is empty.", hint="Record it again, or choose another file."))

    async def fail(pilot: Pilot[Any]) -> None:
        twin = await _opened(app, pilot, DARK.name)
        await twin.says("/dictate notes.wav")
        await twin.sees("Recording not readable")
        twin.prompt.clear()  # the path that came back is the test's own

    assert snap_compare(app, terminal_size=(80, 24), run_before=fail)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("ctrl+r",), "What did you really say?"),
        (("ctrl+t", "tab", "f"), "It cannot be undone."),
        (("f1",), "Commands, typed where you write"),
    ],
    ids=["correct", "forget", "help"],
)
def test_dialogs(
    app: TwinApp,
    client: FakeClient,
    snap_compare: SnapCompare,
    keys: tuple[str, ...],
    text: str,
    theme: str,
) -> None:
    client.script(Forget, ForgetReport(("m2",), ("t5",), preview=True, summary="One fact and what it was taken from."))

    async def open_dialog(pilot: Pilot[Any]) -> None:
        twin = await _opened(app, pilot, theme)
        await twin.sees("underlined")
        await twin.press(*keys)
        await twin.sees(text)

    assert snap_compare(app, terminal_size=(80, 24), run_before=open_dialog)


async def _opened(app: TwinApp, pilot: Pilot[Any], theme: str) -> Twin:
    app.theme = theme
    twin = Twin(app, pilot)
    await twin.until(lambda: not app.screen.query("#fetching"))
    await twin.settle()
    return twin
