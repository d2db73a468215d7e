"""Sentences made from memories: the answer, the acknowledgement, the abstention. No model takes part.

Everything said about the person is a quotation of theirs with its date, or what fills a slot with the date at which
they told it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import Final

from twin.domain import Citation, Memory, MemoryKind, Polarity, Recalled, RecallMode, Recollection, Speaker
from twin.requests import AskedOfPerson
from twin.sentences import asks_of_the_past, plain_question

ANSWER_FROM: Final = 0.5
"""The confidence from which there is an answer; recall's scores are fitted so that this is even odds."""
ABSTENTION: Final = "I don't know that yet."
YOU: Final = "You told me"
_AS_GOOD = 0.85
"""What scores at least this share of the best is part of the answer too."""
_MOST = 5


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    sources: tuple[Citation, ...] = ()
    abstained: bool = False


def answer_from(
    recollection: Recollection, timezone: tzinfo | None, *, aside: str = "", said_by: Mapping[str, str] | None = None
) -> Answer:
    """Answer a question from what recall found, or abstain; ``aside`` is added to an abstention.

    ``said_by`` names who said what the person did not type themselves, by the memory's id ("Anna said"). A value that
    holds no longer is not given where the one that holds was found too, unless the question is for the past.
    """
    found = _in_force(recollection)
    items = _real(found, recollection.query)
    if recollection.confidence < ANSWER_FROM or not items or (items != found and items[0].score < ANSWER_FROM):
        way_out = "Tell me, and I will remember it."
        if recollection.mode is RecallMode.LEXICAL:
            way_out = f"I looked by words alone, not yet by meaning. {way_out}"
        return Answer(" ".join(part for part in (ABSTENTION, aside, way_out) if part), abstained=True)
    said_by = said_by or {}
    relevant = [item for item in items if item.score >= max(ANSWER_FROM, _AS_GOOD * items[0].score)]
    different = list({_plain(item.quote): item for item in reversed(relevant)}.values())[::-1][:_MOST]
    sources = tuple(cite(item) for item in different)
    if len(different) == 1:
        told_by = said_by.get(different[0].memory.id, YOU)
        return Answer(_sentence(different[0], recollection.query, timezone, told_by), sources)
    tellers = {said_by.get(item.memory.id, YOU) for item in different}
    lines = [
        f"- {f'{said_by.get(item.memory.id, YOU)}, ' if len(tellers) > 1 else ''}{day(item.said_at, timezone)}: "
        f"{quoted(item.quote)}{no_more(item.memory, timezone)}"
        for item in different
    ]
    return Answer("\n".join((f"{tellers.pop()}:" if len(tellers) == 1 else "I have this:", *lines)), sources)


def _in_force(recollection: Recollection) -> list[Recalled]:
    """What recall found, without what never held, and without what something found beside it has superseded."""
    held = [item for item in recollection.items if not item.memory.withdrawn]
    if asks_of_the_past(recollection.query):
        return held
    filled = {item.memory.slot for item in held if item.memory.slot and item.memory.true_until is None}
    return [item for item in held if item.memory.true_until is None or item.memory.slot not in filled]


_SUPPOSED = re.compile(
    r"(?:if (?:i|we) (?:were|was|had|could|won|lived|ever)\b|i wish\b|imagine\b|suppos(?:e|ing)\b)[^.!?]*[.!?]*",
    re.IGNORECASE,
)
_ASKS_OF_WISHES = re.compile(r"\b(?:if|wish|would|could|imagine|suppose|dream)\b", re.IGNORECASE)


def _real(items: list[Recalled], question: str) -> list[Recalled]:
    """``items`` without what the person only supposed or wished ("If I were rich I'd live in Paris")."""
    if _ASKS_OF_WISHES.search(question):
        return items
    return [item for item in items if not _SUPPOSED.fullmatch(item.quote.strip())]


def ask_back(asked: AskedOfPerson) -> str:
    """A question about memory, with the way to answer it."""
    first, *others = asked.answers
    return f"{asked.text} Say `twin questions answer {asked.question.id} {first}`, or {', '.join(others)}."


_FROM_NOW_ON = re.compile(r"^(?:from now on|in (?:the )?future|henceforth)[\s,:]+", re.IGNORECASE)


def acknowledgement(
    learned: Sequence[Memory], *, said_at: datetime, timezone: tzinfo | None, outright: bool = False
) -> str:
    """Say what was taken in, in the second person: "Noted: you drink oat flat whites."."""
    new = [memory for memory in learned if memory.learned_at >= said_at]
    if not new:
        (known, *_) = learned
        return f"I know: you told me on {day(known.learned_at, timezone)} that {_told(known)}."
    told = list(dict.fromkeys(_told(memory) for memory in new))
    told = [text for text in told if not any(text != other and text in other for other in told)]
    if all(memory.kind is MemoryKind.STYLE for memory in new):
        told = [_FROM_NOW_ON.sub("", text) for text in told]
        return f"From now on: {'; '.join(told)}."
    return f"{'I will remember' if outright else 'Noted'}: {'; '.join(told)}."


def cite(item: Recalled) -> Citation:
    return Citation(
        memory_id=item.memory.id,
        source_id=item.memory.source_ids[0] if item.memory.source_ids else item.memory.id,
        quote=item.quote,
        said_at=item.said_at,
        score=item.score,
        score_parts=item.score_parts,
        teller={Speaker.PERSON: "you", Speaker.TWIN: "I"}.get(item.speaker, item.name or "somebody"),
    )


def day(at: datetime, timezone: tzinfo | None) -> str:
    """ "4 March 2026", where the person is."""
    local = at.astimezone(timezone)
    return f"{local.day} {local:%B %Y}"


def date_of(at: datetime, timezone: tzinfo | None) -> str:
    """A moment as one says it, as exactly as it is known: "2025", "March 2025", "4 March 2025"."""
    if not is_date(at):
        return day(at, timezone)
    at = at.astimezone(UTC)
    return f"{at.year}" if (at.month, at.day) == (1, 1) else f"{at:%B %Y}" if at.day == 1 else day(at, UTC)


def is_date(at: datetime) -> bool:
    """Whether ``at`` is a date that the person named, rather than the instant at which they spoke."""
    return at.astimezone(UTC).time() == time()


def quoted(text: str) -> str:
    """``text`` in quotation marks, beginning with a capital and ending like a sentence."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return f"“{text}{'' if text[-1:] in '.!?…' else '.'}”"


# --- sentences ------------------------------------------------------------------------------------------------

_OF_SELF: Final = {
    "name": "You are called {value}",
    "home": "You live in {value}",
    "origin": "You are from {value}",
    "birthplace": "You were born in {value}",
    "birthday": "Your birthday is {value}",
    "employer": "You work for {value}",
}
_OF_SOMEBODY: Final = {
    "name": "Your {who} is called {value}",
    "home": "Your {who} lives in {value}",
    "origin": "Your {who} is from {value}",
    "birthday": "Your {who}'s birthday is {value}",
    "employer": "Your {who} works for {value}",
}
_QUOTE_RATHER: Final = frozenset(
    {"age", "job", "field of work", "car", "studies", "diet", "marital status", "birth year"}
)
"""What reads badly, or ages, in a sentence of ours."""
_WHETHER = re.compile(
    r"^(?:so,? |and )?(?:do|don't) i (?:\w+ )?(?P<verb>like|love|enjoy|prefer|drink|eat|hate|dislike|avoid)\b",
    re.IGNORECASE,
)


def _sentence(item: Recalled, question: str, timezone: tzinfo | None, told_by: str) -> str:
    memory = item.memory
    told = f"{told_by} on {day(item.said_at, timezone)}"
    statement = _who_it_is(memory, question) or ("slot" in item.score_parts and _statement(memory))
    if told_by == YOU and statement:
        return f"{statement} ({told[:1].lower()}{told[1:]}).{no_more(memory, timezone)}"
    return f"{_yes_or_no(memory, question)}{told}: {quoted(item.quote)}{no_more(memory, timezone)}"


def _who_it_is(memory: Memory, question: str) -> str:
    """ "Lien is your sister", if that is what ``question`` asks."""
    who, _, attribute = memory.slot.partition(".")
    asked = re.match(r"^who(?:'s| is| was) (?P<name>.+)$", plain_question(question))
    if attribute != "name" or not memory.value or asked is None or asked["name"] != memory.value.casefold():
        return ""
    return f"{memory.value} is what you are called" if who == "self" else f"{memory.value} is your {who}"


def _statement(memory: Memory) -> str:
    """What a slot says, or nothing where the person's own words say it better."""
    subject, _, attribute = memory.slot.partition(".")
    if memory.kind is MemoryKind.PREFERENCE:
        return f"Your favourite {attribute} is {memory.value}" if subject == "favourite" else ""
    if memory.kind is not MemoryKind.FACT or not attribute or attribute in _QUOTE_RATHER or memory.true_until:
        return ""
    if not memory.value or subject in ("children", "parents"):
        return ""  # it holds no longer, or of several, which the person's words say better
    if subject == "self":
        return _OF_SELF.get(attribute, "Your {attribute} is {value}").format(attribute=attribute, value=memory.value)
    if subject in ("speaks", "plays", "allergy"):
        return ""
    template = _OF_SOMEBODY.get(attribute, "Your {who}'s {attribute} is {value}")
    return template.format(who=subject, attribute=attribute, value=memory.value)


def no_more(memory: Memory, timezone: tzinfo | None) -> str:
    """Until when it was so, if it is so no more; "I used to live in Bonn" says itself what is known of that."""
    until = memory.true_until
    if until is None or (memory.superseded_by is None and memory.origin == "rules" and not is_date(until)):
        return ""
    return f" That was so until {date_of(until, timezone)}."


def _yes_or_no(memory: Memory, question: str) -> str:
    asked = _WHETHER.match(question.strip())
    if asked is None or memory.kind is not MemoryKind.PREFERENCE or memory.polarity is Polarity.NEUTRAL:
        return ""
    dislike_asked = asked["verb"].lower() in ("hate", "dislike", "avoid")
    return "Yes. " if dislike_asked == (memory.polarity is Polarity.DISLIKES) else "No. "


_SECOND_PERSON: Final = (
    # In this order: verbs before the pronouns that they go with.
    (r"\bi am\b", "you are"), (r"\bi'?m\b", "you're"), (r"\bi was\b", "you were"), (r"\bi'?ve\b", "you've"),
    (r"\bi'll\b", "you'll"), (r"\bi'd\b", "you'd"), (r"\bam i\b", "are you"), (r"\bwe\b", "you"), (r"\bus\b", "you"),
    (r"\bours?\b", "your"), (r"\bmyself\b", "yourself"), (r"\bmine\b", "yours"), (r"\bmy\b", "your"),
    (r"\bme\b", "you"), (r"\bi\b", "you"),
)  # fmt: skip


_QUOTED: Final = re.compile(r"(“[^”]*”|\"[^\"]*\")")
_OPENERS: Final = frozenset(
    """a actually again also always an and anyway as at back before but by each every for from he hello her hey hi his
    if in it its just last maybe my never no nobody now of oh on once one our please she since so some sometimes that
    the their there these they this today tomorrow until was we well when while with yes yesterday you you'd you'll
    you're you've your yours yourself""".split()  # noqa: SIM905
)
"""What begins with a small letter within a sentence; other first words may be names ("Zosia is seven")."""


def _told(memory: Memory) -> str:
    """What was told, as one says it back: "you drink oat flat whites". What it quotes stays as it is."""
    stretches = _QUOTED.split(memory.text.replace("’", "'").rstrip(".! "))
    text = "".join(part if _QUOTED.fullmatch(part) else in_second_person(part) for part in stretches)
    first = re.split(r"[\s,]", text, maxsplit=1)[0].lower()
    small = memory.kind in (MemoryKind.STYLE, MemoryKind.PREFERENCE) or first in _OPENERS
    return text[:1].lower() + text[1:] if small else text


def in_second_person(text: str) -> str:
    """What the person said of themselves, said to them: "my sister" as "your sister"."""
    for first, second in _SECOND_PERSON:
        text = re.sub(first, second, text, flags=re.IGNORECASE)
    return text


def _plain(quote: str) -> str:
    return quote.casefold().strip(" .!?")
