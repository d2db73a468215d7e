"""Two banks of everyday questions, against which questions and memories are measured by their vectors.

*Is advice asked for, or something that was said?* The bank that a question is nearer to says it. *Is a memory near to
every question?* Some texts are close to whatever is asked (hubness, https://jmlr.org/papers/v11/radovanovic10a.html);
what a memory has in common with the bank's questions of its area says nothing about the question at hand, and is taken
off. The questions are made of everyday areas and ways of asking; nobody's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.paths import atomic_write
from twin.ports import Embedder

Floats = NDArray[np.float32]

_AREAS = """
restaurants; cafes; recipes; dinner ideas; breakfast ideas; snacks; desserts; drinks; wines; cocktails; coffee; tea;
street food; local dishes to try; meal plans; diets; groceries; kitchen gadgets;
hotels; places to stay; vacation rentals; flights; airlines; ways to get around the city; road trips; train journeys;
cruises; weekend getaways; holiday destinations; beaches; national parks; hikes; museums; tours; things to do with kids;
nightlife; festivals; souvenirs; luggage; travel itineraries;
movies; TV series; documentaries; anime; podcasts; books; novels; audiobooks; magazines; poems; music; albums; concerts;
playlists; musical instruments; video games; mobile games; board games; puzzles; toys; comedy shows; plays;
sports to watch; sports teams; sports equipment; outdoor activities; hobbies; crafts; art exhibitions; photography tips;
dance classes;
workouts; gyms; fitness classes; running plans; yoga routines; stretching exercises; strength training programs;
weight loss tips; sleep habits; stress relief; meditation apps; vitamins; supplements; remedies for a cold; therapists;
doctors; skincare products; makeup; perfumes; haircuts; hair products; nail polish; spas;
clothes; shoes; jackets; dresses; suits; jewelry; watches; handbags; sunglasses; winter coats; outfits for a wedding;
brands; gifts; furniture; sofas; mattresses; curtains; wall colors; lamps; rugs; plants for the garden;
cleaning products; home decor; storage ideas; kitchen appliances; smart home devices; security systems; apartments;
neighborhoods; renovation ideas; tools;
laptops; phones; tablets; headphones; cameras; televisions; printers; operating systems; apps; websites; software;
programming languages; online courses; data backup; social networks; cars; family cars; trucks; motorcycles; bicycles;
car accessories; tires; commuting options; insurance; banks; credit cards; investments; budgeting tips; savings plans;
side jobs; charities;
jobs; careers; offices; coworking spaces; remote work tips; team activities; meeting formats; project management tools;
managers; resumes; interview tips; conferences; networking events; study methods; universities; tutors; textbooks;
learning resources; languages to learn; note taking methods; exam preparation; workshops; science topics;
history lessons; math practice;
pets; dog breeds; cats; pet food; pet toys; dog training; vets; fish tanks; birds; reptiles; boarding for pets;
parenting tips; schools; birthday party ideas; wedding venues; dating ideas; date nights; family activities; neighbors;
volunteering; religion; politics; news sources; weather; clothing for rain; emergency kits; camping gear
"""
_ADVICE = (
    "Can you recommend some {} for me?",
    "What are some good {}?",
    "I'm looking for {}. What would you suggest?",
    "What are the best {} I should consider?",
    "How do I choose {}?",
    "I've been thinking about {} lately. What would work for me?",
    "Planning ahead: which {} should I try first?",
    "Where can I find {} near me?",
    "I have a free weekend coming up. Any {} to try?",
    "Could you help me plan {}?",
    "What's a good way to start with {}?",
    "My budget is tight. Which {} make sense?",
    "I want something new this time. What {} do you suggest?",
)
_RECALL = (
    "When did Anna get into {}?",
    "What did I say about {}?",
    "How many {} do I have?",
    "What {} does Tom like?",
    "Which {} did we talk about last month?",
    "Why did Maria choose those {}?",
    "Where did Sam go for {}?",
    "How did my plans for {} change over time?",
    "What is my budget for {}?",
    "When is my next appointment about {}?",
    "How much time did I spend on {}?",
    "Where did I put the {}?",
    "Which {} do I like?",
    "Who told me about the {}?",
)

_FORMS_AN_AREA = 3
"""Ways of asking of each area, in turn: all of them would take seconds to embed, and measure no better."""

_HUB_NEIGHBOURS: Final = 16
"""Of the bank's questions of advice: some five everyday areas' worth."""
_GATE_NEIGHBOURS: Final = 10
_GATE_MIDDLE, _GATE_WIDTH = 0.03, 0.03
"""Cosine. On clear cases the two banks are .1 to .4 apart."""


def questions() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bank of questions for advice, and that of questions for what was said."""
    areas = [area.strip() for area in " ".join(_AREAS.split()).split(";")]
    return _asked(_ADVICE, areas), _asked(_RECALL, areas)


def _asked(forms: Sequence[str], areas: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        forms[(place * _FORMS_AN_AREA + way) % len(forms)].format(area)
        for place, area in enumerate(areas)
        for way in range(_FORMS_AN_AREA)
    )


@dataclass(frozen=True, slots=True)
class Banks:
    """The vectors of the questions, one a row, each of length 1."""

    advice: Floats
    recall: Floats

    def advising(self, vector: Floats) -> float:
        """How much a question asks for advice (1) rather than for what was said (0)."""
        advice, recall = (_nearest(bank @ vector, _GATE_NEIGHBOURS) for bank in (self.advice, self.recall))
        return float(1 / (1 + np.exp(-(advice - recall - _GATE_MIDDLE) / _GATE_WIDTH)))

    def hubness(self, vectors: Floats) -> Floats:
        """How close each of ``vectors`` is to questions in general: shape ``(len(vectors),)``."""
        return _nearest(vectors @ self.advice.T, _HUB_NEIGHBOURS)


def make_banks(embedder: Embedder, *, folder: Path | None = None) -> Banks:
    """Embed the banks (about a second), or read the vectors from ``folder``, where they are kept once made."""
    advice, recall = questions()
    every = [*advice, *recall]
    name = hashlib.sha256("\n".join([embedder.model, *every]).encode()).hexdigest()[:16]
    kept = folder / f"questions-{name}.npy" if folder is not None else None
    vectors = _read(kept, (len(every), embedder.dimensions)) if kept is not None else None
    if vectors is None:
        vectors = embedder.embed(every)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(kept) as file:
                np.save(file, vectors)
    return Banks(vectors[: len(advice)], vectors[len(advice) :])


def _read(path: Path, shape: tuple[int, int]) -> Floats | None:
    try:
        vectors: Floats = np.load(path, allow_pickle=False)
    except (OSError, ValueError):  # not there yet, or damaged: it is made again
        return None
    return vectors if vectors.shape == shape else None


def _nearest(cosines: Floats, count: int) -> Floats:
    """The mean of the ``count`` greatest along the last axis."""
    count = min(count, cosines.shape[-1])
    best: Floats = np.partition(cosines, -count, axis=-1)[..., -count:].mean(axis=-1)
    return best
