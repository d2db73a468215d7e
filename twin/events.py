"""What a request says while it runs, before its result: the stream from the engine to its clients.

Events and results cross the socket as JSON lines; ``encode`` and ``decode`` are the two ends (msgspec).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from twin.domain import Utterance, Word
from twin.errors import TwinError, error_from_wire


@dataclass(frozen=True, slots=True)
class Started:
    """The request was accepted; ``job_id`` is what :class:`twin.requests.Cancel` takes."""

    job_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a request stands; ``fraction`` is from 0 to 1, or ``None`` when there is no telling.

    ``loss`` is of the step of a training that has just been made, in nats."""

    stage: str
    message: str
    fraction: float | None = None
    loss: float | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a reply, as the language model (or the extractive answer) produces it."""

    text: str


@dataclass(frozen=True, slots=True)
class WordHeard:
    """A recognised word. Words come in order and are final."""

    word: Word


@dataclass(frozen=True, slots=True)
class PartialText:
    """What was understood so far of an utterance that is still being said.

    ``settled`` is what has settled since the last such event: append it, it never changes, and the utterance will
    begin with all of it. ``tentative`` is what was heard beyond it, anew each time. Both have their leading spaces.
    """

    settled: str
    tentative: str


@dataclass(frozen=True, slots=True)
class Level:
    """How loud it is: root mean square and peak of the last tenth of a second, from 0 to 1."""

    rms: float
    peak: float


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    """An utterance is over, recognised and kept; what :class:`PartialText` said is replaced by it."""

    utterance: Utterance


Event = Started | Progress | Token | WordHeard | PartialText | Level | UtteranceHeard

_EVENTS: dict[str, type] = {
    kind.__name__: kind for kind in (Started, Progress, Token, WordHeard, PartialText, Level, UtteranceHeard)
}


def encode_event(event: Event) -> bytes:
    return msgspec.json.encode({"event": type(event).__name__, "data": event}) + b"\n"


def encode_result(result: object) -> bytes:
    return msgspec.json.encode({"result": result}) + b"\n"


def encode_error(error: TwinError) -> bytes:
    body = {"kind": type(error).__name__, "message": error.message, "title": error.title, "hint": error.hint}
    return msgspec.json.encode({"error": body}) + b"\n"


@dataclass(frozen=True, slots=True)
class Finished:
    """The last line of a stream, on the client's side."""

    result: Any


def decode_line(line: bytes, result_type: Any) -> Event | Finished:
    """Decode one line of a stream. Raises the :class:`TwinError` that the line carries, if it carries one."""
    message = msgspec.json.decode(line)
    if "error" in message:
        error = message["error"]
        raise error_from_wire(error["kind"], error["message"], error["title"], error["hint"])
    if "result" in message:
        return Finished(msgspec.convert(message["result"], type=result_type))
    event: Event = msgspec.convert(message["data"], type=_EVENTS[message["event"]])
    return event
