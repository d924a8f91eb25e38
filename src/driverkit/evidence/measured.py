"""What a measure changed by: its points before the first test against those after it, with a standard error.

    >>> from driverkit import examples
    >>> theory = examples.load("leaving-hospital")
    >>> print(measured_change(theory, "M3"))
    from 37.5 % (170 of 453) before 2025-01-13 (7 points) to 59.2 % (569 of 961) since (15 points): +21.7, standard error 2.8 (+16.2 to +27.1)

What is compared, exactly:

* The day that parts them is that of the first Do of any cycle that tests a change idea at or below what the
  measure measures; or, with ``since="adopted"``, of the first Act that decided to adopt one of them.
  Baseline are the points dated before that day, and after it those dated on it or later. Points that are
  excluded, missing or suppressed are in neither.
* *Shares* (numerators within denominators): the difference of the two totals; its standard error is that of
  two independent binomials. Where none or all of an end had it, half a case is added to both kinds there,
  for the error alone: a share of 0 of 9 is not known without error.
* *Rates* (numerators that are no part of the denominators, such as falls per 1,000 bed days): likewise, with
  the error of two Poisson counts.
* *Plain values*: the difference of the two medians, with the error of Price & Bonett (Journal of Statistical
  Computation and Simulation 2001;68:295-305; Bonett & Price, Psychological Methods 2002;7:370-383), from
  the points' own order; 5 points at either end are needed.

These errors take points for independent of each other. Months that hang together, or vary by more than
chance, make the true error larger; nothing here says what caused the change.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist, median
from typing import Literal

import attrs
from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.evidence.cycles import was_done
from driverkit.evidence.series import Line, line, scale_of, series
from driverkit.evidence.timing import cycles_behind
from driverkit.evidence.words import harmless, plural, shortened
from driverkit.model import Measure, Theory
from driverkit.model.values import did_you_mean, show

__all__ = ["LEAST_VALUES", "MeasuredChange", "measured_change", "median_error"]

LEAST_VALUES = 5
"""Of fewer plain values a median has no standard error."""

Since = Literal["tested", "adopted"]


@frozen
class MeasuredChange:
    """What a measure changed by, or why that cannot be said.

    Attributes:
        measure: the id of the measure.
        unit: its unit, in which everything is told.
        kind: ``share``, ``rate`` or ``median``; None where there is nothing to compare.
        since: the day from which on points count as after; None where no test is dated.
        n_before: points with a value before it.
        n_after: points with a value on it or later.
        before: the level before.
        after: the level after.
        counts_before: sum of numerators and of denominators before; None for plain values.
        counts_after: the same after.
        difference: after minus before.
        error: its standard error; None where there is none.
        low: the lower end of its 95 % interval (normal).
        high: the upper end.
        change: better or worse where the whole interval lies on that side, ``unclear`` where it does not; None
            where there is no interval or the measure has no direction.
        leans: better or worse, whichever way the difference points; None without a difference or direction.
        reason: the figures in a sentence, or why there are none.
    """

    measure: str
    unit: str | None
    kind: str | None
    since: dt.date | None
    n_before: int
    n_after: int
    before: float | None
    after: float | None
    counts_before: tuple[float, float] | None = field(default=None)
    counts_after: tuple[float, float] | None = field(default=None)
    difference: float | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None
    change: str | None = None
    leans: str | None = None
    reason: str = ""

    def __str__(self) -> str:
        """The reason."""
        return self.reason


def measured_change(theory: Theory, measure_id: str, *, since: Since = "tested") -> MeasuredChange:
    """What a measure changed by since its ideas were first tested, with a standard error; see the module.

    Args:
        theory: the theory.
        measure_id: the id of the measure.
        since: ``tested`` for the first Do, ``adopted`` for the first decision to adopt.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure, or there is no such ``since``.
        SeriesError: the file of the series cannot be read.
    """
    if since not in ("tested", "adopted"):
        raise UsageError(
            f"There is no {show(since)} to count from.{did_you_mean(str(since), ('tested', 'adopted'))} "
            "There are: tested, adopted."
        )
    found = series(theory, measure_id)
    measure = found.measure

    def without(reason: str, day: dt.date | None = None, counts: tuple[int, int] = (0, 0)) -> MeasuredChange:
        return MeasuredChange(measure.id, measure.unit, None, day, *counts, None, None, reason=reason)

    if not len(found):
        return without("It has no series.")
    try:
        whole = line(theory, measure.id)
    except UsageError as error:
        return without(str(error))
    day = _first(theory, measure, since)
    if day is None:
        what = "the Do of no cycle" if since == "tested" else "no decision to adopt"
        return without(f"Nothing parts before from after: {what} of an idea below it is dated.")
    usable = [at for at, value in enumerate(whole.values) if value is not None and at not in whole.excluded]
    early = [at for at in usable if whole.dates[at] < day]
    late = [at for at in usable if whole.dates[at] >= day]
    counts = (len(early), len(late))
    if not early or not late:
        side = "before" if not early else "on or after"
        return without(
            f"There is no point {side} {day.isoformat()}, the day it was first {since}.", day, counts
        )
    return _compared(whole, early, late, day)


def _first(theory: Theory, measure: Measure, since: str) -> dt.date | None:
    """The day of the first Do, or of the first decision to adopt, of an idea at or below a measure's nodes."""
    days: Iterable[dt.date | None]
    cycles = cycles_behind(theory, measure)
    if since == "tested":
        days = (cycle.do.date for cycle in cycles if cycle.do is not None and was_done(cycle))
    else:
        days = (cycle.act.date for cycle in cycles if cycle.act is not None and cycle.act.decision == "adopt")
    return min((one for one in days if one is not None), default=None)


def _compared(whole: Line, early: Sequence[int], late: Sequence[int], day: dt.date) -> MeasuredChange:
    measure = whole.measure
    scale = scale_of(measure.unit)
    ends = [_counts(whole, places) for places in (early, late)]
    error: float | None
    if ends[0] is not None and ends[1] is not None:
        share = scale in (1.0, 100.0) and all(_within(whole, at) for at in (*early, *late))
        kind = "share" if share else "rate"
        levels = [scale * top / bottom for top, bottom in (ends[0], ends[1])]
        error = scale * math.sqrt(sum((_binomial if share else _poisson)(*one) for one in (ends[0], ends[1])))
    else:
        kind, ends = "median", [None, None]
        values = [[v for at in places if (v := whole.values[at]) is not None] for places in (early, late)]
        levels = [float(median(some)) for some in values]
        errors = [median_error(some) for some in values]
        error = math.hypot(errors[0], errors[1]) if errors[0] is not None and errors[1] is not None else None
    difference = levels[1] - levels[0]
    low = high = None
    if error is not None and math.isfinite(error) and error > 0:
        reach = NormalDist().inv_cdf(0.975) * error
        low, high = difference - reach, difference + reach
    else:
        error = None
    way = measure.direction if measure.direction in ("increase", "decrease") else None
    leans = None
    if way is not None and difference:
        leans = "better" if (difference > 0) == (way == "increase") else "worse"
    change = None
    if low is not None and high is not None and way is not None:
        change = "unclear" if low <= 0 <= high else leans
    made = MeasuredChange(
        measure.id, measure.unit, kind, day, len(early), len(late), levels[0], levels[1], ends[0], ends[1],
        difference, error, low, high, change, leans,
    )  # fmt: skip
    return _told(made, scale)


def _counts(whole: Line, places: Sequence[int]) -> tuple[float, float] | None:
    top = bottom = 0.0
    for at in places:
        over, under = whole.numerators[at], whole.denominators[at]
        if over is None or under is None:
            return None
        top, bottom = top + over, bottom + under
    return (top, bottom) if bottom > 0 and top >= 0 else None


def _within(whole: Line, at: int) -> bool:
    over, under = whole.numerators[at], whole.denominators[at]
    return over is not None and under is not None and 0 <= over <= under


def _binomial(top: float, bottom: float) -> float:
    """The variance of a share; of none or all half a case is added to both kinds."""
    if top in (0, bottom):
        top, bottom = top + 0.5, bottom + 1
    return top * (bottom - top) / bottom**3


def _poisson(top: float, bottom: float) -> float:
    """The variance of a rate; of no case half a case is added."""
    return (top or 0.5) / bottom**2


def median_error(values: Sequence[float]) -> float | None:
    """The standard error of a median from the order of the values; None where there are fewer than 5.

    Source: Price & Bonett, Journal of Statistical Computation and Simulation 2001;68:295-305.

    >>> round(median_error([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]), 3)
    1.087
    """
    n = len(values)
    if n < LEAST_VALUES:
        return None
    ordered = sorted(values)
    rank = max(1, math.floor((n + 1) / 2 - math.sqrt(n) + 0.5))
    if n <= 1_000:
        z = NormalDist().inv_cdf(1 - sum(math.comb(n, at) for at in range(rank)) / 2**n)
    else:  # the binomial is the normal then, to four digits
        z = (n + 1 - 2 * rank) / math.sqrt(n)
    return (ordered[n - rank] - ordered[rank - 1]) / (2 * z)


def _told(made: MeasuredChange, scale: float) -> MeasuredChange:
    form = ".1f" if scale == 100.0 else ".3g"
    unit = "" if made.unit is None else f" {shortened(harmless(made.unit), 40)}"
    assert made.since is not None
    ends = [
        f"{level:{form}}{unit}"
        + (f" ({counts[0]:g} of {counts[1]:g})" if counts and made.kind == "share" else "")
        for level, counts in ((made.before, made.counts_before), (made.after, made.counts_after))
    ]
    said = (
        f"from {ends[0]} before {made.since.isoformat()} ({plural(made.n_before, 'point')}) to {ends[1]} since "
        f"({plural(made.n_after, 'point')}): {made.difference:+{form}}"
    )
    if made.error is not None:
        said += f", standard error {made.error:{form}} ({made.low:+{form}} to {made.high:+{form}})"
    elif made.kind == "median" and min(made.n_before, made.n_after) < LEAST_VALUES:
        said += f", without a standard error: medians need {LEAST_VALUES} points at either end"
    else:
        said += ", without a standard error: the points do not vary"
    return attrs.evolve(made, reason=said)
