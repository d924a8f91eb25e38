"""Diagram and theme to one drawing language: one module each.

A renderer is a pure function. It runs nothing, opens nothing but what is part of the package (fonts,
the script and style of a page), never sees the theory, and gives the same bytes for the same diagram and theme.

>>> from driverkit.renderers import renderers
>>> {"dot", "drawio", "pdf", "pptx", "svg"} <= {one.name for one in renderers()}
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from driverkit.diagram.model import Diagram
from driverkit.shelves import collect
from driverkit.themes import Theme

__all__ = ["Renderer", "renderers"]


@frozen(kw_only=True)
class Renderer:
    """One drawing language.

    Attributes:
        name: what ``--to`` calls it.
        suffix: the end of the name of its files, with the dot.
        media_type: what a web server says of it.
        description: one sentence for the table of drawing languages.
        draw: the drawing of a diagram in a theme; text, or bytes where the language is not text.
        draw_pages: the same for several diagrams, a page each; None where the language has no pages.
        sheet: width and height in points of the page onto which a drawing is scaled; None where the
            page is as large as the drawing.
        tells: whether it has a place for `Diagram.story`.
        details: whether it has a place for the details of boxes and links; they are only gathered for
            languages that have one.
    """

    name: str
    suffix: str
    media_type: str
    description: str
    draw: Callable[[Diagram, Theme], str | bytes]
    draw_pages: Callable[[Sequence[Diagram], Theme], str | bytes] | None = None
    sheet: tuple[float, float] | None = None
    tells: bool = False
    details: bool = False


def renderers() -> tuple[Renderer, ...]:
    """Every drawing language there is: the built-in ones, then those of installed packages."""
    return collect(__name__, Renderer)
