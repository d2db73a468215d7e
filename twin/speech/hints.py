"""Hints: which words of a second, hinted pass may stand in the text of the first, which knew of none.

A recogniser that is told what to listen for hears it more often, and not only where it was said: it echoes the list,
drops words or makes some up. So the first text stands, and of the second only this is taken: a hinted term in place of
words that sound like it, between words on which both passes agree. Pure rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from twin.domain import Hint, Word
from twin.learning.alignment import align
from twin.learning.marks import bare, in_place_of, parts
from twin.sounds import letters, similarity


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a hinted term has to fulfil."""

    similarity: float = 0.5
    """It sounds so much like what was heard where the hint was found."""
    elsewhere: float = 0.7
    """The same where the hint was not found: the term may have been said twice."""
    nearly: float = 0.8
    """Where the second pass wrote the term wrongly, but no longer what the first did, it sounds so much like it, and no
    less than what the first wrote."""
    hinted_marks: bool = False
    """The marks behind a term are those of the second pass; the first pass may hear others at every look."""
    most_words: int = 6
    """Words between those that both passes agree on, beyond the term's own; with more they are two texts."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A hinted term in place of ``first`` to before ``last`` of the hint-free words."""

    first: int
    last: int
    words: tuple[Word, ...]
    hint: Hint


@dataclass(frozen=True, slots=True)
class Refusal:
    """A hint that the second pass followed, and why it was not taken."""

    hint: Hint
    reason: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The hint-free words ``plain`` with what was taken from the hinted ones."""

    plain: tuple[Word, ...]
    replacements: tuple[Replacement, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        words, at = list[Word](), 0
        for replacement in self.replacements:
            words += (*self.plain[at : replacement.first], *replacement.words)
            at = replacement.last
        return (*words, *self.plain[at:])

    @property
    def used(self) -> tuple[Hint, ...]:
        """The hints that were taken, each once, with the words in whose place its term stands."""
        used: dict[str, Hint] = {}
        for one in self.replacements:
            heard = " ".join(bare(word.word) for word in self.plain[one.first : one.last])
            used.setdefault(one.hint.term, replace(one.hint, heard=heard))
        return tuple(used.values())


def choose(
    plain: Sequence[Word], hinted: Sequence[str], hints: Sequence[Hint], criteria: Criteria | None = None
) -> Chosen:
    """The text of both passes over the same sound: ``plain`` heard without ``hints``, ``hinted`` with them."""
    criteria = criteria or Criteria()
    ours = [word.word for word in plain]
    replacements: list[Replacement] = []
    refused: list[Refusal] = []
    agreed = _agreed(ours, hinted)
    for hint in hints:
        places = list(_places(hint.term.split(), hinted)) or list(_nearly(ours, hinted, agreed, hint, criteria))
        for place in places:
            outcome = _judge(plain, hinted, agreed, hint, place, criteria)
            if isinstance(outcome, Refusal):
                refused.append(outcome)
            elif outcome is not None:
                replacements.append(outcome)
    replacements.sort(key=lambda one: (one.first, -one.hint.score))
    kept: list[Replacement] = []
    for one in replacements:
        if kept and one.first < kept[-1].last:
            refused.append(Refusal(one.hint, f"“{kept[-1].hint.term}” stands in the same place"))
        else:
            kept.append(one)
    return Chosen(tuple(plain), tuple(kept), tuple(refused))


def _judge(
    plain: Sequence[Word],
    hinted: Sequence[str],
    agreed: Sequence[tuple[int, int]],
    hint: Hint,
    place: tuple[int, int],
    criteria: Criteria,
) -> Replacement | Refusal | None:
    """What becomes of a term that stands at ``place`` in ``hinted``; nothing if it stood there without the hint."""
    term = hint.term.split()
    start = max((i + 1 for i, j in agreed if j < place[0]), default=0)
    stop = min((i for i, j in agreed if j >= place[1]), default=len(plain))
    if stop <= start:
        return Refusal(hint, "nothing was heard in its place")
    if stop - start > len(term) + criteria.most_words:
        return Refusal(hint, "the two passes heard different texts")
    ours = [word.word for word in plain]
    first, last, alike = _most_alike(ours, term, start, stop)
    span = ours[first:last]
    if [bare(word) for word in span] == term:
        return None
    found_here = any(
        first < heard_to and heard_from < last for heard_from, heard_to in _places(hint.heard.split(), ours)
    )
    heard = " ".join(span)
    if alike < (criteria.similarity if found_here else criteria.elsewhere):
        return Refusal(hint, f"“{heard}” does not sound like it")
    possessive = _possessive(hinted[place[1] - 1])
    replaced = list(plain[first:last])
    if criteria.hinted_marks:
        replaced[-1] = replace(replaced[-1], word=bare(span[-1]) + parts(hinted[place[1] - 1])[2])
    put = in_place_of(replaced, hint.term, hint.score, possessive=possessive)
    if [word.word for word in put] == span:
        return None
    return Replacement(first, last, put, hint)


def _nearly(
    ours: Sequence[str], hinted: Sequence[str], agreed: Sequence[tuple[int, int]], hint: Hint, criteria: Criteria
) -> Iterator[tuple[int, int]]:
    """Where the second pass heard something else than the first in the place of the hint, and nearly the term."""
    for first, last in _places(hint.heard.split(), ours):
        start = max((j + 1 for i, j in agreed if i < first), default=0)
        stop = min((j for i, j in agreed if i >= last), default=len(hinted))
        if 0 < stop - start <= len(hint.term.split()) + criteria.most_words:
            begin, end, alike = _most_alike(hinted, hint.term.split(), start, stop)
            enough = max(criteria.nearly, similarity(hint.heard.split(), hint.term.split()))
            if alike >= enough and [bare(word) for word in hinted[begin:end]] != hint.heard.split():
                yield begin, end


def _agreed(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """The positions of words that both passes heard, case and punctuation aside."""
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for piece in align(ours, theirs):
        pairs += zip(range(i, piece.heard_from), range(j, piece.said_from), strict=True)
        i, j = piece.heard_to, piece.said_to
        if _key(ours[piece.heard_from : i]) == _key(theirs[piece.said_from : j]) and i - piece.heard_from == 1:
            pairs.append((piece.heard_from, piece.said_from))
    return [*pairs, *zip(range(i, len(ours)), range(j, len(theirs)), strict=True)]


def _most_alike(words: Sequence[str], term: Sequence[str], start: int, stop: int) -> tuple[int, int, float]:
    """Of ``words`` from ``start`` to before ``stop`` those side by side that sound most like ``term``, and how much."""
    best = (start, stop, -1.0)
    for first in range(start, stop):
        for last in range(first + 1, stop + 1):
            alike = similarity([bare(word) for word in words[first:last]], term)
            if alike > best[2]:
                best = (first, last, alike)
    return best


def _places(words: Sequence[str], among: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where ``words`` stand side by side, as half-open ranges; however they are written, "micro-service" as two."""
    wanted = _key(words)
    if not wanted:
        return
    for first in range(len(among)):
        heard = ""
        for last in range(first, len(among)):
            heard += letters(bare(among[last]))
            if heard == wanted:
                yield first, last + 1
            if not wanted.startswith(heard) or heard == wanted:
                break


def _possessive(word: str) -> str:
    ending = parts(word)[2][:2]
    return ending if ending in ("'s", "’s") else ""


def _key(words: Sequence[str]) -> str:
    return "".join(letters(bare(word)) for word in words)
