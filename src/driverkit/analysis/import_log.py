"""A PDSA log or the points of a measure out of somebody's spreadsheet, into a theory.

A theory with a log beside it::

    guess = dk.guess_columns(theory, "log.csv", "cycles")
    print(guess)  # which column may be which field, and why
    imported = dk.import_cycles(theory, "log.csv", map=guess.map)
    imported.save("theory.yaml")
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs
from attrs import frozen

from driverkit.analysis.from_frames import _field_reader
from driverkit.analysis.log_cells import CellRules, error_value, likeness, log_date, log_number, plain_words
from driverkit.analysis.log_headings import (
    CYCLE_FIELDS,
    LogGuess,
    guess,
    number_of,
)
from driverkit.analysis.log_table import LogTable, read_table
from driverkit.errors import FormatError, TheoryError, UsageError
from driverkit.formats import Limits
from driverkit.model import (
    Act,
    ChangeIdea,
    Do,
    Measure,
    PdsaCycle,
    Plan,
    Prediction,
    Study,
    Theory,
    new_id,
)
from driverkit.model.theory import faults_of
from driverkit.model.values import Refused, as_extra, as_id, did_you_mean, show

__all__ = ["Imported", "guess_columns", "import_cycles"]


@frozen
class SeriesFile:
    """The file of a series with what a log adds to it.

    Attributes:
        name: its path from the folder of the theory file.
        text: what is to stand in it.
        old: what stood in it; None where there was none.
    """

    name: str
    text: str
    old: str | None


@frozen
class Imported:
    """What became of a log.

    Attributes:
        theory: the theory with what was read in it.
        added: what is new: the ids of cycles, or the measure and day of points.
        completed: the ids of cycles that were there and got what they lacked.
        replaced: what was there and said something else, and was written over as asked.
        kept: what was there and says something else, one sentence each; it was left as it is.
        same: how many rows say what is there already.
        notes: what else is to be known, one sentence each.
        files: the files of series that were changed or are new.
    """

    theory: Theory
    added: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    same: int = 0
    notes: tuple[str, ...] = ()
    files: tuple[SeriesFile, ...] = ()

    def save(self, path: str | os.PathLike[str], *, format: str | None = None) -> None:
        """Write the files of series, then the theory: only what changed is touched, each file whole or not at all.

        Raises:
            SaveError: a file could not be written, or was changed by somebody since it was read.
        """
        from driverkit.formats import save
        from driverkit.formats.series_write import save_series

        for file in self.files:
            save_series(path, file.name, file.text, file.old)
        save(self.theory, path, format=format)


@frozen(kw_only=True)
class _File:
    """How the file of a log is read."""

    sheet: str | None = None
    encoding: str | None = None
    heading_row: int | None = None
    limits: Limits | None = None

    def table(self, path: str | os.PathLike[str]) -> LogTable:
        return read_table(
            path,
            sheet=self.sheet,
            encoding=self.encoding,
            heading_row=self.heading_row,
            limits=self.limits,
        )


def guess_columns(
    theory: Theory,
    path: str | os.PathLike[str],
    kind: str,
    *,
    measure: str | None = None,
    map: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    heading_row: int | None = None,
    rules: CellRules | None = None,
    limits: Limits | None = None,
) -> LogGuess:
    """Which column of a log may be which field, and why. Nothing is imported.

    Args:
        theory: the theory that the log belongs to.
        path: a CSV file or a workbook (.xlsx).
        kind: ``cycles`` for a PDSA log, ``series`` for the points of measures.
        measure: the id of the measure that all points are of.
        map: what is known already: field to column.
        sheet: the sheet of a workbook; left out, its only one that is not empty.
        encoding: of a CSV file, such as cp1252; left out, UTF-8.
        heading_row: the line or row that names the columns, counted from 1; left out, the first that says something.
        rules: how cells are read that can be read in several ways.
        limits: how much is read before it is refused.

    Raises:
        FormatError: the file cannot be read as a table.
        UnknownId: there is no such measure.
        UsageError: an option does not fit.
    """
    _check_kind(kind)
    table = _File(sheet=sheet, encoding=encoding, heading_row=heading_row, limits=limits).table(path)
    one = _measure(theory, measure) if measure is not None else None
    return guess(table, theory, kind, measure=one, given=map, rules=rules)


def _check_kind(kind: str) -> None:
    if kind not in ("cycles", "series"):
        raise UsageError(f"A log is read as cycles or as series, not as {show(kind)}.")


def _measure(theory: Theory, id: str) -> Measure:
    found = theory.node(id)
    if not isinstance(found, Measure):
        raise UsageError(f"{id!r} is no measure, and only measures have points.")
    return found


# ----------------------------------------------------------------------------------- what all logs share


class Log:
    """The rows of a log, their cells read by the fields that they were mapped to.

    Attributes:
        bad: the rows of which something could not be read.
        notes: what is to be told.
    """

    def __init__(
        self,
        table: LogTable,
        map: Mapping[str, str] | None,
        fields: Mapping[str, str],
        rules: CellRules,
    ) -> None:
        self.table = table
        self.rules = rules
        self.bad: set[int] = set()
        self.notes = list(table.notes)
        self.columns: dict[str, int] = {}
        self._mapped(None if map is None else dict(map), fields)
        rest = [
            f"{show(table.header[at].strip() or table.name(at))} ({count:,})"
            for at in range(len(table.header))
            if at not in self.columns.values() and (count := sum(1 for _ in table.cells(at)))
        ]
        if rest:
            cells = "cells that say something"
            self.notes.append(f"Columns that were not read, with their {cells}: {', '.join(rest)}.")

    def _mapped(self, map: dict[str, str] | None, fields: Mapping[str, str]) -> None:
        if map is None:
            map = {}
            named = {plain_words(name): name for name in fields}
            for at, heading in enumerate(self.table.header):
                name = heading.strip()
                if name and not name.startswith("x-"):
                    name = named.get(plain_words(name), "")
                    if not name:
                        raise UsageError(
                            f"The column {show(heading.strip())} of {self.table.file} is not the name of a field. Say which "
                            "column is which field, with map; guess_columns offers one."
                        )
                if name in map:
                    raise UsageError(f"{self.table.file} has two columns {show(name)}. Say which, with map.")
                if name:
                    map[name] = self.table.name(at)
        for name, column in map.items():
            if name not in fields and not name.startswith("x-"):
                raise UsageError(
                    f"There is no field {show(name)}.{did_you_mean(name, fields)} There are: {', '.join(fields)}; and "
                    "names that begin with x-, for what other tools know."
                )
            at = self.table.column(column)
            other = next((one for one, place in self.columns.items() if place == at), None)
            if other is not None:
                raise UsageError(f"The column {show(column)} cannot be both {other} and {name}.")
            self.columns[name] = at

    def cells(self, row: int, cells: list[str]) -> dict[str, str]:
        """The cells of a row that say something, by field; an error of a spreadsheet is told."""
        found: dict[str, str] = {}
        for name, at in self.columns.items():
            cell = cells[at].strip()
            wrong = self.table.wrong.get((row, at)) or error_value(cell)
            if wrong is not None:
                self.tell(row, name, wrong)
            elif cell:
                found[name] = cell
        return found

    def tell(self, row: int, name: str, message: str, id: str | None = None) -> None:
        """Tell a fault of one cell."""
        self.bad.add(row)
        at = self.columns.get(name, next(iter(self.columns.values()), 0))
        self.table.tell(row, at, message, id)

    def read(self, row: int, name: str, cell: str, how: Callable[[str], Any]) -> Any:
        """A cell as a value; None where it cannot be read, which is told."""
        try:
            return how(cell)
        except Refused as refused:
            self.tell(row, name, str(refused))
            return None

    def refuse(self) -> None:
        """Raise what was told.

        Raises:
            FormatError: something was.
        """
        if len(self.table.faults):
            raise FormatError(self.table.faults)


class Named:
    """Finds what a cell names: an id, or the exact words of what has one."""

    def __init__(self, log: Log, items: Iterable[Any], words: Callable[[Any], str | None], what: str) -> None:
        self.log = log
        self.what = what
        self.words: dict[str, str] = {item.id: words(item) or "" for item in items}
        self.by_words: dict[str, list[str]] = {}
        for id, said in self.words.items():
            if plain_words(said):
                self.by_words.setdefault(plain_words(said), []).append(id)
        self.by_id: dict[str, str] = {plain_words(id): id for id in self.words}
        self.counted: dict[tuple[str, str], int] = {}
        self.known: dict[str, str | Refused] = {}

    def id(self, row: int, name: str, cell: str) -> str | None:
        """The id that a cell means; None where it means none, which is told."""
        found: str | Refused | None = self.known.get(cell)
        if found is None:
            found = self.known[cell] = self._found(self.log.rules.meant(cell))
        if isinstance(found, Refused):
            self.log.tell(row, name, str(found))
            return None
        if found != cell:
            self.counted[cell, found] = self.counted.get((cell, found), 0) + 1
        return found

    def _found(self, cell: str) -> str | Refused:
        if cell in self.words:
            return cell
        words = plain_words(cell)
        hits = self.by_words.get(words, [])
        if len(hits) == 1:
            return hits[0]
        if hits:
            return Refused(f"{show(cell)} is the text of {' and '.join(hits)}. Write the id that is meant.")
        if words in self.by_id:
            return self.by_id[words]
        near = sorted(
            ((self._score(cell, id, said), id) for id, said in self.words.items()),
            key=lambda one: (-one[0], one[1]),
        )
        near = [one for one in near[:3] if one[0] >= 0.5]
        if not near:
            return Refused(
                f"No {self.what} has the id or the words {show(cell)}. Add it to the theory first, or say which one it is: "
                f"--read-as {_quoted(cell, 'ID')}."
            )
        offered = ", ".join(f"{id} {show(self.words[id], most=50)} ({score:.2f})" for score, id in near)
        said = _quoted(cell, near[0][1])
        return Refused(
            f"No {self.what} has the id or the words {show(cell)}. Near, of 1: {offered}. If it is the first: --read-as {said}."
        )

    @staticmethod
    def _score(cell: str, id: str, said: str) -> float:
        begins = re.match(re.escape(id) + r"(?![\w.-]|$)", cell)
        return 0.99 if begins else likeness(cell, said)

    def notes(self) -> Iterator[str]:
        """What was taken for which id."""
        for (cell, id), count in self.counted.items():
            times = "once" if count == 1 else f"{count:,} times"
            yield f"{show(cell)} is {id} ({times})."


# --------------------------------------------------------------------------------------------- cycles

_STEPS: Mapping[str, tuple[type, Mapping[str, str]]] = {
    "plan": (Plan, {"plan_date": "date", "objective": "objective"}),
    "do": (Do, {"do_date": "date", "observed": "observed", "as_planned": "as_planned"}),
    "study": (Study, {"study_date": "date", "learned": "learned"}),
    "act": (Act, {"act_date": "date", "decision": "decision", "next": "next"}),
}
_ASKED = ("question", "prediction", "found", "result")
_OWN = ("team", "site", "scale", "conditions", "follows", "adapted_from")
_TELLING = ("team", "site", "plan_date", "do_date", "objective", "question", "prediction")
"""What an id is made of where a log has none: what is known before a cycle goes on."""


def _readers(rules: CellRules) -> dict[str, Callable[[str], Any]]:
    """How each field of a cycle is read; each raises `Refused`."""
    found: dict[str, Callable[[str], Any]] = {"id": as_id}
    for name in _OWN:
        found[name] = _field_reader(PdsaCycle, name)
    for name in _ASKED:
        found[name] = _field_reader(Prediction, name)
    for noun, names in _STEPS.values():
        for column, name in names.items():
            found[column] = _field_reader(noun, name)

    def dated(cell: str) -> Any:
        return log_date(cell, rules)

    for name in ("plan_date", "do_date", "study_date", "act_date"):
        found[name] = dated
    count: Callable[[Any], Any] = found["scale"]

    def counted(cell: str) -> Any:
        return count(log_number(cell, rules))

    found["scale"] = counted
    for name in ("result", "decision", "as_planned"):
        found[name] = _worded(found[name], rules)
    return found


def _quoted(cell: str, meant: str) -> str:
    """What ``--read-as`` is to say."""
    return shlex.quote(f"{show(cell, most=80)[1:-1]}={meant}")


def _kept(name: str) -> Callable[[str], Any]:
    return lambda cell: as_extra({name: cell})[name]


def _worded(how: Callable[[str], Any], rules: CellRules) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        try:
            return how(rules.meant(cell).strip())
        except Refused as refused:
            meant = re.search(r"Did you mean '(\w+)'", str(refused))
            said = _quoted(cell, meant[1] if meant else "WORD")
            raise Refused(f"{refused} If it means one of them, say so: --read-as {said}.") from None

    return read


def import_cycles(
    theory: Theory,
    path: str | os.PathLike[str],
    *,
    map: Mapping[str, str] | None = None,
    change: str | None = None,
    replace: bool = False,
    sheet: str | None = None,
    encoding: str | None = None,
    heading_row: int | None = None,
    rules: CellRules | None = None,
    limits: Limits | None = None,
) -> Imported:
    """A theory with the PDSA cycles of a log, one row a cycle.

    A change idea is named by its id or by its exact words (capitals, blanks and signs make no difference); near
    ones are offered in the message, and never taken. A cycle that is in the theory already gets what it lacks;
    where the two say different things, the theory's stays.

    Where no column is the ``id``, it is made of the ``number`` of the cycle and its change idea (``C1-T3``) or,
    without one, of the idea, team, site, dates and question; so a log that is imported again adds nothing twice.

    Args:
        theory: the theory that the log belongs to.
        path: a CSV file or a workbook (.xlsx).
        map: field (`CYCLE_FIELDS`, or a name that begins with ``x-``) to column: its heading, or ``#3`` for the
            third; left out, every heading must be the name of a field.
        change: the id of the change idea that all rows test, where no column names it.
        replace: whether the log's words go over those that are in the theory.
        sheet: the sheet of a workbook; left out, its only one that is not empty.
        encoding: of a CSV file, such as cp1252; left out, UTF-8.
        heading_row: the line or row that names the columns, counted from 1; left out, the first that says something.
        rules: how cells are read that can be read in several ways.
        limits: how much is read before it is refused.

    Raises:
        FormatError: cells that cannot be read; every one is told, with file, line or row, and column.
        UnknownId: there is no change idea of the id ``change``.
        UsageError: the mapping or an option does not fit.
    """
    rules = rules or CellRules()
    table = _File(sheet=sheet, encoding=encoding, heading_row=heading_row, limits=limits).table(path)
    log = Log(table, map, CYCLE_FIELDS, rules)
    if change is not None and not isinstance(theory.node(change), ChangeIdea):
        raise UsageError(f"{change!r} is no change idea, and cycles test only those.")
    if change is None and "change" not in log.columns:
        raise UsageError(
            "Which change idea was tested? Map a column to 'change' or, where all rows test one, name it with change."
        )
    made = _Cycles(theory, log, change, replace).read()
    log.refuse()
    return made


class _Cycles:
    """The rows of a log on their way to cycles."""

    def __init__(self, theory: Theory, log: Log, change: str | None, replace: bool) -> None:
        self.theory = theory
        self.log = log
        self.change = change
        self.replace = replace
        self.ideas = Named(log, theory.change_ideas, lambda idea: idea.text, "change idea")
        self.how = _readers(log.rules)
        self.there = {cycle.id: cycle for cycle in theory.cycles}
        self.rows: dict[str, int] = {}
        self.new: dict[str, PdsaCycle] = {}
        self.changed: dict[str, PdsaCycle] = {}
        self.completed: list[str] = []
        self.replaced: list[str] = []
        self.kept: list[str] = []
        self.same = 0

    def read(self) -> Imported:
        for row, cells in self.log.table.rows:
            held = self.log.cells(row, cells)
            if held or row in self.log.bad:
                self._take(row, held)
        cycles = tuple(self.changed.get(cycle.id, cycle) for cycle in self.theory.cycles)
        made = attrs.evolve(self.theory, cycles=(*cycles, *self.new.values()), _trusted=True)
        object.__setattr__(made, "origin", self.theory.origin)
        self._tell_faults(made)
        return Imported(
            made,
            tuple(self.new),
            tuple(self.completed),
            tuple(self.replaced),
            tuple(self.kept),
            self.same,
            (*self.ideas.notes(), *self.log.notes),
        )

    def _take(self, row: int, held: dict[str, str]) -> None:
        log = self.log
        given: dict[str, Any] = {}
        for name, cell in held.items():
            if name in ("change", "number"):
                continue
            if name.startswith("x-"):
                given[name] = log.read(row, name, cell, _kept(name))
            else:
                given[name] = log.read(row, name, cell, self.how[name])
        change = self.change
        if "change" in held:
            change = self.ideas.id(row, "change", held["change"])
        elif change is None:
            log.tell(row, "change", "The change idea that was tested is missing.")
        id = self._id(row, change, held, given)
        if row in log.bad or id is None or change is None:
            if id is not None:
                self.rows.setdefault(id, row)
            return
        given["id"], given["change"] = id, change
        if id in self.rows:
            where = log.table.where(self.rows[id], next(iter(log.columns.values())))
            log.tell(
                row, "id" if "id" in log.columns else "number", f"The cycle {id!r} is in {where} already.", id
            )
            return
        self.rows[id] = row
        self._put(row, id, given)

    def _id(
        self, row: int, change: str | None, held: Mapping[str, str], given: Mapping[str, Any]
    ) -> str | None:
        if "id" in self.log.columns:
            if "id" not in held:
                self.log.tell(row, "id", "The id of the cycle is missing.")
            id: str | None = given.get("id")
            if id is not None and id in self.theory and id not in self.there:
                self.log.tell(row, "id", f"{id!r} is the id of something else in the theory.", id)
            return id
        if change is None:
            return None
        if "number" in self.log.columns:
            number = number_of(held.get("number", ""))
            if number is None:
                said = held.get("number")
                wanted = (
                    f"A number such as 3 is wanted, not {show(said)}."
                    if said
                    else "The number of the cycle is missing."
                )
                self.log.tell(row, "number", wanted)
                return None
            return f"{change}-T{number}"
        words = [f"{name}={given[name]}" for name in _TELLING if given.get(name) is not None]
        return new_id(Theory("-"), "cycle", change, *words)

    def _put(self, row: int, id: str, given: dict[str, Any]) -> None:
        old = self.there.get(id)
        if old is None:
            self.new[id] = _merged(PdsaCycle(id, given["change"]), given)
            return
        if len(old.predictions) > 1 and any(name in given for name in _ASKED):
            self.log.tell(
                row,
                next(name for name in _ASKED if name in given),
                f"{id} has {len(old.predictions)} predictions, and nobody knows which one this is. Change it with "
                f"'driverkit set', or leave the column out.",
                id,
            )
            return
        flat = _flat(old)
        lacking = {name: value for name, value in given.items() if flat.get(name) is None}
        other = {name: value for name, value in given.items() if name not in lacking and flat[name] != value}
        taken = {**lacking, **(other if self.replace else {})}
        if other and self.replace:
            self.replaced.append(id)
        elif other:
            names = ", ".join(
                f"{name} ({show(str(flat[name]), most=40)}, in the log {show(str(other[name]), most=40)})"
                for name in other
            )
            self.kept.append(f"{id} says something else in the theory: {names}.")
        if lacking:
            self.completed.append(id)
        if taken:
            self.changed[id] = _merged(old, taken)
        elif not other:
            self.same += 1

    def _tell_faults(self, made: Theory) -> None:
        """What keeps the rows from being a theory together, each at the row that it comes from."""
        if len(self.log.table.faults):
            return
        for fault in faults_of(made):
            match = re.match(r"cycles\[(\d+)\](?:\.(\w+))?", fault.path)
            cycle = made.cycles[int(match[1])] if match else None
            row = self.rows.get(cycle.id) if cycle is not None else None
            if match is None or row is None:
                raise TheoryError([fault])
            name = match[2] or "id"
            self.log.tell(row, name if name in self.log.columns else "id", fault.message, fault.id)


def _flat(cycle: PdsaCycle) -> dict[str, Any]:
    """The fields of a cycle as a log names them."""
    found = {name: getattr(cycle, name) for name in ("id", "change", *_OWN)}
    for step, (_, names) in _STEPS.items():
        part = getattr(cycle, step)
        for column, name in names.items():
            found[column] = getattr(part, name) if part is not None else None
    first = cycle.predictions[0] if cycle.predictions else None
    for name in _ASKED:
        found[name] = getattr(first, name) if first is not None else None
    found.update(cycle.extra)
    return found


def _merged(cycle: PdsaCycle, given: Mapping[str, Any]) -> PdsaCycle:
    """A cycle with the fields that a log names."""
    changes: dict[str, Any] = {name: given[name] for name in ("change", *_OWN) if name in given}
    for step, (noun, names) in _STEPS.items():
        part = {name: given[column] for column, name in names.items() if column in given}
        if part:
            changes[step] = attrs.evolve(getattr(cycle, step) or noun(), **part)
    asked = {name: given[name] for name in _ASKED if name in given}
    if asked:
        first = cycle.predictions[0] if cycle.predictions else Prediction()
        changes["predictions"] = (attrs.evolve(first, **asked),)
    extra = {name: value for name, value in given.items() if name.startswith("x-")}
    if extra:
        changes["extra"] = {**cycle.extra, **extra}
    return attrs.evolve(cycle, **changes)
