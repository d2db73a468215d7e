"""The microphone, end to end: a real engine listens to a virtual device into which a recorded voice is played.

PulseAudio runs here with a runtime folder of its own, and a null sink whose monitor is the microphone.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.distance import Levenshtein
from textual.widgets import TextArea
from whisper_normalizer.english import EnglishTextNormalizer

from twin.domain import Utterance
from twin.engine.lock import current_holder
from twin.engine.remote import EngineClient
from twin.errors import EngineLostError, MicrophoneError, TwinError
from twin.events import Event, Level, PartialText, Started, UtteranceHeard
from twin.paths import Home
from twin.requests import (
    DictateAgain,
    EndListening,
    ListDevices,
    Listen,
    ListUtterances,
    Status,
    Utterances,
    WarmUp,
)

pytestmark = pytest.mark.weights

PROGRAMS = ("pulseaudio", "pactl", "paplay")
TEXT = (
    "The harbour wakes long before the town does, and a dog follows the men as far as the fence. "
    "When the first boat comes in, everybody knows at once whether the night was good. "
)
AFTER = "Later somebody tunes a guitar, and nobody sings in the right key."
normalised = EnglishTextNormalizer()


@pytest.fixture(scope="module", autouse=True)
def virtual_microphone() -> Iterator[None]:
    """What is played into the sink ``twin_test`` is what the usual microphone hears."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: pulseaudio pulseaudio-utils libasound2-plugins)")
    pytest.importorskip("sounddevice", reason="sounddevice and PortAudio are not installed", exc_type=OSError)
    folder = Path(tempfile.mkdtemp(prefix="twin-pulse-"))  # short: it holds a socket
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"):
            patch.setenv(name, str(folder))
        patch.setenv("PULSE_SERVER", f"unix:{folder}/native")
        patch.setenv("PULSE_COOKIE", f"{folder}/cookie")
        daemon = subprocess.Popen(
            [
                "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
                "-L", f"module-native-protocol-unix socket={folder}/native auth-anonymous=1",
                "-L", "module-null-sink sink_name=twin_test",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            eventually(lambda: (folder / "native").exists())
            subprocess.run(["pactl", "set-default-sink", "twin_test"], check=True)
            subprocess.run(["pactl", "set-default-source", "twin_test.monitor"], check=True)
            yield
        finally:
            daemon.terminate()
            daemon.wait()
            shutil.rmtree(folder)


@pytest.fixture
def client(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineClient]:
    """A client of an engine that has the recogniser ready."""
    monkeypatch.setenv("TWIN_PRELOAD", "0")
    monkeypatch.delenv("TWIN_THREADS")  # it keeps up with who speaks
    client = EngineClient(home)
    client.call(WarmUp(("recogniser",)))
    yield client
    holder = current_holder(home)
    if holder is not None:
        os.kill(holder.pid, signal.SIGKILL)
        client.wait_until_stopped()


@pytest.fixture(scope="module")
def speech(voice: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("speech")

    def speak(text: str) -> Path:
        path = folder / f"{len(text)}.wav"
        voice.save(text, str(path), seed=1)
        return path

    return speak


class Listener:
    """A listening in a thread of its own, and what it was sent."""

    def __init__(self, client: EngineClient, request: Listen) -> None:
        self.events: list[Event] = []
        self.outcome: Utterances | TwinError | None = None
        self._client = client
        self._thread = threading.Thread(target=self._run, args=(request,))
        self._thread.start()
        eventually(lambda: self.of(Level) or self.outcome)  # now it hears

    def _run(self, request: Listen) -> None:
        try:
            self.outcome = self._client.call(request, self.events.append)
        except TwinError as error:
            self.outcome = error

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in list(self.events) if isinstance(event, kind)]

    @property
    def settled(self) -> str:
        return "".join(event.settled for event in self.of(PartialText))

    def end(self) -> tuple[Utterance, ...]:
        self._client.call(EndListening(self.of(Started)[0].job_id))
        self._thread.join()
        assert isinstance(self.outcome, Utterances), self.outcome
        return self.outcome.utterances

    def join(self) -> Utterances | TwinError | None:
        self._thread.join()
        return self.outcome


def eventually(condition: Callable[[], object], seconds: float = 180.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def hear_interrupts() -> None:
    """Of a suite that runs in the background a child would inherit that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def play(path: Path) -> None:
    subprocess.run(["paplay", str(path)], check=True)


def wrong_words(said: str, heard: str) -> float:
    reference = normalised(said).split()
    return Levenshtein.distance(reference, normalised(heard).split()) / len(reference)


def test_text_settles_while_it_is_said_and_a_long_pause_adds_nothing(
    client: EngineClient, speech: Callable[[str], Path]
) -> None:
    first, second = speech(TEXT), speech(AFTER)
    listener = Listener(client, Listen("ui-1"))
    times = 0
    while not listener.settled:  # a slow machine takes fewer looks, and needs more speech to be sure
        play(first)
        times += 1
        assert times < 6
    time.sleep(20)
    before = len(listener.of(PartialText))
    time.sleep(1)
    assert len(listener.of(PartialText)) == before  # nothing is made of silence
    play(second)
    (utterance,) = listener.end()

    assert listener.of(UtteranceHeard) == [UtteranceHeard(utterance)]
    assert utterance.heard.startswith(listener.settled)
    assert wrong_words(f"{TEXT * times} {AFTER}", utterance.heard) < 0.2
    assert utterance.seconds > 30
    assert len({event.settled + event.tentative for event in listener.of(PartialText)}) >= 3
    levels = listener.of(Level)
    assert len(levels) == pytest.approx(10 * utterance.seconds, abs=2)
    assert max(level.peak for level in levels) > 0.05
    assert client.call(ListUtterances()).utterances == (utterance,)


def test_hands_free_each_sentence_is_an_utterance(client: EngineClient, speech: Callable[[str], Path]) -> None:
    listener = Listener(client, Listen("ui-1", hands_free=True))
    play(speech(AFTER))
    eventually(lambda: listener.of(UtteranceHeard))
    play(speech(AFTER))
    eventually(lambda: len(listener.of(UtteranceHeard)) == 2)
    utterances = listener.end()
    assert len(utterances) == 2
    assert all(wrong_words(AFTER, utterance.heard) < 0.3 for utterance in utterances)


def test_an_engine_killed_in_the_middle_of_a_sentence_has_lost_nothing(
    client: EngineClient, speech: Callable[[str], Path]
) -> None:
    pid = client.call(Status()).pid
    listener = Listener(client, Listen("ui-1"))
    player = subprocess.Popen(["paplay", str(speech(TEXT))])
    eventually(lambda: listener.settled or player.poll() is not None)
    os.kill(pid, signal.SIGKILL)
    heard_so_far = len(listener.of(Level)) / 10
    assert isinstance(listener.join(), EngineLostError)
    player.kill()
    player.wait()

    (kept,) = client.call(ListUtterances()).utterances  # a new engine, which has found it
    assert client.call(Status()).pid != pid
    assert not kept.recognised
    assert kept.seconds > heard_so_far - 1
    again = client.call(DictateAgain(kept.id))
    assert again.taken
    assert normalised(again.now).startswith("the harbor wakes long")
    assert client.call(ListUtterances()).utterances == (again.utterance,)


def test_the_command_line_listens_until_enter_and_keeps_what_ctrl_c_cancels(
    client: EngineClient, home: Home, speech: Callable[[str], Path]
) -> None:
    def listening() -> bool:
        return client.call(Status()).running_jobs > 1  # the asking itself is one

    def command() -> subprocess.Popen[str]:
        arguments = [sys.executable, "-m", "twin", "--home", str(home.root), "dictate", "--mic"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started = subprocess.Popen(arguments, text=True, preexec_fn=hear_interrupts, **pipes)
        eventually(listening)
        eventually(lambda: any(home.spool.iterdir()))
        time.sleep(1)
        return started

    ended = command()
    play(speech(AFTER))
    out, err = ended.communicate("\n", timeout=120)
    assert ended.returncode == 0, err
    assert wrong_words(AFTER, out) < 0.3

    cancelled = command()
    play(speech(AFTER))
    cancelled.send_signal(signal.SIGINT)
    cancelled.wait(timeout=120)  # communicating would close its input, which ends an utterance
    out, err = cancelled.communicate()
    assert (cancelled.returncode, out) == (130, "")
    assert "twin dictate --again u2" in err
    assert wrong_words(AFTER, client.call(DictateAgain("u2")).now) < 0.3


def test_devices_are_listed_and_an_unknown_one_is_refused(client: EngineClient) -> None:
    devices = client.call(ListDevices()).devices
    assert any(device.default for device in devices)
    assert all(device.channels > 0 for device in devices)
    listener = Listener(client, Listen("ui-1", device="No Such Headset"))
    refused = listener.join()
    assert isinstance(refused, MicrophoneError)
    assert "No Such Headset" in refused.message
    assert devices[0].name in refused.hint


async def test_the_terminal_ui_from_the_key_to_the_prompt_and_after_a_kill(
    client: EngineClient, home: Home, speech: Callable[[str], Path]
) -> None:
    from tui.app import TwinApp
    from tui.widgets.listening import Listening
    from tui.widgets.utterance import Dictated

    async def until(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 180
        while not condition():
            assert time.monotonic() < deadline, "it did not come about"
            await pilot.pause(0.05)

    async def play(path: Path, until_then: Callable[[], object]) -> None:
        player = subprocess.Popen(["paplay", str(path)])
        await until(lambda: until_then() or player.poll() is not None)
        player.kill()
        player.wait()

    def heard_a_few_words() -> bool:
        return len(str(app.screen.query_one(Listening).query_one(".words").render()).split()) > 5

    def measuring() -> bool:
        return "Listening to" in str(app.screen.query_one(Listening).query_one("Spinner").render())

    app = TwinApp(client, home)
    async with app.run_test(size=(80, 24)) as pilot:
        prompt = app.screen.query_one("#prompt", TextArea)
        await pilot.press("ctrl+l")
        await until(lambda: app.screen.query(Listening) and measuring())
        player = subprocess.Popen(["paplay", str(speech(AFTER))])
        await until(lambda: player.poll() is not None)
        await pilot.pause(1)  # what was played last is still on its way through the sink
        await pilot.press("enter")
        await until(lambda: prompt.text)
        assert wrong_words(AFTER, prompt.text) < 0.3
        assert app.screen.query_one(Dictated).utterance.text == prompt.text

        await pilot.press("ctrl+l")
        await until(lambda: app.screen.query(Listening) and measuring())
        while not heard_a_few_words():  # a slow machine takes fewer looks, and needs more speech
            await play(speech(TEXT), heard_a_few_words)
        holder = current_holder(home)
        assert holder is not None
        os.kill(holder.pid, signal.SIGKILL)
        await until(lambda: len(app.screen.query(Dictated)) == 2)  # a new engine has found the recording
        kept = app.screen.query(Dictated).last()
        assert not kept.utterance.recognised
        kept.focus()
        prompt.clear()
        await pilot.press("a")
        await until(lambda: prompt.text)
        assert normalised(prompt.text).startswith("the harbor")
