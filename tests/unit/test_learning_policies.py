"""What the twin may do of itself: which proposals need no word, what counts as mains power, what is done when idle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from memory.store.ledger import SqliteLedger
from twin.domain import Change, Proposal, ProposalState, Rung
from twin.errors import SettingsError
from twin.learning.policies import IdleWork, approved_by, on_mains_power
from twin.paths import Home
from twin.requests import DecideProposal, Learn, ShowProposal, Verdict
from twin.settings import load_settings

FIXED = Change("u1", "open rider", "OpenRouter", "OpenRouter", better=True)
BROKEN = Change("u2", "an open rider", "an OpenRouter", "an open rider", better=False)


def propose(ledger: SqliteLedger, rung: Rung, *changes: Change) -> Proposal:
    decision = ledger.add_decision(rung, subject="open rider", reasons=(), signal_ids=())
    for change in changes:
        while len(ledger.utterances(limit=9)) < int(change.utterance_id[1:]):
            ledger.add_recording(audio_sha256="a", seconds=1.0, source="file", origin="", session_id="cli-1")
    return ledger.add_proposal(rung, decision_id=decision.id, summary="a wish", changes=changes)


@pytest.mark.parametrize(
    ("rungs", "rung", "changes", "state", "approved"),
    [
        ((), Rung.REWRITE, (FIXED,), ProposalState.OPEN, False),
        (("rewrite",), Rung.REWRITE, (FIXED,), ProposalState.OPEN, True),
        (("rewrite",), Rung.REWRITE, (FIXED, BROKEN), ProposalState.OPEN, False),
        (("rewrite",), Rung.REWRITE, (FIXED,), ProposalState.LATER, False),
        (("rewrite",), Rung.REWRITE, (FIXED,), ProposalState.REJECTED, False),
        (("rewrite",), Rung.ADAPT, (FIXED,), ProposalState.OPEN, False),
        (("rewrite", "adapt"), Rung.ADAPT, (), ProposalState.OPEN, True),
        (("new-domain",), Rung.NEW_DOMAIN, (), ProposalState.OPEN, True),
    ],
)
def test_only_what_breaks_nothing_and_is_of_an_allowed_kind_needs_no_word(
    ledger: SqliteLedger,
    rungs: tuple[str, ...],
    rung: Rung,
    changes: tuple[Change, ...],
    state: ProposalState,
    approved: bool,
) -> None:
    proposal = ledger.set_proposal(propose(ledger, rung, *changes).id, state)
    assert bool(approved_by(rungs, proposal)) == approved


BATTERY = {"type": "Battery", "status": "Discharging"}
FULL = {"type": "Battery", "status": "Full"}
PLUGGED, UNPLUGGED = {"type": "Mains", "online": "1"}, {"type": "Mains", "online": "0"}
MOUSE = {"type": "Battery", "status": "Discharging", "scope": "Device"}


@pytest.mark.parametrize(
    ("supplies", "mains"),
    [
        ({}, True),
        ({"AC": PLUGGED, "BAT0": BATTERY}, True),
        ({"AC": UNPLUGGED, "BAT0": BATTERY}, False),
        ({"AC": UNPLUGGED, "BAT0": FULL}, False),
        ({"BAT0": BATTERY}, False),
        ({"BAT0": FULL}, True),
        ({"BAT0": FULL, "BAT1": BATTERY}, False),
        ({"AC": UNPLUGGED, "USBC": {"type": "USB", "online": "1"}, "BAT0": BATTERY}, True),
        ({"hid-mouse": MOUSE}, True),
        ({"BAT0": {"type": "Battery"}}, False),
        ({"AC": {"type": "Mains"}, "BAT0": BATTERY}, False),
    ],
)
def test_mains_power_is_read_from_the_machine(
    tmp_path: Path, supplies: Mapping[str, Mapping[str, str]], mains: bool
) -> None:
    for name, attributes in supplies.items():
        (tmp_path / name).mkdir()
        for attribute, value in attributes.items():
            (tmp_path / name / attribute).write_text(value + "\n")
    assert on_mains_power(tmp_path) == mains


def test_where_there_is_no_telling_it_is_not_mains_power(tmp_path: Path) -> None:
    assert not on_mains_power(tmp_path / "nothing")


def test_nothing_is_done_of_itself_unless_it_was_asked_for(ledger: SqliteLedger) -> None:
    propose(ledger, Rung.REWRITE)
    ledger.set_proposal(propose(ledger, Rung.ADAPT).id, ProposalState.APPROVED)
    assert IdleWork(ledger, on_mains=lambda: True).due(1e6) is None


def test_what_needs_no_word_is_approved_once_the_engine_is_idle(ledger: SqliteLedger) -> None:
    work = IdleWork(ledger, ("rewrite",))
    rule, _ = propose(ledger, Rung.REWRITE), propose(ledger, Rung.ADAPT)
    assert work.due(1.0) is None
    due = work.due(10.0)
    assert isinstance(due, DecideProposal)
    assert (due.id, due.verdict, due.now) == (rule.id, Verdict.APPROVE, False)
    assert "approve_automatically" in due.reason
    assert work.due(10.0) is None  # it failed, then: it waits for the person


def test_it_trains_when_idle_for_long_on_mains_power_and_once(ledger: SqliteLedger) -> None:
    mains = False
    work = IdleWork(ledger, train=True, on_mains=lambda: mains)
    proposal = propose(ledger, Rung.ADAPT)
    assert work.due(1000.0) is None
    ledger.set_proposal(proposal.id, ProposalState.APPROVED)
    assert work.due(1000.0) is None
    mains = True
    assert work.due(100.0) is None
    assert work.due(1000.0) == Learn()
    assert work.due(1000.0) is None
    ledger.set_proposal(propose(ledger, Rung.ADAPT).id, ProposalState.APPROVED)
    assert work.due(1000.0) == Learn()


def test_what_is_proposed_is_tried_out_when_idle_and_once(ledger: SqliteLedger) -> None:
    work = IdleWork(ledger, evidence=True, on_mains=lambda: True)
    propose(ledger, Rung.REWRITE)
    assert work.due(1e6) is None
    proposal = propose(ledger, Rung.ADAPT)
    assert work.due(30.0) is None
    assert work.due(100.0) == ShowProposal(proposal.id, replay=True)
    assert work.due(100.0) is None
    propose(ledger, Rung.ADAPT, FIXED)
    assert work.due(100.0) is None


def test_on_a_battery_nothing_is_tried_out(ledger: SqliteLedger) -> None:
    propose(ledger, Rung.ADAPT)
    assert IdleWork(ledger, evidence=True, on_mains=lambda: False).due(1e6) is None


def test_kinds_are_listed_in_the_file_and_in_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings(home).approve_automatically == ()
    home.config.write_text('approve_automatically = ["rewrite"]\n')
    assert load_settings(home).approve_automatically == ("rewrite",)
    monkeypatch.setenv("TWIN_APPROVE_AUTOMATICALLY", "rewrite, adapt")
    assert load_settings(home).approve_automatically == ("rewrite", "adapt")
    monkeypatch.setenv("TWIN_APPROVE_AUTOMATICALLY", "everything")
    with pytest.raises(SettingsError, match="approve_automatically"):
        load_settings(home)
