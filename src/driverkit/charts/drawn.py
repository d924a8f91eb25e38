"""What every chart can do once it knows where everything stands: show itself, and be had in every format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from driverkit.errors import UsageError
from driverkit.model.values import did_you_mean

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from driverkit.charts.sheet import Sheet

__all__ = ["FORMATS", "Drawn", "pixels"]

FORMATS = ("svg", "png", "pdf")
"""The formats of charts."""


def pixels(value: float, name: str, least: float) -> float:
    """How wide or high a chart shall be.

    Raises:
        UsageError: it is no number of pixels, or one that nothing can be read at.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= 10_000:
        raise UsageError(f"{value!r} is no {name} for a chart. Give pixels between {least:g} and 10,000.")
    return float(value)


class Drawn:
    """A chart that can be laid out: everything else follows."""

    __slots__ = ()

    title: str
    alt: str
    width: float

    def layout(self) -> Sheet:
        """Where everything stands."""
        raise NotImplementedError

    def figure(self) -> Figure:
        """The chart as a figure of matplotlib, to go on with: one axes a panel of points, days as matplotlib counts them."""
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
        from driverkit.formats.disk import write_bytes

        name = format or PurePath(path).suffix
        if not name:
            known = ", ".join(f".{one}" for one in FORMATS)
            raise UsageError(
                f"The name {os.fspath(path)!r} does not say the format of the chart. End it with one of: {known}."
            )
        drawn = self.to(name, scale=scale)
        write_bytes(Path(path), drawn.encode("utf-8") if isinstance(drawn, str) else drawn)

    # -- in a notebook ---------------------------------------------------------------------------

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


def _image_tag(svg: str, chart: Drawn) -> str:
    """The chart as an image of a page: a notebook that is not trusted still shows it, and nothing in it can run."""
    from base64 import b64encode
    from html import escape

    data = b64encode(svg.encode("utf-8")).decode("ascii")
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(chart.alt, quote=True)}"'
        f' width="{chart.width:.0f}" style="max-width: 100%; height: auto">'
    )
