"""Counting word errors, as the gate, the evidence of a proposal and the benches do: on normalised texts, so that a
number written another way is no error."""

from __future__ import annotations

from dataclasses import dataclass

from twin.learning.normalising import normalised


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Substitutions, insertions and deletions against so many ``words`` that were said."""

    errors: int
    words: int


def word_errors(said: str, heard: str, language: str = "en") -> WordErrors:
    """The word error rate's numerator and denominator (Levenshtein distance over words)."""
    from rapidfuzz.distance import Levenshtein

    reference = normalised(said, language).split()
    return WordErrors(Levenshtein.distance(reference, normalised(heard, language).split()), len(reference))
