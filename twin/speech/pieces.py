"""From a recogniser's pieces to words: what stands between spaces, with its tokens or its time and probability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from faster_whisper.tokenizer import Tokenizer

from twin.domain import Word
from twin.speech.hints import Chosen
from twin.speech.streaming import TokenWord

_UNSPACED_LANGUAGES = {"zh", "yue", "ja", "th", "lo", "my"}
"""Written without spaces; in all others a word without a leading space belongs to the one before ("-of", ",000")."""


def is_spaced(language: str) -> bool:
    return language not in _UNSPACED_LANGUAGES


def whole_words(pieces: Iterable[dict[str, Any]], *, spaced: bool) -> Iterator[Word]:
    """Words without their leading space. Where words are spaced, pieces that lack one are put back together:
    faster-whisper splits "state-of-the-art" at its hyphens and "3.5" at its point; the least probability stands.
    """
    word: Word | None = None
    for piece in pieces:
        text = piece["word"].strip()
        if not text:
            continue
        start, end, probability = float(piece["start"]), float(piece["end"]), float(piece["probability"])
        if word is not None and spaced and not piece["word"].startswith(" "):
            word = Word(word.word + text, word.start, end, min(word.probability, probability))
            continue
        if word is not None:
            yield word
        word = Word(text, start, end, probability)
    if word is not None:
        yield word


def with_terms(words: tuple[TokenWord, ...], chosen: Chosen, tokenizer: Tokenizer) -> tuple[TokenWord, ...]:
    """``words`` with the terms that were taken; as they are if they are not, one by one, what was chosen from."""
    if [word.text.strip() for word in words] != [word.word for word in chosen.plain]:
        return words
    spliced, at = list[TokenWord](), 0
    for one in chosen.replacements:
        spliced += words[at : one.first]
        spliced += (TokenWord(f" {word.word}", tuple(tokenizer.encode(f" {word.word}"))) for word in one.words)
        at = one.last
    return (*spliced, *words[at:])


def token_words_of(tokenizer: Tokenizer, tokens: Iterable[int], *, spaced: bool) -> tuple[TokenWord, ...]:
    """The words of ``tokens``, timestamps left out, with the tokens of each."""
    words: list[TokenWord] = []
    texts, groups = tokenizer.split_to_word_tokens([token for token in tokens if token < tokenizer.eot])
    for text, group in zip(texts, groups, strict=True):
        if words and spaced and not text.startswith(" "):
            words[-1] = TokenWord(words[-1].text + text, (*words[-1].tokens, *group))
        elif text:
            words.append(TokenWord(text, tuple(group)))
    return tuple(words)
