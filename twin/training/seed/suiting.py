"""What suits whom: suggestions beside wishes, drawn from tables of what people want and do not want.

The tables (``wishes/AREA.txt``) were written for this: in each of 96 domains questions and kinds of things; of each
kind wishes for it and against it, suggestions that are of it, mostly without its name, and suggestions that only seem
to be. Every suggestion is drawn with wishes that it suits and with wishes that it does not, and every wish with
suggestions of both sorts, so nothing can be learned from either alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random
from typing import Final

AREAS: Final = ("food", "arts", "travel", "learning", "work", "body", "things", "leisure")
_WRITTEN_SHARE: Final = 0.78
"""Of wishes: the others are of the form "I avoid …"."""
_AGAINST: Final = (
    "I dislike {}.",
    "I don't like {}.",
    "I avoid {}.",
    "I can't stand {}.",
    "I have a strong aversion to {}.",
    "I hate {}.",
    "I'd rather have nothing to do with {}.",
    "I stay away from {} whenever I can.",
    "I'm not interested in {}.",
    "For personal reasons I avoid {}.",
    "I'm really not a fan of {}.",
    "Please, nothing with {}.",
)
_FOR: Final = (
    "I love {}.",
    "I strongly prefer {}.",
    "I'm a big fan of {}.",
    "I only want {}.",
    "I insist on {}.",
    "I have a strong preference for {}.",
    "Nothing beats {} for me.",
)
_RATHER: Final = (
    "I prefer {} to {}.",
    "I much prefer {} over {}.",
    "I'd take {} over {} any time.",
    "I avoid {1} and prefer {0}.",
    "I dislike {1}, so I go for {0} instead.",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """``wishes`` are for it, ``aversions`` against; ``like`` are suggestions of it, ``unlike`` only seem to be."""

    name: str
    wishes: list[str] = field(default_factory=list)
    aversions: list[str] = field(default_factory=list)
    like: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Domain:
    """What can be asked, and kinds of things that may be suggested."""

    name: str
    questions: list[str] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Suiting:
    """A suggestion in answer to a question, and whether it suits somebody with this wish."""

    wish: str
    question: str
    suggestion: str
    suits: bool


@cache
def domains() -> tuple[Domain, ...]:
    """The tables."""
    found: list[Domain] = []
    for area in AREAS:
        table = files("twin.training.seed").joinpath("wishes", f"{area}.txt").read_text(encoding="utf-8")
        for line in filter(None, map(str.strip, table.splitlines())):
            mark, _, text = line.partition(" ")
            match mark:
                case "#":
                    found.append(Domain(text))
                case "?":
                    found[-1].questions.append(text)
                case "=":
                    found[-1].kinds.append(Kind(text))
                case "+":
                    found[-1].kinds[-1].wishes.append(text)
                case "-":
                    found[-1].kinds[-1].aversions.append(text)
                case "*":
                    found[-1].kinds[-1].like.append(text)
                case "~":
                    found[-1].kinds[-1].unlike.append(text)
                case _:
                    raise ValueError(f"{area}.txt has a line that begins with {mark!r}.")
    return tuple(found)


def lessons(chance: Random, of: Sequence[Domain], kinds: int) -> list[Suiting]:
    """A batch: six judgements about each of so many ``kinds``, and one for each that a wish has no bearing on."""
    made = [one for _ in range(kinds) for one in about_a_kind(chance, of)]
    return made + [_elsewhere(chance, of) for _ in range(kinds)]


def about_a_kind(chance: Random, of: Sequence[Domain]) -> list[Suiting]:
    """Wishes for and against a kind, each with a suggestion of it and one that only seems to be; and two judgements
    that set it beside another kind of its domain."""
    domain = chance.choice(of)
    kind, other = chance.sample(domain.kinds, 2)
    asked = chance.choice(domain.questions)
    wish, aversion = _wish(chance, kind, wanted=True), _wish(chance, kind, wanted=False)
    like, unlike = chance.choice(kind.like), chance.choice(kind.unlike)
    elsewise = chance.choice(other.like if chance.random() < 0.75 else other.unlike)
    made = [(wish, like, True), (aversion, like, False), (wish, unlike, False), (aversion, unlike, True)]
    draw = chance.random()
    if draw < 0.5:
        made += [(aversion, elsewise, True), (_wish(chance, other, wanted=False), like, True)]
    elif draw < 0.75:
        made += [(wish, elsewise, False), (_wish(chance, other, wanted=True), like, False)]
    else:
        rather = chance.choice(_RATHER).format(kind.name, other.name)
        made += [(rather, like, True), (rather, chance.choice(other.like), False)]
    return [Suiting(said, asked, suggestion, suits) for said, suggestion, suits in made]


def _elsewhere(chance: Random, of: Sequence[Domain]) -> Suiting:
    """What somebody wishes in one domain forbids nothing in another."""
    wished, asked = chance.sample(of, 2)
    kind = chance.choice(asked.kinds)
    wish = _wish(chance, chance.choice(wished.kinds), wanted=chance.random() < 0.4)
    return Suiting(wish, chance.choice(asked.questions), chance.choice(kind.like + 2 * kind.unlike), suits=True)


def _wish(chance: Random, kind: Kind, *, wanted: bool) -> str:
    if chance.random() < _WRITTEN_SHARE:
        return chance.choice(kind.wishes if wanted else kind.aversions)
    return chance.choice(_FOR if wanted else _AGAINST).format(kind.name)
