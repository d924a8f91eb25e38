"""The chart: a value that shows itself and can be had in every format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from attrs import frozen

from driverkit.charts.content import Idea, Panel
from driverkit.charts.scales import number
from driverkit.errors import UsageError
from driverkit.evidence.words import plural
from driverkit.model.values import did_you_mean
from driverkit.themes import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from driverkit.charts.sheet import Sheet

__all__ = ["FORMATS", "Chart"]

FORMATS = ("svg", "png", "pdf")
"""The formats of charts."""


@frozen(kw_only=True)
class Chart:
    """A chart: it shows itself in a notebook, and can be had as SVG, PNG and PDF.

    Attributes:
        measure: the id of the measure.
        kind: ``run`` or ``xmr``.
        title: the name of the measure, and of the site or group where it is of one.
        subtitle: of what it is a measure, the unit, which way is good, and of how many.
        verdicts: what the rule says: ``better``, ``worse``, ``part`` (a signal that is neither) or nothing, and a
            sentence with its counts.
        panels: the lines of points, with everything that belongs to each.
        levels: target and baseline where the measure has them, in its unit.
        footnotes: the rule, what is missing or left out, and remarks, as sentences.
        key: the change ideas whose cycles are marked, where they are listed below.
        alt: what the chart shows, in sentences, for those who listen.
        unit: what stands behind a number.
        percent: whether 0 and 100 are the ends of what can be.
        positive: whether no value can be below 0.
        theme: how it looks.
        width: in pixels.
        height: in pixels; None for as high as it needs to be.
    """

    measure: str
    kind: str
    title: str
    subtitle: str
    verdicts: tuple[tuple[str, str], ...]
    panels: tuple[Panel, ...]
    levels: tuple[tuple[str, float], ...]
    footnotes: tuple[str, ...]
    key: tuple[Idea, ...]
    alt: str
    unit: str
    percent: bool
    positive: bool
    theme: Theme
    width: float
    height: float | None = None

    def value(self, value: float, decimals: int, *, unit: bool = True) -> str:
        """A value as it stands on the chart."""
        return number(value, decimals) + (self.unit if unit else "")

    @property
    def lines_drawn(self) -> tuple[tuple[str, str], ...]:
        """The kinds of lines that need explaining, each with its words."""
        found = []
        words = dict.fromkeys(one.word for one in self.panels)
        stretches = [(one, stretch) for one in self.panels for stretch in one.stretches]
        if len(self.panels) > 1:
            found.append(("solid", f"{'/'.join(words)} of each panel, with its value at the right"))
            found += [("dots", f"{name} {self.value(value, 2)}") for name, value in self.levels]
            if any(stretch.lower is not None for _, stretch in stretches):
                found.append(("limits", "limits"))
        if any(s.frozen is not None and s.frozen < len(one.dates) for one, s in stretches):
            found.append(("dash", f"the {'/'.join(words)} carried on beyond the points it is taken from"))
        return tuple(found)

    def layout(self) -> Sheet:
        """Where everything stands."""
        from driverkit.charts.layout import lay_out

        return lay_out(self)

    def figure(self) -> Figure:
        """The chart as a figure of matplotlib, to go on with: one axes a panel, days as matplotlib counts them."""
        from driverkit.charts import paint

        return paint.figure(self.layout())

    def svg(self) -> str:
        """The chart as SVG text, to be saved or put into a page."""
        from driverkit.charts import paint, svg

        sheet = self.layout()
        return svg.finished(paint.svg(sheet), sheet, title=self.title, alt=self.alt)

    def png(self, *, scale: float = 2.0, dpi: float | None = None) -> bytes:
        """The chart as PNG.

        Args:
            scale: pixels of the PNG for one of the chart.
            dpi: pixels to the inch instead, 96 being a scale of 1.

        Raises:
            UsageError: the PNG would be too large.
        """
        from driverkit.picture import foreign_letters, rasterise

        sheet = self.layout()
        foreign = foreign_letters(words.text for words in sheet.words)
        return rasterise(
            self.svg(),
            sheet.width,
            sheet.height,
            scale=dpi / 96 if dpi is not None else scale,
            more_fonts=next(foreign, None) is not None,
            smaller="a smaller chart",
        )

    def pdf(self) -> bytes:
        """The chart as PDF."""
        from driverkit.charts import paint

        return paint.pdf(self.layout(), self.title)

    def missing_letters(self) -> str:
        """The letters on the chart that the bundled font cannot draw, each once, in order of appearance."""
        from driverkit.picture import foreign_letters

        return "".join(dict.fromkeys(foreign_letters(words.text for words in self.layout().words)))

    def to(self, format: str, *, scale: float = 2.0) -> str | bytes:
        """The chart in the format of that name: text for svg, bytes for png and pdf.

        Raises:
            UsageError: there is no such format.
        """
        name = format.lower().removeprefix(".")
        if name == "svg":
            return self.svg()
        if name == "png":
            return self.png(scale=scale)
        if name == "pdf":
            return self.pdf()
        hint = did_you_mean(name, FORMATS)
        raise UsageError(f"No format of charts is called {format!r}.{hint} There are: {', '.join(FORMATS)}.")

    def save(self, path: str | os.PathLike[str], *, format: str | None = None, scale: float = 2.0) -> None:
        """Write the chart to a file, whole or not at all.

        Args:
            path: where to.
            format: svg, png or pdf; left out, the suffix says it.
            scale: pixels of a PNG for one of the chart.
        """
        from driverkit.formats.files import write_bytes

        name = format or PurePath(path).suffix
        if not name:
            known = ", ".join(f".{one}" for one in FORMATS)
            raise UsageError(
                f"The name {os.fspath(path)!r} does not say the format of the chart. End it with one of: {known}."
            )
        drawn = self.to(name, scale=scale)
        write_bytes(Path(path), drawn.encode("utf-8") if isinstance(drawn, str) else drawn)

    # -- in a notebook ---------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<Chart of {self.title!r}: {plural(len(self.panels), 'panel')}, theme {self.theme.name}>"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """What a notebook shows, in every form that it may know. Nothing is drawn that is left out."""
        drawn: list[str] = []

        def svg() -> str:
            if not drawn:
                drawn.append(self.svg())
            return drawn[0]

        makers: dict[str, Callable[[], str | bytes]] = {
            "text/plain": lambda: self.alt,
            "text/html": lambda: _image_tag(svg(), self),
            "image/svg+xml": svg,
            "image/png": lambda: self.png(scale=1.5),
        }
        kept = set(makers) if include is None else set(include)
        kept -= set(exclude or ())
        return {kind: make() for kind, make in makers.items() if kind in kept}


def _image_tag(svg: str, chart: Chart) -> str:
    """The chart as an image of a page: a notebook that is not trusted still shows it, and nothing in it can run."""
    from base64 import b64encode
    from html import escape

    data = b64encode(svg.encode("utf-8")).decode("ascii")
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(chart.alt, quote=True)}"'
        f' width="{chart.width:.0f}" style="max-width: 100%; height: auto">'
    )
