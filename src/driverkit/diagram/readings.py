"""What the measures of each node say, in a few words: the latest value, the signal, the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from driverkit.diagram.overlay import Reading
from driverkit.diagram.words import number
from driverkit.errors import SeriesError, UsageError
from driverkit.evidence.gaps import broken
from driverkit.evidence.measures import measures_of
from driverkit.evidence.series import Line, line, series
from driverkit.evidence.signals import charts_of, told_together
from driverkit.evidence.signals import judged as judged_by_rule
from driverkit.model import Measure, Theory

__all__ = ["SIGNAL_WORDS", "joined", "readings"]

_TOLD = {
    "better": ("signal-better", "improved"),
    "worse": ("signal-worse", "got worse"),
    "mixed": ("signal-mixed", "better here, worse there"),
    "signal": ("signal-moved", "moved"),
    "none": ("signal-none", "no signal"),
    "too few": ("signal-few", "too few points"),
    "no data": ("signal-no-data", "no data"),
    "unread": ("signal-no-data", "series cannot be read"),
}
"""What is drawn and said for each word of a judgement."""

SIGNAL_WORDS: Mapping[str, str] = {
    "signal-better": "improved",
    "signal-worse": "got worse",
    "signal-mixed": "better in one line, worse in another",
    "signal-moved": "moved; which way is better is not said",
    "signal-none": "no signal",
    "signal-few": "too few points to tell",
    "signal-no-data": "no data yet, or none that can be read",
}
"""What the legend says of the signs."""


def _line(theory: Theory, measure: Measure) -> Line | None:
    """The one line of a measure; None where it has none, or only lines of sites and groups that have no total."""
    try:
        return line(theory, measure.id) if len(series(theory, measure.id)) else None
    except (SeriesError, UsageError):
        return None


def _word(theory: Theory, measure: Measure) -> tuple[str, str]:
    """The word for a measure, and why."""
    try:
        charts = charts_of(theory, measure.id)
    except SeriesError:
        return "unread", ""
    return told_together(charts), "\n".join(f"{one.line.label}: {one.reason}" for one in charts[:3])


def _value(measure: Measure, one: Line | None) -> str:
    """The latest value with its unit: ``84 %``; empty where there is none."""
    known = [value for value in one.values if value is not None] if one is not None else []
    if not known:
        return ""
    latest = known[-1]
    told = number(float(f"{latest:.0f}" if abs(latest) >= 100 else f"{latest:.3g}"))
    return f"{told}\u00a0{measure.unit}" if measure.unit else told


def _drawn(one: Line) -> dict[str, Any]:
    """What is drawn of a series beside its values: its days, its gaps, its medians and the points of a signal."""
    found = judged_by_rule(one)
    chart = found.chart
    drawn: dict[str, Any] = {"dates": tuple(one.dates), "breaks": tuple(sorted(broken(one)))}
    if chart.signal is None:
        return drawn
    drawn["levels"] = tuple(
        (phase.start, phase.end - 1, phase.centre) for phase in chart.phases if phase.centre is not None
    )
    if chart.signal and chart.shift is not None:
        # The run that fires may be the one before the shift; these surely lie after it.
        points = set(range(chart.shift.after, len(one.values)))
    else:
        points = {at for fired in chart.fired if not fired.whole for at in fired.points}
    drawn["signal"] = tuple(sorted(points))
    drawn["signal_mark"] = f"signal-{found.change or 'moved'}" if chart.signal else ""
    return drawn


def readings(
    theory: Theory, *, values: bool = False, judged: bool = False, sparkline: bool = False
) -> dict[str, tuple[Reading, ...]]:
    """For each node that is measured what its measures say.

    Args:
        theory: the theory.
        values: whether the latest value is told, to three figures, or to the unit from 100 on.
        judged: whether the signal is told.
        sparkline: whether the series goes with it, to be drawn small.
    """
    made: dict[str, Reading] = {}
    for measure in theory.measures:
        one = _line(theory, measure) if values or sparkline else None
        mark = word = why = ""
        if judged:
            told, why = _word(theory, measure)
            mark, word = _TOLD[told]
        value = _value(measure, one) if values else ""
        if values and not value and not judged:
            word = "no value"
        role = measure.role or ""
        title = f"{measure.name}{f' ({role} measure)' if role else ''}"
        made[measure.id] = Reading(
            measure.id,
            measure.name,
            measure.role,
            value,
            word,
            mark,
            tuple(one.values) if sparkline and one is not None else (),
            f"{title}\n{why}" if why else title,
            **(_drawn(one) if sparkline and one is not None else {}),
        )
    return {node: tuple(made[one.id] for one in some) for node, some in measures_of(theory).items()}


def joined(
    first: Mapping[str, Sequence[Reading]], second: Mapping[str, Sequence[Reading]]
) -> dict[str, tuple[Reading, ...]]:
    """The rows of both; of one measure under one node a single row that says what both say."""
    out: dict[str, tuple[Reading, ...]] = {}
    for node in dict.fromkeys((*first, *second)):
        rows: dict[str, Reading] = {}
        for one in (*first.get(node, ()), *second.get(node, ())):
            had = rows.get(one.measure)
            rows[one.measure] = (
                one
                if had is None
                else attrs.evolve(
                    had if had.series or not one.series else one,
                    name=had.name,
                    role=had.role or one.role,
                    value=had.value or one.value,
                    word=had.word or one.word,
                    mark=had.mark or one.mark,
                    title=max(had.title, one.title, key=len),
                )
            )
        out[node] = tuple(rows.values())
    return out
