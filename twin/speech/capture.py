"""Capturing what is said: to disk as it comes in, and judged for voice, in a thread of its own.

So the recogniser may be busy, or fail, and nothing is lost. What comes out are :class:`LiveTake` objects, one for each
utterance, which grow until they are over.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.domain import Utterance
from twin.errors import TwinError
from twin.events import Event
from twin.ports import SAMPLE_RATE_HZ
from twin.speech.levels import LevelMeter
from twin.speech.sound import Pcm, to_audio
from twin.speech.take import Take
from twin.speech.voice import (
    CHUNK_SAMPLES,
    LevelHistogram,
    Span,
    SpeechSpans,
    Voiced,
    VoiceDetector,
    is_voice,
    said_so_far,
)

_BEFORE_VOICE_CHUNKS = 25
"""Hands-free, so much of what came before the first voice (0.8 s) belongs to an utterance."""

Probabilities = NDArray[np.float32]
"""Of voice, chunk by chunk, shape ``(chunks,)``."""


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a take has come, in samples."""

    samples: int = 0
    closed: tuple[Span, ...] = ()
    begun: int | None = None
    voice_until: int = 0
    """The end of the last voice in it; 0 if there was none."""

    @property
    def quiet_seconds(self) -> float:
        """How long nobody has spoken."""
        return (self.samples - self.voice_until) / SAMPLE_RATE_HZ


class LiveTake:
    """One utterance that is being recorded. The capturing thread writes to it, another reads."""

    def __init__(self, take: Take) -> None:
        self.take = take
        self.moment = Moment()
        self.over = threading.Event()
        self.utterance: Utterance | None = None
        """Its row in the ledger, once its recording is stored."""
        self._speech = SpeechSpans([])

    def add(self, pcm: Pcm, probabilities: Probabilities) -> None:
        self.take.append(pcm)
        self._speech.add(probabilities)
        speech = self._speech
        self.moment = Moment(len(self.take), tuple(speech.closed), speech.begun, speech.voice_until)

    def said(self, moment: Moment) -> Voiced:
        """What was said up to ``moment``, without long pauses."""
        return Voiced(self.take, said_so_far(moment.closed, moment.begun, moment.voice_until, moment.samples))


class Capture:
    """Makes takes out of sound as it comes in.

    Without ``pause_seconds`` all of it is one take. With it a take begins with a voice and is over after so long a
    pause; what comes between takes is dropped.
    """

    def __init__(
        self,
        blocks: Iterator[Pcm],
        begin: Callable[[], Take],
        *,
        emit: Callable[[Event], None],
        when_open: Event,
        pause_seconds: float | None,
    ) -> None:
        """``when_open`` is emitted when the first sound has come in."""
        self.takes: queue.SimpleQueue[LiveTake | None] = queue.SimpleQueue()
        """In order; ``None`` after the last."""
        self.failure: TwinError | None = None
        """Why it ended before its time."""
        self._blocks = blocks
        self._begin = begin
        self._emit = emit
        self._when_open: Event | None = when_open
        self._pause_seconds = pause_seconds
        self._meter = LevelMeter()
        self._levels = LevelHistogram()
        self._detector = VoiceDetector()
        self._current: LiveTake | None = None
        self._before: deque[Pcm] = deque(maxlen=_BEFORE_VOICE_CHUNKS)

    def run(self) -> None:
        """Capture until there is no more; for a thread of its own."""
        try:
            if self._pause_seconds is None:
                self._current = self._new_take()
            for pcm in _whole_chunks(self._blocks):
                if self._when_open is not None:
                    self._emit(self._when_open)
                    self._when_open = None
                for level in self._meter.add(pcm):
                    self._emit(level)
                self._add(pcm, self._judge(pcm))
        except TwinError as error:
            self.failure = error
        finally:
            self._end_take()
            self.takes.put(None)

    def _judge(self, pcm: Pcm) -> Probabilities:
        audio = to_audio(pcm)
        self._levels.add(audio)
        raised = np.clip(audio * self._levels.gain, -1.0, 1.0)
        return self._detector.probabilities(np.pad(raised, (0, -len(raised) % CHUNK_SAMPLES)))

    def _add(self, pcm: Pcm, probabilities: Probabilities) -> None:
        if self._pause_seconds is None:
            assert self._current is not None
            self._current.add(pcm, probabilities)
            return
        for number, probability in enumerate(probabilities):
            chunk = pcm[number * CHUNK_SAMPLES : (number + 1) * CHUNK_SAMPLES]
            if self._current is None:
                if not is_voice(probability):
                    self._before.append(chunk)
                    continue
                self._current = self._new_take()
            self._current.add(chunk, probabilities[number : number + 1])
            if self._current.moment.quiet_seconds >= self._pause_seconds:
                self._end_take()

    def _new_take(self) -> LiveTake:
        live = LiveTake(self._begin())
        self.takes.put(live)
        for chunk in self._before:
            live.add(chunk, np.zeros(1, np.float32))
        self._before.clear()
        return live

    def _end_take(self) -> None:
        if self._current is not None:
            self._current.over.set()
        self._current = None


def _whole_chunks(blocks: Iterator[Pcm]) -> Iterator[Pcm]:
    """The same sound in blocks of whole chunks, but for the last."""
    rest = np.zeros(0, np.int16)
    for block in blocks:
        rest = np.concatenate([rest, block])
        whole = len(rest) // CHUNK_SAMPLES * CHUNK_SAMPLES
        if whole:
            yield rest[:whole]
            rest = rest[whole:]
    if len(rest):
        yield rest
