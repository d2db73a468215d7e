"""What the person does to a text, and what that says of the recogniser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EditKind(StrEnum):
    """How a stretch of heard words became a stretch of said words."""

    SUBSTITUTE = "substitute"
    INSERT = "insert"
    DELETE = "delete"


class Judgement(StrEnum):
    """What an edit tells about the recogniser."""

    SOUND_ALIKE = "sound-alike"
    """The two sound alike: a mishearing, from which one can learn."""
    REWORDING = "rewording"
    """They do not: the person changed their mind, which is no evidence against the recogniser."""
    FORMATTING = "formatting"
    """Only case, punctuation or the writing of a number differs."""


@dataclass(frozen=True, slots=True)
class WordEdit:
    """One difference between what was heard and what was said.

    ``heard_from`` and ``heard_to`` are a half-open range of word positions in the utterance;
    ``probability`` is the recogniser's lowest over these words (``None`` for an insertion);
    ``similarity`` is that of the sounds, from 0 to 1.
    """

    kind: EditKind
    heard: tuple[str, ...]
    said: tuple[str, ...]
    heard_from: int
    heard_to: int
    judgement: Judgement
    similarity: float
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    id: str
    utterance_id: str
    said: str
    edits: tuple[WordEdit, ...]
    created_at: datetime


class SignalKind(StrEnum):
    CORRECTION = "correction"
    CONFIRMATION = "confirmation"
    """The person said that the text was right as it stood: as good an example as a correction."""
    TAKE_BACK = "take-back"
    """The person took back what a rewrite rule had done."""
    RETRY = "retry"
    """The person said the same again right away."""
    DELETION = "deletion"
    """The person forgot a dictation right away. It says nothing more than that: the dictation is gone."""
    EDIT = "edit"
    """The person changed what they had dictated before they sent it."""
    THUMBS_UP = "thumbs-up"
    THUMBS_DOWN = "thumbs-down"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the person did that says whether the twin was right; ``subject_id`` is an utterance or a turn."""

    id: str
    kind: SignalKind
    subject_id: str
    summary: str
    edits: tuple[WordEdit, ...]
    created_at: datetime
