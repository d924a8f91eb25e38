"""A theory as a graph with attributes, and back: what node-link JSON and GraphML share.

Nodes are aims, drivers and change ideas with everything that the theory says of them, edges are the
links, and the graph itself carries all else. Our own graphs say so by the attribute ``driverkit``.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from attrs import define

from driverkit.errors import Fault, FormatError
from driverkit.formats.convert import fields_of, read_theory, to_json_values, to_plain
from driverkit.formats.drawn import Unplaced, placed
from driverkit.formats.sketch import SECTION
from driverkit.formats.tree import Enough, Faults, Map, Scalar, Seq, Tree
from driverkit.model import SECTIONS, Contribution, Origin, Theory
from driverkit.model.values import show

__all__ = ["Edge", "Plain", "plain_graph", "theory_of_graph"]


@define(slots=True)
class Plain:
    """A theory as a graph of plain data: the attributes of the graph, of its nodes and of its edges."""

    graph: dict[str, Any]
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]


def plain_graph(theory: Theory) -> Plain:
    """The theory as a graph; dates are ISO 8601 texts."""
    plain: dict[str, Any] = to_json_values(to_plain(theory))
    levels = theory.levels
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    for kind, section in SECTION.items():
        for item in plain.pop(section, ()):
            id = item.pop("id")
            links = item.pop("contributes_to", ())
            node = {"id": id, "kind": kind, "text": item.pop("text")}
            if id in levels:
                node["level"] = levels[id]
                if kind == "driver" and "level" not in item:
                    node["level_implied"] = True
            nodes.append({**node, **item})
            for link in links:
                said = {"to": link} if isinstance(link, str) else dict(link)
                edges.append({"source": id, "target": said.pop("to"), **said})
            if not links:
                edges += [{"source": id, "target": effect, "implied": True} for effect in theory.parents(id)]
    return Plain(plain, nodes, edges)


@define(slots=True)
class Edge:
    """An edge of a graph: where it stands, the ids of its ends, and what is said of it."""

    at: int
    source: Scalar
    target: Scalar
    said: dict[str, Tree]


def theory_of_graph(
    graph: dict[str, Tree],
    nodes: Iterable[Map],
    edges: Iterable[Edge],
    faults: Faults,
    *,
    format: str,
    unplaced: Unplaced,
) -> Theory:
    """The theory that a graph of ours tells of, whoever changed it in between.

    Args:
        graph: the attributes of the graph.
        nodes: the attributes of the nodes, the id among them.
        edges: the edges.
        faults: of the text that the offsets count in.
        format: the name of the format.
        unplaced: what has no place in a theory; attributes that the other program has added come to it.

    Raises:
        FormatError: with every fault and its place.
    """
    theory = None
    with suppress(Enough):
        guessed: list[Fault] = []
        tree = _tree(graph, list(nodes), list(edges), faults, guessed, unplaced)
        origin = Origin(
            faults.file, format=format, lost=placed(unplaced.told(), faults), guessed=tuple(guessed)
        )
        theory = read_theory(tree, faults, origin=origin) if not len(faults) else None
    if theory is None or len(faults):
        raise FormatError(faults)
    return theory


def _tree(
    graph: dict[str, Tree],
    nodes: list[Map],
    edges: list[Edge],
    faults: Faults,
    guessed: list[Fault],
    unplaced: Unplaced,
) -> Map:
    known: dict[str, Map] = {}
    leaving: dict[str, list[Edge]] = {}
    reached: set[str] = set()
    for node in nodes:
        id = node.entries.get("id")
        if type(id) is Scalar:
            known.setdefault(id.value, node)
    for edge in edges:
        for end in (edge.source, edge.target):
            if end.value not in known:
                faults.add(f"The edge names {show(end.value)}, and there is no such node.", end.start)
        leaving.setdefault(edge.source.value, []).append(edge)
        reached.add(edge.target.value)
    sections: dict[str, list[Tree]] = {section: [] for section in SECTION.values()}
    for node in nodes:
        kind = _kind(node, leaving, reached, faults, guessed)
        if kind is not None:
            sections[SECTION[kind]].append(node)
            _known_only(node.entries, SECTIONS[SECTION[kind]], "box", unplaced)
    for edge in edges:
        _known_only(edge.said, Contribution, "link", unplaced)
    if len(sections["aims"]) == 1:
        _drop_implied(sections["drivers"], leaving, sections["aims"][0])
    for item in (item for items in sections.values() for item in items if type(item) is Map):
        id = item.entries.get("id")
        if type(id) is Scalar and id.value in leaving:
            item.entries["contributes_to"] = _links(leaving[id.value])
    root = Map(0, False)
    root.entries.update({k: v for k, v in graph.items() if k not in sections})
    for section, items in sections.items():
        if section in graph:
            faults.add(
                f"The {section.replace('_', ' ')} stand under the nodes of a graph, not here.",
                graph[section].start,
            )
        if items:
            root.entries[section] = _seq(items)
    return root


def _known_only(said: dict[str, Tree], noun: type, of: str, unplaced: Unplaced) -> None:
    """Take off what another program has added, such as a size or a number of its own for an edge."""
    fields = fields_of(noun)
    for key in [k for k in said if k not in fields and not k.startswith("x-") and "\x00" not in k]:
        if key == "implied" and of == "link":
            continue
        value = said.pop(key)
        if (key, of) != ("id", "link"):
            unplaced.add(key, of, value.key_start)


def _kind(
    node: Map, leaving: dict[str, list[Edge]], reached: set[str], faults: Faults, guessed: list[Fault]
) -> str | None:
    """The kind of a node; what says it, and a level that nobody wrote, are taken off."""
    said = node.entries.pop("kind", None)
    implied = node.entries.pop("level_implied", None)
    id = node.entries.get("id")
    name = id.value if type(id) is Scalar else ""
    if type(said) is not Scalar or said.is_null:
        kind = "driver" if name in reached or name not in leaving else "change"
        words = "a driver" if kind == "driver" else "a change idea"
        one = Faults(faults.text, faults.file, faults.limits)
        one.add(f"{show(name)} has no kind and is taken for {words}.", node.start)
        guessed += one
    elif said.value in SECTION:
        kind = said.value
    else:
        faults.add(f"The kind of a node is one of aim, driver or change, not {show(said.value)}.", said.start)
        return None
    if kind != "driver" or (type(implied) is Scalar and implied.value == "true"):
        node.entries.pop("level", None)
    return kind


def _drop_implied(drivers: list[Tree], leaving: dict[str, list[Edge]], aim: Tree) -> None:
    """Take off the one link of a driver that nobody wrote, as it is implied all the same."""
    for driver in drivers:
        assert type(driver) is Map
        assert type(aim) is Map
        id, to, level = driver.entries.get("id"), aim.entries.get("id"), driver.entries.get("level")
        if type(id) is not Scalar or type(to) is not Scalar:
            continue
        links = leaving.get(id.value, [])
        if len(links) != 1 or links[0].target.value != to.value or set(links[0].said) != {"implied"}:
            continue
        implied = links[0].said["implied"]
        first = level is None or (type(level) is Scalar and level.value == "1")
        if first and type(implied) is Scalar and implied.value == "true":
            del leaving[id.value]


def _links(edges: list[Edge]) -> Seq:
    items: list[Tree] = []
    for edge in edges:
        edge.said.pop("implied", None)
        to = Scalar(edge.target.value, edge.target.start, edge.target.end, '"')
        to.key_start = to.start
        if edge.said:
            item = Map(edge.at, False)
            item.entries["to"] = to
            item.entries.update(edge.said)
            items.append(item)
        else:
            items.append(to)
    return _seq(items)


def _seq(items: list[Tree]) -> Seq:
    found = Seq(items[0].start, False)
    found.key_start = found.start
    found.items = items
    return found
