"""What the person finds when the UI opens, and what it takes to close it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest

from tests.fakes import READY_MODELS, FakeClient, engine_status
from tests.tui.conftest import OpenTwin
from tests.tui.script import NOW, SESSION, coffee_reply, long_past, utterance, with_a_past
from tests.tui.seen import Twin, lines_on
from tui.app import TwinApp
from tui.calls import LazyClient
from tui.widgets.entry import DayHeading
from tui.widgets.knows import Knows
from twin.domain import Speaker, Turn
from twin.errors import EngineError, LedgerError
from twin.events import Progress
from twin.paths import Home
from twin.requests import (
    Converse,
    History,
    ListUtterances,
    ModelState,
    ShowHistory,
    Status,
    Utterances,
    WarmUp,
)


async def test_a_new_person_is_told_what_to_do(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin(80, 24) as twin:
        await twin.sees("Your twin knows nothing yet.", "I drink oat flat whites.", "What coffee do I like?", "Ctrl+O")
        assert twin.prompt.has_focus
        await twin.says("/nonsense")
        await twin.until(lambda: "knows nothing yet" not in twin.screen)


async def test_yesterdays_conversation_is_there(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    async with open_twin() as twin:
        await twin.sees(
            "Yesterday you 09:30 I drink oat flat whites. twin 09:30 Noted: you like oat flat whites. "
            "you 10:10 · dictated · u4 · standup.flac · 6.2 s Please route the request"
        )
        await twin.sees("Knows 4", "Facts works as a field botanist m2 · 23 Feb", "Preferences")
        await twin.sees("Vocabulary OpenRouter m3 · 1 Mar · heard as open rider")


async def test_a_reply_that_was_cut_short_yesterday_still_says_so(client: FakeClient, open_twin: OpenTwin) -> None:
    client.always(ShowHistory, History((Turn("t1", "ui-x", Speaker.TWIN, "Once upon", NOW, complete=False),)))
    async with open_twin() as twin:
        await twin.sees("Today twin 09:30 · cut short Once upon")


async def test_what_is_said_before_the_history_arrives_comes_after_it_once(
    client: FakeClient, make_app: Callable[[], TwinApp]
) -> None:
    gate = Event()
    this_session = Turn("t8", SESSION, Speaker.PERSON, "Good morning", NOW)
    before = Turn("t1", "ui-before", Speaker.PERSON, "I drink oat flat whites.", NOW)
    client.script(ShowHistory, gate, History((before, this_session)))
    client.script(Converse, Event())
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        twin = Twin(app, pilot)
        await twin.says("Good morning")
        await twin.sees("Good morning")
        gate.set()
        await twin.sees("I drink oat flat whites. you 09:30 Good morning twin 09:30")
        assert twin.screen.count("Good morning") == 1


async def test_nothing_is_asked_before_the_first_paint(home: Home, client: FakeClient) -> None:
    painted_when_built: list[bool] = []

    def build() -> FakeClient:
        painted_when_built.append(app._dom_ready)
        return client

    app = TwinApp(LazyClient(build), home, now=lambda: NOW)
    async with app.run_test() as pilot:
        await Twin(app, pilot).until(lambda: client.requests(ShowHistory))
    assert painted_when_built == [True]


def test_a_client_that_is_being_closed_is_not_built(client: FakeClient) -> None:
    never_called = LazyClient(lambda: pytest.fail("built"))
    never_called.close()
    with pytest.raises(EngineError):
        never_called.call(Status())


def test_closing_closes_the_client_that_was_built(client: FakeClient) -> None:
    lazy = LazyClient(lambda: client)
    lazy.call(Status())
    lazy.close()
    assert client.closed


async def test_models_are_watched_until_they_are_ready(client: FakeClient, make_app: Callable[[], TwinApp]) -> None:
    recogniser, _, _ = READY_MODELS
    loading = ModelState("all-minilm-l6-v2", "embedder", "loading", seconds=2.3)
    waiting = ModelState("smollm2", "language-model", "waiting")
    gate = Event()
    client.script(WarmUp, Progress("engine", "Starting the engine …"), gate, engine_status())
    client.always(Status, engine_status(recogniser, loading, waiting))
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        twin = Twin(app, pilot)
        await twin.sees("● hearing", "… memory loading 2 s", "○ language waiting")
        gate.set()
        await twin.sees("● hearing ● memory ● language")
        await twin.settle()
        asked = len(client.requests(Status))
        await twin.pilot.pause(0.8)  # longer than from one look to the next
        assert len(client.requests(Status)) == asked


async def test_a_model_that_failed_says_why(client: FakeClient, open_twin: OpenTwin) -> None:
    recogniser, embedder, _ = READY_MODELS
    broken = ModelState("smollm2", "language-model", "failed", "smollm2 has the wrong hash.")
    for verb in (WarmUp, Status):
        client.always(verb, engine_status(recogniser, embedder, broken))
    async with open_twin(80, 24) as twin:
        await twin.sees("✗ language failed", "✗ language: smollm2 has the wrong hash.")


async def test_the_pane_folds_away_where_it_is_narrow_and_can_be_opened(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    with_a_past(client)
    async with open_twin(80, 24) as twin:

        def shown() -> bool:
            return twin.app.screen.query_one(Knows).display

        assert not shown()
        await twin.press("ctrl+t")
        await twin.sees("Knows 4")
        await twin.pilot.resize_terminal(79, 24)
        assert shown()  # the person wanted it
        await twin.pilot.resize_terminal(140, 40)
        await twin.until(shown)
        await twin.press("tab")
        assert not twin.prompt.has_focus
        await twin.pilot.resize_terminal(80, 24)
        await twin.until(lambda: not shown())
        assert twin.prompt.has_focus


async def test_a_long_past_opens_at_its_end_and_is_looked_back_through_to_its_first_day(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    long_past(client, 150)
    client.always(
        ListUtterances, lambda request: Utterances(() if request.before else (utterance(at=NOW - timedelta(days=1)),))
    )
    async with open_twin(100, 40) as twin:
        await twin.sees("Line 150.")
        assert len(twin.conversation.children) < 60  # the rest is mounted when it is looked at
        seen = set(lines_on(twin))
        while 1 not in seen:
            before = lines_on(twin)
            await twin.press("pageup")
            await twin.until(lambda before=before: lines_on(twin) != before)
            now = lines_on(twin)
            assert now == list(range(now[0], now[-1] + 1))
            assert now[-1] >= before[0] - 1  # no line was passed over
            await twin.settle()
            assert lines_on(twin) == now  # what came above it has not moved it
            seen |= set(now)
        assert seen == set(range(1, 151))
        assert twin.prompt.has_focus
        await twin.press("pageup")
        await twin.sees("Monday 2 March")
        assert [entry.day for entry in twin.conversation.said(DayHeading)] == ["Today", "Yesterday", "Monday 2 March"]
        while 150 not in lines_on(twin):
            await twin.press("pagedown")


async def test_up_goes_through_what_was_said_as_far_as_it_was_looked_back_to(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    long_past(client, 60)
    async with open_twin() as twin:
        for number in (60, 59):
            await twin.press("up")
            assert twin.prompt.text == f"Line {number}."
        while len(client.requests(ShowHistory)) < 2:
            await twin.press("pageup")
        await twin.settle()
        await twin.press("up")
        assert twin.prompt.text == "Line 58."


async def test_what_could_not_be_fetched_is_fetched_when_it_is_looked_for_again(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    long_past(client, 100)
    async with open_twin(80, 24) as twin:
        answer = client._standing[ShowHistory]
        client.always(ShowHistory, LedgerError("The ledger cannot be read."))
        while len(client.requests(ShowHistory)) < 2:
            await twin.press("pageup")
        await twin.settle()
        client.always(ShowHistory, answer)
        for _ in range(60):
            await twin.press("pageup")
        await twin.sees("Line 1.")


async def test_leaving_waits_for_nothing(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, Event())  # answers never
    async with open_twin() as twin:
        await twin.says("Hello?")
        await twin.sees("thinking")
        await twin.press("ctrl+q")
        await twin.until(lambda: not twin.app.is_running)
    assert twin.app.return_code == 0


@pytest.mark.parametrize(("width", "height"), [(20, 8), (40, 12), (300, 90)])
async def test_it_bears_any_size(client: FakeClient, open_twin: OpenTwin, width: int, height: int) -> None:
    with_a_past(client)
    async with open_twin(width, height) as twin:
        for keys in (("ctrl+t",), ("f1", "escape"), ("ctrl+o", "escape"), ("ctrl+r", "escape"), ("slash",)):
            await twin.press(*keys)
        await twin.until(lambda: twin.prompt.text == "/")


async def test_a_model_that_recovers_is_seen_to(client: FakeClient, open_twin: OpenTwin) -> None:
    broken = ModelState("smollm2", "language-model", "failed", "The disk was full.")
    client.always(WarmUp, engine_status(broken))
    client.always(Status, engine_status(broken))
    client.script(Converse, coffee_reply())
    async with open_twin() as twin:
        await twin.sees("✗ language: The disk was full.")
        client.always(Status, engine_status())
        await twin.says("Hello")
        await twin.sees("● language")
        assert "The disk was full." not in twin.screen
