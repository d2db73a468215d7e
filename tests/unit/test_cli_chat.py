"""``twin chat``: what is a command, what is said, and how an answer explains itself."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fakes import FakeClient
from twin.cli import run
from twin.domain import Citation, Prompted, Reply, Route, StyleUsed
from twin.errors import ModelError
from twin.requests import Converse

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
REPLY = Reply(
    "Rivers flow.", Route.OPEN, (), abstained=False, turn_id="t2", reasons=("a question that is not about the person",),
    style=(StyleUsed("m4", "keep it short", True), StyleUsed("m5", "be warm", False)), model="tiny",
    adapters=("my-style",), prompt=(Prompted("system", "Be kind."), Prompted("user", "Rivers?\nNow.")),
    considered=(Citation("m3", "t5", "I love jazz", AT, 0.1, {"cosine": 0.1}),), confidence=0.1,
)  # fmt: skip


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    fake = FakeClient()
    fake.always(Converse, REPLY)
    monkeypatch.setattr("twin.cli.options.connect", lambda *args, **more: fake)
    return fake


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def said(client: FakeClient) -> list[str]:
    return [request.text for request in client.requests(Converse)]


@pytest.mark.parametrize("leave", ["/quit", "quit", " QUIT ", "exit", "/exit", "/q"])
def test_leaving_is_no_talk(client: FakeClient, monkeypatch: pytest.MonkeyPatch, leave: str) -> None:
    typed(monkeypatch, "hello", leave, "not said")
    assert run(["chat"]) == 0
    assert said(client) == ["hello"]


def test_help_and_unknown_commands_are_no_talk(
    client: FakeClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "/help", "/nonsense now", "I quit smoking", "")
    assert run(["chat"]) == 0
    assert said(client) == ["I quit smoking"]
    err = capsys.readouterr().err
    assert "There is no command /nonsense." in err
    assert err.count("/why") == 2


def test_why_explains_the_last_answer(
    client: FakeClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "/why", "Rivers?", "/why")
    assert run(["chat"]) == 0
    out, err = capsys.readouterr()
    assert "Nothing was answered yet." in err
    assert client.requests(Converse)[0].explain
    for line in (
        "route: open",
        "because: a question that is not about the person",
        "style: “keep it short” (m4), carried out on the reply",
        "style: “be warm” (m5), asked of the model",
        "worded by: tiny with my-style",
        "    Rivers?\n    Now.",
    ):
        assert line in out


def test_one_thing_said_with_its_explanation(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chat", "--once", "Rivers?", "--explain"]) == 0
    assert "worded by: tiny" in capsys.readouterr().out
    assert run(["chat", "--once", "Rivers?", "--json", "--explain"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert document["prompt"][0] == {"role": "system", "content": "Be kind."}
    assert document["style"][0]["by_code"]
    assert (document["model"], document["adapters"]) == ("tiny", ["my-style"])


def test_a_failure_in_a_pipe_ends_it_with_its_code(client: FakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.always(Converse, ModelError("It stopped."))
    typed(monkeypatch, "one", "two")
    assert run(["chat"]) == 1
    assert said(client) == ["one"]
