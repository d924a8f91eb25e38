"""The points of measures out of somebody's spreadsheet, into a theory or the CSV file beside it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from driverkit.analysis.import_log import Imported, Log, Named, SeriesFile, _File, _measure
from driverkit.analysis.log_cells import CellRules, log_date, log_number
from driverkit.analysis.log_headings import SERIES_FIELDS
from driverkit.analysis.series_rows import _from_file
from driverkit.errors import UsageError
from driverkit.formats import Limits
from driverkit.formats import series as csv_rules
from driverkit.formats.series_write import more_rows
from driverkit.formats.text import decode
from driverkit.formats.yaml_write import written_number
from driverkit.model import Measure, Theory
from driverkit.model.values import Refused

__all__ = ["import_series"]

_NUMBERS = ("value", "numerator", "denominator")
_TEXTS = ("site", "note", "phase", "excluded")
Key = tuple[Any, ...]


@frozen
class _Point:
    """One row of the log."""

    row: int
    key: Key
    cells: Mapping[str, str]


def import_series(
    theory: Theory,
    path: str | os.PathLike[str],
    *,
    measure: str | None = None,
    map: Mapping[str, str] | None = None,
    inline: bool = False,
    replace: bool = False,
    sheet: str | None = None,
    encoding: str | None = None,
    heading_row: int | None = None,
    rules: CellRules | None = None,
    limits: Limits | None = None,
) -> Imported:
    """A theory with the points of a table, one row a point.

    The points go into the CSV file that the measure names or, where it names none, into a new one beside the
    theory file (``series-M1.csv``); into the theory itself where its points stand there already, or with
    ``inline``. What is there stays as it is written. A point of the same day, site and groups is not doubled: one
    that says the same is counted, one that says something else is told and left out.

    Args:
        theory: the theory that the measures belong to; loaded from its file, unless ``inline`` is set.
        path: a CSV file or a workbook (.xlsx).
        measure: the id of the measure that all points are of, where no column names it.
        map: field (`SERIES_FIELDS`, or the name of a stratum) to column: its heading, or ``#3`` for the third;
            left out, every heading must be the name of a field.
        inline: whether new points go into the theory itself.
        replace: whether the table's numbers go over those that are there.
        sheet: the sheet of a workbook; left out, its only one that is not empty.
        encoding: of a CSV file, such as cp1252; left out, UTF-8.
        heading_row: the line or row that names the columns, counted from 1; left out, the first that says something.
        rules: how cells are read that can be read in several ways.
        limits: how much is read before it is refused.

    Raises:
        FormatError: cells that cannot be read; every one is told, with file, line or row, and column.
        SeriesError: the series that is there cannot be read.
        UnknownId: there is no such measure.
        UsageError: the mapping or an option does not fit.
    """
    rules = rules or CellRules()
    table = _File(sheet=sheet, encoding=encoding, heading_row=heading_row, limits=limits).table(path)
    one = _measure(theory, measure) if measure is not None else None
    strata = one.strata if one is not None else [name for m in theory.measures for name in m.strata]
    fields = {**SERIES_FIELDS, **dict.fromkeys(strata, "a group")}
    if one is not None:
        del fields["measure"]
    log = Log(table, map, fields, rules)
    if one is None and "measure" not in log.columns:
        raise UsageError("Which measure is it? Name it with measure, or map a column to 'measure'.")
    _check_columns(log)
    points = _Points(theory, log, one).read()
    log.refuse()
    return _Put(theory, log, points, inline=inline, replace=replace).imported()


def _check_columns(log: Log) -> None:
    if "date" not in log.columns:
        raise UsageError("Which column is the date? Map one to 'date'.")
    half = {"numerator", "denominator"} & log.columns.keys()
    if len(half) == 1:
        raise UsageError(f"A share has two parts, and only the {half.pop()} is mapped to a column.")
    if not half and "value" not in log.columns:
        raise UsageError(
            "Which column is the number? Map one to 'value', or two to 'numerator' and 'denominator'."
        )


class _Points:
    """The rows of a log as points by measure."""

    def __init__(self, theory: Theory, log: Log, one: Measure | None) -> None:
        self.theory = theory
        self.log = log
        self.one = one
        self.names = Named(log, theory.measures, lambda measure: measure.name, "measure")
        self.found: dict[str, list[_Point]] = {}
        self.seen: dict[tuple[str, Key], _Point] = {}

    def read(self) -> dict[str, list[_Point]]:
        for row, cells in self.log.table.rows:
            held = self.log.cells(row, cells)
            if held:
                self._take(row, held)
        self.log.notes[:0] = self.names.notes()
        return self.found

    def _take(self, row: int, held: dict[str, str]) -> None:
        log = self.log
        measure = self.one
        if measure is None:
            if "measure" not in held:
                log.tell(row, "measure", "The measure is missing.")
                return
            id = self.names.id(row, "measure", held["measure"])
            if id is None:
                return
            found = self.theory.node(id)
            assert isinstance(found, Measure)
            measure = found
        cells: dict[str, str] = {}
        day: dt.date | None = None
        if "date" in held:
            day = log.read(row, "date", held["date"], lambda cell: log_date(cell, log.rules))
        else:
            log.tell(row, "date", "The date is missing.")
        for name in _NUMBERS:
            if name in held:
                number = log.read(row, name, held[name], self._number)
                cells[name] = number or ""
        groups: dict[str, str] = {}
        for name, cell in held.items():
            if name in _TEXTS or name.startswith("x-"):
                cells[name] = cell
            elif name == "suppressed":
                cells[name] = log.read(row, name, log.rules.meant(cell), _flag) or ""
            elif name not in ("date", "measure", *_NUMBERS):
                if name not in measure.strata:
                    log.tell(row, name, f"The measure {measure.id!r} has no stratum {name!r}.")
                groups[name] = cells[name] = cell
        if row in log.bad or day is None:
            return
        if cells.get("numerator") and cells.get("denominator"):
            cells.pop("value", None)
        cells = {"date": day.isoformat(), **{name: cell for name, cell in cells.items() if cell}}
        key = (day, cells.get("site"), tuple(groups.get(name) for name in measure.strata))
        self._put(measure.id, _Point(row, key, cells))

    def _number(self, cell: str) -> str:
        if csv_rules._HIDDEN(cell):
            return cell
        number = log_number(cell, self.log.rules)
        return written_number(int(number) if number.is_integer() and abs(number) < 1e15 else number)

    def _put(self, id: str, point: _Point) -> None:
        first = self.seen.get((id, point.key))
        if first is None:
            self.seen[id, point.key] = point
            self.found.setdefault(id, []).append(point)
        elif first.cells == point.cells:
            self.log.notes.append(
                f"{self.log.table.where(point.row, 0)}: the row is there twice; one was taken."
            )
        else:
            where = self.log.table.where(first.row, self.log.columns["date"])
            said = f"{_named(id, point.key)} is in {where} too, and says something else. Keep one, or map a column to 'site'."
            self.log.tell(point.row, "date", said)


def _flag(cell: str) -> str:
    word = cell.strip().casefold()
    if word in csv_rules._YES:
        return "true"
    if word in csv_rules._NO:
        return ""
    raise Refused(f"true or false is wanted here, not {cell!r}.")


def _named(id: str, key: Key) -> str:
    """A point in words: its measure, day, site and groups."""
    day, site, groups = key
    more = ", ".join(part for part in (site, *groups) if part)
    return f"{id} {day.isoformat()}{f' ({more})' if more else ''}"


class _Put:
    """Points on their way to where the series stands."""

    def __init__(
        self,
        theory: Theory,
        log: Log,
        points: Mapping[str, Sequence[_Point]],
        *,
        inline: bool,
        replace: bool,
    ) -> None:
        self.theory = theory
        self.log = log
        self.points = points
        self.inline = inline
        self.replace = replace
        self.added: list[str] = []
        self.replaced: list[str] = []
        self.kept: list[str] = []
        self.same = 0
        self.files: list[SeriesFile] = []
        self.changed: list[Measure] = []

    def imported(self) -> Imported:
        for id, points in self.points.items():
            measure = self.theory.node(id)
            assert isinstance(measure, Measure)
            self._measure(measure, points)
        theory = self.theory
        if self.changed:
            theory = theory.replace(*self.changed)
            object.__setattr__(theory, "origin", self.theory.origin)
        return Imported(
            theory,
            added=tuple(self.added),
            replaced=tuple(self.replaced),
            kept=tuple(self.kept),
            same=self.same,
            notes=tuple(self.log.notes),
            files=tuple(self.files),
        )

    def _measure(self, measure: Measure, points: Sequence[_Point]) -> None:
        if isinstance(measure.data, str) and self.inline:
            raise UsageError(
                f"The series of {measure.id!r} stands in the file {measure.data!r}. Leave out inline, so that it goes there."
            )
        there = csv_rules.rows_of(self.theory, measure)
        places = {key: at for at, key in enumerate(_keys(there, measure.strata))}
        new: list[Mapping[str, str]] = []
        over: dict[int, Mapping[str, str]] = {}
        for point in points:
            at = places.get(point.key)
            name = _named(measure.id, point.key)
            if at is None:
                new.append(point.cells)
                self.added.append(name)
                continue
            other = _differences(there, at, _read([point.cells], measure.strata))
            if not other:
                self.same += 1
            elif self.replace:
                over[there.rows[at]] = point.cells
                self.replaced.append(name)
            else:
                self.kept.append(f"{name} says something else there: {other}.")
        if not new and not over:
            return
        if isinstance(measure.data, str):
            self._to_file(measure, measure.data, self._old(measure.data), new, over)
        elif measure.data or self.inline:
            self._to_rows(measure, new, over)
        else:
            name = f"series-{measure.id}.csv"
            if (self._folder(measure) / name).exists():
                raise UsageError(
                    f"There is a file {name} beside the theory file already, and {measure.id!r} does not name it. If it is "
                    f"its series, write data: {name}; if not, take it away."
                )
            self._to_file(measure, name, None, new, over)
            self.changed.append(attrs.evolve(measure, data=name))

    def _folder(self, measure: Measure) -> Path:
        origin = self.theory.origin
        if origin is None or origin.path is None:
            raise UsageError(
                f"The series of {measure.id!r} would go beside the theory file, and this theory was not read from one. Load "
                "it from its file, or use inline."
            )
        return Path(origin.path).parent

    def _old(self, name: str) -> str:
        origin = self.theory.origin
        assert origin is not None and origin.path is not None  # noqa: PT018 - the series was read from there
        limits = origin.limits if isinstance(origin.limits, Limits) else Limits()
        folder = os.path.dirname(origin.path)  # noqa: PTH120 - a text
        return decode(csv_rules._bytes(folder, name, limits), name, limits)

    def _to_file(
        self,
        measure: Measure,
        name: str,
        old: str | None,
        new: Sequence[Mapping[str, str]],
        over: Mapping[int, Mapping[str, str]],
    ) -> None:
        text = more_rows(old or "", new, changed=over)
        _check(text, measure, name)
        self.files.append(SeriesFile(name, text, old))

    def _to_rows(
        self, measure: Measure, new: Sequence[Mapping[str, str]], over: Mapping[int, Mapping[str, str]]
    ) -> None:
        rows = list(measure.data) if isinstance(measure.data, tuple) else []
        for at, cells in over.items():  # rows count from 1
            (point,) = _from_file(_read([cells], measure.strata))
            given = {
                f.name: value
                for f in attrs.fields(type(point))
                if (value := getattr(point, f.name)) not in (None, {})
            }
            clear = dict.fromkeys(
                ("value", "suppressed")
                if "numerator" in given
                else ("numerator", "denominator", "suppressed")
            )
            extra = {**rows[at - 1].extra, **_extra(cells)}
            rows[at - 1] = attrs.evolve(rows[at - 1], **{**clear, **given, "extra": extra})
        if new:
            points = _from_file(_read(new, measure.strata))
            rows += [
                attrs.evolve(point, extra=_extra(cells)) for point, cells in zip(points, new, strict=True)
            ]
        self.changed.append(attrs.evolve(measure, data=tuple(rows)))


def _read(rows: Sequence[Mapping[str, str]], strata: Iterable[str]) -> csv_rules.Rows:
    """Cells as the reader of series takes them."""
    return csv_rules.read_rows(more_rows("", [_plain(row) for row in rows]), strata)


def _extra(row: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name.startswith("x-")}


def _plain(row: Mapping[str, str]) -> dict[str, str]:
    cells = dict(row)
    if "numerator" not in cells or "denominator" not in cells:
        cells.setdefault("value", "")
        for name in ("numerator", "denominator"):
            cells.pop(name, None)
    return cells


def _check(text: str, measure: Measure, name: str) -> None:
    """Hold what would be written to the rules of a series.

    Raises:
        SeriesError: it could not be read again.
    """
    csv_rules.read_rows(text, measure.strata, file=name)


def _keys(rows: csv_rules.Rows, strata: Sequence[str]) -> Iterable[Key]:
    for at, day in enumerate(rows.dates):
        yield (
            day,
            rows.sites[at],
            tuple(rows.strata[name][at] if name in rows.strata else None for name in strata),
        )


def _differences(there: csv_rules.Rows, at: int, one: csv_rules.Rows) -> str:
    """What a point of the log says otherwise, in words; what it leaves out counts as the same."""
    found = []
    for name, old, new in (
        ("value", there.values[at], one.values[0]),
        ("numerator", there.numerators[at], one.numerators[0]),
        ("denominator", there.denominators[at], one.denominators[0]),
        ("note", there.notes[at], one.notes[0]),
        ("phase", there.phases[at], one.phases[0]),
        ("excluded", there.excluded[at], one.excluded[0]),
    ):
        if new is not None and new != old:
            found.append(f"{name} {_shown(old)}, in the log {_shown(new)}")
    if one.suppressed[0] and not there.suppressed[at]:
        found.append("it is hidden in the log")
    return "; ".join(found)


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value) if isinstance(value, str) else written_number(value)
