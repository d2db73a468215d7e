"""Texts as they are compared: by what was said, however it is written.

Whisper's normalisers (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", appendix C,
https://arxiv.org/abs/2212.04356). In English numbers become digits, contractions are spelled out and spellings are made
one; of other languages only case and punctuation are taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

_ENGLISH = "en"


@lru_cache(maxsize=65_536)
def normalised(text: str, language: str = _ENGLISH) -> str:
    """``text`` as words in lower case with one space between; ``language`` as Whisper calls it."""
    return " ".join(_normaliser(language == _ENGLISH)(text).split())


@lru_cache(maxsize=2)
def _normaliser(english: bool) -> Callable[[str], str]:
    if english:
        from whisper_normalizer.english import EnglishTextNormalizer

        return EnglishTextNormalizer()  # type: ignore[no-any-return]
    from whisper_normalizer.basic import BasicTextNormalizer

    return BasicTextNormalizer(remove_diacritics=False)  # type: ignore[no-any-return]
