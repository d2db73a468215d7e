"""Forgetting, after a look at what goes."""

from __future__ import annotations

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import MEMORIES, coffee_reply, memory, with_a_past
from tui.screens.forget import ForgetScreen
from tui.widgets.knows import KnownItems
from twin.errors import NotFoundError
from twin.requests import Converse, Forget, ForgetReport, Know, Knowledge

GOES = ForgetReport(("m1",), ("t1", "t2"), preview=True, summary="One preference and what it was taken from.")
GONE = ForgetReport(("m1",), ("t1", "t2"), preview=False, summary="One preference is gone.")


async def test_an_item_is_forgotten_after_a_preview(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(Forget, GOES)
    client.script(Forget, GONE)
    async with open_twin() as twin:
        await twin.sees("I drink oat flat whites.")
        await twin.press("tab", "down")
        assert isinstance(twin.app.focused, KnownItems)
        assert "f Forget" in twin.screen
        await twin.press("f")
        await twin.sees(
            "Forget for good? ", "m1 likes oat flat whites", GOES.summary, "1 memory and 2 sources: m1, t1, t2"
        )
        assert client.requests(Forget) == [Forget(("m1",), preview=True)]
        client.always(Know, Knowledge(MEMORIES[1:]))
        await twin.press("right", "enter")
        await twin.until(lambda: GONE.summary in twin.toasts)
        await twin.sees("Knows 3")
        # and what it was taken from is gone from the conversation and from what Up brings back
        assert "I drink oat flat whites." not in twin.screen
        twin.prompt.focus()
        await twin.press("up")
        assert twin.prompt.text == ""
    assert client.requests(Forget) == [Forget(("m1",), preview=True), Forget(("m1",))]


async def test_what_was_said_in_this_session_goes_too(client: FakeClient, open_twin: OpenTwin) -> None:
    learned = memory("m9", "plays the cello", source="t8")
    client.script(
        Converse, coffee_reply(text="You play the cello, noted.", sources=(), learned=(learned,), turn_id="t9")
    )
    client.script(Forget, ForgetReport(("m9",), ("t8",), preview=True, summary=""))
    client.script(Forget, ForgetReport(("m9",), ("t8",), preview=False, summary=""))
    async with open_twin() as twin:
        await twin.says("I play the cello")
        await twin.sees("✦ remembered m9")
        await twin.says("/forget m9")
        await twin.until(lambda: isinstance(twin.app.screen, ForgetScreen) and "cannot be undone" in twin.screen)
        await twin.press("right", "enter")
        await twin.until(lambda: "cello" not in twin.screen)


async def test_keeping_changes_nothing(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(Forget, GOES)
    async with open_twin() as twin:
        await twin.says("/forget m1")
        await twin.sees(GOES.summary)
        await twin.press("enter")  # the focus is on keeping
        await twin.until(lambda: not isinstance(twin.app.screen, ForgetScreen))
    assert client.requests(Forget) == [Forget(("m1",), preview=True)]


async def test_a_dictation_is_forgotten_from_where_it_stands(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(Forget, ForgetReport((), ("u4",), preview=True, summary="The dictation and its audio."))
    client.script(Forget, ForgetReport((), ("u4",), preview=False, summary="The dictation is gone."))
    async with open_twin() as twin:
        await twin.press("shift+tab", "delete")
        await twin.sees("The dictation and its audio.")
        await twin.press("tab", "enter")
        await twin.until(lambda: "u4" not in twin.screen)
    assert client.requests(Forget) == [Forget(("u4",), preview=True), Forget(("u4",))]


async def test_what_is_not_there_cannot_be_forgotten(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Forget, NotFoundError("There is no m77.", hint="`twin know` lists what there is."))
    async with open_twin() as twin:
        await twin.says("/forget m77")
        await twin.sees("✗ Not found There is no m77. `twin know` lists what there is.")
        await twin.press("right", "enter")  # forgetting stays out of reach
        await twin.until(lambda: not isinstance(twin.app.screen, ForgetScreen))
    assert client.requests(Forget) == [Forget(("m77",), preview=True)]
