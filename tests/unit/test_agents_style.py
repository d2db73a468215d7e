"""The person's rules of style: which code carries out, and what becomes of a reply as it streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.style import Style, bulleted, style_of
from twin.domain import Memory, MemoryKind, MemoryStatus

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
REPLY = "Rivers are lovely! They favor the sea. Dr. Low knows 3.5 of them. What color? I organized a list 🙂."


def rule(text: str, number: int = 1) -> Memory:
    return Memory(f"m{number}", MemoryKind.STYLE, text, ("t1",), AT, AT)


def styled(reply: str, *rules: str, size: int = 3) -> str:
    style = style_of(rule(text, number) for number, text in enumerate(rules, start=1))
    pieces = [reply[start : start + size] for start in range(0, len(reply), size)]
    return "".join(style.apply(pieces))


@pytest.mark.parametrize(
    ("text", "reply", "wanted"),
    [
        ("no exclamation marks", "Hi! Yes!! Really?! No.", "Hi. Yes. Really? No."),
        ("don't use emojis", "Hello 🙂 there. ☀️ Sun.", "Hello there. Sun."),
        ("keep it short", "One. Two. Three. Four.", "One. Two."),
        ("answer in one sentence", "Dr. Low came. He left.", "Dr. Low came."),
        ("keep your answers to two sentences", "1. One.\n2. Two.\n3. Three.", "1. One.\n2. Two."),
        ("always answer in bullet points", "One. Two!\n\nThree", "- One.\n- Two!\n- Three"),
        ("always answer in bullet points", "Here:\n- one\n- two", "- Here:\n- one\n- two"),
        ("no bullet points", "Here:\n- one\n- two\n\nDone.", "Here: one two\n\nDone."),
        ("answer in British spelling", "My favorite COLOR. Organized labor.", "My favourite COLOUR. Organised labour."),
        ("use American English", "My favourite colours. Organising.", "My favorite colors. Organizing."),
        ("answer in British spelling", "A prize; I promise to resize it.", "A prize; I promise to resize it."),
        ("don't use markdown", "# Head\n**bold** and `code`.", "Head\nbold and code."),
        ("always write in lower case", "Hello There.", "hello there."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_what_code_can_carry_out_it_does_however_the_reply_comes(text: str, reply: str, wanted: str, size: int) -> None:
    assert styled(reply, text, size=size) == wanted


def test_rules_work_together_and_each_is_named() -> None:
    style = style_of([rule("no exclamation marks", 1), rule("use a warm tone", 2), rule("answer in bullet points", 3)])
    assert "".join(style.apply(["Hi! ", "There."])) == "- Hi.\n- There."
    assert [(used.memory_id, used.by_code) for used in style.used()] == [("m1", True), ("m2", False), ("m3", True)]
    assert "- use a warm tone" in style.instructions
    assert style.in_brief == "The user asks: use a warm tone.", "the rest is not asked of a small model"


def test_a_rule_of_which_code_does_a_part_is_asked_of_a_small_model_too() -> None:
    both = "Keep your answers short and formal"
    assert style_of([rule(both)]).in_brief == f"The user asks: {both}."


def test_without_a_rule_for_code_a_reply_passes_as_it_comes() -> None:
    pieces = ["Rivers", " are! ", "lovely\n\n\n", " x"]
    assert list(style_of([rule("use a warm tone")]).apply(pieces)) == pieces
    assert Style().instructions == ""


def test_what_is_enough_stops_the_model() -> None:
    given: list[str] = []
    closed: list[bool] = []

    def model() -> Iterator[str]:
        try:
            for word in ["One. ", "Two. ", "Three. ", "Four. "]:
                given.append(word)
                yield word
        finally:
            closed.append(True)

    assert "".join(style_of([rule("answer in one sentence")]).apply(model())) == "One."
    assert len(given) <= 2
    assert closed == [True]


def test_only_rules_that_hold_count_and_the_newest_wins() -> None:
    over = replace(rule("answer in one sentence", 2), true_until=AT)
    waiting = replace(rule("no emojis", 3), status=MemoryStatus.PROPOSED)
    private = replace(rule("no emojis", 4), status=MemoryStatus.PRIVATE)
    style = style_of([rule("no bullet points", 5), rule("answer in bullet points", 1), over, waiting, private])
    assert [used.memory_id for used in style.used()] == ["m5", "m1"]
    assert (style.bullets, style.sentences) == (False, None)


def test_a_name_is_used_where_the_person_asked_for_it() -> None:
    def named(text: str) -> str:
        memory = Memory("m9", MemoryKind.FACT, text, ("t1",), AT, AT, slot="self.name", value="Kim")
        return style_of([memory]).instructions

    assert "called Kim" in named("Call me Kim")
    assert named("My name is Kim") == ""
    called = Memory("m9", MemoryKind.FACT, "Call me Kim", ("t1",), AT, AT, slot="self.name", value="Kim")
    assert style_of([called]).in_brief == "The user is called Kim."


def test_a_text_becomes_a_list() -> None:
    assert bulleted("Buy milk. Call Dr. Low. Sleep") == "- Buy milk.\n- Call Dr. Low.\n- Sleep"
