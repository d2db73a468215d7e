"""The notice stage, from a correction to what is in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import EditKind, MemoryKind, Rung, SignalKind, Transcript, Utterance, Word
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.correction import correct
from twin.requests import Correct, CorrectionReport


def dictated(ledger: SqliteLedger, text: str) -> Utterance:
    words = tuple(Word(word, i / 4, (i + 1) / 4, 0.8) for i, word in enumerate(text.split()))
    return ledger.add_utterance(
        Transcript(text, words, "en", 3.0),
        audio_sha256="ab" * 32, source="file", origin="memo.wav", model="whisper-base", session_id="cli-1",
    )  # fmt: skip


def test_a_correction_is_kept_with_what_it_shows_and_what_follows(ledger: SqliteLedger, memory: TwinMemory) -> None:
    utterance = dictated(ledger, "I use open rider daily")
    report = correct(Correct(utterance.id, " I use OpenRouter daily "), ledger, memory)

    assert report.heard == "I use open rider daily"
    assert (report.correction.utterance_id, report.correction.said) == (utterance.id, "I use OpenRouter daily")
    (edit,) = report.correction.edits
    assert (edit.kind, edit.heard, edit.said) == (EditKind.SUBSTITUTE, ("open", "rider"), ("OpenRouter",))
    (signal,) = report.signals
    assert (signal.kind, signal.subject_id, signal.summary) == (SignalKind.CORRECTION, utterance.id, "1 mishearing")
    (decision,) = report.decisions
    assert (decision.rung, decision.signal_ids) == (Rung.HINT, (signal.id,))

    assert ledger.utterance(utterance.id).corrected == "I use OpenRouter daily"
    assert ledger.utterance(utterance.id).heard == "I use open rider daily"
    (term,) = ledger.memories(kind=MemoryKind.VOCABULARY)
    assert decision.memory_id == term.id
    assert (term.slot, term.value, term.aliases) == ("term.openrouter", "OpenRouter", ("open rider",))
    assert term.source_ids == (report.correction.id,)


def test_the_newest_dictation_can_be_called_last(ledger: SqliteLedger, memory: TwinMemory) -> None:
    dictated(ledger, "the first one")
    second = dictated(ledger, "the second one")
    assert correct(Correct("last", "the second sun"), ledger, memory).correction.utterance_id == second.id


def test_the_same_text_is_a_confirmation(ledger: SqliteLedger, memory: TwinMemory) -> None:
    utterance = dictated(ledger, "it was right")
    report = correct(Correct(utterance.id, "it was  right"), ledger, memory)
    assert report.correction.edits == ()
    assert [signal.kind for signal in report.signals] == [SignalKind.CONFIRMATION]
    assert report.decisions == ()
    assert ledger.utterance(utterance.id).corrected is not None


def test_the_newest_correction_stands_and_is_compared_with_what_was_heard(
    ledger: SqliteLedger, memory: TwinMemory
) -> None:
    utterance = dictated(ledger, "I use open rider daily")
    correct(Correct(utterance.id, "I use the open router daily"), ledger, memory)
    report = correct(Correct(utterance.id, "I use OpenRouter daily"), ledger, memory)
    assert report.correction.edits[0].heard == ("open", "rider")
    assert ledger.utterance(utterance.id).corrected == "I use OpenRouter daily"


def test_a_term_misheard_again_gathers_aliases_and_sources(
    ledger: SqliteLedger, memory: TwinMemory, clock: HeldClock
) -> None:
    reports = []
    for text in ("I use open rider daily", "try open writer then"):
        utterance = dictated(ledger, text)
        said = text.replace("open rider", "OpenRouter").replace("open writer", "OpenRouter")
        reports.append(correct(Correct(utterance.id, said), ledger, memory))
        clock.advance(minutes=1)
    (term,) = ledger.memories(kind=MemoryKind.VOCABULARY)
    assert term.aliases == ("open rider", "open writer")
    assert term.source_ids == tuple(report.correction.id for report in reports)


def test_a_word_that_the_recogniser_does_not_know_is_a_term(ledger: SqliteLedger, memory: TwinMemory) -> None:
    utterance = dictated(ledger, "signs of braducardia since Monday")
    said = "signs of bradycardia since Monday"
    report = correct(Correct(utterance.id, said), ledger, memory, is_common=lambda word: word != "bradycardia")
    assert report.decisions[0].rung is Rung.HINT
    assert "It is no common word to the recogniser." in report.decisions[0].reasons


def test_an_ordinary_word_becomes_a_hint_when_it_was_put_right_in_three_dictations(
    ledger: SqliteLedger, memory: TwinMemory
) -> None:
    def again(times: int) -> CorrectionReport:
        utterance = dictated(ledger, f"the beam grows {times}")
        correct(Correct(utterance.id, f"the bean grows {times}"), ledger, memory)
        return correct(Correct(utterance.id, f"the bean grows {times}"), ledger, memory)  # twice counts once

    assert [again(times).decisions[0].rung for times in range(3)] == [Rung.WAIT, Rung.WAIT, Rung.HINT]


def test_a_secret_does_not_become_vocabulary(ledger: SqliteLedger, memory: TwinMemory) -> None:
    secret = "ghp_" + "a1B2" * 9
    utterance = dictated(ledger, "the key is gee h p a one b two a one b two")
    report = correct(Correct(utterance.id, f"the key is {secret}"), ledger, memory)
    assert ledger.memories(kind=MemoryKind.VOCABULARY) == ()
    assert all(decision.memory_id is None for decision in report.decisions)


@pytest.mark.parametrize("said", ["", "  \n"])
def test_an_empty_correction_is_refused(ledger: SqliteLedger, memory: TwinMemory, said: str) -> None:
    utterance = dictated(ledger, "something")
    with pytest.raises(NotUnderstoodError, match="empty") as caught:
        correct(Correct(utterance.id, said), ledger, memory)
    assert f"twin forget {utterance.id}" in caught.value.hint
    assert ledger.utterance(utterance.id).corrected is None


def test_an_unknown_utterance(ledger: SqliteLedger, memory: TwinMemory) -> None:
    with pytest.raises(NotFoundError):
        correct(Correct("u99", "anything"), ledger, memory)


def test_what_was_decided_is_there_in_a_new_session(ledger: SqliteLedger, memory: TwinMemory, clock: HeldClock) -> None:
    utterance = dictated(ledger, "run cube cuddle now")
    report = correct(Correct(utterance.id, "run kubectl now"), ledger, memory)
    path = ledger.database.path
    memory.close()
    ledger.close()
    clock.advance(days=1)
    reopened = SqliteLedger(path, clock)
    assert reopened.utterance(utterance.id).corrected == "run kubectl now"
    (term,) = reopened.memories(kind=MemoryKind.VOCABULARY)
    assert term.id == report.decisions[0].memory_id
    assert clock.now() - term.learned_at == timedelta(days=1)
    reopened.close()
