"""How far each change idea has come."""

from __future__ import annotations

from driverkit.diagram.overlay import Overlay
from driverkit.evidence.status import STATUS_WORDS, idea_status
from driverkit.model import Theory
from driverkit.overlays import OverlayKind

__all__ = ["STATUS", "status"]


def status(theory: Theory) -> Overlay:
    """How far each change idea has come, as a shade and in words; drivers where they say so themselves."""
    marks: dict[str, tuple[str, ...]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    for idea in theory.change_ideas:
        judged = idea_status(theory, idea.id)
        studied = f", {judged.studied}\u00a0studied" if judged.cycles else ""
        count = (
            f"{judged.cycles}\u00a0cycle{'' if judged.cycles == 1 else 's'}{studied}"
            if judged.cycles
            else "no cycle"
        )
        marks[idea.id] = (f"status-{judged.status}",)
        notes[idea.id] = (f"{judged.word.capitalize()}: {count}",)
    for node in theory.nodes:
        if node.status and node.id not in marks:
            marks[node.id] = (f"status-{node.status}",)
            notes[node.id] = (STATUS_WORDS[node.status].capitalize(),)
    words = {f"status-{status}": word for status, word in STATUS_WORDS.items()}
    return Overlay(marks=marks, notes=notes, words=words)


STATUS = OverlayKind(
    name="status",
    description="How far each change idea has come: not yet tested, testing, adopted or abandoned.",
    make=status,
    place=1,
)
