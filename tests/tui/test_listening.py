"""Speaking to the twin: push to talk and hands-free, what is seen, where the text goes, what is never lost."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import NOW, SESSION, coffee_reply, utterance, with_a_past
from tests.tui.seen import Twin
from tui.screens.choose import ChooseScreen
from tui.widgets.listening import Listening
from tui.widgets.meter import CELLS, cells
from tui.widgets.utterance import Dictated
from twin.domain import AudioSource, Edited, SpokenCommand, Utterance
from twin.errors import CancelledByPersonError, EngineLostError, MicrophoneError
from twin.events import Level, PartialText, Progress, UtteranceHeard
from twin.requests import (
    AudioDevice,
    AudioDevices,
    Converse,
    DictateAgain,
    EndListening,
    HeardAgain,
    ListDevices,
    Listen,
    ListUtterances,
    Utterances,
)

OPENED = Progress("listen", "Listening to headset …")
NO_MICROPHONE = MicrophoneError("There is no microphone.", hint="Plug one in, or allow access to it.")
KEPT = "The recording is kept: twin dictate --again u7"


def spoken(id: str, text: str, **changes: object) -> Utterance:
    said = utterance(id, text, session_id=SESSION, at=NOW)
    return replace(said, source=AudioSource.MICROPHONE, origin="headset", **changes)  # type: ignore[arg-type]


def not_recognised(id: str = "u7") -> Utterance:
    return spoken(id, "", recognised=False)


def styles_of(twin: Twin, text: str) -> set[str]:
    """How a word on the screen looks: italic or plain."""
    return {
        "italic" if segment.style and segment.style.italic else "plain"
        for strip in twin.app.screen._compositor.render_strips()
        for segment in strip
        if text in segment.text
    }


async def test_push_to_talk_from_the_first_word_to_the_prompt(client: FakeClient, open_twin: OpenTwin) -> None:
    hear, go_on, done = Event(), Event(), Event()
    said = spoken("u7", "The harbour wakes long before the town.")
    client.script(
        Listen, OPENED, Level(0.1, 0.3), hear, PartialText("", " The hub"),
        PartialText(" The harbour wakes", " up lon"), go_on, PartialText(" long before", " the"), done,
        UtteranceHeard(said), Utterances((said,)),
    )  # fmt: skip
    async with open_twin() as twin:
        await twin.press("ctrl+l")
        await twin.sees("you 09:30 · speaking", "Listening to headset …", "Enter or ^l ends · Esc stops", "⏎ Done")
        assert "█" in twin.lines[next(i for i, line in enumerate(twin.lines) if "Listening to headset" in line)]
        hear.set()
        await twin.sees("The harbour wakes up lon", "hearing you")
        assert (styles_of(twin, "harbour"), styles_of(twin, "up lon")) == ({"plain"}, {"italic"})
        assert "The hub" not in twin.screen
        go_on.set()
        await twin.sees("The harbour wakes long before the")
        await twin.press("enter")
        await twin.sees("writing it down")
        assert twin.prompt.has_focus
        await twin.until(lambda: client.requests(EndListening))
        done.set()
        await twin.sees("dictated · u7 · headset · 6.2 s The harbour wakes long before the town.")
        await twin.until(lambda: not twin.conversation.query(Listening))
        assert twin.prompt.text == "The harbour wakes long before the town."
    assert client.requests(Listen) == [Listen(SESSION)]
    assert client.requests(EndListening) == [EndListening(_job_of(client, Listen))]


async def test_the_same_key_ends_it_even_before_the_engine_has_begun(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        gate = client.hold(Listen)
        client.script(Listen, Utterances(()))
        await twin.press("ctrl+l", "ctrl+l")
        await twin.sees("writing it down")
        assert not client.requests(EndListening)
        gate.set()
        await twin.sees("nothing was said, nothing is kept")
        await twin.settle()
        assert twin.prompt.has_focus
    assert len(client.requests(EndListening)) == 1
    assert len(client.requests(Listen)) == 1


async def test_the_text_goes_to_the_cursor_and_is_sent_as_it_was_edited(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    said = spoken("u7", "with oat milk")
    client.script(Listen, UtteranceHeard(said), Utterances((said,)))
    client.script(Converse, coffee_reply())
    async with open_twin() as twin:
        twin.prompt.write("A flat white please")
        twin.prompt.move_cursor((0, len("A flat white")))
        await twin.press("ctrl+l")
        await twin.until(lambda: twin.prompt.text == "A flat white with oat milk please" and twin.prompt.has_focus)
        await twin.press(*", two", "enter")
        await twin.settle()
    assert [request.text for request in client.requests(Converse)] == ["A flat white with oat milk, two please"]


async def test_hands_free_each_pause_ends_an_utterance_and_typing_goes_on(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    more, done = Event(), Event()
    first, second = spoken("u7", "First this."), spoken("u8", "Then that.")
    client.script(
        Listen, OPENED, PartialText(" First", " this"), UtteranceHeard(first), more, PartialText("", " Then"),
        UtteranceHeard(second), done, Utterances((first, second)),
    )  # fmt: skip
    async with open_twin() as twin:
        await twin.press("ctrl+g")
        await twin.sees("speaking · hands-free", "^g ends", "u7 · headset · 6.2 s First this.", "listening")
        assert twin.prompt.has_focus
        assert twin.prompt.text == "First this."
        await twin.press(*" So")
        more.set()
        await twin.sees("Then that.")
        assert twin.prompt.text == "First this. So Then that."
        await twin.press("ctrl+g")
        await twin.sees("writing it down")
        done.set()
        await twin.settle()
        await twin.until(lambda: not twin.conversation.query(Listening))
    assert client.requests(Listen) == [Listen(SESSION, hands_free=True)]


async def test_escape_stops_it_and_says_how_to_get_the_recording_back(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Listen, OPENED, PartialText(" The harbour", ""), CancelledByPersonError("Cancelled.", hint=KEPT))
    async with open_twin() as twin:
        stop = Event()
        client.script(Listen, stop, Utterances(()))
        client.always(ListUtterances, Utterances((not_recognised(),)))
        await twin.press("ctrl+l")
        await twin.sees("recorded · u7 · headset", "a recognises it, f throws it away or: twin dictate --again u7")
        assert "✗" not in twin.screen
        assert twin.prompt.text == ""
        await twin.press("ctrl+l")
        await twin.until(lambda: client.requests(Listen)[1:])
        await twin.sees("esc Stop")
        await twin.press("escape")  # and nothing was said
        await twin.until(lambda: "Nothing was said, nothing is kept." in twin.toasts)
        await twin.settle()
        await twin.until(lambda: not twin.conversation.query(Listening))
        assert twin.prompt.has_focus
    assert len(client.cancelled) == 1


async def test_a_recording_that_was_cut_short_is_recognised_by_one_key(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Listen, OPENED, CancelledByPersonError("Cancelled.", hint=KEPT))
    now = spoken("u7", "The harbour wakes.")
    gate = Event()
    client.script(
        DictateAgain, Progress("listen", "Loading whisper-base …"), gate, HeardAgain(now, "", now.heard, (), True)
    )
    async with open_twin() as twin:
        client.always(ListUtterances, Utterances((not_recognised(),)))
        await twin.press("ctrl+l")
        await twin.sees("recorded · u7")
        await twin.press("ctrl+r")
        await twin.until(lambda: "u7 is not recognised yet: the key a does that." in twin.toasts)
        await twin.press("shift+tab", "a")
        await twin.sees("Loading whisper-base …")
        gate.set()
        await twin.sees("dictated · u7 · headset · 6.2 s The harbour wakes.")
        await twin.until(lambda: twin.prompt.text == "The harbour wakes.")
    assert client.requests(DictateAgain) == [DictateAgain("u7")]


async def test_an_engine_that_dies_while_listening_has_lost_nothing(client: FakeClient, open_twin: OpenTwin) -> None:
    lost = EngineLostError("The engine stopped in the middle of it.", hint="Ask again; it starts by itself.")
    client.script(Listen, OPENED, PartialText(" The harbour", " wakes"), lost)
    with_a_past(client)
    async with open_twin() as twin:
        client.always(ListUtterances, Utterances((not_recognised(), utterance())))  # a new engine, which has found it
        await twin.press("ctrl+l")
        await twin.sees("✗ Engine stopped", "recorded · u7 · headset", "twin dictate --again u7", "● hearing")
        await twin.settle()
        await twin.until(lambda: not twin.conversation.query(Listening))
        assert len(twin.conversation.query(Dictated)) == 2  # yesterday's is not there twice
        assert twin.prompt.has_focus


async def test_without_a_microphone_there_is_one_sentence_with_the_way_out(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    client.script(Listen, NO_MICROPHONE)
    client.script(ListDevices, AudioDevices(()))
    async with open_twin(80, 24) as twin:
        await twin.press("ctrl+l")
        await twin.sees("✗ No microphone There is no microphone. Plug one in", "Ctrl+O takes a recording.")
        assert twin.screen.count("There is no microphone.") == 1
        await twin.settle()
        await twin.until(lambda: not twin.conversation.query(Listening))
        assert twin.prompt.has_focus
        await twin.says("/microphone")
        await twin.until(lambda: "Plug one in" in twin.toasts)


async def test_the_microphone_is_chosen_from_a_list(client: FakeClient, open_twin: OpenTwin) -> None:
    usual, other = AudioDevice("Built-in [0]", 2, 48_000, True), AudioDevice("Headset", 1, 16_000, False)
    client.script(ListDevices, AudioDevices((usual, other, other)))
    for _ in range(2):
        client.script(Listen, Utterances(()))
    async with open_twin() as twin:
        await twin.says("/microphone")
        await twin.sees("Choose the microphone", "Built-in [0] 2 ch, 48 kHz · the usual one", "Headset 1 ch, 16 kHz")
        await twin.press("end", "enter")
        await twin.until(lambda: not isinstance(twin.app.screen, ChooseScreen))
        assert "Listens to Headset from now on." in twin.toasts
        await twin.press("ctrl+l")
        await twin.settle()
        await twin.says("/microphone usb")
        await twin.press("ctrl+l")
        await twin.settle()
    assert [request.device for request in client.requests(Listen)] == ["Headset", "usb"]


async def test_what_is_taken_back_by_voice_goes_from_the_prompt_too(client: FakeClient, open_twin: OpenTwin) -> None:
    more, done = Event(), Event()
    first = spoken("u7", "Buy milk. And a piano.")
    taken = SpokenCommand("scratch that", "Scratch that.", 0, 2)
    second = spoken("u8", "Scratch that.", edited=Edited("", (), (taken,)))
    cut = replace(first, edited=Edited("Buy milk.", first.words[:2]))
    client.script(Listen, UtteranceHeard(first), more, UtteranceHeard(second), done, Utterances((first,)))
    async with open_twin() as twin:
        await twin.press("ctrl+g")
        await twin.sees("And a piano.")
        client.always(ListUtterances, Utterances((second, cut)))
        more.set()
        await twin.sees("nothing is left of it carried out: scratch that · e undoes it")
        await twin.until(lambda: "piano" not in twin.screen)
        assert twin.prompt.text == "Buy milk."
        done.set()
        await twin.settle()


async def test_to_the_clipboard_goes_all_that_was_said_as_it_stands(client: FakeClient, open_twin: OpenTwin) -> None:
    more = Event()
    first, second = spoken("u7", "Dear Anna,\n"), spoken("u8", "see you soon.")
    client.script(Listen, UtteranceHeard(first), more, UtteranceHeard(second), Utterances((first, second)))
    async with open_twin() as twin:
        await twin.says("/clipboard")
        await twin.press("ctrl+g")
        await twin.sees("· to the clipboard", "Dear Anna,")
        assert twin.app.clipboard == "Dear Anna,\n"
        more.set()
        await twin.settle()
        assert twin.app.clipboard == "Dear Anna,\nsee you soon."
        assert twin.prompt.text == ""


async def test_a_dictation_is_copied_and_used_from_where_it_stands(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    async with open_twin() as twin:
        await twin.press("shift+tab", "y", "p")
        assert twin.app.clipboard == utterance().text
        assert "Copied" in twin.toasts
        assert twin.prompt.text == utterance().text
        assert twin.prompt.has_focus


async def test_leaving_while_listening_waits_for_nothing(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Listen, OPENED, Event())
    async with open_twin() as twin:
        await twin.press("ctrl+l")
        await twin.sees("Listening to headset …")
        await twin.press("ctrl+q")
        await twin.until(lambda: not twin.app.is_running)


@pytest.mark.parametrize(("value", "filled"), [(0.0, 0), (0.001, 0), (0.0316, CELLS // 2), (1.0, CELLS), (9.0, CELLS)])
def test_the_meter_goes_by_decibels(value: float, filled: int) -> None:
    assert cells(value) == filled


async def test_clipping_is_said_in_words(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Listen, OPENED, Level(0.5, 1.0), Event())
    async with open_twin(80, 24) as twin:
        await twin.press("ctrl+l")
        await twin.sees("too loud")


def _job_of(client: FakeClient, verb: type) -> str:
    return next(f"j{number}" for number, request in enumerate(client.asked, start=1) if isinstance(request, verb))
