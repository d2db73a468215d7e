"""Fillers: what people say while they think, told apart from the same words where they mean something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class _Filler:
    """``core`` is a pattern that begins with a letter as it stands, which makes the search fast. It is no filler after
    or before certain words; one that ``opens`` is one only at the beginning of a sentence, before a comma; one that is
    ``set_off`` only between commas, or a comma and a question mark."""

    name: str
    core: str = ""
    after: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    opens: bool = False
    set_off: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OF_A_KIND = _words("what which some any this that the same a another every one be")
_FILLERS = (
    _Filler("um", "uu*mm*"),
    _Filler("uh", "uu*hh*"),
    _Filler("er", "erm*"),
    _Filler("hmm", "hh*mmm*"),
    # not in "do you know him", "as you know", "you know what I mean", "you know the way"
    _Filler(
        "you know",
        after=_words("do did does if as that what would let can should could because"),
        before=_words(
            "what who which where when why how if whether that the a an any my your his her it him them me us of"
        ),
    ),
    # not in "what I mean", "I mean it", "I mean to go"
    _Filler("I mean", "i mean", after=_words("what do did if"), before=_words("it to the that this")),
    # not in "what sort of music", "a kind of bread"
    _Filler("sort of", after=_OF_A_KIND),
    _Filler("kind of", after=_OF_A_KIND),
    _Filler("basically"),
    _Filler("actually"),
    _Filler("literally"),
    _Filler("honestly"),
    _Filler("obviously"),
    _Filler("essentially"),
    _Filler("I guess", "i guess"),
    _Filler("I suppose", "i suppose"),
    _Filler("or something", before=_words("else that to")),
    _Filler("or whatever", before=_words("you i he she it we they is")),
    _Filler("and stuff"),
    _Filler("so yeah", "so,? yeah"),
    _Filler("anyway", "anyways?", opens=True),
    _Filler("well", opens=True),
    _Filler("like", set_off=True),
    _Filler("right?", "right", set_off=True),
)
_PATTERN = re.compile(f"(?:{'|'.join(filler.core or filler.name for filler in _FILLERS)})(?![\\w'-])")
_BEFORE = re.compile(r"([\w']*)([^\w']*)\Z")
_AFTER = re.compile(r"\s*([^\w\s]?)\s*([\w']*)")
_REACH = 24


def fillers_in(text: str) -> Iterator[str]:
    """The fillers in ``text``, in order, each by its name."""
    text = text.lower().replace("’", "'")
    for found in _PATTERN.finditer(text):
        filler, start, stop = _filler(found.group()), found.start(), found.end()
        if start and (text[start - 1].isalnum() or text[start - 1] in "_'-"):
            continue
        before, after = _BEFORE.search(text[max(0, start - _REACH) : start]), _AFTER.match(text, stop)
        assert before is not None
        assert after is not None
        (word_before, gap), (mark_after, word_after) = before.groups(), after.groups()
        if (not gap.strip() and word_before in filler.after) or (not mark_after and word_after in filler.before):
            continue
        if filler.opens and not (mark_after == "," and (not word_before or gap.strip()[-1:] in (".", "!", "?", "…"))):
            continue
        if filler.set_off and not (gap.strip() == "," and mark_after in (",", "?")):
            continue
        yield filler.name


@lru_cache(maxsize=256)
def _filler(text: str) -> _Filler:
    return next(filler for filler in _FILLERS if re.fullmatch(filler.core or filler.name, text))
