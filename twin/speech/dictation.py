"""The listen stage: from a recording to an utterance in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shlex import quote

from twin.domain import AudioSource, Transcript, Utterance, Word
from twin.errors import CancelledByPersonError, NotUnderstoodError, TwinError
from twin.events import Progress, WordHeard
from twin.ports import SAMPLE_RATE_HZ, Audio, Clock, Hinting, Job, Ledger, Sound, Transcriber, no_hints
from twin.requests import Dictate, DictateAgain, HeardAgain
from twin.speech.audio import decode, opened
from twin.speech.difference import changes_between
from twin.speech.editor import Edit, as_heard
from twin.speech.recordings import Held, Recordings
from twin.speech.sound import Pcm, as_sound

_STAGE = "listen"
_PROGRESS_EVERY_SECONDS = 1.0
"""Of speech, not of time: one notice for so much that was recognised."""
_READ_NOTICE_EVERY_SECONDS = 60.0


class Dictation:
    """Decodes, stores, recognises, and writes to the ledger, in this order; an hour takes no more memory than a minute.

    ``transcriber`` gives the recogniser, loading it first if need be (``Background.wait``); ``edit`` carries out what
    was said to edit the text; ``hinting`` says what to listen for in a session, ``domain`` of which trade it is.
    """

    def __init__(
        self,
        ledger: Ledger,
        recordings: Recordings,
        transcriber: Callable[[Job], Transcriber],
        clock: Clock,
        *,
        edit: Edit = as_heard,
        hinting: Callable[[str], Hinting] = lambda session_id: no_hints,
        domain: Callable[[str], str] = lambda session_id: "",
    ) -> None:
        self._ledger = ledger
        self._recordings = recordings
        self._transcriber = transcriber
        self._clock = clock
        self._edit = edit
        self._hinting = hinting
        self._domain = domain

    def dictate(self, request: Dictate, job: Job) -> Utterance:
        """Turn a recording into text; emits ``WordHeard`` for each word, in order, and ``Progress``.

        A recording that cannot be read leaves nothing behind, nor does one that is cancelled. If recognising or
        storing fails, the recording is kept, as an utterance that is not recognised yet, and the error's hint says
        how to go on. A recording in which nothing was said is no utterance: the result has empty ``text``, no
        ``words`` and an empty ``id``, and nothing is kept. Nor is anything of a private dictation, whose text is in
        the result alone, with an empty ``id``.

        Raises ``AudioError``, ``HomeError``, ``WeightsError``, ``ModelError``, ``LedgerError``,
        ``CancelledByPersonError``.
        """
        path = Path(request.path)
        job.emit(Progress(_STAGE, f"Reading {path.name} …"))
        if request.private:
            audio = decode(path, checkpoint=job.check)
            transcript, model = self._recognise(audio, path.name, request, job)
            return self._not_kept(request, self._edit(transcript, as_sound(audio)), model)
        with opened(path) as decoding:
            blocks = _watched(decoding.blocks, decoding.seconds, path.name, job)
            with self._recordings.hold(blocks) as held:
                return self._dictate(request, held, job)

    def dictate_again(self, request: DictateAgain, job: Job) -> HeardAgain:
        """Recognise a kept recording anew and say what changed.

        What is heard now is the utterance's text, unless the person has said what they had really said, or nothing
        is heard now; every hearing is kept. Raises ``NotFoundError``, ``AudioError``, ``WeightsError``,
        ``ModelError``, ``LedgerError``, ``CancelledByPersonError``.
        """
        newest = self._ledger.utterances(limit=1, private=True) if request.utterance_id == "last" else ()
        utterance = newest[0] if newest else self._ledger.utterance(request.utterance_id)
        with self._recordings.open(utterance.audio_sha256) as sound:
            transcript, model = self._recognise(sound, utterance.id, utterance, job)
            transcript = self._edit_of(utterance.source)(transcript, sound)
        taken = something_was_said(transcript) and utterance.corrected is None
        now = utterance
        if something_was_said(transcript):
            now = self._ledger.add_hearing(utterance.id, transcript, model=model)
        changes = changes_between(utterance.heard.split(), transcript.text.split())
        return HeardAgain(now, utterance.heard, transcript.text, changes, taken)

    def _dictate(self, request: Dictate, held: Held, job: Job) -> Utterance:
        if request.source is AudioSource.IMPORT and self._ledger.was_forgotten(held.sha256):
            held.discard()
            raise NotUnderstoodError(
                f"{Path(request.path).name} is a recording that you forgot.", hint="Dictate it if you want it back."
            )
        try:
            recorded = self._ledger.add_recording(
                audio_sha256=held.sha256,
                seconds=held.seconds,
                source=request.source,
                origin=request.path,
                session_id=request.session_id,
            )
        except TwinError as error:
            raise _but_kept_as_file(error, held.path) from error
        try:
            with self._recordings.open(held.sha256) as sound:
                transcript, model = self._recognise(sound, Path(request.path).name, request, job)
                job.check()
                if something_was_said(transcript):
                    edited = self._edit_of(request.source)(transcript, sound, utterance=recorded)
                    return self._ledger.add_hearing(recorded.id, edited, model=model)
        except (CancelledByPersonError, KeyboardInterrupt):
            held.discard()
            self._ledger.drop_recording(recorded.id)
            raise
        except TwinError as error:
            raise but_kept(error, [recorded.id]) from error
        held.discard()
        self._ledger.drop_recording(recorded.id)
        return self._not_kept(request, replace(transcript, text="", words=()), model)

    def _edit_of(self, source: AudioSource) -> Edit:
        """Nothing in a text that is read out is said to edit it."""
        return as_heard if source.is_read else self._edit

    def _recognise(self, audio: Audio | Sound, name: str, of: Dictate | Utterance, job: Job) -> tuple[Transcript, str]:
        """What is read out is heard without hints: it is there to show what is misheard."""
        transcriber = self._transcriber(job).adapted_to(self._domain(of.session_id))
        reporter = _Reporter(job, name, len(audio) / SAMPLE_RATE_HZ)
        hinting = no_hints if of.source.is_read else self._hinting(of.session_id)
        transcript = transcriber.transcribe(audio, on_word=reporter.heard, cancelled=job.cancelled, hinting=hinting)
        return transcript, transcriber.model

    def _not_kept(self, request: Dictate, transcript: Transcript, model: str) -> Utterance:
        return not_kept(
            transcript,
            source=request.source,
            origin=request.path,
            model=model,
            session_id=request.session_id,
            private=request.private,
            at=self._clock.now(),
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


# --- shared with listening ------------------------------------------------------------------------------------


def something_was_said(transcript: Transcript) -> bool:
    return any(map(str.isalnum, transcript.text))


def not_kept(
    transcript: Transcript,
    *,
    source: AudioSource,
    origin: str,
    model: str,
    session_id: str,
    private: bool,
    at: datetime,
) -> Utterance:
    """The utterance that ``transcript`` would be, with an empty ``id``: it is in no ledger."""
    return Utterance(
        id="",
        heard=transcript.text,
        words=transcript.words,
        seconds=transcript.seconds,
        language=transcript.language,
        audio_sha256="",
        source=source,
        origin=origin,
        model=model,
        session_id=session_id,
        created_at=at,
        hints=transcript.hints,
        rules_applied=transcript.rules_applied,
        private=private,
        edited=transcript.edited,
    )


def but_kept(error: TwinError, utterance_ids: Sequence[str]) -> TwinError:
    """``error`` with a hint that says which recordings were kept, and how to go on with them."""
    if not utterance_ids:
        return error
    commands = " and ".join(f"twin dictate --again {utterance_id}" for utterance_id in utterance_ids)
    hint = f"{error.hint} The recording is kept: {commands}".strip()
    return type(error)(error.message, title=error.title, hint=hint)


def _watched(blocks: Iterator[Pcm], seconds: float | None, name: str, job: Job) -> Iterator[Pcm]:
    """The same blocks; says now and then how much was read, and stops when the person cancels."""
    read, next_notice = 0.0, _READ_NOTICE_EVERY_SECONDS
    for block in blocks:
        job.check()
        yield block
        read += len(block) / SAMPLE_RATE_HZ
        if read >= next_notice:
            next_notice = read + _READ_NOTICE_EVERY_SECONDS
            fraction = min(1.0, read / seconds) if seconds else None
            job.emit(Progress(_STAGE, f"Reading {name}: {read / 60:.0f} min", fraction))


def _but_kept_as_file(error: TwinError, path: Path) -> TwinError:
    """The same for a ledger that fails: the recording has no id."""
    hint = f"{error.hint} The recording is kept; try again with: twin dictate {quote(str(path))}".strip()
    return type(error)(error.message, title=error.title, hint=hint)
