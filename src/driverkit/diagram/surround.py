"""What stands around a drawing: the header above it and the legend below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from driverkit.diagram.content import SHAPES, line_height, lines_of
from driverkit.diagram.model import LegendEntry, Shape, TextLine
from driverkit.diagram.wrap import Wrapper

__all__ = ["MARGIN", "Explained", "header", "legend_entries", "moved", "revision_words"]

MARGIN = 24.0
TITLE_SIZE = 19.0
SUBTITLE_SIZE = 12.0
LEGEND_SIZE = 11.0
# Longer words of the legend are broken, so that several stand beside each other.
LEGEND_WIDEST = 340.0

Explained = tuple[Literal["line", "box", "dot", "spark"], str, str]
"""Whether a line, a box, a dot or a small series is shown, the key of its look, and the words."""


def revision_words(theory: Any) -> list[str]:
    """Revision and date, as far as the theory says them."""
    said: list[str] = []
    revision = getattr(theory, "revision", None)
    if revision is not None:
        if getattr(revision, "label", None):
            said.append(f"Revision {revision.label}")
        date = getattr(revision, "date", None)
        if date is not None:
            said.append(date.isoformat() if hasattr(date, "isoformat") else str(date))
    return said


def header(
    wrapper: Wrapper, title: str, said: Sequence[str], width: float
) -> tuple[tuple[TextLine, ...], float]:
    """The title and a line of small words below it, and where the header ends."""
    y = MARGIN - 4.0
    lines, used = lines_of(wrapper, wrapper.prepare(title, TITLE_SIZE, bold=True), width, MARGIN, y, "title")
    y += used
    if said:
        small = wrapper.prepare(" · ".join(said), SUBTITLE_SIZE)
        more, used = lines_of(wrapper, small, width, MARGIN, y + 2.0, "subtitle")
        lines += [moved(line, 0.0, 0.0, "\n" if not i else None) for i, line in enumerate(more)]
        y += used + 2.0
    return tuple(lines), y + 14.0


def legend_entries(
    wrapper: Wrapper,
    wanted: Sequence[Explained],
    bottom: float,
    width: float,
    shapes: Mapping[str, Shape] | None = None,
) -> tuple[tuple[LegendEntry, ...], float]:
    """The words for every line style and mark that is drawn, in rows, and where they end.

    ``shapes`` gives the outline of the signs of some marks.
    """
    shapes = shapes or {}
    if not wanted:
        return (), bottom
    sample, gap, high = 28.0, 8.0, line_height(LEGEND_SIZE)
    room = max(60.0, min(LEGEND_WIDEST, width - 2 * MARGIN - sample - gap))
    x, y, low = MARGIN, bottom + 22.0, 0.0
    out: list[LegendEntry] = []
    for kind, key, said in wanted:
        lines, used = lines_of(wrapper, wrapper.prepare(said, LEGEND_SIZE), room, 0.0, 0.0, "note")
        wide = max((line.width for line in lines), default=0.0)
        if x > MARGIN and x + sample + gap + wide > width - MARGIN:
            x, y, low = MARGIN, y + low + 6.0, 0.0
        for i, line in enumerate(lines):
            # A line from right to left keeps to the right edge of its own words, not of the room.
            shift = wide - room if line.rtl else 0.0
            out.append(
                LegendEntry(
                    kind,
                    key,
                    moved(line, x + sample + gap + shift, y),
                    round(x, 2),
                    round(y + line.y - lines[0].y, 2) if i else round(y, 2),
                    sample,
                    high,
                    (shapes.get(key) or _outline(key)) if kind == "dot" else "circle",
                )
            )
        low = max(low, used)
        x += sample + gap + wide + 22.0
    return tuple(out), y + low


def _outline(key: str) -> Shape:
    """The outline of the sign of a measure whose role the key names; of any other sign a circle."""
    kind, _, role = key.partition("-")
    if kind not in ("measure", "role"):
        return "circle"
    return SHAPES.get(role, "diamond")


def moved(line: TextLine, right: float, down: float, joins: str | None = None) -> TextLine:
    """A line shifted, and maybe joined otherwise to the one above."""
    return TextLine(
        line.text,
        round(line.x + right, 2),
        round(line.y + down, 2),
        line.size,
        line.bold,
        line.width,
        line.part,
        line.rtl,
        line.joins if joins is None else joins,
    )
