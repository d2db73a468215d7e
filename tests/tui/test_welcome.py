"""The first two minutes: promises, a microphone, three sentences."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import NOW, SESSION, correction_report, utterance, with_a_past
from tests.tui.seen import Twin
from tui import first_run
from tui.app import TwinApp
from tui.screens.talk import TalkScreen
from twin.errors import MicrophoneError
from twin.events import Level, PartialText, Progress
from twin.paths import Home
from twin.requests import (
    AudioDevice,
    AudioDevices,
    EndListening,
    History,
    ListDevices,
    Listen,
    ListSentences,
    ReadSentence,
    SentenceRead,
    Sentences,
    ShowHistory,
    Utterances,
)
from twin.settings import load_settings

HEADSET = AudioDevice("Headset [USB]", 1, 48_000, default=False)
TO_READ = Sentences(("The harbour wakes early.", "We walked home.", "It rained.", "A fourth."), 0)


def with_a_microphone(client: FakeClient) -> None:
    client.always(ListDevices, AudioDevices((HEADSET,)))
    client.always(ListSentences, TO_READ)


async def test_a_microphone_is_chosen_and_three_sentences_are_heard(
    client: FakeClient, open_twin: OpenTwin, home: Home
) -> None:
    with_a_microphone(client)
    gate = Event()
    heard = Utterances((utterance("u1", "the harbour wakes early"),))
    client.script(
        Listen, Progress("listen", "Listening"), Level(0.1, 0.3), PartialText("The harbour", " wakes"), gate, heard
    )
    for _ in range(3):
        client.script(Listen, heard)
    client.script(ReadSentence, SentenceRead("the harbour wakes early", correction_report()))
    client.script(ReadSentence, SentenceRead("something else", None))
    for _ in range(2):
        client.script(ReadSentence, SentenceRead("we walked home", correction_report()))
    async with open_twin(80, 24) as twin:
        await twin.says("/welcome")
        await twin.sees("It keeps", "It keeps out", "It forgets", "Which microphone", "Headset [USB]")
        await twin.press("down", "enter")
        await twin.sees("Read this aloud, 1 of 3: The harbour wakes early.", "Enter begins")
        await twin.press("enter")
        await twin.sees("The harbour wakes", "read it, then press Enter")
        await twin.press("enter")
        await twin.until(lambda: client.requests(EndListening))
        gate.set()
        await twin.sees("2 of 3: We walked home.", "Heard “the harbour wakes early”.")
        await twin.press("enter")
        await twin.sees("that is not the sentence, so it was let go of", "2 of 3: We walked home.")
        await twin.press("enter")
        await twin.sees("3 of 3: It rained.")
        await twin.press("enter")
        await twin.sees("It knows your voice a little now.", "`twin read` goes on")
        await twin.press("enter")
        await twin.until(lambda: isinstance(twin.app.screen, TalkScreen))
        await twin.until(lambda: load_settings(home).microphone == HEADSET.name)
    assert [(one.device, one.reading) for one in client.requests(Listen)] == [(HEADSET.name, True)] * 4
    assert client.requests(ReadSentence)[0] == ReadSentence("u1", "The harbour wakes early.")


async def test_without_a_microphone_one_is_told_what_works(client: FakeClient, open_twin: OpenTwin) -> None:
    client.always(ListDevices, AudioDevices(()))
    client.always(ListSentences, TO_READ)
    async with open_twin(80, 24) as twin:
        await twin.says("/welcome")
        await twin.sees("There is no microphone here. You can type")
        await twin.press("enter")
        await twin.until(lambda: isinstance(twin.app.screen, TalkScreen))
    assert client.requests(Listen) == []


async def test_a_microphone_that_fails_says_so_and_can_be_tried_again(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_microphone(client)
    client.script(Listen, MicrophoneError("The microphone is busy.", hint="Close what uses it."))
    client.script(Listen, Utterances(()))
    async with open_twin(80, 24) as twin:
        await twin.says("/welcome")
        await twin.sees("Headset [USB]")
        await twin.press("enter")
        await twin.sees("1 of 3")
        await twin.press("enter")
        await twin.sees("The microphone is busy.")
        await twin.press("enter")
        await twin.sees("Nothing was heard. Is it the right microphone?")
        assert "busy" not in twin.screen
        await twin.press("escape")
        await twin.until(lambda: isinstance(twin.app.screen, TalkScreen))


# --- the first time -----------------------------------------------------------------------------------------------


@asynccontextmanager
async def new_twin(client: FakeClient, home: Home) -> AsyncIterator[Twin]:
    """One that welcomes whom it has not seen yet."""
    app = TwinApp(client, home, session_id=SESSION, now=lambda: NOW, welcomes=True)
    app.animation_level = "none"
    async with app.run_test(size=(80, 24)) as pilot:
        yield Twin(app, pilot)


async def stays_away(twin: Twin) -> None:
    await twin.until(lambda: not twin.app.workers)
    assert isinstance(twin.app.screen, TalkScreen)


async def test_it_opens_by_itself_in_a_new_home_is_skipped_with_a_key_and_stays_away(
    client: FakeClient, home: Home
) -> None:
    with_a_microphone(client)
    async with new_twin(client, home) as twin:
        await twin.sees("It keeps", "Which microphone", "Esc skips")
        await twin.press("escape")
        await twin.until(lambda: isinstance(twin.app.screen, TalkScreen))
        assert twin.prompt.has_focus
        assert "/welcome brings this back" in twin.toasts
        await twin.until(lambda: first_run.is_over(home))
    async with new_twin(client, home) as again:
        await again.sees("Your twin knows nothing yet.")
        await stays_away(again)


async def test_it_stays_away_where_something_was_said_before(client: FakeClient, home: Home) -> None:
    with_a_past(client)
    async with new_twin(client, home) as twin:
        await twin.sees("I drink oat flat whites.")
        await stays_away(twin)
        assert not first_run.is_over(home)


async def test_it_does_not_come_over_what_is_being_typed(client: FakeClient, home: Home) -> None:
    gate = Event()
    client.script(ShowHistory, gate, History(()))
    async with new_twin(client, home) as twin:
        await twin.press(*"half")
        gate.set()
        await twin.sees("Your twin knows nothing yet.")
        await stays_away(twin)
        assert twin.prompt.text == "half"
        assert not first_run.is_over(home)
