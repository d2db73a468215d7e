"""Corrections to learn from, made up: a few of a kind, or as many as a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from twin.domain import AudioSource, Correction, Example, Term, Utterance, Word
from twin.learning.feedback import notice

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ORDINARY = (
    ("sink", "think"), ("wery", "very"), ("zese", "these"), ("vest", "west"), ("tree", "three"), ("bat", "bad"),
    ("dose", "those"), ("wine", "vine"), ("hart", "hard"), ("ship", "sheep"), ("pack", "back"), ("sing", "thing"),
)  # fmt: skip
"""Ordinary words as an accent has them misheard: heard, said."""


def words_of(text: str, probability: float = 0.9) -> tuple[Word, ...]:
    return tuple(Word(word, at / 4, (at + 1) / 4, probability) for at, word in enumerate(text.split()))


def example(
    number: int,
    heard: str,
    said: str,
    *,
    at: datetime = MONDAY,
    domain: str = "",
    source: AudioSource = AudioSource.MICROPHONE,
) -> Example:
    edits = notice(words_of(heard), said)
    return Example(f"c{number}", f"u{number}", f"sha-{number}", 3.0, heard, said, edits, at, source, domain)


def accent(
    count: int,
    *,
    first: int = 1,
    days: int = 3,
    start: datetime = MONDAY,
    domain: str = "",
    source: AudioSource = AudioSource.MICROPHONE,
) -> tuple[Example, ...]:
    """``count`` utterances of six words, one of them an ordinary word that was misheard, over ``days``."""
    pairs = islice(cycle(ORDINARY), count)
    return tuple(
        example(
            first + at,
            f"number {first + at} has the {heard} here",
            f"number {first + at} has the {said} here",
            at=start + timedelta(days=at * days // count, minutes=at),
            domain=domain,
            source=source,
        )
        for at, (heard, said) in enumerate(pairs)
    )


def right(count: int, *, first: int = 500, start: datetime = MONDAY, domain: str = "") -> tuple[Example, ...]:
    """Utterances that the person confirmed."""
    return tuple(
        example(first + at, f"all is well in {first + at}", f"all is well in {first + at}",
                at=start + timedelta(hours=at), domain=domain)
        for at in range(count)
    )  # fmt: skip


def misheard(
    term: str, heard: Sequence[str], *, first: int = 700, start: datetime = MONDAY, domain: str = ""
) -> tuple[Example, ...]:
    """A term, in an utterance each as it was ``heard``."""
    return tuple(
        example(first + at, f"we ask {variant} about {at}", f"we ask {term} about {at}",
                at=start + timedelta(days=at), domain=domain)
        for at, variant in enumerate(heard)
    )  # fmt: skip


def term(text: str, number: int = 1, *, aliases: Sequence[str] = (), domain: str = "") -> Term:
    return Term(text, f"m{number}", tuple(aliases), domain)


def taught(
    number: int,
    heard: str,
    said: str,
    *,
    at: datetime = MONDAY,
    seconds: float = 3.0,
    audio: str = "",
    source: AudioSource = AudioSource.MICROPHONE,
    later: timedelta = timedelta(minutes=1),
    private: bool = False,
) -> tuple[Utterance, Correction]:
    """An utterance and what the person says was said, as ``Ledger.taught`` gives them."""
    heard_words = words_of(heard)
    utterance = Utterance(
        id=f"u{number}", heard=heard, words=heard_words, seconds=seconds, language="en",
        audio_sha256=audio or f"sha-{number}", source=source, origin="mic", model="whisper-base", session_id="ui-1",
        created_at=at, corrected=said, private=private,
    )  # fmt: skip
    return utterance, Correction(f"c{number}", utterance.id, said, notice(heard_words, said), at + later)
