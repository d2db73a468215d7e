"""An answer out of notes by a language model, checked before it is given.

The model is asked twice over the same prompt, which it reads once: with what it would begin, which tells how sure it is
that the notes do not tell; and for the answer. How sure it is alone is too timid with real talk, where a question
rarely has the words of its answer, and it is deceived by what the other one said. So the words that the question has
in common with the notes of the one asked about, and of the others, are weighed beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Event as Flag
from typing import Final

from twin.grounding.notes import ABSTENTION, SEED_ADAPTER, Note, grounded_messages, in_force
from twin.grounding.support import (
    abstains,
    asked_about,
    content_words,
    extract,
    said_by_another,
    stem,
    unsupported,
)
from twin.ports import LanguageModel

DOUBT_FROM: Final = 3.9
"""The doubt, in nats, from which there is no answer: of LoCoMo's and REALTALK's answerable questions, 15% have it."""
_OTHERS_WEIGHT: Final = 19.0
_OWN_WEIGHT: Final = -16.6
"""By logistic regression on LoCoMo and REALTALK, beside the model's own log-odds with weight 1 (docs/language.md)."""
_LONGEST_ANSWER_TOKENS: Final = 48
_ABSTAINING_TOKEN: Final = ABSTENTION[0]
_UNHEARD: Final = -20.0
"""The log-probability taken for a token that is not among the likeliest."""


class Outcome(StrEnum):
    ANSWERED = "answered"
    ABSTAINED = "abstained"
    EXTRACTED = "extracted"
    """The model's answer did not stand in the notes; what is given instead is the note nearest to the question."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """``text`` is empty where the notes do not tell. ``said`` is what the model said, before the check."""

    text: str
    outcome: Outcome
    said: str
    doubt: float


def answer_from_notes(
    model: LanguageModel, notes: Sequence[Note], question: str, *, cancelled: Flag | None = None
) -> Grounded:
    """Answer with the seed adapter, which the model must have. Raises ``ModelError``."""
    notes = in_force(notes, question)
    messages = grounded_messages(notes, question)
    begins = model.first_tokens(messages, adapter=SEED_ADAPTER)
    doubt = doubt_of(begins, notes, question)
    pieces = model.stream(
        messages,
        max_tokens=_LONGEST_ANSWER_TOKENS,
        temperature=0.0,
        stop=("\n",),
        cancelled=cancelled,
        adapter=SEED_ADAPTER,
        never=() if doubt >= DOUBT_FROM else (_ABSTAINING_TOKEN,),
    )
    said = ABSTENTION if doubt >= DOUBT_FROM else "".join(pieces).strip()
    return checked(said, notes, question, doubt=doubt)


def checked(said: str, notes: Sequence[Note], question: str, *, doubt: float = 0.0) -> Grounded:
    """What is given for what the model said: that, if the notes support it; else the note nearest to the question; and
    nothing where the notes do not tell, or only another told it."""
    if abstains(said) or said_by_another(said, notes, question):
        return Grounded("", Outcome.ABSTAINED, said, doubt)
    if unsupported(said, notes, question):
        nearest = extract(notes, question)
        return Grounded(nearest.text if nearest else "", Outcome.EXTRACTED, said, doubt)
    return Grounded(said, Outcome.ANSWERED, said, doubt)


def doubt_of(begins: dict[str, float], notes: Sequence[Note], question: str) -> float:
    """How much speaks for the notes not telling, in nats; ``begins`` is with what the model would begin."""
    others = [value for token, value in begins.items() if token != _ABSTAINING_TOKEN]
    margin = begins.get(_ABSTAINING_TOKEN, _UNHEARD) - max(others, default=_UNHEARD)
    own, theirs = overlaps(notes, question)
    return margin + _OWN_WEIGHT * own + _OTHERS_WEIGHT * theirs


def overlaps(notes: Sequence[Note], question: str) -> tuple[float, float]:
    """From 0 to 1: how much of the question stands in one note of the one asked about, and in one of somebody else's.

    Words that stand in several notes count less. Where nobody in particular is asked about, all notes are theirs.
    """
    subject = asked_about(question, notes)
    stems = [{stem(word) for word in content_words(note.line)} for note in notes]
    known = Counter(word for words in stems for word in words)
    wanted = {stem(word) for word in content_words(question)} - {stem(note.name) for note in notes}
    own, theirs = 0.0, 0.0
    for note, words in zip(notes, stems, strict=True):
        share = sum(1 / known[word] for word in wanted & words) / (len(wanted) or 1)
        if not subject or note.name == subject:
            own = max(own, share)
        else:
            theirs = max(theirs, share)
    return own, theirs
