"""The flat table: one row a node, for people who keep their theory in a spreadsheet.

The columns are ``id, kind, level, parents, text`` and, where they are wanted, ``owner, tags, status,
url``. ``csv`` reads and writes it as text, ``xlsx`` reads it from the first sheet of a workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any

import attrs

from driverkit.errors import Fault
from driverkit.formats.cells import cell_list, listed_cell
from driverkit.formats.grid import Grid, Row, columns_of, tell_unnamed
from driverkit.formats.sketch import Cell, Parent, Sketched, give_ids, plain_scalar, theory_of
from driverkit.formats.tree import Faults
from driverkit.model import Aim, ChangeIdea, Driver, Origin, Theory
from driverkit.model.values import show

__all__ = ["COLUMNS", "MORE", "flat_rows", "is_flat", "read_flat", "title_from", "without_told_levels"]

COLUMNS = ("id", "kind", "level", "parents", "text")
"""The columns that are always written, in their order."""

MORE = ("owner", "tags", "status", "url")
"""The columns that are written where some node has them."""

_KINDS: dict[str, tuple[str, str | None]] = {
    **dict.fromkeys(("aim", "goal"), ("aim", None)),
    "driver": ("driver", None),
    "primary driver": ("driver", "1"),
    "secondary driver": ("driver", "2"),
    "tertiary driver": ("driver", "3"),
    **dict.fromkeys(("change", "change idea", "idea"), ("change", None)),
}
_HEADINGS = {name: name for name in (*COLUMNS, *MORE)} | {
    "parent": "parents",
    "contributes_to": "parents",
    "contributes to": "parents",
    "tag": "tags",
}


def is_flat(header: Sequence[str]) -> bool:
    """Whether these are the headings of a flat table: it says of what kind each node is."""
    names = {cell.strip().casefold() for cell in header}
    return "kind" in names and bool(names & {"id", "text", "parents"})


def read_flat(grid: Grid, faults: Faults, origin: Origin) -> Theory | None:
    """The theory that a flat table tells of; None where there are faults, which are told.

    Args:
        grid: the table.
        faults: what is wrong is told to.
        origin: where the table comes from.
    """
    lost: list[Fault] = []
    others: dict[str, int] = {}

    def unknown(name: str, column: int) -> None:
        if name.casefold().startswith(("x-", "x_")):
            others["x-" + name[2:]] = column
        elif meant := get_close_matches(name.casefold(), _HEADINGS, n=1, cutoff=0.75):
            faults.add(
                f"The column {show(name)} is not known here. Did you mean {meant[0]!r}?",
                grid.at(grid.header_row, column),
            )
        else:
            lost.append(
                faults.fault(
                    f"The column {show(name)} has no place in a theory. Columns for other tools begin with 'x-'.",
                    grid.at(grid.header_row, column),
                )
            )

    if not grid.header:
        return None
    names = columns_of(grid, _HEADINGS, faults, unknown)
    for name in ("kind", "text"):
        if name not in names and not len(faults):
            faults.add(
                f"The column {name!r} is missing. The columns are {', '.join(COLUMNS)}.",
                grid.at(grid.header_row, 0),
            )
    if len(faults):
        return None
    nodes: list[Sketched] = []
    nameless: list[Sketched] = []
    guessed: list[Fault] = []
    for number, cells in grid.rows():
        row = Row(grid, number, cells, {**names, **others})
        tell_unnamed(grid, row, faults)
        node = _node(row, faults, others, guessed)
        nodes.append(node)
        if node.id is None:
            nameless.append(node)
    give_ids(nodes)
    guessed += [
        faults.fault(f"The row has no id; it is called {node.id.text}.", node.at)
        for node in nameless
        if node.id is not None
    ]
    title = title_from(nodes, origin.file, grid.at(grid.header_row, 0))
    guessed.insert(
        0,
        faults.fault(f"The table has no title; the theory is called {show(title.text)}.", title.at),
    )
    origin = attrs.evolve(origin, lost=tuple(lost), guessed=tuple(guessed))
    theory = theory_of(nodes, faults, title=title, origin=origin)
    return theory and without_told_levels(theory)


def title_from(nodes: Sequence[Sketched], file: str | None, at: int) -> Cell:
    """What a theory is called whose file does not say it: the words of its first aim, or the file's name.

    Args:
        nodes: what is in the file.
        file: its name.
        at: the offset that stands for the file as a whole.
    """
    for node in nodes:
        if node.kind == "aim" and node.text is not None and node.text.text.strip():
            return node.text
    name = PurePath(file or "").stem.strip()
    return Cell(name if name.isprintable() and name and not name.startswith("<") else "Untitled", at)


def _node(row: Row, faults: Faults, others: dict[str, int], passed: list[Fault]) -> Sketched:
    said = row.word("kind")
    kind, level = _KINDS.get(said.text.casefold(), ("", None)) if said is not None else ("", None)
    if not kind:
        found = f", not {show(said.text)}" if said is not None else ""
        faults.add(f"The kind of a row is aim, driver or change{found}.", said.at if said else row.at("kind"))
    node = Sketched(
        kind=kind or "driver",
        text=row.cell("text") or Cell("", row.at("text")),
        at=row.start,
        id=row.word("id"),
    )
    parents = row.cell("parents")
    if parents is not None:
        node.parents = [Parent(id, parents.at) for id in cell_list(parents.text)]
    given = row.word("level")
    if given is None and level is not None and said is not None:
        given = Cell(level, said.at)
    if given is not None:
        whole = given.text.isascii() and given.text.isdigit() and len(given.text) < 8
        node.level = int(given.text) if whole else None
        if node.kind == "driver" and whole:
            node.fields["level"] = plain_scalar(given)
        elif node.kind == "driver":
            faults.add(
                f"A level is a whole number, 1 for a primary driver and 2 for a secondary one, not {show(given.text)}.",
                given.at,
            )
        elif node.level is None:
            faults.add(f"A level is a whole number, not {show(given.text)}.", given.at)
        elif node.kind == "change" or node.level:
            passed.append(
                faults.fault(f"Only drivers have a level; the {given.text} here is passed over.", given.at)
            )
    for name, cell in (
        ("owner", row.cell("owner")),
        ("status", row.word("status")),
        ("url", row.word("url")),
    ):
        if cell is not None:
            cell.text = cell.text.lower() if name == "status" else cell.text
            node.fields[name] = cell
    tags = row.cell("tags")
    if tags is not None:
        node.fields["tags"] = [Cell(tag, tags.at) for tag in cell_list(tags.text)]
    for key in others:
        cell = row.cell(key)
        if cell is not None:
            node.fields[key] = cell
    return node


def without_told_levels(theory: Theory) -> Theory:
    """The theory without the levels that its links say anyway: a table has them for the reader."""
    levels = theory.levels
    drivers = []
    for driver in theory.drivers:
        above = [levels[link.to] for link in driver.contributes_to]
        if driver.level is not None and driver.level == 1 + min(above, default=0):
            driver = attrs.evolve(driver, level=None)
        drivers.append(driver)
    return attrs.evolve(theory, drivers=drivers)


# -------------------------------------------------------------------------------------------- writing


def flat_rows(theory: Theory) -> Iterator[list[Any]]:
    """The heading and the rows of a theory, aims first, then drivers, then change ideas."""
    nodes: list[Aim | Driver | ChangeIdea] = [*theory.aims, *theory.drivers, *theory.change_ideas]
    more = [name for name in MORE if any(getattr(node, name) for node in nodes)]
    kept = dict.fromkeys(key for node in nodes for key, held in node.extra.items() if _fits(key, held))
    folded = [key.casefold() for key in kept]
    keys = [key for key in kept if folded.count(key.casefold()) == 1]
    yield [*COLUMNS, *more, *keys]
    levels = theory.levels
    for node in nodes:
        is_driver = isinstance(node, Driver)
        yield [
            node.id,
            "aim" if isinstance(node, Aim) else "driver" if is_driver else "change",
            levels[node.id] if is_driver else None,
            listed_cell([link.to for link in node.contributes_to]),
            node.text,
            *(listed_cell(node.tags) if name == "tags" else getattr(node, name) for name in more),
            *(held if _fits(key, held := node.extra.get(key)) else None for key in keys),
        ]


_PLAIN_KEY = re.compile(r"x-[A-Za-z0-9_.-]+").fullmatch


def _fits(key: str, held: Any) -> bool:
    """Whether a key for other tools can be a column: a plain name over plain text."""
    return isinstance(held, str) and bool(held.strip()) and _PLAIN_KEY(key) is not None
