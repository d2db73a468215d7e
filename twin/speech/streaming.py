"""Settling words while somebody is still speaking: local agreement, as pure rules over hypotheses.

A growing recording is decoded again and again. A word settles when the decodings of the last while agree on it and on
all words before it; from then on it is never rewritten: every later decoding, and the final one, is forced to begin
with what has settled. This is LocalAgreement (Macháček, Dabre, Bojar 2023, "Turning Whisper into Real-Time
Transcription System", https://aclanthology.org/2023.ijcnlp-demo.3/), with the agreement asked for over a stretch of
time rather than over two decodings, so that it means the same on a fast machine and on a slow one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class TokenWord:
    """A word as it was decoded: its text with punctuation and leading space, and the recogniser's tokens for it."""

    text: str
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What was heard in the window's first ``seconds``."""

    words: tuple[TokenWord, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class AgreementRules:
    """When a word settles."""

    seconds: float = 1.5
    """Decodings must agree over so much more speech."""
    least_context_seconds: float = 2.0
    """The oldest of them must have heard so much of the window: its first words are misheard most."""
    hold_back_words: int = 1
    """So many words at the end of the oldest of them are left out: the audio may have ended within one."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What has settled in a window, and the decodings that the next one is compared with."""

    settled: tuple[TokenWord, ...] = ()
    recent: tuple[Hypothesis, ...] = ()

    def with_heard(self, newest: Hypothesis, rules: AgreementRules) -> Agreement:
        """The agreement after one more decoding. One that contradicts what has settled is left out."""
        if not _extends(newest.words, self.settled):
            return self
        recent = (*self.recent, newest)
        while len(recent) > 2 and recent[1].seconds <= newest.seconds - rules.seconds:
            recent = recent[1:]
        oldest = recent[0]
        if not rules.least_context_seconds <= oldest.seconds <= newest.seconds - rules.seconds:
            return Agreement(self.settled, recent)
        agreed = common_prefix(hypothesis.words for hypothesis in recent)
        agreed = agreed[: max(0, len(oldest.words) - rules.hold_back_words)]
        return Agreement(agreed if _extends(agreed, self.settled) else self.settled, recent)

    @property
    def tentative(self) -> str:
        """What the newest decoding heard beyond what has settled; it begins with a space, or belongs to its last word
        (which may get a comma)."""
        return text_of(self.recent[-1].words)[len(text_of(self.settled)) :] if self.recent else ""


def common_prefix(sequences: Iterable[Sequence[TokenWord]]) -> tuple[TokenWord, ...]:
    """The words with which all ``sequences`` begin."""
    prefix: list[TokenWord] = []
    for words in zip(*sequences, strict=False):
        if any(word != words[0] for word in words):
            break
        prefix.append(words[0])
    return tuple(prefix)


def beyond(words: Sequence[TokenWord], given: Sequence[TokenWord]) -> tuple[TokenWord, ...]:
    """What is left of ``words`` when ``given``, which is the same text as far as it goes, was given out."""
    tokens = len(tokens_of(given))
    ends = accumulate(len(word.tokens) for word in words)
    return tuple(word for word, end in zip(words, ends, strict=True) if end - len(word.tokens) >= tokens)


def tokens_of(words: Iterable[TokenWord]) -> tuple[int, ...]:
    return tuple(token for word in words for token in word.tokens)


def text_of(words: Iterable[TokenWord]) -> str:
    return "".join(word.text for word in words).strip()


def _extends(words: Sequence[TokenWord], settled: Sequence[TokenWord]) -> bool:
    fixed = tokens_of(settled)
    return tokens_of(words)[: len(fixed)] == fixed
