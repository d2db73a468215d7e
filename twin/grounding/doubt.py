"""How much speaks for the notes not telling: a logistic regression over what the model and the notes show anyway.

How sure the model is, taken alone, is too timid with real talk, where a question rarely has the words of its answer. So
that is weighed beside what the notes have in common with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from twin.grounding.notes import ABSTENTION, Note
from twin.grounding.support import content_words, split_by_speaker, stem, weights_of

ABSTAINING_TOKEN: Final = ABSTENTION[0]
_UNHEARD: Final = -20.0
"""The log-probability taken for a token that is not among the likeliest."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a decision rests on. ``margin``: how much likelier the model begins to abstain than to answer, in nats, over
    the notes of the one asked about. From 0 to 1: ``covered``, how much of the question stands in these notes;
    ``others``, how much in one of somebody else's, rare words counting more. ``nearest``: the highest cosine of the
    question with one of these notes, if known. ``stray``: something in the answer stands in none of them."""

    margin: float
    covered: float
    others: float
    nearest: float | None
    stray: bool


@dataclass(frozen=True, slots=True)
class _Weights:
    bias: float
    margin: float
    covered: float
    others: float
    nearest: float
    stray: float


_BY_MEANING: Final = _Weights(bias=0.48, margin=0.215, covered=-1.47, others=2.54, nearest=-5.92, stray=0.56)
_BY_WORDS: Final = _Weights(bias=-1.02, margin=0.234, covered=-2.34, others=2.83, nearest=0.0, stray=0.54)
"""Fitted on LoCoMo and REALTALK, and a little on invented people; the bias is such that at most 15% of the answerable
questions are not answered, with llama.cpp (docs/language.md)."""


def doubt_of(evidence: Evidence) -> float:
    """The log-odds of the notes not telling, moved so that there is no answer from 0 on."""
    weights = _BY_WORDS if evidence.nearest is None else _BY_MEANING
    return (
        weights.bias
        + weights.margin * evidence.margin
        + weights.covered * evidence.covered
        + weights.others * evidence.others
        + weights.nearest * (evidence.nearest or 0.0)
        + weights.stray * evidence.stray
    )


def margin_of(begins: dict[str, float]) -> float:
    """How much likelier abstaining is than the likeliest answer; ``begins`` is with what the model would begin."""
    others = [value for token, value in begins.items() if token != ABSTAINING_TOKEN]
    return begins.get(ABSTAINING_TOKEN, _UNHEARD) - max(others, default=_UNHEARD)


def evidence_of(notes: Sequence[Note], question: str, *, margin: float, stray: bool) -> Evidence:
    """What ``notes`` show, those of others among them, beside what the model did."""
    covered, others = overlaps(notes, question)
    own, _ = split_by_speaker(notes, question)
    near = [note.nearness for note in own if note.nearness is not None]
    return Evidence(margin, covered, others, max(near, default=None), stray)


def overlaps(notes: Sequence[Note], question: str) -> tuple[float, float]:
    """From 0 to 1: how much of the question stands in the notes of the one asked about, taken together, and in one of
    somebody else's; in the latter, words that stand in several notes count less."""
    own, others = split_by_speaker(notes, question)
    names = {stem(part) for note in notes for part in (note.name, note.name.split()[0])}
    wanted = {stem(word) for word in content_words(question)} - names
    weights = weights_of(notes)
    told = {stem(word) for note in own for word in content_words(note.line)}
    shares = (sum(weights[word] for word in wanted & {stem(w) for w in content_words(note.line)}) for note in others)
    asked = len(wanted) or 1
    return len(wanted & told) / asked, max(shares, default=0.0) / asked
