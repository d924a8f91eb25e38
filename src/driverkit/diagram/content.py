"""What stands inside a box: its words and notes, how high they are at a width, and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import fsum

from attrs import define, field

from driverkit.diagram.fonts.metrics import ASCENT, DESCENT, EM
from driverkit.diagram.model import TextLine
from driverkit.diagram.wrap import Prepared, Wrapper

__all__ = ["NOTE_SIZE", "PAD_X", "Content", "TextStyle", "line_height", "lines_of", "style_of"]

PAD_X = 10.0
PAD_Y = 6.0
TIGHT_PAD_Y = 4.0
NOTE_SIZE = 11.0
NOTE_GAP = 4.0
LEADING = 1.29


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
    for line in wrapper.wrap(prepared, width):
        if not line.text:
            at += height / 2
            continue
        at += line.above
        left = x + width - line.width if line.rtl else x
        out.append(
            TextLine(
                line.text,
                round(left, 2),
                round(at + drop, 2),
                size,
                bold,
                round(line.width, 2),
                part,
                line.rtl,
                line.joins,
            )
        )
        at += height + line.below
    return out, at - y


@define
class Content:
    """The words of one box and the notes under them, ready to be wrapped at any width."""

    wrapper: Wrapper
    text: Prepared
    notes: Sequence[Prepared] = ()
    pad_y: float = PAD_Y
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
            total += lines_of(self.wrapper, note, inside, 0.0, 0.0, "note")[1]
        if self.notes:
            total += NOTE_GAP
        return float(-(-(total + 2 * self.pad_y) // 1))

    def length(self) -> float:
        """About how long the words and notes are in px, put one after the other."""
        return fsum([sum(p.totals) * p.size / EM for p in (self.text, *self.notes)])

    def lines(self, x: float, y: float, width: float, height: float) -> tuple[TextLine, ...]:
        """The lines inside a box; in a box that is higher than it need be they stand in the middle."""
        inside = width - 2 * PAD_X
        y += self.pad_y + max(0.0, (height - self.height(width)) / 2)
        out, used = lines_of(self.wrapper, self.text, inside, x + PAD_X, y, "text")
        if self.notes:
            y += used + NOTE_GAP
            for i, note in enumerate(self.notes):
                more, used = lines_of(self.wrapper, note, inside, x + PAD_X, y, "note")
                y += used
                if more and (i or out):  # each note begins a line of its own
                    first = more[0]
                    more[0] = TextLine(
                        first.text,
                        first.x,
                        first.y,
                        first.size,
                        first.bold,
                        first.width,
                        first.part,
                        first.rtl,
                        "\n",
                    )
                out += more
        return tuple(out)
