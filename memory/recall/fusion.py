"""How much a passage answers a question: two linear scores, for what was told to the twin and for talk elsewhere.

*What was told to the twin* is told to be remembered: statements that stand by themselves. A logistic model over a few
signals and rules says how relevant one is (:func:`statement_log_odds`). A filled slot needs no weighing: it is the
answer.

*Talk*, in conversations that were imported, is understood from what stands around it. All signals of
:mod:`memory.recall.signals` are weighed (:func:`weights_for`); the score is a log-odds up to a constant of the
question. What adapts is the question: one that asks for advice ("what should I cook?") is weighed otherwise than one
that asks for something said, in proportion to how much it is the one or the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from memory.recall.postings import Floats
from memory.recall.questions import Expected, Question, has_expected, same_subject
from memory.recall.signals import SIGNALS
from memory.recall.weights import ADVISING, RECALLING, STATEMENTS
from twin.domain import Memory, MemoryKind, Polarity, RecallMode

_LEAST_PART = 5e-4
_MOST_MARGIN = 0.25
"""In a store of a few memories the next best says nothing, and any margin would be large."""
IN_SLOT: Final = 0.97
"""Relevance of what fills the very slot that was asked for."""
_OPPOSED = 0.4
"""Factor for a dislike where a liking was asked for: embeddings and words ignore polarity, so that "what coffee do I
like?" is nearest to "I can't stand instant coffee". Under even odds, it is no answer by itself."""
_SUPERSEDED = 0.5
"""Factor for what is not true any more (or, of a question about the past, for what is): under any current value."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a memory fits a question, by rules. Of ``liking``, ``expected`` and ``subject``, 1 says that the memory is as
    the question wants it, -1 that it is not, 0 that the question does not say.

    ``opposed`` is a liking where a dislike was asked for, or the other way round; ``slot_is_empty`` that the question
    is for a slot which nothing fills."""

    in_slot: bool = False
    liking: int = 0
    opposed: bool = False
    not_the_favourite: bool = False
    expected: int = 0
    subject: int = 0
    slot_is_empty: bool = False
    superseded: bool = False
    superseded_wanted: bool = False

    @property
    def factors(self) -> dict[str, float]:
        """What the relevance is multiplied with, by why."""
        found = {"opposed": _OPPOSED} if self.opposed else {}
        if self.superseded != self.superseded_wanted:
            found["superseded" if self.superseded else "still true"] = _SUPERSEDED
        return found


def fit_of(question: Question, memory: Memory) -> Fit:
    """How ``memory`` (or what was said, as an episode) fits ``question``; the slot is not looked at."""
    return Fit(
        in_slot=_fills(question, memory),
        liking=_liking(question, memory),
        opposed=_opposed(question, memory),
        not_the_favourite=question.about_a_favourite and not _is_favourite(memory),
        expected=_expected(question, memory),
        subject=1 if question.whole_topic else same_subject(question.subject, memory.text),
        superseded=memory.true_until is not None,
        superseded_wanted=question.about_the_past,
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """``cosine`` with the question, its ``margin`` over the next best of the store (both 0 without the embedder), and
    the share of what is asked for that it covers."""

    cosine: float
    margin: float
    coverage: float


def statement_log_odds(alike: Alike, fit: Fit, mode: RecallMode) -> dict[str, float]:
    """The log-odds of a statement's being an answer, as the parts that they are the sum of."""
    weights = STATEMENTS[mode]
    return {name: weights[name] * value for name, value in observed_of(alike, fit).items() if name in weights and value}


def observed_of(alike: Alike, fit: Fit) -> dict[str, float]:
    """What the weights of statements are multiplied with."""
    return {
        "cosine": alike.cosine,
        "margin": min(max(0.0, alike.margin), _MOST_MARGIN),
        "coverage": alike.coverage,
        "empty slot": float(fit.slot_is_empty),
        "liking": float(fit.liking > 0),
        "no liking": float(fit.liking < 0),
        "not the favourite": float(fit.not_the_favourite),
        "not as expected": float(fit.expected < 0),
        "subject": float(fit.subject > 0),
        "prior": 1.0,
    }


def weights_for(mode: RecallMode, advising: float) -> Floats:
    """What each of :data:`memory.recall.signals.SIGNALS` weighs for a question that is ``advising`` (0 to 1)."""
    recalling, advice = (_in_order(weights) for weights in (RECALLING[mode], ADVISING))
    share = np.float32(advising)
    return (1 - share) * recalling + share * advice


def _in_order(weights: Mapping[str, float]) -> Floats:
    return np.array([weights.get(name, 0.0) for name in SIGNALS], dtype=np.float32)


def parts_of(weights: Floats, signals: Floats) -> dict[str, float]:
    """What a score is the sum of, by name; what adds nothing is left out."""
    parts = zip(SIGNALS, (weights * signals).tolist(), strict=True)
    return {name: part for name, part in parts if abs(part) >= _LEAST_PART}


# --- rules ----------------------------------------------------------------------------------------------------


def _fills(question: Question, memory: Memory) -> bool:
    """Whether ``memory`` fills a slot that the question asks for, with the polarity that it asks for.

    One without a value only says that what was there holds no longer (:func:`empties`)."""
    if not memory.slot or not memory.value or (question.polarity not in (Polarity.NEUTRAL, memory.polarity)):
        return False
    return any(
        memory.slot.startswith(slot[:-1]) if slot.endswith(".*") else memory.slot == slot for slot in question.slots
    )


def empties(question: Question, memory: Memory) -> bool:
    """Whether ``memory`` says that the very slot that is asked for is empty now: "I no longer live in Bonn"."""
    return memory.slot in question.slots and not memory.value and memory.true_until is None


def _is_favourite(memory: Memory) -> bool:
    return memory.slot.startswith("favourite.") or "favourite" in memory.text.lower()


def _liking(question: Question, memory: Memory) -> int:
    if not question.about_liking or question.about_a_favourite:
        return int(question.about_a_favourite and _is_favourite(memory))
    if memory.kind is not MemoryKind.PREFERENCE:
        return -1
    return 1 if question.polarity in (Polarity.NEUTRAL, memory.polarity) else -1


def _opposed(question: Question, memory: Memory) -> bool:
    """Whether the question asks for likes and the memory is a dislike, or the other way round."""
    return (
        question.about_liking
        and memory.kind is MemoryKind.PREFERENCE
        and {question.polarity, memory.polarity} == {Polarity.LIKES, Polarity.DISLIKES}
    )


def _expected(question: Question, memory: Memory) -> int:
    if question.expected is Expected.ANYTHING:
        return 0
    return 1 if has_expected(question, memory.text) else -1
