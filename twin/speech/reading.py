"""The guided reading: sentences to read out, and what is made of each that was.

The product's own sentences have all sounds of English many times over; between them stand the person's own terms, each
in a sentence that carries it. What was read already is what the ledger has: a reading goes on where it was left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from zlib import crc32

from twin.domain import AudioSource, Term
from twin.errors import NotUnderstoodError
from twin.ports import Curator, Job, Ledger
from twin.requests import Correct, CorrectionReport, Forget, ReadSentence, SentenceRead, Sentences
from twin.sounds import letters, similarity

MOST_TERMS = 20
_BETWEEN = 3
"""Sentences of the product for each with a term."""

_SOUNDS_LIKE = 0.6
"""From this similarity on, what was heard is the sentence. Two different sentences of the product come to 0.49 at
most, the first half of one to 0.48 on average; what Whisper base heard in 24 readings with a strong accent came to
0.82 in all but one."""


@dataclass(frozen=True, slots=True)
class GuidedReading:
    """``terms`` gives the vocabulary (``Vocabulary.terms``), those first that are used most."""

    ledger: Ledger
    terms: Callable[[], Sequence[Term]]
    curator: Curator

    def sentences(self) -> Sentences:
        """What is still to be read. Raises ``LedgerError``."""
        read = {
            letters(correction.said)
            for utterance, correction in self.ledger.taught()
            if utterance.source is AudioSource.READING
        }
        left = tuple(sentence for sentence in in_order(self.terms()) if letters(sentence) not in read)
        return Sentences(left, len(read))

    def read(
        self, request: ReadSentence, job: Job, correct: Callable[[Correct, Job], CorrectionReport]
    ) -> SentenceRead:
        """Take an utterance for a sentence that was read. Raises ``NotFoundError``, ``LedgerError``;
        ``NotUnderstoodError`` for an utterance that was not read out."""
        utterance = self.ledger.utterance(request.utterance_id)
        if utterance.source is not AudioSource.READING:
            raise NotUnderstoodError(
                f"{utterance.id} was dictated, not read out.",
                hint=f"Say what you really said with: twin correct {utterance.id}",
            )
        if similarity(utterance.heard.split(), request.sentence.split()) < _SOUNDS_LIKE:
            self.curator.forget(Forget((utterance.id,)), job)
            return SentenceRead(utterance.heard)
        return SentenceRead(utterance.heard, correct(Correct(utterance.id, request.sentence), job))


def in_order(terms: Sequence[Term]) -> Iterator[str]:
    """All there is to read: now and then a sentence with one of the ``MOST_TERMS`` first ``terms``."""
    carried = iter([carrying(term.text) for term in terms[:MOST_TERMS]])
    own = iter(_lines("reading"))
    while portion := list(islice(own, _BETWEEN)):
        yield from portion
        yield from islice(carried, 1)
    yield from carried


def carrying(term: str) -> str:
    """A sentence with ``term``, for the same term always the same."""
    carriers = _lines("carriers")
    return carriers[crc32(letters(term).encode()) % len(carriers)].format(term=term)


@lru_cache
def _lines(name: str) -> tuple[str, ...]:
    text = files("twin.speech").joinpath("sentences", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())
