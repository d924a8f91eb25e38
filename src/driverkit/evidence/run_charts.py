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

import math
import operator
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from driverkit.errors import UsageError
from driverkit.evidence.words import listed, plural
from driverkit.model.values import did_you_mean, show

__all__ = [
    "RULES",
    "Fired",
    "Judged",
    "Points",
    "RunChart",
    "RunCounts",
    "RunPhase",
    "RunRule",
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

DIRECTIONS = ("increase", "decrease", "maintain")
# Three standard deviations, each estimated as mean range / 1.128. The 2.66 of the textbooks is this, rounded.
_THREE_SIGMA = 3 / 1.128
_RANGE_LIMIT = 3.267
# Beyond this, sums and differences of floats could overflow; no measure of improvement comes near it.
_TOO_LARGE = 1e300
_ROUNDING = 4 * sys.float_info.epsilon
_WHOLE_UP_TO = 2000
_UNIT = 1 << 256


# --- what is handed in ---------------------------------------------------------------------------------------


def _hint(word: object, known: Iterable[str]) -> str:
    names = list(known)
    return did_you_mean(str(word), names) or f" There are {', '.join(names)}."


def _rule(rule: str | RunRule) -> RunRule:
    if isinstance(rule, RunRule):
        return rule
    found = RULES.get(rule) if isinstance(rule, str) else None
    if found is None:
        raise UsageError(f"There is no run chart rule {show(rule)}.{_hint(rule, RULES)}")
    return found


def _numbers(values: Iterable[Any]) -> list[float | None]:
    if isinstance(values, (str, bytes, Mapping, AbstractSet)):
        raise UsageError(
            f"A run chart needs numbers in their order, oldest first, not a {type(values).__name__}."
        )
    try:
        each = enumerate(values)
    except TypeError:
        raise UsageError(
            f"A run chart needs numbers in their order, oldest first, not a {type(values).__name__}."
        ) from None
    return [
        value if type(value) is float and -_TOO_LARGE < value < _TOO_LARGE else _value(value, at)
        for at, value in each
    ]


def _value(value: Any, at: int) -> float | None:
    # pandas.NA and NaT are known by their names, so that pandas need not be loaded to meet them.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    number = _float(value, f"Point {at}")
    return None if math.isnan(number) else number


def _float(value: Any, what: str) -> float:
    if isinstance(value, (str, bytes, bytearray)):
        raise UsageError(
            f"{what} is {show(value)}, a text; numbers are needed, and None where one is missing."
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError):
        raise UsageError(f"{what} is {show(value)}, which is no number.") from None
    if abs(number) > _TOO_LARGE:
        raise UsageError(f"{what} is infinite or too large to reckon with; leave it out as None.")
    return number


def _number(value: Any, what: str) -> float:
    number = _float(value, f"'{what}'")
    if math.isnan(number):
        raise UsageError(f"'{what}' is no number.")
    return number


def _whole(value: Any, what: str) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)
    except TypeError:
        raise UsageError(f"'{what}' needs whole numbers, not {show(value)}.") from None


def _frozen_points(freeze: Any, numbers: Sequence[float | None]) -> int:
    first = _whole(freeze, "freeze")
    if not 1 <= first <= len(numbers):
        raise UsageError(f"'freeze' is {first}, and the series has {plural(len(numbers), 'point')}.")
    return first


def _starts(phases: Iterable[int] | None, n: int) -> list[int]:
    if phases is None:
        return [0]
    if isinstance(phases, (str, bytes)) or not isinstance(phases, Iterable):
        raise UsageError("'phases' needs the places at which a new phase begins, such as [12, 24].")
    starts = [_whole(one, "phases") for one in phases]
    if starts[:1] != [0]:
        starts.insert(0, 0)
    for before, after in pairwise(starts):
        if after <= before:
            raise UsageError(f"'phases' must rise from one to the next; {after} comes after {before}.")
    if starts[-1] >= max(n, 1):
        raise UsageError(f"A phase begins at {starts[-1]}, and the series has {plural(n, 'point')} (from 0).")
    return starts


def _excluded(exclude: Mapping[int, str] | None, n: int) -> tuple[tuple[int, str], ...]:
    if exclude is None:
        return ()
    if not isinstance(exclude, Mapping):
        raise UsageError("'exclude' needs the place of each point and the reason, such as {7: 'snow'}.")
    found = []
    for place, reason in exclude.items():
        at = _whole(place, "exclude")
        if not 0 <= at < n:
            raise UsageError(
                f"There is no point {at} to exclude; the series has {plural(n, 'point')} (from 0)."
            )
        if not isinstance(reason, str) or not reason.strip():
            raise UsageError(
                f"Point {at} is excluded without a reason; whoever reads the chart will ask for it."
            )
        found.append((at, reason))
    return tuple(sorted(found))


# --- counting ------------------------------------------------------------------------------------------


@frozen
class RunCounts:
    """How the points of a series lie about its line.

    Attributes:
        n_useful: points on one of the two sides; those on the line are not counted.
        longest_run: points in the longest stretch on one side.
        n_runs: stretches on one side.
        n_crossings: how often the line is crossed: one less than runs, and 0 without points.
    """

    n_useful: int
    longest_run: int
    n_runs: int
    n_crossings: int


def count_runs(sides: Iterable[int]) -> RunCounts:
    """Count runs and crossings: whole numbers in, whole numbers out.

    Args:
        sides: for each point above 0 (over the line), below 0 (under it) or 0 (on it). A point on
            the line neither adds to a run nor breaks it.

    >>> count_runs([1, 1, 0, 1, -1, -1, 0, 1])
    RunCounts(n_useful=6, longest_run=3, n_runs=3, n_crossings=2)
    """
    useful = longest = runs = length = 0
    above: bool | None = None
    for side in sides:
        if side == 0:
            continue
        useful += 1
        if (side > 0) is above:
            length += 1
        else:
            longest = max(longest, length)
            above = side > 0
            runs += 1
            length = 1
    return RunCounts(useful, max(longest, length), runs, max(runs - 1, 0))


@lru_cache(maxsize=4096)
def longest_run_max(n: int) -> int:
    """The longest run that is not yet unusual: log2(n) + 3, rounded. A signal is *more* than that.

    Args:
        n: useful points, at least 1. Published for 10 to 100; the same formula is used beyond.

    Source: Anhøj & Olesen 2014; some prose says "at least", the tables and the authors' code say "more than".

    >>> [longest_run_max(n) for n in (10, 12, 22, 23, 100)]
    [6, 7, 7, 8, 10]
    """
    # log2(n) rounds to k where n² lies between 2^(2k-1) and 2^(2k+1): no floats needed.
    return (n * n).bit_length() // 2 + 3


@lru_cache(maxsize=4096)
def n_crossings_min(n: int) -> int:
    """The fewest crossings that are not yet unusual: the 5 % quantile of Binomial(n - 1, 1/2).

    Args:
        n: useful points, at least 1. A signal is *fewer* crossings than this.

    Source: Anhøj & Olesen 2014, after Chen 2010.

    >>> [n_crossings_min(n) for n in (10, 12, 22, 23, 100)]
    [2, 3, 7, 7, 41]
    """
    ways = _ways_to_cross(n - 1, whole=n <= _WHOLE_UP_TO)
    return _reaches(ways, 20, sum(way for _, way in ways))


@lru_cache(maxsize=4096)
def runs_limits(n: int) -> tuple[int, int]:
    """How few and how many runs are still usual: outside of these are 2.5 % on either side at most.

    The exact distribution for a random order of ``n // 2`` points on one side and the others on the
    other side, in whole numbers. The table as it is copied from paper to paper disagrees with
    it for 13 of the 41 numbers from 10 to 50 (12 points: 3 to 11 there, 4 to 10 here), and its copies
    with each other.

    Args:
        n: useful points, at least 2.

    Source: Swed & Eisenhart 1943, computed.

    >>> [runs_limits(n) for n in (10, 12, 16, 40, 60)]
    [(3, 9), (4, 10), (5, 13), (15, 27), (24, 38)]
    """
    ways = _ways_to_run(n, whole=n <= _WHOLE_UP_TO)
    total = sum(way for _, way in ways)
    return _reaches(ways, 40, total), _reaches(ways[::-1], 40, total)


# In how many orders of signs each number of crossings, or of runs, comes about. Of long series only the numbers
# within twelve standard deviations of the middle, in units too small to matter: what is left out is less than
# 1e-30 of all, and whole numbers of a million digits are never formed.


def _ways_to_cross(most: int, *, whole: bool) -> list[tuple[int, int]]:
    first, last, way = 0, most, 1
    if not whole:
        away = 6 * math.isqrt(most)
        first, last, way = max(0, most // 2 - away), min(most, most // 2 + away), _UNIT
    found = []
    for crossings in range(first, last + 1):
        found.append((crossings, way))
        way = way * (most - crossings) // (crossings + 1)
    return found


def _ways_to_run(n: int, *, whole: bool) -> list[tuple[int, int]]:
    few, many = n // 2, n - n // 2
    first, last, way = 1, few, 1
    if not whole:
        away = 3 * math.isqrt(n)
        first, last, way = max(1, n // 4 - away), min(few, n // 4 + away), _UNIT
    found = []
    for pairs in range(first, last + 1):
        found.append((2 * pairs, 2 * way))
        found.append((2 * pairs + 1, way * (n - 2 * pairs) // pairs))
        way = way * (few - pairs) * (many - pairs) // (pairs * pairs)
    return found


def _reaches(ways: Sequence[tuple[int, int]], part: int, total: int) -> int:
    """The first number at which the ways up to there are more than that part of all."""
    so_far = 0
    for number, way in ways:
        so_far += way
        if so_far * part > total:
            return number
    raise AssertionError("all ways together are more than a part of them")


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
    numbers = _numbers(values)
    excluded = dict(_excluded(exclude, len(numbers)))
    if centre is not None:
        centre = _number(centre, "centre")
    places = [at for at, value in enumerate(numbers) if value is not None and at not in excluded]
    if freeze is not None:
        freeze = _frozen_points(freeze, numbers)
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

    >>> rising = [8, 1, 9, 2, 7, 3, 4, 5, 6, 8, 1, 9, 2, 8, 1]
    >>> run_chart(rising).signal, run_chart(rising, rule=with_trend(RULES["anhoej"])).signal
    (False, True)
    """
    least = _whole(points, "points")
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


# --- the chart -----------------------------------------------------------------------------------------------


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
        change: ``better`` or ``worse`` as the latest shift says; None where no shift says so: a trend, few
            crossings or a single point far out do not tell that the level has moved.
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
        raise UsageError(f"There is no direction {show(direction)}.{_hint(direction, DIRECTIONS)}")
    numbers = _numbers(values)
    excluded = _excluded(exclude, len(numbers))
    starts = _starts(phases, len(numbers))
    if centre is not None:
        centre = _number(centre, "centre")
    if freeze is not None:
        if centre is not None:
            raise UsageError(
                "Either 'centre' gives the line or 'freeze' says where to take it from, not both."
            )
        if len(starts) > 1:
            raise UsageError("'freeze' keeps one line for the whole series; with 'phases' each has its own.")
        freeze = _frozen_points(freeze, numbers)
    found = tuple(
        _phase(numbers, start, end, chosen, centre, freeze, frozenset(at for at, _ in excluded), direction)
        for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True)
    )
    return _chart(chosen, found, excluded, direction)


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
    fired = tuple(attrs.evolve(one, change=_change(one, points, direction)) for one in judged.fired)
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


def _change(fired: Fired, points: Points, direction: str | None) -> str | None:
    """Whether a shift is for the better.

    A line that was taken from the points themselves lies between before and after: a shift at the very start
    shows where things were, not where they went. With a frozen line, so does a shift within its baseline.
    """
    if direction is None or not fired.is_shift or not fired.points:
        return None
    if points.own_line:
        useful = next((place for place, side in zip(points.places, points.sides, strict=True) if side), -1)
        if fired.points[0] <= useful:
            return None
    elif points.baseline < len(points.places) and fired.points[-1] < points.places[points.baseline]:
        return None
    good = {"increase": "above", "decrease": "below", "maintain": None}[direction]
    return "better" if fired.side == good else "worse"


def _chart(
    rule: RunRule, phases: tuple[RunPhase, ...], excluded: tuple[tuple[int, str], ...], direction: str | None
) -> RunChart:
    signals = [phase.signal for phase in phases]
    signal = True if True in signals else None if None in signals else False
    fired = tuple(one for phase in phases for one in phase.fired)
    changes = [one for one in fired if one.change is not None]
    latest = max(changes, key=lambda one: one.points[-1], default=None)
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
        change=latest.change if latest else None,
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
