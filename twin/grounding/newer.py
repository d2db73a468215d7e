"""Which note holds now: an answer out of an old note gives way to a newer one that answers the question otherwise.

Memory knows of many things that they ended, and those are no notes at all (:func:`twin.grounding.notes.in_force`). For
the rest nobody said so: "I get around with a tandem", and a year later "I drive a white Skoda". Of many notes a small
model takes the one that sounds like the question. Given the newer one alone it knows well whether that answers too:
of 37 newer values of invented people it begins to answer for 36, and for none of 90 notes that only sound alike.

This goes for questions of what is so now, of which there is one at a time. Two instruments are both played, so the
older is no less true.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from twin.grounding.notes import Note
from twin.grounding.support import content_words, stem
from twin.sentences import asks_of_the_past, is_question, speaks_of_self, split_sentences

SURE: Final = -1.0
"""The margin of abstaining over answering, in nats, from which down a newer note alone answers the question."""

_OF_ANOTHER_TIME = re.compile(
    r"^(?:when|why|since|for how|how (?:long|often|many|much))\b|"
    r"\b(?:did|was|were|had|been|ago|will|would|going to|after|happen(?:s|ed)?|describes?|reasons?|plans?|first|dream|"
    r"(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""Questions for what happened or is to come: a later event ends no earlier one."""
_OF_SEVERAL = re.compile(
    r"^(?:what|which|who)\b[\w' ]* are\b|\b(?:plays?|likes?|loves?|enjoys?|prefers?|hates?|dislikes?|avoids?|reads?|"
    r"speaks?|collects?|owns?|has|have|knows?|wants?|hopes?|wishes|thinks?|says?|recommends?|suggests?|uses?|makes?|paints?|cooks?|bakes?|writes?|watch(?:es)?|"
    r"listens?|allergic|allerg(?:y|ies)|afraid|scared?|fears?|helps?|hobb(?:y|ies)|pastimes?|pets?|skills?|interests?|"
    r"free time|remembers?|memor(?:y|ies)|about|things?|kinds?|types?|sorts?|which of|any|all)\b",
    re.IGNORECASE,
)
"""What one may have several of at a time …"""
_OF_THE_ONE = re.compile(
    r"\b(?:favou?rite|best|most|main|only|current(?:ly)?|now|nowadays|these days|at the moment|"
    r"(?:is|are|'s|what) (?:my|our|his|her|their|\w+['’]s?) (?:\w+ )?"
    r"(?:home|job|employer|address|size|colou?r|name))\b",
    re.IGNORECASE,
)
"""… unless the question is for the one that counts."""
_BESIDE = re.compile(r"\b(?:also|too|as well|another|besides|in addition|still)\b", re.IGNORECASE)
"""Words by which somebody adds to what they said before, and takes nothing back."""


def asks_for_the_one(question: str) -> bool:
    """Whether ``question`` is for what is so now, and for one thing of which there is one at a time."""
    if _OF_ANOTHER_TIME.search(question) or asks_of_the_past(question):
        return False
    return bool(_OF_THE_ONE.search(question)) or not _OF_SEVERAL.search(question)


def rivals(said: str, notes: Sequence[Note], question: str) -> tuple[Note, ...]:
    """The ``notes`` that may say otherwise than ``said`` by now, the newest first: newer than any that says it, and of
    their speaker. None where no note says all of it, or where an older value would be no less true."""
    wanted = {stem(word) for word in content_words(said)}
    if not wanted or not asks_for_the_one(question):
        return ()
    saying = [note for note in notes if wanted <= {stem(word) for word in content_words(note.line)}]
    if not saying:
        return ()
    last = max(saying, key=_day)
    later = [note for note in notes if _day(note) > _day(last) and note.name == last.name and _states(note)]
    return tuple(sorted(later, key=_day, reverse=True))


def _day(note: Note) -> date:
    return note.said_on or date.min


def _states(note: Note) -> bool:
    """Whether a note says something of who speaks, and not beside what they said before."""
    told = [sentence for sentence in split_sentences(note.text) if not is_question(sentence)]
    return any(speaks_of_self(sentence) and not _BESIDE.search(sentence) for sentence in told)
