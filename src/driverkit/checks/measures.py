"""Measures: how the team will know, and what could mislead it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence import has_outcome, idea_status, measures_of, series_length
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import aims_reached_by, drivers_moved_by, snapshot, sums_behind
from driverkit.model import Measure, Observation, Theory

_measure_rule = partial(rule, family="measures")


def _rows(measure: Measure) -> tuple[Observation, ...]:
    return measure.data if isinstance(measure.data, tuple) else ()


@_measure_rule(
    "MEA01",
    "aim-without-outcome-measure",
    severity="warning",
    gap=True,
    summary="One of the measures of an aim is an outcome measure.",
    source=sources.IHI,
)
def aim_without_outcome_measure(theory: Theory) -> Iterator[Said]:
    """Measures there are, but none of the outcome; an aim without any is told by AIM06."""
    for aim in theory.aims:
        found = measures_of(theory).get(aim.id, ())
        if found and not has_outcome(theory, aim):
            yield Said(
                aim.id,
                f"{quoted(aim)} has {plural(len(found), 'measure')} but no outcome measure",
                "say which measure tells whether it is reached, and give it the role outcome",
            )


@_measure_rule(
    "MEA02",
    "driver-without-measure",
    severity="warning",
    gap=True,
    summary="Every driver has some measure.",
    source=sources.IHI,
)
def driver_without_measure(theory: Theory) -> Iterator[Said]:
    """Where no driver has one, it is said once."""
    measures = measures_of(theory)
    bare = [driver for driver in theory.drivers if driver.id not in measures]
    if len(bare) == len(theory.drivers) > 1 and not any(driver.undeveloped for driver in bare):
        yield Said(
            None,
            f"none of the {len(bare):,} drivers of {quoted(theory.title)} has a measure",
            "begin with the driver you are working on: how would you see that it moves",
        )
        return
    for driver in bare:
        yield Said(
            driver.id,
            f"{quoted(driver)} has no measure",
            "say how you would see that it moves",
        )


@_measure_rule(
    "MEA03",
    "no-balancing-measure",
    severity="warning",
    summary="At least one measure is a balancing measure.",
    source=sources.IHI,
)
def no_balancing_measure(theory: Theory) -> Iterator[Said]:
    """Said where there are measures at all."""
    if theory.measures and not any(measure.role == "balancing" for measure in theory.measures):
        yield Said(
            None,
            f"none of the {plural(len(theory.measures), 'measure')} of {quoted(theory.title)} is a balancing measure"
            if len(theory.measures) > 1
            else f"the one measure of {quoted(theory.title)} is no balancing measure",
            "ask what could get worse elsewhere while the aim is reached, and measure that",
        )


@_measure_rule(
    "MEA04",
    "lagging-without-leading",
    severity="info",
    gap=True,
    summary="An aim whose measure is lagging has a leading measure at it or below it.",
    source=f"{sources.IHI}; {sources.MTEP}",
)
def lagging_without_leading(theory: Theory) -> Iterator[Said]:
    """A team that recruits counts inquiries, because applications come months later."""
    measures, net = measures_of(theory), snapshot(theory)
    leading = [sum(m.timing == "leading" for m in measures.get(node.id, ())) for node in net.nodes]
    below = sums_behind(theory, leading)[0]
    for i, aim in enumerate(theory.aims):
        lagging = [m for m in measures.get(aim.id, ()) if m.timing == "lagging"]
        if lagging and not leading[i] and not below[i]:
            yield Said(
                aim.id,
                f"{quoted(aim)} is followed by {quoted(lagging[0])}, which is lagging, and nothing below it is leading",
                "find a measure that moves sooner",
            )


_EQUITY = "equit", "fair", "gap between", "all groups", "regardless", "whatever"


@_measure_rule(
    "MEA05",
    "adopted-without-strata",
    severity="warning",
    summary="Where an aim names a population or equity, a measure of an adopted change is broken down by group.",
    source=f"{sources.IHI}: an aggregate can hide harm",
)
def adopted_without_strata(theory: Theory) -> Iterator[Said]:
    """An average can rise while a group falls behind."""
    measures = measures_of(theory)
    for idea in theory.change_ideas:
        if idea_status(theory, idea.id).status != "adopted":
            continue
        aims = [
            aim
            for aim in aims_reached_by(theory, idea.id)
            if aim.population is not None or any(word in aim.text.casefold() for word in _EQUITY)
        ]
        if not aims:
            continue
        moved = [idea.id, *(driver.id for driver in drivers_moved_by(theory, idea.id)), *(a.id for a in aims)]
        found = {m.id: m for id in moved for m in measures.get(id, ())}
        if found and not any(m.strata or any(row.strata for row in _rows(m)) for m in found.values()):
            yield Said(
                idea.id,
                f"{quoted(idea)} is adopted for {quoted(aims[0].population or aims[0])}, and "
                f"{listed([quoted(m) for m in found.values()], 2)} "
                f"{'is' if len(found) == 1 else 'are'} not broken down by group",
                "add the groups that could fare differently as 'strata'",
            )


@_measure_rule(
    "MEA06",
    "measure-of-nothing",
    severity="warning",
    summary="Every measure says what it measures.",
    source=f"{sources.OURS}: a measure of nothing is collected for nothing.",
)
def measure_of_nothing(theory: Theory) -> Iterator[Said]:
    """Named by nothing, naming nothing."""
    named = {aim.measure for aim in theory.aims}
    for measure in theory.measures:
        if not measure.of and measure.id not in named:
            yield Said(
                measure.id,
                f"the measure {quoted(measure)} is of nothing",
                "say which aim, driver or change idea it tells about, as 'of'",
            )


@_measure_rule(
    "MEA07",
    "two-values-on-one-date",
    severity="warning",
    summary="A series has one value a day for each site and group.",
    source=f"{sources.OURS}: one of the two would be left out of a chart, and nobody could say which.",
)
def two_values_on_one_date(theory: Theory) -> Iterator[Said]:
    """Both are kept and told."""
    for measure in theory.measures:
        met = set()
        doubles = []
        for row in _rows(measure):
            key = (row.date, row.site, row.strata)
            if key in met:
                doubles.append(row.date)
            met.add(key)
        if doubles:
            more = "" if len(doubles) == 1 else f", and on {plural(len(doubles) - 1, 'day')} more"
            yield Said(
                measure.id,
                f"the measure {quoted(measure)} has two values on {doubles[0].isoformat()} for the same site "
                f"and group{more}",
                "keep the right one, or say how they differ",
            )


@_measure_rule(
    "MEA08",
    "zero-denominator",
    severity="warning",
    summary="Nothing is counted out of zero; such a point is a missing value.",
    source=f"{sources.OURS}: nothing out of nothing is no 0 %.",
)
def zero_denominator(theory: Theory) -> Iterator[Said]:
    """Counted as missing."""
    for measure in theory.measures:
        days = [row.date for row in _rows(measure) if row.denominator == 0]
        if days:
            yield Said(
                measure.id,
                f"the measure {quoted(measure)} counts out of 0 on {_days(days)}, which is taken as missing",
                "look whether nobody was there that day or nobody was counted",
            )


@_measure_rule(
    "MEA09",
    "numerator-out-of-range",
    severity="warning",
    summary="A numerator is not negative and, in a proportion, not above its denominator.",
    source=f"{sources.OURS}: such a point is a slip of the pen.",
)
def numerator_out_of_range(theory: Theory) -> Iterator[Said]:
    """Five out of three."""
    for measure in theory.measures:
        share = (
            measure.unit is None
            or "%" in measure.unit
            or "per cent" in measure.unit
            or "percent" in measure.unit
        )
        wrong = [
            row
            for row in _rows(measure)
            if (row.numerator is not None and row.numerator < 0)
            or (row.denominator is not None and row.denominator < 0)
            or (
                share
                and row.numerator is not None
                and row.denominator is not None
                and row.numerator > row.denominator > 0
            )
        ]
        if wrong:
            first = wrong[0]
            others = len(wrong) - 1
            more = (
                f", and {plural(others, 'more row')} {'is' if others == 1 else 'are'} like it"
                if others
                else ""
            )
            yield Said(
                measure.id,
                f"the measure {quoted(measure)} counts {_number(first.numerator)} out of "
                f"{_number(first.denominator)} on {first.date.isoformat()}{more}",
                "look the numbers up again",
            )


@_measure_rule(
    "MEA10",
    "target-against-direction",
    severity="error",
    summary="The target of a measure lies on that side of its baseline to which it is to move.",
    source=f"{sources.OURS}: the two contradict each other.",
)
def target_against_direction(theory: Theory) -> Iterator[Said]:
    """To increase, from 18 to 12."""
    for measure in theory.measures:
        start, end, way = measure.baseline, measure.target, measure.direction
        if start is None or end is None or way not in ("increase", "decrease"):
            continue
        if (end - start if way == "increase" else start - end) < 0:
            yield Said(
                measure.id,
                f"the measure {quoted(measure)} is to {way}, from {start:g} to {end:g}",
                "correct the direction or the numbers",
            )


@_measure_rule(
    "MEA11",
    "measure-without-data",
    severity="info",
    profiles=("ihi", "strict"),
    gap=True,
    summary="Every measure has a series.",
    source=f"{sources.IHI}; {sources.TAYLOR}",
)
def measure_without_data(theory: Theory) -> Iterator[Said]:
    """Named but never taken."""
    for measure in theory.measures:
        if series_length(measure) == 0:
            yield Said(
                measure.id,
                f"the measure {quoted(measure)} has no data",
                "begin with the last few values that can still be found",
            )


def _days(days: Sequence[object]) -> str:
    return listed([str(day) for day in days], 3)


def _number(value: float | None) -> str:
    return "an unknown number" if value is None else f"{value:g}"
