"""A table as its readers see it: a heading, rows of cells as text, and the place of each cell.

CSV files and the sheets of a workbook look the same from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Protocol

from driverkit.formats.cells import natural
from driverkit.formats.csv_text import CsvText, match_columns
from driverkit.formats.json_tree import compose_json
from driverkit.formats.limits import Limits
from driverkit.formats.sketch import Cell
from driverkit.formats.tree import Enough, Faults, Map, Seq, Tree
from driverkit.model.values import show

__all__ = ["CsvGrid", "Grid", "Row", "columns_of", "json_cell", "tell_unnamed"]


class Grid(Protocol):
    """A heading and rows of cells; an empty cell is an empty text.

    Attributes:
        name: what the table is called, for messages.
        header: the names of the columns as they are written.
        header_row: where they stand.
    """

    name: str
    header: list[str]
    header_row: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that say something, each as wide as the heading, with the number that places it."""

    def at(self, row: int, column: int) -> int:
        """The offset of a cell, for faults; columns count from 0."""


class CsvGrid:
    """The table of a CSV text. ``header`` is empty where it has none, which is told.

    ``base`` is added to every offset, for a text that is one of several.
    """

    def __init__(
        self, text: str, faults: Faults, limits: Limits, *, columns: str, name: str = "", base: int = 0
    ) -> None:
        self.name = name
        self.base = base
        self.table = CsvText(text, faults, limits, columns=columns)
        self.header = [natural(cell) for cell in self.table.header or ()]
        self.header_row = self.table.header_line if self.table.header is not None else 1

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows, each cell as it was meant."""
        for rows, lines in self.table.batches():
            for row, line in zip(rows, lines, strict=True):
                yield line, [natural(cell) for cell in row]

    def at(self, row: int, column: int) -> int:
        """The offset at which a cell begins."""
        return self.base + self.table.at(row, column)


class Row:
    """One row, its cells by the names of their columns."""

    def __init__(self, grid: Grid, number: int, cells: list[str], names: Mapping[str, int]) -> None:
        self._grid = grid
        self.number = number
        self.cells = cells
        self._names = names

    @property
    def start(self) -> int:
        """The offset of its first cell that says something."""
        first = next((n for n, cell in enumerate(self.cells) if cell.strip()), 0)
        return self._grid.at(self.number, first)

    def at(self, name: str) -> int:
        """The offset of a cell."""
        return self._grid.at(self.number, self._names[name])

    def cell(self, name: str) -> Cell | None:
        """A cell as it is written, with its place; None where it says nothing or there is no such column."""
        column = self._names.get(name)
        if column is None:
            return None
        text = self.cells[column]
        return Cell(text, self._grid.at(self.number, column)) if text and not text.isspace() else None

    def word(self, name: str) -> Cell | None:
        """A cell that holds one word, such as an id or a number: blanks round it are taken off."""
        cell = self.cell(name)
        if cell is not None:
            cell.text = cell.text.strip()
        return cell


def columns_of(
    grid: Grid, known: Mapping[str, str], faults: Faults, unknown: Callable[[str, int], None]
) -> dict[str, int]:
    """Which column of a table holds what; a column without a name must be empty.

    Args:
        grid: the table.
        known: what each heading stands for.
        faults: what is wrong is told to.
        unknown: called with a heading that is not known, and its column.
    """
    row = grid.header_row
    return match_columns(
        grid.header,
        known,
        lambda column, message: faults.add(message, grid.at(row, column)),
        unknown,
    )


def tell_unnamed(grid: Grid, row: Row, faults: Faults) -> None:
    """Tell of what stands in a column that has no heading: nobody knows what it is."""
    for column, name in enumerate(grid.header):
        if not name.strip() and row.cells[column].strip():
            faults.add(
                f"{show(row.cells[column])} stands in a column without a heading. Name the column, or empty the cell.",
                grid.at(row.number, column),
            )


def json_cell(cell: Cell, faults: Faults, limits: Limits) -> Tree | None:
    """The JSON value in a cell as a tree whose parts all stand at that cell; None where it is none, which is told."""
    inner = Faults(cell.text, None, limits)
    tree = None
    with suppress(Enough):
        tree = compose_json(cell.text, inner, limits)
    for fault in inner:
        faults.add(f"This cell holds JSON that cannot be read: {fault.message}", cell.at)
    if tree is None or len(inner):
        return None
    stack = [tree]
    while stack:
        node = stack.pop()
        node.start = node.end = node.key_start = cell.at
        if isinstance(node, Seq):
            stack.extend(node.items)
        elif isinstance(node, Map):
            stack.extend(node.entries.values())
    return tree
