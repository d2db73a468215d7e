"""What grounded answering is measured on: questions with the notes that are given for them.

From LoCoMo and REALTALK: the turns that the corpus names as evidence, among nine others of the same conversation. What
is absent comes in two forms: LoCoMo's own questions that nothing answers, with the turn that they were made to be
mistaken for among the notes; and questions whose evidence is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

import msgspec

from twin.benchmarks.corpora import Purpose, Said, Store
from twin.errors import NotUnderstoodError
from twin.grounding.notes import Note

_DISTRACTORS = 9
_MOST_EVIDENCE = 6
"""A question that draws on more turns is about the whole conversation, and its notes would not fit."""


class Answerable(StrEnum):
    YES = "answerable"
    TRAP = "trap"
    """Asked of one what only the other told."""
    WITHHELD = "withheld"
    """The turns that answer it are not among the notes."""


@dataclass(frozen=True, slots=True)
class GroundedCase:
    corpus: str
    question: str
    gold: str
    notes: tuple[Note, ...]
    answerable: Answerable


@dataclass(frozen=True, slots=True)
class ChoiceCase:
    """``options``: the first suits the preference."""

    topic: str
    preference: str
    question: str
    options: tuple[str, ...]


def grounded_cases(stores: Sequence[Store], seed: int = 0) -> Iterator[GroundedCase]:
    for store in stores:
        if store.corpus not in ("locomo", "realtalk"):
            continue
        chance = Random(f"{seed} {store.corpus} {store.name}")  # noqa: S311 - a draw of distractors, not secrets
        said = {one.key: one for one in store.said}
        for asked in store.asked:
            evidence = [said[key] for key in sorted(asked.evidence)]
            if not 0 < len(evidence) <= _MOST_EVIDENCE:
                continue
            others = [one for one in store.said if one.key not in asked.evidence and len(one.text) > 1]
            distractors = chance.sample(others, min(_DISTRACTORS, len(others)))
            trap = asked.purpose is Purpose.ABSENT
            if not trap and not asked.answer:
                continue
            yield GroundedCase(
                store.corpus,
                asked.text,
                "" if trap else asked.answer,
                _notes([*evidence, *distractors], store.said),
                Answerable.TRAP if trap else Answerable.YES,
            )
            if not trap and chance.random() < 0.25:
                yield GroundedCase(store.corpus, asked.text, "", _notes(distractors, store.said), Answerable.WITHHELD)


def _notes(chosen: Sequence[Said], said: Sequence[Said]) -> tuple[Note, ...]:
    places = {one.key: place for place, one in enumerate(said)}
    return tuple(
        Note(one.text, one.when.date() if one.when else None, one.name)
        for one in sorted(chosen, key=lambda one: places[one.key])
    )


def choice_cases(data: Sequence[Path]) -> tuple[ChoiceCase, ...]:
    """PrefEval's multiple choice: ``mcq_options/TOPIC.json`` (arXiv 2502.09597). Raises ``NotUnderstoodError``."""
    found = []
    for named in data:
        for path in sorted(named.rglob("mcq_options/*.json")) if named.is_dir() else ():
            try:
                for entry in msgspec.json.decode(path.read_bytes()):
                    options = tuple(entry["classification_task_options"])
                    found.append(ChoiceCase(path.stem, entry["preference"], entry["question"], options))
            except (OSError, KeyError, TypeError, msgspec.MsgspecError) as error:
                raise NotUnderstoodError(
                    f"{path} is not laid out as PrefEval's choices are ({error}).", hint="Leave it out of --data."
                ) from error
    return tuple(found)
