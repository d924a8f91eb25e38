"""Where everything on a chart goes: words, flags, plots and lines, in pixels from the top left corner.

Words are measured in the bundled font, so a chart is laid out alike on every machine, and before anything is drawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from attrs import evolve, field, frozen, mutable

from driverkit.charts import scales
from driverkit.charts.content import Idea, NoteMark, Panel, when
from driverkit.charts.flags import Flag, hang
from driverkit.charts.scales import Scale
from driverkit.charts.style import ChartStyle, style_of
from driverkit.diagram.fonts.metrics import measure
from driverkit.diagram.wrap import Wrapper, is_rtl
from driverkit.errors import UsageError
from driverkit.evidence.words import harmless, plural, shortened
from driverkit.renderers.shapes import safe_text

if TYPE_CHECKING:
    from driverkit.charts import Chart

__all__ = ["Box", "Plot", "Segment", "Sheet", "Symbol", "Words", "lay_out"]

Anchor = Literal["start", "middle", "end"]

EDGE = 24.0
"""Room around everything."""

TITLE, SUBTITLE, VERDICT, HEADING, LABEL, SMALL, FLAG = 19.0, 12.5, 14.0, 12.5, 11.5, 11.0, 10.5
"""The sizes of words in px."""

PLOT_HEIGHT = 300.0
LEAST_PLOT = 110.0
_FLAG_HEIGHT = 16.0
_LANES = 5


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
    """A straight line between two points."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1.0
    dash: tuple[float, ...] = ()
    role: str = "dk-line"
    below: bool = False


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


@mutable
class _Desk:
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


# --- the whole sheet -----------------------------------------------------------------------------------------


def lay_out(chart: Chart) -> Sheet:
    """Where everything goes.

    Raises:
        UsageError: the height that was asked for leaves no room for the points.
    """
    desk = _Desk(chart, style_of(chart.theme))
    top = _header(desk, EDGE)
    # What stands below is laid out twice where a height is asked for: first to see how much is left.
    if chart.height is None:
        bottom = _body(desk, top, None)
        return _sheet(desk, bottom)
    trial = _Desk(chart, desk.style)
    rows = _rows(chart)[1]
    need = _body(trial, top, LEAST_PLOT) - LEAST_PLOT * rows
    plot = (chart.height - need) / rows
    if plot < LEAST_PLOT:
        least = need + LEAST_PLOT * rows
        raise UsageError(
            f"A height of {chart.height:g} leaves no room for the points. Give {least:.0f} or more, or leave it out."
        )
    _body(desk, top, plot)
    return _sheet(desk, chart.height)


def _sheet(desk: _Desk, height: float) -> Sheet:
    return Sheet(
        desk.chart.width,
        float(round(height)),
        desk.style,
        tuple(desk.words),
        tuple(desk.segments),
        tuple(desk.boxes),
        tuple(desk.symbols),
        tuple(desk.plots),
    )


def _header(desk: _Desk, y: float) -> float:
    chart, style = desk.chart, desk.style
    y = desk.paragraph(
        chart.title, EDGE, y, desk.inner, size=TITLE, colour=style.title, bold=True, role="dk-title", most=3
    )
    y = desk.paragraph(
        chart.subtitle, EDGE, y + 2, desk.inner, size=SUBTITLE, colour=style.quiet, role="dk-subtitle", most=3
    )
    for kind, text in chart.verdicts:
        indent = 0.0
        y += 5
        if kind in ("better", "worse", "part"):
            desk.symbols.append(Symbol(EDGE + 6, y + 10.5, kind))
            indent = 18.0
        y = desk.paragraph(
            text,
            EDGE + indent,
            y,
            desk.inner - indent,
            size=VERDICT,
            colour=style.title,
            bold=True,
            role="dk-verdict",
            most=4,
        )
    return y + 10


def _body(desk: _Desk, top: float, plot: float | None) -> float:
    chart = desk.chart
    below = _single(desk, top, plot) if len(chart.panels) == 1 else _many(desk, top, plot)
    below = _legend(desk, below)
    below = _footnotes(desk, below)
    return _key(desk, below) + EDGE * 0.7


def _rows(chart: Chart) -> tuple[int, int]:
    """Columns and rows of panels: a good sheet of A4, lying, as far as that goes."""
    count = len(chart.panels)
    by_width = max(1, int((chart.width - 2 * EDGE) // 170))
    columns = min(
        by_width, {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 3}.get(count, 4 if count <= 12 else 5)
    )
    return columns, -(-count // columns)


# --- axes ----------------------------------------------------------------------------------------------------


def horizontal(panels: Sequence[Panel]) -> tuple[float, float]:
    """From and to which day the horizontal axis goes."""
    found = [date.toordinal() for panel in panels for date in panel.dates]
    if not found:
        found = [mark.date.toordinal() for panel in panels for mark in panel.cycles]
    if not found:
        return 0.0, 1.0
    first, last = min(found), max(found)
    # Cycles a little before or after the points still stand on the chart.
    reach = (last - first) * 0.2
    near = [
        at
        for panel in panels
        for mark in panel.cycles
        if first - reach <= (at := mark.date.toordinal()) <= last + reach
    ]
    return scales.span(min([first, *near]), max([last, *near]))


def _vertical(chart: Chart, most: int) -> Scale:
    found: list[float] = []
    sides: list[float] = []
    for panel in chart.panels:
        found += panel.seen
        found += [one.centre for one in panel.stretches if one.centre is not None]
        sides += [
            one for stretch in panel.stretches for one in (stretch.lower, stretch.upper) if one is not None
        ]
    found += [value for _, value in chart.levels]
    if not any(panel.seen for panel in chart.panels):
        found += [0.0, 100.0] if chart.percent else [0.0]
    # No count, share or length of stay can be below zero, nor a percentage above a hundred: no room is kept there.
    least = 0.0 if chart.positive and min(found, default=0.0) >= 0 else None
    most_value = 100.0 if chart.percent and max(found, default=0.0) <= 100 else float("inf")
    found += [one for one in sides if (least is None or one >= least) and one <= most_value]
    return scales.values(found, percent=chart.percent, least=least, most=most)


def _x_axis(desk: _Desk, plot: Plot, y: float, size: float) -> None:
    if not any(panel.dates or panel.cycles for panel in desk.chart.panels):
        return
    days, months = (int(plot.width // (measure(text, size) + 8)) for text in ("30 Sep", "2024"))
    ticks = scales.tick_days(plot.low, plot.high, days, months)
    if not ticks and plot.panel.dates:
        ticks = [(plot.panel.dates[0].toordinal(), when(plot.panel.dates[0], "month"), "")]
    right = -1e9
    for at, text, below in ticks:
        x = plot.x + (at - plot.low) / (plot.high - plot.low) * plot.width
        desk.segments.append(
            Segment(
                x, plot.y + plot.height, x, plot.y + plot.height + 4, desk.style.axis, 0.8, role="dk-tick"
            )
        )
        width = measure(text, size)
        if x - width / 2 < right:
            continue
        right = x + width / 2 + 4
        desk.write(text, x, y, size=size, colour=desk.style.quiet, anchor="middle", role="dk-date")
        desk.write(
            below, x, y + size * 1.3, size=size, colour=desk.style.quiet, anchor="middle", role="dk-date"
        )


def _y_axis(desk: _Desk, plot: Plot, size: float) -> None:
    for tick, label in zip(plot.scale.ticks, plot.scale.labels, strict=True):
        y = plot.down(tick * plot.scale.factor)
        desk.write(
            label,
            plot.x - 7,
            y + size * 0.36,
            size=size,
            colour=desk.style.quiet,
            anchor="end",
            role="dk-value",
        )


# --- one panel -----------------------------------------------------------------------------------------------


@frozen
class _Label:
    """Words at the right end of a line."""

    value: float
    lines: tuple[str, ...]
    colour: str
    role: str


def _labels(desk: _Desk, panel: Panel, scale: Scale) -> list[_Label]:
    chart, style = desk.chart, desk.style
    found = []
    last = next((one for one in reversed(panel.stretches) if one.centre is not None), None)
    if last is not None and last.centre is not None:
        lines = [f"{panel.word} {chart.value(last.centre, scale.decimals)}"]
        if last.frozen is not None and last.frozen < len(panel.dates):
            lines.append(f"of the first {plural(last.frozen, 'point')}")
        elif last.name:
            lines.append(fitting(last.name, 150, LABEL))
        found.append(_Label(last.centre, tuple(lines), style.centre, "dk-centre-label"))
        for name, value in (("upper limit", last.upper), ("lower limit", last.lower)):
            if value is not None and _within(value, scale):
                found.append(
                    _Label(
                        value,
                        (f"{name} {chart.value(value, scale.decimals)}",),
                        style.limits,
                        "dk-limit-label",
                    )
                )
    colours = {"target": style.target, "baseline": style.baseline}
    for name, value in chart.levels:
        text = f"{name} {chart.value(value, scale.decimals)}"
        found.append(_Label(value, (text,), colours[name], f"dk-{name}-label"))
    return found


def _within(value: float, scale: Scale) -> bool:
    return scale.low - 1e-9 <= value / scale.factor <= scale.high + 1e-9


def _spread(wanted: Sequence[tuple[float, float]], top: float, bottom: float) -> list[float]:
    """Middles of blocks, each as near to where it wants to be as its neighbours let it.

    Args:
        wanted: for each block where it wants its middle, and how high it is, from top to bottom.
        top: what none may reach above.
        bottom: what none should reach below.
    """
    groups: list[tuple[list[int], float, float]] = []  # members, top, height
    for at, (middle, height) in enumerate(wanted):
        members, begin, tall = [at], max(top, middle - height / 2), height
        while groups and groups[-1][1] + groups[-1][2] > begin:
            before, _, above = groups.pop()
            members, tall = before + members, above + tall
            want = sum(wanted[i][0] for i in members) / len(members)
            begin = max(top, want - tall / 2)
        groups.append((members, min(begin, max(top, bottom - tall)), tall))
    found = [0.0] * len(wanted)
    floor = top
    for members, begin, _ in groups:
        y = max(begin, floor)
        for i in members:
            found[i] = y + wanted[i][1] / 2
            y += wanted[i][1]
        floor = y
    return found


def _single(desk: _Desk, top: float, plot: float | None) -> float:
    chart = desk.chart
    panel = chart.panels[0]
    scale = _vertical(chart, 6)
    low, high = horizontal(chart.panels)
    labels = sorted(_labels(desk, panel, scale), key=lambda one: -one.value)
    left = EDGE + max(measure(label, LABEL) for label in scale.labels) + 9
    widest = max((measure(line, LABEL, bold=True) for label in labels for line in label.lines), default=0.0)
    right = chart.width - EDGE - (widest + 22 if labels else 8)
    field_ = Plot(
        panel, left, 0.0, right - left, plot or PLOT_HEIGHT, low, high, scale, chart.levels, small=False
    )
    y = top
    named = [one for one in panel.stretches if one.name]
    if named:
        y += 18
    flags = _flags(desk, field_, _LANES, chart.width - EDGE)
    lanes = max((flag.lane for flag in flags), default=-1) + 1
    field_ = evolve(field_, y=y + lanes * (_FLAG_HEIGHT + 2) + 8)
    _phase_names(desk, field_, top + 12)
    _hang(desk, field_, flags, y, FLAG)
    desk.plots.append(field_)
    _y_axis(desk, field_, LABEL)
    bottom = field_.y + field_.height
    bottom = _note_marks(desk, field_, bottom)
    _x_axis(desk, field_, bottom + 5 + LABEL, LABEL)
    _right_labels(desk, field_, labels)
    _nothing(desk, field_)
    return bottom + 2 * LABEL * 1.36 + 6


def _right_labels(desk: _Desk, plot: Plot, labels: Sequence[_Label]) -> None:
    step = LABEL * 1.25
    wanted = [(plot.down(label.value), len(label.lines) * step + 2) for label in labels]
    x = plot.x + plot.width
    for label, middle in zip(labels, _spread(wanted, plot.y - 8, plot.y + plot.height + 8), strict=True):
        at = plot.down(label.value)
        desk.segments.append(Segment(x + 2, at, x + 15, middle, label.colour, 0.8, role="dk-leader"))
        begin = middle - len(label.lines) * step / 2
        for number, line in enumerate(label.lines):
            desk.write(
                line,
                x + 19,
                begin + (number + 0.78) * step,
                size=LABEL,
                colour=label.colour,
                bold=label.role == "dk-centre-label" and number == 0,
                role=label.role,
            )


def _nothing(desk: _Desk, plot: Plot) -> None:
    """Says so in the middle of an empty plot."""
    if not plot.panel.seen:
        desk.write(
            plot.panel.verdict.text,
            plot.x + plot.width / 2,
            plot.y + plot.height / 2,
            size=HEADING,
            colour=desk.style.text,
            anchor="middle",
            role="dk-empty",
        )


def _phase_names(desk: _Desk, plot: Plot, y: float) -> None:
    panel = plot.panel
    if len(panel.stretches) < 2:
        return
    edges = boundaries(plot)
    ends = [plot.x, *edges, plot.x + plot.width]
    for number, stretch in enumerate(panel.stretches):
        left, right = ends[number], ends[number + 1]
        room = right - left - 8
        size = SMALL if not plot.small else 9.5
        ways = [stretch.name]
        if stretch.centre is not None and not plot.small:
            centre = desk.chart.value(stretch.centre, plot.scale.decimals)
            ways = [f"{stretch.name} · {panel.word} {centre}", f"{stretch.name} {centre}", stretch.name]
        text = next((way for way in ways if measure(way, size, bold=True) <= room), "")
        desk.unsaid |= not plot.small and text not in ways[:2]
        text = text or fitting(stretch.name, room, size, bold=True)
        desk.write(text, left + 4, y, size=size, colour=desk.style.text, bold=True, role="dk-phase")
    for x in edges:
        desk.segments.append(
            Segment(
                x,
                y - 10,
                x,
                plot.y + plot.height,
                desk.style.text,
                1.0,
                (5, 3),
                "dk-phase-boundary",
                below=True,
            )
        )


def boundaries(plot: Plot) -> list[float]:
    """Where one phase ends and the next begins: half way between two points."""
    panel = plot.panel
    found = []
    for stretch in panel.stretches[1:]:
        here, before = panel.dates[stretch.start], panel.dates[stretch.start - 1]
        found.append((plot.across(here) + plot.across(before)) / 2)
    return found


# --- flags and notes ------------------------------------------------------------------------------------------


def _flags(desk: _Desk, plot: Plot, lanes: int, right: float, size: float = FLAG) -> tuple[Flag, ...]:
    marks = [m for m in plot.panel.cycles if plot.low <= m.date.toordinal() <= plot.high]
    return hang(
        [plot.across(mark.date) for mark in marks],
        [shortened(mark.id, 14) for mark in marks],
        lanes=lanes,
        measure=lambda text: measure(text, size) + 7,
        right=right,
    )


def _hang(desk: _Desk, plot: Plot, flags: Iterable[Flag], top: float, size: float) -> None:
    style = desk.style
    marks = [m for m in plot.panel.cycles if plot.low <= m.date.toordinal() <= plot.high]
    tall = _FLAG_HEIGHT * size / FLAG
    poles: set[float] = set()
    for flag in flags:
        y = top + flag.lane * (tall + 2)
        ids = " ".join(marks[at].id for at in flag.members)
        if flag.x not in poles:  # of cycles on one day the uppermost flag has the pole
            poles.add(flag.x)
            foot = plot.y + plot.height
            desk.segments.append(
                Segment(flag.x, y, flag.x, foot, style.flag_edge, 0.8, (1.5, 2.5), "dk-pole", below=True)
            )
        desk.boxes.append(
            Box(flag.x, y, flag.width, tall, style.flag, style.flag_edge, role=f"dk-cycle {ids}")
        )
        desk.write(
            flag.text,
            flag.x + 3.5,
            y + tall * 0.5 + size * 0.36,
            size=size,
            colour=style.flag_text,
            role="dk-flag",
        )


def _note_marks(desk: _Desk, plot: Plot, y: float) -> float:
    """A bracket below the points that a remark is about, with its letter; gives back where the strip ends."""
    notes = plot.panel.notes
    if not notes:
        return y
    right = -1e9
    for note in notes:
        first, last = (plot.across(plot.panel.dates[at]) for at in (note.first, note.last))
        middle = (first + last) / 2
        desk.segments.append(
            Segment(first - 4, y + 7, last + 4, y + 7, desk.style.text, 1.6, role="dk-note-mark")
        )
        width = measure(note.letter, SMALL, bold=True)
        if middle - width / 2 < right:
            continue
        right = middle + width / 2 + 3
        desk.write(
            note.letter,
            middle,
            y + 19,
            size=SMALL,
            colour=desk.style.text,
            bold=True,
            anchor="middle",
            role="dk-note",
        )
    return y + 20


# --- many panels ----------------------------------------------------------------------------------------------


def _many(desk: _Desk, top: float, plot: float | None) -> float:
    chart, style = desk.chart, desk.style
    columns, rows = _rows(chart)
    scale = _vertical(chart, 4)
    low, high = horizontal(chart.panels)
    axis = max(measure(label, SMALL) for label in scale.labels) + 9
    gap, tail = 16.0, 44.0
    cell = (desk.inner - axis - gap * (columns - 1)) / columns
    width = cell - tail
    tall = plot or {1: 240.0, 2: 190.0, 3: 135.0}.get(rows, 120.0)
    count = len(chart.panels)
    with_flags = any(panel.cycles for panel in chart.panels)
    with_phases = any(len(panel.stretches) > 1 for panel in chart.panels)
    with_notes = any(panel.notes for panel in chart.panels)
    y = top
    for row in range(rows):
        some = chart.panels[row * columns : (row + 1) * columns]
        heads = [wrapped(panel.heading, cell - 4, HEADING, bold=True, most=2) for panel in some]
        verdicts = [wrapped(panel.verdict.short, cell - 16, SMALL, most=2) for panel in some]
        head = max(len(lines) for lines in heads) * 17 + max(len(lines) for lines in verdicts) * 15
        begin = y + head + 6 + (14 if with_phases else 0)
        strip = 15.0 if with_flags else 0.0
        for column, panel in enumerate(some):
            x = EDGE + axis + column * (cell + gap)
            line = y
            for text in heads[column]:
                line += 17
                desk.write(text, x, line - 4, size=HEADING, colour=style.title, bold=True, role="dk-heading")
            indent = 0.0
            kind = {"signal": "part"}.get(panel.verdict.kind, panel.verdict.kind)
            if kind in ("better", "worse", "part"):
                desk.symbols.append(Symbol(x + 5, line + 8, kind))
                indent = 14.0
            for text in verdicts[column]:
                line += 15
                desk.write(text, x + indent, line - 3, size=SMALL, colour=style.text, role="dk-verdict")
            field_ = Plot(
                panel, x, begin + strip + 4, width, tall, low, high, scale, chart.levels, small=True
            )
            _phase_names(desk, field_, begin - 4)
            flags = _flags(desk, field_, 1, x + cell + gap - 4, 9.5)
            _hang(desk, field_, flags, begin, 9.5)
            desk.plots.append(field_)
            if column == 0:
                _y_axis(desk, field_, SMALL)
            bottom = field_.y + field_.height
            if with_notes:
                _note_marks(desk, field_, bottom)
            if row * columns + column + columns >= count:
                _x_axis(desk, field_, bottom + (20 if with_notes else 0) + 5 + SMALL, SMALL)
            _tail(desk, field_)
            _nothing_small(desk, field_)
        y = begin + strip + 4 + tall + (20 if with_notes else 0) + 14
    return y + 2 * SMALL * 1.36 - 4


def _tail(desk: _Desk, plot: Plot) -> None:
    """The value of the centre line at its right end."""
    last = next((one for one in reversed(plot.panel.stretches) if one.centre is not None), None)
    if last is not None and last.centre is not None:
        desk.write(
            desk.chart.value(last.centre, plot.scale.decimals, unit=False),
            plot.x + plot.width + 4,
            plot.down(last.centre) + SMALL * 0.36,
            size=SMALL,
            colour=desk.style.centre,
            bold=True,
            role="dk-centre-label",
        )


def _nothing_small(desk: _Desk, plot: Plot) -> None:
    if not plot.panel.seen:
        desk.write(
            "no values",
            plot.x + plot.width / 2,
            plot.y + plot.height / 2,
            size=SMALL,
            colour=desk.style.text,
            anchor="middle",
            role="dk-empty",
        )


# --- below the points ------------------------------------------------------------------------------------------


def _legend(desk: _Desk, y: float) -> float:
    chart, style = desk.chart, desk.style
    marks = {mark for panel in chart.panels for mark in panel.marks}
    words = {
        "better": "part of a signal for the better",
        "worse": "part of a signal for the worse",
        "part": "part of a signal (whether better or worse is not told)",
    }
    entries = [(kind, text) for kind, text in words.items() if kind in marks]
    if any(panel.excluded for panel in chart.panels):
        entries.append(("excluded", "not counted"))
    if any(box.role.startswith("dk-cycle") for box in desk.boxes):
        several = any(words.role == "dk-flag" and " +" in words.text for words in desk.words)
        after = " (+2: and two more soon after it)" if several else ""
        entries.append(("flag", f"PDSA cycle, at the day of its Do{after}"))
    lines = chart.lines_drawn
    entries += [(kind, text) for kind, text in lines]
    if not entries:
        return y + 6
    y += 16
    x = EDGE
    for kind, text in entries:
        sign = {"flag": 26.0, "dash": 30.0, "solid": 30.0, "dots": 30.0, "limits": 30.0}.get(kind, 16.0)
        width = sign + measure(text, SMALL) + 22
        if x + width - 22 > chart.width - EDGE and x > EDGE:
            x, y = EDGE, y + 18
        if kind == "flag":
            desk.boxes.append(Box(x, y - 11, 20, 14, style.flag, style.flag_edge, role="dk-legend"))
            desk.write("T1", x + 3.5, y - 0.2, size=FLAG, colour=style.flag_text, role="dk-legend")
        elif sign == 30.0:
            desk.segments.append(Segment(x, y - 4, x + 24, y - 4, *_line_look(style, kind), role="dk-legend"))
        else:
            desk.symbols.append(Symbol(x + 5, y - 4, kind, role="dk-legend"))
        desk.write(text, x + sign, y, size=SMALL, colour=style.text, role="dk-legend")
        x += width
    return y + 8


def _line_look(style: ChartStyle, kind: str) -> tuple[str, float, tuple[float, ...]]:
    return {
        "solid": (style.centre, 1.8, ()),
        "dash": (style.centre, 1.8, (6.0, 3.0)),
        "dots": (style.target, 1.5, (9.0, 3.0, 2.0, 3.0)),
        "limits": (style.limits, 1.1, (4.0, 3.0)),
    }[kind]


def _footnotes(desk: _Desk, y: float) -> float:
    for text in (*_of_axis(desk), *desk.chart.footnotes):
        y = desk.paragraph(
            text, EDGE, y + 2, desk.inner, size=SMALL, colour=desk.style.quiet, role="dk-footnote", most=6
        )
    return y


def _of_axis(desk: _Desk) -> list[str]:
    """What a reader has to know of the vertical axis."""
    scale = desk.plots[0].scale
    found = []
    if not scale.from_zero and any(panel.seen for panel in desk.chart.panels):
        found.append(f"The vertical axis does not begin at 0: it begins at {scale.labels[0]}.")
    if desk.unsaid:
        centres = [
            f"{stretch.name} {desk.chart.value(stretch.centre, scale.decimals)}"
            for stretch in desk.chart.panels[0].stretches
            if stretch.centre is not None
        ]
        found.append(f"The {desk.chart.panels[0].word} of each phase: {', '.join(centres)}.")
    for name in ("lower", "upper"):
        hidden = [
            value
            for panel in desk.chart.panels
            for stretch in panel.stretches
            if (value := getattr(stretch, name)) is not None and not _within(value, scale)
        ]
        if hidden:
            where = "below 0" if name == "lower" else "above 100"
            each = f"The {name} limit ({desk.chart.value(hidden[0], scale.decimals)}) lies"
            if len(hidden) > 1:
                each = f"{plural(len(hidden), name + ' limit')} lie"
            found.append(
                f"{each} {where}, where no value can be, and {'is' if len(hidden) == 1 else 'are'} not drawn."
            )
    return found


def _key(desk: _Desk, y: float) -> float:
    ideas: Sequence[Idea] = desk.chart.key
    if not ideas:
        return y
    style = desk.style
    y += 10
    desk.segments.append(Segment(EDGE, y, desk.chart.width - EDGE, y, style.grid, 1.0, role="dk-rule"))
    y = desk.paragraph(
        "Cycles and what was decided, by change idea",
        EDGE,
        y + 4,
        desk.inner,
        size=SMALL,
        colour=style.text,
        bold=True,
        role="dk-key-title",
    )
    columns = 2 if desk.chart.width >= 800 and len(ideas) > 1 else 1
    gap = 28.0
    width = (desk.inner - gap * (columns - 1)) / columns
    each = -(-len(ideas) // columns)
    indent = max(measure(idea.id, SMALL, bold=True) for idea in ideas) + 8
    lowest = y
    for column in range(columns):
        x, line = EDGE + column * (width + gap), y
        for idea in ideas[column * each : (column + 1) * each]:
            desk.write(
                idea.id, x, line + 3 + SMALL * 1.06, size=SMALL, colour=style.text, bold=True, role="dk-key"
            )
            line = desk.paragraph(
                f"{idea.text}: {', '.join(idea.cycles)}",
                x + indent,
                line + 3,
                width - indent,
                size=SMALL,
                colour=style.text,
                role="dk-key",
                most=6,
            )
        lowest = max(lowest, line)
    return lowest


def note_lines(notes: Iterable[NoteMark], most: int = 12) -> list[str]:
    """The remarks on points as footnotes."""
    by_letter: dict[str, str] = {}
    for note in notes:
        by_letter.setdefault(note.letter, note.text)
    found = [f"{letter}: {shortened(harmless(text), 160)}" for letter, text in by_letter.items()]
    if len(found) > most:
        return ["; ".join(found[:most]) + f"; and {len(found) - most} more notes."]
    return ["; ".join(found) + "."] if found else []
