"""The person's terms, and how they use them: read from the ledger, kept up with by its journal.

A term is a memory of the kind vocabulary. How often, when last and in what company it is used is seen from what the
person typed and from dictations whose text they corrected or confirmed: what was merely heard proves nothing. Of the
texts with a term in them the words of weight are kept, in memory alone; what leaves the ledger leaves here with the
next look.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from sys import intern
from typing import overload

import msgspec

from memory.lexicon.said import Said, all_said, said_in, said_with
from memory.recall.terms import STOP_WORDS, content_words
from memory.store.database import Database
from memory.store.rows import to_json
from twin.domain import MemoryKind, MemoryStatus, Term
from twin.sounds import key_of, readings

_MOST_TOPICS = 8
_MENTIONS_TO_INFER = 2
_WORDS_TO_INFER = 2
_SHARE_TO_INFER = 0.6
"""A domain is inferred from so many uses of a term at least, if so many words of its company point to one domain, with
such a share of their weight (words count as often as they come, a word of several domains in part)."""

_FEW = 20
"""So many new terms are searched for one by one in what was said; for more of them all of it is read again."""

_ASCII = re.compile(r"[a-z0-9]+")
_TOKEN = re.compile(r"[^\W_]+(?:['.&][^\W_]+)*[+#]*")
"""A word, with what joins or ends a name: "Vue.js", "AT&T", "C++". A hyphen parts words: "auto-scaling" is two."""

Tokens = tuple[str, ...]


def tokens_of(text: str) -> list[str]:
    """The words of ``text`` in order, as terms are compared: in lower case, without a possessive."""
    return [token.removesuffix("'s") for token in _TOKEN.findall(text.casefold().replace("’", "'"))]


class TermMatcher:
    """Finds terms in running words, the longer before the shorter."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_first: defaultdict[str, list[tuple[Tokens, int]]] = defaultdict(list)
        self.edges: set[str] = set()
        """The first and last words of terms of several words, but for function words."""
        for row, term in enumerate(terms):
            if tokens := tuple(tokens_of(term)):
                self._by_first[tokens[0]].append((tokens, row))
                if len(tokens) > 1:
                    self.edges |= {tokens[0], tokens[-1]} - STOP_WORDS
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def find(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Where terms stand in ``tokens``: from, up to, and the term's row."""
        at = 0
        while at < len(tokens):
            step = 1
            for wanted, row in self._by_first.get(tokens[at], ()):
                if tuple(tokens[at : at + len(wanted)]) == wanted:
                    yield at, at + len(wanted), row
                    step = len(wanted)
                    break
            at += step


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as its memory has it."""

    memory_id: str
    text: str
    aliases: tuple[str, ...]
    domain: str


@dataclass(frozen=True, slots=True)
class _Mention:
    """A text with terms in it: these, and the other words of weight."""

    said_at: datetime
    terms: tuple[str, ...]
    company: frozenset[str]


class Terminology(Sequence[Term]):
    """The terms that a ledger holds, the oldest first, each put together from its mentions when it is looked at.

    Not safe from several threads at once: its owner holds a lock around it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen = 0
        self.entries: tuple[Entry, ...] = ()
        self._ids: frozenset[str] = frozenset()
        self._matcher = TermMatcher(())
        self._mentions: dict[str, _Mention] = {}
        self._of_term: defaultdict[str, dict[str, _Mention]] = defaultdict(dict)
        self._frequency: Counter[str] = Counter()
        """In how many mentions each word of their company is."""
        self._domains: _Domains | None = None
        """Made when it is asked for, and grown with what comes; made anew when something goes."""

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, row: int) -> Term: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Term]: ...
    def __getitem__(self, row: int | slice) -> Term | Sequence[Term]:
        return self._term(self.entries[row]) if isinstance(row, int) else [*map(self._term, self.entries[row])]

    def refresh(self) -> None:
        """Catch up with the ledger. Raises ``LedgerError``."""
        row = self._database.row("SELECT coalesce(max(number), 0) AS newest FROM journal")
        newest = int(row["newest"]) if row else 0
        if newest == self._seen:
            return
        ids = self._ids_since(self._seen) if self._seen else None
        before = {entry.text for entry in self.entries}
        if ids is None or self._concerns_terms(ids):
            self._read_terms()
        names = {entry.text for entry in self.entries}
        if len(names - before) > _FEW:
            self._forget_mentions(list(self._mentions))
            self._take_in(all_said(self._database))
        else:
            stale = {known for name in before - names for known in self._of_term.get(name, ())}
            self._read_again(stale | self._texts_of(ids or set()))
            if names - before:
                self._take_in(said_with(self._database, [_stem(name) for name in names - before]))
        self._seen = newest

    # --- following the ledger -----------------------------------------------------------------------------------

    def _ids_since(self, number: int) -> set[str]:
        rows = self._database.rows("SELECT DISTINCT subject_id FROM journal WHERE number > ?", (number,))
        return {str(row["subject_id"]) for row in rows}

    def _concerns_terms(self, ids: set[str]) -> bool:
        memory_ids = [known for known in ids if known[0] == "m"]
        if not self._ids.isdisjoint(memory_ids):
            return True
        numbers = to_json([int(known[1:]) for known in memory_ids])
        query = "SELECT 1 FROM memories WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"
        return self._database.row(query, (MemoryKind.VOCABULARY, numbers)) is not None

    def _read_terms(self) -> None:
        rows = self._database.rows(
            "SELECT id, value, aliases, domain FROM memories "
            "WHERE kind = ? AND status = ? AND true_until IS NULL AND value <> '' ORDER BY id",
            (MemoryKind.VOCABULARY, MemoryStatus.HELD),
        )
        entries = tuple(
            Entry(
                f"m{row['id']}",
                intern(row["value"]),
                msgspec.json.decode(row["aliases"], type=tuple[str, ...]),
                intern(row["domain"]),
            )
            for row in rows
        )
        if entries != self.entries:
            self.entries = entries
            self._ids = frozenset(entry.memory_id for entry in entries)
            self._matcher = TermMatcher(entry.text for entry in entries)
            self._domains = None

    def _texts_of(self, ids: set[str]) -> set[str]:
        """The turns and utterances among ``ids``, and those whose corrections are."""
        corrections = to_json([int(known[1:]) for known in ids if known[0] == "c"])
        corrected = self._database.rows(
            "SELECT utterance_id FROM corrections WHERE id IN (SELECT value FROM json_each(?))", (corrections,)
        )
        return {known for known in ids if known[0] in "tu"} | {f"u{row['utterance_id']}" for row in corrected}

    def _read_again(self, ids: set[str]) -> None:
        if ids:
            self._forget_mentions([known for known in ids if known in self._mentions])
            self._take_in(said_in(self._database, ids))

    def _forget_mentions(self, ids: Iterable[str]) -> None:
        for known in ids:
            mention = self._mentions.pop(known)
            self._frequency.subtract(mention.company)
            for name in set(mention.terms):
                del self._of_term[name][known]
            self._domains = None

    def _take_in(self, texts: Iterable[Said]) -> None:
        for said in texts:
            if not said.verified:
                continue
            tokens = tokens_of(said.text)
            if not (found := list(self._matcher.find(tokens))):
                continue
            if said.id in self._mentions:
                self._forget_mentions([said.id])
            within = {at for start, stop, _ in found for at in range(start, stop)}
            company = content_words([token for at, token in enumerate(tokens) if at not in within])
            names = tuple(self.entries[row].text for _, _, row in found)
            mention = _Mention(said.said_at, names, frozenset(map(intern, company)))
            self._mentions[said.id] = mention
            self._frequency.update(mention.company)
            for name in set(names):
                self._of_term[name][said.id] = mention
            if self._domains is not None:
                self._domains.add(mention)

    # --- a term and its use -------------------------------------------------------------------------------------

    def _term(self, entry: Entry) -> Term:
        mentions = self._of_term.get(entry.text, {}).values()
        company = Counter(word for mention in mentions for word in mention.company)
        inferred = ""
        if not entry.domain and len(mentions) >= _MENTIONS_TO_INFER:
            others = Counter(name for mention in mentions for name in set(mention.terms) if name != entry.text)
            inferred = self._domains_of_words().infer(company + others)
        spellings = {reading for text in (entry.text, *entry.aliases) for reading in readings(text.split())}
        return Term(
            text=entry.text,
            memory_id=entry.memory_id,
            aliases=entry.aliases,
            domain=entry.domain or inferred,
            domain_inferred=bool(inferred),
            uses=sum(mention.terms.count(entry.text) for mention in mentions),
            last_used=max((mention.said_at for mention in mentions), default=None),
            topics=self._topics(company),
            sounds=tuple(sorted({key_of(reading) or reading for reading in spellings if reading.isascii()})),
        )

    def _topics(self, company: Counter[str]) -> tuple[str, ...]:
        """The words that tell most of a term's company: frequent beside it, rare beside others (TF-IDF)."""
        weights = {
            word: count * log(1 + len(self._mentions) / self._frequency[word]) for word, count in company.items()
        }
        return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:_MOST_TOPICS])

    def _domains_of_words(self) -> _Domains:
        if self._domains is None:
            self._domains = _Domains({entry.text: entry.domain for entry in self.entries if entry.domain})
            for mention in self._mentions.values():
                self._domains.add(mention)
        return self._domains


def _stem(name: str) -> str:
    """The letters with which every text that has ``name`` in it must have something in common, if they are ASCII."""
    found = _ASCII.match((tokens_of(name) or [""])[0])
    return found.group() if found else ""


class _Domains:
    """Which domain's terms keep the company that a term keeps. ``given`` are the domains of terms that have one."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._of_word: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, mention: _Mention) -> None:
        for name in {name for name in mention.terms if name in self._given}:
            for word in (name, *mention.company):
                self._of_word[word][self._given[name]] += 1

    def infer(self, company: Mapping[str, int]) -> str:
        """The domain to which most of ``company`` points, if enough of it does; else nothing."""
        weights: defaultdict[str, float] = defaultdict(float)
        pointing: Counter[str] = Counter()
        for word, count in company.items():
            of_word = self._of_word[word] if word in self._of_word else Counter[str]()
            for domain, times in of_word.items():
                weights[domain] += count * times / sum(of_word.values())
                pointing[domain] += 1
        if not weights:
            return ""
        domain = max(weights, key=lambda name: (weights[name], name))
        enough = weights[domain] >= _SHARE_TO_INFER * sum(weights.values()) and pointing[domain] >= _WORDS_TO_INFER
        return domain if enough else ""
