"""The gate: what is proven goes live, what is not does not, and the report says why."""

from __future__ import annotations

import random

import pytest

from twin.learning.gate import GateEvidence, GateThresholds, Score, judge, leaves_open

THRESHOLDS = GateThresholds()


def scores(count: int, base: float, candidate: float, *, live: float | None = None, seed: int = 1) -> list[Score]:
    """Utterances of ten words, in which each word is wrong with these probabilities, together where it can be."""
    chance = random.Random(seed)

    def errors(rates: list[float]) -> list[int]:
        luck = [chance.random() for _ in range(10)]
        return [sum(draw < rate for draw in luck) for rate in rates]

    made = []
    for number in range(count):
        wrong = errors([base, candidate, live if live is not None else 0.0])
        made.append(Score(f"u{number}", 10, wrong[0], wrong[1], wrong[2] if live is not None else None))
    return made


GENERAL = scores(60, 0.05, 0.05, seed=2)


def test_a_clear_gain_without_forgetting_passes() -> None:
    report = judge(GateEvidence(scores(80, 0.12, 0.06), GENERAL), THRESHOLDS)
    assert report.passed
    assert all(report.checks.values())
    assert report.reasons == ()
    reduction = report.figures["personal_wer_reduction"]
    assert 0 < reduction.low < reduction.value < reduction.high < 1


@pytest.mark.parametrize(
    ("evidence", "failed"),
    [
        (GateEvidence(scores(80, 0.12, 0.12), GENERAL), "better than base"),
        (GateEvidence(scores(80, 0.12, 0.16), GENERAL), "better than base"),
        (GateEvidence(scores(5, 0.12, 0.0), GENERAL), "enough evidence"),
        (GateEvidence(scores(80, 0.005, 0.0), GENERAL), "enough evidence"),
        (GateEvidence(scores(80, 0.12, 0.08, live=0.04), GENERAL), "not worse than live"),
        (GateEvidence(scores(80, 0.12, 0.04), scores(60, 0.05, 0.08, seed=2)), "general speech"),
        (GateEvidence(scores(80, 0.12, 0.04), GENERAL, silence_failures=("silence-2",)), "silence stays empty"),
        (GateEvidence(scores(80, 0.12, 0.04), GENERAL, short_failures=("short-3",)), "short clips do not loop"),
    ],
)
def test_each_check_can_fail_and_says_so(evidence: GateEvidence, failed: str) -> None:
    report = judge(evidence, THRESHOLDS)
    assert not report.passed
    assert not report.checks[failed]
    assert report.reasons


def test_nothing_at_all_is_no_proof() -> None:
    report = judge(GateEvidence((), ()), THRESHOLDS)
    assert not report.passed
    assert not report.checks["enough evidence"]


def test_looking_often_must_convince_more() -> None:
    personal = scores(24, 0.12, 0.085, seed=5)
    once = judge(GateEvidence(personal, GENERAL), THRESHOLDS).figures["personal_wer_reduction"]
    often = judge(GateEvidence(personal, GENERAL, looks=10), THRESHOLDS).figures["personal_wer_reduction"]
    assert often.value == once.value
    assert often.low < once.low
    assert often.high > once.high


def test_chance_seldom_passes() -> None:
    """Of candidates that differ from the base by luck alone, few get through."""
    chance = random.Random(3)
    passed = 0
    for _ in range(100):
        personal = [
            Score(
                f"u{n}",
                10,
                sum(chance.random() < 0.1 for _ in range(10)),
                sum(chance.random() < 0.1 for _ in range(10)),
            )
            for n in range(60)
        ]
        passed += judge(GateEvidence(personal, GENERAL), THRESHOLDS).checks["better than base"]
    assert passed <= 8


def ordinary(better: int, worse: int, *, of: int = 60) -> list[Score]:
    """Sentences of twelve words; in some one word more is right, in some one word less."""
    return [
        Score(f"g{number}", 12, int(number < better), int(better <= number < better + worse)) for number in range(of)
    ]


@pytest.mark.parametrize(
    ("better", "worse", "is_open"),
    [
        (0, 0, False),  # nothing changed: it passes
        (1, 1, False),  # as good as nothing
        (4, 4, True),  # as much is won as lost, but of so few words that it may be chance
        (2, 4, True),
        (0, 12, False),  # clearly worse: more of it would not help
        (12, 0, False),
    ],
)
def test_more_is_listened_to_where_ordinary_speech_leaves_it_open(better: int, worse: int, is_open: bool) -> None:
    assert leaves_open(ordinary(better, worse), THRESHOLDS) is is_open


def test_the_second_look_at_ordinary_speech_convinces_with_more_and_must_convince_more() -> None:
    personal = scores(80, 0.12, 0.04)
    assert not judge(GateEvidence(personal, ordinary(4, 4)), THRESHOLDS).passed
    second = judge(GateEvidence(personal, ordinary(4, 4, of=120), general_looks=2), THRESHOLDS)
    assert second.passed
    once = judge(GateEvidence(personal, ordinary(4, 4, of=120)), THRESHOLDS)
    assert second.figures["general_wer_change"].high > once.figures["general_wer_change"].high
    refused = judge(GateEvidence(personal, ordinary(6, 12, of=120), general_looks=2), THRESHOLDS)
    assert not refused.checks["general speech"]


def test_a_refusal_for_want_of_certainty_does_not_say_that_it_got_worse() -> None:
    (reason,) = judge(GateEvidence(scores(80, 0.12, 0.04), ordinary(4, 4)), THRESHOLDS).reasons
    assert reason.startswith("Ordinary speech may get worse: +0.00 points (up to +")
