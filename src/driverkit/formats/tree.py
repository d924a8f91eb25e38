"""A file as a tree of scalars, lists and mappings, each with its place in the text.

Every scalar is kept as it was written; what it means is decided by the field that it fills. Both
the reader and the saver work on this tree: the one turns it into a theory, the other patches the
text that it came from.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator

from driverkit.errors import Fault
from driverkit.formats.limits import Limits
from driverkit.model import Place

__all__ = ["Enough", "Faults", "Map", "Poison", "Scalar", "Seq", "Stop", "Tree", "line_starts"]


class Scalar:
    """A word, number or text, as written.

    ``style`` is ``""`` for a plain scalar, a quote or block mark for the others, and ``"json"`` for
    a number, true, false or null of a JSON file, where text always has quotes.
    """

    __slots__ = ("end", "key_start", "start", "style", "value")

    def __init__(self, value: str, start: int, end: int, style: str) -> None:
        self.value = value
        self.start = start
        self.end = end
        self.style = style
        self.key_start = -1

    @property
    def is_null(self) -> bool:
        """Nothing was written, or a word that means nothing."""
        if self.style == "json":
            return self.value == "null"
        return self.style == "" and self.value in ("", "~", "null", "Null", "NULL")


class Seq:
    """A list."""

    __slots__ = ("end", "flow", "items", "key_start", "start")

    def __init__(self, start: int, flow: bool) -> None:
        self.items: list[Tree] = []
        self.start = start
        self.end = start
        self.flow = flow
        self.key_start = -1


class Map:
    """A mapping; the order of its keys is that of the file."""

    __slots__ = ("end", "entries", "flow", "key_start", "start")

    def __init__(self, start: int, flow: bool) -> None:
        self.entries: dict[str, Tree] = {}
        self.start = start
        self.end = start
        self.flow = flow
        self.key_start = -1


class Poison:
    """Something that was refused already, and is not to be complained of twice."""

    __slots__ = ("end", "flow", "key_start", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.key_start = -1
        self.flow = True


Tree = Scalar | Seq | Map | Poison

_BREAK = re.compile("\r\n|\r|\n")


def line_starts(text: str) -> array[int]:
    """The offset at which each line begins; lines end as they do in an editor."""
    starts = array("q", [0])
    starts.extend(m.end() for m in _BREAK.finditer(text))
    return starts


class Enough(Exception):
    """There are as many faults as the limits allow: nobody reads more, and finding them costs time."""


class Stop(Exception):
    """The grammar is broken, which was told already, and nothing more can be read."""


class Faults:
    """Collects what is wrong with one text, each fault with its line and column.

    Raises `Enough` from `add` when there are more than the limits allow.

    Attributes:
        places: where the offsets do not count in one text, what turns them into places.
        of_data: whether there is no text at all, only data: then paths say where, and offsets only the order.
    """

    places: Callable[[int], Place] | None = None

    def __init__(self, text: str, file: str | None, limits: Limits, *, of_data: bool = False) -> None:
        self.text = text
        self.of_data = of_data
        self.file = file
        self.limits = limits
        self._starts: array[int] | None = None
        self._found: list[tuple[int, Fault]] = []

    @property
    def starts(self) -> array[int]:
        """Where each line begins."""
        if self._starts is None:
            self._starts = line_starts(self.text)
        return self._starts

    def line(self, offset: int) -> int:
        """The line of an offset, counted from 1."""
        return bisect_right(self.starts, offset)

    def place(self, offset: int) -> Place:
        """Where an offset is."""
        if self.places is not None:
            return self.places(offset)
        offset = max(0, min(offset, len(self.text)))
        line = self.line(offset)
        return Place(self.file, line, offset - self.starts[line - 1] + 1)

    def spot(self, offset: int) -> str:
        """The place of an offset in the words of a message about another place."""
        place = self.place(offset)
        other = f" of {place.file}" if self.places is not None and place.file else ""
        return place.cell or f"line {place.line}{other}"

    def fault(self, message: str, offset: int, path: str = "", id: str | None = None) -> Fault:
        """What would be told at an offset."""
        place = self.place(offset)
        said = f"{place.cell}: {message}" if place.cell else message
        return Fault(said, path, place.line, place.column, place.file, id)

    def add(self, message: str, offset: int, path: str = "", id: str | None = None) -> None:
        """Tell one fault, at an offset into the text."""
        self._found.append((offset, self.fault(message, offset, path, id)))
        if len(self._found) > self.limits.faults:
            raise Enough

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Fault]:
        """The faults in the order of the file, each once, at most as many as the limit allows."""
        ordered = [fault for _, fault in sorted(self._found[: self.limits.faults], key=lambda f: f[0])]
        yield from {(f.line, f.column, f.message, f.path * self.of_data): f for f in ordered}.values()
        if len(self._found) > self.limits.faults:
            last = ordered[-1]
            yield Fault(
                f"There are more faults than the limit of {self.limits.faults:,}. Mend these first.",
                line=last.line,
                column=last.column,
                file=self.file,
            )
