"""The rules for run charts, each with its source, and the limits that some of them go by.

A rule sees the points of one phase and says what it makes of them:

    >>> from driverkit.evidence.run_charts import run_chart
    >>> run_chart([3, 5, 4, 6, 5, 4, 6, 5, 7, 4, 5, 6], rule=RULES["perla"]).signal is None
    True
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from driverkit.errors import UsageError
from driverkit.evidence.run_counts import (
    RunCounts,
    count_runs,
    longest_run_max,
    n_crossings_min,
    runs_limits,
)
from driverkit.evidence.run_input import excluded_points, frozen_points, number_of, numbers_of, whole_number
from driverkit.evidence.words import listed, plural

__all__ = [
    "RULES",
    "Fired",
    "Judged",
    "Points",
    "RunRule",
    "XmrLimits",
    "mean",
    "median",
    "with_trend",
    "xmr_limits",
]

ANHOEJ = "Anhøj & Olesen, Run charts revisited, PLoS ONE 2014;9(11):e113825"
PERLA = (
    "Perla, Provost & Murray, BMJ Quality & Safety 2011;20:46-51; limits for the number of runs from the exact "
    "distribution (Swed & Eisenhart, Annals of Mathematical Statistics 1943;14:66-87)"
)
MDC = (
    "NHS England, Making Data Count; details as in the R package NHSRplotthedots 0.2.2 and in what the programme "
    "says of its own tool (NHSRplotthedots, issues 194 and 202)"
)
XMR = "NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 Individuals Control Charts"
NELSON = (
    "Nelson, Control charts for individual measurements, Journal of Quality Technology 1982;14(3):172-173; limits "
    "as in NIST/SEMATECH e-Handbook 6.3.2.2"
)

# Three standard deviations, each estimated as mean range / 1.128. The 2.66 of the textbooks is this, rounded.
_THREE_SIGMA = 3 / 1.128
_RANGE_LIMIT = 3.267
_ROUNDING = 4 * sys.float_info.epsilon


# --- lines and limits ------------------------------------------------------------------------------------


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number of values the mean of the middle two."""
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def mean(values: Sequence[float]) -> float:
    """The mean; of equal values exactly that value."""
    first = values[0]
    return first + math.fsum(value - first for value in values) / len(values)


@frozen
class XmrLimits:
    """The natural limits of single values (XmR or I chart), in the unit of the measure.

    Attributes:
        centre: the mean of the points that the limits are taken from, or the line that was given.
        lower: centre - factor x mean_range. Not cut off at 0 or 100.
        upper: centre + factor x mean_range.
        mean_range: the mean difference between neighbours, without those removed by screening.
        range_max: 3.267 x the mean of all ranges; a range above it is unusual by itself.
        n_ranges: the ranges that mean_range is the mean of.
        removed: the ranges that screening took out, in their order; empty without screening.
        factor: the number of mean ranges from the centre to a limit.
    """

    centre: float
    lower: float
    upper: float
    mean_range: float
    range_max: float
    n_ranges: int
    removed: tuple[float, ...] = ()
    factor: float = _THREE_SIGMA


def xmr_limits(
    values: Iterable[Any],
    *,
    screened: bool = False,
    centre: float | None = None,
    freeze: int | None = None,
    exclude: Mapping[int, str] | None = None,
    factor: float = _THREE_SIGMA,
) -> XmrLimits:
    """The limits between which single values are expected: mean ± 2.66 x mean moving range.

    A moving range is the difference between two neighbours. One next to a missing or excluded point is
    dropped: nobody knows what lay between.

    Args:
        values: oldest first, ``None`` or NaN where missing.
        screened: take out ranges above 3.267 x their mean, once, and use the mean of the others. The
            points themselves all stay in the mean.
        centre: the line, in the unit of the measure, instead of the mean.
        freeze: take mean and ranges from the first that many points.
        exclude: place of a point and why it is left out.
        factor: mean ranges from line to limit. Left out, 3 / 1.128 = 2.6596, which textbooks round to 2.66.

    Raises:
        UsageError: values that are no numbers, options that do not fit, or no two neighbours.

    Source: NIST/SEMATECH e-Handbook 6.3.2.2; screening: Nelson 1982.

    >>> limits = xmr_limits([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(limits.lower, 4), round(limits.centre, 2), round(limits.upper, 4)
    (45.8159, 50.81, 55.8041)
    """
    numbers = numbers_of(values)
    excluded = dict(excluded_points(exclude, len(numbers)))
    if centre is not None:
        centre = number_of(centre, "centre")
    places = [at for at, value in enumerate(numbers) if value is not None and at not in excluded]
    if freeze is not None:
        freeze = frozen_points(freeze, numbers)
        places = [at for at in places if at < freeze]
    taken = [value for at in places if (value := numbers[at]) is not None]
    if not taken:
        raise UsageError("There is no point to take limits from.")
    line = mean(taken) if centre is None else centre
    found = _limits(Points(tuple(places), tuple(taken), (), line, len(taken)), screened, factor)
    if found is None:
        raise UsageError("No two points are neighbours, so there is no moving range to take limits from.")
    return found


# --- what a rule sees, and what it says --------------------------------------------------------------------


@frozen
class Points:
    """What a rule sees: the points of one phase that count, oldest first.

    Attributes:
        places: their places in the series, from 0. A gap in them is a missing or excluded point.
        values: their values, in the unit of the measure.
        sides: 1 above the line, -1 below, 0 on it.
        centre: the line.
        baseline: how many of them, from the first, line and limits are taken from.
        own_line: whether the line was taken from all of these points, neither given nor frozen.
        counts: runs and crossings of these points.
    """

    places: tuple[int, ...]
    values: tuple[float, ...]
    sides: tuple[int, ...]
    centre: float
    baseline: int
    own_line: bool = True
    counts: RunCounts = attrs.field()

    @counts.default
    def _count(self) -> RunCounts:
        return count_runs(self.sides)


@frozen
class Fired:
    """One test that fired, and where.

    Attributes:
        test: its name, such as ``long-run``, ``few-crossings``, ``shift``, ``trend`` or ``outside-limits``.
        points: the places that it rests on, from 0.
        side: ``above``, ``below``, ``up`` or ``down``; None where the test knows no side.
        whole: whether it is about the phase as a whole; then ``points`` are all its useful points.
        is_shift: whether it says that the level moved; only then can it be better or worse.
        change: ``better`` or ``worse``; None where the test cannot say so or no direction was given.
    """

    test: str
    points: tuple[int, ...]
    side: str | None = None
    whole: bool = False
    is_shift: bool = False
    change: str | None = None


@frozen
class Judged:
    """What a rule says of the points of one phase.

    Attributes:
        signal: whether chance alone would hardly do this; None where there are too few points to say.
        reason: why, with the counts, as a clause: "the longest run has 9 points (…)".
        fired: each test that fired; none unless ``signal`` is True.
        longest_run_max: the longest run that is not a signal; None where the rule has no such limit or
            there are too few points.
        n_crossings_min: the fewest crossings that are not a signal; None likewise.
        n_runs_min: the fewest runs that are not a signal; None likewise.
        n_runs_max: the most runs that are not a signal; None likewise.
        limits: the limits for single values; None where the rule has none or they cannot be told.
    """

    signal: bool | None
    reason: str
    fired: tuple[Fired, ...] = ()
    longest_run_max: int | None = None
    n_crossings_min: int | None = None
    n_runs_min: int | None = None
    n_runs_max: int | None = None
    limits: XmrLimits | None = None


@frozen
class RunRule:
    """A rule for run charts. One of your own is handed over as a value: ``run_chart(values, rule=MINE)``.

    Attributes:
        name: what it is called in ``run_chart(…, rule=name)``.
        summary: what it looks for, in a sentence.
        source: who says so.
        judge: takes the points of one phase, at least one, and says what it makes of them.
        line: takes values, at least one, and gives the centre line; the median unless it says otherwise.
    """

    name: str
    summary: str
    source: str
    judge: Callable[[Points], Judged]
    line: Callable[[Sequence[float]], float] = median


def _stretches(points: Points, *, on_line_ends: bool = False) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each run: its side, and the places of its points."""
    side, places = 0, list[int]()
    for place, now in zip(points.places, points.sides, strict=True):
        if now == 0 and not on_line_ends:
            continue
        if now != side:
            if side:
                yield side, tuple(places)
            side, places = now, []
        places.append(place)
    if side:
        yield side, tuple(places)


def _shifts(points: Points, least: int, test: str, *, on_line_ends: bool = False) -> list[Fired]:
    return [
        Fired(test, places, "above" if side > 0 else "below", is_shift=True)
        for side, places in _stretches(points, on_line_ends=on_line_ends)
        if len(places) >= least
    ]


def _trends(points: Points, least: int, *, equal_ends: bool = False) -> list[Fired]:
    """Stretches that only rise or only fall; of equal neighbours one counts, or they end the stretch."""
    found: list[Fired] = []
    way, places, last = 0, list[int](), math.nan

    def close() -> None:
        if way and len(places) >= least:
            found.append(Fired("trend", tuple(places), "up" if way > 0 else "down"))

    for place, value in zip(points.places, points.values, strict=True):
        if not places:
            places.append(place)
        elif value == last:
            if equal_ends:
                close()
                way, places = 0, [place]
        else:
            now = 1 if value > last else -1
            if way and now != way:
                close()
                places = places[-1:]
            way = now
            places.append(place)
        last = value
    close()
    return found


def _useful(points: Points) -> tuple[int, ...]:
    return tuple(place for place, side in zip(points.places, points.sides, strict=True) if side)


def _too_few(points: Points, least: int) -> Judged | None:
    n = points.counts.n_useful
    if n >= least:
        return None
    return Judged(None, f"{plural(n, 'useful point')}, and the rule needs {least}")


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _anhoej(points: Points) -> Judged:
    counts = points.counts
    n = counts.n_useful
    too_few = _too_few(points, 10)
    if too_few:
        return too_few
    longest, fewest = longest_run_max(n), n_crossings_min(n)
    fired = _shifts(points, longest + 1, "long-run") if counts.longest_run > longest else []
    crossed = counts.n_crossings < fewest
    why = []
    if fired:
        why.append(
            f"the longest run has {counts.longest_run:,} points (more than {longest} is unusual for {n:,} useful points)"
        )
    if crossed:
        fired.append(Fired("few-crossings", _useful(points), whole=True))
        of = "" if why else f" for {n:,} useful points"
        why.append(f"the line is crossed {_times(counts.n_crossings)} (fewer than {fewest:,} is unusual{of})")
    if not why:
        why = [
            f"of {n:,} useful points the longest run has {counts.longest_run:,} (up to {longest} is usual)",
            f"the line is crossed {_times(counts.n_crossings)} ({fewest:,} or more is usual)",
        ]
    return Judged(bool(fired), listed(why), tuple(fired), longest_run_max=longest, n_crossings_min=fewest)


def _perla(points: Points) -> Judged:
    counts = points.counts
    n, runs = counts.n_useful, counts.n_runs
    too_few = _too_few(points, 10)
    if too_few:
        return too_few
    lower, upper = runs_limits(n)
    shifts = _shifts(points, 6, "shift")
    trends = _trends(points, 5)
    fired = [*shifts, *trends]
    why = _of_shifts(shifts, 6) + _of_trends(trends, 5)
    usual = f"{lower:,} to {upper:,} are usual for {n:,} useful points"
    if not lower <= runs <= upper:
        fired.append(Fired("few-runs" if runs < lower else "many-runs", _useful(points), whole=True))
        why.append(f"there are {plural(runs, 'run')} ({usual})")
    if not why:
        why = ["no shift of 6 points", "no trend of 5", f"{runs:,} runs ({usual})"]
    return Judged(
        bool(fired),
        listed(why),
        tuple(fired),
        longest_run_max=5,
        n_runs_min=lower,
        n_runs_max=upper,
    )


def _of_shifts(shifts: Sequence[Fired], least: int) -> list[str]:
    most = max((len(one.points) for one in shifts), default=0)
    return [f"a shift has {plural(most, 'point')} on one side ({least} or more is unusual)"] if shifts else []


def _of_trends(trends: Sequence[Fired], least: int) -> list[str]:
    most = max((len(one.points) for one in trends), default=0)
    return [f"a trend has {plural(most, 'point')} ({least} or more is unusual)"] if trends else []


def _limits(points: Points, screened: bool, factor: float) -> XmrLimits | None:
    places, values = points.places, points.values
    ranges = [
        abs(values[at + 1] - values[at])
        for at in range(min(points.baseline, len(values)) - 1)
        if places[at + 1] - places[at] == 1
    ]
    if not ranges:
        return None
    average = math.fsum(ranges) / len(ranges)
    most = _RANGE_LIMIT * average
    removed: tuple[float, ...] = ()
    if screened:
        removed = tuple(one for one in ranges if one > most)
        ranges = [one for one in ranges if one <= most]
        average = math.fsum(ranges) / len(ranges)
    away = factor * average
    return XmrLimits(
        points.centre,
        points.centre - away,
        points.centre + away,
        average,
        most,
        len(ranges),
        removed,
        factor,
    )


def _beyond(points: Points, away: float) -> list[int]:
    """For each point 1 or -1 where it lies further than that from the line, on that side; else 0."""
    slack = _ROUNDING * max(map(abs, points.values))
    return [
        0 if abs(value - points.centre) <= away + slack else (1 if value > points.centre else -1)
        for value in points.values
    ]


def _outside(points: Points, limits: XmrLimits) -> list[Fired]:
    beyond = _beyond(points, limits.factor * limits.mean_range)
    found = []
    for side, word in ((1, "above"), (-1, "below")):
        places = tuple(place for place, where in zip(points.places, beyond, strict=True) if where == side)
        if places:
            found.append(Fired("outside-limits", places, word))
    return found


def _no_spread(limits: XmrLimits | None) -> Judged | None:
    if limits is None:
        return Judged(None, "no two points are neighbours, so nothing says how far values usually lie apart")
    if limits.mean_range == 0:
        # Limits that fall on the line would call every other value a signal.
        return Judged(
            None,
            "neighbouring points do not differ, so nothing says how far values usually lie apart",
            limits=limits,
        )
    return None


def _xmr(points: Points, *, screened: bool) -> Judged:
    limits = _limits(points, screened, _THREE_SIGMA)
    n = len(points.values)
    if n < 10:
        return Judged(None, f"{plural(n, 'point')}, and the rule needs 10", limits=limits)
    unknown = _no_spread(limits)
    if unknown or limits is None:
        return unknown or Judged(None, "")
    fired = _outside(points, limits)
    outside = sum(len(one.points) for one in fired)
    between = f"between {limits.lower:.4g} and {limits.upper:.4g}"
    if fired:
        lie = "lies" if outside == 1 else "lie"
        why = f"of {n:,} points {outside:,} {lie} outside the limits ({between} is usual)"
    else:
        why = f"all {n:,} points lie within the limits ({between})"
    return Judged(bool(fired), why, tuple(fired), limits=limits)


def _two_of_three(points: Points, limits: XmrLimits) -> list[Fired]:
    far = _beyond(points, limits.factor * limits.mean_range * 2 / 3)
    found: dict[int, set[int]] = {1: set(), -1: set()}
    for at in range(len(far) - 2):
        if far[at : at + 3].count(0) > 1:
            continue
        three = range(at, at + 3)
        side = points.sides[at]
        if side and all(points.sides[one] == side for one in three):
            found[side].update(points.places[one] for one in three if far[one])
    words = {1: "above", -1: "below"}
    return [
        Fired("two-of-three", tuple(sorted(places)), words[side]) for side, places in found.items() if places
    ]


def _mdc(points: Points, *, least: int) -> Judged:
    limits = _limits(points, False, 2.66)
    n = len(points.values)
    if n < 13:
        return Judged(None, f"{plural(n, 'point')}, and the rule needs 13", limits=limits)
    unknown = _no_spread(limits)
    if unknown or limits is None:
        return unknown or Judged(None, "")
    outside = _outside(points, limits)
    shifts = _shifts(points, least, "shift", on_line_ends=True)
    trends = _trends(points, least, equal_ends=True)
    near = _two_of_three(points, limits)
    fired = [*outside, *shifts, *trends, *near]
    why = []
    if outside:
        count = sum(len(one.points) for one in outside)
        why.append(f"{plural(count, 'point')} {'lies' if count == 1 else 'lie'} outside the limits")
    why += _of_shifts(shifts, least) + _of_trends(trends, least)
    if near:
        why.append("two of three points in a row lie close to a limit")
    if not why:
        why = [
            f"all {n:,} points lie within the limits",
            f"no shift or trend of {least}",
            "no two of three close to a limit",
        ]
    return Judged(bool(fired), listed(why), tuple(fired), limits=limits)


def _also_trend(points: Points, *, judge: Callable[[Points], Judged], least: int) -> Judged:
    judged = judge(points)
    if judged.signal is None:
        return judged
    trends = _trends(points, least)
    if not trends:
        return judged
    why = [*([judged.reason] if judged.signal else []), *_of_trends(trends, least)]
    return attrs.evolve(judged, signal=True, reason=listed(why), fired=(*judged.fired, *trends))


def with_trend(rule: RunRule, points: int = 5) -> RunRule:
    """A rule that also takes a trend for a signal: so many points or more that only rise or only fall.

    Of equal neighbours one counts. Trends are common in random data and rare at real shifts; Anhøj and Olesen
    found the test "virtually useless". It is here because readers of older charts ask for it.

    Args:
        rule: the rule that judges everything else.
        points: the fewest points that make a trend, at least 3.

    Raises:
        UsageError: fewer than 3 points.

    >>> from driverkit.evidence.run_charts import run_chart
    >>> rising = [8, 1, 9, 2, 7, 3, 4, 5, 6, 8, 1, 9, 2, 8, 1]
    >>> run_chart(rising).signal, run_chart(rising, rule=with_trend(RULES["anhoej"])).signal
    (False, True)
    """
    least = whole_number(points, "points")
    if least < 3:
        raise UsageError(f"{least} points are no trend; 5, 6 and 7 are in use.")
    return RunRule(
        f"{rule.name}-trend",
        f"{rule.summary.rstrip('.')}; or {least} points or more that only rise or only fall.",
        f"{rule.source}; trend: {PERLA.partition(';')[0]}" if "Perla" not in rule.source else rule.source,
        partial(_also_trend, judge=rule.judge, least=least),
        rule.line,
    )


_ANHOEJ = RunRule(
    "anhoej",
    "The longest run about the median has more than log2(n) + 3 points, or the median is crossed less often than in "
    "5 % of random series. From 10 useful points.",
    ANHOEJ,
    _anhoej,
)

RULES: Mapping[str, RunRule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            _ANHOEJ,
            with_trend(_ANHOEJ),
            RunRule(
                "perla",
                "A shift of 6 points or more on one side of the median, a trend of 5 or more (equal neighbours count "
                "once), too few or too many runs. From 10 useful points. Whether a point is astronomical stays a "
                "reader's call.",
                PERLA,
                _perla,
            ),
            RunRule(
                "mdc6",
                "A point outside the limits, 6 points in a row on one side of the mean, 6 in a row that only rise or "
                "only fall, or two of three in a row beyond two thirds of the way to a limit, all three on that side. "
                "From 13 points.",
                MDC,
                partial(_mdc, least=6),
                mean,
            ),
            RunRule(
                "mdc7",
                "As mdc6, with 7 points in a row for shift and trend. From 13 points.",
                MDC,
                partial(_mdc, least=7),
                mean,
            ),
            RunRule(
                "xmr",
                "A point outside mean ± 3 / 1.128 (2.66) x mean moving range. From 10 points.",
                XMR,
                partial(_xmr, screened=False),
                mean,
            ),
            RunRule(
                "xmr-screened",
                "As xmr, after ranges above 3.267 x their mean have been taken out once. From 10 points.",
                NELSON,
                partial(_xmr, screened=True),
                mean,
            ),
        )
    }
)
"""The rules that ship, by name."""
