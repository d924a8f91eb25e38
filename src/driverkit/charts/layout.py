"""Where everything on a chart goes, one below the other.

Words are measured in the bundled font, so a chart is laid out alike on every machine, and before anything is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from driverkit.charts.below import footnotes, key, legend
from driverkit.charts.fields import (
    flags_of,
    hang_flags,
    horizontal,
    labels_of,
    note_marks,
    nothing,
    phase_names,
    right_labels,
    vertical,
    x_axis,
    y_axis,
)
from driverkit.charts.sheet import (
    EDGE,
    FLAG,
    FLAG_HEIGHT,
    HEADING,
    LABEL,
    LANES,
    LEAST_PLOT,
    PLOT_HEIGHT,
    SMALL,
    SUBTITLE,
    TITLE,
    VERDICT,
    Desk,
    Plot,
    Sheet,
    Symbol,
    wrapped,
)
from driverkit.charts.style import style_of
from driverkit.diagram.fonts.metrics import measure
from driverkit.errors import UsageError

if TYPE_CHECKING:
    from driverkit.charts.model import Chart

__all__ = ["lay_out"]

# --- the whole sheet -----------------------------------------------------------------------------------------


def lay_out(chart: Chart) -> Sheet:
    """Where everything goes.

    Raises:
        UsageError: the height that was asked for leaves no room for the points.
    """
    desk = Desk(chart, style_of(chart.theme))
    top = _header(desk, EDGE)
    # What stands below is laid out twice where a height is asked for: first to see how much is left.
    if chart.height is None:
        bottom = _body(desk, top, None)
        return _sheet(desk, bottom)
    trial = Desk(chart, desk.style)
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


def _sheet(desk: Desk, height: float) -> Sheet:
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


def _header(desk: Desk, y: float) -> float:
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


def _body(desk: Desk, top: float, plot: float | None) -> float:
    chart = desk.chart
    below = _single(desk, top, plot) if len(chart.panels) == 1 else _many(desk, top, plot)
    below = legend(desk, below)
    below = footnotes(desk, below)
    return key(desk, below) + EDGE * 0.7


def _rows(chart: Chart) -> tuple[int, int]:
    """Columns and rows of panels: a good sheet of A4, lying, as far as that goes."""
    count = len(chart.panels)
    by_width = max(1, int((chart.width - 2 * EDGE) // 170))
    columns = min(
        by_width, {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 3}.get(count, 4 if count <= 12 else 5)
    )
    return columns, -(-count // columns)


# --- one panel, or many


def _single(desk: Desk, top: float, plot: float | None) -> float:
    chart = desk.chart
    panel = chart.panels[0]
    scale = vertical(chart, 6)
    low, high = horizontal(chart.panels)
    labels = sorted(labels_of(desk, panel, scale), key=lambda one: -one.value)
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
    flags = flags_of(desk, field_, LANES, chart.width - EDGE)
    lanes = max((flag.lane for flag in flags), default=-1) + 1
    field_ = evolve(field_, y=y + lanes * (FLAG_HEIGHT + 2) + 8)
    phase_names(desk, field_, top + 12)
    hang_flags(desk, field_, flags, y, FLAG)
    desk.plots.append(field_)
    y_axis(desk, field_, LABEL)
    bottom = field_.y + field_.height
    bottom = note_marks(desk, field_, bottom)
    x_axis(desk, field_, bottom + 5 + LABEL, LABEL)
    right_labels(desk, field_, labels)
    nothing(desk, field_)
    return bottom + 2 * LABEL * 1.36 + 6


def _many(desk: Desk, top: float, plot: float | None) -> float:
    chart, style = desk.chart, desk.style
    columns, rows = _rows(chart)
    scale = vertical(chart, 4)
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
            phase_names(desk, field_, begin - 4)
            flags = flags_of(desk, field_, 1, x + cell + gap - 4, 9.5)
            hang_flags(desk, field_, flags, begin, 9.5)
            desk.plots.append(field_)
            if column == 0:
                y_axis(desk, field_, SMALL)
            bottom = field_.y + field_.height
            if with_notes:
                note_marks(desk, field_, bottom)
            if row * columns + column + columns >= count:
                x_axis(desk, field_, bottom + (20 if with_notes else 0) + 5 + SMALL, SMALL)
            _tail(desk, field_)
            _nothing_small(desk, field_)
        y = begin + strip + 4 + tall + (20 if with_notes else 0) + 14
    return y + 2 * SMALL * 1.36 - 4


def _tail(desk: Desk, plot: Plot) -> None:
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


def _nothing_small(desk: Desk, plot: Plot) -> None:
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
