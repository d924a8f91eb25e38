"""What a laid-out chart is made of: words, lines, boxes, symbols and fields, in pixels from the top left corner."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen, mutable

from driverkit.charts.content import Panel
from driverkit.charts.scales import Scale
from driverkit.charts.style import ChartStyle
from driverkit.diagram.fonts.metrics import measure
from driverkit.diagram.wrap import Wrapper, is_rtl
from driverkit.evidence.words import harmless
from driverkit.renderers.shapes import safe_text

if TYPE_CHECKING:
    from driverkit.charts.model import Chart

__all__ = [
    "Box",
    "Desk",
    "Plot",
    "Segment",
    "Sheet",
    "Symbol",
    "Words",
    "Writing",
    "clean",
    "fitting",
    "wrapped",
]

Anchor = Literal["start", "middle", "end"]

EDGE = 24.0
"""Room around everything."""

TITLE, SUBTITLE, VERDICT, HEADING, LABEL, SMALL, FLAG = 19.0, 12.5, 14.0, 12.5, 11.5, 11.0, 10.5
"""The sizes of words in px."""

PLOT_HEIGHT = 300.0
LEAST_PLOT = 110.0
FLAG_HEIGHT = 16.0
LANES = 5
MOST_MARKED = 600
"""Of more points than this only those are marked that are part of a signal, not counted, or alone."""


@frozen
class Words:
    """One line of text; ``y`` is its baseline."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    anchor: Anchor = "start"
    role: str = "dk-words"

    @property
    def width(self) -> float:
        """How wide it is."""
        return measure(self.text, self.size, bold=self.bold)

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width

    @property
    def rtl(self) -> bool:
        """Whether it runs from right to left."""
        return not self.text.isascii() and is_rtl(self.text)


@frozen
class Segment:
    """A straight line between two points; with ``more`` points it goes on through them."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1.0
    dash: tuple[float, ...] = ()
    role: str = "dk-line"
    below: bool = False
    more: tuple[tuple[float, float], ...] = ()


@frozen
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str
    dash: tuple[float, ...] = ()
    role: str = "dk-box"
    hatch: str = ""


@frozen
class Symbol:
    """The sign of a kind of point: ``better``, ``worse``, ``part``, ``excluded`` or ``point``."""

    x: float
    y: float
    kind: str
    role: str = "dk-symbol"


@frozen
class Plot:
    """The field of one panel.

    Attributes:
        panel: what is drawn in it.
        x: its left side.
        y: its upper side.
        width: how wide it is.
        height: how high it is.
        low: the day at its left side, as `date.toordinal` counts.
        high: the day at its right side.
        scale: its vertical axis.
        levels: target and baseline, in the unit of the measure.
        small: whether it is one of many.
    """

    panel: Panel
    x: float
    y: float
    width: float
    height: float
    low: float
    high: float
    scale: Scale
    levels: tuple[tuple[str, float], ...]
    small: bool

    def across(self, date: dt.date) -> float:
        """Where a day is, from left to right."""
        return self.x + (date.toordinal() - self.low) / (self.high - self.low) * self.width

    def down(self, value: float) -> float:
        """Where a value is, from top to bottom."""
        part = (value / self.scale.factor - self.scale.low) / (self.scale.high - self.scale.low)
        return self.y + (1 - part) * self.height


@frozen
class Sheet:
    """A chart laid out."""

    width: float
    height: float
    style: ChartStyle
    words: tuple[Words, ...]
    segments: tuple[Segment, ...]
    boxes: tuple[Box, ...]
    symbols: tuple[Symbol, ...]
    plots: tuple[Plot, ...]


class Writing:
    """Writes lines of words onto a sheet in the making."""

    __slots__ = ()

    words: list[Words]

    def write(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float,
        colour: str,
        bold: bool = False,
        anchor: Anchor = "start",
        role: str = "dk-words",
    ) -> None:
        """One line, its baseline at ``y``."""
        if text:
            self.words.append(Words(x, y, safe_text(text), size, colour, bold, anchor, role))

    def paragraph(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        *,
        size: float,
        colour: str,
        bold: bool = False,
        role: str = "dk-words",
        most: int = 99,
    ) -> float:
        """Wrapped lines, the first one below ``y``; gives back where they end."""
        step = round(size * 1.36, 1)
        for line in wrapped(text, width, size, bold=bold, most=most):
            y += step
            rtl = not line.isascii() and is_rtl(line)
            self.write(
                line,
                x + width if rtl else x,
                y - size * 0.3,
                size=size,
                colour=colour,
                bold=bold,
                anchor="end" if rtl else "start",
                role=role,
            )
        return y


@mutable
class Desk(Writing):
    """A sheet in the making."""

    chart: Chart
    style: ChartStyle
    words: list[Words] = field(factory=list)
    segments: list[Segment] = field(factory=list)
    boxes: list[Box] = field(factory=list)
    symbols: list[Symbol] = field(factory=list)
    plots: list[Plot] = field(factory=list)
    unsaid: bool = False
    """Whether the centre line of a phase had no room for its value."""

    @property
    def inner(self) -> float:
        """The room between the edges."""
        return self.chart.width - 2 * EDGE


@cache
def _wrapper() -> Wrapper:
    return Wrapper(even=False)


def clean(text: str) -> str:
    """A text from a file as it may stand on a chart: one line, nothing hidden, nothing that breaks a document."""
    return safe_text(harmless(text))


def wrapped(text: str, width: float, size: float, *, bold: bool = False, most: int = 99) -> list[str]:
    """The lines of a text; what is more than ``most`` lines ends in an ellipsis."""
    wrapper = _wrapper()
    lines = [line.text for line in wrapper.wrap(wrapper.prepare(text, size, bold=bold), width)]
    if len(lines) <= most:
        return lines
    last = lines[most - 1] + "…"
    return [*lines[: most - 1], fitting(last, width, size, bold=bold)]


def fitting(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """As much of one line as there is room for."""
    if measure(text, size, bold=bold) <= width:
        return text
    few = len(text)
    while few > 1:
        few -= 1
        cut = text[:few].rstrip(" ,;:.-…") + "…"
        if measure(cut, size, bold=bold) <= width:
            return cut
    return ""
