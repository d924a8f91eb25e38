"""The door for notebooks: a theory that is the last line of a cell draws itself, and can be looked at closely."""

from __future__ import annotations

import os
from collections.abc import Iterable
from html import escape
from typing import Any

from attrs import frozen

from driverkit.errors import UsageError
from driverkit.model import Theory
from driverkit.model.values import show
from driverkit.picture import Picture, diagram, view

__all__ = ["Exploration", "bundle_for", "explore"]


def bundle_for(
    theory: Theory, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
) -> dict[str, Any]:
    r"""What a notebook shows for a theory: its driver diagram as SVG, PNG, image tag and outline.

    Only the forms that are asked for are drawn.

    Args:
        theory: what to show.
        include: the media types to make; all, where left out.
        exclude: the media types to leave out.

    >>> import driverkit as dk
    >>> theory = dk.loads("driverkit: 1\ntitle: Fewer falls\naims: [{id: A1, text: Halve falls}]\n")
    >>> bundle_for(theory, include=["text/plain"])
    {'text/plain': '- A1: Halve falls'}
    """
    return diagram(theory)._repr_mimebundle_(include, exclude)


@frozen
class Exploration:
    """A picture as a page to look at closely; it shows itself in a notebook, in a frame of its own.

    The frame holds the whole page, so no server is needed and the notebook keeps it when it is saved. The
    page in it cannot reach the notebook, and asks nothing of any other place.

    Attributes:
        picture: what is shown.
        height: of the frame, in pixels.
    """

    picture: Picture
    height: int = 640

    def html(self) -> str:
        """The page, as text."""
        return str(self.picture.to("html"))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file that every browser opens, whole or not at all."""
        self.picture.save(path, format="html")

    def __repr__(self) -> str:
        return f"<Exploration of {self.picture.diagram.title!r}: {len(self.picture.diagram.boxes)} boxes>"

    def _repr_html_(self) -> str:
        # Scripts may run in the frame, and links to sources open in a tab of their own; without
        # "allow-same-origin" nothing in it can touch the notebook.
        title = escape(f"{self.picture.diagram.kind}: {self.picture.diagram.title}")
        return (
            f'<iframe title="{title}" srcdoc="{escape(self.html())}"'
            ' sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"'
            f' style="width: 100%; height: {self.height}px; border: 1px solid #8888; border-radius: 6px"></iframe>'
        )

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """The frame, and the outline in text for whoever shows no HTML."""
        kept = {"text/html", "text/plain"} if include is None else set(include)
        kept -= set(exclude or ())
        made: dict[str, Any] = {}
        if "text/html" in kept:
            made["text/html"] = self._repr_html_()
        if "text/plain" in kept:
            made["text/plain"] = self.picture.diagram.outline or repr(self)
        return made


def explore(theory: Theory, *, height: int = 640, view: str = "drivers", **options: Any) -> Exploration:
    r"""A theory to look at closely in a notebook: zoom, search, causes and effects, what is known of a box.

    It is the page that ``driverkit render theory.yaml -o theory.html`` writes. Which boxes somebody picks
    in it is not told to Python: a frame that works in Jupyter, VS Code and marimo alike has no way back.

    Args:
        theory: what to show.
        height: of the frame, in pixels, from 200 to 4,000.
        view: what of it: ``drivers`` for the driver diagram, ``fishbone`` for the problem and its causes.
        options: those of `diagram`, or of `fishbone`.

    Raises:
        UsageError: the height is no whole number between 200 and 4,000, or an option cannot be had.

    >>> import driverkit as dk
    >>> dk.explore(dk.examples.load("small-steps"))
    <Exploration of 'Small steps': 9 boxes>
    """
    if isinstance(height, bool) or not isinstance(height, int) or not 200 <= height <= 4000:
        raise UsageError(f"The height of the frame is a whole number from 200 to 4,000, not {show(height)}.")
    return Exploration(_view(view, options)(theory, **options), height)


_view = view  # where an option has that name
