"""`twin --plain`: the verbs of the terminal UI in lines, without anything that is drawn."""

from __future__ import annotations

import io
import os
import pty
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import pytest

from tests.fakes import FakeClient
from tests.tui.script import DOUBTS, correction_report, utterance
from tests.unit.test_cli_chat import REPLY
from tests.unit.test_cli_learning import TRAINING, version
from tui.actions import BY_SLASH
from twin.cli import plain, render, run
from twin.errors import AudioError, CancelledByPersonError, MicrophoneError, ModelError
from twin.events import Progress
from twin.requests import (
    Adapters,
    Alternatives,
    Ask,
    Converse,
    Correct,
    Decided,
    DecideProposal,
    Dictate,
    Doubts,
    Explanation,
    Forget,
    ForgetReport,
    Going,
    Know,
    Learn,
    Learned,
    ListAdapters,
    Listen,
    ListSentences,
    Remember,
    Sentences,
    ShowProposal,
    UseAdapter,
    Utterances,
    Verdict,
    Why,
)

_PATIENCE_SECONDS = 60.0
SCREENS_ALONE = {"clipboard", "search", "welcome"}
"""Of the terminal UI's commands those that have a screen to work on, and no command of ``twin``."""


class Typed(io.StringIO):
    """Standard input: a pipe, unless a test says otherwise."""


Lines = Callable[..., tuple[str, str]]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    fake = FakeClient()
    for verb in (Converse, Ask, Remember):
        fake.always(verb, REPLY)
    for verb in (Dictate, Alternatives):
        fake.always(verb, utterance() if verb is Dictate else Doubts(utterance(), DOUBTS))
    fake.always(Listen, Utterances((utterance(),)))
    fake.always(Correct, correction_report())
    fake.always(ShowProposal, TRAINING)
    fake.always(DecideProposal, Decided(TRAINING, "So be it."))
    fake.always(Learn, Learned((), ()))
    fake.always(ListAdapters, Adapters((version("a1"), version("a2", "a1", live=True)), ()))
    fake.always(UseAdapter, Adapters((version("a1", live=True),), ()))
    fake.always(Why, Explanation("", "There is nothing yet.", (), (), ()))
    fake.always(Forget, ForgetReport(("m3",), ("t3",), True, "Goes.", (Going("m3", "memory", "likes jazz"),)))
    monkeypatch.setattr("twin.cli.plain.connect", lambda home, in_process: fake)
    return fake


@pytest.fixture
def lines(client: FakeClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lines:
    def type_in(*typed: str, code: int = 0) -> tuple[str, str]:
        monkeypatch.setattr("sys.stdin", Typed("".join(f"{line}\n" for line in typed)))
        assert run(["--plain"]) == code
        shown = capsys.readouterr()
        return shown.out, shown.err

    return type_in


def test_the_words_of_the_terminal_ui_work_here() -> None:
    here = {verb.name for verb in plain.VERBS} | {"help", "quit"}
    assert set(BY_SLASH) - SCREENS_ALONE <= here


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/remember I'm a botanist - mostly", lambda made: isinstance(made, Remember) and "I'm a" in made.text),
        ("/ask what's my job?", lambda made: made == Ask("what's my job?")),
        ("/knows oat milk", lambda made: isinstance(made, Know) and made.about == "oat milk"),
        ("/knows --private", lambda made: isinstance(made, Know) and made.private and not made.about),
        ("/dictate /tmp/my memo.wav", lambda made: isinstance(made, Dictate) and made.path.endswith("/my memo.wav")),
        ("/listen --hands-free", lambda made: isinstance(made, Listen) and made.hands_free),
        ("/correct u4 that's it", lambda made: made == Correct("u4", "that's it")),
        ("/correct that's it", lambda made: made == Correct("last", "that's it")),
        ("/proposals p3", lambda made: made == ShowProposal("p3")),
        ("/approve p3 --now", lambda made: made == DecideProposal("p3", Verdict.APPROVE, now=True)),
        ("/reject p3 it's a name", lambda made: made == DecideProposal("p3", Verdict.REJECT, reason="it's a name")),
        ("/later p3", lambda made: made == DecideProposal("p3", Verdict.LATER)),
        ("/proposals edit p3 --without c1", lambda made: isinstance(made, DecideProposal) and made.without == ("c1",)),
        ("/learn", lambda made: made == Learn()),
        ("/versions", lambda made: made == ListAdapters()),
        ("/use a1", lambda made: made == UseAdapter("a1")),
        ("/why p3", lambda made: made == Why("p3")),
        ("/learning", lambda made: made == Why("")),
        ("/adapters use base", lambda made: made == UseAdapter("base")),
        ("/forget m3 --yes", lambda made: made == Forget(("m3",))),
    ],
)
def test_a_command_asks_what_it_asks_on_the_command_line(
    client: FakeClient, lines: Lines, line: str, asked: Callable[[object], bool]
) -> None:
    lines(line, "", "good morning")  # the empty line ends a listening
    assert asked(client.asked[0]), client.asked
    assert [request.text for request in client.requests(Converse)] == ["good morning"]  # and it goes on after it


class Keyboard:
    """Standard input at which a person types a line when it is their turn, and waits to see what comes of it."""

    def __init__(self) -> None:
        self._lines: Queue[str] = Queue()
        self.looks_at: Callable[[], str] = str

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self._lines.get(timeout=_PATIENCE_SECONDS)

    def type(self, line: str, *, after: str = "") -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while after not in self.looks_at():
            assert time.monotonic() < deadline, f"{after!r} is not said, but:\n{self.looks_at()}"
            time.sleep(0.01)
        self._lines.put(f"{line}\n")


@pytest.mark.parametrize(
    ("command", "became"),
    [
        (("/read", ""), MicrophoneError("There is no microphone.")),
        (("/read", ""), CancelledByPersonError("Cancelled.")),
        (("/listen",), MicrophoneError("There is no microphone.")),
        (("/listen",), Utterances((utterance(),))),  # the device was pulled out
    ],
)
def test_a_listening_that_ends_by_itself_takes_no_line_of_the_conversation(
    client: FakeClient, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], became: object
) -> None:
    keyboard, said = Keyboard(), io.StringIO()
    keyboard.looks_at = said.getvalue
    monkeypatch.setattr("sys.stdin", keyboard)
    monkeypatch.setattr(render, "note", lambda text: said.write(f"{text}\n"))
    client.always(ListSentences, Sentences(("She had your dark suit.",), 0))
    client.always(Listen, became)
    for line in command:
        keyboard.type(line)
    with ThreadPoolExecutor(1) as person:
        typing = person.submit(keyboard.type, "", after="Press Enter to go on.")
        typing.add_done_callback(lambda _: keyboard.type("good morning"))
        typing.add_done_callback(lambda _: keyboard.type("/quit"))
        assert run(["--plain"]) == 0
        typing.result()
    assert [request.text for request in client.requests(Converse)] == ["good morning"]


def test_nothing_is_drawn(lines: Lines) -> None:
    out, err = lines(
        "/help",
        "hello",
        "/why",
        "/versions",
        "/proposals p3",
        "/dictate memo.wav",
        "/dictate --help",
        "/doctor --nope",
        code=1,
    )
    assert all(character in "\n“”…’·→†" or " " <= character <= "~" for character in out + err)
    assert "* in use" in out
    assert "Usage: twin dictate" in out
    assert "No such option" in err


def test_what_is_under_way_is_said_once(client: FakeClient, lines: Lines) -> None:
    going_on = (Progress("dictate", f"Recognising, {seconds} s …", seconds / 10) for seconds in range(10))
    client.script(Dictate, *going_on, utterance())
    out, err = lines("/dictate memo.wav")
    assert err.count("Recognising") == 1
    assert utterance().shown in out


def test_a_dictation_is_read_out_and_put_right(client: FakeClient, lines: Lines) -> None:
    out, _ = lines("/correct", "I said OpenRouter", "/correct u4", "=", "/correct u4", "")
    assert "open  31% sure" in out
    assert [request.said for request in client.requests(Correct)] == ["I said OpenRouter", utterance().text]


def test_forgetting_asks_first(client: FakeClient, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    _, err = lines("/forget m3", code=1)
    assert "nobody can be asked" in err
    monkeypatch.setattr("typer.confirm", lambda question: False)
    monkeypatch.setattr(Typed, "isatty", lambda stream: True)
    out, err = lines("/forget m3")
    assert "likes jazz" in out
    assert "Nothing is gone." in err
    assert all(request.preview for request in client.requests(Forget))
    monkeypatch.setattr("typer.confirm", lambda question: True)
    lines("/forget m3")
    assert client.requests(Forget)[-1] == Forget(("m3", "t3"))


def test_a_failure_in_a_pipe_ends_it_and_what_is_unknown_is_not_said(client: FakeClient, lines: Lines) -> None:
    for line, said in (
        ("/nonsense now", "no command /nonsense."),
        ("/chat", "no command /chat."),
        ('/rules "a', "end"),
    ):
        assert said in lines(line, "not said", code=1)[1]
    client.always(Dictate, AudioError("notes.wav is empty."))
    _, err = lines("/dictate notes.wav", "not said", code=1)
    assert "notes.wav is empty." in err
    assert not client.requests(Converse)


def test_the_look_of_other_commands_comes_back(lines: Lines, client: FakeClient) -> None:
    client.always(Converse, ModelError("It stopped."))
    lines("hello", code=1)
    assert not render.out.plain
    assert not render.err.plain


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"TWIN_PLAIN": "1", "TERM": "xterm-256color"}])
def test_on_a_terminal_it_is_lines_too(tmp_path: Path, variables: dict[str, str]) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(
            sys.executable,
            [sys.executable, "-m", "twin"],
            {**os.environ, **variables, "TWIN_HOME": str(tmp_path / "home"), "FORCE_COLOR": "1"},
        )
    seen = b""
    os.write(terminal, b"/help\n/versions --help\n/quit\n")
    try:
        while chunk := os.read(terminal, 65536):
            seen += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(terminal)
    assert os.waitpid(pid, 0)[1] == 0
    assert b"/knows [WORDS]" in seen
    assert b"\x1b" not in seen
