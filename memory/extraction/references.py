"""Who is meant: "he" after "my husband", a name that the twin knows, a verb whose subject was said before.

What is meant is put in its place ("she lives in Rome" is read as "my sister lives in Rome"), so that the rules for
whole clauses fit. Rules of English that rather leave a word as it stands than guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from memory.extraction.vocabulary import WHO, somebody

_PRONOUN = re.compile(r"^(?P<word>he|she|they|his|her|their)(?='s\b|'re\b|'ve\b| )", re.IGNORECASE)
_SOMEBODY = re.compile(rf"\b(?:my|our) (?P<who>{WHO})\b", re.IGNORECASE)
_OPENS_WITH_NAME = re.compile(r"^(?P<name>[A-Z][\w-]+)(?='s\b| )")
_MALE: Final = frozenset(
    {"father", "brother", "husband", "boyfriend", "fiancé", "son", "grandfather", "grandson", "uncle", "nephew",
     "father-in-law", "brother-in-law", "stepfather", "godfather"}
)  # fmt: skip
_FEMALE: Final = frozenset(
    {"mother", "sister", "wife", "girlfriend", "fiancé", "daughter", "grandmother", "granddaughter", "aunt", "niece",
     "mother-in-law", "sister-in-law", "stepmother", "godmother"}
)  # fmt: skip
_SEVERAL: Final = frozenset({"parents", "children"})

_VERBS = (
    r"(?:work|live|love|hate|like|enjoy|prefer|play|speak|drive|study|adore|detest)s?|can't stand|cannot stand|don't"
)
_ELIDED = re.compile(rf",? (?:and|but) (?:also )?(?=(?:{_VERBS}) )", re.IGNORECASE)
_SUBJECT = re.compile(
    rf"^(?P<subject>i|we|(?:my|our) {WHO})(?:,? (?-i:[A-Z])[\w'-]+,?)? (?:(?:really|now|also|still) )*"
    r"(?!.*\b(?:(?<!moved )to|who|that|which|when|if|how|where|people|those)\b)",
    re.IGNORECASE,
)


def spoken_of(sentence: str, before: str = "") -> str:
    """The one person of whom ``sentence`` speaks ("my sister"), for a pronoun in what follows; else nothing.

    ``before`` is who was spoken of until now, and stays so if the sentence begins with a pronoun."""
    named = {somebody(found["who"]): found.group() for found in _SOMEBODY.finditer(sentence)}
    if len(named) == 1:
        return next(iter(named.values()))
    return before if not named and _PRONOUN.match(sentence) else ""


def with_person(clause: str, about: str, names: Mapping[str, str]) -> str:
    """``clause`` with the person in the place of the pronoun or the known name that it begins with.

    ``about`` is who was spoken of, ``names`` has the relation of each name that the twin knows ("Tomek": "brother")."""
    if (pronoun := _PRONOUN.match(clause)) and about and _fits(pronoun["word"].lower(), about):
        of = "'s" if pronoun["word"].lower() in ("his", "her", "their") else ""
        return f"{about}{of}{clause[pronoun.end() :]}"
    if (opens := _OPENS_WITH_NAME.match(clause)) and (relation := names.get(opens["name"])):
        return f"my {relation}{clause[opens.end() :]}"
    return clause


def elided(clause: str) -> tuple[str, str] | None:
    """The two clauses of "I live in Bonn and work as a nurse", each with its subject; nothing if there is only one."""
    subject, gap = _SUBJECT.match(clause), _ELIDED.search(clause)
    if subject is None or gap is None:
        return None
    return clause[: gap.start()], f"{subject['subject']} {clause[gap.end() :]}"


def _fits(pronoun: str, about: str) -> bool:
    relation = somebody(about.split(" ", 1)[1]).split()[-1]
    if pronoun in ("they", "their"):
        return relation in _SEVERAL
    others = _FEMALE - _MALE if pronoun in ("he", "his") else _MALE - _FEMALE
    return relation not in others | _SEVERAL
