"""The same frame as a widget: which boxes are picked goes to Python, and back.

Only this module loads anywidget; `driverkit.notebook.explore` imports it where that is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from driverkit.errors import UnknownId
from driverkit.model.values import near
from driverkit.notebook.frame import Exploration
from driverkit.picture import Picture

__all__ = ["ExplorationWidget"]

WIDGET = "application/vnd.jupyter.widget-view+json"
"""The media type by which a front end is told which widget to show."""


class ExplorationWidget(Exploration, anywidget.AnyWidget):  # type: ignore[misc] # it ships no types that mypy follows
    """A picture to look at closely whose picked boxes can be read, watched and set.

    Attributes:
        selected: the ids of the picked boxes, in the order in which they were picked.
        picture: what is shown.
        height: of the frame, in pixels.
    """

    _esm = Path(__file__).with_name("widget.js").read_text("utf-8")
    # The page is sent once, as it stands in the frame; afterwards only ids travel.
    _tag = traitlets.Unicode().tag(sync=True)
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, picture: Picture, height: int = 640) -> None:
        # One after the other: a widget hands on what it does not know to whoever comes next.
        Exploration.__init__(self, picture, height)
        self._ids = tuple(box.id for box in picture.diagram.boxes if box.role not in ("problem", "category"))
        anywidget.AnyWidget.__init__(self, _tag=self._frame())

    @traitlets.validate("selected")  # type: ignore[untyped-decorator] # likewise
    def _known(self, proposal: Any) -> list[str]:
        """Each id once; an id that no box has is told."""
        asked = list(dict.fromkeys(proposal["value"]))
        for id in asked:
            if id not in self._ids:
                raise UnknownId(id, near=near(id, self._ids))
        return asked

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, Any]:
        """The widget; for whoever shows no widgets the plain frame, and for whoever shows no HTML the outline."""
        made = super()._repr_mimebundle_(include, exclude)
        if (include is None or WIDGET in set(include)) and WIDGET not in set(exclude or ()):
            shown = anywidget.AnyWidget._repr_mimebundle_(self)
            made[WIDGET] = shown[0][WIDGET]
        return made
