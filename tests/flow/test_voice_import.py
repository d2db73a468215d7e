"""From a voice dataset to examples, over a real ledger with recognisers that hear what they are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

from memory.extraction.secrets import holds_secret
from memory.lexicon.glossary import Glossary
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeTranscriber
from twin.domain import AudioSource, Utterance
from twin.errors import CancelledByPersonError, ModelError, NotUnderstoodError
from twin.events import Event, Progress
from twin.learning.correction import correct
from twin.learning.reviewing import Reviewing
from twin.paths import Home
from twin.ports import Job
from twin.requests import Correct, CorrectionReport, Edit, Forget, ImportVoice, VoiceImport
from twin.speech.dictation import Dictation
from twin.speech.recordings import Recordings
from twin.speech.voice_import import VoiceImporter

Make = Callable[..., Path]


@dataclass
class Desk:
    ledger: SqliteLedger
    memory: TwinMemory
    recordings: Recordings
    clock: HeldClock
    taken_in: list[Utterance] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def bring(
        self, folder: Path, heard: str = "we deploy it", *, job: Job | None = None, **more: object
    ) -> VoiceImport:
        return self.importer(FakeTranscriber(heard)).import_voice(
            ImportVoice(str(folder), **more),  # type: ignore[arg-type]
            job or Job(self.events.append),
            self.taken_in.append,
            self.teach,
        )

    def importer(self, transcriber: FakeTranscriber) -> VoiceImporter:
        dictation = Dictation(
            self.ledger,
            self.recordings,
            lambda job: transcriber,
            self.clock,
            edit=lambda *given, **more: pytest.fail("what is read is meant as it stands"),
            hinting=lambda session_id: pytest.fail("what is misheard was to show"),
        )
        terms = Glossary(self.ledger.database).terms
        reviewing = Reviewing(self.ledger, terms, self.clock, holds_secret=holds_secret)
        return VoiceImporter(self.ledger, self.recordings, dictation, reviewing)

    def teach(self, request: Correct) -> CorrectionReport:
        return correct(request, self.ledger, self.memory)

    @property
    def said(self) -> list[str | None]:
        return [utterance.corrected for utterance in reversed(self.ledger.utterances(limit=99))]


@pytest.fixture
def desk(home: Home, ledger: SqliteLedger, memory: TwinMemory, clock: HeldClock) -> Desk:
    return Desk(ledger, memory, Recordings(home.audio), clock)


@pytest.fixture
def dataset(tmp_path: Path) -> Make:
    """A folder with a manifest of these texts; ``seconds`` is the length of each recording."""

    def make(*texts: str, seconds: float = 1.0, speakers: tuple[str, ...] = ()) -> Path:
        folder = tmp_path / "dataset"
        folder.mkdir(exist_ok=True)
        lines = []
        for number, text in enumerate(texts):
            wave = np.sin(np.arange(int(seconds * 16_000)) / (9 + number)) * 0.3
            soundfile.write(folder / f"{number}.wav", wave, 16_000)
            line = {"audio": f"{number}.wav", "text": text}
            lines.append(json.dumps(line | ({"speaker": speakers[number]} if speakers else {})))
        (folder / "manifest.jsonl").write_text("\n".join(lines))
        return folder

    return make


def test_each_recording_becomes_an_example_and_is_known_the_next_time(desk: Desk, dataset: Make) -> None:
    folder = dataset("We deployed it.", "We deploy it.")
    report = desk.bring(folder)
    assert (report.imported, report.known, report.seconds, report.refused) == (2, 0, 2.0, ())
    assert desk.said == ["We deployed it.", "We deploy it."]
    assert {utterance.source for utterance in desk.taken_in} == {AudioSource.IMPORT}
    assert "2 examples to learn from" in report.summary
    assert [event.fraction for event in desk.events if isinstance(event, Progress) and event.fraction is not None] == [
        0.0,
        0.5,
    ]

    again = desk.bring(folder)
    assert (again.imported, again.known) == (0, 2)
    assert len(desk.ledger.utterances(limit=9)) == 2


def test_what_is_read_is_nothing_that_the_person_said_of_themselves(desk: Desk, dataset: Make) -> None:
    desk.bring(dataset("I live in Bonn.", "My sister is called Ada."), heard="I live in Bonn")
    assert desk.ledger.memories(limit=99) == ()
    assert not desk.ledger.database.rows("SELECT id FROM utterances WHERE recallable")


def test_a_preview_takes_nothing_in(desk: Desk, dataset: Make) -> None:
    report = desk.bring(dataset("One.", "Two.", seconds=2.5), preview=True)
    assert (report.recordings, report.seconds, report.sample, report.imported) == (2, 5.0, ("One.", "Two."), 0)
    assert desk.ledger.utterances(limit=9) == ()


def test_texts_in_one_case_are_written_as_they_are_heard(desk: Desk, dataset: Make) -> None:
    report = desk.bring(dataset("WE DEPLOYED IT", "SO WE DEPLOY IT"), heard="So we deploy it.")
    assert report.restored
    assert desk.said == ["We deployed it.", "So we deploy it."]


def test_a_limit_counts_new_ones_so_that_the_same_command_goes_on(desk: Desk, dataset: Make) -> None:
    folder = dataset("We deploy it.", "We deployed it.", "We deploy this.")
    assert (desk.bring(folder, limit=2).imported, desk.bring(folder, limit=2).imported) == (2, 1)
    assert desk.bring(folder, limit=2).left == 0


def test_what_was_taken_in_before_a_cancel_stays_and_a_crash_loses_no_recording(desk: Desk, dataset: Make) -> None:
    folder = dataset("We deploy it.", "We deployed it.", "We deploy this.")

    def cancel_at_the_second(event: Event) -> None:
        if isinstance(event, Progress) and event.fraction == 1 / 3:
            job.cancelled.set()

    job = Job(cancel_at_the_second)
    with pytest.raises(CancelledByPersonError, match="1 recording is in"):
        desk.bring(folder, job=job)
    assert len(desk.ledger.utterances(limit=9)) == 1

    def crash(number: int) -> None:
        raise ModelError("It crashed.")

    with pytest.raises(ModelError):
        desk.importer(FakeTranscriber("we", crash)).import_voice(
            ImportVoice(str(folder)), Job(desk.events.append), desk.taken_in.append, desk.teach
        )
    assert not desk.ledger.utterances(limit=9)[0].recognised

    assert (desk.bring(folder).imported, desk.said) == (2, ["We deploy it.", "We deployed it.", "We deploy this."])


def test_an_utterance_that_was_not_corrected_yet_is_not_heard_twice(desk: Desk, dataset: Make) -> None:
    folder = dataset("We deploy it.")
    desk.teach = lambda request: (_ for _ in ()).throw(ModelError("It crashed."))  # type: ignore[method-assign]
    with pytest.raises(ModelError):
        desk.bring(folder)
    del desk.teach
    assert (desk.bring(folder).imported, desk.said) == (1, ["We deploy it."])


def test_private_and_forgotten_recordings_are_left_alone(desk: Desk, dataset: Make) -> None:
    folder = dataset("We deploy it.", "We deployed it.")
    desk.bring(folder)
    first, second = (utterance.id for utterance in desk.taken_in)
    desk.memory.curator.forget(Forget((first,)), Job(desk.events.append))
    desk.recordings.delete(desk.taken_in[0].audio_sha256)
    desk.memory.curator.edit(Edit(second, private=True))

    report = desk.bring(folder)
    assert report.imported == 0
    assert [(one.where, one.reason) for one in report.refused] == [
        ("manifest.jsonl, line 1", "0.wav is a recording that you forgot."),
        ("manifest.jsonl, line 2", "You marked it private."),
    ]
    assert not desk.recordings.path(desk.taken_in[0].audio_sha256).exists()


def test_what_cannot_be_learned_from_is_named_and_the_others_go_on(desk: Desk, dataset: Make, home: Home) -> None:
    folder = dataset("We deploy it.", "Nothing like that at all happened here.", "We deployed it.")
    (folder / "2.wav").write_bytes(b"no sound")
    report = desk.bring(folder)
    assert report.imported == 1
    reasons = {one.where: one.reason for one in report.refused}
    assert reasons["manifest.jsonl, line 3"] == "2.wav is not a recording."
    assert "were reworded" in reasons["manifest.jsonl, line 2"]

    long = dataset("We deploy it all day.", seconds=31)
    (refused,) = desk.bring(long).refused
    assert "longer than 30 s" in refused.reason
    silent = dataset("We deploy it.", seconds=3)
    (refused,) = desk.bring(silent, heard="").refused
    assert refused.reason == "Nothing is heard in it."
    assert len([path for path in home.audio.rglob("*") if path.is_file()]) == 2


def test_a_twin_learns_one_voice(desk: Desk, dataset: Make) -> None:
    folder = dataset("We deploy it.", "We deployed it.", "It was.", speakers=("ana", "ben", "ana"))
    with pytest.raises(NotUnderstoodError, match=r"2 speakers in it: ana \(2\), ben \(1\)"):
        desk.bring(folder)
    with pytest.raises(NotUnderstoodError, match="No speaker"):
        desk.bring(folder, speaker="carl")
    assert desk.bring(folder, preview=True).recordings == 3
    assert desk.bring(folder, speaker="BEN").imported == 1
    assert desk.said == ["We deployed it."]
