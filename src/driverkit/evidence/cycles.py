"""What a PDSA cycle amounts to: carried out, studied, predicted in time; and the ramps cycles form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from driverkit.model import PdsaCycle, Prediction, Theory

__all__ = ["predicted_in_time", "ramps", "was_done", "was_studied"]


def was_done(cycle: PdsaCycle) -> bool:
    """Whether the cycle has been carried out: its Do holds a date or words.

    >>> was_done(PdsaCycle("T1", "C1", do={}))
    False
    """
    do = cycle.do
    return do is not None and (do.date is not None or do.observed is not None or do.as_planned is not None)


def was_studied(cycle: PdsaCycle) -> bool:
    """Whether the cycle reached Study: its Study holds a date or words."""
    study = cycle.study
    return study is not None and (study.date is not None or study.learned is not None)


def predicted_in_time(cycle: PdsaCycle, prediction: Prediction) -> bool | None:
    """Whether a prediction was written before the cycle was carried out; None where no dates tell.

    A prediction without an answer is none. Its date is its own or the plan's; one that is written on
    the day of Do counts as in time, one that is dated after Do, or after Study or Act, does not.

    >>> cycle = PdsaCycle(
    ...     "T1",
    ...     "C1",
    ...     plan={"date": "2024-02-09"},
    ...     do={"date": "2024-02-02"},
    ...     predictions=[{"question": "is it quick", "prediction": "under a minute"}],
    ... )
    >>> predicted_in_time(cycle, cycle.predictions[0])
    False
    """
    if prediction.prediction is None:
        return False
    written = prediction.date or (cycle.plan.date if cycle.plan else None)
    steps = (cycle.do, cycle.study, cycle.act)
    days = [step.date for step in steps if step is not None and step.date is not None]
    if written is None or not days:
        return None
    return written <= min(days)


def ramps(theory: Theory) -> Sequence[tuple[PdsaCycle, ...]]:
    """The ramps: chains of two cycles or more that follow one another, each from its first to its last.

    Where two cycles follow the same one, each way to the end is a ramp.
    """
    found: Any = theory.memo.get("evidence.ramps")
    if found is None:
        by_id = {cycle.id: cycle for cycle in theory.cycles}
        followed = {cycle.follows for cycle in theory.cycles if cycle.follows is not None}
        found = []
        for last in theory.cycles:
            if last.follows is None or last.id in followed:
                continue
            chain = [last]
            while chain[-1].follows is not None:
                chain.append(by_id[chain[-1].follows])
            found.append(tuple(reversed(chain)))
        theory.memo["evidence.ramps"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything
