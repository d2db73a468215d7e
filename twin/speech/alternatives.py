"""Which words of a dictation to look at twice, and what they may have been.

A word is doubtful if the recogniser was not sure of it, or if something speaks against it: another hearing of the same
recording, what was heard before a hint or a rule put a term there, a mishearing that the person put right elsewhere, a
term of theirs that sounds just like it. Where the recogniser was not sure, what sounds less like it is offered too.
Pure rules over their inputs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from twin.domain import Correction, Hearing, Term, Utterance, Word
from twin.learning.alignment import align
from twin.learning.marks import bare, folded, parts
from twin.learning.rewrite import mishearings
from twin.requests import Alternative, Doubt
from twin.sounds import key_of, letters, readings, similarity

_PUT_RIGHT, _HEARD = 1.0, 0.75
"""How an earlier correction and another hearing rank among terms, which rank by how much they sound alike."""
_SCREENED_FROM = 0.4
"""Similarity of two keys from which on a term is compared in full."""


@dataclass(frozen=True, slots=True)
class Criteria:
    doubtful: float = 0.9
    """Words below this probability are looked at whatever speaks against them."""
    alike: float = 0.55
    """A term is offered for doubtful words that it sounds so much like."""
    surely_alike: float = 0.8
    """And for words that the recogniser was sure of, in texts that are not longer than ``looked_through``."""
    looked_through: int = 80
    longest: int = 4
    """Words in place of which one alternative may stand."""
    most_doubts: int = 20
    most_alternatives: int = 5
    most_compared: int = 24
    """Terms that are compared in full with one stretch of words."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """``text`` is bare; ``rank`` is for sorting alone."""

    text: str
    first: int
    last: int
    reason: str
    rank: float


def doubts_in(
    utterance: Utterance,
    *,
    terms: Sequence[Term] = (),
    hearings: Sequence[Hearing] = (),
    corrections: Iterable[Correction] = (),
    criteria: Criteria | None = None,
) -> tuple[Doubt, ...]:
    """The doubtful words of ``utterance``, the least certain first; none where the person said what it really was.

    ``hearings`` are the other ones of its recording, ``corrections`` those of any utterances.
    """
    criteria = criteria or Criteria()
    if utterance.corrected is not None:
        return ()
    words = utterance.shown_words
    sounding = _TermSounds(terms)
    offers = [*_put_right_before(words, corrections, criteria), *_heard_otherwise(utterance, hearings, criteria)]
    if len(words) <= criteria.looked_through:
        for position, word in enumerate(words):
            if word.probability >= criteria.doubtful:
                offers += sounding.offers(words, position, criteria, at_least=criteria.surely_alike)
    offers = [one for one in offers if _with_marks(words, one) != _standing(words, one)]
    positions = [
        position
        for position, word in enumerate(words)
        if letters(word.word)
        and (word.probability < criteria.doubtful or any(one.first <= position < one.last for one in offers))
    ]
    positions.sort(key=lambda position: (words[position].probability, position))
    return tuple(
        Doubt(
            position,
            words[position].word,
            words[position].probability,
            _best(
                words,
                (
                    *(one for one in offers if one.first <= position < one.last),
                    *sounding.offers(words, position, criteria, at_least=criteria.alike),
                ),
                criteria,
            ),
        )
        for position in positions[: criteria.most_doubts]
    )


def _best(words: Sequence[Word], offers: Iterable[_Offer], criteria: Criteria) -> tuple[Alternative, ...]:
    """The offers that say something else than what stands there, each text once, with the marks of its place."""
    best: dict[str, Alternative] = {}
    for one in sorted(offers, key=lambda offer: (-offer.rank, offer.last - offer.first, offer.text)):
        text = _with_marks(words, one)
        if text != _standing(words, one):
            best.setdefault(one.text, Alternative(text, one.first, one.last, one.reason))
    return tuple(best.values())[: criteria.most_alternatives]


def _standing(words: Sequence[Word], offer: _Offer) -> str:
    return " ".join(word.word for word in words[offer.first : offer.last])


def _with_marks(words: Sequence[Word], offer: _Offer) -> str:
    """What is offered with the marks of its place; with a capital where it begins a sentence."""
    opening, ending = parts(words[offer.first].word)[0], parts(words[offer.last - 1].word)[2]
    text = offer.text
    if text.endswith(("'s", "’s")):
        ending = ending.removeprefix("'s").removeprefix("’s")
    begins = not offer.first or words[offer.first - 1].word.rstrip("\"”’')]").endswith((".", "!", "?", "…"))
    if begins and text.islower() and bare(words[offer.first].word)[:1].isupper():
        text = text[:1].upper() + text[1:]
    return f"{opening}{text}{ending}"


def _put_right_before(words: Sequence[Word], corrections: Iterable[Correction], criteria: Criteria) -> Iterator[_Offer]:
    """What the person said where the same words had been heard elsewhere."""
    counts = Counter(pair for correction in corrections for pair in mishearings(correction.edits))
    said: dict[str, list[str]] = {}
    for heard, term in counts:
        said.setdefault(heard, []).append(term)
    for first, last in _stretches(len(words), criteria.longest) if said else ():
        heard = folded(word.word for word in words[first:last])
        for term in said.get(heard, ()):
            times = counts[heard, term]
            reason = "you put it right so before" if times == 1 else f"you put it right so {times} times"
            yield _Offer(term, first, last, reason, _PUT_RIGHT + times)


def _heard_otherwise(utterance: Utterance, hearings: Sequence[Hearing], criteria: Criteria) -> Iterator[_Offer]:
    """What stood there in other hearings, and before a rule or a hint."""
    words = utterance.shown_words
    shown = [word.word for word in words]
    for applied in utterance.rules_applied:
        heard = " ".join(bare(word.word) for word in applied.heard)
        yield _Offer(heard, applied.first, applied.last, f"heard so, before {applied.rule_id} rewrote it", _HEARD)
    for hint in utterance.hints:
        for first, last in _stretches(len(words), len(hint.term.split())):
            if hint.heard and folded(shown[first:last]) == folded(hint.term.split()):
                yield _Offer(hint.heard, first, last, "heard so, without the hint", _HEARD)
    for hearing in hearings:
        other = [word.word for word in hearing.words]
        for piece in align(shown, other):
            text = " ".join(filter(None, map(bare, other[piece.said_from : piece.said_to])))
            if text and 0 < piece.heard_to - piece.heard_from <= criteria.longest:
                yield _Offer(text, piece.heard_from, piece.heard_to, "heard so another time", _HEARD)


class _TermSounds:
    """Terms by their phonetic keys, so that thousands of them are screened in a moment."""

    def __init__(self, terms: Sequence[Term]) -> None:
        pairs = [(key, term) for term in terms for key in term.sounds or (letters(term.text),)]
        self._keys = [key for key, _ in pairs]
        self._terms = [term for _, term in pairs]

    def offers(self, words: Sequence[Word], position: int, criteria: Criteria, *, at_least: float) -> Iterator[_Offer]:
        """The terms that sound ``at_least`` so much like a stretch of words around ``position``, each where it fits
        best."""
        best: dict[str, _Offer] = {}
        beside: defaultdict[str, float] = defaultdict(float)  # how well a term fits the words beside ``position`` alone
        around = max(0, position - criteria.longest + 1)
        for start, stop in _stretches(min(len(words), position + criteria.longest) - around, criteria.longest):
            first, last = start + around, stop + around
            if not first <= position < last:
                continue
            heard = [bare(word.word) for word in words[first:last]]
            for term in self._near(heard, criteria):
                alike = _likeness(heard, term)
                if term.text not in best or alike > best[term.text].rank:
                    best[term.text] = _Offer(term.text, first, last, "a term of yours", alike)
                for rest in [heard[1:]] * (position == first) + [heard[:-1]] * (position == last - 1):
                    beside[term.text] = max(beside[term.text], _likeness(rest, term))
        yield from (one for one in best.values() if one.rank >= at_least and one.rank > beside[one.text])

    def _near(self, heard: Sequence[str], criteria: Criteria) -> list[Term]:
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import extract

        found: dict[str, Term] = {}
        for reading in readings(heard):
            key = (key_of(reading) if reading.isascii() else "") or reading
            near = extract(
                key,
                self._keys,
                scorer=Levenshtein.normalized_similarity,
                score_cutoff=_SCREENED_FROM,
                limit=criteria.most_compared,
            )
            for _, _, row in near:
                found.setdefault(self._terms[row].text, self._terms[row])
        return list(found.values())


def _likeness(heard: Sequence[str], term: Term) -> float:
    return max(similarity(heard, one.split()) for one in (term.text, *term.aliases))


def _stretches(words: int, longest: int) -> Iterator[tuple[int, int]]:
    """All half-open ranges of at most ``longest`` of so many words, in order."""
    for first in range(words):
        for last in range(first + 1, min(first + longest, words) + 1):
            yield first, last
