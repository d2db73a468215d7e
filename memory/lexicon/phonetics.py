"""Which of thousands of spellings sound like a stretch of words: an inverted index over phonetic keys.

Comparing every stretch with every spelling as :func:`twin.sounds.similarity` does would take a hundred times too long.
So spellings are found by the triples of neighbouring sounds in their keys (of letters where Metaphone does not know the
script), as in n-gram indexes for approximate matching (Zobel and Dart, 1995), and only what shares enough of them is
compared in full. A name from another language is also read as that language would: the person says "yeager" and
writes "Jaeger".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.sounds import KEY_SHARE, key_of, readings

_FOREIGN = (("j", "y"), ("ch", "k"), ("w", "v"))
"""Letters that other languages read otherwise: Jaeger, Machiavelli, Wagner."""

_SHARED_TRIPLES = 0.4
"""Share of the triples (Dice) from which on two keys are compared in full."""


_LONGEST_KEY = 63
_SLOTS = _LONGEST_KEY + 1


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of a stretch and a spelling that sound alike, as arrays of one length: their positions, how much alike."""

    stretches: NDArray[np.intp]
    spellings: NDArray[np.intp]
    similarities: NDArray[np.float32]

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        yield from zip(self.stretches.tolist(), self.spellings.tolist(), self.similarities.tolist(), strict=True)


class SoundIndex:
    """Finds among ``spellings`` (words each) those that sound like a stretch of heard words. Immutable."""

    def __init__(self, spellings: Sequence[Sequence[str]]) -> None:
        self._readings: list[str] = []
        self._keys: list[str] = []
        owners: list[int] = []
        self._spoken: defaultdict[str, list[int]] = defaultdict(list)
        numbers: dict[str, int] = {}
        postings: list[tuple[int, int]] = []
        for owner, words in enumerate(spellings):
            spoken = readings(words)
            for reading in spoken:
                self._spoken[reading].append(owner)
            for reading in _as_written_and_foreign(spoken):
                row, key = len(owners), _key_or_letters(reading)[:_LONGEST_KEY]
                owners.append(owner)
                self._readings.append(reading)
                self._keys.append(key)
                for triple in _triples(key):
                    number = numbers.setdefault(triple, len(numbers))
                    postings.append((number * _SLOTS + len(key), row))
        self._owners = np.array(owners, np.intp)
        self._sizes = np.array([len(_triples(key)) for key in self._keys], np.float32)
        self._numbers = numbers
        slots, rows = np.array(postings or np.empty((0, 2)), np.int32).T
        order = np.argsort(slots, kind="stable")
        self._slots, self._rows = slots[order], rows[order]
        """Postings by triple and, within one, by the length of the key."""

    def same(self, words: Sequence[str]) -> set[int]:
        """The spellings that are spoken exactly as ``words``, wherever words begin and end."""
        return {spelling for reading in readings(words) for spelling in self._spoken.get(reading, ())}

    def search(self, stretches: Sequence[Sequence[str]], *, at_least: Sequence[float]) -> Matches:
        """What sounds like each of ``stretches`` to at least the similarity asked of it, in no order.

        A pair that is alike in several readings comes once, with the best."""
        spoken = [(number, reading) for number, words in enumerate(stretches) for reading in readings(words)]
        stretch_of = np.array([number for number, _ in spoken], np.intp)
        keys = [_key_or_letters(reading)[:_LONGEST_KEY] for _, reading in spoken]
        enough = np.asarray(at_least, np.float32)[stretch_of]
        enough_of_key = np.minimum((enough - (1 - KEY_SHARE)) / KEY_SHARE, 1)  # even if the letters were the same
        queries, rows = self._candidates(keys, enough_of_key)
        by_sound = _similarities([keys[query] for query in queries], [self._keys[row] for row in rows])
        close = by_sound >= enough_of_key[queries]
        queries, rows, by_sound = queries[close], rows[close], by_sound[close]
        by_letters = _similarities([spoken[query][1] for query in queries], [self._readings[row] for row in rows])
        alike = KEY_SHARE * by_sound + (1 - KEY_SHARE) * by_letters
        close = alike >= enough[queries]
        return _best_of_each(stretch_of[queries[close]], self._owners[rows[close]], alike[close])

    def _candidates(
        self, keys: Sequence[str], enough: NDArray[np.float32]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Positions in ``keys`` with the rows of keys that share enough triples and are of no too different length."""
        asked = [
            (query, number)
            for query, key in enumerate(keys)
            for triple in _triples(key)
            if (number := self._numbers.get(triple)) is not None
        ]
        if not asked:
            return np.empty(0, np.intp), np.empty(0, np.intp)
        query_of, triples = np.array(asked, np.intp).T
        lengths = np.array([len(key) for key in keys], np.float32)
        share = np.maximum(enough, 1 / _LONGEST_KEY)
        shortest = np.ceil(lengths * share).astype(np.int32)[query_of]
        longest = np.minimum(lengths / share, _LONGEST_KEY).astype(np.int32)[query_of]
        starts = np.searchsorted(self._slots, triples * _SLOTS + shortest)
        counts = np.searchsorted(self._slots, triples * _SLOTS + longest, side="right") - starts
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = self._rows[np.repeat(starts, counts) + within]
        few = len(keys) * len(self._owners) < np.iinfo(np.int32).max
        cells = (np.repeat(query_of * len(self._owners), counts) + rows).astype(np.int32 if few else np.int64)
        cells, shared = np.unique(cells, return_counts=True)  # half the bytes are sorted in half the time
        queries, found = np.divmod(cells, len(self._owners))
        sizes = np.array([len(_triples(key)) for key in keys], np.float32)
        enough_shared = 2 * shared >= _SHARED_TRIPLES * (sizes[queries] + self._sizes[found])
        return queries[enough_shared], found[enough_shared]


def _similarities(ours: Sequence[str], theirs: Sequence[str]) -> NDArray[np.float32]:
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    return np.asarray(cpdist(ours, theirs, scorer=Levenshtein.normalized_similarity, dtype=np.float32))


def _as_written_and_foreign(spoken: set[str]) -> set[str]:
    return spoken | {reading.replace(ours, theirs) for reading in spoken for ours, theirs in _FOREIGN}


def _key_or_letters(reading: str) -> str:
    return (key_of(reading) if reading.isascii() else "") or reading


def _triples(key: str) -> set[str]:
    padded = f"^{key}$"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _best_of_each(
    stretches: NDArray[np.intp], spellings: NDArray[np.intp], similarities: NDArray[np.float32]
) -> Matches:
    order = np.lexsort((-similarities, spellings, stretches))
    stretches, spellings, similarities = stretches[order], spellings[order], similarities[order]
    first = np.ones(len(order), bool)
    first[1:] = (stretches[1:] != stretches[:-1]) | (spellings[1:] != spellings[:-1])
    return Matches(stretches[first], spellings[first], similarities[first])
