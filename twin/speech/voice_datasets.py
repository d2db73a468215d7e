"""Voice datasets as they lie on a disk: which recordings there are, and what is said in each.

A layout is told by its files: ``manifest.jsonl``; Hugging Face's audiofolder (``metadata.csv`` or ``metadata.jsonl``
with ``file_name``, also in folders like ``train/``; https://huggingface.co/docs/datasets/audio_load#audiofolder);
LJSpeech (``metadata.csv`` of ``id|text|normalised text`` with ``wavs/``; https://keithito.com/LJ-Speech-Dataset/);
Mozilla Common Voice (``validated.tsv`` with ``clips/``); a CSV or TSV file with a header; or recordings that have a
text file of the same name beside them. Only lists are read here, no sound.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from twin.errors import NotUnderstoodError
from twin.requests import NotTaken

RECORDINGS = frozenset(
    (".wav", ".flac", ".mp3", ".ogg", ".opus", ".oga", ".m4a", ".aac", ".aiff", ".aif", ".webm", ".amr", ".caf", ".mp4")
)
"""How the names of recordings end, in lower case."""

_AUDIO = ("file_name", "audio", "path", "audio_filepath", "audio_path", "filename", "file", "wav")
_TEXT = ("text", "sentence", "transcription", "transcript", "normalized_text")
_SPEAKER = ("speaker", "speaker_id", "client_id")
"""Names of columns, those first that win."""

_BESIDE = ("", "clips", "wavs", "audio")
"""Folders in which a list's recordings lie."""

_LONGEST_FIELD = 1_000_000


class Layout(StrEnum):
    MANIFEST = "manifest.jsonl"
    AUDIOFOLDER = "audiofolder"
    LJSPEECH = "LJSpeech"
    COMMON_VOICE = "Common Voice"
    TABLE = "table"
    PLAIN = "texts beside recordings"


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording and what is said in it; ``where`` names its line, or its file."""

    path: Path
    text: str
    where: str
    speaker: str = ""


@dataclass(slots=True)
class VoiceDataset:
    folder: Path
    layout: Layout
    clips: list[Clip] = field(default_factory=list)
    refused: list[NotTaken] = field(default_factory=list)
    """Lines without a text or without their recording."""

    def line(self, path: Path, number: int) -> str:
        return f"{path.relative_to(self.folder)}, line {number}"

    def add(self, audio: Path | None, text: str, where: str, speaker: str = "") -> None:
        text = " ".join(text.split())
        if not any(map(str.isalnum, text)):
            self.refused.append(NotTaken(where, "It has no text."))
        elif audio is None:
            self.refused.append(NotTaken(where, "Its recording is not there."))
        else:
            self.clips.append(Clip(audio, text, where, speaker.strip()))


def read_dataset(folder: Path) -> VoiceDataset:
    """The dataset in ``folder``, of whichever layout. Raises :class:`NotUnderstoodError`, naming the line."""
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "is not there"
        raise NotUnderstoodError(f"{folder} {what}.", hint="Give the folder of a voice dataset.")
    try:
        dataset = _read(folder)
    except OSError as error:
        raise NotUnderstoodError(
            f"{error.filename} cannot be read: {error.strerror or error}.", hint="Check its permissions."
        ) from error
    if dataset is None or not (dataset.clips or dataset.refused):
        raise NotUnderstoodError(
            f"There is no voice dataset in {folder}.",
            hint="There should be a manifest.jsonl, a metadata.csv, a validated.tsv, a table with a header (audio, "
            "text), or recordings with a .txt of the same name beside each.",
        )
    return dataset


def _read(folder: Path) -> VoiceDataset | None:
    if (manifest := folder / "manifest.jsonl").is_file():
        return _manifests(VoiceDataset(folder, Layout.MANIFEST), [manifest])
    if lists := sorted(folder.rglob("metadata.jsonl")):
        return _manifests(VoiceDataset(folder, Layout.AUDIOFOLDER), lists)
    if lists := sorted(folder.rglob("metadata.csv")):
        if _has_header(lists[0]):
            return _tables(VoiceDataset(folder, Layout.AUDIOFOLDER), lists)
        return _ljspeech(VoiceDataset(folder, Layout.LJSPEECH), lists)
    if (validated := folder / "validated.tsv").is_file() and (folder / "clips").is_dir():
        return _tables(VoiceDataset(folder, Layout.COMMON_VOICE), [validated])
    if tables := sorted(path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".tsv")):
        return _tables(VoiceDataset(folder, Layout.TABLE), tables)
    return _plain(VoiceDataset(folder, Layout.PLAIN))


# --- layouts ---------------------------------------------------------------------------------------------------


def _manifests(dataset: VoiceDataset, paths: list[Path]) -> VoiceDataset:
    for path in paths:
        for number, line in _lines(path):
            where = dataset.line(path, number)
            try:
                row = msgspec.json.decode(line, type=dict[str, object])
            except msgspec.DecodeError as error:
                raise NotUnderstoodError(
                    f"{where}, is no JSON object ({error}).", hint='A line is: {"audio": "a.wav", "text": "…"}'
                ) from error
            given = {name: str(value) for name, value in row.items() if isinstance(value, str | int)}
            _add_row(dataset, given, path.parent, where)
    return dataset


def _has_header(path: Path) -> bool:
    """LJSpeech has none, and bars between its columns; anything else is a table."""
    first = _text_of(path).partition("\n")[0].lower()
    return "|" not in first or any(name.strip() in _AUDIO for name in first.split("|"))


def _ljspeech(dataset: VoiceDataset, paths: list[Path]) -> VoiceDataset:
    for path in paths:
        for number, line in _lines(path):
            name, *texts = line.split("|")
            where = dataset.line(path, number)
            if not texts:
                raise NotUnderstoodError(f"{where}, has no text.", hint="A line is: id|text|normalised text")
            written = next(filter(str.strip, texts), "")  # as it is written, rather than with its numbers in words
            dataset.add(_recording(path.parent, name.strip()), written, where)
    return dataset


def _tables(dataset: VoiceDataset, paths: list[Path]) -> VoiceDataset:
    csv.field_size_limit(_LONGEST_FIELD)
    for path in paths:
        text = _text_of(path)
        delimiter = max("\t,;|", key=text.partition("\n")[0].count)
        # quotation marks are part of the text where tabs separate (Common Voice)
        quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, quoting=quoting, restval="", strict=True)
        try:
            names = {name.strip().lower() for name in reader.fieldnames or ()}
            if names.isdisjoint(_AUDIO) or names.isdisjoint(_TEXT):
                raise NotUnderstoodError(
                    f"{dataset.line(path, 1)}, names no columns of recordings and texts.",
                    hint=f"A recording's column is called {', '.join(_AUDIO[:3])}; a text's {', '.join(_TEXT[:3])}.",
                )
            for row in reader:
                given = {name.strip().lower(): value for name, value in row.items() if isinstance(value, str) and name}
                _add_row(dataset, given, path.parent, dataset.line(path, reader.line_num))
        except csv.Error as error:
            where = dataset.line(path, reader.reader.line_num)
            raise NotUnderstoodError(
                f"{where}, cannot be read ({error}).", hint="Check its quotation marks."
            ) from error
    return dataset


def _plain(dataset: VoiceDataset) -> VoiceDataset:
    for path in sorted(dataset.folder.rglob("[!.]*")):
        text = path.with_suffix(".txt")
        if path.suffix.lower() in RECORDINGS and text.is_file():
            dataset.add(path, _text_of(text), str(path.relative_to(dataset.folder)))
    return dataset


# --- parts of them ---------------------------------------------------------------------------------------------


def _add_row(dataset: VoiceDataset, row: Mapping[str, str], folder: Path, where: str) -> None:
    audio, text, speaker = (
        next((row[name] for name in names if row.get(name)), "") for names in (_AUDIO, _TEXT, _SPEAKER)
    )
    if not audio.strip():
        raise NotUnderstoodError(
            f"{where}, names no recording.", hint=f"It belongs under one of: {', '.join(_AUDIO[:3])}."
        )
    dataset.add(_recording(folder, audio.strip()), text, where, speaker)


def _recording(folder: Path, name: str) -> Path | None:
    """The file that a list in ``folder`` calls ``name``, perhaps without its ending."""
    for candidate in _candidates(folder, name):
        if candidate.is_file():
            return candidate
    return None


def _candidates(folder: Path, name: str) -> Iterator[Path]:
    for beside in _BESIDE:
        yield folder / beside / name
    for beside in _BESIDE:
        for ending in (".wav", ".flac", ".mp3"):
            yield folder / beside / f"{name}{ending}"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Those with something on them, numbered from 1."""
    return ((number, line) for number, line in enumerate(_text_of(path).split("\n"), 1) if line.strip())


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise NotUnderstoodError(
            f"{path.name}, line {line}, is no UTF-8 text.", hint="Save the file as UTF-8."
        ) from error
