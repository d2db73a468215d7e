"""Entries of the conversation that are far from what is looked at: as many blank rows as they take, and no widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.entry import Entry

_ROWS_BESIDE_ITS_TEXT = 2
"""Of most entries: a head, and an empty row below it."""
_COLUMNS_BESIDE_ITS_TEXT = 4


@dataclass(slots=True)
class Kept:
    """What is kept of an entry that is away."""

    kind: type[Entry]
    make: Callable[[], Entry]
    """Makes an entry that shows the same."""
    text: str
    """What is to be read in it, by which its rows are guessed."""
    about: frozenset[str]
    rows: int = 0
    """How many it takes with the empty one below it: a guess until it was seen."""

    @classmethod
    def of(cls, entry: Entry, rows: int = 0) -> Kept | None:
        """What is to be kept of ``entry``; ``None`` if something goes on in it."""
        make = entry.again()
        return None if make is None else cls(type(entry), make, entry.text, frozenset(entry.about), rows)

    def shows(self, id: str, kind: type[Entry]) -> bool:
        """Whether it is of that kind and about ``id``, if one is given."""
        return issubclass(self.kind, kind) and (not id or id in self.about)

    def guess(self, width: int) -> None:
        """Guess its rows where the conversation is ``width`` cells wide."""
        inside = max(1, width - _COLUMNS_BESIDE_ITS_TEXT)
        lines = self.text.splitlines()
        self.rows = sum(-(-cell_len(line) // inside) or 1 for line in lines) + _ROWS_BESIDE_ITS_TEXT


class Away(Widget):
    """A stretch of the conversation that is not mounted, the oldest entry first."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._kept: list[Kept] = []
        self._width = 0

    def __iter__(self) -> Iterator[Kept]:
        return iter(self._kept)

    def __bool__(self) -> bool:
        return bool(self._kept)

    @property
    def first(self) -> Kept:
        return self._kept[0]

    @property
    def last(self) -> Kept:
        return self._kept[-1]

    @property
    def rows(self) -> int:
        return sum(kept.rows for kept in self._kept)

    def rows_before(self, kept: Kept) -> int:
        """How far below its top ``kept`` would stand."""
        return sum(one.rows for one in self._kept[: self._kept.index(kept)])

    def prepend(self, kept: Iterable[Kept]) -> None:
        self._kept[:0] = map(self._guessed, kept)
        self.refresh(layout=True)

    def append(self, kept: Iterable[Kept]) -> None:
        self._kept += map(self._guessed, kept)
        self.refresh(layout=True)

    def take_first(self) -> Kept:
        self.refresh(layout=True)
        return self._kept.pop(0)

    def take_last(self) -> Kept:
        self.refresh(layout=True)
        return self._kept.pop()

    def replace(self, kept: Kept, by: Kept | None) -> None:
        """Put another in the place of ``kept``, or nothing."""
        at = self._kept.index(kept)
        self._kept[at : at + 1] = [] if by is None else [self._guessed(by)]
        self.refresh(layout=True)

    def guess_again(self, width: int) -> None:
        """The conversation has another width now."""
        if width != self._width:
            self._width = width
            for kept in self._kept:
                kept.guess(width)
            self.refresh(layout=True)

    def _guessed(self, kept: Kept) -> Kept:
        if not kept.rows:
            kept.guess(self._width)
        return kept

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.rows

    def render_lines(self, crop: Region) -> list[Strip]:
        """Blank: only the rows that are asked for, of what may be tens of thousands."""
        return [Strip.blank(crop.width, self.rich_style)] * crop.height
