"""What simpler formats share: nodes with a text and what they hang on, turned into a theory.

An outline, a table or somebody's flowchart knows boxes and lines. Each such format reads its own
text into `Sketched` nodes, with the place of everything, and `theory_of` does the rest: it gives
ids to nodes that have none, puts each node into its section, and hands the whole to the one reader
of theories, so that every fault is told in the same words, with its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import Factory, define

from driverkit.formats.convert import read_theory
from driverkit.formats.tree import Faults, Map, Scalar, Seq, Tree
from driverkit.model import Origin, Theory

__all__ = ["Cell", "Parent", "Sketched", "give_ids", "mapping", "plain_scalar", "scalar", "theory_of"]


@define(slots=True)
class Cell:
    """A text and the offset at which it stands."""

    text: str
    at: int


@define(slots=True)
class Parent:
    """What a node hangs on.

    Attributes:
        to: the other node itself, or its id as it is written.
        at: where that is written.
        fields: what is said of the link: ``strength``, ``because``, ``only_where``.
    """

    to: Sketched | str
    at: int
    fields: dict[str, Cell] = Factory(dict)


@define(slots=True, eq=False)
class Sketched:
    """A node as a simpler format has it.

    Attributes:
        kind: ``aim``, ``driver`` or ``change``.
        text: its words; None where there are none, which is then told as a fault.
        at: the offset of the node itself.
        level: the level of a driver as far as it is known, for its id; not written into the theory.
        id: its id; None where it has none.
        parents: what it hangs on.
        fields: further fields, by name: one text each, several, or a tree.
    """

    kind: str
    text: Cell | None
    at: int
    level: int | None = None
    id: Cell | None = None
    parents: list[Parent] = Factory(list)
    fields: dict[str, Cell | list[Cell] | Tree] = Factory(dict)


SECTION = {"aim": "aims", "driver": "drivers", "change": "change_ideas"}
"""The section of a theory in which a kind of node stands."""


def letter(node: Sketched) -> str:
    """The letter with which the id of such a node begins: A, P, S, D, C."""
    if node.kind == "driver":
        return "P" if node.level in (None, 1) else "S" if node.level == 2 else "D"
    return "A" if node.kind == "aim" else "C"


def give_ids(nodes: Iterable[Sketched], taken: Iterable[str] = ()) -> None:
    """Give every node without an id the next free one of its kind, in the order in which they stand.

    An id that is taken, in whatever case it is written, is not given again.
    """
    nodes = list(nodes)
    used = {node.id.text.casefold() for node in nodes if node.id is not None}
    used |= {one.casefold() for one in taken}
    used |= {p.to.casefold() for node in nodes for p in node.parents if isinstance(p.to, str)}
    counts: dict[str, int] = {}
    for node in nodes:
        if node.id is not None:
            continue
        first = letter(node)
        number = counts.get(first, 0) + 1
        while f"{first}{number}".casefold() in used:
            number += 1
        counts[first] = number
        node.id = Cell(f"{first}{number}", node.at)


def scalar(cell: Cell) -> Scalar:
    """A text with its place, to be taken as it is written."""
    return Scalar(cell.text, cell.at, cell.at + len(cell.text), '"')


def plain_scalar(cell: Cell) -> Scalar:
    """A word with its place that stands for a number, a date or true and false."""
    found = Scalar(cell.text, cell.at, cell.at + len(cell.text), "")
    if found.is_null:  # a word such as null is no number, and nobody meant nothing by it
        found.style = '"'
    return found


def mapping(at: int, **entries: Tree) -> Map:
    """A mapping with its place."""
    found = Map(at, False)
    for key, value in entries.items():
        value.key_start = value.start
        found.entries[key] = value
    return found


def _list(at: int, items: Iterable[Tree]) -> Seq:
    found = Seq(at, False)
    found.items = list(items)
    return found


def _node(node: Sketched) -> Map:
    assert node.id is not None
    made = mapping(node.at, id=scalar(node.id))
    if node.text is not None:
        made.entries["text"] = scalar(node.text)
    for name, value in node.fields.items():
        tree: Tree
        if isinstance(value, Cell):
            tree = scalar(value)
        elif isinstance(value, list):
            tree = _list(value[0].at if value else node.at, map(scalar, value))
        else:
            tree = value
        tree.key_start = tree.start
        made.entries[name] = tree
    if node.parents:
        made.entries["contributes_to"] = _list(node.parents[0].at, map(_parent, node.parents))
    return made


def _parent(parent: Parent) -> Tree:
    to = parent.to if isinstance(parent.to, str) else parent.to.id.text if parent.to.id is not None else ""
    target = scalar(Cell(to, parent.at))
    if not parent.fields:
        return target
    return mapping(parent.at, to=target, **{name: scalar(cell) for name, cell in parent.fields.items()})


def theory_of(
    nodes: Sequence[Sketched],
    faults: Faults,
    *,
    title: Cell,
    origin: Origin,
    more: dict[str, Tree] | None = None,
) -> Theory | None:
    """The theory that the nodes tell of, or None where there are faults; every fault is told to ``faults``.

    Args:
        nodes: in the order in which they stand; that order is kept within each section.
        faults: of the text that the offsets count in.
        title: what the theory is called.
        origin: where it comes from.
        more: further sections and fields of the theory, such as ``notes``, as trees.
    """
    give_ids(nodes)
    sections: dict[str, list[Tree]] = {name: [] for name in SECTION.values()}
    for node in nodes:
        sections[SECTION[node.kind]].append(_node(node))
    root = mapping(0, driverkit=Scalar("1", 0, 0, ""), title=scalar(title), **(more or {}))
    for name, items in sections.items():
        if items:
            root.entries[name] = _list(items[0].start, items)
    return read_theory(root, faults, origin=origin)
