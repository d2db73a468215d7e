"""Facts of invented people: what is told, and what can be asked of it with the answer, which stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final

from twin.grounding.times import MONTHS, with_dates, written
from twin.training.seed import words
from twin.training.seed.deeds import DEEDS, Deed, Way
from twin.training.seed.frames import FRAMES, POOLS, Frame, kept_ways, slots_of, trained_ways

_PAST_TIMES: Final = (
    "yesterday",
    "last night",
    "last week",
    "last month",
    "last year",
    "last weekend",
    "this morning",
    "today",
    "this week",
    "two days ago",
    "three days ago",
    "two weeks ago",
    "three weeks ago",
    "a month ago",
    "two months ago",
    "four months ago",
    "two years ago",
    "three years ago",
    "last Friday",
    "last Tuesday",
    "last Sunday",
    "last Saturday",
    "last Wednesday",
    "last summer",
    "last winter",
    "a week ago",
    "five years ago",
    "this past weekend",
    "yesterday evening",
)
_COMING_TIMES: Final = (
    "tomorrow",
    "next week",
    "next month",
    "next year",
    "next Friday",
    "next Monday",
    "next weekend",
    "tonight",
    "this weekend",
    "next summer",
    "this summer",
    "the day after tomorrow",
    "tomorrow evening",
    "later this month",
)
_DATED = re.compile(r"\((?P<date>[^()]*)\)$")


@dataclass(frozen=True, slots=True)
class Question:
    """Written with ``<S>``. ``about`` is what is asked for: a slot or a part."""

    text: str
    answer: str
    about: str
    kept_out: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """``told`` in the first person; ``kind`` names the relation, ``values`` what fills it."""

    kind: str
    told: str
    questions: tuple[Question, ...]
    values: Mapping[str, str]
    frame: Frame | None = None
    deed: Deed | None = None


def frame_fact(chance: Random, frame: Frame, given: Mapping[str, str], *, kept: bool = False) -> Fact:
    """A fact in ``frame``, with the values of ``given`` where it has them. ``kept``: ways to ask that training never
    sees, rather than those it may see."""
    values = {slot: given.get(slot) or _value(chance, slot) for slot in _all_slots(frame)}
    tell = chance.choice(frame.tells)
    told = _put(tell, values)
    here = {*frame.slots(tell)}
    questions = []
    for answer, asks in frame.asks.items():
        if not {*slots_of(answer)} <= here:
            continue
        ways = asks if frame.kept_out else kept_ways(asks) if kept else trained_ways(asks)
        for way in ways:
            questions.append(Question(_put(way, values), _answer(answer, values, told), answer, kept or frame.kept_out))
    return Fact(frame.name, told[:1].upper() + told[1:], tuple(questions), values, frame=frame)


def _answer(answer: str, values: Mapping[str, str], told: str) -> str:
    if answer == "quality+quality2":
        for between in (" and ", ", really ", " "):
            if (both := f"{values['quality']}{between}{values['quality2']}") in told:
                return both
    return " ".join(values.get(part, part) for part in answer.split("+"))


def _all_slots(frame: Frame) -> tuple[str, ...]:
    texts = [*frame.tells, *(way for ways in frame.asks.values() for way in ways)]
    return tuple(dict.fromkeys(slot for text in texts for slot in frame.slots(text)))


def _value(chance: Random, slot: str) -> str:
    match slot:
        case "title":
            return f"{chance.choice(words.TITLE_OPENERS)} {chance.choice(words.TITLE_CLOSERS)}"
        case "day":
            return str(chance.randint(1, 28))
        case "size":
            return str(chance.randint(34, 48))
        case "code":
            return str(chance.randint(1000, 9999))
        case _:
            return chance.choice(POOLS[slot])


def _put(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda match: values.get(match[1], match[0]), text)


# --- deeds ----------------------------------------------------------------------------------------------------


def an_object(chance: Random, deed: Deed) -> str:
    """What the deed is done to: "an old lamp", "a sunset over the lake"."""
    match deed.kind:
        case "thing":
            noun = chance.choice(words.THINGS)
            noun = f"{chance.choice(words.ADJECTIVES)} {noun}" if chance.random() < 0.6 else noun
            return f"{_article(noun)} {noun}"
        case "title":
            return f'"{_value(chance, "title")}"'
        case "animal":
            noun = chance.choice(words.ANIMALS)
            return f"{_article(noun)} {noun}"
        case "kin":
            return chance.choice(words.COMPANIONS)
        case _:
            return chance.choice(deed.pool)


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def the(thing: str) -> str:
    """ "an old lamp" once it is known: "the old lamp"."""
    return re.sub(r"^(?:an?) ", "the ", thing)


def deed_fact(chance: Random, said_on: date, *, deed: Deed | None = None, thing: str = "") -> Fact:
    """Something done, with some of where, with whom, why, to what end, how it felt and when."""
    deed = deed or chance.choice(DEEDS)
    way, asked = chance.choice(deed.ways), chance.choice(deed.ways)
    thing = thing or an_object(chance, deed)
    coming = chance.random() < 0.15
    parts = {part: make(chance) for part, make in _PARTS.items() if chance.random() < _SHARES[part]}
    if deed.name in ("visit-city", "visit-country", "climb", "meet", "help"):
        parts.pop("place", None)
    if deed.name == "meet":
        parts.pop("companion", None)
    if "reason" in parts:
        parts.pop("purpose", None)
    when = chance.choice(_COMING_TIMES if coming else _PAST_TIMES) if coming or chance.random() < 0.55 else ""
    told, action = _tell(chance, way, thing, parts, when, coming)
    questions = list(_ask(chance, deed, asked, thing, parts, coming))
    dated = _DATED.search(with_dates(when, said_on)) if when else None
    if when and dated:
        question = "When <is S> going to {base} {the}?" if coming else "When did <S> {base} {the}?"
        questions += [Question(_deed(question, asked, thing), dated["date"], "when")] * 2
    elif not coming:
        questions.append(Question(_deed("When did <S> {base} {the}?", asked, thing), written(said_on), "when"))
    if dated or not coming:
        questions = [_dated(chance, one, dated["date"] if dated else "", said_on) for one in questions]
    hint = _hint(chance, parts, (when and dated and dated["date"]) or "")
    if hint:
        questions.append(
            Question(f"What did <S> do {hint}?" if not coming else f"What <is S> going to do {hint}?", action, "action")
        )
    return Fact(deed.name, told, tuple(questions), {"thing": thing, **parts}, deed=deed)


_NOUNS: Final[Mapping[str, tuple[str, ...]]] = {
    "motif": ("picture", "subject", "painting"),
    "thing": ("thing", "item", "object"),
    "dish": ("dish", "meal", "recipe"),
    "event": ("event", "gathering", "occasion"),
    "course": ("course", "class", "workshop"),
    "title": ("work", "title", "story"),
    "animal": ("animal", "pet"),
    "country": ("country", "place"),
    "city": ("city", "place", "town"),
    "board": ("game", "activity"),
    "contest": ("competition", "prize", "contest"),
    "sport": ("sport", "activity"),
    "cause": ("cause", "place", "organisation"),
    "plant": ("plants", "plant"),
    "wild": ("animal", "thing"),
    "kin": ("people", "person"),
    "skill": ("skill", "thing"),
    "written": ("text", "piece"),
    "song": ("piece", "music"),
    "occasion": ("occasion", "event"),
    "car": ("vehicle",),
    "hill": ("place",),
    "room": ("place", "room"),
}


def _dated(chance: Random, question: Question, dated: str, said_on: date) -> Question:
    """The question, now and then with the time that it is about: the day, or the month in which it was told."""
    if question.about == "when" or chance.random() < 0.75:
        return question
    when = (
        _on(dated)
        if dated
        else chance.choice((f"in {MONTHS[said_on.month - 1]} {said_on.year}", f"on {written(said_on)}"))
    )
    return replace(question, text=f"{question.text.rstrip('?')} {when}?")


def _deed(template: str, way: Way, thing: str) -> str:
    return template.format(base=way.base, past=way.past, doing=way.doing, the=the(thing))


_PARTS: Final[Mapping[str, Callable[[Random], str]]] = {
    "place": lambda chance: chance.choice(words.PLACES),
    "companion": lambda chance: chance.choice(words.COMPANIONS),
    "reason": lambda chance: chance.choice(words.REASONS),
    "purpose": lambda chance: chance.choice(words.PURPOSES),
    "feeling": lambda chance: chance.choice(words.FEELINGS),
    "quality": lambda chance: chance.choice(words.QUALITIES),
}
_SHARES: Final = {"place": 0.45, "companion": 0.4, "reason": 0.25, "purpose": 0.2, "feeling": 0.3, "quality": 0.3}


def _tell(chance: Random, way: Way, thing: str, parts: Mapping[str, str], when: str, coming: bool) -> tuple[str, str]:
    start = chance.choice(("I'm going to", "We plan to", "I want to", "I'll")) if coming else "I"
    action = f"{way.base if coming else way.past} {thing}"
    first, rest = f"{start} {action}", []
    company, place = parts.get("companion"), parts.get("place")
    if company and chance.random() < 0.3 and not coming:
        first = f"{company[:1].upper()}{company[1:]} and I {action}"
    elif company and chance.random() < 0.7:
        first += f" with {company}"
    elif company:
        rest.append(
            f"{company[:1].upper()}{company[1:]} {chance.choice(('came along', 'joined me', 'was there too'))}."
        )
    if place and chance.random() < 0.75:
        first += f" {place}"
    elif place:
        rest.append(f"It {'will be' if coming else 'was'} {place}.")
    if "purpose" in parts:
        first += f" {parts['purpose']}"
    if "reason" in parts:
        first += f" because {parts['reason']}" if chance.random() < 0.6 else f" since {parts['reason']}"
    if when:
        first = f"{first} {when}" if chance.random() < 0.6 else f"{when[:1].upper()}{when[1:]} {_small(first)}"
    elif not coming and chance.random() < 0.3:
        first = first.replace("I ", chance.choice(("I just ", "I recently ", "I finally ")), 1)
    if "feeling" in parts:
        rest.append(
            chance.choice(("I felt {}.", "It made me feel {}.", "I was {} afterwards.", "It left me {}.")).format(
                parts["feeling"]
            )
        )
    if "quality" in parts:
        rest.append(
            chance.choice(("It was {}!", "It was so {}.", "The whole thing was {}.", "Really {}, I must say.")).format(
                parts["quality"]
            )
        )
    chance.shuffle(rest)
    return " ".join((f"{first}.", *rest)), action


def _small(sentence: str) -> str:
    return sentence if sentence.startswith("I") else sentence[:1].lower() + sentence[1:]


def _hint(chance: Random, parts: Mapping[str, str], dated: str) -> str:
    hints = [
        dated and _on(dated),
        parts.get("place", ""),
        parts.get("companion") and f"with {_theirs(parts['companion'])}",
    ]
    known = [hint for hint in hints if hint]
    return chance.choice(known) if known else ""


def _on(dated: str) -> str:
    on = (dated.startswith("the ") and "week" not in dated) or (dated[0].isdigit() and " " in dated)
    return f"{'on' if on else 'in'} {dated}"


def _theirs(companion: str) -> str:
    return re.sub(r"^my ", "<their> ", companion)


def _ask(chance: Random, deed: Deed, way: Way, thing: str, parts: Mapping[str, str], coming: bool) -> list[Question]:
    known = the(thing)
    if chance.random() < 0.3 and (bare := re.fullmatch(r"the \w+ (\w+)", known)):
        known = f"the {bare[1]}"
    did, ing = ("<is S> going to", way.base) if coming else ("did <S>", way.base)
    hint = _hint(chance, parts, "")
    asked = [Question(f"What {did} {ing}{f' {hint}' if hint and chance.random() < 0.6 else ''}?", thing, "thing")]
    if coming:
        asked.append(Question(f"What <is S> planning to {way.base}?", thing, "thing"))
    else:
        noun = chance.choice(_NOUNS[deed.kind])
        asked.append(
            Question(
                f"{chance.choice(('What', 'Which', 'What kind of', 'What type of'))} {noun} did <S> {way.base}?",
                thing,
                "thing",
            )
        )
    if place := parts.get("place"):
        asked.append(Question(f"Where {did} {ing} {known}?", place, "place"))
    if company := parts.get("companion"):
        asked.append(Question(f"Who {did} {ing} {known} with?", company, "companion"))
        asked.append(Question(f"With whom {did} {ing} {known}?", company, "companion"))
    if reason := parts.get("reason"):
        asked.append(Question(f"Why {did} {ing} {known}?", reason, "reason"))
        asked.append(Question(f"What was the reason for <S> {way.doing} {known}?", reason, "reason"))
    elif purpose := parts.get("purpose"):
        asked.append(Question(f"Why {did} {ing} {known}?", purpose, "reason"))
        asked.append(Question(f"What was the purpose of <S's> {way.doing} {known}?", purpose, "reason"))
    if (feeling := parts.get("feeling")) and not coming:
        asked.append(Question(f"How did <S> feel after {way.doing} {known}?", feeling, "feeling"))
        asked.append(Question(f"How did {way.doing} {known} make <S> feel?", feeling, "feeling"))
    if (quality := parts.get("quality")) and not coming:
        asked.append(Question(f"How did <S> describe {way.doing} {known}?", quality, "quality"))
        asked.append(Question(f"What was {way.doing} {known} like for <S>?", quality, "quality"))
    return asked


TRAINED_FRAMES: Final = tuple(frame for frame in FRAMES if not frame.kept_out)
KEPT_FRAMES: Final = tuple(frame for frame in FRAMES if frame.kept_out)
