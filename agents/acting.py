"""Text to act on: "summarise my last dictation", "rewrite this more politely: …". Pure rules over what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from twin.sentences import without_lead_in

_VERB: Final = (
    r"(?:re-?write|rephrase|reword|summari[sz]e|sum up|shorten|format|reformat|tidy(?: up)?|clean(?: up)?|polish|"
    r"proof-?read|translate|turn|make|condense|expand|edit|fix|improve)"
)
_POLITE: Final = r"^(?:(?:please|can you|could you|would you|will you|now)[\s,]+)*"
_DICTATION: Final = (
    r"(?:(?:my|the|that|this) )?(?:very )?(?:(?:last|latest|newest|previous|most recent) )?"
    r"(?:dictation|recording|memo|voice note)|(?:what|the thing) i (?:just )?dictated|what i just said"
)
_OF_DICTATION: Final = re.compile(
    rf"{_POLITE}(?P<verb>{_VERB})\b(?P<how>.*?)\b(?:{_DICTATION})\b(?P<rest>[^:]*)$", re.IGNORECASE
)
_OF_THIS: Final = re.compile(
    rf"{_POLITE}(?P<verb>{_VERB})\b(?P<how>[^:\n]{{0,80}}?)\b(?:this|that|it|the following)(?: text)?\b"
    r"(?P<rest>[^:\n]{0,80})[:\n]\s*(?P<text>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_AS_LIST: Final = re.compile(
    r"\b(?:bullet ?points?|bullets|bulleted|(?:as|into|in) a list)\b|"
    r"^make (?:me )?(?:a|the) (?:\w+ )?list (?:of|from|out of)\b",
    re.IGNORECASE,
)
_CORRECTS: Final = (
    re.compile(
        r"^(?:the last dictation|my last dictation|that dictation) (?:should|was supposed to) (?:say|read|have said|be)"
        r"[:,]?\s+[\"“']?(?P<said>.+?)[\"”']?$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"^correct (?:the|my) (?:last|latest) dictation(?: to)?[:,]?\s+[\"“']?(?P<said>.+?)[\"”']?$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"^(?:in (?:the|my) last dictation,? )?(?:replace|change) [\"“']?(?P<old>.+?)[\"”']? (?:with|by|to|into) "
        r"[\"“']?(?P<new>.+?)[\"”']?(?P<where> in (?:the|my) (?:last|latest) dictation)?[.!]?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:in (?:the|my) last dictation,? )?(?:no,? )?i said [\"“']?(?P<new>.+?)[\"”']?,? not [\"“']?(?P<old>.+?)"
        r"[\"”']?(?P<where> in (?:the|my) (?:last|latest) dictation)?[.!]?$",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to be done; with ``text``, or with the newest dictation if that is empty. ``as_list``: by rule."""

    instruction: str
    text: str = ""
    as_list: bool = False


@dataclass(frozen=True, slots=True)
class PutRight:
    """What the newest dictation should say: all of it (``said``), or ``new`` where it says ``old``."""

    said: str = ""
    old: str = ""
    new: str = ""

    def applied_to(self, text: str) -> str | None:
        """``text`` put right; nothing if it does not say ``old``."""
        if self.said:
            return self.said
        corrected, places = re.subn(rf"\b{re.escape(self.old)}\b", lambda _: self.new, text, flags=re.IGNORECASE)
        return corrected if places else None


def asked_to_act(text: str) -> ToDo | None:
    """What ``text`` asks to be done with a text, or nothing if it asks no such thing."""
    bare = without_lead_in(text).rstrip("?. ")
    if found := _OF_THIS.match(without_lead_in(text)):
        instruction = f"{found['verb']}{found['how']}the text{found['rest']}".strip()
        return ToDo(instruction, found["text"].strip(), _AS_LIST.search(instruction) is not None)
    if found := _OF_DICTATION.match(bare):
        instruction = f"{found['verb']}{found['how']}the text{found['rest']}".strip()
        return ToDo(instruction, "", _AS_LIST.search(instruction) is not None)
    return None


def asked_to_put_right(text: str) -> PutRight | None:
    """What ``text`` says that the newest dictation should say, or nothing where it names neither that nor two words."""
    bare = without_lead_in(text)
    for pattern in _CORRECTS:
        found = pattern.match(bare)
        if found is None:
            continue
        parts = found.groupdict()
        if parts.get("said"):
            return PutRight(said=parts["said"].strip())
        if "dictation" in bare.lower() or bare.lower().startswith(("i said", "no")):
            return PutRight(old=parts["old"].strip(), new=parts["new"].strip())
    return None
