"""A person who dictates and corrects, played from a manifest to a real twin in a home folder of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag

from twin.benchmarks.labels import as_corrected
from twin.benchmarks.peak import Peak, watched
from twin.benchmarks.recordings import Recording
from twin.cli.render import note
from twin.client import TwinClient, connect
from twin.domain import ProposalState, Rung, TrainingRun
from twin.errors import NotUnderstoodError
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights
from twin.paths import Home
from twin.requests import Correct, DecideProposal, Dictate, Learn, ListProposals, Verdict
from twin.settings import Settings
from twin.speech.audio import decode
from twin.speech.engine import WhisperTranscriber
from twin.training.plan import MERGED

_PLAINLY = {
    "preload": False,
    "spoken_take_back": False,
    "spoken_layout": False,
    "spoken_punctuation": False,
    "spoken_capitals": False,
    "spoken_spelling": False,
    "digits_from": None,
    "punctuation": "as heard",
}
"""Settings under which a dictation's text is what was recognised, with hints and rules and nothing else."""


@dataclass(frozen=True, slots=True)
class Learning:
    """What came of learning: the run, if there was one, and the weights in use from then on, if they are others."""

    seconds: float
    peak: Peak
    run: TrainingRun | None = None
    merged: Path | None = None
    why_not: str = ""

    @property
    def promoted(self) -> bool:
        return self.run is not None and self.run.gate is not None and self.run.gate.passed

    @property
    def stages(self) -> Mapping[str, float]:
        """Seconds by stage; ``other`` is the review, the processes' start, the gate, the registry and the swap."""
        if self.run is None:
            return {}
        known = self.run.seconds
        return {**known, "other": max(0.0, self.seconds - sum(known.values()))}


@dataclass(slots=True)
class Person:
    """``taught`` is what was corrected: a recording with the text that it was corrected to."""

    home: Home
    client: TwinClient
    taught: list[tuple[Recording, str]] = field(default_factory=list)
    _said: int = 0

    def teach(self, recordings: Sequence[Recording], texts: Sequence[str] = ()) -> None:
        """Dictate each and correct it to its own text, or to that of ``texts``; the rules that follow are approved."""
        for recording, said in zip(recordings, texts or [one.text for one in recordings], strict=True):
            utterance = self.client.call(Dictate(str(recording.path), self._session()))
            if utterance.id:
                corrected = as_corrected(utterance.shown, said)
                self.client.call(Correct(utterance.id, corrected))
                self.taught.append((recording, corrected))
        for proposal in self.client.call(ListProposals(ProposalState.OPEN)).proposals:
            if proposal.rung is Rung.REWRITE:
                self.client.call(DecideProposal(proposal.id, Verdict.APPROVE))

    def learn(self) -> Learning:
        """Approve and train what there is, as ``twin learn --now`` does."""
        began = time.monotonic()
        with watched() as peak:
            try:
                learned = self.client.call(Learn(now=True))
            except NotUnderstoodError as refusal:
                return Learning(time.monotonic() - began, peak, why_not=refusal.message)
        seconds = time.monotonic() - began
        live = next((adapter for adapter in learned.live if not adapter.domain), None)
        return Learning(
            seconds,
            peak,
            run=learned.runs[-1],
            merged=None if live is None else self.home.adapters / live.id / MERGED,
            why_not=" ".join(learned.runs[-1].gate.reasons) if learned.runs[-1].gate is not None else "",
        )

    def hears(self, recordings: Sequence[Recording]) -> list[str]:
        """What the twin as it stands makes of each; it keeps nothing of them."""
        return [
            self.client.call(Dictate(str(one.path), self._session(), private=True)).text.strip() for one in recordings
        ]

    def _session(self) -> str:
        """One for each dictation: that of one recording shall not help with the next."""
        self._said += 1
        return f"bench-{self._said}"


@contextmanager
def person(home: Home) -> Iterator[Person]:
    """With a twin in this process, whose training is a child of it."""
    client = connect(home.create(), in_process=True, **_PLAINLY)
    try:
        yield Person(home, client)
    finally:
        client.close()


class Ears:
    """Recognisers without hints, all decoding alike; what was heard is kept, for each is asked more than once."""

    def __init__(self, settings: Settings, base: LocalWeights) -> None:
        self.base = base
        self._settings = settings
        self._heard: dict[tuple[Path, Path], str] = {}

    def hear(self, recordings: Sequence[Recording], weights: Path | None = None) -> list[str]:
        """By the recogniser in the folder ``weights``; none: the base."""
        folder = weights or self.base.path
        missing = [one for one in recordings if (folder, one.path) not in self._heard]
        if missing:
            note(f"{folder.name} listens to {len(missing)} recordings …")
            settings = self._settings
            transcriber = WhisperTranscriber(
                LocalWeights(folder.name, Role.RECOGNISER, folder, ""),
                language=settings.language,
                beam_size=settings.beam_size,
                compute_type=settings.compute_type,
                threads=settings.model_threads,
            )
            for one in missing:
                heard = transcriber.transcribe(decode(one.path), on_word=lambda word: None, cancelled=Flag())
                self._heard[folder, one.path] = heard.text
        return [self._heard[folder, one.path] for one in recordings]
