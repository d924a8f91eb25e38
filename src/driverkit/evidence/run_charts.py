"""What a series of numbers over time says: is there a signal, by which rule, at which points?

A run chart asks one question: would chance alone arrange the points like this? Each rule that
answers it is a record of ``RULES`` with its source; a rule of your own is handed over as a value.

    >>> waits = [31, 29, 33, 30, 32, 34, 30, 31, 33, 35, 26, 24, 27, 25, 23, 26, 24, 22, 25, 23]
    >>> chart = run_chart(waits, direction="decrease")
    >>> chart.signal, chart.change
    (True, 'better')
    >>> print(chart.reason)
    A signal: the longest run has 10 points (more than 7 is unusual for 20 useful points) and the line is
    crossed once (fewer than 6 is unusual).

Everything is counted in whole numbers; points are named by their place in the series, from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import attrs
from attrs import frozen

from driverkit.errors import UsageError
from driverkit.evidence.levels import Shift, is_of_level, latest_shift, word_of
from driverkit.evidence.run_counts import (
    RunCounts,
    count_runs,
    longest_run_max,
    n_crossings_min,
    runs_limits,
)
from driverkit.evidence.run_input import (
    excluded_points,
    frozen_points,
    hint,
    number_of,
    numbers_of,
    phase_starts,
)
from driverkit.evidence.run_rules import (
    _ROUNDING,
    RULES,
    Fired,
    Judged,
    Points,
    RunRule,
    XmrLimits,
    mean,
    median,
    with_trend,
    xmr_limits,
)
from driverkit.evidence.words import plural
from driverkit.model.values import show

__all__ = [
    "RULES",
    "Fired",
    "Judged",
    "Points",
    "RunChart",
    "RunCounts",
    "RunPhase",
    "RunRule",
    "Shift",
    "XmrLimits",
    "count_runs",
    "longest_run_max",
    "mean",
    "median",
    "n_crossings_min",
    "run_chart",
    "runs_limits",
    "with_trend",
    "xmr_limits",
]

DIRECTIONS = ("increase", "decrease", "maintain")


def _rule(rule: str | RunRule) -> RunRule:
    if isinstance(rule, RunRule):
        return rule
    found = RULES.get(rule) if isinstance(rule, str) else None
    if found is None:
        raise UsageError(f"There is no run chart rule {show(rule)}.{hint(rule, RULES)}")
    return found


@frozen
class RunPhase:
    """One phase of a run chart, judged with a line of its own.

    Attributes:
        start: the place of its first point, from 0.
        end: the place after its last point.
        n_obs: its points that are neither missing nor excluded.
        n_missing: its points that have no value.
        n_useful: those of n_obs that are not on the line.
        centre: the line, in the unit of the measure; None where there is no point to take it from.
        longest_run: points in the longest run on one side of the line.
        n_runs: runs on one side of the line.
        n_crossings: how often the line is crossed.
        judged: what the rule says of it, with the limits it went by.
        shift: where its level moved; None where no signal tells of a level, or one level fits as well as two.
    """

    start: int
    end: int
    n_obs: int
    n_missing: int
    n_useful: int
    centre: float | None
    longest_run: int
    n_runs: int
    n_crossings: int
    judged: Judged
    shift: Shift | None = None

    @property
    def signal(self) -> bool | None:
        """Whether there is a signal in this phase; None where there are too few points to say."""
        return self.judged.signal

    @property
    def fired(self) -> tuple[Fired, ...]:
        """Each test that fired in this phase."""
        return self.judged.fired


@frozen
class RunChart:
    """What a rule says of a series.

    Counts of runs and their limits belong to one line. With several phases there is no one line: then
    ``centre``, the counts of runs and crossings and all limits are None here and stand in ``phases``.

    Attributes:
        rule: the name of the rule.
        source: who says so.
        n_obs: points that are neither missing nor excluded.
        n_missing: points without a value (``None`` or NaN).
        n_useful: those of n_obs that are not on their line.
        centre: the line, in the unit of the measure.
        longest_run: points in the longest run on one side of the line.
        longest_run_max: the longest run that is not a signal; None where the rule has no such limit or there
            are too few points.
        n_crossings: how often the line is crossed.
        n_crossings_min: the fewest crossings that are not a signal; None likewise.
        n_runs: runs on one side of the line.
        n_runs_min: the fewest runs that are not a signal; None likewise.
        n_runs_max: the most runs that are not a signal; None likewise.
        limits: limits for single values; None where the rule has none or they cannot be told.
        signal: True where chance alone would hardly do this, in any phase; False where every phase could be
            judged and none has a signal; None where there are too few points to say.
        reason: why, in one sentence with the counts.
        fired: each test that fired and at which points, phase by phase; none unless ``signal`` is True.
        phases: each phase.
        excluded: the points that were left out, each as its place and the reason.
        direction: which way is good, as it was given.
        shift: where the level moved, in the last phase with a signal that tells of a level; None where there is
            none, or where one level fits its points as well as two (see ``driverkit.evidence.levels``).
        change: ``better`` or ``worse``, as the levels before and after ``shift`` say; where there is no ``shift``, as
            the latest run beside a given or frozen line says; None where neither does: a trend or a single
            point far out do not tell that the level has moved.
    """

    rule: str
    source: str
    n_obs: int
    n_missing: int
    n_useful: int
    centre: float | None
    longest_run: int | None
    longest_run_max: int | None
    n_crossings: int | None
    n_crossings_min: int | None
    n_runs: int | None
    n_runs_min: int | None
    n_runs_max: int | None
    limits: XmrLimits | None
    signal: bool | None
    reason: str
    fired: tuple[Fired, ...]
    phases: tuple[RunPhase, ...]
    excluded: tuple[tuple[int, str], ...]
    direction: str | None
    shift: Shift | None
    change: str | None


def run_chart(
    values: Iterable[Any],
    *,
    rule: str | RunRule = "anhoej",
    centre: float | None = None,
    freeze: int | None = None,
    phases: Iterable[int] | None = None,
    exclude: Mapping[int, str] | None = None,
    direction: str | None = None,
) -> RunChart:
    """Whether a series over time shows a signal, by a named rule, at which points, and why.

    Points that are missing, excluded or on the line neither add to a run nor break it (with ``mdc6`` and ``mdc7``
    a point on the mean ends a shift, as in the tools of that programme).

    Args:
        values: numbers, oldest first: a list, a NumPy array, a pandas Series. ``None`` and NaN are missing,
            and counted as such.
        rule: a name from ``RULES`` or a rule of your own.
        centre: the line, in the unit of the measure, where it is known from elsewhere.
        freeze: take the line (and limits) from the first that many points and judge all points by it.
        phases: the places, from 0, at which a new phase begins; each phase is judged by a line of its own.
            The first phase begins at 0 without being named.
        exclude: place of a point and why it is left out: it is drawn, and not counted.
        direction: which way is good: increase, decrease or maintain. With maintain every shift is worse.

    Raises:
        UsageError: there is no such rule or direction; a value is no number, or infinite; a place lies outside of
            the series; ``freeze`` comes together with ``centre`` or ``phases``.

    >>> chart = run_chart([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    >>> chart.centre, chart.n_useful, chart.longest_run, chart.n_crossings
    (6.0, 10, 5, 1)
    >>> chart.signal, [(fired.test, fired.whole) for fired in chart.fired]
    (True, [('few-crossings', True)])
    >>> print(run_chart([4, 6, None, 5]).reason)
    Cannot tell: 2 useful points, and the rule needs 10.
    """
    chosen = _rule(rule)
    if direction is not None and direction not in DIRECTIONS:
        raise UsageError(f"There is no direction {show(direction)}.{hint(direction, DIRECTIONS)}")
    numbers = numbers_of(values)
    excluded = excluded_points(exclude, len(numbers))
    starts = phase_starts(phases, len(numbers))
    if centre is not None:
        centre = number_of(centre, "centre")
    if freeze is not None:
        if centre is not None:
            raise UsageError(
                "Either 'centre' gives the line or 'freeze' says where to take it from, not both."
            )
        if len(starts) > 1:
            raise UsageError("'freeze' keeps one line for the whole series; with 'phases' each has its own.")
        freeze = frozen_points(freeze, numbers)
    found = tuple(
        _phase(numbers, start, end, chosen, centre, freeze, frozenset(at for at, _ in excluded), direction)
        for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True)
    )
    return _chart(chosen, found, excluded, direction, own_line=centre is None and freeze is None)


def _phase(
    numbers: Sequence[float | None],
    start: int,
    end: int,
    rule: RunRule,
    centre: float | None,
    freeze: int | None,
    excluded: AbstractSet[int],
    direction: str | None,
) -> RunPhase:
    places: list[int] = []
    values: list[float] = []
    missing = 0
    for at in range(start, end):
        value = numbers[at]
        if value is None:
            missing += 1
        elif at not in excluded:
            places.append(at)
            values.append(value)
    baseline = len(places) if freeze is None else sum(at < freeze for at in places)
    if freeze is not None and not baseline:
        raise UsageError(
            f"None of the first {plural(freeze, 'point')} counts, so no line can be taken from them."
        )
    if not places:
        return RunPhase(
            start, end, 0, missing, 0, centre, 0, 0, 0, Judged(None, "there is no point to judge")
        )
    slack = 0.0
    line = centre
    if line is None:
        line = rule.line(values[:baseline])
        if rule.line is mean:
            slack = _ROUNDING * max(map(abs, values[:baseline]))
    sides = _sides(values, line, slack)
    points = Points(
        tuple(places), tuple(values), sides, line, baseline, own_line=centre is None and freeze is None
    )
    counts = points.counts
    judged = rule.judge(points)
    shift = latest_shift(numbers, places, judged.fired)
    fired = tuple(attrs.evolve(one, change=_change(one, points, shift, direction)) for one in judged.fired)
    return RunPhase(
        start,
        end,
        len(places),
        missing,
        counts.n_useful,
        line,
        counts.longest_run,
        counts.n_runs,
        counts.n_crossings,
        attrs.evolve(judged, fired=fired),
        shift,
    )


def _sides(values: Sequence[float], line: float, slack: float) -> tuple[int, ...]:
    # What differs from the line by the rounding of floats alone lies on it: 0.4 on the median of 0.1 and 0.7.
    largest = max(*map(abs, values), abs(line))
    clear = max(slack, _ROUNDING * largest)
    return tuple(
        [
            (1 if away > 0 else -1)
            if (away := value - line) > clear
            or away < -clear
            or abs(away) > max(slack, _ROUNDING * max(abs(value), abs(line)))
            else 0
            for value in values
        ]
    )


def _change(fired: Fired, points: Points, shift: Shift | None, direction: str | None) -> str | None:
    """Whether a run is for the better.

    A line that was taken from the points themselves lies between before and after, so a run may as well show where
    things were as where they went: only one that is there after the level moved, on the side to which it moved, is
    better or worse. A line from elsewhere or from a baseline judges each run, but those within the baseline.
    """
    if not fired.is_shift or not fired.points:
        return None
    if points.own_line:
        if shift is None or fired.side != shift.side or fired.points[-1] < shift.at:
            return None
    elif points.baseline < len(points.places) and fired.points[-1] < points.places[points.baseline]:
        return None
    return word_of(fired.side, direction)


def _chart(
    rule: RunRule,
    phases: tuple[RunPhase, ...],
    excluded: tuple[tuple[int, str], ...],
    direction: str | None,
    *,
    own_line: bool,
) -> RunChart:
    signals = [phase.signal for phase in phases]
    signal = True if True in signals else None if None in signals else False
    fired = tuple(one for phase in phases for one in phase.fired)
    changes = [one for one in fired if one.change is not None]
    latest = max(changes, key=lambda one: one.points[-1], default=None)
    moved = next((p for p in reversed(phases) if any(map(is_of_level, p.fired))), None)
    shift = moved.shift if moved else None
    change = word_of(shift.side, direction) if shift else None
    if shift is None and not own_line and latest is not None:
        change = latest.change
    only = phases[0] if len(phases) == 1 else None
    says = only.judged if only else None
    return RunChart(
        rule=rule.name,
        source=rule.source,
        n_obs=sum(phase.n_obs for phase in phases),
        n_missing=sum(phase.n_missing for phase in phases),
        n_useful=sum(phase.n_useful for phase in phases),
        centre=only.centre if only else None,
        longest_run=only.longest_run if only else None,
        longest_run_max=says.longest_run_max if says else None,
        n_crossings=only.n_crossings if only else None,
        n_crossings_min=says.n_crossings_min if says else None,
        n_runs=only.n_runs if only else None,
        n_runs_min=says.n_runs_min if says else None,
        n_runs_max=says.n_runs_max if says else None,
        limits=says.limits if says else None,
        signal=signal,
        reason=_reason(signal, phases),
        fired=fired,
        phases=phases,
        excluded=excluded,
        direction=direction,
        shift=shift,
        change=change,
    )


_SAID = {True: "A signal", False: "No signal", None: "Cannot tell"}


def _reason(signal: bool | None, phases: Sequence[RunPhase]) -> str:
    if len(phases) == 1:
        return f"{_SAID[signal]}: {phases[0].judged.reason}."
    words = {True: "signal", False: "no signal", None: "cannot tell"}
    each = "; ".join(
        f"phase {number}: {words[phase.signal]}, {phase.judged.reason}"
        for number, phase in enumerate(phases, 1)
    )
    return f"{_SAID[signal]}: {each}."
