"""Of which trade a text is, and which of the person's terms stand in it. Pure; made once for many texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from twin.domain import Term
from twin.sounds import letters


class Trades:
    """Finds ``terms`` in running words, whatever their case and marks."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_first: defaultdict[str, list[tuple[tuple[str, ...], Term]]] = defaultdict(list)
        for term in terms:
            if words := _words(term.text):
                self._by_first[words[0]].append((words, term))

    def terms_in(self, text: str) -> tuple[Term, ...]:
        """Each as often as it stands in ``text``; of two in one place both."""
        words = _words(text)
        return tuple(
            term
            for at, word in enumerate(words)
            for wanted, term in self._by_first.get(word, ())
            if words[at : at + len(wanted)] == wanted
        )

    def of(self, text: str) -> str:
        """The trade to which most of the terms belong that stand in ``text``; nothing if there are none."""
        return _most_common({term.memory_id: term.domain for term in self.terms_in(text) if term.domain}.values())


def new_terms(texts: Sequence[tuple[Term, ...]], known: Iterable[tuple[Term, ...]]) -> tuple[Term, ...]:
    """The terms of ``texts`` that stand in none of the ``known``, those of most texts first."""
    old = {term.memory_id for found in known for term in found}
    counts = Counter(term for found in texts for term in dict.fromkeys(found) if term.memory_id not in old)
    return tuple(sorted(counts, key=lambda term: (-counts[term], term.text)))


def _most_common(domains: Iterable[str]) -> str:
    """Of several as common as each other the last by name, so that it is always the same."""
    counts = Counter(domains)
    return max(counts, key=lambda domain: (counts[domain], domain), default="")


def _words(text: str) -> tuple[str, ...]:
    return tuple(plain for word in text.replace("-", " ").split() if (plain := _plain(word)))


@lru_cache(maxsize=32_768)
def _plain(word: str) -> str:
    return letters(word.replace("’", "'").removesuffix("'s"))
