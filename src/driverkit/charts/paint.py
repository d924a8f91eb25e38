"""A laid-out chart drawn by matplotlib: the one place that knows it.

Nothing here touches pyplot. The settings of whoever runs this change nothing: they are set aside while we draw, under
a lock, for matplotlib keeps them in one place for all threads.
"""

from __future__ import annotations

import io
import math
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from driverkit.charts.fields import boundaries
from driverkit.charts.sheet import MOST_MARKED, Plot, Sheet, Symbol, Words
from driverkit.charts.style import ChartStyle
from driverkit.diagram.fonts import BOLD_FILE, FAMILY, REGULAR_FILE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

__all__ = ["figure", "pdf", "svg"]

_LOCK = threading.RLock()
_LEFT_ALONE = ("backend", "backend_fallback", "interactive", "toolbar", "date.epoch")
_OURS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "driverkit",
    "pdf.fonttype": 42,
    "text.parse_math": False,
    "path.simplify": False,
}
# As matplotlib counts days: people who go on with the figure can draw dates into it.
_EPOCH = 719_163

SYMBOLS: dict[str, tuple[str, float]] = {
    "point": ("o", 6.0),
    "better": ("D", 8.0),
    "worse": ("s", 8.5),
    "part": ("o", 6.0),
    "excluded": ("o", 7.5),
}
"""The shape and size of each kind of point: told apart without colour."""


@contextmanager
def _settings() -> Iterator[None]:
    """The settings of matplotlib as it ships, and ours on top."""
    import matplotlib as mpl

    settings: Any = mpl.rcParams
    shipped = {key: value for key, value in mpl.rcParamsDefault.items() if key not in _LEFT_ALONE}
    with _LOCK, mpl.rc_context(), warnings.catch_warnings():
        # A letter that the bundled font lacks is drawn by the viewer; matplotlib would warn of each.
        warnings.simplefilter("ignore")
        settings.update(shipped)
        settings.update(_OURS)
        yield


@cache
def _font(bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    file = BOLD_FILE if bold else REGULAR_FILE
    return FontProperties(family=FAMILY, weight="bold" if bold else "normal", fname=str(file))


def figure(sheet: Sheet) -> Figure:
    """The chart as a figure of matplotlib, one unit of length a pixel."""
    with _settings():
        return _figure(sheet)


def svg(sheet: Sheet) -> str:
    """What matplotlib writes; `driverkit.charts.svg` makes a picture of ours from it."""
    with _settings():
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        drawn, out = _figure(sheet), io.StringIO()
        FigureCanvasSVG(drawn)
        drawn.savefig(
            out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return out.getvalue()


def pdf(sheet: Sheet, title: str) -> bytes:
    """The chart as PDF."""
    with _settings():
        from matplotlib.backends.backend_pdf import FigureCanvasPdf

        drawn, out = _figure(sheet), io.BytesIO()
        FigureCanvasPdf(drawn)
        drawn.savefig(
            out,
            format="pdf",
            metadata={"CreationDate": None, "Creator": None, "Producer": None, "Title": title},
        )
    return out.getvalue()


def _figure(sheet: Sheet) -> Figure:
    from matplotlib.figure import Figure

    drawn = Figure(
        figsize=(sheet.width / 72, sheet.height / 72), dpi=72, facecolor=sheet.style.background, layout=None
    )
    drawn.patch.set_gid("dk-background")
    for plot in sheet.plots:
        _plot(drawn, sheet, plot)
    _lines(drawn, sheet)
    for symbol in sheet.symbols:
        _symbol(drawn, sheet, symbol)
    for words in sheet.words:
        _words(drawn, sheet, words)
    return drawn


def _words(drawn: Figure, sheet: Sheet, words: Words) -> None:
    from matplotlib.text import Text
    from matplotlib.transforms import IdentityTransform

    sides: Any = {"start": "left", "middle": "center", "end": "right"}
    text = Text(
        words.x,
        sheet.height - words.y,
        words.text,
        color=words.colour,
        fontproperties=_font(words.bold),
        fontsize=words.size,
        horizontalalignment=sides[words.anchor],
        verticalalignment="baseline",
        transform=IdentityTransform(),
        parse_math=False,
        gid=words.role,
        zorder=10,
    )
    drawn.add_artist(text)


def _lines(drawn: Figure, sheet: Sheet) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import IdentityTransform

    for line in sheet.segments:
        drawn.add_artist(
            Line2D(
                [line.x1, line.x2, *(x for x, _ in line.more)],
                [sheet.height - y for y in (line.y1, line.y2, *(y for _, y in line.more))],
                color=line.colour,
                linewidth=line.width,
                linestyle=(0, line.dash) if line.dash else "solid",
                dash_capstyle="butt",
                solid_capstyle="butt",
                transform=IdentityTransform(),
                gid=line.role,
                zorder=-1 if line.below else 5,
            )
        )
    for box in sheet.boxes:
        drawn.add_artist(
            Rectangle(
                (box.x, sheet.height - box.y - box.height),
                box.width,
                box.height,
                facecolor=box.fill,
                edgecolor=box.edge,
                linewidth=1.0,
                hatch=box.hatch or None,
                transform=IdentityTransform(),
                gid=box.role,
                zorder=6,
            )
        )


def _look(style: ChartStyle, kind: str) -> dict[str, Any]:
    """How the points of a kind look."""
    colour = {
        "point": style.series,
        "better": style.better,
        "worse": style.worse,
        "part": style.part,
        "excluded": style.series,
    }[kind]
    marker, size = SYMBOLS[kind]
    return {
        "marker": marker,
        "markersize": size,
        "markerfacecolor": style.background if kind == "excluded" else colour,
        "markeredgecolor": colour if kind == "excluded" else style.background,
        "markeredgewidth": 1.4 if kind == "excluded" else 0.8,
        "linestyle": "none",
    }


def _ring(style: ChartStyle, size: float) -> dict[str, Any]:
    """The ring around a point that is part of a signal of which neither better nor worse is said."""
    return {
        "marker": "o",
        "markersize": size * 1.95,
        "markerfacecolor": style.background,
        "markeredgecolor": style.part,
        "markeredgewidth": 1.2,
        "linestyle": "none",
    }


def _symbol(drawn: Figure, sheet: Sheet, symbol: Symbol) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.transforms import IdentityTransform

    looks = [_look(sheet.style, symbol.kind)]
    if symbol.kind == "part":
        looks.insert(0, _ring(sheet.style, SYMBOLS["part"][1] * 0.9))
    for number, look in enumerate(looks):
        drawn.add_artist(
            Line2D(
                [symbol.x],
                [sheet.height - symbol.y],
                transform=IdentityTransform(),
                gid=symbol.role,
                zorder=8 + number,
                **look,
            )
        )


# --- the points of a panel --------------------------------------------------------------------------------------


def _plot(drawn: Figure, sheet: Sheet, plot: Plot) -> None:
    width, height, style = sheet.width, sheet.height, sheet.style
    axes = drawn.add_axes(
        (plot.x / width, 1 - (plot.y + plot.height) / height, plot.width / width, plot.height / height),
        facecolor="none",
        gid="dk-plot",
    )
    axes.set_xlim(plot.low - _EPOCH, plot.high - _EPOCH)
    axes.set_ylim(plot.scale.low, plot.scale.high)
    axes.set_axis_off()
    axes.hlines(
        plot.scale.ticks[1:] if plot.scale.from_zero else plot.scale.ticks,
        plot.low - _EPOCH,
        plot.high - _EPOCH,
        colors=style.grid,
        linewidth=0.8,
        zorder=0,
        gid="dk-grid",
    )
    axes.plot(
        [0, 1],
        [0, 0],
        color=style.axis,
        linewidth=1.2,
        transform=axes.transAxes,
        clip_on=False,
        zorder=0.5,
        gid="dk-axis",
    )
    _stretches(drawn, axes, sheet, plot)
    _levels(axes, sheet, plot)
    _series(axes, style, plot)


def _ends(plot: Plot) -> list[tuple[float, float]]:
    """Where the lines of each phase begin and end, as days."""
    edges = [plot.low + (x - plot.x) / plot.width * (plot.high - plot.low) for x in boundaries(plot)]
    return list(zip([plot.low, *edges], [*edges, plot.high], strict=True))


def _band(drawn: Figure, sheet: Sheet, plot: Plot, ends: Sequence[float], sides: tuple[float, float]) -> None:
    """The ground between two limits: below everything, poles of flags included, so not part of the axes."""
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import IdentityTransform

    scale = plot.scale
    low, high = (
        (min(max(side, scale.low), scale.high) - scale.low) / (scale.high - scale.low) for side in sides
    )
    first, last = ((end + _EPOCH - plot.low) / (plot.high - plot.low) * plot.width for end in ends)
    drawn.add_artist(
        Rectangle(
            (plot.x + first, sheet.height - plot.y - plot.height + low * plot.height),
            last - first,
            (high - low) * plot.height,
            facecolor=sheet.style.band,
            linewidth=0,
            transform=IdentityTransform(),
            gid="dk-limits",
            zorder=-2,
        )
    )


def _stretches(drawn: Figure, axes: Axes, sheet: Sheet, plot: Plot) -> None:
    style, panel, factor = sheet.style, plot.panel, plot.scale.factor
    for stretch, (first, last) in zip(panel.stretches, _ends(plot), strict=True):
        ends = [first - _EPOCH, last - _EPOCH]
        sides = [value / factor if value is not None else None for value in (stretch.lower, stretch.upper)]
        if sides[0] is not None and sides[1] is not None:
            _band(drawn, sheet, plot, ends, (sides[0], sides[1]))
            for side in sides:
                if side is not None and plot.scale.low - 1e-9 <= side <= plot.scale.high + 1e-9:
                    axes.plot(
                        ends,
                        [side, side],
                        color=style.limits,
                        linewidth=1.1,
                        linestyle=(0, (4, 3)),
                        gid="dk-limit",
                        zorder=1,
                    )
        if stretch.centre is None:
            continue
        centre = stretch.centre / factor
        known = panel.dates[: stretch.frozen] if stretch.frozen is not None else ()
        if stretch.frozen is not None and 0 < stretch.frozen < len(panel.dates):
            middle = (known[-1].toordinal() + panel.dates[stretch.frozen].toordinal()) / 2 - _EPOCH
            parts = [
                ([ends[0], middle], "solid", "dk-centre"),
                ([middle, ends[1]], (0, (6, 3)), "dk-centre-extended"),
            ]
        else:
            parts = [(ends, "solid", "dk-centre")]
        for across, dash, role in parts:
            axes.plot(
                across,
                [centre, centre],
                color=style.centre,
                linewidth=1.4 if plot.small else 1.8,
                linestyle=dash,
                gid=role,
                zorder=2.5 if len(panel.dates) > MOST_MARKED else 1.5,  # else a dense line would hide it
            )


_LEVELS = {"target": (9.0, 3.0, 2.0, 3.0), "baseline": (1.5, 2.5)}


def _levels(axes: Axes, sheet: Sheet, plot: Plot) -> None:
    colours = {"target": sheet.style.target, "baseline": sheet.style.baseline}
    for name, value in plot.levels:
        at = value / plot.scale.factor
        axes.plot(
            [plot.low - _EPOCH, plot.high - _EPOCH],
            [at, at],
            color=colours[name],
            linewidth=1.2 if plot.small else 1.5,
            linestyle=(0, _LEVELS[name]),
            gid=f"dk-{name}",
            zorder=1.2,
        )


def _pieces(plot: Plot) -> list[list[tuple[float, float]]]:
    """The line in pieces: broken at missing values, at long gaps and where a phase begins."""
    panel = plot.panel
    cuts = set(panel.broken) | {stretch.start for stretch in panel.stretches[1:]}
    pieces: list[list[tuple[float, float]]] = [[]]
    for at, (date, value) in enumerate(zip(panel.dates, panel.values, strict=True)):
        if value is None or at in cuts:
            pieces.append([])
        if value is not None:
            pieces[-1].append((date.toordinal() - _EPOCH, value / plot.scale.factor))
    return [piece for piece in pieces if piece]


def _shrink(count: int, small: bool) -> float:
    """How much smaller points are where there are many of them."""
    room = 24 if small else 60
    return max(0.3, min(0.75 if small else 1.0, math.sqrt(room / max(count, 1)) * (0.75 if small else 1.0)))


def _series(axes: Axes, style: ChartStyle, plot: Plot) -> None:
    panel = plot.panel
    many = len(panel.dates) > MOST_MARKED
    for piece in _pieces(plot):
        if len(piece) > 1:
            axes.plot(
                [x for x, _ in piece],
                [y for _, y in piece],
                color=style.series,
                linewidth=0.5 if many else 1.1 if plot.small or len(panel.dates) > 200 else 1.6,
                solid_joinstyle="round",
                gid="dk-series",
                zorder=2,
            )
    shrink = _shrink(len(panel.dates), plot.small)
    excluded = dict(panel.excluded)
    kinds: list[tuple[str, float, float]] = []
    alone = {piece[0] for piece in _pieces(plot) if len(piece) == 1}
    for at, (date, value) in enumerate(zip(panel.dates, panel.values, strict=True)):
        if value is not None:
            kind = "excluded" if at in excluded else panel.marks[at] or "point"
            place = (date.toordinal() - _EPOCH, value / plot.scale.factor)
            if kind != "point" or not many or place in alone:
                kinds.append((kind, *place))
    order = ("point", "part", "better", "worse", "excluded")
    for kind, group in groupby(sorted(kinds, key=lambda one: order.index(one[0])), key=lambda one: one[0]):
        found: Sequence[tuple[str, float, float]] = list(group)
        look = _look(style, kind)
        look["markersize"] *= shrink if kind == "point" else max(shrink, 0.5)
        looks = [(f"dk-point dk-{kind}", look)]
        if kind == "part":
            looks.insert(0, ("dk-ring", _ring(style, look["markersize"])))
        for number, (role, one) in enumerate(looks):
            axes.plot(
                [x for _, x, _ in found],
                [y for _, _, y in found],
                clip_on=False,
                gid=role,
                zorder=3 + order.index(kind) + number * 0.1,
                **one,
            )
