"""Correcting quickly: from doubt to doubt, alternatives at a digit, typing in place; and undoing what was done."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import DOUBTS, HEARD, correction_report, utterance, with_a_past, words
from tests.tui.seen import Twin
from tui.places import after_edit, core_of, location_of, word_spans
from tui.screens.choose import ChooseScreen
from tui.widgets.correcting import Correcting
from twin.domain import AppliedRule, Edited, Hint, SpokenCommand, Utterance
from twin.errors import ModelError, NotUnderstoodError
from twin.requests import (
    Alternative,
    Alternatives,
    Correct,
    DictateAgain,
    Doubt,
    Doubts,
    Forget,
    ForgetReport,
    HeardAgain,
    ListUtterances,
    TakeBack,
    UndoEditing,
    Utterances,
    WordChange,
)

PUT_RIGHT = "Please route the request through OpenRouter before noon."


def doubtful(client: FakeClient) -> None:
    with_a_past(client)
    client.always(Alternatives, Doubts(utterance(), DOUBTS))
    client.always(Correct, correction_report())


def writing(twin: Twin) -> Correcting:
    return twin.app.screen.query_one(Correcting)


def selected(twin: Twin) -> str:
    return writing(twin).selected_text


async def test_a_cursor_that_was_moved_stays_when_the_alternatives_come(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    doubtful(client)
    gate = client.hold(Alternatives)
    async with open_twin(80, 24) as twin:
        await twin.press("ctrl+r")
        await twin.until(lambda: selected(twin) == "open")
        await twin.press("home")
        gate.set()
        await twin.until(lambda: not writing(twin).waiting)
        assert selected(twin) == ""
        await twin.press("shift+end", *"all", "tab")
        assert writing(twin).text == "all"


async def test_the_least_certain_word_is_selected_and_a_digit_picks(client: FakeClient, open_twin: OpenTwin) -> None:
    doubtful(client)
    async with open_twin(80, 24) as twin:
        await twin.press("ctrl+r")
        await twin.sees("“open” 31% sure · doubt 1 of 3", "1 OpenRouter a term of yours · for “open rider”", "2 opened")
        assert selected(twin) == "open"
        await twin.press("1")
        await twin.sees("“noon.” 88% sure · doubt 1 of 1")  # the other word of two is settled with it
        assert selected(twin) == "noon"
        assert writing(twin).text == PUT_RIGHT
        await twin.press("enter")
        await twin.sees("· corrected", "✦ Will listen for OpenRouter")
    assert client.requests(Alternatives) == [Alternatives("u4")]
    assert client.requests(Correct) == [Correct("u4", PUT_RIGHT)]


async def test_from_doubt_to_doubt_and_back_and_typing_replaces_the_word(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    doubtful(client)
    async with open_twin() as twin:
        await twin.press("ctrl+r")
        await twin.sees("doubt 1 of 3")
        seen = []
        for key in ("tab", "tab", "tab", "shift+tab", "shift+tab"):
            await twin.press(key)
            seen.append(selected(twin))
        assert seen == ["rider", "noon", "open", "noon", "rider"]
        await twin.press("tab", *"ten")
        assert writing(twin).text == HEARD.replace("noon", "ten")  # the full stop stays
        await twin.press("tab", "tab")
        assert selected(twin) == "rider"  # nobody doubts what was typed
        await twin.press("2")  # there is no second alternative, and what is there is not lost for it
        assert selected(twin) == "rider"
        await twin.press("backspace", "2")
        assert writing(twin).text == HEARD.replace("noon", "ten").replace("rider", "2")
        await twin.press("shift+tab", "1")  # of the words that this would replace one is gone
        assert "OpenRouter" not in writing(twin).text
        for _ in range(9):
            await twin.press("ctrl+z")
        assert writing(twin).text == HEARD


async def test_the_doubts_are_there_before_their_alternatives(client: FakeClient, open_twin: OpenTwin) -> None:
    gate = Event()
    doubtful(client)
    client.script(Alternatives, gate, Doubts(utterance(), DOUBTS))
    async with open_twin() as twin:
        await twin.press("ctrl+r")
        await twin.sees("“open” 31% sure · doubt 1 of 2", "looking for alternatives …")
        await twin.press("tab", "1")  # too soon
        gate.set()
        await twin.sees("“rider” 31% sure · doubt 2 of 3", "1 OpenRouter")
        assert selected(twin) == "rider"


async def test_one_can_correct_without_alternatives(client: FakeClient, open_twin: OpenTwin) -> None:
    doubtful(client)
    client.script(Alternatives, ModelError("No."))
    async with open_twin() as twin:
        await twin.press("ctrl+r")
        await twin.sees("no alternative comes to mind: type what you said")
        assert "✗" not in twin.screen
        await twin.press(*"OpenRouter", "delete", *("delete",) * len("rider"), "enter")
        await twin.sees("· corrected")
    assert client.requests(Correct) == [Correct("u4", PUT_RIGHT)]


async def test_what_the_person_said_it_was_is_not_doubted(client: FakeClient, open_twin: OpenTwin) -> None:
    doubtful(client)
    client.always(ListUtterances, Utterances((replace(utterance(), corrected=PUT_RIGHT),)))
    async with open_twin() as twin:
        await twin.press("ctrl+r")
        await twin.sees("as it stands")
        assert (selected(twin), writing(twin).text) == ("", PUT_RIGHT)
        await twin.press("tab", "!", "enter")
        await twin.settle()
    assert client.requests(Alternatives) == []
    assert client.requests(Correct) == [Correct("u4", f"{PUT_RIGHT}!")]


async def test_a_correction_reaches_the_prompt_where_the_text_still_stands(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    doubtful(client)
    async with open_twin() as twin:
        await twin.press("shift+tab", "p", *" Thanks")
        await twin.press("ctrl+r")
        await twin.sees("doubt 1 of 3")
        await twin.press("1", "enter")
        await twin.until(lambda: twin.prompt.text == f"{PUT_RIGHT} Thanks")


async def test_the_words_of_many_lines_are_found(client: FakeClient, open_twin: OpenTwin) -> None:
    said = utterance("u9", "Dear Anna, open rider")
    text = "Dear Anna,\n\nopen rider"
    lines = replace(said, edited=Edited(text, said.words))
    with_a_past(client)
    client.always(ListUtterances, Utterances((lines,)))
    client.always(Alternatives, Doubts(lines, (Doubt(2, "open", 0.3, (Alternative("OpenRouter", 2, 4, "x"),)),)))
    async with open_twin() as twin:
        await twin.press("ctrl+r")
        await twin.sees("doubt 1 of 1")
        assert writing(twin).selection.start == (2, 0)
        await twin.press("1")
        assert writing(twin).text == "Dear Anna,\n\nOpenRouter"


# --- what was done to a dictation, and undoing it --------------------------------------------------------------

RULE = AppliedRule("w3", "OpenRouter", words("open rider"), 1, 2)
OTHER = AppliedRule("w4", "kubectl", words("cube cuddle"), 3, 4)
HINT = Hint("Anna", 0.8, ("sounds like it",), "Hannah", "m3")


def rewritten(*rules: AppliedRule) -> Utterance:
    text = "ask OpenRouter or kubectl, Anna"
    said = replace(utterance("u7", text), hints=(HINT,), rules_applied=rules)
    command = SpokenCommand("comma", "comma", 6, 7)
    return replace(said, edited=Edited(text, said.words, (command,)), heard="ask open rider or cube cuddle comma Anna")


async def test_what_was_done_is_shown_and_one_key_takes_a_rule_back(client: FakeClient, open_twin: OpenTwin) -> None:
    done = rewritten(RULE)
    back = replace(done, edited=Edited("ask open rider or kubectl, Anna", ()), rules_applied=())
    client.script(TakeBack, back)
    client.always(ListUtterances, Utterances((done,)))
    async with open_twin() as twin:
        await twin.sees(
            "listened for Anna, which had been heard as “Hannah”",
            "w3 wrote OpenRouter where “open rider” was heard · u takes it back",
            "carried out: comma · e undoes it",
        )
        await twin.press("shift+tab", "p", "shift+tab")
        await twin.sees("u Undo rule e As heard")
        await twin.press("u")
        await twin.sees("ask open rider or kubectl, Anna")
        await twin.until(lambda: "u Undo rule" not in twin.screen)
        assert twin.prompt.text == "ask open rider or kubectl, Anna"
    assert client.requests(TakeBack) == [TakeBack("u7", 1)]


async def test_of_several_rules_one_is_chosen(client: FakeClient, open_twin: OpenTwin) -> None:
    done = rewritten(RULE, OTHER)
    client.script(TakeBack, replace(done, rules_applied=(RULE,)))
    client.always(ListUtterances, Utterances((done,)))
    async with open_twin() as twin:
        await twin.says("/undo")
        await twin.sees("What was wrong?", "w4 wrote kubectl where “cube cuddle” was heard")
        await twin.press("down", "enter")
        await twin.until(lambda: not isinstance(twin.app.screen, ChooseScreen))
        await twin.settle()
    assert client.requests(TakeBack) == [TakeBack("u7", 2)]


async def test_spoken_editing_is_undone_by_one_key(client: FakeClient, open_twin: OpenTwin) -> None:
    done = rewritten(RULE)
    client.script(UndoEditing, replace(done, edited=None, rules_applied=()))
    client.always(ListUtterances, Utterances((done,)))
    async with open_twin() as twin:
        await twin.press("shift+tab", "e")
        await twin.sees("ask open rider or cube cuddle comma Anna")
        await twin.until(lambda: "e As heard" not in twin.screen)
    assert client.requests(UndoEditing) == [UndoEditing("u7")]


async def test_what_cannot_be_undone_is_said_and_changes_nothing(client: FakeClient, open_twin: OpenTwin) -> None:
    done = rewritten(RULE)
    client.script(TakeBack, NotUnderstoodError("You have said already what u7 really was."))
    client.always(ListUtterances, Utterances((done,)))
    async with open_twin() as twin:
        await twin.press("shift+tab", "u")
        await twin.sees("✗ Not understood You have said already what u7 really was.", "w3 wrote OpenRouter")
        assert "taking back" not in twin.screen
        client.always(ListUtterances, Utterances((utterance(),)))
    client.start_over()
    with_a_past(client)
    async with open_twin() as twin:
        await twin.says("/undo")
        await twin.until(lambda: "No rule wrote anything in u4." in twin.toasts)
        await twin.press("shift+tab", "u", "e")  # offered only where there is something
        await twin.settle()
    assert len(client.requests(TakeBack)) == 1
    assert not client.requests(UndoEditing)


async def test_dictating_again_shows_what_changed(client: FakeClient, open_twin: OpenTwin) -> None:
    now = replace(utterance(), heard=PUT_RIGHT, words=words(PUT_RIGHT))
    change = WordChange(5, ("open", "rider"), ("OpenRouter",))
    client.script(DictateAgain, HeardAgain(now, HEARD, PUT_RIGHT, (change,), True))
    client.script(DictateAgain, HeardAgain(now, PUT_RIGHT, PUT_RIGHT, (), True))
    client.script(DictateAgain, HeardAgain(now, PUT_RIGHT, "", (), False))
    with_a_past(client)
    async with open_twin() as twin:
        await twin.press("shift+tab", "a")
        await twin.sees(PUT_RIGHT, "heard again: “open rider” → “OpenRouter”")
        await twin.says("/again u4")
        await twin.sees("heard again: the same as before")
        await twin.says("/again")
        await twin.sees("nothing is understood in it; the recording stays")


async def test_what_is_thrown_away_goes_from_the_prompt_too(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(Forget, ForgetReport((), ("u4",), preview=True, summary="The dictation and its audio."))
    client.script(Forget, ForgetReport((), ("u4",), preview=False, summary="The dictation is gone."))
    async with open_twin() as twin:
        twin.prompt.write("Note:")
        await twin.press("shift+tab", "p", "shift+tab", "f")
        await twin.sees("The dictation and its audio.")
        await twin.press("tab", "enter")
        await twin.until(lambda: twin.prompt.text == "Note:")


# --- places in a text ------------------------------------------------------------------------------------------


def test_words_and_their_marks() -> None:
    text = "“So,” he said\n\n… (twice)."
    spans = word_spans(text)
    assert [text[slice(*span)] for span in spans.values()] == ["“So,”", "he", "said", "…", "(twice)."]
    assert [text[slice(*core_of(text, span))] for span in spans.values()] == ["So", "he", "said", "…", "twice"]
    assert location_of(text, text.index("(twice)")) == (2, 2)


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("one two three", ["one", "two", "three"]),
        ("one two, three", ["one", "three"]),
        ("zero one two three", ["one", "two", "three"]),
        ("one three", ["one", "three"]),
        ("one 2 three", ["one", "three"]),
        ("one two or three", ["one", "two", "three"]),
        ("oone two three", ["two", "three"]),
        ("", []),
    ],
)
def test_words_are_found_again_after_an_edit(after: str, left: list[str]) -> None:
    before = "one two three"
    spans = after_edit(word_spans(before), before, after)
    assert [after[slice(*span)] for span in spans.values()] == left
