"""The microphone, by PortAudio: which there are, and their sound as it comes in.

PortAudio looks for devices only when it is initialised; so that a headset which was plugged in later is found, it is
initialised anew before each look, unless something is being recorded.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from twin.errors import MicrophoneError
from twin.ports import SAMPLE_RATE_HZ
from twin.requests import AudioDevice, RawFormat
from twin.speech.audio import RawConverter
from twin.speech.sound import Pcm

if TYPE_CHECKING:
    from types import ModuleType

_WAIT_SECONDS = 0.032
_SILENT_SECONDS = 8.0
"""A device that gives nothing for so long, not even silence, is gone; some take seconds to wake up."""
_MOST_GRACE_SECONDS = 0.4
"""How long what was said before the end is waited for while it is still on its way through the buffers."""

_FILES = "A recording can be dictated as a file."

_open_streams = 0
_lock = Lock()


class Microphone:
    """An open microphone."""

    def __init__(self, name: str, stream: Any, incoming: queue.SimpleQueue[bytes], form: RawFormat) -> None:
        self.name = name
        self._incoming = incoming
        self._converter = RawConverter(form)
        self._grace_seconds = min(float(stream.latency) + _WAIT_SECONDS, _MOST_GRACE_SECONDS)

    def blocks(self, ended: Callable[[], bool]) -> Iterator[Pcm]:
        """Mono sound at 16 kHz as it comes in, until ``ended``. Raises :class:`MicrophoneError` when it dries up."""
        last, stop_at = time.monotonic(), float("inf")
        while time.monotonic() < stop_at or not self._incoming.empty():
            if stop_at == float("inf") and ended():
                stop_at = time.monotonic() + self._grace_seconds
            try:
                yield from self._converter.add(self._incoming.get(timeout=_WAIT_SECONDS))
                last = time.monotonic()
            except queue.Empty:
                if time.monotonic() - last > _SILENT_SECONDS:
                    hint = "Plug it in again, or choose another with --device."
                    raise MicrophoneError(f"{self.name} gives no sound any more.", hint=hint) from None


def list_devices() -> tuple[AudioDevice, ...]:
    """What can be recorded from. Raises :class:`MicrophoneError` if PortAudio is not there."""
    with _lock:
        sounddevice = _portaudio()
        default = _default(sounddevice)
        return tuple(
            AudioDevice(
                name=str(device["name"]),
                channels=int(device["max_input_channels"]),
                rate_hz=int(device["default_samplerate"]),
                default=int(device["index"]) == default,
            )
            for device in sounddevice.query_devices()
            if device["max_input_channels"] > 0
        )


@contextmanager
def open_microphone(wanted: str = "") -> Iterator[Microphone]:
    """Record from the device whose name is or holds ``wanted``, or from the system's usual one if that is empty.

    Raises :class:`MicrophoneError`, which says what to do: install PortAudio, choose a device, plug one in.
    """
    global _open_streams
    incoming: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    with _lock:
        sounddevice = _portaudio()
        device = _chosen(sounddevice, wanted)
        stream, form = _opened(sounddevice, device, incoming)
        _open_streams += 1
    try:
        with stream:
            yield Microphone(str(device["name"]), stream, incoming, form)
    finally:
        with _lock:
            _open_streams -= 1


def _portaudio() -> ModuleType:
    """The library, with the devices that there are now."""
    try:
        import sounddevice
    except ImportError as error:
        raise MicrophoneError("The microphone needs sounddevice.", hint=f"pip install 'twin[mic]'. {_FILES}") from error
    except OSError as error:
        raise MicrophoneError(
            "The microphone needs the library PortAudio.", hint=f"Debian: apt install libportaudio2. {_FILES}"
        ) from error
    if not _open_streams:
        sounddevice._terminate()
        sounddevice._initialize()
    module: ModuleType = sounddevice
    return module


def _default(sounddevice: ModuleType) -> int:
    """The index of the system's usual microphone; -1 if it names none."""
    try:
        return int(sounddevice.query_devices(kind="input")["index"])
    except (sounddevice.PortAudioError, ValueError):
        return -1


def _chosen(sounddevice: ModuleType, wanted: str) -> Mapping[str, Any]:
    devices = [device for device in sounddevice.query_devices() if device["max_input_channels"] > 0]
    if not devices:
        raise MicrophoneError("There is no microphone.", hint=f"Plug one in, or allow access to it. {_FILES}")
    if not wanted:
        default = _default(sounddevice)
        return next((device for device in devices if device["index"] == default), devices[0])
    exact = [device for device in devices if device["name"] == wanted]
    similar = [device for device in devices if wanted.casefold() in device["name"].casefold()]
    if found := (exact or similar):
        return dict(found[0])
    names = ", ".join(dict.fromkeys(device["name"] for device in devices))
    raise MicrophoneError(f"There is no microphone named {wanted!r}.", hint=f"There are: {names}.")


def _opened(
    sounddevice: ModuleType, device: Mapping[str, Any], incoming: queue.SimpleQueue[bytes]
) -> tuple[Any, RawFormat]:
    """A stream at our rate if the device does it, else at its own, which is then converted."""

    def take(content: Any, frames: int, times: object, status: object) -> None:
        incoming.put(bytes(content))

    own_rate = int(device["default_samplerate"])
    refusal: Exception | None = None
    for rate_hz, channels in ((SAMPLE_RATE_HZ, 1), (own_rate, 1), (own_rate, min(2, device["max_input_channels"]))):
        try:
            stream = sounddevice.RawInputStream(
                samplerate=rate_hz,
                device=device["index"],
                channels=channels,
                dtype="int16",
                callback=take,
            )
        except sounddevice.PortAudioError as error:
            refusal = error
        else:
            return stream, RawFormat(rate_hz, channels)
    raise MicrophoneError(
        f"The microphone {device['name']} cannot be opened: {refusal}.",
        hint="Close what else uses it, or choose another with --device (`twin devices` lists them).",
    ) from refusal
