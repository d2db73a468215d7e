"""Fits the weights of ``memory/fusion.py`` on the first invented person and scores them on both.

Run by hand (``python -m tests.benchmarks.fit_recall``) when the signals change; prints weights to be rounded into
``memory/fusion.py``. Needs the embedding weights; fetches nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memory.extract import extract
from memory.fusion import Signals, observed
from memory.ledger import SqliteLedger
from memory.passages import Passages
from memory.questions import understand
from memory.recall import HybridRecall
from tests.people import IDRIS, NORA, InventedPerson
from twin.domain import Memory, Speaker
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.ports import Embedder, NewMemory

_RIDGE = 0.3
_WEIGHT_OF_ANSWERS = 2.0
_UNUSED = {
    # With a cosine, these two come out with the wrong sign: it has said as much already.
    "full": ("no liking", "other subject"),
    "lexical": ("cosine", "margin"),
}


class _Today:
    def now(self) -> datetime:
        return datetime(2026, 3, 4, tzinfo=UTC)


class _Exact:
    """A vector profile without an index."""

    def __init__(self, ledger: SqliteLedger, embedder: Embedder) -> None:
        passages = Passages(ledger.database)
        texts = passages.texts(passages.marks())
        self._row = {known: row for row, known in enumerate(texts)}
        self._vectors = embedder.embed(list(texts.values()))

    def nearest(self, vector: Sequence[float], *, limit: int) -> dict[str, float]:
        cosines = self.similarities(vector, list(self._row))
        return dict(sorted(cosines.items(), key=lambda item: -item[1])[:limit])

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        cosines = self._vectors @ np.asarray(vector)
        return {known: float(cosines[self._row[known]]) for known in ids if known in self._row}


@dataclass(frozen=True, slots=True)
class _Case:
    gold: str | None
    candidates: list[Memory]
    signals: list[Signals]


def _cases(person: InventedPerson, embedder: Embedder | None) -> list[_Case]:
    ledger = SqliteLedger(Path(tempfile.mkdtemp()) / "ledger.sqlite3", _Today())
    for text in person.told:
        turn = ledger.add_turn(session_id="fit", speaker=Speaker.PERSON, text=text)
        for e in extract(text):
            ledger.add_memory(
                NewMemory(e.kind, e.text, (turn.id,), turn.created_at, e.slot, e.value, e.polarity, e.confidence)
            )
    dense = None if embedder is None else (embedder, _Exact(ledger, embedder))
    recall = HybridRecall(ledger, lambda: dense)
    cases = []
    for text, gold in [*person.answerable, *((text, None) for text in person.unanswerable)]:
        question = understand(text)
        candidates, cosines = recall._candidates(question, dense)
        cases.append(_Case(gold, candidates, recall._signals(question, candidates, cosines)))
    return cases


def _fit(cases: list[_Case], names: list[str]) -> NDArray[np.float64]:
    """Ridge-regularised logistic regression by Newton's method; filled slots take no part."""
    rows, answers = [], []
    for case in cases:
        for memory, signals in zip(case.candidates, case.signals, strict=True):
            if not signals.in_slot:
                values = observed(signals)
                rows.append([values[name] for name in names])
                answers.append(case.gold is not None and case.gold in memory.text)
    x, y = np.array(rows), np.array(answers, dtype=float)
    importance = np.where(y > 0, _WEIGHT_OF_ANSWERS, 1.0)
    ridge = np.array([_RIDGE if name != "prior" else 1e-6 for name in names])
    weights = np.zeros(len(names))
    for _ in range(100):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (importance * (p - y)) + ridge * weights
        weights -= np.linalg.solve((x * (importance * p * (1 - p))[:, None]).T @ x + np.diag(ridge), gradient)
    return weights


def _report(title: str, cases: list[_Case], names: list[str], weights: NDArray[np.float64]) -> None:
    right = abstained = 0
    for case in cases:
        scores = [
            0.97
            if s.in_slot
            else 1 / (1 + np.exp(-sum(w * observed(s)[n] for n, w in zip(names, weights, strict=True))))
            for s in case.signals
        ]
        best = max(range(len(scores)), key=scores.__getitem__) if scores else None
        answered = best is not None and scores[best] >= 0.5
        if case.gold is None:
            abstained += not answered
        elif answered and best is not None:
            right += case.gold in case.candidates[best].text
    answerable = sum(case.gold is not None for case in cases)
    print(f"  {title}: right {right}/{answerable}, abstained {abstained}/{len(cases) - answerable}")


def main() -> None:
    from twin.language.embedder import load_embedder

    folder = WeightsStore(WeightsCache.locate()).resolve("all-minilm-l6-v2", Role.EMBEDDER).path
    minilm = load_embedder(folder, name="all-minilm-l6-v2", threads=2)
    for title, embedder in (("full", minilm), ("lexical", None)):
        first, second = _cases(NORA, embedder), _cases(IDRIS, embedder)
        names = [name for name in observed(first[0].signals[0]) if name not in _UNUSED[title]]
        weights = _fit(first, names)
        print(title, {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)})
        _report("fitted on", first, names, weights)
        _report("not seen", second, names, weights)


if __name__ == "__main__":
    main()
