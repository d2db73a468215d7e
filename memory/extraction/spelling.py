"""Contractions as the rules expect them: "dont" and "my husband's called Piotr", as people type them."""

from __future__ import annotations

import re
from typing import Final

_WITHOUT_MARK: Final = {
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't", "isnt": "isn't",
    "arent": "aren't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't", "couldnt": "couldn't",
    "wouldnt": "wouldn't", "ive": "i've", "im": "i'm",
}  # fmt: skip
_UNMARKED = re.compile(rf"\b(?:{'|'.join(_WITHOUT_MARK)}|{'|'.join(w.capitalize() for w in _WITHOUT_MARK)})\b")
_IS = re.compile(
    r"^(?P<subject>(?:my|our) (?!name's)[\w -]+)'s (?=(?:called|named|an?|the|on|now|from|not|no longer|in|at|allergic|"
    r"living|working|studying|based|married|still|currently|[A-Z]\w+$|\d[\w.]*)(?: |$))",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"^(?P<subject>(?:my|our) [\w -]+)'s (?=(?:(?:just|now|recently|finally|already) )*(?:moved|relocated|changed)\b)",
    re.IGNORECASE,
)


def marked(text: str) -> str:
    """``text`` with the apostrophes that its contractions lack."""
    return _UNMARKED.sub(lambda word: _WITHOUT_MARK[word.group().lower()], text)


def spelled_out(clause: str) -> str:
    """``clause``, its contractions marked, with "is" or "has" where "'s" after a noun is short for it."""
    clause = _HAS.sub(lambda found: f"{found['subject']} has ", marked(clause))
    return _IS.sub(lambda found: f"{found['subject']} is ", clause)
