"""What an adapter should bring, and what it should cost, before it is trained. Pure.

Measured on one speaker with an accent, five seeded splits, the default recipe (docs/research/speech-adapters.md): the
share of the errors that were gone after so many corrections, with its 95% interval. Others will differ: the gate
decides, and this only says whether a training is worth its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from twin.domain import Interval, TrainingMode

_CURVE = (
    (10, Interval(0.19, 0.09, 0.29)),
    (20, Interval(0.25, 0.14, 0.35)),
    (40, Interval(0.29, 0.19, 0.38)),
    (80, Interval(0.35, 0.25, 0.44)),
)

_SECONDS_AN_EXAMPLE = 1.0
"""Training in folds and as a whole, and decoding what was held back, on two cores."""
_SECONDS_ANYWAY = 12.0
"""General speech, merging, loading."""
_VOICE_TIMES = 3.0
"""How much longer it takes with the encoder's top layers: an estimate, from the time of a step, of encoding what is
learned once, and of listening with another encoder."""


def expected_gain(examples: int, *, learned: int = 0, adaptable: float = 1.0) -> Interval:
    """The share of the errors that an adapter should take away, from 0 to 1.

    ``learned`` of the ``examples`` are in the adapter in use already: what is left is what the others add, of which no
    lower bound was measured. ``adaptable`` is the share of the errors that hints and rules leave to it.
    """
    reached = _at(examples)
    if learned:
        before = _at(learned).value
        value = max(0.0, 1 - (1 - reached.value) / (1 - before))
        reached = Interval(value, 0.0, max(value, 1 - (1 - reached.high) / (1 - before)))
    return Interval(*(round(share * adaptable, 3) for share in (reached.value, reached.low, reached.high)))


def expected_seconds(examples: Sequence[object], mode: TrainingMode = TrainingMode.DECODER) -> float:
    """What a training costs, evidence and gate included."""
    seconds = _SECONDS_ANYWAY + _SECONDS_AN_EXAMPLE * len(examples)
    return seconds * (_VOICE_TIMES if mode is TrainingMode.VOICE else 1.0)


def _at(examples: int) -> Interval:
    """Between what was measured along straight lines; beyond it what was measured last, below it in proportion."""
    (first, least), (last, most) = _CURVE[0], _CURVE[-1]
    if examples >= last:
        return most
    if examples <= first:
        return _between(Interval(0.0, 0.0, 0.0), least, examples / first)
    for (fewer, low), (more, high) in pairwise(_CURVE):
        if examples <= more:
            return _between(low, high, (examples - fewer) / (more - fewer))
    raise AssertionError(examples)


def _between(one: Interval, other: Interval, share: float) -> Interval:
    def part(low: float, high: float) -> float:
        return low + share * (high - low)

    return Interval(part(one.value, other.value), part(one.low, other.low), part(one.high, other.high))
