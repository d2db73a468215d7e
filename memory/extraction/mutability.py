"""What may change, and what a new statement in a slot means for what the slot holds: one pure rule, :func:`judge`.

People move house and change their minds, so a newer value mostly supersedes the older one. They are born once: another
birthday is a contradiction, unless they say that the first was wrong. They may have two sisters: another name is
neither, until they say which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from twin.domain import Bearing, Memory
from twin.ports import NewMemory


class Mutability(StrEnum):
    CHANGEABLE = "changeable"
    FIXED = "fixed"
    SEVERAL = "several"
    """Somebody or something of which one may have several."""


_FIXED: Final = frozenset(
    {"birthday", "birthplace", "birth year", "mother tongue", "native language", "first language", "blood type",
     "blood group", "star sign", "zodiac sign", "maiden name", "origin"}
)  # fmt: skip
_FIXED_SLOTS: Final = frozenset(
    {"self.name", "mother.name", "father.name", "wife.name", "husband.name", "mother-in-law.name",
     "father-in-law.name", "stepmother.name", "stepfather.name"}
)  # fmt: skip
_OF_WHICH_ONE_HAS_SEVERAL: Final = frozenset(
    {"sister", "brother", "son", "daughter", "child", "children", "grandmother", "grandfather", "grandson",
     "granddaughter", "aunt", "uncle", "cousin", "niece", "nephew", "sister-in-law", "brother-in-law", "godmother",
     "godfather", "friend", "flatmate", "neighbour", "colleague", "teacher", "cat", "dog", "horse", "rabbit", "parrot",
     "hamster", "pet", "boat", "band", "company"}
)  # fmt: skip


def mutability_of(slot: str) -> Mutability:
    subject, _, attribute = slot.partition(".")
    if attribute in _FIXED or slot in _FIXED_SLOTS:
        return Mutability.FIXED
    several = attribute == "name" and subject.split()[-1] in _OF_WHICH_ONE_HAS_SEVERAL and "best" not in subject
    return Mutability.SEVERAL if several else Mutability.CHANGEABLE


class Meaning(StrEnum):
    NEW = "new"
    """It stands in the slot, beside whatever stands there."""
    SAME = "same"
    """It is what ``of`` says already."""
    SUPERSEDES = "supersedes"
    """``of`` was true until now."""
    REPLACES = "replaces"
    """``of`` never was true, or was less exact."""
    CONTRADICTS = "contradicts"
    """It cannot be told whether this or ``of`` holds, or both."""


@dataclass(frozen=True, slots=True)
class Judgement:
    meaning: Meaning
    of: tuple[Memory, ...] = ()


def judge(new: NewMemory, standing: Sequence[Memory]) -> Judgement:
    """What ``new`` means for the memories that stand in its slot at its time; not for one that only ends something."""
    same = next((memory for memory in standing if says_the_same(memory, new)), None)
    if same is not None:
        return Judgement(Meaning.SAME, (same,))
    values = tuple(memory for memory in standing if memory.value)
    mutability = mutability_of(new.slot)
    if not values or mutability is Mutability.CHANGEABLE:
        replaces = new.bearing is Bearing.CORRECTS and values
        meant = Meaning.REPLACES if replaces else Meaning.SUPERSEDES if standing else Meaning.NEW
        return Judgement(Meaning.NEW if new.bearing is Bearing.BESIDE else meant, tuple(standing))
    if new.bearing is Bearing.BESIDE:
        return Judgement(Meaning.NEW)
    if new.bearing is not Bearing.STATES:
        named = tuple(memory for memory in values if new.instead_of and alike(memory.value, new.instead_of))
        if named or len(values) == 1:
            meant = Meaning.SUPERSEDES if new.bearing is Bearing.UPDATES else Meaning.REPLACES
            return Judgement(meant, named or values)
        return Judgement(Meaning.CONTRADICTS, values)
    for memory in values:
        if alike(memory.value, new.value):  # "3 May", and "3 May 1984"
            exacter = len(_words(new.value)) > len(_words(memory.value))
            return Judgement(Meaning.REPLACES if exacter else Meaning.SAME, (memory,))
    return Judgement(Meaning.CONTRADICTS, values)


def says_the_same(known: Memory, new: NewMemory) -> bool:
    return known.polarity is new.polarity and _words(known.value) == _words(new.value)


def alike(value: str, other: str) -> bool:
    """Whether one of two values is the other, or part of it: "Volvo" and "a red Volvo", "3 May" and "May 3rd, 1984"."""
    words, others = set(_words(value)), set(_words(other))
    return bool(words and others) and (words <= others or others <= words)


_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")


def _words(value: str) -> tuple[str, ...]:
    plain = _ORDINAL.sub("", value.casefold().replace("’", "'"))
    words = re.findall(r"[^\s,.;:!?\"“”()]+", plain) or plain.split()
    while len(words) > 1 and words[0] in ("a", "an", "the", "my", "on"):
        words.pop(0)
    return tuple(word for word in words if word != "of")
