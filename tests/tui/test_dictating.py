"""Dictating a file, and saying what was really said."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import HEARD, NOW, SESSION, correction_report, utterance, with_a_past, words
from tui.screens.correct import CorrectScreen
from tui.screens.dictate import DictateScreen
from tui.widgets.utterance import Dictated
from twin.errors import AudioError, HomeError
from twin.events import Progress, WordHeard
from twin.requests import Correct, Dictate, Know, ListUtterances, Utterances


async def test_words_appear_as_they_come_and_become_an_utterance(
    client: FakeClient, open_twin: OpenTwin, tmp_path: Path
) -> None:
    halfway, rest = Event(), Event()
    heard = words(HEARD, "open", "rider")
    client.script(
        Dictate,
        halfway,
        Progress("listen", "hearing standup.flac", 0.5),
        *(WordHeard(word) for word in heard[:4]),
        rest,
        *(WordHeard(word) for word in heard[4:]),
        utterance(session_id=SESSION, at=NOW),
    )
    async with open_twin() as twin:
        await twin.says("/dictate standup.flac")
        await twin.sees("you 09:30 · dictating · standup.flac", "opening the recording")
        halfway.set()
        await twin.sees("Please route the request … hearing standup.flac", "50%")
        rest.set()
        await twin.sees("you 10:10 · dictated · u4 · standup.flac · 6.2 s", HEARD, "underlined: heard less surely")
        assert "50%" not in twin.screen
    assert client.requests(Dictate) == [Dictate(str(tmp_path / "standup.flac"), SESSION)]


async def test_unsure_words_are_underlined(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    async with open_twin() as twin:
        await twin.sees(HEARD)
        strips = twin.app.screen._compositor.render_strips()
        underlined = [
            segment.text for strip in strips for segment in strip if segment.style and segment.style.underline
        ]
        assert underlined == ["open", "rider", "underlined"]


async def test_stopping_a_dictation_keeps_nothing_but_the_words_on_the_screen(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    client.script(Dictate, WordHeard(words("Please")[0]), Event(), utterance())
    async with open_twin() as twin:
        await twin.says("/dictate standup.flac")
        await twin.sees("Please", "esc Stop")
        await twin.press("escape")
        await twin.sees("standup.flac · stopped by you, not kept Please")
        assert "esc Stop" not in twin.screen
        assert not twin.conversation.query(Dictated)
    assert len(client.cancelled) == 1


async def test_silence_is_no_utterance(client: FakeClient, open_twin: OpenTwin) -> None:
    client.script(Dictate, utterance("", ""))
    async with open_twin() as twin:
        await twin.says("/dictate standup.flac")
        await twin.sees("standup.flac · nothing was said, nothing is kept")
        assert not twin.conversation.query(Dictated)


async def test_a_recording_that_cannot_be_read_is_told_once_and_the_path_comes_back(
    client: FakeClient, open_twin: OpenTwin, tmp_path: Path
) -> None:
    client.script(Dictate, AudioError("notes.wav is empty.", hint="Record it again."))
    async with open_twin() as twin:
        await twin.says("/dictate 'my notes.wav'")
        await twin.sees("✗ Recording not readable notes.wav is empty. Record it again.")
        assert "dictating" not in twin.screen
        assert twin.prompt.text == f"/dictate {tmp_path / 'my notes.wav'}"


async def test_a_recording_is_chosen_with_completion(client: FakeClient, open_twin: OpenTwin, tmp_path: Path) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "monday.flac").touch()
    (folder / "monday.txt").touch()
    (folder / "tuesday.mp3").touch()
    client.script(Dictate, utterance())
    async with open_twin() as twin:
        await twin.press("ctrl+o")
        await twin.sees("Dictate a recording", "talks/")
        await twin.press("t", "a")
        await twin.until(lambda: "home/" not in twin.screen)
        await twin.press("tab")
        await twin.sees("monday.flac tuesday.mp3")
        assert "monday.txt" not in twin.screen
        await twin.press("down", "enter")
        await twin.until(lambda: client.requests(Dictate))
    assert client.requests(Dictate) == [Dictate(str(folder / "tuesday.mp3"), SESSION)]


async def test_choosing_a_recording_can_be_left(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.press("ctrl+o")
        await twin.until(lambda: isinstance(twin.app.screen, DictateScreen))
        await twin.press("escape")
        await twin.until(lambda: not isinstance(twin.app.screen, DictateScreen))
    assert not client.requests(Dictate)


async def test_a_path_to_nothing_is_the_engines_to_refuse(
    client: FakeClient, open_twin: OpenTwin, tmp_path: Path
) -> None:
    client.script(Dictate, AudioError("It does not exist."))
    async with open_twin() as twin:
        await twin.press("ctrl+o", *"nowhere")
        await twin.sees("No folder or recording here begins like that.")
        await twin.press("enter")
        await twin.sees("It does not exist.")
    assert client.requests(Dictate) == [Dictate(str(tmp_path / "nowhere"), SESSION)]


async def test_a_correction_shows_what_the_twin_noticed(client: FakeClient, open_twin: OpenTwin) -> None:
    said = HEARD.replace("noon", "one")
    with_a_past(client)
    client.script(Correct, correction_report(said))
    async with open_twin() as twin:
        looks = len(client.requests(Know))
        await twin.press("ctrl+r")
        await twin.sees("What did you really say?", "heard, less surely where underlined")
        await twin.press("end", *("backspace",) * len("noon."), *"one.", "enter")
        await twin.sees(
            "6.2 s · corrected Please route the request through open rider before one.",
            "“open rider” → “OpenRouter” · sound-alike",
            "✦ Will listen for OpenRouter. Heard as “open rider”.",
        )
        assert "underlined: heard less surely" not in twin.screen
        await twin.until(lambda: len(client.requests(Know)) == looks + 1)
    assert client.requests(Correct) == [Correct("u4", said)]


async def test_a_correction_that_cannot_be_stored_keeps_the_text(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(Correct, HomeError("The disk is full.", hint="Free some space."))
    client.script(Correct, correction_report(f"{HEARD}!"))
    async with open_twin() as twin:
        await twin.press("ctrl+r", "end", "!", "enter")
        await twin.sees("✗ Home folder The disk is full. Free some space.", f"{HEARD}!")
        await twin.press("enter")
        await twin.sees("· corrected", f"{HEARD}!")
        assert not isinstance(twin.app.screen, CorrectScreen)
    assert client.requests(Correct) == [Correct("u4", f"{HEARD}!")] * 2


async def test_the_dictation_at_hand_is_corrected_and_left_alone_by_escape(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    client.script(Dictate, utterance("u5", "Another one.", session_id=SESSION, at=NOW))
    with_a_past(client)
    async with open_twin() as twin:
        await twin.says("/dictate other.wav")
        await twin.sees("u5", "Another one.")
        await twin.press("shift+tab", "shift+tab", "c")  # from the prompt to the newest, then to the one before
        await twin.until(lambda: isinstance(twin.app.screen, CorrectScreen))
        assert twin.app.screen.utterance.id == "u4"  # type: ignore[attr-defined]
        await twin.press("escape")
        await twin.until(lambda: not isinstance(twin.app.screen, CorrectScreen))
        await twin.says("/correct u5")
        await twin.until(lambda: isinstance(twin.app.screen, CorrectScreen))
        assert twin.app.screen.utterance.id == "u5"  # type: ignore[attr-defined]
    assert not client.requests(Correct)


async def test_there_may_be_nothing_to_correct(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.press("ctrl+r")
        assert "There is no dictation yet." in twin.toasts
        await twin.says("/correct u99")
        await twin.until(lambda: "There is no dictation u99 here." in twin.toasts)


async def test_a_correction_under_way_is_not_left(client: FakeClient, open_twin: OpenTwin) -> None:
    gate = Event()
    with_a_past(client)
    client.script(Correct, gate, correction_report(f"{HEARD}!"))
    async with open_twin() as twin:
        await twin.press("ctrl+r", "end", "!", "enter")
        await twin.sees("saving")
        await twin.press("escape")
        assert isinstance(twin.app.screen, CorrectScreen)
        gate.set()
        await twin.sees("· corrected")


async def test_a_long_dictation_leaves_room_to_correct_it(client: FakeClient, open_twin: OpenTwin) -> None:
    client.always(ListUtterances, Utterances((utterance("u6", "and so on " * 200),)))
    async with open_twin(80, 24) as twin:
        await twin.press("ctrl+r", "end", *"finally")
        await twin.sees("finally")
