"""What stands inside a box: its words and notes, how high they are at a width, and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import fsum
from typing import NamedTuple

from attrs import define, evolve, field

from driverkit.diagram.fonts.metrics import ASCENT, DESCENT, EM
from driverkit.diagram.model import Dot, Shape, Spark, TextLine
from driverkit.diagram.overlay import Reading
from driverkit.diagram.sparks import spark
from driverkit.diagram.wrap import Prepared, Wrapper

__all__ = [
    "NOTE_SIZE",
    "PAD_X",
    "SHAPES",
    "SIGN",
    "Content",
    "Inside",
    "Row",
    "TextStyle",
    "line_height",
    "lines_of",
    "style_of",
]

PAD_X = 10.0
PAD_Y = 6.0
TIGHT_PAD_Y = 4.0
NOTE_SIZE = 11.0
NOTE_GAP = 4.0
# How much further in the other lines of a note stand than its first one, where there are several notes.
HANGING = 9.0
LEADING = 1.29
# The sign before a measure and the room it takes from the words; the height of a small series and
# the most it is wide.
SIGN = 10.0
SIGN_ROOM = 16.0
SPARK_HEIGHT = 20.0
SPARK_WIDTH = 120.0
SPARK_GAP = 3.0
# The points of a series are larger than its line: they keep to the room.
SPARK_INSET = 2.5

SHAPES: dict[str | None, Shape] = {
    "outcome": "circle",
    "process": "square",
    "balancing": "triangle",
    None: "diamond",
}
"""The outline of the sign of a measure, by its role."""


@define(frozen=True)
class TextStyle:
    """Size in px and weight of some text."""

    size: float
    bold: bool = False


AIM = TextStyle(14.0, bold=True)
PRIMARY = TextStyle(13.0, bold=True)
BODY = TextStyle(13.0)


def style_of(role: str) -> TextStyle:
    """How the words of a box are set: the aim and the primary drivers are the frame of the theory."""
    return AIM if role == "aim" else PRIMARY if role == "primary" else BODY


@cache
def line_height(size: float) -> float:
    """The distance between two baselines, whole px."""
    return float(round(size * LEADING))


def lines_of(
    wrapper: Wrapper, prepared: Prepared, width: float, x: float, y: float, part: str
) -> tuple[list[TextLine], float]:
    """A text set into a space of some width whose upper left corner is (x, y), and its height."""
    size, bold = prepared.size, prepared.bold
    height = line_height(size)
    # The line box is shared out so that letters stand in its optical middle.
    drop = (height + (ASCENT - DESCENT) * size) / 2
    out: list[TextLine] = []
    at = y
    begin = round(x, 2)
    for line in wrapper.wrap(prepared, width):
        if not line.text:
            at += height / 2
            continue
        at += line.above
        wide = round(line.width, 2)
        out.append(
            TextLine(
                line.text,
                round(x + width - line.width, 2) if line.rtl else begin,
                round(at + drop, 2),
                size,
                bold,
                wide,
                part,
                line.rtl,
                line.joins,
            )
        )
        at += height + line.below
    return out, at - y


class Row(NamedTuple):
    """What one measure says, and its words ready to be wrapped."""

    text: Prepared
    reading: Reading

    def height(self, wrapper: Wrapper, inside: float) -> float:
        """How high the row is where there is so much room."""
        words = lines_of(wrapper, self.text, inside - SIGN_ROOM, 0.0, 0.0, "note")[1]
        return words + (SPARK_HEIGHT + SPARK_GAP if self.has_spark else 0.0)

    @property
    def has_spark(self) -> bool:
        """Whether there is a series to draw."""
        return any(value is not None for value in self.reading.series)


class Inside(NamedTuple):
    """What stands in a box, placed."""

    lines: tuple[TextLine, ...]
    dots: tuple[Dot, ...] = ()
    sparks: tuple[Spark, ...] = ()


@define
class Content:
    """The words of one box, the notes and the rows of its measures under them, ready to be wrapped at any width."""

    wrapper: Wrapper
    text: Prepared
    notes: Sequence[Prepared] = ()
    pad_y: float = PAD_Y
    rows: Sequence[Row] = ()
    _heights: dict[float, float] = field(factory=dict)

    def tighten(self) -> None:
        """Leave less room above and below the words, for a picture with many boxes."""
        self.pad_y = TIGHT_PAD_Y
        self._heights.clear()

    def height(self, width: float) -> float:
        """The height of a box of that outer width, whole px."""
        known = self._heights.get(width)
        if known is None:
            known = self._heights[width] = self._height(width)
        return known

    def _height(self, width: float) -> float:
        inside = width - 2 * PAD_X
        if self.text.plain and len(self.text.paragraphs) == 1:
            total = self.wrapper.count(self.text, inside) * line_height(self.text.size)
        else:
            total = lines_of(self.wrapper, self.text, inside, 0.0, 0.0, "text")[1]
        for note in self.notes:
            total += self._note(note, inside, 0.0, 0.0)[1]
        if self.notes:
            total += NOTE_GAP
        if self.rows:
            total += NOTE_GAP + fsum([row.height(self.wrapper, inside) for row in self.rows])
        return float(-(-(total + 2 * self.pad_y) // 1))

    def _note(self, note: Prepared, inside: float, x: float, y: float) -> tuple[list[TextLine], float]:
        """One of the notes; of several each begins further out than its other lines, so that none runs into the next."""
        whole = max(note.totals, default=0) * note.size / EM
        if len(self.notes) < 2 or (whole <= inside and len(note.totals) == 1):
            return lines_of(self.wrapper, note, inside, x, y, "note")
        lines, used = lines_of(self.wrapper, note, inside - HANGING, x, y, "note")
        out = [
            evolve(line, x=round(line.x + HANGING, 2)) if bool(i) != line.rtl else line
            for i, line in enumerate(lines)
        ]
        return out, used

    def length(self) -> float:
        """About how long the words and notes are in px, put one after the other."""
        rows = [row.text for row in self.rows]
        return fsum([sum(p.totals) * p.size / EM for p in (self.text, *self.notes, *rows)])

    def lines(self, x: float, y: float, width: float, height: float) -> tuple[TextLine, ...]:
        """The lines inside a box; in a box that is higher than it need be they stand in the middle."""
        return self.inside(x, y, width, height).lines

    def inside(self, x: float, y: float, width: float, height: float) -> Inside:
        """What stands in a box: its lines, the signs of its measures and their series, drawn small."""
        inside = width - 2 * PAD_X
        y += self.pad_y + max(0.0, (height - self.height(width)) / 2)
        out, used = lines_of(self.wrapper, self.text, inside, x + PAD_X, y, "text")
        y += used
        if self.notes:
            y += NOTE_GAP
            for i, note in enumerate(self.notes):
                more, used = self._note(note, inside, x + PAD_X, y)
                y += used
                if more and (i or out):  # each note begins a line of its own
                    more[0] = evolve(more[0], joins="\n")
                out += more
        if not self.rows:
            return Inside(tuple(out))
        y += NOTE_GAP
        dots: list[Dot] = []
        sparks: list[Spark] = []
        left, room = x + PAD_X + SIGN_ROOM, inside - SIGN_ROOM
        for row in self.rows:
            reading = row.reading
            more, used = lines_of(self.wrapper, row.text, room, left, y, "note")
            if more:
                more[0] = evolve(more[0], joins="\n")
            out += more
            dots.append(
                Dot(
                    round(x + PAD_X + SIGN / 2, 2),
                    round(y + line_height(row.text.size) / 2, 2),
                    SIGN,
                    SHAPES.get(reading.role, "diamond"),
                    reading.mark,
                    reading.title,
                )
            )
            y += used
            if row.has_spark:
                wide = min(room, SPARK_WIDTH)
                sparks.append(
                    spark(
                        reading,
                        left + SPARK_INSET,
                        y + SPARK_GAP + SPARK_INSET,
                        wide - 2 * SPARK_INSET,
                        SPARK_HEIGHT - SPARK_GAP - 2 * SPARK_INSET,
                    )
                )
                y += SPARK_HEIGHT + SPARK_GAP
        return Inside(tuple(out), tuple(dots), tuple(sparks))
