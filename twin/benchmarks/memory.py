"""``twin bench memory``: whether recall finds, updates and abstains, beside plain retrieval; and what it costs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

from twin.benchmarks.baselines import rank_plainly
from twin.benchmarks.corpora import Purpose, Store, find_stores
from twin.benchmarks.growth import growing_homes
from twin.benchmarks.report import Report
from twin.benchmarks.scoring import TWIN, Answered, categories, score
from twin.benchmarks.stores import CachingEmbedder, real_embedder, recall_all
from twin.cli.render import note
from twin.errors import NotUnderstoodError
from twin.paths import Home
from twin.ports import Embedder
from twin.settings import load_settings

_NOTES = (
    "Each conversation, each topic of PrefEval and the pool of its topics (prefeval_all) is a memory of its own.",
    "Each is a real home, filled by import and capture and asked through recall; the same settings for all.",
    "dense, bm25 (Porter stems, no stop words) and rrf (k = 60) search '[date] speaker: text', dense_bare the text.",
    "All use the twin's own embedder. Margins are over the best of these four on that corpus.",
    "Intervals are 95%, by bootstrap over questions, 2,000 draws; those of margins are paired.",
    "Abstention: questions that nothing answers, against those whose evidence the corpus names.",
)


def run(data: Sequence[Path], memories: int) -> Report:
    """Measure recall on the corpora in ``data`` (none: not at all), and its cost up to ``memories`` (0: not at all).

    Raises ``NotUnderstoodError`` when there is nothing to measure on.
    """
    if not data and not memories:
        raise NotUnderstoodError("There is nothing to measure.", hint="Name a folder with --data, or set --memories.")
    stores = find_stores(data) if data else ()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="twin-bench-")))
        home = Home(folder / "home").create()
        settings = load_settings(home)
        report = Report("memory", settings=settings.model_dump(mode="json"))
        growth = stack.enter_context(growing_homes(folder, memories)) if memories else None
        if stores:
            _measure_recall(report, stores, CachingEmbedder(real_embedder(settings)), folder)
        if growth:
            growth.measure(report)
    return report


def _measure_recall(report: Report, stores: Sequence[Store], embedder: Embedder, folder: Path) -> None:
    answered: list[Answered] = []
    for number, store in enumerate(stores):
        began = time.perf_counter()
        answered.extend(_ask(store, embedder, Home(folder / f"store-{number}")))
        note(
            f"{number + 1} of {len(stores)}: {store.corpus} {store.name}, {len(store.said)} said, "
            f"{len(store.asked)} asked, {time.perf_counter() - began:.0f} s"
        )
    for corpus, members in groupby(answered, key=lambda one: one.corpus):
        of_corpus = list(members)
        report.metrics.update(score(of_corpus))
        report.notes.append(_counts(corpus, of_corpus, stores))
    report.sheets["categories"] = categories(answered)
    report.notes.extend(_NOTES)


def _ask(store: Store, embedder: Embedder, home: Home) -> list[Answered]:
    asked = [one for one in store.asked if one.evidence or one.purpose is Purpose.ABSENT]
    questions = [one.text for one in asked]
    ours = recall_all(store.said, questions, embedder, home)
    plain = rank_plainly(store.said, questions, embedder)
    return [
        Answered(store.corpus, one, {TWIN: mine, **others})
        for one, mine, others in zip(asked, ours, plain, strict=True)
    ]


def _counts(corpus: str, answered: Sequence[Answered], stores: Sequence[Store]) -> str:
    memories = [store for store in stores if store.corpus == corpus]
    purposes = [one.asked.purpose for one in answered]
    counts = ", ".join(f"{purposes.count(purpose)} {purpose}" for purpose in Purpose if purpose in purposes)
    return (
        f"{corpus}: {len(memories)} memories, {sum(len(store.said) for store in memories)} said; questions: {counts}."
    )
