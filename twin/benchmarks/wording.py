"""Comparing normalised texts word by word, as all benches of speech do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from twin.learning import scoring
from twin.learning.normalising import normalised

_MARK = re.compile(r"[.,;:?!]")


def word_count(text: str) -> int:
    return len(normalised(text).split())


def word_errors(reference: str, text: str) -> int:
    """Substitutions, insertions and deletions."""
    return scoring.word_errors(reference, text).errors


def right_words(reference: str, text: str) -> frozenset[int]:
    """The places of the reference's words that ``text`` has right."""
    blocks = Levenshtein.opcodes(normalised(reference).split(), normalised(text).split())
    return frozenset(at for block in blocks if block.tag == "equal" for at in range(block.src_start, block.src_end))


def says(text: str, term: str) -> bool:
    """Whether ``term`` stands in ``text``."""
    return f" {normalised(term)} " in f" {normalised(text)} "


def marks_per_100_words(texts: Sequence[str]) -> float:
    return _per_100_words(sum(len(_MARK.findall(text)) for text in texts), texts)


def capitals_per_100_words(texts: Sequence[str]) -> float:
    return _per_100_words(sum(word[:1].isupper() for text in texts for word in text.split()), texts)


def _per_100_words(found: int, texts: Sequence[str]) -> float:
    return 100 * found / max(1, sum(len(text.split()) for text in texts))
