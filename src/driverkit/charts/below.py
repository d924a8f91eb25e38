"""What stands below the points: legend, footnotes, and the key of cycles."""

from __future__ import annotations

from collections.abc import Sequence

from driverkit.charts.content import Idea
from driverkit.charts.fields import within
from driverkit.charts.sheet import EDGE, FLAG, SMALL, Box, Desk, Segment, Symbol
from driverkit.charts.style import ChartStyle
from driverkit.diagram.fonts.metrics import measure
from driverkit.evidence.words import plural

__all__ = ["footnotes", "key", "legend"]

# --- below the points ------------------------------------------------------------------------------------------


def legend(desk: Desk, y: float) -> float:
    """What each sign means; only those that are drawn. Gives back where it ends, as all of these do."""
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


def footnotes(desk: Desk, y: float) -> float:
    """The axis, the rule, what is missing or left out, and remarks."""
    for text in (*_of_axis(desk), *desk.chart.footnotes):
        y = desk.paragraph(
            text, EDGE, y + 2, desk.inner, size=SMALL, colour=desk.style.quiet, role="dk-footnote", most=6
        )
    return y


def _of_axis(desk: Desk) -> list[str]:
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
            if (value := getattr(stretch, name)) is not None and not within(value, scale)
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


def key(desk: Desk, y: float) -> float:
    """The change ideas whose cycles are marked, with what was decided."""
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
