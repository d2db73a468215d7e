"""How the screens look, at both ends of the sizes and in both themes; ``--snapshot-update`` accepts a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.fakes import FakeClient
from tests.tui.learning_script import with_learning
from tests.tui.script import DOUBTS, NOW, SESSION, coffee_reply, memory, unknown_reply, utterance, with_a_past, words
from tests.tui.seen import Twin
from tui.app import TwinApp
from tui.news import Newsroom
from tui.themes import DARK, LIGHT
from twin.domain import AppliedRule, AudioSource, Edited, Route, SpokenCommand
from twin.errors import AudioError
from twin.events import Level, PartialText, Progress, Token, UtteranceHeard
from twin.requests import Alternatives, Converse, Dictate, Doubts, Forget, ForgetReport, Learn, Listen
from twin.time_left import TimeLeft

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
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x48"])
def test_listening(
    app: TwinApp, client: FakeClient, snap_compare: SnapCompare, size: tuple[int, int], theme: str
) -> None:
    """Hands-free: one utterance is over, with what was done to it; the next is being said."""
    said = utterance("u5", "Ask OpenRouter for the bill, Anna", session_id=SESSION, at=NOW - timedelta(minutes=40))
    said = replace(
        said,
        source=AudioSource.MICROPHONE,
        origin="headset",
        rules_applied=(AppliedRule("w3", "OpenRouter", words("open rider"), 1, 2),),
        edited=Edited(said.heard, said.words, (SpokenCommand("comma", "comma", 5, 6),)),
    )
    client.script(
        Listen,
        Progress("listen", "Listening to headset …"),
        UtteranceHeard(said),
        Level(0.08, 0.4),
        PartialText(" And the harbour wakes long before the town does,", " and a doc"),
        Event(),
    )

    async def listen(pilot: Pilot[Any]) -> None:
        twin = await _opened(app, pilot, theme)
        await twin.press("ctrl+g")
        await twin.sees("and a doc", "hearing you", "u5")

    assert snap_compare(app, terminal_size=size, run_before=listen)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x48"])
def test_correcting(
    app: TwinApp, client: FakeClient, snap_compare: SnapCompare, size: tuple[int, int], theme: str
) -> None:
    client.always(Alternatives, Doubts(utterance(), DOUBTS))

    async def look_at_the_first_doubt(pilot: Pilot[Any]) -> None:
        twin = await _opened(app, pilot, theme)
        await twin.sees("underlined")
        await twin.press("ctrl+r")
        await twin.sees("doubt 1 of 3")

    assert snap_compare(app, terminal_size=size, run_before=look_at_the_first_doubt)


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
        (("ctrl+t", "tab", "f"), "It cannot be undone."),
        (("f1",), "Commands, typed where you write"),
    ],
    ids=["forget", "help"],
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


SCREENS = {
    "proposals": (("f3", "down"), "Rests on 42 examples"),
    "proposals-rule": (("f3", "space", "up"), "1 marked"),
    "learning": (("f4",), "Words wrong in your speech"),
    "training": (("f4", "t", "down", "enter"), "step 31 of 84"),
    "run": (("f4", "down", "down", "down"), "It is not proven better"),
    "versions": (("f5",), "whisper-base → a1 → a3"),
    "compared": (("f5", "c", "up"), "a3 beside a2"),
    "knows": (("f2",), "What it was before, and since"),
    "settings": (("f6", "down"), "language = en"),
    "doctor": (("f7",), "The way out"),
}
"""Keys that open each of the screens beside the conversation, and what is then to be seen."""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x48"])
@pytest.mark.parametrize("name", list(SCREENS))
def test_screens(
    app: TwinApp, client: FakeClient, snap_compare: SnapCompare, name: str, size: tuple[int, int], theme: str
) -> None:
    with_learning(client)
    app.news = Newsroom(app, app.calls, lambda: TimeLeft(lambda: 0.0))  # in a time that stands still
    steps = [
        Progress("train", f"Training on 42 examples: step {step} of 84", step / 84, 3.0 - step / 50)
        for step in range(1, 32)
    ]
    client.script(Learn, *steps, Event())
    keys, text = SCREENS[name]

    async def look(pilot: Pilot[Any]) -> None:
        twin = await _opened(app, pilot, theme)
        for key in keys:
            await twin.press(key)
            await twin.until(lambda: all(call.request == Learn(now=True) for call in app.calls.running))
        if size == SIZES[1]:  # there it is all to be seen without scrolling
            await twin.sees(text)
        await twin.pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=look)


async def _opened(app: TwinApp, pilot: Pilot[Any], theme: str) -> Twin:
    app.theme = theme
    twin = Twin(app, pilot)
    await twin.until(lambda: not app.screen.query("#fetching"))
    await twin.settle()
    return twin
