"""Whether the person has begun to speak of something else: a new trade, with a vocabulary of its own. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from twin.domain import Example, Term
from twin.learning.trades import Trades, new_terms


@dataclass(frozen=True, slots=True)
class Thresholds:
    strays: int = 2
    """So many earlier examples of a trade are no beginning of it."""
    before: int = 20
    """So much has to be there before it: who has always spoken of it has not changed."""
    least: int = 12
    share: float = 0.6
    """Of all that was said since it began, so much is of the new trade."""
    days: int = 2
    new_terms: int = 6
    """So many terms that never came before tell of a trade that has no name yet."""


@dataclass(frozen=True, slots=True)
class Shift:
    """``domain`` is the trade, if the person has named it; ``terms`` are some of its words."""

    domain: str
    terms: tuple[str, ...]
    examples: tuple[Example, ...]


def shift(
    examples: Sequence[Example], terms: Sequence[Term], opened: Collection[str], thresholds: Thresholds | None = None
) -> Shift | None:
    """The shift that ``examples`` (oldest first) show, leaving out domains that are ``opened`` already."""
    thresholds = thresholds or Thresholds()
    return _named(examples, terms, opened, thresholds) or _unnamed(examples, terms, thresholds)


def _named(
    examples: Sequence[Example], terms: Sequence[Term], opened: Collection[str], thresholds: Thresholds
) -> Shift | None:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, example in enumerate(examples):
        if example.domain and example.domain not in opened:
            places[example.domain].append(at)
    for domain, of_domain in sorted(places.items(), key=lambda one: -len(one[1])):
        run = of_domain[thresholds.strays :]
        if (
            len(run) >= thresholds.least
            and run[0] >= thresholds.before
            and len(run) >= thresholds.share * (len(examples) - run[0])
            and _days([examples[one] for one in run]) >= thresholds.days
        ):
            words = tuple(term.text for term in terms if term.domain == domain)
            return Shift(domain, words, tuple(examples[one] for one in run))
    return None


def _unnamed(examples: Sequence[Example], terms: Sequence[Term], thresholds: Thresholds) -> Shift | None:
    """What was said last is full of terms of no domain that were never said before."""
    newest = examples[-2 * thresholds.least :]
    earlier = examples[: -len(newest)]
    if len(earlier) < thresholds.before or _days(newest) < thresholds.days:
        return None
    trades = Trades(term for term in terms if not term.domain)
    found = [trades.terms_in(example.said) for example in newest]
    if len({term for inside in found for term in inside}) < thresholds.new_terms:
        return None
    new = new_terms(found, (trades.terms_in(example.said) for example in earlier))
    told = [example for example, inside in zip(newest, found, strict=True) if set(inside) & set(new)]
    if len(new) < thresholds.new_terms or len(told) < thresholds.least:
        return None
    return Shift("", tuple(term.text for term in new), tuple(told))


def _days(examples: Sequence[Example]) -> int:
    return len({example.at.date() for example in examples})
