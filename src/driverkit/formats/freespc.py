"""The CSV file of the driver diagram tool of FreeSPC, an open web tool of the NHS, both ways.

One row a box: ``level`` is aim, primary, secondary or change, ``parent_id`` the box it hangs on and
``extra_parents`` the others. Colours, sizes and whatever else a theory has no place for is kept under
``x-freespc``, of the node where it is about one box and of the theory where it is about the picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from driverkit.errors import Fault, SaveError
from driverkit.formats.cells import neutral
from driverkit.formats.convert import thaw, to_json_values
from driverkit.formats.csv_text import LONGEST_CELL, heading_line, written_csv
from driverkit.formats.flat import title_from, without_told_levels
from driverkit.formats.grid import CsvGrid, Row, columns_of, json_cell, tell_unnamed
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.sketch import (
    Cell,
    Parent,
    Sketched,
    give_ids,
    mapping,
    plain_scalar,
    scalar,
    theory_of,
)
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Faults, Map, Scalar, Seq, Tree
from driverkit.model import Aim, ChangeIdea, Driver, FrozenDict, Origin, Theory
from driverkit.model.values import show

__all__ = ["FREESPC", "dumps_freespc", "loads_freespc"]

_KEY = "x-freespc"
_BOX = ("color", "auto_size")
_PICTURE = ("box_height", "vertical_gap", "font_size", "font_family", "font_bold")
_TITLES = {f"title_{name}": name for name in ("aim", "primary", "secondary", "change")}
_COLUMNS = (
    *("id", "level", "parent_id", "text", *_BOX, "extra_parents"),
    *(*_PICTURE, *_TITLES, "palette_json", "measures_json"),
)
_UNDERSTOOD = ("id", "level", "parent_id", "text", "extra_parents", "measures_json", *_TITLES)
_OF_PICTURE = (*_PICTURE, "palette_json")
_LEVELS: Mapping[str, tuple[str, int | None]] = {
    "aim": ("aim", None),
    "primary": ("driver", 1),
    "secondary": ("driver", 2),
    "change": ("change", None),
}
_ROLES = ("outcome", "process", "balancing")
_PLAIN_COLUMN = re.compile(r"[A-Za-z0-9_.-]+").fullmatch


def is_freespc(text: str) -> bool:
    """Whether the headings are those of the tool."""
    line, delimiter, _ = heading_line(text)
    names = {name.strip(' "\r\n').casefold() for name in line.split(delimiter)}
    return {"level", "parent_id", "text"} <= names and "kind" not in names


def loads_freespc(text: str, file: str | None, limits: Limits) -> Theory:
    r"""A theory from a file of the tool.

    Raises:
        FormatError: with every fault and its place.

    >>> text = "id,level,parent_id,text,color,extra_parents\n1,aim,,Fewer falls,,\n2,primary,1,Risk is known,#ffc281,\n"
    >>> theory = loads_freespc(text, None, Limits())
    >>> [link.id for link in theory.links], dict(theory.node("2").extra["x-freespc"])
    (['2 -> 1'], {'color': '#ffc281'})
    """
    origin = Origin(file, format="freespc")
    return theory_in(text, file, limits, lambda faults: _Reader(text, faults, limits).read(origin))


class _Reader:
    def __init__(self, text: str, faults: Faults, limits: Limits) -> None:
        self.faults = faults
        self.limits = limits
        self.grid = CsvGrid(text, faults, limits, columns="id,level,parent_id,text,…")
        self.others: dict[str, int] = {}
        self.guessed: list[Fault] = []
        self.measures: list[tuple[Sketched, Map]] = []
        self.picture: dict[str, Cell] = {}

    def read(self, origin: Origin) -> Theory | None:
        grid, faults = self.grid, self.faults
        if not grid.header:
            return None
        names = columns_of(grid, {name: name for name in _COLUMNS}, faults, self.others.__setitem__)
        for name in ("level", "text"):
            if name not in names:
                faults.add(f"The column {name!r} is missing.", grid.at(grid.header_row, 0))
        if len(faults):
            return None
        names |= self.others
        nodes = []
        for number, cells in grid.rows():
            row = Row(grid, number, cells, names)
            tell_unnamed(grid, row, faults)
            nodes.append(self.node(row))
        nameless = [node for node in nodes if node.id is None]
        give_ids(nodes)
        for node in nameless:
            if node.id is not None:
                said = f"The row has no id; it is called {node.id.text}."
                self.guessed.append(faults.fault(said, node.at))
        title = title_from(nodes, origin.file, grid.at(grid.header_row, 0))
        said = f"The file has no title; the theory is called {show(title.text)}."
        self.guessed.insert(0, faults.fault(said, title.at))
        origin = attrs.evolve(origin, guessed=tuple(self.guessed))
        theory = theory_of(nodes, faults, title=title, origin=origin, more=self.more(nodes))
        return theory and without_told_levels(theory)

    def node(self, row: Row) -> Sketched:
        said = row.word("level")
        known = _LEVELS.get(said.text.casefold()) if said is not None else None
        if known is None:
            found = f", not {show(said.text)}" if said is not None else ""
            self.faults.add(
                f"A level is aim, primary, secondary or change{found}.", said.at if said else row.at("level")
            )
        kind, level = known or ("driver", None)
        node = Sketched(
            kind=kind,
            text=row.cell("text") or Cell("", row.at("text")),
            at=row.start,
            level=level,
            id=row.word("id"),
        )
        if level is not None and said is not None:
            node.fields["level"] = plain_scalar(Cell(str(level), said.at))
        parents = dict[str, int]()
        for name in ("parent_id", "extra_parents"):
            cell = row.cell(name)
            for part in re.split("[;,]", cell.text) if cell is not None else ():
                if cell is not None and part.strip():
                    parents.setdefault(part.strip(), cell.at)
        node.parents = [Parent(id, at) for id, at in parents.items()]
        kept = {name: cell for name in (*_BOX, *self.others) if (cell := row.cell(name)) is not None}
        if kept:
            node.fields[_KEY] = mapping(row.start, **{name: scalar(cell) for name, cell in kept.items()})
        for name in (*_OF_PICTURE, *_TITLES):
            cell = row.cell(name)
            if cell is not None:
                self.picture.setdefault(name, cell)
        self.take_measures(node, row)
        return node

    def take_measures(self, node: Sketched, row: Row) -> None:
        cell = row.cell("measures_json")
        tree = json_cell(cell, self.faults, self.limits) if cell is not None else None
        if tree is None or cell is None:
            return
        for item in tree.items if isinstance(tree, Seq) else [None]:
            if not isinstance(item, Map):
                self.faults.add(
                    'Measures are a list of JSON objects such as [{"text": "Falls a week"}].', cell.at
                )
                continue
            self.measures.append((node, item))

    def more(self, nodes: Sequence[Sketched]) -> dict[str, Tree]:
        """The measures, the headings and what is kept for the tool."""
        found: dict[str, Tree] = {}
        taken = {node.id.text.casefold() for node in nodes if node.id is not None}
        count = 0
        items: list[Tree] = []
        for node, told in self.measures:
            count += 1
            while f"m{count}" in taken:
                count += 1
            items.append(_measure(f"M{count}", node, told))
        titles = {word: self.picture[name] for name, word in _TITLES.items() if name in self.picture}
        if titles:
            at = next(iter(titles.values())).at
            found["headings"] = mapping(at, **{word: scalar(cell) for word, cell in titles.items()})
        if items:
            listed = Seq(items[0].start, False)
            listed.items = items
            found["measures"] = listed
        kept = {name: scalar(self.picture[name]) for name in _OF_PICTURE if name in self.picture}
        if kept:
            found[_KEY] = mapping(next(iter(kept.values())).start, **kept)
        return found


def _measure(id: str, node: Sketched, told: Map) -> Map:
    at = told.start
    made = mapping(at, id=scalar(Cell(id, at)))
    kept: dict[str, Tree] = {}
    for key, value in told.entries.items():
        if key == "text" and isinstance(value, Scalar) and value.style == '"':
            made.entries["name"] = value
        elif key == "type" and isinstance(value, Scalar) and value.value.lower() in (*_ROLES, "none", ""):
            if value.value.lower() in _ROLES:
                made.entries["role"] = scalar(Cell(value.value.lower(), at))
        else:
            kept[key] = value
    if "name" not in made.entries:
        made.entries["name"] = scalar(Cell("", at))
    of = Seq(at, False)
    assert node.id is not None
    of.items = [scalar(Cell(node.id.text, at))]
    made.entries["of"] = of
    if kept:
        made.entries[_KEY] = inner = mapping(at)
        inner.entries.update(kept)
    return made


# -------------------------------------------------------------------------------------------- writing


def dumps_freespc(theory: Theory) -> str:
    """The nodes and measures of a theory as a file of the tool.

    Raises:
        SaveError: a text is longer than a cell may be.
    """
    rows = list(_rows(theory))
    for row in rows:
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise SaveError(f"A text of {row[0]} is longer than the {LONGEST_CELL:,} characters of a cell.")
    return written_csv([[neutral(cell) for cell in row] for row in rows])


def _rows(theory: Theory) -> Iterator[list[str]]:
    nodes: list[Aim | Driver | ChangeIdea] = [*theory.aims, *theory.drivers, *theory.change_ideas]
    others = dict.fromkeys(
        name
        for node in nodes
        for name in _kept(node.extra)
        if name not in _COLUMNS and _PLAIN_COLUMN(name) and name != "kind"
    )
    folded = [name.casefold() for name in (*_COLUMNS, *others)]
    more = [name for name in others if folded.count(name.casefold()) == 1]
    yield [*_COLUMNS, *more]
    measures: dict[str, list[Any]] = {}
    for measure in theory.measures:
        if measure.of:
            kept = measure.extra.get(_KEY)
            told = {"text": measure.name, "type": measure.role or "none"}
            if isinstance(kept, FrozenDict):
                told |= {key: value for key, value in thaw(kept).items() if key not in ("text", "type")}
            measures.setdefault(measure.of[0], []).append(to_json_values(told))
    picture = _kept(theory.extra)
    headings = theory.headings
    levels = theory.levels
    for node in nodes:
        parents = [link.to for link in node.contributes_to]
        kept = _kept(node.extra)
        if isinstance(node, Driver):
            level = "primary" if levels[node.id] == 1 else "secondary"
        else:
            level = "aim" if isinstance(node, Aim) else "change"
        cells = {
            **{name: kept.get(name, "") for name in (*_BOX, *more)},
            **{name: picture.get(name, "") for name in _OF_PICTURE},
            **{name: getattr(headings, word, None) or "" for name, word in _TITLES.items()},
            "id": node.id,
            "level": level,
            "parent_id": parents[0] if parents else "",
            "text": node.text,
            "extra_parents": ";".join(parents[1:]),
            "measures_json": json.dumps(measures.get(node.id, []), ensure_ascii=False, allow_nan=False),
        }
        yield [cells[name] for name in (*_COLUMNS, *more)]


def _kept(extra: Mapping[str, Any]) -> dict[str, str]:
    """What the tool said of a box or the picture: plain texts by the names of their columns."""
    kept = extra.get(_KEY)
    if not isinstance(kept, FrozenDict):
        return {}
    return {name: held for name, held in kept.items() if isinstance(held, str) and held.strip()}


FREESPC = Format(
    name="freespc",
    suffixes=(".csv",),
    description="The CSV file of the FreeSPC driver diagram tool, an open web tool.",
    holds="aims, two levels of drivers, change ideas, the names and roles of measures, and the headings",
    loads=loads_freespc,
    dumps=dumps_freespc,
    recognises=is_freespc,
)
