"""How the person wants to be answered: rules of style, each in a slot of what it is about, with its polarity.

Rules about the same thing contradict each other, so that the newer one holds.
"""

from __future__ import annotations

import re
from typing import Final

from twin.domain import Polarity

_ANSWERS = r"(?:answers?|repl(?:y|ies)|responses?|messages?|texts?|summar(?:y|ies)|explanations?|tone|language)"
_MANNER = (
    r"(?:short|shorter|brief|concise|succinct|terse|long|longer|detailed|thorough|simple|formal|informal|casual|polite|"
    r"direct|friendly|funny|chatty|wordy|verbose|bulleted|to the point|in bullet ?points)"
)
_LENGTHS = r"short(?:er)?|brief|concise|succinct|terse|long(?:er)?|detailed|thorough|wordy|verbose|chatty"
_FEW = r"one|two|three|four|five|six|a|a single|a couple of|\d+"
_FORMS = (
    r"(?:emojis?|emoticons?|smileys?|bullet ?points?|bullets|lists|tables|exclamation (?:marks|points)|jargon|markdown|"
    r"headings|headers|abbreviations|acronyms|contractions|semicolons|dashes|sentences?|words|units|paragraphs|prose|"
    r"(?:plain |simple |british |american |us |uk )?(?:english|spelling)|german|french|spanish|italian|metric|imperial|"
    r"celsius|fahrenheit|(?:24|twenty-four|12|twelve)[ -]hour(?: (?:time|clock|format))?)"
)
_SPEAKING = (
    r"(?:answer|reply|respond|write|speak|talk|use|using|be|explain|summari[sz]e|format|keep|start|end|give|sign|greet|"
    r"address|say|put|spell|round|abbreviate)"
)
_DATED = r"(?:dates?|times?|numbers?|prices?|amounts?|distances?|temperatures?|currenc(?:y|ies)|phone numbers?)"


def _style(pattern: str) -> re.Pattern[str]:
    polite = r"(?:please |can you |could you |i(?:'d| would) (?:like|prefer) you to |i (?:want|need) you to |try to )*"
    return re.compile(rf"^{polite}{pattern}$", re.IGNORECASE)


_RULES: Final = (
    _style(
        r"(?!.*\bcall me\b)(?:always|never|from now on,?|in (?:the )?future,?|whenever you|when you|every time you) "
        rf".*\b{_SPEAKING}\b.*"
    ),
    _style(
        rf"(?:(?:keep|make) (?:it|things|(?:all )?(?:your|the|my) {_ANSWERS})|be|stay)"
        rf"(?: (?:very|more|less|always|a bit|as|so|too))* {_MANNER}(?: and \w+)?(?: please)?"
    ),
    _style(rf"(?:don't|do not|stop) be(?:ing)?(?: (?:so|too|that|quite so))* {_MANNER}(?: please)?"),
    _style(
        r"(?:don't|do not|stop|never|avoid|no)(?: (?:us(?:e|ing)|add(?:ing)?|giv(?:e|ing)|send(?:ing)?|writ(?:e|ing)))?"
        rf"(?: (?:any|more|so many|too many|in))* {_FORMS}(?: please| any ?more)*"
    ),
    _style(
        r"(?:use|(?:answer|reply|respond|write)(?: me)?(?: only)? (?:in|with|without)|speak|talk (?:to me )?in) "
        rf"(?:(?:short|full|metric|more|fewer|the|a|any|at most|{_FEW}) )*{_FORMS}(?: please)?"
    ),
    _style(
        r"(?:answer|reply|respond|write|speak|talk)(?: to me| me)?(?: more| less| very| always)* "
        r"(?:formally|informally|casually|politely|simply|directly|briefly|concisely)(?: please)?"
    ),
    _style(
        r"(?:use|(?:answer|reply|respond|write|speak|talk)(?: to me)? (?:in|with))(?: an?| more| very| only)* "
        rf"(?:{_MANNER}|warm|neutral|professional|plain) (?:tone|voice|words|language|style)(?: please)?"
    ),
    _style(rf"without(?: (?:any|the|so many|too many))* {_FORMS}(?: please)?"),
    _style(
        rf"(?:keep|limit) (?:it|things|(?:all )?(?:your|the) {_ANSWERS}) (?:to|under|within|down to) "
        rf"(?:(?:at most|about|{_FEW}) )+(?:short )?(?:sentences?|lines?|words|paragraphs?)(?: please)?"
    ),
    _style(
        r"(?:never|don't|do not|stop)(?: ever)? (?:call(?:ing)?|address(?:ing)?) me (?:as )?"
        r"(?!(?:back|today|tomorrow|tonight|again|now|later|at|on|in|by|when|while|before|after|for|if|so|names)\b)\S.*"
    ),
    _style(rf"(?:write|format|give|put|show|use)(?: (?:all|your|the|my))? {_DATED} (?:as|in|with|like|using|out) \S.*"),
    _style(rf"(?:spell|write) out (?:all |small )?{_DATED}(?: \S.*)?"),
    _style(rf"i (?:prefer|like|want|need|would like|'d like) (?:(?:your|the|my) )?(?:very )?{_MANNER} {_ANSWERS}"),
    _style(
        rf"i (?:prefer|like|want|need|would like|'d like) (?:your|the|my) {_ANSWERS} (?:to be )?(?:very )?{_MANNER}"
    ),
    _style(rf"(?:your|the) {_ANSWERS} (?:should|must|can) (?:not )?be (?:very |more |less )?{_MANNER}"),
)

_SLOTS: Final = tuple(
    (slot, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for slot, words in (
        ("style.dates", r"dates?"),
        ("style.clock", r"times?|(?:24|twenty-four|12|twelve)[ -]hour"),
        ("style.spelling", r"(?:british|american|us|uk) (?:english|spelling)|spelling"),
        ("style.length", rf"{_LENGTHS}|the point|\w+ sentences?"),
        ("style.emoji", r"emojis?|emoticons?|smileys?"),
        ("style.tables", r"tables?"),
        ("style.headings", r"headings?|headers?"),
        ("style.markdown", r"markdown"),
        ("style.format", r"bullet ?points?|bullets|bulleted|lists?|paragraphs?|prose"),
        ("style.units", r"metric|imperial|celsius|fahrenheit|units"),
        ("style.language", r"english|german|french|spanish|italian"),
        ("style.tone", r"(?:(?:in)?formal|casual|polite|direct)(?:ly)?|friendly|funny|simpl[ey]|plain|tone"),
        ("style.exclamation marks", r"exclamation (?:marks|points)"),
        ("style.jargon", r"jargon"),
        ("style.abbreviations", r"abbreviat\w+|acronyms?|contractions?"),
        ("style.numbers", r"numbers?|prices?|amounts?|currenc(?:y|ies)"),
        ("style.sign-off", r"sign(?:ing)?(?: off)?"),
        ("style.greeting", r"greet\w*"),
        ("style.address", r"address"),
    )
)  # fmt: skip
_NEGATIVE = re.compile(r"\b(?:never|don't|do not|avoid|stop|no|not|less|without)\b", re.IGNORECASE)


_AND: Final = re.compile(
    r",? (?:and|but) (?=(?:please )?(?:without|don't|do not|never|avoid|no|use|be|keep|write|answer|spell)\b)",
    re.IGNORECASE,
)


def is_style(clause: str) -> bool:
    return any(rule.match(clause) for rule in _RULES)


def style_rules(sentence: str) -> tuple[str, ...]:
    """The rules of a sentence that is nothing else: "answer in English and without emojis" is two. None of another."""
    rules = _AND.split(sentence)
    return tuple(rules) if all(is_style(rule) for rule in rules) else ()


def style_slot(clause: str) -> str:
    """What the rule is about; nothing for one of no known kind, which then stands for itself."""
    return next((slot for slot, words in _SLOTS if words.search(clause)), "")


def style_polarity(clause: str) -> Polarity:
    return Polarity.DISLIKES if _NEGATIVE.search(clause) else Polarity.LIKES
