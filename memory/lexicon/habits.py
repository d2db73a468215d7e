"""How the person talks: favourite phrases, fillers, lengths, hours, topics. Counted when asked for, stored nowhere.

No model takes part. A phrase is a run of words that come together far more often than each by itself would make them,
by the log-likelihood ratio (Dunning, 1993), and that not everybody uses; the topics of a month are the words that set
it apart from the other months, by class-based TF-IDF (Grootendorst, 2022).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from math import log

import numpy as np

from memory.lexicon.everyday import EVERYDAY_PHRASES, EVERYDAY_WORDS
from memory.lexicon.fillers import fillers_in
from memory.lexicon.said import Said, newest_said
from memory.recall.terms import STOP_WORDS, words_of
from memory.store.database import Database
from twin.domain import Expression, Habits, MonthTopics, Sighting, Spread
from twin.events import Progress
from twin.ports import Job

_CLAUSE_END = re.compile(r"[.,;:!?…\n()\[\]\"“”«»–—]+|\s-\s")
_LONGEST_PHRASE = 6
_LEAST_TIMES = 3
_LEAST_DAYS = 2
_MOST_SHOWN = 12
_MOST_MONTHS = 12
_TOPICS_A_MONTH = 5
_SHORTEST_TOPIC = 3
_MOST_SIGHTINGS = 3
_LEAST_LIKELIHOOD = 15.0
"""Of the log-likelihood ratio, for a phrase with a word that is not everybody's (10.8 is a chance of one in a thousand,
but many runs of words are looked at)."""
_LEAST_LIKELIHOOD_OF_EVERYDAY_WORDS = 60.0
_MOSTLY = 0.6
"""A phrase that stands within a longer one in this share of its uses or more is only part of that."""
_DANGLING = STOP_WORDS - {"me", "it", "that", "this", "you", "all", "now", "there", "then", "not", "again", "up", "off"}
"""No phrase ends with one of these."""
_EVERY = 1_000
_MOST_OF_EACH = 20_000
"""Of turns and of dictations, the newest so many are looked at: what somebody says in a year or two."""

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    said: Said
    clauses: tuple[Run, ...]

    @property
    def words(self) -> int:
        return sum(map(len, self.clauses))


def read_habits(database: Database, *, zone: tzinfo | None, job: Job) -> Habits:
    """The habits that show in what the person said last. Raises ``LedgerError``, ``CancelledByPersonError``."""
    said: list[Said] = []
    for one in newest_said(database, limit=_MOST_OF_EACH):
        if len(said) % _EVERY == 0:
            job.check()
            job.emit(Progress("habits", f"Reading what you said: {len(said)} …"))
        said.append(one)
    turns = sum(not one.dictated for one in said)
    return habits_of(said, partial=max(turns, len(said) - turns) >= _MOST_OF_EACH, zone=zone)


def habits_of(said: Iterable[Said], *, partial: bool, zone: tzinfo | None) -> Habits:
    """The habits that show in ``said``, with times in ``zone`` (none: this machine's)."""
    texts = sorted(filter(None, map(_read, said)), key=lambda text: text.said.said_at)
    words = sum(text.words for text in texts)
    local = [text.said.said_at.astimezone(zone) for text in texts]
    hours, weekdays = Counter(at.hour for at in local), Counter(at.weekday() for at in local)
    return Habits(
        turns=sum(not text.said.dictated for text in texts),
        dictations=sum(text.said.dictated for text in texts),
        words=words,
        since=texts[0].said.said_at if texts else None,
        until=texts[-1].said.said_at if texts else None,
        partial=partial,
        phrases=tuple(_phrases(texts, words)),
        fillers=tuple(_fillers(texts, words)),
        turn_words=_spread([text.words for text in texts if not text.said.dictated]),
        dictation_words=_spread([text.words for text in texts if text.said.dictated]),
        hours=tuple(hours[hour] for hour in range(24)),
        weekdays=tuple(weekdays[day] for day in range(7)),
        months=tuple(_months(texts, [f"{at:%Y-%m}" for at in local])),
    )


def _read(said: Said) -> _Text | None:
    clauses = tuple(tuple(words) for clause in _CLAUSE_END.split(said.text) if (words := words_of(clause)))
    return _Text(said, clauses) if clauses else None


def _spread(lengths: Sequence[int]) -> Spread | None:
    if not lengths:
        return None
    low, median, high = np.percentile(lengths, [25, 50, 75])
    return Spread(float(median), float(low), float(high), len(lengths))


def _expression(name: str, count: int, words: int, sources: Iterable[Said]) -> Expression:
    """``sources`` in the order in which they were said; the newest are shown."""
    newest = list(sources)[-_MOST_SIGHTINGS:]
    rate = round(1000 * count / words, 2)
    return Expression(name, count, rate, tuple(Sighting(said.id, said.said_at) for said in reversed(newest)))


# --- fillers ----------------------------------------------------------------------------------------------------


def _fillers(texts: Sequence[_Text], words: int) -> Iterator[Expression]:
    counts: Counter[str] = Counter()
    sources: defaultdict[str, list[Said]] = defaultdict(list)
    for text in texts:
        found = Counter(fillers_in(text.said.text))
        counts.update(found)
        for filler in found:
            sources[filler].append(text.said)
    for filler, count in counts.most_common(_MOST_SHOWN):
        if count >= _LEAST_TIMES:
            yield _expression(filler, count, words, sources[filler])


# --- phrases ----------------------------------------------------------------------------------------------------


def _phrases(texts: Sequence[_Text], words: int) -> Iterator[Expression]:
    runs = _runs(texts)
    counts = {run: len(found) for run, found in runs.items()}
    likelihoods = {
        run: likelihood
        for run in counts
        if _could_be_a_phrase(run)
        and (likelihood := _likelihood(run, counts, words))
        >= (_LEAST_LIKELIHOOD if set(run) - EVERYDAY_WORDS else _LEAST_LIKELIHOOD_OF_EVERYDAY_WORDS)
    }
    sources = {run: [texts[at].said for at in dict.fromkeys(runs[run])] for run in likelihoods}
    habitual = {
        run
        for run, found in sources.items()
        if len(found) >= _LEAST_TIMES and len({said.said_at.date() for said in found}) >= _LEAST_DAYS
    }
    whole = _without_parts(habitual, counts)
    for run in sorted(whole, key=lambda run: (-likelihoods[run], run))[:_MOST_SHOWN]:
        yield _expression(" ".join(run), counts[run], words, sources[run])


def _runs(texts: Sequence[_Text]) -> dict[Run, list[int]]:
    """Where words, and runs of words within a clause, stand that come often enough: positions of ``texts``, in order.

    A run is counted only where both its parts of one word less are frequent (Agrawal and Srikant, 1994)."""
    numbers: dict[str, int] = {}
    spoken: list[str] = []
    text_of: list[int] = []
    for at, text in enumerate(texts):
        for clause in text.clauses:
            spoken += [*clause, ""]
            text_of += [at] * (len(clause) + 1)
    codes = np.array([numbers.setdefault(word, len(numbers) + 1) if word else 0 for word in spoken], np.int64)
    sources = np.array(text_of, np.intp)
    frequent: dict[Run, list[int]] = {}
    for length in range(1, _LONGEST_PHRASE + 1):
        starts = np.flatnonzero(codes)
        _, kinds, counts = np.unique(codes[starts], return_inverse=True, return_counts=True)
        often = counts[kinds] >= _LEAST_TIMES
        starts, kinds = starts[often], kinds[often]
        order = np.argsort(kinds, kind="stable")
        for places in np.split(starts[order], np.flatnonzero(np.diff(kinds[order])) + 1) if len(order) else ():
            frequent[tuple(spoken[places[0] : places[0] + length])] = sources[places].tolist()
        of_run = np.zeros(len(codes) + 1, np.int64)
        of_run[starts] = kinds + 1
        codes = np.where((of_run[:-1] > 0) & (of_run[1:] > 0), of_run[:-1] * (len(counts) + 1) + of_run[1:], 0)
    return frequent


def _could_be_a_phrase(run: Run) -> bool:
    everyday = not set(run) - EVERYDAY_WORDS
    return (
        len(run) >= (3 if everyday else 2)
        and run[-1] not in _DANGLING
        and len(set(run)) > 1
        and not any(word.isdigit() for word in run)
        and not (everyday and " ".join(run) in EVERYDAY_PHRASES)
        and not (len(run) == 2 and run[0] in STOP_WORDS)
    )


def _likelihood(run: Run, counts: Mapping[Run, int], words: int) -> float:
    """Dunning's ratio of ``run`` against its most likely two parts standing together by chance; 0 if it is rarer."""
    together = counts[run]
    expected = max(counts[run[:cut]] * counts[run[cut:]] / words for cut in range(1, len(run)))
    return 2 * (together * log(together / expected) - (together - expected)) if together > expected else 0.0


def _without_parts(runs: set[Run], counts: Mapping[Run, int]) -> set[Run]:
    """Of runs within runs, the one: the longer if the shorter is mostly said in it, else the shorter."""
    gone: set[Run] = set()
    for run in sorted(runs, key=len, reverse=True):
        if run in gone:
            continue
        for length in range(2, len(run)):
            for at in range(len(run) - length + 1):
                part = run[at : at + length]
                if part in runs and part not in gone:
                    gone.add(part if counts[run] >= _MOSTLY * counts[part] else run)
    return runs - gone


# --- topics -----------------------------------------------------------------------------------------------------


def _months(texts: Sequence[_Text], months: Sequence[str]) -> Iterator[MonthTopics]:
    by_month: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sources: defaultdict[tuple[str, str], list[Said]] = defaultdict(list)
    for text, month in zip(texts, months, strict=True):
        content = [base for clause in text.clauses for word in clause if (base := _topic(word))]
        by_month[month].update(content)
        for word in set(content):
            sources[month, word].append(text.said)
    everywhere: Counter[str] = Counter()
    for counts in by_month.values():
        everywhere.update(counts)
    usual = everywhere.total() / max(1, len(by_month))
    for month in sorted(by_month)[-_MOST_MONTHS:]:
        counts, total = by_month[month], by_month[month].total()
        weights = {
            word: count * log(1 + usual / everywhere[word])
            for word, count in counts.items()
            if len(sources[month, word]) >= _LEAST_TIMES
        }
        best = sorted(weights, key=lambda word: (-weights[word], word))[:_TOPICS_A_MONTH]
        yield MonthTopics(month, tuple(_expression(word, counts[word], total, sources[month, word]) for word in best))


def _topic(word: str) -> str:
    """``word`` without what follows its apostrophe; nothing if it says nothing of a topic."""
    base = word.partition("'")[0]
    everyday = word in EVERYDAY_WORDS or base in EVERYDAY_WORDS
    return "" if everyday or len(base) < _SHORTEST_TOPIC or base[0].isdigit() else base
