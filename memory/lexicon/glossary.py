"""The person's vocabulary as the rest of the twin sees it: terms with their use, and hints for the recogniser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from memory.lexicon.hints import HintIndex, TermSounds
from memory.lexicon.terminology import Entry, Terminology
from memory.store.database import Database
from memory.store.graduations import graduated
from twin.domain import Hint, HintContext, Term, Word


class Glossary:
    """Implements :class:`twin.ports.Vocabulary`. Safe from any thread; each look catches up with the ledger first.

    What only the use of terms has changed is taken over in a moment; their sounds are indexed again when a term comes,
    goes, or is misheard in a new way.
    """

    def __init__(self, database: Database, *, is_common: Callable[[str], bool] = lambda word: True) -> None:
        self._database = database
        self._terminology = Terminology(database)
        self._is_common = is_common
        self._lock = Lock()
        self._indexed: tuple[Entry, ...] = ()
        self._index = self._new_index()

    def terms(self) -> tuple[Term, ...]:
        """See the port. Raises ``LedgerError``."""
        with self._lock:
            self._catch_up()
            return tuple(sorted(self._terminology, key=lambda term: (-term.uses, term.text.casefold())))

    def hints_for(self, context: HintContext, hypothesis: Sequence[Word], *, limit: int = 10) -> tuple[Hint, ...]:
        """See the port. Raises ``LedgerError``."""
        with self._lock:
            self._catch_up()
            unneeded = graduated(self._database, context.domain)
            hints = self._index.hints_for(context, hypothesis, limit=limit + len(unneeded))
        # Afterwards, so that what only sounds like such a term does not get its place.
        return tuple(hint for hint in hints if hint.memory_id not in unneeded)[:limit]

    def _catch_up(self) -> None:
        self._terminology.refresh()
        if self._terminology.entries is not self._indexed:
            self._index = self._new_index()
            self._indexed = self._terminology.entries

    def _new_index(self) -> HintIndex:
        sounds = TermSounds([(entry.text, entry.aliases) for entry in self._terminology.entries])
        return HintIndex(self._terminology, sounds, is_common=self._is_common)
