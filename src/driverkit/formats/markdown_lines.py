"""Markdown as pieces: which lines are a heading, an item, a quotation, words, or something else.

A reader of its own, line by line, as every fault needs a place and a save changes single lines; it
sees the headings and the items that CommonMark sees. What stands inside a line is not looked at here.
"""

from __future__ import annotations

import re

from attrs import Factory, define

__all__ = ["Piece", "TooDeep", "Words", "pieces", "split_lines"]

_EOL = re.compile("\r\n|\r|\n")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_BULLET = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_BOX = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_TAB = 4


@define
class Words:
    """Words that may go over several lines, put together, with the offset of each of their characters.

    The end of a line is a blank, or a line break where a backslash or two blanks stand before it.
    """

    raw: str = ""
    _starts: list[tuple[int, int]] = Factory(list)

    @classmethod
    def of(cls, parts: list[tuple[str, int]]) -> Words:
        """The words of lines, each with its offset."""
        made = cls()
        done = []
        length = 0
        for number, (part, at) in enumerate(parts):
            made._starts.append((length, at))
            text = part.rstrip(" \t")
            if number < len(parts) - 1:
                slashes = len(text) - len(text.rstrip("\\"))
                if slashes % 2:
                    text = text[:-1] + "\n"
                else:
                    text += "\n" if part.endswith("  ") else " "
            done.append(text)
            length += len(text)
        made.raw = "".join(done)
        return made

    def at(self, position: int) -> int:
        """The offset in the file of a position in the words."""
        found = 0
        for start, offset in self._starts:
            if start > position:
                break
            found = offset + position - start
        return found


@define
class Piece:
    """Some lines that belong together.

    Attributes:
        kind: ``heading``, ``item``, ``words``, ``quote``, ``rule``, ``code`` or ``comment``.
        first: its first line, counted from 0.
        last: the line after it.
        at: the offset of its first character that is no blank.
        lead: what stands before the words on the first line: blanks, ``##``, a bullet, a box to tick.
        level: the level of a heading.
        inside: the items that it stands in, outermost first.
        parts: its words line by line, each with its offset.
        tail: what stands behind the words of a heading.
        ticked: whether the box before an item is ticked; None where there is no box.
        closed: whether a block of code or a comment ends somewhere.
    """

    kind: str
    first: int
    last: int
    at: int
    lead: str = ""
    level: int = 0
    inside: tuple[Piece, ...] = ()
    parts: list[tuple[str, int]] = Factory(list)
    tail: str = ""
    ticked: bool | None = None
    closed: bool = True

    @property
    def words(self) -> Words:
        """Its words put together."""
        return Words.of(self.parts)


def split_lines(text: str) -> list[tuple[str, int]]:
    """Each line without its end, and its offset."""
    lines = []
    at = 0
    for end in _EOL.finditer(text):
        lines.append((text[at : end.start()], at))
        at = end.end()
    if at < len(text):
        lines.append((text[at:], at))
    return lines


def _is_rule(rest: str) -> bool:
    """Whether a line is a line across the page."""
    mark = rest[0]
    return mark in "-_*" and not rest.strip(f"{mark} \t") and rest.count(mark) > 2


def _blanks(line: str, position: int, column: int) -> tuple[int, int]:
    """The position and the column of the next character that is no blank."""
    while position < len(line) and line[position] in " \t":
        column += _TAB - column % _TAB if line[position] == "\t" else 1
        position += 1
    return position, column


class TooDeep(Exception):
    """A list is nested deeper than is read; the argument is the offset of the first such item."""


class _Reader:
    def __init__(self, lines: list[tuple[str, int]], begin: int, deepest: int) -> None:
        self.lines = lines
        self.deepest = deepest
        self.found: list[Piece] = []
        self.items: list[tuple[int, Piece]] = []  # the column at which each open item's content stands
        self.open: Piece | None = None  # words, an item or a quotation that the next line may go on with
        self.fence = ""
        self.blank = True
        self.number = begin

    def read(self) -> list[Piece]:
        while self.number < len(self.lines):
            line, at = self.lines[self.number]
            self.line(line, at)
            self.number += 1
        return self.found

    def add(self, kind: str, at: int, **more: object) -> Piece:
        piece = Piece(kind, self.number, self.number + 1, at, inside=tuple(i for _, i in self.items), **more)  # type: ignore[arg-type]
        self.found.append(piece)
        return piece

    def line(self, line: str, at: int) -> None:
        position, column = _blanks(line, 0, 0)
        if self.fence and self.in_code(line, position, column):
            return
        if position == len(line):
            self.blank = True
            self.open = None
            return
        still = self.items
        # An item is left by the first line that is not indented to its content.
        while still and still[-1][0] > column:
            still = still[:-1]
        if self.goes_on(line, position, column, at, still):
            return
        self.items = still
        self.open = None if self.blank or self.left_open(still) else self.open
        self.start(line, position, column, at)
        self.blank = False

    def left_open(self, still: list[tuple[int, Piece]]) -> bool:
        return self.open is not None and self.depth_of(self.open) > len(still)

    @staticmethod
    def depth_of(piece: Piece) -> int:
        return len(piece.inside) + (piece.kind == "item")

    def in_code(self, line: str, position: int, column: int) -> bool:
        piece = self.found[-1]
        content = self.items[-1][0] if self.items else 0
        if position < len(line) and self.items and column < content:
            self.fence = ""  # the item ends, and the code with it
            return False
        piece.last = self.number + 1
        stripped = line[position:].rstrip(" \t")
        if column - content < _TAB and stripped.startswith(self.fence) and not stripped.strip(self.fence[0]):
            self.fence = ""
            piece.closed = True
        return True

    def goes_on(self, line: str, position: int, column: int, at: int, still: list[tuple[int, Piece]]) -> bool:
        """Whether the line goes on with the words before it, as it begins nothing of its own."""
        piece = self.open
        if piece is None:
            return False
        empty = piece.kind == "item" and not piece.parts
        if empty and self.depth_of(piece) > len(still):
            return False
        same = self.depth_of(piece) == len(still)
        base = still[-1][0] if still else 0
        rest = line[position:]
        if same and piece.kind == "words" and column - base < _TAB and _UNDERLINE.match(rest):
            self.underlined(piece, rest)
            return True
        if column - base < _TAB and self.begins(rest, same and not empty and piece.kind != "quote"):
            if not (piece.kind == "quote" and same and rest.startswith(">")):
                return False
            rest = rest[1:]
            skipped = len(rest) - len(rest.lstrip(" \t"))
            piece.parts.append((rest[skipped:], at + position + 1 + skipped))
        else:
            piece.parts.append((rest, at + position))
        piece.last = self.number + 1
        self.blank = False
        return True

    def underlined(self, piece: Piece, rest: str) -> None:
        piece.kind = "heading"
        piece.level = 1 if rest.startswith("=") else 2
        piece.last = self.number + 1
        self.open = None

    @staticmethod
    def begins(rest: str, in_words: bool) -> bool:
        """Whether a line begins something, not only words."""
        if rest[0] == "#":
            return _HEADING.match(rest) is not None
        if rest[0] == ">" or rest.startswith("<!--") or _FENCE.match(rest) or _is_rule(rest):
            return True
        bullet = _BULLET.match(rest)
        if bullet is None:
            return False
        # In the middle of words only a bullet with words, or the number 1, begins a list.
        return not in_words or (bullet[1] in (None, "1") and bool(rest[bullet.end() :].strip(" \t")))

    def start(self, line: str, position: int, column: int, at: int) -> None:  # noqa: C901 - one case for each thing
        """What a line begins; after a bullet the rest of the line may begin something again."""
        while True:
            rest = line[position:]
            base = self.items[-1][0] if self.items else 0
            here = at + position
            if column - base >= _TAB:
                self.add("indented", here)
                self.open = None
                return
            in_words = self.open is not None and self.open.kind != "quote"
            if heading := _HEADING.match(rest):
                self.heading(line, position, heading, at)
                return
            if _is_rule(rest):
                self.add("rule", here)
                self.open = None
                return
            if rest[0] == ">":
                body = rest[1:].lstrip(" \t")
                self.open = self.add("quote", here, lead=line[:position])
                self.open.parts.append((body, here + len(rest) - len(body)))
                return
            if rest.startswith("<!--"):
                self.comment(here, rest)
                return
            if fence := _FENCE.match(rest):
                self.fence = fence[1] or fence[2]
                self.add("code", here, closed=False)
                self.open = None
                return
            if self.begins(rest, in_words) and (bullet := _BULLET.match(rest)):
                after = position + bullet.end()
                behind, content = _blanks(line, after, column + bullet.end())
                width = content - column - bullet.end()
                if behind == len(line) or width > _TAB:
                    content = column + bullet.end() + 1
                    if behind < len(line):
                        width = 1
                if len(self.items) >= self.deepest:
                    raise TooDeep(here)
                piece = self.add("item", here, lead=line[:behind])
                self.items = [*self.items, (content, piece)]
                self.open = piece
                if behind == len(line):
                    return
                if width > _TAB or self.begins(line[behind:], False):
                    position, column = _blanks(line, after, column + bullet.end())
                    self.open = None
                    if position == len(line):
                        return
                    continue
                if box := _BOX.match(line, behind):
                    piece.ticked = box[1] != " "
                    behind = box.end()
                    piece.lead = line[:behind]
                piece.parts.append((line[behind:], at + behind))
                return
            self.open = self.add("words", here, lead=line[:position])
            self.open.parts.append((rest, here))
            return

    def heading(self, line: str, position: int, found: re.Match[str], at: int) -> None:
        body = line[position + found.end() :]
        words = body.rstrip(" \t")
        open_end = words.rstrip("#")
        if open_end[-1:] in ("", " ", "\t"):  # the number signs that may close a heading
            words = open_end.rstrip(" \t")
        lead = line[: position + found.end()]
        self.add(
            "heading",
            at + position,
            level=len(found[1]),
            lead=lead,
            parts=[(words, at + len(lead))],
            tail=body[len(words) :],
        )
        self.open = None

    def comment(self, here: int, rest: str) -> None:
        piece = self.add("comment", here, closed=False)
        self.open = None
        while "-->" not in rest:
            if self.number + 1 >= len(self.lines):
                return
            self.number += 1
            rest = self.lines[self.number][0]
        piece.closed = True
        piece.last = self.number + 1


def pieces(lines: list[tuple[str, int]], begin: int, deepest: int) -> list[Piece]:
    """The pieces of a Markdown text, from a line on, in their order.

    Raises:
        TooDeep: lists are nested deeper than that.
    """
    return _Reader(lines, begin, deepest).read()
