"""An answer out of notes by a language model, checked before it is given.

The model reads the notes of the one asked about and is asked twice over that prompt, which it reads once: with what it
would begin, which tells how sure it is that the notes do not tell; and for the answer. Whether the answer is given is
then decided by all that speaks for and against it (:mod:`twin.grounding.doubt`). It gives way to a newer note that
says otherwise (:mod:`twin.grounding.newer`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Event as Flag
from typing import Final

from twin.grounding.doubt import ABSTAINING_TOKEN, doubt_of, evidence_of, margin_of
from twin.grounding.newer import SURE, rivals
from twin.grounding.notes import GROUNDED_ADAPTER, Note, grounded_messages, in_force
from twin.grounding.support import abstains, extract, split_by_speaker, unsupported
from twin.ports import LanguageModel

_LONGEST_ANSWER_TOKENS: Final = 48


class Outcome(StrEnum):
    ANSWERED = "answered"
    ABSTAINED = "abstained"
    EXTRACTED = "extracted"
    """The model's answer did not stand in the notes; what is given instead is the note nearest to the question."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """``text`` is empty where the notes do not tell. ``said`` is what the model said, before the check and whether or
    not it was given; ``doubt`` is the log-odds of the notes not telling, above 0 where there is no answer."""

    text: str
    outcome: Outcome
    said: str
    doubt: float
    older: str = ""
    """What the model said first, where a newer note says otherwise."""


def answer_from_notes(
    model: LanguageModel, notes: Sequence[Note], question: str, *, cancelled: Flag | None = None
) -> Grounded:
    """Answer with the seed adapter, which the model must have. Raises ``ModelError``."""
    notes = in_force(notes, question)
    own, _ = split_by_speaker(notes, question)
    if not own:
        return Grounded("", Outcome.ABSTAINED, "", math.inf)
    margin = _margin(model, own, question)
    said = _said(model, own, question, cancelled)
    evidence = evidence_of(notes, question, margin=margin, stray=bool(unsupported(said, own, question)))
    found = checked(said, own, question, doubt=doubt_of(evidence))
    return _by_now(model, found, own, question, cancelled) if found.outcome is Outcome.ANSWERED else found


def _by_now(
    model: LanguageModel, found: Grounded, own: Sequence[Note], question: str, cancelled: Flag | None
) -> Grounded:
    """``found``, or what a newer note says in its place. Each that may is read by itself, the newest first."""
    for note in rivals(found.text, own, question):
        if cancelled is not None and cancelled.is_set():
            break
        if _margin(model, (note,), question) < SURE:
            said = _said(model, (note,), question, cancelled)
            if not abstains(said) and not unsupported(said, (note,), question):
                return replace(found, text=said, older=found.text)
    return found


def _margin(model: LanguageModel, notes: Sequence[Note], question: str) -> float:
    return margin_of(model.first_tokens(grounded_messages(notes, question), adapter=GROUNDED_ADAPTER))


def _said(model: LanguageModel, notes: Sequence[Note], question: str, cancelled: Flag | None) -> str:
    pieces = model.stream(
        grounded_messages(notes, question),
        max_tokens=_LONGEST_ANSWER_TOKENS,
        temperature=0.0,
        stop=("\n",),
        cancelled=cancelled,
        adapter=GROUNDED_ADAPTER,
        never=(ABSTAINING_TOKEN, f" {ABSTAINING_TOKEN}"),
    )
    return "".join(pieces).strip()


def checked(said: str, notes: Sequence[Note], question: str, *, doubt: float) -> Grounded:
    """What is given for what the model said of the notes of the one asked about: nothing in doubt; that, if the notes
    support it; else the note nearest to the question."""
    if doubt >= 0 or abstains(said):
        return Grounded("", Outcome.ABSTAINED, said, doubt)
    if unsupported(said, notes, question):
        nearest = extract(notes, question)
        return Grounded(nearest.text if nearest else "", Outcome.EXTRACTED, said, doubt)
    return Grounded(said, Outcome.ANSWERED, said, doubt)
