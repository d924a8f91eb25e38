"""Sheets as an .xlsx workbook: text that stays text, numbers to the last digit, the same bytes each time.

A cell that begins like a formula is written as text, with the mark that keeps it text when somebody
edits it. There are no formulas, no links, and no date on which the file was made.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from attrs import Factory, frozen

from driverkit.errors import SaveError
from driverkit.formats.cells import is_formula_like
from driverkit.formats.xlsx_read import cell_name

__all__ = ["LONGEST_TEXT", "SheetLayout", "written_book"]

LONGEST_TEXT = 32_767
"""How many characters Excel takes in a cell, those beyond the basic plane counted twice."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MARCH_1900 = dt.date(1900, 3, 1)  # before it, Excel's days are not the calendar's

# The styles of cells, by their places in the part that lists them.
_HEADING, _TEXT, _MARKED, _DATE, _DECIMAL, _PLAIN, _WORDS = 1, 2, 3, 4, 5, 6, 7
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="0.0##############"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF1F4E79"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="8">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{bold}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyAlignment="1"{mark}><alignment vertical="top"{wrap}/></xf>'
        for number, bold, fill, mark, wrap in (
            (0, 0, 0, "", ""),
            (49, 1, 2, "", ""),
            (49, 0, 0, "", ' wrapText="1"'),
            (49, 0, 0, ' quotePrefix="1"', ' wrapText="1"'),
            (164, 0, 0, "", ""),
            (165, 0, 0, "", ""),
            (0, 0, 0, "", ""),
            (0, 0, 0, "", ' wrapText="1"'),
        )
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@frozen
class SheetLayout:
    """A sheet as it is written.

    Attributes:
        name: what stands on its tab.
        rows: its rows, the heading first.
        types: for each column ``string``, ``number``, ``integer``, ``boolean`` or ``date``: how what people type is
            taken.
        choices: for each column the few words that may stand in it; none where anything may.
        is_text: whether it is a page to read, not a table.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    types: Sequence[str] = ()
    choices: Sequence[Sequence[str]] = Factory(tuple)
    is_text: bool = False


def written_book(sheets: Sequence[SheetLayout]) -> bytes:
    """The bytes of a workbook.

    Raises:
        SaveError: a text is longer than a cell of a workbook may be.
    """
    import io
    import zipfile

    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
            for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _related([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(
            f'<sheet name="{_quoted(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, sheet in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _related(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
    }
    for n, sheet in zip(numbers, sheets, strict=True):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(sheet, first=n == 1)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            archive.writestr(info, text.encode("utf-8"))
    return stream.getvalue()


def _related(targets: Sequence[tuple[str, str]]) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, start=1)
        )
        + "</Relationships>"
    )


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _sheet(sheet: SheetLayout, *, first: bool) -> str:
    width = max(map(len, sheet.rows), default=1)
    chosen = ' tabSelected="1"' if first else ""
    frozen_heading = (
        ""
        if sheet.is_text
        else '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/>'
    )
    style = {"string": _TEXT, "date": _DATE}
    cols = "".join(
        f'<col min="{n + 1}" max="{n + 1}" width="{_width(sheet, n)}" customWidth="1" '
        f'style="{_WORDS if sheet.is_text else style.get(sheet.types[n], _PLAIN)}"/>'
        for n in range(width)
    )
    rows = "".join(
        f'<row r="{number}">{"".join(_cell(sheet, value, number, column) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(sheet.rows, start=1)
    )
    lists = [
        f'<dataValidation type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1" errorTitle="driverkit" '
        f'error="{_quoted("One of: " + ", ".join(words))}" sqref="{_range(column)}">'
        f"<formula1>{_quoted(chr(34) + ','.join(words) + chr(34))}</formula1></dataValidation>"
        for column, words in enumerate(sheet.choices)
        if words
    ]
    validation = f'<dataValidations count="{len(lists)}">{"".join(lists)}</dataValidations>' if lists else ""
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"{chosen}>{frozen_heading}</sheetView>'
        f"</sheetViews><cols>{cols}</cols><sheetData>{rows}</sheetData>{validation}"
        # A printed sheet lies on its side and is as wide as the paper.
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
    )


def _range(column: int) -> str:
    return f"{cell_name(2, column)}:{cell_name(1000, column)}"


def _width(sheet: SheetLayout, column: int) -> int:
    """As wide as what stands in the column, within reason."""
    cells = (str(row[column]) for row in sheet.rows if len(row) > column and row[column] is not None)
    longest = max((max(map(len, cell.split("\n"))) for cell in cells), default=8)
    return max(8, min(90 if sheet.is_text else 48, longest + 3))


def _cell(sheet: SheetLayout, value: Any, row: int, column: int) -> str:
    if value is None:
        return ""
    at = cell_name(row, column)
    if isinstance(value, bool):
        return f'<c r="{at}" s="{_PLAIN}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.date):
        if value >= _MARCH_1900:
            days = value.toordinal() - dt.date(1899, 12, 30).toordinal()
            return f'<c r="{at}" s="{_DATE}"><v>{days}</v></c>'
        value = value.isoformat()
    if isinstance(value, int) and abs(value) >= 10**15:
        value = str(value)  # a number of a workbook has fifteen digits
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return f'<c r="{at}" s="{_DECIMAL if whole else _PLAIN}"><v>{value!r}</v></c>'
    text = str(value)
    if len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        raise SaveError(
            f"A text of {len(text):,} characters ({sheet.name}!{at}) is longer than the {LONGEST_TEXT:,} that a cell of a "
            "workbook holds. Shorten it, or save in another format."
        )
    style = _HEADING if row == 1 and not sheet.is_text else _MARKED if is_formula_like(text) else _TEXT
    style = _WORDS if sheet.is_text else style
    said = _quoted(_ESCAPE.sub("_x005F_", text))
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'
