"""The listen stage, live: from the microphone or a pipe to utterances in the ledger, with text while it is said.

What is said goes to disk as it comes in (:mod:`twin.speech.capture`). Meanwhile it is glanced at again and again, as
often as the machine can: a slow one skips, and nothing queues up. In a pause the final text is worked out already, so
that it is there when the pause turns out to be the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from twin.domain import AudioSource, Transcript, Utterance
from twin.errors import CancelledByPersonError, TwinError
from twin.events import PartialText, Progress, UtteranceHeard
from twin.ports import SAMPLE_RATE_HZ, Clock, Following, Hinting, Job, Ledger, Transcriber, no_hints
from twin.requests import PIPE_SUFFIX, Listen, Utterances
from twin.speech.capture import Capture, LiveTake, Moment
from twin.speech.dictation import but_kept, not_kept, something_was_said
from twin.speech.editor import Edit, as_heard
from twin.speech.microphone import open_microphone
from twin.speech.pipe import pipe_blocks
from twin.speech.recordings import Held, Recordings
from twin.speech.sound import Pcm
from twin.speech.take import Origin, Take

_STAGE = "listen"
_GLANCE_SAMPLES = int(0.3 * SAMPLE_RATE_HZ)
"""A glance is worth it once so much more was said."""
_PAUSE_TO_FINISH_SECONDS = 0.4
"""After so long a silence the final text is worked out, in case it was the end."""
_POLL_SECONDS = 0.02
_PIPE_ORIGIN = "a pipe"


@dataclass(frozen=True, slots=True)
class Source:
    """Where sound comes from, and what the utterance says of it."""

    source: AudioSource
    name: str
    blocks: Callable[[Callable[[], bool]], Iterator[Pcm]]
    """Mono sound at 16 kHz until what it is given says that it has ended."""


class Listening:
    """Answers :class:`~twin.requests.Listen`. ``spool`` is the folder for what is being recorded; the rest
    is as in :class:`~twin.speech.dictation.Dictation`."""

    def __init__(
        self,
        ledger: Ledger,
        recordings: Recordings,
        spool: Path,
        transcriber: Callable[[Job], Transcriber],
        clock: Clock,
        *,
        device: str = "",
        pause_seconds: float = 0.8,
        edit: Edit = as_heard,
        hinting: Callable[[str], Hinting] = lambda session_id: no_hints,
        domain: Callable[[str], str] = lambda session_id: "",
    ) -> None:
        self._ledger = ledger
        self._recordings = recordings
        self._spool = spool
        self._transcriber = transcriber
        self._clock = clock
        self._device = device
        self._pause_seconds = pause_seconds
        self._edit = edit
        self._hinting = hinting
        self._domain = domain

    def listen(self, request: Listen, job: Job, on_utterance: Callable[[Utterance], object]) -> Utterances:
        """Listen until the job ends; ``on_utterance`` gets each utterance once it is in the ledger.

        Raises ``MicrophoneError``, ``AudioError``, ``NotUnderstoodError``, ``HomeError``, ``WeightsError``,
        ``ModelError``, ``LedgerError``, ``CancelledByPersonError``; the hint says what was kept of the utterance
        that was being said.
        """
        with self._opened(request) as source:
            return self.listen_to(source, request, job, on_utterance)

    def listen_to(
        self, source: Source, request: Listen, job: Job, on_utterance: Callable[[Utterance], object]
    ) -> Utterances:
        """As :meth:`listen`, from ``source``."""
        stop = Flag()
        origin = Origin(source.source, source.name, request.session_id, request.private)
        capture = Capture(
            source.blocks(lambda: stop.is_set() or job.ended.is_set() or job.cancelled.is_set()),
            lambda: Take.begin(self._spool, origin),
            emit=job.emit,
            when_open=Progress(_STAGE, f"Listening to {source.name} …"),
            pause_seconds=self._pause_seconds if request.hands_free else None,
        )
        thread = Thread(target=capture.run, name="capture", daemon=True)
        thread.start()
        heard: list[Utterance] = []
        live: LiveTake | None = None
        try:
            while (live := capture.takes.get()) is not None:
                utterance = self._hear(live, job)
                job.emit(UtteranceHeard(utterance))
                if utterance.text:
                    heard.append(utterance)
                if utterance.id:
                    on_utterance(utterance)
            job.check()
        except TwinError as error:
            stop.set()
            thread.join()
            waiting = iter(lambda: None if capture.takes.empty() else capture.takes.get(), None)
            kept = [self._kept(take) for take in (live, *waiting) if take is not None]
            raise but_kept(error, [utterance.id for utterance in kept if utterance is not None]) from error
        finally:
            stop.set()
        if capture.failure is not None:
            raise capture.failure
        return Utterances(tuple(heard))

    def recover(self) -> tuple[Utterance, ...]:
        """Keep what a killed engine was recording, as utterances that are not recognised yet."""
        known = {utterance.audio_sha256 for utterance in self._ledger.utterances(limit=100, private=True)}
        found = []
        for take in Take.left_behind(self._spool):
            if len(take) and not take.origin.private:
                with self._recordings.hold(take.blocks()) as held:
                    if held.sha256 not in known:  # it may have been killed just before it let go of the take
                        known.add(held.sha256)
                        found.append(self._add_recording(take, held))
            take.delete()
        for copied in self._spool.glob(f"*{PIPE_SUFFIX}"):
            copied.unlink()
        return tuple(found)

    # --- one utterance ------------------------------------------------------------------------------------------

    def _hear(self, live: LiveTake, job: Job) -> Utterance:
        """Follow one utterance to its end and keep it; the recording first, then what was heard in it."""
        origin = live.take.origin
        transcriber = self._transcriber(job).adapted_to(self._domain(origin.session_id))
        read = origin.source.is_read  # a given text: nothing in it is said to edit it, and what is misheard is to show
        edit = as_heard if read else self._edit
        following = transcriber.follow(hinting=no_hints if read else self._hinting(origin.session_id))
        ready = self._follow(live, following, job)
        said = live.said(live.moment)
        if origin.private:
            transcript = edit(ready or following.finish(said, job.cancelled.is_set), said.sound)
            live.take.delete()
            return self._not_kept(transcript, origin, transcriber.model)
        with self._recordings.hold(live.take.blocks()) as held:
            live.utterance = self._add_recording(live.take, held)
            transcript = ready or following.finish(said, job.cancelled.is_set)
            live.take.delete()
            if not something_was_said(transcript):
                held.discard()
                self._ledger.drop_recording(live.utterance.id)
                return self._not_kept(replace(transcript, text="", words=()), origin, transcriber.model)
            with self._recordings.open(held.sha256) as sound:
                edited = edit(transcript, sound, utterance=live.utterance)
            return self._ledger.add_hearing(live.utterance.id, edited, model=transcriber.model)

    def _follow(self, live: LiveTake, following: Following, job: Job) -> Transcript | None:
        """Show what is understood until the utterance is over; gives the final text if it is there already."""
        shown = ""
        looked_at = 0
        finished_at, finished = 0, None

        def show(tentative: str) -> None:
            nonlocal shown
            settled = following.settled
            job.emit(PartialText(settled[len(shown) :], tentative))
            shown = settled

        while True:
            job.check()
            over, moment = live.over.is_set(), live.moment
            said = live.said(moment)
            silent = moment.quiet_seconds >= _PAUSE_TO_FINISH_SECONDS
            if following.is_behind(said) or (not silent and not over and len(said) - looked_at >= _GLANCE_SAMPLES):
                looked_at = len(said)
                following.glance(said, job.cancelled.is_set)
                show(following.tentative)
            elif over:
                return finished if finished_at == moment.voice_until else None
            elif silent and finished_at != moment.voice_until:
                with suppress(CancelledByPersonError):  # somebody goes on speaking
                    finished = following.finish(said, partial(_is_unwanted, job, live, moment))
                    finished_at = moment.voice_until
                    show(finished.text.removeprefix(following.settled))
            else:
                live.over.wait(_POLL_SECONDS)

    def _kept(self, live: LiveTake) -> Utterance | None:
        """What was recorded of an utterance that could not be recognised; nothing if nobody spoke."""
        if live.utterance is None and live.moment.voice_until and not live.take.origin.private:
            with self._recordings.hold(live.take.blocks()) as held:
                live.utterance = self._add_recording(live.take, held)
        live.take.delete()
        return live.utterance

    def _add_recording(self, take: Take, held: Held) -> Utterance:
        return self._ledger.add_recording(
            audio_sha256=held.sha256,
            seconds=held.seconds,
            source=take.origin.source,
            origin=take.origin.origin,
            session_id=take.origin.session_id,
        )

    def _not_kept(self, transcript: Transcript, origin: Origin, model: str) -> Utterance:
        return not_kept(
            transcript,
            source=origin.source,
            origin=origin.origin,
            model=model,
            session_id=origin.session_id,
            private=origin.private,
            at=self._clock.now(),
        )

    @contextmanager
    def _opened(self, request: Listen) -> Iterator[Source]:
        if request.pipe is not None:
            pipe = request.pipe
            yield Source(AudioSource.PIPE, _PIPE_ORIGIN, lambda ended: pipe_blocks(pipe, ended))
            return
        with open_microphone(request.device or self._device) as microphone:
            source = AudioSource.READING if request.reading else AudioSource.MICROPHONE
            yield Source(source, microphone.name, microphone.blocks)


def _is_unwanted(job: Job, live: LiveTake, before: Moment) -> bool:
    """Whether the text of ``before`` is of no use any more: it was not the end, or the person cancelled."""
    return job.cancelled.is_set() or live.moment.voice_until > before.voice_until
