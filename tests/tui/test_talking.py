"""Saying something and being answered."""

from __future__ import annotations

from threading import Event

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import COFFEE, SESSION, coffee_reply, memory, unknown_reply, with_a_past
from twin.domain import MemoryKind, RecallMode, Route
from twin.events import Progress, Token
from twin.requests import Ask, Converse, Know, Knowledge, Remember


async def test_an_answer_streams_and_ends_with_its_sources(client: FakeClient, open_twin: OpenTwin) -> None:
    more, rest = Event(), Event()
    client.script(Converse, more, Token("You like "), rest, Token("oat flat whites."), coffee_reply())
    async with open_twin() as twin:
        await twin.says("What coffee do I like?")
        await twin.sees("you 09:30 What coffee do I like?", "thinking")
        more.set()
        await twin.sees("You like")
        assert "oat flat whites" not in twin.screen
        rest.set()
        await twin.sees("You like oat flat whites.", "said on 3 Mar 2026 · m1 · “I drink oat flat whites.”")
        assert "thinking" not in twin.screen
    assert client.requests(Converse) == [Converse("What coffee do I like?", SESSION, explain=True)]


async def test_a_reply_is_markdown_and_the_persons_words_are_not(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, Token("It is **very** good."), coffee_reply(text="It is **very** good.", sources=()))
    async with open_twin() as twin:
        await twin.says("Is [b]this[/b] **bold**?")
        await twin.sees("Is [b]this[/b] **bold**?", "It is very good.")


async def test_what_the_reply_finally_says_replaces_what_was_streamed(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, Token("You like te"), coffee_reply())
    async with open_twin() as twin:
        await twin.says("What coffee do I like?")
        await twin.sees("You like oat flat whites.")
        assert "You like te " not in twin.screen


async def test_not_knowing_is_told_in_words_and_looks_different(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, Token("I don't know that yet."), unknown_reply())
    async with open_twin() as twin:
        await twin.says("What is my sister's name?")
        await twin.sees("twin 09:30 · doesn’t know that yet")
        assert twin.conversation.query(".-abstained")


async def test_a_reply_that_the_twin_cut_short_is_marked(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, Token("Once upon"), coffee_reply(text="Once upon", sources=(), complete=False))
    async with open_twin() as twin:
        await twin.says("Tell me a story")
        await twin.sees("twin 09:30 · cut short")


async def test_what_was_learned_is_shown(client: FakeClient, open_twin: OpenTwin) -> None:
    learned = memory("m9", "plays the cello", source="t8")
    client.script(Converse, coffee_reply(text="Noted.", route=Route.TOLD, sources=(), learned=(learned,)))
    async with open_twin() as twin:
        client.always(Know, Knowledge((learned,)))
        await twin.says("I play the cello")
        await twin.sees("✦ remembered m9 · plays the cello", "Knows 1", "plays the cello m9 · 3 Mar ✦ new")


async def test_an_answer_found_by_words_alone_says_so(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, coffee_reply(recall_mode=RecallMode.LEXICAL))
    client.script(Converse, coffee_reply(text="Noted.", route=Route.TOLD, sources=(), recall_mode=RecallMode.LEXICAL))
    async with open_twin() as twin:
        await twin.says("What coffee do I like?")
        await twin.sees("You like oat flat whites.", "looked up by words alone")
        await twin.says("I play the cello")
        await twin.sees("Noted.")
        assert twin.screen.count("looked up by words alone") == 1  # of no matter where nothing was asked


async def test_progress_is_shown_until_the_first_word(client: FakeClient, open_twin: OpenTwin) -> None:
    gate = Event()
    client.script(Converse, Progress("language-model", "Loading smollm2 …"), gate, coffee_reply())
    async with open_twin() as twin:
        await twin.says("Hello")
        await twin.sees("Loading smollm2 …")
        gate.set()
        await twin.sees("You like oat flat whites.")
        assert "Loading smollm2" not in twin.screen


async def test_typing_goes_on_while_a_reply_streams(client: FakeClient, open_twin: OpenTwin) -> None:
    gate = Event()
    client.script(Converse, *(Token("word ") for _ in range(200)), gate, coffee_reply(text="word " * 200))
    async with open_twin() as twin:
        await twin.says("Say word")
        await twin.press(*"next")
        assert twin.prompt.text == "next"
        await twin.press("enter")
        await twin.until(lambda: "One moment" in twin.toasts)
        assert twin.prompt.text == "next"  # kept for when the reply is over
        gate.set()
        await twin.settle()
    assert len(client.requests(Converse)) == 1


async def test_new_lines_and_what_was_said_before(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Converse, coffee_reply())
    with_a_past(client)
    async with open_twin() as twin:
        await twin.press(*"one", "ctrl+j", *"two", "enter")
        await twin.settle()
        await twin.press(*"draft", "up")
        assert twin.prompt.text == "one\ntwo"
        await twin.press("up")  # from the last line to the first
        await twin.press("up")
        assert twin.prompt.text == "I drink oat flat whites."  # of yesterday
        await twin.press("down", "down", "down")
        assert twin.prompt.text == "draft"
    assert client.requests(Converse)[0].text == "one\ntwo"


async def test_slash_commands_ask_and_remember(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Ask, coffee_reply())
    client.script(Remember, coffee_reply(text="Noted.", sources=()))
    async with open_twin() as twin:
        looks = len(client.requests(Know))
        await twin.says("/ask what coffee do I like?")
        await twin.sees("You like oat flat whites.", "said on 3 Mar 2026")
        await twin.settle()
        await twin.says("/remember my bike is green")
        await twin.sees("Noted.")
        await twin.settle()
    assert client.requests(Ask) == [Ask("what coffee do I like?", explain=True)]
    assert client.requests(Remember) == [Remember("my bike is green", SESSION)]
    assert len(client.requests(Know)) == looks + 1  # a question changes nothing, so it is not looked at again


async def test_a_command_without_its_argument_waits_for_it(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.says("/ask")
        await twin.until(lambda: twin.prompt.text == "/ask ")
    assert not client.requests(Ask)


async def test_knowing_about_something_lists_it(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin(80, 24) as twin:
        client.script(Know, Knowledge((COFFEE,), about="coffee"))
        await twin.says("/know coffee")
        await twin.sees("what I know about coffee", "m1 likes oat flat whites")
        client.script(Know, Knowledge(tuple(memory(f"m{n}", f"fact {n}", MemoryKind.FACT) for n in range(30))))
        await twin.says("/know")
        await twin.sees("and 10 more")
    assert client.requests(Know)[-2:] == [Know(about="coffee"), Know()]


async def test_an_unknown_command_is_answered_with_a_suggestion(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.says("/forgt m1")
        await twin.sees("There is no /forgt.", "Did you mean /forget?")
        assert twin.prompt.text == "/forgt m1"
    assert not client.requests(Converse)


async def test_commands_are_suggested_and_completed_as_they_are_typed(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.press("slash", "d")
        await twin.sees("/dictate [PATH]", "Dictate a recording")
        await twin.press("tab")
        assert twin.prompt.text == "/dictate "
        assert twin.prompt.has_focus
        await twin.until(lambda: "Dictate a recording" not in twin.screen)
