"""Recordings heard anew by two versions: over a real ledger and real sound, with recognisers that hear what they are
told."""

from __future__ import annotations

from threading import Event as Flag

import numpy as np
import pytest

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeTranscriber
from twin.domain import Transcript, Word
from twin.errors import AudioError, CancelledByPersonError, NotFoundError, NotUnderstoodError
from twin.events import Event, Progress
from twin.paths import Home
from twin.ports import Job
from twin.requests import CompareVersions, HeardByTwo
from twin.speech.comparing import VersionComparer
from twin.speech.recordings import Recordings

HEARS = {"base": "ask open rider", "a1": "ask OpenRouter"}


class Desk:
    """Dictations of the person, and versions to hear them with."""

    def __init__(self, home: Home, ledger: SqliteLedger) -> None:
        self.ledger = ledger
        self.recordings = Recordings(home.audio)
        self.loaded: list[str] = []
        self.events: list[Event] = []
        self.comparer = VersionComparer(ledger, self.recordings, self._load)

    def _load(self, version: str) -> FakeTranscriber:
        self.loaded.append(version)
        return FakeTranscriber(HEARS[version])

    def dictate(self, loudness: int, *, recognised: bool = True) -> str:
        with self.recordings.hold([np.full(8000, loudness, np.int16)]) as held:
            recorded = self.ledger.add_recording(
                audio_sha256=held.sha256, seconds=0.5, source="file", origin="x.wav", session_id="cli-1"
            )
        if recognised:
            heard = Transcript("ask", (Word("ask", 0.0, 0.3, 0.9),), "en", 0.5)
            self.ledger.add_hearing(recorded.id, heard, model="whisper-base")
        return recorded.id

    def compare(self, request: CompareVersions, cancelled: Flag | None = None) -> tuple[HeardByTwo, ...]:
        return self.comparer.compare(request, Job(self.events.append, cancelled or Flag())).heard


@pytest.fixture
def desk(home: Home, ledger: SqliteLedger) -> Desk:
    return Desk(home, ledger)


def test_the_last_few_are_heard_by_both_and_nothing_of_it_is_kept(desk: Desk, clock: HeldClock) -> None:
    ids = [desk.dictate(loudness) for loudness in (100, 200, 300)]
    desk.dictate(400, recognised=False)
    desk.ledger.add_correction(ids[2], "ask OpenRouter", ())
    before = [desk.ledger.utterance(known) for known in ids]
    heard = desk.compare(CompareVersions("base", "a1", last=2))
    assert heard == (
        HeardByTwo(ids[2], clock.now(), "ask open rider", "ask OpenRouter", "ask OpenRouter"),
        HeardByTwo(ids[1], clock.now(), "ask open rider", "ask OpenRouter"),
    )
    assert desk.loaded == ["base", "a1"]
    assert [desk.ledger.utterance(known) for known in ids] == before
    assert not any(desk.ledger.hearings(known) for known in ids)
    steps = [event for event in desk.events if isinstance(event, Progress)]
    assert [step.fraction for step in steps] == [0.0, 0.0, 0.25, 0.5, 0.5, 0.75]
    assert steps[-1].message == f"a1 listens to {ids[1]}, 2 of 2 …"


def test_those_that_are_named_are_heard_in_that_order(desk: Desk) -> None:
    ids = [desk.dictate(loudness) for loudness in (100, 200, 300)]
    heard = desk.compare(CompareVersions("a1", "base", (ids[0], ids[2], ids[0])))
    assert [one.utterance_id for one in heard] == [ids[0], ids[2]]
    with pytest.raises(NotFoundError):
        desk.compare(CompareVersions("a1", "base", ("u99",)))


def test_what_cannot_be_compared_is_said_before_anything_is_loaded(desk: Desk) -> None:
    with pytest.raises(NotUnderstoodError, match="no recording"):
        desk.compare(CompareVersions("base", "a1"))
    gone = desk.dictate(100)
    with pytest.raises(NotUnderstoodError, match="beside itself"):
        desk.compare(CompareVersions("a1", "a1"))
    assert desk.loaded == []
    desk.recordings.delete(desk.ledger.utterance(gone).audio_sha256)
    with pytest.raises(AudioError):
        desk.compare(CompareVersions("base", "a1"))


def test_it_is_cancelled(desk: Desk) -> None:
    desk.dictate(100)
    cancelled = Flag()
    cancelled.set()
    with pytest.raises(CancelledByPersonError):
        desk.compare(CompareVersions("base", "a1"), cancelled)
    assert desk.loaded == []
