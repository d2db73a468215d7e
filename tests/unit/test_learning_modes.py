"""When a training is to change the encoder, too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from twin.domain import Adapter, GateReport, Interval, RunState, TrainingMode, TrainingRun
from twin.learning.gain import expected_seconds
from twin.learning.modes import choose, mode_of

AT = datetime(2026, 3, 2, tzinfo=UTC)
DECODER, VOICE = TrainingMode.DECODER, TrainingMode.VOICE


def gate(base: float, after: float, *, passed: bool = True) -> GateReport:
    def figure(value: float) -> Interval:
        return Interval(value, value - 1, value + 1)

    return GateReport(
        passed,
        {"better than base": passed},
        {"personal_wer_base": figure(base), "personal_wer_candidate": figure(after)},
    )


def run(
    base: float = 20.0, after: float = 18.0, *, id: str = "r1", examples: int = 60, mode: TrainingMode | None = DECODER,
    domain: str = "", state: RunState = RunState.FINISHED, passed: bool = True,
) -> TrainingRun:  # fmt: skip
    recipe = "{}" if mode is None else f'{{"mode": "{mode}"}}'
    ids = tuple(f"c{number}" for number in range(examples))
    judged = gate(base, after, passed=passed) if state is RunState.FINISHED else None
    return TrainingRun(id, "p1", state, domain, recipe, ids, (), None, AT, gate=judged)


def adapter(mode: TrainingMode, *, live: bool = True, domain: str = "") -> Adapter:
    return Adapter("a1", "r1", None, domain, "w", "b", "s", f'{{"mode": "{mode}"}}', (), (), AT, True, live)


@dataclass(frozen=True)
class Case:
    name: str
    runs: tuple[TrainingRun, ...]
    mode: TrainingMode
    says: str = ""
    adapters: tuple[Adapter, ...] = ()


CASES = (
    Case("nothing was trained yet", (), DECODER),
    Case("the decoder alone leaves most errors", (run(20, 18),), VOICE, "left 90% of the errors"),
    Case("the same, and it was refused", (run(20, 19, passed=False),), VOICE, "19.0% of the words of 60 utterances"),
    Case("the same, of a recipe without a mode", (run(20, 18, mode=None),), VOICE, "r1"),
    Case("it takes away what one may expect", (run(20, 13),), DECODER),
    Case("just below the share", (run(20, 15.9),), DECODER),
    Case("few words are wrong", (run(3.5, 3.4),), DECODER),
    Case("too few utterances tell", (run(20, 18, examples=20),), DECODER),
    Case("a training that failed tells nothing", (run(state=RunState.FAILED),), DECODER),
    Case("one that is under way neither", (run(state=RunState.RUNNING),), DECODER),
    Case("another domain's tells nothing", (run(domain="medicine"),), DECODER),
    Case("the last one counts", (run(20, 18), run(20, 12, id="r2")), DECODER),
    Case("voice mode was tried in vain", (run(20, 18), run(20, 18, id="r2", mode=VOICE, passed=False)), DECODER),
    Case("the decoder was tried again since", (run(mode=VOICE, passed=False), run(20, 18, id="r3")), VOICE, "r3"),
    Case("what is in use was trained in voice mode", (run(20, 12, mode=VOICE),), VOICE, "what goes on from it",
         (adapter(VOICE),)),
    Case("it was rolled back", (run(20, 12, mode=VOICE),), DECODER, "", (adapter(VOICE, live=False),)),
    Case("it is in use elsewhere", (run(20, 12),), DECODER, "", (adapter(VOICE, domain="medicine"),)),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_situation_has_its_mode(case: Case) -> None:
    chosen = choose("", case.runs, case.adapters)
    assert chosen.mode is case.mode
    assert case.says in chosen.reason
    assert bool(chosen.reason) == (case.mode is VOICE)


def test_of_a_base_without_errors_nothing_is_left() -> None:
    assert choose("", [run(0.0, 0.0)], ()).mode is DECODER
    without_figures = replace(run(), gate=GateReport(False, {}, {}))
    assert choose("", [without_figures], ()).mode is DECODER


def test_voice_mode_costs_more() -> None:
    assert expected_seconds(["c1"], VOICE) > 2 * expected_seconds(["c1"])
    assert mode_of('{"rank": 16}') is DECODER
