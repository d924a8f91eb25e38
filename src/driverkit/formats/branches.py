"""A theory as a tree: what outlines of every kind share.

In an outline a node stands once, below one thing that it contributes to: the first that it names.
Whatever else it contributes to is said beside it. Between the sections of a theory and the one order
of an outline there is a rule that holds both ways: drivers are kept level by level, as people list
them and as a diagram shows them, and in the order of the outline within each level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

import attrs
from attrs import Factory, define, frozen

from driverkit.formats.sketch import Sketched
from driverkit.model import Aim, ChangeIdea, Contribution, Driver, Theory

__all__ = [
    "FIELDS",
    "Branch",
    "Field",
    "branches",
    "fields_for",
    "kind_word",
    "level_by_level",
    "linked",
    "title_from",
]


@frozen
class Field:
    """A field of a node that fits on a line of an outline.

    Attributes:
        name: its name in a theory.
        word: what it is called in an outline.
        kinds: the kinds of node that have it.
        number: it is a number, not a text.
        many: there may be several.
    """

    name: str
    word: str
    kinds: tuple[str, ...] = ("aim", "driver", "change")
    number: bool = False
    many: bool = False


FIELDS = (
    Field("population", "For", ("aim",)),
    Field("baseline", "Baseline", ("aim",), number=True),
    Field("target", "Target", ("aim",), number=True),
    Field("by", "By", ("aim",)),
    Field("level", "Level", ("driver",), number=True),
    Field("concept", "Concept", ("change",)),
    Field("cost_of_failure", "Cost of failure", ("change",)),
    Field("readiness", "Readiness", ("change",)),
    Field("owner", "Owner"),
    Field("status", "Status"),
    Field("undeveloped", "Still open"),
    Field("tags", "Tag", many=True),
    Field("url", "See"),
    Field("adapts", "Adapts"),
)
"""What outlines hold of a node beside its id, its words, its detail and its links, in the order in which it is written."""


def kind_word(node: Aim | Driver | ChangeIdea) -> str:
    """Which of the three kinds of node it is, as outlines and tables call it."""
    return "aim" if type(node) is Aim else "driver" if type(node) is Driver else "change"


def fields_for(kind: str) -> Iterator[Field]:
    """The fields that a kind of node can have."""
    return (field for field in FIELDS if kind in field.kinds)


@define(eq=False)
class Branch:
    """A node at its one place in the tree.

    Attributes:
        node: the node.
        above: the branch it stands below; None for aims and for what is linked to nothing.
        entry: its link to what it stands below; None where there is none.
        further: its other links.
        depth: how deep it stands: 0 for an aim, 1 for a driver of an aim or of nothing.
        ideas: the change ideas below it.
        drivers: the drivers below it.
    """

    node: Aim | Driver | ChangeIdea
    above: Branch | None = None
    entry: Contribution | None = None
    further: tuple[Contribution, ...] = ()
    depth: int = 0
    ideas: list[Branch] = Factory(list)
    drivers: list[Branch] = Factory(list)

    @property
    def kind(self) -> str:
        """``aim``, ``driver`` or ``change``."""
        return kind_word(self.node)

    def all(self) -> Iterator[Branch]:
        """This and everything below it, in the order of an outline: change ideas before drivers."""
        waiting = [self]
        while waiting:
            branch = waiting.pop()
            yield branch
            waiting += reversed([*branch.ideas, *branch.drivers])


def linked(theory: Theory) -> Theory:
    """The theory with every implied link written out: the same belief in more words."""
    implied = {link.cause: link.effect for link in theory.links if link.implied}
    if not implied:
        return theory
    drivers = tuple(
        attrs.evolve(d, contributes_to=(Contribution(implied[d.id]),)) if d.id in implied else d
        for d in theory.drivers
    )
    return attrs.evolve(theory, drivers=drivers, origin=theory.origin, _trusted=True)


def branches(theory: Theory) -> tuple[Branch, ...]:
    """The roots of the tree: the aims, then the change ideas and the drivers that are linked to nothing."""
    theory = linked(theory)
    known = {node.id: Branch(node) for node in theory.nodes}
    for branch in known.values():
        entries = branch.node.contributes_to
        if branch.kind == "aim":
            branch.further = entries
        elif entries:
            branch.above, branch.entry, branch.further = known[entries[0].to], entries[0], entries[1:]
            (branch.above.ideas if branch.kind == "change" else branch.above.drivers).append(branch)
    aims = [b for b in known.values() if b.kind == "aim"]
    loose = [b for b in known.values() if b.kind != "aim" and b.above is None]
    roots = (*aims, *sorted(loose, key=lambda b: b.kind))
    waiting = list(roots)
    while waiting:
        branch = waiting.pop()
        branch.depth = 0 if branch.kind == "aim" else branch.above.depth + 1 if branch.above else 1
        waiting += [*branch.ideas, *branch.drivers]
    return roots


def level_by_level(nodes: Sequence[Sketched], depths: dict[int, int]) -> list[Sketched]:
    """Nodes in the order of a theory: as they stand, but for drivers, whose upper levels come first.

    Args:
        nodes: in the order of the outline.
        depths: how deep each driver stands, by the `id` of its sketch.
    """
    drivers = sorted((n for n in nodes if n.kind == "driver"), key=lambda n: depths.get(id(n), 1))
    return [*(n for n in nodes if n.kind != "driver"), *drivers]


def held(node: Any, field: Field) -> Iterable[Any]:
    """What a node has in a field: nothing, one value, or several."""
    value = getattr(node, field.name)
    return value if field.many else () if value is None else (value,)


def title_from(file: str | None) -> str:
    """What a theory is called whose file does not say: the name of the file without its suffix."""
    stem = PurePath(file).stem.strip() if file and not file.startswith("<") else ""
    return stem if stem and stem.isprintable() else "Untitled"
