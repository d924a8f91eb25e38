"""A picture as a page in a frame: the form that every notebook can show and keep."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from html import escape
from typing import Any

from driverkit.errors import MissingEngine
from driverkit.picture import Picture

__all__ = ["NEEDS", "Exploration"]

NEEDS = (
    "To get the ids back that are picked in the picture, install anywidget with: pip install 'driverkit[notebook]',"
    " and make the picture anew with dk.explore."
)
"""What is said where nothing can come back."""


class Exploration:
    """A picture as a page to look at closely; it shows itself in a notebook, in a frame of its own.

    The frame holds the whole page, so no server is needed and the notebook keeps it when it is saved. The
    page in it cannot reach the notebook, and asks nothing of any other place.

    Attributes:
        picture: what is shown.
        height: of the frame, in pixels.
    """

    def __init__(self, picture: Picture, height: int = 640) -> None:
        self.picture = picture
        self.height = height

    def html(self) -> str:
        """The page, as text."""
        return self._page

    @cached_property
    def _page(self) -> str:
        return str(self.picture.to("html"))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file that every browser opens, whole or not at all."""
        self.picture.save(path, format="html")

    @property
    def selected(self) -> list[str]:
        """The ids of the boxes that are picked, in the order in which they were picked.

        Raises:
            MissingEngine: this is a plain frame, out of which nothing comes back.
        """
        raise MissingEngine(NEEDS)

    @selected.setter
    def selected(self, ids: Iterable[str]) -> None:
        raise MissingEngine(NEEDS)

    def __repr__(self) -> str:
        return f"<Exploration of {self.picture.diagram.title!r}: {len(self.picture.diagram.boxes)} boxes>"

    def _frame(self, otherwise: str = "") -> str:
        # Scripts may run in the frame, and links to sources open in a tab of their own; without
        # "allow-same-origin" nothing in it can touch the notebook.
        title = escape(f"{self.picture.diagram.kind}: {self.picture.diagram.title}")
        return (
            f'<iframe title="{title}" srcdoc="{escape(self.html())}"'
            ' sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"'
            f' style="width: 100%; height: {self.height}px; border: 1px solid #8888; border-radius: 6px">'
            f"{otherwise}</iframe>"
        )

    def _repr_html_(self) -> str:
        # What stands in a frame is no element to a browser. A front end that takes frames away, as some do for
        # notebooks that are not trusted, leaves it: then there is the plain picture.
        still = self.picture._repr_mimebundle_(include=["text/html"])["text/html"]
        return self._frame(still)

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
