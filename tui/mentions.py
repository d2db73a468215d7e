"""Mentioning a memory while writing: ``@`` and some of its letters become its words, in quotation marks. Pure.

In quotation marks, because what the twin recalled is not said anew by the person: nothing is learned from a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.domain import Memory

SHOWN = 6
_MENTION = re.compile(r"(?:^|(?<=[\s(“\"]))@(\w*)$")


def mention_at(before_cursor: str) -> str | None:
    """What was typed of a mention up to the cursor, without its ``@``; ``None`` where none is being typed."""
    found = _MENTION.search(before_cursor)
    return found.group(1) if found else None


def mentionable(memories: Iterable[Memory], typed: str) -> tuple[Memory, ...]:
    """The memories that ``typed`` may mean: those with a word that begins so, or that id, the newest first."""
    from twin.domain import MemoryStatus

    beginning = typed.casefold()
    found = [
        memory
        for memory in memories
        if memory.status is MemoryStatus.HELD
        and (memory.id == beginning or any(word.startswith(beginning) for word in _words(memory)))
    ]
    return tuple(sorted(found, key=lambda memory: memory.learned_at, reverse=True)[:SHOWN])


def _words(memory: Memory) -> list[str]:
    return re.findall(r"\w+", " ".join((memory.text, memory.slot, memory.value)).casefold())
