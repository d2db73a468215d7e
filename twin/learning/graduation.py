"""Graduating: a term that the adapter in use gets right unaided gives its hint slot back; if it is misheard again, its
hint returns. Hint slots are few, and each takes time and may do harm where it is not needed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from twin.domain import Term
from twin.learning.trades import Trades
from twin.ports import Ledger


@dataclass(frozen=True, slots=True)
class Thresholds:
    occurrences: int = 3
    """So often a term has to be right in what was held back, and wrong nowhere."""
    utterances: int = 2


@dataclass(frozen=True, slots=True)
class Unaided:
    """What an adapter ``heard`` without hints in a recording that it had not learned, and what was ``said``."""

    utterance_id: str
    said: str
    heard: str


@dataclass(frozen=True, slots=True)
class Standing:
    """``graduated`` terms need no hint any more; ``regressed`` ones needed none, and do again."""

    graduated: tuple[Term, ...]
    regressed: tuple[Term, ...]


def stand(
    terms: Sequence[Term],
    hearings: Sequence[Unaided],
    *,
    graduated: Collection[str] = (),
    thresholds: Thresholds | None = None,
) -> Standing:
    """Which ``terms`` are right wherever they were said, and stand nowhere else. Pure; ``graduated`` are the ids of
    those that need no hint now. A term that was not said keeps what it has."""
    thresholds = thresholds or Thresholds()
    trades = Trades(terms)
    right: defaultdict[str, list[int]] = defaultdict(list)
    wrong: set[str] = set()
    for hearing in hearings:
        said = Counter(term.memory_id for term in trades.terms_in(hearing.said))
        heard = Counter(term.memory_id for term in trades.terms_in(hearing.heard))
        wrong |= {known for known in said | heard if said[known] != heard[known]}
        for known, times in said.items():
            right[known].append(times)
    ready = {
        known
        for known, times in right.items()
        if known not in wrong and sum(times) >= thresholds.occurrences and len(times) >= thresholds.utterances
    }
    return Standing(
        tuple(term for term in terms if term.memory_id in ready and term.memory_id not in graduated),
        tuple(term for term in terms if term.memory_id in wrong and term.memory_id in graduated),
    )


def graduate(adapter_id: str, hearings: Sequence[Unaided], *, ledger: Ledger, terms: Sequence[Term]) -> Standing:
    """Keep in the ledger which terms an adapter needs no hints for. To be called when it has gone live, and again with
    what it was held to later; ``hearings`` are by that adapter, out of fold, without hints.

    What was misheard again under it needs its hint until there is another adapter. Raises ``NotFoundError``.
    """
    known = [graduation for graduation in ledger.graduations() if graduation.adapter_id == adapter_id]
    ended = {graduation.memory_id for graduation in known if graduation.ended_at is not None}
    current = {graduation.memory_id for graduation in known} - ended
    candidates = [term for term in terms if term.memory_id not in ended]
    standing = stand(candidates, hearings, graduated=current)
    with ledger.together():
        ledger.graduate(adapter_id, [term.memory_id for term in standing.graduated])
        ledger.end_graduations([term.memory_id for term in standing.regressed], adapter_id=adapter_id)
    return standing


def unaided(ledger: Ledger, *, ended: bool = False) -> frozenset[str]:
    """The ids of terms that some adapter in use gets right by itself, or (``ended``) did and does no more."""
    live = {adapter.id for adapter in ledger.adapters() if adapter.live}
    return frozenset(
        graduation.memory_id
        for graduation in ledger.graduations()
        if graduation.adapter_id in live and (graduation.ended_at is not None) == ended
    )
