"""What was said and heard: words, transcripts, utterances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from twin.domain.vocabulary import Hint


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word. ``word`` keeps its punctuation and no leading space."""

    word: str
    start: float
    end: float
    probability: float


class AudioSource(StrEnum):
    FILE = "file"
    MICROPHONE = "microphone"
    PIPE = "pipe"
    IMPORT = "import"
    """A voice dataset."""
    READING = "reading"
    """A guided reading."""

    @property
    def is_read(self) -> bool:
        """Whether a given text is read out: it may be anybody's, and tells how the person sounds, not who they are."""
        return self in (AudioSource.IMPORT, AudioSource.READING)


@dataclass(frozen=True, slots=True)
class SpokenCommand:
    """Something that was said to edit a dictation, and was carried out ("scratch that", "comma").

    ``heard_from`` and ``heard_to`` are a half-open range of word positions in what was heard.
    """

    name: str
    heard: str
    heard_from: int
    heard_to: int


@dataclass(frozen=True, slots=True)
class Edited:
    """What a dictation comes to once what was said to edit it is carried out: the text to show and to pass on.

    ``words`` are what stands between the white space of ``text``, with the times and probabilities of what was heard.
    """

    text: str
    words: tuple[Word, ...]
    commands_applied: tuple[SpokenCommand, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser made of one recording."""

    text: str
    words: tuple[Word, ...]
    language: str
    seconds: float
    hints: tuple[Hint, ...] = ()
    """Those that were followed: their terms stand in the text."""
    rules_applied: tuple[AppliedRule, ...] = ()
    edited: Edited | None = None
    """What it comes to, where something was said to edit it."""
    adapter_id: str | None = None
    """What the recogniser had learned of this person when it heard it."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One dictation as it is kept: audio by content hash, text verbatim, words with their probabilities.

    ``audio_sha256`` is the hash of the FLAC file's content and its name under ``home/audio``.
    ``heard`` is the newest :class:`Hearing` of the recording before the person said what they had really said (a
    :class:`Correction`, the newest of which is ``corrected``); from then on it stays, and all other hearings are kept.
    """

    id: str
    heard: str
    words: tuple[Word, ...]
    seconds: float
    language: str
    audio_sha256: str
    source: AudioSource
    origin: str
    model: str
    session_id: str
    created_at: datetime
    corrected: str | None = None
    adapter_id: str | None = None
    hints: tuple[Hint, ...] = ()
    """Those that were followed when this was heard: their terms stand in the text."""
    rules_applied: tuple[AppliedRule, ...] = ()
    """The places of :attr:`shown_words` where a rewrite rule put a term, in order."""
    private: bool = False
    """For the person's own eyes: not recalled, in no prompt, not learned from."""
    recognised: bool = True
    """False while there is only the recording: the recogniser is at work, or failed, or was killed."""

    edited: Edited | None = None
    """What it comes to, where something was said to edit it."""

    @property
    def text(self) -> str:
        """The best text there is: the person's own where they gave one, else what they dictated it to be."""
        return self.shown if self.corrected is None else self.corrected

    @property
    def shown(self) -> str:
        """What was made of the recording, before any correction."""
        return self.heard if self.edited is None else self.edited.text

    @property
    def shown_words(self) -> tuple[Word, ...]:
        """The words of :attr:`shown`: what a correction is compared with."""
        return self.words if self.edited is None else self.edited.words


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was once heard in an utterance's recording, kept beside what is its text now."""

    utterance_id: str
    heard: str
    words: tuple[Word, ...]
    language: str
    model: str
    adapter_id: str | None
    hints: tuple[Hint, ...]
    rules_applied: tuple[AppliedRule, ...]
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A place where a rewrite rule put its term: words ``first`` to before ``last``, where ``heard`` had been."""

    rule_id: str
    term: str
    heard: tuple[Word, ...]
    first: int
    last: int
