"""A theory as far as it was known on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from driverkit.model.records import PdsaCycle, Prediction, Revision
from driverkit.model.theory import Theory

__all__ = ["known_then"]

_STAGES = ("plan", "do", "study", "act")


def known_then(theory: Theory, day: dt.date) -> Theory:
    """See `driverkit.Theory.as_of`."""
    cycles = {cycle.id: then for cycle in theory.cycles if (then := _cycle(cycle, day)) is not None}
    evidence = tuple(one for one in theory.evidence if one.year is None or one.year <= day.year)
    known = {*theory.index} - {c.id for c in theory.cycles} - {e.id for e in theory.evidence}
    known |= {*cycles, *(e.id for e in evidence)}
    notes = tuple(_revision(note, theory, known) for note in theory.revisions if not _later(note.date, day))
    current = theory.revision
    if current is not None and _later(current.date, day):
        dated = [note for note in notes if note.date is not None]
        current = max(dated, key=lambda note: note.date or day, default=None)
        if current is not None:
            current = Revision(current.label, current.date)
    changes: dict[str, Any] = {
        "cycles": tuple(
            attrs.evolve(
                cycle,
                follows=cycle.follows if cycle.follows in cycles else None,
                # what it adapts may stand in another file, which knows its own days
                adapted_from=None
                if cycle.adapted_from in theory and cycle.adapted_from not in cycles
                else cycle.adapted_from,
            )
            for cycle in cycles.values()
        ),
        "evidence": evidence,
        "measures": tuple(
            attrs.evolve(one, data=tuple(row for row in one.data if row.date <= day))
            if isinstance(one.data, tuple)
            else one
            for one in theory.measures
        ),
        "recommendations": tuple(one for one in theory.recommendations if not _later(one.date, day)),
        "revisions": notes,
        "revision": _revision(current, theory, known) if current is not None else None,
    }
    origin = theory.origin
    if origin is not None:
        until = day if origin.until is None else min(day, origin.until)
        # What is known then is no whole file any more, so a save must not take it for one.
        changes["origin"] = attrs.evolve(origin, until=until, digest="")
    return attrs.evolve(theory, **changes)


def _later(date: dt.date | None, day: dt.date) -> bool:
    return date is not None and date > day


def _cycle(cycle: PdsaCycle, day: dt.date) -> PdsaCycle | None:
    """A cycle as far as it had come; None where it had not begun."""
    stages = {name: getattr(cycle, name) for name in _STAGES if getattr(cycle, name) is not None}
    dates = [stage.date for stage in stages.values()]
    if not any(dates):
        return cycle
    kept: dict[str, Any] = {}
    names = list(stages)
    for at, name in enumerate(names):
        # A stage without a date was there when the next one was, or else when the one before it was.
        after = next((date for date in dates[at:] if date), None)
        before = next((date for date in reversed(dates[:at]) if date), None)
        when = after or before
        kept[name] = stages[name] if when is not None and when <= day else None
    if not any(kept.values()):
        return None
    judged = next((name for name in ("study", "act", "do") if name in stages), None)
    has_results = judged is None or kept[judged] is not None
    begun = cycle.plan.date if cycle.plan is not None else None
    predictions = tuple(
        one if has_results else Prediction(one.question, one.prediction, date=one.date, extra=one.extra)
        for one in cycle.predictions
        if not _later(one.date or begun, day)
    )
    return attrs.evolve(cycle, predictions=predictions, **kept)


def _revision(note: Revision, theory: Theory, known: set[str]) -> Revision:
    """A note without what was not known yet; what another file holds stays."""
    because = tuple(id for id in note.because_of if id in known or id not in theory)
    return note if because == note.because_of else attrs.evolve(note, because_of=because)
