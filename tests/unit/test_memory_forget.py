"""Forgetting: what goes with what, what stays, and that no byte of it is left in the home folder."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memory.curator import MemoryCurator
from memory.forgetting.forget import finish_forgetting, forget, plan_forgetting
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeEmbedder, FakeTrainedOn
from tests.traces import traces_of
from twin.domain import (
    FORGOTTEN_PLACEHOLDER,
    Adapter,
    Memory,
    MemoryKind,
    Recalled,
    RecallMode,
    Recollection,
    Rung,
    SignalKind,
    Speaker,
    Transcript,
    Word,
)
from twin.errors import LedgerError, NotFoundError, NotUnderstoodError
from twin.paths import Home
from twin.ports import Forgotten, Job, NewMemory, NewTurn, Purge, TrainedOn
from twin.requests import Edit, Forget, ForgetReport

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


def goes(report: ForgetReport) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return report.memory_ids, report.source_ids


def test_a_memory_goes_with_all_that_holds_it(memory: TwinMemory, ledger: SqliteLedger, home: Home) -> None:
    turn, (parrot,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    told = reply(ledger, "Noted: your parrot is called Zanzibarius.", turn, parrot.id)
    echo = reply(ledger, "As I said, Zanzibarius.", told)
    kept, (home_town,) = tell(memory, ledger, "I live in Berlin.")
    memory.wait_until_ready(JOB)
    assert traces_of(home, "zanzibar")
    preview = memory.forget(parrot.id, preview=True)
    assert goes(preview) == ((parrot.id,), (turn, told, echo))
    assert traces_of(home, "zanzibar")
    assert goes(memory.forget(parrot.id)) == goes(preview)
    memory.close()
    assert traces_of(home, "zanzibar", "parrot") == set()
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
    assert goes(memory.forget(name.id, preview=True)) == ((town.id, name.id), (turn,))


def test_what_was_said_elsewhere_too_stays_in_the_words_of_that_place(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    turn, (name,) = tell(memory, ledger, "My sister is called Anna because of Zanzibar.")
    second, _ = tell(memory, ledger, "My sister's name is Anna.")
    assert name.text == "My sister is called Anna because of Zanzibar"
    assert goes(memory.forget(turn)) == ((), (turn,))
    stays = ledger.memory(name.id)
    assert (stays.text, stays.value, stays.source_ids) == ("My sister's name is Anna", "Anna", (second,))
    memory.close()
    assert traces_of(home, "zanzibar") == set()


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
    assert goes(memory.forget(utterance)) == ((term.id,), (utterance,))
    memory.close()
    assert traces_of(home, "openrouter", "open rider", "zanzibar", "ab" * 32) == set()
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
    assert goes(memory.forget(utterances[0])) == ((), (utterances[0],))
    assert ledger.memory(term.id).aliases == ("open rooter",)
    memory.close()
    assert traces_of(home, "open rider") == set()


def test_a_recording_that_another_utterance_shares_stays(memory: TwinMemory, ledger: SqliteLedger, home: Home) -> None:
    first, second = dictate(ledger, home, "hello there"), dictate(ledger, home, "hello there")
    memory.forget(first)
    assert (home.audio / f"{'ab' * 32}.flac").exists()
    memory.forget(second)
    assert not (home.audio / f"{'ab' * 32}.flac").exists()


def moved_twice(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> tuple[Memory, ...]:
    towns = []
    for town in ("Berlin", "Rome", "Oslo"):
        towns.append(tell(memory, ledger, f"I live in {town}.")[1][0])
        clock.advance(days=10)
    return ledger.memories_by_id(town.id for town in towns)


def test_what_an_update_ended_stays_in_the_past_and_the_preview_says_so(
    memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock
) -> None:
    berlin, rome, oslo = moved_twice(memory, ledger, clock)
    assert memory.forget(rome.id, preview=True).predecessors == ()  # Oslo came after it
    memory.forget(rome.id)
    past = ledger.memory(berlin.id)
    assert (past.true_until, past.superseded_by) == (rome.true_from, oslo.id)
    assert [memory.id for memory in memory.forget(oslo.id, preview=True).predecessors] == [berlin.id]
    memory.forget(oslo.id)
    assert ledger.memories() == ()
    assert ledger.memory(berlin.id).true_until == rome.true_from
    _, (again,) = tell(memory, ledger, "I live in Berlin.")
    assert [memory.id for memory in ledger.memories()] == [again.id]


def test_the_value_before_holds_again_if_asked_for(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> None:
    berlin, rome, oslo = moved_twice(memory, ledger, clock)
    job = Job(emit=lambda event: None)
    report = memory.curator.forget(Forget((rome.id, oslo.id), restore=True), job)
    assert report.restored
    assert [memory.id for memory in report.predecessors] == [berlin.id]
    (holds,) = ledger.memories()
    assert (holds.id, holds.true_until, holds.superseded_by) == (berlin.id, None, None)


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
    assert traces_of(home, "zanzibar")
    ledger.close()
    reopened = SqliteLedger(home.ledger, clock)
    memory = _memory(reopened, home)
    memory.close()
    reopened.close()
    assert traces_of(home, "zanzibar", "ab" * 32) == set()


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
    assert traces_of(home, "zanzibar") == set()


def _memory(
    ledger: SqliteLedger, home: Home, *, trained_on: TrainedOn | None = None, purges: Sequence[Purge] = ()
) -> TwinMemory:
    return TwinMemory(
        ledger,
        trained_on=trained_on,
        purges=purges,
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
    finish_forgetting(ledger, [lambda gone: deleted.extend(gone.recordings)])
    assert deleted == []


def test_a_reply_that_draws_on_what_was_forgotten_meanwhile_is_not_kept(
    memory: TwinMemory, ledger: SqliteLedger
) -> None:
    turn_id, _ = tell(memory, ledger, "I own a boat called Seagull.")
    memory.forget(turn_id)
    kept = ledger.turn(reply(ledger, "Your boat is called Seagull.", turn_id))
    assert (kept.text, kept.complete) == (FORGOTTEN_PLACEHOLDER, False)


# --- the preview ------------------------------------------------------------------------------------------------


def test_a_preview_lists_everything_in_words_and_a_report_of_what_is_gone_has_none(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    utterance = dictate(ledger, home, "open rider in zanzibar")
    ledger.add_correction(utterance, "OpenRouter in Zanzibar", [])
    signal = ledger.add_signal(SignalKind.CORRECTION, subject_id=utterance, summary="one mishearing", edits=[])
    ledger.add_decision(Rung.WAIT, subject="OpenRouter", reasons=["once"], signal_ids=[signal.id])
    turn, (parrot,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    reply(ledger, "Noted: your parrot is called Zanzibarius.", turn)
    shown = memory.forget(utterance, parrot.id, preview=True)
    assert [(one.id, one.kind) for one in shown.going] == [
        ("m1", "memory"), ("t1", "turn"), ("t2", "reply"), ("u1", "utterance"), ("c1", "correction"), ("s1", "signal"),
        ("d1", "decision"),
    ]  # fmt: skip
    assert shown.going[3].text == "OpenRouter in Zanzibar"
    assert shown.audio_seconds == 1.0
    assert "1 dictation with 1 s of audio (u1)" in shown.summary
    gone = memory.forget(utterance, parrot.id)
    assert [(one.id, one.text) for one in gone.going] == [(one.id, "") for one in shown.going]


def test_adapters_that_were_trained_on_it_are_named_and_withdrawn(ledger: SqliteLedger, home: Home) -> None:
    def adapter(id: str, *example_ids: str) -> Adapter:
        return Adapter(id, "r1", None, "speech", "whisper-base", "ab", "cd", "{}", example_ids, (), _NOW)

    adapters = FakeTrainedOn(adapter("a1", "u1", "u2"), adapter("a2", "u2"))
    memory = _memory(ledger, home, trained_on=adapters)
    for text in ("one two three four", "five six seven eight"):
        dictate(ledger, home, text)
    shown = memory.forget("u1", preview=True)
    assert [one.id for one in shown.going if one.kind == "adapter"] == ["a1"]
    assert adapters.withdrawn == {}
    memory.forget("u1")
    assert adapters.withdrawn == {"a1": "an example was forgotten"}
    memory.close()


def test_questions_about_it_go_along(memory: TwinMemory, ledger: SqliteLedger) -> None:
    tell(memory, ledger, "My birthday is on 3 May.")
    turn, _ = tell(memory, ledger, "My birthday is on 7 June.")
    assert len(ledger.questions()) == 1
    report = memory.forget(turn)
    assert [one.kind for one in report.going] == ["memory", "turn", "question"]
    assert ledger.questions(answered=True) == ()


def test_what_waited_for_an_answer_holds_when_the_question_is_no_more(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turn, _ = tell(memory, ledger, "My birthday is on 3 May.")
    tell(memory, ledger, "My birthday is on 7 June.")
    memory.forget(turn)
    assert ledger.questions() == ()
    assert [m.value for m in ledger.memories()] == ["7 June"]


# --- other stores -----------------------------------------------------------------------------------------------


def test_stores_outside_the_ledger_are_told_until_they_have_done_it(ledger: SqliteLedger, home: Home) -> None:
    told: list[Forgotten] = []

    def busy(gone: Forgotten) -> None:
        told.append(gone)
        if len(told) == 1:
            raise LedgerError("The checkpoints are locked.")

    memory = _memory(ledger, home, purges=[busy])
    utterance = dictate(ledger, home, "one two three four", "ab" * 32)
    with pytest.raises(LedgerError, match="checkpoints"):
        memory.forget(utterance)
    memory.close()
    _memory(ledger, home, purges=[busy]).close()
    _memory(ledger, home, purges=[busy]).close()
    assert told == [Forgotten((utterance,), ("ab" * 32,))] * 2


# --- by topic and by date ---------------------------------------------------------------------------------------


def test_about_takes_all_that_names_it_in_any_form(memory: TwinMemory, ledger: SqliteLedger, home: Home) -> None:
    turn, _ = tell(memory, ledger, "My parrot is called Zanzibarius.")
    asked = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text="Do you like PARROTS?").id
    answered = reply(ledger, "Parrots are fine.")
    edited = reply(ledger, "Certainly.")
    ledger.add_edited_reply(edited, "Your parrot is asleep.")
    dictated = dictate(ledger, home, "the parrot's cage is open")
    misheard = dictate(ledger, home, "a carrot", "cd" * 32)
    ledger.add_correction(misheard, "a parrot", [])
    ledger.add_correction(misheard, "a ferret", [])
    told_elsewhere, _ = tell(memory, ledger, "I live in Berlin.")
    report = memory.curator.forget(Forget(about="my parrot"), JOB)
    assert set(report.source_ids) == {turn, asked, answered, edited, dictated, misheard}
    memory.close()
    assert traces_of(home, "parrot", "zanzibarius") == set()
    assert [turn.id for turn in ledger.turns(limit=9)] == [told_elsewhere]


def test_about_nothing_that_is_known_takes_nothing(memory: TwinMemory, ledger: SqliteLedger) -> None:
    tell(memory, ledger, "My parrot is called Zanzibarius.")
    for topic in ("xylophones", "?!", "the bird"):  # the last may well mean it, which is said and not acted upon
        report = memory.curator.forget(Forget(about=topic), JOB)
        assert (report.going, report.summary) == ((), "There is nothing to forget.")
    assert len(ledger.memories()) == 1


class SureRecall:
    """Takes every memory to answer every question."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self._ledger = ledger

    def recall(self, query: str, *, limit: int = 10, lexical_only: bool = False) -> Recollection:
        items = tuple(Recalled(m, 0.9, {}, m.text, m.learned_at) for m in self._ledger.memories())
        return Recollection(query, items, 0.9, RecallMode.FULL)


def test_what_may_be_about_it_without_naming_it_is_suggested(memory: TwinMemory, ledger: SqliteLedger) -> None:
    _, (parrot,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    _, (town,) = tell(memory, ledger, "I live in Berlin.")
    curator = MemoryCurator(
        ledger, SureRecall(ledger), trained_on=None, purges=[], questions=lambda: (), hide=lambda ids: None,
        index=lambda known: None, capture=memory.capture,
    )  # fmt: skip
    shown = curator.forget(Forget(about="parrot", preview=True), JOB)
    assert (shown.memory_ids, shown.perhaps) == ((parrot.id,), (town,))
    curator.forget(Forget(about="parrot"), JOB)
    assert ledger.memories() == (town,)


def test_before_takes_what_is_older_and_was_not_confirmed_since(
    memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock, home: Home
) -> None:
    old, _ = tell(memory, ledger, "My parrot is called Zanzibarius.")
    old_dictation = dictate(ledger, home, "the parrot is loud today")
    confirmed, (sister,) = tell(memory, ledger, "My sister is called Anna because of Zanzibar.")
    edited, (drink,) = tell(memory, ledger, "I drink oat flat whites.")
    clock.advance(days=30)
    again, _ = tell(memory, ledger, "My sister's name is Anna.")
    memory.curator.edit(Edit(drink.id, text="I drink oat cappuccinos", session_id="cli-2"))
    moment = clock.now() - timedelta(days=1)
    report = memory.curator.forget(Forget(before=moment), JOB)
    assert set(report.source_ids) == {old, old_dictation, confirmed, edited}
    assert {m.id: m.text for m in ledger.memories()} == {
        sister.id: "My sister's name is Anna", drink.id: "I drink oat cappuccinos"
    }  # fmt: skip
    assert ledger.memory(sister.id).source_ids == (again,)
    memory.close()
    assert traces_of(home, "zanzibar", "parrot", "flat whites") == set()


@pytest.mark.parametrize("request_", [Forget(), Forget(("m1",), about="tea"), Forget(about="tea", before=_NOW)])
def test_it_has_to_be_clear_what_is_meant(memory: TwinMemory, request_: Forget) -> None:
    with pytest.raises(NotUnderstoodError, match="not clear"):
        memory.curator.forget(request_, JOB)


def test_many_go_at_once(memory: TwinMemory, ledger: SqliteLedger, home: Home) -> None:
    now = ledger.add_turn(session_id="x", speaker=Speaker.PERSON, text="I live in Berlin.").created_at
    elsewhere = [
        NewTurn("old", Speaker.PERSON, f"The number {n} is quokka{n}.", now - timedelta(days=9), key=f"k{n}")
        for n in range(1500)
    ]
    ledger.import_turns(elsewhere)
    report = memory.curator.forget(Forget(before=now), JOB)
    assert len(report.source_ids) == 1500
    assert "1500 things you said" in report.summary
    memory.close()
    assert traces_of(home, "quokka") == set()
    assert ledger.import_turns(elsewhere) == ()


# --- it does not come back --------------------------------------------------------------------------------------


def test_it_does_not_come_back_by_rebuilding_or_reading_again_but_by_being_said_again(
    memory: TwinMemory, ledger: SqliteLedger, home: Home
) -> None:
    _, (parrot,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    kept = ledger.turn(tell(memory, ledger, "I live in Berlin.")[0])
    memory.forget(parrot.id)
    memory.rebuild_index(JOB)
    memory.capture(kept)
    memory.wait_until_ready(JOB)
    assert traces_of(home, "zanzibarius") == set()
    found = memory.recall.recall("what is my parrot called? Zanzibarius?").items
    assert [item.memory.text for item in found if "Zanzibarius" in item.quote] == []
    _, (again,) = tell(memory, ledger, "My parrot is called Zanzibarius.")
    assert again in ledger.memories()


def test_a_conversation_that_is_imported_again_does_not_bring_it_back(memory: TwinMemory, ledger: SqliteLedger) -> None:
    turns = [
        NewTurn("old", Speaker.PERSON, text, _NOW, key=key)
        for key, text in (("k1", "My parrot is called Zanzibarius."), ("k2", "Yes."), ("k3", "I live in Berlin."))
    ]
    imported = ledger.import_turns(turns)
    memory.forget(imported[0].id, imported[1].id)
    assert ledger.import_turns(turns) == ()
    other_keys = [replace(turn, key=f"other {turn.key}") for turn in turns]
    assert [turn.text for turn in ledger.import_turns(other_keys)] == ["Yes.", "I live in Berlin."]
