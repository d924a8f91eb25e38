"""The sheets of an .xlsx workbook as tables of text, each cell with its place.

A workbook is an archive of XML parts. Nothing in it is unpacked to the disk, run, calculated or
followed: the archive is held to the limits before and while it is unpacked, a part with a DTD is
refused, and of a formula the value is read that the spreadsheet stored with it.
"""

from __future__ import annotations

import datetime as dt
import math
import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from attrs import Factory, define, frozen

from driverkit.errors import Fault, FormatError
from driverkit.formats.limits import Limits
from driverkit.formats.tree import Faults
from driverkit.model import Place
from driverkit.model.values import show

__all__ = ["Book", "SheetGrid", "cell_name", "read_book"]

_ROW, _COLUMN = 20, 14  # bits: a sheet has 1,048,576 rows and 16,384 columns
_REF = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})").fullmatch
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_DECIMAL_FORMATS = frozenset((2, 4, 10, 11, 39, 40))
_MOST_PARTS = 10_000


def cell_name(row: int, column: int) -> str:
    """The name of a cell; rows count from 1, columns from 0.

    >>> cell_name(3, 27)
    'AB3'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


@frozen(eq=False)
class _Places:
    """Offsets into the sheets of a workbook as places."""

    file: str | None
    names: tuple[str, ...]

    def __call__(self, offset: int) -> Place:
        column = offset & ((1 << _COLUMN) - 1)
        row = max(1, (offset >> _COLUMN) & ((1 << _ROW + 1) - 1))
        sheet = self.names[offset >> (_ROW + 1 + _COLUMN)]
        return Place(self.file, row, column + 1, f"{sheet}!{cell_name(row, column)}")


@define
class SheetGrid:
    """One sheet as a table; ``header`` is empty where nothing stands in it."""

    name: str
    number: int
    header: list[str] = Factory(list)
    header_row: int = 1
    lines: list[tuple[int, list[str]]] = Factory(list)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that say something."""
        yield from self.lines

    def at(self, row: int, column: int) -> int:
        """The offset of a cell."""
        return ((self.number << (_ROW + 1)) | row) << _COLUMN | column


@define
class Book:
    """The sheets of a workbook, in their order, and what had to be said of them."""

    sheets: list[SheetGrid]
    guessed: list[Fault]


class _Refused(Exception):
    """The workbook as a whole cannot be read; the message says why."""


def read_book(data: bytes, faults: Faults, limits: Limits, *, heading_row: int | None = None) -> Book:
    """The sheets of a workbook. What is wrong with a cell is told to ``faults``, whose places it sets.

    Args:
        data: the bytes of the file.
        faults: what is wrong is told to.
        limits: how much is read.
        heading_row: the row of every sheet that names its columns, counted from 1, and what stands above it is
            passed over; left out, the first that says something.

    Raises:
        FormatError: it cannot be read as a workbook.
    """
    try:
        return _Book(_Archive(data, limits), faults, limits, heading_row or 1).read()
    except _Refused as refused:
        raise FormatError([Fault(str(refused), line=1, column=1, file=faults.file)]) from None


# ------------------------------------------------------------------------------------- the archive


class _Archive:
    """The parts of the file, none of them larger than it may be."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        import io
        import zipfile

        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise _Refused(
                "This is an old .xls workbook, or one with a password. Save it as .xlsx, without a password."
            )
        if not data.startswith(b"PK"):
            raise _Refused("This is no .xlsx workbook. Open it in a spreadsheet and save it as .xlsx.")
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except _damages() as error:
            raise _Refused(f"The workbook is damaged: {_said(error)}.") from None
        self.left = limits.inflated
        self.limits = limits
        infos = self.zip.infolist()
        if len(infos) > _MOST_PARTS:
            raise _Refused(f"The workbook has {len(infos):,} parts; the limit is {_MOST_PARTS:,}.")
        self.names: dict[str, str] = {}
        total = 0
        for info in infos:
            self._look_at(info)
            total += info.file_size
        if total > limits.inflated:
            raise _Refused(f"The workbook unpacks to {total:,} bytes; the limit is {limits.inflated:,}.")

    def _look_at(self, info: Any) -> None:
        name = info.filename
        folded = name.casefold()
        if folded in self.names:
            raise _Refused(f"The part {show(name)} is there twice, and two programs may read two theories.")
        if ".." in name.split("/") or name.startswith("/") or "\\" in name or ":" in name:
            raise _Refused(f"The part {show(name)} has a name that leads out of the workbook.")
        if folded.endswith("vbaproject.bin"):
            raise _Refused("The workbook holds macros, which are not read. Save it as .xlsx without them.")
        if info.flag_bits & 1:
            raise _Refused("The workbook has a password. Save it without one.")
        if info.file_size > max(1_000_000, self.limits.ratio * info.compress_size):
            raise _Refused(
                f"The part {show(name)} unpacks to {info.file_size:,} bytes, more than {self.limits.ratio:,} times its "
                "packed size."
            )
        self.names[folded] = name

    def part(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none."""
        real = self.names.get(name.casefold())
        if real is None:
            return None
        try:
            with self.zip.open(real) as stream:
                data = stream.read(self.left + 1)
        except _damages() as error:
            raise _Refused(f"The part {show(real)} is damaged: {_said(error)}.") from None
        self.left -= len(data)
        if self.left < 0:
            raise _Refused(f"The workbook unpacks to more than {self.limits.inflated:,} bytes.")
        return data


def _damages() -> tuple[type[Exception], ...]:
    """What a damaged archive raises: some damages are noticed only where something is sought or unpacked."""
    import lzma
    import struct
    import zipfile
    import zlib

    return (
        zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, NotImplementedError,
        RuntimeError, ValueError, OverflowError,
    )  # fmt: skip


def _said(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def _parse(
    data: bytes,
    name: str,
    start: Callable[[str, dict[str, str]], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk one part; the names of elements come without their prefixes."""
    from xml.parsers import expat

    def no_dtd(*_: Any) -> None:
        raise _Refused(f"The part {show(name)} has a DTD, which no workbook needs. It is not read.")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = no_dtd
    parser.EntityDeclHandler = no_dtd
    if start is not None:
        parser.StartElementHandler = lambda tag, attributes: start(
            tag.rpartition(":")[2] if ":" in tag else tag, attributes
        )
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2] if ":" in tag else tag)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _Refused(
            f"The part {show(name)} is not well-formed: {expat.ErrorString(error.code)} on its line {error.lineno}."
        ) from None
    except (ValueError, LookupError) as error:
        raise _Refused(f"The part {show(name)} cannot be read: {_said(error)}.") from None


# ------------------------------------------------------------------------------------ the workbook


def _unescaped(text: str) -> str:
    """A text of the format with its escapes undone once, and every line break a line feed."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Book:
    def __init__(self, archive: _Archive, faults: Faults, limits: Limits, first_row: int) -> None:
        self.archive = archive
        self.first_row = first_row
        self.faults = faults
        self.limits = limits
        self.cells = 0
        self.strings: list[str] = []
        self.formats: list[str] = []  # for each cell style: "", "date" or "decimal"
        self.since = dt.date(1899, 12, 30)
        self.guessed: list[Fault] = []
        self.known = {"xl/sharedstrings.xml", "xl/styles.xml"}

    def read(self) -> Book:
        home, targets = self.workbook_part()
        data = self.archive.part(home)
        if data is None:
            raise _Refused("This archive holds no workbook. Save the table as .xlsx.")
        self.known.add(home.casefold())
        listed: list[tuple[str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                related = [held for key, held in attributes.items() if key.endswith(":id")]
                listed.append((attributes.get("name", ""), related[0] if related else ""))
            elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.since = dt.date(1904, 1, 1)

        _parse(data, home, start)
        self.read_strings(targets.get("sharedStrings"))
        self.read_styles(targets.get("styles"))
        self.faults.places = _Places(self.faults.file, tuple(name for name, _ in listed) or ("",))
        sheets = []
        for number, (name, id) in enumerate(listed):
            part = targets.get(id)
            content = self.archive.part(part) if part is not None else None
            if part is None or content is None:
                raise _Refused(f"The sheet {show(name)} is not in the workbook.")
            self.known.add(part.casefold())
            sheets.append(_Sheet(self, SheetGrid(name, number)).read(content, part))
        for folded, real in self.archive.names.items():
            if folded.endswith((".xml", ".rels", ".vml")) and folded not in self.known:
                _parse(self.archive.part(real) or b"", real)
        return Book(sheets, self.guessed)

    def workbook_part(self) -> tuple[str, dict[str, str]]:
        """The name of the part that lists the sheets, and where each of its relations leads."""
        home = "xl/workbook.xml"
        for _, kind, target in self.relations("_rels/.rels", ""):
            if kind == "officeDocument":
                home = target
        folder, _, name = home.rpartition("/")
        targets: dict[str, str] = {}
        for id, kind, target in self.relations(f"{folder}/_rels/{name}.rels".lstrip("/"), folder):
            targets[id] = target
            targets.setdefault(kind, target)
        return home, targets

    def relations(self, part: str, folder: str) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []
        data = self.archive.part(part)
        if data is None:
            return found
        self.known.add(part.casefold())

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found.append((attributes.get("Id", ""), kind, target.lstrip("/")))

        _parse(data, part, start)
        return found

    def read_strings(self, part: str | None) -> None:
        data = self.archive.part(part) if part is not None else None
        if data is None or part is None:
            return
        self.known.add(part.casefold())
        pieces: list[str] = []
        inside = [False, 0]  # within a text, and within how many phonetic guides

        def start(tag: str, _: dict[str, str]) -> None:
            if tag == "si":
                pieces.clear()
            elif tag == "rPh":
                inside[1] += 1
            inside[0] = tag == "t" and not inside[1]

        def end(tag: str) -> None:
            inside[0] = False
            if tag == "rPh":
                inside[1] -= 1
            elif tag == "si":
                self.strings.append("".join(pieces))
                self.count()

        _parse(data, part, start, end, lambda text: pieces.append(text) if inside[0] else None)

    def read_styles(self, part: str | None) -> None:
        data = self.archive.part(part) if part is not None else None
        if data is None or part is None:
            return
        self.known.add(part.casefold())
        codes: dict[str, str] = {}
        within = [""]

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif tag in ("cellXfs", "cellStyleXfs"):
                within[0] = tag
            elif tag == "xf" and within[0] == "cellXfs":
                self.formats.append(_format(attributes.get("numFmtId", "0"), codes))

        _parse(data, part, start)

    def count(self) -> None:
        self.cells += 1
        if self.cells > self.limits.cells:
            raise _Refused(f"The workbook has more cells than the limit of {self.limits.cells:,}.")


def _format(id: str, codes: dict[str, str]) -> str:
    """Whether a number format shows dates, or decimals."""
    code = codes.get(id)
    if code is None:
        number = int(id) if id.isascii() and id.isdigit() and len(id) < 9 else 0
        return "date" if number in _DATE_FORMATS else "decimal" if number in _DECIMAL_FORMATS else ""
    first = _NO_FORMAT.sub("", code).split(";")[0].lower().replace("general", "")
    if re.search("[dmyhs]", first):
        return "date"
    return "decimal" if ".0" in first else ""


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, book: _Book, grid: SheetGrid) -> None:
        self.book = book
        self.grid = grid
        self.found: dict[int, dict[int, str]] = {}
        self.row = 0
        self.column = -1
        self.hidden: list[int] = []
        self.merged: list[str] = []
        self.attributes: dict[str, str] = {}
        self.value: list[str] = []
        self.pieces: list[str] = []
        self.formula = False
        self.path: list[str] = []

    def read(self, data: bytes, part: str) -> SheetGrid:
        _parse(data, part, self.start, self.end, self.text)
        return self.table()

    def tell(self, message: str, row: int, column: int) -> None:
        self.book.faults.add(message, self.grid.at(row, column))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.path.append(tag)
        if tag == "row":
            said = attributes.get("r", "")
            self.row = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else self.row + 1
            self.column = -1
            if not 1 <= self.row <= 1 << _ROW:
                raise _Refused(f"The sheet {show(self.grid.name)} has a row {self.row}, which no sheet has.")
            if attributes.get("hidden") in ("1", "true"):
                self.hidden.append(self.row)
        elif tag == "c":
            self.attributes = attributes
            self.value, self.pieces, self.formula = [], [], False
            ref = _REF(attributes.get("r", ""))
            self.column = _column(ref[1]) if ref is not None else self.column + 1
            if not 0 <= self.column < 1 << _COLUMN or (ref is not None and int(ref[2]) != self.row):
                where = show(attributes.get("r", ""))
                raise _Refused(
                    f"The sheet {show(self.grid.name)} has a cell {where} that is out of its place."
                )
            self.book.count()
        elif tag == "f":
            self.formula = True
        elif tag == "mergeCell":
            self.merged.append(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        if self.path[-1] == "v":
            self.value.append(text)
        elif self.path[-1] == "t" and "is" in self.path and "rPh" not in self.path:
            self.pieces.append(text)

    def end(self, tag: str) -> None:
        self.path.pop()
        if tag == "c":
            text = self.content()
            if len(text) > self.book.limits.text:
                most = self.book.limits.text
                self.tell(
                    f"A text of {len(text):,} characters is over the limit of {most:,}.",
                    self.row,
                    self.column,
                )
            elif text and not text.isspace():
                row = self.found.setdefault(self.row, {})
                if self.column in row:
                    self.tell("This cell is there twice, with two contents.", self.row, self.column)
                row[self.column] = text

    def content(self) -> str:
        """What stands in a cell, as text."""
        kind = self.attributes.get("t", "n")
        value = "".join(self.value)
        if kind == "inlineStr":
            return _unescaped("".join(self.pieces))
        if self.formula:
            if not value and kind != "str":
                self.tell(
                    "The formula here has no stored value. Open the workbook in a spreadsheet and save it, or write "
                    "the value itself.",
                    self.row,
                    self.column,
                )
                return ""
            self.book.guessed.append(
                self.book.faults.fault(
                    f"Of the formula here its stored value is read: {show(value)}.",
                    self.grid.at(self.row, self.column),
                )
            )
        if not value:
            return ""
        if kind == "s":
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
            if not 0 <= number < len(self.book.strings):
                self.tell(
                    f"The cell names a text, {show(value)}, that is not in the workbook.",
                    self.row,
                    self.column,
                )
                return ""
            return _unescaped(self.book.strings[number])
        if kind == "e":
            self.tell(
                f"The cell holds the error {show(value)}. Mend it in the spreadsheet, or empty the cell.",
                self.row,
                self.column,
            )
            return ""
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if kind == "d":
            return value.removesuffix("T00:00:00")
        return _unescaped(value) if kind == "str" else self.number(value.strip())

    def number(self, value: str) -> str:
        try:
            number = float(value)
            if not math.isfinite(number):
                raise ValueError
        except ValueError:
            self.tell(f"{show(value)} is no number.", self.row, self.column)
            return ""
        style = self.attributes.get("s", "0")
        formats = self.book.formats
        position = int(style) if style.isascii() and style.isdigit() and len(style) < 9 else 0
        format = formats[position] if position < len(formats) else ""
        if format == "date":
            return self.date(number)
        if number.is_integer() and abs(number) < 1e15 and format != "decimal":
            return str(int(number))
        return repr(number)

    def date(self, number: float) -> str:
        """The day that a number stands for; its time too where it has one, which no field takes."""
        days, seconds = divmod(round(number * 86_400), 86_400)
        since = self.book.since
        if since.year == 1899 and days <= 60:
            days += 1 if days < 60 else 1 << 40  # 1900 had no 29 February, whatever Excel says
        try:
            day = (since + dt.timedelta(days=days)).isoformat()
        except OverflowError:
            self.tell(f"{number:g} is no day that a calendar has.", self.row, self.column)
            return ""
        return f"{day}T{dt.timedelta(seconds=seconds)}" if seconds else day

    def table(self) -> SheetGrid:
        """The heading and the rows under it; what stands outside of them is told."""
        grid = self.grid
        self.found = {row: cells for row, cells in self.found.items() if row >= self.book.first_row}
        if not self.found:
            return grid
        grid.header_row, *others = sorted(self.found)
        heading = self.found[grid.header_row]
        width = max(heading) + 1
        self.book.cells += width * len(others)
        self.book.count()
        grid.header = [heading.get(column, "") for column in range(width)]
        for number in others:
            row = self.found[number]
            far = [column for column in row if column >= width]
            for column in far:
                self.tell("This cell stands outside the table: no column has a heading here.", number, column)
            if len(far) < len(row):
                grid.lines.append((number, [row.get(column, "") for column in range(width)]))
        for ref in self.merged:
            first = _REF(ref.partition(":")[0])
            if first is not None and _column(first[1]) < width and int(first[2]) >= self.book.first_row:
                self.tell(
                    f"The cells {ref[:30]} are merged, and nobody knows which row their text belongs to. Split them.",
                    int(first[2]),
                    _column(first[1]),
                )
        for number in self.hidden:
            if number in self.found:
                said = f"Row {number} of the sheet {show(grid.name)} is hidden; it is read like the others."
                self.book.guessed.append(self.book.faults.fault(said, grid.at(number, 0)))
        return grid
