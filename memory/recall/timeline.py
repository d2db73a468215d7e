"""Questions about time: "where did I live before?", "when did that change?", "since when do I live in Bonn?".

They are answered from the history of a slot. Which slot is meant is found as in a statement: the question is turned
into one ("I moved to Bonn") and read by the rules that read what the person tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from memory.extraction.extract import extract
from memory.extraction.mutability import alike
from memory.extraction.values import trimmed
from memory.recall.question_slots import slots_asked_for
from memory.store.ledger import SqliteLedger
from twin.domain import Polarity, Recalled
from twin.ports import AsksOfTime, Timeline
from twin.sentences import plain_question


@dataclass(frozen=True, slots=True)
class TimeQuestion:
    """``slots`` may end in ``.*``; none means what was last spoken of. ``value`` is what the question names."""

    asks: AsksOfTime
    slots: tuple[str, ...] = ()
    value: str = ""
    likes: Polarity = Polarity.NEUTRAL


_SOMEBODY = r"(?P<who>i|we|(?:my|our) [\w' -]+?)"
_WHEN_THAT = re.compile(
    r"^(?:(?:and )?(?:when|since when|how long ago) (?:did|has|was|is|were) (?:that|this|it)(?: all)?(?: last)?"
    r"(?: change[d]?| happen(?:ed)?| so| the case| start(?:ed)?| begin)?|since when|and since when)$"
)
_WHEN_SLOT = re.compile(r"^when did (?P<what>(?:my|our) [\w' -]+) (?:last )?change$")
_WHEN_MOVED = re.compile(r"^when did (?:i|we) (?:last )?move(?: house| home| here| there)?$")
_WHEN_NEW_JOB = re.compile(r"^when did i (?:last )?(?:change|switch|leave|quit|lose)(?: my)? jobs?$")
_WHEN_DID = re.compile(rf"^when did {_SOMEBODY} (?:last )?(?P<verb>[a-z]+)(?P<rest> .+)?$")
_SINCE = re.compile(
    rf"^(?:since when|how long|for how long) (?P<helper>do|does|have|has|am|are|is) {_SOMEBODY} "
    r"(?P<rest>(?:been |had )?\S.*)$"
)
_BEFORE = re.compile(r"^(?P<asked>.+?) before(?P<value> .+)?$")
_USED_TO = re.compile(r"^(?P<asked>(?:where|what|who|which \w+) did .+? )use(?:d)? to (?P<verb>.+)$")
_FORMER = re.compile(
    r"^(?P<asked>(?:what|who|where) (?:is|was|were) (?:my|our)) (?:previous|former|old|last) (?P<what>.+)$"
)
_PAST: Final = {
    "move": "moved", "stop": "stopped", "start": "started", "begin": "started", "become": "became", "get": "got",
    "quit": "quit", "give": "gave", "join": "joined", "sell": "sold", "turn": "turned", "go": "went", "lose": "lost",
    "leave": "left", "live": "lived", "work": "worked", "retire": "retired",
}  # fmt: skip


def read(question: str) -> TimeQuestion | None:
    """What ``question`` asks of time, or nothing if it is no such question."""
    plain = plain_question(question)
    if _WHEN_THAT.match(plain):
        return TimeQuestion(AsksOfTime.SINCE if "since when" in plain else AsksOfTime.CHANGED)
    if changed := _WHEN_SLOT.match(plain):
        slots, _ = slots_asked_for(f"what is {changed['what']}")
        return TimeQuestion(AsksOfTime.CHANGED, slots) if slots else None
    if _WHEN_MOVED.match(plain):
        return TimeQuestion(AsksOfTime.CHANGED, ("self.home",))
    if _WHEN_NEW_JOB.match(plain):
        return TimeQuestion(AsksOfTime.CHANGED, ("self.job", "self.employer"))
    if (did := _WHEN_DID.match(plain)) and did["verb"] in _PAST:
        return _as_stated(AsksOfTime.CHANGED, f"{did['who']} {_PAST[did['verb']]}{did['rest'] or ''}")
    if since := _SINCE.match(plain):
        helper = "" if since["helper"] in ("do", "does") else f"{since['helper']} "
        rest = since["rest"]
        if since["helper"] == "does":
            rest = re.sub(r"^(\w+)", r"\1s", rest)
        return _as_stated(AsksOfTime.SINCE, f"{since['who']} {helper}{rest}")
    return _before(plain)


def _before(plain: str) -> TimeQuestion | None:
    value = ""
    if used_to := _USED_TO.match(plain):
        asked = used_to["asked"] + used_to["verb"]
    elif former := _FORMER.match(plain):
        asked = f"{former['asked']} {former['what']}"
    elif before := _BEFORE.match(plain):
        asked, value = before["asked"], trimmed(before["value"] or "")
    else:
        return None
    likes = Polarity.DISLIKES if re.search(r"\b(?:hate|dislike|not like)\b", asked) else Polarity.LIKES
    now = re.sub(r"\bdid (?=i\b|we\b)", "do ", re.sub(r"\bdid (?=my\b|our\b)", "does ", asked))
    slots, _ = slots_asked_for(re.sub(r"\b(?:was|were)\b", "is", now))
    if not slots:
        return None
    value = re.sub(
        r"^(?:i (?:moved to|lived in|worked for|worked as|joined|became)|that|this|it|then|now)\b ?", "", value
    )
    return TimeQuestion(
        AsksOfTime.BEFORE, slots, value, likes if slots[0].startswith("preference.") else Polarity.NEUTRAL
    )


def _as_stated(asks: AsksOfTime, statement: str) -> TimeQuestion | None:
    """``statement`` is in lower case, which the rules for proper names mind: they are not needed here."""
    told = next((extraction for extraction in extract(statement) if extraction.slot), None)
    if told is None:
        return None
    slots = (told.slot, told.or_slot) if told.or_slot else (told.slot,)
    return TimeQuestion(asks, slots, told.value or told.instead_of)


def timeline(
    ledger: SqliteLedger, question: str, *, session_id: str = "", answered: Sequence[str] = ()
) -> Timeline | None:
    """The history that answers ``question``; nothing if it is no question of time, or nothing is known about it.

    "That" is what the memories ``answered`` are about, else what the last reply of the session was about, or without a
    session the last reply of all. The history is empty if the question is about "that" and nothing was spoken of.
    """
    asked = read(question)
    if asked is None:
        return None
    slots, value = asked.slots, asked.value
    if not slots:
        last = [memory for memory in ledger.memories_by_id(answered) if memory.slot]
        slots = tuple(memory.slot for memory in (last or ledger.last_spoken_of(session_id))[:1])
        if not slots:
            return Timeline(asked.asks, ())
    found = [
        Recalled(said.memory, 1.0, {"slot": 1.0}, said.memory.text, said.at)
        for said in ledger.said_in_slots(slots)
        if not said.memory.withdrawn and asked.likes in (Polarity.NEUTRAL, said.memory.polarity)
    ]
    found.sort(key=lambda item: (item.memory.true_from, item.said_at))
    if value and not any(alike(item.memory.value, value) for item in found):
        named_in_words = [item for item in found if value.casefold() in item.quote.casefold()]
        if not named_in_words or asked.asks is AsksOfTime.BEFORE:
            return None
    return Timeline(asked.asks, tuple(found), value) if found else None
