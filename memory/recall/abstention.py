"""Is there an answer at all? What the ranking as a whole says about it.

A question whose words are well covered by what the right person said has an answer; one that only somebody else's words
cover, or whose words nobody ever said, has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memory.recall.postings import Floats
from memory.recall.signals import SIGNALS, Observed
from memory.recall.weights import BIAS, CERTAINTY
from twin.domain import RecallMode

FEATURES: Final = (
    "top", "cover_top", "asked_top", "cover_match", "unknown", "terms", "idf", "near_match", "entropy", "dense_match",
    "match_share", "margin_person", "margin_self", "cover_other_person", "cover_other_self", "dense_other_person",
    "dense_other_self", "person", "cosine_top", "cosine_margin",
)  # fmt: skip
_COVER, _COVER_ASKED, _SPEAKER = (SIGNALS.index(name) for name in ("cover", "cover_asked", "speaker"))
_CONSIDERED = 200
_FIRST = 10
_NOBODY_ELSE = 2.0
"""The margin over what others said, where nobody else said anything."""
_RIVALS = slice(1, 6)
"""The ranks against which the margin of the best one's cosine is taken."""
_MOST_MARGIN = 0.25
"""In a store of a few memories the next best says nothing, and any margin would be large."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking of all rows, of which ``alive`` hold something; ``scores`` of the others are minus infinity.

    ``speaker_weight`` is what the signal of the speaker weighs in the scores."""

    observed: Observed
    scores: Floats
    alive: NDArray[np.bool_]
    speaker_weight: float


def certainty(ranked: Ranked, mode: RecallMode) -> float:
    """The log-odds of there being an answer in talk."""
    weights = CERTAINTY[mode]
    found: dict[str, float] = dict(zip(FEATURES, features(ranked).tolist(), strict=True))
    return BIAS[mode] + sum(weight * found[name] for name, weight in weights.items())


def features(ranked: Ranked) -> Floats:
    """What the ranking tells, in the order of :data:`FEATURES`."""
    observed, scores, alive = ranked.observed, ranked.scores, ranked.alive
    speaker = observed.values[_SPEAKER]
    cover, cosine = observed.values[_COVER], observed.cosine
    match = (speaker > 0) & alive
    if not match.any():
        match = alive
    other = alive & ~match
    any_other = bool(other.any())
    said = scores - np.float32(ranked.speaker_weight) * speaker
    first = np.argpartition(scores, -min(_CONSIDERED, len(scores)))[-_CONSIDERED:]
    first = first[alive[first]]
    first = first[np.argsort(-scores[first])]
    best = scores[first]
    share = np.exp(best - best[0])
    share /= share.sum()
    top = int(first[0])
    margin = _most(said, match) - _most(said, other) if any_other else _NOBODY_ELSE
    cover_other = _most(cover, other) if any_other else 0.0
    dense_other = _most(cosine, other) if any_other else 0.0
    person = float(observed.person_named)
    rivals = greatest(cosine, _RIVALS.stop)[_RIVALS]
    cosine_margin = float(cosine[top] - rivals.mean()) if len(rivals) else _MOST_MARGIN
    return np.array(
        [
            best[0],
            cover[top],
            observed.values[_COVER_ASKED][top],
            _most(cover, match),
            observed.unknown,
            observed.terms,
            observed.total,
            _most(observed.near_cover, match),
            -(share * np.log(share + 1e-12)).sum(),
            _most(cosine, match),
            match[first[:_FIRST]].mean(),
            margin * person,
            margin * (1 - person),
            cover_other * person,
            cover_other * (1 - person),
            dense_other * person,
            dense_other * (1 - person),
            person,
            cosine[top],
            min(max(0.0, cosine_margin), _MOST_MARGIN),
        ],
        dtype=np.float32,
    )


def _most(values: Floats, of: NDArray[np.bool_]) -> float:
    return float(np.max(values, where=of, initial=-np.inf))


def greatest(values: Floats, count: int) -> Floats:
    """The ``count`` greatest, or all there are, greatest first."""
    if count < len(values):
        values = np.partition(values, -count)[-count:]
    greatest: Floats = np.sort(values)[::-1]
    return greatest
