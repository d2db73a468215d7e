"""Find what answers a question: all that was said is observed, weighed, and put in order of time where it matters.

:mod:`memory.recall.signals` observes all passages, :mod:`memory.recall.fusion` weighs them,
:mod:`memory.recall.updates` puts the newer value before the older one, and :mod:`memory.recall.abstention` says whether
talk has an answer at all. What fills the very slot that was asked for is the answer without further weighing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.recall.abstention import Ranked, certainty, greatest
from memory.recall.columns import NOWHERE
from memory.recall.fusion import IN_SLOT, Alike, Fit, empties, fit_of, parts_of, statement_log_odds, weights_for
from memory.recall.index import MemoryIndex
from memory.recall.passages import Passage, Passages
from memory.recall.postings import Floats
from memory.recall.questions import Question, understand
from memory.recall.signals import SIGNALS, Observed, observe
from memory.recall.updates import DEPTH, Candidate, asks_for_a_value, overtakings
from memory.store.ledger import SqliteLedger
from twin.domain import Memory, MemoryKind, MemoryStatus, Recalled, RecallMode, Recollection, Speaker
from twin.ports import Embedder

_COVER, _COVER_ASKED = SIGNALS.index("cover"), SIGNALS.index("cover_asked")
_SPEAKER = SIGNALS.index("speaker")
_CANDIDATES = 40
"""Passages that words, and that vectors, propose, beside those that all signals together do."""
_LEAST_DEPTH, _SPARE = 20, 5
"""What all signals propose at least, and beyond what is asked for: some turn out to say what another says."""
_RIVALS = slice(1, 6)
"""The ranks against which the margin of a cosine is taken."""
_JUST_ABOVE = 1e-3
"""By how much a newer value's log-odds exceed those of the older one which it overtakes."""
_MOST_OF_IT = 0.5
"""A memory of at least this share of an imported turn's length says what is in it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate with its row of the index, and whether it is talk of elsewhere or was told to the twin."""

    row: int
    memory: Memory
    speaker: Speaker
    name: str
    fit: Fit
    is_talk: bool


@dataclass(slots=True)
class _Judged:
    """A candidate with its log-odds and the parts that they are the sum of; for talk those of its signals come last."""

    found: _Found
    log_odds: float
    parts: dict[str, float]

    @property
    def score(self) -> float:
        """The probability of its being an answer."""
        score = IN_SLOT if self.found.fit.in_slot else _probability(self.log_odds)
        return score * math.prod(self.found.fit.factors.values())


class HybridRecall:
    """Implements :class:`twin.ports.Recall` over the index of everything that was said.

    ``embedder`` gives the embedder once the index has the vectors, and nothing before: then the answer is found by
    words alone.
    """

    def __init__(self, ledger: SqliteLedger, index: MemoryIndex, embedder: Callable[[], Embedder | None]) -> None:
        self._ledger = ledger
        self._index = index
        self._passages = Passages(ledger.database)
        self._embedder = embedder

    def recall(self, query: str, *, limit: int = 10, lexical_only: bool = False) -> Recollection:
        question = understand(query)
        embedder = None if lexical_only else self._embedder()
        mode = RecallMode.LEXICAL if embedder is None else RecallMode.FULL
        vector = embedder.embed([query])[0] if embedder is not None else None
        index = self._index
        with index.lock:
            index.sync()
            if not index.table.alive.view.any():
                return Recollection(query, (), confidence=0.0, mode=mode)
            observed = observe(index, question, vector)
            weights = weights_for(mode, observed.advising)
            scores = weights @ observed.values
            scores[~self.eligible(observed, mode)] = -np.inf
            candidates = self._candidates(question, observed, scores, limit)
            judged = [
                *self._judge_statements(
                    observed,
                    scores,
                    [one for one in candidates if not one.is_talk],
                    mode,
                    # A question for a slot or a liking is no question for advice, however near it is to one.
                    advising=0.0 if question.slots or question.about_liking else observed.advising,
                ),
                *self._judge_talk(observed, weights, scores, [one for one in candidates if one.is_talk], mode),
            ]
            judged = _one_for_each_saying(judged)
            self._update(question, observed, judged)
            judged = sorted(judged, key=_by_score, reverse=True)[:limit]
            for one in judged:
                if one.found.is_talk:
                    one.parts = parts_of(weights, observed.values[:, one.found.row]) | one.parts
            found = [_recalled(one, self._cosine(one.found.row, observed, mode)) for one in judged]
        best = self._dated(found)
        return Recollection(query, best, confidence=best[0].score if best else 0.0, mode=mode)

    def eligible(self, observed: Observed, mode: RecallMode) -> NDArray[np.bool_]:
        """The rows that may answer: all, but without vectors only those that have something that is asked for, talk
        also beside it."""
        table = self._index.table
        if mode is RecallMode.FULL:
            return table.alive.view
        spoken_of: NDArray[np.bool_] = observed.values[_COVER_ASKED] > 0
        return table.alive.view & (spoken_of | (table.talk.view & (observed.near_cover > 0)))

    def _cosine(self, row: int, observed: Observed, mode: RecallMode) -> float | None:
        known = mode is RecallMode.FULL and self._index.table.embedded.view[row]
        return float(observed.cosine[row]) if known else None

    # --- candidates ---------------------------------------------------------------------------------------------

    def _candidates(self, question: Question, observed: Observed, scores: Floats, limit: int) -> list[_Found]:
        """What all signals, words, and vectors propose, and what is in the slots that are asked for."""
        in_slots = [
            memory.id for memory in self._ledger.memories_in_slots(question.slots) if memory.status is MemoryStatus.HELD
        ]
        rows = dict.fromkeys(row for row in self._index.rows(in_slots) if row != NOWHERE)
        depth = DEPTH if asks_for_a_value(question.text, observed.advising) else _LEAST_DEPTH
        rows |= dict.fromkeys(_first(scores, max(limit + _SPARE, depth)))
        told = np.isfinite(scores) & ~self._index.table.talk.view
        if told.any():
            for signal in (observed.cosine, observed.values[_COVER_ASKED]):
                rows |= dict.fromkeys(_first(np.where(told & (signal > 0), signal, -np.inf), _CANDIDATES))
        return self.read(question, list(rows))

    def read(self, question: Question, rows: Sequence[int]) -> list[_Found]:
        """What is in these rows, and how it fits ``question``."""
        ids = [self._index.id(row) for row in rows]
        memories = {m.id: m for m in self._ledger.memories_by_id(known for known in ids if known[0] == "m")}
        said = {passage.id: passage for passage in self._passages.read(ids)}
        found = []
        for row, known in zip(rows, ids, strict=True):
            speaker, name = Speaker.PERSON, ""
            if known in memories:
                memory = memories[known]
            elif known in said:
                memory, speaker, name = _as_memory(said[known]), said[known].speaker, said[known].name
            else:
                continue  # gone since the index last looked
            is_talk = bool(self._index.table.talk.view[row])
            fit = Fit() if known in said and is_talk else fit_of(question, memory)
            found.append(_Found(row, memory, speaker, name, fit, is_talk))
        if question.slots and not any(one.fit.in_slot and not one.fit.superseded for one in found):
            # Nothing fills the slot; that it was emptied is the answer then.
            found = [
                replace(one, fit=replace(one.fit, in_slot=True)) if empties(question, one.memory) else one
                for one in found
            ]
        if question.slots and not any(one.fit.in_slot for one in found):
            return [replace(one, fit=replace(one.fit, slot_is_empty=True)) for one in found]
        return found

    # --- judging ------------------------------------------------------------------------------------------------

    def _judge_statements(
        self,
        observed: Observed,
        scores: Floats,
        candidates: Sequence[_Found],
        mode: RecallMode,
        *,
        advising: float,
    ) -> list[_Judged]:
        """What was told to the twin, each by itself; where advice is asked for, in the order of all signals, because
        what is near to such a question may be near to any."""
        if not candidates:
            return []
        cosine = observed.cosine
        told = ~self._index.table.talk.view & self._index.table.embedded.view
        rivals = greatest(cosine[told], _RIVALS.stop)[_RIVALS]
        typical = float(rivals.mean()) if len(rivals) else 0.0
        judged = []
        for one in candidates:
            alike = Alike(
                float(cosine[one.row]), float(cosine[one.row]) - typical, float(observed.values[_COVER_ASKED][one.row])
            )
            parts = statement_log_odds(alike, one.fit, mode)
            judged.append(_Judged(one, sum(parts.values()), parts))
        if advising:
            surest = max(statement.log_odds for statement in judged)
            best = max(float(scores[statement.found.row]) for statement in judged)
            for statement in judged:
                among_others = surest + float(scores[statement.found.row]) - best
                statement.parts["advice"] = advising * (among_others - statement.log_odds)
                statement.log_odds += statement.parts["advice"]
        return judged

    def _judge_talk(
        self, observed: Observed, weights: Floats, scores: Floats, candidates: Sequence[_Found], mode: RecallMode
    ) -> list[_Judged]:
        """What was said elsewhere: the best is an answer as surely as there is one at all, the others by how far they
        are behind it."""
        if not candidates:
            return []
        of_talk = np.where(self._index.table.talk.view, scores, -np.inf)
        if not np.isfinite(of_talk).any():  # what fills the slot that is asked for, and shares no word with it
            return [_Judged(one, -math.inf, {}) for one in candidates]
        ranked = Ranked(observed, of_talk, np.isfinite(of_talk), speaker_weight=float(weights[_SPEAKER]))
        surest, best = certainty(ranked, mode), float(of_talk.max())
        return [
            _Judged(one, surest - best + float(scores[one.row]), {"certainty": surest - best}) for one in candidates
        ]

    def _update(self, question: Question, observed: Observed, judged: Sequence[_Judged]) -> None:
        """Lift newer values above the older ones that they replace; ``judged`` is best first."""
        index, table = self._index, self._index.table
        first = [one for one in judged[:DEPTH] if table.embedded.view[one.found.row]]
        if len(first) < 2 or not asks_for_a_value(question.text, observed.advising):
            return
        rows = np.array([one.found.row for one in first], dtype=np.int32)
        owners = {number for number, (speaker, _) in enumerate(index.speakers) if speaker is Speaker.PERSON}
        candidates = [
            Candidate(
                text=one.found.memory.text,
                who=int(table.who.view[row]),
                said_at=float(table.said_at.view[row]),
                number=int(table.number.view[row]),
                cover=float(observed.values[_COVER][row]),
                is_own=not owners or int(table.who.view[row]) in owners,
            )
            for one, row in zip(first, rows.tolist(), strict=True)
        ]
        # A sentence that was taken from a turn is as like another as the turns are that they stood in.
        origins = table.origin.view[rows]
        whole = (origins != NOWHERE) & table.embedded.view[origins]
        vectors = index.vectors.of(np.where(whole, origins, rows).astype(np.int32))
        for found in overtakings(
            question.text, observed.asked, candidates, vectors @ vectors.T, index.stemmer, advising=observed.advising
        ):
            ahead, behind = first[found.ahead], first[found.behind]
            if ahead.log_odds <= behind.log_odds:
                gained = behind.log_odds - ahead.log_odds + _JUST_ABOVE
                ahead.parts["former value" if found.former else "newer value"] = gained
                ahead.log_odds += gained

    def _dated(self, best: list[Recalled]) -> tuple[Recalled, ...]:
        """``best`` with the time at which each was said, which is not always when it was learned."""
        first = {item.memory.id: item.memory.source_ids[0] for item in best if item.memory.source_ids}
        sources = {passage.id: passage for passage in self._passages.read(first.values())}
        return tuple(
            replace(item, said_at=sources[source].said_at) if (source := first.get(item.memory.id)) in sources else item
            for item in best
        )


def _first(scores: Floats, count: int) -> list[int]:
    """The rows with the ``count`` best scores, best first."""
    rows = np.argpartition(scores, -count)[-count:] if count < len(scores) else np.arange(len(scores))
    rows = rows[np.isfinite(scores[rows])]
    best: list[int] = rows[np.argsort(-scores[rows], kind="stable")].tolist()
    return best


def _recalled(judged: _Judged, cosine: float | None) -> Recalled:
    found = judged.found
    parts = {"slot": 1.0} if found.fit.in_slot else {name: round(part, 3) for name, part in judged.parts.items()}
    memory = found.memory
    return Recalled(
        memory,
        judged.score,
        parts | found.fit.factors,
        memory.text,
        memory.learned_at,
        found.speaker,
        found.name,
        cosine,
    )


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds > -500 else 0.0


def _as_memory(passage: Passage) -> Memory:
    """What was said and no rule made a memory of: an episode that is its own source."""
    return Memory(
        id=passage.id,
        kind=MemoryKind.EPISODE,
        text=passage.text,
        source_ids=(passage.id,),
        learned_at=passage.said_at,
        true_from=passage.said_at,
    )


def _by_score(judged: _Judged) -> tuple[float, datetime]:
    return judged.score, judged.found.memory.true_from


def _one_for_each_saying(judged: Sequence[_Judged]) -> list[_Judged]:
    """Best first, without the turns and utterances that a memory was taken from: the memory is what is meant of them.

    Of talk, a memory that says most of a turn stands for it and counts as much; a turn that says more stays where it
    comes before the memory.
    """
    memories: dict[str, _Judged] = {}
    for one in sorted(judged, key=_by_score, reverse=True):
        if one.found.memory.id[0] == "m":
            for source in one.found.memory.source_ids:
                memories.setdefault(source, one)
    left = []
    for one in judged:
        memory = memories.get(one.found.memory.id)
        if memory is None or (one.found.is_talk and not _stands_for(memory, one) and one.score > memory.score):
            left.append(one)
        elif one.found.is_talk and _stands_for(memory, one) and one.log_odds > memory.log_odds:
            memory.parts["turn"] = one.log_odds - memory.log_odds
            memory.log_odds = one.log_odds
    return sorted(left, key=_by_score, reverse=True)


def _stands_for(memory: _Judged, turn: _Judged) -> bool:
    return len(memory.found.memory.text) >= _MOST_OF_IT * len(turn.found.memory.text)
