"""Recordings and what was heard in them: nothing that was ever heard is lost, and the person's word stays."""

from __future__ import annotations

import pytest

from memory.store.ledger import SqliteLedger
from twin.domain import Transcript, Utterance, Word
from twin.errors import NotFoundError, NotUnderstoodError


def heard(text: str) -> Transcript:
    words = tuple(Word(word, number, number + 1, 0.9) for number, word in enumerate(text.split()))
    return Transcript(text, words, "en", 3.0)


@pytest.fixture
def recorded(ledger: SqliteLedger) -> Utterance:
    return ledger.add_recording(
        audio_sha256="ab" * 32, seconds=3.0, source="microphone", origin="headset", session_id="s"
    )


def test_a_recording_is_an_utterance_before_anything_is_heard_in_it(ledger: SqliteLedger, recorded: Utterance) -> None:
    assert (recorded.recognised, recorded.text, recorded.seconds) == (False, "", 3.0)
    assert ledger.utterances(limit=5) == (recorded,)
    with pytest.raises(NotFoundError):
        ledger.utterance("last")  # what can be corrected has a text


def test_what_is_heard_becomes_its_text(ledger: SqliteLedger, recorded: Utterance) -> None:
    utterance = ledger.add_hearing(recorded.id, heard("the harbour wakes"), model="base")
    assert (utterance.id, utterance.heard, utterance.recognised, utterance.model) == (
        recorded.id, "the harbour wakes", True, "base",
    )  # fmt: skip
    assert ledger.utterance("last") == utterance
    assert ledger.hearings(recorded.id) == ()


def test_a_new_hearing_takes_the_place_of_an_earlier_one_which_is_kept(
    ledger: SqliteLedger, recorded: Utterance
) -> None:
    ledger.add_hearing(recorded.id, heard("the harbour walks"), model="base")
    utterance = ledger.add_hearing(recorded.id, heard("the harbour wakes"), model="small")
    assert (utterance.heard, utterance.model) == ("the harbour wakes", "small")
    (earlier,) = ledger.hearings(recorded.id)
    assert (earlier.heard, earlier.model, len(earlier.words)) == ("the harbour walks", "base", 3)


def test_what_the_person_said_it_was_stays(ledger: SqliteLedger, recorded: Utterance) -> None:
    ledger.add_hearing(recorded.id, heard("the harbour walks"), model="base")
    ledger.add_correction(recorded.id, "The harbour wakes.", [])
    utterance = ledger.add_hearing(recorded.id, heard("the harper wakes"), model="small")
    assert (utterance.text, utterance.heard, utterance.model) == ("The harbour wakes.", "the harbour walks", "base")
    assert [hearing.heard for hearing in ledger.hearings(recorded.id)] == ["the harper wakes"]


def test_recall_finds_what_is_heard_now(ledger: SqliteLedger, recorded: Utterance) -> None:
    def found(word: str) -> int:
        return len(ledger.database.rows("SELECT rowid FROM lexicon WHERE lexicon MATCH ?", (word,)))

    ledger.add_hearing(recorded.id, heard("I planted quinces by the wall"), model="base")
    assert found("quinces") == 1
    ledger.add_hearing(recorded.id, heard("I planted princes by the wall"), model="small")
    assert (found("quinces"), found("princes")) == (0, 1)


def test_a_recording_with_nothing_in_it_can_be_dropped_and_a_text_cannot(
    ledger: SqliteLedger, recorded: Utterance
) -> None:
    ledger.drop_recording(recorded.id)
    assert ledger.utterances(limit=5) == ()
    again = ledger.add_recording(audio_sha256="cd" * 32, seconds=1.0, source="file", origin="x", session_id="s")
    assert again.id != recorded.id
    ledger.add_hearing(again.id, heard("kept"), model="base")
    with pytest.raises(NotUnderstoodError, match="holds text"):
        ledger.drop_recording(again.id)
