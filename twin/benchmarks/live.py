"""Speaking to the twin at the pace of speech, and how soon it has the text: for ``twin bench dictation``.

The sound goes through a pipe into a real engine, as a person's goes through the microphone.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twin.client import TwinClient
from twin.events import Event, PartialText, Started, UtteranceHeard
from twin.paths import Home
from twin.ports import SAMPLE_RATE_HZ
from twin.requests import PIPE_SUFFIX, EndListening, Listen, Pipe, RawFormat
from twin.speech.sound import Pcm

_BLOCK_SAMPLES = SAMPLE_RATE_HZ // 50


@dataclass(frozen=True, slots=True)
class LiveRun:
    """One recording, spoken. ``text`` is empty if nothing was understood."""

    seconds: float
    endpoint_to_text_seconds: float
    """From the last sample to the final text, in the ledger and at the client."""
    partials: int
    settled: str
    """What had settled when speech ended; the text begins with it."""
    text: str

    @property
    def partials_per_second(self) -> float:
        return self.partials / self.seconds


def speak_live(client: TwinClient, home: Home, pcm: Pcm) -> LiveRun:
    """Speak ``pcm`` to the twin of ``client``, end at once when it is over, and wait for the text.

    The recogniser should be warm. Raises what :class:`~twin.requests.Listen` raises.
    """
    with tempfile.NamedTemporaryFile(dir=home.spool, suffix=PIPE_SUFFIX, buffering=0) as file:
        events: list[tuple[float, Event]] = []
        started = threading.Event()
        job_id = ""

        def see(event: Event) -> None:
            nonlocal job_id
            events.append((time.perf_counter(), event))
            if isinstance(event, Started):
                job_id = event.job_id
                started.set()

        ended_at = 0.0

        def speak() -> None:
            nonlocal ended_at
            started.wait()
            for block in _paced(pcm):
                file.write(block.tobytes())
            ended_at = time.perf_counter()
            client.call(EndListening(job_id))

        speaker = threading.Thread(target=speak, name="speaker")
        speaker.start()
        try:
            client.call(Listen("bench", pipe=Pipe(str(Path(file.name)), RawFormat())), see)
        finally:
            started.set()
            speaker.join()
    heard_at, text = next(
        ((at, event.utterance.heard) for at, event in events if isinstance(event, UtteranceHeard)), (ended_at, "")
    )
    partials = [event for at, event in events if isinstance(event, PartialText) and at <= ended_at]
    return LiveRun(
        seconds=len(pcm) / SAMPLE_RATE_HZ,
        endpoint_to_text_seconds=heard_at - ended_at,
        partials=len(partials),
        settled="".join(partial.settled for partial in partials),
        text=text,
    )


def _paced(pcm: Pcm) -> Iterator[Pcm]:
    """Blocks of 20 ms, each when its last sample would have been spoken."""
    began = time.perf_counter()
    for start in range(0, len(pcm), _BLOCK_SAMPLES):
        block = pcm[start : start + _BLOCK_SAMPLES]
        time.sleep(max(0.0, began + (start + len(block)) / SAMPLE_RATE_HZ - time.perf_counter()))
        yield block
