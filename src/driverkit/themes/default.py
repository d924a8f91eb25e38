"""Calm blues for what must change, warm sand for what we try: told apart by every kind of eye."""

from driverkit.themes import BoxStyle, LineStyle, MarkStyle, Theme

__all__ = ["DEFAULT"]

_INK = "#1c2b33"
_SOFT = "#47565f"

DEFAULT = Theme(
    name="default",
    description="Calm blues for drivers and warm sand for change ideas; safe for colour-blind readers and for print.",
    background="#ffffff",
    title=_INK,
    subtitle="#55646d",
    heading="#2f4550",
    rule="#c3ced4",
    legend="#47565f",
    aim=BoxStyle(fill="#17475e", stroke="#17475e", text="#ffffff", note="#d5e6ee", radius=6),
    primary=BoxStyle(fill="#c9e0eb", stroke="#2c6d8c", text="#12303f", note="#2b4a59", width=1.5),
    secondary=BoxStyle(fill="#e6f1f6", stroke="#5b93ad", text=_INK, note=_SOFT),
    tertiary=BoxStyle(fill="#f3f8fa", stroke="#86aabb", text=_INK, note=_SOFT),
    deeper=BoxStyle(fill="#fafcfd", stroke="#a5bcc7", text=_INK, note=_SOFT),
    change=BoxStyle(fill="#fdf6e7", stroke="#c08a2e", text="#33270f", note="#6a5222", radius=9),
    measure=BoxStyle(fill="#f5f1f8", stroke="#8469a3", text="#2c2338", note="#5c4a73", radius=10),
    problem=BoxStyle(fill="#74361c", stroke="#74361c", text="#ffffff", note="#f6e1d7", radius=6),
    category=BoxStyle(fill="#f6e4da", stroke="#a55a34", text="#3b1c0d", note="#683b24", width=1.5),
    cause=BoxStyle(fill="#ffffff", stroke="#b9a79d", text=_INK, note=_SOFT),
    strong=LineStyle(stroke="#34505d", width=2.75),
    moderate=LineStyle(stroke="#4a6573", width=1.75),
    weak=LineStyle(stroke="#5f7985", width=1.4, dash=(6, 4)),
    unstated=LineStyle(stroke="#5f7985", width=1.4),
    implied=LineStyle(stroke="#7f949e", width=1.2, dash=(1.5, 3)),
    marks={
        "orphan": MarkStyle(stroke="#9a3d12", dash=(7, 4), width=2),
        "undeveloped": MarkStyle(stroke="#55646d", dash=(1.5, 3), width=1.75),
        "abandoned": MarkStyle(
            fill="#eceeef", stroke="#6d787e", text="#46525a", note="#525e65", dash=(10, 4, 1, 4), width=1.75
        ),
        "status-proposed": MarkStyle(
            fill="#ffffff", text=_INK, note=_SOFT, band="empty", band_colour="#8a6a26"
        ),
        "status-testing": MarkStyle(
            fill="#fdf1d3", text="#33270f", note="#6a5222", band="half", band_colour="#b0741a"
        ),
        "status-adopted": MarkStyle(
            fill="#d9ebe4",
            stroke="#2f7a63",
            text="#12352a",
            note="#275547",
            band="full",
            band_colour="#2f7a63",
        ),
        "status-abandoned": MarkStyle(
            fill="#eceeef",
            stroke="#8b969c",
            text="#46525a",
            note="#525e65",
            band="crossed",
            band_colour="#6d787e",
        ),
        "evidence-supports": MarkStyle(stroke="#2f7a63", band="full", band_colour="#2f7a63"),
        "evidence-mixed": MarkStyle(band="striped", band_colour="#8a6a26"),
        "evidence-contradicts": MarkStyle(stroke="#9a3d12", band="crossed", band_colour="#9a3d12"),
        "evidence-none": MarkStyle(
            fill="#ffffff", text=_INK, note=_SOFT, band="empty", band_colour="#76858d"
        ),
        "coverage-none": MarkStyle(
            fill="#ffffff", text=_INK, note=_SOFT, band="empty", band_colour="#76858d"
        ),
        "coverage-some": MarkStyle(band="half", band_colour="#2c6d8c"),
        "coverage-full": MarkStyle(band="full", band_colour="#17475e"),
        "signal-better": MarkStyle(stroke="#2f7a63", band="full", band_colour="#2f7a63"),
        "signal-worse": MarkStyle(stroke="#9a3d12", band="crossed", band_colour="#9a3d12"),
        "signal-none": MarkStyle(band="empty", band_colour="#76858d"),
        "work-on": MarkStyle(band="empty", band_colour="#76858d"),
        "work-tested": MarkStyle(band="half", band_colour="#2c6d8c"),
        "work-held": MarkStyle(band="full", band_colour="#17475e"),
        "owner-1": MarkStyle(band="full", band_colour="#0072b2"),
        "owner-2": MarkStyle(band="striped", band_colour="#b35900"),
        "owner-3": MarkStyle(band="sides", band_colour="#00785a"),
        "owner-4": MarkStyle(band="half", band_colour="#a2487a"),
        "owner-5": MarkStyle(band="middle", band_colour="#3a3a3a"),
        "owner-6": MarkStyle(band="upper", band_colour="#3f7fb3"),
        "owner-none": MarkStyle(band="empty", band_colour="#76858d"),
        "measure-outcome": MarkStyle(band="full", band_colour="#5d4580"),
        "measure-process": MarkStyle(band="half", band_colour="#8469a3"),
        "measure-balancing": MarkStyle(band="striped", band_colour="#8469a3"),
        "added": MarkStyle(stroke="#1f6b50", dash=(), width=3.75, band="full", band_colour="#1f6b50"),
        "removed": MarkStyle(
            fill="#ffffff",
            stroke="#9a3d12",
            text=_SOFT,
            note=_SOFT,
            dash=(2, 7),
            width=2.25,
            band="crossed",
            band_colour="#9a3d12",
        ),
        "changed": MarkStyle(
            stroke="#8a6a26",
            dash=(12, 3, 2, 3, 2, 3),
            width=2.25,
            band="striped",
            band_colour="#8a6a26",
        ),
        "learned": MarkStyle(band="sides", band_colour="#5d4580"),
        "through": MarkStyle(dash=(14, 4)),
        "suspect": MarkStyle(stroke="#8a6a26", width=2, dash=(3, 3), band="striped", band_colour="#8a6a26"),
        "measures": MarkStyle(stroke="#8469a3", width=1.2, dash=(1.5, 4)),
        "fails": MarkStyle(stroke="#9a3d12", width=2, dash=(2, 3, 2, 9)),
        "unaddressed": MarkStyle(stroke="#9a3d12", dash=(7, 4), width=2, band="empty", band_colour="#9a3d12"),
        "bone": MarkStyle(stroke="#8a5238", width=2.75),
        "focus": MarkStyle(width=3),
        "faded": MarkStyle(fill="#ffffff", stroke="#c3ced4", text="#66747c", note="#66747c", width=1),
    },
)
