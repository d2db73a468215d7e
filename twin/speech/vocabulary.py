"""Which words the recogniser has in its own vocabulary."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

_WORD_START = "Ġ"
"""How byte-level BPE writes a leading space."""


class RecogniserVocabulary:
    """The whole words among a Whisper's tokens: common ones, for the rest is put together from pieces.

    Of the terms that Whisper base misheard in dictations of specialists' talk, none was among them. Read on first use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def knows(self, word: str) -> bool:
        """Whether ``word`` is one token. Words beyond ASCII are split into bytes, and always count as known."""
        if not word.isascii():
            return True
        return any(_WORD_START + form in self._tokens for form in (word.lower(), word.capitalize(), word))

    @cached_property
    def _tokens(self) -> frozenset[str]:
        listed = self._folder / "vocabulary.json"
        if listed.exists():
            return frozenset(json.loads(listed.read_text(encoding="utf-8")))
        return frozenset((self._folder / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
