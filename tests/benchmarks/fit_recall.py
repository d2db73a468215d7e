"""Fits the weights of ``memory/recall/weights.py`` and says how they do on what they were not fitted on.

Run by hand when the signals change: ``python -m tests.benchmarks.fit_recall --data DIR``. DIR holds public corpora as
``twin bench memory`` reads them; beside them, the first invented person of ``tests/people.py`` is fitted on, the second
only tested. It prints weights to be put into ``memory/recall/weights.py``, and figures leave-one-store-out (five folds
of conversations and topics), leave-one-corpus-out, and as shipped. Needs the embedding weights; fetches nothing.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memory.extraction.capture import Capture
from memory.recall.abstention import FEATURES, Ranked, features
from memory.recall.banks import Banks, make_banks
from memory.recall.fusion import Alike, Fit, observed_of
from memory.recall.index import MemoryIndex
from memory.recall.questions import understand
from memory.recall.search import HybridRecall
from memory.recall.signals import SIGNALS, Observed, observe
from memory.store.ledger import SqliteLedger
from tests.benchmarks.invented import invent
from tests.people import IDRIS, NORA, InventedPerson
from twin.benchmarks.corpora import Purpose, Store, find_stores
from twin.benchmarks.ranking import auroc
from twin.domain import RecallMode, Speaker
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.ports import Embedder, NewTurn

Floats = NDArray[np.float32]

ADVISING = ("dense_unhubbed", "speaker", "liking")
RECALLING = tuple(name for name in SIGNALS if name not in ("cover_asked", "dense_unhubbed", "liking"))
"""Of advice there is too little to fit more on: with six weights it was over-fitted."""
_DENSE = ("dense", "dense_near", "session_dense", "hub")
_COSINES = ("dense_match", "dense_other_person", "dense_other_self", "cosine_top", "cosine_margin")
_RIDGE_OF_ORDER = 1e-3
_RIDGE_OF_CERTAINTY = 5.0
_RIDGE_OF_STATEMENTS = 0.3
_WEIGHT_OF_ANSWERS = 2.0
_INVENTED_COUNTS = 0.15
"""What a question of a person made by the dozen counts, where one of ``tests/people.py`` counts 1."""
_UNUSED = {
    # With a cosine, it comes out with the wrong sign: the cosine has said as much already.
    RecallMode.FULL: ("no liking",),
    RecallMode.LEXICAL: ("cosine", "margin"),
}
_FOLDS = 5
_TRAINED_ON = ("locomo", "realtalk", "beam", "prefeval")
_FITTED_PEOPLE, _HELD_PEOPLE = range(12), range(12, 18)


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 3, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One question over one store."""

    corpus: str
    store: str
    category: str
    observed: Observed
    alive: NDArray[np.bool_]
    fits: tuple[Fit, ...]
    relevant: tuple[int, ...]
    answerable: bool

    @property
    def slot_is_filled(self) -> bool:
        return any(fit.in_slot for fit in self.fits)

    def stated(self, names: Sequence[str]) -> NDArray[np.float64]:
        """What the weights of statements are multiplied with, by row."""
        cosines = self.observed.cosine
        rivals = np.sort(cosines)[::-1][1:6]
        typical = float(rivals.mean()) if len(rivals) else 0.0
        covers = self.observed.values[SIGNALS.index("cover_asked")]
        rows = []
        for cosine, cover, fit in zip(cosines.tolist(), covers.tolist(), self.fits, strict=True):
            values = observed_of(Alike(cosine, cosine - typical, cover), fit)
            rows.append([values[name] for name in names])
        return np.array(rows)


class Order:
    """The order of talk, and the certainty that it has an answer."""

    def __init__(self, mode: RecallMode) -> None:
        self.recalling = [n for n in RECALLING if mode is RecallMode.FULL or n not in _DENSE]
        self.advising = list(ADVISING) if mode is RecallMode.FULL else []
        self.weights = np.zeros(len(self.recalling) + len(self.advising), dtype=np.float32)
        self.features = [n for n in FEATURES if mode is RecallMode.FULL or n not in _COSINES]
        self.certainty = np.zeros(len(self.features))
        self.bias = 0.0

    def inputs(self, case: Case) -> Floats:
        """Shape ``(rows, weights)``."""
        advising = np.float32(case.observed.advising)
        signals = case.observed.values
        columns = [(1 - advising) * signals[SIGNALS.index(name)] for name in self.recalling]
        columns += [advising * signals[SIGNALS.index(name)] for name in self.advising]
        return np.stack(columns, axis=1)

    def scores(self, case: Case) -> Floats:
        scores: Floats = self.inputs(case) @ self.weights
        scores[~case.alive] = -np.inf
        return scores

    def features_of(self, case: Case, scores: Floats) -> Floats:
        advising = case.observed.advising
        speaker = (1 - advising) * self.weights[self.recalling.index("speaker")]
        if self.advising:
            speaker += advising * self.weights[len(self.recalling) + self.advising.index("speaker")]
        found = features(Ranked(case.observed, scores, case.alive, speaker_weight=float(speaker)))
        return found[[FEATURES.index(name) for name in self.features]]

    def log_odds(self, case: Case) -> float:
        return float(self.features_of(case, self.scores(case)) @ self.certainty + self.bias)


def fit_order(cases: Sequence[Case], mode: RecallMode) -> Order:
    """Listwise softmax (ListNet's top one, https://doi.org/10.1145/1273496.1273513) with a ridge, each corpus
    counting the same."""
    import torch

    torch.set_num_threads(1)
    order = Order(mode)
    usable = [case for case in cases if case.corpus in _TRAINED_ON and _found(case)]
    share = Counter(case.corpus for case in usable)
    groups: dict[int, list[Case]] = defaultdict(list)
    for case in usable:
        groups[len(case.alive)].append(case)
    batches = []
    for size, members in groups.items():
        wanted = torch.zeros(len(members), size)
        for row, case in enumerate(members):
            wanted[row, _found(case)] = 1 / len(_found(case))
        weight = torch.tensor([1 / share[case.corpus] / len(share) for case in members])
        dead = torch.tensor(np.stack([~case.alive for case in members]))
        batches.append((torch.tensor(np.stack([order.inputs(case) for case in members])), wanted, weight, dead))
    weights = torch.zeros(len(order.weights), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=60, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = _RIDGE_OF_ORDER * (weights * weights).sum()
        for inputs, wanted, weight, dead in batches:
            scores = (inputs @ weights).masked_fill(dead, -1e4)
            total = total - (weight * (wanted * torch.log_softmax(scores, 1)).sum(1)).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    order.weights = weights.detach().numpy()
    return order


def fit_certainty(cases: Sequence[Case], order: Order) -> None:
    """Logistic regression, each corpus and each side of it counting the same; changes ``order``."""
    usable = [
        case
        for case in cases
        if case.corpus in ("locomo", "beam") and case.alive.any() and (case.relevant or not case.answerable)
    ]
    share = Counter((case.corpus, case.answerable) for case in usable)
    x = np.stack([order.features_of(case, order.scores(case)) for case in usable]).astype(float)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    weights = _logistic(
        np.c_[(x - mean) / scale, np.ones(len(x))],
        np.array([case.answerable for case in usable], dtype=float),
        np.array([50 / share[case.corpus, case.answerable] for case in usable]),
        np.r_[np.full(len(mean), _RIDGE_OF_CERTAINTY), 1e-6],
    )
    order.certainty = weights[:-1] / scale
    order.bias = float(weights[-1] - order.certainty @ mean)


def fit_statements(cases: Sequence[Case], mode: RecallMode) -> dict[str, float]:
    """Logistic regression over every statement that a question might be answered with; filled slots take no part."""
    names = [n for n in observed_of(Alike(0, 0, 0), Fit()) if n not in _UNUSED[mode]]
    rows, answers, importance = [], [], []
    for case in cases:
        if case.corpus == "people" and not case.slot_is_filled:
            rows.append(case.stated(names)[case.alive])
            answers.append(np.isin(np.flatnonzero(case.alive), case.relevant))
            importance.append(np.full(len(rows[-1]), 1.0 if case.store == "nora" else _INVENTED_COUNTS))
    x, y = np.concatenate(rows), np.concatenate(answers).astype(float)
    weight = np.concatenate(importance) * np.where(y > 0, _WEIGHT_OF_ANSWERS, 1.0)
    ridge = np.array([1e-6 if name == "prior" else _RIDGE_OF_STATEMENTS for name in names])
    return dict(zip(names, _logistic(x, y, weight, ridge).tolist(), strict=True))


def _logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], importance: NDArray[np.float64], ridge: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Ridge-regularised logistic regression by Newton's method."""
    weights = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (importance * (p - y)) + ridge * weights
        weights -= np.linalg.solve((x * (importance * p * (1 - p))[:, None]).T @ x + np.diag(ridge), gradient)
    return weights


def _found(case: Case) -> list[int]:
    """The relevant rows that are among the candidates."""
    return [row for row in case.relevant if case.alive[row]]


# --- cases ----------------------------------------------------------------------------------------------------


def cases_of(store: Store, embedder: Embedder, banks: Banks) -> Iterator[Case]:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    ledger = SqliteLedger(Path(tempfile.mkdtemp()) / "ledger.sqlite3", _Clock())
    ledger.import_turns(
        [
            NewTurn(
                said.session, said.speaker, said.text, said.when.replace(tzinfo=UTC) if said.when else start,
                said.name, said.key,
            )
            for said in store.said
        ]
    )  # fmt: skip
    rows = ledger.database.rows("SELECT id, key, text FROM turns WHERE recallable ORDER BY id")
    index = _index(ledger, embedder, banks, {f"t{row['id']}": row["text"] for row in rows})
    row_of = {row["key"]: index.rows([f"t{row['id']}"])[0] for row in rows}
    for asked in store.asked:
        if asked.purpose is Purpose.PAST:
            continue
        yield _case(
            index, ledger, embedder, asked.text,
            corpus=store.corpus, store=store.name, category=asked.category,
            relevant=tuple(row_of[key] for key in asked.evidence if key in row_of),
            answerable=asked.purpose is Purpose.RECALL,
        )  # fmt: skip
    ledger.close()


def cases_of_person(name: str, person: InventedPerson, embedder: Embedder, banks: Banks) -> Iterator[Case]:
    ledger = SqliteLedger(Path(tempfile.mkdtemp()) / "ledger.sqlite3", _Clock())
    capture = Capture(ledger, timezone=UTC, hide=lambda ids: None)
    for text in person.told:
        capture.turn(ledger.add_turn(session_id="fit", speaker=Speaker.PERSON, text=text))
    texts = {f"t{row['id']}": row["text"] for row in ledger.database.rows("SELECT id, text FROM turns")}
    texts |= {
        f"m{row['id']}": row["text"]
        for row in ledger.database.rows("SELECT id, text FROM memories WHERE status = 'held'")
    }
    index = _index(ledger, embedder, banks, texts)
    rows = dict(zip(texts, index.rows(list(texts)), strict=True))
    for question, gold in [*person.answerable, *((question, None) for question in person.unanswerable)]:
        relevant = tuple(rows[known] for known, text in texts.items() if gold is not None and gold in text)
        yield _case(
            index, ledger, embedder, question,
            corpus="people", store=name, category="", relevant=relevant, answerable=gold is not None,
        )  # fmt: skip
    ledger.close()


def _index(ledger: SqliteLedger, embedder: Embedder, banks: Banks, texts: dict[str, str]) -> MemoryIndex:
    index = MemoryIndex(ledger.database)
    index.banks = banks
    index.put(list(texts), embedder.embed(list(texts.values())))
    return index


def _case(
    index: MemoryIndex, ledger: SqliteLedger, embedder: Embedder, text: str, *,
    corpus: str, store: str, category: str, relevant: tuple[int, ...], answerable: bool,
) -> Case:  # fmt: skip
    question = understand(text)
    recall = HybridRecall(ledger, index, lambda: embedder)
    with index.lock:
        index.sync()
        observed = observe(index, question, embedder.embed([text])[0])
        alive = recall.eligible(observed, RecallMode.FULL).copy()
        found = recall.read(question, list(range(index.table.size))) if corpus == "people" else []
    fits = [one.fit for one in found] or [Fit()] * index.table.size
    return Case(corpus, store, category, observed, alive, tuple(fits), relevant, answerable)


def without_vectors(case: Case) -> Case:
    """The same question before the embedder is ready."""
    observed, values = case.observed, case.observed.values.copy()
    for name in (*_DENSE, "dense_unhubbed"):
        values[SIGNALS.index(name)] = 0
    spoken_of = values[SIGNALS.index("cover_asked")] > 0
    if case.corpus != "people":
        spoken_of |= observed.near_cover > 0
    in_slot = np.array([fit.in_slot for fit in case.fits])
    return replace(
        case,
        observed=replace(observed, values=values, cosine=np.zeros_like(observed.cosine), advising=0.0),
        alive=case.alive & (spoken_of | in_slot),
    )


def show(mode: RecallMode, order: Order, statements: dict[str, float]) -> None:
    """Print the weights as ``memory/recall/weights.py`` has them."""
    weights, first = order.weights.tolist(), len(order.recalling)
    print(f"RECALLING {mode}:", {n: round(w, 2) for n, w in zip(order.recalling, weights[:first], strict=True)})
    print(f"ADVISING {mode}:", {n: round(w, 2) for n, w in zip(order.advising, weights[first:], strict=True)})
    print(f"STATEMENTS {mode}:", {n: round(w, 2) for n, w in statements.items()})
    print(f"CERTAINTY {mode}:", {n: round(w, 3) for n, w in zip(order.features, order.certainty.tolist(), strict=True)})
    print(f"BIAS {mode}:", round(order.bias, 2))


# --- figures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    hit5: float
    recall10: float
    ndcg10: float
    likely: float


def outcome_of(case: Case, order: Order) -> Outcome:
    scores = order.scores(case)
    places = np.empty(len(scores), dtype=int)
    places[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    found = places[list(case.relevant)]
    ideal = sum(1 / np.log2(place + 2) for place in range(min(len(found), 10)))
    return Outcome(
        case,
        hit5=float((found < 5).any()) if len(found) else 0.0,
        recall10=float((found < 10).mean()) if len(found) else 0.0,
        ndcg10=float(sum(1 / np.log2(place + 2) for place in found if place < 10) / ideal) if len(found) else 0.0,
        likely=order.log_odds(case) if case.alive.any() else -50.0,
    )


def fit(cases: Sequence[Case], mode: RecallMode) -> Order:
    order = fit_order(cases, mode)
    fit_certainty(cases, order)
    return order


def held_out_by_store(cases: Sequence[Case], mode: RecallMode) -> list[Outcome]:
    """Each case by weights that were fitted without its conversation or topic."""
    units = sorted({_unit(case) for case in cases})
    folds = {unit: place % _FOLDS for place, unit in enumerate(units)}
    found = []
    for fold in range(_FOLDS):
        order = fit([case for case in cases if folds[_unit(case)] != fold], mode)
        found += [outcome_of(case, order) for case in cases if folds[_unit(case)] == fold]
    return found


def held_out_by_corpus(cases: Sequence[Case], mode: RecallMode) -> list[Outcome]:
    found = []
    for corpus in _TRAINED_ON:
        order = fit([case for case in cases if _unit(case)[0] != corpus], mode)
        found += [outcome_of(case, order) for case in cases if _unit(case)[0] == corpus]
    return found


def _unit(case: Case) -> tuple[str, str]:
    """What is held out together: a conversation, or a topic in either of its pools."""
    corpus = case.corpus.partition("_")[0]
    return corpus, case.category if corpus == "prefeval" else case.store


def report(title: str, outcomes: Sequence[Outcome]) -> None:
    print(title)
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.case.corpus].append(outcome)
    for name, members in sorted(groups.items()):
        asked = [one for one in members if one.case.answerable and one.case.relevant]
        absent = [one for one in members if not one.case.answerable]
        line = f"  {name}: n {len(asked)}, hit@5 {_mean(one.hit5 for one in asked):.3f}"
        line += f", R@10 {_mean(one.recall10 for one in asked):.3f}, nDCG@10 {_mean(one.ndcg10 for one in asked):.3f}"
        if absent:
            chance = auroc(np.array([-one.likely for one in absent]), np.array([-one.likely for one in asked]))
            line += f", AUROC of absence {chance:.3f}"
        print(line, flush=True)


def report_people(cases: Sequence[Case], statements: dict[str, float]) -> None:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.store].append(case)
    names, weights = list(statements), np.array(list(statements.values()))
    for name, members in sorted(groups.items()):
        right = kept = 0
        for case in members:
            odds = np.where(case.alive, case.stated(names) @ weights, -50.0)
            answers = case.slot_is_filled or float(odds.max()) >= 0
            if case.answerable:
                right += case.slot_is_filled or (answers and int(odds.argmax()) in case.relevant)
            else:
                kept += not answers
        answerable = sum(case.answerable for case in members)
        print(f"  {name}: answered rightly {right}/{answerable}, abstained {kept}/{len(members) - answerable}")


def _mean(values: Iterator[float]) -> float:
    return float(np.mean(list(values)))


def main() -> None:
    from twin.language.embedder import load_embedder

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    data: Path = arguments.parse_args().data
    cache = WeightsCache.locate()
    folder = WeightsStore(cache).resolve("all-minilm-l6-v2", Role.EMBEDDER).path
    minilm = load_embedder(folder, name="all-minilm-l6-v2", threads=2)
    banks = make_banks(minilm, folder=cache.root / "banks")
    talk = [case for store in find_stores([data]) for case in cases_of(store, minilm, banks)]
    told = {
        name: [case for person in people for case in cases_of_person(name, person, minilm, banks)]
        for name, people in (
            ("nora", [NORA]), ("idris, not seen", [IDRIS]),
            ("invented", map(invent, _FITTED_PEOPLE)), ("invented, not seen", map(invent, _HELD_PEOPLE)),
        )
    }  # fmt: skip
    for mode in RecallMode:
        if mode is RecallMode.LEXICAL:
            talk = [without_vectors(case) for case in talk]
            told = {name: [without_vectors(case) for case in cases] for name, cases in told.items()}
        order = fit(talk, mode)
        statements = fit_statements([*told["nora"], *told["invented"]], mode)
        show(mode, order, statements)
        report(f"{mode}, as shipped", [outcome_of(case, order) for case in talk])
        for cases in told.values():
            report_people(cases, statements)
        report(f"{mode}, without the conversation or topic", held_out_by_store(talk, mode))
        report(f"{mode}, without the corpus", held_out_by_corpus(talk, mode))


if __name__ == "__main__":
    main()
