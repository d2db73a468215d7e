"""What the person's own words tell about them: facts, preferences, style rules and episodes, by rules alone.

No model takes part, so nothing is invented: every memory is a stretch of what was said, with a slot where a pattern of
:mod:`memory.patterns` fits. Questions, commands, quotations and pasted text give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memory.patterns import CHATTER, FACTS, LASTING, LIKELY, PREFERENCES, SEVERAL, STYLE_SLOTS, STYLES, SURE, Rule
from memory.vocabulary import LANGUAGES, WHO, attribute, favourite, somebody, thing
from twin.domain import SECRET_PLACEHOLDER, MemoryKind, Polarity
from twin.sentences import (
    asked_to_forget,
    asked_to_remember,
    is_question,
    speaks_of_self,
    split_sentences,
    without_lead_in,
)

_EPISODE_CONFIDENCE = 0.5
"""It was said, and that is all."""
_MAX_CLAUSE_CHARACTERS = 200
"""Longer clauses are kept whole; no pattern is meant for them."""
_MAX_VALUE_WORDS = 12
_MIN_EPISODE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Extraction:
    """Something that the person told, before it is a memory. ``text`` is verbatim."""

    kind: MemoryKind
    text: str
    slot: str = ""
    value: str = ""
    polarity: Polarity = Polarity.NEUTRAL
    confidence: float = _EPISODE_CONFIDENCE


def extract(text: str, *, outright: bool = False) -> tuple[Extraction, ...]:
    """What ``text``, said by the person, tells about them; ``outright`` if they asked for it to be remembered.

    What was asked to be remembered is kept whole even if no pattern fits it, and all of it with confidence 1.
    """
    asked = asked_to_remember(text)
    outright = outright or asked is not None
    own = _own_words(asked or text)
    found = [extraction for sentence in split_sentences(own) for extraction in _from_sentence(_shown(sentence))]
    if outright:
        whole = Extraction(MemoryKind.EPISODE, _trimmed(_shown(own)))
        found = [
            Extraction(e.kind, e.text, e.slot, e.value, e.polarity, confidence=1.0)
            for e in found or ([whole] if whole.text else [])
        ]
    return tuple(dict.fromkeys(e for e in found if SECRET_PLACEHOLDER not in e.text))


# --- whose words ----------------------------------------------------------------------------------------------

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
_QUOTATION = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_HIDDEN = {ord(mark): 0xE000 + ord(mark) for mark in ".!?…\n ,;"}
_REVEALED = {hidden: mark for mark, hidden in _HIDDEN.items()}


def _own_words(text: str) -> str:
    """``text`` without what was pasted or handed over; in what is left, quotations are hidden from the splitters."""
    text = _without_handed_over(_CITED.sub("", _FENCED.sub("", text.replace("’", "'"))))
    return _QUOTATION.sub(lambda quotation: quotation.group().translate(_HIDDEN), text)


def _without_handed_over(text: str) -> str:
    """Cut ``text`` off before a sentence that hands something over: one with a colon at a line's end, or "wrote:"."""
    for colon in _COLON.finditer(text):
        before = text[max(0, colon.start() - _MAX_INTRODUCTION_CHARACTERS) : colon.start()]
        introduction = re.split(r"[.!?\n]", before)[-1]
        if "\n" in colon.group() or _HANDING_OVER.search(introduction):
            return text[: colon.start() - len(introduction)]
    return text


def _shown(text: str) -> str:
    return text.translate(_REVEALED)


# --- sentences and clauses ------------------------------------------------------------------------------------

_CLAUSE_END = re.compile(
    r"(?:,?\s+(?:and|but|so|plus|though)\s+|;\s*|,\s+|\s+[–—-]\s+)(?=(?:i|i'm|i've|my|we|our)\b)", re.I
)
_SUPPOSED = re.compile(
    r"^(?:if|unless|suppose|supposing|imagine|maybe|perhaps|when|whenever|while|after|before)\b", re.I
)
_GREETING = re.compile(
    r"^(?i:(?:hi|hello|hey)(?: there| twin)?[\s,!.]+(?:i'm|i am|this is)) (?P<value>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)$"
)
_OPENING = re.compile(
    r"^(?:(?:yes|no|yeah|nope|oh|by the way|btw|fyi|just so you know|for the record|as you know|to be honest|"
    r"honestly|personally|in fact|in general|generally|these days|nowadays|at the moment|for your information|today)"
    r"[\s,:–—-]+)+",
    re.IGNORECASE,
)
_NAMED_IN_PASSING = re.compile(
    rf"^(?P<lead>(?:[Mm]y|[Oo]ur) (?P<who>(?i:{WHO}))),? (?P<value>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?),? "
    r"(?=(?:is|was|has|just|\w+(?:s|ed))\b)"
)


def _from_sentence(sentence: str) -> Iterator[Extraction]:
    hidden = _QUOTATION.sub(lambda quotation: quotation.group().translate(_HIDDEN), sentence)
    if is_question(sentence) or asked_to_forget(sentence) is not None or sentence[:1] in "“\"«'‘":
        return
    if introduced := _GREETING.match(_trimmed(sentence)):
        yield Extraction(MemoryKind.FACT, _trimmed(sentence), "self.name", introduced["value"], confidence=SURE)
        return
    bare = _OPENING.sub("", without_lead_in(hidden))
    clauses = [bare] if _SUPPOSED.match(bare) else [clause for clause in _CLAUSE_END.split(bare) if clause]
    told_something = False
    for clause in clauses:
        for extraction in _from_clause(_trimmed(_shown(clause))):
            told_something = True
            yield extraction
    if not told_something and _is_episode(bare):
        yield Extraction(MemoryKind.EPISODE, _trimmed(sentence))


def _from_clause(clause: str) -> Iterator[Extraction]:
    if len(clause) > _MAX_CLAUSE_CHARACTERS:
        return
    if any(style.match(clause) for style in STYLES):
        slot = next((slot for slot, words in STYLE_SLOTS if words.search(clause)), "")
        yield Extraction(MemoryKind.STYLE, clause, slot, clause if slot else "", confidence=SURE)
        return
    if CHATTER.match(clause):
        return
    plain = clause
    if passing := _NAMED_IN_PASSING.match(clause):
        yield Extraction(MemoryKind.FACT, clause, f"{somebody(passing['who'])}.name", passing["value"], confidence=SURE)
        plain = f"{passing['lead']} {clause[passing.end() :]}"
    for rule in (*PREFERENCES, *SEVERAL, *FACTS):
        if filled := rule.pattern.match(plain):
            yield from _filled(rule, filled, clause)
            return
    if any(pattern.match(plain) for pattern in LASTING):
        yield Extraction(MemoryKind.FACT, clause, confidence=LIKELY)


def _filled(rule: Rule, filled: re.Match[str], clause: str) -> Iterator[Extraction]:
    groups = filled.groupdict()
    value = _value(groups["value"])
    if not value or len(value.split()) > _MAX_VALUE_WORDS:
        return
    if rule in SEVERAL:
        for item in _items(value):
            if rule.slot != "speaks.{thing}" or thing(item) in LANGUAGES:
                yield Extraction(
                    rule.kind, clause, rule.slot.format(thing=thing(item)), item, confidence=rule.confidence
                )
        return
    if rule.slot == "preference.{thing}" and _is_list(value):
        for item in _items(value):
            slot = rule.slot.format(thing=thing(item))
            yield Extraction(rule.kind, clause, slot, item, rule.polarity, rule.confidence)
        return
    if rule.kind is MemoryKind.PREFERENCE:
        value = _preferred(value)
    names = {"thing": thing(value)}
    if groups.get("who"):
        names["who"] = somebody(groups["who"])
    if groups.get("what"):
        names["what"] = (favourite if rule.slot.startswith("favourite.") else attribute)(groups["what"])
    slot = rule.slot.format(**names)
    if not slot.endswith("."):
        yield Extraction(rule.kind, clause, slot, value, rule.polarity, rule.confidence)


def _is_episode(sentence: str) -> bool:
    """Whether a sentence that no pattern fits is still worth keeping: the person tells something of themselves."""
    words = sentence.split()
    return (
        len(words) >= _MIN_EPISODE_WORDS
        and speaks_of_self(_QUOTATION.sub("", _shown(sentence)))
        and not re.match(r"(?:if|suppose|supposing|imagine)\b", sentence, re.IGNORECASE)
        and not CHATTER.match(_trimmed(sentence))
        and not _is_command(words[0])
    )


def _is_command(first_word: str) -> bool:
    return first_word.lower().strip(",:") in _IMPERATIVES


_IMPERATIVES = frozenset(
    """tell show give write read make help explain summarise summarize translate rewrite rephrase list find search open
    correct fix format shorten improve call send set let suggest recommend compare describe draft create answer say
    stop start continue repeat try use check play look ask keep put add remove delete change turn wake remind do
    don't""".split()  # noqa: SIM905
)

# --- values ---------------------------------------------------------------------------------------------------

_VALUE_END = re.compile(
    r"\s*(?:[;–—]"
    r"|,? (?:because|since|although|though|but|which|who|where|unless|until|so that|as (?:i|it|we|they))\b"
    r"|,? and (?:i|my|she|he|they|we|it)\b|, (?:so|not|and|i|my)\b).*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:,? (?:now|too|as well|though|these days|nowadays|again|any ?more|any longer|at the moment|right now|currently"
    r"|(?:in )?(?:last|this|early|late) (?:year|month|week|spring|summer|autumn|fall|winter)|yesterday|recently"
    r"|(?:\w+ )?\w+ (?:years?|months?|weeks?|days?) ago|in (?:19|20)\d\d|for (?:\w+ )?\w+ (?:years|months)"
    r"|please|by the way|actually|very much|so much|a lot|the most|best|now and then))+$",
    re.IGNORECASE,
)
_RATHER_THAN = re.compile(r",? (?:(?:over|rather than|instead of|more than) .*|to(?! \w+ing\b) \w+(?: \w+)?)$", re.I)


def _value(text: str) -> str:
    return _trimmed(_TAIL.sub("", _trimmed(_VALUE_END.sub("", text)))).strip('“”"«»')


def _preferred(value: str) -> str:
    """Of "tea to coffee", tea."""
    return value if value.lower().startswith("to ") else _trimmed(_RATHER_THAN.sub("", value))


def _is_list(value: str) -> bool:
    """Whether ``value`` names several things; "fish and chips" is one thing, "tea, cake and jazz" are three."""
    return value.count(",") > 0 and all(len(item.split()) <= 3 for item in _items(value)) and len(_items(value)) > 2


def _items(value: str) -> list[str]:
    parts = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+", value)
    return [re.sub(r"^(?:an? (?:little|bit of)|some|an?|the) ", "", part) for part in parts if part]


def _trimmed(text: str) -> str:
    return text.strip().rstrip(".!,;: ").strip()
