"""Recordings in which nobody speaks, more than half an hour of them, and copies of speech that are hard to hear.

Everything is made from a seed, so that a figure can be measured again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.ports import SAMPLE_RATE_HZ, Audio

_LEVELS_DB = (-6, -15, -25, -35, -45, -60)
_A4_HZ = 440.0
_SCALE = (0, 2, 3, 5, 7, 8, 10, 12)
"""Of A minor, in semitones."""
_CHORDS = ((0, 3, 7), (5, 8, 12), (7, 10, 14), (-2, 2, 5))


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    audio: Audio


def scenes(*, seconds: float = 24.0, seed: int = 7) -> Iterator[Scene]:
    """Silence, noise of all colours and levels, hum, fans, tones, music, clicks, and breath; each ``seconds`` long.

    With the default length 33 minutes.
    """
    rng = np.random.default_rng(seed)
    samples = int(seconds * SAMPLE_RATE_HZ)
    yield Scene("digital silence", np.zeros(samples, np.float32))
    yield Scene("dither", _at(rng.standard_normal(samples), -90))
    yield Scene("one bit", (rng.integers(-1, 2, samples) / 32768).astype(np.float32))
    for name, make in _SOUNDS.items():
        for level in _LEVELS_DB:
            yield Scene(f"{name} at {level} dB", _at(make(samples, rng), level))
    for level in (-10, -30):
        for name, make in _MUSIC.items():
            yield Scene(f"{name} at {level} dB", _at(make(samples, rng), level))
            noisy = _at(make(samples, rng), level) + _at(_coloured(samples, rng, 1.0), level - 15)
            yield Scene(f"{name} at {level} dB in a noisy room", np.clip(noisy, -1, 1).astype(np.float32))


def quieter(audio: Audio, decibels: float) -> Audio:
    """``audio`` as a recording of 16 bits at a lower level would hold it."""
    steps = np.round(audio * 10 ** (-decibels / 20) * 32768)
    return (steps / 32768).astype(np.float32)


def noisier(audio: Audio, ratio_db: float, *, seed: int = 7) -> Audio:
    """``audio`` with pink noise, the level of speech being ``ratio_db`` above that of the noise."""
    rng = np.random.default_rng(seed)
    noise = _coloured(len(audio), rng, 1.0)
    frames = np.sqrt(np.square(audio[: len(audio) // 320 * 320].reshape(-1, 320)).mean(axis=1))
    speech = np.sqrt(np.square(frames[frames >= np.median(frames)]).mean())
    mixed = audio + noise / np.sqrt(np.square(noise).mean()) * speech * 10 ** (-ratio_db / 20)
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), np.float32)


# --- noise -----------------------------------------------------------------------------------------------------


def _coloured(samples: int, rng: np.random.Generator, slope: float) -> NDArray[np.float64]:
    """Noise whose power falls with frequency to the power of ``slope``: 0 white, 1 pink, 2 brown, -1 blue."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    frequencies = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE_HZ)
    frequencies[0] = frequencies[1]
    coloured: NDArray[np.float64] = np.fft.irfft(spectrum * np.maximum(frequencies, 20.0) ** (-slope / 2), samples)
    return coloured


def _hum(samples: int, rng: np.random.Generator, mains_hz: float) -> NDArray[np.float64]:
    """Mains with its overtones, and a little noise."""
    t = np.arange(samples) / SAMPLE_RATE_HZ
    overtones = sum(np.sin(2 * np.pi * mains_hz * n * t + rng.uniform(0, 6)) / n for n in range(1, 12))
    return np.asarray(overtones + 0.02 * rng.standard_normal(samples))


def _fan(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Rushing air that swells with the blades, over their tone."""
    t = np.arange(samples) / SAMPLE_RATE_HZ
    blades = 2 * np.pi * rng.uniform(70, 130) * t
    swell = 1 + 0.3 * np.sin(blades) + 0.2 * np.sin(2 * np.pi * rng.uniform(0.2, 0.6) * t)
    return _coloured(samples, rng, 1.3) / 3 * swell + 0.002 * np.sin(blades)


def _breath(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Breathing in and out into a microphone: bursts of noise through a mouth's resonances."""
    t = np.arange(samples) / SAMPLE_RATE_HZ
    phase = np.cumsum(rng.uniform(0.8, 1.2, samples)) / SAMPLE_RATE_HZ / rng.uniform(3.0, 4.5)
    envelope = np.maximum(0, np.sin(2 * np.pi * phase)) ** 2 + 0.6 * np.maximum(0, -np.sin(2 * np.pi * phase)) ** 3
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    frequencies = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE_HZ)
    mouth = sum(np.exp(-(((frequencies - f) / w) ** 2)) for f, w in ((600, 400), (1700, 600), (3500, 1200)))
    return np.asarray(np.fft.irfft(spectrum * mouth, samples) * envelope + 1e-4 * np.sin(t))


def _clicks(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Keys, a mouse, things put down: short decaying knocks at random times."""
    sound = 0.003 * rng.standard_normal(samples)
    for start in rng.integers(0, samples - 2000, samples // 4000):
        length = int(rng.integers(100, 1800))
        t = np.arange(length)
        ring = np.sin(2 * np.pi * rng.uniform(300, 4000) * t / SAMPLE_RATE_HZ) + rng.standard_normal(length)
        sound[start : start + length] += rng.uniform(0.1, 1.0) * ring * np.exp(-t / (length / 5))
    return np.asarray(sound)


def _rain(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return _coloured(samples, rng, 0.5) * (1 + 0.5 * np.abs(_coloured(samples, rng, 2.0)))


# --- tones and music -------------------------------------------------------------------------------------------


def _tone(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A telephone's, a kettle's, a smoke alarm's: a tone, on and off."""
    t = np.arange(samples) / SAMPLE_RATE_HZ
    beeping = np.sin(2 * np.pi * rng.uniform(0.4, 1.5) * t) > rng.uniform(-1, 0.5)
    return np.asarray(np.sin(2 * np.pi * rng.uniform(200, 3200) * t) * beeping)


def _sweep(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    t = np.arange(samples) / SAMPLE_RATE_HZ
    frequency = 300 + 250 * np.sin(2 * np.pi * 0.3 * t) + 100 * np.sin(2 * np.pi * 1.7 * t)
    return np.asarray(np.sin(2 * np.pi * np.cumsum(frequency) / SAMPLE_RATE_HZ))


def _melody(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """One note after the other, plucked."""
    sound = np.zeros(samples)
    position = 0
    while position < samples:
        length = int(rng.choice([0.2, 0.4, 0.8]) * SAMPLE_RATE_HZ)
        _play(sound, position, length, int(rng.choice(_SCALE)), rng)
        position += length
    return sound


def _chords(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Chords with a bass, a melody and a beat above them."""
    sound = np.zeros(samples)
    bar = int(1.6 * SAMPLE_RATE_HZ)
    for number, start in enumerate(range(0, samples, bar)):
        for note in (*_CHORDS[number % len(_CHORDS)], _CHORDS[number % len(_CHORDS)][0] - 24):
            _play(sound, start, bar, note - 12, rng)
        for beat in range(4):
            _play(sound, start + beat * bar // 4, bar // 4, int(rng.choice(_SCALE)), rng)
            knock = min(400, max(0, samples - start - beat * bar // 4))
            sound[start + beat * bar // 4 :][:knock] += rng.standard_normal(knock) * np.exp(-np.arange(knock) / 80)
    return sound


def _organ(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Held notes with a slow vibrato, near to a humming voice."""
    t = np.arange(samples) / SAMPLE_RATE_HZ
    vibrato = 0.003 * np.sin(2 * np.pi * 5.5 * t)
    notes = [_A4_HZ / 2 * 2 ** (note / 12) for note in _CHORDS[int(rng.integers(len(_CHORDS)))]]
    return np.asarray(sum(np.sin(2 * np.pi * hz * n * (t + vibrato / hz * 50)) / n for hz in notes for n in (1, 2, 3)))


def _play(sound: NDArray[np.float64], start: int, length: int, note: int, rng: np.random.Generator) -> None:
    length = max(0, min(length, len(sound) - start))
    t = np.arange(length) / SAMPLE_RATE_HZ
    hz = _A4_HZ * 2 ** (note / 12)
    overtones = sum(np.sin(2 * np.pi * hz * n * t) / n**1.5 for n in range(1, 7))
    sound[start : start + length] += np.asarray(overtones) * np.exp(-3 * t) * rng.uniform(0.5, 1.0)


def _at(sound: NDArray[np.float64], level_db: float) -> Audio:
    """``sound`` with its loudest sample at ``level_db`` below full scale, in the steps of 16 bits."""
    peak = float(np.abs(sound).max()) or 1.0
    return (np.round(sound / peak * 10 ** (level_db / 20) * 32767) / 32768).astype(np.float32)


_Make = Callable[[int, np.random.Generator], NDArray[np.float64]]

_SOUNDS: dict[str, _Make] = {
    "white noise": lambda samples, rng: _coloured(samples, rng, 0.0),
    "pink noise": lambda samples, rng: _coloured(samples, rng, 1.0),
    "brown noise": lambda samples, rng: _coloured(samples, rng, 2.0),
    "blue noise": lambda samples, rng: _coloured(samples, rng, -1.0),
    "hum of 50 Hz": lambda samples, rng: _hum(samples, rng, 50.0),
    "hum of 60 Hz": lambda samples, rng: _hum(samples, rng, 60.0),
    "a fan": _fan,
    "breath": _breath,
    "clicks": _clicks,
    "rain": _rain,
}
_MUSIC: dict[str, _Make] = {
    "a tone": _tone,
    "a sweep": _sweep,
    "a melody": _melody,
    "chords": _chords,
    "an organ": _organ,
}
