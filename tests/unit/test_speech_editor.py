"""Spoken editing within a session: what is kept beside what was heard, and what reaches the utterance before."""

from __future__ import annotations

import numpy as np
import pytest

from memory.store.ledger import SqliteLedger
from twin.domain import Transcript, Utterance, Word
from twin.paths import Home
from twin.settings import load_settings
from twin.speech.commands import Group
from twin.speech.editing import Preferences
from twin.speech.editor import SpokenEditor, preferences_of
from twin.speech.sound import as_sound

SOUND = as_sound(np.zeros(1600, np.float32))


@pytest.fixture
def editor(ledger: SqliteLedger) -> SpokenEditor:
    return SpokenEditor(ledger, Preferences())


class Session:
    """Says things one after the other, and keeps them."""

    def __init__(self, ledger: SqliteLedger, editor: SpokenEditor) -> None:
        self.ledger = ledger
        self.editor = editor

    def say(self, text: str, session_id: str = "ui-1") -> Utterance:
        words = tuple(Word(word, i * 0.3, i * 0.3 + 0.3, 0.9) for i, word in enumerate(text.split()))
        recording = self.ledger.add_recording(
            audio_sha256="a" * 64, seconds=1.0, source="microphone", origin="", session_id=session_id
        )
        heard = Transcript(text, words, "en", 1.0)
        edited = self.editor.edit(heard, SOUND, utterance=recording)
        return self.ledger.add_hearing(recording.id, edited, model="whisper")


@pytest.fixture
def session(ledger: SqliteLedger, editor: SpokenEditor) -> Session:
    return Session(ledger, editor)


def test_what_was_heard_stays_beside_what_it_comes_to(session: Session, ledger: SqliteLedger) -> None:
    kept = session.say("Hello, comma, world.")
    assert kept == ledger.utterance(kept.id)
    assert (kept.heard, kept.text, kept.shown) == ("Hello, comma, world.", "Hello, world.", "Hello, world.")
    assert [word.word for word in kept.words] == ["Hello,", "comma,", "world."]
    assert [word.word for word in kept.shown_words] == ["Hello,", "world."]
    assert kept.edited is not None
    assert [command.name for command in kept.edited.commands_applied] == ["comma"]


def test_an_utterance_without_commands_stands_as_it_was_heard(session: Session) -> None:
    kept = session.say("There is a comma missing.")
    assert kept.edited is None
    assert (kept.text, kept.shown_words) == (kept.heard, kept.words)


def test_a_take_back_reaches_the_utterance_before_and_no_other_session(session: Session, ledger: SqliteLedger) -> None:
    elsewhere = session.say("Other things.", "ui-2")
    first = session.say("We meet here. I come on Monday.")
    second = session.say("Scratch that. I come on Friday.")
    assert second.text == "I come on Friday."
    now = ledger.utterance(first.id)
    assert (now.text, now.heard) == ("We meet here.", "We meet here. I come on Monday.")
    assert [word.word for word in now.shown_words] == ["We", "meet", "here."]
    assert ledger.utterance(elsewhere.id).text == "Other things."


def test_take_backs_go_past_utterances_that_hold_nothing_any_more(session: Session, ledger: SqliteLedger) -> None:
    first = session.say("One. Two.")
    assert session.say("Scratch that.").text == ""
    assert session.say("Scratch that.").text == ""
    assert ledger.utterance(first.id).text == ""


def test_a_mark_by_itself_closes_the_utterance_before(session: Session, ledger: SqliteLedger) -> None:
    first = session.say("Are you there.")
    session.say("Question mark.")
    assert ledger.utterance(first.id).text == "Are you there?"


def test_what_the_person_corrected_is_not_touched(session: Session, ledger: SqliteLedger) -> None:
    first = session.say("I come on Monday.")
    ledger.add_correction(first.id, "I come on Sunday.", ())
    session.say("Scratch that. Enough.")
    assert ledger.utterance(first.id).text == "I come on Sunday."


def test_hearing_anew_takes_nothing_back(session: Session, ledger: SqliteLedger, editor: SpokenEditor) -> None:
    first = session.say("One. Two.")
    heard = Transcript("Scratch that.", (Word("Scratch", 0, 1, 1), Word("that.", 1, 2, 1)), "en", 2.0)
    assert editor.edit(heard, SOUND).edited is not None
    assert ledger.utterance(first.id).text == "One. Two."


def test_recall_finds_what_was_meant(session: Session, ledger: SqliteLedger) -> None:
    kept = session.say("My name is Smith, spelled S-M-Y-T-H.")

    def found(word: str) -> bool:
        rows = ledger.database.rows("SELECT rowid FROM lexicon WHERE lexicon MATCH ?", (word,))
        return int(kept.id[1:]) * 4 + 1 in [row["rowid"] for row in rows]

    assert found("smyth")
    assert not found("smith")
    ledger.add_edited(kept.id, None)
    assert found("smith")
    assert not found("smyth")
    assert ledger.database.lexicon_in_step()


def test_names_of_the_vocabulary_keep_their_capital(ledger: SqliteLedger) -> None:
    editor = SpokenEditor(ledger, Preferences(), capitals=lambda: frozenset({"kafka"}))
    assert Session(ledger, editor).say("Yes. Comma. Kafka. Comma. Bread.").text == "Yes, Kafka, bread."


def test_settings_are_preferences(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert preferences_of(load_settings(home)) == Preferences()
    home.config.write_text(
        'spoken_take_back = false\nspoken_spelling = false\ndigits_from = 10\npunctuation = "spoken only"\n'
    )
    wanted = preferences_of(load_settings(home))
    assert wanted.groups == frozenset(Group) - {Group.TAKE_BACK, Group.SPELLING}
    assert (wanted.digits_from, wanted.own_punctuation) == (10, False)
