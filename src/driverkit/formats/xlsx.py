"""The workbook: everything in a theory, one sheet a section, with lists to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath

import attrs

from driverkit.errors import Fault, FormatError
from driverkit.formats.flat import is_flat, read_flat
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.sketch import Cell
from driverkit.formats.tables import SHEETS, Sheet, columns, read_tables, sheets_of
from driverkit.formats.tree import Enough, Faults
from driverkit.formats.xlsx_read import SheetGrid, read_book
from driverkit.formats.xlsx_write import SheetLayout, written_book
from driverkit.model import Origin, Theory
from driverkit.model.values import show

__all__ = ["XLSX", "reads_xlsx", "writes_xlsx"]

READ_ME = "Read me"
"""The name of the sheet that explains the others; what stands in it is never read."""

_EXPLAINED = (
    "A theory of improvement, one sheet a section",
    "",
    "Each sheet is a table: its first row names the columns, every other row is one thing. Keep the names of the sheets",
    "and of the columns; their order does not matter. What you do not need stays empty. This sheet is not read.",
    "",
    "theory: the title and what concerns the whole: a key and its value in each row",
    "aims: what is to improve, by how much (baseline, target), for whom (population), by when (by), by which measure",
    "drivers: the conditions that must change; contributes_to names the aims or drivers that they move",
    "change_ideas: what can be tried; contributes_to names the drivers that it moves",
    "links: what is said of one link from cause to effect: how strong it is, why you believe it, where it holds",
    "measures: how you know; of names what is measured; role is outcome, process or balancing",
    "series: the points of a measure, one a row",
    "cycles: PDSA cycles, one a row; change names the change idea that was tested",
    "predictions: what each cycle asked, what you predicted before doing it, and what was found",
    "evidence, causes, teams, recommendations, revisions: as they come",
    "",
    "An id is any short word without blanks, such as P1, and stands once in the whole workbook. A row without one gets one.",
    "Several ids or words stand in one cell with semicolons between them: P1; P2",
    "Dates are days, such as 2026-03-01. Several columns offer a list to choose from.",
    "",
    "driverkit check FILE says what is still weak; driverkit render FILE -o theory.svg draws the driver diagram.",
)


def reads_xlsx(data: bytes, file: str | None, limits: Limits) -> Theory:
    """A theory from a workbook: one sheet a section, or a flat table on the first sheet.

    Raises:
        FormatError: with every fault, and the sheet and cell of each.
    """
    faults = Faults("", file, limits)
    theory = None
    with suppress(Enough):
        book = read_book(data, faults, limits)
        if len(faults):  # what a cell cannot say is told first, not what is missing without it
            raise FormatError(faults)
        sheets = {_plain(sheet.name): sheet for sheet in reversed(book.sheets)}
        tables = {name: sheet for name, sheet in sheets.items() if name in SHEETS and sheet.header}
        first = next((s for s in book.sheets if s.header and s.name != READ_ME), None)
        origin = Origin(file, format="xlsx", guessed=tuple(book.guessed))
        if first is not None and _plain(first.name) not in SHEETS and is_flat(first.header):
            origin = attrs.evolve(origin, lost=_left(book.sheets, [first], faults))
            theory = read_flat(first, faults, origin)
        elif tables or _empty(book.sheets):
            for sheet in tables.values():
                sheet.name = _plain(sheet.name)
            origin = attrs.evolve(origin, lost=_left(book.sheets, list(tables.values()), faults))
            title = Cell(PurePath(file or "").stem.strip() or "Untitled", 0)
            theory = read_tables(tables, faults, limits, title=title, origin=origin)
        else:
            said = (
                "No sheet here is a table of a theory. The sheets are called theory, aims, drivers and so on; or the first "
                "one has the columns id, kind, level, parents, text."
            )
            faults.add(said, first.at(first.header_row, 0) if first is not None else 0)
    if theory is None or len(faults):
        raise FormatError(faults)
    return theory


def _plain(name: str) -> str:
    return "_".join(name.casefold().split())


def _empty(sheets: Sequence[SheetGrid]) -> bool:
    """Whether the sheets of a theory are there, and nothing stands in them."""
    return any(_plain(sheet.name) in SHEETS for sheet in sheets)


def _left(sheets: Sequence[SheetGrid], read: Sequence[SheetGrid], faults: Faults) -> tuple[Fault, ...]:
    """What is told of sheets that are no part of the theory."""
    return tuple(
        faults.fault(f"The sheet {show(sheet.name)} is no part of a theory.", sheet.at(sheet.header_row, 0))
        for sheet in sheets
        if sheet.header and sheet.name != READ_ME and not any(sheet is one for one in read)
    )


# -------------------------------------------------------------------------------------------- writing


def writes_xlsx(theory: Theory) -> bytes:
    """A theory as a workbook.

    Raises:
        SaveError: a text is longer than a cell of a workbook may be.
    """
    explained = SheetLayout(READ_ME, [[line or None] for line in _EXPLAINED], is_text=True)
    return written_book([explained, *(_layout(sheet) for sheet in sheets_of(theory))])


def _layout(sheet: Sheet) -> SheetLayout:
    known = {column.name: column for column in columns(sheet.name)} if sheet.name != "theory" else {}
    found = [known.get(name) for name in sheet.header]
    choices = [
        ()
        if column is None or column.many
        else ("true", "false")
        if column.type == "boolean"
        else column.words
        for column in found
    ]
    types = [column.type if column is not None else "string" for column in found]
    return SheetLayout(sheet.name, [sheet.header, *sheet.rows], types, choices)


XLSX = Format(
    name="xlsx",
    suffixes=(".xlsx",),
    description="A workbook for Excel, LibreOffice and Google Sheets, one sheet a section, with lists to choose from.",
    holds="everything",
    not_read={
        ".xlsm": "A workbook with macros is not read. Save it as .xlsx, which has none.",
        ".xls": "An old .xls workbook is not read. Save it as .xlsx.",
        ".xlsb": "A binary workbook is not read. Save it as .xlsx.",
        ".ods": "An OpenDocument spreadsheet is not read. Save it as .xlsx, or as CSV.",
    },
    reads=reads_xlsx,
    writes=writes_xlsx,
)
