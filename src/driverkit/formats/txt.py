"""Plain indented text: what people type into a mail, or paste from a mind map or a word processor."""

from __future__ import annotations

import re
from contextlib import suppress

from attrs import Factory, define

from driverkit.formats.branches import Branch, branches, level_by_level, title_from
from driverkit.formats.limits import Limits
from driverkit.formats.markdown_lines import split_lines
from driverkit.formats.markdown_outline import MARK, UNLINKED
from driverkit.formats.markdown_text import plain
from driverkit.formats.record import Format
from driverkit.formats.sketch import Cell, Parent, Sketched, give_ids, theory_of
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Enough, Faults, Scalar
from driverkit.model import Origin, Theory

__all__ = ["TXT", "dumps_txt", "loads_txt"]

NESTED = 12
"""So many levels are written inside each other; what lies deeper stands at the end and names what it hangs on."""

_BULLET = re.compile(r"(?:[-*+•‣▪▫◦●○·–o]|[0-9]{1,9}[.)])[ \t\u00a0]+(?=\S)")
_TITLE = re.compile(r"title:[ \t]*(.*)\Z", re.IGNORECASE)
_DRAWN = re.compile(r"[ \t│]*[├└]─")


@define(eq=False)
class Line:
    """A line with words on it: how far in it stands, whether it has a bullet, and its node."""

    node: Sketched
    indent: int
    bullet: bool
    above: Line | None = None
    below: list[Line] = Factory(list)
    refs: list[Cell] = Factory(list)
    depth: int = 0
    unlinked: bool = False


class _Reader:
    def __init__(self, text: str, faults: Faults) -> None:
        self.text = text
        self.faults = faults
        self.guessed = Faults(text, faults.file, faults.limits)
        self.lines: list[Line] = []
        self.title: Cell | None = None
        self.blank = ""  # a blank or a tab: what the lines are indented with

    def guess(self, message: str, at: int) -> None:
        with suppress(Enough):
            self.guessed.add(message, at)

    def read(self) -> None:
        stack: list[Line] = []
        for source, at in split_lines(self.text):
            words = source.strip(" \t")
            if not words:
                continue
            if _DRAWN.match(source):
                self.faults.add(
                    "This is a tree as 'driverkit render' draws it, which leaves things out. "
                    "Read the theory file itself, or draw it as .md, which can be read.",
                    at,
                )
                return
            indent = len(source) - len(source.lstrip(" \t"))
            title = _TITLE.match(words)
            if title and not indent and not self.lines and self.title is None:
                self.title = Cell(plain(title[1]), at + len(source) - len(title[1]))
                continue
            if not self.even(source[:indent], at):
                continue
            self.line(words, indent, at + indent, stack)
            if len(self.lines) > self.faults.limits.values:
                self.faults.add(f"There are more than {self.faults.limits.values:,} nodes.", at)
                return

    def even(self, blanks: str, at: int) -> bool:
        """Whether a line is indented with the same as the lines before it."""
        if blanks and not self.blank:
            self.blank = blanks[0]
        for n, blank in enumerate(blanks):
            if blank != self.blank:
                tab = (
                    "a tab, the lines above with blanks"
                    if blank == "\t"
                    else "a blank, the lines above with tabs"
                )
                self.faults.add(f"This line is indented with {tab}. Use one of the two.", at + n)
                return False
        return True

    def line(self, words: str, indent: int, at: int, stack: list[Line]) -> None:
        bullet = _BULLET.match(words)
        if bullet:
            words, at = words[bullet.end() :], at + bullet.end()
        node = Sketched("", None, at)
        line = Line(node, indent, bullet is not None)
        while mark := MARK.search(words):
            if mark.start() and words[mark.start() - 1] not in " \t":
                break
            if mark[2]:
                line.refs.insert(0, Cell(mark[2], at + mark.start()))
            elif node.id is None:
                node.id = Cell(mark[1], at + mark.start() + 2)
            else:
                self.faults.add(
                    "There are two ids at the end of the line. Keep one of the two.", at + mark.start()
                )
            words = words[: mark.start()].rstrip(" \t")
        if not words:
            self.faults.add("There is an id and no words. Write them, or take the line out.", at)
            words = "-"
        if len(words) > self.faults.limits.text:
            self.faults.add(
                f"A text of {len(words):,} characters is over the limit of {self.faults.limits.text:,}.", at
            )
        node.text = Cell(plain(words), at)
        line.unlinked = words == UNLINKED and not indent
        left = None
        while stack and (
            stack[-1].indent > indent
            or (stack[-1].indent == indent and (stack[-1].bullet or not line.bullet))
        ):
            left = stack.pop()
        if left is not None and left.indent > indent and not any(s.indent == indent for s in [*stack, left]):
            known = {s.indent for s in self.lines}
            if indent not in known:
                self.faults.add(
                    "This line is not as far in as any line above it. Move it below the one it belongs to.",
                    at,
                )
        line.above = stack[-1] if stack else None
        if line.above is not None:
            line.above.below.append(line)
            line.depth = line.above.depth + 1
        if len(stack) >= self.faults.limits.depth:
            self.faults.add(f"Lines are indented more than {self.faults.limits.depth} deep.", at)
            raise Enough
        stack.append(line)
        self.lines.append(line)

    def nodes(self) -> list[Sketched]:
        """The nodes: their kinds by where they stand, and what they hang on."""
        lines = [line for line in self.lines if not line.unlinked]
        marked = any(line.bullet and not line.below and line.depth for line in lines)
        named = any(line.node.id is not None for line in lines)
        concluded = None
        for line in lines:
            node = line.node
            leaf = line.bullet if marked or named else line.depth > 1
            idea = line.depth > 0 and not line.below and leaf
            node.kind = "aim" if line.depth == 0 else "change" if idea else "driver"
            if line.depth and not (marked or named):
                concluded = concluded or line
            elif line.bullet and line.below and line.depth:
                self.guess("Something stands inside this item, so it is read as a driver.", node.at)
        if concluded is not None:
            self.guess(
                "No line says what is a change idea: what nothing stands inside is read as one, from the third level on. "
                "A bullet ('- ') before a line says it.",
                concluded.node.at,
            )
        give_ids_of = []
        levels: dict[str, int] = {}
        for line in lines:
            node = line.node
            above = line.above if line.above is not None and not line.above.unlinked else None
            if above is not None:
                node.parents.append(Parent(above.node, node.at))
            node.parents += [Parent(ref.text, ref.at + 1) for ref in line.refs]
            first = str(line.refs[0].text) if line.refs else ""
            node.level = (
                0 if line.depth == 0 else (above.node.level or 0) + 1 if above else levels.get(first, 0) + 1
            )
            if node.id is not None:
                levels[node.id.text] = node.level
            give_ids_of.append(node)
        give_ids(give_ids_of)
        known = {node.id.text for node in give_ids_of if node.id is not None}
        aims = [node for node in give_ids_of if node.kind == "aim"]
        for line in lines:
            for ref in line.refs:
                if ref.text not in known:
                    self.faults.add(
                        f"No line has the id {ref.text!r}. Write it at the end of its line, {{#{ref.text}}}; if the "
                        f"brackets are part of the text, write \\[{ref.text}\\].",
                        ref.at,
                    )
            node = line.node
            node.parents = [p for p in node.parents if not isinstance(p.to, str) or p.to in known]
            if node.kind == "driver" and not node.parents and not line.refs and len(aims) == 1:
                node.fields["level"] = Scalar("2", node.at, node.at, "")
                self.guess(
                    "It leads to no aim; as its level is not said, it is read as a driver of level 2.",
                    node.at,
                )
        return give_ids_of


def loads_txt(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from indented text.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        reader = _Reader(text, faults)
        reader.read()
        if not reader.lines and reader.title is None and not len(faults):
            faults.add("The file is empty. Write an aim, and below it, further in, what drives it.", 0)
        nodes = reader.nodes()
        title = reader.title
        if title is None:
            title = Cell(title_from(file), 0)
            reader.guess(
                f"There is no title; it is called {title.text!r}. A first line 'Title: …' says it.", 0
            )
        depths = {id(node): node.level or 0 for node in nodes}
        origin = Origin(file, format="txt", guessed=tuple(reader.guessed))
        return theory_of(level_by_level(nodes, depths), faults, title=title, origin=origin)

    return theory_in(text, file, limits, read)


# -------------------------------------------------------------------------------------------- writing

_CODED = re.compile(
    r"[\t\n\u2028\u2029]|\A\s+|\s+\Z|\A[^\x00-\x7f]|(?<=\Atitle):|\A[A-Za-z](?=[ \t\u00a0])", re.IGNORECASE
)


def _written(text: str) -> str:
    """A text on one line, so that it comes back."""
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~]|\Z)|&(?=[#A-Za-z])|[\]}](?=\Z)", r"\\\g<0>", text)
    text = re.sub(r"\A(?:[-*+]|([0-9]{1,9})(?=[.)]))", lambda m: m[1] + "\\" if m[1] else "\\" + m[0], text)

    def coded(found: re.Match[str]) -> str:
        one = found.group()
        if one.isascii() and one.isalpha() and one != "o":
            return one
        return "".join(f"&#{ord(char)};" for char in one)

    text = _CODED.sub(coded, text)
    return text.replace(UNLINKED, "Not linked to an aim\\:") if text == UNLINKED else text


def dumps_txt(theory: Theory) -> str:
    """A theory as indented text: aims, drivers and change ideas with their links."""
    roots = branches(theory)
    out = [f"Title: {_written(theory.title)}"]
    loose = [root for root in roots if root.kind != "aim"]
    waiting: list[tuple[Branch, int, bool]] = [(r, 0, True) for r in reversed(roots) if r.kind == "aim"]
    while waiting or loose:
        if not waiting:
            # Change ideas first: below a driver they would be its own.
            loose.sort(key=lambda branch: branch.kind)
            out += ["", UNLINKED]
            waiting, loose = [(branch, 1, False) for branch in reversed(loose)], []
        branch, depth, inside = waiting.pop()
        around = () if inside or branch.entry is None else (branch.entry,)
        marks = "".join(f" [{entry.to}]" for entry in around + branch.further) + f" {{#{branch.node.id}}}"
        bullet = "- " if branch.kind == "change" else ""
        out += [""] * (depth == 0)
        out.append("  " * depth + bullet + _written(branch.node.text) + marks)
        below = [*branch.ideas, *branch.drivers]
        if depth >= NESTED:
            loose += below
        else:
            waiting += [(one, depth + 1, True) for one in reversed(below)]
    return "\n".join(out) + "\n"


TXT = Format(
    name="txt",
    suffixes=(".txt",),
    description="Indented text, as it is typed into a mail or pasted from a mind map.",
    holds="title, aims, drivers and change ideas, and which contributes to which",
    loads=loads_txt,
    dumps=dumps_txt,
    orders=True,
)
