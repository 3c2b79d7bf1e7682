"""Tables that lose nothing, however narrow the terminal is.

A table that is too wide folds its headings and texts at blanks; if it is still too wide it becomes several tables of
fewer columns, the names first in each; at last a list of records. No number is shortened, and nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table as Grid
from rich.text import Text

from .streams import shown

_READABLE = 28
_WIDE, _NARROW = 3, 2


def texts(*headings: str) -> list[tuple[str, str]]:
    """Columns of texts, to the left."""
    return [(heading, "left") for heading in headings]


def numbers(*headings: str) -> list[tuple[str, str]]:
    """Columns of numbers, to the right."""
    return [(heading, "right") for heading in headings]


class Table:
    """Rows under headings, for `Console.print`. The first `names` columns say what a row is about.

    Columns are (heading, justification): those to the left hold texts, which may be folded, those to the right numbers.
    """

    def __init__(self, title: str, columns: Iterable[tuple[str, str]], names: int = 1) -> None:
        self.title = title
        self.names = names
        self._headings = tuple(columns)
        self._rows: list[_Row] = []

    def add_row(self, *cells: str, style: str = "") -> None:
        """Add a row; cells that are not given stay empty."""
        self._rows.append(_Row(cells + ("",) * (len(self._headings) - len(cells)), style))

    def add_section(self) -> None:
        """Draw a line below the rows so far."""
        self._rows[-1:] = [replace(row, ends_section=True) for row in self._rows[-1:]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table as one, as several, or as records: the first of these that fits."""
        yield Text(shown(self.title, console.file), style="table.title")
        columns = [self._column(number, console) for number in range(len(self._headings))]
        parts = _parts(columns, self.names, options.max_width)
        for part in parts:
            yield self._grid([columns[number] for number in part], options.max_width)
        if not parts:
            yield from self._records(columns)

    def _column(self, number: int, console: Console) -> _Column:
        heading, justify = self._headings[number]
        cells = tuple(shown(row.cells[number], console.file) for row in self._rows)
        return _Column(shown(heading, console.file), justify == "left", cells)

    def _grid(self, columns: Sequence[_Column], width: int) -> Grid:
        gap, widths = _widths(columns, width)
        grid = Grid(box=SIMPLE_HEAD, safe_box=False, pad_edge=False, padding=(0, gap - 2, 0, 1))
        for column, cells in zip(columns, widths, strict=True):
            grid.add_column(
                Text(column.heading), justify="left" if column.is_text else "right", width=cells, overflow="fold"
            )
        for number, row in enumerate(self._rows):
            texts = [Text(column.cells[number]) for column in columns]
            grid.add_row(*texts, style=row.style or None, end_section=row.ends_section)
        return grid

    def _records(self, columns: Sequence[_Column]) -> RenderResult:
        """Each row as lines of heading and cell, without what is empty."""
        for number, row in enumerate(self._rows):
            yield Text("")
            for column in columns:
                if cell := column.cells[number]:
                    yield Text(f"{column.heading}: {cell}" if column.heading else cell, style=row.style)
        yield Text("")


@dataclass(frozen=True)
class _Row:
    cells: tuple[str, ...]
    style: str = ""
    ends_section: bool = False


@dataclass(frozen=True)
class _Column:
    """A column and its widths in cells of the terminal."""

    heading: str
    is_text: bool
    cells: tuple[str, ...]

    @cached_property
    def full(self) -> int:
        """Nothing is folded."""
        return max(cell_len(text) for text in (self.heading, *self.cells))

    @cached_property
    def least(self) -> int:
        """No word and no number is taken apart."""
        texts = [word for cell in self.cells for word in cell.split()] if self.is_text else self.cells
        return max((cell_len(text) for text in (*self.heading.split(), *texts)), default=0)

    @cached_property
    def readable(self) -> int:
        """Texts are not folded to more lines than are pleasant to read."""
        return max([self.least, *(min(cell_len(cell), _READABLE) for cell in self.cells)])


def _total(widths: Sequence[int], gap: int) -> int:
    """The width of a grid, with a cell at either side."""
    return sum(widths) + gap * (len(widths) - 1) + 2


def _parts(columns: Sequence[_Column], names: int, width: int) -> list[list[int]]:
    """The numbers of the columns of each grid, the names first; none if a name and one column are too wide."""
    if _total([column.full for column in columns], _WIDE) <= width:
        return [list(range(len(columns)))]
    for sizes in ([column.readable for column in columns], [column.least for column in columns]):
        if parts := _split(sizes, names, width):
            # As many columns in one as in another, if that takes no more grids.
            alike = (_split(sizes, names, limit) for limit in range(width))
            return next((found for found in alike if len(found) == len(parts)), parts)
    return []


def _split(sizes: Sequence[int], names: int, width: int) -> list[list[int]]:
    """As many columns in each part as fit beside the names; nothing if one does not fit."""
    head = list(range(names))
    if _total(sizes[:names], _NARROW) > width:
        return []
    parts = [head]
    for number in range(names, len(sizes)):
        for part in ([*parts[-1], number], [*head, number]):
            if _total([sizes[k] for k in part], _NARROW) <= width:
                break
        else:
            return []
        parts[-1 if part[:-1] == parts[-1] else len(parts) :] = [part]
    return parts


def _widths(columns: Sequence[_Column], width: int) -> tuple[int, list[int]]:
    """The gap between columns, and the width of each: what is to spare goes to those that lack most."""
    full = [column.full for column in columns]
    if _total(full, _WIDE) <= width:
        return _WIDE, full
    widths = [column.readable for column in columns]
    if _total(widths, _NARROW) > width:
        widths = [column.least for column in columns]
    for _ in range(min(width - _total(widths, _NARROW), sum(full) - sum(widths))):
        lacking = max(range(len(widths)), key=lambda number: full[number] - widths[number])
        widths[lacking] += 1
    return _NARROW, widths
