"""Questions with notes and their answers: what the seed adapter learns from, and what it is measured on.

Each is a scene of its own: a person who keeps notes and asks about themselves, or two people who chat and a question
about one of them. Beside what answers it stand other facts of theirs, the other one's, and talk that tells nothing. Of
some the answer is missing: nobody told it, only the other one did, or of another thing; then the answer is that the
notes do not tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from twin.grounding.notes import ABSTENTION, Note
from twin.training.seed import words
from twin.training.seed.asking import Asked
from twin.training.seed.deeds import DEEDS, Deed
from twin.training.seed.facts import (
    KEPT_FRAMES,
    TRAINED_FRAMES,
    Fact,
    Question,
    an_object,
    deed_fact,
    frame_fact,
    the,
)
from twin.training.seed.frames import FRAMES, Frame
from twin.training.seed.talk import around, carelessly, small_talk

_KINDS: Final = {"plain": 0.60, "changed": 0.13, "past": 0.02, "list": 0.09, "whether": 0.04, "absent": 0.12}
_ALIKE: Final = (
    {
        "hobby",
        "calm",
        "praise",
        "opinion",
        "studio",
        "sport",
        "train",
        "learn",
        "volunteering",
        "help",
        "course",
        "start-course",
        "instrument",
        "choir",
        "collects",
        "finish-course",
        "donate",
        "advice",
        "overcame",
        "lunch-partner",
    },
    {"dream", "hope"},
    {"favourite-dish", "dislikes-food", "allergy", "bake", "cook", "try-dish", "breakfast"},
    {"gift", "receive", "buy", "adopt", "make", "repair", "design", "find", "symbol", "break", "lose", "sell", "win"},
    {"home", "origin", "visited", "visit-city", "visit-country", "honeymoon", "wedding"},
    {"job", "employer", "studies", "first-job"},
    {"read", "watch", "favourite-book", "genre", "recommend", "boat"},
    {"attend", "organise", "miss", "memory", "celebrate"},
    {"sibling-name", "kin-job", "kin-home", "kin-studies"},
    {"trouble", "overcame"},
    {"music", "choir"},
    {"pet-name", "adopt", "see-animal"},
    {"meet", "lunch-partner"},
    {"car", "rent", "buy"},
    {"write", "perform"},
    {"favourite-colour", "bedroom-colour"},
    {"visit-city", "attend", "train", "visit-country", "play", "climb", "miss"},
    {"learn", "finish-course", "start-course"},
)
"""Relations that a question may mix up; of one person, only one of them stands in the notes."""
_LISTED: Final = (
    "buy",
    "make",
    "cook",
    "attend",
    "read",
    "visit-country",
    "play",
    "plant",
    "paint",
    "try-dish",
    "see-animal",
)
_ASIDES: Final = (
    " recently",
    ", according to {}",
    " as {} says",
    ", as {} told",
    " lately",
    ", as mentioned by {}",
    " these days",
)
_TOLD_BEFORE: Final = ("{} I mean before it changed.", "Before the change: {}", "{} I mean formerly.")


@dataclass(frozen=True, slots=True)
class Example:
    """``answer`` is that the notes do not tell where ``kind`` is absent; ``stale`` is a value that holds no longer."""

    notes: tuple[Note, ...]
    question: str
    answer: str
    kind: str
    kept_out: bool = False
    stale: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    fact: Fact | None
    note: Note


class Scene:
    """One scene, made by ``chance`` alone. ``kept``: asked through relations or in ways that training never sees."""

    def __init__(self, chance: Random, *, kept: bool = False) -> None:
        self._chance = chance
        self._kept = kept
        self._own = chance.random() < 0.42
        she = chance.random() < 0.5
        name, other = chance.sample(words.WOMEN if she else words.MEN, 2)
        self._name = "me" if self._own else name
        self._other = other if chance.random() < 0.7 else chance.choice(words.WOMEN + words.MEN)
        if self._other == name:
            self._other = other
        self._asked = Asked("" if self._own else name, "her" if she else "his")
        self._talkative = chance.choice((0.0, 0.15, 0.4)) if self._own else chance.choice((0.1, 0.4, 0.65, 0.75))
        start = date(2019, 1, 1) + timedelta(days=chance.randrange(2600))
        count = 10 if chance.random() < 0.55 else chance.randint(1, 12)
        close = chance.choice((2, 10, 40))
        self._days = sorted(start + timedelta(days=chance.randrange(close * count + 1)) for _ in range(count))
        self._notes: list[Note] = []

    def example(self, kind: str = "") -> Example:
        kinds = dict(_KINDS)
        kind = kind or self._chance.choices(list(kinds), list(kinds.values()))[0]
        made = {
            "plain": self._plain,
            "changed": self._changed,
            "past": self._changed,
            "list": self._list,
            "whether": self._whether,
            "absent": self._absent,
        }[kind](kind)
        notes = sorted(self._notes, key=lambda note: note.said_on or date.min)
        question, answer, stale, kept = made
        return Example(tuple(notes), self._ask(question), answer, kind, kept, stale)

    # --- kinds ----------------------------------------------------------------------------------------------------

    def _plain(self, kind: str) -> tuple[str, str, str, bool]:
        day = self._chance.choice(self._days)
        fact, question = self._target(day)
        self._tell(fact, day)
        hard = self._like(fact, question, day)
        self._fill(fact, hard)
        return question.text, question.answer, "", question.kept_out

    def _changed(self, kind: str) -> tuple[str, str, str, bool]:
        frames = [frame for frame in (FRAMES if self._kept else TRAINED_FRAMES) if frame.changes]
        while True:
            frame = self._chance.choice(frames)
            new = frame_fact(self._chance, frame, {}, kept=self._kept)
            slots = [
                q.about for q in new.questions if "+" not in q.about and q.about not in ("duration", "often", "reason")
            ]
            if not slots:
                continue
            slot = slots[0]
            given = {key: value for key, value in new.values.items() if key != slot}
            old = frame_fact(self._chance, frame, given, kept=self._kept)
            if old.values[slot] == new.values[slot] or not any(q.about == slot for q in old.questions):
                continue
            break
        if len(self._days) < 2:
            self._days = [*self._days, self._days[-1] + timedelta(days=self._chance.randint(20, 700))]
        first, second = sorted(self._chance.sample(self._days, 2))
        if first == second:
            second += timedelta(days=self._chance.randint(20, 400))
        self._tell(old, first, until=second if self._chance.random() < 0.5 else None)
        self._tell(new, second)
        self._fill(new, [])
        question = self._chance.choice([q for q in new.questions if q.about == slot])
        if kind == "past":
            return self._chance.choice(_TOLD_BEFORE).format(question.text), old.values[slot], "", question.kept_out
        return question.text, new.values[slot], old.values[slot], question.kept_out

    def _list(self, kind: str) -> tuple[str, str, str, bool]:
        deed = self._chance.choice([deed for deed in DEEDS if deed.name in _LISTED])
        things: list[str] = []
        while len(things) < self._chance.choice((2, 2, 3)):
            thing = an_object(self._chance, deed)
            if thing not in things:
                things.append(thing)
        days = sorted(self._chance.choice(self._days) for _ in things)
        for thing, day in zip(things, days, strict=True):
            fact = self._past_deed(day, deed, thing)
            self._tell(fact, day)
        self._fill(fact, [])
        base = self._chance.choice(deed.ways).base
        form = self._chance.choice(
            ("What did <S> {}?", "What things did <S> {}?", "What all did <S> {}?", "Which things did <S> {}?")
        )
        return form.format(base), ", ".join(things), "", False

    def _past_deed(self, day: date, deed: Deed, thing: str) -> Fact:
        while True:
            fact = deed_fact(self._chance, day, deed=deed, thing=thing)
            if not any("going to" in q.text for q in fact.questions):
                return fact

    def _whether(self, kind: str) -> tuple[str, str, str, bool]:
        name, slot, ask, answers = self._chance.choice(_WHETHER)
        frame = next(frame for frame in FRAMES if frame.name == name)
        day = self._chance.choice(self._days)
        fact = frame_fact(self._chance, frame, {})
        while not any(q.about == slot for q in fact.questions):
            fact = frame_fact(self._chance, frame, {})
        value, yes = fact.values[slot], answers
        if self._chance.random() < 0.4 and name in ("home", "job", "employer"):
            other = frame_fact(self._chance, frame, {}).values[slot]
            value, yes = (other, "No") if other != value else (value, yes)
        self._tell(fact, day)
        self._fill(fact, [])
        return ask.format(value), yes, "", False

    def _absent(self, kind: str) -> tuple[str, str, str, bool]:
        day = self._chance.choice(self._days)
        fact, question = self._target(day)
        hard: list[Fact] = []
        draw = self._chance.random()
        if draw < 0.6 and len(self._days) > 1:  # only the other one told it, or of another thing
            if not self._own and draw < 0.4:
                self._tell(fact, day, name=self._other)
            else:
                hard = self._like(fact, question, day)
        elif draw < 0.8 and fact.deed is not None and (missing := self._missing(fact, day)) is not None:
            question = missing
            self._tell(fact, day)
        self._fill(fact, hard)
        return question.text, ABSTENTION, "", question.kept_out

    # --- parts ----------------------------------------------------------------------------------------------------

    def _target(self, day: date) -> tuple[Fact, Question]:
        while True:
            if self._kept:
                frames = KEPT_FRAMES if self._chance.random() < 0.5 else TRAINED_FRAMES
                fact = frame_fact(self._chance, self._chance.choice(frames), {}, kept=True)
            elif self._chance.random() < 0.5:
                fact = frame_fact(self._chance, self._chance.choice(TRAINED_FRAMES), {})
            else:
                fact = deed_fact(self._chance, day)
            if fact.questions:
                return fact, self._chance.choice(fact.questions)

    def _missing(self, fact: Fact, day: date) -> Question | None:
        """A question about a part of the deed that was not told."""
        assert fact.deed is not None
        known = {q.about for q in fact.questions}
        for _ in range(8):
            again = deed_fact(self._chance, day, deed=fact.deed, thing=fact.values["thing"])
            asked = [q for q in again.questions if q.about in ("place", "companion", "reason") and q.about not in known]
            if asked and the(fact.values["thing"]) in asked[0].text:
                return asked[0]
        return None

    def _like(self, fact: Fact, question: Question, day: date) -> list[Fact]:
        """What resembles ``fact`` and does not answer the question: the same deed to another thing."""
        if fact.deed is None or question.about in ("thing", "action") or self._chance.random() < 0.5:
            return []
        while True:
            thing = an_object(self._chance, fact.deed)
            if not {*thing.split()} & ({*fact.values["thing"].split()} - {"a", "an", "the", "my", "of"}):
                return [deed_fact(self._chance, day, deed=fact.deed, thing=thing)]

    def _fill(self, about: Fact, hard: list[Fact]) -> None:
        """Tell what else there is, until there are as many notes as days."""
        taken = {about.kind}
        facts = list(hard)
        while len(self._notes) < len(self._days):
            day = self._chance.choice(self._days)
            if facts:
                self._tell(facts.pop(), day)
                continue
            draw = self._chance.random()
            if draw < (0.12 if self._own else 0.3):
                speaker = self._name if self._chance.random() < 0.5 else self._other
                self._add(
                    small_talk(self._chance, self._other if speaker == self._name else self._asked.name or "friend"),
                    day,
                    speaker,
                )
                continue
            theirs = draw < (0.22 if self._own else 0.6)
            fact = self._any_fact(day)
            if theirs:
                same = about.frame is not None and self._chance.random() < 0.25
                fact = frame_fact(self._chance, about.frame, {}) if same and about.frame else fact
                self._tell(fact, day, name=self._other)
            elif fact.kind not in taken and not any({fact.kind, about.kind} <= alike for alike in _ALIKE):
                if fact.frame is not None:
                    taken.add(fact.kind)
                self._tell(fact, day)

    def _any_fact(self, day: date) -> Fact:
        if self._chance.random() < 0.5:
            frames: tuple[Frame, ...] = FRAMES if self._kept else TRAINED_FRAMES
            return frame_fact(self._chance, self._chance.choice(frames), {})
        return deed_fact(self._chance, day)

    def _tell(self, fact: Fact, day: date, *, name: str = "", until: date | None = None) -> None:
        speaker = name or self._name
        you = self._other if speaker == self._name else self._asked.name or "you"
        self._add(around(self._chance, fact.told, you, self._talkative), day, speaker, until)

    def _add(self, text: str, day: date, speaker: str, until: date | None = None) -> None:
        if self._chance.random() < 0.08:
            text = carelessly(self._chance, text)
        self._notes.append(Note(text, day, speaker, until))

    def _ask(self, question: str) -> str:
        asked = self._asked.about(question)
        if self._asked.name and self._chance.random() < 0.08:
            asked = f"{asked.rstrip('?')}{self._chance.choice(_ASIDES).format(self._asked.name)}?"
        draw = self._chance.random()
        if draw < 0.06:
            return asked.rstrip("?")
        return asked[:1].lower() + asked[1:] if draw < 0.12 else asked


_WHETHER: Final = (
    ("home", "city", "<does S> live in {}?", "Yes"),
    ("job", "job", "<is S> a {}?", "Yes"),
    ("employer", "employer", "<does S> work for {}?", "Yes"),
    ("hobby", "hobby", "<does S> like {}?", "Yes"),
    ("favourite-dish", "dish", "<does S> like {}?", "Yes"),
    ("dislikes-food", "food", "<does S> like {}?", "No"),
    ("allergy", "food", "Can <S> eat {}?", "No"),
    ("music", "music", "<does S> enjoy {}?", "Yes"),
)


def example(chance: Random) -> Example:
    """One to learn from."""
    return Scene(chance).example()


def held_back(seed: int, count: int) -> tuple[Example, ...]:
    """Examples to measure on: of three, one through relations or ways to ask that training never sees."""
    chance = Random(f"held back {seed}")  # noqa: S311 - invented people, not secrets
    return tuple(Scene(chance, kept=number % 3 == 2).example() for number in range(count))
