"""Sites and groups of a measure beside each other: whether a gain of all hides a loss of some."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import attrs
from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.evidence.intervals import Interval, wilson
from driverkit.evidence.series import Line, line, lines, scale_of, series
from driverkit.evidence.signals import WAYS, MeasureChart, judged
from driverkit.evidence.words import harmless
from driverkit.model import Measure, Theory

__all__ = ["COMPARISON_RULE", "Compared", "StrataComparison", "strata_compared"]


@frozen(eq=False)
class Compared:
    """The first periods of a line against its last: totals of what was counted, or means of plain values.

    Attributes:
        label: what the line is called.
        dimension: ``all``, ``site`` or the name of the stratum.
        group: the site or group; None for all.
        chart: the signal of the line; None where it has no total.
        first: the level over the first periods, in the measure's unit; None where there is none.
        last: the level over the last periods; None likewise.
        first_counts: sum of numerators and of denominators over the first periods; None for plain values.
        last_counts: the same over the last periods.
        n_first: points with a value in the first periods.
        n_last: points with a value in the last periods.
        first_interval: the interval of the first share (Wilson); None for rates and plain values.
        last_interval: the interval of the last share; None likewise.
        difference: last minus first, in the measure's unit; None where one of them is missing.
        low: the lower end of the interval of that difference, in the measure's unit; None where there is none.
        high: its upper end.
        change: better or worse where the whole interval lies on that side; else what the signal says; None
            where neither tells.
        leans: better or worse, whichever way the difference points, however little; None without a difference.
        reason: the figures in a sentence.
    """

    label: str
    dimension: str
    group: str | None
    chart: MeasureChart | None = field(repr=False)
    first: float | None
    last: float | None
    first_counts: tuple[float, float] | None
    last_counts: tuple[float, float] | None
    n_first: int
    n_last: int
    first_interval: Interval | None
    last_interval: Interval | None
    difference: float | None
    low: float | None
    high: float | None
    change: str | None
    leans: str | None
    reason: str


@frozen(eq=False)
class StrataComparison:
    """How the sites and groups of a measure fare beside each other.

    Attributes:
        measure: the id of the measure.
        periods: how many dates at either end are compared: a third of them, 3 at least; 0 where there are too few.
        overall: all together; None where plain values have no total.
        groups: each site, then each group of each stratum.
        losing: the labels of those that lose while all together gain: by more than chance would make, or by their
            run chart.
        leaning: the labels of those that point the wrong way while all together gain, by no more than chance could
            make, or where no interval tells.
        unclear: the labels of the others for which no gain can be told while all together gain.
        verdict: ``loss`` where any are losing; ``perhaps a loss`` where any are leaning; ``unclear in part`` where
            any are unclear; ``together`` where all together and every group gain; ``no gain`` where all together do not; ``cannot tell``; ``one group`` where there is
            nothing to compare.
        rule: how it was told.
        reason: why, in sentences.
    """

    measure: str
    periods: int
    overall: Compared | None
    groups: tuple[Compared, ...]
    losing: tuple[str, ...]
    leaning: tuple[str, ...]
    unclear: tuple[str, ...]
    verdict: str
    rule: str
    reason: str


COMPARISON_RULE = (
    "the first third of the dates against the last, at least 3 each; difference of two shares with the interval of "
    "Newcombe 1998 (hybrid score, from Wilson's); where there are no shares, the run chart of the line"
)


def strata_compared(theory: Theory, measure_id: str) -> StrataComparison:
    """Whether a gain overall hides a loss in a site or group.

    The same dates are compared for all, taken from the whole series: the first third and the last third, 3 dates
    at least at either end. Excluded points are left out.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure.
        SeriesError: the file of the series cannot be read.

    Source: Newcombe, Interval estimation for the difference between independent proportions, Statistics
    in Medicine 1998;17:873-890, method 10.
    """
    found = series(theory, measure_id)
    kept = theory.memo.setdefault("evidence.strata", {})
    if measure_id not in kept:
        kept[measure_id] = _compared(theory, measure_id, found.dates)
    made: StrataComparison = kept[measure_id]
    return made


def _compared(theory: Theory, measure_id: str, all_dates: Sequence[dt.date]) -> StrataComparison:
    found = series(theory, measure_id)
    dates = list(dict.fromkeys(all_dates))
    k = len(dates) // 3
    k = k if k >= 3 else 0
    ends = (dates[k - 1], dates[-k]) if k else None
    overall: Compared | None = None
    try:
        overall = _compare(line(theory, measure_id), "all", None, ends)
    except UsageError:
        overall = None
    groups: list[Compared] = []
    for by in ("site", *found.strata):
        try:
            each = lines(theory, measure_id, by=by)
        except UsageError:
            continue
        if len(each) > 1:
            groups += [_compare(one, by, one.site or one.stratum.get(by), ends) for one in each]
    gains = overall is not None and overall.change == "better"
    losing = tuple(one.label for one in groups if gains and one.change == "worse")
    leaning = tuple(one.label for one in groups if gains and one.change is None and one.leans == "worse")
    behind = tuple(
        one.label
        for one in groups
        if gains and one.label not in leaning and one.change is None and one.difference is not None
    )
    verdict = _group_verdict(k, overall, groups, losing, leaning, behind)
    return StrataComparison(
        measure_id,
        k,
        overall,
        tuple(groups),
        losing,
        leaning,
        behind,
        verdict,
        COMPARISON_RULE,
        _group_reason(verdict, overall, groups, losing or leaning or behind, len(dates)),
    )


def _group_verdict(
    k: int,
    overall: Compared | None,
    groups: Sequence[Compared],
    losing: Sequence[str],
    leaning: Sequence[str],
    behind: Sequence[str],
) -> str:
    if not groups:
        return "one group"
    if not k or overall is None:
        return "cannot tell"
    if losing:
        return "loss"
    if leaning:
        return "perhaps a loss"
    if overall.change is None:
        return "cannot tell"
    if overall.change != "better":
        return "no gain"
    return "unclear in part" if behind else "together"


def _group_reason(
    verdict: str,
    overall: Compared | None,
    groups: Sequence[Compared],
    told_of: Sequence[str],
    n_dates: int,
) -> str:
    if verdict == "one group":
        return "There are no sites or groups to compare."
    if overall is None:
        return "Plain values of several sites or groups have no total to compare them with; each has its own figures."
    if verdict == "cannot tell" and overall.difference is None:
        return f"Too few dates to compare first and last: {n_dates:,}, and 9 are needed."
    shown = [one for one in groups if one.label in told_of] or list(groups)
    said = "; ".join([overall.reason, *(one.reason for one in shown[:6])])
    opening = {
        "loss": "A gain overall, and a loss in part",
        "perhaps a loss": "A gain overall, and perhaps a loss in part",
        "unclear in part": "A gain overall, which cannot be told for every part",
        "together": "A gain overall and in every part",
        "no gain": "No gain overall",
        "cannot tell": "Whether there is a gain overall cannot be told",
    }[verdict]
    return f"{opening}: {said}."


def _compare(one: Line, dimension: str, group: str | None, ends: tuple[dt.date, dt.date] | None) -> Compared:
    chart = judged(one)
    measure = one.measure
    if ends is None:
        return Compared(
            one.label, dimension, group, chart, None, None, None, None, 0, 0, None, None, None, None, None,
            chart.change, None, f"{group or 'all together'}: too few dates",
        )  # fmt: skip
    usable = [at for at, value in enumerate(one.values) if value is not None and at not in one.excluded]
    early = [at for at in usable if one.dates[at] <= ends[0]]
    late = [at for at in usable if one.dates[at] >= ends[1]]
    first, last = _level(one, early), _level(one, late)
    share = first.counts is not None and last.counts is not None
    difference = low = high = None
    if first.value is not None and last.value is not None:
        difference = last.value - first.value
        if share and first.interval is not None and last.interval is not None:
            low, high = _newcombe(first, last, scale_of(measure.unit))
    leans = _leaning(difference, measure.direction)
    change = _told(low, high, measure.direction) or chart.change
    made = Compared(
        one.label, dimension, group, chart, first.value, last.value, first.counts, last.counts,
        len(early), len(late), first.interval, last.interval, difference, low, high, change, leans, "",
    )  # fmt: skip
    return attrs.evolve(made, reason=_figures(made, measure))


@frozen
class _Level:
    value: float | None
    counts: tuple[float, float] | None
    interval: Interval | None


def _level(one: Line, places: Sequence[int]) -> _Level:
    if not places:
        return _Level(None, None, None)
    scale = scale_of(one.measure.unit)
    tops = [one.numerators[at] for at in places]
    bottoms = [one.denominators[at] for at in places]
    if None not in tops and None not in bottoms:
        top = sum(number for number in tops if number is not None)
        bottom = sum(number for number in bottoms if number is not None)
        if bottom:
            whole = float(top).is_integer() and float(bottom).is_integer() and 0 <= top <= bottom
            # Of a rate (falls per bed day) the numerator is no part of the denominator; only shares have this interval.
            interval = wilson(int(top), int(bottom)) if whole and scale in (1.0, 100.0) else None
            return _Level(scale * top / bottom, (top, bottom), interval)
    values = [value for at in places if (value := one.values[at]) is not None]
    return _Level(sum(value / len(values) for value in values), None, None)


def _newcombe(first: _Level, last: _Level, scale: float) -> tuple[float, float]:
    assert first.counts is not None
    assert last.counts is not None
    assert first.interval is not None
    assert last.interval is not None
    a, b = first.counts[0] / first.counts[1], last.counts[0] / last.counts[1]
    away = b - a
    down = ((b - last.interval.low) ** 2 + (first.interval.high - a) ** 2) ** 0.5
    up = ((last.interval.high - b) ** 2 + (a - first.interval.low) ** 2) ** 0.5
    return scale * (away - down), scale * (away + up)


def _leaning(difference: float | None, direction: str | None) -> str | None:
    if difference is None or not difference or direction not in ("increase", "decrease"):
        return None
    return "better" if (difference > 0) == (direction == "increase") else "worse"


def _told(low: float | None, high: float | None, direction: str | None) -> str | None:
    if low is None or high is None or low <= 0 <= high or direction is None:
        return None
    if direction == "maintain":
        return "worse"
    return "better" if (low > 0) == (direction == "increase") else "worse"


def _figures(one: Compared, measure: Measure) -> str:
    name = harmless(one.group) if one.group else "all together"
    if one.first is None or one.last is None or one.difference is None:
        return f"{name}: no value at one end"
    unit = "" if measure.unit is None else f" {harmless(measure.unit)}"
    form = ".1f" if scale_of(measure.unit) == 100.0 else ".3g"
    said = (
        f"{name} from {one.first:{form}}{unit}{_out_of(one.first_counts)} to {one.last:{form}}{unit}"
        f"{_out_of(one.last_counts)}"
    )
    if one.low is not None and one.high is not None:
        said += f", a difference of {one.difference:+{form}} ({one.low:+{form}} to {one.high:+{form}})"
        if one.low <= 0 <= one.high:
            said += ", which chance could make"
            if one.change is not None:
                said += f", but its run chart shows a shift {WAYS[one.change]}"
    elif one.change is not None:
        said += f"; its run chart shows a shift {WAYS[one.change]}"
    return said


def _out_of(counts: tuple[float, float] | None) -> str:
    return "" if counts is None else f" ({counts[0]:,.10g} of {counts[1]:,.10g})"
