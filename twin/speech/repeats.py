"""A window in which the recogniser says again what it had said, instead of what is there.

Whisper sees the text of the window before. Where little more than silence is left after it, the decoder may copy that
text; an adapter whose training texts end without a full stop makes it likelier. Such a copy is faster than anybody
speaks, which a person who does say a thing twice is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from twin.domain import Word
from twin.sounds import letters

_LEAST_WORDS = 8
_FASTEST = 5.5
"""Words a second; what is read fast has four."""


def repeats(said: Sequence[Word], words: Sequence[Word], seconds: float) -> bool:
    """Whether ``words``, from ``seconds`` of sound, copy a run of what was ``said`` before, and were not spoken."""
    if len(words) < _LEAST_WORDS or len(words) <= _FASTEST * seconds:
        return False
    before, now = _plain(said), _plain(words)
    return any(before[at : at + len(now)] == now for at in range(len(before) - len(now) + 1))


def _plain(words: Sequence[Word]) -> list[str]:
    return [letters(word.word) for word in words]
