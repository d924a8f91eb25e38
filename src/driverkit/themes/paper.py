"""A figure among paragraphs: thin lines on white, greys, and one blue for what the theory is about."""

import attrs

from driverkit.themes import BoxStyle, LineStyle, MarkStyle, Theme
from driverkit.themes import plain as _plain

__all__ = ["PAPER"]

_INK = "#1a1a1a"
_SOFT = "#4d4d4d"
_ACCENT = "#1f4e79"
_WHITE = "#ffffff"
_FADED = "#6b6b6b"

# What deserves the one accent; everything else is told by its strip, its dashes and its width.
_ACCENTED = (
    *("added", "changed", "learned", "status-adopted", "evidence-supports", "coverage-full", "signal-better"),
    *("owner-1", "measure-outcome", "work-held"),
)


def _box(width: float, stroke: str, radius: float = 0.0) -> BoxStyle:
    return BoxStyle(fill=_WHITE, stroke=stroke, text=_INK, note=_SOFT, width=width, radius=radius)


def _inked(name: str, mark: MarkStyle) -> MarkStyle:
    """The strips and dashes of the black and white theme; thinner, and some of them blue."""
    ink = _ACCENT if name in _ACCENTED else _SOFT
    soft = name in ("removed", "abandoned")
    return attrs.evolve(
        mark,
        width=None if mark.width is None else round(mark.width * 0.75, 2),
        band_colour=None if mark.band == "none" else ink,
        stroke=ink if name in ("added", "changed") else "#b0b0b0" if name == "faded" else None,
        text=_SOFT if soft else _FADED if name == "faded" else None,
        note=_SOFT if soft else _FADED if name == "faded" else None,
    )


PAPER = Theme(
    # A journal sets a figure with white around it already.
    margin=4.0,
    name="paper",
    description="Thin lines on white with greys and one blue, for a figure in a journal paper or thesis.",
    background=_WHITE,
    title=_INK,
    subtitle=_SOFT,
    heading=_INK,
    rule="#c8c8c8",
    legend=_SOFT,
    aim=BoxStyle(
        fill=_WHITE, stroke=_ACCENT, text=_ACCENT, note=_SOFT, width=1.5, radius=0, band_colour=_ACCENT
    ),
    primary=_box(1.0, _INK),
    secondary=_box(0.85, "#4d4d4d"),
    tertiary=_box(0.75, "#6b6b6b"),
    deeper=_box(0.6, "#777777"),
    change=_box(0.75, "#4d4d4d", radius=6),
    measure=_box(0.75, "#737373", radius=12),
    problem=BoxStyle(
        fill=_WHITE, stroke=_ACCENT, text=_ACCENT, note=_SOFT, width=1.5, radius=0, band_colour=_ACCENT
    ),
    category=_box(1.0, _INK),
    cause=_box(0.6, "#777777"),
    strong=LineStyle(stroke=_INK, width=1.75),
    moderate=LineStyle(stroke=_INK, width=1.1),
    weak=LineStyle(stroke=_SOFT, width=0.9, dash=(5, 3)),
    unstated=LineStyle(stroke=_SOFT, width=0.8),
    implied=LineStyle(stroke="#737373", width=0.8, dash=(1.2, 2.5)),
    conditional=(6, 2.5, 1.2, 2.5),
    marks=[(name, _inked(name, mark)) for name, mark in _plain.PLAIN.marks],
)
