"""Everything that is known: browsed, searched, with where it comes from; mended, made private, forgotten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.learning_script import KNOWLEDGE, LISTING, SISTER, with_learning
from tests.tui.script import utterance
from twin.domain import MemoryStatus
from twin.errors import NotUnderstoodError
from twin.requests import (
    Adapters,
    Edit,
    EditReport,
    Forget,
    ForgetReport,
    Know,
    ListAdapters,
    ListUtterances,
    Utterances,
)


async def test_each_has_its_sources_its_past_and_what_was_trained_on_it(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    with_learning(client)
    trained = replace(LISTING.adapters[0], example_ids=("c1",), live=True)
    client.always(ListAdapters, Adapters((trained,), LISTING.runs))
    async with open_twin(130, 48) as twin:
        await twin.press("f2")
        await twin.sees(
            "7 · all · by kind", "Facts sister is called Anna-Lena m6", "private", "Said for your eyes only"
        )
        await twin.sees("sister.name = Anna-Lena", "t1 · typed on 3 Mar 2026 “I drink oat flat whites.”")
        await twin.sees("What it was before, and since", "▸ m6 Anna-Lena since", "m5 Anna 24 Feb 2026 to 4 Mar 2026")
        assert "Versions trained on it" not in twin.screen
        await twin.press("slash", *"kubectl", "enter")
        await twin.sees(
            "1 · all", "u4 · dictated on 3 Mar 2026 “Ask [somebody] about kubectl.”", "heard as cube cuddle"
        )
        await twin.sees("Versions trained on it a1 (in use)")


async def test_it_is_searched_by_words_kind_topic_and_time(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    async with open_twin(130, 48) as twin:
        await twin.press("f2")
        await twin.sees("by kind")
        await twin.press("slash", *"oat white")  # in the text of one, and in the source of others
        await twin.sees("likes oat flat whites")
        await twin.until(lambda: "drying cabinet" in twin.screen and "kubectl" not in twin.screen)
        await twin.press("escape")
        await twin.sees("kubectl")
        await twin.press("k", "k")
        await twin.sees("1 · preferences")
        assert "kubectl" not in twin.screen
        await twin.press("k", "k", "k", "k", "o")
        await twin.sees("by time", "Today sister is called Anna-Lena", "Yesterday likes oat flat whites")
        await twin.press("o")
        await twin.sees("by topic", "Sister sister is called Anna-Lena", "Everything else")
        await twin.press("escape")
        await twin.until(lambda: len(twin.app.screen_stack) == 1)


async def test_a_memory_is_put_right(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(Edit, EditReport("m6 stands in your words now.", SISTER))
    async with open_twin(130, 48) as twin:
        await twin.press("f2")
        await twin.sees("sister.name = Anna-Lena")
        await twin.press("e")
        await twin.sees("Edit m6")
        await twin.press(*" (not Anna)".replace(" ", "_"), "enter")
        await twin.until(lambda: "m6 stands in your words now." in twin.toasts)
    assert client.requests(Edit) == [Edit("m6", text="sister is called Anna-Lena_(not_Anna)")]


async def test_a_memory_becomes_private_and_public_again(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(Edit, EditReport("m6 is private.", replace(SISTER, status=MemoryStatus.PRIVATE)))
    client.script(Edit, EditReport("m6 is public again.", SISTER))
    async with open_twin(130, 48) as twin:
        await twin.press("f2")
        await twin.sees("sister.name = Anna-Lena")
        private = tuple(
            replace(one, status=MemoryStatus.PRIVATE) if one.id == "m6" else one for one in KNOWLEDGE.memories
        )
        client.always(Know, replace(KNOWLEDGE, memories=private))
        await twin.press("p")
        await twin.until(lambda: twin.screen.count("private") == 3)  # two in the list, one in the detail
        await twin.press("p")
        await twin.until(lambda: "m6 is public again." in twin.toasts)
    assert client.requests(Edit) == [Edit("m6", private=True), Edit("m6", private=False)]


async def test_one_is_forgotten_after_a_preview(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(Forget, ForgetReport(("m6",), ("t1",), preview=True, summary="One fact and its source."))
    client.script(Forget, ForgetReport(("m6",), ("t1",), preview=False, summary="One fact is gone."))
    async with open_twin(130, 48) as twin:
        await twin.press("f2")
        await twin.sees("sister.name = Anna-Lena")
        await twin.press("f")
        await twin.sees("Forget for good?", "One fact and its source.")
        gone = tuple(memory for memory in KNOWLEDGE.memories if memory.id != "m6")
        client.always(Know, replace(KNOWLEDGE, memories=gone))
        await twin.press("right", "enter")
        await twin.until(lambda: "One fact is gone." in twin.toasts)
        await twin.until(lambda: "Anna-Lena" not in twin.screen)


async def test_where_it_comes_from_is_played(
    client: FakeClient, open_twin: OpenTwin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_learning(client)
    client.always(ListUtterances, Utterances((utterance(),)))
    monkeypatch.setenv("PATH", str(tmp_path))
    async with open_twin(130, 48) as twin:
        await twin.press("f2")
        await twin.sees("sister.name = Anna-Lena")
        await twin.press("s")
        await twin.until(lambda: "It was typed, not dictated." in twin.toasts)
        await twin.press("slash", *"kubectl", "enter")
        await twin.sees("heard as cube cuddle", "s Play")
        await twin.press("s")
        await twin.until(lambda: "The recording is gone." in twin.toasts)


async def test_what_may_not_be_says_why(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(Edit, NotUnderstoodError("That is a secret.", hint="Secrets are kept out of memory."))
    async with open_twin(130, 48) as twin:
        await twin.press("f2")
        await twin.sees("sister.name = Anna-Lena")
        await twin.press("p")
        await twin.sees("That is a secret. Secrets are kept out of memory.")
        assert "Anna-Lena" in twin.screen


async def test_an_empty_memory_says_what_comes_here(open_twin: OpenTwin, client: FakeClient) -> None:
    client.always(ListAdapters, Adapters((), ()))
    async with open_twin(80, 24) as twin:
        await twin.press("f2")
        await twin.sees("Nothing here. What you tell your twin about yourself appears here")
        await twin.press("e", "p", "f", "k", "o")
        await twin.settle()
    assert client.requests(Edit) == []
