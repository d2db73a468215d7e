"""The microphone where there is none: one clear sentence for each thing that may be missing. PortAudio is a fake."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from twin.errors import MicrophoneError
from twin.speech import microphone
from twin.speech.microphone import list_devices, open_microphone


class PortAudioError(Exception):
    pass


class FakePortAudio:
    """Devices, the rates that they can be opened at, and what they say when they are read."""

    PortAudioError = PortAudioError

    def __init__(
        self, *devices: dict[str, Any], rates: tuple[int, ...] = (16_000,), sound: tuple[bytes, ...] = ()
    ) -> None:
        self._devices = [device | {"index": index} for index, device in enumerate(devices)]
        self._rates = rates
        self._sound = sound
        self.opened: dict[str, Any] = {}
        self.looked = 0

    def _terminate(self) -> None:
        self.looked += 1

    def _initialize(self) -> None:
        pass

    def query_devices(self, kind: str = "") -> Any:
        inputs = [device for device in self._devices if device["max_input_channels"]]
        if not kind:
            return self._devices
        if not inputs:
            raise PortAudioError("no default")
        return inputs[-1]

    def RawInputStream(self, **options: Any) -> Any:  # noqa: N802 - sounddevice's name
        if options["samplerate"] not in self._rates:
            raise PortAudioError("Invalid sample rate")
        self.opened = options
        sound = self._sound

        class Stream:
            latency = 0.01

            def __enter__(self) -> None:
                for content in sound:
                    options["callback"](content, 0, None, None)

            def __exit__(self, *failure: object) -> None:
                pass

        return Stream()


def device(name: str, channels: int = 1, rate: int = 48_000) -> dict[str, Any]:
    return {"name": name, "max_input_channels": channels, "default_samplerate": float(rate)}


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(*devices: dict[str, Any], **options: Any) -> FakePortAudio:
        fake = FakePortAudio(*devices, **options)
        monkeypatch.setitem(sys.modules, "sounddevice", fake)
        return fake

    return install


def refusal(wanted: str = "") -> MicrophoneError:
    with pytest.raises(MicrophoneError) as caught, open_microphone(wanted):
        pytest.fail("it was opened")
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    return caught.value


def test_without_the_python_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert "pip install 'twin[mic]'" in refusal().hint


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        def find_spec(self, name: str, *rest: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    assert "libportaudio2" in refusal().hint


def test_without_a_device(portaudio: Any) -> None:
    portaudio(device("Speakers", channels=0))
    assert refusal().message == "There is no microphone."
    assert list_devices() == ()


def test_a_device_that_is_not_there(portaudio: Any) -> None:
    portaudio(device("Headset"), device("Webcam"))
    assert "Headset, Webcam" in refusal("Podcaster").hint


def test_a_device_that_is_taken(portaudio: Any) -> None:
    portaudio(device("Headset"), rates=())
    assert "Headset cannot be opened: Invalid sample rate" in refusal().message


@pytest.mark.parametrize(("wanted", "opened"), [("", 2), ("head", 0), ("Headset 2", 1)])
def test_a_device_is_chosen_by_part_of_its_name(portaudio: Any, wanted: str, opened: int) -> None:
    fake = portaudio(device("Headset"), device("Headset 2"), device("Webcam"))
    with open_microphone(wanted):
        assert fake.opened["device"] == opened


def test_devices_are_looked_for_anew_unless_something_is_being_recorded(portaudio: Any) -> None:
    fake = portaudio(device("Headset", channels=2))
    with open_microphone():
        looked = fake.looked
        (found,) = list_devices()
        assert fake.looked == looked
    assert (found.name, found.channels, found.rate_hz, found.default) == ("Headset", 2, 48_000, True)
    list_devices()
    assert fake.looked == looked + 1


def test_a_device_with_a_rate_of_its_own_is_converted(portaudio: Any) -> None:
    portaudio(device("Headset"), rates=(48_000,), sound=(bytes(2 * 48_000),))
    with open_microphone() as opened:
        samples = sum(map(len, opened.blocks(lambda: True)))
    assert samples == pytest.approx(16_000, abs=20)


def test_a_device_that_dries_up(portaudio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "_SILENT_SECONDS", 0.1)
    portaudio(device("Headset"), sound=(bytes(640),))
    with open_microphone() as opened, pytest.raises(MicrophoneError, match="Headset gives no sound any more"):
        list(opened.blocks(lambda: False))
