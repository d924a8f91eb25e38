"""Black on white, nothing else: for photocopiers, fax and the strictest journal."""

from typing import Any

from driverkit.themes import MARKS, BoxStyle, LineStyle, MarkStyle, Theme

__all__ = ["PLAIN"]

_B, _W = "#000000", "#ffffff"


def _box(width: float, radius: float = 0) -> BoxStyle:
    return BoxStyle(fill=_W, stroke=_B, text=_B, note=_B, width=width, radius=radius)


def _hollow(**how: Any) -> MarkStyle:
    """An outline that says something: on black it would not be seen, so that a black box becomes a white one."""
    return MarkStyle(fill=_W, text=_B, note=_B, **how)


_BANDS: dict[str, MarkStyle] = {
    "orphan": _hollow(dash=(7, 4), width=2),
    "undeveloped": _hollow(dash=(1.5, 3), width=1.75),
    "abandoned": _hollow(dash=(10, 4, 1, 4), width=1.75),
    "removed": _hollow(dash=(2, 7), width=2.25, band="crossed"),
    "added": _hollow(dash=(), width=3.75, band="full"),
    "changed": _hollow(dash=(12, 3, 2, 3, 2, 3), width=2.25, band="striped"),
    "learned": MarkStyle(band="sides"),
    "through": MarkStyle(dash=(14, 4)),
    "suspect": _hollow(width=2, dash=(3, 3), band="striped"),
    "measures": MarkStyle(width=1, dash=(1, 4)),
    "fails": MarkStyle(width=2, dash=(2, 3, 2, 9)),
    "unaddressed": _hollow(dash=(7, 4), width=2, band="empty"),
    "bone": MarkStyle(width=2.75),
    "focus": _hollow(width=4),
    "faded": MarkStyle(fill=_W, text=_B, note=_B, width=0.5),
    **{
        name: MarkStyle(band="empty")
        for name in (
            "status-proposed",
            "evidence-none",
            "coverage-none",
            "signal-none",
            "owner-none",
            "work-on",
        )
    },
    **{
        name: MarkStyle(band="half")
        for name in ("status-testing", "coverage-some", "owner-4", "measure-process", "work-tested")
    },
    **{
        name: MarkStyle(band="full")
        for name in (
            "status-adopted",
            "evidence-supports",
            "coverage-full",
            "signal-better",
            "owner-1",
            "measure-outcome",
            "work-held",
        )
    },
    **{name: MarkStyle(band="striped") for name in ("evidence-mixed", "owner-2", "measure-balancing")},
    **{
        name: MarkStyle(band="crossed")
        for name in ("status-abandoned", "evidence-contradicts", "signal-worse")
    },
    "owner-3": MarkStyle(band="sides"),
    "owner-5": MarkStyle(band="middle"),
    "owner-6": MarkStyle(band="upper"),
}

PLAIN = Theme(
    name="plain",
    description="Black and white only, for photocopiers and line-art journals.",
    background=_W,
    title=_B,
    subtitle=_B,
    heading=_B,
    rule=_B,
    legend=_B,
    aim=BoxStyle(fill=_B, stroke=_B, text=_W, note=_W, radius=0, band_colour=_W),
    primary=_box(2.5),
    secondary=_box(1.5),
    tertiary=_box(1),
    deeper=_box(0.75),
    change=_box(1, radius=8),
    measure=_box(1, radius=14),
    problem=BoxStyle(fill=_B, stroke=_B, text=_W, note=_W, radius=0, band_colour=_W),
    category=_box(2),
    cause=_box(0.75),
    strong=LineStyle(stroke=_B, width=2.75),
    moderate=LineStyle(stroke=_B, width=1.6),
    weak=LineStyle(stroke=_B, width=1.25, dash=(6, 4)),
    unstated=LineStyle(stroke=_B, width=1.25),
    implied=LineStyle(stroke=_B, width=1, dash=(1.5, 3)),
    marks={name: _BANDS[name] for name in MARKS},
)
