r"""The series of a measure: a CSV file beside the theory file, read column by column.

The columns are ``date`` and ``value``, or ``date``, ``numerator`` and ``denominator``; and, where there
are some, ``site``, ``note``, ``phase``, ``suppressed``, ``excluded`` and one for each stratum of the
measure. Columns whose names begin with ``x-`` belong to other tools and are passed over.

    >>> rows = read_rows("date,numerator,denominator,site\n2026-01-01,4,19,Ward 5\n2026-01-01,*,8,Ward 6\n")
    >>> rows.numerators, rows.denominators, rows.suppressed
    ((4.0, None), (19.0, 8.0), (False, True))

An empty cell is a missing value. ``*``, ``suppressed`` and ``<5`` (any number after ``<``) stand for a value that
is hidden on purpose. Nothing else stands for a number that is not there: ``-`` and ``n/a`` are refused,
as nobody can tell what was meant.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import attrs
from attrs import frozen

from driverkit.collector import collector_at_rest
from driverkit.errors import Fault, SeriesError
from driverkit.formats.cells import natural
from driverkit.formats.csv_text import CsvText, match_columns
from driverkit.formats.disk import inside
from driverkit.formats.files import LARGE
from driverkit.formats.limits import Limits
from driverkit.formats.text import decode, scan
from driverkit.formats.tree import Enough, Faults
from driverkit.model import FrozenDict, Measure, Theory
from driverkit.model import values as v
from driverkit.model.values import did_you_mean, show

__all__ = ["Rows", "read_file", "read_rows", "rows_of"]

_DEFAULT = Limits()
_NUMBERS = ("value", "numerator", "denominator")
_TEXTS = ("site", "note", "phase", "excluded")
_COLUMNS = ("date", *_NUMBERS, *_TEXTS, "suppressed")

_PLAIN = re.compile(r"[-+0-9.eE,]*").fullmatch
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?").fullmatch
_HIDDEN = re.compile(r"\*+|<\s*=?\s*[0-9]+(?:\.[0-9]+)?|suppressed", re.IGNORECASE).fullmatch
_YES = frozenset(("true", "yes", "1", "x"))
_NO = frozenset(("false", "no", "0", ""))


@frozen(eq=False)
class Rows:
    """The rows of a series, column by column, in the order of the file.

    Attributes:
        dates: the day, or the first day of the period, of each row.
        values: what was measured; None where it is missing or hidden.
        numerators: how many had it; None likewise.
        denominators: how many could have had it; None likewise.
        sites: where it was measured.
        strata: for each stratum of the measure the group of each row.
        notes: a remark on each row.
        phases: the phase of each row.
        excluded: why a row is left out of the judgement.
        suppressed: whether the value of a row is hidden on purpose.
        rows: where each row stands: its line in the file, or its place in the list, from 1.
        without: the strata of the measure for which the file has no column.
    """

    dates: tuple[dt.date, ...] = ()
    values: tuple[float | None, ...] = ()
    numerators: tuple[float | None, ...] = ()
    denominators: tuple[float | None, ...] = ()
    sites: tuple[str | None, ...] = ()
    strata: Mapping[str, tuple[str | None, ...]] = v.EMPTY
    notes: tuple[str | None, ...] = ()
    phases: tuple[str | None, ...] = ()
    excluded: tuple[str | None, ...] = ()
    suppressed: tuple[bool, ...] = ()
    rows: tuple[int, ...] = ()
    without: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------ where it comes from


def rows_of(theory: Theory, measure: Measure) -> Rows:
    """The rows of a measure's series, from its file or from the theory itself.

    Raises:
        SeriesError: the file cannot be read; every fault is told.
    """
    data = measure.data
    if data is None:
        return Rows(strata=FrozenDict(dict.fromkeys(measure.strata, ())))
    if not isinstance(data, str):
        return Rows(
            tuple(row.date for row in data),
            tuple(row.value for row in data),
            tuple(row.numerator for row in data),
            tuple(row.denominator for row in data),
            tuple(row.site for row in data),
            FrozenDict({name: tuple(row.strata.get(name) for row in data) for name in measure.strata}),
            tuple(row.note for row in data),
            tuple(row.phase for row in data),
            tuple(row.excluded for row in data),
            tuple(row.suppressed is True for row in data),
            tuple(range(1, len(data) + 1)),
        )
    origin = theory.origin
    if origin is None or origin.path is None:
        raise _refusal(
            f"The series of {measure.id!r} is in a file of its own, and this theory was not read from a file, so "
            "nobody knows where that lies. Load the theory from its file, or give the rows themselves.",
            data,
            place=False,
        )
    limits = origin.limits if isinstance(origin.limits, Limits) else _DEFAULT
    rows = read_file(os.path.dirname(origin.path), data, measure.strata, limits=limits)  # noqa: PTH120 - a text
    return rows if origin.until is None else _up_to(rows, origin.until)


def _up_to(rows: Rows, day: dt.date) -> Rows:
    """The rows that are not later than a day."""
    kept = [at for at, date in enumerate(rows.dates) if date <= day]
    if len(kept) == len(rows.dates):
        return rows
    columns: dict[str, Any] = {
        one.name: tuple(values[at] for at in kept)
        for one in attrs.fields(Rows)
        if one.name not in ("strata", "without") and (values := getattr(rows, one.name))
    }
    strata = FrozenDict({name: tuple(values[at] for at in kept) for name, values in rows.strata.items()})
    return attrs.evolve(rows, strata=strata, **columns)


def read_file(folder: str, name: str, strata: Iterable[str] = (), *, limits: Limits = _DEFAULT) -> Rows:
    """The rows of a CSV file that lies in a folder or below it.

    Args:
        folder: the folder of the theory file; nothing outside it is opened, whatever links say.
        name: the path of the CSV file from there.
        strata: the strata of the measure, each a column.
        limits: how much is read before it is refused.

    Raises:
        SeriesError: there is no such file, it lies elsewhere, is no plain file, or holds faults.
    """
    return read_rows(_decoded(_bytes(folder, name, limits), name, limits), strata, file=name, limits=limits)


def _decoded(data: bytes, name: str | None, limits: Limits) -> str:
    """UTF-8 bytes as text; what cannot be decoded is told as a fault of a series."""
    from driverkit.errors import FormatError

    try:
        return decode(data, name, limits)
    except FormatError as error:
        raise SeriesError(error.faults) from None


def _refusal(message: str, name: str | None, *, place: bool = True) -> SeriesError:
    line = 1 if place else None
    return SeriesError([Fault(message, line=line, column=line, file=name)])


def _bytes(folder: str, name: str, limits: Limits) -> bytes:
    path = inside(folder, name)
    if path is None:
        raise _refusal(
            "This leads out of the folder of the theory file. Put the series itself there, not a link to it.",
            name,
        )
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    )
    try:
        if os.path.isdir(path):  # noqa: PTH112 - a text
            raise _refusal("This is a folder, not a CSV file.", name)
        handle = os.open(path, flags)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _refusal("This is no plain file.", name)
            with os.fdopen(handle, "rb", closefd=False) as stream:
                return stream.read(limits.bytes + 1)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise _refusal(
            "There is no such file beside the theory file. Put it there, or correct 'data'.", name
        ) from None
    except (OSError, ValueError) as error:
        if isinstance(error, SeriesError):
            raise
        said = getattr(error, "strerror", None) or error
        raise _refusal(f"The file cannot be read: {said}.", name) from None


# ------------------------------------------------------------------------------------------ reading text


def read_rows(
    text: str, strata: Iterable[str] = (), *, file: str | None = None, limits: Limits = _DEFAULT
) -> Rows:
    r"""The rows of a series from CSV text.

    Fields are divided by commas, or by semicolons where the header has those.

    Args:
        text: the text, with a line of column names at its top.
        strata: the strata of the measure, each a column; one without a column is noted in ``without``.
        file: the name to use in messages.
        limits: how much is read before it is refused.

    Raises:
        SeriesError: every fault with its line and column.

    >>> read_rows("date,value\n2026-01-01,12%\n")
    Traceback (most recent call last):
    driverkit.errors.SeriesError: <text>:2:12: '12%' is no plain number. Leave out the percent sign; the unit ...
    """
    faults = Faults(text, file, limits)
    rows = None
    with suppress(Enough):
        scan(text, faults)
        if not len(faults):
            with collector_at_rest(len(text) >= LARGE):
                rows = _Reader(text, tuple(strata), faults, limits).read()
    if rows is None or len(faults):
        raise SeriesError(faults)
    return rows


class _Reader:
    """One pass over the text; columns grow chunk by chunk."""

    def __init__(self, text: str, strata: tuple[str, ...], faults: Faults, limits: Limits) -> None:
        self.table = CsvText(text, faults, limits, columns="date,value")
        self.strata = strata
        self.faults = faults
        self.longest = self.table.longest
        self.days: dict[str, dt.date | None] = {}
        self.words: dict[str, str | None] = {}
        self.columns: dict[str, list[Any]] = {}

    def read(self) -> Rows | None:
        header = self.table.header
        if header is None:
            return None
        self.header_line = self.table.header_line
        names = self._names(header)
        if names is None:
            return None
        self.columns = {name: [] for name in ("date", *_NUMBERS, *_TEXTS, "suppressed", "row")}
        groups: dict[str, list[Any]] = {name: [] for name in self.strata if name in names}
        for rows, places in self.table.batches():
            self._take(rows, places, names, groups)
        return self._rows(groups)

    # -- the header

    def _names(self, header: list[str]) -> dict[str, int] | None:
        clean = [cell.strip() for cell in header]
        before = len(self.faults)
        if v._DATE(clean[0]):
            self.table.tell(
                self.header_line,
                0,
                "The first line names the columns, such as date,value, and this one is a row. Add a line above it.",
            )
            return None
        names = match_columns(
            clean,
            {name: name for name in (*_COLUMNS, *self.strata)},
            lambda at, message: self.table.tell(self.header_line, at, message),
            lambda cell, at: self._unknown(cell, at, clean),
        )
        if len(self.faults) == before:
            self._missing(names)
        return names if len(self.faults) == before else None

    def _unknown(self, cell: str, at: int, header: Sequence[str]) -> None:
        if cell.casefold().startswith("x-"):
            return
        free = [name for name in (*_COLUMNS, *self.strata) if name not in header]
        hint = did_you_mean(cell, free)
        if not hint:
            hint = " Name the columns that are groups in the measure's 'strata'; columns for other tools begin with 'x-'."
        self.table.tell(self.header_line, at, f"The column {show(cell)} is not known here.{hint}")

    def _missing(self, names: Mapping[str, int]) -> None:
        where = self.header_line
        if "date" not in names:
            self.table.tell(
                where,
                0,
                "The column 'date' is missing: the columns are date,value or date,numerator,denominator.",
            )
        if "value" in names or {"numerator", "denominator"} <= names.keys():
            return
        half = next((name for name in ("numerator", "denominator") if name in names), None)
        if half is None:
            self.table.tell(
                where, 0, "The column 'value' is missing, or the columns 'numerator' and 'denominator'."
            )
        else:
            other = "denominator" if half == "numerator" else "numerator"
            self.table.tell(where, names[half], f"The column {half!r} is there and {other!r} is missing.")

    # -- the rows

    def _take(
        self,
        rows: list[list[str]],
        places: Sequence[int],
        names: Mapping[str, int],
        groups: dict[str, list[Any]],
    ) -> None:
        cells = list(zip(*rows, strict=True))
        n = len(rows)
        columns = self.columns
        columns["row"] += places
        hidden: list[bool] = [False] * n
        columns["date"] += self._dates(cells[names["date"]], names["date"], places)
        if "suppressed" in names:
            self._flags(cells[names["suppressed"]], names["suppressed"], places, hidden)
        for name in _NUMBERS:
            if name in names:
                columns[name] += self._numbers(cells[names[name]], names[name], places, hidden)
            else:
                columns[name] += [None] * n
        for name in _TEXTS:
            columns[name] += self._texts(cells, names, name, places)
        for name, column in groups.items():
            column += self._texts(cells, names, name, places)
        columns["suppressed"] += hidden

    def _dates(self, cells: Sequence[str], column: int, places: Sequence[int]) -> list[dt.date | None]:
        days = self.days
        try:
            found = [days[cell] for cell in cells]
        except KeyError:
            for cell in set(cells) - days.keys():
                days[cell] = None
                with suppress(v.Refused):
                    days[cell] = v.as_date(cell.strip() or None)  # type: ignore[arg-type]  # None is refused too
            found = [days[cell] for cell in cells]
        if None in found:
            for at, day in enumerate(found):
                if day is None:
                    self._no_date(cells[at].strip(), column, places[at])
        return found

    def _no_date(self, cell: str, column: int, line: int) -> None:
        try:
            v.as_date(cell or None)  # type: ignore[arg-type]  # None is refused too
        except v.Refused as refused:
            self.table.tell(line, column, str(refused))

    def _numbers(
        self, cells: Sequence[str], column: int, places: Sequence[int], hidden: list[bool]
    ) -> list[float | None]:
        # Digits and signs only, so that Python's own reader takes nothing that people would not: nan, 1_000, १२.
        if _PLAIN("".join(cells)):
            with suppress(ValueError):
                found: list[float | None] = list(map(float, cells))
                if math.inf not in found and -math.inf not in found:
                    return found
        return [
            self._number(cell.strip(), at, column, places, hidden) if cell else None
            for at, cell in enumerate(cells)
        ]

    def _number(
        self, cell: str, at: int, column: int, places: Sequence[int], hidden: list[bool]
    ) -> float | None:
        if _NUMBER(cell) and len(cell) <= v._LONGEST_NUMBER:
            number = float(cell)
            if math.isfinite(number):
                return number
            self.table.tell(places[at], column, "The number is too large to be drawn or counted.")
        elif _HIDDEN(cell):
            hidden[at] = True
        elif cell:
            self.table.tell(places[at], column, _why_no_number(cell))
        return None

    def _flags(self, cells: Sequence[str], column: int, places: Sequence[int], hidden: list[bool]) -> None:
        for at, cell in enumerate(cells):
            word = cell.strip().casefold()
            if word in _YES:
                hidden[at] = True
            elif word not in _NO:
                self.table.tell(places[at], column, f"true or false is wanted here, not {show(cell)}.")

    def _texts(
        self, cells: Sequence[Sequence[str]], names: Mapping[str, int], name: str, places: Sequence[int]
    ) -> list[str | None]:
        if name not in names:
            return [None] * len(places)
        column, words = cells[names[name]], self.words
        try:
            return [words[cell] for cell in column]
        except KeyError:
            pass
        if len(words) > 100_000:  # notes that are all different: a memory of them serves nobody
            words.clear()
        for at, cell in enumerate(column):
            if cell not in words:
                words[cell] = self._text(cell, places[at], names[name])
        return [words[cell] for cell in column]

    def _text(self, cell: str, line: int, column: int) -> str | None:
        text = natural(cell.strip())
        if not text:
            return None
        if len(text) > self.longest:
            self.table.tell(
                line, column, f"The text has {len(text):,} characters; the limit is {self.longest:,}."
            )
            return None
        try:
            return v.as_text(text.replace("\r\n", "\n").replace("\r", "\n"))
        except v.Refused as refused:
            self.table.tell(line, column, str(refused))
            return None

    def _rows(self, groups: Mapping[str, list[Any]]) -> Rows:
        c = self.columns
        n = len(c["row"])
        absent = (None,) * n
        strata = {name: tuple(groups[name]) if name in groups else absent for name in self.strata}
        return Rows(
            tuple(c["date"]),
            tuple(c["value"]),
            tuple(c["numerator"]),
            tuple(c["denominator"]),
            tuple(c["site"]),
            FrozenDict(strata),
            tuple(c["note"]),
            tuple(c["phase"]),
            tuple(c["excluded"]),
            tuple(c["suppressed"]),
            tuple(c["row"]),
            tuple(name for name in self.strata if name not in groups),
        )


def _why_no_number(cell: str) -> str:
    """What is wrong with what stands where a number is wanted, and what to write instead."""
    said = f"{show(cell)} is no plain number."
    bare = cell.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ")
    if bare.endswith("%"):
        return f"{said} Leave out the percent sign; the unit of the measure says it."
    if re.fullmatch(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", bare):
        return f"{said} Leave out the comma: {bare.replace(',', '')}."
    if re.fullmatch(r"[-+]?[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?", bare):
        return f"{said} Leave out the space: {bare.replace(' ', '')}."
    if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", bare):
        return f"{said} Write a decimal point: {bare.replace(',', '.')}."
    if _NUMBER(bare):
        return f"{said} It has {len(bare):,} characters; round it."
    if re.fullmatch(r"[-+]?\d+(?:\.\d+)?", bare):
        return f"{said} Write it with the digits 0 to 9."
    if re.fullmatch(r"[0-9]+\s*/\s*[0-9]+", bare):
        return f"{said} Use the columns numerator and denominator."
    if re.fullmatch(r"[$€£¥]\s*[0-9.,]+|[0-9.,]+\s*[$€£¥]", bare):
        return f"{said} Leave out the currency; the unit of the measure says it."
    if cell.startswith("#"):
        return f"{said} It is an error of a spreadsheet; mend it there and save again."
    if cell.casefold() in {
        "-",
        "--",
        "–",
        "—",
        "?",
        ".",
        "n/a",
        "na",
        "nan",
        "null",
        "none",
        "nil",
        "missing",
    }:
        return (
            f"{said} Leave the cell empty where the value is missing; write * where it is hidden on purpose."
        )
    return f"{said} Write digits, with a point for decimals; leave the cell empty where the value is missing."
