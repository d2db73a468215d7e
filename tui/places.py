"""Places in a text that is being edited: where they are, and where they are after an edit. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile

Span = tuple[int, int]
"""A half-open range of characters."""

_CORE = re.compile(r"^\W*(.*?)\W*$", re.DOTALL)


def word_spans(text: str) -> dict[int, Span]:
    """Where each word stands, by its position: words are what stands between white space."""
    return {position: found.span() for position, found in enumerate(re.finditer(r"\S+", text))}


def core_of(text: str, span: Span) -> Span:
    """``span`` without the marks at both ends, if that leaves anything."""
    found = _CORE.match(text[slice(*span)])
    assert found is not None  # every part may be empty
    start, end = found.span(1)
    return (span[0] + start, span[0] + end) if end > start else span


def location_of(text: str, index: int) -> tuple[int, int]:
    """The line and the column of a character."""
    return text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1)


def after_edit(spans: Mapping[int, Span], before: str, after: str) -> dict[int, Span]:
    """Where the words of ``before`` at ``spans`` stand in ``after``, without those that the edit touched."""
    shorter = min(len(before), len(after))
    begins = _common(before, after)
    ends = _common(before[::-1], after[::-1])
    # where the same letters stand on both sides of an edit there are two ways to see it
    ways = (begins, min(ends, shorter - begins)), (min(begins, shorter - ends), ends)
    found = (_whole(_moved(spans, way, len(before), len(after)), after) for way in ways)
    return max(found, key=len)


def _moved(spans: Mapping[int, Span], unchanged: tuple[int, int], before: int, after: int) -> dict[int, Span]:
    """``spans`` in a text of another length, of which so much is unchanged at its beginning and its end."""
    begins, ends = unchanged
    moved = {}
    for key, (start, end) in spans.items():
        if end <= begins:
            moved[key] = (start, end)
        elif start >= before - ends:
            moved[key] = (start + after - before, end + after - before)
    return moved


def _whole(spans: Mapping[int, Span], text: str) -> dict[int, Span]:
    """Those that are still all that stands between white space."""
    around = {key: (text[max(0, start - 1) : start], text[end : end + 1]) for key, (start, end) in spans.items()}
    return {key: span for key, span in spans.items() if not "".join(around[key]).strip()}


def _common(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
