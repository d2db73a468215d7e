"""What a question asks for: which slots would answer it, which words matter, of whom it is, what an answer has in it.

Pure rules of English. They only say what to look for; whether it was found is :mod:`memory.recall.fusion`'s to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from memory.extraction.vocabulary import WHO, somebody
from memory.recall.question_slots import slots_asked_for
from twin.domain import Polarity
from twin.sentences import is_question, plain_question

SELF: Final = "self"


class Expected(StrEnum):
    """What an answer must have in it."""

    ANYTHING = "anything"
    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    NUMBER = "number"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Question:
    """``words`` are lower case; ``subject`` is :data:`SELF`, somebody, or empty; ``slots`` may end in ``.*``."""

    text: str
    words: tuple[str, ...]
    subject: str = ""
    slots: tuple[str, ...] = ()
    expected: Expected = Expected.ANYTHING
    about_liking: bool = False
    polarity: Polarity = Polarity.NEUTRAL
    """Of the likes asked for; neutral when the question is whether or not ("do I like jazz?")."""
    about_a_favourite: bool = False
    about_the_past: bool = False
    whole_topic: bool = False
    """Asks for all there is ("what do you know about me?", "what do I like?"), or only names a topic ("my sister")."""


_PAST = re.compile(r"\b(?:used to|previously|originally|former|formerly|in the past|back then)\b|\bbefore$")
_INDIRECT_ORDER = re.compile(
    rf"^(?P<asked>what|who|when|where|how old) (?P<subject>(?:my|our) {WHO}(?:'s [\w -]+)?|(?:my|our) [\w ]+|i) "
    r"(?P<verb>is|am|are|live|lives|work|works)\b(?P<rest>.*)$"
)


def understand(text: str) -> Question:
    """Read a question, or any text to look for."""
    asks = is_question(text)
    plain = _in_direct_order(plain_question(text), asks=asks)
    about_the_past = bool(_PAST.search(plain))
    plain = " ".join(_PAST.sub("", plain).split())
    liking, favourite = _liking(plain), bool(re.search(r"\bfavou?rite\b", plain))
    whether = plain.startswith(("do i", "don't i", "am i"))
    slots, whole_topic = slots_asked_for(plain)
    whole_topic = whole_topic or not asks
    return Question(
        text=text,
        words=_words(plain, slots),
        subject=_subject(text, plain),
        slots=slots,
        expected=Expected.ANYTHING if whole_topic or liking is not Polarity.NEUTRAL else _expected(plain),
        about_liking=liking is not Polarity.NEUTRAL,
        polarity=Polarity.NEUTRAL if whether else liking,
        about_a_favourite=favourite,
        about_the_past=about_the_past,
        whole_topic=whole_topic,
    )


def _in_direct_order(plain: str, *, asks: bool) -> str:
    """ "what my sister's name is" as "what is my sister's name", and "my name" (do you know it?) alike."""
    if re.match(r"^(?:my|our) ", plain) and asks:
        return f"what is {plain}"
    found = _INDIRECT_ORDER.match(plain)
    if found is None:
        return plain
    asked, subject, verb, rest = found.groups()
    helper = {"live": "do", "work": "do", "lives": "does", "works": "does"}.get(verb)
    return f"{asked} {helper} {subject} {verb.removesuffix('s')}{rest}" if helper else f"{asked} {verb} {subject}{rest}"


# --- words ----------------------------------------------------------------------------------------------------

_STOP_WORDS = frozenset(
    """a about again all also am an and any are as at be been being but by can could did do does doing don't ever for
    from had has have having he her hers him his how i i'd i'll i'm i've if in into is it its just kind know me mine
    more most much my myself no nor not now of off on once one or other our ours out over own please really remember
    remind said same say shall she should so some sort still tell than that the their them then there these they thing
    things this those to told too type under until up us usually very was we were what what's when where which while
    who who's whom whose why will with would yes you your yours which's let many get mean call""".split()  # noqa: SIM905
)
_LIKING = {
    Polarity.LIKES: frozenset(
        {"like", "likes", "love", "enjoy", "prefer", "fond", "into", "favourite", "favorite", "fan"}
    ),
    Polarity.DISLIKES: frozenset({"hate", "dislike", "avoid", "stand", "bear", "detest", "loathe"}),
}
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_NO_LIKING = re.compile(
    r"\b(?:look|looks|sound|feel|be|is|was|would|what is \w+) like\b|\b(?:look|looks|go|get) into\b"
)
_NEGATED = re.compile(r"\b(?:don't|do not|never|not) (?:\w+ )?(?:like|love|enjoy|into|fond)\b")


def _liking(plain: str) -> Polarity:
    if _NO_LIKING.search(plain) or not re.search(r"\b(?:i|my)\b", plain):
        return Polarity.NEUTRAL
    for word in _WORD.findall(plain):
        for polarity, words in _LIKING.items():
            if word in words:
                return Polarity.DISLIKES if _NEGATED.search(plain) else polarity
    return Polarity.NEUTRAL


def _words(plain: str, slots: tuple[str, ...]) -> tuple[str, ...]:
    """The words of weight, and what the first slot is of ("what does my sister do" is of a job)."""
    plain = re.sub(r"^how (?:old|tall|long|far|often|big|much|many)\b", "", plain)
    words = [word.removesuffix("'s") for word in _WORD.findall(plain)]
    words += [word for slot in slots[:1] for word in slot.removeprefix("self.").split(".")[-1].split()]
    liking = frozenset().union(*_LIKING.values())
    return tuple(dict.fromkeys(w for w in words if len(w) > 1 and w not in _STOP_WORDS and w not in liking))


# --- of whom --------------------------------------------------------------------------------------------------

_MY_SOMEBODY = re.compile(rf"\b(?:my|our) ({WHO})\b")
_BY_ME = re.compile(r"\b(?:i|i'm|i've|me|my|we|our|mine)\b")
_OPENS_WITH_ME = re.compile(r"^(?:(?:hi|hello|when|if|actually|yes|no|well|always|never|please)\W+)*(?:i|my|our|we)\b")
_NAME = re.compile(r"(?<!^)\b[A-Z][a-zà-ÿ]+")


def _subject(text: str, plain: str) -> str:
    if who := _MY_SOMEBODY.search(plain):
        return somebody(who[1])
    names = _NAME.findall(text)
    if names and not re.search(r"\bi\b|\bmy\b|\bwe\b", plain):
        return str(names[0]).lower()
    return SELF if _BY_ME.search(plain) else ""


def same_subject(subject: str, statement: str) -> int:
    """1 if ``statement`` is of ``subject``, 0 if it mentions them or nobody was asked for, -1 if it is of another."""
    if not subject:
        return 0
    plain = statement.replace("’", "'").lower()
    who = re.match(rf"^(?:my|our) ({WHO})\b", plain)
    named = re.match(r"^([A-Z][a-zà-ÿ]+)(?='s\b| )", statement)
    if who:
        of = somebody(who[1])
    elif _OPENS_WITH_ME.match(plain):
        of = SELF
    else:
        of = named[1].lower() if named else SELF
    if of == subject:
        return 1
    return 0 if subject != SELF and re.search(rf"\b{re.escape(subject)}", plain) else -1


# --- what an answer has in it ---------------------------------------------------------------------------------

_EXPECTED: Final = (
    (Expected.COLOUR, re.compile(r"^(?:what|which) colou?r\b")),
    (
        Expected.TIME,
        re.compile(r"^(?:when|(?:what|which) (?:time|day|year|month)|how often)\b|\b(?:birthday|anniversary)$"),
    ),
    (Expected.NUMBER, re.compile(r"^how (?:much|many|old|tall|long|far|big|heavy)\b|\b(?:number|size|price)$")),
    (Expected.PLACE, re.compile(r"^where\b|^(?:what|which) (?:city|town|country|street|place)\b")),
    (Expected.PERSON, re.compile(r"^(?:who|whose|whom)\b|\b(?:name|surname|called|named)$|^what(?:'s| is) the name\b")),
)
_NUMBER = (
    r"\d[\d.,:]*|zero|one|once|two|twice|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|dozen"
)
_HAS: Final = {
    Expected.COLOUR: re.compile(
        r"\b(?:red|green|blue|yellow|orange|purple|pink|black|white|gr[ea]y|brown|turquoise|violet|beige|teal|silver|"
        r"gold|blonde?|auburn|ginger|navy|cream|maroon|crimson)\b",
        re.IGNORECASE,
    ),
    Expected.NUMBER: re.compile(rf"\b(?:{_NUMBER})\b", re.IGNORECASE),
    Expected.TIME: re.compile(
        r"\b(?:\d{1,2}(?:st|nd|rd|th)?|\d{4}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|"
        r"may|june|july|august|september|october|november|december|spring|summer|autumn|winter|today|tomorrow|tonight|"
        r"yesterday|morning|noon|afternoon|evening|night|midnight|past|o'clock|weeks?|weekend|months?|years?|ago|"
        r"christmas|easter|every|always|daily|when|after|before|next|last|since|until|once|twice)\b",
        re.IGNORECASE,
    ),
    Expected.PLACE: re.compile(
        r"\b(?:in|at|on|near|from|to|under|behind|inside|next to|above|beside|between|by|around|outside)\b",
        re.IGNORECASE,
    ),
    Expected.PERSON: re.compile(
        rf"(?<!^)\b[A-Z][a-zà-ÿ]+|\b(?:{WHO}|he|she|they|him|her|them|people|everyone|called|named)\b|\b\w+keeper\b"
    ),
}


def _expected(plain: str) -> Expected:
    return next((kind for kind, pattern in _EXPECTED if pattern.search(plain)), Expected.ANYTHING)


def has_expected(question: Question, statement: str) -> bool:
    """Whether ``statement`` has what the question is after (a number for "how many"), beyond the question's words."""
    if question.expected is Expected.ANYTHING:
        return True
    found = _HAS[question.expected].findall(statement)
    if question.expected is not Expected.PERSON:
        return bool(found)
    asked = {word.removesuffix("s") for word in _WORD.findall(question.text.lower().replace("'s", ""))}
    return any(word.lower().removesuffix("s") not in asked for word in found)
