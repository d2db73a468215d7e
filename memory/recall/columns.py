"""Arrays that grow, and the table of them that the index keeps: a row for each passage, a column for each property."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

_FIRST_ROOM = 1024
NOWHERE: Final = -1
"""In a column of rows: none."""


class Column(Generic[T]):
    """One value a row; room is made by doubling."""

    def __init__(self, dtype: type[T], fill: Any = 0) -> None:
        self._fill = fill
        self._data: NDArray[T] = np.full(_FIRST_ROOM, fill, dtype=dtype)
        self.view: NDArray[T] = self._data[:0]
        """The rows there are; it is replaced when the column grows."""

    def grow(self, size: int) -> None:
        """Make it at least ``size`` rows long."""
        if size > len(self._data):
            room = np.full(max(size, 2 * len(self._data)) - len(self._data), self._fill, dtype=self._data.dtype)
            self._data = np.concatenate([self._data, room])
        if size > len(self.view):
            self.view = self._data[:size]


class Table:
    """What the index knows of each passage, by row. ``size`` counts the rows, the free ones among them included."""

    def __init__(self) -> None:
        self.alive: Column[np.bool_] = Column(np.bool_)
        self.number: Column[np.int64] = Column(np.int64)
        """Of the passage (see :mod:`memory.store.migrations`)."""
        self.said_at: Column[np.float64] = Column(np.float64)
        """Seconds since 1970."""
        self.who: Column[np.int32] = Column(np.int32)
        """Which speaker said it."""
        self.session: Column[np.int32] = Column(np.int32)
        self.origin: Column[np.int32] = Column(np.int32, NOWHERE)
        """For a memory the row of the turn or utterance that it was taken from; for what was said :data:`NOWHERE`."""
        self.before: Column[np.int32] = Column(np.int32, NOWHERE)
        self.after: Column[np.int32] = Column(np.int32, NOWHERE)
        """The rows of what was said just before and after it in the same session."""
        self.talk: Column[np.bool_] = Column(np.bool_)
        """Whether it is of a conversation that took place elsewhere, or was taken from one."""
        self.words: Column[np.float32] = Column(np.float32)
        """How many words of weight it has."""
        self.near_words: Column[np.float32] = Column(np.float32)
        """The same of it and its neighbours, these by their share."""
        self.length: Column[np.float32] = Column(np.float32)
        self.asks: Column[np.float32] = Column(np.float32)
        self.first_person: Column[np.float32] = Column(np.float32)
        self.has_number: Column[np.float32] = Column(np.float32)
        self.has_time: Column[np.float32] = Column(np.float32)
        self.liking: Column[np.float32] = Column(np.float32)
        self.borrows: Column[np.float32] = Column(np.float32)
        self.hub: Column[np.float32] = Column(np.float32)
        """How close its vector is to questions in general."""
        self.embedded: Column[np.bool_] = Column(np.bool_)
        self.size = 0

    def grow(self, size: int) -> None:
        if size > self.size:
            for column in vars(self).values():
                if isinstance(column, Column):
                    column.grow(size)
            self.size = size

    def clear(self, row: int) -> None:
        """Make ``row`` as if nothing had ever been there."""
        for column in vars(self).values():
            if isinstance(column, Column):
                column.view[row] = column._fill


class Vectors:
    """Unit vectors by row, in blocks, so that growing copies nothing."""

    _BLOCK = 4096

    def __init__(self) -> None:
        self._blocks: list[NDArray[np.float32]] = []

    def put(self, row: int, vector: NDArray[np.float32]) -> None:
        while row >= len(self._blocks) * self._BLOCK:
            self._blocks.append(np.zeros((self._BLOCK, len(vector)), dtype=np.float32))
        self._blocks[row // self._BLOCK][row % self._BLOCK] = vector

    def clear(self, row: int) -> None:
        self._blocks[row // self._BLOCK][row % self._BLOCK] = 0

    def of(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Those of ``rows``, shape ``(len(rows), dimensions)``; each must have been put."""
        return np.stack([self._blocks[row // self._BLOCK][row % self._BLOCK] for row in rows.tolist()])

    def cosines(self, vector: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        """Of rows 0 to ``size`` with ``vector``; 0 for a row without a vector."""
        found = np.zeros(size, dtype=np.float32)
        for number, block in enumerate(self._blocks):
            start = number * self._BLOCK
            stretch = found[start : start + self._BLOCK]
            np.dot(block[: len(stretch)], vector, out=stretch)
        return found
