"""What can be observed of every passage, given a question: by vectors, words, neighbours, sessions and speakers.

All signals are comparable between stores of any size: those of words are shares of the question's weight of words
(inverse document frequencies, as in BM25, https://doi.org/10.1561/1500000019), those of vectors are standardised over
the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from memory.recall.columns import NOWHERE
from memory.recall.index import NEIGHBOURS, MemoryIndex
from memory.recall.postings import Floats, Rows
from memory.recall.questions import Question
from memory.recall.topics import kinds_of, same_as
from twin.domain import Speaker

_K1, _B = 1.2, 0.75
"""Of BM25, as FTS5 has them."""
_LEAST_WORD_WEIGHT = 2.0
"""That of a word in every seventh passage: in a small store all words are rare, and none is unimportant."""
_KIND_WEIGHT = 0.8
"""What a thing of the kind that was asked for counts, where the very word counts 1."""
_USUAL_COSINE, _USUAL_SPREAD, _USUAL_COUNT = 0.15, 0.12, 5
"""A question's cosines with what it is not about, as if so many had been seen: a store of two says nothing of the
usual."""
_COSINE_SCALE = 0.1
"""Differences of cosines are of this order."""

_I = re.compile(r"\b(?:i|my|me|mine|i'm|i've)\b", re.IGNORECASE)
_WHEN = re.compile(r"\W*(?:when|what date|which (?:day|month|year)|how long)", re.IGNORECASE)
_AMOUNT = re.compile(
    r".*\bhow (?:many|much|often|old|long|far)\b|.*\b(?:budget|price|cost|rate|percentage|number of|score)\b",
    re.IGNORECASE,
)

SIGNALS: Final = (
    "dense", "cover", "cover_asked", "cover_near", "bm25_near", "dense_near", "speaker", "session_bm25",
    "session_dense", "length", "asks", "first_person", "time", "when_time", "amount_number", "hub", "dense_unhubbed",
    "liking",
)  # fmt: skip
(
    _DENSE, _COVER, _COVER_ASKED, _COVER_NEAR, _BM25_NEAR, _DENSE_NEAR, _SPEAKER, _SESSION_BM25, _SESSION_DENSE,
    _LENGTH, _ASKS, _FIRST_PERSON, _TIME, _WHEN_TIME, _AMOUNT_NUMBER, _HUB, _DENSE_UNHUBBED, _LIKING,
) = range(len(SIGNALS))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observed:
    """The signals of all rows of the index, free rows among them.

    ``values`` has a line for each of :data:`SIGNALS`, shape ``(len(SIGNALS), rows)``."""

    values: Floats
    cosine: Floats
    near_cover: Floats
    """How much of the question's words a passage and its neighbours have."""
    terms: int
    """Words of weight in the question."""
    total: float
    """Their weight."""
    unknown: float
    """The share of it that nobody ever said."""
    asked: tuple[tuple[str, float], ...]
    """The stems of these words, with their weights."""
    person_named: bool
    """Whether the question names somebody who speaks."""
    advising: float
    """How much the question asks for advice, from 0 to 1."""


def observe(index: MemoryIndex, question: Question, vector: Floats | None) -> Observed:
    """Observe every passage; by words alone without a ``vector``. The index's lock must be held."""
    index.derive()
    table, size = index.table, index.table.size
    values = np.zeros((len(SIGNALS), size), dtype=np.float32)
    stems = index.stemmer.terms(question.text)
    named = _stances(index, question.text, frozenset(stems), values[_SPEAKER])
    own = any(speaker is Speaker.PERSON for speaker, _ in index.speakers)
    asked = tuple(dict.fromkeys(stem for stem in stems if stem and (own or stem not in named)))
    weights, unknown, near_cover = _observe_words(index, asked, values)
    _observe_asked(index, question, values)
    total = sum(weights.values()) + 1e-9
    cosine = np.zeros(size, dtype=np.float32)
    advising = 0.0
    if vector is not None:
        cosine = index.vectors.cosines(vector, size)
        _observe_vectors(index, cosine, values)
        advising = index.banks.advising(vector) if index.banks is not None else 0.0
    values[_LENGTH] = table.length.view
    values[_ASKS] = table.asks.view
    values[_FIRST_PERSON] = table.first_person.view
    values[_TIME] = table.has_time.view
    if _WHEN.match(question.text):
        values[_WHEN_TIME] = table.has_time.view
    if _AMOUNT.match(question.text):
        values[_AMOUNT_NUMBER] = table.has_number.view
    values[_LIKING] = table.liking.view
    return Observed(
        values=values,
        cosine=cosine,
        near_cover=near_cover / np.float32(total),
        terms=len(asked),
        total=total,
        unknown=unknown / total,
        asked=tuple(weights.items()),
        person_named=bool(named),
        advising=advising,
    )


def _stances(index: MemoryIndex, text: str, stems: frozenset[str], speaker_values: Floats) -> frozenset[str]:
    """Fill in who is asked about: 1 for their words, -1 for another's, 0 where nobody in particular is.

    Returns the stems of the names in the question. "I" is the person."""
    names = frozenset().union(*(name for _, name in index.speakers))
    named = names & stems
    speaks_of_self = bool(_I.search(text))
    has_own = any(speaker is Speaker.PERSON for speaker, _ in index.speakers)
    if not named and not (speaks_of_self and has_own):
        return named
    stances = np.full(len(index.speakers), -1, dtype=np.float32)
    for number, (speaker, name) in enumerate(index.speakers):
        if name & named or (speaker is Speaker.PERSON and speaks_of_self):
            stances[number] = 1
        elif named and speaker is Speaker.PERSON:
            stances[number] = 0  # the person may well have spoken of them
    speaker_values[:] = stances[index.table.who.view]
    return named


def _observe_words(
    index: MemoryIndex, asked: tuple[str, ...], values: Floats
) -> tuple[dict[str, float], float, Floats]:
    """Fill in the signals of words; returns the weight of each stem, the weight of the unknown ones, and how much
    each passage covers together with its neighbours (not yet divided by the total)."""
    table, size, count = index.table, index.table.size, index.count
    session, spoken = table.session.view, table.origin.view == NOWHERE
    words, near_words = table.words.view, table.near_words.view
    cover, near_bm25 = values[_COVER], values[_BM25_NEAR]
    bm25, near_cover, scratch = (np.zeros(size, dtype=np.float32) for _ in range(3))
    session_bm25 = np.zeros(index.sessions, dtype=np.float32)
    per_word = _K1 * _B * count / (float(words.sum()) + 1e-9)
    near_per_word = _K1 * _B * count / (float(near_words.sum()) + 1e-9)
    mean_length = float(index.session_words[1:].sum()) / max(1, len(index.session_words) - 1)
    session_length = _K1 * (1 - _B + _B * index.session_words / (mean_length or 1))
    weights: dict[str, float] = {}
    unknown = 0.0
    for stem in asked:
        posting = index.postings.of(stem)
        rows, counts = posting.rows, posting.counts
        weight = weights[stem] = max(_LEAST_WORD_WEIGHT, _rarity(count, len(rows)))
        if not len(rows):
            unknown += weight
            continue
        cover[rows] += weight
        bm25[rows] += weight * counts * (_K1 + 1) / (counts + _K1 * (1 - _B) + per_word * words[rows])
        scratch[rows] = counts
        touched = [rows]
        for step, share in NEIGHBOURS:
            there = index.at(-step)[rows]  # those for whom these rows are the neighbours
            beside = there != NOWHERE
            scratch[there[beside]] += np.float32(share) * counts[beside]
            touched.append(there[beside])
        hit = np.concatenate(touched)
        near = scratch[hit]
        # Assigned, not added up: a passage that is reached twice is given the same value twice.
        near_bm25[hit] = near_bm25[hit] + weight * near * (_K1 + 1) / (
            near + _K1 * (1 - _B) + near_per_word * near_words[hit]
        )
        near_cover[hit] = near_cover[hit] + weight * np.minimum(near, 1)
        scratch[hit] = 0
        said = spoken[rows]
        in_session = np.bincount(session[rows[said]], weights=counts[said], minlength=index.sessions)
        session_weight = _rarity(index.sessions - 1, int(np.count_nonzero(in_session)))
        session_bm25 += (session_weight * in_session * (_K1 + 1) / (in_session + session_length)).astype(np.float32)
    total = np.float32(sum(weights.values()) + 1e-9)
    derived = np.flatnonzero(~spoken)
    origins = table.origin.view[derived]
    near_cover[derived] = np.maximum(cover[derived], near_cover[origins])
    near_bm25[derived] = np.maximum(bm25[derived], near_bm25[origins])
    borrows = table.borrows.view
    values[_COVER_NEAR] = borrows * (near_cover - cover) / total
    values[_BM25_NEAR] = (bm25 + borrows * (near_bm25 - bm25)) / total
    session_bm25[0] = 0
    values[_SESSION_BM25] = (session_bm25 / total)[session]
    cover /= total
    return weights, unknown, near_cover


def _observe_asked(index: MemoryIndex, question: Question, values: Floats) -> None:
    """Fill in the share of what the question asks for, by its rules, that a passage has: the very words or others for
    them, or things of their kind."""
    cover = values[_COVER_ASKED]
    total = 0.0
    for word in question.words:
        same = same_as(word)
        exact = index.postings.matching(_either((word, *same))) if same or not word.isalnum() else _having(index, word)
        weight = max(_LEAST_WORD_WEIGHT, _rarity(index.count, len(exact)))
        total += weight
        if kinds := kinds_of(word):
            of_kind = np.setdiff1d(index.postings.matching(_either(kinds)), exact, assume_unique=True)
            cover[of_kind] += np.float32(weight * _KIND_WEIGHT)
        cover[exact] += np.float32(weight)
    if total:
        cover /= np.float32(total)


def _having(index: MemoryIndex, word: str) -> Rows:
    (stem,) = index.stemmer.stems([word])
    return index.postings.of(stem).rows


def _either(forms: tuple[str, ...]) -> str:
    return " OR ".join(f'"{form}"' for form in forms)


def _observe_vectors(index: MemoryIndex, cosine: Floats, values: Floats) -> None:
    table = index.table
    embedded = table.embedded.view
    seen = int(embedded.sum())
    known = cosine[embedded]
    mean = (float(known.sum()) + _USUAL_COUNT * _USUAL_COSINE) / (seen + _USUAL_COUNT)
    spread = ((float(((known - mean) ** 2).sum()) + _USUAL_COUNT * _USUAL_SPREAD**2) / (seen + _USUAL_COUNT)) ** 0.5
    dense = values[_DENSE]
    dense[:] = (cosine - np.float32(mean)) / np.float32(spread)
    dense[~embedded] = 0
    excess = np.append(np.maximum(dense, 0), np.float32(0))
    near = values[_DENSE_NEAR]
    for step, share in NEIGHBOURS:
        near += np.float32(2 * share) * excess[index.at(step)]
    derived = np.flatnonzero(table.origin.view != NOWHERE)
    near[derived] = near[table.origin.view[derived]]
    near *= table.borrows.view
    best = np.full(index.sessions, -1, dtype=np.float32)
    np.maximum.at(best, table.session.view, np.where(embedded, cosine, np.float32(-1)))
    best[0] = best[best < -0.99] = mean
    of_session = best[table.session.view]
    values[_SESSION_DENSE] = (of_session - of_session.mean()) / (of_session.std() + np.float32(1e-6))
    values[_HUB] = (table.hub.view - np.float32(0.3)) / np.float32(_COSINE_SCALE)
    values[_DENSE_UNHUBBED] = (cosine - table.hub.view) / np.float32(_COSINE_SCALE)
    values[_DENSE_UNHUBBED][~embedded] = 0


def _rarity(count: int, having: int) -> float:
    """BM25's inverse document frequency."""
    return float(np.log(1 + (count - having + 0.5) / (having + 0.5)))
