"""A long conversation: only what is near is mounted, and nobody can tell."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import NOW, coffee_reply, long_past, utterance
from tests.tui.seen import Twin, lines_on
from tui.widgets.entry import Entry
from tui.widgets.reply import TwinSaid
from twin.domain import Signal, SignalKind
from twin.events import Token
from twin.requests import (
    Alternatives,
    Converse,
    Doubts,
    EditReply,
    Forget,
    ForgetReport,
    ListUtterances,
    Rate,
    Utterances,
)

TURNS = 200
AT_MOST = 60
"""Entries that are ever mounted here."""


async def look_back_to(twin: Twin, number: int) -> None:
    while number not in lines_on(twin):
        await page(twin, "pageup")


async def page(twin: Twin, key: str) -> None:
    before = lines_on(twin)
    await twin.press(key)
    await twin.until(lambda: lines_on(twin) != before)
    await twin.until(lambda: all(isinstance(call.request, Converse) for call in twin.app.calls.running))
    now = lines_on(twin)
    assert now == list(range(now[0], now[-1] + 1))  # all of it is there
    assert len(twin.conversation.query(Entry)) <= AT_MOST


async def to_the_end(twin: Twin) -> None:
    await twin.says("/nonsense")
    await twin.sees("There is no /nonsense.")
    twin.prompt.clear()


async def test_far_back_and_forth_again_every_line_is_seen_once(client: FakeClient, open_twin: OpenTwin) -> None:
    long_past(client, TURNS, answered=True)
    async with open_twin(80, 24) as twin:
        await twin.sees(f"Line {TURNS}.")
        while 1 not in lines_on(twin):
            top = lines_on(twin)[0]
            await page(twin, "pageup")
            assert lines_on(twin)[-1] >= top - 1  # none was passed over
        while TURNS not in lines_on(twin):
            bottom = lines_on(twin)[-1]
            await page(twin, "pagedown")
            assert lines_on(twin)[0] <= bottom + 1
        twin.conversation.scroll_home(animate=False)  # at one leap, as with the scroll bar
        await twin.until(lambda: 1 in lines_on(twin))
        twin.conversation.scroll_end(animate=False)
        await twin.until(lambda: TURNS in lines_on(twin))
        assert len(twin.conversation.query(Entry)) <= AT_MOST


async def test_what_is_made_of_a_reply_far_back_stays_there(client: FakeClient, open_twin: OpenTwin) -> None:
    long_past(client, TURNS, answered=True)
    answered = Event()
    client.script(Rate, answered, signal(SignalKind.THUMBS_UP))
    client.script(EditReply, signal(SignalKind.EDIT))
    async with open_twin(80, 24) as twin:
        await look_back_to(twin, 100)
        reply = next(one for one in twin.conversation.query(TwinSaid) if one.text == "Line 100.")
        reply.focus(scroll_visible=False)
        await twin.press("e")
        await twin.sees("What should it have said?")
        await twin.press("exclamation_mark", "enter")
        await twin.sees("in your words Line 100.!")
        reply = next(one for one in twin.conversation.query(TwinSaid) if one.text == "Line 100.!")
        reply.focus(scroll_visible=False)
        await twin.press("plus")
        await to_the_end(twin)
        await twin.until(lambda: not reply.is_attached)
        assert twin.prompt.has_focus
        answered.set()  # it is away when the twin has noted it
        await twin.settle()
        await look_back_to(twin, 100)
        await twin.sees("+ good, you say Line 100.!")
    assert client.requests(EditReply) == [EditReply("t100", "Line 100.!")]
    assert client.requests(Rate) == [Rate("t100", good=True)]


async def test_resizing_far_back_leaves_the_person_where_they_read(client: FakeClient, open_twin: OpenTwin) -> None:
    long_past(client, TURNS, answered=True)
    async with open_twin(100, 24) as twin:
        await look_back_to(twin, 100)
        top = lines_on(twin)[0]
        for width, height in ((60, 24), (160, 48), (100, 30)):
            await twin.pilot.resize_terminal(width, height)
            await twin.until(lambda: top in lines_on(twin)[:3])
            now = lines_on(twin)
            assert now == list(range(now[0], now[-1] + 1))
        while TURNS not in lines_on(twin):
            await page(twin, "pagedown")


async def test_a_reply_that_streams_does_not_move_who_looks_back(client: FakeClient, open_twin: OpenTwin) -> None:
    long_past(client, TURNS, answered=True)
    go_on, end = Event(), Event()
    words = [Token("word\n\n") for _ in range(60)]
    client.script(
        Converse, Token("It begins. "), go_on, *words, end, coffee_reply(text="It begins. " + "word\n\n" * 60)
    )
    async with open_twin(80, 24) as twin:
        await twin.says("Say a lot")
        await twin.sees("It begins.")
        await look_back_to(twin, 100)
        seen = lines_on(twin)
        go_on.set()
        await twin.pilot.pause(0.3)
        assert lines_on(twin) == seen
        assert len(twin.conversation.query(Entry)) <= AT_MOST
        end.set()
        await twin.settle()
        assert lines_on(twin) == seen
        while "word" not in twin.screen:
            await page(twin, "pagedown")
        await to_the_end(twin)
        await twin.until(lambda: not twin.conversation._later)  # all that is later is there again


async def test_replies_of_a_long_day_do_not_stay_mounted(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin(80, 24) as twin:
        for number in range(30):
            client.script(Converse, coffee_reply(text=f"Line {number}.", turn_id=f"t{number}"))
            await twin.says("Hello")
            await twin.sees(f"Line {number}.")
            await twin.settle()
        assert len(twin.conversation.query(Entry)) < 30
        await look_back_to(twin, 0)
        await twin.sees("Line 0. said on 3 Mar 2026 · m1")  # with its sources


async def test_a_dictation_that_is_away_is_at_hand(client: FakeClient, open_twin: OpenTwin) -> None:
    long_past(client, TURNS)
    old = utterance("u1", at=NOW - timedelta(minutes=15 * (TURNS - 120)))
    client.always(ListUtterances, lambda request: Utterances(() if request.before else (old,)))
    client.always(Alternatives, Doubts(old, ()))
    async with open_twin(80, 24) as twin:
        await look_back_to(twin, 110)
        await to_the_end(twin)
        assert "request" not in twin.screen
        await twin.says("/correct u1")
        await twin.sees("What did you really say?")
        await twin.press("escape")
        await twin.sees("Please route the request")  # it is gone to
        client.script(Forget, ForgetReport((), ("u1",), preview=True, summary="One dictation."))
        client.script(Forget, ForgetReport((), ("u1",), preview=False, summary="One dictation."))
        await to_the_end(twin)
        await twin.says("/forget u1")
        await twin.sees("It cannot be undone.")
        await twin.press("right", "enter")
        await twin.until(lambda: "Forgotten" in twin.toasts)
        await look_back_to(twin, 120)
        assert "Please route the request" not in twin.screen


def signal(kind: SignalKind) -> Signal:
    return Signal("s1", kind, "t100", "", (), NOW)
