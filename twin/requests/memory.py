"""What the twin knows of the person: looked at, changed, forgotten, taken along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twin.domain import Habits, Memory, MemoryKind, Question, Reply, Speaker
from twin.requests.base import Request


@dataclass(frozen=True, slots=True)
class Quote:
    """What was said, verbatim: a turn, an utterance, or the correction of one."""

    id: str
    text: str
    said_at: datetime
    speaker: Speaker = Speaker.PERSON
    private: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    memories: tuple[Memory, ...]
    about: str = ""
    sources: tuple[Quote, ...] = ()
    """What the memories were taken from, if that was asked for."""
    questions: tuple[AskedOfPerson, ...] = ()
    """Those about its memory that the twin waits for an answer to, if sources were asked for."""
    said_in_private: tuple[Quote, ...] = ()
    """What the person marked private, if that was asked for."""


@dataclass(frozen=True, slots=True)
class AskedOfPerson:
    """A question about memory in words, with what it is about and what may be answered."""

    question: Question
    memories: tuple[Memory, ...]
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    questions: tuple[AskedOfPerson, ...]


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit came to: the memory as it stands now, or what was said and is private (or no longer so)."""

    summary: str
    memory: Memory | None = None
    said: Quote | None = None
    also_ids: tuple[str, ...] = ()
    """What else became private, or public, along with it."""


@dataclass(frozen=True, slots=True)
class Going:
    """One thing that a forget takes away. ``kind``: memory, turn, reply, utterance, correction, signal, decision,
    question, rule, proposal, adapter. ``text`` is given before it is gone, not afterwards; ``seconds`` are of audio."""

    id: str
    kind: str
    text: str = ""
    at: datetime | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What a forget took away, or would take away. ``source_ids`` are turns (replies among them) and utterances."""

    memory_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    preview: bool
    summary: str
    going: tuple[Going, ...] = ()
    """All of it, in the order of the kinds."""
    audio_seconds: float = 0.0
    predecessors: tuple[Memory, ...] = ()
    """Past values that one of these replaced, with nothing after it: they stay in the past, or hold again if asked."""
    restored: bool = False
    """Whether the predecessors hold again."""
    reworded_ids: tuple[str, ...] = ()
    """Memories that stay, in the words of another place where the same was said."""
    perhaps: tuple[Memory, ...] = ()
    """In a preview by topic: memories that stay because they do not name it, and may be about it all the same."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    path: str
    turns: int
    utterances: int
    corrections: int
    memories: int
    questions: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought: ``known`` was there already, ``forgotten`` was refused because the person forgot it."""

    turns: int
    memories: int
    known: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class Remember(Request[Reply]):
    text: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Know(Request[Knowledge]):
    """What the twin knows; ``about`` narrows it to a topic, ``ids`` to these (whatever their state), ``history`` adds
    superseded values, ``private`` what is for the person's own eyes, ``sources`` the words that it was taken from."""

    retry_after_crash = True
    about: str = ""
    kind: MemoryKind | None = None
    history: bool = False
    limit: int = 500
    private: bool = False
    sources: bool = False
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit(Request[EditReport]):
    """Put a memory right by hand, or mark a memory, turn or utterance private (``private``) or public again (false).

    What is ``None`` stays as it is. ``holds`` takes the end of its validity away. The person's edit stands over what
    rules or models make of the same source."""

    id: str
    text: str | None = None
    value: str | None = None
    kind: MemoryKind | None = None
    true_from: datetime | None = None
    true_until: datetime | None = None
    holds: bool = False
    private: bool | None = None
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Forget(Request[ForgetReport]):
    """Forget memories with what they were taken from, turns, or utterances with their audio: those named, those that
    name the topic ``about``, or what was said ``before`` a moment and not confirmed since. Exactly one of the three.

    ``restore``: a past value that what goes had replaced holds again."""

    ids: tuple[str, ...] = ()
    about: str = ""
    before: datetime | None = None
    preview: bool = False
    restore: bool = False


@dataclass(frozen=True, slots=True)
class Export(Request[ExportReport]):
    """Write what was said and what is known to a new file of JSON lines; ``path`` is absolute."""

    path: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ImportMemory(Request[ImportReport]):
    """Take in what :class:`Export` wrote, of this twin or of another; ``path`` is absolute."""

    path: str


@dataclass(frozen=True, slots=True)
class ListQuestions(Request[Questions]):
    """What the twin asks about its memory: contradictions, and what a model read out of the person's words."""

    retry_after_crash = True
    answered: bool = False
    """Past questions too."""


@dataclass(frozen=True, slots=True)
class AnswerQuestion(Request[AskedOfPerson]):
    """Answer such a question: ``new``, ``old``, ``both`` or ``neither`` hold; ``yes`` or ``no`` to what was read."""

    id: str
    answer: str


@dataclass(frozen=True, slots=True)
class ShowHabits(Request[Habits]):
    """How the person talks: phrases, fillers, lengths, hours, topics. Computed from the ledger, stored nowhere."""

    retry_after_crash = True
