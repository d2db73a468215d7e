"""`twin read` and `twin import voice` against scripted answers: what is asked of the twin, and what is shown."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

import pytest

from tests.fakes import FakeClient
from twin.cli import run
from twin.client import OnEvent
from twin.domain import AudioSource, Correction, Proposal, ProposalState, Rung, Utterance
from twin.errors import CancelledByPersonError, MicrophoneError
from twin.requests import (
    CorrectionReport,
    Dictate,
    EndListening,
    Explanation,
    Forget,
    ForgetReport,
    ImportVoice,
    Listen,
    ListSentences,
    ListUtterances,
    NotTaken,
    ReadSentence,
    Request,
    SentenceRead,
    Sentences,
    Utterances,
    VoiceImport,
    VoiceOf,
    Why,
)

R = TypeVar("R")
MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
PROPOSAL = Proposal("p1", "d1", Rung.ADAPT, "Train an adapter?", ProposalState.OPEN, MORNING)
FIRST, SECOND, THIRD = "The first sentence.", "The second sentence.", "The third sentence."

Typed = Callable[..., tuple[str, str]]


def utterance(number: int, heard: str = "the first sentence", origin: str = "headset") -> Utterance:
    return Utterance(
        f"u{number}", heard, (), 30.0, "en", "", AudioSource.READING, origin, "whisper-base", "cli-1", MORNING
    )


def taken(*proposals: Proposal) -> SentenceRead:
    correction = Correction("c1", "u1", FIRST, (), MORNING)
    return SentenceRead("heard", CorrectionReport(correction, "heard", (), (), proposals=proposals))


class ReadingClient(FakeClient):
    """Listening goes on until it is ended."""

    ended = threading.Event()

    def listens(self, *heard: Utterance) -> None:
        for one in heard:
            self.script(Listen, Utterances((one,)))

    def call(self, request: Request[R], on_event: OnEvent | None = None) -> R:
        if isinstance(request, EndListening):
            self.ended.set()
        result = super().call(request, on_event)
        if isinstance(request, Listen):
            assert self.ended.wait(30)
            self.ended.clear()
        return cast(R, result)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> ReadingClient:
    fake = ReadingClient()
    monkeypatch.setattr("twin.cli.options.connect", lambda home, in_process: fake)
    fake.always(ListSentences, Sentences((FIRST, SECOND, THIRD), 7))
    fake.always(Why, Explanation("", "There are 2 examples to learn from.", (), (), (), "38 more"))
    fake.always(ReadSentence, taken())
    fake.always(Forget, ForgetReport((), (), preview=False, summary=""))
    return fake


@pytest.fixture
def typed(client: FakeClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    def type_in(*arguments: str, keys: str = "", code: int = 0) -> tuple[str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(keys))
        assert run(arguments) == code
        shown = capsys.readouterr()
        return shown.out, shown.err

    return type_in


def test_each_sentence_is_shown_recorded_and_taken_for_what_was_said(client: ReadingClient, typed: Typed) -> None:
    client.listens(utterance(1), utterance(2))
    client.script(ReadSentence, taken(PROPOSAL))
    out, err = typed("read", "--device", "USB", keys="\n\n\n\nq\n")
    assert [(one.device, one.reading) for one in client.requests(Listen)] == [("USB", True)] * 2
    assert client.requests(ReadSentence) == [ReadSentence("u1", FIRST), ReadSentence("u2", SECOND)]
    assert THIRD in err
    assert "Read 2 sentences (60 s), 1 left to read." in out
    assert "There are 2 examples to learn from." in out
    assert "missing: 38 more" in out
    assert "Train an adapter?" in out


def test_a_sentence_is_skipped_or_the_last_one_read_again(client: ReadingClient, typed: Typed) -> None:
    client.listens(utterance(1), utterance(2), utterance(3))
    out, _ = typed("read", keys="s\n\n\nr\n\n\n\n\n")
    assert client.requests(Forget) == [Forget(("u1",))]
    assert client.requests(ReadSentence) == [
        ReadSentence("u1", SECOND),
        ReadSentence("u2", SECOND),
        ReadSentence("u3", THIRD),
    ]
    assert "Read 2 sentences" in out


def test_what_sounds_like_something_else_is_asked_for_again(client: ReadingClient, typed: Typed) -> None:
    client.listens(utterance(1, "wait a moment"), utterance(2))
    client.script(ReadSentence, SentenceRead("wait a moment"))
    out, err = typed("read", keys="\n\n\n\n")
    assert "wait a moment" in out
    assert "not the sentence" in err
    assert [one.sentence for one in client.requests(ReadSentence)] == [FIRST, FIRST]
    assert not client.requests(Forget)  # the twin has let go of it


def test_nothing_heard_is_no_reading(client: ReadingClient, typed: Typed) -> None:
    client.script(Listen, Utterances(()))
    _, err = typed("read", keys="\n\nq\n")
    assert "Nothing was heard." in err
    assert not client.requests(ReadSentence)


def test_it_is_enough_after_so_many_minutes_of_speech(client: ReadingClient, typed: Typed) -> None:
    client.listens(utterance(1), utterance(2))
    out, _ = typed("read", "--minutes", "1", keys="\n\n\n\n\n\n")
    assert "Read 2 sentences" in out


def test_without_a_microphone_it_says_so(client: ReadingClient, typed: Typed) -> None:
    client.script(Listen, MicrophoneError("There is no microphone.", hint="Plug one in."))
    _, err = typed("read", keys="\n\n", code=1)
    assert "There is no microphone. Plug one in." in err


def test_files_stand_for_sentences_in_the_order_of_their_names(
    client: ReadingClient, typed: Typed, tmp_path: Path
) -> None:
    for name in ("3.wav", "1.wav", "2.wav", ".hidden"):
        (tmp_path / name).write_bytes(b"sound")
    client.always(ListUtterances, Utterances((utterance(1, origin=str(tmp_path / "1.wav")),)))
    client.script(Dictate, utterance(2))
    client.script(Dictate, utterance(3))
    client.script(ReadSentence, SentenceRead("wait"))
    out, _ = typed("read", "--file-per-sentence", str(tmp_path), "--json")
    assert [(Path(one.path).name, one.source) for one in client.requests(Dictate)] == [
        ("2.wav", AudioSource.READING),
        ("3.wav", AudioSource.READING),
    ]
    assert client.requests(ReadSentence) == [ReadSentence("u2", FIRST), ReadSentence("u3", SECOND)]
    document = json.loads(out)
    assert (document["read"], document["left"], document["not_taken"]) == (1, 2, ["2.wav"])


def test_the_sentences_can_be_listed_and_come_to_an_end(client: ReadingClient, typed: Typed) -> None:
    out, err = typed("read", "--list")
    assert out.splitlines() == [FIRST, SECOND, THIRD]
    assert "7 read already" in err
    client.always(ListSentences, Sentences((), 80))
    assert "You have read all sentences." in typed("read", code=1)[1]


REPORT = VoiceImport(
    layout="LJSpeech", recordings=42, imported=40, known=1,
    refused=(NotTaken("metadata.csv, line 3", "It is silent."),),
    seconds=190.0, speakers=(VoiceOf("", 42),), restored=True, summary="There are 40 examples to learn from.",
    proposals=(PROPOSAL,),
)  # fmt: skip


def test_an_import_says_what_came_in_and_what_follows(client: ReadingClient, typed: Typed, tmp_path: Path) -> None:
    client.script(ImportVoice, REPORT)
    out, err = typed("import", "voice", str(tmp_path), "--speaker", "ana", "--limit", "50")
    assert client.requests(ImportVoice) == [ImportVoice(str(tmp_path), "ana", 50)]
    assert "Took in 40 recordings (3 min) from a dataset of the layout LJSpeech, 1 known already." in out
    assert "metadata.csv, line 3: It is silent." in err
    assert "taken from what is heard" in err
    assert "There are 40 examples to learn from." in out
    assert "Train an adapter?" in out


def test_a_preview_names_the_speakers(client: ReadingClient, typed: Typed, tmp_path: Path) -> None:
    preview = VoiceImport(
        "table", 3, 0, 0, (), 7.0, (VoiceOf("ana", 2), VoiceOf("ben", 1)), restored=False, preview=True, sample=("Hi.",)
    )
    client.script(ImportVoice, preview)
    out, err = typed("import", "voice", str(tmp_path), "--preview")
    assert out == "  Hi.\nWould take in 3 recordings (7 s) of the layout table.\nSpeakers: ana (2), ben (1).\n"
    assert "leave off --preview" in err


def test_a_cancelled_import_says_how_it_goes_on(client: ReadingClient, typed: Typed, tmp_path: Path) -> None:
    client.script(ImportVoice, CancelledByPersonError("Cancelled."))
    assert "the same command goes on" in typed("import", "voice", str(tmp_path), code=130)[1]
