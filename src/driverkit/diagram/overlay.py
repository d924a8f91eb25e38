"""What is laid over a diagram: further roles for boxes and links, each with a word in the legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import Factory, frozen

__all__ = ["Overlay"]


@frozen
class Overlay:
    """Roles to lay over the boxes and links of a diagram.

    Attributes:
        marks: for the id of a node its further roles, such as ``status-adopted``.
        notes: for the id of a node small lines to show under its words.
        link_marks: for ``(cause, effect)`` the further roles of that link.
        words: for each role what the legend says of it; a role without words is not in the legend.
            The legend keeps this order and lists only what is drawn.
    """

    marks: Mapping[str, Sequence[str]] = Factory(dict)
    notes: Mapping[str, Sequence[str]] = Factory(dict)
    link_marks: Mapping[tuple[str, str], Sequence[str]] = Factory(dict)
    words: Mapping[str, str] = Factory(dict)
