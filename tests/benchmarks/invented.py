"""Makes invented people by the dozen, to fit recall on: what they told, what they ask, and what they never said.

A person is a random choice of matters, each told in one of several ways about things of their own, among small talk.
What is asked about a matter that a person did not choose, or about a side of it that they left out, has no answer.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from tests.people import InventedPerson


@dataclass(frozen=True, slots=True)
class Matter:
    """``told`` and ``asked`` are ways of saying it, with ``{x}`` for its own thing, and ``{sister}``, ``{friend}``,
    ``{town}`` and the like for things that belong to the person. ``left_out`` asks for what ``told`` does not say."""

    told: tuple[str, ...]
    things: tuple[str, ...]
    asked: tuple[str, ...]
    left_out: tuple[str, ...]


_OF_A_PERSON: Final = {
    "sister": ("Clara", "Mina", "Jo", "Petra", "Lucia", "Wendy"),
    "brother": ("Paul", "Sami", "Ollie", "Marek", "Dev", "Hugo"),
    "friend": ("Ruth", "Kofi", "Bea", "Tomas", "Yuki", "Gareth"),
    "colleague": ("Priya", "Leon", "Astrid", "Femi", "Nadia", "Colin"),
    "town": ("Leeds", "Porto", "Graz", "Utrecht", "Galway", "Turku"),
    "far": ("Peru", "Morocco", "Vietnam", "Iceland", "Georgia", "Chile"),
}

_MATTERS: Final = (
    Matter(
        ("My sister {sister} is {x}.", "{sister}, my sister, works as {x}.", "{sister} is {x} now."),
        ("a midwife", "a tree surgeon", "a court clerk", "a tram driver"),
        ("what does {sister} do?", "what's {sister}'s job?", "what does {sister} do for work?"),
        ("how old is {sister}?", "where does {sister} live?", "when is {sister}'s birthday?", "is {sister} married?"),
    ),
    Matter(
        ("My brother {brother} moved to {x} last year.", "{brother} lives in {x}.", "My brother is in {x} these days."),
        ("Malta", "Toronto", "Bremen", "Osaka"),
        ("where does my brother live?", "where is {brother} living?", "which city is my brother in?"),
        ("what does my brother do?", "how old is my brother?", "what's my brother's wife called?"),
    ),
    Matter(
        ("I keep {x} in the drawer under the oven.", "{x} are in the drawer under the oven."),
        ("the spare keys", "the batteries", "the candles", "the fuses"),
        ("where are {x}?", "where do I keep {x}?", "where did I put {x}?"),
        ("how many of {x} do I have?", "where did I buy {x}?"),
    ),
    Matter(
        ("I lent {friend} my {x}.", "{friend} still has my {x}.", "I gave my {x} to {friend} for the summer."),
        ("tent", "sewing machine", "ladder", "camera"),
        ("who has my {x}?", "who did I lend my {x} to?", "where is my {x}?"),
        ("how much was my {x}?", "what colour is my {x}?", "where does {friend} live?"),
    ),
    Matter(
        ("I bought {x} from a man in {town} for 240.", "I paid 240 for {x}.", "{x} cost me 240."),
        ("a second-hand canoe", "an old piano", "a used cargo bike", "a loom"),
        ("how much did I pay for {x}?", "what did {x} cost?", "how much was {x}?"),
        ("what colour is {x}?", "who sold me {x}?", "when did I buy {x}?"),
    ),
    Matter(
        ("My appointment with the {x} is on the 9th.", "I am seeing the {x} on the 9th at ten."),
        ("eye doctor", "physiotherapist", "notary", "plumber"),
        ("when is my {x} appointment?", "when do I see the {x}?", "what day is the {x}?"),
        ("what is the {x}'s name?", "how much does the {x} charge?", "where is the {x}'s office?"),
    ),
    Matter(
        ("I'm reading {x} at the moment.", "I have started to read {x}.", "{x} is on my bedside table."),
        ("Middlemarch", "The Leopard", "Stoner", "Piranesi"),
        ("what am I reading?", "which book am I reading?", "what book is on my bedside table?"),
        ("what did I read last year?", "who gave me {x}?", "what is my favourite book?"),
    ),
    Matter(
        ("I go {x} every Thursday with {friend}.", "On Thursdays {friend} and I go {x}."),
        ("bouldering", "rowing", "folk dancing", "to the sauna"),
        ("when do I go {x}?", "who do I go {x} with?", "what do I do on Thursdays?"),
        ("where do I go {x}?", "how long have I been going {x}?", "how did I meet {friend}?"),
    ),
    Matter(
        ("My landlord wants to raise the rent by {x}.", "The rent goes up by {x} in autumn."),
        ("sixty euros", "eight percent", "fifty pounds", "a tenth"),
        ("how much is my rent going up?", "by how much does my rent rise?", "how much more rent will I pay?"),
        ("what is my landlord's name?", "how big is my flat?", "when did I move in?"),
    ),
    Matter(
        ("The cat is called {x}.", "Our cat {x} sleeps on the radiator.", "I have a cat called {x}."),
        ("Pickle", "Bruno", "Zelda", "Tofu"),
        ("what's my cat called?", "what is the name of my cat?", "what's our cat's name?"),
        ("how old is my cat?", "what's my dog called?", "what breed is my cat?", "who is my vet?"),
    ),
    Matter(
        ("I can't eat {x}, they make me ill.", "I get a rash from {x}.", "{x} don't agree with me."),
        ("prawns", "walnuts", "kiwis", "lentils"),
        ("what can't I eat?", "which food makes me ill?", "can I eat {x}?"),
        ("what am I having for dinner?", "what is my favourite dish?", "what medicine do I take?"),
    ),
    Matter(
        ("I drink {x} in the morning.", "My first drink of the day is {x}.", "I start every day with {x}."),
        ("black tea", "two espressos", "hot lemon water", "a cortado"),
        ("what do I drink in the morning?", "what's my first drink of the day?", "what do I start the day with?"),
        ("what do I eat in the morning?", "what wine do I like?", "what beer do I drink?"),
    ),
    Matter(
        ("I like {x} best of all music.", "I mostly listen to {x}.", "I love {x}."),
        ("baroque choirs", "Malian blues", "ska", "drum and bass"),
        ("what music do I like?", "what kind of music do I listen to?", "what do I mostly listen to?"),
        ("which concert did I go to?", "what instrument do I play?", "who is my favourite singer?"),
    ),
    Matter(
        ("I hate {x}.", "I can't stand {x}.", "I really dislike {x}."),
        ("fennel", "karaoke", "office parties", "liver"),
        ("what do I hate?", "what can't I stand?", "do I like {x}?"),
        ("why do I hate {x}?", "what is my favourite vegetable?", "which season do I like best?"),
    ),
    Matter(
        ("I'm going to {far} in {x}.", "In {x} we fly to {far}.", "My holiday in {x} will be in {far}."),
        ("February", "July", "September", "May"),
        ("when am I going to {far}?", "where am I going on holiday?", "which country am I visiting in {x}?"),
        ("how much is the flight to {far}?", "who is coming to {far} with me?", "where am I staying in {far}?"),
    ),
    Matter(
        ("I broke my {x} when I fell off a horse.", "When I was twelve I fell off a horse and broke my {x}."),
        ("collarbone", "left arm", "ankle", "thumb"),
        ("how did I break my {x}?", "what did I break when I fell off a horse?", "what happened to my {x}?"),
        ("which hospital was I in?", "what was the horse called?", "when did I break my leg?"),
    ),
    Matter(
        ("{colleague} sits next to me at work and {x}.", "My colleague {colleague} {x}."),
        ("hums all day", "brings cake on Fridays", "never washes up", "is leaving in June"),
        ("what does {colleague} do at work?", "who {x}?", "what's the matter with {colleague}?"),
        ("what's my boss called?", "how old is {colleague}?", "where does {colleague} come from?"),
    ),
    Matter(
        ("My employer is {x}.", "I work for {x}.", "I've been with {x} for four years."),
        ("Halden Water", "the Brightside clinic", "Marlow Type", "Osk Robotics"),
        ("who do I work for?", "which company do I work for?", "who's my employer?"),
        ("how much do I earn?", "where is my office?", "who is my boss?", "when did I change jobs?"),
    ),
    Matter(
        ("I am {x}.", "I work as {x}.", "By trade I am {x}."),
        ("a bookbinder", "a radiographer", "a beekeeper", "a patent lawyer"),
        ("what's my job?", "what do I do for a living?", "what do I work as?"),
        ("what did I study?", "where did I train?", "what is my salary?"),
    ),
    Matter(
        ("My {x} is due for a service in March.", "In March the {x} needs a service."),
        ("boiler", "van", "bike", "chimney"),
        ("when is the {x} due for a service?", "when does the {x} need a service?", "what is due in March?"),
        ("who services the {x}?", "how old is the {x}?", "how much did I pay for the {x}?"),
    ),
    Matter(
        ("I'm learning {x}.", "I have taken up {x}.", "I started {x} in January."),
        ("Finnish", "the ukulele", "calligraphy", "welding"),
        ("what am I learning?", "what have I taken up?", "what did I start in January?"),
        ("who teaches me {x}?", "how much are my lessons?", "which languages do I speak?"),
    ),
    Matter(
        ("The wifi is slow because of the {x}.", "Our internet fails whenever the {x} runs."),
        ("microwave", "thick walls", "neighbour's router", "old cable"),
        ("why is the wifi slow?", "why does our internet fail?", "what is wrong with the wifi?"),
        ("what is the wifi called?", "who is our internet provider?", "how much is the internet?"),
    ),
    Matter(
        ("{friend}'s birthday is on {x}.", "{friend} turns forty on {x}."),
        ("3 August", "19 January", "27 May", "11 October"),
        ("when is {friend}'s birthday?", "what day is {friend}'s birthday?"),
        ("what shall I give {friend}?", "what is {friend}'s surname?", "what does {friend} do?"),
    ),
    Matter(
        ("I promised {colleague} {x} by Monday.", "{colleague} needs {x} from me by Monday."),
        ("the floor plan", "a summary", "the invoices", "two photos"),
        ("what did I promise {colleague}?", "what does {colleague} need from me?", "when does {colleague} need {x}?"),
        ("why does {colleague} need {x}?", "what is {colleague}'s phone number?"),
    ),
    Matter(
        ("My grandmother grew up on {x}.", "Gran was born on {x}."),
        ("a barge", "a sheep farm", "an island", "an army base"),
        ("where did my grandmother grow up?", "where did my gran live as a child?"),
        ("what is my grandmother's name?", "how old is my grandmother?", "where does my grandfather live?"),
    ),
    Matter(
        ("I planted {x} by the fence.", "There are {x} by the fence now."),
        ("raspberries", "two pear trees", "sunflowers", "runner beans"),
        ("what did I plant by the fence?", "what grows by the fence?", "where did I plant {x}?"),
        ("how often do I water {x}?", "who built the fence?", "how big is my garden?"),
    ),
    Matter(
        ("I used to live in {town}, now I live in {x}.", "I live in {x}.", "My home is in {x}."),
        ("Bath", "Ghent", "Cork", "Aarhus"),
        ("where do I live?", "which city do I live in?", "where is my home?"),
        ("what street do I live on?", "what is my postcode?", "who do I live with?"),
    ),
    Matter(
        ("My first {x} was a disaster.", "I failed my first {x}."),
        ("driving test", "job interview", "marathon", "exam"),
        ("how did my first {x} go?", "did I pass my first {x}?"),
        ("when was my first {x}?", "where was my first {x}?", "how many times did I take the {x}?"),
    ),
    Matter(
        ("I owe {colleague} {x}.", "{colleague} lent me {x}."),
        ("fifteen euros", "ninety pounds", "a lunch", "two train tickets"),
        ("what do I owe {colleague}?", "how much do I owe {colleague}?", "who do I owe {x}?"),
        ("when did {colleague} lend me {x}?", "how much does {colleague} earn?"),
    ),
    Matter(
        ("The meeting with {colleague} moved to {x}.", "I'm meeting {colleague} at {x}."),
        ("half past two", "nine on Tuesday", "noon", "the end of the week"),
        ("when am I meeting {colleague}?", "when is the meeting with {colleague}?"),
        ("where am I meeting {colleague}?", "what is the meeting with {colleague} about?"),
    ),
    Matter(
        ("I want to {x} before I'm fifty.", "My dream is to {x}.", "One day I will {x}."),
        ("cycle to Istanbul", "keep bees", "build a boat", "write a thriller"),
        ("what's my dream?", "what do I want to do before I'm fifty?", "what will I do one day?"),
        ("how old am I?", "when will I {x}?", "what did I dream last night?"),
    ),
    Matter(
        ("I take {x} for my back.", "The doctor gave me {x} for my back."),
        ("magnesium", "a mild painkiller", "daily swims", "hot baths"),
        ("what do I take for my back?", "what helps my back?", "what did the doctor give me?"),
        ("what is my doctor's name?", "when did my back pain start?", "what is my blood type?"),
    ),
)
_SMALL_TALK: Final = (
    "The weather was dreadful today.", "I slept badly.", "We had a long lunch in the sun.", "Work was busy this week.",
    "The train was late again.", "I finally cleaned the windows.", "I feel much better today.",
    "We watched a film and went to bed early.", "I walked home along the canal.", "My phone battery died on the way.",
)  # fmt: skip
_MATTERS_TOLD = 20


def invent(seed: int) -> InventedPerson:
    """The person of ``seed``."""
    chance = random.Random(seed)
    own = {name: chance.choice(names) for name, names in _OF_A_PERSON.items()}
    matters = chance.sample(_MATTERS, len(_MATTERS))
    told: list[str] = list(chance.sample(_SMALL_TALK, 6))
    answerable: list[tuple[str, str]] = []
    unanswerable: list[str] = []
    for place, matter in enumerate(matters):
        words = own | {"x": chance.choice(matter.things)}
        if place < _MATTERS_TOLD:
            statement = _sentence(chance.choice(matter.told), words)
            told.append(statement)
            asked = _fitting(chance, matter.asked, words, statement)
            if asked:
                answerable.append((asked, _stretch(statement)))
            unanswerable.append(_filled(chance.choice(matter.left_out), words))
        else:
            unanswerable.append(_filled(chance.choice(matter.asked), words))
    chance.shuffle(told)
    return InventedPerson(tuple(told), tuple(answerable), tuple(unanswerable))


def _fitting(chance: random.Random, asked: tuple[str, ...], words: dict[str, str], statement: str) -> str:
    """A question whose names all occur in the statement, if there is one: else it could not be known."""
    plain = statement.lower()
    options = [form for form in asked if all(words[name].lower() in plain for name in re.findall(r"\{(\w+)\}", form))]
    return _filled(chance.choice(options), words) if options else ""


def _filled(form: str, words: dict[str, str]) -> str:
    return form.format(**words)


def _sentence(form: str, words: dict[str, str]) -> str:
    text = _filled(form, words)
    return text[:1].upper() + text[1:]


def _stretch(statement: str) -> str:
    """What is found in the statement and in what is extracted from it: its last words."""
    return " ".join(statement.rstrip(".").split()[-2:])
