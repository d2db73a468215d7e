"""What a person would correct a text to, where a corpus says what was said without case and punctuation.

Nobody takes the full stops out of a text that is shown to them: they put the wrong words right and leave the rest as it
stands. So the words of the corpus are put into the shown text, which keeps its writing wherever it says the same.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from twin.learning.normalising import normalised

_BARE = re.compile(r"[a-z' ]+")
_TAIL = re.compile(r"[^\w]*$")
_ENDS = (".", "?", "!")


def is_bare(text: str) -> bool:
    """Whether ``text`` has neither capitals nor marks nor digits."""
    return _BARE.fullmatch(text) is not None


def as_corrected(shown: str, said: str) -> str:
    """To what a person corrects ``shown``: to ``said`` itself, or in the writing of ``shown`` if it is bare."""
    return restored(shown, said) if is_bare(said) else said


def restored(shown: str, said: str) -> str:
    """``said``, written as ``shown`` is: whatever counts as the same words stays, other words take their place and
    the marks behind them, and a capital where a sentence begins."""
    before, after = shown.split(), said.split()
    written: list[str] = []
    for block in Levenshtein.opcodes([_key(word) for word in before], [_key(word) for word in after]):
        old, new = before[block.src_start : block.src_end], after[block.dest_start : block.dest_end]
        if block.tag == "equal" or (old and normalised(" ".join(old)) == normalised(" ".join(new))):
            written += old
        elif new:
            written += _in_writing(old, new, begins=not written or written[-1].endswith(_ENDS))
        elif written and (tail := _tail(old)) and not _tail(written):
            written[-1] += tail
    return " ".join(written)


def shuffled(texts: Sequence[str], share: float, seed: int) -> list[str]:
    """``texts``, of which ``share`` have changed places so that each of these has another's."""
    chance = random.Random(seed)  # noqa: S311 - an experiment, no secret
    count = round(share * len(texts))
    places = chance.sample(range(len(texts)), count if count > 1 else 0)
    result = list(texts)
    for place, other in zip(places, places[1:] + places[:1], strict=True):
        result[place] = texts[other]
    return result


def _in_writing(old: Sequence[str], new: Sequence[str], *, begins: bool) -> list[str]:
    words = list(new)
    if begins or (old and len(old) == len(new) and old[0][:1].isupper()):
        words[0] = words[0][:1].upper() + words[0][1:]
    words[-1] += _tail(old)
    return words


def _tail(words: Sequence[str]) -> str:
    """The marks behind the last of ``words``."""
    found = _TAIL.search(words[-1]) if words else None
    return found[0] if found else ""


def _key(word: str) -> str:
    return re.sub(r"[^\w']", "", word).casefold()
