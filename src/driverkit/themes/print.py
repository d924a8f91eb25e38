"""Greys that stay apart on an office laser printer; it was called grey once, and still answers to that."""

import attrs

from driverkit.themes import BoxStyle, LineStyle, MarkStyle, Theme
from driverkit.themes import plain as _plain

__all__ = ["PRINT"]

PRINT = Theme(
    name="print",
    description="Greys that stay apart on an office printer.",
    background="#ffffff",
    title="#111111",
    subtitle="#555555",
    heading="#222222",
    rule="#bbbbbb",
    legend="#444444",
    aim=BoxStyle(
        fill="#333333", stroke="#333333", text="#ffffff", note="#e6e6e6", radius=6, band_colour="#ffffff"
    ),
    primary=BoxStyle(fill="#d6d6d6", stroke="#4d4d4d", text="#111111", note="#333333", width=1.5),
    secondary=BoxStyle(fill="#ebebeb", stroke="#737373", text="#111111", note="#404040"),
    tertiary=BoxStyle(fill="#f5f5f5", stroke="#8c8c8c", text="#111111", note="#404040"),
    deeper=BoxStyle(fill="#fbfbfb", stroke="#a3a3a3", text="#111111", note="#404040"),
    change=BoxStyle(fill="#ffffff", stroke="#595959", text="#111111", note="#404040", radius=8),
    measure=BoxStyle(fill="#ffffff", stroke="#8c8c8c", text="#111111", note="#404040", radius=14),
    problem=BoxStyle(
        fill="#333333", stroke="#333333", text="#ffffff", note="#e6e6e6", radius=6, band_colour="#ffffff"
    ),
    category=BoxStyle(fill="#dedede", stroke="#4d4d4d", text="#111111", note="#333333", width=1.5),
    cause=BoxStyle(fill="#ffffff", stroke="#8c8c8c", text="#111111", note="#404040"),
    strong=LineStyle(stroke="#333333", width=2.75),
    moderate=LineStyle(stroke="#4d4d4d", width=1.75),
    weak=LineStyle(stroke="#595959", width=1.4, dash=(6, 4)),
    unstated=LineStyle(stroke="#666666", width=1.4),
    implied=LineStyle(stroke="#808080", width=1.2, dash=(1.5, 3)),
    # The bands and dashes of the black and white theme carry every mark without a colour.
    marks={
        **{name: attrs.evolve(mark, fill=None, text=None, note=None) for name, mark in _plain.PLAIN.marks},
        "removed": attrs.evolve(_plain.PLAIN.mark("removed"), text="#404040", note="#404040"),
        "abandoned": attrs.evolve(
            _plain.PLAIN.mark("abandoned"), fill="#e8e8e8", text="#404040", note="#404040"
        ),
        "faded": MarkStyle(fill="#ffffff", stroke="#b0b0b0", text="#6b6b6b", note="#6b6b6b", width=1),
    },
)
