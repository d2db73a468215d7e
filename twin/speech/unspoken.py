"""A rest of a recording in which the recogniser hears more than anybody can have said in it.

Whisper sees the text of the window before. Where little more than silence is left after it, the decoder may copy that
text, vary it, or go on with what could follow; an adapter whose training texts end without a full stop makes it
likelier. What it then says is faster than anybody speaks.
"""

from __future__ import annotations

from typing import Final

_LEAST_WORDS: Final = 5
"""Fewer may well stand in a rest that was cut a little late."""
_FASTEST: Final = 6.5
"""Words a second; what is read fast has four."""


def unspoken(words: int, seconds: float) -> bool:
    """Whether nobody can have said so many ``words`` in ``seconds`` of sound."""
    return words >= _LEAST_WORDS and words > _FASTEST * seconds
