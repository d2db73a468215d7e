"""A scripted past of learning: what is proposed, what was trained, what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.fakes import FakeClient
from tests.tui.script import MEMORIES, NOW, YESTERDAY, memory
from twin.domain import (
    Adapter,
    AudioSource,
    Change,
    Decision,
    EditKind,
    Example,
    GateReport,
    Interval,
    Judgement,
    Memory,
    MemoryKind,
    MemoryStatus,
    Proposal,
    ProposalState,
    Refused,
    Rung,
    RunState,
    TrainingRun,
    WordEdit,
)
from twin.requests import (
    Adapters,
    Check,
    Diagnosis,
    Doctor,
    Explanation,
    Know,
    Knowledge,
    ListAdapters,
    ListProposals,
    Proposals,
    Quote,
    Why,
)

FIXED = Change(
    "u4",
    "Please route the request through open rider before noon.",
    "Please route the request through OpenRouter before noon.",
    "Please route the request through OpenRouter before noon.",
    better=True,
)
BROKEN = Change("u9", "The rider came at noon.", "The Router came at noon.", "The rider came at noon.", better=False)

RULE = Proposal(
    "p1",
    "d1",
    Rung.REWRITE,
    "Always write OpenRouter?",
    ProposalState.OPEN,
    YESTERDAY,
    subject_id="w1",
    example_ids=("c1", "c4"),
    changes=(FIXED,),
)
TRAINING = Proposal(
    "p2",
    "d2",
    Rung.ADAPT,
    "Train an adapter for your dictations on 42 corrected utterances? It should take away 26% of your 61 wrong words, "
    "in about 70 s.",
    ProposalState.OPEN,
    NOW - timedelta(hours=2),
    example_ids=tuple(f"c{number}" for number in range(1, 43)),
    errors=61,
    expected_gain=Interval(0.26, 0.13, 0.39),
    cost_seconds=70.0,
)
ANOTHER_RULE = replace(RULE, id="p3", summary="Always write kubectl?", subject_id="w2", example_ids=("c2", "c7"))
REJECTED = replace(RULE, id="p4", summary="Always write Anna?", state=ProposalState.REJECTED, reason="two people")
PROPOSED = (RULE, TRAINING, ANOTHER_RULE, REJECTED)

PASSED = GateReport(
    passed=True,
    checks={
        "enough evidence": True,
        "better than base": True,
        "general speech": True,
        "silence stays empty": True,
        "short clips do not loop": True,
    },
    figures={
        "personal_wer_base": Interval(10.98, 9.1, 13.0),
        "personal_wer_candidate": Interval(8.09, 6.4, 9.9),
        "personal_wer_reduction": Interval(0.26, 0.13, 0.39),
        "general_wer_change": Interval(0.05, -0.2, 0.3),
    },
)
REFUSED = GateReport(
    passed=False,
    checks={"enough evidence": True, "better than base": False, "general speech": True},
    figures={
        "personal_wer_base": Interval(11.4, 8.0, 15.1),
        "personal_wer_candidate": Interval(10.6, 7.1, 14.4),
        "personal_wer_reduction": Interval(0.07, -0.12, 0.25),
        "general_wer_change": Interval(0.1, -0.3, 0.5),
    },
    reasons=("It is not proven better on your own speech: 7% fewer errors, but the interval reaches -12%.",),
)
SPENT = {"prepare": 2.0, "train": 26.0, "scale": 5.0, "merge": 2.0, "prove": 65.0}


def run(id: str, days_ago: int, gate: GateReport | None, *, parent: str | None = None) -> TrainingRun:
    return TrainingRun(
        id,
        "p9",
        RunState.FINISHED,
        "",
        "{}",
        tuple(f"c{number}" for number in range(1, 25)),
        (),
        parent,
        NOW - timedelta(days=days_ago),
        NOW - timedelta(days=days_ago),
        gate,
        changes=(FIXED, BROKEN),
        seconds=SPENT,
    )


def adapter(id: str, run_id: str, days_ago: int, *, parent: str | None = None, **changes: object) -> Adapter:
    fields: dict[str, object] = {
        "id": id,
        "run_id": run_id,
        "parent_id": parent,
        "domain": "",
        "base": "whisper-base",
        "base_sha256": "0" * 64,
        "sha256": "1" * 64,
        "recipe": "{}",
        "example_ids": ("c1", "c2", "c3"),
        "replay_ids": (),
        "created_at": NOW - timedelta(days=days_ago),
        "promoted": True,
    }
    return Adapter(**{**fields, **changes})  # type: ignore[arg-type]


FAILED_RUN = replace(
    run("r4", 1, None),
    state=RunState.FAILED,
    problem="There is too little memory: 1.2 GB free.",
    changes=(),
    seconds={},
)
LISTING = Adapters(
    (
        adapter("a1", "r1", 20),
        adapter("a2", "r2", 12, parent="a1", promoted=False),
        adapter("a3", "r3", 5, parent="a1", live=True, example_ids=("c1", "c2", "c3", "c4", "c5")),
    ),
    (run("r1", 20, PASSED), run("r2", 12, REFUSED, parent="a1"), run("r3", 5, PASSED, parent="a1"), FAILED_RUN),
)

_EDIT = WordEdit(EditKind.SUBSTITUTE, ("open", "rider"), ("OpenRouter",), 5, 7, Judgement.SOUND_ALIKE, 0.84, 0.31)
EXAMPLE = Example("c1", "u4", "0" * 64, 6.2, FIXED.before, FIXED.said, (_EDIT,), YESTERDAY, AudioSource.FILE)
WHY_NOT_YET = Explanation(
    subject_id="",
    summary="There are 17 examples to learn from; 1 was not taken.",
    decisions=(
        Decision(
            "", Rung.WAIT, "your dictations", ("9 errors that hints and rules do not explain",), (), NOW,
            missing="23 more corrected utterances, on one more day",
        ),
    ),
    examples=(EXAMPLE,),
    refused=(Refused("c8", "it does not sound like what was heard"),),
    missing="your dictations: 23 more corrected utterances, on one more day",
)  # fmt: skip
WHY_PROPOSED = Explanation(
    subject_id="p2",
    summary="",
    decisions=(
        Decision(
            "d2", Rung.ADAPT, "your dictations", ("61 words are wrong", "40 of them sound like your accent"), (), NOW
        ),
    ),
    examples=(EXAMPLE,),
    refused=(),
)

SISTER = replace(
    memory("m6", "sister is called Anna-Lena", source="t1", days_ago=0), slot="sister.name", value="Anna-Lena"
)
SISTER_BEFORE = replace(
    memory("m5", "sister is called Anna", source="t3", days_ago=8),
    slot="sister.name",
    value="Anna",
    true_until=NOW,
    superseded_by="m6",
)
SECRETIVE = replace(memory("m7", "sees a doctor on Fridays", days_ago=4), status=MemoryStatus.PRIVATE)
HEARD_TERM = replace(memory("m8", "kubectl", MemoryKind.VOCABULARY, source="u4", days_ago=2), aliases=("cube cuddle",))
KNOWN: tuple[Memory, ...] = (*MEMORIES, SISTER_BEFORE, SISTER, SECRETIVE, HEARD_TERM)
KNOWLEDGE = Knowledge(
    KNOWN,
    sources=(
        Quote("t1", "I drink oat flat whites.", YESTERDAY),
        Quote("u4", "Ask [somebody] about kubectl.", YESTERDAY),
    ),
    said_in_private=(Quote("t9", "Nobody shall read this.", YESTERDAY),),
)
DIAGNOSIS = Diagnosis(
    (
        Check("home folder", ok=True, detail="/home/me/.local/share/twin, private to you"),
        Check("disk", ok=False, detail="0.2 GB free", hint="Free some space: recordings and indexes grow."),
        Check("microphone", ok=False, detail="none found", hint="Plug one in, or allow access to it.", optional=True),
    )
)


def with_learning(client: FakeClient) -> FakeClient:
    client.always(ListProposals, Proposals(PROPOSED))
    client.always(ListAdapters, LISTING)
    client.always(Why, lambda why: replace(WHY_PROPOSED, subject_id=why.id) if why.id else WHY_NOT_YET)
    client.always(Know, KNOWLEDGE)
    client.always(Doctor, DIAGNOSIS)
    return client
