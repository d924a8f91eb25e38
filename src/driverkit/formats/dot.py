"""DOT, the language of Graphviz, read: the subset in which people draw boxes and arrows.

Statements are read as Graphviz reads them: defaults, groups, subgraphs, chains. What a box looks like
has no place in a theory and is told in sum. Our own drawings come back with their ids, texts, kinds
and links.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

from attrs import Factory, define

from driverkit.formats.drawn import Arrow, Box, Sheet, Unplaced, box_from, link_fields, theory_from
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.sketch import Cell
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Faults, Scalar, Stop, Tree
from driverkit.model import Theory
from driverkit.model.values import show

__all__ = ["DOT", "loads_dot"]

_SPACE = re.compile(r"[\s\ufeff]+|//[^\n]*|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(
    r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)"
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SIGN = re.compile(r"->|--|[{}\[\];,=:+]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ANGLE = re.compile(r"[<>]")
_MOST_LINKS = 500_000
"""Two groups of a thousand boxes are a million links: no person draws that."""
_MOST_ATTRIBUTES = 500


@define(slots=True)
class _Token:
    """A part of the text: a ``word``, ``quoted``, ``html`` or a sign; at the end, nothing."""

    kind: str
    text: str
    at: int

    @property
    def is_id(self) -> bool:
        """Whether it can name something."""
        return self.kind in ("word", "quoted", "html")


@define(slots=True, eq=False)
class _Scope:
    """A graph or subgraph that is open: the defaults that hold in it, and the boxes named in it."""

    nodes: dict[str, _Token]
    edges: dict[str, _Token]
    members: dict[str, None] = Factory(dict)
    cluster: bool = False
    label: _Token | None = None
    at: int = 0
    chain: list[list[str]] = Factory(list)  # what stands before an arrow that leads to this group
    arrow: _Token | None = None


def tokens(text: str, faults: Faults) -> list[_Token]:
    """The parts of a DOT text, comments left out."""
    found: list[_Token] = []
    at = 0
    begins = True  # a line: then # makes it a comment
    while at < len(text):
        if text[at] == "#" and begins:
            at = text.find("\n", at)
            if at < 0:
                break
            continue
        if text.startswith("/*", at) and text.find("*/", at + 2) < 0:
            faults.add("A comment is opened here and never closed.", at)
            raise Stop
        if space := _SPACE.match(text, at):
            begins = begins or "\n" in space.group()
            at = space.end()
            continue
        begins = False
        if word := _WORD.match(text, at):
            found.append(_Token("word", word.group(), at))
            at = word.end()
        elif text[at] == '"':
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                faults.add("A quote is opened here and never closed.", at)
                raise Stop
            held = quoted.group(1).replace('\\"', '"')
            held = held.replace("\\\r\n", "").replace("\\\n", "")
            if len(found) > 1 and found[-1].kind == "+" and found[-2].kind == "quoted":
                found.pop()
                found[-1] = _Token("quoted", found[-1].text + held, found[-1].at)
            else:
                found.append(_Token("quoted", held, at))
            at = quoted.end()
        elif text[at] == "<":
            end = _html_end(text, at, faults)
            found.append(_Token("html", text[at + 1 : end - 1], at))
            at = end
        elif sign := _SIGN.match(text, at):
            found.append(_Token(sign.group(), sign.group(), at))
            at = sign.end()
        else:
            faults.add(f"{show(text[at])} cannot stand here. Put the name or text in double quotes.", at)
            raise Stop
    return [*found, _Token("", "", len(text))]


def _html_end(text: str, at: int, faults: Faults) -> int:
    depth = 0
    for sign in _ANGLE.finditer(text, at):
        depth += 1 if sign.group() == "<" else -1
        if not depth:
            return sign.end()
    faults.add("A label in angle brackets is opened here and never closed.", at)
    raise Stop


class _Parser:
    def __init__(self, text: str, faults: Faults, limits: Limits) -> None:
        self.faults = faults
        self.limits = limits
        self.tokens = tokens(text, faults)
        self.next = 0
        self.boxes: dict[str, int] = {}
        self.said: dict[str, dict[str, _Token]] = {}
        self.arrows: list[tuple[str, str, int, dict[str, _Token]]] = []
        self.graph: dict[str, _Token] = {}
        self.undirected: int | None = None
        self.unplaced = Unplaced()
        self.strict: set[tuple[str, str]] | None = None

    def peek(self, ahead: int = 0) -> _Token:
        return self.tokens[min(self.next + ahead, len(self.tokens) - 1)]

    def take(self) -> _Token:
        token = self.peek()
        self.next += 1
        return token

    def stop(self, message: str, token: _Token) -> None:
        self.faults.add(message if token.kind else f"The file ends early. {message}", token.at)
        raise Stop

    def keyword(self, token: _Token, *words: str) -> bool:
        return token.kind == "word" and token.text.lower() in words

    # -- statements

    def read(self) -> None:
        if self.keyword(self.peek(), "strict"):
            self.take()
            self.strict = set()
        head = self.take()
        if not self.keyword(head, "graph", "digraph"):
            self.stop("A DOT file begins with 'digraph' and a brace.", head)
        if head.text.lower() == "graph":
            self.undirected = head.at
        if self.peek().is_id:
            self.graph["\x00name"] = self.take()
        opened = self.take()
        if opened.kind != "{":
            self.stop("An opening brace is wanted here.", opened)
        self.body()
        if self.peek().kind:
            self.stop("Something follows the end of the graph. A file holds one.", self.peek())

    def body(self) -> None:
        """All statements up to the last brace, without recursion."""
        stack = [_Scope({}, {})]
        while stack:
            scope = stack[-1]
            token = self.take()
            if token.kind in (";", ","):
                continue
            if token.kind == "}":
                stack.pop()
                if stack:
                    self.close(scope, stack[-1], stack)
            elif token.kind == "{" or self.keyword(token, "subgraph"):
                self.open(token, stack, [], None)
            elif self.keyword(token, "graph", "node", "edge") and self.peek().kind == "[":
                said = self.attributes()
                word = token.text.lower()
                if word == "graph":
                    self.about(scope, said, len(stack) == 1)
                else:
                    held = scope.nodes if word == "node" else scope.edges
                    held.update(said)
                    if len(held) > _MOST_ATTRIBUTES:
                        self.stop(f"There are more than {_MOST_ATTRIBUTES} defaults.", token)
            elif token.is_id and self.peek().kind == "=":
                self.take()
                value = self.take()
                if not value.is_id:
                    self.stop("A value is wanted behind '='.", value)
                self.about(scope, {token.text: value}, len(stack) == 1)
            elif token.is_id:
                self.port()
                self.box(token, stack)
                self.follow([[token.text]], stack, [token])
            else:
                self.stop(
                    f"A box, an arrow or a closing brace is wanted here, not {show(token.text)}.", token
                )

    def open(self, token: _Token, stack: list[_Scope], chain: list[list[str]], arrow: _Token | None) -> None:
        """A group begins, maybe one to which an arrow leads."""
        if len(stack) >= self.limits.depth:
            self.stop(f"Groups are nested more than {self.limits.depth} deep here.", token)
        scope = _Scope(dict(stack[-1].nodes), dict(stack[-1].edges), at=token.at, chain=chain, arrow=arrow)
        if token.kind != "{":
            if self.peek().is_id:
                scope.cluster = self.take().text.startswith("cluster")
            if self.peek().kind != "{":
                self.stop("An opening brace is wanted here.", self.peek())
            self.take()
        stack.append(scope)

    def close(self, scope: _Scope, outer: _Scope, stack: list[_Scope]) -> None:
        for name in scope.members:
            outer.members[name] = None
        if scope.label is not None and scope.label.text.strip():
            self.unplaced.add("label", "group", scope.label.at)
        chain = scope.chain
        chain.append(list(scope.members))
        self.follow(chain, stack, [])

    def follow(self, chain: list[list[str]], stack: list[_Scope], named: list[_Token]) -> None:
        """What comes behind the end of a chain: more of it, or its attributes."""
        while self.peek().kind in ("->", "--"):
            arrow = self.take()
            if arrow.kind == "--" and self.undirected is None:
                self.faults.add("'--' is no arrow in a digraph. Write '->'.", arrow.at)
            target = self.take()
            if target.kind == "{" or self.keyword(target, "subgraph"):
                self.open(target, stack, chain, arrow)
                return
            if not target.is_id:
                self.stop("An arrow leads to a box or a group in braces.", target)
            self.port()
            self.box(target, stack)
            chain.append([target.text])
        said = self.attributes() if self.peek().kind == "[" else {}
        if len(chain) > 1:
            self.links(chain, {**stack[-1].edges, **said})
        elif named:
            self.said[named[0].text].update(said)

    def links(self, chain: list[list[str]], said: dict[str, _Token]) -> None:
        at = self.tokens[max(0, self.next - 1)].at
        for tails, heads in pairwise(chain):
            if len(self.arrows) + len(tails) * len(heads) > _MOST_LINKS:
                self.faults.add(f"There are more than {_MOST_LINKS:,} links.", at)
                raise Stop
            for tail in tails:
                for head in heads:
                    if self.strict is not None:
                        if (tail, head) in self.strict:
                            continue  # what 'strict' says
                        self.strict.add((tail, head))
                    self.arrows.append((tail, head, at, said))

    def box(self, token: _Token, stack: list[_Scope]) -> None:
        if token.text not in self.boxes:
            self.boxes[token.text] = token.at
            self.said[token.text] = dict(stack[-1].nodes)
            if len(self.boxes) > self.limits.values:
                self.stop(f"There are more than {self.limits.values:,} boxes.", token)
        stack[-1].members[token.text] = None

    def port(self) -> None:
        """Passed over: where at a box an arrow ends."""
        for _ in range(2):
            if self.peek().kind == ":":
                self.take()
                if not self.peek().is_id:
                    self.stop("The name of a port is wanted behind ':'.", self.peek())
                self.unplaced.add("tailport", "link", self.take().at)

    def attributes(self) -> dict[str, _Token]:
        said: dict[str, _Token] = {}
        while self.peek().kind == "[":
            self.take()
            while self.peek().kind != "]":
                name = self.take()
                if name.kind in (",", ";"):
                    continue
                if not name.is_id:
                    self.stop("The name of an attribute or a closing bracket is wanted here.", name)
                value = _Token("word", "true", name.at)
                if self.peek().kind == "=":
                    self.take()
                    value = self.take()
                    if not value.is_id:
                        self.stop("A value is wanted behind '='.", value)
                if len(value.text) > self.limits.text:
                    self.stop(
                        f"A text of {len(value.text):,} characters is over the limit of {self.limits.text:,}.",
                        value,
                    )
                said[name.text] = value
                if len(said) > _MOST_ATTRIBUTES:
                    self.stop(f"There are more than {_MOST_ATTRIBUTES} attributes.", name)
            self.take()
        return said

    def about(self, scope: _Scope, said: dict[str, _Token], whole: bool) -> None:
        if whole:
            self.graph.update(said)
        else:
            for name, value in said.items():
                if name == "label":
                    scope.label = value
                else:
                    self.unplaced.add("style", "drawing", value.at)

    # -- the drawing

    def sheet(self) -> Sheet:
        sheet = Sheet(undirected=self.undirected)
        boxes: dict[str, Box] = {}
        title = self.graph.pop("\x00name", None)
        label = self.graph.pop("label", None)
        for name, at in self.boxes.items():
            box = self.one(name, at)
            boxes[name] = box
            sheet.boxes.append(box)
        for tail, head, at, said in self.arrows:
            ends = (boxes[tail], boxes[head])
            look = said.get("style")
            if look is not None and look.text == "invis":
                self.unplaced.add("style", "link", look.at)
                continue
            direction = said["dir"].text if "dir" in said else ""
            if direction == "back":
                ends = (ends[1], ends[0])
            elif direction in ("both", "none") and self.undirected is None:
                self.unplaced.add(f"dir={direction}", "link", said["dir"].at)
            sheet.arrows.append(Arrow(ends[0], ends[1], at, self.fields(said)))
        if label is not None and label.text.strip():
            words = plain(label, "")
            # Below the title our own drawings say which revision and day they show.
            ours = title is not None and title.text == "driverkit"
            sheet.title = Cell(words.split("\n")[0] if ours else words, label.at)
        elif title is not None and title.kind == "quoted" and title.text.strip():
            sheet.title = Cell(title.text, title.at)
        for key, value in self.graph.items():
            self.unplaced.add(key, "drawing", value.at)
        sheet.lost += self.unplaced.told()
        return sheet

    def one(self, name: str, at: int) -> Box:
        said = self.said[name]
        ours = "class" in said and said["class"].text.startswith("dk-box ")
        words = {
            key: _scalar(
                plain(value, name) if key in ("label", "xlabel", "tooltip", "text") else value.text, value
            )
            for key, value in said.items()
        }
        if not ours:
            if "xlabel" in words and not said.get("label", said["xlabel"]).text.strip():
                words["label"] = words.pop("xlabel")
            tip = words.get("tooltip")
            if type(tip) is Scalar and "label" in words and tip.value == words["label"].value:
                del words["tooltip"]
            return box_from(name, at, words, self.unplaced)
        id = words.pop("comment", None)
        label = words.pop("label", None)
        words.setdefault("text", label if label is not None else _scalar(name, said["class"]))
        words.pop("tooltip", None)
        box = box_from(name, at, words, self.unplaced)
        if type(id) is Scalar:
            box.id = Cell(id.value, at)
        return box

    def fields(self, said: dict[str, _Token]) -> dict[str, Cell]:
        words: dict[str, Tree] = {}
        for key, value in said.items():
            if key == "class" and value.text.startswith("dk-link"):
                strength = value.text.removeprefix("dk-link").strip().removeprefix("dk-")
                if strength:
                    words["strength"] = _scalar(strength, value)
            elif key == "tooltip" and "class" in said:
                self.unplaced.add("style", "link", value.at)
            else:
                words[key] = _scalar(plain(value, "") if key in ("label", "xlabel") else value.text, value)
        return link_fields(words, self.unplaced)


def _scalar(text: str, token: _Token) -> Scalar:
    found = Scalar(text, token.at, token.at + 1, '"')
    found.key_start = token.at
    return found


def plain(token: _Token, name: str) -> str:
    r"""The words of a label as Graphviz shows them: ``\n`` is a new line, ``\N`` the name of the box."""
    if token.kind == "html":
        text = re.sub(r"<(?:br|/tr|/td)\b[^<>]*>", "\n", token.text, flags=re.IGNORECASE)
        text = "\n".join(line.strip() for line in _TAG.sub("", text).split("\n") if line.strip())
        return unescape(text).strip()
    if "\\" not in token.text:
        return unescape(token.text)
    parts = re.split(r"(\\.)", token.text, flags=re.DOTALL)
    shown = {"n": "\n", "l": "\n", "r": "\n", "N": name, "G": "", "L": "", "E": "", "T": "", "H": ""}
    out = [
        (shown.get(part[1], part[1]) if len(part) == 2 and part[0] == "\\" and number % 2 else unescape(part))
        for number, part in enumerate(parts)
    ]
    text = "".join(out)
    return text[:-1] if parts[-1] == "" and len(parts) > 1 and parts[-2] in ("\\l", "\\r", "\\n") else text


def loads_dot(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from DOT.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        parser = _Parser(text, faults, limits)
        parser.read()
        return None if len(faults) else theory_from(parser.sheet(), faults, format="dot")

    return theory_in(text, file, limits, read, empty="The file is empty.")


DOT = Format(
    name="dot",
    suffixes=(".dot", ".gv"),
    description="The language of Graphviz, as people draw in it; only read (`driverkit render` writes it).",
    holds="boxes, arrows and their words; what is an aim, a driver or a change idea is concluded where it is not said",
    loads=loads_dot,
)
