"""Which measures tell about a node, and whether one of them is the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from driverkit.model import Aim, Measure, Theory

__all__ = ["has_outcome", "measures_of", "series_length"]


def measures_of(theory: Theory) -> Mapping[str, Sequence[Measure]]:
    """The measures of each node that has some: those whose ``of`` names it, and the ``measure`` of an aim."""
    found: Any = theory.memo.get("evidence.measures")
    if found is None:
        found = {}
        for measure in theory.measures:
            for id in dict.fromkeys(measure.of):
                found.setdefault(id, []).append(measure)
        for aim in theory.aims:
            if aim.measure is not None:
                listed = found.setdefault(aim.id, [])
                if all(m.id != aim.measure for m in listed):
                    listed.append(theory.node(aim.measure))
        theory.memo["evidence.measures"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def has_outcome(theory: Theory, aim: Aim) -> bool:
    """Whether an aim has an outcome measure.

    The measure that the aim itself names is one unless its ``role`` says otherwise.
    """
    return any(
        m.role == "outcome" or (m.role is None and m.id == aim.measure)
        for m in measures_of(theory).get(aim.id, ())
    )


def series_length(measure: Measure) -> int | None:
    """How many rows the series of a measure has; None where they stand in a file of their own."""
    if isinstance(measure.data, str):
        return None
    return len(measure.data or ())
