"""Two versions of what was learned, side by side: the person's own recordings, heard anew by each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from twin.domain import Utterance
from twin.errors import NotUnderstoodError
from twin.events import Progress
from twin.ports import Job, Ledger, Transcriber
from twin.requests import CompareVersions, HeardByTwo, VersionsCompared
from twin.speech.recordings import Recordings

_STAGE = "compare"
_LOOKED_BACK = 200


@dataclass(frozen=True, slots=True)
class VersionComparer:
    """``load`` gives a recogniser with a version merged in, or the base, for this alone: what is in use goes on."""

    ledger: Ledger
    recordings: Recordings
    load: Callable[[str], Transcriber]

    def compare(self, request: CompareVersions, job: Job) -> VersionsCompared:
        """Hear recordings with both versions, without hints, rules and spoken commands; nothing of it is kept.

        One version after the other, so that no more than one is loaded. Raises ``NotFoundError``;
        ``NotUnderstoodError`` for a version that has no files any more, or if there is nothing to hear; ``AudioError``,
        ``WeightsError``, ``ModelError``, ``CancelledByPersonError``.
        """
        if request.first == request.second:
            raise NotUnderstoodError("A version heard beside itself shows nothing.", hint="Name two: twin adapters")
        utterances = self._chosen(request)
        if not utterances:
            raise NotUnderstoodError("There is no recording to compare them on.", hint="Dictate something first.")
        first, second = (
            self._heard(version, utterances, job, done=number / 2)
            for number, version in enumerate((request.first, request.second))
        )
        return VersionsCompared(
            request.first,
            request.second,
            tuple(
                HeardByTwo(one.id, one.created_at, by_first, by_second, one.corrected)
                for one, by_first, by_second in zip(utterances, first, second, strict=True)
            ),
        )

    def _chosen(self, request: CompareVersions) -> tuple[Utterance, ...]:
        if request.utterance_ids:
            return tuple(self.ledger.utterance(known) for known in dict.fromkeys(request.utterance_ids))
        recognised = [one for one in self.ledger.utterances(limit=_LOOKED_BACK) if one.recognised]
        return tuple(recognised[: request.last])

    def _heard(self, version: str, utterances: Sequence[Utterance], job: Job, *, done: float) -> list[str]:
        job.check()
        job.emit(Progress(_STAGE, f"Loading {version} …", done))
        transcriber = self.load(version)
        heard = []
        for number, utterance in enumerate(utterances):
            job.check()
            message = f"{version} listens to {utterance.id}, {number + 1} of {len(utterances)} …"
            job.emit(Progress(_STAGE, message, done + number / len(utterances) / 2))
            with self.recordings.open(utterance.audio_sha256) as sound:
                transcript = transcriber.transcribe(sound, on_word=lambda word: None, cancelled=job.cancelled)
            heard.append(transcript.text)
        return heard
