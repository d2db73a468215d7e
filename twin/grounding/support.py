"""Whether notes support an answer: the check that stands behind a small model, which may say anything.

An answer passes if each of its numbers, names and content words stands in the notes or in the question, but for its
ending. The test is coarse on purpose: it never lets a word through that nobody said, and the person can read the source
beside the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from twin.grounding.notes import ABSTENTION, Note

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_FUNCTION_WORDS: Final = frozenset(
    """a about after again all also am an and any are as at be because been before being both but by can could did do
    does doing don down during each every few for from further had has have having he her here hers herself him
    himself his how i if in into is it its itself just like likely may me might more most much my myself no nobody
    nor not now of off on once one only or other our ours ourselves out over own probably same shall she should
    since so some still such than that the their theirs them themselves then there these they this those though
    through to too under until up us very was we were what when where which while who whom whose why will with
    would yes you your yours yourself""".split()  # noqa: SIM905 - legible
)
_ENDINGS: Final = ("ingly", "ation", "ments", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e", "y")
_SHORTEST_STEM: Final = 3
_ABSTAINS = re.compile(r"\b(?:i )?(?:don['’]?t|do not) (?:know|tell|say)\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:i|me|my|mine|i'm|i've|we|our|us)\b", re.IGNORECASE)


def abstains(answer: str) -> bool:
    """Whether an answer says that the notes do not tell; an empty one says so too."""
    return not answer.strip() or answer.strip().startswith(ABSTENTION[:12]) or bool(_ABSTAINS.search(answer))


def stem(word: str) -> str:
    """A word without its ending, and without a possessive."""
    word = word.casefold().replace("’", "'").partition("'")[0]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def content_words(text: str) -> tuple[str, ...]:
    """Numbers, names and the words that carry meaning, as they stand."""
    found = (match[0] for match in _WORD.finditer(text))
    return tuple(word for word in found if word.casefold().replace("’", "'").partition("'")[0] not in _FUNCTION_WORDS)


def unsupported(answer: str, notes: Sequence[Note], question: str) -> tuple[str, ...]:
    """The content words of ``answer`` that stand neither in the notes, as the model reads them, nor in the question."""
    known = {stem(word) for text in (*(note.line for note in notes), question) for word in content_words(text)}
    return tuple(word for word in content_words(answer) if stem(word) not in known)


def sources(answer: str, notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes in which most of the answer's words stand; none if none has any."""
    wanted = {stem(word) for word in content_words(answer)}
    shares = [len(wanted & {stem(word) for word in content_words(note.line)}) for note in notes]
    most = max(shares, default=0)
    return tuple(note for note, share in zip(notes, shares, strict=True) if share == most and most)


def asked_about(question: str, notes: Sequence[Note]) -> str:
    """Whose words answer a question: the one speaker whom it names, ``me`` if it is about oneself; else nobody's."""
    words = {word.casefold().replace("’", "'").removesuffix("'s") for word in (m[0] for m in _WORD.finditer(question))}
    named = {note.name for note in notes if note.name != "me" and note.name.split()[0].casefold() in words}
    if len(named) == 1 and not _OWN.search(question):
        return named.pop()
    return "me" if not named and _OWN.search(question) else ""


def split_by_speaker(notes: Sequence[Note], question: str) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """The notes that tell of the one who is asked about, and all others: theirs and the person's own ("Anna lives in
    Porto now"). Where nobody in particular is asked about, no note is another's.

    What somebody did or likes is best known from themselves, and another's words are what deceives a small model most.
    """
    subject = asked_about(question, notes)
    if not subject:
        return tuple(notes), ()
    tellers = (subject, "me")
    return (
        tuple(note for note in notes if note.name in tellers),
        tuple(note for note in notes if note.name not in tellers),
    )


def weights_of(notes: Sequence[Note]) -> dict[str, float]:
    """What a stem counts: the less, the more notes it stands in."""
    known = Counter(word for note in notes for word in {stem(word) for word in content_words(note.line)})
    return {word: 1 / count for word, count in known.items()}


def extract(notes: Sequence[Note], question: str) -> Note | None:
    """The note that has most in common with the question, rare words counting more; of the one asked about, if any."""
    if not notes:
        return None
    subject = asked_about(question, notes)
    weights = weights_of(notes)
    wanted = {stem(word) for word in content_words(question)} - {stem(note.name) for note in notes}
    scores = [
        sum(weights[word] for word in wanted & {stem(word) for word in content_words(note.line)})
        + (0.5 if subject and note.name == subject else 0.0)
        for note in notes
    ]
    best = max(range(len(notes)), key=lambda place: scores[place])
    return notes[best]
