"""Counting word errors, as the gate and the evidence of a proposal do: case, punctuation and hyphens do not count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Substitutions, insertions and deletions against so many ``words`` that were said."""

    errors: int
    words: int


def word_errors(said: str, heard: str) -> WordErrors:
    """The word error rate's numerator and denominator (Levenshtein distance over words)."""
    from rapidfuzz.distance import Levenshtein

    reference = words_of(said)
    return WordErrors(Levenshtein.distance(reference, words_of(heard)), len(reference))


def words_of(text: str) -> list[str]:
    """Bare words in lower case: "Twenty-one, please." is twenty, one, please."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _WORD.findall(folded)
