"""Whose words are these? What the person pasted, quoted, handed over or took from the twin is not theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twin.sentences import split_sentences

_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CITED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_COLON = re.compile(r":(?:[ \t]|\s*\n)")
_HANDING_OVER = re.compile(
    # "Summarise this:", "Translate into French: …", "She wrote: …" introduce words that are not the person's own.
    r"\b(?:summari[sz]e|translate|rewrite|rephrase|proofread|correct|fix|shorten|improve|explain|format|reply|answer|"
    r"analy[sz]e|edit|wrote|writes|said|says|sent|text|email|message|letter|article|transcript|notes?)\b",
    re.IGNORECASE,
)
_MAX_INTRODUCTION_CHARACTERS = 200
_MIN_TAKEN_WORDS = 3
"""Shorter sentences are anybody's."""

QUOTATION = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_HIDDEN = {ord(mark): 0xE000 + ord(mark) for mark in ".!?…\n ,;"}
_REVEALED = {hidden: mark for mark, hidden in _HIDDEN.items()}


def own_words(text: str, twin_said: Sequence[str] = ()) -> str:
    """``text`` without what is not the person's own; in what is left, quotations are hidden from the splitters.

    ``twin_said`` are the twin's last turns: a sentence that was copied out of them is the twin's, unless the twin was
    quoting the person there.
    """
    text = _without_handed_over(_CITED.sub("", _FENCED.sub("", text.replace("’", "'"))))
    theirs = " ".join(_plain(QUOTATION.sub("", turn.replace("’", "'"))) for turn in twin_said)
    if theirs:
        sentences = split_sentences(text)
        own = [s for s in sentences if len(s.split()) < _MIN_TAKEN_WORDS or _plain(s) not in theirs]
        text = text if len(own) == len(sentences) else "\n".join(own)
    return hidden(text)


def hidden(text: str) -> str:
    """``text`` with what divides sentences and clauses hidden where it stands in a quotation."""
    return QUOTATION.sub(lambda quotation: quotation.group().translate(_HIDDEN), text)


def shown(text: str) -> str:
    return text.translate(_REVEALED)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w']+", " ", text.casefold()).split())


def _without_handed_over(text: str) -> str:
    """Cut ``text`` off before a sentence that hands something over: one with a colon at a line's end, or "wrote:"."""
    for colon in _COLON.finditer(text):
        before = text[max(0, colon.start() - _MAX_INTRODUCTION_CHARACTERS) : colon.start()]
        introduction = re.split(r"[.!?\n]", before)[-1]
        if "\n" in colon.group() or _HANDING_OVER.search(introduction):
            return text[: colon.start() - len(introduction)]
    return text
