"""Recordings to measure on: what ``--data`` names, or sentences spoken by a packaged voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from twin.errors import NotUnderstoodError

SENTENCES = (
    "The lighthouse keeper wrote down the weather every evening before he climbed the stairs to light the lamp.",
    "We moved the meeting to Thursday because half of the team is travelling on Wednesday afternoon.",
    "Please send me the notes from this morning and a short list of what we still have to decide.",
    "She planted tomatoes along the southern wall, where the bricks keep the warmth of the day until midnight.",
)
"""Sentences of our own, for machines without other recordings."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file with what is said in it (empty where nobody wrote it down)."""

    path: Path
    text: str = ""
    term: str = ""
    """The term that it is about, where the manifest names one."""
    split: str = ""
    folder: Path = Path()
    """That of its manifest."""


class _ManifestLine(msgspec.Struct):
    audio: str
    text: str = ""
    term: str = ""
    split: str = ""


def load_recordings(data: Sequence[Path]) -> tuple[Recording, ...]:
    """Recordings named by ``data``: files, folders with a ``manifest.jsonl``, or trees of such folders.

    Raises :class:`NotUnderstoodError` when there are none.
    """
    found: list[Recording] = []
    for path in data:
        if path.is_file():
            found.append(Recording(path))
        for manifest in sorted(path.rglob("manifest.jsonl")) if path.is_dir() else ():
            lines = msgspec.json.Decoder(_ManifestLine).decode_lines(manifest.read_bytes())
            folder = manifest.parent
            found.extend(Recording(folder / line.audio, line.text, line.term, line.split, folder) for line in lines)
    if not found:
        raise NotUnderstoodError(
            "There are no recordings to measure on.",
            hint="Name a recording, or a folder with a manifest.jsonl of audio and text, with --data.",
        )
    return tuple(found)


def speak(folder: Path) -> tuple[Recording, ...]:
    """Recordings of :data:`SENTENCES` by the packaged voice, written into ``folder`` as wav files.

    Raises :class:`NotUnderstoodError` when the voice is not installed.
    """
    try:
        from hibari import Hibari
    except ImportError as error:
        raise NotUnderstoodError(
            "There is no recording to measure on, and no voice to make one.",
            hint="Name one with --data, or: pip install hibari-tts.",
        ) from error
    voice = Hibari()
    recordings = []
    for number, sentence in enumerate(SENTENCES):
        path = folder / f"{number}.wav"
        voice.save(sentence, str(path))
        recordings.append(Recording(path, sentence))
    return tuple(recordings)
