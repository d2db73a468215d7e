"""The listen stage, from a file to a row in the ledger: what is kept, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import soundfile

from memory.forgetting.forget import forget, plan_forgetting
from memory.store.ledger import SqliteLedger
from tests.conftest import SPOKEN_TEXT, HeldClock
from tests.fakes import FakeTranscriber
from twin.domain import AudioSource, Utterance
from twin.errors import (
    AudioError,
    CancelledByPersonError,
    HomeError,
    LedgerError,
    ModelError,
    NotFoundError,
    NotUnderstoodError,
)
from twin.events import Event, Progress, WordHeard
from twin.paths import Home
from twin.ports import Job, Transcriber
from twin.requests import Dictate, DictateAgain, WordChange
from twin.speech.audio import decode
from twin.speech.dictation import Dictation
from twin.speech.engine import WhisperTranscriber
from twin.speech.recordings import Recordings

MakeDictation = Callable[[Transcriber], Dictation]


@pytest.fixture
def recordings(home: Home) -> Recordings:
    return Recordings(home.audio)


@pytest.fixture
def dictation(ledger: SqliteLedger, recordings: Recordings, clock: HeldClock) -> MakeDictation:
    return lambda transcriber: Dictation(ledger, recordings, lambda job: transcriber, clock)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two seconds of something."""
    path = tmp_path / "memo one.wav"
    soundfile.write(path, np.sin(np.arange(32_000) / 9) * 0.3, 16_000)
    return path


def request(path: Path) -> Dictate:
    return Dictate(str(path), "cli-1", AudioSource.FILE)


def quiet() -> Job:
    return Job(emit=lambda event: None)


def nothing_is_kept(ledger: SqliteLedger, recordings: Recordings) -> bool:
    return ledger.utterances(limit=1) == () and not list(recordings.folder.rglob("*"))


def test_a_dictation_keeps_audio_text_and_words(
    dictation: MakeDictation, ledger: SqliteLedger, recordings: Recordings, recording: Path
) -> None:
    events: list[Event] = []
    utterance = dictation(FakeTranscriber("hold the line please")).dictate(request(recording), Job(events.append))
    assert utterance == ledger.utterance(utterance.id)
    assert (utterance.heard, utterance.origin, utterance.session_id) == (
        "hold the line please", str(recording), "cli-1",
    )  # fmt: skip
    assert (utterance.source, utterance.model, utterance.seconds) == (AudioSource.FILE, "fake-whisper", 2.0)
    assert np.array_equal(recordings.load(utterance.audio_sha256), decode(recording))
    assert recordings.orphans({utterance.audio_sha256}) == ()
    assert tuple(event.word for event in events if isinstance(event, WordHeard)) == utterance.words


def test_progress_rises_to_the_end(dictation: MakeDictation, recording: Path) -> None:
    events: list[Event] = []
    dictation(FakeTranscriber("one two three four five six seven eight")).dictate(
        request(recording), Job(events.append)
    )
    fractions = [event.fraction for event in events if isinstance(event, Progress) and event.fraction is not None]
    assert fractions[0] == 0.0
    assert fractions == sorted(fractions)
    assert 0.4 < fractions[-1] <= 1.0
    assert len(fractions) < 8  # not for every word


def test_the_audio_is_safe_before_the_first_word(
    dictation: MakeDictation, recordings: Recordings, recording: Path
) -> None:
    seen: list[int] = []
    looking = FakeTranscriber(
        "one", before_word=lambda number: seen.append(len(list(recordings.folder.rglob("*.flac"))))
    )
    dictation(looking).dictate(request(recording), quiet())
    assert seen == [1]


def test_a_bad_file_leaves_nothing(
    dictation: MakeDictation, ledger: SqliteLedger, recordings: Recordings, recording: Path
) -> None:
    recording.write_bytes(recording.read_bytes()[:-9000])
    with pytest.raises(AudioError, match="is cut off"):
        dictation(FakeTranscriber("never")).dictate(request(recording), quiet())
    assert nothing_is_kept(ledger, recordings)


def test_a_cancelled_dictation_leaves_nothing(
    dictation: MakeDictation, ledger: SqliteLedger, recordings: Recordings, recording: Path
) -> None:
    job = quiet()
    cancelling = FakeTranscriber("one two three", before_word=lambda number: job.cancelled.set() if number else None)
    with pytest.raises(CancelledByPersonError):
        dictation(cancelling).dictate(request(recording), job)
    assert nothing_is_kept(ledger, recordings)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, CancelledByPersonError("Cancelled.")])
def test_an_interrupted_dictation_leaves_nothing(
    dictation: MakeDictation,
    ledger: SqliteLedger,
    recordings: Recordings,
    recording: Path,
    interruption: BaseException | type[BaseException],
) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, WordHeard):
            raise interruption

    with pytest.raises((KeyboardInterrupt, CancelledByPersonError)):
        dictation(FakeTranscriber("one two three")).dictate(request(recording), Job(interrupt))
    assert nothing_is_kept(ledger, recordings)


def test_cancelling_spares_what_an_earlier_dictation_kept(
    dictation: MakeDictation, recordings: Recordings, recording: Path
) -> None:
    kept = dictation(FakeTranscriber("one two")).dictate(request(recording), quiet())
    job = quiet()
    job.cancelled.set()
    with pytest.raises(CancelledByPersonError):
        dictation(FakeTranscriber("one two")).dictate(request(recording), job)
    recordings.load(kept.audio_sha256)


def fail_with(error: Exception) -> Callable[[int], NoReturn]:
    def fail(number: int) -> NoReturn:
        raise error

    return fail


def test_a_model_that_fails_leaves_the_audio_and_says_where(
    dictation: MakeDictation, ledger: SqliteLedger, recordings: Recordings, recording: Path
) -> None:
    failing = FakeTranscriber("one", before_word=fail_with(ModelError("It crashed.", hint="Try again.")))
    with pytest.raises(ModelError, match=r"^It crashed\. Try again\. The recording is kept") as caught:
        dictation(failing).dictate(request(recording), quiet())
    (waiting,) = ledger.utterances(limit=5)
    assert not waiting.recognised
    assert caught.value.hint.endswith(f"twin dictate --again {waiting.id}")

    rescued = dictation(FakeTranscriber("one")).dictate_again(DictateAgain(waiting.id), quiet())
    assert (rescued.before, rescued.now, rescued.taken) == ("", "one", True)
    assert ledger.utterances(limit=5) == (rescued.utterance,)
    assert np.array_equal(recordings.load(rescued.utterance.audio_sha256), decode(recording))


def test_a_model_that_does_not_load_leaves_the_audio(
    ledger: SqliteLedger, recordings: Recordings, clock: HeldClock, recording: Path
) -> None:
    def load(job: Job) -> Transcriber:
        raise ModelError("It did not load.")

    with pytest.raises(ModelError, match="The recording is kept"):
        Dictation(ledger, recordings, load, clock).dictate(request(recording), quiet())
    (waiting,) = ledger.utterances(limit=5)
    recordings.load(waiting.audio_sha256)


@pytest.mark.parametrize("method", ["add_recording", "add_hearing"])
def test_a_ledger_that_fails_leaves_the_audio(
    dictation: MakeDictation,
    ledger: SqliteLedger,
    recordings: Recordings,
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    def refuse(*args: object, **kwargs: object) -> Utterance:
        raise LedgerError("The disk is full.")

    monkeypatch.setattr(ledger, method, refuse)
    with pytest.raises(LedgerError, match="The recording is kept"):
        dictation(FakeTranscriber("one")).dictate(request(recording), quiet())
    assert len(recordings.orphans(())) == 1


def test_audio_that_cannot_be_stored_is_not_recognised(
    dictation: MakeDictation, recordings: Recordings, recording: Path
) -> None:
    recordings.folder.rmdir()
    recordings.folder.write_text("a file where a folder should be")
    with pytest.raises(HomeError, match="cannot be stored"):
        dictation(FakeTranscriber("never", before_word=fail_with(AssertionError()))).dictate(
            request(recording), quiet()
        )


# --- recognising again -----------------------------------------------------------------------------------------


def test_recognising_again_shows_what_changed_word_by_word(
    dictation: MakeDictation, ledger: SqliteLedger, recording: Path
) -> None:
    first = dictation(FakeTranscriber("hold the lime please")).dictate(request(recording), quiet())
    again = dictation(FakeTranscriber("hold the line, please now")).dictate_again(DictateAgain("last"), quiet())
    assert again.changes == (WordChange(2, ("lime",), ("line,",)), WordChange(4, (), ("now",)))
    assert (again.before, again.now, again.taken) == ("hold the lime please", "hold the line, please now", True)
    assert ledger.utterance(first.id) == again.utterance
    assert [hearing.heard for hearing in ledger.hearings(first.id)] == ["hold the lime please"]


def test_recognising_again_never_touches_what_the_person_said_it_was(
    dictation: MakeDictation, ledger: SqliteLedger, recording: Path
) -> None:
    first = dictation(FakeTranscriber("hold the lime")).dictate(request(recording), quiet())
    ledger.add_correction(first.id, "Hold the line.", [])
    again = dictation(FakeTranscriber("fold the line")).dictate_again(DictateAgain(first.id), quiet())
    assert not again.taken
    assert (again.utterance.text, again.utterance.heard) == ("Hold the line.", "hold the lime")
    assert [hearing.heard for hearing in ledger.hearings(first.id)] == ["fold the line"]


def test_recognising_again_and_hearing_nothing_changes_nothing(
    dictation: MakeDictation, ledger: SqliteLedger, recordings: Recordings, recording: Path
) -> None:
    first = dictation(FakeTranscriber("hold the line")).dictate(request(recording), quiet())
    again = dictation(FakeTranscriber("")).dictate_again(DictateAgain(first.id), quiet())
    assert (again.taken, again.now) == (False, "")
    assert ledger.utterances(limit=5) == (first,)
    recordings.load(first.audio_sha256)


@pytest.mark.parametrize("heard", ["", ". …"])
def test_a_recording_in_which_nothing_was_said(
    dictation: MakeDictation, ledger: SqliteLedger, recordings: Recordings, recording: Path, heard: str
) -> None:
    utterance = dictation(FakeTranscriber(heard)).dictate(request(recording), quiet())
    assert (utterance.id, utterance.text, utterance.words, utterance.seconds) == ("", "", (), 2.0)
    assert nothing_is_kept(ledger, recordings)
    with pytest.raises(NotFoundError):
        ledger.utterance("last")


@pytest.mark.weights
def test_real_speech_through_the_real_recogniser(
    dictation: MakeDictation, transcriber: WhisperTranscriber, ledger: SqliteLedger, spoken: Path
) -> None:
    events: list[Event] = []
    utterance = dictation(transcriber).dictate(request(spoken), Job(events.append))
    assert utterance.heard.split()[:9] == SPOKEN_TEXT.split()[:9]
    assert utterance.model == "whisper-base"
    assert [event.word for event in events if isinstance(event, WordHeard)] == list(utterance.words)
    assert ledger.utterance("last") == utterance


def test_an_import_does_not_bring_back_a_recording_that_was_forgotten_but_dictating_it_does(
    dictation: MakeDictation, ledger: SqliteLedger, recordings: Recordings, recording: Path
) -> None:
    imported = Dictate(str(recording), "cli-1", AudioSource.IMPORT)
    heard = dictation(FakeTranscriber("hold the line please")).dictate(imported, quiet())
    forget(ledger, plan_forgetting(ledger, heard.id))
    recordings.delete(heard.audio_sha256)
    with pytest.raises(NotUnderstoodError, match="you forgot"):
        dictation(FakeTranscriber("hold the line please")).dictate(imported, quiet())
    assert nothing_is_kept(ledger, recordings)
    assert dictation(FakeTranscriber("hold the line please")).dictate(request(recording), quiet()).heard
