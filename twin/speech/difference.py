"""What changed between two hearings of one recording, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from twin.requests import WordChange


def changes_between(before: Sequence[str], after: Sequence[str]) -> tuple[WordChange, ...]:
    """Where ``after`` differs from ``before``, in order; case and punctuation count."""
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    return tuple(
        WordChange(before_from, tuple(before[before_from:before_to]), tuple(after[after_from:after_to]))
        for kind, before_from, before_to, after_from, after_to in matcher.get_opcodes()
        if kind != "equal"
    )
