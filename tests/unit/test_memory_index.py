"""The index in memory: it follows the ledger whatever happens there, and knows neighbours, words and vectors."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from memory.memoriser import TwinMemory
from memory.recall.index import MemoryIndex
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeEmbedder
from twin.domain import Speaker, Transcript
from twin.ports import Job, NewTurn

HEARD = Transcript("The fuse is behind the mirror", (), "en", 2.0)


@pytest.fixture
def index(ledger: SqliteLedger) -> MemoryIndex:
    return MemoryIndex(ledger.database)


def said(ledger: SqliteLedger, *texts: str, session: str = "cli-1") -> list[str]:
    return [ledger.add_turn(session_id=session, speaker=Speaker.PERSON, text=text).id for text in texts]


def having(index: MemoryIndex, word: str) -> set[str]:
    """The passages that have ``word``, by the index."""
    index.sync()
    (stem,) = index.stemmer.stems([word])
    with index.lock:
        return {index.id(row) for row in index.postings.of(stem).rows.tolist()}


def alive(index: MemoryIndex) -> set[str]:
    index.sync()
    with index.lock:
        return {index.id(row) for row in np.flatnonzero(index.table.alive.view).tolist()}


def test_it_takes_in_what_is_there_and_what_comes(ledger: SqliteLedger, index: MemoryIndex) -> None:
    first = said(ledger, "I own a canoe", "I own a bike")
    assert having(index, "canoe") == {first[0]}
    assert having(index, "owned") == set(first)
    (third,) = said(ledger, "My canoes are red")
    assert having(index, "canoe") == {first[0], third}
    heard = ledger.add_utterance(HEARD, audio_sha256="a", source="file", origin="", model="m", session_id="cli-1")
    assert having(index, "mirror") == {heard.id}
    assert alive(index) == {*first, third, heard.id}


def test_what_cannot_be_recalled_is_not_in_it(ledger: SqliteLedger, index: MemoryIndex) -> None:
    said(ledger, "Where is my canoe?")
    ledger.add_turn(session_id="cli-1", speaker=Speaker.TWIN, text="I do not know of a canoe.")
    assert alive(index) == set()


def test_a_correction_changes_the_words(ledger: SqliteLedger, index: MemoryIndex) -> None:
    heard = ledger.add_utterance(HEARD, audio_sha256="a", source="file", origin="", model="m", session_id="cli-1")
    assert having(index, "mirror") == {heard.id}
    ledger.add_correction(heard.id, "The fuse is behind the door", [])
    assert having(index, "mirror") == set()
    assert having(index, "door") == {heard.id}


def test_what_is_forgotten_goes_and_its_row_is_used_again(memory: TwinMemory, ledger: SqliteLedger) -> None:
    index = MemoryIndex(ledger.database)
    turns = said(ledger, "I own a canoe", "I own a bike", "I own a tent")
    assert len(alive(index)) == 3
    memory.forget(turns[1])
    assert having(index, "bike") == set()
    assert alive(index) == {turns[0], turns[2]}
    before, after = index.rows([turns[0], turns[2]])
    with index.lock:
        index.derive()
        assert index.at(1)[before] == after
        assert index.at(-1)[after] == before
    (new,) = said(ledger, "I own a kite")
    assert alive(index) == {turns[0], turns[2], new}
    assert index.table.size == 3


def test_neighbours_are_those_of_the_same_session(ledger: SqliteLedger, index: MemoryIndex) -> None:
    turns = [
        said(ledger, text, session=session)[0]
        for text, session in (("one", "a"), ("two", "b"), ("three", "a"), ("four", "b"), ("five", "a"))
    ]
    index.sync()
    rows = index.rows(turns)
    with index.lock:
        index.derive()
        assert [int(index.at(1)[row]) for row in rows] == [rows[2], rows[3], rows[4], -1, -1]
        assert [int(index.at(-2)[row]) for row in rows] == [-1, -1, -1, -1, rows[0]]


def test_it_asks_for_the_vectors_that_it_lacks_and_lets_go_of_those_that_are_dropped(
    ledger: SqliteLedger, index: MemoryIndex
) -> None:
    turns = said(ledger, "I own a canoe", "I own a bike")
    assert index.lacking(turns) == turns
    vectors = FakeEmbedder().embed(["I own a canoe", "I own a bike"])
    index.put(turns, vectors)
    assert index.lacking([*turns, "t99"]) == []
    cosines = index.vectors.cosines(vectors[0], 2)
    assert cosines[index.rows(turns)[0]] == pytest.approx(1.0, abs=1e-4)
    index.drop(turns[:1])
    assert index.lacking(turns) == turns[:1]
    assert index.vectors.cosines(vectors[0], 2)[index.rows(turns)[0]] == 0


def test_a_second_vector_is_of_another_text(ledger: SqliteLedger, index: MemoryIndex) -> None:
    (turn,) = said(ledger, "I own a canoe")
    index.put([turn], FakeEmbedder().embed(["I own a canoe"]))
    with ledger.database.transaction() as connection:
        connection.execute("UPDATE turns SET text = 'I own a kite'")
    index.put([turn], FakeEmbedder().embed(["I own a kite"]))
    assert having(index, "canoe") == set()
    assert having(index, "kite") == {turn}


def test_a_memory_stands_where_its_turn_does(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> None:
    turn, *_ = ledger.import_turns(
        [NewTurn("chat", Speaker.PERSON, "I live in Rome.", clock.now() - timedelta(days=9), key="k1")]
    )
    memory.capture(turn)
    memory.wait_until_ready(Job(emit=lambda event: None))
    index = MemoryIndex(ledger.database)
    index.sync()
    said_row, memory_row = index.rows([turn.id, "m1"])
    assert index.table.origin.view[memory_row] == said_row
    assert index.table.session.view[memory_row] == index.table.session.view[said_row]
    assert index.table.talk.view[[said_row, memory_row]].tolist() == [True, True]


def test_hundreds_at_once_are_as_one_by_one(ledger: SqliteLedger, clock: HeldClock) -> None:
    one_by_one, at_once = MemoryIndex(ledger.database), MemoryIndex(ledger.database)
    having(one_by_one, "canoe")
    turns = [
        NewTurn("chat", Speaker.OTHER, f"canoe number {n}", clock.now(), name="Ada", key=f"k{n}") for n in range(600)
    ]
    for start in range(0, 600, 100):
        ledger.import_turns(turns[start : start + 100])
        having(one_by_one, "canoe")
    assert having(one_by_one, "canoe") == having(at_once, "canoe") == {f"t{n + 1}" for n in range(600)}
    assert having(one_by_one, "599") == {"t600"}
