"""What is still missing, and where."""

from __future__ import annotations

from driverkit.diagram.overlay import Overlay
from driverkit.model import Theory
from driverkit.overlays import OverlayKind

__all__ = ["COVERAGE", "coverage"]


def coverage(theory: Theory) -> Overlay:
    """Which nodes have what they need, which do but for what is below them, and what the others lack.

    It shows the columns ``shallow``, ``deep`` and ``gap`` of `driverkit.coverage`. A gap of which the node
    itself says why it is open is told as a known one.
    """
    from driverkit.analysis.coverage import coverage as covered

    found = covered(theory).columns("nodes")
    marks: dict[str, tuple[str, ...]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    titles: dict[str, tuple[str, ...]] = {}
    for id, gap, shallow, deep in zip(
        found["id"], found["gap"], found["shallow"], found["deep"], strict=True
    ):
        known = bool(theory.node(id).undeveloped)
        marks[id] = ("coverage-full" if deep else "coverage-some" if shallow else "coverage-none",)
        if gap:
            notes[id] = (f"{'Known gap' if known else 'Gap'}: {gap}",)
    rows = covered(theory).columns("gaps")
    for id, shallow, gap, reason, step in zip(
        rows["id"], rows["shallow"], rows["gap"], rows["reason"], rows["next_step"], strict=True
    ):
        if id in marks:
            kind = "Gap" if shallow else "To be looked at"
            titles[id] = (*titles.get(id, ()), f"{kind}: {gap} ({reason}). {step}")
    return Overlay(
        marks=marks,
        notes=notes,
        titles=titles,
        words={
            "coverage-none": "lacks something itself",
            "coverage-some": "has what it needs, but something below it has not",
            "coverage-full": "has what it needs, and so has everything below it",
        },
    )


COVERAGE = OverlayKind(
    name="coverage",
    description="What is missing where: no measure, no change idea, no test.",
    make=coverage,
    place=3,
)
