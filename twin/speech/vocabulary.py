"""Which words the recogniser has in its own vocabulary."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from twin.errors import WeightsError

_WORD_START = "Ġ"
"""How byte-level BPE writes a leading space."""


class RecogniserVocabulary:
    """The whole words among a Whisper's tokens: common ones, for the rest is put together from pieces.

    Of 31 lower-case terms that Whisper base misheard in specialists' sentences, none was among them. ``folder`` gives
    the weights' folder and is asked on first use; without it every word counts as known.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def knows(self, word: str) -> bool:
        """Whether ``word`` is one token. Words beyond ASCII are split into bytes, and always count as known."""
        if not self._tokens or not word.isascii():
            return True
        return any(_WORD_START + form in self._tokens for form in (word.lower(), word.capitalize(), word))

    @cached_property
    def _tokens(self) -> frozenset[str]:
        try:
            folder = self._folder()
        except WeightsError:
            return frozenset()
        listed = folder / "vocabulary.json"
        if listed.exists():
            return frozenset(json.loads(listed.read_text(encoding="utf-8")))
        return frozenset((folder / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
