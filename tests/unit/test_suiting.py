"""The tables of wishes and suggestions: well-formed, without repetition, and drawn so that neither side tells alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import chain
from pathlib import Path
from random import Random

from twin.training.seed.suiting import AREAS, about_a_kind, domains, lessons


def test_every_kind_has_wishes_for_and_against_and_suggestions_of_both_sorts() -> None:
    assert len(domains()) == 12 * len(AREAS)
    for domain in domains():
        assert len(domain.questions) >= 8, domain.name
        for kind in domain.kinds:
            counts = [len(kind.wishes), len(kind.aversions), len(kind.like), len(kind.unlike)]
            assert counts >= [4, 5, 8, 3], (domain.name, kind.name)


def test_nothing_stands_there_twice() -> None:
    kinds = [kind for domain in domains() for kind in domain.kinds]
    written = chain.from_iterable((*kind.wishes, *kind.aversions, *kind.like, *kind.unlike) for kind in kinds)
    assert [text for text, times in Counter(map(str.casefold, written)).items() if times > 1] == []


def test_the_same_seed_draws_the_same_lessons() -> None:
    assert lessons(Random(3), domains(), 4) == lessons(Random(3), domains(), 4)
    assert lessons(Random(3), domains(), 4) != lessons(Random(4), domains(), 4)


def test_neither_a_wish_nor_a_suggestion_tells_alone() -> None:
    chance = Random(1)
    for _ in range(200):
        first = about_a_kind(chance, domains())[:4]
        for part in ("wish", "suggestion"):
            answers: dict[str, set[bool]] = {}
            for one in first:
                answers.setdefault(getattr(one, part), set()).add(one.suits)
            assert list(answers.values()) == [{True, False}, {True, False}]


def test_nothing_that_choices_are_measured_by_stands_in_the_tables(eval_folder: Path) -> None:
    """No eight words in a row."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9']+", text.casefold())
        return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}

    measured = set()
    for path in (eval_folder / "memory" / "prefeval" / "mcq_options").glob("*.json"):
        for case in json.loads(path.read_text()):
            for text in (case["preference"], case["question"], *case["classification_task_options"]):
                measured |= runs(text)
    assert measured
    for domain in domains():
        for kind in domain.kinds:
            for text in (*kind.wishes, *kind.aversions, *kind.like, *kind.unlike, *domain.questions):
                assert not runs(text) & measured, text
