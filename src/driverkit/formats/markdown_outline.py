r"""Markdown outlines read and written: lines to nodes and back.

``# aim``, ``## primary driver``, ``### secondary driver``; list items are change ideas of the heading
above. ``{#S1}`` at the end of a line is the id, ``[S2]`` there a further node that it contributes to.
Paragraphs are detail, quoted lines (``> Owner: Kim``) fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from attrs import Factory, define

from driverkit.errors import FormatError
from driverkit.formats.branches import FIELDS, Branch, branches, fields_for, held, level_by_level, title_from
from driverkit.formats.limits import Limits
from driverkit.formats.markdown_lines import Piece, TooDeep, Words, pieces, split_lines
from driverkit.formats.markdown_text import plain, verbatim
from driverkit.formats.sketch import Cell, Parent, Sketched, give_ids, theory_of
from driverkit.formats.text import scan
from driverkit.formats.tree import Enough, Faults, Scalar
from driverkit.formats.yaml_write import written_number
from driverkit.model import Contribution, Origin, Theory
from driverkit.model.values import ID_PATTERN

__all__ = [
    "DEEPEST_HEADING",
    "MARK",
    "UNLINKED",
    "Entry",
    "Fact",
    "Outline",
    "block_of",
    "detail_lines",
    "dumps_markdown",
    "entries_of",
    "loads_markdown",
    "read_outline",
    "remarks_of",
]

DEEPEST_HEADING = 6
UNLINKED = "Not linked to an aim:"

MARK = re.compile(rf"(?:\{{#([^{{}}\s\\]*)\}}|\[({ID_PATTERN})\])\Z")
_ID_INSIDE = re.compile(rf"(?<!\\)\{{#{ID_PATTERN}\}}")
_BOLD = re.compile(r"\*\*((?:[^*\\]|\\.|\*(?!\*))+)\*\*\Z", re.DOTALL)
_WORDS = {field.word.lower(): field for field in FIELDS}
_REMARK = re.compile(
    rf"(?:({'|'.join(field.word for field in FIELDS)})|Link to ({ID_PATTERN})( because)?|(Also)):[ \n](.*)\Z",
    re.DOTALL | re.IGNORECASE,
)
_SAID = re.compile(r"(?:(strong|moderate|weak)(?:; |\Z))?(?:only where (.+))?\Z", re.DOTALL)


@define
class Fact:
    """A quoted line: a field of the node above it, or something about one of its links.

    Attributes:
        key: the name of the field; for a link ``because`` or ``said``.
        value: what it says.
        to: the effect of the link that it is about.
        first: its first line, counted from 0.
        last: the line after it.
        piece: the quotation that it stands in.
    """

    key: str
    value: Cell
    first: int
    last: int
    piece: Piece
    to: str | None = None


@define(eq=False)
class Entry:
    """A node and the lines that tell of it.

    Attributes:
        node: what they tell.
        head: its heading or item.
        level: the level of the heading; 0 for an item.
        depth: how deep it stands in the tree of the theory.
        above: what it stands below.
        written_id: whether its id is written.
        words: how many characters of the line are its words; what follows is brackets and id.
        refs: what its brackets name.
        facts: the quoted lines below it.
        detail: the paragraphs below it.
    """

    node: Sketched
    head: Piece
    level: int
    depth: int
    above: Entry | None = None
    written_id: bool = False
    refs: list[Cell] = Factory(list)
    facts: list[Fact] = Factory(list)
    detail: list[Piece] = Factory(list)
    words: int = 0


class Outline:
    """An outline that was read: its nodes with their lines, and what is said of the whole."""

    def __init__(self, text: str, faults: Faults) -> None:
        self.text = text
        self.faults = faults
        self.lost = Faults(text, faults.file, faults.limits)
        self.guessed = Faults(text, faults.file, faults.limits)
        self.lines = split_lines(text)
        self.entries: list[Entry] = []
        self.title: Cell | None = None
        self.title_lines: tuple[int, int] | None = None
        self.title_bold = False
        self.front = 0
        self.comments = 0
        self.stack: list[Entry] = []
        self.items: dict[int, Entry] = {}
        self.last_item: Entry | None = None
        self.deep: dict[str, Entry] = {}
        self.pieces: list[Piece] = []
        self.unlinked: Piece | None = None
        self.loose: list[Entry] = []
        self.also: list[tuple[Entry, Fact]] = []

    # -- telling

    def note(self, message: str, at: int, where: Faults) -> None:
        """Tell something that is no fault; where there is too much of it, the rest is left unsaid."""
        with suppress(Enough):
            where.add(message, at)

    def left_out(self, what: str, at: int) -> None:
        """Tell of something that a theory has no place for."""
        self.note(f"{what} and is left out. A theory has no place for it.", at, self.lost)

    def cell(self, source: str, at: int) -> Cell:
        """A text with its place, held to the limit."""
        if len(source) > self.faults.limits.text:
            self.faults.add(
                f"A text of {len(source):,} characters is over the limit of {self.faults.limits.text:,}.", at
            )
        return Cell(plain(source), at)

    # -- reading

    def read(self) -> None:
        """Read it all; every fault is told."""
        if not self.text.strip():
            self.faults.add("The file is empty. Write an aim: a line such as '# Fewer falls'.", 0)
            return
        self.front_matter()
        try:
            found = pieces(self.lines, self.front, self.faults.limits.depth)
        except TooDeep as error:
            self.faults.add(f"Lists are nested more than {self.faults.limits.depth} deep.", error.args[0])
            return
        self.pieces = found
        for piece in found:
            getattr(self, "on_" + piece.kind)(piece)
            if len(self.entries) > self.faults.limits.values:
                self.faults.add(f"There are more than {self.faults.limits.values:,} nodes.", piece.at)
                return
        if not self.entries and self.title is None and not len(self.faults):
            self.faults.add(
                "There is neither a heading nor a list item. Write an aim: a line such as '# Fewer falls'.", 0
            )
        self.finish()

    def front_matter(self) -> None:
        """The lines between ``---`` at the top."""
        if not self.lines or self.lines[0][0].rstrip() != "---":
            return
        ends = [n for n, (line, _) in enumerate(self.lines) if n and line.rstrip() in ("---", "...")]
        if not ends:
            return
        self.front = ends[0] + 1
        for number in range(1, ends[0]):
            line, at = self.lines[number]
            key, colon, value = line.partition(":")
            value = value.strip(" \t")
            if not line.strip() or line.lstrip().startswith("#"):
                self.comments += bool(line.strip())
            elif key == "title" and colon and value:
                if self.title is not None:
                    self.faults.add("The title is given twice. Keep one of the two.", at)
                if value[0] == value[-1] and value[0] in "'\"" and len(value) > 2:
                    value = value[1:-1]
                place = at + line.find(value, len(key))
                self.title = Cell(value, place)
                self.title_lines = (number, number + 1)
            else:
                self.left_out("Of the lines between '---' only a title is read; this is another", at)

    def on_heading(self, piece: Piece) -> None:
        """An aim or a driver."""
        if piece.inside:
            self.faults.add("A heading stands inside a list item. Put it at the start of a line.", piece.at)
            return
        level = piece.level
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()
        above = self.stack[-1] if self.stack else None
        node = Sketched("aim" if level == 1 else "driver", None, piece.at)
        entry = self.entry(node, piece, level, "heading")
        if level < DEEPEST_HEADING:
            self.deep.clear()
        elif entry.refs and entry.refs[0].text in self.deep:
            above = self.deep[entry.refs[0].text]
            self.hang(entry, above, written=True)
            self.remember(entry)
            return
        if level == 1:
            self.unlinked = None
        self.hang(entry, above)
        if level > (above.level + 1 if above else 2):
            node.fields["level"] = Scalar(str(level - 1), piece.at, piece.at, "")
            below = f"contributes straight to {_short(above)}" if above else "contributes to nothing yet"
            self.note(
                f"The heading skips a level: it is read as a driver of level {level - 1} that {below}.",
                piece.at,
                self.guessed,
            )
        self.stack.append(entry)
        self.remember(entry)

    def remember(self, entry: Entry) -> None:
        """Let what follows stand below a heading."""
        self.last_item = None
        self.items.clear()
        if entry.level == DEEPEST_HEADING and entry.node.id is not None:
            self.deep[entry.node.id.text] = entry
        if entry.level == DEEPEST_HEADING and self.stack and self.stack[-1] is not entry:
            if self.stack[-1].level == DEEPEST_HEADING:
                self.stack.pop()
            self.stack.append(entry)

    def on_item(self, piece: Piece) -> None:
        """A change idea."""
        if not piece.parts:
            self.faults.add("The list item has no words. Write them, or take it out.", piece.at)
            return
        node = Sketched("change", None, piece.at)
        above = self.stack[-1] if self.stack else None
        entry = self.entry(node, piece, 0, "list item")
        self.hang(entry, above)
        if piece.inside:
            of = f"of {_short(above)}" if above else "like the item above it"
            self.note(
                f"The item stands inside another; it is read as a change idea {of}.", piece.at, self.guessed
            )
        if piece.ticked:
            node.fields["status"] = Cell("adopted", piece.at)
            self.note("The box is ticked: the change idea is read as adopted.", piece.at, self.guessed)
        self.items[id(piece)] = entry
        self.last_item = entry

    def entry(self, node: Sketched, piece: Piece, level: int, what: str) -> Entry:
        """A node of a line: its words, and the id and the brackets at its end."""
        words = piece.words
        raw = words.raw.rstrip(" \t\n")
        refs: list[Cell] = []
        while mark := MARK.search(raw):
            if mark.start() and raw[mark.start() - 1] not in " \t\n":
                break
            at = words.at(mark.start())
            if mark[2]:
                refs.insert(0, Cell(mark[2], at))
            elif node.id is None:
                node.id = Cell(mark[1], at + 2)
            else:
                self.faults.add("There are two ids at the end of the line. Keep one of the two.", at)
            raw = raw[: mark.start()].rstrip(" \t\n")
        if not raw:
            self.faults.add(f"The {what} has no words. Write them, or take it out.", piece.at)
            raw = "-"
        elif inside := _ID_INSIDE.search(raw):
            self.faults.add(
                f"The id {inside.group()} stands in the middle of the text. Put it at the end; "
                f"if it is part of the text, write \\{inside.group()}.",
                words.at(inside.start()),
            )
        node.text = self.cell(raw, words.at(0))
        made = Entry(node, piece, level, 0, written_id=node.id is not None, refs=refs, words=len(raw))
        self.entries.append(made)
        return made

    def hang(self, entry: Entry, above: Entry | None, *, written: bool = False) -> None:
        """Put a node below another, or below nothing."""
        node = entry.node
        entry.above = above
        entry.depth = 0 if node.kind == "aim" else above.depth + 1 if above else 1
        node.level = entry.depth
        if node.kind == "aim":
            entry.above = None
        elif above is not None and not written:
            node.parents.append(Parent(above.node, entry.head.at))
        elif above is None:
            self.loose.append(entry)
        node.parents += [Parent(ref.text, ref.at + 1) for ref in entry.refs]

    def below(self, piece: Piece) -> Entry | None:
        """The node that some lines belong to."""
        for item in reversed(piece.inside):
            if id(item) in self.items:
                return self.items[id(item)]
        if piece.inside or self.last_item is not None or not self.stack:
            return None
        return self.stack[-1]

    def on_words(self, piece: Piece) -> None:
        """A paragraph: the detail of the node above, or the title."""
        entry = self.below(piece)
        words = piece.words
        if entry is not None:
            entry.detail.append(piece)
        elif not self.entries and self.title is None and (bold := _BOLD.match(words.raw)):
            self.title = self.cell(bold[1], words.at(2))
            self.title_lines = (piece.first, piece.last)
            self.title_bold = True
        else:
            where = "after the items" if self.entries else "above the outline"
            self.left_out(f"This text stands {where}", piece.at)

    def on_quote(self, piece: Piece) -> None:
        """Quoted lines: fields of the node above."""
        entry = self.below(piece)
        for words, first, last in _remarks(piece):
            text = plain(re.sub(r":[ \t]+", ": ", words.raw, count=1))
            if text == UNLINKED and not piece.inside:
                self.stack.clear()
                self.last_item = None
                self.items.clear()
                self.unlinked = piece
                entry = None
                continue
            found = _REMARK.match(text) if entry is not None else None
            if entry is None or found is None or not self.fact(entry, found, words, first, last, piece):
                self.left_out("This remark says nothing that is known here", words.at(0))

    def fact(
        self, entry: Entry, found: re.Match[str], words: Words, first: int, last: int, piece: Piece
    ) -> bool:
        """Take in what a quoted line says; whether it could be."""
        word, to, because, also, said = found.groups()
        at = words.at(0)
        value = Cell(said, at)
        if len(said) > self.faults.limits.text:
            self.cell(said, at)
        if also:
            self.also.append((entry, Fact("also", value, first, last, piece)))
            return True
        if to:
            if not because and (not said or not _SAID.match(said)):
                return False
            entry.facts.append(Fact("because" if because else "said", value, first, last, piece, to))
            return True
        field = _WORDS[word.lower()]
        node = entry.node
        if node.kind not in field.kinds:
            return False
        given = [fact for fact in entry.facts if fact.key == field.name]
        if given and not field.many:
            self.faults.add(f"'{field.word}' is said twice of one node. Keep one of the two.", at)
            return True
        entry.facts.append(Fact(field.name, value, first, last, piece))
        if field.many:
            several = node.fields.setdefault(field.name, [])
            assert isinstance(several, list)
            several.append(value)
        elif field.number and re.match(r"[-+.0-9]", said):
            node.fields[field.name] = Scalar(said, at, at, "")
        else:
            node.fields[field.name] = value
        return True

    def on_rule(self, piece: Piece) -> None:
        """A line across says nothing."""

    def on_code(self, piece: Piece) -> None:
        """A block of code is no part of a theory."""
        if not piece.closed:
            self.faults.add("A block of code is opened here and never closed.", piece.at)
        self.left_out("This is a block of code", piece.at)

    def on_indented(self, piece: Piece) -> None:
        """Code by its indentation is none either."""
        self.left_out("This is indented by four blanks, which makes it code in Markdown,", piece.at)

    def on_comment(self, piece: Piece) -> None:
        """A comment is kept in the file, and no part of the theory."""
        self.comments += piece.last - piece.first
        if not piece.closed:
            self.faults.add("A comment is opened here and never closed.", piece.at)

    # -- what is known only at the end

    def finish(self) -> None:
        """Say what is known only at the end: ids, levels, links."""
        for entry in self.entries:
            if entry.detail:
                text = "\n\n".join(plain(piece.words.raw) for piece in entry.detail)
                entry.node.fields["detail"] = Cell(text, entry.detail[0].at)
                if len(text) > self.faults.limits.text:
                    self.cell(text, entry.detail[0].at)
        nodes = [entry.node for entry in self.entries]
        give_ids(nodes)
        known = {node.id.text: node for node in nodes if node.id is not None}
        aims = [node for node in nodes if node.kind == "aim"]
        for entry in self.entries:
            self.links(entry, known)
        for entry in self.loose:
            node = entry.node
            if not node.parents and node.kind == "driver" and self.unlinked is not None and len(aims) == 1:
                if "level" not in node.fields:
                    node.fields["level"] = Scalar("2", entry.head.at, entry.head.at, "")
                    message = (
                        "It leads to no aim; as its level is not said, it is read as a driver of level 2."
                    )
                    self.note(message, entry.head.at, self.guessed)
            elif not node.parents and aims and self.unlinked is None:
                implied = node.kind == "driver" and len(aims) == 1 and "level" not in node.fields
                to = "taken to contribute to the only aim" if implied else "linked to nothing"
                self.note(f"It stands below no heading and is {to}.", entry.head.at, self.guessed)
        for entry, fact in self.also:
            self.also_said(entry, fact, known)

    def links(self, entry: Entry, known: dict[str, Sketched]) -> None:
        """What a node contributes to, and what is said of each link."""
        node = entry.node
        for ref in entry.refs:
            if ref.text not in known:
                self.faults.add(
                    f"No node has the id {ref.text!r}. Write it at the end of its line, {{#{ref.text}}}; if the "
                    f"brackets are part of the text, write \\[{ref.text}\\].",
                    ref.at,
                )
        # Where the brackets name what stands above too, they name all there is, in their order.
        if entry.above is not None and node.parents and node.parents[0].to is entry.above.node:
            above = entry.above.node.id
            if above is not None and any(ref.text == above.text for ref in entry.refs):
                del node.parents[0]
        by_id: dict[str, Parent] = {}
        for parent in node.parents:
            to = parent.to if isinstance(parent.to, str) else parent.to.id.text if parent.to.id else ""
            by_id.setdefault(to, parent)
        node.parents = [p for p in node.parents if not isinstance(p.to, str) or p.to in known]
        for fact in entry.facts:
            if fact.to is None:
                continue
            link = by_id.get(fact.to)
            if link is None:
                self.faults.add(
                    f"This speaks of a link to {fact.to!r}, which is not there. Write [{fact.to}] at the end of the "
                    "heading or item, or take this line out.",
                    fact.value.at,
                )
            elif fact.key == "because":
                self.once(link, "because", fact.value)
            else:
                self.say(link, fact.value)

    def say(self, link: Parent, said: Cell) -> None:
        """Take in the strength and the condition of a link."""
        found = _SAID.match(said.text)
        if found is not None and found[1]:
            self.once(link, "strength", Cell(found[1], said.at))
        if found is not None and found[2]:
            self.once(link, "only_where", Cell(found[2], said.at))

    def once(self, link: Parent, name: str, value: Cell) -> None:
        """Take in one thing about a link, unless it is told otherwise already."""
        if name in link.fields and link.fields[name].text != value.text:
            self.faults.add("Two things are said of one link. Keep one of the two.", value.at)
        link.fields[name] = value

    def also_said(self, entry: Entry, fact: Fact, known: dict[str, Sketched]) -> None:
        """``Also: S2 its text (strong)``: what is said of a link of another node to this one."""
        id, _, rest = fact.value.text.partition(" ")
        other = known.get(id)
        here = entry.node.id.text if entry.node.id is not None else ""
        for parent in other.parents if other is not None else ():
            if parent.to == here and other is not None and other.text is not None:
                said = rest.removeprefix(other.text.text)
                if len(said) == len(rest) and rest:
                    break
                words = said.removeprefix(" (").removesuffix(")")
                if said and (not said.startswith(" (") or not _SAID.match(words)):
                    break
                self.say(parent, Cell(words, fact.value.at))
                return
        self.left_out("This remark says nothing that is known here", fact.value.at)


def _short(entry: Entry | None) -> str:
    text = entry.node.text.text if entry is not None and entry.node.text is not None else ""
    return repr(text if len(text) < 40 else text[:39] + "…")


def _remarks(piece: Piece) -> Iterator[tuple[Words, int, int]]:
    """The quoted lines of a quotation: each begins with a known word, or after a line that is broken off."""
    parts: list[tuple[str, int]] = []
    begin = piece.first
    for number, (part, at) in enumerate(piece.parts, piece.first):
        text = part.rstrip(" \t")
        if parts and (not text or _REMARK.match(plain(text) + "\n")):
            yield Words.of(parts), begin, number
            parts = []
        if not text:
            continue
        broken = (len(text) - len(text.rstrip("\\"))) % 2 and number + 1 < piece.last
        if not parts:
            begin = number
        parts.append((text[:-1] if broken else text, at))
        if broken:
            yield Words.of(parts), begin, number + 1
            parts = []
    if parts:
        yield Words.of(parts), begin, piece.last


def read_outline(text: str, file: str | None, limits: Limits) -> tuple[Outline, Theory]:
    """The outline with its lines, and the theory that it tells.

    Raises:
        FormatError: with every fault and its place.
    """
    faults = Faults(text, file, limits)
    theory = None
    outline = Outline(text, faults)
    with suppress(Enough):
        scan(text, faults)
        if len(faults):
            raise FormatError(faults)
        outline.read()
        depths = {id(entry.node): entry.depth for entry in outline.entries}
        nodes = level_by_level([entry.node for entry in outline.entries], depths)
        title = outline.title
        if title is None:
            title = Cell(title_from(file), 0)
            outline.note(
                f"There is no title; it is called {title.text!r}. A line **in bold** above the first heading says it.",
                0,
                outline.guessed,
            )
        origin = Origin(
            file,
            format="md",
            comments=outline.comments,
            lost=tuple(outline.lost),
            guessed=tuple(outline.guessed),
        )
        theory = theory_of(nodes, faults, title=title, origin=origin)
    if theory is None or len(faults):
        raise FormatError(faults)
    return outline, theory


def loads_markdown(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from a Markdown outline.

    Raises:
        FormatError: with every fault and its place.
    """
    return read_outline(text, file, limits)[1]


# -------------------------------------------------------------------------------------------- writing


def remarks_of(node: Any, kind: str, entries: tuple[Contribution, ...]) -> list[tuple[str, str]]:
    """What is said of a node in quoted lines: the key of each, and the line."""
    found = []
    for field in fields_for(kind):
        for value in held(node, field):
            said = written_number(value) if field.number else str(value)
            found.append((field.name, f"{field.word}: {said}"))
    for entry in entries:
        condition = f"only where {entry.only_where}" if entry.only_where else None
        said = "; ".join(word for word in (entry.strength, condition) if word)
        if said:
            found.append((f"said {entry.to}", f"Link to {entry.to}: {said}"))
        if entry.because:
            found.append((f"because {entry.to}", f"Link to {entry.to} because: {entry.because}"))
    return found


def quoted(remarks: list[str], indent: str = "") -> list[str]:
    """Quoted lines, each on a line of its own in a page that is made of them too."""
    last = len(remarks) - 1
    return [f"{indent}> {verbatim(one)}" + ("\\" if i < last else "") for i, one in enumerate(remarks)]


def detail_lines(detail: str | None, indent: str = "") -> list[str]:
    """Paragraphs, with an empty line between each two of them."""
    if detail is None:
        return []
    paragraphs = [paragraph.split("\n") for paragraph in detail.split("\n\n")]
    if any(not line.strip() for paragraph in paragraphs for line in paragraph):
        return [indent + verbatim(detail)]
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += [""] if lines else []
        lines += [f"{indent}{verbatim(line)}\\" for line in paragraph[:-1]]
        lines.append(indent + verbatim(paragraph[-1]))
    return lines


def entries_of(branch: Branch) -> tuple[Contribution, ...]:
    """Every link of a node, that to what it stands below first."""
    return ((branch.entry,) if branch.entry is not None else ()) + branch.further


def marks_of(branch: Branch, level: int) -> str:
    """What stands at the end of the line of a node: its further links and its id."""
    named = branch.further
    if branch.kind == "driver" and (
        level > DEEPEST_HEADING or (level == DEEPEST_HEADING and branch.further and branch.entry)
    ):
        named = entries_of(branch)
    return "".join(f" [{entry.to}]" for entry in named) + f" {{#{branch.node.id}}}"


def block_of(branch: Branch, level: int | None = None, bullet: str = "- ") -> list[str]:
    """The lines of one node, as a heading of a level or an item with a bullet."""
    node = branch.node
    item = branch.kind == "change"
    level = branch.depth + 1 if level is None else level
    lead = bullet if item else "#" * min(level, DEEPEST_HEADING) + " "
    indent = " " * len(bullet) if item else ""
    lines = [lead + verbatim(node.text) + marks_of(branch, level)]
    remarks = quoted([one for _, one in remarks_of(node, branch.kind, entries_of(branch))], indent)
    for part in (detail_lines(node.detail, indent), remarks):
        if part:
            lines += part if item and len(lines) == 1 and part is remarks else ["", *part]
    return lines


def dumps_markdown(theory: Theory) -> str:
    """A theory as a Markdown outline."""
    roots = branches(theory)
    out = [f"**{verbatim(theory.title)}**"]
    has_aims = any(root.kind == "aim" for root in roots)
    unlinked = False
    for root in roots:
        if root.kind != "aim" and has_aims and not unlinked:
            unlinked = True
            out += ["", "---", "", f"> {UNLINKED}"]
        before = root
        for branch in root.all():
            between = branch.kind != "change" or before.kind != "change"
            if branch is root:
                between = branch.kind != "change" or not out[-1].startswith(("- ", "  "))
            out += [""] * between + block_of(branch)
            before = branch
    return "\n".join(out) + "\n"
