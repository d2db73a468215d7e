"""Taking in turns and dictations: whose words, how sure, and what a correction takes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import Memory, Speaker, Transcript, Utterance, Word
from twin.learning.correction import correct
from twin.requests import Correct


def dictated(ledger: SqliteLedger, text: str, *, unsure: str = "") -> Utterance:
    words = tuple(
        Word(word, i / 4, (i + 1) / 4, 0.2 if word.strip(".,") == unsure else 0.95)
        for i, word in enumerate(text.split())
    )
    return ledger.add_utterance(
        Transcript(text, words, "en", 3.0),
        audio_sha256="ab" * 32, source="file", origin="memo.wav", model="whisper-base", session_id="cli-1",
    )  # fmt: skip


def tell(memory: TwinMemory, ledger: SqliteLedger, text: str, speaker: Speaker = Speaker.PERSON) -> tuple[Memory, ...]:
    return memory.capture(ledger.add_turn(session_id="cli-1", speaker=speaker, text=text))


def known(ledger: SqliteLedger) -> set[tuple[str, str]]:
    return {(memory.slot, memory.value) for memory in ledger.memories()}


# --- dictations -----------------------------------------------------------------------------------------------


def test_a_dictation_is_taken_in_less_surely_than_what_is_typed(memory: TwinMemory, ledger: SqliteLedger) -> None:
    utterance = dictated(ledger, "I live in Bergen. My sister is called Anna.", unsure="Anna")
    home, sister = memory.capture(utterance)
    assert (home.slot, home.source_ids) == ("self.home", (utterance.id,))
    (typed,) = tell(memory, ledger, "I work for Fjordbru.")
    assert sister.confidence < home.confidence < typed.confidence


@pytest.mark.parametrize(
    "text",
    [
        "Dear Anna, I live in Bergen now. Best wishes, Nora",
        "Hi Tom, I work for Fjordbru and I like jazz.",
        "Hello team. I moved to Oslo.",
        "Message to my landlord: I live in flat nine.",
        "I live in Bergen. Looking forward to hearing from you.",
        "I am a nurse and I live in Oslo. Kind regards, Nora Quist",
        "Could you tell them that I live in Bergen? I am allergic to nuts and your kitchen should know.",
        "Please always answer in bullet points.",
        "I fixed the bike with Tom.",
        "She said “I live in Rome.”",
    ],
)
def test_a_letter_and_what_fills_no_slot_give_nothing(memory: TwinMemory, ledger: SqliteLedger, text: str) -> None:
    assert memory.capture(dictated(ledger, text)) == ()


def test_a_dictation_to_oneself_is_no_letter(memory: TwinMemory, ledger: SqliteLedger) -> None:
    memory.capture(dictated(ledger, "Hi, I'm Nora. I live in Bergen."))
    assert known(ledger) == {("self.name", "Nora"), ("self.home", "Bergen")}


def test_a_secret_in_a_dictation_stays_out(memory: TwinMemory, ledger: SqliteLedger) -> None:
    memory.capture(dictated(ledger, "My pin is 4711 and I live in Bergen."))
    assert known(ledger) == {("self.home", "Bergen")}
    assert "4711" not in " ".join(one.text for one in ledger.memories())


def test_a_private_dictation_gives_nothing(memory: TwinMemory, ledger: SqliteLedger) -> None:
    assert memory.capture(replace(dictated(ledger, "I live in Bergen."), private=True)) == ()


def test_a_correction_takes_back_what_was_heard_wrongly(memory: TwinMemory, ledger: SqliteLedger) -> None:
    utterance = dictated(ledger, "I live in Burgundy.")
    memory.capture(utterance)
    assert known(ledger) == {("self.home", "Burgundy")}
    correct(Correct(utterance.id, "I live in Bergen."), ledger, memory)
    assert {pair for pair in known(ledger) if pair[0] == "self.home"} == {("self.home", "Bergen")}
    assert [one for one in ledger.memories(history=True) if one.value == "Burgundy"] == []
    (home,) = ledger.memories_in_slots(["self.home"])
    assert home.source_ids == (utterance.id,)
    before = ledger.memories(history=True)
    correct(Correct(utterance.id, "I live in Bergen."), ledger, memory)
    assert len(ledger.memories(history=True)) == len(before), "no duplicate appears"
    assert ledger.database.lexicon_in_step()


def test_a_correction_leaves_what_others_said_too(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> None:
    utterance = dictated(ledger, "My sister is called Anna.")
    memory.capture(utterance)
    clock.advance(days=1)
    tell(memory, ledger, "My sister's name is Anna.")
    correct(Correct(utterance.id, "My sister is called Hannah."), ledger, memory)
    (anna,) = ledger.memories_in_slots(["sister.name"])
    assert (anna.value, anna.text) == ("Anna", "My sister's name is Anna")
    (question,) = memory.questions()
    assert question.memories[-1].value == "Hannah"


def test_a_correction_closes_the_gap_in_the_history(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> None:
    tell(memory, ledger, "I live in Rome.")
    clock.advance(days=1)
    utterance = dictated(ledger, "I live in Burgundy.")
    memory.capture(utterance)
    correct(Correct(utterance.id, "I like burgundy."), ledger, memory)
    assert ("self.home", "Rome") in known(ledger)
    assert ("preference.burgundy", "burgundy") in known(ledger)


def test_a_correction_takes_back_the_question_that_a_mishearing_raised(
    memory: TwinMemory, ledger: SqliteLedger
) -> None:
    tell(memory, ledger, "My birthday is on 9 June.")
    utterance = dictated(ledger, "My birthday is on 19 June.")
    memory.capture(utterance)
    assert len(memory.questions()) == 1
    correct(Correct(utterance.id, "My birthday is on 9 June."), ledger, memory)
    assert memory.questions() == ()
    (birthday,) = ledger.memories_in_slots(["self.birthday"])
    assert utterance.id in birthday.source_ids


# --- whose words ----------------------------------------------------------------------------------------------


def test_the_twins_words_pasted_back_are_not_the_persons(memory: TwinMemory, ledger: SqliteLedger) -> None:
    twin = "I live in Atlantis. My name is Proteus, and I love the sea."
    tell(memory, ledger, twin, Speaker.TWIN)
    assert tell(memory, ledger, twin) == ()
    assert tell(memory, ledger, "My name is Proteus, and I love the sea!") == ()
    assert [one.value for one in tell(memory, ledger, "My name is Nora. I live in Atlantis.")] == ["Nora"]


def test_what_the_twin_quoted_the_person_may_say_again(
    memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock
) -> None:
    tell(memory, ledger, "I live in Bergen.")
    clock.advance(days=1)
    tell(memory, ledger, "I live in Oslo.")
    tell(memory, ledger, "You told me on 4 March 2026: “I live in Bergen.” That was so until 5 March.", Speaker.TWIN)
    clock.advance(days=1)
    tell(memory, ledger, "I live in Bergen.")
    assert known(ledger) == {("self.home", "Bergen")}


def test_what_others_say_is_not_the_persons(memory: TwinMemory, ledger: SqliteLedger) -> None:
    assert tell(memory, ledger, "I live in Rome.", Speaker.OTHER) == ()


# --- one thing, one memory ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I live in Bergen.", "I'm based in Bergen."),
        ("My sister is called Anna.", "My sister's name is Anna."),
        ("I'm a nurse.", "I work as a nurse."),
        ("I love jazz.", "I'm a big fan of jazz."),
        ("I don't eat meat.", "I avoid meat."),
        ("My birthday is 9 June.", "I was born on June 9."),
        ("We call it the Hopper.", "It's called the Hopper, not the Copper."),
    ],
)
def test_one_thing_in_two_wordings_is_one_memory(
    memory: TwinMemory, ledger: SqliteLedger, one: str, other: str
) -> None:
    tell(memory, ledger, one)
    tell(memory, ledger, other)
    (merged,) = ledger.memories(history=True)
    assert merged.source_ids == ("t1", "t2")


def test_an_end_without_a_value_ends_what_there_is(memory: TwinMemory, ledger: SqliteLedger) -> None:
    tell(memory, ledger, "I work for Nokia.")
    (ended,) = tell(memory, ledger, "I quit my job.")
    assert (ended.slot, ended.value) == ("self.employer", "")
    assert [one.value for one in ledger.memories()] == [""]
