"""Grounded answering, invented people and choices: the embedded model with the seed adapter and its check, beside the
same model without either, and beside the nearest note."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np

from twin.benchmarks.corpora import find_stores
from twin.benchmarks.figures import Metric, Sheet
from twin.benchmarks.grounded_cases import Answerable, ChoiceCase, GroundedCase, choice_cases, grounded_cases
from twin.benchmarks.ranking import interval
from twin.benchmarks.report import Report
from twin.cli.render import note
from twin.grounding.answering import answer_from_notes
from twin.grounding.choosing import choose, usual
from twin.grounding.notes import Note, grounded_messages
from twin.grounding.support import abstains, content_words, extract, stem, unsupported
from twin.language.embedder import load_embedder
from twin.language.engine import EmbeddedLanguageModel
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.paths import Home
from twin.ports import Embedder
from twin.settings import load_settings
from twin.training.seed.examples import Example, held_back

_INVENTED = 500
_INVENTED_SEED = 1
_PLAIN_TOKENS = 48
_ARTICLES = frozenset(("a", "an", "the"))
_Case = TypeVar("_Case")
_NOTES = (
    "Notes: the corpus's evidence turns and nine others, by date; relative times are dated in them.",
    "abstain_absent: LoCoMo's questions that nothing answers, with the turn they are meant to be mistaken for;",
    "abstain_absent.withheld: questions whose evidence is not among the notes. plain: the model with the same prompt.",
    "unsupported_rate: of given answers, those with a content word that stands (but for its ending) in no note.",
    "unchecked: what the model says if it may not abstain, whether or not it is given.",
)


def measure_grounded(report: Report, model: EmbeddedLanguageModel, data: Sequence[Path], limit: int | None) -> None:
    """Answers from real talk. Raises ``NotUnderstoodError`` where ``data`` has none."""
    cases = _some(tuple(grounded_cases(find_stores(data))), limit, lambda case: f"{case.corpus} {case.answerable}")
    embedder = _embedder()
    ours, unchecked, plain, nearest = [], [], [], []
    for number, case in enumerate(cases, start=1):
        found = answer_from_notes(model, with_nearness(embedder, case.notes, case.question), case.question)
        ours.append(found.text)
        unchecked.append("" if abstains(found.said) else found.said)
        plain.append(_plainly(model, case))
        near = extract(case.notes, case.question)
        nearest.append(near.text if near else "")
        if number % 50 == 0:
            note(f"{number} of {len(cases)} questions")
    arms = {"": ours, "unchecked": unchecked, "plain": plain, "extractive": nearest}
    for corpus in ("", *dict.fromkeys(case.corpus for case in cases)):
        of_corpus = [place for place, case in enumerate(cases) if case.corpus in (corpus or case.corpus)]
        _figures(report, f".{corpus}" if corpus else "", cases, of_corpus, arms)
    rows = [(c.corpus, str(c.answerable), c.question, c.gold, a, p) for c, a, p in zip(cases, ours, plain, strict=True)]
    report.sheets["grounded"] = Sheet(("corpus", "kind", "question", "gold", "ours", "plain"), tuple(rows))
    report.notes.extend(_NOTES)


def _figures(
    report: Report, suffix: str, cases: Sequence[GroundedCase], places: Sequence[int], arms: dict[str, list[str]]
) -> None:
    answerable = [place for place in places if cases[place].answerable is Answerable.YES]
    scores = {arm: [token_f1(given[p], cases[p].gold) for p in answerable] for arm, given in arms.items()}
    _mean(report, f"grounded_f1{suffix}", scores)
    _mean(report, f"grounded_f1_extractive{suffix}", {"": scores["extractive"]})
    strays = {
        arm: [float(bool(unsupported(given[p], cases[p].notes, cases[p].question))) for p in places if given[p]]
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
        silent = {arm: [float(not arms[arm][p]) for p in of_kind] for arm in ("", "unchecked", "plain")}
        _mean(report, f"abstain_{name}{suffix}", silent)


def measure_invented(report: Report, model: EmbeddedLanguageModel, data: Sequence[Path], limit: int | None) -> None:
    """Answers about invented people never seen, of three one through relations or ways to ask never seen."""
    people = held_back(_INVENTED_SEED, limit or _INVENTED)
    embedder = _embedder()
    noted = [with_nearness(embedder, one.notes, one.question) for one in people]
    given = [answer_from_notes(model, notes, one.question).text for one, notes in zip(people, noted, strict=True)]
    right = [float(_right(one, text)) for one, text in zip(people, given, strict=True)]
    _mean(report, "exact_match_generated", {"": right})
    for kept_out, name in ((True, "kept_out"), (False, "trained_ways")):
        part = [value for one, value in zip(people, right, strict=True) if one.kept_out is kept_out]
        _mean(report, f"exact_match_generated.{name}", {"": part})
    stale = [float(_words(text) == _words(one.stale)) for one, text in zip(people, given, strict=True) if one.stale]
    _mean(report, "superseded_given", {"": stale})


def measure_choices(report: Report, model: EmbeddedLanguageModel, data: Sequence[Path], limit: int | None) -> None:
    """PrefEval's multiple choice, with the right preference as the note, and with another question's."""
    cases = _some(choice_cases(data), limit, lambda case: case.topic)
    if not cases:
        return
    chance = Random(0)  # noqa: S311 - a draw, not secrets
    order = chance.sample(range(len(cases)), len(cases))
    other = {place: order[(at + 1) % len(order)] for at, place in enumerate(order)}
    right: dict[str, list[float]] = {name: [] for name in ("", "odd_one_out", "longest", "model_blind")}
    swapped = []
    for number, case in enumerate(cases):
        places = chance.sample(range(len(case.options)), len(case.options))
        options = [case.options[place] for place in places]
        taken_off = usual(model, case.question, options)

        def by(
            preference: str, case: ChoiceCase = case, options: list[str] = options, off: tuple[float, ...] = taken_off
        ) -> int:
            return choose(model, (Note(preference),), case.question, options, off)

        picks = {
            "": by(case.preference),
            "odd_one_out": _odd_one(options),
            "longest": max(range(len(options)), key=lambda at: len(options[at])),
            "model_blind": max(range(len(options)), key=lambda at: taken_off[at]),
        }
        for name, pick in picks.items():
            right[name].append(float(places[pick] == 0))
        swapped.append(float(places[by(cases[other[number]].preference)] == 0))
    _mean(report, "prefeval_choice", right)
    _mean(report, "prefeval_choice.swapped", {"": swapped, "chance": [0.25]})


def with_nearness(embedder: Embedder, notes: Sequence[Note], question: str) -> tuple[Note, ...]:
    """``notes`` with their cosines with the question, as recall tells them."""
    asked, *vectors = embedder.embed([question, *(note.text for note in notes)])
    return tuple(replace(note, nearness=float(asked @ one)) for note, one in zip(notes, vectors, strict=True))


def _embedder() -> Embedder:
    settings = load_settings(Home.locate())
    weights = WeightsStore(WeightsCache.locate()).resolve(settings.embedder, Role.EMBEDDER)
    return load_embedder(weights.path, name=weights.name, threads=settings.model_threads)


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


def _plainly(model: EmbeddedLanguageModel, case: GroundedCase) -> str:
    said = "".join(
        model.stream(grounded_messages(case.notes, case.question), max_tokens=_PLAIN_TOKENS, temperature=0.0)
    ).strip()
    return "" if abstains(said) else said


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
