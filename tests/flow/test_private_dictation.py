"""A private dictation gives its text and keeps nothing: neither the recording nor the words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeTranscriber
from twin.errors import ModelError
from twin.events import Event, WordHeard
from twin.paths import Home
from twin.ports import Job
from twin.requests import Dictate
from twin.speech.dictation import Dictation
from twin.speech.recordings import Recordings


@pytest.fixture
def request_in_private(tmp_path: Path) -> Dictate:
    path = tmp_path / "memo.wav"
    soundfile.write(path, np.sin(np.arange(32_000) / 9) * 0.3, 16_000)
    return Dictate(str(path), "cli-1", private=True)


def dictation(ledger: SqliteLedger, home: Home, clock: HeldClock, transcriber: FakeTranscriber) -> Dictation:
    return Dictation(ledger, Recordings(home.audio), lambda job: transcriber, clock)


def files(home: Home) -> list[Path]:
    return [file for file in home.audio.rglob("*") if file.is_file()]


def test_the_text_is_given_and_nothing_kept(
    ledger: SqliteLedger, home: Home, clock: HeldClock, request_in_private: Dictate
) -> None:
    events: list[Event] = []
    utterance = dictation(ledger, home, clock, FakeTranscriber("Zebulon is my boss")).dictate(
        request_in_private, Job(events.append)
    )
    assert (utterance.id, utterance.text, utterance.private) == ("", "Zebulon is my boss", True)
    assert sum(isinstance(event, WordHeard) for event in events) == 4
    assert ledger.utterances(limit=9, private=True) == ()
    assert files(home) == []
    ledger.close()
    assert not any(b"Zebulon" in file.read_bytes() for file in home.root.rglob("*") if file.is_file())


def test_nothing_is_kept_of_one_that_fails_either(
    ledger: SqliteLedger, home: Home, clock: HeldClock, request_in_private: Dictate
) -> None:
    def fail(number: int) -> None:
        raise ModelError("It crashed.")

    with pytest.raises(ModelError) as failed:
        dictation(ledger, home, clock, FakeTranscriber("Zebulon", before_word=fail)).dictate(
            request_in_private, Job(lambda event: None)
        )
    assert "kept" not in failed.value.hint
    assert files(home) == []
