"""`twin proposals`, `twin learn`, `twin adapters` against scripted answers: what they ask, what they show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.fakes import PASSED, REFUSED, FakeClient
from twin.cli import run
from twin.domain import (
    Adapter,
    Change,
    GateReport,
    Interval,
    Proposal,
    ProposalState,
    Rung,
    RunState,
    TrainingMode,
    TrainingRun,
)
from twin.errors import CancelledByPersonError
from twin.requests import (
    AdapterReport,
    Adapters,
    CompareVersions,
    Decided,
    DecideProposal,
    DeleteAdapter,
    HeardByTwo,
    Learn,
    Learned,
    ListAdapters,
    ListProposals,
    Proposals,
    ShowAdapter,
    ShowProposal,
    UseAdapter,
    Verdict,
    VersionsCompared,
)
from twin.time_left import TimeLeft

MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TRAINING = Proposal(
    "p3", "d1", Rung.ADAPT, "Train an adapter on 40 corrected utterances?", ProposalState.OPEN, MORNING,
    example_ids=("c1", "c2"), errors=87, expected_gain=Interval(0.31, 0.12, 0.45), cost_seconds=41.7,
    changes=(
        Change("u3", "ask open rider", "ask OpenRouter", "ask OpenRouter", better=True),
        Change("u9", "an\nopen rider", "an OpenRouter", "an open rider", better=False),
    ),
)  # fmt: skip
REJECTED = Proposal("p1", "d1", Rung.REWRITE, "Always?", ProposalState.REJECTED, MORNING, reason="my trade")

Typed = Callable[..., tuple[str, str]]


def trained(
    gate: GateReport | None = PASSED, id: str = "r1", problem: str = "", changes: tuple[Change, ...] = ()
) -> TrainingRun:
    state = RunState.FINISHED if gate else RunState.FAILED
    return TrainingRun(
        id, "p3", state, "", "{}", ("c1", "c2"), (), None, MORNING, gate=gate, seconds={"train": 30.0, "gate": 11.6},
        problem=problem, changes=changes,
    )  # fmt: skip


def version(id: str, parent_id: str | None = None, *, replay_ids: tuple[str, ...] = (), **more: object) -> Adapter:
    made = {"promoted": True, **more}
    return Adapter(
        id, f"r{id[1:]}", parent_id, "", "whisper-base", "0" * 64, "1" * 64, "{}", ("c1", "c2"), replay_ids, MORNING,
        **made,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    fake = FakeClient()
    monkeypatch.setattr("twin.cli.options.connect", lambda home, in_process: fake)
    return fake


@pytest.fixture
def typed(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> Typed:
    def type_in(*arguments: str, code: int = 0) -> tuple[str, str]:
        assert run(arguments) == code
        shown = capsys.readouterr()
        return shown.out, shown.err

    return type_in


# --- proposals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("proposals",), ("proposals", "list")])
def test_the_list_is_of_what_waits_and_says_how_to_go_on(client: FakeClient, typed: Typed, command: list[str]) -> None:
    client.always(ListProposals, Proposals((REJECTED, TRAINING)))
    out, err = typed(*command)
    assert "p3" in out
    assert "waits for your word" in out
    assert "p1" not in out
    assert "1 more" in err
    assert "twin proposals show p3" in err
    assert "p1" in typed("proposals", "list", "--all")[0]
    (only,) = json.loads(typed(*command, "--json")[0])["proposals"]
    assert only["id"] == "p3"


def test_without_proposals_it_says_where_they_come_from(client: FakeClient, typed: Typed) -> None:
    client.always(ListProposals, Proposals(()))
    assert "twin why" in typed("proposals")[0]


def test_a_proposal_shows_its_evidence(client: FakeClient, typed: Typed) -> None:
    client.always(ShowProposal, TRAINING)
    out, err = typed("proposals", "show", "p3", "--replay")
    assert client.requests(ShowProposal) == [ShowProposal("p3", replay=True)]
    assert "31% fewer (12% to 45%) of the 87 words" in out
    assert "about 42 s" in out
    assert "would fix 1:\n    u3: “ask open rider” → “ask OpenRouter”\n  would break 1:" in out
    assert "u9: “an open rider” → “an OpenRouter”\n        you said “an open rider”" in out
    assert "2 examples: c1, c2" in out
    assert "approve p3 · edit p3 --without c1" in err
    client.always(ShowProposal, replace(TRAINING, mode=TrainingMode.VOICE))
    assert "in voice mode: the top of the encoder is trained, too (twin why p3)" in typed("proposals", "show", "p3")[0]
    client.always(ShowProposal, REJECTED)
    out, err = typed("proposals", "show", "p1")
    assert "because: my trade" in out
    assert "approve" not in err


@pytest.mark.parametrize(
    ("arguments", "request_made"),
    [
        (["approve", "p3"], DecideProposal("p3", Verdict.APPROVE)),
        (["approve", "p3", "--now", "--without", "c1"], DecideProposal("p3", Verdict.APPROVE, "", ("c1",), now=True)),
        (["reject", "p3", "--reason", "no"], DecideProposal("p3", Verdict.REJECT, "no")),
        (["edit", "p3", "--without", "c1", "--without", "c2"], DecideProposal("p3", Verdict.EDIT, "", ("c1", "c2"))),
        (["edit", "p3", "--mode", "voice"], DecideProposal("p3", Verdict.EDIT, mode=TrainingMode.VOICE)),
        (["approve", "p3", "--mode", "decoder"], DecideProposal("p3", Verdict.APPROVE, mode=TrainingMode.DECODER)),
        (["later", "p3"], DecideProposal("p3", Verdict.LATER)),
    ],
)
def test_a_word_is_passed_on(
    client: FakeClient, typed: Typed, arguments: list[str], request_made: DecideProposal
) -> None:
    client.always(DecideProposal, Decided(TRAINING, "As you say."))
    assert typed("proposals", *arguments)[0] == "As you say.\n"
    assert json.loads(typed("proposals", *arguments, "--json")[0])["proposal"]["id"] == "p3"
    assert client.requests(DecideProposal) == [request_made, request_made]


def test_approved_and_trained_at_once_shows_the_gates_report(client: FakeClient, typed: Typed) -> None:
    client.always(DecideProposal, Decided(TRAINING, "r1 is over.", trained()))
    assert "better than base" in typed("proposals", "approve", "p3", "--now")[0]


# --- learn ----------------------------------------------------------------------------------------------------


def test_learn_shows_checks_figures_and_what_would_change_the_gates_mind(client: FakeClient, typed: Typed) -> None:
    client.always(Learn, Learned((trained(), trained(REFUSED, "r2")), (version("a1", live=True),)))
    out, err = typed("learn", "--now")
    assert "twin adapters rollback" in err
    assert client.requests(Learn) == [Learn(now=True)]
    assert "r1 · p3 · 2 examples · 42 s · passed the gate" in out
    assert "r2 · p3 · 2 examples · 42 s · not passed by the gate: not used" in out
    shown = [" ".join(line.split()) for line in out.splitlines()]
    assert "ok better than base" in shown
    assert "no better than base" in shown
    assert "32% 11% to 48% of your errors gone" in shown
    assert "12.5% 9.0% to 16.0% words wrong in your speech, before" in shown
    assert "+0.1 -0.2 to +0.3 in other people's speech (points)" in shown
    assert "because: It is not proven better on your own speech. More corrections would make it narrower." in shown


def test_learn_prints_the_last_run_as_json_and_all(client: FakeClient, typed: Typed) -> None:
    client.always(Learn, Learned((trained(id="r1"), trained(REFUSED, "r2")), ()))
    document = json.loads(typed("learn", "--json")[0])
    assert (document["run_id"], document["promoted"], document["gate"]["passed"]) == ("r2", False, False)
    assert [one["id"] for one in document["runs"]] == ["r1", "r2"]
    client.always(Learn, Learned((), ()))
    nothing = json.loads(typed("learn", "--json")[0])
    assert nothing == {"run_id": None, "gate": None, "promoted": False, "runs": [], "live": []}
    assert "Nothing is approved" in typed("learn")[0]


def test_a_cancelled_training_says_how_to_go_on(client: FakeClient, typed: Typed) -> None:
    client.always(Learn, CancelledByPersonError("Cancelled."))
    assert "`twin learn` goes on with it" in typed("learn", code=130)[1]
    client.always(DecideProposal, CancelledByPersonError("Cancelled."))
    assert "`twin learn`" in typed("proposals", "approve", "p3", "--now", code=130)[1]
    assert "`twin learn`" not in typed("proposals", "reject", "p3", code=130)[1]


def test_the_time_left_goes_by_how_far_it_has_come() -> None:
    now = 0.0
    left = TimeLeft(lambda: now)
    assert left.after(0.1) is None
    now = 1.0
    assert left.after(0.2) is None  # too soon to tell
    now = 4.0
    assert left.after(0.5) == pytest.approx(5.0)
    now = 10.0
    assert left.after(0.0) is None  # another stage
    now = 14.0
    assert left.after(0.5) == pytest.approx(4.0)
    assert left.after(None) is None


# --- adapters -------------------------------------------------------------------------------------------------


def test_versions_are_drawn_below_what_they_began_from(client: FakeClient, typed: Typed) -> None:
    listing = Adapters(
        (
            version("a1"),
            version("a2", "a1", withdrawn_because="an example was forgotten"),
            version("a3", "a1", live=True),
            version("a4", "a3", promoted=False),
        ),
        (*(trained(id=f"r{number}") for number in range(1, 5)), trained(None, "r5", "Out of memory.")),
    )
    client.always(ListAdapters, listing)
    out, _ = typed("adapters")
    lines = out.splitlines()
    assert lines[0] == "whisper-base"
    assert lines[1].startswith("└── a1 · 4 March 2026 · 2 examples")
    assert lines[2].startswith("    ├── a2")
    assert "withdrawn: an example was forgotten" in lines[2]
    assert lines[3].startswith("    └── a3")
    assert lines[3].endswith("● in use")
    assert lines[4].startswith("        └── a4")
    assert "not passed by the gate" in lines[4]
    assert "r5" in lines[5]
    assert "Out of memory." in lines[6]
    assert len(json.loads(typed("adapters", "--json")[0])["adapters"]) == 4


def test_the_base_is_marked_where_no_version_is_in_use(client: FakeClient, typed: Typed) -> None:
    client.always(ListAdapters, Adapters((version("a1"),), ()))
    assert typed("adapters", "list")[0].splitlines()[0].endswith("● in use")
    client.always(ListAdapters, Adapters((), ()))
    assert "twin proposals" in typed("adapters")[0]


def test_a_version_shows_what_it_was_made_of(client: FakeClient, typed: Typed) -> None:
    adapter = version("a2", "a1", live=True, replay_ids=("c7",))
    client.always(
        ShowAdapter, AdapterReport(adapter, trained(changes=TRAINING.changes), (version("a1"), adapter), ("c2",))
    )
    out, err = typed("adapters", "show", "a2")
    assert "whisper-base → a1 → a2" in out
    assert "trained on c1, c2" in out
    assert "beside c7" in out
    assert "forgotten c2" in out
    assert "better than base" in out
    assert "1 are heard better, 1 worse" in out
    assert "heard better 1:\n    u3: “ask open rider” → “ask OpenRouter”\n  heard worse 1:\n    u9" in out
    assert "sha256 1111111111111111…" in err


@pytest.mark.parametrize(
    ("arguments", "request_made"),
    [
        (["use", "base"], UseAdapter("base")),
        (["rollback"], UseAdapter("previous")),
        (["delete", "a1"], DeleteAdapter("a1")),
    ],
)
def test_versions_are_put_in_use_and_deleted(
    client: FakeClient, typed: Typed, arguments: list[str], request_made: UseAdapter | DeleteAdapter
) -> None:
    client.always(type(request_made), Adapters((version("a1", live=True),), ()))
    assert "a1" in typed("adapters", *arguments)[0]
    assert client.requests(type(request_made)) == [request_made]


def test_two_versions_are_heard_side_by_side(client: FakeClient, typed: Typed) -> None:
    heard = (
        HeardByTwo("u7", MORNING, "ask open rider [now]", "ask OpenRouter [now]", "ask OpenRouter now"),
        HeardByTwo("u4", MORNING, "it rained", "it rained"),
    )
    client.always(CompareVersions, VersionsCompared("base", "a1", heard))
    out, err = typed("adapters", "compare", "base", "a1", "--last", "2")
    assert "base  ask [open rider] [now]" in out
    assert "a1    ask [OpenRouter] [now]" in out
    assert "said  ask OpenRouter now" in out
    assert "both  it rained" in out
    assert "1 of 2 are heard alike" in err
    typed("adapters", "compare", "base", "a1", "--utterance", "u7", "--utterance", "u4", "--json")
    assert client.requests(CompareVersions) == [
        CompareVersions("base", "a1", last=2),
        CompareVersions("base", "a1", ("u7", "u4")),
    ]
