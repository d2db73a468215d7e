"""What the person does with replies and with the prompt: thumbs, words of their own, search, mentions, drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import MEMORIES, NOW, YESTERDAY, coffee_reply, with_a_past
from tests.tui.seen import Twin
from tui import drafts
from tui.app import TwinApp
from tui.mentions import mention_at, mentionable
from tui.themes import DARK, LIGHT, preferred
from tui.widgets.reply import TwinSaid
from twin.domain import Citation, Prompted, Signal, SignalKind, Speaker, StyleUsed, Turn
from twin.errors import NotFoundError
from twin.paths import Home
from twin.requests import Converse, EditReply, History, Rate, ShowHistory


def signal(kind: SignalKind) -> Signal:
    return Signal("s1", kind, "t2", "", (), NOW)


async def test_thumbs_are_given_to_the_reply_at_hand(client: FakeClient, open_twin: OpenTwin) -> None:
    client.always(ShowHistory, History((Turn("t2", "ui-before", Speaker.TWIN, "Noted.", NOW),)))
    client.script(Converse, coffee_reply())
    client.script(Rate, signal(SignalKind.THUMBS_UP))
    client.script(Rate, signal(SignalKind.THUMBS_DOWN))
    async with open_twin() as twin:
        await twin.says("What coffee do I like?")
        await twin.sees("You like oat flat whites.")
        await twin.press("shift+tab")
        assert isinstance(twin.app.focused, TwinSaid)
        await twin.sees("+ Good", "- Bad", "e Edit")
        await twin.press("plus")
        await twin.sees("+ good, you say")
        await twin.press("shift+tab", "minus")
        await twin.sees("- not good, you say")
    assert client.requests(Rate) == [Rate("t4", good=True), Rate("t2", good=False)]


async def test_a_reply_is_put_in_ones_own_words(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(EditReply, signal(SignalKind.EDIT))
    async with open_twin() as twin:
        await twin.sees("Noted: you like oat flat whites.")
        await twin.press("shift+tab", "shift+tab", "e")
        await twin.sees("What should it have said?")
        await twin.press("exclamation_mark", "enter")
        await twin.sees("in your words Noted: you like oat flat whites.!")
    assert client.requests(EditReply) == [EditReply("t2", "Noted: you like **oat flat whites**.!")]


async def test_what_was_made_of_a_reply_stands_there_the_next_day(client: FakeClient, open_twin: OpenTwin) -> None:
    reply = Turn("t1", "ui-before", Speaker.TWIN, "Certainly! Noted.", NOW, edited="Got **it**.")
    client.always(ShowHistory, History((reply,)))
    async with open_twin() as twin:
        await twin.sees("twin 09:30 · in your words Got it.")
        assert "Certainly" not in twin.screen
        await twin.press("ctrl+f", *"got")
        await twin.sees("1 found", "Got **it**.")


async def test_a_reply_that_is_forgotten_says_so(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(Rate, NotFoundError("There is no t2."))
    async with open_twin() as twin:
        await twin.sees("Noted: you like oat flat whites.")
        await twin.press("shift+tab", "shift+tab", "g")
        await twin.sees("There is no t2.")


async def test_what_shaped_a_reply_is_shown_and_explained(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    source = Citation("m1", "t1", "I drink oat flat whites.", YESTERDAY, 0.82, {"words": 0.5, "meaning": 0.32})
    other = replace(source, memory_id="m2", source_id="t5", quote="I like the sea.", score=0.11)
    client.script(
        Converse,
        coffee_reply(
            sources=(source,),
            considered=(source, other),
            confidence=0.91,
            reasons=("it asks about you",),
            style=(StyleUsed("m5", "Keep it short.", by_code=False),),
            model="smollm2",
            adapters=("a3",),
            prompt=(Prompted("system", "You are a [twin]."), Prompted("user", "What coffee do I like?")),
        ),
    )
    async with open_twin() as twin:
        await twin.press("shift+tab", "shift+tab", "w")  # a reply of yesterday
        await twin.until(lambda: "How that reply came about" in twin.toasts)
        await twin.says("What coffee do I like?")
        await twin.sees("You like oat flat whites.", "as you like it · “Keep it short.” (m5)")
        await twin.says("/why")
        await twin.sees(
            "Why it answered so",
            "about person: it asks about you",
            "91% sure",
            "→ m1 · 3 Mar 2026 · “I drink oat flat whites.” 0.82 words +0.50 meaning +0.32",
            "“I like the sea.” 0.11",
            "“Keep it short.” (m5), asked of the model",
            "smollm2 with a3",
            "You are a [twin].",
        )


async def test_without_a_reply_there_is_nothing_to_rate(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.app.run_action("screen.thumbs_up")
        await twin.until(lambda: "There is no reply yet." in twin.toasts)


async def test_what_was_said_is_found_and_gone_to(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    long_ago = Turn("t0", "ui-old", Speaker.PERSON, "The [boiler] needs a service in spring.", NOW - timedelta(days=90))
    async with open_twin() as twin:
        client.always(ShowHistory, History((long_ago,)))
        await twin.press("ctrl+f")
        await twin.sees("Search in what was said", "Type what was said.")
        await twin.press(*"request")
        await twin.sees("1 found", "dictated · 3 Mar 10:10 Please route the request")
        await twin.press("enter")
        await twin.until(lambda: twin.app.focused is not None and "u4" in getattr(twin.app.focused, "about", ()))
        await twin.says("/search boiler")
        await twin.sees("you · 4 Dec 2025 09:30 The [boiler] needs")
        await twin.press("enter")  # too long ago to stand in the conversation
        await twin.sees("i you · 4 Dec 2025 09:30 The [boiler] needs a service in spring.")


async def test_a_memory_is_mentioned_by_some_of_its_letters(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    async with open_twin(80, 24) as twin:
        await twin.sees("I drink oat flat whites.")
        await twin.press(*"Is", "space", "at", *"oat")
        await twin.sees("⇥ @m1 likes oat flat whites")
        await twin.press("tab")
        await twin.until(lambda: twin.prompt.text == "Is “likes oat flat whites” ")


@pytest.mark.parametrize(
    ("typed", "mention"),
    [("@", ""), ("a @oat", "oat"), ("mail me@home", None), ("@oat flat", None), ("(@m1", "m1"), ("", None)],
)
def test_a_mention_is_told_from_an_address(typed: str, mention: str | None) -> None:
    assert mention_at(typed) == mention


def test_what_is_mentioned_begins_so_or_is_that_id() -> None:
    assert [memory.id for memory in mentionable(MEMORIES, "bot")] == ["m2"]
    assert [memory.id for memory in mentionable(MEMORIES, "m4")] == ["m4"]
    assert mentionable(MEMORIES, "zebra") == ()


async def test_what_was_being_written_is_there_again(
    client: FakeClient, home: Home, make_app: Callable[[], TwinApp]
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        twin = Twin(app, pilot)
        await twin.press(*"half")
        await twin.until(lambda: drafts.load(home) == "half")  # soon, should the power go
        await twin.press("x")
    again = make_app()
    async with again.run_test(size=(80, 24)) as pilot:
        twin = Twin(again, pilot)
        await twin.until(lambda: twin.prompt.text == "halfx")
        client.script(Converse, coffee_reply())
        await twin.press("enter")
        await twin.until(lambda: drafts.load(home) == "")
    assert not list(home.ui.glob("*draft*"))


def test_a_draft_is_private_and_a_full_disk_costs_no_more(home: Home, tmp_path: Path) -> None:
    drafts.save(home, "a secret thought")
    (draft,) = home.ui.iterdir()
    assert draft.stat().st_mode & 0o777 == 0o600
    nowhere = Home(tmp_path / "file")
    nowhere.root.write_text("")
    drafts.save(nowhere, "text")
    assert drafts.load(nowhere) == ""


async def test_the_theme_that_was_chosen_stays(home: Home, make_app: Callable[[], TwinApp]) -> None:
    assert preferred(home) is DARK
    app = make_app()
    async with app.run_test() as pilot:
        await app.run_action("app.theme")
        await Twin(app, pilot).until(lambda: app.theme == LIGHT.name)
    assert make_app().theme == LIGHT.name


async def test_the_keys_of_a_listening_are_whole_at_80_columns(client: FakeClient, open_twin: OpenTwin) -> None:
    from threading import Event

    from twin.requests import Listen

    client.script(Listen, Event())
    async with open_twin(80, 24) as twin:
        await twin.press("ctrl+l")
        await twin.sees("⏎ Done", "esc Stop")
        assert "…" not in twin.lines[-1]
        assert twin.lines[-1].rstrip().endswith("f1 Help  ^p Palette")
