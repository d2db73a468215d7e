"""The listen stage: from a recording to an utterance in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shlex import quote

from twin.domain import Transcript, Utterance, Word
from twin.errors import CancelledByPersonError, TwinError
from twin.events import Progress, WordHeard
from twin.ports import SAMPLE_RATE_HZ, Clock, Job, Ledger, Transcriber
from twin.requests import Dictate
from twin.speech.audio import decode
from twin.speech.recordings import Held, Recordings

_STAGE = "listen"
_PROGRESS_EVERY_SECONDS = 1.0
"""Of speech, not of time: one notice for so much that was recognised."""


class Dictation:
    """Decodes, stores, recognises, and writes to the ledger, in this order.

    ``transcriber`` gives the recogniser, loading it first if need be (``Background.wait``).
    """

    def __init__(
        self, ledger: Ledger, recordings: Recordings, transcriber: Callable[[Job], Transcriber], clock: Clock
    ) -> None:
        self._ledger = ledger
        self._recordings = recordings
        self._transcriber = transcriber
        self._clock = clock

    def dictate(self, request: Dictate, job: Job) -> Utterance:
        """Turn a recording into text; emits ``WordHeard`` for each word, in order, and ``Progress``.

        A recording that cannot be read leaves nothing behind, nor does one that is cancelled. If recognising or
        storing fails, the recording is kept and the error's hint says where. A recording in which nothing was said
        is no utterance: the result has empty ``text``, no ``words`` and an empty ``id``, and nothing is kept.

        Raises ``AudioError``, ``HomeError``, ``WeightsError``, ``ModelError``, ``LedgerError``,
        ``CancelledByPersonError``.
        """
        path = Path(request.path)
        job.emit(Progress(_STAGE, f"Reading {path.name} …"))
        audio = decode(path, checkpoint=job.check)
        with self._recordings.hold(audio) as held:
            try:
                transcriber = self._transcriber(job)
                reporter = _Reporter(job, path.name, len(audio) / SAMPLE_RATE_HZ)
                transcript = transcriber.transcribe(audio, on_word=reporter.heard, cancelled=job.cancelled)
                job.check()
                if not any(map(str.isalnum, transcript.text)):
                    held.discard()
                    return self._nothing_said(request, transcript, transcriber.model)
                return self._ledger.add_utterance(
                    transcript,
                    audio_sha256=held.sha256,
                    source=request.source,
                    origin=request.path,
                    model=transcriber.model,
                    session_id=request.session_id,
                )
            except (CancelledByPersonError, KeyboardInterrupt):
                held.discard()
                raise
            except TwinError as error:
                raise _but_kept(error, held) from error

    def _nothing_said(self, request: Dictate, transcript: Transcript, model: str) -> Utterance:
        return Utterance(
            id="",
            heard="",
            words=(),
            seconds=transcript.seconds,
            language=transcript.language,
            audio_sha256="",
            source=request.source,
            origin=request.path,
            model=model,
            session_id=request.session_id,
            created_at=self._clock.now(),
        )


class _Reporter:
    """Passes words on, and says now and then how far the recogniser got."""

    def __init__(self, job: Job, name: str, seconds: float) -> None:
        self._job = job
        self._name = name
        self._seconds = seconds
        self._next = 0.0
        self._say(0.0)

    def heard(self, word: Word) -> None:
        self._job.emit(WordHeard(word))
        if word.end >= self._next:
            self._say(word.end)

    def _say(self, done: float) -> None:
        self._next = done + _PROGRESS_EVERY_SECONDS
        message = f"Listening to {self._name}: {done:.0f} of {self._seconds:.0f} s"
        self._job.emit(Progress(_STAGE, message, fraction=min(1.0, done / self._seconds)))


def _but_kept(error: TwinError, held: Held) -> TwinError:
    hint = f"{error.hint} The recording is kept; try again with: twin dictate {quote(str(held.path))}".strip()
    return type(error)(error.message, title=error.title, hint=hint)
