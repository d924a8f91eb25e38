"""The door for notebooks: a theory that is the last line of a cell draws itself, and can be looked at closely."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from driverkit.errors import MissingEngine, UsageError
from driverkit.model import Theory
from driverkit.model.values import show
from driverkit.notebook.frame import NEEDS, Exploration
from driverkit.picture import diagram, view

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


def explore(
    theory: Theory, *, height: int = 640, view: str = "drivers", live: bool | None = None, **options: Any
) -> Exploration:
    r"""A theory to look at closely in a notebook: zoom, search, causes and effects, what is known of a box.

    It is the page that ``driverkit render theory.yaml -o theory.html`` writes. With anywidget installed
    (``pip install 'driverkit[notebook]'``) the boxes that somebody picks come back as ``.selected``, a list
    of ids that can be watched (``.observe(handler, "selected")``) and set; in marimo,
    ``mo.ui.anywidget(dk.explore(theory))`` makes cells run again when it changes.

    Args:
        theory: what to show.
        height: of the frame, in pixels, from 200 to 4,000.
        view: what of it: ``drivers`` for the driver diagram, ``fishbone`` for the problem and its causes.
        live: whether what is picked comes back. Left out, it does where anywidget is installed. ``False``
            for a plain frame, which stays in a saved notebook and moves without a kernel.
        options: those of `diagram`, or of `fishbone`.

    Raises:
        UsageError: the height is no whole number between 200 and 4,000, or an option cannot be had.
        MissingEngine: ``live=True`` was asked for and anywidget is not installed.

    >>> import driverkit as dk
    >>> dk.explore(dk.examples.load("small-steps"))
    <Exploration of 'Small steps': 9 boxes>
    """
    if isinstance(height, bool) or not isinstance(height, int) or not 200 <= height <= 4000:
        raise UsageError(f"The height of the frame is a whole number from 200 to 4,000, not {show(height)}.")
    picture = _view(view, options)(theory, **options)
    there = find_spec("anywidget") is not None
    if live and not there:
        raise MissingEngine(NEEDS)
    if live is False or not there:
        return Exploration(picture, height)
    from driverkit.notebook.widget import ExplorationWidget

    return ExplorationWidget(picture, height)


_view = view  # where an option has that name
