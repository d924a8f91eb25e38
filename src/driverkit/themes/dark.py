"""Light words on a dark ground, for the screen in the meeting room."""

import attrs

from driverkit.themes import BoxStyle, LineStyle, MarkStyle, Theme
from driverkit.themes import default as _default

__all__ = ["DARK"]

_PAPER = "#eaf1f4"
_SOFT = "#b9c8d0"
_GROUND = "#15212a"


def _on_dark(mark: MarkStyle) -> MarkStyle:
    """The same dashes and bands as in daylight, in colours that show up on a dark ground."""
    swap = {
        "#9a3d12": "#f2956b", "#2f7a63": "#6cc5a6", "#1f6b50": "#6cc5a6", "#8a6a26": "#e0b65c",
        "#b0741a": "#e0b65c", "#76858d": "#a9bac3", "#55646d": "#a9bac3", "#2c6d8c": "#7dbbd8",
        "#17475e": "#9ad0e8", "#0072b2": "#5eb3e4", "#b35900": "#f0a15c", "#00785a": "#55c2a0",
        "#a2487a": "#dc8fb8", "#3a3a3a": "#d5d5d5", "#3f7fb3": "#8fc0e6", "#5d4580": "#c3aee0",
        "#8469a3": "#b7a0d6", "#6d787e": "#93a2aa", "#8b969c": "#74838b", "#c3ced4": "#3a4c58",
        "#8a5238": "#dc936c",
    }  # fmt: skip
    fills = {"#ffffff": _GROUND, "#fdf1d3": "#4a3b17", "#d9ebe4": "#1e4437", "#eceeef": "#27323a"}
    return attrs.evolve(
        mark,
        fill=fills.get(mark.fill, mark.fill) if mark.fill else None,
        stroke=swap.get(mark.stroke, mark.stroke) if mark.stroke else None,
        band_colour=swap.get(mark.band_colour, mark.band_colour) if mark.band_colour else None,
        text=(_SOFT if mark.band == "crossed" or mark.width == 1 else _PAPER) if mark.text else None,
        note=_SOFT if mark.note else None,
    )


DARK = Theme(
    name="dark",
    description="Light words on a dark ground, for screens in dim rooms.",
    background=_GROUND,
    title=_PAPER,
    subtitle="#a9bac3",
    heading="#cfdde4",
    rule="#3a4c58",
    legend=_SOFT,
    aim=BoxStyle(fill="#8fcbe6", stroke="#8fcbe6", text="#0d2430", note="#17384a", radius=6),
    primary=BoxStyle(fill="#1f4a5f", stroke="#6fb0ce", text="#f3f9fb", note="#cfe2eb", width=1.5),
    secondary=BoxStyle(fill="#1b3644", stroke="#4f8aa5", text=_PAPER, note=_SOFT),
    tertiary=BoxStyle(fill="#192b36", stroke="#47707f", text=_PAPER, note=_SOFT),
    deeper=BoxStyle(fill="#17252f", stroke="#3f5d6b", text=_PAPER, note=_SOFT),
    change=BoxStyle(fill="#352c17", stroke="#cf9c45", text="#faf1de", note="#dccba3", radius=9),
    measure=BoxStyle(fill="#2a2338", stroke="#a188c4", text="#f1ebf8", note="#cdbfe0", radius=10),
    problem=BoxStyle(fill="#f0b797", stroke="#f0b797", text="#2b1206", note="#4a2513", radius=6),
    category=BoxStyle(fill="#4a2b1c", stroke="#dc936c", text="#fcefe8", note="#e6cabb", width=1.5),
    cause=BoxStyle(fill="#1b2831", stroke="#7d6a60", text=_PAPER, note=_SOFT),
    strong=LineStyle(stroke="#c4d6df", width=2.75),
    moderate=LineStyle(stroke="#a4bac5", width=1.75),
    weak=LineStyle(stroke="#8ea5b1", width=1.4, dash=(6, 4)),
    unstated=LineStyle(stroke="#8ea5b1", width=1.4),
    implied=LineStyle(stroke="#7b929e", width=1.2, dash=(1.5, 3)),
    marks=[(name, _on_dark(mark)) for name, mark in _default.DEFAULT.marks],
)
