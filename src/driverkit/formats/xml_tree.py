"""XML text to a tree of elements with their places, read so that no stranger's file can do harm.

There is no document type, so there are no entities to expand and nothing outside is ever opened;
how deep and how large a document may be is limited. Names are taken without their namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from attrs import Factory, define

from driverkit.formats.limits import Limits
from driverkit.formats.tree import Faults, Stop

__all__ = ["Element", "compose_xml", "escaped"]


@define(slots=True, eq=False)
class Element:
    """An element of an XML document.

    Attributes:
        name: without namespace or prefix.
        at: the offset of its ``<``.
        attributes: their names likewise without prefix.
        children: the elements inside it.
        text: the words directly inside it, those between its children joined.
    """

    name: str
    at: int
    attributes: dict[str, str]
    children: list[Element] = Factory(list)
    text: str = ""

    def all(self, name: str) -> Iterator[Element]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def first(self, *path: str) -> Element | None:
        """The first descendant at the end of a path of names; the names in between may be left out."""
        stack = list(reversed(self.children))
        while stack:
            child = stack.pop()
            if child.name in path:
                return child
            stack.extend(reversed(child.children))
        return None


class _Reader:
    """What the parser calls, one part of the document after the other."""

    def __init__(self, faults: Faults, limits: Limits, skipped: int) -> None:
        self.faults = faults
        self.limits = limits
        self.skipped = skipped
        self.root: Element | None = None
        self.stack: list[Element] = []
        self.parts: list[list[str]] = []
        self.sizes: list[int] = []
        self.values = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        self.parser.StartDoctypeDeclHandler = self.doctype

    def here(self) -> int:
        """The offset of what is being read."""
        return self.offset(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber)

    def offset(self, line: int, column: int) -> int:
        starts = self.faults.starts
        lines_skipped = self.faults.line(self.skipped) - 1
        number = min(line - 1 + lines_skipped, len(starts) - 1)
        before = self.skipped - starts[lines_skipped] if line == 1 else 0
        return int(starts[number]) + column + before

    def stop(self, message: str, at: int | None = None) -> None:
        self.faults.add(message, self.here() if at is None else at)
        raise Stop

    def count(self, how_many: int) -> None:
        self.values += how_many
        if self.values > self.limits.values:
            self.stop(f"The file holds more than {self.limits.values:,} values.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count(1 + len(attributes))
        if len(self.stack) >= self.limits.depth:
            self.stop(f"Elements are nested more than {self.limits.depth} deep here.")
        for value in attributes.values():
            if len(value) > self.limits.text:
                self.too_long(len(value))
        bare = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(" ")[2], self.here(), bare)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)
        self.parts.append([])
        self.sizes.append(0)

    def end(self, name: str) -> None:
        self.stack.pop().text = "".join(self.parts.pop())
        self.sizes.pop()

    def words(self, text: str) -> None:
        self.parts[-1].append(text)
        self.sizes[-1] += len(text)
        if self.sizes[-1] > self.limits.text:
            self.too_long(self.sizes[-1])

    def too_long(self, length: int) -> None:
        self.stop(f"A text of {length:,} characters is over the limit of {self.limits.text:,}.")

    def doctype(self, *_: object) -> None:
        self.stop(
            "A document type (<!DOCTYPE …>) stands here. It could define entities and name other files, "
            "and is not read. Take it out."
        )


_BLANK = re.compile(r"[ \t\r\n]*")


def compose_xml(text: str, faults: Faults, limits: Limits) -> Element | None:
    """The outermost element of an XML text, or None where it is broken; what is wrong is told to ``faults``."""
    skipped = _BLANK.match(text)
    begin = skipped.end() if skipped is not None else 0
    if begin == len(text):
        faults.add("The file is empty.", 0)
        return None
    reader = _Reader(faults, limits, begin)
    try:
        reader.parser.Parse(text[begin:], True)
    except Stop:
        return None
    except UnicodeEncodeError as error:  # half of a character
        faults.add("Half of a character stands here. Take it out.", begin + error.start)
        return None
    except expat.ExpatError as error:
        at = reader.offset(error.lineno, error.offset)
        faults.add(_told(error.code, reader.stack[-1] if reader.stack else None), at)
        return None
    return reader.root


def _told(code: int, inside: Element | None) -> str:
    """One sentence for what the parser says."""
    said = expat.ErrorString(code) or "not well-formed"
    where = f" inside <{inside.name[:40]}>" if inside is not None else ""
    known = {
        "no element found": f"The file ends early{where}: something is opened and never closed.",
        "unclosed token": f"The file ends early{where}: something is opened and never closed.",
        "mismatched tag": f"An element is closed here that is not the last one opened{where}.",
        "undefined entity": "An entity stands here that XML does not know. Write the character itself, and & as &amp;.",
        "junk after document element": "Something follows the end of the document. XML has one outermost element.",
        "duplicate attribute": f"An attribute stands twice in one element{where}. Keep one.",
        "unbound prefix": "The prefix before the colon is not declared (xmlns:… is missing).",
        "reference to invalid character number": "A character is named here that no XML file can hold. Take it out.",
    }
    return known.get(
        said,
        f"This is not well-formed XML{where} ({said}). In a text, & is written &amp; and < is written &lt;.",
    )


_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans({"\n": "&#10;", "\t": "&#9;"})
_UNSEEN = re.compile("[\u2028\u2029\ufeff\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\x80-\x9f]")


def escaped(text: str, *, attribute: bool = False) -> str:
    """A text as it is written in XML; what an editor would not show is written by its number.

    >>> print(escaped('a < b & "c"'))
    a &lt; b &amp; &quot;c&quot;
    """
    text = text.translate(_ESCAPED)
    if attribute:
        text = text.translate(_IN_ATTRIBUTE)
    return _UNSEEN.sub(lambda m: f"&#{ord(m.group())};", text)
