"""Words as the full-text index has them: the words of weight in a text, and their stems.

Stems come from SQLite's own tokenizer, the one that the ledger's index ``lexicon`` is made with, so that a question is
cut up exactly as what was said was.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from threading import Lock
from typing import Final

TOKENIZER: Final = "porter unicode61 remove_diacritics 2"

STOP_WORDS: Final = frozenset(
    """a about above after again against all am an and any are aren't as at be because been before being below between
    both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from
    further had hadn't has hasn't have haven't having he her here hers herself him himself his how i i'd i'll i'm i've
    if in into is isn't it it's its itself just let's me more most mustn't my myself no nor not now of off on once only
    or other our ours ourselves out over own same shan't she should shouldn't so some such than that that's the their
    theirs them themselves then there these they they're they've this those through to too under until up very was
    wasn't we we're we've were weren't what when where which while who who's whom whose why will with won't would
    wouldn't you you'd you'll you're you've your yours yourself yourselves s t d ll m re ve""".split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of ``text`` in lower case, in order, all of them."""
    return _WORD.findall(text.lower().replace("’", "'"))


def content_words(words: Sequence[str]) -> list[str]:
    """Those that are no function words, each without what follows its apostrophe ("Anna's" is "anna")."""
    bases = (word.partition("'")[0] for word in words if word not in STOP_WORDS)
    return [base for base in bases if base and base not in STOP_WORDS]


class Stemmer:
    """Stems by SQLite's tokenizer, in a database of its own that holds nothing. Safe from any thread."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._connection.execute(f"CREATE VIRTUAL TABLE words USING fts5 (word, tokenize = '{TOKENIZER}')")
        self._connection.execute("CREATE VIRTUAL TABLE stems USING fts5vocab (words, 'instance')")
        self._known: dict[str, str] = {}
        self._lock = Lock()

    def stems(self, words: Sequence[str]) -> list[str]:
        """The stem of each of ``words``; empty for one that the tokenizer sees no word in."""
        with self._lock:
            if new := {word for word in words if word not in self._known}:
                self._learn(sorted(new))
            return [self._known[word] for word in words]

    def terms(self, text: str) -> list[str]:
        """The stems of the words of weight in ``text``, in order."""
        return [stem for stem in self.stems(content_words(words_of(text))) if stem]

    def close(self) -> None:
        self._connection.close()

    def _learn(self, words: list[str]) -> None:
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known |= dict.fromkeys(words, "")
        self._connection.executemany("INSERT INTO words (rowid, word) VALUES (?, ?)", enumerate(words))
        for row, stem in self._connection.execute("SELECT doc, term FROM stems ORDER BY doc, offset DESC"):
            self._known[words[row]] = stem
        self._connection.execute("DELETE FROM words")


_MOST_KNOWN = 100_000
"""Words whose stems are remembered; a vocabulary seldom has more."""
