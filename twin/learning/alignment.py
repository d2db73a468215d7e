"""Word-by-word alignment of what was heard with what was said.

First the words that stayed the same are matched (Levenshtein over bare words, in rapidfuzz's bit-parallel form, so
that an hour of speech takes milliseconds); case and punctuation do not count. Then each stretch between them is cut
into pieces by a small dynamic program in which words that sound alike pair at little cost, several against one if
need be: "cube cuddle" against "kubectl" stays one piece, and does not become two unrelated edits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from twin.sounds import letters, similarity

_LARGEST_STRETCH = 225
"""Cells of the dynamic program; a longer stretch was rewritten rather than misheard, and stays one piece."""

_MOST_HEARD, _MOST_SAID = 4, 3
"""The most words that one mishearing spans on either side."""

_ALONE = 0.7
"""Cost of a word without a partner. Two of them cost more than a pair of unlike words (1.0)."""

_GROUPING = 0.2
"""Cost of every further word of a group, so that smaller groups and single pairs win where they fit as well."""

_GROUP_FROM = 0.55
"""Several words form one piece only if they sound at least so much alike."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of heard words and the stretch of said words in its place, as half-open ranges."""

    heard_from: int
    heard_to: int
    said_from: int
    said_to: int

    def touches(self, following: Piece) -> bool:
        return self.heard_to == following.heard_from and self.said_to == following.said_from

    def up_to(self, following: Piece) -> Piece:
        return Piece(self.heard_from, following.heard_to, self.said_from, following.said_to)


def align(heard: Sequence[str], said: Sequence[str]) -> list[Piece]:
    """The pieces that differ, in order; between them the words are the same to the letter."""
    from rapidfuzz.distance import Levenshtein

    pieces: list[Piece] = []
    stretch: Piece | None = None
    for step in Levenshtein.opcodes([_key(word) for word in heard], [_key(word) for word in said]):
        part = Piece(step.src_start, step.src_end, step.dest_start, step.dest_end)
        if step.tag != "equal":
            stretch = part if stretch is None else stretch.up_to(part)
            continue
        if stretch is not None:
            pieces.extend(_cut(stretch, heard, said))
            stretch = None
        pieces.extend(
            Piece(i, i + 1, j, j + 1)
            for i, j in zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)
            if heard[i] != said[j]
        )
    if stretch is not None:
        pieces.extend(_cut(stretch, heard, said))
    return pieces


def _key(word: str) -> str:
    return letters(word) or word


def _cut(stretch: Piece, heard: Sequence[str], said: Sequence[str]) -> list[Piece]:
    """Cut a stretch into the pieces that cost least together."""
    width, height = stretch.heard_to - stretch.heard_from, stretch.said_to - stretch.said_from
    if width * height > _LARGEST_STRETCH:
        return [stretch]
    best: dict[tuple[int, int], tuple[float, Piece | None]] = {(0, 0): (0.0, None)}
    for i, j in product(range(width + 1), range(height + 1)):
        if (i, j) == (0, 0):
            continue
        options: list[tuple[float, Piece]] = []
        for taken_heard, taken_said in _moves(i, j):
            piece = Piece(
                stretch.heard_from + i - taken_heard,
                stretch.heard_from + i,
                stretch.said_from + j - taken_said,
                stretch.said_from + j,
            )
            cost = _cost(heard[piece.heard_from : piece.heard_to], said[piece.said_from : piece.said_to])
            if cost is not None:
                options.append((best[i - taken_heard, j - taken_said][0] + cost, piece))
        best[i, j] = min(options, key=lambda option: option[0])

    pieces: list[Piece] = []
    last = best[width, height][1]
    while last is not None:
        if list(heard[last.heard_from : last.heard_to]) != list(said[last.said_from : last.said_to]):
            pieces.append(last)
        last = best[last.heard_from - stretch.heard_from, last.said_from - stretch.said_from][1]
    return pieces[::-1]


def _moves(i: int, j: int) -> Iterator[tuple[int, int]]:
    yield from ((1, 0),) if i else ()
    yield from ((0, 1),) if j else ()
    yield from product(range(1, min(i, _MOST_HEARD) + 1), range(1, min(j, _MOST_SAID) + 1))


def _cost(heard: Sequence[str], said: Sequence[str]) -> float | None:
    """What it costs to put ``heard`` against ``said``, or nothing when they may not be put against each other."""
    if not heard or not said:
        return _ALONE
    alike = similarity(heard, said)
    together = len(heard) + len(said)
    if together > 2 and alike < _GROUP_FROM:
        return None
    return (1 - alike) * max(len(heard), len(said)) + _GROUPING * (together - 2)
