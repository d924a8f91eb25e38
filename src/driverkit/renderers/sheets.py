"""What the languages share whose drawings are edited afterwards: texts in one piece, and sheets of a fixed size."""

from __future__ import annotations

from collections.abc import Sequence

from driverkit.diagram.model import Box, Diagram, TextLine
from driverkit.renderers.shapes import flowing

__all__ = ["LEGIBLE", "READABLE", "before_words", "beside_signs", "sheet_scale", "smallest_text"]

LEGIBLE = 8.0
"""The smallest text in points that still serves on a slide: read from a handout, not from the last row."""

READABLE = 10.0
"""The smallest text in points that a page of one primary driver should have, where it can be had."""

# A theory of three boxes is not blown up to fill the slide.
_LARGEST_SCALE = 2.0


def sheet_scale(diagram: Diagram, sheet: tuple[float, float]) -> float:
    """By what the pixels of a diagram are multiplied so that it fits onto a sheet, whose size is in points.

    >>> sheet_scale(Diagram(2560, 720, "Wide"), (960, 540))
    0.5
    """
    return min(
        _LARGEST_SCALE,
        sheet[0] / 0.75 / max(1.0, diagram.width),
        sheet[1] / 0.75 / max(1.0, diagram.height),
    )


def smallest_text(diagram: Diagram, sheet: tuple[float, float] | None = None) -> float:
    """The size in points of the smallest text of a diagram, on a sheet where one is given; 0 without text."""
    lines = [
        *diagram.header,
        *(line for column in diagram.columns for line in column.heading),
        *(line for box in diagram.boxes for line in box.lines),
        *(line for group in diagram.groups for line in group.lines),
        *(entry.line for entry in diagram.legend),
    ]
    scale = sheet_scale(diagram, sheet) if sheet else 1.0
    return min((line.size for line in lines), default=0.0) * 0.75 * scale


def before_words(lines: Sequence[TextLine], whole: str) -> str:
    """What a diagram puts before the words of a node, such as its number."""
    drawn = "".join(words for line, words in flowing(lines) if line.part == "text")
    before = " ".join(drawn.split()).removesuffix(" ".join(whole.split()))
    return before if 0 < len(before) <= 24 and len(before) < len(" ".join(drawn.split())) else ""


def beside_signs(box: Box) -> tuple[tuple[TextLine, ...], tuple[TextLine, ...]]:
    """The lines of a box that flow, and those that stand beside a sign or series and keep their places."""
    edges = [dot.y - dot.size for dot in box.dots] + [spark.y for spark in box.sparks]
    if not edges:
        return box.lines, ()
    first = min(edges)
    rows = tuple(line for line in box.lines if line.part == "note" and line.y >= first)
    return tuple(line for line in box.lines if line not in rows), rows
