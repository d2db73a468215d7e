"""What there is to read out, and what becomes of a sentence that was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.corrections import words_of
from twin.domain import AudioSource, Term, Transcript, Utterance
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.buffer import gather
from twin.learning.correction import correct
from twin.learning.noticing import Noticing
from twin.ports import Job
from twin.requests import Correct, CorrectionReport, ReadSentence, SentenceRead
from twin.sounds import letters, similarity
from twin.speech.reading import MOST_TERMS, GuidedReading, carrying, in_order

JOB = Job(emit=lambda event: None)
OWN = tuple(in_order(()))
Read = Callable[[str, str], SentenceRead]


@pytest.fixture
def reading(ledger: SqliteLedger, memory: TwinMemory) -> GuidedReading:
    return GuidedReading(ledger, lambda: [Term("Kubernetes", "m1")], memory.curator)


@pytest.fixture
def hear(ledger: SqliteLedger) -> Callable[..., Utterance]:
    def add(heard: str, source: AudioSource = AudioSource.READING) -> Utterance:
        number = len(ledger.utterances(limit=99)) + 1
        return ledger.add_utterance(
            Transcript(heard, words_of(heard), "en", 4.0), audio_sha256=f"{number:064}", source=source, origin="mic",
            model="whisper-base", session_id="cli-1",
        )  # fmt: skip

    return add


@pytest.fixture
def read(reading: GuidedReading, ledger: SqliteLedger, memory: TwinMemory, hear: Callable[..., Utterance]) -> Read:
    def teach(request: Correct, job: Job) -> CorrectionReport:
        return correct(request, ledger, memory)

    return lambda heard, sentence: reading.read(ReadSentence(hear(heard).id, sentence), JOB, teach)


def test_the_sentences_are_as_long_as_one_reads_them_at_a_breath_and_not_alike() -> None:
    assert len(OWN) == 60
    assert all(8 <= len(sentence.split()) <= 16 for sentence in (*OWN, carrying("Kubernetes")))
    assert max(similarity(one.split(), other.split()) for one, other in combinations(OWN, 2)) < 0.5


def test_they_have_every_sound_of_english_many_times(voice: Any) -> None:
    from hibari.g2p import CONSONANTS, G2P, VOWELS

    pronounce = G2P()
    spoken = Counter("".join(pronounce(sentence) for sentence in OWN))
    american = (CONSONANTS | VOWELS) - set("ɾᵻɒQa")  # allophones, and vowels of British English
    rare = {sound: spoken[sound] for sound in american if spoken[sound] < 15}
    assert not rare


def test_terms_stand_between_them_the_most_used_ones_and_each_always_in_the_same_sentence() -> None:
    terms = [Term(f"term{number}", f"m{number}") for number in range(30)]
    order = list(in_order(terms))
    assert len(order) == len(OWN) + MOST_TERMS
    assert order[3] == carrying("term0")
    assert [sentence for sentence in order if sentence in OWN] == list(OWN)
    assert carrying("term1") == carrying("TERM1").replace("TERM1", "term1")


def test_a_sentence_that_was_read_is_an_example_and_is_not_shown_again(
    reading: GuidedReading, read: Read, ledger: SqliteLedger
) -> None:
    sentence = reading.sentences().sentences[0]
    taken = read(sentence.replace("choir", "quire"), sentence)
    assert taken.report is not None
    assert [edit.said for edit in taken.report.correction.edits] == [("choir",)]
    left = reading.sentences()
    assert (left.read, sentence in left.sentences) == (1, False)
    buffer = gather(ledger.taught(), now=taken.report.correction.created_at, holds_secret=lambda text: False)
    assert [example.source.is_read for example in buffer.examples] == [True]


def test_another_sentence_is_let_go_of_and_the_one_that_was_shown_stays(
    reading: GuidedReading, read: Read, ledger: SqliteLedger
) -> None:
    taken = read("Wait, where is my coffee, I put it here.", OWN[0])
    assert (taken.report, taken.heard) == (None, "Wait, where is my coffee, I put it here.")
    assert ledger.utterances(limit=9, private=True) == ()
    assert OWN[0] in reading.sentences().sentences


def test_half_a_sentence_is_not_the_sentence(read: Read) -> None:
    taken = [read(" ".join(sentence.split()[: len(sentence.split()) // 2]), sentence).report for sentence in OWN[:20]]
    assert taken.count(None) >= 18


def test_reading_a_sentence_again_is_no_word_on_the_recogniser(
    ledger: SqliteLedger, clock: HeldClock, hear: Callable[..., Utterance]
) -> None:
    read, dictated = hear(OWN[0]), hear(OWN[1], AudioSource.MICROPHONE)
    assert Noticing(ledger, clock).thrown_away([read.id, dictated.id]) == (dictated,)


def test_what_was_dictated_is_no_reading(reading: GuidedReading, hear: Callable[..., Utterance], read: Read) -> None:
    utterance = hear(OWN[0], AudioSource.MICROPHONE)
    with pytest.raises(NotUnderstoodError, match="dictated"):
        reading.read(ReadSentence(utterance.id, OWN[0]), JOB, lambda request, job: pytest.fail("was corrected"))
    with pytest.raises(NotFoundError):
        reading.read(ReadSentence("u99", OWN[0]), JOB, lambda request, job: pytest.fail("was corrected"))


def test_what_is_read_is_not_remembered_as_said(read: Read, ledger: SqliteLedger) -> None:
    sentence = next(sentence for sentence in OWN if sentence.startswith("My aunt"))
    assert read(sentence, sentence).report is not None
    assert ledger.memories(limit=9) == ()
    assert letters(ledger.utterance("last").text) == letters(sentence)
