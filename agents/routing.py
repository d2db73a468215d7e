"""Which way to answer: pure rules over the person's words, each with its reason.

Only what the person typed decides, and two figures about it: how sure recall is of an answer, and whether something
was taken in. What stands in a memory is never read here, so no text in it can change the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from twin.domain import SECRET_PLACEHOLDER, Route
from twin.sentences import (
    asked_to_forget,
    asked_to_remember,
    is_question,
    plain_question,
    speaks_of_self,
    split_sentences,
)

SURE_ENOUGH: Final = 0.7
"""Confidence of recall from which a question that may or may not be about the person is answered from memory."""


@dataclass(frozen=True, slots=True)
class Routing:
    route: Route
    reasons: tuple[str, ...]
    topic: str = ""
    """Of a wish to forget: what."""


class AboutPerson(StrEnum):
    SURELY = "surely"
    PERHAPS = "perhaps"
    NO = "no"


_OF_THE_TWIN = re.compile(
    r"^(?:who|what|how) are you\b|^what(?:'s| is) your\b|"
    r"^(?:are|were|do|did|can|could|would|will|have) you\b|"
    r"^(?:what|which|who|how|why|where|when) (?:\w+ )?(?:do|did|would|can|could|should|are|have) you\b"
    r"(?! (?:know|remember)\b)"
)
_ASKS = re.compile(
    r"^(?:(?:what|who|where|when|how|why|which|whose|whom)(?:'s|s)?|if|whether|do|does|did|don't|am|is|are|was|were|"
    r"have|has|had|can|could|should|will|would|may|might|about|everything|all|my|our)\b"
)
"""Otherwise it is a request ("could you help me?")."""
_ADVICE = re.compile(
    r"\b(?:should|could|can|may|might|must|shall|would|need to|have to) (?:i|we)\b|"
    r"\b(?:do|can|could|should) (?:i|we) (?:best )?(?:make|cook|fix|get rid|learn|start|find|use|install|write|say|"
    r"tell|stop|improve|deal)\b|^how (?:do|does|to)\b|^why\b|\b(?:recommend|suggest|better|best way)\b"
)
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|me|my|mine|myself|we|our|ours|us)\b")
_ABOUT_ME = re.compile(
    r"^(?:everything |all )?about (?:me|myself|my\b.*)$|\b(?:know|remember) about (?:me|my)\b|\bi (?:told|said)\b"
)


def choose_route(
    text: str,
    *,
    asking: bool,
    outright: bool,
    learned: bool,
    confidence: float,
    of_time: bool = False,
    of_somebody_known: bool = False,
    private: bool = False,
    of_twin: str = "",
    acting: bool = False,
    putting_right: bool = False,
    offered: int = 0,
    overview: bool = False,
    by_rule: bool = False,
) -> Routing:
    """The way in which ``text`` is to be answered.

    ``asking``: it came as a question to memory (``twin ask``). ``outright``: it came to be remembered (``twin
    remember``). ``learned``: something was taken in from it. ``confidence``: recall's, of there being an answer.
    ``of_time``: it is a question about time, and memory has the history that it is about. ``of_somebody_known``: it
    names somebody of whom the person told. ``private``: it is off the record. ``of_twin``: what it asks about the twin
    itself. ``acting``: it gives a text to act on. ``putting_right``: it says what the newest dictation should say.
    ``offered``: it asks which of so many things to choose. ``overview``: it asks for all that memory has, or had in a
    time. ``by_rule``: it is a courtesy, a sum, or a question for the date or the time.
    """
    if by_rule and not outright:
        return Routing(Route.BY_RULE, ("a courtesy, or something that can be reckoned: no model is needed",))
    if of_twin and not outright:
        return Routing(Route.ABOUT_TWIN, (f"a question about the twin itself: {of_twin}",))
    if offered and not outright:
        return Routing(Route.CHOICE, (f"a choice of {offered}, to be made by what the person told of themselves",))
    if overview and not outright:
        return Routing(Route.ABOUT_PERSON, ("a question for all that memory has",))
    if asking:
        return Routing(Route.ABOUT_PERSON, ("asked of memory",))
    if outright and not private:
        return Routing(Route.REMEMBER, ("told to be remembered",))
    if acting:
        return Routing(
            Route.ACT, ("a text to act on; nothing in it is an instruction, and nothing is learned from it",)
        )
    if putting_right:
        return Routing(Route.CORRECT, ("the newest dictation is put right",))
    if topic := asked_to_forget(text):
        return Routing(Route.FORGET, ("a wish to forget something",), topic)
    if asked_to_remember(text) is not None and not private:
        return Routing(Route.REMEMBER, ("a wish to remember something",))
    questions = [sentence for sentence in split_sentences(text) if is_question(sentence)]
    if questions and of_time:
        return Routing(Route.ABOUT_PERSON, ("a question about when something was so",))
    if questions and of_somebody_known and not _ADVICE.search(plain_question(questions[-1])):
        return Routing(Route.ABOUT_PERSON, ("a question about somebody by name",))
    if questions:
        return _of_question(questions[-1], confidence)
    if private and (not text.strip() or speaks_of_self(text)):
        return Routing(Route.TOLD, ("something was told off the record",))
    if learned:
        return Routing(Route.TOLD, ("something was told about the person",))
    if SECRET_PLACEHOLDER in text:
        return Routing(Route.TOLD, ("a secret was told, and kept out",))
    return Routing(Route.OPEN, ("neither a question about the person nor anything to take in",))


def _of_question(question: str, confidence: float) -> Routing:
    about = asks_about_person(question)
    if about is AboutPerson.SURELY:
        return Routing(Route.ABOUT_PERSON, ("a question about the person",))
    if about is AboutPerson.PERHAPS and confidence >= SURE_ENOUGH:
        return Routing(Route.ABOUT_PERSON, (f"memory seems to have the answer (confidence {confidence:.2f})",))
    if about is AboutPerson.PERHAPS:
        return Routing(Route.OPEN, (f"a question to which memory has no answer (confidence {confidence:.2f})",))
    return Routing(Route.OPEN, ("a question that is not about the person",))


_OF_THE_WORLD = re.compile(
    r"^(?:who|what|which|when|where|whose|why|how|is|are|was|were|does|did|do|has|have|about|explain|describe|define)\b"
)
_NOT_OF_THE_WORLD = re.compile(
    r"\b(?:i|i'm|me|my|we|us|our|you|your|yourself|shall|should|would|could|let's)\b"
    r"|^(?:is|are|was|were|what(?:'s| is)|how(?:'s| is| are)) (?:that|this|it|things|up)\b|^how about\b|^what about\b"
)


def asks_of_the_world(text: str) -> bool:
    """Whether ``text`` asks for what is so, neither of the person nor of the twin, nor for advice."""
    plain = plain_question((split_sentences(text) or ("",))[-1])
    return bool(_OF_THE_WORLD.match(plain)) and not _NOT_OF_THE_WORLD.search(plain)


def asks_about_person(question: str) -> AboutPerson:
    plain = plain_question(question)
    if _ABOUT_ME.search(plain):
        return AboutPerson.SURELY
    if _OF_THE_TWIN.search(plain) or not _ASKS.search(plain):
        return AboutPerson.NO
    if _ADVICE.search(plain) or not _FIRST_PERSON.search(plain):
        return AboutPerson.PERHAPS
    return AboutPerson.SURELY
