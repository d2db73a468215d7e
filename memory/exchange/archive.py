"""The files in which memory is carried elsewhere: JSON lines, one a turn, an utterance, a correction, a memory.

The first line says what the file is and of which schema; ids are those of the ledger that wrote it. Recordings are not
in it, only their hashes. A conversation from elsewhere is plainer: a line is a session, a speaker, a text and a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from twin.domain import MemoryKind, MemoryStatus, Polarity, QuestionKind, Speaker
from twin.errors import NotUnderstoodError

SCHEMA = 1
T = TypeVar("T")


class Line(msgspec.Struct, tag_field="type", frozen=True):
    """Base of the lines of an export; ``type`` says which it is."""


class HeaderLine(Line, frozen=True, tag="twin-export"):
    schema: int
    ledger: str
    """A random name of the ledger that wrote it."""
    exported_at: datetime
    about: str = ""


class TurnLine(Line, frozen=True, tag="turn"):
    id: str
    session: str
    speaker: Speaker
    text: str
    at: datetime
    name: str = ""
    route: str = ""
    complete: bool = True
    private: bool = False
    recallable: bool = True
    drawn_from: tuple[str, ...] = ()
    """Of a reply: the turns, utterances and memories that it rests on."""


class UtteranceLine(Line, frozen=True, tag="utterance"):
    id: str
    session: str
    text: str
    """The best there is: as corrected, if it was."""
    heard: str
    at: datetime
    seconds: float
    audio_sha256: str
    private: bool = False
    recallable: bool = True


class CorrectionLine(Line, frozen=True, tag="correction"):
    id: str
    utterance: str
    said: str
    at: datetime


class MemoryLine(Line, frozen=True, tag="memory"):
    id: str
    kind: MemoryKind
    text: str
    sources: tuple[str, ...]
    learned_at: datetime
    true_from: datetime
    true_until: datetime | None = None
    slot: str = ""
    value: str = ""
    polarity: Polarity = Polarity.NEUTRAL
    strength: float = 0.0
    confidence: float = 1.0
    aliases: tuple[str, ...] = ()
    domain: str = ""
    status: MemoryStatus = MemoryStatus.HELD
    origin: str = "rules"
    superseded_by: str | None = None


class QuestionLine(Line, frozen=True, tag="question"):
    id: str
    kind: QuestionKind
    memories: tuple[str, ...]
    asked_at: datetime


AnyLine = HeaderLine | TurnLine | UtteranceLine | CorrectionLine | MemoryLine | QuestionLine


@dataclass(frozen=True, slots=True)
class Archive:
    """An export, read."""

    header: HeaderLine
    said: tuple[TurnLine | UtteranceLine, ...]
    """In the order of time."""
    corrections: tuple[CorrectionLine, ...]
    memories: tuple[MemoryLine, ...]
    """In the order in which they were learned."""
    questions: tuple[QuestionLine, ...]


class SaidLine(msgspec.Struct, frozen=True):
    """A line of a conversation from elsewhere. ``at`` without a time zone is of this machine's."""

    session: str
    speaker: str
    text: str
    at: datetime
    id: str = ""
    """What names it where it comes from, so that it is imported once."""

    @property
    def key(self) -> str:
        if self.id:
            return f"{self.session}/{self.id}"
        content = "\n".join((self.session, self.at.isoformat(), self.speaker, self.text))
        return hashlib.sha256(content.encode()).hexdigest()


def read_archive(path: Path) -> Archive:
    """Read an export. Raises ``NotUnderstoodError`` with the line that is at fault."""
    lines: list[AnyLine] = list(_lines(path, AnyLine))  # type: ignore[arg-type]
    if not lines or not isinstance(header := lines[0], HeaderLine):
        raise NotUnderstoodError(
            f"{path.name} was not written by `twin export`.",
            hint="For a conversation from elsewhere: twin import conversation FILE",
        )
    if header.schema > SCHEMA:
        raise NotUnderstoodError(
            f"{path.name} is from a newer version of Twin (its schema is {header.schema}, this one knows {SCHEMA}).",
            hint="Install the newer version first.",
        )
    said = [line for line in lines if isinstance(line, TurnLine | UtteranceLine)]
    memories = [line for line in lines if isinstance(line, MemoryLine)]
    return Archive(
        header,
        tuple(sorted(said, key=lambda line: line.at)),
        tuple(line for line in lines if isinstance(line, CorrectionLine)),
        tuple(sorted(memories, key=lambda line: line.learned_at)),
        tuple(line for line in lines if isinstance(line, QuestionLine)),
    )


def read_conversation(path: Path) -> tuple[SaidLine, ...]:
    """Read a conversation, in the order of time. Raises ``NotUnderstoodError`` with the line that is at fault."""
    lines: Sequence[SaidLine] = list(_lines(path, SaidLine))
    if not lines:
        raise NotUnderstoodError(f"There is nothing in {path.name}.")
    return tuple(sorted(lines, key=lambda line: line.at.astimezone()))


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _decoded(decoder, line, f"Line {number} of {path.name}")
    except OSError as error:
        raise NotUnderstoodError(f"{path} cannot be read ({error.strerror or error}).") from error


def _decoded(decoder: msgspec.json.Decoder[T], line: bytes, where: str) -> T:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotUnderstoodError(
            f"{where} is not as it should be ({error}).",
            hint="Each line has to be one JSON object; `twin import --help` says of what.",
        ) from error
