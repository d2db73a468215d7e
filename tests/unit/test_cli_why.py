"""`twin why` on a terminal, against scripted answers."""

from __future__ import annotations

import json

import pytest

from tests.corrections import MONDAY, accent
from tests.fakes import FakeClient
from twin.cli import options, run
from twin.domain import Correction, Decision, Interval, Proposal, ProposalState, Refused, Rung
from twin.requests import Correct, CorrectionReport, Explanation, Why

WAITS = Decision("", Rung.WAIT, "your speech", ("7 corrected utterances hold 7 wrong words.",), (), MONDAY,
                 missing="23 more corrected utterances, on one more day")  # fmt: skip
ADAPTS = Decision("d3", Rung.ADAPT, "your speech", ("A new\x1b[2J word.",), ("c1",), MONDAY,
                  expected_gain=Interval(0.29, 0.19, 0.38), cost_seconds=52.0)  # fmt: skip


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    fake = FakeClient()
    monkeypatch.setattr(options, "connect", lambda home, in_process: fake)
    return fake


def test_why_not_yet_says_what_is_missing_and_what_was_refused(
    client: FakeClient, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = tuple(Refused(f"c{number}", "It is private.") for number in range(1, 26))
    client.script(
        Why,
        Explanation("", "There are 7 examples to learn from.", (WAITS,), accent(7), refused, "your speech: 23 more"),
    )
    assert run(["why"]) == 0
    assert client.requests(Why) == [Why("")]
    captured = capsys.readouterr()
    for part in (
        "There are 7 examples to learn from.",
        "… your speech: wait",
        "7 corrected utterances hold 7 wrong words.",
        "missing: 23 more corrected utterances, on one more day",
        "c25 was not taken: It is private.",
    ):
        assert part in captured.out
    assert captured.out.count("missing:") == 1
    assert "c5 was" not in captured.out
    assert "and 5 before" in captured.err


def test_why_of_a_proposal_shows_what_it_rests_on(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> None:
    client.script(Why, Explanation("p1", "Train?", (ADAPTS,), accent(25), (), "your word on it"))
    assert run(["why", "p1"]) == 0
    shown = capsys.readouterr()
    for part in (
        "→ your speech: adapt",
        "expected: 29% fewer errors (19% to 38%), in about 52 s",
        "missing: your word on it",
        "c24 (u24): “sing” → “thing”",
    ):
        assert part in shown.out
    assert "\x1b[2J" not in shown.out
    assert "and 5 before" in shown.err


def test_why_in_json_is_the_whole_explanation(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> None:
    client.script(Why, Explanation("d3", "so", (ADAPTS,), accent(1), (Refused("c2", "It is private."),)))
    assert run(["why", "d3", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["decisions"][0]["expected_gain"]["value"] == 0.29
    assert (document["examples"][0]["id"], document["refused"][0]["id"]) == ("c1", "c2")


def test_a_correction_says_what_it_led_to(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> None:
    correction = Correction("c1", "u1", "a b", (), MONDAY)
    proposals = tuple(
        Proposal(f"p{at}", "d1", rung, f"{rung}?", ProposalState.OPEN, MONDAY)
        for at, rung in enumerate((Rung.ADAPT, Rung.REWRITE))
    )
    client.always(Correct, CorrectionReport(correction, "a b", (), (), proposals=proposals))
    assert run(["correct", "u1", "a b"]) == 0
    shown = capsys.readouterr()
    assert "? adapt?" in shown.out
    assert "rewrite?" not in shown.out
    assert "twin why p0" in shown.err
    assert run(["correct", "u1", "a b", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["proposals"]] == ["p0", "p1"]
