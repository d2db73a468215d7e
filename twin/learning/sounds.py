"""Whether two stretches of words sound alike, from their spelling.

Each side is read as words, digits and signs by their names; a short word of capitals is also read letter by letter,
and the better reading counts. Two views are blended: Metaphone keys (Philips, 1990; by jellyfish) with the sounds
merged that recognisers confuse most, which know that "write" and "right" are one sound but forget vowels; and the
letters themselves, which remember them. For scripts that Metaphone does not know, letters decide alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_KEY_SHARE = 0.6
"""Weight of the Metaphone keys against the letters. Calibrated with ``SOUND_ALIKE`` in feedback.py."""

_CONFUSED = str.maketrans("B0XJM", "PTSSN", "WHY")
"""Metaphone's sounds that pass for one another: b and p, th and t, sh, j and s, m and n; glides count for nothing."""

_SPOKEN = {
    "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
    "8": "eight", "9": "nine", "+": "plus", "#": "sharp", "&": "and", "@": "at", "%": "percent",
}  # fmt: skip
_LETTER_NAMES = {
    "a": "ay", "b": "bee", "c": "see", "d": "dee", "e": "ee", "f": "ef", "g": "gee", "h": "aitch", "i": "eye",
    "j": "jay", "k": "kay", "l": "el", "m": "em", "n": "en", "o": "oh", "p": "pee", "q": "queue", "r": "are",
    "s": "ess", "t": "tee", "u": "you", "v": "vee", "w": "doubleyou", "x": "ex", "y": "why", "z": "zee",
}  # fmt: skip
_LONGEST_SPELLED = 5


def letters(text: str) -> str:
    """``text`` as bare lower-case letters and digits, accents taken off: what is left to compare."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def similarity(heard: Sequence[str], said: Sequence[str]) -> float:
    """How alike two stretches of words sound, from 0 to 1. Where words begin and end plays no part."""
    return max(
        (_alike(one, other) for one in _readings(heard) for other in _readings(said)),
        default=0.0,
    )


def _readings(words: Sequence[str]) -> set[str]:
    """The ways in which ``words`` may be spoken, as letters."""
    spoken = [_spoken(word) for word in words]
    readings = {"".join(plain for plain, _ in spoken), "".join(spelled for _, spelled in spoken)}
    return readings - {""}


@lru_cache(maxsize=4096)
def _spoken(word: str) -> tuple[str, str]:
    """A word as it is read, and as it is spelled if it is short and all in capitals."""
    plain = letters("".join(_SPOKEN.get(character, character) for character in word))
    bare = "".join(character for character in word if character.isalnum())
    if not bare.isupper() or len(bare) > _LONGEST_SPELLED:
        return plain, plain
    names = {**_LETTER_NAMES, **_SPOKEN}
    return plain, letters("".join(names.get(character, character) for character in word.casefold()))


@lru_cache(maxsize=32_768)
def _alike(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    spelling = Levenshtein.normalized_similarity(one, other)
    if not (one.isascii() and other.isascii()):
        return spelling
    key, other_key = _key(one), _key(other)
    if not key or not other_key:
        return spelling
    return _KEY_SHARE * Levenshtein.normalized_similarity(key, other_key) + (1 - _KEY_SHARE) * spelling


@lru_cache(maxsize=32_768)
def _key(word: str) -> str:
    from jellyfish import metaphone

    return metaphone(word).translate(_CONFUSED)
