"""Words that were spelled out: "spell K U B E", "Smith, spelled S-M-Y-T-H", "Philip, that's with double L"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twin.speech.commands import HeardWord

_ALPHABET = {
    word: word[0]
    for word in """alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa
    quebec romeo sierra tango uniform victor whiskey yankee zulu""".split()  # noqa: SIM905
} | {"alfa": "a", "juliett": "j", "whisky": "w", "xray": "x"}
"""The spelling alphabet of the ICAO and of NATO."""

_NAMES = {
    "bee": "b", "see": "c", "sea": "c", "dee": "d", "gee": "g", "aitch": "h", "eye": "i", "jay": "j", "kay": "k",
    "el": "l", "em": "m", "en": "n", "oh": "o", "pea": "p", "pee": "p", "queue": "q", "cue": "q", "are": "r",
    "ess": "s", "tea": "t", "tee": "t", "you": "u", "vee": "v", "ex": "x", "why": "y", "zed": "z", "zee": "z",
}  # fmt: skip
"""What recognisers write for letters; believed where most of the word is letters."""

_SPELL = frozenset({"spell", "spel"})
_SPELLED = frozenset({"spelled", "spelt", "spelling"})
_THAT_IS = frozenset({"thats", "its"})
_NOT_FOR_US = frozenset(
    """you to i we they he she it can cant cannot could did how not a the cold dry hot warm wet long brief magic under
    of""".split()  # noqa: SIM905
)
""""How do you spell …", "a dry spell": then nobody spells for the twin."""
_NAMED = frozenset(
    "is was called named mr mrs ms dr name surname spell with as like to and the a from for in at my".split()  # noqa: SIM905
)
"""After which the spelled word is the word itself, rather than another writing of the one before."""
_INTRODUCES = frozenset("is called named mr mrs ms dr name surname".split())  # noqa: SIM905
_ALIKE = 0.8
_MOST_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Spelled:
    """The words ``first`` to ``last`` (half-open) spell ``text``; ``instead``: of the word before them."""

    first: int
    last: int
    text: str
    instead: bool


def find_spelled(heard: Sequence[HeardWord]) -> tuple[Spelled, ...]:
    """Every place where a word was spelled out; none overlap."""
    found: list[Spelled] = []
    position = 0
    while position < len(heard):
        spelled = _doubled(heard, position) or _announced(heard, position) or _bare(heard, position)
        if spelled is not None:
            found.append(spelled)
        position = spelled.last if spelled else position + 1
    return tuple(found)


def _announced(heard: Sequence[HeardWord], position: int) -> Spelled | None:
    """ "spell …", "spelled …", "that's …" and letters."""
    trigger = heard[position].key
    before = heard[position - 1] if position else None
    start = position + 1
    if trigger in _SPELLED and start < len(heard) and heard[start].key in ("as", "like", "with"):
        start += 1
    sentence_over = heard[start - 1].mark[-1:] in (".", "!", "?")  # then "US" would be a word of the next one
    letters, last = _letters(heard, start, announced=trigger not in _THAT_IS and not sentence_over)
    if trigger in _SPELL | _SPELLED and len(letters) >= 2:
        if before is not None and before.key in _NOT_FOR_US and not before.mark:
            return None
        instead = before is not None and before.key not in _NAMED and (trigger in _SPELLED or _alike(before, letters))
    elif trigger in _THAT_IS and len(letters) >= 3 and before is not None and _alike(before, letters):
        instead = True
    else:
        return None
    return Spelled(position, last, _cased(letters, before if instead else None), instead)


def _bare(heard: Sequence[HeardWord], position: int) -> Spelled | None:
    """Letters alone: only after the word that they spell ("Smith, S-M-Y-T-H"), or where a name is due."""
    letters, last = _letters(heard, position, announced=False)
    if len(letters) < 3 or position == 0 or letters in "abcdefghijklmnopqrstuvwxyz":
        return None
    before = heard[position - 1]
    if _alike(before, letters):
        return Spelled(position, last, _cased(letters, before), instead=True)
    if before.key in _INTRODUCES and len(letters) >= 4 and set(letters) & set("aeiouy"):
        return Spelled(position, last, _cased(letters, None), instead=False)
    return None


def _doubled(heard: Sequence[HeardWord], position: int) -> Spelled | None:
    """ "Philip, that's with double L": the word before with that letter doubled."""
    start = position
    if heard[position].key not in _THAT_IS | _SPELLED | {"with"} or position == 0:
        return None
    while start < len(heard) and heard[start].key in _THAT_IS | _SPELLED | {"with", "a"}:
        start += 1
    pair = "".join(word.key for word in heard[start : start + 2])
    single = heard[start].key if start < len(heard) else ""
    if len(single) == 7 and single.startswith("double"):
        letter, last = single[-1], start + 1
    elif single == "double" and len(pair) == 7:
        letter, last = pair[-1], start + 2
    else:
        return None
    word = heard[position - 1].word.word[: -len(heard[position - 1].mark) or None]
    where = word.lower().rfind(letter)
    if not word[:1].isupper() or where < 0 or not letter.isalpha() or (last < len(heard) and not heard[last - 1].mark):
        return None
    doubled = word if letter * 2 in word.lower() else word[: where + 1] + word[where].lower() + word[where + 1 :]
    return Spelled(position, last, doubled, instead=True)


def _letters(heard: Sequence[HeardWord], start: int, *, announced: bool) -> tuple[str, int]:
    """The letters that are said from ``start`` on, in lower case, and where they end."""
    letters, sure = "", 0
    position = start
    while position < len(heard) and len(letters) < _MOST_LETTERS:
        if letters and heard[position - 1].mark[-1:] in (".", "!", "?") and heard[position].pause > 0:
            break
        said, certain = _letter(heard, position, announced=announced)
        if not said:
            break
        letters, sure, position = letters + said, sure + certain * len(said), position + 1
        if said == "double":
            doubled, certain = _letter(heard, position, announced=announced) if position < len(heard) else ("", False)
            if not doubled:
                return letters[: -len(said)], position - 1
            letters = letters[: -len(said)] + doubled[0] + doubled
            sure, position = sure + len(doubled) + 1, position + 1
    return (letters, position) if letters and sure * 2 > len(letters) else ("", start)


def _letter(heard: Sequence[HeardWord], position: int, *, announced: bool) -> tuple[str, bool]:
    """What the word at ``position`` is as letters (nothing if it is none), and whether that is certain."""
    text, key = heard[position].word.word, heard[position].key
    bare = text[: -len(heard[position].mark) or None]
    if bare.count("-") and all(len(part) == 1 and part.isalpha() for part in bare.split("-")):
        return key, True
    if len(key) == 1 and key.isalpha() and (bare.isupper() or announced):
        return key, True
    if key == "double":
        return key, False
    if not announced:
        return "", False
    if len(bare) > 1 and bare.isalpha() and bare.isupper():
        return key, True
    if key in _ALPHABET:
        return _ALPHABET[key], True
    return _NAMES.get(key, ""), False


def _alike(before: HeardWord, letters: str) -> bool:
    import jellyfish

    return len(before.key) > 1 and jellyfish.jaro_winkler_similarity(before.key, letters) >= _ALIKE


def _cased(letters: str, like: HeardWord | None) -> str:
    """A name has a capital; another writing of a word is written like it."""
    if like is not None and like.word.word[:1].islower():
        return letters
    return letters.capitalize()
