"""The decide stage over a real ledger: decided once, proposed once, explained at any time, gone when forgotten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from memory.extraction.secrets import holds_secret
from memory.lexicon.glossary import Glossary
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import REPOSITORY, HeldClock
from tests.corrections import accent, words_of
from twin.cli import run
from twin.domain import (
    GateReport,
    MemoryKind,
    ProposalState,
    RuleStatus,
    Rung,
    RunState,
    SignalKind,
    Transcript,
    Utterance,
)
from twin.errors import LedgerError, NotFoundError, NotUnderstoodError
from twin.learning.correction import correct
from twin.learning.noticing import Noticing
from twin.learning.reviewing import Reviewing, basis_of
from twin.learning.rules import RuleBook
from twin.paths import Home
from twin.ports import Job
from twin.requests import Correct, DecideRule, Forget, Why
from twin.speech.rewriting import without_rule

JOB = Job(emit=lambda event: None)


@dataclass
class Desk:
    ledger: SqliteLedger
    memory: TwinMemory
    clock: HeldClock
    heard: int = field(default=0)

    def __post_init__(self) -> None:
        self.rules = RuleBook(self.ledger, without_rule)
        glossary = Glossary(self.ledger.database)
        self.reviewing = Reviewing(self.ledger, glossary.terms, self.clock, holds_secret=holds_secret)

    def dictate(self, text: str) -> Utterance:
        self.heard += 1
        return self.ledger.add_utterance(
            Transcript(text, words_of(text, 0.6), "en", 3.0), audio_sha256=f"{self.heard:064}", source="microphone",
            origin="mic", model="whisper-base", session_id="cli-1",
        )  # fmt: skip

    def correct(self, heard: str, said: str) -> str:
        """Returns the id of the correction."""
        report = correct(Correct(self.dictate(heard).id, said), self.ledger, self.memory)
        self.rules.learn_from(self.ledger.utterance(report.correction.utterance_id), report.correction)
        return report.correction.id

    def teach(self, count: int, *, first: int = 1) -> list[str]:
        """Corrections of an accent, over three days; the ids."""
        ids = []
        for example in accent(count, first=first):
            utterance = self.dictate(example.heard)
            ids.append(self.ledger.add_correction(utterance.id, example.said, example.edits).id)
            self.clock.advance(days=3 / count)
        return ids


@pytest.fixture
def chroma_url() -> str:
    return ""


@pytest.fixture
def desk(ledger: SqliteLedger, memory: TwinMemory, clock: HeldClock) -> Desk:
    return Desk(ledger, memory, clock)


def test_it_waits_and_says_so_once(desk: Desk) -> None:
    desk.teach(5)
    (decision,) = desk.reviewing.review().decisions
    assert (decision.rung, decision.subject) == (Rung.WAIT, "your speech")
    assert "25 more corrected utterances" in decision.missing
    desk.teach(5, first=10)
    assert desk.reviewing.review().decisions == ()
    assert "20 more corrected utterances" in desk.reviewing.why(Why(), JOB).missing


def test_it_proposes_once_and_not_again_what_was_rejected(desk: Desk) -> None:
    ids = desk.teach(31)
    review = desk.reviewing.review()
    (proposal,) = review.proposals
    assert (proposal.rung, proposal.state, proposal.example_ids) == (Rung.ADAPT, ProposalState.OPEN, tuple(ids))
    assert (proposal.errors, proposal.basis) == (31, basis_of(reversed(ids)))
    assert proposal.expected_gain is not None
    assert proposal.cost_seconds > 0
    decision = desk.ledger.decision(proposal.decision_id)
    assert (decision.expected_gain, decision.signal_ids) == (proposal.expected_gain, tuple(ids))
    assert desk.reviewing.review().proposals == ()

    desk.ledger.set_proposal(proposal.id, ProposalState.REJECTED, reason="not now")
    desk.teach(15, first=100)
    assert desk.reviewing.review().proposals == ()
    assert f"since you rejected {proposal.id}" in desk.reviewing.why(Why(), JOB).missing
    desk.teach(1, first=200)
    (again,) = desk.reviewing.review().proposals
    assert len(again.example_ids) == 47


def test_the_person_may_ask_for_it_sooner(desk: Desk) -> None:
    desk.teach(12)
    assert desk.reviewing.review().proposals == ()
    (proposal,) = desk.reviewing.review(urged=True).proposals
    desk.ledger.set_proposal(proposal.id, ProposalState.REJECTED)
    assert len(desk.reviewing.review(urged=True).proposals) == 1


def test_a_rule_is_proposed_with_what_it_would_have_changed(desk: Desk) -> None:
    desk.correct("I use open rider daily", "I use OpenRouter daily")
    assert [one.rung for one in desk.reviewing.review().proposals] == []
    desk.correct("try open rider now", "try OpenRouter now")
    (proposal,) = desk.reviewing.review().proposals
    (rule,) = desk.ledger.rules()
    assert (proposal.rung, proposal.subject_id) == (Rung.REWRITE, rule.id)
    assert [(one.before, one.after, one.better) for one in proposal.changes] == [
        ("I use open rider daily", "I use OpenRouter daily", True),
        ("try open rider now", "try OpenRouter now", True),
    ]
    assert proposal.breaks == ()
    assert len(proposal.example_ids) == 2
    assert desk.reviewing.review().proposals == ()


@pytest.mark.parametrize(
    ("approve", "state", "status"),
    [(True, ProposalState.DONE, RuleStatus.ACTIVE), (False, ProposalState.REJECTED, RuleStatus.WITHDRAWN)],
)
def test_a_rule_that_was_decided_on_elsewhere_waits_no_more(
    desk: Desk, approve: bool, state: ProposalState, status: RuleStatus
) -> None:
    for heard in ("I use {} daily", "try {} now"):
        desk.correct(heard.format("open rider"), heard.format("OpenRouter"))
    (proposal,) = desk.reviewing.review().proposals
    assert desk.rules.decide(DecideRule(proposal.subject_id, approve=approve), JOB).status is status
    assert desk.reviewing.review().proposals == ()
    assert desk.ledger.proposal(proposal.id).state is state


def test_why_not_yet_says_what_was_refused_and_what_was_never_put_right(desk: Desk) -> None:
    desk.teach(3)
    desk.correct("we met my friend in town", "we saw that person somewhere outside")
    noticing = Noticing(desk.ledger, desk.clock)
    desk.dictate("I use open rider every day.")
    desk.clock.advance(seconds=20)
    noticing.dictated(desk.dictate("I use OpenRouter every day."))
    why = desk.reviewing.why(Why(), JOB)
    assert why.summary == "There are 3 examples to learn from; 1 was not taken."
    assert [one.id for one in why.examples] == ["c1", "c2", "c3"]
    assert [(one.id, "reworded" in one.reason) for one in why.refused] == [("c4", True)]
    assert why.missing.startswith("your speech: 27 more corrected utterances")
    assert any("1 dictation that you said again" in reason for reason in why.decisions[-1].reasons)
    assert desk.ledger.decisions(limit=9)[0].rung is not Rung.WAIT  # to ask writes nothing


def test_why_of_each_thing_leads_back_to_its_examples(desk: Desk) -> None:
    correction_id = desk.correct("ask open rider", "ask OpenRouter")
    (decision,) = desk.ledger.decisions(limit=1)
    assert [one.id for one in desk.reviewing.why(Why(decision.id), JOB).examples] == [correction_id]

    ids = desk.teach(32)
    (proposal,) = desk.reviewing.review().proposals
    why = desk.reviewing.why(Why(proposal.id), JOB)
    assert (why.missing, why.decisions[0].id) == ("your word on it", proposal.decision_id)
    assert {one.id for one in why.examples} == {correction_id, *ids}

    run = desk.ledger.add_run(
        proposal.id, domain="", recipe="{}", example_ids=ids[:2], replay_ids=ids[2:3], parent_id=None
    )
    adapter = desk.ledger.add_adapter(run, base="whisper-base", base_sha256="b", sha256="s", promoted=False)
    gate = GateReport(False, {"general speech": False}, {}, ("Ordinary speech gets worse.",))
    desk.ledger.set_run(run.id, RunState.FINISHED, gate=gate)
    for known in (run.id, adapter.id):
        why = desk.reviewing.why(Why(known), JOB)
        assert (why.subject_id, why.missing) == (known, "Ordinary speech gets worse.")
        assert "did not let it through" in why.summary
        assert [one.id for one in why.examples] == ids[:3]

    for wrong, error in (("p99", NotFoundError), ("d99", NotFoundError), ("u1", NotUnderstoodError)):
        with pytest.raises(error):
            desk.reviewing.why(Why(wrong), JOB)


def test_what_is_forgotten_is_in_no_decision_any_more(desk: Desk) -> None:
    desk.teach(40)
    (proposal,) = desk.reviewing.review().proposals
    assert any("“sink” for “think”" in reason for reason in desk.ledger.decision(proposal.decision_id).reasons)
    utterance = desk.ledger.utterances(limit=99)[-1]
    desk.memory.curator.forget(Forget((utterance.id,)), JOB)
    for known in (proposal.id, proposal.decision_id):
        with pytest.raises(NotFoundError):
            desk.reviewing.why(Why(known), JOB)
    (anew,) = desk.reviewing.review().proposals
    assert len(anew.example_ids) == 39


def test_a_fact_that_a_correction_tells_is_remembered_and_said_so(desk: Desk) -> None:
    report = correct(Correct(desk.dictate("I live in the town.").id, "I live in Bonn."), desk.ledger, desk.memory)
    decision = report.decisions[-1]
    assert decision.rung is Rung.REMEMBER
    assert decision.memory_id is not None
    assert desk.ledger.memory(decision.memory_id).kind is MemoryKind.FACT
    assert "never into weights" in decision.reasons[0]


def test_a_correction_leads_to_a_proposal_and_why_says_so(
    home: Home, clock: HeldClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWIN_PRELOAD", "0")
    clock.at = datetime.now(UTC) - timedelta(days=9)
    ledger = SqliteLedger(home.ledger, clock)
    for number, example in enumerate(accent(30)):
        utterance = ledger.add_utterance(
            Transcript(example.heard, words_of(example.heard), "en", 3.0), audio_sha256=f"{number:064}",
            source="microphone", origin="mic", model="whisper-base", session_id="cli-1",
        )  # fmt: skip
        if number < 29:
            ledger.add_correction(utterance.id, example.said, example.edits)
        clock.advance(hours=2)
    ledger.close()

    assert run(["correct", "last", accent(30)[-1].said, "--in-process", "--json"]) == 0
    rule, proposal = json.loads(capsys.readouterr().out)["proposals"]
    assert (rule["rung"], proposal["rung"], len(proposal["example_ids"])) == ("rewrite", "adapt", 30)
    assert run(["why", "--in-process"]) == 0
    assert f"missing: your word on {proposal['id']}" in capsys.readouterr().out
    assert run(["why", proposal["id"], "--in-process"]) == 0
    assert "→ your speech: adapt" in capsys.readouterr().out
    assert run(["why", "u1", "--in-process"]) == 1


# --- all or nothing ---------------------------------------------------------------------------------------------


def test_an_error_in_between_leaves_nothing_of_a_correction(
    desk: Desk, memory: TwinMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    utterance = desk.dictate("I use open rider daily")

    def fail(*args: object, **others: object) -> None:
        raise LedgerError("The disk is full.")

    monkeypatch.setattr(desk.ledger, "add_decision", fail)
    with pytest.raises(LedgerError):
        correct(Correct(utterance.id, "I use OpenRouter daily"), desk.ledger, memory)
    monkeypatch.undo()
    assert desk.ledger.utterance(utterance.id).corrected is None
    assert desk.ledger.signals(limit=9) == ()
    assert desk.ledger.memories() == ()
    correct(Correct(utterance.id, "I use OpenRouter daily"), desk.ledger, memory)
    assert [one.kind for one in desk.ledger.signals(limit=9)] == [SignalKind.CORRECTION]


KILLED = """
import os, signal, sys
from pathlib import Path
from memory.store.ledger import SqliteLedger
from twin.app import SystemClock
from twin.domain import SignalKind
ledger = SqliteLedger(Path(sys.argv[1]), SystemClock())
with ledger.together():
    ledger.add_correction("u1", "I use OpenRouter daily", ())
    ledger.add_signal(SignalKind.CORRECTION, subject_id="u1", summary="1 mishearing", edits=())
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_in_between_leaves_nothing_of_a_correction(home: Home, ledger: SqliteLedger) -> None:
    text = "I use open rider daily"
    ledger.add_utterance(
        Transcript(text, words_of(text), "en", 3.0), audio_sha256="ab" * 32, source="microphone", origin="mic",
        model="whisper-base", session_id="cli-1",
    )  # fmt: skip
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(home.ledger)], env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert ledger.utterance("u1").corrected is None
    assert ledger.signals(limit=9) == ()
    assert ledger.add_correction("u1", "I use OpenRouter daily", ()).id == "c1"


def test_who_listens_is_told_when_it_is_written_and_of_nothing_that_is_not(ledger: SqliteLedger) -> None:
    told: list[str] = []
    ledger.on_passage = told.append
    utterance = ledger.add_recording(
        audio_sha256="ab" * 32, seconds=3.0, source="microphone", origin="mic", session_id="cli-1"
    )
    with ledger.together(), ledger.together():
        ledger.add_correction(utterance.id, "I use OpenRouter daily", ())
        assert told == []
    assert told == [utterance.id]
    with pytest.raises(NotFoundError), ledger.together():  # noqa: PT012 - what is raised is not the point
        ledger.add_correction(utterance.id, "something else", ())
        ledger.utterance("u99")
    assert told == [utterance.id]
    assert ledger.utterance(utterance.id).corrected == "I use OpenRouter daily"
