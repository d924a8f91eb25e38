"""The door for notebooks: a theory that is the last line of a cell draws itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from driverkit.model import Theory
from driverkit.picture import diagram

__all__ = ["bundle_for"]


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
