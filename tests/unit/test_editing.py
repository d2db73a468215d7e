"""Putting a memory right by hand, and keeping things to oneself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memory.memoriser import TwinMemory
from memory.recall.passages import Passages
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import Memory, MemoryKind, MemoryStatus, Polarity, Speaker, Transcript, Turn
from twin.errors import NotFoundError, NotUnderstoodError
from twin.ports import Job
from twin.requests import Edit, Know

JOB = Job(emit=lambda event: None)


def tell(memory: TwinMemory, ledger: SqliteLedger, text: str) -> tuple[Turn, Memory]:
    turn = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text)
    return turn, memory.capture(turn)[0]


def indexed(memory: TwinMemory, ledger: SqliteLedger, word: str) -> list[str]:
    """What the indexes have of ``word``: passages by their words, all of which have their vectors and nothing else."""
    memory.catch_up()
    assert ledger.database.lexicon_in_step()
    assert memory.profile.check().in_step
    return sorted(known for known, _ in Passages(ledger.database).search(word, limit=9))


# --- wording ----------------------------------------------------------------------------------------------------


def test_an_edit_is_the_persons_own_word(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, sister = tell(memory, ledger, "My sister is called Anna.")
    report = memory.curator.edit(Edit(sister.id, text="My sister is called Hannah", session_id="cli-2"))
    edited = report.memory
    assert edited is not None
    assert (edited.id, edited.value, edited.slot) == (sister.id, "Hannah", "sister.name")
    assert (edited.origin, edited.confidence) == ("person", 1.0)
    said = ledger.turn(edited.source_ids[0])
    assert (said.text, said.speaker, said.session_id) == ("My sister is called Hannah", Speaker.PERSON, "cli-2")
    assert edited.source_ids[1:] == (turn.id,)
    assert ledger.turn(turn.id).text == "My sister is called Anna."  # what was said stays as it was said


def test_the_old_wording_leaves_every_index(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, sister = tell(memory, ledger, "My sister is called Zanzibaria.")
    assert indexed(memory, ledger, "zanzibaria") == [sister.id, turn.id]
    memory.curator.edit(Edit(sister.id, value="Hannah"))
    assert indexed(memory, ledger, "zanzibaria") == []
    assert indexed(memory, ledger, "hannah") == [sister.id]
    memory.rebuild_index(JOB)
    assert indexed(memory, ledger, "zanzibaria") == []
    assert all("Zanzibaria" not in item.quote for item in memory.recall.recall("who is Zanzibaria?").items)


def test_a_source_that_says_more_than_the_old_wording_stays_findable(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, sister = tell(memory, ledger, "My sister is called Anna. The lighthouse on the island burned down in June.")
    memory.curator.edit(Edit(sister.id, value="Hannah"))
    assert turn.id in indexed(memory, ledger, "lighthouse")


def test_reading_the_source_again_does_not_bring_the_old_wording_back(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, sister = tell(memory, ledger, "My sister is called Anna.")
    memory.curator.edit(Edit(sister.id, value="Hannah"))
    memory.capture(turn)
    assert [m.value for m in ledger.memories(history=True)] == ["Hannah"]
    _, anew = tell(memory, ledger, "Actually, my sister's name is Johanna.")  # but what is said afresh counts
    assert anew.id != sister.id


def test_an_edited_episode_is_not_read_again_either(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, episode = tell(memory, ledger, "I saw a heron by the canal this morning.")
    assert episode.slot == ""
    memory.curator.edit(Edit(episode.id, text="I saw a stork by the canal"))
    memory.capture(turn)
    assert [m.text for m in ledger.memories()] == ["I saw a stork by the canal"]


def test_a_new_text_is_read_by_the_rules(memory: TwinMemory, ledger: SqliteLedger) -> None:
    _, jazz = tell(memory, ledger, "I like jazz.")
    edited = memory.curator.edit(Edit(jazz.id, text="I can't stand jazz")).memory
    assert edited is not None
    assert (edited.slot, edited.polarity) == ("preference.jazz", Polarity.DISLIKES)
    edited = memory.curator.edit(Edit(jazz.id, text="I like blues")).memory
    assert edited is not None
    assert (edited.slot, edited.value, edited.polarity) == ("preference.blues", "blues", Polarity.LIKES)


def test_an_edit_does_not_crowd_another_memory(memory: TwinMemory, ledger: SqliteLedger) -> None:
    _, jazz = tell(memory, ledger, "I like jazz.")
    _, blues = tell(memory, ledger, "I hate blues.")
    with pytest.raises(NotUnderstoodError, match=blues.id):
        memory.curator.edit(Edit(jazz.id, text="I like blues"))


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit("m1"), "Nothing to change"),
        (Edit("m1", text=" "), "without words"),
        (Edit("m1", text="My password is hunter2"), "kept out"),
        (Edit("m1", text="Something else altogether"), "cannot tell"),
        (Edit("m1", true_until=datetime(2001, 1, 1, tzinfo=UTC)), "before it began"),
        (Edit("t1", text="I never said that"), "stays as it was said"),
        (Edit("x1", private=True), "x1"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    memory: TwinMemory, ledger: SqliteLedger, edit: Edit, why: str
) -> None:
    tell(memory, ledger, "My sister is called Anna.")
    before = ledger.memories()
    with pytest.raises((NotUnderstoodError, NotFoundError), match=why):
        memory.curator.edit(edit)
    assert ledger.memories() == before
    assert len(ledger.turns(limit=9)) == 1


def test_forgetting_an_edit_takes_what_it_was_before_along(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, sister = tell(memory, ledger, "My sister is called Anna.")
    edited = memory.curator.edit(Edit(sister.id, value="Hannah")).memory
    assert edited is not None
    report = memory.forget(edited.source_ids[0])
    assert (report.memory_ids, set(report.source_ids)) == ((sister.id,), {turn.id, edited.source_ids[0]})


# --- validity ---------------------------------------------------------------------------------------------------


def test_when_something_held_can_be_put_right(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> None:
    _, bonn = tell(memory, ledger, "I live in Bonn.")
    clock.advance(days=30)
    _, rome = tell(memory, ledger, "I live in Rome.")
    moved = clock.now() - timedelta(days=10)
    memory.curator.edit(Edit(rome.id, true_from=moved))
    assert ledger.memory(rome.id).true_from == ledger.memory(bonn.id).true_until == moved
    memory.curator.edit(Edit(rome.id, true_until=clock.now()))
    assert ledger.memories() == ()
    memory.curator.edit(Edit(rome.id, holds=True))
    assert [m.id for m in ledger.memories()] == [rome.id]
    with pytest.raises(NotUnderstoodError, match=rome.id):
        memory.curator.edit(Edit(bonn.id, holds=True))


def test_a_date_that_was_put_right_stands_over_reading_the_source_again(
    memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock
) -> None:
    turn, bonn = tell(memory, ledger, "I live in Bonn.")
    since = clock.now() + timedelta(days=3)
    memory.curator.edit(Edit(bonn.id, true_from=since))
    memory.capture(turn)
    assert [(m.id, m.true_from) for m in ledger.memories(history=True)] == [(bonn.id, since)]


# --- for the person's own eyes ----------------------------------------------------------------------------------


def test_a_private_memory_is_out_of_recall_and_prompts_with_its_words_and_replies(
    memory: TwinMemory, ledger: SqliteLedger
) -> None:
    turn, sister = tell(memory, ledger, "My sister is called Zanzibaria.")
    reply = ledger.add_turn(session_id="cli-1", speaker=Speaker.TWIN, text="Noted: Zanzibaria.", source_ids=[turn.id])
    report = memory.curator.edit(Edit(sister.id, private=True))
    assert report.also_ids == (turn.id, reply.id)
    assert indexed(memory, ledger, "zanzibaria") == []
    assert ledger.turns(limit=9) == ledger.memories() == memory.curator.know(Know()).memories == ()
    memory.capture(ledger.turn(turn.id))
    assert ledger.memories() == ()
    shown = memory.curator.know(Know(private=True, sources=True))
    assert [(m.id, m.status) for m in shown.memories] == [(sister.id, MemoryStatus.PRIVATE)]
    assert {quote.id for quote in shown.said_in_private} == {turn.id, reply.id}
    memory.curator.edit(Edit(sister.id, private=False))
    assert indexed(memory, ledger, "zanzibaria") == [sister.id, turn.id]
    assert len(ledger.turns(limit=9)) == 2


def test_a_private_turn_takes_what_rests_on_it_alone(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, sister = tell(memory, ledger, "My sister is called Anna because of Zanzibar.")
    _, town = tell(memory, ledger, "I live in Bonn.")
    other, _ = tell(memory, ledger, "My sister's name is Anna.")
    memory.curator.edit(Edit(turn.id, private=True))
    assert {m.id: m.text for m in ledger.memories()} == {sister.id: "My sister's name is Anna", town.id: town.text}
    assert indexed(memory, ledger, "zanzibar") == []
    memory.curator.edit(Edit(other.id, private=True))
    assert [m.id for m in ledger.memories()] == [town.id]


def test_a_private_dictation_stays_private_when_it_is_corrected(memory: TwinMemory, ledger: SqliteLedger) -> None:
    heard = Transcript(text="open rider in zanzibar", words=(), language="en", seconds=1.0)
    utterance = ledger.add_utterance(
        heard, audio_sha256="ab", source="file", origin="/tmp/a.wav", model="whisper-base", session_id="cli-1"
    )
    assert memory.curator.edit(Edit(utterance.id, private=True)).said is not None
    ledger.add_correction(utterance.id, "OpenRouter in Zanzibar", [])
    assert indexed(memory, ledger, "zanzibar") == []
    assert ledger.utterances(limit=9) == ()
    assert [u.id for u in ledger.utterances(limit=9, private=True)] == [utterance.id]
    memory.curator.edit(Edit(utterance.id, private=False))
    assert indexed(memory, ledger, "zanzibar") == [utterance.id]


# --- seeing -----------------------------------------------------------------------------------------------------


def test_what_is_known_comes_with_its_sources_and_what_waits(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, _ = tell(memory, ledger, "So, my birthday is on 3 May, if you must know.")
    tell(memory, ledger, "My birthday is on 7 June.")
    shown = memory.curator.know(Know(sources=True))
    assert [quote.text for quote in shown.sources if quote.id == turn.id] == [turn.text]
    assert len(shown.questions) == 1
    assert memory.curator.know(Know()).sources == ()


def test_about_goes_by_names_in_any_form_and_by_recall(memory: TwinMemory, ledger: SqliteLedger) -> None:
    _, parrot = tell(memory, ledger, "My parrots are called Zig and Zag.")
    tell(memory, ledger, "I live in Bonn.")
    assert parrot in memory.curator.know(Know(about="a parrot")).memories
    assert memory.curator.know(Know(about="[/b]")).memories == ()
    assert memory.curator.know(Know(kind=MemoryKind.STYLE)).memories == ()
