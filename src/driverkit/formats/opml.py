"""OPML: what outliners and mind maps exchange.

Each ``outline`` element is a node below the one around it. What OPML has no word for stands in
attributes that begin with ``_``, as outliners do it with ``_note``; an outline of another tool has
none of them, and its kinds are concluded from where its elements stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import attrs
from attrs import Factory, define

from driverkit.formats.branches import FIELDS, Branch, branches, fields_for, held, level_by_level, title_from
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.sketch import Cell, Parent, Sketched, give_ids, theory_of
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Enough, Faults, Scalar, Stop
from driverkit.formats.yaml_write import written_number
from driverkit.model import Aim, Contribution, Origin, Theory
from driverkit.model.values import kind_of

__all__ = ["OPML", "dumps_opml", "loads_opml"]

NESTED = 12
"""So many levels are written inside each other; what lies deeper stands beside them and names what it hangs on."""

_LINK = ("strength", "because", "only_where")
_BY_NAME = {f"_{field.name}": field for field in FIELDS}
_KINDS = ("aim", "driver", "change")
# How an outliner showed it and when it was saved is no part of anybody's theory.
_OF_THE_WINDOW = frozenset(
    [
        "dateCreated",
        "dateModified",
        "docs",
        "generator",
        "expansionState",
        "vertScrollState",
        "windowTop",
        "windowLeft",
        "windowBottom",
        "windowRight",
    ]
)
_OF_THE_TOOL = frozenset(("type", "created", "isComment", "isBreakpoint"))


@define(eq=False)
class Element:
    """An ``outline`` element: the node that it tells of, and those inside it."""

    node: Sketched
    above: Element | None
    attributes: dict[str, str]
    below: list[Element] = Factory(list)
    depth: int = 0


class _Reader:
    def __init__(self, text: str, faults: Faults) -> None:
        from xml.parsers import expat

        self.text = text
        self.faults = faults
        self.lost = Faults(text, faults.file, faults.limits)
        self.guessed = Faults(text, faults.file, faults.limits)
        self.path: list[str] = []
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.title: Cell | None = None
        self.between = False  # words are being told of that stand between elements
        self.strange = 0  # how many elements that are not known are open
        self.said: set[str] = set()
        self.parser = expat.ParserCreate(encoding="utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        self.parser.StartDoctypeDeclHandler = self.doctype

    @property
    def at(self) -> int:
        line = self.parser.CurrentLineNumber
        starts = self.faults.starts
        return int(starts[min(line, len(starts)) - 1] + self.parser.CurrentColumnNumber)

    def read(self) -> None:
        from xml.parsers import expat

        try:
            self.parser.Parse(self.text.encode("utf-8"), True)
        except expat.ExpatError as error:
            starts = self.faults.starts
            at = starts[min(error.lineno, len(starts)) - 1] + error.offset
            said = expat.ErrorString(error.code)
            self.faults.add(f"The file is no XML from here on ({said}). Save it as OPML again.", at)

    def doctype(self, *_: object) -> None:
        self.faults.add("A DOCTYPE can hide anything and is not read. Take it out; OPML needs none.", self.at)
        raise Stop

    def left_out(self, message: str, at: int) -> None:
        with suppress(Enough):
            self.lost.add(message, at)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        self.between = False
        if len(self.path) > self.faults.limits.depth:
            self.faults.add(f"Elements are nested more than {self.faults.limits.depth} deep.", self.at)
            raise Stop
        if len(self.path) == 1:
            if name != "opml":
                self.faults.add("This is XML, but no OPML: that begins with <opml>.", self.at)
                raise Stop
            return
        if self.strange:
            self.strange += 1
        elif name == "outline" and self.path[1] == "body":
            self.outline(attributes)
        elif self.path not in (["opml", "head"], ["opml", "body"], ["opml", "head", "title"]):
            self.strange = 1
            if name not in _OF_THE_WINDOW:
                self.left_out(f"The element <{name[:40]}> is not known here and is left out.", self.at)

    def end(self, name: str) -> None:
        self.path.pop()
        self.between = False
        if self.strange:
            self.strange -= 1
        elif name == "outline" and self.open:
            self.open.pop()

    def words(self, text: str) -> None:
        if self.strange:
            return
        if self.path == ["opml", "head", "title"]:
            if self.title is None:
                self.title = Cell("", self.at)
            self.title.text += text
        elif not self.between and text.strip():
            self.between = True
            self.left_out("Words between the elements are left out.", self.at)

    def outline(self, attributes: dict[str, str]) -> None:
        at = self.at
        longest = self.faults.limits.text
        for value in attributes.values():
            if len(value) > longest:
                self.faults.add(f"A text of {len(value):,} characters is over the limit of {longest:,}.", at)
        if len(self.elements) >= self.faults.limits.values:
            self.faults.add(f"There are more than {self.faults.limits.values:,} nodes.", at)
            raise Stop
        above = self.open[-1] if self.open else None
        words = attributes.get("text") or attributes.get("title")
        node = Sketched("", None, at)
        if words is None or not words.strip():
            self.faults.add("The outline element has no words. Give it a text, or take it out.", at)
            words = "-"
        node.text = Cell(words, self.place("text", at))
        element = Element(node, above, attributes, depth=above.depth + 1 if above else 0)
        if above is not None:
            above.below.append(element)
        self.elements.append(element)
        self.open.append(element)

    def place(self, name: str, at: int) -> int:
        """Where an attribute of the element at an offset stands, as far as that can be seen."""
        found = re.compile(rf"\s{re.escape(name)}\s*=\s*[\"']").search(self.text, at, at + 10_000)
        return found.end() if found else at

    # -- what is known at the end

    def nodes(self) -> list[Sketched]:
        concluded = [element for element in self.elements if "_kind" not in element.attributes]
        for element in self.elements:
            node = element.node
            kind = element.attributes.get("_kind")
            if kind is not None and kind not in _KINDS:
                self.faults.add(
                    f"The kind of a node is aim, driver or change, not {kind[:40]!r}.",
                    self.place("_kind", node.at),
                )
                kind = "driver"
            if kind is None:
                leaf = element.depth > 1 and not element.below
                kind = "aim" if element.depth == 0 else "change" if leaf else "driver"
            node.kind = kind
        if concluded:
            with suppress(Enough):
                self.guessed.add(
                    "The outline does not say what is an aim, a driver or a change idea: the outermost are read as "
                    "aims, what is inside them as drivers, and the innermost from the third level on as change ideas.",
                    concluded[0].node.at,
                )
        levels: dict[str, int] = {}
        for element in self.elements:
            self.fill(element)
            node = element.node
            if element.above is None and node.kind != "aim" and node.parents:
                # What lies too deep to stand inside it names what it hangs on, which stands before it.
                node.level = levels.get(str(node.parents[0].to), 0) + 1
            if node.id is not None:
                levels[node.id.text] = node.level or 0
        nodes = [element.node for element in self.elements]
        give_ids(nodes)
        return nodes

    def fill(self, element: Element) -> None:
        node, at = element.node, element.node.at
        above = element.above
        if above is not None and above.node.kind == "change":
            while above is not None and above.node.kind == "change":
                above = above.above
            with suppress(Enough):
                self.guessed.add("It stands inside a change idea and is read as standing beside it.", at)
        node.level = 0 if node.kind == "aim" else (above.node.level or 0) + 1 if above is not None else 1
        if above is not None:
            node.parents.append(Parent(above.node, at))
        links: dict[str, Parent] = {"": node.parents[0]} if node.parents else {}
        for further in element.attributes.get("_parents", "").split():
            links[further] = Parent(further, self.place("_parents", at))
            node.parents.append(links[further])
        for name, value in element.attributes.items():
            if not self.attribute(element, name, value, links) and value.strip():
                self.unknown(name, at)

    def attribute(self, element: Element, name: str, value: str, links: dict[str, Parent]) -> bool:
        """Take in one attribute; whether there is a place for it."""
        node = element.node
        at = self.place(name, node.at)
        cell = Cell(value, at)
        first, _, to = name.partition(".")
        field = _BY_NAME.get(name)
        if name in ("text", "_kind", "_parents") or name in _OF_THE_TOOL:
            return name != "isComment" or value != "true"
        if name == "title":
            return value == (node.text.text if node.text else "")
        if name == "_id":
            node.id = cell
        elif name == "_note":
            node.fields["detail"] = cell
        elif first[1:] in _LINK and first[0] == "_":
            if to not in links:
                what = f"to {to!r}" if to else "to what is around it"
                self.faults.add(f"This speaks of a link {what}, which is not there.", at)
                return True
            links[to].fields[first[1:]] = cell
        elif name == "_status" and value not in kind_of(attrs.fields_dict(Aim)["status"]).schema["enum"]:
            return False  # outliners say there whether a box is ticked
        elif field is not None and node.kind in field.kinds:
            if field.many:
                node.fields[field.name] = [Cell(one, at) for one in _parted(value)]
            elif field.number and re.match(r"[-+.0-9]", value):
                node.fields[field.name] = Scalar(value, at, at, "")
            else:
                node.fields[field.name] = cell
        else:
            return False
        return True

    def unknown(self, name: str, at: int) -> None:
        if name not in self.said:
            self.said.add(name)
            self.left_out(
                f"What the attribute {name[:40]!r} says is left out, here and wherever it stands.", at
            )


def _parted(value: str) -> list[str]:
    """The texts of a list with ``;`` between them; a backslash before a semicolon or a backslash keeps it."""
    parts = [""]
    for found in re.finditer(r"\\([\\;])|(;)|([^\\;]+|\\)", value):
        if found[2]:
            parts.append("")
        else:
            parts[-1] += found[1] or found[3]
    return [part for part in parts if part]


def loads_opml(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from an OPML outline.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        reader = _Reader(text, faults)
        reader.read()
        if len(faults):
            return None
        nodes = reader.nodes()
        title = reader.title
        if title is None or not title.text.strip():
            title = Cell(title_from(file), 0)
            with suppress(Enough):
                reader.guessed.add(f"There is no title; it is called {title.text!r}.", 0)
        depths = {id(node): node.level or 0 for node in nodes}
        origin = Origin(file, format="opml", lost=tuple(reader.lost), guessed=tuple(reader.guessed))
        return theory_of(level_by_level(nodes, depths), faults, title=title, origin=origin)

    return theory_in(text, file, limits, read, empty="The file is empty.")


# -------------------------------------------------------------------------------------------- writing

_CODES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
_CODED = re.compile('[&<>"\n\t\r\u2028\u2029\ufeff]')


def _coded(text: str) -> str:
    return _CODED.sub(lambda found: _CODES.get(found.group(), f"&#{ord(found.group())};"), text)


def _attributes(branch: Branch, inside: bool) -> Iterator[tuple[str, str]]:
    """What is written of a node; ``inside`` where it stands inside what it contributes to first."""
    node: Any = branch.node
    yield "text", node.text
    yield "_kind", branch.kind
    yield "_id", node.id
    around: tuple[Contribution, ...] = (branch.entry,) if branch.entry is not None else ()
    named = branch.further if inside else around + branch.further
    if named:
        yield "_parents", " ".join(entry.to for entry in named)
    for entry in around + branch.further:
        ending = "" if inside and entry is branch.entry else f".{entry.to}"
        for name in _LINK:
            if (said := getattr(entry, name)) is not None:
                yield f"_{name}{ending}", said
    if node.detail is not None:
        yield "_note", node.detail
    for field in fields_for(branch.kind):
        values = list(held(node, field))
        if field.many and values:
            yield f"_{field.name}", ";".join(re.sub(r"[\\;]", r"\\\g<0>", value) for value in values)
        elif values:
            yield f"_{field.name}", written_number(values[0]) if field.number else str(values[0])


def dumps_opml(theory: Theory) -> str:
    """A theory as an OPML outline."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{_coded(theory.title)}</title>",
        "  </head>",
        "  <body>",
    ]
    waiting: list[tuple[Branch, int, bool] | str] = [(root, 2, False) for root in reversed(branches(theory))]
    later: list[Branch] = []
    while waiting or later:
        if not waiting:
            waiting, later = [(branch, 2, False) for branch in reversed(later)], []
        step = waiting.pop()
        if isinstance(step, str):
            out.append(step)
            continue
        branch, depth, inside = step
        written = "".join(f' {name}="{_coded(value)}"' for name, value in _attributes(branch, inside))
        indent = "  " * depth
        below = [*branch.ideas, *branch.drivers]
        if depth - 2 >= NESTED:
            later += below
            below = []
        out.append(f"{indent}<outline{written}" + (">" if below else "/>"))
        if below:
            waiting.append(f"{indent}</outline>")
            waiting += [(one, depth + 1, True) for one in reversed(below)]
    return "\n".join([*out, "  </body>", "</opml>"]) + "\n"


OPML = Format(
    name="opml",
    suffixes=(".opml",),
    description="OPML, the outlines that outliners and mind maps exchange.",
    holds="title, aims, drivers and change ideas with their fields, their links and the reasons for them",
    loads=loads_opml,
    dumps=dumps_opml,
    orders=True,
)
