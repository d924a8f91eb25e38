"""Drawings on a page of a fixed size, such as a slide: how much smaller, and whether one can still read them."""

from __future__ import annotations

from driverkit.diagram.model import Diagram

__all__ = ["LEGIBLE", "sheet_scale", "smallest_text"]

LEGIBLE = 8.0
"""The smallest text in points that still serves on a slide: read from a handout, not from the last row."""

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
        *(entry.line for entry in diagram.legend),
    ]
    scale = sheet_scale(diagram, sheet) if sheet else 1.0
    return min((line.size for line in lines), default=0.0) * 0.75 * scale
