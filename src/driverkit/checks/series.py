"""Measures over time: what the series say, and what keeps them from saying more.

A series in a file of its own is read where the theory was itself read from a file; without one nobody knows where
it lies, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.errors import Fault, SeriesError
from driverkit.evidence.series import Line, cells_of, depths, series
from driverkit.evidence.signals import MeasureChart, charts_of
from driverkit.evidence.strata import strata_compared
from driverkit.evidence.timing import after_change
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.model import Measure, Theory

_series_rule = partial(rule, family="measures over time")

ANHOEJ = "Anhøj & Olesen, PLoS ONE 2014;9(11):e113825"


def _faults(theory: Theory, measure: Measure) -> tuple[Fault, ...]:
    """Why a series cannot be read; nothing where it can, or where nobody knows where it lies."""
    if isinstance(measure.data, str) and (theory.origin is None or theory.origin.path is None):
        return ()
    try:
        series(theory, measure.id)
    except SeriesError as error:
        return error.faults
    return ()


def _charts(theory: Theory) -> Iterator[tuple[Measure, tuple[MeasureChart, ...]]]:
    """Each measure with data that can be read, and the charts by which it is judged."""
    for measure in theory.measures:
        if measure.data is None:
            continue
        try:
            yield measure, charts_of(theory, measure.id)
        except SeriesError:
            continue


def _lines(theory: Theory) -> Iterator[tuple[Measure, list[Line]]]:
    for measure, charts in _charts(theory):
        yield measure, [one.line for one in charts]


@_series_rule(
    "SER01",
    "series-unreadable",
    severity="warning",
    summary="The file of a series is there and can be read.",
    source=f"{sources.OURS}: a chart of nothing looks like a measure without data.",
)
def series_unreadable(theory: Theory) -> Iterator[Said]:
    """The first few faults, each with its place."""
    for measure in theory.measures:
        faults = _faults(theory, measure)
        if faults:
            told = [f"“{harmless(str(fault)).rstrip('.')}”" for fault in faults[:3]]
            more = f", and {plural(len(faults) - 3, 'fault')} more" if len(faults) > 3 else ""
            yield Said(
                measure.id,
                f"the series of the measure {quoted(measure)} cannot be read: {', '.join(told)}{more}",
                "mend the file where it says so" if faults[0].line else "put the file where 'data' says",
            )


@_series_rule(
    "SER02",
    "points-without-value",
    severity="info",
    summary="Every point of a series has a value.",
    source=f"{sources.TAYLOR}; {sources.OURS}: a gap neither adds to a run nor breaks it, so many gaps hide a signal.",
)
def points_without_value(theory: Theory) -> Iterator[Said]:
    """Hidden points are told apart; those left out with a reason are not missing."""
    for measure, found in _lines(theory):
        missing = sum(one.n_missing - one.n_suppressed for one in found)
        if missing:
            yield Said(
                measure.id,
                f"of {plural(sum(map(len, found)), 'point')} of the measure {quoted(measure)} {missing:,} "
                f"{'has' if missing == 1 else 'have'} no value",
                "look whether the numbers can still be found",
            )


@_series_rule(
    "SER03",
    "points-hidden",
    severity="info",
    summary="A total is not hidden because one small part of it is.",
    source=f"{sources.OURS}: a total less a hidden part would be wrong, and a total that is missing shows nothing.",
)
def points_hidden(theory: Theory) -> Iterator[Said]:
    """Small numbers that protect people; they count as missing."""
    for measure, found in _lines(theory):
        hidden = sum(one.n_suppressed for one in found)
        if hidden:
            yield Said(
                measure.id,
                f"of {plural(sum(map(len, found)), 'point')} of the measure {quoted(measure)} {hidden:,} "
                f"{'is' if hidden == 1 else 'are'} hidden, wholly or in part, and "
                f"{'counts' if hidden == 1 else 'count'} as missing",
                "take longer periods or larger groups, so that less has to be hidden",
            )


@_series_rule(
    "SER04",
    "file-with-doubled-rows",
    severity="warning",
    summary="A series in a file has one row a day for each site and group.",
    source=f"{sources.OURS}: one of the two is likely a copy, and a total counts it twice.",
)
def file_with_doubled_rows(theory: Theory) -> Iterator[Said]:
    """The same as MEA07 tells of rows in the theory file."""
    for measure, found in _lines(theory):
        doubled = sum(one.n_duplicated for one in found)
        if doubled and isinstance(measure.data, str):
            yield Said(
                measure.id,
                f"the file of the measure {quoted(measure)} gives the same site and group more than once on "
                f"{plural(doubled, 'date')}",
                "keep the right row, or say how they differ",
            )


@_series_rule(
    "SER05",
    "file-with-odd-counts",
    severity="warning",
    summary="In a file no denominator is 0 and no numerator is negative or, in a proportion, above its denominator.",
    source=f"{sources.OURS}: nothing out of nothing is no 0 %, and 5 of 3 is a slip.",
)
def file_with_odd_counts(theory: Theory) -> Iterator[Said]:
    """The same as MEA08 and MEA09 tell of rows in the theory file."""
    for measure, _ in _charts(theory):
        if not isinstance(measure.data, str):
            continue
        found = series(theory, measure.id)
        share = "%" in (measure.unit or "") or "percent" in (measure.unit or "")
        odd = [
            (at, top, bottom)
            for at, top, bottom in zip(found.rows, found.numerators, found.denominators, strict=True)
            if bottom is not None
            and (bottom <= 0 or (top is not None and (top < 0 or (share and top > bottom))))
        ]
        if odd:
            line, top, bottom = min(odd, key=lambda one: one[0])
            others = len(odd) - 1
            more = (
                f", and {plural(others, 'more row')} {'is' if others == 1 else 'are'} odd" if others else ""
            )
            said = "nothing" if top is None else f"{top:,.10g}"
            yield Said(
                measure.id,
                f"the file of the measure {quoted(measure)} counts {said} out of {bottom:,.10g} in line {line:,}{more}",
                "look the numbers up again",
            )


@_series_rule(
    "SER06",
    "total-of-changing-parts",
    severity="info",
    summary="A total is of the same sites and groups on every date.",
    source=f"{sources.OURS}: a site that comes or goes moves the total, and nobody changed anything.",
)
def total_of_changing_parts(theory: Theory) -> Iterator[Said]:
    """Dates on which a site or group is absent that is there on others."""
    for measure, found in _lines(theory):
        for one in found:
            if one.n_incomplete:
                yield Said(
                    measure.id,
                    f"on {one.n_incomplete:,} of {plural(len(one), 'date')} the measure {quoted(measure)} lacks a site "
                    "or group that it has on others",
                    "look at each site by itself before you trust the total",
                )


@_series_rule(
    "SER07",
    "too-few-points",
    severity="info",
    gap=True,
    summary="A series has at least 10 useful points.",
    source=f"{ANHOEJ}: with fewer no rule can tell a signal from chance.",
)
def too_few_points(theory: Theory) -> Iterator[Said]:
    """Useful points are neither missing nor left out nor on the line."""
    for measure, charts in _charts(theory):
        few = [one for one in charts if one.signal is None]
        if charts and len(few) == len(charts):
            most = max(one.chart.n_useful for one in few)
            yield Said(
                measure.id,
                f"the measure {quoted(measure)} has {plural(most, 'useful point')}, and 10 are needed to tell a signal "
                "from chance",
                "go on, or take the measure more often",
            )


@_series_rule(
    "SER08",
    "signal-for-the-worse",
    severity="warning",
    summary="No measure shows a signal for the worse.",
    source=f"{ANHOEJ}; {sources.IHI}: a balancing measure tells what a gain costs elsewhere.",
)
def signal_for_the_worse(theory: Theory) -> Iterator[Said]:
    """By the latest shift, in the direction that the measure gives."""
    for measure, charts in _charts(theory):
        worse = [one for one in charts if one.change == "worse"]
        if worse:
            first = worse[0]
            since = f" since {first.shift_at.isoformat()}" if first.shift_at is not None else ""
            kind = "balancing measure" if measure.role == "balancing" else "measure"
            where = f" at {plural(len(worse), 'site or group', 'sites or groups')}" if len(charts) > 1 else ""
            yield Said(
                measure.id,
                f"the {kind} {quoted(measure)} has moved for the worse{since}{where}",
                "ask those who do the work what changed then",
            )


@_series_rule(
    "SER09",
    "gain-that-hides-a-loss",
    severity="warning",
    summary="Where a measure gains overall, no site or group of it loses.",
    source=f"{sources.IHI}: screening rose 15.4 % overall and fell 2 % for one group; difference of shares: Newcombe, "
    "Statistics in Medicine 1998;17:873-890",
)
def gain_that_hides_a_loss(theory: Theory) -> Iterator[Said]:
    """First third of the dates against the last; what chance could make, and a gain that cannot be told, is advice."""
    for measure, _ in _charts(theory):
        found = strata_compared(theory, measure.id)
        labels = found.losing or found.leaning or found.unclear
        if not labels:
            continue
        shown = [one for one in found.groups if one.label in labels]
        figures = listed([one.reason for one in shown[:2]], 2)
        if len(shown) > 2:
            figures += f", and {len(shown) - 2:,} more"
        gains = f"the measure {quoted(measure)} gains overall"
        if found.losing:
            yield Said(measure.id, f"{gains} and loses for some: {figures}", "ask what is different for them")
        elif found.leaning:
            yield Said(
                measure.id,
                f"{gains} and points the wrong way for some: {figures}",
                "look at them by themselves, and ask what is different for them",
                severity="info",
            )
        else:
            yield Said(
                measure.id,
                f"{gains}, and for some no gain can be told: {figures}",
                "look at them by themselves, and ask what is different for them",
                severity="info",
            )


@_series_rule(
    "SER10",
    "shift-before-the-first-test",
    severity="info",
    summary="A measure moves after the first test of an idea below it, not before.",
    source=f"{sources.OURS}: what moved before anything was tested was moved by something else.",
)
def shift_before_the_first_test(theory: Theory) -> Iterator[Said]:
    """By the dates of Do; told where every cycle was carried out later."""
    for measure, charts in _charts(theory):
        if any(one.shift_to is not None for one in charts):
            early = [one for one in after_change(theory, measure.id) if one.verdict == "before"]
            if early:
                day = early[0].chart.shift_to
                assert day is not None
                yield Said(
                    measure.id,
                    f"the measure {quoted(measure)} moved by {day.isoformat()}, and the first test of an idea below it "
                    "was carried out later",
                    "look for what else changed then, before the idea gets the credit",
                )


@_series_rule(
    "SER11",
    "stratum-without-rows",
    severity="info",
    summary="Every stratum that a measure names is told apart in its series.",
    source=f"{sources.IHI}: an aggregate can hide harm, and a group that nobody counts is hidden best.",
)
def stratum_without_rows(theory: Theory) -> Iterator[Said]:
    """Named as a stratum, and no row says the group."""
    for measure, _ in _charts(theory):
        found = series(theory, measure.id)
        bare = [name for name in found.strata if len(found) and not found.groups(name)]
        if bare:
            yield Said(
                measure.id,
                f"no row of the measure {quoted(measure)} says the {listed([quoted(name) for name in bare])}",
                "count the groups apart from now on, as a column of that name",
            )


@_series_rule(
    "SER12",
    "rows-of-several-depths",
    severity="warning",
    summary="All rows of a series of counts are broken down alike.",
    source=f"{sources.OURS}: a total among its own parts is counted twice when they are added up.",
)
def rows_of_several_depths(theory: Theory) -> Iterator[Said]:
    """Some rows say a site or group that others leave open."""
    for measure, _ in _charts(theory):
        found = series(theory, measure.id)
        counted = any(number is not None for number in found.denominators)
        if counted and depths(cells_of(found)) > 1:
            yield Said(
                measure.id,
                f"some rows of the measure {quoted(measure)} say a site or group that others leave open, and all are "
                "added up",
                "take out the rows that are totals of others, or say their site and groups too",
            )
