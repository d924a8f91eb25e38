"""GraphML: a graph in XML, as yEd, Gephi, networkx and igraph have it.

GraphML knows flat attributes only. What is a single value stands in an attribute of its own; what is
a list or belongs to other tools stands as JSON in an attribute ``driverkit`` of its node or edge, and
what belongs to no node in one of the graph. So all of a theory comes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from attrs import define

from driverkit.formats.drawn import Arrow, Box, Sheet, Unplaced, box_from, link_fields, theory_from
from driverkit.formats.graph_tree import Edge, plain_graph, theory_of_graph
from driverkit.formats.json_tree import compose_json
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.sketch import Cell
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Enough, Faults, Map, Scalar, Seq, Tree
from driverkit.formats.xml_tree import Element, compose_xml, escaped
from driverkit.model import Theory
from driverkit.model.values import show

__all__ = ["GRAPHML", "dumps_graphml", "loads_graphml"]

REST = "driverkit"
"""The attribute with what is not flat."""

NUMBERS = ("baseline", "target")
WHOLE = ("level",)
FLAGS = ("level_implied", "implied")
LISTS = ("tags", "addresses", "fails_at")
"""Lists that are written as one text with semicolons, where no entry of them holds one."""


# -------------------------------------------------------------------------------------------- writing


def dumps_graphml(theory: Theory) -> str:
    """A theory as GraphML."""
    plain = plain_graph(theory)
    nodes = [(item.pop("id"), _flat(item)) for item in plain.nodes]
    edges = [(item.pop("source"), item.pop("target"), _flat(item)) for item in plain.edges]
    rest = {key: value for key, value in plain.graph.items() if key != "title"}
    graph = {"title": plain.graph["title"], REST: _json(rest)}
    keys = [
        *(("graph", name) for name in graph),
        *(("node", name) for name in _names(said for _, said in nodes)),
        *(("edge", name) for name in _names(said for _, _, said in edges)),
    ]
    ids = {key: f"d{number}" for number, key in enumerate(keys)}
    out = ['<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    out += [
        f'  <key id="{ids[of, name]}" for="{of}" attr.name="{escaped(name, attribute=True)}" attr.type="{_type(name)}"/>'
        for of, name in keys
    ]
    out.append('  <graph id="theory" edgedefault="directed">')
    out += _data(graph, "graph", ids, 4)
    for id, said in nodes:
        out += [f'    <node id="{id}">', *_data(said, "node", ids, 6), "    </node>"]
    for number, (source, target, said) in enumerate(edges):
        start = f'    <edge id="e{number}" source="{source}" target="{target}"'
        out += [f"{start}>", *_data(said, "edge", ids, 6), "    </edge>"] if said else [f"{start}/>"]
    return "\n".join([*out, "  </graph>", "</graphml>", ""])


def _flat(item: dict[str, Any]) -> dict[str, str]:
    """Attributes as texts; what is not flat as JSON under one name."""
    flat: dict[str, str] = {}
    rest: dict[str, Any] = {}
    for key, value in item.items():
        if key.startswith("x-"):  # whatever it is: true there is no text "true"
            rest[key] = value
        elif isinstance(value, bool):
            flat[key] = "true" if value else "false"
        elif isinstance(value, int | float):
            flat[key] = json.dumps(value)
        elif isinstance(value, str):
            flat[key] = value
        elif key in LISTS and value and all(";" not in x and x == x.strip() for x in value):
            flat[key] = "; ".join(value)
        else:
            rest[key] = value
    return {**flat, REST: _json(rest)} if rest else flat


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _names(items: Iterable[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for said in items for name in said))


def _type(name: str) -> str:
    if name in NUMBERS:
        return "double"
    return "int" if name in WHOLE else "boolean" if name in FLAGS else "string"


def _data(said: dict[str, str], of: str, ids: dict[tuple[str, str], str], indent: int) -> Iterator[str]:
    for name, value in said.items():
        yield f'{" " * indent}<data key="{ids[of, name]}">{escaped(value)}</data>'


# -------------------------------------------------------------------------------------------- reading


@define(slots=True)
class _Key:
    """An attribute as the head of the file declares it."""

    name: str
    of: str
    type: str
    default: str | None


def loads_graphml(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from GraphML.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        root = compose_xml(text, faults, limits)
        graph = _graph(root, faults) if root is not None else None
        if root is None or graph is None or len(faults):
            return None
        return _Reader(root, graph, faults, limits).theory()

    return theory_in(text, file, limits, read, clean=False)


def _graph(root: Element, faults: Faults) -> Element | None:
    if root.name != "graphml":
        faults.add(f"A GraphML file begins with <graphml>, not with <{root.name[:40]}>.", root.at)
        return None
    graphs = list(root.all("graph"))
    if not graphs:
        faults.add("There is no <graph> in the file.", root.at)
        return None
    for second in graphs[1:]:
        faults.add("A second graph stands here. A file holds one theory; take one of them out.", second.at)
    return graphs[0]


class _Reader:
    def __init__(self, root: Element, graph: Element, faults: Faults, limits: Limits) -> None:
        self.graph = graph
        self.faults = faults
        self.limits = limits
        self.unplaced = Unplaced()
        self.keys: dict[str, _Key] = {}
        for key in root.all("key"):
            default = key.first("default")
            said = key.attributes
            name = said.get("attr.name") or said.get("yfiles.type") or said.get("id", "")
            kind = said.get("yfiles.type") or said.get("attr.type", "string")
            self.keys[said.get("id", "")] = _Key(
                name, said.get("for", "all"), kind, default.text if default is not None else None
            )
        self.nodes: list[Element] = []
        self.edges: list[Element] = []
        self._collect()

    def _collect(self) -> None:
        """The nodes and edges, those of graphs inside nodes too: yEd writes a group so."""
        stack = [self.graph]
        groups = 0
        while stack:
            element = stack.pop()
            inside: list[Element] = []
            for child in element.children:
                if child.name == "node":
                    if any(True for _ in child.all("graph")):
                        groups += 1
                        self.unplaced.add("group", "box", child.at)
                        inside += child.all("graph")
                    else:
                        self.nodes.append(child)
                elif child.name == "edge":
                    self.edges.append(child)
                elif child.name == "hyperedge":
                    self.faults.add(
                        "A link of more than two ends (<hyperedge>) has no place in a theory.", child.at
                    )
            stack += reversed(inside)
        if groups:
            self.nodes.sort(key=lambda element: element.at)
            self.edges.sort(key=lambda element: element.at)

    # -- attributes

    def said(self, element: Element, of: str) -> dict[str, Tree]:
        """What a node, an edge or the graph says, by name."""
        found: dict[str, Tree] = {}
        for data in element.all("data"):
            key = self.keys.get(data.attributes.get("key", ""))
            if key is None:
                self.faults.add(
                    f"The attribute {show(data.attributes.get('key', ''))} is not declared by a <key>.",
                    data.at,
                )
            elif data.children:
                self._drawn(data, found)
            else:
                self._put(found, key, data.text, data.at)
        for key in self.keys.values():
            if key.default is not None and key.of in (of, "all") and key.name not in found and key.default:
                self._put(found, key, key.default, element.at)
        return found

    def _put(self, found: dict[str, Tree], key: _Key, text: str, at: int) -> None:
        typed = key.type in ("int", "long", "float", "double", "boolean")
        if typed and not text.strip():
            return
        if key.type == "boolean":
            text = text.lower()  # networkx writes True
        node = Scalar(text.strip() if typed else text, at, at, "json" if typed else '"')
        node.key_start = at
        found[key.name] = node

    def _drawn(self, data: Element, found: dict[str, Tree]) -> None:
        """The words of a node or an edge as yEd draws it; how it looks is told in sum."""
        self.unplaced.add("nodegraphics", "drawing", data.at)
        heads = data.first("Arrows")
        ends = heads.attributes if heads is not None else {}
        if ends.get("target") == "none" and ends.get("source", "none") != "none":
            found["\x00reversed"] = Scalar("true", data.at, data.at, '"')
        label = data.first("NodeLabel", "EdgeLabel")
        if label is not None and label.text.strip():
            node = Scalar(label.text.strip(), label.at, label.at, '"')
            node.key_start = label.at
            found["\x00label"] = node

    def json(self, value: Tree) -> dict[str, Tree]:
        """What stands as JSON in an attribute, every part at the place of the attribute."""
        if type(value) is not Scalar:
            return {}
        inner = Faults(value.value, None, self.limits)
        tree = None
        with suppress(Enough):
            tree = compose_json(value.value, inner, self.limits)
        for fault in inner:
            self.faults.add(
                f"In the attribute {REST!r}, line {fault.line}, column {fault.column}: {fault.message}",
                value.start,
            )
        if tree is None or len(inner):
            return {}
        if type(tree) is not Map:
            self.faults.add(f"The attribute {REST!r} holds a JSON object.", value.start)
            return {}
        stack: list[Tree] = [tree]
        while stack:
            node = stack.pop()
            node.start = node.end = node.key_start = value.start
            if type(node) is Map:
                stack += node.entries.values()
            elif type(node) is Seq:
                stack += node.items
        return tree.entries

    # -- ours

    def theory(self) -> Theory:
        about = self.said(self.graph, "graph")
        if REST not in about:
            return theory_from(self._sheet(about), self.faults, format="graphml")
        about = {**{k: v for k, v in about.items() if k == "title"}, **self.json(about[REST])}
        nodes = [self._node(element) for element in self.nodes]
        edges = []
        for element in self.edges:
            source, target = (self._end(element, name) for name in ("source", "target"))
            if source is not None and target is not None:
                edges.append(Edge(element.at, source, target, self._fields(element, "edge")))
        if len(self.faults):
            raise Enough
        return theory_of_graph(about, nodes, edges, self.faults, format="graphml", unplaced=self.unplaced)

    def _node(self, element: Element) -> Map:
        found = Map(element.at, False)
        id = Scalar(element.attributes.get("id", ""), element.at, element.at, '"')
        id.key_start = element.at
        found.entries["id"] = id
        found.entries.update(self._fields(element, "node"))
        return found

    def _fields(self, element: Element, of: str) -> dict[str, Tree]:
        fields: dict[str, Tree] = {}
        said = self.said(element, of)
        label = said.pop("\x00label", None)
        said.pop("\x00reversed", None)
        rest = said.pop(REST, None)
        for name, value in said.items():
            if name in LISTS and type(value) is Scalar:
                listed = Seq(value.start, False)
                listed.key_start = value.start
                for part in value.value.split(";"):
                    if part.strip():
                        listed.items.append(Scalar(part.strip(), value.start, value.start, '"'))
                fields[name] = listed
            elif type(value) is Scalar and not value.value.strip():
                pass  # yEd writes what is empty
            else:
                fields[name] = value
        if rest is not None:
            fields.update(self.json(rest))
        if label is not None and of == "node":
            fields.setdefault("text", label)
            if type(label) is Scalar and type(fields["text"]) is Scalar and fields["text"] is not label:
                words = fields["text"].value
                if " ".join(words.split()) != " ".join(label.value.split()):
                    self.unplaced.add("label", "box", label.start)
        return fields

    def _end(self, element: Element, name: str) -> Scalar | None:
        value = element.attributes.get(name)
        if value is None:
            self.faults.add(f"The {name} of this edge is missing.", element.at)
            return None
        return Scalar(value, element.at, element.at, '"')

    # -- those of other programs

    def _sheet(self, about: dict[str, Tree]) -> Sheet:
        sheet = Sheet()
        boxes: dict[str, Box] = {}
        for element in self.nodes:
            said = self.said(element, "node")
            label = said.pop("\x00label", None)
            name = element.attributes.get("id", "")
            if name in boxes:
                self.faults.add(f"Two nodes have the id {show(name)}. Give one of them another.", element.at)
            if label is not None and "label" not in said:
                said["label"] = label
            box = box_from(name, element.at, said, self.unplaced)
            if label is not None and type(label) is Scalar:
                box.label = Cell(label.value, label.start)
            boxes[name] = box
            sheet.boxes.append(box)
        undirected = self._arrows(sheet, boxes)
        for name in ("title", "label", "name"):
            title = about.pop(name, None)
            if type(title) is Scalar and title.value.strip() and sheet.title is None:
                sheet.title = Cell(title.value, title.start)
        for name, value in about.items():
            if type(value) is Scalar and value.value.strip():
                self.unplaced.add(name, "drawing", value.start)
        if undirected or self.graph.attributes.get("edgedefault") == "undirected":
            sheet.undirected = self.graph.at
        sheet.lost += self.unplaced.told()
        return sheet

    def _arrows(self, sheet: Sheet, boxes: dict[str, Box]) -> int:
        """The edges as arrows; how many say that they have no direction."""
        undirected = 0
        for element in self.edges:
            said = self.said(element, "edge")
            label = said.pop("\x00label", None)
            if label is not None:
                said.setdefault("label", label)
            ends = [self._end(element, name) for name in ("source", "target")]
            for end in ends:
                if end is not None and end.value not in boxes:
                    self.faults.add(
                        f"The edge names {show(end.value)}, and there is no such node.", element.at
                    )
            tail, head = (boxes.get(end.value) if end is not None else None for end in ends)
            undirected += element.attributes.get("directed") == "false"
            if "\x00reversed" in said:
                tail, head = head, tail
                del said["\x00reversed"]
            if tail is not None and head is not None:
                sheet.arrows.append(Arrow(tail, head, element.at, link_fields(said, self.unplaced)))
        return undirected


GRAPHML = Format(
    name="graphml",
    suffixes=(".graphml",),
    description="A graph in XML, for yEd, Gephi, networkx and igraph; their graphs are read too.",
    holds="everything",
    loads=loads_graphml,
    dumps=dumps_graphml,
)
