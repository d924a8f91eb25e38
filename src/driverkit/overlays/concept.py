"""Which change ideas come of the same change concept."""

from __future__ import annotations

from collections import Counter

from driverkit.diagram.overlay import Overlay
from driverkit.model import Theory
from driverkit.overlays import OverlayKind

__all__ = ["CONCEPT", "concept"]

STRIPS = 6
"""So many concepts can be told apart by a strip; those that fewest ideas share have the words alone."""


def concept(theory: Theory) -> Overlay:
    """The change concept of each idea in words; ideas that share one have the same strip.

    Capital letters and spaces make no difference. The concepts that most ideas share come first.
    """
    ideas = {idea.id: " ".join(idea.concept.split()) for idea in theory.change_ideas if idea.concept}
    names: dict[str, str] = {}
    for said in ideas.values():
        names.setdefault(said.casefold(), said)
    counts = Counter(said.casefold() for said in ideas.values())
    shared = [key for key, count in counts.most_common() if count > 1][:STRIPS]
    strip = {key: f"owner-{i}" for i, key in enumerate(shared, 1)}
    return Overlay(
        marks={id: (strip[said.casefold()],) for id, said in ideas.items() if said.casefold() in strip},
        notes={id: (f"Concept: {names[said.casefold()]}",) for id, said in ideas.items()},
        words={mark: names[key] for key, mark in strip.items()},
    )


CONCEPT = OverlayKind(
    name="concept",
    description="The change concept of each change idea, and which ideas share one.",
    make=concept,
    place=7,
)
