"""Whether a small model did what was asked with a text, or made something up; and a summary without a model.

A model of 135 million parameters mostly talks about a text where it should work on it. What it writes is given only if
it is the text's own words in the main; else a summary is made of the text's own sentences, and for the rest the person
is told that it takes a larger model. Pure.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from twin.grounding.support import content_words, stem
from twin.sentences import split_sentences

_MOST_STRAY: Final = 0.15
"""Share of a result's content words that may stand nowhere in the text; in a summary none but by accident …"""
_MOST_STRAY_REWRITTEN: Final = 0.5
"""… while another wording is other words."""
_LEAST_KEPT: Final = 0.5
"""Share of the text's content words that another wording keeps; names and numbers it keeps all."""
_SUMMARY_SHARE: Final = 1 / 3
_SUMMARISES = re.compile(r"^(?:please )?(?:summari[sz]e|sum up|shorten|condense)\b", re.IGNORECASE)
_OTHER_WORDS = re.compile(r"^(?:please )?(?:translate|expand)\b|\b(?:poem|haiku|song|rap)\b", re.IGNORECASE)


def is_summary(instruction: str) -> bool:
    """Whether what is asked for is the text, shorter."""
    return _SUMMARISES.match(instruction) is not None


def is_faithful(instruction: str, text: str, result: str) -> bool:
    """Whether ``result`` may be what ``instruction`` asks to be done with ``text``, by its words."""
    if _OTHER_WORDS.search(instruction):
        return False  # in other words altogether, which nothing here can judge
    given, made = _stems(text), _stems(result)
    if not made:
        return False
    stray = len(made - given) / len(made)
    if is_summary(instruction):
        return stray <= _MOST_STRAY and len(result) < len(text)
    kept = len(given & made) / (len(given) or 1)
    return stray <= _MOST_STRAY_REWRITTEN and kept >= _LEAST_KEPT and _exact(text) <= _exact(result)


def main_sentences(text: str) -> str:
    """About a third of the sentences of ``text``, as they stand: those with most of the text's frequent words, a word
    that was said counting less from then on (after SumBasic, Nenkova and Vanderwende 2005, "The Impact of Frequency on
    Summarization")."""
    sentences = split_sentences(text)
    counts: dict[str, float] = dict(Counter(stem(word) for word in content_words(text)))
    left = list(range(len(sentences)))
    chosen: list[int] = []
    while left and len(chosen) < max(1, round(len(sentences) * _SUMMARY_SHARE)):
        best = max(left, key=lambda place: _weight(sentences[place], counts))
        left.remove(best)
        chosen.append(best)
        for word in _stems(sentences[best]):
            counts[word] /= 2
    return " ".join(sentences[place] for place in sorted(chosen))


def _weight(sentence: str, counts: Mapping[str, float]) -> float:
    found = _stems(sentence)
    return sum(counts[word] for word in found) / math.sqrt(len(found) or 1)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def _exact(text: str) -> set[str]:
    """Names and numbers: what has a digit, or a capital within a sentence."""
    words = (word for sentence in split_sentences(text) for word in sentence.split()[1:])
    bare = (word.strip(".,;:!?\"'()“”") for word in words)
    return {word.casefold() for word in bare if any(c.isdigit() for c in word) or (word[:1].isupper() and word != "I")}
