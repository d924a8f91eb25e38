"""A whole theory as tables, one a section, and back; what a folder of CSV files and a workbook share.

Each section of the theory file is a table with one row a node. What stands inside a node there has a
table of its own, in which each row names the node that it belongs to: what is said of a link, the
predictions of a cycle, the rows of a series. The title, the headings, the problem and the revision
are rows of the table ``theory``. A list stands in one cell with "; " between its entries. Keys for
other tools stand in a column ``extra``, as JSON. Nothing is left out: what is written comes back
exactly, to the type of every number.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

import attrs
from attrs import Factory, define, field, frozen

from driverkit.errors import Fault
from driverkit.formats.cells import cell_list, listed_cell
from driverkit.formats.convert import FORMAT_VERSION, fields_of, read_theory, thaw, to_json_values
from driverkit.formats.grid import Grid, Row, columns_of, json_cell, tell_unnamed
from driverkit.formats.limits import Limits
from driverkit.formats.sketch import Cell, mapping, plain_scalar, scalar
from driverkit.formats.tree import Faults, Map, Scalar, Seq, Tree
from driverkit.model import (
    Aim,
    Cause,
    ChangeIdea,
    Contribution,
    Driver,
    Evidence,
    Headings,
    Measure,
    Observation,
    Origin,
    PdsaCycle,
    Prediction,
    Problem,
    Recommendation,
    Revision,
    Team,
    Theory,
)
from driverkit.model.values import Kind, show

__all__ = ["GROUP", "SHEETS", "Column", "Sheet", "columns", "read_tables", "sheets_of"]

Value = str | int | float | bool | dt.date | None
"""What a cell holds when a table is written."""

GROUP = "group: "
"""What stands in front of the name of a stratum in the heading of its column."""

_SECTIONS: Mapping[str, type] = {
    "aims": Aim,
    "drivers": Driver,
    "change_ideas": ChangeIdea,
    "measures": Measure,
    "cycles": PdsaCycle,
    "evidence": Evidence,
    "causes": Cause,
    "teams": Team,
    "recommendations": Recommendation,
    "revisions": Revision,
}
_INSIDE: Mapping[str, tuple[type, str]] = {
    "links": (Contribution, "cause"),
    "series": (Observation, "measure"),
    "predictions": (Prediction, "cycle"),
}
_SINGLE: Mapping[str, type] = {"revision": Revision, "headings": Headings, "problem": Problem}
_LETTERS = dict(zip(_SECTIONS, "ADCMTERGN", strict=False))

SHEETS = (
    *("theory", "aims", "drivers", "change_ideas", "links", "measures", "series", "cycles", "predictions"),
    *("evidence", "causes", "teams", "recommendations", "revisions"),
)
"""The names of the tables, in the order in which they are written."""


@frozen(eq=False)
class Column:
    """A column of a table.

    Attributes:
        name: its heading.
        path: the field that it holds, inside another where there are two.
        kind: what a value is; None for keys for other tools.
        many: whether a cell holds several.
    """

    name: str
    path: tuple[str, ...]
    kind: Kind | None
    many: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The few words that may stand in it; none where anything may."""
        return tuple(self.kind.schema.get("enum", ())) if self.kind is not None else ()

    @property
    def type(self) -> str:
        """What JSON Schema calls a value: string, number, integer or boolean; ``date`` for a date."""
        if self.kind is None:
            return "string"
        return "date" if self.kind.name == "a date" else str(self.kind.schema.get("type", "string"))


@cache
def columns(name: str) -> tuple[Column, ...]:
    """The columns of a table but ``theory``, in their order; those of strata are not among them."""
    noun, owner = _INSIDE.get(name) or (_SECTIONS[name], "")
    found = [Column(owner, _OWNER, _ID)] if owner else []
    for key, (_, kind) in fields_of(noun).items():
        if key == "strata" and noun is Observation:
            continue
        if noun is Contribution and key == "to":
            found.append(Column("effect", (key,), kind))
        elif key == "contributes_to":
            found.append(Column(key, (key,), _ID, many=True))
        elif key == "data":
            found.append(Column(key, (key,), _TEXT))
        elif kind.parse is not None:
            found.append(Column(key, (key,), kind, kind.many))
        elif kind.noun is not None and not kind.many:
            for inner, (_, inner_kind) in fields_of(kind.noun).items():
                found.append(Column(f"{key}_date" if inner == "date" else inner, (key, inner), inner_kind))
            found.append(Column(f"{key}_extra", (key, "extra"), None))
    return (*found, Column("extra", ("extra",), None))


_OWNER = ("",)  # the path of the column that names the node a row belongs to
_ID: Kind = fields_of(Aim)["id"][1]
_TEXT: Kind = fields_of(Aim)["text"][1]


@cache
def _keys() -> Mapping[str, Column]:
    """The keys of the table ``theory``."""
    found = [Column("driverkit", ("driverkit",), _TEXT)]
    for key, (_, kind) in fields_of(Theory).items():
        if key in _SINGLE:
            for inner, (_, inner_kind) in fields_of(_SINGLE[key]).items():
                if inner_kind.parse is not None:
                    found.append(Column(f"{key}.{inner}", (key, inner), inner_kind, inner_kind.many))
            found.append(Column(f"{key}.extra", (key, "extra"), None))
        elif kind.parse is not None:
            found.append(Column(key, (key,), kind, kind.many))
    return {column.name: column for column in (*found, Column("extra", ("extra",), None))}


# -------------------------------------------------------------------------------------------- writing


@define
class Sheet:
    """A table as it is written.

    Attributes:
        name: what it is called.
        header: the names of its columns.
        rows: its rows.
    """

    name: str
    header: list[str]
    rows: list[list[Value]] = field(default=Factory(list))


def sheets_of(theory: Theory) -> list[Sheet]:
    """All tables of a theory, the empty ones too; columns for other tools only where something stands in them."""
    nodes: list[Aim | Driver | ChangeIdea] = [*theory.aims, *theory.drivers, *theory.change_ideas]
    rows: dict[str, list[tuple[str, Any]]] = {
        name: [("", item) for item in (theory.causes if name == "causes" else getattr(theory, name))]
        for name in _SECTIONS
    }
    rows["links"] = [
        (n.id, link) for n in nodes for link in n.contributes_to if link != Contribution(link.to)
    ]
    rows["predictions"] = [(cycle.id, one) for cycle in theory.cycles for one in cycle.predictions]
    rows["series"] = [(m.id, row) for m in theory.measures if isinstance(m.data, tuple) for row in m.data]
    return [_theory_sheet(theory), *(_sheet(name, rows[name]) for name in SHEETS[1:])]


def _sheet(name: str, items: list[tuple[str, Any]]) -> Sheet:
    made = [{column: _value(owner, item, column) for column in columns(name)} for owner, item in items]
    for row in made:  # a row in which nothing stands would be passed over
        last = columns(name)[-1]
        if all(value is None for value in row.values()):
            row[last] = "{}"
    shown = [c for c in columns(name) if c.kind is not None or any(row[c] is not None for row in made)]
    sheet = Sheet(name, [column.name for column in shown])
    sheet.rows = [[row[column] for column in shown] for row in made]
    if name == "series":
        groups = dict.fromkeys(group for _, row in items for group in row.strata)
        sheet.header += [GROUP + group for group in groups]
        for cells, (_, row) in zip(sheet.rows, items, strict=True):
            cells += [row.strata.get(group) for group in groups]
    return sheet


def _value(owner: str, item: Any, column: Column) -> Value:
    """What stands in a cell."""
    if column.path == _OWNER:
        return owner
    held: Any = item
    for step in column.path:
        if held is None:
            return None
        held = getattr(held, step)
    if column.kind is None:
        inside = len(column.path) > 1 and getattr(item, column.path[0]) is not None
        return _extra(held, column, item, marks=inside)
    if column.path == ("contributes_to",):
        return listed_cell([link.to for link in held])
    if column.path == ("data",):
        return held if isinstance(held, str) else None
    value: Value = listed_cell(held) if column.many else held
    return value


def _extra(held: Any, column: Column, item: Any, *, marks: bool) -> str | None:
    """Keys for other tools as JSON; ``{}`` where a part is there in which nothing stands."""
    if held:
        return json.dumps(to_json_values(thaw(held)), ensure_ascii=False, allow_nan=False)
    if not marks:
        return None
    part = getattr(item, column.path[0])
    return "{}" if part == type(part)() else None


def _theory_sheet(theory: Theory) -> Sheet:
    sheet = Sheet("theory", ["key", "value"])
    for name, column in _keys().items():
        if name == "driverkit":
            value: Value = FORMAT_VERSION
        else:
            held: Any = theory
            for step in column.path:
                held = getattr(held, step) if held is not None else None
            if column.kind is None:
                marks = len(column.path) > 1 and getattr(theory, column.path[0]) is not None
                value = _extra(held, column, theory, marks=marks)
            else:
                value = listed_cell(held or ()) if column.many else held
        if value is not None:
            sheet.rows.append([name, value])
    return sheet


# -------------------------------------------------------------------------------------------- reading

_YES = dict.fromkeys(("true", "yes", "1", "x"), "true") | dict.fromkeys(("false", "no", "0"), "false")


class _Reader:
    def __init__(self, faults: Faults, limits: Limits) -> None:
        self.faults = faults
        self.limits = limits
        self.lost: list[Fault] = []
        self.guessed: list[Fault] = []
        self.ids: set[str] = set()
        self.nameless: list[tuple[str, Map]] = []

    # -- one table

    def rows(self, grid: Grid) -> Iterator[tuple[Row, Map]]:
        """The rows of a table, each with the entries that its cells make."""
        wanted = {column.name: column for column in columns(grid.name)}
        known = {name: name for name in wanted}
        if "contributes_to" in known:
            known |= {"parents": "contributes_to", "contributes to": "contributes_to"}
        others: dict[str, int] = {}
        names = columns_of(grid, known, self.faults, self.unknown(grid, known, others))
        keys = {name: f"x-{name[2:]}" for name in others if not name.startswith(GROUP)}
        names |= others
        for number, cells in grid.rows():
            row = Row(grid, number, cells, names)
            tell_unnamed(grid, row, self.faults)
            made = mapping(row.start)
            inner: dict[str, Map] = {}
            for name, column in wanted.items():
                value = self.cell(row, name, column)
                if value is None:
                    continue
                into = made
                if len(column.path) > 1:
                    into = inner.setdefault(column.path[0], mapping(row.start))
                    made.entries.setdefault(column.path[0], into)
                self.put(into, column, value)
            for name, key in keys.items():
                cell = row.cell(name)
                if cell is not None:
                    made.entries[key] = scalar(cell)
            yield row, made

    def unknown(
        self, grid: Grid, known: Mapping[str, str], others: dict[str, int]
    ) -> Callable[[str, int], None]:
        def tell(name: str, column: int) -> None:
            at = grid.at(grid.header_row, column)
            written = grid.header[column]
            if grid.name == "series" and written.startswith(GROUP):
                if written in others:
                    self.faults.add(f"The column {show(written)} is there twice. Keep one.", at)
                others[written] = column
            elif name.casefold().startswith(("x-", "x_")):
                others[name] = column
            elif meant := get_close_matches(name.casefold(), known, n=1, cutoff=0.75):
                self.faults.add(f"The column {show(name)} is not known here. Did you mean {meant[0]!r}?", at)
            else:
                said = "has no place in a theory. Columns for other tools begin with 'x-'."
                self.lost.append(self.faults.fault(f"The column {show(name)} {said}", at))

        return tell

    def cell(self, row: Row, name: str, column: Column) -> Tree | None:
        """What a cell says, as a tree; None where it says nothing."""
        if column.kind is None:
            cell = row.cell(name)
            return json_cell(cell, self.faults, self.limits) if cell is not None else None
        plain_text = column.type == "string" and not column.words and column.kind.schema == _TEXT.schema
        cell = row.cell(name) if plain_text or column.many else row.word(name)
        return self.value(cell, column) if cell is not None else None

    def value(self, cell: Cell, column: Column) -> Tree:
        if column.many:
            listed = Seq(cell.at, False)
            listed.items = [scalar(Cell(part, cell.at)) for part in cell_list(cell.text)]
            return listed
        if column.type == "boolean":
            return plain_scalar(Cell(_YES.get(cell.text.casefold(), cell.text), cell.at))
        if column.type in ("number", "integer"):
            return plain_scalar(cell)
        if column.words and cell.text not in column.words and cell.text.lower() in column.words:
            return scalar(Cell(cell.text.lower(), cell.at))
        return scalar(cell)

    def put(self, into: Map, column: Column, value: Tree) -> None:
        """Set a field, or the keys for other tools."""
        if column.kind is not None:
            value.key_start = value.start
            into.entries[column.path[-1]] = value
        elif not isinstance(value, Map):
            self.faults.add('Keys for other tools are a JSON object such as {"x-key": 1}.', value.start)
        else:
            for key, held in value.entries.items():
                if not key.startswith("x-"):
                    self.faults.add(f"The key {show(key)} here does not begin with 'x-'.", value.start)
                else:
                    into.entries[key] = held

    # -- the tables together

    def read(self, grids: Mapping[str, Grid], title: Cell, origin: Origin) -> Theory | None:
        root = mapping(title.at, driverkit=Scalar(str(FORMAT_VERSION), title.at, title.at, ""))
        if "theory" in grids:
            self.theory(grids["theory"], root)
        sections: dict[str, list[tuple[Row, Map]]] = {}
        for name in SHEETS[1:]:
            sections[name] = list(self.rows(grids[name])) if name in grids else []
        for name in _SECTIONS:
            if name != "revisions":
                self.note_ids(name, sections[name])
        self.give_ids()
        self.links(sections)
        self.inside("predictions", "cycles", "predictions", sections)
        self.inside("series", "measures", "data", sections)
        self.strata(grids, sections)
        for name in _SECTIONS:
            if sections[name]:
                listed = Seq(sections[name][0][1].start, False)
                listed.items = [made for _, made in sections[name]]
                if name == "causes":
                    problem = root.entries.setdefault("problem", mapping(listed.start))
                    assert isinstance(problem, Map)
                    problem.entries["causes"] = listed
                else:
                    root.entries[name] = listed
        if "title" not in root.entries:
            first = next((made.entries.get("text") for _, made in sections["aims"]), None)
            found = Cell(first.value, first.start) if isinstance(first, Scalar) else title
            said = f"There is no title; the theory is called {show(found.text)}."
            self.guessed.append(self.faults.fault(said, found.at))
            root.entries["title"] = scalar(found)
        origin = attrs.evolve(
            origin, lost=(*origin.lost, *self.lost), guessed=(*origin.guessed, *self.guessed)
        )
        return read_theory(root, self.faults, origin=origin)

    def theory(self, grid: Grid, root: Map) -> None:
        """The rows of key and value."""
        keys = _keys()
        known = {"key": "key", "value": "value"}
        names = columns_of(grid, known, self.faults, self.unknown(grid, known, {}))
        for name in known:
            if name not in names:
                at = grid.at(grid.header_row, 0)
                self.faults.add(f"The column {name!r} is missing. The columns are key and value.", at)
        if len(names) < 2:
            return
        seen: set[str] = set()
        for number, cells in grid.rows():
            row = Row(grid, number, cells, names)
            tell_unnamed(grid, row, self.faults)
            key = row.word("key")
            if key is None:
                self.faults.add("The key is missing here.", row.start)
                continue
            name = key.text if key.text.startswith("x-") else key.text.lower()
            if name in seen:
                self.faults.add(f"The key {show(name)} is there twice. Keep one.", key.at)
                continue
            seen.add(name)
            column = keys.get(name)
            if column is None and not name.startswith("x-"):
                meant = get_close_matches(name, keys, n=1, cutoff=0.6)
                hint = f" Did you mean {meant[0]!r}?" if meant else " Keys for other tools begin with 'x-'."
                self.faults.add(f"The key {show(key.text)} is not known here.{hint}", key.at)
                continue
            if column is None:
                cell = row.cell("value")
                if cell is not None:
                    root.entries[name] = scalar(cell)
                continue
            value = self.cell(row, "value", column)
            if value is None:
                continue
            if name == "driverkit":
                cell = row.word("value")
                assert cell is not None
                root.entries[name] = Scalar(cell.text, cell.at, cell.at, "")
                continue
            into = root
            if len(column.path) > 1:
                inner = root.entries.setdefault(column.path[0], mapping(row.start))
                assert isinstance(inner, Map)
                into = inner
            self.put(into, column, value)

    def note_ids(self, name: str, rows: Sequence[tuple[Row, Map]]) -> None:
        for _, made in rows:
            id = made.entries.get("id")
            if isinstance(id, Scalar):
                self.ids.add(id.value)
            else:
                self.nameless.append((name, made))

    def give_ids(self) -> None:
        """A row without an id gets the next free one."""
        taken = {id.casefold() for id in self.ids}
        counts: dict[str, int] = {}
        for name, made in self.nameless:
            letter = _LETTERS[name]
            number = counts.get(letter, 0) + 1
            while f"{letter}{number}".casefold() in taken:
                number += 1
            counts[letter] = number
            made.entries = {"id": scalar(Cell(f"{letter}{number}", made.start)), **made.entries}
            said = f"The row has no id; it is called {letter}{number}."
            self.guessed.append(self.faults.fault(said, made.start))

    def links(self, sections: Mapping[str, list[tuple[Row, Map]]]) -> None:
        """What is said of links, put where the node names them."""
        told: dict[str, dict[str, Map]] = {}
        for _, made in sections["links"]:
            ends = [made.entries.pop("", None), made.entries.get("to")]
            missing = [n for n, end in zip(("cause", "effect"), ends, strict=True) if end is None]
            if missing:
                self.faults.add(f"The {' and the '.join(missing)} of the link must be there.", made.start)
                continue
            cause, effect = (end.value if isinstance(end, Scalar) else "" for end in ends)
            if effect in told.setdefault(cause, {}):
                self.faults.add(f"The link {cause} -> {effect} is there twice. Keep one.", made.start)
            else:
                told[cause][effect] = made
        for name in ("aims", "drivers", "change_ideas"):
            for _, made in sections[name]:
                id = made.entries.get("id")
                mine = told.pop(id.value, {}) if isinstance(id, Scalar) else {}
                if not mine:
                    continue
                named = made.entries.get("contributes_to")
                listed = named if isinstance(named, Seq) else Seq(made.start, False)
                items = [mine.pop(i.value, i) if isinstance(i, Scalar) else i for i in listed.items]
                listed.items = [*items, *mine.values()]
                listed.key_start = listed.start
                made.entries["contributes_to"] = listed
        for cause, links in told.items():
            for link in links.values():
                self.faults.add(f"No aim, driver or change idea has the id {show(cause)}.", link.start)

    def inside(
        self, name: str, section: str, key: str, sections: Mapping[str, list[tuple[Row, Map]]]
    ) -> None:
        """Rows that belong to a node, put into it."""
        owner = _INSIDE[name][1]
        nodes: dict[str, Map] = {}
        for _, made in sections[section]:
            id = made.entries["id"]
            if isinstance(id, Scalar):
                nodes.setdefault(id.value, made)
        begun: set[str] = set()
        for _, made in sections[name]:
            named = made.entries.pop("", None)
            owned = named.value if isinstance(named, Scalar) else ""
            node = nodes.get(owned)
            if named is None:
                self.faults.add(f"The {owner} that this row belongs to is missing.", made.start)
            elif node is None:
                self.faults.add(f"No {owner} has the id {show(owned)}.", named.start)
            elif owned not in begun and key in node.entries:
                self.faults.add(
                    f"The {owner} {show(owned)} names a file, and has rows here. Keep one.", named.start
                )
                begun.add(owned)
            else:
                begun.add(owned)
                listed = node.entries.setdefault(key, Seq(made.start, False))
                if isinstance(listed, Seq):
                    listed.key_start = listed.start
                    listed.items.append(made)

    def strata(self, grids: Mapping[str, Grid], sections: Mapping[str, list[tuple[Row, Map]]]) -> None:
        """The groups of each row of a series, in the order in which its measure names them."""
        if "series" not in grids:
            return
        headings = [name for name in grids["series"].header if name.startswith(GROUP)]
        if not headings:
            return
        order: dict[int, list[str]] = {}
        for _, measure in sections["measures"]:
            named, listed = measure.entries.get("strata"), measure.entries.get("data")
            if isinstance(listed, Seq):
                first = (
                    [i.value for i in named.items if isinstance(i, Scalar)] if isinstance(named, Seq) else []
                )
                for made in listed.items:
                    order[id(made)] = first
        for row, made in sections["series"]:
            first = [GROUP + name for name in order.get(id(made), ())]
            for name in sorted(headings, key=lambda n: first.index(n) if n in first else len(first)):
                cell = row.cell(name)
                if cell is not None:
                    made.entries.setdefault(name.removeprefix(GROUP), scalar(cell))


def read_tables(
    grids: Mapping[str, Grid], faults: Faults, limits: Limits, *, title: Cell, origin: Origin
) -> Theory | None:
    """The theory that tables tell of; None where there are faults, which are told.

    Args:
        grids: the tables that are there, by name.
        faults: what is wrong is told to.
        limits: how much is read.
        title: what the theory is called where the tables do not say it, at an offset for the whole.
        origin: where the tables come from.
    """
    return _Reader(faults, limits).read(grids, title, origin)
