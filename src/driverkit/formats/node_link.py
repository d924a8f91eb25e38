"""Node-link JSON: a graph as a list of nodes and a list of edges, as networkx and d3 have it.

What driverkit writes holds the whole theory. Graphs of other programs are read as somebody's drawing:
see `driverkit.formats.drawn`.
"""

from __future__ import annotations

import json
import re

from driverkit.formats.drawn import Arrow, Box, Sheet, Unplaced, box_from, link_fields, theory_from, words_of
from driverkit.formats.graph_tree import Edge, plain_graph, theory_of_graph
from driverkit.formats.json_tree import compose_json
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Enough, Faults, Map, Scalar, Seq, Tree
from driverkit.model import Theory
from driverkit.model.values import show

__all__ = ["NODE_LINK", "dumps_node_link", "loads_node_link"]

_PART = re.compile(r'"((?:[^"\\]|\\.){0,40})(?:[^"\\]|\\.)*"|[{}\[\]:]', re.DOTALL)


def recognises(text: str) -> bool:
    """Whether the beginning of a JSON text is that of a graph and not that of a theory file."""
    depth = 0
    keys: set[str] = set()
    last = ""
    for part in _PART.finditer(text[:4096]):
        sign = part.group()
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
        elif sign == ":":
            if depth == 1:
                keys.add(last)
        else:
            last = part.group(1)
    return bool(keys & {"nodes", "links", "edges", "directed", "multigraph"}) and "driverkit" not in keys


def loads_node_link(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from node-link JSON.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        tree = compose_json(text, faults, limits)
        if type(tree) is Map and not len(faults):
            return _theory(tree, faults)
        if tree is not None and not len(faults):
            faults.add('A graph is an object with the keys "nodes" and "links" or "edges".', tree.start)
        return None

    return theory_in(text, file, limits, read, clean=False)


def _theory(tree: Map, faults: Faults) -> Theory:
    nodes, edges = _list(tree, faults, "nodes"), _list(tree, faults, "edges", "links")
    about = tree.entries.get("graph")
    about = about if type(about) is Map else Map(tree.start, True)
    if "nodes" not in tree.entries:
        faults.add('The key "nodes" is missing: a graph has its nodes there.', tree.start)
    if len(faults):
        raise Enough
    if "driverkit" not in about.entries:
        return theory_from(_sheet(tree, about, nodes, edges, faults), faults, format="node-link")
    unplaced = Unplaced()
    for key, value in tree.entries.items():
        if key not in ("directed", "multigraph", "graph", "nodes", "edges", "links"):
            unplaced.add(key, "drawing", value.key_start)
    found = []
    for edge in edges:
        source, target = edge.entries.pop("source", None), edge.entries.pop("target", None)
        if type(source) is Scalar and type(target) is Scalar:
            edge.entries.pop("key", None)  # of a networkx.MultiDiGraph
            found.append(Edge(edge.start, source, target, edge.entries))
        else:
            faults.add('An edge has a "source" and a "target", which are ids of nodes.', edge.start)
    return theory_of_graph(about.entries, nodes, found, faults, format="node-link", unplaced=unplaced)


def _list(tree: Map, faults: Faults, *names: str) -> list[Map]:
    found = [tree.entries[name] for name in names if name in tree.entries]
    if len(found) > 1:
        faults.add(f'The edges stand under "{names[0]}" and under "{names[1]}". Keep one.', found[1].start)
    for held in found[:1]:
        if type(held) is not Seq:
            faults.add("A list is wanted here.", held.start)
            return []
        for item in held.items:
            if type(item) is not Map:
                faults.add("An object is wanted here: a node or an edge with its attributes.", item.start)
        return [item for item in held.items if type(item) is Map]
    return []


def _sheet(tree: Map, about: Map, nodes: list[Map], edges: list[Map], faults: Faults) -> Sheet:
    """A graph of another program as a drawing."""
    unplaced = Unplaced()
    sheet = Sheet()
    boxes: dict[str, Box] = {}
    names = (
        ("id", "key", "name") if any("id" in n.entries or "key" in n.entries for n in nodes) else ("name",)
    )
    for number, node in enumerate(nodes):
        at = next((n for n in names if type(node.entries.get(n)) is Scalar), None)
        name = node.entries[at] if at is not None else None
        said = dict(node.entries)
        if at in ("id", "key"):
            del said[at]
        words = name.value if type(name) is Scalar else f"node-{number + 1}"
        if words in boxes:
            faults.add(f"Two nodes are called {show(words)}. Give one of them another id.", node.start)
        nested = said.pop("attributes", None)  # as graphology has it
        if type(nested) is Map:
            said.update(nested.entries)
        elif nested is not None:
            said["attributes"] = nested
        box = box_from(words, node.start, said, unplaced)
        boxes[words] = box
        sheet.boxes.append(box)
    by_number = not any("id" in n.entries or "key" in n.entries for n in nodes)
    for edge in edges:
        said = dict(edge.entries)
        ends = [_end(said.pop(key, None), boxes, sheet.boxes, by_number) for key in ("source", "target")]
        said.pop("id", None)
        said.pop("key", None)
        for key, end in zip(("source", "target"), ends, strict=True):
            if end is None:
                at_end = edge.entries.get(key)
                shown = show(at_end.value) if type(at_end) is Scalar else "nothing that is one"
                faults.add(
                    f'The "{key}" of this edge names {shown}, and there is no such node.',
                    at_end.start if at_end is not None else edge.start,
                )
        tail, head = ends
        if tail is not None and head is not None:
            sheet.arrows.append(Arrow(tail, head, edge.start, link_fields(said, unplaced)))
    _about(sheet, tree, about, unplaced)
    directed = tree.entries.get("directed")
    if type(directed) is Scalar and directed.value == "false":
        sheet.undirected = directed.start
    sheet.lost += unplaced.told()
    return sheet


def _about(sheet: Sheet, tree: Map, about: Map, unplaced: Unplaced) -> None:
    """What is said of the drawing itself: its title, and what has no place."""
    for key in ("title", "label", "name"):
        title = words_of(about.entries.get(key)) or words_of(tree.entries.get(key))
        if title is not None and title.text.strip():
            sheet.title = title
            break
    for entries, kept in (
        (tree.entries, {"directed", "multigraph", "graph", "nodes", "edges", "links"}),
        (about.entries, set[str]()),
    ):
        for key, value in entries.items():
            if key not in kept and (sheet.title is None or value.start != sheet.title.at):
                unplaced.add(key, "drawing", value.key_start)


def _end(value: Tree | None, boxes: dict[str, Box], order: list[Box], by_number: bool) -> Box | None:
    if type(value) is Map:  # d3 puts the node itself there once it has drawn
        value = value.entries.get("id") or value.entries.get("name")
    if type(value) is not Scalar:
        return None
    if by_number and value.style == "json" and value.value.isdecimal() and len(value.value) < 12:
        number = int(value.value)
        return order[number] if number < len(order) else None
    return boxes.get(value.value)


def dumps_node_link(theory: Theory) -> str:
    """A theory as node-link JSON, one node and one edge a line."""
    plain = plain_graph(theory)

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    graph = json.dumps(plain.graph, ensure_ascii=False, allow_nan=False, indent=2).replace("\n", "\n  ")
    parts = ['"directed": true', '"multigraph": false', f'"graph": {graph}']
    for name, items in (("nodes", plain.nodes), ("edges", plain.edges)):
        inside = ",\n".join(f"    {line(item)}" for item in items)
        parts.append(f'"{name}": [\n{inside}\n  ]' if items else f'"{name}": []')
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


NODE_LINK = Format(
    name="node-link",
    suffixes=(".nodes.json", ".json"),
    description="A graph as JSON with nodes and edges, as networkx and d3 have it; graphs of other programs are read too.",
    holds="everything",
    loads=loads_node_link,
    dumps=dumps_node_link,
    recognises=recognises,
)
