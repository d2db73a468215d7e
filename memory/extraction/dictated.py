"""What a dictation tells about the person: less than what they type to the twin, and less surely.

A dictation is mostly meant for somebody else. So only what fills a slot counts, and nothing of a letter or of anything
that addresses a "you". What the recogniser was unsure of is taken in with a lower confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from memory.extraction.extract import Extraction, extract
from memory.extraction.secrets import redact
from twin.domain import MemoryKind, Utterance

_HEARD = 0.85
"""Of the confidence that the same words would have if they were typed."""
_CORRECTED = 0.95
"""The words are the person's, but whom they were for is not known."""
_DOUBT = 0.5
"""What is left of the confidence when the recogniser gave a word of the value no chance at all."""
_KINDS = (MemoryKind.FACT, MemoryKind.PREFERENCE)

_SALUTATION = re.compile(
    r"^\W*(?:dear\b|to whom it may concern\b"
    r"|(?:an? )?(?:e-?mail|message|letter|note|memo|text|reply)\b[\w ]{0,20}\b(?:to|for)\b"
    r"|(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings)[ ,]+"
    r"(?!(?:there|twin|i|i'm|i've|my|this is|it's)\b)[^\W\d]+(?: [^\W\d]+){0,2}\s*[,.!:\n–—-])",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:(?:kind|best|warm|many) (?:regards|wishes|greetings)|regards|sincerely|yours (?:faithfully|truly)|"
    r"all the best|looking forward to (?:hear|meet|see)\w*|speak soon|talk soon|see you (?:soon|then)|take care|"
    r"with love|(?:cheers|love|thanks|best),? [^\W\d]+)\W*(?:[^\W\d]+\W*){0,3}$",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)


def from_dictation(utterance: Utterance, *, said_at: datetime | None = None) -> tuple[Extraction, ...]:
    """What fills a slot in the best text of ``utterance``; ``said_at`` as in ``extract``."""
    text = redact(utterance.text).text
    if _SALUTATION.search(text) or _CLOSING.search(text) or _ADDRESSED.search(text):
        return ()
    trust = _HEARD if utterance.corrected is None else _CORRECTED
    return tuple(
        replace(e, confidence=round(e.confidence * trust * _certainty(e, utterance), 3))
        for e in extract(text, said_at=said_at)
        if e.slot and e.kind in _KINDS
    )


def _certainty(extraction: Extraction, utterance: Utterance) -> float:
    """1 if the recogniser was sure of every word of the value, down to :data:`_DOUBT` if of one not at all."""
    value = list(_plain_words(extraction.value or extraction.instead_of))
    if utterance.corrected is not None or not value:
        return 1.0
    heard = [(plain, word.probability) for word in utterance.words for plain in _plain_words(word.word)]
    plain = [word for word, _ in heard]
    for start in range(len(plain) - len(value) + 1):
        if plain[start : start + len(value)] == value:
            least = min(probability for _, probability in heard[start : start + len(value)])
            return _DOUBT + (1 - _DOUBT) * least
    return 1.0


def _plain_words(text: str) -> Iterator[str]:
    yield from re.findall(r"[^\W_]+", text.casefold())
