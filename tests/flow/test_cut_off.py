"""Replies that a crash cut off: made when the twin starts again, once, with what was taken in taken in once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agents.checkpoints import forget_places
from agents.conversation import Conversation, build_conversation
from agents.places import Places
from agents.state import Parts
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.fakes import FakeLanguageModel
from tests.flow.test_conversation import Talk
from twin.domain import Route, Speaker
from twin.ports import Forgotten
from twin.requests import Converse, Remember


class Crash(BaseException):
    """Stands for a kill: nothing that would tidy up runs after it."""


@pytest.fixture
def talk(ledger: SqliteLedger, memory: TwinMemory) -> Talk:
    return Talk(ledger, memory, FakeLanguageModel("Once ", "upon ", "a time."))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints.sqlite3"


def _conversation(talk: Talk, file: Path) -> Conversation:
    parts = Parts(talk.ledger, talk.memory.recall, talk.memory, talk._load, talk._wait, None, reply_tokens=32)
    return build_conversation(parts, file)


def _crashed(talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch, text: str, *, outright: bool = False) -> None:
    """``text`` is said, and the process is gone before the reply: neither a reply nor the leaving of its place."""

    def gone(*args: object, **options: object) -> None:
        raise Crash

    conversation = _conversation(talk, file)
    with monkeypatch.context() as broken:
        broken.setattr("agents.conversation._say", gone)
        broken.setattr("agents.places.Places.leave", lambda self, turn_id: None)
        say = conversation.remember if outright else conversation.converse
        request = Remember(text, "cli-1") if outright else Converse(text, "cli-1")
        with pytest.raises(Crash):
            say(request, talk.job)  # type: ignore[operator]
    conversation.close()


def _places(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {known for (known,) in connection.execute("SELECT thread_id FROM checkpoints")}


def test_a_reply_that_was_cut_off_is_made_at_the_next_start(
    talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _crashed(talk, file, monkeypatch, "I hate airports")
    (turn,) = talk.ledger.turns(limit=9)
    assert _places(file) == {turn.id}
    known = [memory.id for memory in talk.ledger.memories()]
    assert len(known) == 1, "what was told was taken in before the crash"
    with closing(_conversation(talk, file)) as again:
        (reply,) = again.go_on(talk.job)
        assert reply.route is Route.TOLD
        assert reply.text == "Noted: you hate airports."
        assert [turn.speaker for turn in talk.ledger.turns(limit=9)] == [Speaker.PERSON, Speaker.TWIN]
        assert [memory.id for memory in talk.ledger.memories()] == known
        assert again.go_on(talk.job) == ()
    assert _places(file) == set()


def test_it_is_still_known_that_it_was_to_be_remembered(
    talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _crashed(talk, file, monkeypatch, "The boiler man comes on Friday", outright=True)
    with closing(_conversation(talk, file)) as again:
        (reply,) = again.go_on(talk.job)
    assert reply.route is Route.REMEMBER


def test_what_ends_the_twin_again_is_not_tried_for_ever(
    talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _crashed(talk, file, monkeypatch, "I hate airports")
    second, leave, left = _conversation(talk, file), Places.leave, list[str]()

    def leave_before_the_crash(places: Places, turn_id: str) -> None:
        if not left:
            leave(places, turn_id)
        left.append(turn_id)

    with monkeypatch.context() as broken:
        broken.setattr("agents.conversation._say", _raise_crash)
        broken.setattr(Places, "leave", leave_before_the_crash)
        with pytest.raises(Crash):
            second.go_on(talk.job)
    second.close()
    assert _places(file) == set()
    with closing(_conversation(talk, file)) as third:
        assert third.go_on(talk.job) == ()


def _raise_crash(*args: object) -> None:
    raise Crash


@pytest.mark.parametrize("after", ["said more", "forgotten"])
def test_where_the_conversation_went_on_nothing_is_added(
    talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    _crashed(talk, file, monkeypatch, "I hate airports")
    (turn,) = talk.ledger.turns(limit=9)
    if after == "forgotten":
        forget_places(file, Forgotten(ids=(turn.id,)))
        assert _places(file) == set()
    else:
        talk.say("I like trains")
    with closing(_conversation(talk, file)) as again:
        assert again.go_on(talk.job) == ()


def test_a_reply_under_way_is_not_taken_for_one_that_was_cut_off(talk: Talk, file: Path) -> None:
    talk.model.pieces = ("Once ", "upon a time")
    with closing(_conversation(talk, file)) as conversation:
        seen: list[int] = []
        talk.model.on_piece = lambda number: seen.append(len(conversation.go_on(talk.job)))
        conversation.converse(Converse("Tell me a story", "cli-1"), talk.job)
        assert seen == [0, 0]
    assert len(talk.ledger.turns(limit=9)) == 2
    assert _places(file) == set()


def test_nothing_that_was_said_stands_in_the_file(talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _crashed(talk, file, monkeypatch, "I hate airports near Wuppertal")
    assert b"Wuppertal" not in b"".join(_files(file))


def _files(file: Path) -> Iterator[bytes]:
    for path in file.parent.glob(f"{file.name}*"):
        yield path.read_bytes()


def test_questions_to_memory_and_what_is_off_the_record_leave_no_place(
    talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(_conversation(talk, file)) as conversation:
        monkeypatch.setattr("agents.places.Places.leave", lambda self, turn_id: None)
        conversation.converse(Converse("I hate airports", "cli-1", private=True), talk.job)
    assert not file.exists()
