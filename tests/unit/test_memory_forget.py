"""Forgetting: what goes with what, what stays, and that no byte of it is left in the home folder."""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memory.forget import finish_forgetting, forget, plan_forgetting
from memory.ledger import SqliteLedger
from memory.memoriser import TwinMemory
from tests.conftest import HeldClock
from tests.fakes import FakeEmbedder
from twin.domain import FORGOTTEN_PLACEHOLDER, Memory, MemoryKind, Rung, SignalKind, Speaker, Transcript, Word
from twin.errors import LedgerError, NotFoundError, NotUnderstoodError
from twin.paths import Home
from twin.ports import Job, NewMemory

_NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
JOB = Job(emit=lambda event: None)


def tell(memory: TwinMemory, ledger: SqliteLedger, text: str) -> tuple[str, tuple[Memory, ...]]:
    turn = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text)
    return turn.id, memory.capture(turn)


def reply(ledger: SqliteLedger, text: str, *source_ids: str) -> str:
    return ledger.add_turn(session_id="cli-1", speaker=Speaker.TWIN, text=text, source_ids=source_ids).id


def dictate(ledger: SqliteLedger, home: Home, text: str, sha256: str = "ab" * 32) -> str:
    (home.audio / f"{sha256}.flac").write_bytes(b"sound")
    words = tuple(Word(word, 0.0, 1.0, 0.9) for word in text.split())
    return ledger.add_utterance(
        Transcript(text=text, words=words, language="en", seconds=1.0),
        audio_sha256=sha256, source="file", origin="/tmp/a.wav", model="whisper-base", session_id="cli-1",
    ).id  # fmt: skip


def left_of(home: Home, *words: str) -> set[str]:
    """Files of the home folder that have one of ``words`` in them, in any case."""
    files = [file for file in home.root.rglob("*") if file.is_file()]
    return {file.name for file in files for word in words if word.lower().encode() in file.read_bytes().lower()} | {
        file.name for file in files for word in words if word.lower() in file.name.lower()
    }


def test_a_memory_goes_with_all_that_holds_it(memory: TwinMemory, ledger: SqliteLedger, home: Home) -> None:
    turn, (parrot,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    told = reply(ledger, "Noted: your parrot is called Zanzibarius.", turn, parrot.id)
    echo = reply(ledger, "As I said, Zanzibarius.", told)
    kept, (home_town,) = tell(memory, ledger, "I live in Berlin.")
    memory.wait_until_ready(JOB)
    assert left_of(home, "zanzibar")
    preview = memory.forget(parrot.id, preview=True)
    assert preview == ((parrot.id,), (turn, told, echo))
    assert left_of(home, "zanzibar")
    assert memory.forget(parrot.id) == preview
    memory.close()
    assert left_of(home, "zanzibar", "parrot") == set()
    assert ledger.memories() == (home_town,)
    assert [t.id for t in ledger.turns(limit=9)] == [kept]
    assert not ledger.database.faults()
    assert ledger.database.lexicon_in_step()


def test_only_a_tombstone_stays(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, (parrot,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    memory.forget(parrot.id)
    rows = ledger.database.rows("SELECT * FROM tombstones ORDER BY id")
    assert [tuple(row) for row in rows] == [
        (parrot.id, "memory", "2026-03-04T09:30:00.000000+00:00"),
        (turn, "turn", "2026-03-04T09:30:00.000000+00:00"),
    ]
    for gone in (parrot.id, turn):
        with pytest.raises(NotFoundError, match="forgotten on 2026-03-04"):
            memory.forget(gone)
    _, (again,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    assert int(again.id[1:]) > int(parrot.id[1:])


def test_other_memories_of_the_same_turn_go_along_and_the_preview_says_so(
    memory: TwinMemory, ledger: SqliteLedger
) -> None:
    turn, (town, name) = tell(memory, ledger, "I live in Berlin and my sister is called Anna.")
    assert memory.forget(name.id, preview=True) == ((town.id, name.id), (turn,))


def test_what_was_said_elsewhere_too_stays_in_the_words_of_that_place(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    turn, (name,) = tell(memory, ledger, "My sister is called Anna because of Zanzibar.")
    second, _ = tell(memory, ledger, "My sister's name is Anna.")
    assert name.text == "My sister is called Anna because of Zanzibar"
    assert memory.forget(turn) == ((), (turn,))
    stays = ledger.memory(name.id)
    assert (stays.text, stays.value, stays.source_ids) == ("My sister's name is Anna", "Anna", (second,))
    memory.close()
    assert left_of(home, "zanzibar") == set()


def test_an_utterance_goes_with_its_recording_and_all_that_was_noticed(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    utterance = dictate(ledger, home, "open rider in zanzibar")
    correction = ledger.add_correction(utterance, "OpenRouter in Zanzibar", [])
    signal = ledger.add_signal(SignalKind.CORRECTION, subject_id=utterance, summary="OpenRouter", edits=[])
    term = memory.add(
        NewMemory(
            MemoryKind.VOCABULARY,
            "OpenRouter",
            (correction.id,),
            correction.created_at,
            slot="vocabulary.openrouter",
            value="OpenRouter",
            aliases=("open rider",),
        )
    )
    ledger.add_decision(Rung.HINT, subject="OpenRouter", reasons=["heard"], signal_ids=[signal.id], memory_id=term.id)
    memory.wait_until_ready(JOB)
    assert memory.forget(utterance) == ((term.id,), (utterance,))
    memory.close()
    assert left_of(home, "openrouter", "open rider", "zanzibar", "ab" * 32) == set()
    for table in ("utterances", "corrections", "signals", "decisions", "memories"):
        assert ledger.database.rows(f"SELECT 1 FROM {table}") == []


def test_a_term_that_another_utterance_has_stays_without_what_only_this_one_had(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    utterances = [
        dictate(ledger, home, f"{heard} is up", sha256=f"{i}" * 64)
        for i, heard in enumerate(("open rider", "open rooter"))
    ]
    for utterance, heard in zip(utterances, ("open rider", "open rooter"), strict=True):
        correction = ledger.add_correction(utterance, "OpenRouter is up", [])
        term = memory.add(
            NewMemory(
                MemoryKind.VOCABULARY,
                "OpenRouter",
                (correction.id,),
                correction.created_at,
                slot="vocabulary.openrouter",
                value="OpenRouter",
                aliases=(heard,),
            )
        )
    assert term.aliases == ("open rider", "open rooter")
    assert memory.forget(utterances[0]) == ((), (utterances[0],))
    assert ledger.memory(term.id).aliases == ("open rooter",)
    memory.close()
    assert left_of(home, "open rider") == set()


def test_a_recording_that_another_utterance_shares_stays(memory: TwinMemory, ledger: SqliteLedger, home: Home) -> None:
    first, second = dictate(ledger, home, "hello there"), dictate(ledger, home, "hello there")
    memory.forget(first)
    assert (home.audio / f"{'ab' * 32}.flac").exists()
    memory.forget(second)
    assert not (home.audio / f"{'ab' * 32}.flac").exists()


def test_forgetting_an_update_leaves_the_slot_as_if_it_had_not_been_said(
    memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock
) -> None:
    towns = []
    for town in ("Berlin", "Rome", "Oslo"):
        towns.append(tell(memory, ledger, f"I live in {town}.")[1][0])
        clock.advance(days=10)
    memory.forget(towns[1].id)
    berlin, oslo = ledger.memory(towns[0].id), ledger.memory(towns[2].id)
    assert (berlin.true_until, berlin.superseded_by) == (oslo.true_from, oslo.id)
    memory.forget(oslo.id)
    assert ledger.memories()[0].id == berlin.id
    assert ledger.memory(berlin.id).superseded_by is None


@pytest.mark.parametrize("other", ["c1", "s1", "d1", "x9", "", "last"])
def test_what_cannot_go_by_itself_is_said(memory: TwinMemory, other: str) -> None:
    with pytest.raises(NotUnderstoodError):
        memory.forget(other)


@pytest.mark.parametrize("unknown", ["m1", "t1", "u1"])
def test_what_is_not_there_is_said(memory: TwinMemory, unknown: str) -> None:
    with pytest.raises(NotFoundError):
        memory.forget(unknown)


def test_a_crash_after_the_tables_are_cleared_is_made_good_at_the_next_start(
    ledger: SqliteLedger, home: Home, clock: HeldClock
) -> None:
    utterance = dictate(ledger, home, "a secret plan for zanzibar")
    forget(ledger, plan_forgetting(ledger, utterance))
    assert left_of(home, "zanzibar")
    ledger.close()
    reopened = SqliteLedger(home.ledger, clock)
    memory = _memory(reopened, home)
    memory.close()
    reopened.close()
    assert left_of(home, "zanzibar", "ab" * 32) == set()


def test_a_reader_elsewhere_delays_the_purge_but_not_the_forgetting(
    memory: TwinMemory, ledger: SqliteLedger, home: Home, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, _ = tell(memory, ledger, "I hide things in zanzibar.")
    with ledger.database.transaction() as connection:
        connection.execute("INSERT INTO purges (audio_sha256) VALUES ('')")
    reader = sqlite3.connect(home.ledger, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM turns").fetchall()
    ledger.database._connection.execute("PRAGMA busy_timeout = 100")
    with pytest.raises(LedgerError):
        memory.forget(turn)
    assert ledger.turns(limit=5) == ()
    reader.close()
    _memory(ledger, home).close()
    assert left_of(home, "zanzibar") == set()


def _memory(ledger: SqliteLedger, home: Home) -> TwinMemory:
    return TwinMemory(
        ledger,
        chroma_folder=home.chroma,
        embedder=FakeEmbedder,
        wait_for_embedder=lambda job: None,
        embedder_name="fake-embedder",
        delete_recording=lambda sha256: (home.audio / f"{sha256}.flac").unlink(missing_ok=True),
    )


@pytest.mark.parametrize("seed", range(3))
def test_no_page_keeps_a_stale_copy(tmp_path: Path, seed: int) -> None:
    """Where a page of the file is split, zeroing what is deleted leaves the copy that was moved away."""
    chance = random.Random(seed)
    root = Home(tmp_path / "whole").create()
    ledger = SqliteLedger(root.ledger, HeldClock(_NOW))
    memory = _memory(ledger, root)
    try:
        turns = {}
        for number in range(150):
            word = f"zyx{number:04d}"
            text = f"My {'x' * chance.randint(1, 9)} told me of {word} " + "and more " * chance.randint(0, 150)
            turns[word], _ = tell(memory, ledger, text)
        gone = chance.sample(sorted(turns), 40)
        for word in gone:
            forget(ledger, plan_forgetting(ledger, turns[word]))
        _memory(ledger, root).close()
        content = b"".join(file.read_bytes() for file in root.root.rglob("*") if file.is_file())
        assert [word for word in gone if word.encode() in content] == []
        assert all(word.encode() in content for word in turns if word not in gone)
        assert ledger.database.lexicon_in_step()
    finally:
        memory.close()
        ledger.close()


def test_a_recording_that_was_dictated_again_survives_a_forgetting_that_was_late(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    first = dictate(ledger, home, "the boat is blue", "ab" * 32)
    forget(ledger, plan_forgetting(ledger, first))  # and the process dies before the recording is deleted
    dictate(ledger, home, "the boat is blue", "ab" * 32)
    deleted: list[str] = []
    finish_forgetting(ledger, deleted.append)
    assert deleted == []


def test_a_reply_that_draws_on_what_was_forgotten_meanwhile_is_not_kept(
    memory: TwinMemory, ledger: SqliteLedger
) -> None:
    turn_id, _ = tell(memory, ledger, "I own a boat called Seagull.")
    memory.forget(turn_id)
    kept = ledger.turn(reply(ledger, "Your boat is called Seagull.", turn_id))
    assert (kept.text, kept.complete) == (FORGOTTEN_PLACEHOLDER, False)
