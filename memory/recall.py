"""Find what answers a question: words and vectors propose, :mod:`memory.fusion` judges."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from memory.fusion import Signals, relevance
from memory.ledger import SqliteLedger
from memory.passages import Passage, Passages
from memory.questions import Expected, Question, has_expected, same_subject, understand
from memory.topics import kinds_of, same_as
from twin.domain import Memory, MemoryKind, Polarity, Recalled, RecallMode, Recollection
from twin.errors import MemoryIndexError
from twin.ports import Embedder

_CANDIDATES = 40
"""Passages that each of the two searches proposes."""
_KIND_WEIGHT = 0.8
"""What a thing of the kind that was asked for counts, where the very word counts 1."""
_LEAST_WORD_WEIGHT = 2.0
"""That of a word in every seventh passage: in a small store all words are rare, and none is unimportant."""
_RIVALS = slice(1, 6)
"""The ranks against which the margin of a cosine is taken."""


class Neighbours(Protocol):
    """What recall needs of the vector profile."""

    def nearest(self, vector: Sequence[float], *, limit: int) -> dict[str, float]:
        """The nearest passages' ids with their cosines, best first."""
        ...

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        """The cosines of those of ``ids`` that are indexed."""
        ...


class HybridRecall:
    """Implements :class:`twin.ports.Recall` over the ledger's full-text index and a vector profile.

    ``dense`` gives the embedder and the profile once both are ready and in step with the ledger, and nothing before;
    ``mend`` is called when the profile fails, after which the answer is found by words alone.
    """

    def __init__(
        self,
        ledger: SqliteLedger,
        dense: Callable[[], tuple[Embedder, Neighbours] | None],
        mend: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._passages = Passages(ledger.database)
        self._dense = dense
        self._mend = mend

    def recall(self, query: str, *, limit: int = 10, lexical_only: bool = False) -> Recollection:
        question = understand(query)
        dense = None if lexical_only else self._dense()
        try:
            candidates, cosines = self._candidates(question, dense)
        except MemoryIndexError:
            self._mend()
            dense = None
            candidates, cosines = self._candidates(question, None)
        mode = RecallMode.LEXICAL if dense is None else RecallMode.FULL
        judged = []
        for memory, signals in zip(candidates, self._signals(question, candidates, cosines), strict=True):
            score, parts = relevance(signals, mode)
            judged.append(Recalled(memory, score, parts, quote=memory.text, said_at=memory.learned_at))
        judged.sort(key=lambda item: (item.score, item.memory.true_from), reverse=True)
        best = self._dated(_one_for_each_saying(judged)[:limit])
        return Recollection(query, best, confidence=best[0].score if best else 0.0, mode=mode)

    def _candidates(
        self, question: Question, dense: tuple[Embedder, Neighbours] | None
    ) -> tuple[list[Memory], dict[str, float]]:
        """What might answer, and the cosines of it."""
        in_slots = [memory.id for memory in self._ledger.memories_in_slots(question.slots)]
        ids = dict.fromkeys(in_slots)
        if question.words:
            either = " OR ".join(_kinds(word) for word in question.words)
            ids |= dict.fromkeys(found for found, _ in self._passages.search(either, limit=_CANDIDATES))
        cosines: dict[str, float] = {}
        if dense is not None:
            embedder, profile = dense
            vector = embedder.embed([question.text])[0].tolist()
            cosines = profile.nearest(vector, limit=_CANDIDATES)
            cosines |= profile.similarities(vector, [known for known in ids if known not in cosines])
            ids |= dict.fromkeys(cosines)
        memories = {
            memory.id: memory for memory in self._ledger.memories_by_id(known for known in ids if known[0] == "m")
        }
        said = {passage.id: _as_memory(passage) for passage in self._passages.read(ids)}
        either_kind = memories | said
        return [either_kind[known] for known in ids if known in either_kind], cosines

    def _signals(self, question: Question, candidates: list[Memory], cosines: dict[str, float]) -> list[Signals]:
        coverage = self._coverage(question, [candidate.id for candidate in candidates])
        rivals = sorted(cosines.values(), reverse=True)[_RIVALS]
        typical = sum(rivals) / len(rivals) if rivals else 0.0
        filled = [_fills(question, candidate) for candidate in candidates]
        slot_is_empty = bool(question.slots) and not any(filled)
        return [
            Signals(
                cosine=cosines.get(memory.id, 0.0),
                margin=cosines.get(memory.id, 0.0) - typical,
                coverage=coverage[memory.id],
                in_slot=in_slot,
                slot_is_empty=slot_is_empty,
                liking=_liking(question, memory),
                opposed=_opposed(question, memory),
                not_the_favourite=question.about_a_favourite and not _is_favourite(memory),
                expected=_expected(question, memory),
                subject=1 if question.whole_topic else same_subject(question.subject, memory.text),
                superseded=memory.true_until is not None,
                superseded_wanted=question.about_the_past,
            )
            for memory, in_slot in zip(candidates, filled, strict=True)
        ]

    def _coverage(self, question: Question, ids: list[str]) -> dict[str, float]:
        """The share of the question's words that each passage has, the rare ones weighing more (as in BM25's idf)."""
        covered, total = dict.fromkeys(ids, 0.0), 0.0
        count = self._passages.count()
        for word in question.words:
            exact, kind = _exact(word), _kinds(word)
            weight = max(_LEAST_WORD_WEIGHT, math.log((count + 1) / (self._passages.frequency(exact) + 0.5)))
            total += weight
            having = self._passages.matching(exact, ids)
            for known in having:
                covered[known] += weight
            if kind != exact:
                for known in self._passages.matching(kind, ids) - having:
                    covered[known] += weight * _KIND_WEIGHT
        return {known: value / total for known, value in covered.items()} if total else covered

    def _dated(self, best: list[Recalled]) -> tuple[Recalled, ...]:
        """``best`` with the time at which each was said, which is not always when it was learned."""
        sources = {passage.id: passage for passage in self._passages.read(r.memory.source_ids[0] for r in best)}
        return tuple(
            replace(item, said_at=sources[first].said_at) if (first := item.memory.source_ids[0]) in sources else item
            for item in best
        )


def _exact(word: str) -> str:
    return " OR ".join(f'"{form}"' for form in (word, *same_as(word)))


def _kinds(word: str) -> str:
    return " OR ".join(f'"{form}"' for form in (word, *same_as(word), *kinds_of(word)))


def _fills(question: Question, memory: Memory) -> bool:
    """Whether ``memory`` fills a slot that the question asks for, with the polarity that it asks for."""
    if not memory.slot or (question.polarity not in (Polarity.NEUTRAL, memory.polarity)):
        return False
    return any(
        memory.slot.startswith(slot[:-1]) if slot.endswith(".*") else memory.slot == slot for slot in question.slots
    )


def _is_favourite(memory: Memory) -> bool:
    return memory.slot.startswith("favourite.") or "favourite" in memory.text.lower()


def _liking(question: Question, memory: Memory) -> int:
    if not question.about_liking or question.about_a_favourite:
        return int(question.about_a_favourite and _is_favourite(memory))
    if memory.kind is not MemoryKind.PREFERENCE:
        return -1
    return 1 if question.polarity in (Polarity.NEUTRAL, memory.polarity) else -1


def _opposed(question: Question, memory: Memory) -> bool:
    """Whether the question asks for likes and the memory is a dislike, or the other way round."""
    return (
        question.about_liking
        and memory.kind is MemoryKind.PREFERENCE
        and {question.polarity, memory.polarity} == {Polarity.LIKES, Polarity.DISLIKES}
    )


def _expected(question: Question, memory: Memory) -> int:
    if question.expected is Expected.ANYTHING:
        return 0
    return 1 if has_expected(question, memory.text) else -1


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


def _one_for_each_saying(ranked: list[Recalled]) -> list[Recalled]:
    """Drop a turn or utterance where a memory was taken from it: the memory is what is meant of it."""
    told = {source for item in ranked if item.memory.id[0] == "m" for source in item.memory.source_ids}
    return [item for item in ranked if item.memory.id not in told]
