"""Carrying memory elsewhere: exports, their imports, and conversations from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeEmbedder
from tests.traces import traces_of
from twin.domain import Memory, MemoryStatus, QuestionKind, Speaker, Transcript
from twin.errors import NotUnderstoodError
from twin.paths import Home
from twin.ports import Job, NewMemory
from twin.requests import Edit, Export, Forget, ImportConversation, ImportMemory, ImportReport

JOB = Job(emit=lambda event: None)
NewHome = Callable[[], tuple[TwinMemory, SqliteLedger, Home]]


@pytest.fixture
def another(tmp_path: Path, clock: HeldClock) -> Iterator[NewHome]:
    """Makes another home, with a memory of its own."""
    with ExitStack() as opened:

        def make() -> tuple[TwinMemory, SqliteLedger, Home]:
            home = Home(tmp_path / f"home{len(list(tmp_path.iterdir()))}").create()
            ledger = SqliteLedger(home.ledger, clock)
            opened.callback(ledger.close)
            memory = TwinMemory(
                ledger,
                chroma_folder=home.chroma,
                embedder=FakeEmbedder,
                wait_for_embedder=lambda job: None,
                embedder_name="fake-embedder",
                delete_recording=lambda sha256: None,
            )
            opened.callback(memory.close)
            return memory, ledger, home

        yield make


def tell(memory: TwinMemory, ledger: SqliteLedger, text: str) -> Memory:
    turn = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text)
    (learned, *_) = memory.capture(turn)
    ledger.add_turn(session_id="cli-1", speaker=Speaker.TWIN, text=f"Noted: {text}", source_ids=[turn.id, learned.id])
    return learned


def dictate(ledger: SqliteLedger, text: str, sha256: str = "ab" * 32) -> str:
    return ledger.add_utterance(
        Transcript(text=text, words=(), language="en", seconds=2.0),
        audio_sha256=sha256, source="file", origin="/tmp/a.wav", model="whisper-base", session_id="cli-1",
    ).id  # fmt: skip


def export(memory: TwinMemory, path: Path, about: str = "") -> list[dict[str, object]]:
    memory.curator.export(Export(str(path), about), JOB)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def take_in(memory: TwinMemory, path: Path) -> ImportReport:
    return memory.curator.import_memory(ImportMemory(str(path)), JOB)


def as_known(ledger: SqliteLedger) -> set[tuple[object, ...]]:
    """What is known, but for ids."""
    return {
        (m.kind, m.text, m.slot, m.value, m.polarity, m.strength, m.confidence, m.aliases, m.status, m.origin, m.domain,
         m.learned_at, m.true_from, m.true_until, m.superseded_by is None)
        for m in ledger.memories(history=True, status=None)
    }  # fmt: skip


@pytest.fixture
def lived(memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock) -> TwinMemory:
    """A memory with a past, a private corner, an open question, a corrected dictation."""
    tell(memory, ledger, "I live in Bonn.")
    clock.advance(days=10)
    tell(memory, ledger, "I live in Rome.")
    memory.curator.edit(Edit(tell(memory, ledger, "I love jazz.").id, private=True))
    tell(memory, ledger, "My birthday is on 3 May.")
    tell(memory, ledger, "My birthday is on 7 June.")
    utterance = dictate(ledger, "open rider is up")
    correction = ledger.add_correction(utterance, "OpenRouter is up", [])
    memory.add(
        NewMemory(
            kind=tell(memory, ledger, "I play the cello.").kind, text="OpenRouter", source_ids=(correction.id,),
            true_from=clock.now(), slot="term.openrouter", value="OpenRouter", aliases=("open rider",),
        )
    )  # fmt: skip
    memory.curator.edit(Edit(tell(memory, ledger, "My sister is called Anna.").id, value="Hannah"))
    return memory


def test_an_export_can_be_read_by_anybody(lived: TwinMemory, tmp_path: Path) -> None:
    header, *lines = export(lived, tmp_path / "all.jsonl")
    assert (header["type"], header["schema"]) == ("twin-export", 1)
    assert {line["type"] for line in lines} == {"turn", "utterance", "correction", "memory", "question"}
    (dictated,) = [line for line in lines if line["type"] == "utterance"]
    assert (dictated["text"], dictated["heard"]) == ("OpenRouter is up", "open rider is up")
    assert dictated["audio_sha256"] == "ab" * 32
    assert (tmp_path / "all.jsonl").stat().st_mode & 0o777 == 0o600
    with pytest.raises(NotUnderstoodError, match="there already"):
        export(lived, tmp_path / "all.jsonl")


def test_a_new_home_knows_all_of_it_as_it_was(
    lived: TwinMemory, ledger: SqliteLedger, tmp_path: Path, another: NewHome, clock: HeldClock
) -> None:
    export(lived, tmp_path / "all.jsonl")
    clock.advance(days=100)
    memory, new_ledger, _ = another()
    report = take_in(memory, tmp_path / "all.jsonl")
    assert (report.memories, report.known, report.forgotten) == (len(as_known(ledger)), 0, 0)
    assert as_known(new_ledger) == as_known(ledger)
    assert [question.kind for question in new_ledger.questions()] == [QuestionKind.CONTRADICTION]
    said = {utterance.text for utterance in ledger.utterances(limit=9)} | {t.text for t in ledger.turns(limit=99)}
    assert {t.text for t in new_ledger.turns(limit=99)} == said
    rome = next(m for m in new_ledger.memories() if m.value == "Rome")
    (bonn,) = [m for m in new_ledger.memories(history=True) if m.value == "Bonn"]
    assert bonn.superseded_by == rome.id
    assert memory.recall.recall("where do I live?").items[0].memory == rome
    # and it can be forgotten there as it can here: the reply that quoted it goes along
    assert len(memory.forget(rome.id).source_ids) == 2


def test_a_second_import_brings_nothing(lived: TwinMemory, tmp_path: Path, another: NewHome) -> None:
    export(lived, tmp_path / "all.jsonl")
    assert take_in(lived, tmp_path / "all.jsonl") == replace(
        take_in(lived, tmp_path / "all.jsonl"), turns=0, memories=0, forgotten=0
    )
    memory, ledger, _ = another()
    take_in(memory, tmp_path / "all.jsonl")
    before = as_known(ledger)
    report = take_in(memory, tmp_path / "all.jsonl")
    assert (report.turns, report.memories, report.forgotten) == (0, 0, 0)
    assert as_known(ledger) == before


def test_where_a_slot_is_filled_the_rules_decide(
    memory: TwinMemory, ledger: SqliteLedger, tmp_path: Path, another: NewHome, clock: HeldClock
) -> None:
    tell(memory, ledger, "I live in Bonn.")
    export(memory, tmp_path / "old.jsonl")
    clock.advance(days=30)
    there, ledger_there, _ = another()
    oslo = tell(there, ledger_there, "I live in Oslo.")
    take_in(there, tmp_path / "old.jsonl")
    assert [m.id for m in ledger_there.memories()] == [oslo.id]
    (bonn,) = [m for m in ledger_there.memories(history=True) if m.value == "Bonn"]
    assert bonn.superseded_by == oslo.id


def test_an_export_about_something_has_that_and_what_it_rests_on(lived: TwinMemory, tmp_path: Path) -> None:
    lines = export(lived, tmp_path / "some.jsonl", about="Rome")
    assert {str(line["text"]) for line in lines if line["type"] == "memory"} == {"I live in Rome"}
    assert {str(line["text"]) for line in lines if line["type"] == "turn"} == {
        "I live in Rome.", "Noted: I live in Rome.",
    }  # fmt: skip


# --- what was forgotten does not come back ----------------------------------------------------------------------


def test_an_import_does_not_bring_back_what_was_forgotten_since(
    lived: TwinMemory, ledger: SqliteLedger, home: Home, tmp_path: Path
) -> None:
    export(lived, tmp_path / "all.jsonl")
    sister = next(m for m in ledger.memories() if m.slot == "sister.name")
    gone = lived.forget(sister.id, "u1")
    report = take_in(lived, tmp_path / "all.jsonl")
    assert (report.turns, report.memories) == (0, 0)
    assert report.forgotten == len(gone.memory_ids) + len(gone.source_ids)
    lived.close()
    assert traces_of(home, "Hannah", "open rider") == set()


def test_nor_does_it_where_it_had_been_imported_from_elsewhere(
    memory: TwinMemory, ledger: SqliteLedger, tmp_path: Path, another: NewHome
) -> None:
    tell(memory, ledger, "My sister is called Anna because of Zanzibar.")
    tell(memory, ledger, "My sister's name is Anna.")
    tell(memory, ledger, "I live in Bonn.")
    dictate(ledger, "the boat in zanzibar is blue")
    export(memory, tmp_path / "all.jsonl")
    there, ledger_there, home_there = another()
    take_in(there, tmp_path / "all.jsonl")
    there.curator.forget(Forget(about="Zanzibar"), JOB)
    report = take_in(there, tmp_path / "all.jsonl")
    assert (report.turns, report.memories) == (0, 0)
    assert report.forgotten == 4  # the turn, the reply, the dictation, and the memory in those words
    assert [m.text for m in ledger_there.memories() if m.slot == "sister.name"] == ["My sister's name is Anna"]
    there.close()
    assert traces_of(home_there, "zanzibar") == set()


def test_an_edited_memory_stands_over_an_older_export(
    memory: TwinMemory, ledger: SqliteLedger, tmp_path: Path, another: NewHome
) -> None:
    tell(memory, ledger, "My sister is called Anna.")
    export(memory, tmp_path / "all.jsonl")
    there, ledger_there, _ = another()
    take_in(there, tmp_path / "all.jsonl")
    (sister,) = ledger_there.memories()
    there.curator.edit(Edit(sister.id, value="Hannah"))
    take_in(there, tmp_path / "all.jsonl")
    assert [m.value for m in ledger_there.memories(history=True)] == ["Hannah"]


# --- files with faults ------------------------------------------------------------------------------------------


HEADER = '{"type": "twin-export", "schema": 1, "ledger": "x", "exported_at": "2026-03-04T09:30:00Z"}\n'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "not written by"),
        ('{"type": "turn"}\n', "Line 1"),
        (HEADER.replace('"schema": 1', '"schema": 9'), "newer version"),
        (HEADER + '{"oops\n', "Line 2"),
        ("\x00\xff\n", "Line 1"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_whole(memory: TwinMemory, tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "bad.jsonl").write_text(content, encoding="latin-1")
    with pytest.raises(NotUnderstoodError, match=why):
        take_in(memory, tmp_path / "bad.jsonl")
    with pytest.raises(NotUnderstoodError, match="cannot be read"):
        take_in(memory, tmp_path / "none.jsonl")


# --- conversations ----------------------------------------------------------------------------------------------

CHAT = [
    {"session": "s1", "speaker": "Jo", "text": "I live in Bonn.", "at": "2024-05-01T10:00:00Z"},
    {"session": "s1", "speaker": "Ann", "text": "I live in Oslo.", "at": "2024-05-01T10:01:00Z"},
    {"session": "s2", "speaker": "Jo", "text": "I moved to Rome.", "at": "2025-05-01T10:00:00+02:00"},
]


def write(path: Path, lines: list[dict[str, str]]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def test_a_conversation_tells_of_the_person_alone_and_at_its_own_time(
    memory: TwinMemory, ledger: SqliteLedger, tmp_path: Path
) -> None:
    path = write(tmp_path / "chat.jsonl", CHAT)
    report = memory.curator.import_conversation(ImportConversation(path, me="jo"), JOB)
    assert (report.turns, report.memories, report.known, report.forgotten) == (3, 2, 0, 0)
    assert [(t.speaker, t.name, t.session_id) for t in ledger.turns(limit=9)] == [
        (Speaker.PERSON, "", "s1"), (Speaker.OTHER, "Ann", "s1"), (Speaker.PERSON, "", "s2"),
    ]  # fmt: skip
    (home,) = ledger.memories()
    assert (home.value, home.status, home.true_from) == ("Rome", MemoryStatus.HELD, datetime(2025, 5, 1, 8, tzinfo=UTC))
    again = memory.curator.import_conversation(ImportConversation(path, me="Jo"), JOB)
    assert again == ImportReport(turns=0, memories=0, known=3, forgotten=0)
    memory.forget(ledger.turns(limit=9)[0].id)
    again = memory.curator.import_conversation(ImportConversation(path, me="Jo"), JOB)
    assert again == ImportReport(turns=0, memories=0, known=2, forgotten=1)


def test_whose_words_they_are_has_to_be_known(memory: TwinMemory, ledger: SqliteLedger, tmp_path: Path) -> None:
    path = write(tmp_path / "chat.jsonl", CHAT)
    with pytest.raises(NotUnderstoodError) as caught:
        memory.curator.import_conversation(ImportConversation(path), JOB)
    assert "--me: Ann, Jo" in caught.value.hint
    assert ledger.turns(limit=9) == ()
    write(tmp_path / "chat.jsonl", [{**line, "speaker": "me"} for line in CHAT])
    assert memory.curator.import_conversation(ImportConversation(path), JOB).turns == 3


def test_a_line_with_a_fault_imports_nothing(memory: TwinMemory, ledger: SqliteLedger, tmp_path: Path) -> None:
    path = write(tmp_path / "chat.jsonl", [*CHAT, {"session": "s3", "speaker": "Jo", "text": "Hi", "at": "yesterday"}])
    with pytest.raises(NotUnderstoodError, match="Line 4"):
        memory.curator.import_conversation(ImportConversation(path, me="Jo"), JOB)
    assert ledger.turns(limit=9) == ()
