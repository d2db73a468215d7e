"""The vocabulary in the person's own hands: see it, add to it, take out of it."""

from __future__ import annotations

from dataclasses import dataclass

from twin.domain import Memory, MemoryKind, Term
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.decision import folded
from twin.ports import Clock, Curator, Job, Ledger, Memoriser, NewMemory, Vocabulary
from twin.requests import AddTerm, Edit, ListTerms, RemoveTerm, Terms

MOST_CHARACTERS = 80
"""Of a term or an alias; longer ones are texts."""


@dataclass(frozen=True, slots=True)
class TermList:
    ledger: Ledger
    memoriser: Memoriser
    curator: Curator
    vocabulary: Vocabulary
    clock: Clock

    def list(self, request: ListTerms, job: Job) -> Terms:
        """Raises ``LedgerError``."""
        terms = self.vocabulary.terms()
        wanted = request.domain.casefold()
        return Terms(tuple(term for term in terms if not wanted or term.domain.casefold() == wanted))

    def add(self, request: AddTerm, job: Job) -> Memory:
        """The term's memory as it now stands. Raises ``NotUnderstoodError`` for what is no term, ``LedgerError``."""
        text = _checked(request.term)
        aliases = tuple(alias for alias in map(_checked, request.aliases) if folded(alias) != folded(text))
        known = self._find(text)
        if known is not None and known.text != text:
            self.curator.edit(Edit(known.memory_id, text=text, value=text))
        memory = NewMemory(
            kind=MemoryKind.VOCABULARY,
            text=text,
            source_ids=(),
            true_from=self.clock.now(),
            slot=f"term.{folded(text)}",
            value=text,
            aliases=aliases,
            origin="person",
            domain=" ".join(request.domain.split()),
        )
        return self.memoriser.add(memory)

    def remove(self, request: RemoveTerm, job: Job) -> Memory:
        """The term's memory, which holds no longer. Raises ``NotFoundError``, ``LedgerError``."""
        term = self._find(request.term)
        if term is None:
            raise NotFoundError(
                f"There is no “{request.term}” in the vocabulary.", hint="`twin vocabulary list` shows what there is."
            )
        self.curator.edit(Edit(term.memory_id, true_until=self.clock.now()))
        return self.ledger.memory(term.memory_id)

    def _find(self, text: str) -> Term | None:
        return next((term for term in self.vocabulary.terms() if folded(term.text) == folded(text)), None)


def _checked(text: str) -> str:
    text = " ".join(text.split())
    if not any(map(str.isalnum, text)) or not text.isprintable():
        raise NotUnderstoodError(f"“{text}” is no term: there is nothing in it to say.")
    if len(text) > MOST_CHARACTERS:
        raise NotUnderstoodError(
            f"A term has at most {MOST_CHARACTERS} characters.", hint="Give the name alone, without its sentence."
        )
    return text
