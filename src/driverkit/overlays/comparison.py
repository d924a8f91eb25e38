"""Old and new on one picture: what came, what went, and what is another."""

from __future__ import annotations

from driverkit.analysis.compare import Comparison, before_words, both, told
from driverkit.diagram.overlay import Overlay
from driverkit.model import Theory

__all__ = ["comparison_overlay"]

_MARKS = {"added": "added", "linked": "added", "dropped": "removed", "unlinked": "removed"}
_LEARNED = ("re-evidenced", "reordered")


def comparison_overlay(comparison: Comparison) -> tuple[Theory, Overlay]:
    """The theory to draw, which has what is gone too, and the marks to lay over it.

    >>> from driverkit.analysis.compare import compare
    >>> from driverkit.model import Aim, Driver, Theory
    >>> old = Theory("Falls", aims=[Aim("A1", "Fewer falls")], drivers=[Driver("P1", "Floors are dry")])
    >>> theory, overlay = comparison_overlay(compare(old, old.remove("P1")))
    >>> overlay.marks
    {'P1': ('removed',)}
    """
    theory = both(comparison)
    marks: dict[str, tuple[str, ...]] = {}
    link_marks: dict[tuple[str, str], tuple[str, ...]] = {}
    old_words = before_words(comparison)
    notes = {id: (f"Was: {words}",) for id, words in old_words.items()}
    for change in comparison.changes:
        if change.kind in _LEARNED:
            continue
        mark = _MARKS.get(change.kind, "changed")
        cause, arrow, effect = change.id.partition(" -> ")
        if arrow:
            link_marks.setdefault((cause, effect), (mark,))
        elif change.id in theory:
            marks.setdefault(change.id, (mark,))
        if change.kind in ("retargeted", "re-levelled") and change.id in theory:
            notes[change.id] = (*notes.get(change.id, ()), _brief(change.field, change.before))
    for link in theory.links:
        pair = (link.cause, link.effect)
        if pair not in link_marks:
            ends = {mark for end in pair for mark in marks.get(end, ()) if mark != "changed"}
            if ends:
                link_marks[pair] = ("removed",) if "removed" in ends else ("added",)
    sentences = told(comparison)
    return theory, Overlay(
        marks=marks,
        notes=notes,
        titles={id: words for id, words in sentences.items() if id in theory and " -> " not in id},
        link_marks=link_marks,
        link_titles={pair: sentences[id] for pair in link_marks if (id := " -> ".join(pair)) in sentences},
        words={"added": "new", "removed": "no longer", "changed": "changed"},
    )


def _brief(field: str | None, before: object) -> str:
    name = {"by": "date"}.get(field or "", field or "")
    return f"{name[:1].upper()}{name[1:]} was {'not given' if before is None else before}"
