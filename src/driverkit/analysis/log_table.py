"""Somebody's log as a table: a heading, rows of cells as text, and the place of each cell in its file."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from driverkit.analysis.log_cells import plain_words
from driverkit.errors import Fault, FormatError, UsageError
from driverkit.formats import Limits
from driverkit.formats.disk import read_bytes
from driverkit.formats.grid import CsvGrid, Grid
from driverkit.formats.text import decode, scan
from driverkit.formats.tree import Enough, Faults
from driverkit.model.values import did_you_mean, show

if TYPE_CHECKING:
    from driverkit.formats.xlsx_read import SheetGrid

__all__ = ["LogTable", "read_table"]

_DIVIDED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_BOOKS = (".xlsx", ".xlsm")


class LogTable:
    """A table that somebody keeps.

    Attributes:
        file: its name as it was given.
        faults: what is wrong with it, each with its place.
        header: its headings as they are written.
        rows: the rows that say something, each with the number that places it.
        told: how it was read, in words.
        wrong: what is wrong with single cells of a workbook, by row and column; it is told of those that are read.
        notes: what is to be known of it, such as that a formula was read by its stored value.
    """

    def __init__(self, file: str, faults: Faults, grid: Grid, told: str) -> None:
        self.file = file
        self.faults = faults
        self.grid = grid
        self.header = list(grid.header)
        self.told = told
        self.wrong: dict[tuple[int, int], str] = {}
        self.notes: list[str] = []
        self.rows: list[tuple[int, list[str]]] = []
        with suppress(Enough):
            self.rows = [(number, list(cells)) for number, cells in grid.rows()]

    def name(self, column: int) -> str:
        """How a column is named in ``map``: its heading or, where that does not tell, its number."""
        heading = self.header[column].strip()
        same = [1 for other in self.header if plain_words(other) == plain_words(heading)]
        return heading if plain_words(heading) and len(same) == 1 else f"#{column + 1}"

    def column(self, name: str) -> int:
        """The column that a name means: a heading (capitals, blanks and signs make no difference) or ``#3``.

        Raises:
            UsageError: there is no such column, or there are several.
        """
        word = name.strip()
        exact = [at for at, heading in enumerate(self.header) if heading.strip() == word]
        folded = [at for at, heading in enumerate(self.header) if plain_words(heading) == plain_words(word)]
        for hits in (exact, folded if plain_words(word) else []):
            if len(hits) == 1:
                return hits[0]
            if hits:
                numbers = " or ".join(f"#{at + 1}" for at in hits)
                raise UsageError(f"{self.file} has {len(hits)} columns {show(word)}. Say which: {numbers}.")
        number = re.fullmatch("#([1-9][0-9]{0,4})", word)
        if number and int(number[1]) <= len(self.header):
            return int(number[1]) - 1
        known = [heading.strip() for heading in self.header if heading.strip()]
        listed = ", ".join(show(one, most=40) for one in known[:20])
        raise UsageError(
            f"{self.file} has no column {show(word)}.{did_you_mean(word, known)} Its columns are: {listed}."
        )

    def cells(self, column: int) -> Iterator[str]:
        """What stands in a column, without its empty cells."""
        for _, cells in self.rows:
            if cells[column].strip():
                yield cells[column].strip()

    def tell(self, row: int, column: int, message: str, id: str | None = None) -> None:
        """Tell a fault of one cell."""
        with suppress(Enough):
            heading = self.header[column].strip()
            said = f"{heading}: {message}" if heading else message
            self.faults.add(said, self.grid.at(row, column), id=id)

    def where(self, row: int, column: int) -> str:
        """The place of a cell in words."""
        return str(self.faults.place(self.grid.at(row, column)))


def read_table(
    path: str | os.PathLike[str],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    heading_row: int | None = None,
    limits: Limits | None = None,
) -> LogTable:
    """A table from a CSV file or a workbook; see `import_cycles` for the options.

    Raises:
        FormatError: it cannot be read as a table.
        UsageError: an option does not fit the file.
    """
    limits = limits or Limits()
    name = os.fspath(path)
    if heading_row is not None and heading_row < 1:
        raise UsageError("The heading row is counted from 1.")
    data = read_bytes(Path(name), name, limits)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or name.lower().endswith(_BOOKS):
        return _book(data, name, sheet, encoding, heading_row, limits)
    if sheet is not None:
        raise UsageError(f"{name} is no workbook, so it has no sheets.")
    text = _text(data, name, encoding, limits)
    faults = Faults(text, name, limits)
    with suppress(Enough):
        scan(text, faults)
        if heading_row is not None:
            start = faults.starts[min(heading_row, len(faults.starts)) - 1]
            faults.text = text = "\n" * (heading_row - 1) + text[start:]
            faults._starts = None
        if not len(faults):
            grid = CsvGrid(text, faults, limits, columns="one for each thing that you note")
            if grid.header:
                divided = _DIVIDED.get(grid.table.delimiter, show(grid.table.delimiter))
                return LogTable(name, faults, grid, f"cells divided by {divided}, {encoding or 'UTF-8'}")
    raise FormatError(faults)


def _text(data: bytes, name: str, encoding: str | None, limits: Limits) -> str:
    if encoding is None:
        try:
            return decode(data, name, limits)
        except FormatError as error:
            raise FormatError([_with_option(fault) for fault in error.faults]) from None
    try:
        codec = codecs.lookup(encoding)
        if not codec._is_text_encoding:
            raise LookupError
    except (LookupError, ValueError):
        raise UsageError(
            f"There is no encoding {show(encoding)}. Usual ones are utf-8, cp1252 (Windows, western Europe), cp1250, "
            "utf-16."
        ) from None
    if len(data) > limits.bytes:
        return decode(data, name, limits)  # it tells so
    try:
        return codec.decode(data, "strict")[0].removeprefix("\ufeff")
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line = data[:start].count(b"\n") + 1
        raise FormatError(
            [Fault(f"This cannot be read as {codec.name}: {error}.", line=line, column=1, file=name)]
        ) from None


def _with_option(fault: Fault) -> Fault:
    said = fault.message
    if "Windows-1252" in said:
        said = said.replace(
            "It looks like Windows-1252. Save it as UTF-8.",
            "It looks like Windows-1252: add --encoding cp1252, or save the file as UTF-8.",
        )
    elif "UTF-16" in said:
        said = said.replace("Save it as UTF-8.", "Add --encoding utf-16, or save it as UTF-8.")
    return attrs.evolve(fault, message=said)


def _book(
    data: bytes, name: str, sheet: str | None, encoding: str | None, heading_row: int | None, limits: Limits
) -> LogTable:
    """The table on a sheet of a workbook; what is wrong with other sheets is nobody's concern here.

    Raises:
        FormatError: the workbook cannot be read.
        UsageError: an option does not fit it.
    """
    from driverkit.formats.xlsx_read import read_book

    if encoding is not None:
        raise UsageError(f"{name} is a workbook, which says its encoding itself. Leave out --encoding.")
    if len(data) > limits.bytes:
        decode(data, name, limits)  # it tells so
    # What is wrong with a sheet that nobody asked for, or with a column that nobody reads, is no reason to stop.
    faults = Faults("", name, attrs.evolve(limits, faults=limits.cells))
    book = read_book(data, faults, limits, heading_row=heading_row)
    grid = _sheet(name, book.sheets, sheet)
    mine = f"{grid.name}!"
    wrong = [fault for _, fault in faults._found if fault.message.startswith(mine)]
    faults.limits = limits
    faults._found = []
    table = LogTable(name, faults, grid, f"sheet {grid.name}")
    for fault in wrong:
        if (fault.column or 0) > len(table.header):
            table.notes.append(fault.message)
        else:
            table.wrong[fault.line or 0, (fault.column or 0) - 1] = fault.message.partition(": ")[2]
    table.notes += [fault.message for fault in book.guessed if fault.message.startswith(mine)]
    return table


def _sheet(name: str, sheets: Sequence[SheetGrid], wanted: str | None) -> SheetGrid:
    """The sheet that is meant.

    Raises:
        UsageError: there is none, or nobody says which.
    """
    filled = [one for one in sheets if one.header]
    listed = ", ".join(show(one.name, most=40) for one in filled[:20])
    if wanted is not None:
        for fold in (str, plain_words):
            hits = [one for one in sheets if fold(one.name) == fold(wanted)]
            if len(hits) == 1 and hits[0].header:
                return hits[0]
            if len(hits) == 1:
                raise UsageError(f"The sheet {show(wanted)} of {name} is empty. Others are: {listed}.")
        hint = did_you_mean(wanted, [one.name for one in filled])
        raise UsageError(f"{name} has no sheet {show(wanted)}.{hint} There are: {listed}.")
    if not filled:
        raise UsageError(f"{name} is empty.")
    if len(filled) > 1:
        raise UsageError(f"{name} has {len(filled)} sheets. Say which, with --sheet: {listed}.")
    return filled[0]
