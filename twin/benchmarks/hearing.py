"""What ``twin bench dictation`` measures around recognition: text from nothing, words lost in quiet or noisy speech,
commands carried out in earnest speech, and commands carried out where they were meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event as Flag

from rapidfuzz.distance import Levenshtein

from twin.benchmarks.nothing import Scene, noisier, quieter
from twin.benchmarks.spoken_commands import CASES, Spoken, Voice, is_right, say
from twin.domain import SpokenCommand, Transcript
from twin.ports import SAMPLE_RATE_HZ, Audio, Transcriber
from twin.speech.commands import key_of
from twin.speech.editing import Preferences, edit_spoken
from twin.speech.pauses import find_silences
from twin.speech.sound import as_sound

Spoil = Callable[[Audio], Audio]

SPOILT: Mapping[str, Spoil] = {
    **{f"{db} dB quieter": partial(quieter, decibels=db) for db in (10, 20, 30, 40, 45)},
    **{f"noise at {db} dB": partial(noisier, ratio_db=db) for db in (20, 10, 5, 0)},
}
"""Copies of speech: at lower levels, and in pink noise at ratios of speech to noise."""


@dataclass(frozen=True, slots=True)
class Inserted:
    """Text in recordings in which nobody speaks; ``heard``: by the name of the scene."""

    minutes: float
    words: int
    heard: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lost:
    """Words of the clean recordings' text that are missing from that of their copies, as a share of them."""

    words: int
    share: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Accidents:
    """Commands that were carried out in speech that holds none, with the words around each."""

    words: int
    commands: tuple[SpokenCommand, ...]


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """How many of the dictations with commands came out right; ``wrong``: what was said, and what came of it."""

    cases: int
    wrong: tuple[tuple[str, str], ...]

    @property
    def share(self) -> float:
        return 1 - len(self.wrong) / self.cases


def inserted_words(transcriber: Transcriber, scenes: Iterable[Scene]) -> Inserted:
    """Recognise recordings in which nobody speaks. Raises ``ModelError``."""
    seconds, words, heard = 0.0, 0, {}
    for scene in scenes:
        transcript = _recognise(transcriber, scene.audio)
        seconds += len(scene.audio) / SAMPLE_RATE_HZ
        words += len(transcript.words)
        if transcript.words:
            heard[scene.name] = transcript.text
    return Inserted(seconds / 60, words, heard)


def lost_words(transcriber: Transcriber, speech: Iterable[Audio], spoilt: Mapping[str, Spoil] = SPOILT) -> Lost:
    """Recognise ``speech`` and its copies. Only words that are gone count, not those that were misheard.

    Raises ``ModelError``.
    """
    words, lost = 0, dict.fromkeys(spoilt, 0)
    for audio in speech:
        clean = _words(_recognise(transcriber, audio))
        words += len(clean)
        for name, spoil in spoilt.items():
            operations = Levenshtein.editops(clean, _words(_recognise(transcriber, spoil(audio))))
            lost[name] += sum(operation.tag == "delete" for operation in operations)
    return Lost(words, {name: count / max(1, words) for name, count in lost.items()})


def accidents(transcriber: Transcriber, speech: Iterable[Audio], preferences: Preferences) -> Accidents:
    """Edit recordings of speech that holds no commands. Raises ``ModelError``."""
    words, commands = 0, list[SpokenCommand]()
    for audio in speech:
        transcript = _recognise(transcriber, audio)
        words += len(transcript.words)
        silences = find_silences(as_sound(audio))
        done = edit_spoken(transcript.words, "", preferences, silences=silences, language=transcript.language)
        commands += done.edited.commands_applied
    return Accidents(words, tuple(commands))


def carried_out(
    transcriber: Transcriber, voice: Voice, folder: Path, preferences: Preferences, cases: Iterable[Spoken] = CASES
) -> CarriedOut:
    """Have ``cases`` said, recognised and edited; ``folder`` is for the voice's files. Raises ``ModelError``."""
    count, wrong = 0, list[tuple[str, str]]()
    for case in cases:
        audio = say(case, voice, folder)
        transcript = _recognise(transcriber, audio)
        done = edit_spoken(transcript.words, "", preferences, silences=find_silences(as_sound(audio)))
        count += 1
        if not is_right(case, done.edited.text):
            wrong.append((case.said, done.edited.text))
    return CarriedOut(count, tuple(wrong))


def _recognise(transcriber: Transcriber, audio: Audio) -> Transcript:
    return transcriber.transcribe(audio, on_word=lambda word: None, cancelled=Flag())


def _words(transcript: Transcript) -> list[str]:
    return [key for word in transcript.words if (key := key_of(word.word))]
