"""Starting from a voice dataset: each recording becomes an utterance that is corrected with the dataset's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from twin.domain import AudioSource, Utterance
from twin.errors import AudioError, CancelledByPersonError, NotUnderstoodError
from twin.events import Event, Progress
from twin.learning.buffer import Thresholds, too_long
from twin.learning.restoring import lack_case, restored
from twin.learning.reviewing import Reviewing
from twin.ports import SAMPLE_RATE_HZ, Job, Ledger
from twin.requests import (
    Correct,
    CorrectionReport,
    Dictate,
    DictateAgain,
    ImportVoice,
    NotTaken,
    VoiceImport,
    VoiceOf,
    Why,
)
from twin.speech.audio import opened
from twin.speech.dictation import Dictation
from twin.speech.recordings import Recordings
from twin.speech.sound import Pcm
from twin.speech.voice_datasets import Clip, read_dataset

TakeIn = Callable[[Utterance], object]
"""What is done with a new utterance."""
Teach = Callable[[Correct], CorrectionReport]
"""How an utterance is corrected."""

_STAGE = "import"
_SESSION = "import"
_ALL = 1_000_000
_SAMPLE = 5
_SPEAKERS_NAMED = 5
_NAME_CHARACTERS = 16
"""Of a speaker; those of Common Voice are hashes."""


@dataclass(frozen=True, slots=True)
class VoiceImporter:
    ledger: Ledger
    recordings: Recordings
    dictation: Dictation
    reviewing: Reviewing
    thresholds: Thresholds = field(default_factory=Thresholds)

    def import_voice(self, request: ImportVoice, job: Job, take_in: TakeIn, teach: Teach) -> VoiceImport:
        """Take in a dataset; emits ``Progress``.

        A recording that cannot be taken in is named in the result with the reason, and the others go on. Whatever
        ends it, what is in stays, is reviewed, and is skipped next time. Raises ``NotUnderstoodError`` for what is no
        dataset, or one of several speakers of whom none is named; ``HomeError``, ``WeightsError``, ``ModelError``,
        ``LedgerError``, ``CancelledByPersonError``.
        """
        job.emit(Progress(_STAGE, "Looking at the dataset …"))
        dataset = read_dataset(Path(request.path))
        speakers = _speakers(dataset.clips)
        clips = _of_speaker(dataset.clips, request.speaker, speakers, preview=request.preview)
        caseless = lack_case([clip.text for clip in clips])
        found = VoiceImport(
            layout=dataset.layout,
            recordings=len(clips) + len(dataset.refused),
            imported=0,
            known=0,
            refused=tuple(dataset.refused),
            seconds=0.0,
            speakers=speakers,
            restored=caseless,
            preview=request.preview,
            sample=tuple(clip.text for clip in clips[:_SAMPLE]),
        )
        if request.preview:
            return _measured(found, clips, job)

        taking = _Taking(self, job, take_in, teach, caseless=caseless)
        try:
            left = taking.all(clips, request.limit)
        except CancelledByPersonError as cancelled:
            count = len(taking.corrections)
            hint = f"{count} recording{'s are' if count != 1 else ' is'} in; the same command goes on from there."
            raise CancelledByPersonError(cancelled.message, hint=hint) from cancelled
        finally:
            proposals = self.reviewing.review().proposals if taking.corrections else ()
        buffer = self.reviewing.situation().buffer
        examples = [example for example in buffer.examples if example.id in taking.corrections]
        not_learned = [
            NotTaken(taking.corrections[refused.id], refused.reason)
            for refused in buffer.refused
            if refused.id in taking.corrections
        ]
        explained = self.reviewing.why(Why(), job)
        return replace(
            found,
            imported=len(examples),
            known=taking.known,
            refused=(*found.refused, *taking.refused, *not_learned),
            seconds=sum(example.seconds for example in examples),
            left=left,
            summary=explained.summary,
            missing=explained.missing,
            proposals=proposals,
        )


class _Taking:
    """One import under way."""

    def __init__(self, parts: VoiceImporter, job: Job, take_in: TakeIn, teach: Teach, *, caseless: bool) -> None:
        self.refused: list[NotTaken] = []
        self.corrections: dict[str, str] = {}
        """Those made, with where each came from."""
        self.known = 0
        self._parts = parts
        self._job = job
        self._quiet = Job(self._pass_on, job.cancelled, job.ended)
        self._take_in = take_in
        self._teach = teach
        self._caseless = caseless
        self._by_recording = {
            utterance.audio_sha256: utterance for utterance in parts.ledger.utterances(limit=_ALL, private=True)
        }

    def all(self, clips: Sequence[Clip], limit: int) -> int:
        """Take in ``clips``, at most ``limit`` new ones if that is not 0; how many are left then."""
        for number, clip in enumerate(clips):
            if limit and len(self.corrections) >= limit:
                return len(clips) - number
            self._job.check()
            message = f"Listening to {clip.path.name}, {number + 1} of {len(clips)} …"
            self._job.emit(Progress(_STAGE, message, number / len(clips)))
            try:
                self._one(clip)
            except (AudioError, NotUnderstoodError) as error:
                self.refused.append(NotTaken(clip.where, error.message))
        return 0

    def _one(self, clip: Clip) -> None:
        utterance = self._utterance(clip)
        if utterance.corrected is not None:
            self.known += 1
            return
        said = restored(clip.text, utterance.shown_words) if self._caseless else clip.text
        correction = self._teach(Correct(utterance.id, said)).correction
        self.corrections[correction.id] = clip.where
        self._by_recording[utterance.audio_sha256] = replace(utterance, corrected=said)

    def _utterance(self, clip: Clip) -> Utterance:
        """What is heard in a recording; of one that is here already, what was heard before."""
        dictation = self._parts.dictation
        with opened(clip.path) as decoding, self._parts.recordings.hold(self._short(decoding.blocks)) as held:
            held.discard()  # it stays if the dictation keeps it
            known = self._by_recording.get(held.sha256)
            if known is None:
                utterance = dictation.dictate(Dictate(str(clip.path), _SESSION, AudioSource.IMPORT), self._quiet)
                if utterance.id:
                    self._take_in(utterance)
                    self._by_recording[held.sha256] = utterance
            elif known.private:
                raise NotUnderstoodError("You marked it private.")
            elif known.recognised:
                utterance = known
            else:
                utterance = dictation.dictate_again(DictateAgain(known.id), self._quiet).utterance
        if not (utterance.id and utterance.recognised):
            raise NotUnderstoodError("Nothing is heard in it.")
        return utterance

    def _short(self, blocks: Iterator[Pcm]) -> Iterator[Pcm]:
        samples, thresholds = 0, self._parts.thresholds
        for block in blocks:
            self._job.check()
            samples += len(block)
            if samples > thresholds.most_seconds * SAMPLE_RATE_HZ:
                raise NotUnderstoodError(too_long(thresholds))
            yield block

    def _pass_on(self, event: Event) -> None:
        """That a model is loaded is worth saying; how far it is within one recording is not."""
        if isinstance(event, Progress) and event.fraction is None and event.stage != "listen":
            self._job.emit(event)


def _speakers(clips: Sequence[Clip]) -> tuple[VoiceOf, ...]:
    """Those with the most recordings first."""
    return tuple(VoiceOf(name, count) for name, count in Counter(clip.speaker for clip in clips).most_common())


def _of_speaker(clips: Sequence[Clip], wanted: str, speakers: Sequence[VoiceOf], *, preview: bool) -> tuple[Clip, ...]:
    """The clips of one speaker, who may be named by the beginning of the name: a twin is of one person."""
    names = [speaker.name for speaker in speakers if speaker.name]
    shown = ", ".join(
        f"{speaker.name[:_NAME_CHARACTERS]} ({speaker.recordings})" for speaker in speakers[:_SPEAKERS_NAMED]
    )
    if not wanted:
        if len(names) > 1 and not preview:
            raise NotUnderstoodError(
                f"There are {len(names)} speakers in it: {shown}{', …' if len(names) > _SPEAKERS_NAMED else ''}.",
                hint="A twin learns one voice: name yours with --speaker.",
            )
        return tuple(clips)
    meant = [name for name in names if name.casefold() == wanted.casefold()]
    meant = meant or [name for name in names if name.casefold().startswith(wanted.casefold())]
    if len(meant) != 1:
        raise NotUnderstoodError(
            f"{'More than one' if meant else 'No'} speaker’s name in it begins with “{wanted}”.",
            hint=f"There are: {shown}" if names else "It names no speakers: leave off --speaker.",
        )
    return tuple(clip for clip in clips if clip.speaker == meant[0])


def _measured(found: VoiceImport, clips: Sequence[Clip], job: Job) -> VoiceImport:
    """With the length of all recordings that can be read."""
    seconds, refused = 0.0, list(found.refused)
    for number, clip in enumerate(clips):
        job.check()
        job.emit(Progress(_STAGE, f"Measuring {clip.path.name} …", number / len(clips)))
        try:
            with opened(clip.path) as decoding:
                declared = decoding.seconds
                seconds += declared if declared is not None else sum(map(len, decoding.blocks)) / SAMPLE_RATE_HZ
        except AudioError as error:
            refused.append(NotTaken(clip.where, error.message))
    return replace(found, refused=tuple(refused), seconds=seconds)
