"""Spoken editing from a recording to the text that is passed on, through the listen stage and the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeTranscriber
from twin.domain import AudioSource
from twin.paths import Home
from twin.ports import Job
from twin.requests import Dictate, DictateAgain
from twin.speech.dictation import Dictation
from twin.speech.editing import Preferences
from twin.speech.editor import SpokenEditor
from twin.speech.recordings import Recordings

SAID = "Dear Anna, comma, new line, thank you. Scratch that. See you soon. Full stop."
COMES_TO = "Dear Anna,\nSee you soon."
QUIET = Job(emit=lambda event: None)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "memo.wav"
    soundfile.write(path, np.sin(np.arange(64_000) / 9) * 0.3, 16_000)
    return path


@pytest.fixture
def dictation(ledger: SqliteLedger, home: Home, clock: HeldClock) -> Dictation:
    editor = SpokenEditor(ledger, Preferences())
    return Dictation(ledger, Recordings(home.audio), lambda job: FakeTranscriber(SAID), clock, edit=editor.edit)


def test_a_dictation_is_kept_as_heard_and_as_meant(dictation: Dictation, ledger: SqliteLedger, recording: Path) -> None:
    kept = dictation.dictate(Dictate(str(recording), "ui-1"), QUIET)
    assert kept == ledger.utterance(kept.id)
    assert (kept.heard, kept.text) == (SAID, COMES_TO)
    assert kept.edited is not None
    assert [command.name for command in kept.edited.commands_applied] == [
        "comma", "new line", "scratch that", "full stop",
    ]  # fmt: skip


def test_hearing_it_anew_edits_it_anew(dictation: Dictation, recording: Path) -> None:
    kept = dictation.dictate(Dictate(str(recording), "ui-1"), QUIET)
    again = dictation.dictate_again(DictateAgain(kept.id), QUIET)
    assert again.utterance.text == COMES_TO
    assert again.changes == ()


def test_a_private_dictation_is_edited_and_not_kept(
    dictation: Dictation, ledger: SqliteLedger, recording: Path
) -> None:
    said = dictation.dictate(Dictate(str(recording), "ui-1", AudioSource.FILE, private=True), QUIET)
    assert (said.id, said.text) == ("", COMES_TO)
    assert ledger.utterances(limit=5, private=True) == ()


@pytest.mark.weights
def test_on_the_command_line_the_text_goes_where_it_is_wanted(
    home: Home, spoken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from twin.cli import run

    notes = tmp_path / "notes.md"
    assert run(["--in-process", "dictate", str(spoken), "--to", str(notes)]) == 0
    assert capsys.readouterr().out == ""
    assert notes.read_text().startswith("The quick brown fox")
    assert run(["--in-process", "dictate", str(spoken), "--to", str(notes)]) == 1
    assert "there already" in capsys.readouterr().err
    assert run(["--in-process", "dictate", str(spoken), "--to", str(notes), "--append", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["commands_applied"] == []
    assert notes.read_text() == f"{document['text']}\n" * 2
