"""Case and punctuation for texts that have none, from what was heard.

Some voice datasets (LibriSpeech) have their texts in one case and without marks. A recogniser that is
trained on them learns to write so. What was heard has both: words that agree, or differ only in the way that they
are written (42 and forty two), are taken as heard, and a word in the place of a misheard one keeps the marks of that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from twin.domain import Judgement, Word
from twin.learning.feedback import notice

_MOST_IN_CASE = 0.1
"""Of the texts of a dataset: with more of them in both cases it is a choice how the others are written."""


def lack_case(texts: Collection[str]) -> bool:
    """Whether ``texts``, those of a whole dataset, are all lower or all upper case; false in scripts without case."""
    cased = [text for text in texts if text.lower() != text.upper()]
    mixed = sum(text not in (text.lower(), text.upper()) for text in cased)
    return bool(cased) and mixed <= _MOST_IN_CASE * len(cased)


def restored(text: str, heard: Sequence[Word]) -> str:
    """The words of ``text`` in the case and with the marks in which they were heard."""
    written: list[str] = []
    reached = 0
    for edit in notice(heard, text.lower()):
        written += (word.word for word in heard[reached : edit.heard_from])
        if edit.heard_from == len(heard) and written:
            written[-1] = _bare(written[-1])  # more was said than was heard: the sentence ends after that
        written += edit.heard if edit.judgement is Judgement.FORMATTING else _marked_as(edit.heard, edit.said)
        reached = edit.heard_to
    written += (word.word for word in heard[reached:])
    return _as_a_sentence(written, heard)


def _marked_as(heard: Sequence[str], said: Sequence[str]) -> list[str]:
    """``said`` with the capital and the marks of the words in whose place it stands."""
    words = ["I" + word[1:] if word == "i" or word.startswith(("i'", "i’")) else word for word in said]
    if not heard or not words:
        return words
    if heard[0].lstrip("\"'“‘([")[:1].isupper():
        words[0] = _capitalised(words[0])
    words[-1] = _bare(words[-1]) + _marks_after(heard[-1])
    return words


def _as_a_sentence(words: list[str], heard: Sequence[Word]) -> str:
    """Begun and ended as what was heard, whose first or last word may not have been said."""
    if words and heard:
        if heard[0].word[:1].isupper():
            words[0] = _capitalised(words[0])
        if not _marks_after(words[-1]):
            words[-1] += _marks_after(heard[-1].word)
    return " ".join(words)


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _bare(word: str) -> str:
    return word.rstrip(".,?!;:…")


def _marks_after(word: str) -> str:
    return word[len(_bare(word)) :]
