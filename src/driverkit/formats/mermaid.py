"""Mermaid flowcharts read, as people write them in READMEs and wikis.

A statement stands on a line, or before a semicolon: nodes with their shapes, arrows with their words,
subgraphs. Our own drawings come back with ids, texts, kinds and links.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

from attrs import define

from driverkit.formats.drawn import Arrow, Box, Sheet, Unplaced, kind_of_words, theory_from
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format
from driverkit.formats.sketch import Cell
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Faults, Stop
from driverkit.model import Theory
from driverkit.model.values import show

__all__ = ["MERMAID", "loads_mermaid"]

_HEAD = re.compile(
    r"(?:flowchart(?:-elk)?|graph)\b[ \t]*(TB|TD|BT|RL|LR|>|<|\^|v)?[ \t]*(?=[;\n]|$)", re.IGNORECASE
)
_NAME = re.compile(r"[^\W_](?:[\w.]|-(?=[\w.]))*|_[\w.]*")
_SHAPES = (
    *(
        ("(((", ")))"),
        ("([", "])"),
        ("[[", "]]"),
        ("[(", ")]"),
        ("((", "))"),
        ("{{", "}}"),
        ("[/", "/]"),
        ("[/", "\\]"),
    ),
    *(("[\\", "\\]"), ("[\\", "/]"), ("[", "]"), ("(", ")"), ("{", "}"), (">", "]")),
)
_ARROW = re.compile(r"([<ox]?)(?:--+|==+|-\.+-)([>ox]|(?=[-=])|(?<=---)|(?<===)|(?<=\.-))|~~~+")
_OPENED = re.compile(r"([<ox]?)(--|==|-\.)(?![-=.>ox]|$)")
_CLOSED = {
    "--": re.compile(r"-{2,}[->ox]"),
    "==": re.compile(r"={2,}[=>ox]"),
    "-.": re.compile(r"\.+-[>ox]?"),
}
_ENTITY = re.compile(r"#(?:([0-9]{1,7})|([A-Za-z]{1,31}));")
_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_LOST = ("classdef", "linkstyle", "style", "click", "direction", "acctitle", "accdescr")
_OUTLINE = re.compile(r"\s*-\s+([A-Za-z0-9][A-Za-z0-9_.-]*): (.*)")


@define(slots=True)
class _Group:
    """A subgraph that is open."""

    at: int


class _Parser:
    def __init__(self, text: str, faults: Faults, limits: Limits) -> None:
        self.text = text
        self.faults = faults
        self.limits = limits
        self.at = 0
        self.end = 0
        self.boxes: dict[str, Box] = {}
        self.arrows: list[Arrow] = []
        self.groups: list[_Group] = []
        self.group_names: set[str] = set()
        self.unplaced = Unplaced()
        self.title: Cell | None = None
        self.outline: list[tuple[str, str]] = []
        self.classes: dict[str, list[str]] = {}

    def stop(self, message: str, at: int | None = None) -> None:
        self.faults.add(message, self.at if at is None else at)
        raise Stop

    # -- lines

    def read(self) -> None:
        self.front_matter()
        begun = False
        while self.at < len(self.text):
            self.blank()
            if self.at >= len(self.text):
                break
            if self.text.startswith("%%", self.at):
                self.line_end()
                continue
            if not begun:
                head = _HEAD.match(self.text, self.at)
                if head is None:
                    word = self.text[self.at : self.at + 40].split("\n")[0]
                    self.stop(
                        f"A flowchart begins with 'flowchart LR' (or graph, TD, RL, BT), not with {show(word)}."
                    )
                else:
                    self.at = head.end()
                begun = True
                continue
            self.statement()
        if not begun:
            self.stop("A flowchart begins with 'flowchart LR'; there is none.")
        for group in self.groups:
            self.faults.add("A subgraph is opened here and never closed with 'end'.", group.at)

    def blank(self) -> None:
        while self.at < len(self.text) and (self.text[self.at].isspace() or self.text[self.at] == ";"):
            self.at += 1

    def spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1

    def line_end(self) -> str:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        found = self.text[self.at : end]
        self.at = end
        return found

    def front_matter(self) -> None:
        """The lines between three dashes at the top: the title is taken."""
        self.blank()
        if not self.text.startswith("---\n", self.at):
            return
        end = self.text.find("\n---", self.at + 3)
        if end < 0:
            self.stop("Three dashes open the head of the drawing, and none close it.")
        found = re.search(r"^title:[ \t]*(.*)$", self.text[self.at : end], re.MULTILINE)
        if found is not None:
            words = found.group(1).strip()
            if words[:1] == '"' and words[-1:] == '"' and len(words) > 1:
                words = re.sub(r"\\U([0-9a-fA-F]{8})", _character, words[1:-1])
            elif words[:1] == "'" and words[-1:] == "'" and len(words) > 1:
                words = words[1:-1].replace("''", "'")
            self.title = Cell(words, self.at + found.start(1))
        if "config:" in self.text[self.at : end]:
            self.unplaced.add("style", "drawing", self.at)
        self.at = end + 4
        self.line_end()

    # -- statements

    def statement(self) -> None:
        begin = self.at
        name = _NAME.match(self.text, self.at)
        word = name.group().lower() if name is not None else ""
        after = self.text[name.end() : name.end() + 1] if name is not None else ""
        if word == "end" and after in ("", "\n", " ", ";", "\t", "\r"):
            if not self.groups:
                self.stop("'end' closes no subgraph here.")
            self.groups.pop()
            self.at += 3
        elif word == "subgraph" and after in (" ", "\t", "\n", ""):
            self.subgraph(begin)
        elif word == "class" and after == " ":
            self.line_class()
        elif word in _LOST and (after in (" ", "\t", ":") or word == "accdescr"):
            self.lost(word, begin)
        else:
            self.chain()

    def subgraph(self, begin: int) -> None:
        if len(self.groups) >= self.limits.depth:
            self.stop(f"Subgraphs are nested more than {self.limits.depth} deep here.")
        words = self.line_end()[len("subgraph") :].strip()
        self.groups.append(_Group(begin))
        name = _NAME.match(words)
        if name is not None:
            self.group_names.add(name.group())
        if words and not words.startswith("k0["):
            self.unplaced.add("title", "group", begin)

    def line_class(self) -> None:
        parts = self.line_end().rstrip("; \t\r").split()
        if len(parts) == 3:
            for one in parts[1].split(","):
                self.classes.setdefault(one, []).append(parts[2])
        self.unplaced.add("style", "drawing", self.at - 1)

    def lost(self, word: str, begin: int) -> None:
        line = self.line_end()
        if word == "acctitle":
            return
        if word == "accdescr":
            if "{" in line:
                end = self.text.find("}", begin)
                if end < 0:
                    self.stop("A description is opened with a brace here and never closed.", begin)
                for one in self.text[begin:end].split("\n")[1:]:
                    entry = _OUTLINE.match(unescaped(one))
                    if entry is not None:
                        self.outline.append((entry.group(1), entry.group(2)))
                self.at = end + 1
            return
        self.unplaced.add("click" if word == "click" else "style", "drawing", begin)

    def chain(self) -> None:
        """Nodes and arrows: ``A & B --> C -->|words| D``."""
        begin = self.at
        ends = [self.nodes()]
        links: list[tuple[int, bool, bool, Cell | None]] = []
        while True:
            self.spaces()
            if self.at >= len(self.text) or self.text[self.at] in "\n;\r":
                break
            if self.text.startswith("%%", self.at):
                self.line_end()
                break
            links.append(self.arrow())
            self.spaces()
            while (
                self.at < len(self.text) and self.text[self.at] == "\n"
            ):  # an arrow at the end of a line goes on
                self.blank()
            ends.append(self.nodes())
        for (tails, heads), (at, seen, back, words) in zip(pairwise(ends), links, strict=True):
            if not seen:
                continue
            if len(self.arrows) + len(tails) * len(heads) > 500_000:
                self.stop("There are more than 500,000 links.", begin)
            for tail in tails:
                for head in heads:
                    pair = (head, tail) if back else (tail, head)
                    self.arrows.append(Arrow(*pair, at, {"because": words} if words else {}))

    def nodes(self) -> list[Box]:
        found = [self.node()]
        while True:
            kept = self.at
            self.spaces()
            if not self.text.startswith("&", self.at):
                self.at = kept
                return found
            self.at += 1
            self.spaces()
            found.append(self.node())

    def node(self) -> Box:
        name = _NAME.match(self.text, self.at)
        if name is None:
            here = self.text[self.at : self.at + 20].split("\n")[0]
            self.stop(f"The name of a box is wanted here, not {show(here)}.")
            raise AssertionError
        box = self.boxes.get(name.group())
        if box is None:
            box = self.boxes[name.group()] = Box(name.group(), self.at)
            if len(self.boxes) > self.limits.values:
                self.stop(f"There are more than {self.limits.values:,} boxes.")
        self.at = name.end()
        for opening, _ in _SHAPES:
            if self.text.startswith(opening, self.at):
                self.shape(box, opening)
                break
        if self.text.startswith("@{", self.at):
            end = self.text.find("}", self.at)
            if end < 0:
                self.stop("A brace is opened here and never closed.")
            label = re.search(r'label:\s{0,9}"([^"]*)"', self.text[self.at : end])
            if label is not None:
                box.label = Cell(unescaped(label.group(1)), self.at)
            self.unplaced.add("shape", "box", self.at)
            self.at = end + 1
        if self.text.startswith(":::", self.at):
            self.at += 3
            one = _NAME.match(self.text, self.at)
            if one is None:
                self.stop("The name of a class is wanted behind ':::'.")
            else:
                self.classes.setdefault(box.name, []).append(one.group())
                self.at = one.end()
        return box

    def shape(self, box: Box, opening: str) -> None:
        """The words of a box, in quotes or without; its shape is a look."""
        begin = self.at
        closings = [close for first, close in _SHAPES if first == opening]
        self.at += len(opening)
        inside = self.at
        self.spaces()
        if self.text.startswith('"', self.at):
            end = self.text.find('"', self.at + 1)
            if end < 0:
                self.stop("A quote is opened here and never closed.")
            words = self.text[self.at + 1 : end]
            self.at = end + 1
            self.spaces()
            closing = next((close for close in closings if self.text.startswith(close, self.at)), None)
            if closing is None:
                self.stop(f"{closings[0]!r} is missing behind the words of the box.")
                raise AssertionError
            self.at += len(closing)
            if len(words) > 1 and words[0] == words[-1] == "`":
                words = words[1:-1]
        else:
            line = self.text.find("\n", self.at)
            line = len(self.text) if line < 0 else line
            ends = [(at, close) for close in closings if (at := self.text.find(close, inside, line)) >= 0]
            if not ends:
                self.stop(f"{closings[0]!r} is missing: the words of a box begin here and do not end.", begin)
            end, closing = min(ends)
            words = self.text[inside:end].strip()
            self.at = end + len(closing)
        if len(words) > self.limits.text:
            self.stop(
                f"A text of {len(words):,} characters is over the limit of {self.limits.text:,}.", begin
            )
        box.label = Cell(unescaped(words), begin)
        if opening != "[":
            self.unplaced.add("shape", "box", begin)

    def arrow(self) -> tuple[int, bool, bool, Cell | None]:
        """Where it stands, whether it is seen, whether it leads back, and its words."""
        begin = self.at
        words: Cell | None = None
        whole = _ARROW.match(self.text, self.at)
        opened = _OPENED.match(self.text, self.at)
        if whole is not None and (opened is None or whole.end() - begin > 2 + len(whole.group(1) or "")):
            shown = whole.group()
            self.at = whole.end()
            kept = self.at
            self.spaces()
            if self.text.startswith("|", self.at):
                end = self.text.find("|", self.at + 1)
                line = self.text.find("\n", self.at)
                if end < 0 or 0 <= line < end:
                    self.stop("The words of an arrow are opened with '|' here and never closed.")
                words = self.words(self.text[self.at + 1 : end], self.at)
                self.at = end + 1
            else:
                self.at = kept
        elif opened is not None:
            line = self.text.find("\n", self.at)
            closed = _CLOSED[opened.group(2)].search(
                self.text, opened.end(), len(self.text) if line < 0 else line
            )
            if closed is None:
                self.stop("The words of an arrow begin here, and no arrow ends them.")
                raise AssertionError
            words = self.words(self.text[opened.end() : closed.start()], opened.end())
            shown = opened.group(1) + closed.group()
            self.at = closed.end()
        else:
            here = self.text[self.at : self.at + 20].split("\n")[0]
            self.stop(f"An arrow such as --> or the end of the line is wanted here, not {show(here)}.")
            raise AssertionError
        if shown[0] == "~":
            self.unplaced.add("style", "link", begin)
            return begin, False, False, None
        back = shown[0] == "<" and shown[-1] != ">"
        if shown[0] == "<" and shown[-1] == ">":
            self.unplaced.add("two heads", "link", begin)
        return begin, True, back, words

    def words(self, text: str, at: int) -> Cell | None:
        text = text.strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = text[1:-1]
        text = unescaped(text)
        return Cell(text, at) if text.strip() else None

    # -- the drawing

    def sheet(self) -> Sheet:
        for name, classes in self.classes.items():
            box = self.boxes.get(name)
            for one in classes:
                ours = re.match(r"dk(Aim|Primary|Secondary|Tertiary|Change|Level[0-9]{1,3})", one)
                word = f"dk-{_hyphened(ours.group(1))}" if ours else one
                kind = kind_of_words(word) or kind_of_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", one[:99]))
                if box is not None and kind is not None and box.kind is None:
                    box.kind, box.level = kind
        named = {classes[0] for classes in self.classes.values()}
        drawn = [box for box in self.boxes.values() if not self.is_ours_only(box)]
        if self.outline and any(one.startswith("dk") for one in named):
            self.name_ours(drawn)
        if self.group_names & {box.name for box in drawn if box.label is None}:
            for box in drawn:
                if box.label is None and box.name in self.group_names:
                    self.faults.add(
                        f"An arrow begins or ends at the subgraph {show(box.name)}. Draw it at the boxes in it.",
                        box.at,
                    )
        kept = {id(box) for box in drawn}
        arrows = [arrow for arrow in self.arrows if id(arrow.tail) in kept and id(arrow.head) in kept]
        return Sheet(drawn, arrows, self.title, lost=list(self.unplaced.told()))

    def is_ours_only(self, box: Box) -> bool:
        """A box of the legend or the title of our own drawings, which stands for nothing."""
        return self.classes.get(box.name, [""])[0] in ("dkKey", "dkTitle")

    def name_ours(self, boxes: list[Box]) -> None:
        """The ids and whole texts of our own drawing, from its description for whoever cannot see it."""
        left: dict[str, list[str]] = {}
        for id, words in reversed(self.outline):
            # What is laid over a box stands behind its words, in brackets; the words may have brackets of their own.
            ends = [found.start() for found in re.finditer(r" \[", words)] if words.endswith("]") else []
            for end in (len(words), *ends[-_MOST_BRACKETS:]):
                left.setdefault(words[:end], []).append(id)
        used: set[str] = set()

        def next_of(words: str) -> str | None:
            ids = left.get(words, [])
            while ids and ids[-1] in used:
                ids.pop()
            return ids[-1] if ids else None

        for box in boxes:
            words = box.label.text if box.label is not None else ""
            lines = words.split("\n")
            for count in range(len(lines), 0, -1):
                shown = " ".join(" ".join(lines[:count]).split())
                name = next_of("\n".join(lines[:count])) or next_of(shown)
                if name is not None:
                    used.add(name)
                    box.id = Cell(name, box.at)
                    box.label = Cell("\n".join(lines[:count]), box.at)
                    break
        if self.title is not None:
            self.title = Cell(self.title.text.split(" · ")[0], self.title.at)


_MOST_BRACKETS = 12  # a file of a stranger may have more than anybody looks behind


def _hyphened(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[0-9])", "-", name.lower())


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group()


def unescaped(text: str) -> str:
    """The words of a label as Mermaid shows them: ``#35;`` and ``#amp;`` are characters, ``<br>`` a new line."""

    def one(match: re.Match[str]) -> str:
        number, name = match.groups()
        if number is not None:
            code = int(number)
            return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group()
        return unescape(f"&{name};")

    return _ENTITY.sub(one, _BREAK.sub("\n", text))


def loads_mermaid(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from a Mermaid flowchart.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        parser = _Parser(text, faults, limits)
        parser.read()
        sheet = parser.sheet()
        return None if len(faults) else theory_from(sheet, faults, format="mermaid")

    return theory_in(text, file, limits, read, empty="The file is empty.")


MERMAID = Format(
    name="mermaid",
    suffixes=(".mmd", ".mermaid"),
    description="A flowchart in Mermaid, as people write it in READMEs and wikis; only read (`driverkit render` writes it).",
    holds="boxes, arrows and their words; what is an aim, a driver or a change idea is concluded where it is not said",
    loads=loads_mermaid,
)
