"""What goes wrong is told once, in words, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import coffee_reply, with_a_past
from tests.tui.seen import Twin
from tui.app import TwinApp
from tui.trouble import log_file
from twin.errors import EngineLostError, EngineStartError, LedgerError, ModelError
from twin.events import Token
from twin.paths import Home
from twin.requests import Ask, Cancel, Converse, Forget, Know, ListUtterances, ShowHistory, Status, WarmUp

LOST = EngineLostError("The engine stopped in the middle of it.", hint="Send it again; it starts by itself.")


async def test_a_failure_is_told_in_words_and_the_text_comes_back(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, ModelError("The language model ran out of memory.", hint="Close something big."))
    async with open_twin() as twin:
        await twin.says("Tell me a story")
        await twin.sees("✗ Model The language model ran out of memory. Close something big.", "09:30 · not answered")
        assert twin.prompt.text == "Tell me a story"
        assert "thinking" not in twin.screen


async def test_text_does_not_replace_what_is_being_typed(client: FakeClient, open_twin: OpenTwin) -> None:
    gate = Event()
    client.script(Ask, gate, ModelError("No."))
    async with open_twin() as twin:
        await twin.says("/ask where is my key?")
        await twin.press(*"well")
        gate.set()
        await twin.until(lambda: "Press Up" in twin.toasts)
        assert twin.prompt.text == "well"
        await twin.press("up")
        assert twin.prompt.text == "/ask where is my key?"


async def test_a_lost_engine_is_said_and_the_next_message_finds_it_again(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    client.script(Converse, Token("Once "), LOST)
    client.script(Converse, coffee_reply())
    async with open_twin() as twin:
        await twin.says("Tell me a story")
        await twin.sees("✗ Engine stopped", LOST.hint, "engine stopped; your next message tries again")
        await twin.sees("twin 09:30 · cut short Once")
        assert twin.prompt.text == "Tell me a story"
        warm_ups = len(client.requests(WarmUp))
        await twin.press("enter")
        await twin.sees("You like oat flat whites.", "● hearing")
    assert len(client.requests(WarmUp)) == warm_ups + 1


async def test_an_engine_that_does_not_start_is_told_once_and_the_past_comes_when_it_does(
    client: FakeClient, make_app: Callable[[], TwinApp]
) -> None:
    for verb in (WarmUp, Status, ShowHistory, ListUtterances, Know):
        client.always(verb, EngineStartError("The engine did not start.", hint="Run `twin doctor`."))
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        twin = Twin(app, pilot)
        await twin.sees("✗ Engine did not start The engine did not start. Run `twin doctor`.")
        await twin.settle()
        assert twin.screen.count("✗") == 1
        client.start_over()
        with_a_past(client)
        client.script(Converse, coffee_reply())
        await twin.says("Hello")
        await twin.sees("You like oat flat whites.", "Yesterday", "● hearing")


async def test_the_same_failure_is_told_again_when_the_person_tries_again(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    client.always(Converse, LedgerError("The ledger is damaged.", hint="Run `twin doctor`."))
    async with open_twin() as twin:
        await twin.says("one")
        await twin.until(lambda: twin.screen.count("The ledger is damaged.") == 1)
        await twin.press("enter")
        await twin.until(lambda: twin.screen.count("The ledger is damaged.") == 2)


async def test_what_nobody_foresaw_is_one_line_and_a_log_without_content(
    client: FakeClient, open_twin: OpenTwin, home: Home
) -> None:
    client.script(Converse, ZeroDivisionError("my secret diary"))
    async with open_twin() as twin:
        await twin.says("my secret diary")
        await twin.sees("✗ Unexpected Something happened that should not have (ZeroDivisionError).")
        assert twin.prompt.text == "my secret diary"
    log = log_file(home).read_text()
    assert "ZeroDivisionError at" in log
    assert "calls.py" in log
    assert "diary" not in log
    assert log_file(home).stat().st_mode & 0o777 == 0o600


async def test_the_engine_is_not_asked_again_and_again_when_it_cannot_answer(
    client: FakeClient, make_app: Callable[[], TwinApp], home: Home
) -> None:
    for verb in (WarmUp, Status):
        client.always(verb, ZeroDivisionError())
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        twin = Twin(app, pilot)
        await twin.sees("state unknown", "✗ Unexpected")
        await twin.settle()
        asked = len(client.asked)
        await pilot.pause(0.8)  # longer than from one look to the next
        assert len(client.asked) == asked
        client.start_over()
        client.script(Converse, coffee_reply())
        await twin.says("Hello")
        await twin.sees("● hearing")


async def test_a_crash_of_the_interface_shows_no_values(
    client: FakeClient, make_app: Callable[[], TwinApp], home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app()
    secret = "my " + "diary"

    def crash() -> None:
        words = secret
        raise RuntimeError(words)

    async def run() -> None:
        async with app.run_test() as pilot:
            app.call_later(crash)
            await pilot.pause()

    with pytest.raises(RuntimeError):
        await run()
    printed = capsys.readouterr().err
    assert "Something happened that should not have (RuntimeError)." in " ".join(printed.split())
    assert "diary" not in printed
    assert "diary" not in log_file(home).read_text()


async def test_escape_stops_a_reply(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, Token("Once upon"), Event(), coffee_reply())
    async with open_twin() as twin:
        assert "esc Stop" not in twin.screen
        await twin.says("Tell me a story")
        await twin.sees("Once upon", "esc Stop")
        await twin.press("escape")
        await twin.sees("you 09:30 · stopped by you", "twin 09:30 · cut short Once upon")
        await twin.until(lambda: "esc Stop" not in twin.screen)
        assert "✗" not in twin.screen
        assert twin.prompt.text == ""
    assert len(client.cancelled) == 1


async def test_escape_before_the_engine_has_accepted_still_stops(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        gate = client.hold(Converse)
        client.script(Converse, Event(), coffee_reply())
        await twin.says("Tell me a story")
        await twin.sees("thinking", "esc Stop")
        await twin.press("escape")
        await twin.sees("stopping")
        assert not client.requests(Cancel)
        gate.set()
        await twin.sees("you 09:30 · stopped by you")
    assert len(client.requests(Cancel)) == 1


async def test_a_failure_whose_dialog_is_closed_is_a_toast(client: FakeClient, open_twin: OpenTwin) -> None:
    gate = Event()
    client.script(Forget, gate, LedgerError("The ledger is damaged."))
    async with open_twin() as twin:
        await twin.says("/forget m1")
        await twin.sees("looking at what goes with it")
        await twin.press("escape")
        await twin.until(lambda: twin.prompt.has_focus)
        gate.set()
        await twin.until(lambda: "The ledger is damaged." in twin.toasts)
