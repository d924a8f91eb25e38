"""Charts of parts one below the other: a heading, a sentence and a field each, with a title above and notes below.

What stands in a field is the chart's own: `over_time` draws what was learned, `spread` how ideas went from one to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from attrs import Factory, field, frozen, mutable

from driverkit.charts.drawn import Drawn
from driverkit.charts.sheet import (
    EDGE,
    HEADING,
    SMALL,
    SUBTITLE,
    TITLE,
    Box,
    Segment,
    Sheet,
    Symbol,
    Words,
    Writing,
)
from driverkit.charts.style import ChartStyle, style_of

if TYPE_CHECKING:
    from driverkit.themes import Theme

__all__ = ["WIDTH", "StackedChart", "StackedDrawing"]

WIDTH = 960.0
"""How wide such a chart is where nothing is asked for, in pixels."""


class Part(Protocol):
    """What every part of such a chart has."""

    @property
    def title(self) -> str: ...

    @property
    def said(self) -> str: ...


@frozen(kw_only=True)
class StackedChart(Drawn):
    """A chart of parts one below the other; what the parts are is said by those that build on it."""

    title: str
    subtitle: str
    panels: tuple[Any, ...]
    footnotes: tuple[str, ...]
    alt: str
    theme: Theme
    width: float = WIDTH


Kind = TypeVar("Kind", bound=StackedChart)


@mutable(kw_only=True)
class StackedDrawing(Writing, Generic[Kind]):
    """Such a chart in the making.

    Attributes:
        chart: what is drawn.
        beside: how much room there is to the right of the fields, for words about what ends there.
        lines: how many lines the heading of a part may have.
        left: where the fields begin.
        right: where they end.
    """

    chart: Kind
    beside: float = 0.0
    lines: int = 99
    words: list[Words] = field(factory=list)
    segments: list[Segment] = field(factory=list)
    boxes: list[Box] = field(factory=list)
    symbols: list[Symbol] = field(factory=list)
    style: ChartStyle = Factory(lambda self: style_of(self.chart.theme), takes_self=True)
    left: float = EDGE
    right: float = Factory(lambda self: self.chart.width - EDGE - self.beside, takes_self=True)

    def above(self, y: float) -> float:
        """What stands above the parts, such as what marks mean; gives back where it ends."""
        return y

    def field_of(self, panel: Any, y: float) -> float:
        """The field of a part, below its words; gives back where it ends."""
        raise NotImplementedError

    def sheet(self) -> Sheet:
        """Where everything stands."""
        chart, style = self.chart, self.style
        room = chart.width - 2 * EDGE
        y = self.paragraph(chart.title, EDGE, EDGE - 6, room, size=TITLE, colour=style.title, bold=True)
        y = self.paragraph(chart.subtitle, EDGE, y + 1, room, size=SUBTITLE, colour=style.quiet)
        y = self.above(y)
        for panel in chart.panels:
            y = self._words_of(panel, y + 18, room)
            y = self.field_of(panel, y)
        y += 12
        for note in chart.footnotes:
            y = self.paragraph(note, EDGE, y + 2, room, size=SMALL, colour=style.quiet)
        return Sheet(
            chart.width,
            float(round(y + EDGE - 6)),
            style,
            tuple(self.words),
            tuple(self.segments),
            tuple(self.boxes),
            tuple(self.symbols),
            (),
        )

    def _words_of(self, panel: Part, y: float, room: float) -> float:
        style = self.style
        y = self.paragraph(
            panel.title, EDGE, y, room, size=HEADING + 1, colour=style.text, bold=True, most=self.lines
        )
        return self.paragraph(panel.said, EDGE, y, room, size=SMALL, colour=style.quiet) if panel.said else y
