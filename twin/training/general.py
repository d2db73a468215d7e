"""Ordinary speech that comes with the product: to replay while training, and for the gate to judge forgetting by.

Sentences of our own, spoken by a packaged voice (hibari, Apache-2.0) and changed in pitch, room and noise; made once
and cached, offline. What is replayed is never judged by. A folder of recordings that the person adds joins the
judged ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin.errors import ModelError
from twin.models.cache import WeightsCache
from twin.ports import SAMPLE_RATE_HZ, Audio

_VERSION = 1
"""Of the recipe below; another one makes other recordings."""


class Purpose(StrEnum):
    REPLAY = "replay"
    GENERAL = "general"
    """What the gate measures forgetting by."""
    MORE = "more"
    """The same, where that leaves it open."""
    SHORT = "short"
    """Clips of a second or two, on which fine-tuned recognisers are prone to loop."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording with what is said in it; ``text`` is empty for silence and noise."""

    id: str
    text: str
    audio: Audio


def spoken_set(purpose: Purpose, cache: WeightsCache, first: int | None = None) -> tuple[Recording, ...]:
    """The recordings of ``purpose``, or the ``first`` of them, spoken at the first call.

    Raises :class:`ModelError` without the voice."""
    texts = sentences(purpose)[:first]
    folder = cache.build(f"spoken-{purpose}-{_VERSION}-{len(texts)}", lambda target: _speak(purpose, texts, target))
    return tuple(
        Recording(f"{purpose}-{number:03}", text, _read(folder / f"{number:03}.npy"))
        for number, text in enumerate(texts)
    )


def recordings_in(folder: Path) -> tuple[Recording, ...]:
    """Recordings of the person's own choice: each file of sound beside a ``.txt`` of its name that says what is said.

    Raises ``AudioError`` for one that cannot be read."""
    from twin.speech.audio import decode

    texts = (path for path in sorted(folder.iterdir()) if path.suffix == ".txt")
    sounds = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix != ".txt" and path.is_file()}
    return tuple(
        Recording(f"own-{text.stem}", text.read_text(encoding="utf-8").strip(), decode(sounds[text.stem]))
        for text in texts
        if text.stem in sounds
    )


def sentences(purpose: Purpose) -> tuple[str, ...]:
    text = files("twin.training").joinpath("sentences", f"{purpose}.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


def silent_clips() -> tuple[Recording, ...]:
    """Silence and noise of several levels, 2 to 7 s: nothing may be heard in them."""
    chance = np.random.default_rng(7)
    levels = (0.0, 1e-4, 1e-3, 5e-3, 2e-2, 5e-2)
    return tuple(
        Recording(
            f"silence-{number}", "", (chance.standard_normal(SAMPLE_RATE_HZ * (2 + number)) * level).astype(np.float32)
        )
        for number, level in enumerate(levels)
    )


def _read(path: Path) -> Audio:
    samples: NDArray[np.int16] = np.load(path, allow_pickle=False)
    return samples.astype(np.float32) / np.float32(32768)


def _speak(purpose: Purpose, texts: Sequence[str], target: Path) -> None:
    chance = np.random.default_rng([_VERSION, *purpose.encode()])
    speak = _voice()
    for number, text in enumerate(texts):
        audio = _varied(speak(text, chance, number), number, chance)
        np.save(target / f"{number:03}.npy", (np.clip(audio, -1, 1) * 32767).astype(np.int16))


def _voice() -> Callable[[str, np.random.Generator, int], Audio]:
    try:
        from hibari import SAMPLE_RATE, Hibari
    except ImportError as error:
        raise ModelError(
            "The voice that speaks the general sentences is not installed.", hint="Run: pip install hibari-tts"
        ) from error
    voice = Hibari(threads=1)

    def speak(text: str, chance: np.random.Generator, number: int) -> Audio:
        """One sentence; resampling moves pitch and formants, as of another speaker."""
        audio = np.asarray(voice(text, speed=float(chance.uniform(0.9, 1.15)), seed=number), np.float32)
        pitch = float(chance.uniform(0.8, 1.08))
        length = int(len(audio) / pitch * SAMPLE_RATE_HZ / SAMPLE_RATE)
        return np.interp(np.linspace(0, len(audio) - 1, length), np.arange(len(audio)), audio).astype(np.float32)

    return speak


def _varied(audio: Audio, number: int, chance: np.random.Generator) -> Audio:
    """A third each as it is, in a small room, and on a hissing line; at several levels, between short silences."""
    if number % 3 == 1:
        audio = np.convolve(audio, _room(chance))[: len(audio)].astype(np.float32)
    audio = audio / max(1e-6, float(np.abs(audio).max())) * np.float32(chance.uniform(0.2, 0.9))
    if number % 3 == 2:
        noise_db = chance.uniform(15, 30)
        loudness = np.sqrt((audio**2).mean()) * 10 ** (-noise_db / 20)
        audio = audio + (chance.standard_normal(len(audio)) * loudness).astype(np.float32)
    return np.concatenate([*_silence(chance, 0.05, 0.5), audio, *_silence(chance, 0.1, 0.8)]).astype(np.float32)


def _room(chance: np.random.Generator) -> NDArray[np.float64]:
    times = np.arange(int(0.25 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    response = chance.standard_normal(len(times)) * np.exp(-times / 0.05) * 0.08
    response[0] = 1.0
    return response


def _silence(chance: np.random.Generator, least: float, most: float) -> Iterator[Audio]:
    yield np.zeros(int(chance.uniform(least, most) * SAMPLE_RATE_HZ), np.float32)
