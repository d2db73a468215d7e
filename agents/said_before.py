"""What the twin itself said before: "what did you recommend yesterday?", answered with its own words and their date.

Its replies are in the ledger and nowhere else: recall never finds them, because what a small model once guessed about
somebody must not come back as a fact about them. So they are looked for here, by words, and only where the person asks
what the twin said. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Final

from agents.answers import Answer, day, quoted
from agents.when import span_of, without_span
from twin.domain import FORGOTTEN_PLACEHOLDER, PRIVATE_PLACEHOLDER, Citation, Speaker, Turn
from twin.grounding.support import content_words, stem
from twin.sentences import is_question, plain_question

_MOST = 3
_LONGEST_QUOTE = 400
"""Characters; the whole reply is in `twin history`."""
_AS_GOOD = 0.99
"""What has at least this share of the words that the best has is shown too."""
_LEAST_SHARE = 0.5
"""Of the words asked for, which a reply with what it replied to must have."""

_ADVISED: Final = r"recommend(?:ed)?|suggest(?:ed)?|advised?|propose[d]?"
_TOLD: Final = rf"tell|told|say|said|answer(?:ed)?|repl(?:y|ied)|explain(?:ed)?|mention(?:ed)?|{_ADVISED}"
_NOW: Final = r"(?:just|already|also|last|first|actually|ever|once|exactly)"
_ASKED: Final = (
    re.compile(rf"^(?:what|which|whom?|where|how|when)\b(?: [\w' -]+?)? (?:did|have|had) you "
               rf"(?:{_NOW} )*(?:{_TOLD})\b"),
    re.compile(rf"^(?:did|have|had) you (?:{_NOW} )*(?:{_TOLD})\b"),
    re.compile(rf"^(?:(?:what|which)(?:'s| is| was| were| are) (?:the |that |those )?)?(?:[\w'-]+ ){{0,4}}?"
               rf"(?:that |which )?you (?:{_NOW} )*(?:told me|said|recommended|suggested|mentioned|advised)\b"),
    re.compile(r"^what (?:was|were|is) your (?:\w+ )?(?:answer|reply|advice|recommendation|suggestion|tip)s?\b"),
    re.compile(r"^what (?:(?:did|have|had) )?we (?:talk(?:ed)?|speak|spoke(?:n)?|discuss(?:ed)?|chat(?:ted)?)\b"),
)  # fmt: skip
_ABOUT_THE_PERSON = re.compile(
    r"\byou (?:know|learn\w*|remember|notic\w*)\b|(?:say|said|tell me|told me|write|wrote) (?:that )?(?:i|my|our|we)\b"
    r"|\bthat i (?:am|was|like|love|hate|live|work|have)\b"
)
"""What is then asked for is a fact about the person, however they put it: that is memory's to answer."""
_FILLERS: Final = frozenset(
    """tell told say said answer answered reply replied explain explained mention mentioned write wrote recommend
    recommended suggest suggested advise advised propose proposed talk talked speak spoken spoke discuss discussed chat
    chatted advice recommendation suggestion tip me i you we us just already also last first actually ever once exactly
    before earlier yesterday today tonight morning afternoon evening night week weekend month ago minute minutes hour
    hours day days something anything thing things time question asked ask conversation other else far""".split()  # noqa: SIM905
)
_ADVICE = re.compile(rf"\b(?:{_ADVISED}|advice|recommendation|suggestion|tip)s?\b")
_GIVES_ADVICE = re.compile(
    r"\b(?:recommend|suggest|advi[cs]e|propose|should|could|try|tips?|ideas?|how (?:can|do|to)|what can)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """``stems`` of what it is about, from when to when, and whether it is advice. No stems: whatever was last said."""

    stems: frozenset[str]
    after: datetime | None = None
    before: datetime | None = None
    advice: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reply of the twin's, and what the person had said before it, if anything."""

    asked: str
    reply: Turn


def asks_what_it_said(question: str) -> bool:
    """Whether ``question`` is for something that the twin itself said before."""
    plain = plain_question(question)
    return not _ABOUT_THE_PERSON.search(plain) and any(pattern.match(plain) for pattern in _ASKED)


def wanted(question: str, now: datetime, timezone: tzinfo | None) -> Wanted:
    """What ``question`` is for; ``timezone`` is the person's, for what a day is."""
    plain = plain_question(question)
    after, before = span_of(plain, now.astimezone(timezone))
    words = [word for word in content_words(without_span(plain)) if word not in _FILLERS]
    return Wanted(frozenset(stem(word) for word in words), after, before, bool(_ADVICE.search(plain)))


def exchanges(turns: Sequence[Turn]) -> Iterator[Exchange]:
    """The replies among ``turns`` (oldest first) that can be told again, the newest first.

    Left out are replies that only told again what had been said before, those cut short before a word, and what is
    forgotten or was off the record."""
    by_session: dict[str, list[Turn]] = {}
    for turn in turns:
        by_session.setdefault(turn.session_id, []).append(turn)
    found = []
    for session in by_session.values():
        for asked, reply in pairwise(session):
            if reply.speaker is not Speaker.TWIN or asked.speaker is not Speaker.PERSON or not reply.route:
                continue  # what another assistant said, in an imported conversation, has no route
            hidden = {FORGOTTEN_PLACEHOLDER, PRIVATE_PLACEHOLDER} & {asked.text, reply.text}
            if reply.text.strip() and not hidden and not asks_what_it_said(asked.text):
                found.append(Exchange(asked.text, reply))
    return iter(sorted(found, key=lambda one: int(one.reply.id[1:]), reverse=True))


def find(found: Sequence[Exchange], sought: Wanted) -> tuple[Exchange, ...]:
    """Those of ``found`` (newest first) that are asked for, best first and then newest; at most three."""
    timely = [
        one
        for one in found
        if (sought.after is None or one.reply.created_at >= sought.after)
        and (sought.before is None or one.reply.created_at < sought.before)
        and (not sought.advice or sought.stems or _GIVES_ADVICE.search(f"{one.asked} {one.reply.text}"))
    ]
    if not sought.stems:
        return tuple(timely[: _MOST if sought.after else 1])
    shares = [len(sought.stems & _stems(f"{one.asked} {one.reply.text}")) / len(sought.stems) for one in timely]
    most = max(shares, default=0.0)
    if most < _LEAST_SHARE:
        return ()
    return tuple(one for one, share in zip(timely, shares, strict=True) if share >= _AS_GOOD * most)[:_MOST]


def told_again(found: Sequence[Exchange], timezone: tzinfo | None) -> Answer:
    """``found`` as an answer, each reply with its date and what it replied to. They are quoted as said by the twin,
    and nothing is claimed of their being so."""
    if not found:
        return Answer("I find nothing of the kind among what I said to you. I looked by words.", abstained=True)
    sources = tuple(
        Citation(one.reply.id, one.reply.id, _shortened(one.reply.shown), one.reply.created_at, teller="I")
        for one in found
    )
    lines = [
        f"{day(one.reply.created_at, timezone)}, when you {'asked' if is_question(one.asked) else 'said'} "
        f"{quoted(_shortened(one.asked))}, I said: {quoted(_shortened(one.reply.shown))}"
        for one in found
    ]
    text = f"On {lines[0]}" if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
    return Answer(text, sources)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE].rsplit(' ', 1)[0]} …"
