"""Grounded answering, invented people and choices: the embedded model with the seed adapter and its check, beside the
same model without either, and beside the nearest note."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

import numpy as np

from twin.benchmarks.corpora import find_stores
from twin.benchmarks.figures import Metric, Sheet
from twin.benchmarks.grounded_cases import Answerable, ChoiceCase, GroundedCase, choice_cases, grounded_cases
from twin.benchmarks.ranking import interval
from twin.benchmarks.report import Report
from twin.benchmarks.side_by_side import Engine, found_for
from twin.grounding.answering import answer_from_notes
from twin.grounding.choosing import choose, usual
from twin.grounding.notes import Note, grounded_messages
from twin.grounding.support import abstains, content_words, extract, stem, unsupported
from twin.ports import Embedder, LanguageModel
from twin.training.seed.examples import Example, held_back

_INVENTED = 500
_INVENTED_SEED = 1
_PLAIN_TOKENS = 48
_PLAIN_OF = 4
"""Of so many questions the plain model is asked one, where all are asked: it costs as much as all else."""
_ARTICLES = frozenset(("a", "an", "the"))
_Case = TypeVar("_Case")
_NOTES = (
    "Notes: the corpus's evidence turns and nine others, by date; relative times are dated in them.",
    "abstain_absent: LoCoMo's questions that nothing answers, with the turn they are meant to be mistaken for;",
    "abstain_absent.withheld: questions whose evidence is not among the notes.",
    "plain: the model with the same prompt; of all questions, it is asked one in four.",
    "unsupported_rate: of given answers, those with a content word that stands (but for its ending) in no note.",
    "unchecked: what the model says if it may not abstain, whether or not it is given.",
)


class _Said(NamedTuple):
    """What was made of a case: our answer, what the model says if it may not abstain, the plain model's, the note that
    is nearest. An abstention is empty, what was not asked is nothing."""

    ours: str
    unchecked: str
    plain: str | None
    nearest: str


def measure_grounded(report: Report, data: Sequence[Path], limit: int | None, workers: int) -> None:
    """Answers from real talk. Raises ``NotUnderstoodError`` where ``data`` has none."""
    cases = _some(tuple(grounded_cases(find_stores(data))), limit, lambda case: f"{case.corpus} {case.answerable}")
    every = 1 if limit else _PLAIN_OF
    said = found_for(_of_case, [(case, place % every == 0) for place, case in enumerate(cases)], workers)
    arms: dict[str, list[str | None]] = {
        "": [one.ours for one in said],
        "unchecked": [one.unchecked for one in said],
        "plain": [one.plain for one in said],
        "extractive": [one.nearest for one in said],
    }
    for corpus in ("", *dict.fromkeys(case.corpus for case in cases)):
        of_corpus = [place for place, case in enumerate(cases) if case.corpus in (corpus or case.corpus)]
        _figures(report, f".{corpus}" if corpus else "", cases, of_corpus, arms)
    rows = [
        (c.corpus, str(c.answerable), c.question, c.gold, one.ours, "(not asked)" if one.plain is None else one.plain)
        for c, one in zip(cases, said, strict=True)
    ]
    report.sheets["grounded"] = Sheet(("corpus", "kind", "question", "gold", "ours", "plain"), tuple(rows))
    report.notes.extend(_NOTES)


def _of_case(engine: Engine, asked: tuple[GroundedCase, bool]) -> _Said:
    """With the plain model's answer, if that is asked too."""
    case, plain = asked
    return _said(engine, case.notes, case.question, plain=plain)


def _of_person(engine: Engine, one: Example) -> _Said:
    return _said(engine, one.notes, one.question)


def _said(engine: Engine, notes: Sequence[Note], question: str, *, plain: bool = True) -> _Said:
    found = answer_from_notes(engine.model, with_nearness(engine.embedder, notes, question), question)
    near = extract(notes, question)
    return _Said(
        found.text,
        "" if abstains(found.said) else found.said,
        _plainly(engine.model, notes, question) if plain else None,
        near.text if near else "",
    )


def _figures(
    report: Report, suffix: str, cases: Sequence[GroundedCase], places: Sequence[int], arms: dict[str, list[str | None]]
) -> None:
    answerable = [place for place in places if cases[place].answerable is Answerable.YES]
    scores = {
        arm: [token_f1(text, cases[p].gold) for p in answerable if (text := given[p]) is not None]
        for arm, given in arms.items()
    }
    _mean(report, f"grounded_f1{suffix}", scores)
    asked = [place for place in answerable if arms["plain"][place] is not None]
    ours = [token_f1(arms[""][place] or "", cases[place].gold) for place in asked]
    _mean(report, f"grounded_f1_beside_plain{suffix}", {"": ours, "plain": scores["plain"]})
    _mean(report, f"grounded_f1_extractive{suffix}", {"": scores["extractive"]})
    strays = {
        arm: [float(bool(unsupported(text, cases[p].notes, cases[p].question))) for p in places if (text := given[p])]
        for arm, given in arms.items()
        if arm != "extractive"
    }
    _mean(report, f"unsupported_rate{suffix}", strays)
    for name, kind in (
        ("absent", Answerable.TRAP),
        ("absent.withheld", Answerable.WITHHELD),
        ("answerable", Answerable.YES),
    ):
        of_kind = [place for place in places if cases[place].answerable is kind]
        silent = {
            arm: [float(not text) for p in of_kind if (text := arms[arm][p]) is not None]
            for arm in ("", "unchecked", "plain")
        }
        _mean(report, f"abstain_{name}{suffix}", silent)


def measure_invented(report: Report, data: Sequence[Path], limit: int | None, workers: int) -> None:
    """Answers about invented people never seen, of three one through relations or ways to ask never seen."""
    people = held_back(_INVENTED_SEED, limit or _INVENTED)
    said = found_for(_of_person, people, workers)
    given = {
        "": [one.ours for one in said],
        "plain": [one.plain or "" for one in said],
        "extractive": [one.nearest for one in said],
    }
    right = {
        arm: [float(_right(one, text)) for one, text in zip(people, texts, strict=True)] for arm, texts in given.items()
    }
    _mean(report, "exact_match_generated", right)
    for kept_out, name in ((True, "kept_out"), (False, "trained_ways")):
        places = [place for place, one in enumerate(people) if one.kept_out is kept_out]
        part = {arm: [values[place] for place in places] for arm, values in right.items()}
        _mean(report, f"exact_match_generated.{name}", part)
    stale = [place for place, one in enumerate(people) if one.stale]
    _mean(
        report,
        "superseded_given",
        {arm: [float(_words(texts[p]) == _words(people[p].stale)) for p in stale] for arm, texts in given.items()},
    )
    texts = zip(people, given[""], strict=True)
    rows = [(one.kind, str(one.kept_out), one.question, one.answer, one.stale, text) for one, text in texts]
    report.sheets["invented"] = Sheet(("kind", "kept_out", "question", "answer", "superseded", "ours"), tuple(rows))


class _Choice(NamedTuple):
    """A choice with its options in the order in which they are put, and another question's preference."""

    case: ChoiceCase
    options: tuple[str, ...]
    aligned: int
    """The place of the option that suits the preference."""
    other: str


class _Picked(NamedTuple):
    """The place that was picked: by the preference, by another's, and by what is taken off."""

    ours: int
    swapped: int
    blind: int


def measure_choices(report: Report, data: Sequence[Path], limit: int | None, workers: int) -> None:
    """PrefEval's multiple choice, with the right preference as the note, and with another question's."""
    choices = _shuffled(_some(choice_cases(data), limit, lambda case: case.topic))
    if not choices:
        return
    picked = found_for(_pick, choices, workers)
    picks = {
        "": [one.ours for one in picked],
        "odd_one_out": [_odd_one(choice.options) for choice in choices],
        "longest": [_longest(choice.options) for choice in choices],
        "model_blind": [one.blind for one in picked],
        "swapped": [one.swapped for one in picked],
    }
    right = {
        arm: [float(place == choice.aligned) for place, choice in zip(places, choices, strict=True)]
        for arm, places in picks.items()
    }
    swapped = right.pop("swapped")
    _mean(report, "prefeval_choice", right)
    _mean(report, "prefeval_choice.swapped", {"": swapped, "chance": [0.25]})


def _shuffled(cases: Sequence[ChoiceCase]) -> tuple[_Choice, ...]:
    chance = Random(0)  # noqa: S311 - a draw, not secrets
    order = chance.sample(range(len(cases)), len(cases))
    other = {place: order[(at + 1) % len(order)] for at, place in enumerate(order)}
    choices = []
    for number, case in enumerate(cases):
        places = chance.sample(range(len(case.options)), len(case.options))
        options = tuple(case.options[place] for place in places)
        choices.append(_Choice(case, options, places.index(0), cases[other[number]].preference))
    return tuple(choices)


def _pick(engine: Engine, choice: _Choice) -> _Picked:
    model, question, options = engine.model, choice.case.question, choice.options
    taken_off = usual(model, question, options)
    return _Picked(
        choose(model, (Note(choice.case.preference),), question, options, taken_off),
        choose(model, (Note(choice.other),), question, options, taken_off),
        max(range(len(options)), key=lambda at: taken_off[at]),
    )


def with_nearness(embedder: Embedder, notes: Sequence[Note], question: str) -> tuple[Note, ...]:
    """``notes`` with their cosines with the question, as recall tells them."""
    asked, *vectors = embedder.embed([question, *(note.text for note in notes)])
    return tuple(replace(note, nearness=float(asked @ one)) for note, one in zip(notes, vectors, strict=True))


def token_f1(answer: str, gold: str) -> float:
    """The harmonic mean of precision and recall over words, but for articles and marks (SQuAD, arXiv 1606.05250)."""
    given, wanted = _words(answer), _words(gold)
    shared = sum((Counter(given) & Counter(wanted)).values())
    return 2 * shared / (len(given) + len(wanted)) if shared else 0.0


def _right(one: Example, text: str) -> bool:
    return not text if one.kind == "absent" else _words(text) == _words(one.answer)


def _words(text: str) -> list[str]:
    kept = (" " if mark in "-/" else "" if mark in string.punctuation + "“”’" else mark for mark in text.lower())
    return [word for word in "".join(kept).split() if word not in _ARTICLES]


def _plainly(model: LanguageModel, notes: Sequence[Note], question: str) -> str:
    messages = grounded_messages(notes, question)
    said = "".join(model.stream(messages, max_tokens=_PLAIN_TOKENS, temperature=0.0)).strip()
    return "" if abstains(said) else said


def _longest(options: Sequence[str]) -> int:
    return max(range(len(options)), key=lambda place: len(options[place]))


def _odd_one(options: Sequence[str]) -> int:
    """The option that shares the fewest words with the others."""
    stems = [{stem(word) for word in content_words(option)} for option in options]
    shared = [sum(len(one & other) / (len(one | other) or 1) for other in stems if other is not one) for one in stems]
    return min(range(len(options)), key=lambda place: shared[place])


def _some(cases: Sequence[_Case], limit: int | None, kind: Callable[[_Case], str]) -> tuple[_Case, ...]:
    """At most ``limit`` of each kind, drawn by a fixed seed."""
    if limit is None:
        return tuple(cases)
    drawn = Random(0).sample(cases, len(cases))  # noqa: S311 - a draw, not secrets
    taken: Counter[str] = Counter()
    kept = []
    for case in drawn:
        taken[kind(case)] += 1
        if taken[kind(case)] <= limit:
            kept.append(case)
    return tuple(kept)


def _mean(report: Report, name: str, arms: dict[str, list[float]]) -> None:
    values = np.array(arms[""])
    if len(values):
        beside = {arm: float(np.mean(others)) for arm, others in arms.items() if arm and others}
        report.metrics[name] = Metric(float(values.mean()), interval(values), beside)
