"""CSV text as rows of cells, each with its place; what every reader of CSV shares.

The dialect is taken from the first line that says something: commas, semicolons, tabs, or what a
line ``sep=;`` names. Blank lines are passed over, blank columns at the right of the heading too.
What the cells mean is for the reader of each kind of table to say.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from driverkit.formats.limits import Limits
from driverkit.formats.tree import Faults
from driverkit.model.values import show

__all__ = ["LONGEST_CELL", "CsvText", "heading_line", "match_columns", "written_csv"]

LONGEST_CELL = 131_072
"""How many characters a cell has at most: what Python's reader takes, and four times what Excel does."""

_CHUNK = 8192
_FIRST = itemgetter(0)
_PAGE = ("<!doctype", "<html", "<?xml", "<head", "<body")


def heading_line(text: str) -> tuple[str, str, int]:
    """The line that names the columns, what divides its cells, and how many lines come before it."""
    stream = io.StringIO(text, newline="")
    first = 0
    line = stream.readline()
    while line and not line.strip(" \t\r\n,;"):
        first += 1
        line = stream.readline()
    said = line.strip(" \r\n").lower()
    if said.startswith("sep=") and said[4:] in (",", ";", "|", "\t"):
        return stream.readline(), said[4:], first + 1
    if line.count(";") > line.count(","):
        return line, ";", first
    return line, "\t" if "\t" in line and "," not in line else ",", first


class CsvText:
    """The rows of a CSV text below its heading.

    Attributes:
        header: the names of the columns as they are written; None where there are none, which is told.
        header_line: the line on which they stand.
    """

    def __init__(self, text: str, faults: Faults, limits: Limits, *, columns: str) -> None:
        """Read the heading.

        Args:
            text: the whole text.
            faults: what is wrong is told to.
            limits: how much is read.
            columns: the columns that are wanted, for the message about an empty file.
        """
        self.text = text
        self.faults = faults
        self.longest = min(limits.text, csv.field_size_limit())
        self.most = min(limits.values, limits.cells)
        self.header: list[str] | None = None
        if text[:200].lstrip().lower().startswith(_PAGE):
            faults.add(
                "This is a web page, not CSV; maybe a page to sign in was saved. Download the table again.", 0
            )
            return
        line, self.delimiter, first = heading_line(text)
        self._first = first
        self.header_line = first + 1
        if not line.strip():
            faults.add(f"The file is empty. Its first line names the columns: {columns}.", 0)
            return
        stream = io.StringIO(text, newline="")
        for _ in range(first):
            stream.readline()
        self._reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
        try:
            self.header = next(self._reader)
        except csv.Error as error:
            self._broken(first + 1, str(error))

    def batches(self) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
        """The rows that say something, many at a time, each as wide as the heading, with their lines."""
        width = len(self.header or ())
        cells = 0
        for rows, places in self._every():
            if set(map(len, rows)) == {width} and all(map(_FIRST, rows)):
                kept, lines = rows, places
            else:
                kept, lines = [], []
                for row, line in zip(rows, places, strict=True):
                    if len(row) != width and not self._fits(row, line):
                        continue
                    if row[0] or any(cell.strip() for cell in row):
                        kept.append(row)
                        lines.append(line)
            cells += len(kept) * width
            if cells > self.most:
                self.faults.add(f"There are more cells than the limit of {self.most:,}.", 0)
                return
            if kept:
                yield kept, lines

    def _every(self) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
        """The rows, many at a time, with the line on which each begins."""
        reader, first = self._reader, self._first
        if '"' not in self.text:  # then every row is one line
            while True:
                line = first + reader.line_num + 1
                rows: list[list[str]] = []
                try:
                    rows.extend(islice(reader, _CHUNK))
                except csv.Error as error:
                    self._broken(first + reader.line_num, str(error))
                if rows:
                    yield rows, range(line, line + len(rows))
                if len(rows) < _CHUNK:
                    return
        rows, places = [], list[int]()
        line = first + reader.line_num + 1
        try:
            for row in reader:
                rows.append(row)
                places.append(line)
                line = first + reader.line_num + 1
                if len(rows) == _CHUNK:
                    yield rows, places
                    rows, places = [], []
        except csv.Error as error:
            self._broken(line, str(error))
        if rows:
            yield rows, places

    def _broken(self, line: int, said: str) -> None:
        offset = self.faults.starts[line - 1]
        end = self.faults.starts[line] if line < len(self.faults.starts) else len(self.text)
        quote = self.text.find('"', offset, end)
        if "field larger" in said and quote < 0:
            self.faults.add(
                f"A cell here has more than {csv.field_size_limit():,} characters. Shorten it.", offset
            )
        elif "field larger" in said or "unexpected end" in said:
            self.faults.add(
                "A quotation mark opens here and is not closed, so everything after it would be one cell. Close it.",
                max(offset, quote),
            )
        else:
            self.faults.add(
                f"This line cannot be read as CSV ({said}). Put cells that hold quotation marks in quotation marks, "
                "and write each mark inside twice.",
                offset,
            )

    def _fits(self, row: list[str], line: int) -> bool:
        """Whether a row of another length than the heading can be taken; it is then cut to it."""
        if not any(cell.strip() for cell in row):
            return False
        width = len(self.header or ())
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            del row[width:]
            return True
        more = len(row) > width
        hint = (
            " Put a text that holds a comma in quotation marks."
            if more and self.delimiter == ","
            else " Look whether a separator is missing."
            if not more
            else ""
        )
        self.tell(
            line,
            width if more else len(row) - 1,
            f"The row has {len(row):,} cells, and the header has {width:,}.{hint}",
        )
        return False

    def at(self, line: int, column: int) -> int:
        """The offset at which a cell of the row that begins on a line begins; columns count from 0."""
        at, quoted = self.faults.starts[line - 1], False
        left = column
        while left and at < len(self.text):
            mark = self.text[at]
            if mark == '"':
                quoted = not quoted
            elif not quoted and mark == self.delimiter:
                left -= 1
            elif not quoted and mark in "\r\n":
                break
            at += 1
        return at

    def tell(self, line: int, column: int, message: str) -> None:
        """Tell a fault of one cell, at the place where that cell begins."""
        self.faults.add(message, self.at(line, column))


def match_columns(
    header: Sequence[str],
    known: Mapping[str, str],
    tell: Callable[[int, str], None],
    unknown: Callable[[str, int], None],
) -> dict[str, int]:
    """Which column holds what: the names that are known, and the place of each in the heading.

    Capitals and blanks around a name make no difference.

    Args:
        header: the names as they are written.
        known: what each name stands for.
        tell: called with a column and a message where a name stands twice.
        unknown: called with a name that is not known, and its column.
    """
    folded = {name.casefold(): meant for name, meant in reversed(list(known.items()))}
    names: dict[str, int] = {}
    for at, cell in enumerate(header):
        cell = cell.strip()
        name = known.get(cell) or folded.get(cell.casefold())
        if name is None:
            if cell:
                unknown(cell, at)
        elif name in names:
            tell(at, f"The column {show(name)} is there twice. Keep one, or name the other what it is.")
        else:
            names[name] = at
    return names


_NEEDS_MARK = re.compile(r"[^\x00-\x7f]").search


def written_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV text: commas, quotation marks where they are needed, one line feed a row.

    A byte order mark stands in front where there is any letter beyond ASCII: Excel reads such a file
    as UTF-8, and without it as something else.
    """
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    text = stream.getvalue()
    return f"\ufeff{text}" if _NEEDS_MARK(text) else text
