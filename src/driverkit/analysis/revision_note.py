"""A revision note to begin with: what it would have to tell of two versions, as a value and as YAML to paste.

>>> import attrs
>>> from driverkit.analysis.compare import compare
>>> from driverkit.model import Aim, Revision, Theory
>>> old = Theory("Falls", aims=[Aim("A1", "Fewer falls", target=3)], revision=Revision("1"))
>>> new = attrs.evolve(old.replace("A1", target=2), revision=Revision("2", date="2026-06-01"))
>>> print(note_text(compare(old, new)), end="")
# What changed, and is in no revision note yet:
# - A1: The target of “Fewer falls” moved from 3 to 2.
revisions:
  - label: "2"
    date: 2026-06-01
    kind: substantive
    why:  # say why, and name what it is the reason for: A1
    because_of: []  # ids of cycles and evidence that led to it; MEMBER/ID for those of a member
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from driverkit.evidence.words import harmless
from driverkit.model import Revision, Theory

if TYPE_CHECKING:
    from driverkit.analysis.compare import Comparison
    from driverkit.evidence.changes import Change

__all__ = ["note_text", "suggested_note"]


def suggested_note(comparison: Comparison) -> Revision | None:
    """A revision note for what no new note tells yet; None where there is nothing to tell."""
    untold = _untold(comparison)
    unlisted = _unlisted(comparison)
    if not untold and unlisted is None:
        return None
    new = comparison.new
    because = [id for change in untold for id in (*change.cycles, *change.evidence)]
    return Revision(
        label=unlisted.label if unlisted is not None else _next_label(new),
        date=unlisted.date if unlisted is not None else None,
        kind="substantive" if any(change.substantive for change in untold) else "minor",
        why=" ".join(_with_id(change) for change in untold) or None,
        because_of=tuple(id for id in dict.fromkeys(because) if id in new),
    )


def note_text(comparison: Comparison) -> str:
    """The note as YAML to paste into the later theory: what changed as remarks, and the reason left open."""
    note = suggested_note(comparison)
    if note is None:
        return "# No substantive change is without a revision note.\n"
    untold = _untold(comparison)
    lines = ["# What changed, and is in no revision note yet:"] if untold else []
    lines += [
        f"# - {harmless(change.id)}: {harmless(change.words)}"
        if change.id
        else f"# - {harmless(change.words)}"
        for change in untold
    ]
    told = {id for change in untold for id in (*change.cycles, *change.evidence)}
    others = [c for c in comparison.changes if c.learned and not told.issuperset((*c.cycles, *c.evidence))]
    if others:
        lines.append("# Learned in between, and maybe among the reasons:")
        lines += [f"# - {harmless(change.words)}" for change in others]
    revision = comparison.new.revision
    if _unlisted(comparison) is None and note.label is not None and revision is not None:
        lines.append(
            f"# The theory is revision {harmless(revision.label or '')}: say under revision, too, that it is {note.label} now."
        )
    ids = ", ".join(dict.fromkeys(harmless(change.id) for change in untold if change.id))
    because = ", ".join(_scalar(id) for id in note.because_of)
    lines += [
        "revisions:"
        + ("  # is there already: add what stands below at its end" if comparison.new.revisions else ""),
        f"  - label: {_scalar(note.label)}" if note.label is not None else "  - label:  # what it is called",
        f"    date: {note.date.isoformat()}" if note.date is not None else "    date:  # such as 2026-06-01",
        f"    kind: {note.kind}",
        f"    why:  # say why{', and name what it is the reason for: ' + ids if ids else ''}",
        f"    because_of: [{because}]  # ids of cycles and evidence that led to it; MEMBER/ID for those of a member",
    ]
    return "\n".join(lines) + "\n"


def _untold(comparison: Comparison) -> tuple[Change, ...]:
    """The substantive changes without a note, and what vanished; for a version listed nowhere, else the minor ones."""
    gone = {one.id for one in comparison.vanished if not one.revisions}
    found = tuple(
        c
        for c in comparison.changes
        if not c.revisions and (c.substantive or (c.id in gone and not c.learned))
    )
    if found or _unlisted(comparison) is None:
        return found
    return tuple(c for c in comparison.changes if not (c.substantive or c.revisions or c.learned))


def _unlisted(comparison: Comparison) -> Revision | None:
    """Which revision the later theory says it is, where that is another one than before and has no note."""
    revision, before = comparison.new.revision, comparison.old.revision
    if revision is None or revision.label is None or revision.why or revision.because_of:
        return None
    if before is not None and before.label == revision.label:
        return None
    return None if any(note.label == revision.label for note in comparison.new.revisions) else revision


def _next_label(theory: Theory) -> str | None:
    label = theory.revision.label if theory.revision is not None else None
    return str(int(label) + 1) if label is not None and label.isdecimal() and len(label) < 9 else None


def _with_id(change: Change) -> str:
    """The change in a sentence that names it, as the checks ask of a note."""
    return f"{change.words.rstrip('.')} ({change.id})." if change.id else change.words


def _scalar(text: str) -> str:
    """A text as it stands in YAML within a line; an id as it is."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(/[A-Za-z][A-Za-z0-9]*)?", text)
    return text if plain and text.lower() not in _WORDS else json.dumps(text, ensure_ascii=True)


_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
