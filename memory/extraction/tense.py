"""Since when, and whether still: a clause brought into the present tense, in which the rules are written.

"I no longer live in Bonn", "I used to live in Bonn" and "I have lived in Bonn since March" all become "I live in Bonn",
with what was taken off kept beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from memory.extraction.dates import timing
from memory.extraction.vocabulary import WHO
from twin.domain import Bearing


@dataclass(frozen=True, slots=True)
class Tensed:
    """``clause`` is in the present tense. ``past`` means that it was so once, and is so no more."""

    clause: str
    bearing: Bearing = Bearing.STATES
    past: bool = False
    true_from: datetime | None = None
    true_until: datetime | None = None


_WHO = rf"(?P<who>i|we|(?:my|our) {WHO})"
_ANY_MORE = r",? (?:any ?more|any longer)"
_RECENTLY = r"(?:(?:just|recently|finally|now|already|also) )*"
_HAVE = r"(?:'ve|'s| have| has)?"

_NO_LONGER: Final = (
    (re.compile(rf"^{_WHO} no longer (?P<rest>.+)$", re.I), ""),
    (re.compile(rf"^{_WHO} (?:don't|do not) (?P<rest>.+?){_ANY_MORE}$", re.I), ""),
    (re.compile(rf"^{_WHO} (?:doesn't|does not) (?P<verb>[a-z]+)(?P<rest>.*?){_ANY_MORE}$", re.I), ""),
    (re.compile(rf"^{_WHO}(?P<be>'m| am| is|'s|'re| are) (?:not|no longer) (?P<rest>.+?)(?:{_ANY_MORE})?$", re.I), ""),
    (
        re.compile(
            rf"^{_WHO} (?:haven't|have not|hasn't|has not) (?P<verb>lived|worked|played|studied)\b(?P<rest>.*)$", re.I
        ),
        "",
    ),
    (re.compile(rf"^{_WHO} isn't (?P<rest>.+?){_ANY_MORE}$", re.I), " is "),
)
_STOPPED = re.compile(
    rf"^{_WHO}{_HAVE} {_RECENTLY}(?:stopped|quit|gave up|given up) (?P<gerund>[a-z]+ing)\b(?P<rest>.*)$", re.I
)
_NOT_DONE: Final = frozenset({"doing", "trying", "being", "having", "going", "thinking", "worrying", "something"})
_GAVE_UP = re.compile(rf"^{_WHO}{_HAVE} {_RECENTLY}(?:gave up|given up|went off|gone off) (?P<rest>\S.*)$", re.I)
_LEFT: Final = tuple(
    # What it comes to, in the present tense.
    (re.compile(rf"^i{_HAVE} {_RECENTLY}{pattern} (?P<rest>.+)$", re.IGNORECASE), present)
    for pattern, present in (
        (r"(?:quit|left|lost) my job (?:at|with)", "i work at {rest}"),
        (r"(?:quit|left|lost) my job as", "i work as {rest}"),
        (r"moved (?:out of|away from)", "i live in {rest}"),
    )
)
_ENDED: Final = (
    # What ends a slot without naming what was in it; the first of the slots that is filled is meant.
    (
        (
            rf"i{_HAVE} {_RECENTLY}(?:(?:quit|left|lost|gave up|given up) my job|retired)"
            r"|i (?:was|got|have been|'ve been) (?:laid off|fired|made redundant)|i'm (?:retired|unemployed)(?: now)?"
        ),
        ("self.job", "self.employer"),
    ),
    (
        (
            rf"(?:i|we){_HAVE} {_RECENTLY}(?:sold|scrapped|got rid of|given up|gave up) (?:my|our|the) car"
            rf"|(?:i|we) no longer (?:have|own) a car|(?:i|we) (?:don't|do not) (?:have|own) a car{_ANY_MORE}"
        ),
        ("self.car",),
    ),
)

_USED_TO = re.compile(rf"^{_WHO} used to (?P<verb>be|[a-z]+)\b(?P<rest>.*)$", re.I)
_PAST: Final = {
    "lived": "live", "worked": "work", "was": "be", "were": "be", "drove": "drive", "studied": "study",
    "played": "play", "liked": "like", "loved": "love", "hated": "hate", "enjoyed": "enjoy", "drank": "drink",
    "ate": "eat", "spoke": "speak", "taught": "teach", "preferred": "prefer",
}  # fmt: skip
_WAS = re.compile(rf"^{_WHO} {_RECENTLY}(?P<verb>{'|'.join(_PAST)})\b(?P<rest>.*)$", re.I)
_PAST_BY_ITSELF: Final = frozenset({"lived", "worked", "studied"})
"""What is over, said so, without a date; others ("I liked it") may still be so."""

_HAS_BEEN = re.compile(rf"^{_WHO}(?:'ve|'s| have| has) {_RECENTLY}been (?P<rest>.+)$", re.I)
_HAS_DONE = re.compile(
    rf"^{_WHO}(?:'ve|'s| have| has) {_RECENTLY}(?P<verb>lived|worked|studied|played|liked|loved|hated|enjoyed)\b"
    r"(?P<rest>.*)$",
    re.IGNORECASE,
)
_I_HAVE = rf"i{_HAVE} {_RECENTLY}"
_BEGAN: Final = tuple(
    (re.compile(rf"^{_I_HAVE}{pattern}$", re.IGNORECASE), present)
    for pattern, present in (
        (r"joined (?P<rest>(?-i:[A-Z]).*)", "i work for {rest}"),
        (r"(?:got|found|started|taken|took) an? (?:new )?job (?P<rest>(?:as|at|with|for) .+)", "i work {rest}"),
        (r"(?:become|became|turned|gone|went) (?P<rest>(?:an? )?\S.*)", "i'm {rest}"),
        (r"got (?P<rest>married|divorced|engaged)\b.*", "i'm {rest}"),
    )
)
_STARTED = re.compile(
    rf"^{_WHO}{_HAVE} {_RECENTLY}(?:started|began|begun|taken up|took up)(?: to)? (?P<gerund>[a-z]+)\b(?P<rest>.*)$",
    re.I,
)
_MOVED = re.compile(rf"^{_WHO}{_HAVE} {_RECENTLY}(?:moved|relocated)\b", re.I)

_READ_AS: Final = {
    # Gerunds and participles whose plain verb the rules have a reading for.
    "living": "live", "working": "work", "studying": "study", "learning": "study", "playing": "play", "eating": "eat",
    "drinking": "drink", "driving": "drive", "wearing": "wear", "reading": "read", "watching": "watch",
    "listening": "listen", "collecting": "collect", "speaking": "speak", "enjoying": "enjoy", "liking": "like",
    "residing": "reside",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    """An end that names no value. ``slots``: what has ended is in the first of them that is filled."""

    slots: tuple[str, ...]
    at: datetime | None


def ended(clause: str, said_at: datetime) -> Ended | None:
    """What ``clause`` says to have ended without naming it ("I quit my job"), or nothing."""
    timed = timing(clause, said_at)
    found = (slots for pattern, slots in _ENDED if re.fullmatch(pattern, timed.clause, re.IGNORECASE))
    return next((Ended(slots, timed.at or timed.since) for slots in found), None)


def in_the_present(clause: str, said_at: datetime) -> Tensed:
    """Bring ``clause`` (of the person or somebody of theirs) into the present tense; as it is if it has no other."""
    timed = timing(clause, said_at)
    bare = timed.clause
    if present := _no_longer(bare):
        if re.search(r"\bha(?:ven't|sn't|ve not|s not)\b", bare, re.I) and not timed.since:
            return Tensed(clause)  # "I haven't lived in Bonn": never did
        return Tensed(present, Bearing.ENDS, true_from=timed.at or timed.since)
    if used_to := _USED_TO.match(bare):
        present = _conjugated(used_to["who"], used_to["verb"].lower()) + used_to["rest"]
        return Tensed(present, past=True, true_from=timed.since, true_until=timed.until)
    if was := _WAS.match(bare):
        verb = was["verb"].lower()
        if verb in _PAST_BY_ITSELF or timed.until:
            present = _conjugated(was["who"], _PAST[verb]) + was["rest"]
            since = timed.since if timed.until else None  # "for two years": some two years
            return Tensed(present, past=True, true_from=since, true_until=timed.until)
    if present := _begun(bare):
        return Tensed(present, Bearing.UPDATES, true_from=timed.at or timed.since)
    if present := _continued(bare):
        return Tensed(present, true_from=timed.since)
    if _MOVED.match(bare):
        return Tensed(bare, Bearing.UPDATES, true_from=timed.at)
    return replace(Tensed(bare), true_from=timed.since) if timed.since else Tensed(clause)


def _no_longer(clause: str) -> str:
    for pattern, be in _NO_LONGER:
        if found := pattern.match(clause):
            groups = found.groupdict()
            if groups.get("verb"):
                verb = found["verb"].lower()
                return _conjugated(found["who"], _PAST.get(verb, verb)) + found["rest"]
            if groups.get("be") and not re.search(rf"no longer|{_ANY_MORE}$", clause, re.I):
                return ""  # "I'm not a morning person": never was
            return f"{found['who']}{groups.get('be') or be}{' ' if not be else ''}{found['rest']}"
    if stopped := _STOPPED.match(clause):
        gerund = stopped["gerund"].lower()
        if gerund in _NOT_DONE:
            return ""
        verb = _READ_AS.get(gerund)
        return _conjugated(stopped["who"], verb) + stopped["rest"] if verb else f"i like {gerund}{stopped['rest']}"
    for pattern, present in _LEFT:
        if found := pattern.match(clause):
            return present.format(rest=found["rest"])
    given_up = _GAVE_UP.match(clause)
    return f"i like {given_up['rest']}" if given_up else ""


def _begun(clause: str) -> str:
    for pattern, present in _BEGAN:
        if found := pattern.match(clause):
            return present.format(rest=found["rest"])
    if found := _STARTED.match(clause):
        verb = found["gerund"].lower()
        if verb in (*_READ_AS.values(), "like", "love", "hate"):
            return _conjugated(found["who"], verb) + found["rest"]
        if verb in _READ_AS:
            return _conjugated(found["who"], _READ_AS[verb]) + found["rest"]
    return ""


def _continued(clause: str) -> str:
    if found := _HAS_BEEN.match(clause):
        verb, _, rest = found["rest"].partition(" ")
        if verb.lower() in _READ_AS:
            return f"{_conjugated(found['who'], _READ_AS[verb.lower()])} {rest}"
        return f"{_conjugated(found['who'], 'be')} {found['rest']}"
    if found := _HAS_DONE.match(clause):
        return _conjugated(found["who"], _PAST[found["verb"].lower()]) + found["rest"]
    return ""


def _conjugated(who: str, verb: str) -> str:
    """ "I live", "my sister lives"."""
    if who.lower() in ("i", "we") or who.lower().split()[-1] in ("parents", "children", "kids", "folks"):
        return f"{who} {verb}" if verb != "be" else f"{who} {'am' if who.lower() == 'i' else 'are'}"
    if verb == "be":
        return f"{who} is"
    return f"{who} {verb[:-1] + 'ies' if verb.endswith('y') and verb[-2] not in 'aeiou' else verb + 's'}"
