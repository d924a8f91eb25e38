r"""Draw and save: a diagram and a theme become something to look at.

This is the one place that runs other programs: the rasteriser, which is a library, and Graphviz,
where somebody asks for it. No word of a theory ever reaches a command line.

>>> import driverkit as dk
>>> theory = dk.loads("driverkit: 1\ntitle: Fewer falls\naims: [{id: A1, text: Halve falls}]\n")
>>> dk.diagram(theory).svg()[:4]
'<svg'
"""

from __future__ import annotations

import inspect
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
from attrs import frozen

from driverkit.analysis.compare import Comparison
from driverkit.diagram import Diagram, Overlay
from driverkit.diagram.fishbone import fishbone as lay_out_fishbone
from driverkit.diagram.fonts import FAMILY, FILES, advances
from driverkit.diagram.model import Arrow, Box, Dot, Group, Spark, TextLine
from driverkit.diagram.signs import point_on
from driverkit.diagram.surround import LEGEND_SIZE, MARGIN
from driverkit.errors import MissingEngine, UsageError
from driverkit.model import Network, Theory
from driverkit.model.values import did_you_mean
from driverkit.overlays import OverlayKind, overlays
from driverkit.overlays import overlay as overlay_of
from driverkit.overlays.comparison import comparison_overlay
from driverkit.overlays.network import SHOWS, network_overlay
from driverkit.paging import ON_PAPER, ON_SLIDES, Origin
from driverkit.renderers import renderers
from driverkit.renderers.shapes import shown
from driverkit.renderers.sheets import LEGIBLE, smallest_text
from driverkit.themes import Theme, theme

if TYPE_CHECKING:
    import graphviz

__all__ = ["VIEWS", "Picture", "diagram", "fishbone", "picture_formats", "render", "to_graphviz", "view"]

Engine = Literal["driverkit", "dot"]
Pages = Literal["auto", "one", "primary"]

PAPERS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "a4": (210.0, 297.0),
        "a3": (297.0, 420.0),
        "a2": (420.0, 594.0),
        "a1": (594.0, 841.0),
        "a0": (841.0, 1189.0),
        "letter": (215.9, 279.4),
        "tabloid": (279.4, 431.8),
    }
)
"""The sheets that a picture can be put on: the short and the long side in millimetres."""

EDGE = 8.0
"""How far from the edges of a sheet everything stays, in millimetres: many printers leave out the outer five or six."""

SMALLEST_IN_FIGURE = 6.0
"""The size in points that the smallest words of a figure should have, where the columns can be laid out for it."""

_WIDTH = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*mm")

MOST_PIXELS = 100_000_000
"""The largest PNG that is made: four bytes of memory each, and few programs open more."""

DOT_SECONDS = 120
"""How long Graphviz may take."""


# -- the picture -----------------------------------------------------------------------------------


@frozen
class Picture:
    """A diagram in a theme: it shows itself in a notebook, and can be had in every format.

    Attributes:
        diagram: where everything stands.
        theme: how it looks.
    """

    diagram: Diagram
    theme: Theme
    _origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
    _theory: Theory | None = attrs.field(default=None, eq=False, repr=False)

    def svg(self) -> str:
        """The picture as SVG text, to be saved or put into a page."""
        return str(self._drawn("svg"))

    def png(self, *, scale: float = 2.0, dpi: float | None = None) -> bytes:
        """The picture as PNG.

        Letters come from the bundled font, so that a picture is the same on every machine. Only
        where a text has letters that this font lacks (Chinese, Japanese, Korean, emoji …) are the
        fonts of the machine asked as well.

        Args:
            scale: pixels of the PNG for one of the picture.
            dpi: pixels to the inch instead, 96 being a scale of 1.

        Raises:
            UsageError: the PNG would be too large.
        """
        whole = attrs.evolve(self, diagram=attrs.evolve(self.diagram, paper=None, edge=0.0))
        return _png(whole.svg(), self.diagram, dpi / 96 if dpi is not None else scale)

    def pdf(self) -> bytes:
        """The picture as PDF.

        Raises:
            MissingEngine: reportlab is not installed.
        """
        drawn = self._drawn("pdf")
        return drawn if isinstance(drawn, bytes) else drawn.encode()

    def on(self, paper: str) -> Picture:
        r"""The same picture on a sheet of paper, as large as it fits, or as a figure of some width: for SVG and PDF.

        A sheet lies on the side that suits the picture, and all that is drawn stays 8 mm from its edges, which
        printers can reach. A figure is as high as it needs, is never
        enlarged, and its columns are laid out anew where its words would be too small otherwise. A PNG has
        pixels and no paper: for it say a scale.

        Args:
            paper: ``a4``, ``a3``, ``a2``, ``a1``, ``a0``, ``letter`` or ``tabloid``; or the width of a figure
                in millimetres from 20 to 5000, such as ``85mm`` for a column of a journal.

        Raises:
            UsageError: there is no such paper.

        >>> import driverkit as dk
        >>> dk.diagram(dk.examples.load("small-steps")).on("a3").svg()[:71]
        '<svg xmlns="http://www.w3.org/2000/svg" width="1587.4" height="1122.52"'
        """
        name = str(paper).lower()
        figure = _WIDTH.fullmatch(name)
        if figure and 20 <= float(figure[1]) <= 5000:
            return self._as_figure(float(figure[1]) * 96 / 25.4)
        if name not in PAPERS:
            raise UsageError(
                f"There is no paper {paper!r}.{did_you_mean(name, PAPERS)} There are: {', '.join(PAPERS)}; "
                "or say how wide a figure is, such as 85mm."
            )
        short, long = (round(mm * 96 / 25.4, 2) for mm in PAPERS[name])
        lying = self.diagram.width >= self.diagram.height
        sheet = (long, short) if lying else (short, long)
        return attrs.evolve(
            self, diagram=attrs.evolve(self.diagram, paper=sheet, edge=round(EDGE * 96 / 25.4, 2))
        )

    def _as_figure(self, wide: float) -> Picture:
        """The picture as wide as that, in px of 1/96 inch."""
        drawn = self.diagram
        _, _, width, height = shown(drawn, self.theme)
        room = wide * 0.75 * LEGEND_SIZE / SMALLEST_IN_FIGURE
        if width > room and self._origin is not None:
            anew = self._origin.draw(self._origin.focus, room=(room, room * 1.4))
            if anew.width < drawn.width:
                drawn = anew
                _, _, width, height = shown(drawn, self.theme)
        scale = min(1.0, wide / width)
        sheet = (round(wide, 2), round(height * scale, 2))
        return attrs.evolve(self, diagram=attrs.evolve(drawn, paper=sheet, edge=0.0))

    def missing_letters(self) -> str:
        """The letters on the picture that the bundled font cannot draw, each once, in order of appearance.

        An SVG shows them in the fonts of whoever looks at it, a PNG in those of the machine that draws
        it, a PDF as empty boxes. Accents, blanks and invisible controls are not counted.
        """
        return "".join(dict.fromkeys(_foreign(self.diagram)))

    def txt(self, *, width: int = 88) -> str:
        """The picture as a tree of words.

        Args:
            width: how many columns there are; a branch that is far in may be wider.
        """
        from driverkit.renderers import tree

        return tree.draw(self.diagram, self.theme, width=width)

    def dot(self) -> str:
        """The picture as DOT, the language of Graphviz."""
        return str(self._drawn("dot"))

    def pages(
        self, by: Pages = "one", *, sheet: tuple[float, float] | None = None, told: bool = False
    ) -> tuple[Diagram, ...]:
        r"""The diagrams of a drawing with several pages.

        Args:
            by: ``one`` for everything on one page; ``primary`` for an overview, then one page a primary
                driver, with what contributes to it and what it contributes to; ``auto`` for one page of
                everything, followed by those of the primary drivers where its smallest text would be
                under 8 points.
            sheet: width and height of the page in points, such as (960, 540) for a slide; a page as
                large as the drawing, where left out. Where the text of a branch would be under 10 points
                there, its columns are laid out anew, and what still does not fit goes on on further pages.
                The overview then has as many levels as can be read; where a node is below no
                primary driver, it has everything.
            told: whether each diagram brings its sentences, as its ``story``.

        Raises:
            UsageError: there is no such way to make pages, or the picture is not of drivers.

        >>> import driverkit as dk
        >>> whole = dk.diagram(dk.examples.load("small-steps"))
        >>> [page.label for page in whole.pages("primary")][:2]
        ['Overview', 'P1 ...']
        """
        if by not in get_args(Pages):
            raise UsageError(
                f"There are no pages {by!r}.{did_you_mean(str(by), get_args(Pages))} There are: {', '.join(get_args(Pages))}."
            )
        origin = self._origin
        if origin is None:
            if by == "primary":
                raise UsageError("Only the diagram of a theory's drivers can have one page a primary driver.")
            return (self.diagram,)
        paper = self.diagram.paper
        sizes: Sequence[float] = ON_SLIDES
        if paper:
            # Words that can be read stand on a drawing that is hardly shrunk, whose margin is most of the edge.
            less = 2 * max(0.0, self.diagram.edge - 0.9 * MARGIN)
            sheet, sizes = ((paper[0] - less) * 0.75, (paper[1] - less) * 0.75), ON_PAPER
        crowded = by == "primary" or (by == "auto" and smallest_text(self.diagram, sheet) < LEGIBLE)
        if crowded and origin.focus is None:
            found = origin.pages(self.diagram, sheet, sizes=sizes, everything=by == "auto", told=told)
        else:
            found = [origin.told(self.diagram, origin.focus) if told else self.diagram]
        return tuple(attrs.evolve(one, paper=paper, edge=self.diagram.edge) for one in found)

    def to(self, format: str, *, scale: float = 2.0, pages: Pages | None = None) -> str | bytes:
        r"""The picture in the format of that name: text, or bytes where the format is not text.

        Args:
            format: the name of the format.
            scale: pixels of a PNG for one of the picture.
            pages: which pages a format has that can have several: see `pages`. Left out, slides have
                ``auto`` and all others ``one``.

        Raises:
            UsageError: there is no such format, or it has one page only.

        >>> import driverkit as dk
        >>> dk.diagram(dk.loads("driverkit: 1\ntitle: Fewer falls\n")).to("svgg")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        driverkit.errors.UsageError: No picture format is called 'svgg'. Did you mean 'svg'? There are: ...
        """
        name = format.lower().removeprefix(".")
        if name == "png" and pages in (None, "one", "auto"):
            return self.png(scale=scale)
        return self._drawn(name, pages)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,
        scale: float = 2.0,
        pages: Pages | None = None,
    ) -> None:
        """Write the picture to a file, whole or not at all.

        Args:
            path: where to.
            format: the name of the format; left out, the suffix says it.
            scale: pixels of a PNG for one of the picture.
            pages: which pages a format has that can have several: see `pages`.
        """
        from driverkit.formats.disk import write_bytes

        drawn = self.to(format or _format_of(path), scale=scale, pages=pages)
        write_bytes(Path(path), drawn.encode("utf-8") if isinstance(drawn, str) else drawn)

    def _drawn(self, name: str, pages: Pages | None = None) -> str | bytes:
        for renderer in renderers():
            if renderer.name != name:
                continue
            if renderer.draw_pages is None:
                if pages == "primary":
                    break
                return renderer.draw(self._detailed() if renderer.details else self.diagram, self.theme)
            by: Pages = pages or ("auto" if renderer.sheet else "one")
            return renderer.draw_pages(self.pages(by, sheet=renderer.sheet, told=renderer.tells), self.theme)
        if pages == "primary" and name in picture_formats():
            several = ", ".join(one.name for one in renderers() if one.draw_pages)
            raise UsageError(
                f"The format {name!r} has one page only. One page a primary driver have: {several}."
            )
        hint = did_you_mean(name, picture_formats())
        raise UsageError(
            f"No picture format is called {name!r}.{hint} There are: {', '.join(picture_formats())}."
        )

    def _detailed(self) -> Diagram:
        """The diagram with what the theory says of its boxes and links, where it was drawn from one."""
        from driverkit.diagram.details import with_details

        theory = self._origin.theory if self._origin else self._theory
        return self.diagram if theory is None else with_details(self.diagram, theory)

    # -- in a notebook ---------------------------------------------------------------------------

    def __repr__(self) -> str:
        boxes, arrows = len(self.diagram.boxes), len(self.diagram.arrows)
        return f"<Picture of {self.diagram.title!r}: {boxes} boxes, {arrows} links, theme {self.theme.name}>"

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
            "text/plain": lambda: self.diagram.outline or repr(self),
            "text/html": lambda: _image_tag(svg(), self.diagram),
            "image/svg+xml": svg,
            "image/png": lambda: self.png(scale=_modest(self.diagram)),
        }
        kept = set(makers) if include is None else set(include)
        kept -= set(exclude or ())
        return {kind: make() for kind, make in makers.items() if kind in kept}


def _modest(diagram: Diagram) -> float:
    """A scale at which a PNG does not swell the notebook that it is stored in."""
    return max(0.05, min(1.5, math.sqrt(8e6 / max(1.0, diagram.width * diagram.height))))


def _image_tag(svg: str, diagram: Diagram) -> str:
    """The picture as an image of a page: a notebook that is not trusted still shows it, and nothing in it can run."""
    from base64 import b64encode
    from html import escape

    data = b64encode(svg.encode("utf-8")).decode("ascii")
    alt = escape(f"{diagram.kind}: {diagram.title}", quote=True)
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{alt}"'
        f' width="{round(diagram.width)}" style="max-width: 100%; height: auto">'
    )


def picture_formats() -> tuple[str, ...]:
    """The names of all formats of pictures."""
    return tuple(sorted({"png", *(renderer.name for renderer in renderers())}))


def _format_of(path: str | os.PathLike[str]) -> str:
    suffix = PurePath(path).suffix.lower()
    for renderer in renderers():
        if renderer.suffix == suffix:
            return renderer.name
    if suffix in (".png", ".gv"):
        return {".png": "png", ".gv": "dot"}[suffix]
    known = ", ".join(sorted({".png", *(renderer.suffix for renderer in renderers())}))
    raise UsageError(
        f"The name {os.fspath(path)!r} does not say the format of the picture. End it with one of: {known}."
    )


# -- drawing a theory ------------------------------------------------------------------------------


def diagram(
    theory: Theory | Comparison | Network,
    *,
    theme: str | Theme = "default",
    direction: Literal["left", "right", "down"] = "left",
    order: Literal["auto", "file"] = "auto",
    levels: Iterable[object] | int | None = None,
    focus: str | None = None,
    legend: bool = True,
    overlay: Overlay | OverlayKind | str | None = None,
    measures: Literal["none", "strip", "column"] = "none",
    sparkline: bool = False,
    numbers: bool = False,
    groups: str | Mapping[str, str] = "none",
    engine: Engine = "driverkit",
) -> Picture:
    """The driver diagram of a theory, as a picture that shows itself in a notebook.

    Args:
        theory: what to draw; or a comparison of two theories, see `driverkit.compare`, which is drawn with
            what came, went and changed marked; or a network, whose common theory is drawn.
        theme: how it looks: a name, or a `Theme`.
        direction: where the aim stands: ``left``, ``right``, or on top (``down``).
        order: ``auto`` for as few crossing lines as possible; ``file`` for the order of the file.
        levels: which levels to draw; everything, where left out.
        focus: only this node, its causes and its effects.
        legend: whether to explain line styles and marks.
        overlay: further marks for boxes and links: an `Overlay`, an `OverlayKind` of your own, or a name:
            ``status`` for how far each change idea has come, ``evidence`` for how far boxes and links may be
            believed, ``coverage`` for what is missing, ``signal`` for what the measures say, ``owner`` for who
            looks after what, ``suspect`` for what rests on other words, ``concept`` for the change concepts, ``none``.
            Of a network also how many members did what about each part: ``worked-on`` (where left out), ``tested``,
            ``confirmed``.
        measures: ``strip`` for a row a measure, with its latest value, under the words of what it measures;
            ``column`` for a box a measure in a last column; ``none`` to leave them out.
        sparkline: whether the series of each measure is drawn small.
        numbers: whether a number stands before the words of drivers and change ideas: 1, 1.1, 1.1.1.
        groups: ``concept`` for a frame around change ideas of one change concept that stand together, with its
            name; or a name of your own for the id of each box that belongs into a frame; ``none``.
        engine: who finds the places: ``driverkit``, or ``dot`` for Graphviz. The drawing is the same.

    Raises:
        UnknownId: no node has the id given as ``focus``.
        UsageError: an option has a value that it cannot have.
        MissingEngine: Graphviz was asked for and is not installed.
    """
    if isinstance(theory, Comparison):
        if overlay is not None:
            raise UsageError("A comparison is drawn with its own marks; leave the overlay out.")
        theory, overlay = comparison_overlay(theory)
    elif isinstance(theory, Network):
        if overlay is None or (isinstance(overlay, str) and overlay in SHOWS):
            theory, overlay = network_overlay(theory, overlay or "worked-on")
        else:
            if isinstance(overlay, str):
                known = [*SHOWS, *(one.name for one in overlays())]
                if overlay not in known:
                    hint = did_you_mean(overlay, known)
                    raise UsageError(
                        f"There is no overlay {overlay!r} of a network.{hint} There are: {', '.join(known)}."
                    )
            theory = theory.common
    _look_at(theory, focus)
    chosen = _theme(theme)
    if isinstance(levels, int):
        levels = (levels,)
    if engine not in ("driverkit", "dot"):
        raise UsageError(f"No engine is called {engine!r}. There are: driverkit, dot.")
    options = {
        "direction": direction,
        "order": order,
        "levels": levels if levels is None or isinstance(levels, str) else tuple(levels),
        "legend": legend,
        "overlay": overlay_of(theory, overlay),
        "measures": measures,
        "sparkline": sparkline,
        "numbers": numbers,
        "groups": groups,
    }
    origin = Origin(theory, options, focus, _by_graphviz if engine == "dot" else _as_it_is)
    return Picture(origin.draw(focus), chosen, origin)


def _look_at(theory: object, focus: object) -> None:
    """What people hand in by mistake is told in words, not as an error deep in the layout."""
    if not isinstance(theory, Theory):
        hint = (
            f" Load it first: dk.load({os.fspath(theory)!r})."
            if isinstance(theory, str | os.PathLike)
            else ""
        )
        raise UsageError(f"A diagram is drawn of a theory, not of a {type(theory).__name__}.{hint}")
    if focus is not None and not isinstance(focus, str):
        raise UsageError("focus takes the id of one node, a text. For several, draw one picture each.")


def _as_it_is(drawn: Diagram) -> Diagram:
    return drawn


_theme = theme


def fishbone(theory: Theory, *, theme: str | Theme = "default", legend: bool = True) -> Picture:
    r"""The problem of a theory and its causes as a fishbone, a picture like that of `diagram`.

    The problem is the head; each category of causes is a bone. Under each cause stand the drivers that
    address it; a cause that none addresses says so and has an outline of its own. A theory without a
    problem still draws: its head says that the problem is not written down yet.

    Args:
        theory: what to draw.
        theme: how it looks: a name, or a `Theme`.
        legend: whether to explain the marks.

    >>> import driverkit as dk
    >>> dk.fishbone(dk.examples.load("leaving-hospital"))
    <Picture of 'Leaving hospital safely': 15 boxes, 14 links, theme default>
    """
    chosen = _theme(theme)
    return Picture(lay_out_fishbone(theory, legend=legend), chosen, theory=theory)


VIEWS: Mapping[str, Callable[..., Picture]] = MappingProxyType({"drivers": diagram, "fishbone": fishbone})
"""What of a theory can be looked at: the name of each view and what draws it."""


def view(name: str, options: Mapping[str, Any]) -> Callable[..., Picture]:
    """What draws the view of that name; an option that it does not know is told by name."""
    if name not in VIEWS:
        raise UsageError(
            f"There is no view {name!r}.{did_you_mean(str(name), VIEWS)} There are: {', '.join(VIEWS)}."
        )
    known = [one for one in inspect.signature(VIEWS[name]).parameters if one != "theory"]
    for option in options:
        if option not in known:
            raise UsageError(f"The view {name!r} has no option {option!r}. It has: {', '.join(known)}.")
    return VIEWS[name]


_view = view  # where an option has that name


def render(
    theory: Theory | Network,
    path: str | os.PathLike[str] | None = None,
    *,
    format: str | None = None,
    scale: float = 2.0,
    pages: Pages | None = None,
    view: str = "drivers",
    **options: Any,
) -> str | bytes | None:
    r"""Draw a theory into a file, or give the drawing back.

    Args:
        theory: what to draw.
        path: where to; the suffix says the format. None gives the drawing back.
        format: the name of the format, where there is no path or its suffix does not say it.
        scale: pixels of a PNG for one of the picture.
        pages: which pages a format has that can have several: see `Picture.pages`.
        view: what of it: ``drivers`` for the driver diagram, ``fishbone`` for the problem and its causes.
        options: those of `diagram`, or of `fishbone`.

    >>> import driverkit as dk
    >>> text = dk.render(dk.loads("driverkit: 1\ntitle: Fewer falls\n"), format="svg")
    """
    # The format is looked at first: a mistake there should not cost a layout.
    name = format or (_format_of(path) if path is not None else "svg")
    picture = _view(view, options)(theory, **options)
    if path is None:
        return picture.to(name, scale=scale, pages=pages)
    picture.save(path, format=name, scale=scale, pages=pages)
    return None


def to_graphviz(theory: Theory, **options: Any) -> graphviz.Digraph:
    r"""The driver diagram as a `graphviz.Digraph`, to be changed and laid out by other means.

    Nodes are called ``n1``, ``n2`` …; the ids of the theory are in their ``comment``. Every text is
    quoted, so that Graphviz shows it unchanged.

    Args:
        theory: what to draw.
        options: those of `diagram`.

    >>> import driverkit as dk
    >>> print(dk.to_graphviz(dk.loads("driverkit: 1\ntitle: Fewer falls\n")).source.splitlines()[0])
    digraph driverkit {
    """
    import graphviz

    from driverkit.renderers.dot import body

    picture = diagram(theory, **options)
    return graphviz.Digraph("driverkit", body=[line + "\n" for line in body(picture.diagram, picture.theme)])


# -- PNG -------------------------------------------------------------------------------------------


_FROM_RIGHT = re.compile(
    r'(<text[^<>]* )(x="[^"]*" y="[^"]*")([^<>]*) direction="rtl" text-anchor="middle"([^<>]*>)([^<>]*)(?=</text>)'
)


def _right_ends(diagram: Diagram) -> dict[str, str]:
    """Where the lines that run from right to left are written, and where their right end is."""
    return {
        f'x="{line.x + line.width / 2:.7g}" y="{line.y:.7g}"': f'x="{line.x + line.width:.7g}" y="{line.y:.7g}"'
        for line in _lines(diagram)
        if line.rtl
    }


def _from_right(svg: str, ends: Mapping[str, str]) -> str:
    """The SVG as the rasteriser needs it, which knows no direction of writing.

    An embedding (U+202B) tells it the same; and since "end" is the right end to it, lines end
    there, however much narrower joined letters are than measured ones.
    """
    if 'direction="rtl"' not in svg:
        return svg

    def turned(found: re.Match[str]) -> str:
        begin, place, size, look, words = found.groups()
        anchor = "end" if place in ends else "middle"
        end = ends.get(place, place)
        return f'{begin}{end}{size} text-anchor="{anchor}"{look}\u202b{words.rstrip()}\u202c'

    return _FROM_RIGHT.sub(turned, svg)


def _png(svg: str, diagram: Diagram, scale: float) -> bytes:
    return rasterise(
        svg,
        diagram.width,
        diagram.height,
        scale=scale,
        more_fonts=_needs_more_fonts(diagram),
        right_ends=_right_ends(diagram),
    )


def rasterise(
    svg: str,
    width: float,
    height: float,
    *,
    scale: float,
    more_fonts: bool = False,
    right_ends: Mapping[str, str] = MappingProxyType({}),
    smaller: str = "a part of the theory (focus, levels)",
) -> bytes:
    """A picture of ours as PNG.

    Args:
        svg: the picture, drawn by this package.
        width: of the picture.
        height: of the picture.
        scale: pixels of the PNG for one of the picture.
        more_fonts: whether to ask the fonts of the machine for what the bundled one lacks.
        right_ends: place of each line that runs from right to left, and the place of its right end.
        smaller: how to ask for less, should even a small scale be too large.

    Raises:
        UsageError: the scale is none, or the PNG would be too large.
        MissingEngine: resvg-py is not installed.
    """
    if not (isinstance(scale, int | float) and math.isfinite(scale) and scale > 0):
        raise UsageError(f"{scale!r} is no scale for a PNG. Give a number above 0, such as 2.")
    pixels = width * scale * height * scale
    if pixels > MOST_PIXELS:
        fits = math.floor(math.sqrt(MOST_PIXELS / (width * height)) * 100) / 100
        way = f"a scale of {fits:g} or less" if fits >= 0.1 else smaller
        raise UsageError(
            f"The PNG would have {pixels / 1e6:,.0f} million pixels; the most is "
            f"{MOST_PIXELS // 1_000_000}. Use {way}, or save an SVG or PDF."
        )
    try:
        import resvg_py
    except ImportError as error:
        raise MissingEngine(
            "A PNG needs resvg-py, which is not installed. Install it with: pip install resvg-py"
        ) from error
    data: bytes = bytes(
        resvg_py.svg_to_bytes(
            svg_string=_from_right(svg, right_ends),
            # One font for every family: a family that is not loaded makes its text vanish.
            font_family=FAMILY,
            serif_family=FAMILY,
            sans_serif_family=FAMILY,
            cursive_family=FAMILY,
            fantasy_family=FAMILY,
            monospace_family=FAMILY,
            font_files=[str(file) for file in FILES],
            skip_system_fonts=not more_fonts,
            dpi=96,
            zoom=float(scale),
        )
    )
    return _with_size(data, scale)


def _with_size(png: bytes, scale: float) -> bytes:
    """The PNG with a note of how large it is meant to be, so that it is not huge in a document."""
    per_metre = round(96 * scale / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body))
    end_of_header = 33  # the signature (8) and IHDR (25), which always comes first
    return png[:end_of_header] + chunk + png[end_of_header:]


def _lines(diagram: Diagram) -> Iterator[TextLine]:
    yield from diagram.header
    for column in diagram.columns:
        yield from column.heading
    for group in diagram.groups:
        yield from group.lines
    for box in diagram.boxes:
        yield from box.lines
    for entry in diagram.legend:
        yield entry.line


@cache
def _lacking() -> re.Pattern[str]:
    """What the bundled fonts have no shape for."""
    both: list[set[int]] = []
    for table in (advances.REGULAR, advances.BOLD):
        have: set[int] = set()
        for run in table.splitlines():
            start, _, rest = run.partition(":")
            count = sum(int(word.partition("*")[2] or 1) for word in rest.split())
            have.update(range(int(start, 16), int(start, 16) + count))
        both.append(have)
    codes = sorted(both[0] & both[1])
    out, next_free = [], 0
    for code in codes:
        if code > next_free:
            out.append((next_free, code - 1))
        next_free = code + 1
    out.append((next_free, sys.maxunicode))
    return re.compile("[" + "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in out) + "]")


def _foreign(diagram: Diagram) -> Iterator[str]:
    """The letters that the bundled fonts lack, as often as they stand there; controls have no shape in any font."""
    return foreign_letters(line.text for line in _lines(diagram))


def foreign_letters(texts: Iterable[str]) -> Iterator[str]:
    """The letters of some texts that the bundled fonts lack, as often as they stand there."""
    lacking = _lacking()
    for text in texts:
        if not text.isascii():
            for char in lacking.findall(text):
                if unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp", "Zs", "Mn", "Me", "Mc"):
                    yield char


def _needs_more_fonts(diagram: Diagram) -> bool:
    """Whether a letter is drawn that the bundled fonts lack."""
    return next(_foreign(diagram), None) is not None


# -- Graphviz --------------------------------------------------------------------------------------


def _graphviz() -> list[str]:
    """How to call Graphviz: its own program, else the one of the package graphviz-pure."""
    found = shutil.which("dot")
    if found:
        return [found]
    beside = shutil.which("graphviz-pure", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("graphviz-pure")
    if found:
        return [found, "-Kdot"]
    raise MissingEngine(
        "Graphviz is not installed. Install it from https://graphviz.org, or with: pip install"
        " 'driverkit[dot]'; or draw with engine='driverkit', which needs neither."
    )


def _plain(source: str) -> str:
    """What ``dot -Tplain`` says to some source."""
    call = [*_graphviz(), "-Tplain"]
    try:
        # The call is made of constants; the source goes in through the pipe.
        done = subprocess.run(  # noqa: S603
            call, input=source.encode(), capture_output=True, timeout=DOT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"Graphviz did not finish in {DOT_SECONDS} seconds. Draw with engine='driverkit', or only a part."
        ) from None
    except OSError as error:
        raise MissingEngine(f"Graphviz could not be started: {error}.") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"Graphviz failed ({done.returncode}){': ' + said[0] if said else ''}. Draw with engine='driverkit'."
        )
    return done.stdout.decode("utf-8", "replace")


def _by_graphviz(drawn: Diagram) -> Diagram:
    """The same diagram with its boxes where Graphviz puts them.

    Graphviz is told sizes and links and not a word, so there is nothing in a theory that it could
    misread; and what comes out is drawn like any other diagram.
    """
    from driverkit.renderers.dot import skeleton

    if not drawn.boxes:
        return drawn
    middles: dict[str, tuple[float, float]] = {}
    curves: dict[tuple[str, str], list[float]] = {}
    height = 0.0
    for row in _plain(skeleton(drawn)).splitlines():
        words = row.split()
        if words[0] == "graph":
            height = float(words[3]) * 96
        elif words[0] == "node":
            middles[words[1]] = (float(words[2]) * 96, height - float(words[3]) * 96)
        elif words[0] == "edge" and "invis" not in words[-2:]:
            count = 2 * int(words[3])
            curves[words[1], words[2]] = [float(word) * 96 for word in words[4 : 4 + count]]
    names = {box.id: f"n{i}" for i, box in enumerate(drawn.boxes, 1)}
    # Graphviz counts from its own corner: put that where the first box was.
    left = min(box.x for box in drawn.boxes)
    top = min(box.y for box in drawn.boxes)

    boxes = []
    for box in drawn.boxes:
        x, y = middles[names[box.id]]
        right, down = _tidy(left + x - box.width / 2) - box.x, _tidy(top + y - box.height / 2) - box.y
        boxes.append(
            attrs.evolve(
                box,
                x=_tidy(box.x + right),
                y=_tidy(box.y + down),
                lines=tuple(_shifted(line, right, down) for line in box.lines),
                dots=tuple(_dot_at(dot, dot.x + right, dot.y + down) for dot in box.dots),
                sparks=tuple(_spark_shifted(spark, right, down) for spark in box.sparks),
            )
        )

    def routed(arrow: Arrow) -> Arrow:
        numbers = curves.get((names[arrow.cause], names[arrow.effect]))
        if not numbers:
            return arrow
        points = [
            (_tidy(left + numbers[i]), _tidy(top + height - numbers[i + 1]))
            for i in range(0, len(numbers), 2)
        ]
        path = tuple((*points[i], *points[i + 1], *points[i + 2]) for i in range(1, len(points) - 2, 3))
        where = point_on(points[0], path, 0.5) if path else points[0]
        dots = tuple(_dot_at(dot, *where) for dot in arrow.dots)
        return attrs.evolve(arrow, start=points[0], path=path, dots=dots)

    arrows = tuple(routed(arrow) for arrow in drawn.arrows)
    columns = []
    for index, column in enumerate(drawn.columns):
        own = [box for box in boxes if box.column == index]
        if not own:
            columns.append(column)
            continue
        right = 0.0 if drawn.direction == "down" else own[0].x - column.x
        down = 0.0
        if drawn.direction == "down":
            down = (
                math.fsum([box.y + box.height / 2 for box in own]) / len(own) - column.y - column.height / 2
            )
        columns.append(
            attrs.evolve(
                column,
                x=_tidy(column.x + right),
                y=_tidy(column.y + down),
                heading=tuple(_shifted(line, right, down) for line in column.heading),
            )
        )

    there = {box.id: box for box in boxes}
    before = {box.id: box for box in drawn.boxes}
    groups = tuple(
        _around(group, [before[id] for id in group.members], [there[id] for id in group.members])
        for group in drawn.groups
    )

    def reach(those: Iterable[Any], links: Iterable[Arrow]) -> tuple[float, float]:
        edges = [(box.x + box.width, box.y + box.height) for box in those]
        edges += [(step[i], step[i + 1]) for link in links for step in link.path for i in (0, 2, 4)]
        return max(x for x, _ in edges), max(y for _, y in edges)

    right, bottom = reach(boxes, arrows)
    _, bottom_before = reach(drawn.boxes, drawn.arrows)
    lower = bottom - bottom_before
    return attrs.evolve(
        drawn,
        width=max(right + left, *(line.x + line.width + left for line in _header_lines(drawn)), right),
        height=_tidy(drawn.height + lower),
        columns=tuple(columns),
        boxes=tuple(boxes),
        arrows=arrows,
        groups=groups,
        legend=tuple(
            attrs.evolve(entry, y=_tidy(entry.y + lower), line=_shifted(entry.line, 0, lower))
            for entry in drawn.legend
        ),
    )


def _around(group: Group, before: Sequence[Box], now: Sequence[Box]) -> Group:
    """The frame around boxes that were moved, with the air around them that it had."""

    def edges(boxes: Sequence[Box]) -> tuple[float, float, float, float]:
        return (
            min(box.x for box in boxes),
            min(box.y for box in boxes),
            max(box.x + box.width for box in boxes),
            max(box.y + box.height for box in boxes),
        )

    old, new = edges(before), edges(now)
    right = new[0] - old[0]
    # A heading stands above its boxes, or below them where they lie side by side.
    below = bool(group.lines) and group.lines[0].y > old[3]
    down = new[3] - old[3] if below else new[1] - old[1]
    return attrs.evolve(
        group,
        x=_tidy(group.x + right),
        y=_tidy(group.y + new[1] - old[1]),
        width=_tidy(group.width + (new[2] - new[0]) - (old[2] - old[0])),
        height=_tidy(group.height + (new[3] - new[1]) - (old[3] - old[1])),
        lines=tuple(_shifted(line, right, down) for line in group.lines),
    )


def _header_lines(drawn: Diagram) -> list[TextLine]:
    return [*drawn.header, *(entry.line for entry in drawn.legend)]


def _shifted(line: TextLine, right: float, down: float) -> TextLine:
    return attrs.evolve(line, x=_tidy(line.x + right), y=_tidy(line.y + down))


def _dot_at(dot: Dot, x: float, y: float) -> Dot:
    words = dot.words
    if words is not None:
        words = attrs.evolve(words, x=_tidy(words.x + x - dot.x), y=_tidy(words.y + y - dot.y))
    return attrs.evolve(dot, x=_tidy(x), y=_tidy(y), words=words)


def _spark_shifted(spark: Spark, right: float, down: float) -> Spark:
    return attrs.evolve(
        spark,
        x=_tidy(spark.x + right),
        y=_tidy(spark.y + down),
        lines=tuple(tuple((_tidy(x + right), _tidy(y + down)) for x, y in run) for run in spark.lines),
        medians=tuple((_tidy(a + right), _tidy(b + right), _tidy(y + down)) for a, b, y in spark.medians),
        marked=tuple((_tidy(x + right), _tidy(y + down)) for x, y in spark.marked),
    )


def _tidy(value: float) -> float:
    return round(value, 2)
