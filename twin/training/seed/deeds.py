"""Things done: verbs with what they are done to, from which whole clauses are put together, and asked for by part.

A deed has an object and any of a place, company, a reason, a purpose, a feeling, a quality and a time; each can be
asked for, in other words than it was told. That teaches to read, rather than to know thirty slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from twin.training.seed import words

_DEEDS: Final = """
paint: painted/paint/painting, finished painting/paint/painting: motif
buy: bought/buy/buying, picked up/get/getting, got/buy/buying: thing
make: made/make/making, built/build/building, put together/make/making: thing
lose: lost/lose/losing, misplaced/lose/losing: thing
repair: repaired/fix/fixing, fixed/repair/repairing, mended/fix/fixing: thing
sell: sold/sell/selling, got rid of/sell/selling: thing
cook: cooked/cook/cooking, made/cook/cooking, prepared/make/making: dish
try-dish: tried/try/trying, tasted/try/trying, had/eat/eating: dish
bake: baked/bake/baking, whipped up/bake/baking: dish
attend: went to/attend/attending, attended/go to/going to, was at/visit/visiting: event
organise: organised/organise/organising, put together/organise/organising, held/host/hosting: event
miss: missed/miss/missing, skipped/miss/missing: event
start-course: signed up for/join/joining, started/take up/taking up, joined/start/starting: course
finish-course: finished/complete/completing, completed/finish/finishing: course
read: read/read/reading, finished/read/reading: title
watch: watched/watch/watching, saw/see/seeing: title
recommend: recommended/recommend/recommending, told everybody about/recommend/recommending: title
adopt: adopted/adopt/adopting, got/adopt/adopting, took in/adopt/adopting: animal
visit-country: went to/travel to/travelling to, visited/visit/visiting, travelled to/go to/going to: country
visit-city: went to/visit/visiting, spent a weekend in/go to/going to, drove to/visit/visiting: city
play: played/play/playing, had a round of/play/playing: board
win: won/win/winning, came first in/win/winning: contest
train: practised/practise/practising, trained/do/doing: sport
help: helped at/help at/helping at, volunteered at/volunteer at/volunteering at: cause
donate: gave money to/donate to/donating to, donated to/support/supporting: cause
find: found/find/finding, came across/discover/discovering: thing
receive: received/get/getting, was given/receive/receiving: thing
plant: planted/plant/planting, put in/plant/planting: plant
see-animal: saw/see/seeing, spotted/spot/spotting: wild
break: broke/break/breaking, dropped/break/breaking: thing
meet: met/meet/meeting, ran into/meet/meeting, bumped into/run into/running into: kin
learn: learned/learn/learning, took up/learn/learning: skill
design: designed/design/designing, sketched/draw/drawing: thing
write: wrote/write/writing, published/write/writing: written
perform: performed/perform/performing, sang/sing/singing: song
celebrate: celebrated/celebrate/celebrating, threw a party for/celebrate/celebrating: occasion
rent: rented/rent/renting, borrowed/borrow/borrowing: car
climb: climbed/climb/climbing, hiked up/climb/climbing: hill
sort: tidied/tidy/tidying, cleared out/clear out/clearing out: room
"""
_MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "contest": (
        "the chess tournament",
        "the bake-off",
        "the village quiz",
        "a poetry prize",
        "the sack race",
        "a photo contest",
        "the regional finals",
        "a design award",
        "the dance competition",
        "a spelling bee",
    ),
    "plant": (
        "tomatoes",
        "a cherry tree",
        "sunflowers",
        "lavender",
        "roses",
        "an apple tree",
        "herbs",
        "tulips",
        "a lemon tree",
        "strawberries",
        "wild flowers",
        "beans",
    ),
    "wild": (
        "a fox",
        "two deer",
        "a whale",
        "dolphins",
        "an owl",
        "a kingfisher",
        "a seal",
        "a heron",
        "a hedgehog",
        "a shooting star",
        "an eagle",
        "a rainbow",
        "a bear",
    ),
    "skill": (
        "how to juggle",
        "sign language",
        "to bake sourdough",
        "how to fix a bike",
        "to ski",
        "the tango",
        "how to knit",
        "to touch-type",
        "how to sail",
        "to whistle",
        "how to sew",
        "calligraphy",
    ),
    "written": (
        "a short story",
        "a poem",
        "a letter to the mayor",
        "an article about bees",
        "a song",
        "a children's book",
        "a blog post about trains",
        "a speech",
        "a screenplay",
        "a travel diary",
    ),
    "song": (
        "a folk song",
        "an old lullaby",
        "three jazz standards",
        "a duet",
        "my own song",
        "a blues number",
        "the opening number",
        "a Christmas carol",
    ),
    "occasion": (
        "my birthday",
        "our anniversary",
        "my daughter's graduation",
        "my promotion",
        "the new flat",
        "my father's retirement",
        "New Year's Eve",
        "the end of the exams",
        "my sister's birthday",
    ),
    "hill": (
        "a volcano",
        "the highest hill around",
        "the bell tower",
        "a steep ridge",
        "a mountain",
        "the old oak",
        "the cliffs",
        "a sand dune",
    ),
    "room": (
        "the attic",
        "the garage",
        "the cellar",
        "my wardrobe",
        "the kitchen cupboards",
        "the shed",
        "my desk",
        "the spare room",
    ),
}
_POOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "motif": words.MOTIFS,
    "dish": words.DISHES,
    "event": words.EVENTS,
    "course": words.COURSES,
    "country": words.COUNTRIES,
    "city": words.CITIES,
    "board": words.BOARD,
    "sport": words.SPORTS,
    "cause": words.CAUSES,
    "car": words.CARS,
    **_MORE,
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say what is done: "picked up", "get", "getting"."""

    past: str
    base: str
    doing: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done, in several ways; its objects are from ``pool``, or made of adjective and noun where that is empty."""

    name: str
    ways: tuple[Way, ...]
    kind: str
    pool: tuple[str, ...]


def _read(text: str) -> tuple[Deed, ...]:
    deeds = []
    for line in text.strip().splitlines():
        name, ways, kind = (part.strip() for part in line.split(":"))
        deeds.append(
            Deed(name, tuple(Way(*way.strip().split("/")) for way in ways.split(",")), kind, _POOLS.get(kind, ()))
        )
    return tuple(deeds)


DEEDS: Final = _read(_DEEDS)
