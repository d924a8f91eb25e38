"""The flat table as CSV: one row a node, to be opened in any spreadsheet."""

from __future__ import annotations

from driverkit.errors import SaveError
from driverkit.formats.cells import neutral
from driverkit.formats.csv_text import LONGEST_CELL, written_csv
from driverkit.formats.flat import COLUMNS, flat_rows, read_flat
from driverkit.formats.grid import CsvGrid
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Faults
from driverkit.model import Origin, Theory

__all__ = ["CSV", "dumps_csv", "loads_csv"]


def loads_csv(text: str, file: str | None, limits: Limits) -> Theory:
    r"""A theory from a flat table.

    Raises:
        FormatError: with every fault and its place.

    >>> theory = loads_csv(
    ...     "id,kind,parents,text\nA1,aim,,Fewer falls\nP1,driver,A1,Risk is known\n", None, Limits()
    ... )
    >>> theory.title, [link.id for link in theory.links]
    ('Fewer falls', ['P1 -> A1'])
    """

    def read(faults: Faults) -> Theory | None:
        grid = CsvGrid(text, faults, limits, columns=",".join(COLUMNS))
        return read_flat(grid, faults, Origin(file, format="csv"))

    return theory_in(text, file, limits, read)


def dumps_csv(theory: Theory) -> str:
    """The nodes of a theory as a flat table.

    Raises:
        SaveError: a text is longer than a cell may be.
    """
    rows = [[neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in flat_rows(theory)]
    for row in rows:
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in row):
            raise SaveError(f"A text of {row[0]} is longer than the {LONGEST_CELL:,} characters of a cell.")
    return written_csv(rows)


CSV = Format(
    name="csv",
    suffixes=(".csv",),
    description="A flat table, one row a node, for any spreadsheet: id, kind, level, parents, text.",
    holds="aims, drivers and change ideas with their links, and their owner, tags, status and url",
    loads=loads_csv,
    dumps=dumps_csv,
)
