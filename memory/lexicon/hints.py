"""Which of the person's terms were probably said where the recogniser heard something else.

A term is likely where something sounds like it, the recogniser was in doubt, and what it wrote is no word it knows as a
whole. These three are weighed by a logistic rule; what speaks for a term whatever was heard (it was just spoken of, it
belongs to the domain, it is used often) moves the scales a little, a large vocabulary, in which more sounds alike by
chance, moves them back. Pure rules over an index of the terms: no clock, no disk, no model.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, log, log2, prod

from memory.lexicon.phonetics import SoundIndex
from memory.lexicon.terminology import TermMatcher, tokens_of
from memory.recall.terms import content_words
from twin.domain import Hint, HintContext, Term, Word

_LONGEST_SPAN = 4
_SURE = 0.97
"""A common word heard with at least this probability was said as it stands. It may only be the first or last word of a
term of several, as in "Clyde code"."""
_TOPICS_THAT_TELL = 3
_HALF_LIFE_DAYS = 30.0
_MUCH = 100
_WORD_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_POSSESSIVE = re.compile(r"['’]s$")
_INNER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Scales:
    """The weights of the logistic rule, in log-odds.

    The first four were fitted to what Whisper base heard: in sentences with a term in them (20 of 40 terms, synthetic
    voices), and in books read aloud that had none, with 220 terms known.
    """

    similarity: float = 18.5
    certainty: float = -4.9
    """Times the probability that all of the words are right."""
    uncommon: float = 2.75
    """Where one of the words is no common one."""
    bias: float = -13.75
    misheard_so_before: float = 2.0
    """Taken off instead where that was a single common word, which is mostly just that word."""
    in_domain: float = 0.5
    spoken_of: float = 0.75
    """Where the term itself, or in part where words that it is used with, stand in what was said before."""
    much_used: float = 0.5
    """For a term that is used a lot and was used just now; half of it goes by the one, half by the other."""
    chance: float = -0.5
    """Times the logarithm of how much larger the vocabulary is than ``few_terms``."""
    few_terms: int = 250
    least_score: float = 0.12
    outdone: float = 1.5
    """A term that falls behind another in the same place by more than this is no hint: two alike confuse more than one
    helps."""

    @property
    def least_odds(self) -> float:
        return log(self.least_score / (1 - self.least_score))


@dataclass(frozen=True, slots=True)
class _Span:
    """Some words of the hypothesis, side by side, without the marks around them."""

    start: int
    words: tuple[str, ...]
    certainty: float
    common: bool
    terms: frozenset[int]
    """The rows of terms that were heard right in it."""
    doubtful: bool
    """It may be something misheard, judging by what the recogniser was sure of."""

    def overlaps(self, other: _Span) -> bool:
        return self.start < other.start + len(other.words) and other.start < self.start + len(self.words)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """A span that sounds like a term, or (``alias``) like a way in which it was misheard before."""

    span: _Span
    similarity: float
    alias: bool
    same: bool = False
    """It is spoken the same, whatever the letters are."""


class TermSounds:
    """The sounds of terms, and of the ways in which they were misheard. Immutable, as costly as it is to make.

    ``spellings`` are of each term how it is written and its aliases.
    """

    def __init__(self, spellings: Sequence[tuple[str, Sequence[str]]]) -> None:
        self._term_of = [
            (row, alias > 0) for row, (_, aliases) in enumerate(spellings) for alias in range(1 + len(aliases))
        ]
        self._index = SoundIndex([one.split() for text, aliases in spellings for one in (text, *aliases)])
        self.texts = tuple(text for text, _ in spellings)
        self.matcher = TermMatcher(self.texts)

    def spoken_the_same(self, words: Sequence[str]) -> set[tuple[int, bool]]:
        """The rows of terms that are spoken as ``words``, wherever words begin and end; whether as an alias."""
        return {self._term_of[number] for number in self._index.same(words)}

    def alike(
        self, stretches: Sequence[Sequence[str]], at_least: Sequence[float]
    ) -> Iterator[tuple[int, int, bool, float]]:
        """What sounds like ``stretches``: the stretch, the row of the term, whether as an alias, and how much."""
        for stretch, number, similarity in self._index.search(stretches, at_least=at_least):
            yield stretch, *self._term_of[number], similarity


class HintIndex:
    """Terms with their sounds.

    ``sounds`` are those of the same terms in the same order; ``is_common`` says whether the recogniser knows a word as
    a whole (``RecogniserVocabulary.knows``).
    """

    def __init__(
        self,
        terms: Sequence[Term],
        sounds: TermSounds,
        *,
        is_common: Callable[[str], bool] = lambda word: True,
        scales: Scales | None = None,
    ) -> None:
        self._terms = terms
        self._sounds = sounds
        self._is_common = is_common
        self._scales = scales or Scales()

    def hints_for(self, context: HintContext, hypothesis: Sequence[Word], *, limit: int = 10) -> tuple[Hint, ...]:
        """The terms that were probably said where ``hypothesis``, recognised without hints, has something else.

        Best first, at most ``limit``, and none where nothing sounds like a term: a hint that is not needed takes time
        and may do harm. A term that is right in the hypothesis needs none."""
        likenesses = self._likenesses(hypothesis) if self._terms else {}
        if not likenesses:
            return ()
        surroundings = _Surroundings(context, self._sounds.matcher)
        candidates = [self._candidate(row, found, surroundings) for row, found in likenesses.items()]
        candidates.sort(key=lambda candidate: (-candidate.odds, candidate.term.text))
        chosen: list[_Candidate] = []
        for candidate in candidates:
            likely = candidate.odds >= self._scales.least_odds
            if likely and not any(self._outdone(candidate, better) for better in chosen):
                chosen.append(candidate)
        return tuple(_hint(candidate, surroundings) for candidate in chosen[:limit])

    # --- what sounds like what ----------------------------------------------------------------------------------

    def _likenesses(self, hypothesis: Sequence[Word]) -> dict[int, list[_Likeness]]:
        """By the row of its term, every span that sounds like it."""
        found: defaultdict[int, list[_Likeness]] = defaultdict(list)

        def add(row: int, likeness: _Likeness) -> None:
            if self._may_stand_for(likeness.span, row):
                found[row].append(likeness)

        spans = list(self._spans(hypothesis))
        for span in spans:
            for row, alias in self._sounds.spoken_the_same(span.words):
                add(row, _Likeness(span, 1.0, alias, same=True))
        doubtful = [span for span in spans if span.doubtful]
        enough = [self._enough(span) for span in doubtful]
        for stretch, row, alias, similarity in self._sounds.alike([span.words for span in doubtful], enough):
            add(row, _Likeness(doubtful[stretch], similarity, alias))
        return found

    def _spans(self, hypothesis: Sequence[Word]) -> Iterator[_Span]:
        """Up to four words side by side."""
        words = [_WORD_EDGE.sub("", word.word) for word in hypothesis]
        common = [self._all_common(word) for word in words]
        right = self._heard_right(hypothesis)
        doubtful = [not known or word.probability < _SURE for known, word in zip(common, hypothesis, strict=True)]
        edge = [doubt or self._is_edge(word) for doubt, word in zip(doubtful, words, strict=True)]
        for start in range(len(words)):
            for stop in range(start + 1, min(start + _LONGEST_SPAN, len(words)) + 1):
                if words[start] and words[stop - 1]:
                    certainty = prod(word.probability for word in hypothesis[start:stop])
                    terms = frozenset(right[at] for at in range(start, stop) if at in right)
                    yield _Span(
                        start,
                        tuple(words[start:stop]),
                        certainty,
                        common=all(common[start:stop]),
                        terms=terms,
                        doubtful=edge[start] and edge[stop - 1] and any(doubtful[start:stop]),
                    )

    def _heard_right(self, hypothesis: Sequence[Word]) -> dict[int, int]:
        """The terms that stand there as they should be written, case aside: their rows by the positions of words."""
        tokens, position = [], []
        for at, word in enumerate(hypothesis):
            of_word = tokens_of(word.word)
            tokens += of_word
            position += [at] * len(of_word)
        return {
            position[at]: row for start, stop, row in self._sounds.matcher.find(tokens) for at in range(start, stop)
        }

    def _may_stand_for(self, span: _Span, row: int) -> bool:
        """Whether the span could be a misheard term. One that holds a term which was heard right could only be a longer
        term with that one in it: "Clyde Code" where both Code and Claude Code are known."""
        if not span.terms:
            return True
        texts = self._sounds.texts
        tokens = set(tokens_of(texts[row]))
        return row not in span.terms and all(tokens.issuperset(tokens_of(texts[right])) for right in span.terms)

    def _is_edge(self, word: str) -> bool:
        tokens = tokens_of(word)
        return bool(tokens) and not self._sounds.matcher.edges.isdisjoint((tokens[0], tokens[-1]))

    def _all_common(self, word: str) -> bool:
        return all(self._is_common(part) for part in _INNER.split(_POSSESSIVE.sub("", word)) if part)

    # --- what it is worth ---------------------------------------------------------------------------------------

    def _enough(self, span: _Span) -> float:
        """The similarity below which nothing could make a hint of the span."""
        scales = self._scales
        help_of_context = scales.in_domain + scales.spoken_of + scales.much_used
        return (scales.least_odds - self._base(span) - help_of_context) / scales.similarity

    def _base(self, span: _Span) -> float:
        scales = self._scales
        crowd = log(max(1.0, len(self._terms) / scales.few_terms))
        uncommon = scales.uncommon * (not span.common)
        return scales.bias + scales.certainty * span.certainty + uncommon + scales.chance * crowd

    def _candidate(self, row: int, likenesses: Sequence[_Likeness], surroundings: _Surroundings) -> _Candidate:
        """A term with the likeness that speaks for it most."""
        scales, term = self._scales, self._terms[row]
        whatever_was_heard = (
            scales.in_domain * surroundings.in_domain(term)
            + scales.spoken_of * surroundings.spoken_of(row, term)
            + scales.much_used * surroundings.much_used(term)
        )
        odds = [self._base(one.span) + scales.similarity * one.similarity + self._of_alias(one) for one in likenesses]
        most = max(range(len(odds)), key=lambda at: odds[at])
        return _Candidate(row, term, odds[most] + whatever_was_heard, likenesses[most])

    def _of_alias(self, likeness: _Likeness) -> float:
        if not (likeness.alias and likeness.same):
            return 0.0
        ordinary = likeness.span.common and len(likeness.span.words) == 1
        return -self._scales.misheard_so_before if ordinary else self._scales.misheard_so_before

    def _outdone(self, candidate: _Candidate, better: _Candidate) -> bool:
        same_place = better.likeness.span.overlaps(candidate.likeness.span)
        return same_place and better.odds - candidate.odds > self._scales.outdone


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A term that may have been said. ``odds`` are log-odds."""

    row: int
    term: Term
    odds: float
    likeness: _Likeness


def _hint(candidate: _Candidate, surroundings: _Surroundings) -> Hint:
    term, likeness = candidate.term, candidate.likeness
    heard = " ".join(likeness.span.words)
    if likeness.alias and likeness.same:
        reasons = [f"was heard as “{heard}” before"]
    else:
        reasons = [f"sounds like “{heard}” ({likeness.span.certainty:.2f})"]
    if not likeness.span.common:
        rare = "is no common word" if len(likeness.span.words) == 1 else "has an uncommon word in it"
        reasons.append(f"“{heard}” {rare}")
    reasons += surroundings.reasons(candidate.row, term)
    return Hint(term.text, round(1 / (1 + exp(-candidate.odds)), 3), tuple(reasons), heard, term.memory_id)


class _Surroundings:
    """What speaks for a term whatever was heard: each from 0 to 1."""

    def __init__(self, context: HintContext, matcher: TermMatcher) -> None:
        tokens = [token for text in context.recent for token in tokens_of(text)]
        self._context = context
        self._rows = {row for _, _, row in matcher.find(tokens)}
        self._words = set(content_words(tokens))

    def in_domain(self, term: Term) -> float:
        return float(bool(term.domain) and term.domain == self._context.domain)

    def spoken_of(self, row: int, term: Term) -> float:
        return 1.0 if row in self._rows else min(1.0, len(self._company(term)) / _TOPICS_THAT_TELL)

    def much_used(self, term: Term) -> float:
        if term.last_used is None:
            return 0.0
        days = max(0.0, (self._context.at - term.last_used).total_seconds() / 86_400)
        return float(min(1.0, log2(1 + term.uses) / log2(1 + _MUCH)) + 0.5 ** (days / _HALF_LIFE_DAYS)) / 2

    def reasons(self, row: int, term: Term) -> Iterator[str]:
        if row in self._rows:
            yield "you spoke of it just before"
        elif company := self._company(term):
            yield f"goes with {', '.join(company)}"
        if self.in_domain(term):
            yield f"belongs to {term.domain}"
        if term.uses > 1:
            yield f"you have used it {term.uses} times"

    def _company(self, term: Term) -> tuple[str, ...]:
        return tuple(topic for topic in term.topics if topic in self._words)
