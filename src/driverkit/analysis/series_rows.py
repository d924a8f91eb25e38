"""Series from data frames of any library, held to the rules of the CSV files.

>>> import pandas as pd
>>> from driverkit.model import Measure, Theory
>>> theory = Theory("Fewer falls", measures=[Measure("M1", "Falls")])
>>> falls = pd.DataFrame({"date": ["2026-01-01", "2026-02-01"], "value": [4, None]})
>>> [row.value for row in with_series(theory, "M1", falls).node("M1").data]
[4.0, None]
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import attrs

from driverkit.analysis.frames import stratum_columns
from driverkit.analysis.from_frames import (
    Gathered,
    Table,
    Told,
    is_missing,
    name_reader,
    reader,
)
from driverkit.collector import collector_at_rest
from driverkit.errors import SeriesError, UsageError
from driverkit.formats import series as csv_rules
from driverkit.model import FrozenDict, Measure, Observation, Theory
from driverkit.model import values as v
from driverkit.model.values import EMPTY, Refused, kind_of, maybe_number

__all__ = ["take_series", "with_series"]

_NUMBERS = ("value", "numerator", "denominator")
_date = reader(kind_of(attrs.fields_dict(Observation)["date"]))
_text = reader(kind_of(attrs.fields_dict(Observation)["note"]))
_name = name_reader(kind_of(attrs.fields_dict(Observation)["site"]))
_flag = reader(kind_of(attrs.fields_dict(Observation)["suppressed"]))


def _numbers(table: Table, name: str, hidden: list[bool]) -> list[float | None]:
    """A column of numbers; what a CSV file may write for a hidden one hides the point here too."""
    held = table.columns.get(name)
    if held is None:
        return [None] * table.length
    if set(map(type, held)) <= {float, int, type(None)}:
        found = [None if value is None or value != value else value for value in held]  # noqa: PLR0124 - NaN
        if math.inf not in found and -math.inf not in found:
            return found
    return [
        None if is_missing(value) else _number(table, name, row, value, hidden)
        for row, value in enumerate(held)
    ]


def _number(table: Table, name: str, row: int, value: Any, hidden: list[bool]) -> float | None:
    try:
        if isinstance(value, str):
            word = value.strip()
            if csv_rules._NUMBER(word):
                return maybe_number(float(word))
            if csv_rules._HIDDEN(word):
                hidden[row] = True
                return None
            raise Refused(csv_rules._why_no_number(word))
        return maybe_number(value)
    except Refused as refused:
        table.tell(str(refused), row, name)
        return None


def _remembered(table: Table, name: str, how: Any, missing: str | None = None) -> list[Any]:
    """A column in which few values come again and again: each is read once."""
    held = table.columns.get(name)
    if held is None:
        return [None] * table.length
    known: dict[Any, Any] = {}
    found: list[Any] = [None] * table.length
    for row, value in enumerate(held):
        try:
            read = known.get(value)
        except TypeError:  # a list or the like, which no cell of a series is
            read = None
        if read is None:
            if is_missing(value):
                if missing is not None and row not in table.blank:
                    table.tell(missing, row, name)
                continue
            try:
                read = how(value)
            except Refused as refused:
                table.tell(str(refused), row, name)
                continue
            if len(known) < 100_000:  # notes that are all different: a memory of them serves nobody
                known[value] = read
        found[row] = read
    return found


class _Points:
    """The rows of a table of series, as observations by measure."""

    def __init__(self, table: Table, known: Mapping[str, str]) -> None:
        self.table = table
        self.known = known
        hidden = [value is True for value in _remembered(table, "suppressed", _suppressed)]
        self.columns: dict[str, list[Any]] = {
            "date": _remembered(table, "date", _date, "The date is missing."),
            **{name: _numbers(table, name, hidden) for name in _NUMBERS},
            **{name: _remembered(table, name, _name) for name in ("site", "phase")},
            **{name: _remembered(table, name, _text) for name in ("note", "excluded")},
        }
        # A share is worked out from its two parts; a value beside them would only say the same again.
        both = zip(self.columns["numerator"], self.columns["denominator"], strict=True)
        values = self.columns["value"]
        for row, (top, bottom) in enumerate(both):
            if top is not None and bottom is not None:
                values[row] = None
        self.columns["suppressed"] = [True if hide else None for hide in hidden]
        self.strata = {
            name: _remembered(table, column, _name)
            for name, column in known.items()
            if column in table.columns
        }
        self.extras = table.extras()

    def of(self, measure: Measure, rows: Sequence[int]) -> tuple[Observation, ...]:
        """The observations of one measure, from these rows of the table."""
        strata = {}
        for name, column in self.strata.items():
            if name in measure.strata:
                strata[name] = [column[row] for row in rows]
                continue
            row = next((row for row in rows if column[row] is not None), None)
            if row is not None:
                said = f"The measure {measure.id!r} has no stratum {name!r}. Name it in the measure's strata."
                self.table.tell(said, row, self.known[name], measure.id)
        chosen = {name: [column[row] for row in rows] for name, column in self.columns.items()}
        return _observations(chosen, strata, [self.extras[row] for row in rows])


def _observations(
    columns: Mapping[str, Sequence[Any]],
    strata: Mapping[str, Sequence[str | None]],
    extras: Sequence[FrozenDict] | None = None,
) -> tuple[Observation, ...]:
    """Observations of columns whose values were looked at already; column by column, as there may be a million."""
    count = len(columns["date"])
    given = dict(columns)
    if strata:
        groups: dict[tuple[str | None, ...], FrozenDict] = {}
        keys = list(zip(*strata.values(), strict=True))
        for key in dict.fromkeys(keys):
            named = zip(strata, key, strict=True)
            groups[key] = FrozenDict((name, group) for name, group in named if group is not None) or EMPTY
        given["strata"] = [groups[key] for key in keys]
    if extras is not None:
        given["extra"] = extras
    with collector_at_rest():
        made: list[Any] = list(map(object.__new__, repeat(Observation, count)))
        for name, default, put in v._slots(Observation):
            deque(map(put, made, given.get(name, repeat(default, count))), maxlen=0)
    return tuple(made)


def _suppressed(value: Any) -> Any:
    return True if isinstance(value, str) and value.strip().lower() == "x" else _flag(value)


def _table(
    frame: Any, told: Told, strata: Iterable[str], *, of: str | None = None, order: int | None = None
) -> tuple[Table, dict[str, str]]:
    """The table, and the column in which each stratum stands."""
    names = dict.fromkeys(strata)
    known = stratum_columns(names)
    table = Table(
        "series",
        frame,
        told,
        [*known.values(), *names],
        required=("measure", "date") if of is None else ("date",),
        label=None if of is None else f"series of {of}",
        order=order,
    )
    # A CSV file has no column "row" of its own, so a stratum of that name may stand there under it.
    for stratum, column in known.items():
        if column not in table.columns and stratum in table.columns and stratum in ("row", "measure"):
            known[stratum] = stratum
    half = {"numerator", "denominator"} & table.columns.keys()
    if len(half) == 1:
        (there,) = half
        other = "denominator" if there == "numerator" else "numerator"
        told.tell(f"The column {there!r} is there and {other!r} is missing.", table, None, there)
    elif not half and "value" not in table.columns:
        told.tell("The column 'value' is missing, or the columns 'numerator' and 'denominator'.", table)
    return table, known


def _in_order(table: Table, rows: list[int]) -> list[int]:
    """The rows as they stood in the theory, where the table says so in its column ``row``."""
    places = table.columns.get("row")
    if places is None or any(type(places[row]) is not int for row in rows):
        return rows
    return sorted(rows, key=places.__getitem__)


def take_series(gathered: Gathered, frame: Any) -> None:
    """Put the rows of a table of series into the measures that they name; for `from_frames`."""
    measures = {m.id: m for m in gathered.sections["measures"]}
    strata = [name for m in measures.values() for name in m.strata]
    table, known = _table(frame, gathered.told, strata)
    if any(name not in table.columns for name in ("measure", "date")):
        return
    ids = _remembered(
        table, "measure", reader(kind_of(attrs.fields_dict(Measure)["id"])), "The measure is missing."
    )
    points = _Points(table, known)
    rows: dict[str, list[int]] = {}
    for row, id in enumerate(ids):
        if id is not None:
            rows.setdefault(id, []).append(row)
    for id, places in rows.items():
        measure = measures.get(id)
        if measure is None:
            said = f"{id!r} is no measure." if id in gathered.where else gathered.missing(id, measures)
            if said is not None:
                for row in places:
                    table.tell(said, row, "measure", id)
            continue
        section, number = gathered.where[id]
        new = number >= gathered.before[section]
        if isinstance(measure.data, str) and not new:
            said = (
                f"The series of {id!r} stands in the file {measure.data!r}. Add the rows there, or take that file "
                "in first: with_series(theory)."
            )
            table.tell(said, places[0], "measure", id)
            continue
        if any(row in table.bad for row in places):
            points.of(measure, [])
            continue
        before = measure.data if isinstance(measure.data, tuple) else ()
        more = points.of(measure, _in_order(table, places))
        gathered.swap(id, attrs.evolve(measure, data=(*before, *more)))


def with_series(theory: Theory, measures: Mapping[str, Any] | str | None = None, frame: Any = None) -> Theory:
    """A theory in which the series of measures stand as rows, from data frames or from their files.

    ``with_series(theory, "M1", frame)`` puts one series in, ``with_series(theory, {"M1": …, "M2": …})``
    several; what was there before goes. ``with_series(theory)`` takes in the CSV files that the measures
    name, so that the theory can be kept in one file.

    The frames may be of pandas, polars or any other library that narwhals knows. The columns are those of
    a CSV file of a series: ``date`` and ``value``, or ``date``, ``numerator`` and ``denominator``; and
    ``site``, ``note``, ``phase``, ``suppressed``, ``excluded``, and one for each stratum of the measure.
    What `series_frame` gives is taken too. Where both a numerator and a denominator are given, a value
    beside them is passed over: it is worked out from them.

    Args:
        theory: the theory.
        measures: the id of a measure, or frames by the id of their measure; left out, all files are read.
        frame: the rows, where one id is given.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure, or what is given is no data frame.
        TheoryError: every fault of all frames at once, each with its row and column; rows count from 1.
        SeriesError: a file cannot be read; every fault of all files at once.
    """
    if measures is None:
        return _with_files(theory)
    if isinstance(measures, str):
        if frame is None:
            raise UsageError(
                f"A data frame with the series of {measures!r} is wanted: with_series(theory, id, frame)."
            )
        measures = {measures: frame}
    elif frame is not None or not isinstance(measures, Mapping):
        raise UsageError("Give one id with one frame, or a mapping of ids to frames.")
    told = Told()
    changed = []
    for order, (id, each) in enumerate(measures.items()):
        measure = theory.node(id)
        if not isinstance(measure, Measure):
            raise UsageError(f"{id!r} is no measure, and only measures have a series.")
        before = len(told.faults)
        table, known = _table(each, told, measure.strata, of=id, order=order)
        if len(told.faults) > before:
            continue
        points = _Points(table, known)
        rows = [row for row in range(table.length) if row not in table.blank]
        named = table.columns.get("measure")
        for row in rows if named is not None and "measure" not in known.values() else ():
            if named is not None and named[row] != id:
                table.tell(f"The row is of the measure {named[row]!r}.", row, "measure")
        if len(told.faults) == before:
            changed.append(attrs.evolve(measure, data=points.of(measure, _in_order(table, rows))))
    told.refuse()
    return theory.replace(*changed) if changed else theory


def _with_files(theory: Theory) -> Theory:
    faults: list[Any] = []
    changed = []
    for measure in theory.measures:
        if not isinstance(measure.data, str):
            continue
        try:
            rows = csv_rules.rows_of(theory, measure)
        except SeriesError as error:
            faults.extend(error.faults)
            continue
        changed.append(attrs.evolve(measure, data=_from_file(rows)))
    if faults:
        raise SeriesError(faults)
    return theory.replace(*changed) if changed else theory


def _from_file(rows: csv_rules.Rows) -> tuple[Observation, ...]:
    columns = {
        "date": rows.dates,
        "value": rows.values,
        "numerator": rows.numerators,
        "denominator": rows.denominators,
        "site": rows.sites,
        "note": rows.notes,
        "phase": rows.phases,
        "excluded": rows.excluded,
        "suppressed": [True if hidden else None for hidden in rows.suppressed],
    }
    return _observations(columns, rows.strata)
