"""Which of these suits somebody: suggestions beside what they like or do not, each with whether it suits.

One suggestion is judged at a time, so that nothing can be learned from the others beside it; and each occurs with
wishes that it suits and with wishes that it does not, so that nothing can be learned from the suggestion alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from twin.grounding.notes import Note
from twin.training.seed.choice_words import DOMAINS

YES: Final = "Yes"
NO: Final = "No"


@dataclass(frozen=True, slots=True)
class Domain:
    """What can be asked, and kinds of things with examples of each."""

    name: str
    questions: tuple[str, ...]
    kinds: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A suggestion, and whether it suits the one whose wishes stand in ``notes``."""

    notes: tuple[Note, ...]
    question: str
    option: str
    suits: bool


def _read(text: str) -> tuple[Domain, ...]:
    domains = []
    for block in text.strip().split("\n\n"):
        head, asked, *kinds = block.splitlines()
        questions = tuple(f"{part.strip()}?" for part in asked.split("?") if part.strip())
        parsed = {
            name: tuple(one.strip() for one in items.split(";"))
            for name, _, items in (line.partition(": ") for line in kinds)
        }
        domains.append(Domain(head.removeprefix("# "), questions, parsed))
    return tuple(domains)


CHOICES: Final = _read(DOMAINS)
_AGAINST: Final = (
    "I dislike {}.",
    "I don't like {}.",
    "I avoid {}.",
    "I can't stand {}.",
    "I have a strong aversion to {}.",
    "I hate {}.",
    "{} are not for me.",
    "I'd rather not have anything to do with {}.",
    "I never go for {}.",
    "I stay away from {} whenever I can.",
    "I'm not interested in {}.",
    "I refuse anything with {}.",
    "I have always disliked {}, they give me a headache.",
    "For personal reasons I avoid {}.",
    "I'm really not a fan of {}.",
    "I prefer anything but {}.",
    "I gave up {} for good.",
    "Please, nothing with {}.",
    "I feel uncomfortable with {}, so I avoid them.",
    "I strongly dislike {} and anything like it.",
    "I try not to have {}, because of my principles.",
    "I've had bad experiences with {}.",
    "I am afraid of {}.",
    "I'm allergic to {}.",
)
_FOR: Final = (
    "I love {}.",
    "I only want {}.",
    "I strongly prefer {}.",
    "I'm a big fan of {}.",
    "I always choose {}.",
    "I enjoy {} most of all.",
    "{} are exactly my thing.",
    "I insist on {}.",
    "I exclusively go for {}.",
    "Nothing beats {} for me.",
    "I value {} above all else.",
    "I'm passionate about {} and want nothing else.",
    "I need {}.",
    "I look for {} first.",
    "I have a strong preference for {}.",
)
_RATHER: Final = (
    "I prefer {} to {}.",
    "I'd take {} over {} any time.",
    "I like {} rather than {}.",
    "I much prefer {} and avoid {}.",
    "I prefer {} because I dislike {}.",
    "Give me {} instead of {}.",
)
_PUT: Final = (
    "{}",
    "{}.",
    "Try {}.",
    "How about {}?",
    "Consider {}.",
    "You might enjoy {}.",
    "I'd suggest {}.",
    "Go for {}.",
    "Perhaps {}.",
    "{}, a popular choice.",
    "{}, known for its quality.",
    "The well-known option: {}.",
    "Have a look at {}, many people like it.",
    "Explore {}, which is great at this time of year.",
    "{}, a classic.",
    "Look for {}, affordable and easy to find.",
)
_FREE: Final = ("{} without any {}", "{}, free of {}", "{} with no {} at all", "{}, and no {}")


def judged(chance: Random) -> Judged:
    """A suggestion with a wish that bears on it, or in one of eight with a wish that does not."""
    domain = chance.choice(CHOICES)
    kinds = list(domain.kinds)
    one, other = chance.sample(kinds, 2)
    draw = chance.random()
    suggested = one if chance.random() < 0.5 else other
    thing = chance.choice(domain.kinds[suggested])
    if draw < 0.48:
        wish, suits = chance.choice(_AGAINST).format(one), suggested != one
        if suits and chance.random() < 0.2:
            thing = chance.choice(_FREE).format(thing, one)
    elif draw < 0.74:
        wish, suits = chance.choice(_FOR).format(one), suggested == one
    elif draw < 0.9:
        wish, suits = chance.choice(_RATHER).format(one, other), suggested == one
    else:
        wish, suits = _elsewhere(chance, domain), True
    if chance.random() < 0.1 and draw < 0.48 and suggested == one:  # the wish names an example instead of the kind
        wish = chance.choice(_AGAINST).format(chance.choice(domain.kinds[one]))
    option = chance.choice(_PUT).format(thing)
    return Judged(_notes(chance, wish), chance.choice(domain.questions), option[:1].upper() + option[1:], suits)


def _elsewhere(chance: Random, domain: Domain) -> str:
    other = chance.choice([one for one in CHOICES if one is not domain])
    return chance.choice(_AGAINST + _FOR).format(chance.choice(list(other.kinds)))


def _notes(chance: Random, wish: str) -> tuple[Note, ...]:
    day = date(2019, 1, 1) + timedelta(days=chance.randrange(2600))
    wish = wish[:1].upper() + wish[1:]
    said = day if chance.random() < 0.5 else None
    return (Note(wish, said),)
