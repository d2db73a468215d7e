"""Signals besides corrections: said again, thrown away, changed before sending."""

from __future__ import annotations

import pytest

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import Judgement, SignalKind, Speaker, Transcript, Utterance, Word
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.noticing import Noticing


def dictated(ledger: SqliteLedger, text: str, *, sha256: str = "", session_id: str = "ui-1") -> Utterance:
    words = tuple(Word(word, i / 4, (i + 1) / 4, 0.8) for i, word in enumerate(text.split()))
    return ledger.add_utterance(
        Transcript(text, words, "en", 3.0), audio_sha256=sha256 or str(abs(hash(text))), source="microphone",
        origin="mic", model="whisper-base", session_id=session_id,
    )  # fmt: skip


@pytest.fixture
def noticing(ledger: SqliteLedger, clock: HeldClock) -> Noticing:
    return Noticing(ledger, clock)


@pytest.mark.parametrize(
    ("again", "seconds", "noticed"),
    [
        ("I use OpenRouter every day.", 30, True),
        ("I use open rider every day", 119, True),
        ("I use open rider every day", 121, False),
        ("We went to the beach on Sunday", 30, False),
    ],
)
def test_the_same_said_again_soon_is_a_retry(
    ledger: SqliteLedger, clock: HeldClock, noticing: Noticing, again: str, seconds: float, noticed: bool
) -> None:
    first = dictated(ledger, "I use open rider every day.", sha256="a")
    clock.advance(seconds=seconds)
    second = dictated(ledger, again, sha256="b")
    signal = noticing.dictated(second)
    assert (signal is not None) == noticed
    if signal is not None:
        assert (signal.kind, signal.subject_id) == (SignalKind.RETRY, first.id)
        assert second.id in signal.summary
        assert "rider" not in signal.summary


def test_the_same_recording_or_a_word_or_two_is_no_retry(ledger: SqliteLedger, noticing: Noticing) -> None:
    dictated(ledger, "I use open rider every day.", sha256="a")
    assert noticing.dictated(dictated(ledger, "I use open rider every day.", sha256="a")) is None
    dictated(ledger, "Yes, please.", sha256="c")
    assert noticing.dictated(dictated(ledger, "Yes please.", sha256="d")) is None


def test_what_is_thrown_away_at_once_is_noticed_without_its_words(
    ledger: SqliteLedger, clock: HeldClock, noticing: Noticing
) -> None:
    old = dictated(ledger, "An old one that stays.")
    clock.advance(seconds=61)
    new = dictated(ledger, "Something quite wrong.")
    clock.advance(seconds=12)
    assert noticing.thrown_away([old.id, new.id, "m3", "u99"]) == (new,)
    signal = noticing.deleted(new)
    assert (signal.kind, signal.subject_id) == (SignalKind.DELETION, new.id)
    assert signal.summary == "thrown away 12 s after it was dictated"


def test_what_was_changed_before_it_was_sent_is_noticed(ledger: SqliteLedger, noticing: Noticing) -> None:
    utterance = dictated(ledger, "I use open rider every day.")
    signal = noticing.sent("I use OpenRouter every day.", "ui-1")
    assert signal is not None
    assert (signal.kind, signal.subject_id) == (SignalKind.EDIT, utterance.id)
    assert [edit.said for edit in signal.edits] == [("OpenRouter",)]


@pytest.mark.parametrize(
    ("sent", "session_id", "minutes"),
    [
        ("I use open rider  every day.", "ui-1", 0),
        ("What is the weather like?", "ui-1", 0),
        ("I use OpenRouter every day.", "ui-2", 0),
        ("I use OpenRouter every day.", "ui-1", 11),
    ],
)
def test_other_texts_are_no_edits(
    ledger: SqliteLedger, clock: HeldClock, noticing: Noticing, sent: str, session_id: str, minutes: float
) -> None:
    dictated(ledger, "I use open rider every day.")
    clock.advance(minutes=minutes)
    assert noticing.sent(sent, session_id) is None


def test_a_reply_is_rated(ledger: SqliteLedger, noticing: Noticing) -> None:
    reply = ledger.add_turn(session_id="ui-1", speaker=Speaker.TWIN, text="You like oat flat whites.")
    assert noticing.rated(reply.id, good=True).kind is SignalKind.THUMBS_UP
    assert noticing.rated(reply.id, good=False).kind is SignalKind.THUMBS_DOWN
    assert [signal.subject_id for signal in ledger.signals(limit=9)] == [reply.id, reply.id]


def test_a_reply_is_put_in_other_words_and_stays_as_it_was_said(ledger: SqliteLedger, noticing: Noticing) -> None:
    reply = ledger.add_turn(session_id="ui-1", speaker=Speaker.TWIN, text="Certainly! You like oat flat whites.")
    signal = noticing.reply_edited(reply.id, "You like oat flat whites, always.")
    assert signal.kind is SignalKind.EDIT
    assert [(edit.heard, edit.said) for edit in signal.edits] == [
        (("Certainly!",), ()),
        (("whites.",), ("whites,", "always.")),
    ]
    assert {edit.judgement for edit in signal.edits} == {Judgement.REWORDING}
    kept = ledger.turn(reply.id)
    assert (kept.text, kept.shown) == ("Certainly! You like oat flat whites.", "You like oat flat whites, always.")
    again = noticing.reply_edited(reply.id, "You like oat\n- flat whites, always.")
    assert [(edit.heard, edit.said) for edit in again.edits] == [((), ("-",))]  # seen against what stood there
    assert ledger.turns(limit=1)[0].shown == "You like oat\n- flat whites, always."
    noticing.reply_edited(reply.id, kept.text)
    assert ledger.turn(reply.id).shown == kept.text


def test_only_the_twins_own_replies_are_rated(ledger: SqliteLedger, noticing: Noticing) -> None:
    said = ledger.add_turn(session_id="ui-1", speaker=Speaker.PERSON, text="I like oat flat whites.")
    with pytest.raises(NotUnderstoodError):
        noticing.rated(said.id, good=True)
    with pytest.raises(NotFoundError):
        noticing.rated("t99", good=True)


def test_an_edit_that_changes_nothing_is_none(ledger: SqliteLedger, noticing: Noticing) -> None:
    reply = ledger.add_turn(session_id="ui-1", speaker=Speaker.TWIN, text="Noted.")
    with pytest.raises(NotUnderstoodError, match="Nothing is changed"):
        noticing.reply_edited(reply.id, " Noted. ")
