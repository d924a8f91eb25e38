"""Old and new on one picture: what came, what went, what is another, and where records came."""

from __future__ import annotations

from driverkit.analysis.compare import Comparison, before_words, both, revision_said, told
from driverkit.diagram.overlay import Overlay
from driverkit.evidence.changes import Change
from driverkit.evidence.measures import measures_of
from driverkit.evidence.rewritten import GONE
from driverkit.evidence.words import listed
from driverkit.model import Theory

__all__ = ["comparison_overlay"]

_MARKS = {"added": "added", "linked": "added", "dropped": "removed", "unlinked": "removed"}


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
        if change.kind == "reordered" or (change.kind == "re-evidenced" and not change.substantive):
            continue
        mark = _MARKS.get(change.kind, "changed")
        cause, arrow, effect = change.id.partition(" -> ")
        if arrow:
            link_marks.setdefault((cause, effect), (mark,))
        elif change.id in theory:
            marks.setdefault(change.id, (mark,))
        if change.id in theory and (note := _note(change)):
            notes[change.id] = tuple(dict.fromkeys((*notes.get(change.id, ()), note)))
        if change.kind == "moved":
            for marked, ends in (("added", change.after), ("removed", change.before)):
                link_marks |= {(change.id, end): (marked,) for end in ends}
    for link in theory.links:
        pair = (link.cause, link.effect)
        if pair not in link_marks:
            ends = {mark for end in pair for mark in marks.get(end, ()) if mark != "changed"}
            if ends:
                link_marks[pair] = ("removed",) if "removed" in ends else ("added",)
    signs: dict[tuple[str, str], str] = {}
    for about, said in _records(comparison).items():
        cause, arrow, effect = about.partition(" -> ")
        if arrow:
            signs[cause, effect] = "learned"
        else:
            marks.setdefault(about, ("learned",))
            notes[about] = tuple(dict.fromkeys((*notes.get(about, ()), *said)))
    sentences = told(comparison)
    return theory, Overlay(
        marks=marks,
        notes=notes,
        titles={id: words for id, words in sentences.items() if id in theory and " -> " not in id},
        link_marks=link_marks,
        link_titles={
            pair: sentences[id] for pair in (*link_marks, *signs) if (id := " -> ".join(pair)) in sentences
        },
        link_signs=signs,
        words={
            "added": "new",
            "removed": "no longer",
            "changed": "changed",
            "learned": "new or rewritten records",
        },
        heading=f"compared with {revision_said(comparison.old) or 'an earlier version'}",
    )


def _records(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """For what is drawn, in words, the records that came or were rewritten and change nothing of what it says."""
    theory = comparison.new
    drawn = {node.id for node in theory.nodes} | {f"{link.cause} -> {link.effect}" for link in theory.links}
    found: dict[str, list[str]] = {}
    records = [change for change in comparison.changes if change.kind == "re-evidenced"]
    weighty = {id for change in records if change.substantive for id in (*change.cycles, *change.evidence)}
    for change in records:
        if change.learned:
            said = [
                f"{word}: {listed(ids, 3)}"
                for word, ids in (("Studied", change.cycles), ("Evidence", change.evidence))
                if ids
            ]
        elif ids := [id for id in change.cycles or change.evidence if id not in weighty]:
            word = "Gone" if change.field in (*GONE, "unfinished") else "Rewritten"
            said = [f"{word}: {listed(ids, 3)}"]
        else:
            continue
        if change.id in drawn:
            found.setdefault(change.id, []).extend(said)
    measured = {change.id for change in comparison.changes if change.field == "data"}
    for id, measures in measures_of(theory).items():
        if id in drawn and (some := [one.id for one in measures if one.id in measured]):
            found.setdefault(id, []).append(f"Points: {listed(some, 3)}")
    return {id: tuple(dict.fromkeys(said)) for id, said in found.items()}


def _note(change: Change) -> str:
    """What stands under the words of a node that changed: what it was, or its status as it is."""
    if change.kind in ("retargeted", "re-levelled"):
        return _brief(change.field, change.before)
    if change.kind == "restated" and change.field == "status":
        return f"Now {change.after}" if change.after else f"No longer {change.before}"
    if change.kind == "re-evidenced":
        ids = listed(change.cycles or change.evidence, 3)
        if change.field in GONE:
            return f"Gone: {ids}"
        if change.field in ("about", "change"):
            return f"{ids} was on {change.before}"
        was = "studied" if change.field == "study" else change.before or "not told"
        return f"{ids} was {was}" if change.field != "decision" else f"Decision of {ids} was {was}"
    return ""


def _brief(field: str | None, before: object) -> str:
    name = {"by": "date"}.get(field or "", field or "")
    return f"{name[:1].upper()}{name[1:]} was {'not given' if before is None else before}"
