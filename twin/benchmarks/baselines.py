"""What recall is measured against: plain dense search, BM25, and reciprocal-rank fusion of the two.

Each in the form in which it is known to do best on these corpora, so that beating it means something: the date and the
speaker stand in the text, words are stemmed, stop words are left out. Dense search of the bare text comes fourth,
because preferences without a date are found better that way.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing

from twin.benchmarks.corpora import Said
from twin.benchmarks.ranking import Ranking
from twin.ports import Embedder

BASELINES = ("dense", "bm25", "rrf", "dense_bare")

_K1, _B = 1.2, 0.75
_RRF_K = 60
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_STOP_WORDS = frozenset(
    """a about above after again against all am an and any are as at be because been before being below between both
    but by can cannot could did do does doing don down during each few for from further had has have having he her
    here hers herself him himself his how i if in into is isn it its itself just let me more most mustn my myself no
    nor not of off on once only or other our ours ourselves out over own same shan she should so some such than that
    the their theirs them themselves then there these they this those through to too under until up very was wasn we
    were weren what when where which while who whom why will with won would you your yours yourself yourselves aren
    couldn didn doesn hadn hasn haven shouldn wouldn s t d ll m re ve""".split()  # noqa: SIM905 - legible
)


def rank_plainly(said: Sequence[Said], questions: Sequence[str], embedder: Embedder) -> list[dict[str, Ranking]]:
    """For each question what each of :data:`BASELINES` ranks first among ``said``."""
    keys = [one.key for one in said]
    asked = embedder.embed(questions).T
    stamped = embedder.embed([one.stamped for one in said]) @ asked
    bare = embedder.embed([one.text for one in said]) @ asked
    words = _bm25(said, questions)
    rankings = []
    for place in range(len(questions)):
        dense, by_words = _ranking(zip(keys, stamped[:, place].tolist(), strict=True)), words[place]
        rankings.append(
            {
                "dense": dense,
                "bm25": by_words,
                "rrf": fuse(dense, by_words),
                "dense_bare": _ranking(zip(keys, bare[:, place].tolist(), strict=True)),
            }
        )
    return rankings


def fuse(*rankings: Ranking) -> Ranking:
    """Reciprocal-rank fusion, k = 60 (Cormack, Clarke and Büttcher 2009)."""
    fused: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking.scores, start=1):
            fused[key] = fused.get(key, 0.0) + 1 / (_RRF_K + rank)
    return _ranking(fused.items())


def _bm25(said: Sequence[Said], questions: Sequence[str]) -> list[Ranking]:
    """BM25 (k1 = 1.2, b = 0.75) over the stems of SQLite's porter tokenizer.

    FTS5's own BM25 gives words of more than half of the texts no weight, which costs it a hundredth in small stores;
    this is with Lucene's inverse document frequency, which stays positive.
    """
    counts = _stems([one.stamped for one in said])
    postings: dict[str, list[tuple[int, int]]] = {}
    for row, stems in enumerate(counts):
        for stem, times in stems.items():
            postings.setdefault(stem, []).append((row, times))
    lengths = [stems.total() for stems in counts]
    typical = sum(lengths) / len(lengths) or 1.0
    rankings = []
    for asked in _stems(questions):
        scores: dict[int, float] = {}
        for stem, weight in asked.items():
            having = postings.get(stem, ())
            idf = math.log(1 + (len(said) - len(having) + 0.5) / (len(having) + 0.5))
            for row, times in having:
                damping = _K1 * (1 - _B + _B * lengths[row] / typical)
                scores[row] = scores.get(row, 0.0) + weight * idf * times * (_K1 + 1) / (times + damping)
        rankings.append(_ranking((said[row].key, scores[row]) for row in sorted(scores)))
    return rankings


def _stems(texts: Sequence[str]) -> list[Counter[str]]:
    """How often each stem occurs in each text, stop words left out."""
    counts = [Counter[str]() for _ in texts]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'porter unicode61')")
        connection.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(texts, instance)")
        connection.executemany(
            "INSERT INTO texts (rowid, text) VALUES (?, ?)",
            [(row, " ".join(_words(text))) for row, text in enumerate(texts)],
        )
        for stem, row, times in connection.execute("SELECT term, doc, count(*) FROM stems GROUP BY term, doc"):
            counts[row][stem] = times
    return counts


def _words(text: str) -> list[str]:
    words = (word.partition("'")[0] for word in _WORD.findall(text.lower().replace("\u2019", "'")))
    return [word for word in words if word not in _STOP_WORDS]


def _ranking(scores: Iterable[tuple[str, float]]) -> Ranking:
    """Best first; equals in the order in which they came."""
    ordered = dict(sorted(scores, key=lambda scored: -scored[1]))
    return Ranking(ordered, next(iter(ordered.values()), 0.0))
