"""Whether two stretches of words sound alike, from their spelling.

Each side is read as words, digits and signs by their names; a short word of capitals is also read letter by letter,
and the better reading counts. Two views are blended: Metaphone keys (Philips, 1990; by jellyfish) with the sounds
merged that recognisers confuse most, which know that "write" and "right" are one sound but forget vowels; and the
letters themselves, which remember them. For scripts that Metaphone does not know, letters decide alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

KEY_SHARE = 0.6
"""Weight of the Metaphone keys against the letters. Calibrated with ``SOUND_ALIKE`` in learning/feedback.py."""

_CONFUSED = str.maketrans("B0XJM", "PTSSN", "WHY")
"""Metaphone's sounds that pass for one another: b and p, th and t, sh, j and s, m and n; glides count for nothing."""

_SILENT = re.compile(r"^(?:p(?=[st])|m(?=n))")
"""What begins a word and is not spoken, beyond what Metaphone knows: psyllium, Ptolemy, mnemonic."""

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
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
    return folded if folded.isascii() and folded.isalnum() else "".join(filter(str.isalnum, folded))


def similarity(heard: Sequence[str], said: Sequence[str]) -> float:
    """How alike two stretches of words sound, from 0 to 1. Where words begin and end plays no part."""
    return max(
        (_alike(one, other) for one in readings(heard) for other in readings(said)),
        default=0.0,
    )


def readings(words: Sequence[str]) -> set[str]:
    """The ways in which ``words`` may be spoken, as :func:`letters`."""
    spoken = [_spoken(word) for word in words]
    return {"".join(plain for plain, _ in spoken), "".join(spelled for _, spelled in spoken)} - {""}


@lru_cache(maxsize=32_768)
def _spoken(word: str) -> tuple[str, str]:
    """A word as it is read, and as it is spelled if it is short and all in capitals."""
    plain = letters(word if word.isalpha() else "".join(_SPOKEN.get(character, character) for character in word))
    if not any(map(str.isupper, word)):
        return plain, plain
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
    key, other_key = key_of(one), key_of(other)
    if not key or not other_key:
        return spelling
    return KEY_SHARE * Levenshtein.normalized_similarity(key, other_key) + (1 - KEY_SHARE) * spelling


@lru_cache(maxsize=32_768)
def key_of(reading: str) -> str:
    """The Metaphone key of a reading in ASCII, with the sounds merged that are confused most; may be empty."""
    from jellyfish import metaphone

    return metaphone(_SILENT.sub("", reading)).translate(_CONFUSED)
