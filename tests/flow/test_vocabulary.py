"""Vocabulary and habits as they are typed: no model is needed for either."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.cli import run
from twin.domain import Speaker
from twin.paths import Home

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.setenv("TWIN_PRELOAD", "0")

    def type_in(*arguments: str) -> tuple[int, str, str]:
        code = run(["--in-process", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return type_in


def document(typed: Typed, *arguments: str) -> Any:
    code, out, _ = typed(*arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_a_term_from_its_adding_to_its_end(typed: Typed) -> None:
    assert "vocabulary add" in typed("vocabulary", "list")[1]
    added = document(
        typed, "vocabulary", "add", "OpenRouter", "--heard-as", "open rider", "--heard-as", "open router",
        "--domain", "platform",
    )  # fmt: skip
    assert added["aliases"] == ["open rider", "open router"]
    (term,) = document(typed, "vocabulary", "list", "--domain", "Platform")["terms"]
    assert (term["text"], term["domain"], term["uses"]) == ("OpenRouter", "platform", 0)
    assert "heard as open rider" in typed("vocabulary", "list")[1]
    assert "OpenRouter" in typed("know", "--kind", "vocabulary")[1]

    code, out, _ = typed("vocabulary", "remove", "openrouter")
    assert (code, "no longer" in out) == (0, True)
    assert document(typed, "vocabulary", "list")["terms"] == []
    code, _, error = typed("vocabulary", "remove", "openrouter")
    assert (code, len(error.strip().splitlines())) == (1, 1)
    assert typed("edit", term["memory_id"], "--until", "never")[0] == 0
    assert [one["text"] for one in document(typed, "vocabulary", "list")["terms"]] == ["OpenRouter"]


def test_habits_are_shown_with_where_they_come_from(typed: Typed, home: Home, clock: HeldClock) -> None:
    assert "nothing yet" in typed("habits")[1]
    ledger = SqliteLedger(home.ledger, clock)
    for word in ("shop", "train", "letter", "film", "garden", "walk", "soup", "lamp"):
        clock.advance(days=1)
        ledger.add_turn(session_id="s", speaker=Speaker.PERSON, text=f"By and large, I basically want the {word}.")
    ledger.close()
    shown = typed("habits")[1]
    assert "by and large" in shown
    assert "8×" in shown
    assert "t8" in shown
    assert any(bar in shown for bar in "▁▂▃▄▅▆▇█")
    habits = document(typed, "habits")
    assert sum(habits["hours"]) == sum(habits["weekdays"]) == habits["turns"] == 8
    assert [filler["text"] for filler in habits["fillers"]] == ["basically"]
