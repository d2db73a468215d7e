"""Memory: taking in, recall, the vocabulary, and what the person does with what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Event as Flag
from typing import Protocol

from twin.domain import (
    Hint,
    HintContext,
    Memory,
    MemoryKind,
    Polarity,
    Recalled,
    Recollection,
    Term,
    Turn,
    Utterance,
    Word,
)
from twin.ports.job import Job
from twin.ports.ledger import NewMemory
from twin.requests import (
    AskedOfPerson,
    Edit,
    EditReport,
    Export,
    ExportReport,
    Forget,
    ForgetReport,
    ImportConversation,
    ImportMemory,
    ImportReport,
    Know,
    Knowledge,
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten, for the stores outside the ledger: ids of all kinds, and hashes of recordings."""

    ids: tuple[str, ...]
    recordings: tuple[str, ...] = ()


Purge = Callable[[Forgotten], None]
"""Clears a store outside the ledger of what was forgotten. It is called after the tables are cleared, and again after
a crash or a ``TwinError`` until it has returned, so it must not mind what is gone already."""


class AsksOfTime(StrEnum):
    """What a question about a slot's history is after."""

    BEFORE = "before"
    """The values that held once, or just before ``value``."""
    CHANGED = "changed"
    """When it became what it is, or ``value``."""
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Timeline:
    """A slot's history, for a question about it: ``items`` in the order in which they became true, without what never
    held; the last ones may be what holds now. ``value``: what the question names."""

    asks: AsksOfTime
    items: tuple[Recalled, ...]
    value: str = ""


@dataclass(frozen=True, slots=True)
class ProposedExtraction:
    """Something that a model read out of the person's words; ``text`` is the sentence, ``value`` verbatim in it."""

    kind: MemoryKind
    text: str
    slot: str
    value: str
    polarity: Polarity = Polarity.NEUTRAL


class Extractor(Protocol):
    def extract(self, text: str, *, cancelled: Flag) -> tuple[str, tuple[ProposedExtraction, ...]]:
        """The name of the model, and what it reads out of ``text``; ends soon after ``cancelled`` is set.

        Raises ``ModelError``."""
        ...


class Recall(Protocol):
    def recall(self, query: str, *, limit: int = 10, lexical_only: bool = False) -> Recollection:
        """Find what answers ``query``. Lexical while the embedder is not ready; the result says so."""
        ...


class Vocabulary(Protocol):
    """The person's terms: always as the ledger has them now."""

    def terms(self) -> tuple[Term, ...]:
        """All of them, those used most first."""
        ...

    def hints_for(self, context: HintContext, hypothesis: Sequence[Word], *, limit: int = 10) -> tuple[Hint, ...]:
        """The terms that were probably said where something else was heard, best first; mostly none."""
        ...


class Memoriser(Protocol):
    """Memory as the rest of the twin sees it: take in, find, forget."""

    def capture(self, source: Turn | Utterance, *, outright: bool = False) -> tuple[Memory, ...]:
        """Take in what the person said in a turn or a dictation, by rules alone; returns what was learned.

        ``outright`` says that the person asked for a turn to be remembered: then it is kept whole even if no rule
        fits it, with confidence 1. What was taken from an earlier text of an utterance is taken back. A memory that
        comes back as proposed contradicts what is known: :meth:`questions` has the question."""
        ...

    def questions(self, *, about: Sequence[str] = (), answered: bool = False) -> tuple[AskedOfPerson, ...]:
        """What the twin asks about its memory, oldest first: open questions, and with ``answered`` past ones too;
        those that concern one of the memories ``about``, or all."""
        ...

    def resolve(self, question_id: str, answer: str) -> AskedOfPerson:
        """Do what the person answers. Raises ``NotFoundError``; ``NotUnderstoodError`` for no possible answer."""
        ...

    def timeline(self, question: str, *, session_id: str = "", answered: Sequence[str] = ()) -> Timeline | None:
        """What answers a question about time ("where did I live before?", "when did that change?"), if ``question``
        is one; "that" is what the memories ``answered`` are about, else the last reply of the session, or of all
        without one (with no items, if it was about nothing)."""
        ...

    def add(self, memory: NewMemory) -> Memory:
        """Store a memory in the ledger and index it."""
        ...

    def forget(self, *ids: str, preview: bool = False) -> ForgetReport:
        """Forget memories, turns and utterances everywhere, or only say what would go."""
        ...


class Curator(Protocol):
    """What the person does with what is known: see it, put it right, let it go, carry it elsewhere."""

    def know(self, request: Know) -> Knowledge: ...
    def edit(self, request: Edit) -> EditReport:
        """Raises ``NotFoundError``; ``NotUnderstoodError`` for what cannot be edited so."""
        ...

    def forget(self, request: Forget, job: Job) -> ForgetReport:
        """Raises ``NotFoundError``, ``NotUnderstoodError``; and, with the tables cleared already, ``LedgerError`` or
        ``MemoryIndexError`` if something outside them could not be, which is then done when the twin starts again."""
        ...

    def export(self, request: Export, job: Job) -> ExportReport:
        """Raises ``HomeError`` if the file cannot be written, ``NotUnderstoodError`` if it is there already."""
        ...

    def import_memory(self, request: ImportMemory, job: Job) -> ImportReport:
        """All or nothing. Raises ``NotUnderstoodError`` with the line that is at fault."""
        ...

    def import_conversation(self, request: ImportConversation, job: Job) -> ImportReport:
        """Nothing of a file with a fault; one that was interrupted goes on where it was when it is done again.

        Raises ``NotUnderstoodError`` with the line that is at fault, or if the person does not speak in it."""
        ...
