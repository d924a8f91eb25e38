"""A folder of CSV files: everything in a theory, one file a section."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import PurePath

from attrs import frozen

from driverkit.errors import Fault, FormatError, SaveError
from driverkit.formats.cells import neutral
from driverkit.formats.convert import to_json_values
from driverkit.formats.csv_text import LONGEST_CELL, written_csv
from driverkit.formats.grid import CsvGrid, Grid
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.sketch import Cell
from driverkit.formats.tables import SHEETS, columns, read_tables, sheets_of
from driverkit.formats.text import decode, scan
from driverkit.formats.tree import Enough, Faults, line_starts
from driverkit.formats.yaml_write import written_number
from driverkit.model import Origin, Place, Theory

__all__ = ["CSV_FOLDER", "gathers_csv", "spreads_csv"]

_ROOM = 40
"""How many bits of an offset say where in its file it is; those above say in which file."""


@frozen(eq=False)
class _Files:
    """Offsets into several files as places."""

    names: tuple[str, ...]
    starts: tuple[array[int], ...]

    def __call__(self, offset: int) -> Place:
        number, at = offset >> _ROOM, offset & ((1 << _ROOM) - 1)
        line = bisect_right(self.starts[number], at)
        return Place(self.names[number], line, at - self.starts[number][line - 1] + 1)


class _Part(Faults):
    """What is wrong with one file of several, told to the whole."""

    def __init__(self, text: str, file: str, limits: Limits, whole: Faults, base: int) -> None:
        super().__init__(text, file, limits)
        self.whole = whole
        self.base = base

    def add(self, message: str, offset: int, path: str = "", id: str | None = None) -> None:
        """Tell one fault."""
        self.whole.add(message, self.base + offset, path, id)

    def __len__(self) -> int:
        return len(self.whole)


def gathers_csv(file: Callable[[str], bytes | None], folder: str, limits: Limits) -> Theory:
    """A theory from the files of a folder.

    Raises:
        FormatError: with every fault, and the file, line and column of each.
    """
    data = {name: held for name in SHEETS if (held := file(f"{name}.csv")) is not None}
    if not data:
        said = "There is no theory.csv, aims.csv or drivers.csv here, so this is no folder of a theory."
        raise FormatError([Fault(said, line=1, column=1, file=folder or None)])
    if sum(map(len, data.values())) > limits.bytes:
        said = f"The files have more than {limits.bytes:,} bytes together."
        raise FormatError([Fault(said, line=1, column=1, file=folder or None)])
    texts: dict[str, str] = {}
    undecoded: list[Fault] = []
    for name, held in data.items():
        try:
            texts[name] = decode(held, _path(folder, name), limits)
        except FormatError as error:
            undecoded += error.faults
    if undecoded:
        raise FormatError(undecoded)
    faults = Faults("", folder, limits)
    faults.places = _Files(
        tuple(_path(folder, name) for name in texts), tuple(line_starts(text) for text in texts.values())
    )
    theory = None
    with suppress(Enough):
        grids: dict[str, Grid] = {}
        for number, (name, text) in enumerate(texts.items()):
            part = _Part(text, _path(folder, name), limits, faults, number << _ROOM)
            before = len(faults)
            scan(text, part)
            if len(faults) == before:
                wanted = "key,value" if name == "theory" else ",".join(c.name for c in columns(name)[:3])
                grid = CsvGrid(text, part, limits, columns=wanted, name=name, base=part.base)
                if grid.header:
                    grids[name] = grid
        if not len(faults):
            title = Cell(PurePath(folder).name or "Untitled", 0)
            theory = read_tables(
                grids, faults, limits, title=title, origin=Origin(folder, format="csv-folder")
            )
    if theory is None or len(faults):
        raise FormatError(faults)
    return theory


def _path(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}.csv" if folder else f"{name}.csv"


def spreads_csv(theory: Theory) -> Mapping[str, bytes]:
    """The files of a theory, those of empty sections too.

    Raises:
        SaveError: a text is longer than a cell may be.
    """
    files = {}
    for sheet in sheets_of(theory):
        rows: list[list[str]] = [[neutral(name) for name in sheet.header]]
        for row in sheet.rows:
            cells = [_cell(value) for value in row]
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise SaveError(
                    f"A text in {sheet.name}.csv ({cells[0]}) is longer than the {LONGEST_CELL:,} characters of a cell."
                )
            rows.append(cells)
        files[f"{sheet.name}.csv"] = written_csv(rows).encode("utf-8")
    return files


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return written_number(value)
    return neutral(value) if isinstance(value, str) else str(to_json_values(value))


CSV_FOLDER = Format(
    name="csv-folder",
    suffixes=(),
    description="A folder of CSV files, one a section, for spreadsheets, R, Stata and databases.",
    holds="everything",
    gathers=gathers_csv,
    spreads=spreads_csv,
)
