"""From two corrections to a rule in force by the person's word, as it is typed, over a real engine on real weights."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.cli import run
from twin.domain import ProposalState, RuleStatus, Rung, Transcript, Word
from twin.engine.lock import current_holder
from twin.engine.remote import EngineClient
from twin.paths import Home

pytestmark = pytest.mark.weights

Typed = Callable[..., Any]


@pytest.fixture
def typed(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Typed]:
    """Types a command with ``--json`` and gives its document, or with a ``code`` other than 0 what it says."""
    monkeypatch.setenv("TWIN_PRELOAD", "0")

    def type_in(*arguments: str, code: int = 0) -> Any:
        assert run([*arguments, "--json"]) == code, capsys.readouterr().err
        shown = capsys.readouterr()
        return json.loads(shown.out) if code == 0 else shown.err

    yield type_in
    stop(home)


def stop(home: Home) -> None:
    """Kill the engine as a crash would."""
    holder = current_holder(home)
    if holder is not None:
        os.kill(holder.pid, signal.SIGKILL)
        EngineClient(home).wait_until_stopped()


def corrected(typed: Typed, *utterance_ids: str) -> str:
    """The id of the rule that corrections of the same mishearing make."""
    rules: list[dict[str, Any]] = []
    for utterance_id in utterance_ids:
        rules = typed("correct", utterance_id, "The quick brown fox jumps over the LazyDog near the riverbank.")[
            "rules"
        ]
    (rule,) = rules
    return str(rule["id"])


def misheard(ledger: SqliteLedger) -> str:
    """The id of an utterance as the recogniser hears it."""
    heard = "The quick brown fox jumps over the lazy dog near the riverbank."
    words = tuple(Word(word, i / 4, (i + 1) / 4, 0.9) for i, word in enumerate(heard.split()))
    recorded = ledger.add_recording(audio_sha256="a", seconds=3.0, source="file", origin="", session_id="cli-1")
    return ledger.add_hearing(recorded.id, Transcript(heard, words, "en", 3.0), model="whisper-base").id


def propose(ledger: SqliteLedger, rule_id: str) -> str:
    """The id of a proposal to put a rule in force."""
    decision = ledger.add_decision(Rung.REWRITE, subject="lazy dog", reasons=("misheard twice",), signal_ids=())
    return ledger.add_proposal(
        Rung.REWRITE,
        decision_id=decision.id,
        summary="Always write LazyDog?",
        subject_id=rule_id,
        example_ids=[correction.id for _, correction in ledger.taught()],
    ).id


@pytest.fixture
def beside(home: Home, clock: HeldClock) -> Iterator[SqliteLedger]:
    """The ledger, opened by another process than the engine."""
    with closing(SqliteLedger(home.ledger, clock)) as opened:
        yield opened


@pytest.fixture
def proposal_id(typed: Typed, beside: SqliteLedger) -> str:
    """A proposal to put in force what two corrections tell."""
    return propose(beside, corrected(typed, misheard(beside), misheard(beside)))


def test_a_rule_is_approved_across_a_crash_and_in_force(
    home: Home, typed: Typed, beside: SqliteLedger, proposal_id: str, spoken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_VOCABULARY_HINTS", "0")  # by which alone it would be heard right
    rule_id = beside.proposal(proposal_id).subject_id
    assert proposal_id in [one["id"] for one in typed("proposals")["proposals"]]
    assert typed("proposals", "show", proposal_id)["subject_id"] == rule_id
    assert typed("proposals", "later", proposal_id)["proposal"]["state"] == ProposalState.LATER
    stop(home)  # its place is kept
    decided = typed("proposals", "approve", proposal_id)
    assert decided["proposal"]["state"] == ProposalState.DONE
    assert rule_id in decided["summary"]
    (rule,) = [one for one in typed("rules", "list")["rules"] if one["id"] == rule_id]
    assert rule["status"] == RuleStatus.ACTIVE
    dictated = typed("dictate", str(spoken))
    assert ("lazy dog" in dictated["heard"], "LazyDog" in dictated["text"]) == (True, True)
    assert "carried out already" in typed("proposals", "reject", proposal_id, code=1)


def test_what_is_corrected_again_is_out_of_date(typed: Typed, proposal_id: str) -> None:
    typed("correct", "u1", "A quick brown fox jumps over the LazyDog near the riverbank.")
    assert "c1 stands no longer" in typed("proposals", "approve", proposal_id, code=1)
    assert typed("proposals", "show", proposal_id)["state"] == ProposalState.STALE


def test_a_policy_approves_once_the_engine_is_idle(
    home: Home, typed: Typed, beside: SqliteLedger, proposal_id: str
) -> None:
    stop(home)
    home.config.write_text('approve_automatically = ["rewrite"]\n')
    assert typed("proposals", "show", proposal_id)["state"] == ProposalState.OPEN
    deadline = time.monotonic() + 60
    while beside.proposal(proposal_id).state is not ProposalState.DONE:
        assert time.monotonic() < deadline, "it was not approved"
        time.sleep(0.1)
    assert "approve_automatically" in beside.proposal(proposal_id).reason
    assert beside.rules()[0].status is RuleStatus.ACTIVE
