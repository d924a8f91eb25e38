"""What was given up, told on every diagram: nobody who reads a wall takes it for work that waits for them."""

from __future__ import annotations

from typing import Any

import attrs

from driverkit.diagram.overlay import Overlay
from driverkit.evidence.status import STATUS_WORDS, idea_status
from driverkit.model import Theory

__all__ = ["with_given_up"]

_MARK = "abandoned"
# Marks that speak by the look of a whole box; they say what the reader asked for, and stay on top.
_ON_TOP = frozenset({"added", "removed", "changed", "suspect", "faded"})


def with_given_up(theory: Any, overlay: Overlay) -> Overlay:
    """The overlay with a mark and a word for each node that is abandoned; one that shows statuses says so itself.

    Change ideas are abandoned by their own status or by what their cycles decided, drivers by their own status.

    >>> from driverkit.model import ChangeIdea
    >>> theory = Theory("Falls", change_ideas=[ChangeIdea("C1", "A leaflet", status="abandoned")])
    >>> with_given_up(theory, Overlay()).notes
    {'C1': ('Abandoned',)}
    """
    if not isinstance(theory, Theory):
        return overlay
    over = {node.id for node in theory.nodes if node.status == _MARK}
    over |= {one.id for one in theory.change_ideas if idea_status(theory, one.id).status == _MARK}
    over = {id for id in over if not any(mark.startswith("status-") for mark in overlay.marks.get(id, ()))}
    if not over:
        return overlay
    marks, notes = dict(overlay.marks), dict(overlay.notes)
    for node in theory.nodes:
        if node.id in over:
            others = tuple(marks.get(node.id, ()))
            marks[node.id] = (_MARK, *others) if _ON_TOP.intersection(others) else (*others, _MARK)
            notes[node.id] = (STATUS_WORDS[_MARK].capitalize(), *notes.get(node.id, ()))
    return attrs.evolve(
        overlay, marks=marks, notes=notes, words={**overlay.words, _MARK: STATUS_WORDS[_MARK]}
    )
