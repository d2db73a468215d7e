"""All that memory has of the person, or what they told in a time: "what do you know about me?", "what did I tell you
today?", "what did I tell you first?". A list of their own words; no model and no score takes part. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from agents.answers import ABSTENTION, YOU, Answer, day, no_more, quoted
from agents.when import SPAN, span_of
from twin.domain import Citation, Memory, MemoryKind, MemoryStatus
from twin.sentences import plain_question

_MOST: Final = 12
_ORDER: Final = (MemoryKind.FACT, MemoryKind.PREFERENCE, MemoryKind.STYLE, MemoryKind.EPISODE, MemoryKind.VOCABULARY)
_LEAD: Final = (
    r"^(?:(?:please )?(?:summari[sz]e|sum up|list|recap|give me|show me) |(?:an? |the )?(?:summary|overview|list) of )*"
)
_WHAT: Final = r"(?:what(?: all| else)?|everything|all)(?: that)?"
_TELL: Final = r"(?:told|tell|said|say|shared?|mention(?:ed)?)(?: to)?"
_ALL: Final = re.compile(
    rf"{_LEAD}(?:{_WHAT} )?(?:(?:do|did|can|have) )?(?:you )?(?:already )?"
    r"(?:know|remember|tell me|have|learned|stored?|kept) (?:all )?(?:on |of |about )(?:me|myself)(?: so far)?$"
    r"|^(?:everything |all )?about (?:me|myself)$"
    r"|^what (?:do|did|have) you (?:know|remember|keep|kept)(?: so far)?$|^me$"
)
_TOLD: Final = re.compile(
    rf"{_LEAD}{_WHAT} (?:(?:have|did|had) )?i(?:'ve)? (?:already |ever )?{_TELL}"
    rf"(?: you)?(?: about (?:me|myself))?(?: so far| until now| till now)?(?P<when> {SPAN})?$"
)
_FIRST: Final = re.compile(
    rf"^what (?:did|have) i (?:(?P<a>first|last|just) )?{_TELL}(?: you)?(?: (?P<b>first|last))?$"
    rf"|^what (?:was|is|were) the (?:very )?(?P<c>first|last) (?:thing|fact)s? (?:that )?i {_TELL} you$"
)


@dataclass(frozen=True, slots=True)
class Overview:
    """What is asked for: all there is, what was told ``after`` and ``before`` a moment, or the first or last of it."""

    after: datetime | None = None
    before: datetime | None = None
    told: bool = False
    """What was told in the time, though it may hold no more; else what holds."""
    only: str = ""
    """``first`` or ``last``, or all of it."""


def asks_overview(question: str, now: datetime, timezone: tzinfo | None) -> Overview | None:
    """What ``question`` asks for of everything that is known; nothing if it asks for something in particular.
    ``timezone`` is the person's, for what a day is."""
    plain = plain_question(question)
    if (found := _FIRST.match(plain)) and (only := found["a"] or found["b"] or found["c"]):
        return Overview(told=True, only="last" if only == "just" else only)
    if told := _TOLD.match(plain):
        after, before = span_of(told["when"] or "", now.astimezone(timezone))
        return Overview(after, before, told=True)
    return Overview() if _ALL.match(plain) else None


def overview(
    memories: Sequence[Memory],
    asked: Overview,
    timezone: tzinfo | None,
    *,
    told_by: Callable[[Memory], str] = lambda _: YOU,
) -> Answer:
    """The answer from ``memories``, of which those that are held are told: facts first, each kind the newest first.
    ``told_by``: who said it, as a sentence begins ("You told me")."""
    found = [memory for memory in memories if _is_asked_for(memory, asked)]
    found.sort(key=lambda memory: (memory.learned_at, int(memory.id[1:])), reverse=True)
    if asked.only:
        found = found[-1:] if asked.only == "first" else found[:1]
    found.sort(key=lambda memory: _ORDER.index(memory.kind))
    found = [memory for memory in found if not _is_within_another(memory, found)]
    if not found:
        return Answer(f"{ABSTENTION} {_nothing(asked)}", abstained=True)
    shown = found[:_MOST]
    days = {day(memory.learned_at, timezone) for memory in shown}
    on = f" on {days.pop()}" if len(days) == 1 else ""
    tellers = {told_by(memory) for memory in shown}
    said = f"{tellers.pop()}{on}" if len(tellers) == 1 else f"I have this{on and f' from{on[3:]}'}"
    lines = []
    for one in shown:
        lead = ", ".join(
            part for part in (told_by(one) if tellers else "", "" if on else day(one.learned_at, timezone)) if part
        )
        lines.append(f"- {lead}{lead and ': '}{quoted(one.text)}{no_more(one, timezone)}")
    more = [f"And {len(found) - _MOST} more: `twin know`."] if len(found) > _MOST else []
    sources = tuple(
        Citation(one.id, (one.source_ids or (one.id,))[0], one.text, one.learned_at, score=1.0) for one in shown
    )
    if len(shown) == 1:
        return Answer(f"{said}: {quoted(shown[0].text)}{no_more(shown[0], timezone)}", sources)
    return Answer("\n".join((f"{said}:", *lines, *more)), sources)


def _is_asked_for(memory: Memory, asked: Overview) -> bool:
    if memory.status is not MemoryStatus.HELD or memory.withdrawn:
        return False
    if not asked.told and memory.true_until is not None:
        return False
    since = asked.after is None or memory.learned_at >= asked.after
    return since and (asked.before is None or memory.learned_at < asked.before)


def _is_within_another(memory: Memory, others: Sequence[Memory]) -> bool:
    """Whether one of ``others``, of the same words' source, says all that it says and more."""
    return any(
        memory.text != other.text and memory.text in other.text and set(memory.source_ids) & set(other.source_ids)
        for other in others
    )


def _nothing(asked: Overview) -> str:
    if asked.after or asked.before:
        return "I learned nothing new from what you told me then."
    return "You have told me nothing yet. Tell me, and I will remember it."
