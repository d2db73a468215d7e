"""Conversations made up by rules, for measuring cost at any size: seeded, endless, with a vocabulary that grows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from twin.domain import Speaker
from twin.ports import NewTurn

_TURNS_IN_A_SESSION = 20
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
_VOCABULARY = 44, 0.5
"""K and beta of Heaps' law: after n words that carry meaning, K * n ** beta different ones have been seen. These are
usual for English (Manning, Raghavan and Schütze 2008, section 5.1)."""
_SENTENCES = (1, 1, 1, 2, 2, 2, 3, 3, 4, 9)
"""How many sentences a turn has: mostly one to three, now and then a long story. About thirty words on average."""

_NAMES = ("Ada", "Bilal", "Carmen", "Dmitri", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Keiko", "Luca")
_PLACES = ("kitchen", "office", "workshop", "library", "station", "garden", "harbour", "clinic", "school", "market")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# About as many of these tell something about the speaker as in real chats: one in a turn.
_FRAMES = (
    "{name} came to the {place} on {day} and would talk of nothing but the {word} for an hour.",
    "The {word} has arrived at last, but the {word} is still missing.",
    "We decided to move the {word} review to {day} because {name} is travelling.",
    "{name} thinks that the {word} near the {place} should be repaired before winter.",
    "Can you believe that the {word} cost {number} euros?",
    "On {day} I have to bring the {word} back to the {place}.",
    "There was so much about {word} and {word} in the papers all week.",
    "{name} is building a {word} out of {number} pieces of {word}.",
    "It rained so hard that the {place} was closed and the {word} got wet.",
    "What do you think about the {word}, should I keep it?",
    "Honestly, the {word} was much better than the {word} we had in {month}.",
    "My appointment about the {word} is at {number} past nine in the {place}.",
    "I like {word} more than I expected.",
    "My favourite {word} is the one that {name} gave me.",
    "The {word} went into the {place} because there was no room left.",
    "The children painted the {word} while {name} cooked {word} for everybody.",
)
_QUESTIONS = (
    "What did {name} say about the {word}?",
    "When do I have to bring the {word} back to the {place}?",
    "How much did the {word} cost?",
    "Which {word} do I like most?",
    "Who did I meet at the {place} on {day}?",
    "Where did I put the {word}?",
    "Can you recommend something to read about {word}?",
    "How many pieces of {word} do we need for the {word}?",
)
_MONTHS = ("January", "March", "May", "June", "August", "October", "December")
_ONSETS = ("b", "br", "d", "dr", "f", "g", "gr", "k", "kl", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "oo")
_ENDINGS = ("n", "l", "r", "t", "nd", "st", "m", "ck", "sh", "")
_SYLLABLES = len(_ONSETS) * len(_VOWELS) * len(_ENDINGS)
_SCATTER = 1_000_003
"""Coprime to the number of words, so that each word comes once."""


class InventedTalk:
    """Turns, one after another, and questions about what was said in them; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - sentences, not secrets
        self._used = 0

    def turns(self) -> Iterator[NewTurn]:
        """Two people in sessions of twenty turns, four hours apart. Endless."""
        for number in count():
            speaker, name = ((Speaker.PERSON, ""), (Speaker.OTHER, "Greta"))[number % 2]
            session, place = divmod(number, _TURNS_IN_A_SESSION)
            yield NewTurn(
                session_id=f"invented-{session}",
                speaker=speaker,
                text=" ".join(self._filled(_FRAMES) for _ in range(self._chance.choice(_SENTENCES))),
                said_at=_BEGAN + timedelta(hours=4 * session, seconds=30 * place),
                name=name,
                key=f"invented:{number}",
            )

    def question(self) -> str:
        return self._filled(_QUESTIONS)

    def _filled(self, frames: tuple[str, ...]) -> str:
        choose = self._chance.choice
        text = choose(frames).format(
            name=choose(_NAMES),
            place=choose(_PLACES),
            day=choose(_DAYS),
            month=choose(_MONTHS),
            number=self._chance.randint(2, 990),
            word="{}",
        )
        return text.format(*(self._word() for _ in range(text.count("{}"))))

    def _word(self) -> str:
        """A word, the frequent ones more often (Zipf's law), out of as many as Heaps' law allows by now."""
        self._used += 1
        factor, exponent = _VOCABULARY
        known = factor * self._used**exponent
        return invented_word(int(known ** self._chance.random()))


def invented_word(number: int) -> str:
    """The ``number``-th word of a language of two-syllable words, neighbours unlike each other."""
    first, second = divmod(number * _SCATTER % _SYLLABLES**2, _SYLLABLES)
    return _syllable(first) + _syllable(second)


def _syllable(number: int) -> str:
    rest, ending = divmod(number, len(_ENDINGS))
    onset, vowel = divmod(rest, len(_VOWELS))
    return _ONSETS[onset] + _VOWELS[vowel] + _ENDINGS[ending]
