"""One field of points and what stands around it: axes, words at the ends of lines, phases, flags and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from driverkit.charts import scales
from driverkit.charts.content import Panel, when
from driverkit.charts.flags import Flag, hang
from driverkit.charts.scales import Scale
from driverkit.charts.sheet import FLAG, FLAG_HEIGHT, HEADING, LABEL, SMALL, Box, Desk, Plot, Segment, fitting
from driverkit.diagram.fonts.metrics import measure
from driverkit.evidence.words import plural, shortened

if TYPE_CHECKING:
    from driverkit.charts.model import Chart

__all__ = [
    "boundaries",
    "flags_of",
    "hang_flags",
    "horizontal",
    "labels_of",
    "note_marks",
    "nothing",
    "phase_names",
    "right_labels",
    "vertical",
    "within",
    "x_axis",
    "y_axis",
]

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


def vertical(chart: Chart, most: int) -> Scale:
    """The vertical axis, the same for all panels."""
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


def x_axis(desk: Desk, plot: Plot, y: float, size: float) -> None:
    """Ticks and dates below a field."""
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


def y_axis(desk: Desk, plot: Plot, size: float) -> None:
    """Numbers beside a field."""
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
class Label:
    """Words at the right end of a line."""

    value: float
    lines: tuple[str, ...]
    colour: str
    role: str


def labels_of(desk: Desk, panel: Panel, scale: Scale) -> list[Label]:
    """What is written at the right end of the lines of a panel."""
    chart, style = desk.chart, desk.style
    found = []
    last = next((one for one in reversed(panel.stretches) if one.centre is not None), None)
    if last is not None and last.centre is not None:
        lines = [f"{panel.word} {chart.value(last.centre, scale.decimals)}"]
        if last.frozen is not None and last.frozen < len(panel.dates):
            lines.append(f"of the first {plural(last.frozen, 'point')}")
        elif last.name:
            lines.append(fitting(last.name, 150, LABEL))
        found.append(Label(last.centre, tuple(lines), style.centre, "dk-centre-label"))
        for name, value in (("upper limit", last.upper), ("lower limit", last.lower)):
            if value is not None and within(value, scale):
                found.append(
                    Label(
                        value,
                        (f"{name} {chart.value(value, scale.decimals)}",),
                        style.limits,
                        "dk-limit-label",
                    )
                )
    colours = {"target": style.target, "baseline": style.baseline}
    for name, value in chart.levels:
        text = f"{name} {chart.value(value, scale.decimals)}"
        found.append(Label(value, (text,), colours[name], f"dk-{name}-label"))
    return found


def within(value: float, scale: Scale) -> bool:
    """Whether a value lies on the axis."""
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


def right_labels(desk: Desk, plot: Plot, labels: Sequence[Label]) -> None:
    """Writes them, moved apart where lines lie close together."""
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


def nothing(desk: Desk, plot: Plot) -> None:
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


def phase_names(desk: Desk, plot: Plot, y: float) -> None:
    """The name of each phase above its part of the field, with its centre line where there is room."""
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


def flags_of(desk: Desk, plot: Plot, lanes: int, right: float, size: float = FLAG) -> tuple[Flag, ...]:
    """The flags of the cycles that lie on the axis."""
    marks = [m for m in plot.panel.cycles if plot.low <= m.date.toordinal() <= plot.high]
    return hang(
        [plot.across(mark.date) for mark in marks],
        [shortened(mark.id, 14) for mark in marks],
        lanes=lanes,
        measure=lambda text: measure(text, size) + 7,
        right=right,
    )


def hang_flags(desk: Desk, plot: Plot, flags: Iterable[Flag], top: float, size: float) -> None:
    """Draws flags, and for each day one pole down to the axis."""
    style = desk.style
    marks = [m for m in plot.panel.cycles if plot.low <= m.date.toordinal() <= plot.high]
    tall = FLAG_HEIGHT * size / FLAG
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


def note_marks(desk: Desk, plot: Plot, y: float) -> float:
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
