"""How people chat around what they tell: greetings, praise, questions back, and small talk that tells nothing asked."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from twin.training.seed import words
from twin.training.seed.frames import POOLS

_OPENERS: Final = (
    "Hey {you}!",
    "Hi {you}, long time no talk!",
    "Hey {you}, how have you been?",
    "Thanks, {you}!",
    "Wow, {you}, that's great!",
    "That sounds {quality}, {you}!",
    "Yeah, I know what you mean.",
    "Oh no, sorry to hear that.",
    "Good to hear from you!",
    "Haha, true.",
    "Absolutely!",
    "Thanks for asking!",
    "You won't believe it.",
    "Guess what!",
    "Well, where do I start?",
    "Congrats on the {thing}, {you}!",
    "That's so {quality}!",
    "No way!",
    "I'm glad you liked it.",
    "Good question.",
    "Yep!",
    "Glad your {kin} is better.",
    "Your {thing} looks {quality}!",
    "I love that, {you}.",
    "Nope, not yet.",
    "It's been a {quality} week.",
    "Work has been {quality} lately.",
    "So much has happened since we talked.",
    "I needed that laugh.",
    "Same here!",
    "Thanks for the kind words, {you}.",
    "Sounds like you had a {quality} time!",
    "Hope you're doing well.",
    "Not much, just tired.",
    "By the way,",
    "Oh, and",
    "Honestly,",
    "So,",
    "Lately I've been busy.",
    "I have some news.",
    "Exciting news!",
    "Yo",
    "lol",
)
_CLOSERS: Final = (
    "How about you?",
    "What about you, {you}?",
    "It was so {quality}!",
    "I'm so {feeling}.",
    "Have you ever tried {hobby}?",
    "What have you been up to?",
    "Do you like {dish}?",
    "It means a lot to me.",
    "I'll tell you more next time.",
    "Any plans?",
    "It was {quality}, I can tell you.",
    "You should come along some time.",
    "I'd recommend it to anyone.",
    "Can't wait!",
    "Here's a picture of it. [picture: a photo of a {adjective} {thing}]",
    "The weather was {quality} too.",
    "Do you have any tips?",
    "It really makes a difference.",
    "I can't complain.",
    "Life is {quality} sometimes.",
    "What do you think?",
    "We all had a blast.",
    "Everyone was so kind.",
    "It reminded me of you, {you}.",
    "Do you still play the {instrument}?",
    "How is your {kin}?",
    "I'm still a bit {feeling} about it.",
    "Time flies!",
    "That's life.",
    "Fingers crossed!",
    "I'd do it again.",
    "Anyway.",
    "It's been a wild ride.",
    "I'm thankful for every moment of it.",
    "Have you been to {country}?",
    "See you soon!",
)
_SMALL: Final = (
    "That's {quality}, {you}! I'm so happy for you.",
    "How was {event}? Did you enjoy it?",
    "I totally get that, it must be {quality}.",
    "Your {kin} sounds {quality}. Give them my best.",
    "Do you have any plans for the weekend?",
    "What do you like about {hobby}, {you}?",
    "You must have been {feeling}. Take care of yourself.",
    "Sounds {quality}! How long have you been doing {sport}?",
    "I've never been to {country}, but I've heard it's {quality}.",
    "Wow, that {thing} is {quality}! Where did you get it?",
    "Good luck with everything, {you}! You've got this.",
    "Thanks! It was {quality} and everyone felt {feeling}.",
    "I agree, family is everything. It keeps us going.",
    "The bus was late again, and it rained the whole way.",
    "Remind me to send you the recipe for {dish}.",
    "Is {drink} really that good?",
    "I'd love to try {hobby} some day.",
    "So {quality}! When did you start?",
    "Haha, my {kin} would say the same.",
    "No worries, we all have days like that.",
    "I need to charge my phone, talk later.",
    "Remember to take out the bins.",
    "The meeting was moved to the small room.",
    "Did you see the news? So {quality}.",
    "How do you stay so {feeling}?",
    "You're an inspiration, {you}.",
    "ok",
    "yeah same",
    "I hear {city} is {quality} at this time of year.",
    "Will you go to {event}? Tell me how it was.",
    "Let's catch up soon!",
)
_SLOT = re.compile(r"{(\w+)}")


def chatter(chance: Random, template: str, you: str) -> str:
    """``template`` with its slots filled; ``you`` is who is spoken to."""

    def fill(match: re.Match[str]) -> str:
        match match[1]:
            case "you":
                return you
            case "feeling":
                return chance.choice(words.FEELINGS)
            case "adjective":
                return chance.choice(words.ADJECTIVES)
            case slot:
                return chance.choice(POOLS[slot])

    return _SLOT.sub(fill, template)


def small_talk(chance: Random, you: str) -> str:
    """A turn that tells nothing."""
    return " ".join(chatter(chance, chance.choice(_SMALL), you) for _ in range(chance.choice((1, 1, 2))))


def around(chance: Random, told: str, you: str, amount: float) -> str:
    """``told`` as somebody says it in passing; ``amount``, from 0 to 1, is how much they chat."""
    before: list[str] = []
    after: list[str] = []
    while chance.random() < amount and len(before) < 2:
        before.append(chatter(chance, chance.choice(_OPENERS), you))
    if chance.random() < amount * 0.3:
        before.append(small_talk(chance, you))
    while chance.random() < amount and len(after) < 3:
        after.append(chatter(chance, chance.choice(_CLOSERS), you))
    return " ".join((*before, told, *after))


def carelessly(chance: Random, text: str) -> str:
    """As typed on a phone."""
    text = text if chance.random() < 0.5 else text.replace("'", "")
    return text.rstrip(".") if chance.random() < 0.5 else text[:1].lower() + text[1:]
