"""How a statement bears on what was said before: cues of correction ("sorry, I meant", "Berta, not Anna")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from twin.domain import Bearing

_MEANT = re.compile(
    r"^(?:(?:sorry|no|nope|wait|oops|whoops|correction|my mistake|i was wrong|i misspoke|that's wrong|that was wrong|"
    r"not quite)\b[\s,:;.–—-]*)+(?:(?:but )?i (?:meant|should have said)(?: to say)?(?: that)?[\s,:]+)?"
    r"|^i (?:meant|should have said)(?: to say)?(?: that)?[\s,:]+(?=(?:my|our|i|i'm|we)\b)",
    re.IGNORECASE,
)
_ACTUALLY = re.compile(r"\b(?:actually|in fact|really)\b", re.IGNORECASE)
_BUT = re.compile(
    r"^(?P<before>.+?)(?P<is> is|'s| are)(?:n't| not) (?P<how>(?:called |named |on |in )?)"
    r"(?P<wrong>[\w'.-]+(?: [\w'.-]+){0,3}?),? "
    r"(?:but|it's|it is|he's|she's|they're)(?: rather)?(?: called| named| on| in)? (?P<right>\S.*)$",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"^(?P<clause>.+?),? (?:and )?not (?P<wrong>(?!(?:far|very|really|too|so|yet|that|just|only|with|for|because|to|"
    r"at all|always|everything)\b)(?:in |on |a |an |the )?[\w'.-]+(?: [\w'.-]+){0,2})$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cued:
    """``clause`` without its cues; ``wrong`` is the value that it says was wrong."""

    clause: str
    bearing: Bearing = Bearing.STATES
    wrong: str = ""
    actually: bool = False
    """Weaker than a correction: of what cannot change it is one, of all else it may as well be news."""


def opening_cue(sentence: str) -> Cued:
    """What a sentence opens with: "Sorry, I meant …"."""
    meant = _MEANT.match(sentence)
    if meant is None:
        return Cued(sentence, actually=bool(_ACTUALLY.search(sentence[:30])))
    return Cued(sentence[meant.end() :], Bearing.CORRECTS)


def named_as_wrong(clause: str) -> Cued:
    """What a clause calls wrong: "my sister is called Berta, not Anna", "isn't called Anna but Berta"."""
    if found := _BUT.match(clause):
        is_ = " is" if found["is"] == "'s" else found["is"]
        return Cued(f"{found['before']}{is_} {found['how']}{found['right']}", Bearing.CORRECTS, found["wrong"])
    if found := _NOT.match(clause):
        return Cued(found["clause"], Bearing.CORRECTS, found["wrong"])
    return Cued(clause)
