"""`twin questions`: what is asked of the person, and how an answer is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.fakes import FakeClient
from twin.cli import run
from twin.domain import Question, QuestionKind
from twin.errors import NotUnderstoodError
from twin.requests import AnswerQuestion, AskedOfPerson, ListQuestions, Questions

MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANSWERS = ("new", "old", "both", "neither")


def asked(answer: str = "") -> AskedOfPerson:
    question = Question("q3", QuestionKind.CONTRADICTION, ("m1", "m2"), MORNING, MORNING if answer else None, answer)
    return AskedOfPerson(question, (), "You told me “a”, and now “b”: which holds?", ANSWERS)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    fake = FakeClient()
    monkeypatch.setattr("twin.cli.options.connect", lambda home, in_process: fake)
    return fake


@pytest.mark.parametrize("command", [["questions"], ["questions", "list"]])
def test_open_questions_say_how_to_answer_them(
    client: FakeClient, capsys: pytest.CaptureFixture[str], command: Sequence[str]
) -> None:
    client.always(ListQuestions, Questions((asked(),)))
    assert run(command) == 0
    shown = capsys.readouterr()
    assert "which holds?" in shown.out
    assert "twin questions answer q3 new|old|both|neither" in shown.err


def test_an_answer_is_passed_on_and_shown(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> None:
    client.always(AnswerQuestion, asked("both"))
    assert run(["questions", "answer", "q3", "both", "--json"]) == 0
    assert client.requests(AnswerQuestion) == [AnswerQuestion("q3", "both")]
    assert json.loads(capsys.readouterr().out)["question"]["answer"] == "both"
    assert run(["questions", "answer", "q3", "both"]) == 0
    assert "both, you said on 4 March 2026" in capsys.readouterr().err


def test_no_question_and_no_such_answer(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> None:
    client.always(ListQuestions, Questions(()))
    assert run(["questions", "list", "--all"]) == 0
    assert client.requests(ListQuestions)[-1].answered
    assert "No question is open." in capsys.readouterr().out
    client.always(AnswerQuestion, NotUnderstoodError("'maybe' is no answer to q3."))
    assert run(["questions", "answer", "q3", "maybe"]) == 1
