"""The marks around a word, and a term in the place of words that have them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from twin.domain import Word

_PARTS = re.compile(r"^(\W*)(.*?)((?:['’]s)?\W*)$", re.DOTALL)


def parts(word: str) -> tuple[str, str, str]:
    """A word's opening marks, the word itself, its possessive with closing marks; joined they are the word."""
    found = _PARTS.match(word)
    assert found is not None  # every part may be empty
    return found[1], found[2], found[3]


def bare(word: str) -> str:
    return parts(word)[1]


def folded(words: Iterable[str]) -> str:
    """Words to compare: bare and in lower case, those left out that are marks alone."""
    return " ".join(plain for word in words if (plain := bare(word).casefold()))


def in_place_of(heard: Sequence[Word], term: str, probability: float, *, possessive: str = "") -> tuple[Word, ...]:
    """``term`` as words with the marks and the time of ``heard``; a small one begins a sentence as ``heard`` did.

    ``possessive`` is added where ``heard`` has none."""
    texts = term.split()
    opening, first, _ = parts(heard[0].word)
    ending = parts(heard[-1].word)[2]
    if texts[0].islower() and first[:1].isupper() and not first[1:2].isupper():
        texts[0] = texts[0][:1].upper() + texts[0][1:]
    if possessive and not ending.startswith(("'", "’")):
        ending = possessive + ending
    texts[0] = opening + texts[0]
    texts[-1] += ending
    start, end = heard[0].start, heard[-1].end
    step = (end - start) / len(texts)
    return tuple(
        Word(text, round(start + number * step, 3), round(start + (number + 1) * step, 3), probability)
        for number, text in enumerate(texts)
    )
