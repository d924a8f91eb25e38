"""What moved first: a measure or the tests that could move it, a leading measure or a lagging one.

That a signal came after a change is one reason to believe that the change caused it, and a coincidence looks the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from attrs import field, frozen

from driverkit.errors import SeriesError
from driverkit.evidence.cycles import was_done
from driverkit.evidence.measures import measures_of
from driverkit.evidence.signals import WAYS, MeasureChart, charts_of
from driverkit.evidence.status import cycles_of
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import everything_behind, ideas_behind
from driverkit.model import Aim, ChangeIdea, Driver, Measure, PdsaCycle, Theory

__all__ = ["AfterChange", "LeadLag", "after_change", "cycles_behind", "leading_before_lagging"]

_NOT_CAUSED = "Coming after a change is not being caused by it."


# --- a measure and the tests that could move it ---------------------------------------------------------------


@frozen(eq=False)
class AfterChange:
    """A signal lined up with the cycles of the ideas at or below what the measure measures.

    Attributes:
        measure: the id of the measure.
        chart: the line and its signal.
        verdict: ``after``: at least one cycle was carried out before the shift began; ``before``: every cycle was
            carried out after it; ``same time``: no cycle was carried out before, and one while the level moved, so
            that their order is not known; ``no signal``; ``cannot tell``.
        before: the cycles carried out on the day of ``shift_from`` or earlier, by date.
        during: those carried out after it, until the period of the first point of the shift ends.
        later: those carried out after that.
        undated: those carried out on a day that nobody wrote down.
        rule: the name of the rule by which the chart is judged.
        reason: why, in sentences.
    """

    measure: str
    chart: MeasureChart = field(repr=False)
    verdict: str
    before: tuple[str, ...]
    during: tuple[str, ...]
    later: tuple[str, ...]
    undated: tuple[str, ...]
    rule: str
    reason: str


def after_change(theory: Theory, measure_id: str) -> tuple[AfterChange, ...]:
    """Whether the signal of a measure came after the changes that could move it.

    The changes are the cycles, by the date of their Do, of ideas at or below the nodes that the measure is of.
    One answer for the total; where plain values have none, one for each line, with the cycles of its site
    and those without a site. Empty where there is no data.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure.
        SeriesError: the file of the series cannot be read.
    """
    charts = charts_of(theory, measure_id)
    done = [cycle for cycle in cycles_behind(theory, theory.node(measure_id)) if was_done(cycle)]
    return tuple(_after(measure_id, one, done) for one in charts)


def _nodes_of(theory: Theory, measure: Measure) -> list[str]:
    named = dict.fromkeys(measure.of)
    named.update(dict.fromkeys(aim.id for aim in theory.aims if aim.measure == measure.id))
    return list(named)


def cycles_behind(theory: Theory, measure: Measure) -> list[PdsaCycle]:
    """The cycles of the change ideas at or below the nodes that a measure is of."""
    ideas: dict[str, None] = {}
    for id in _nodes_of(theory, measure):
        node = theory.node(id)
        if isinstance(node, ChangeIdea):
            ideas[id] = None
        if isinstance(node, Aim | Driver | ChangeIdea):
            ideas.update(dict.fromkeys(idea.id for idea in ideas_behind(theory, id)))
    by_idea = cycles_of(theory)
    return [cycle for idea in ideas for cycle in by_idea.get(idea, ())]


def _after(measure_id: str, one: MeasureChart, done: Sequence[PdsaCycle]) -> AfterChange:
    site = one.line.site
    mine = [cycle for cycle in done if site is None or cycle.site is None or cycle.site == site]
    dated = sorted(
        (
            (cycle.do.date, at, cycle.id)
            for at, cycle in enumerate(mine)
            if cycle.do and cycle.do.date is not None
        )
    )
    undated = tuple(cycle.id for cycle in mine if cycle.do is None or cycle.do.date is None)
    before: list[str] = []
    during: list[str] = []
    later: list[str] = []
    if one.shift_to is not None:
        start = one.shift_from or one.shift_to
        for day, _, id in dated:
            if day <= start:
                before.append(id)
            elif day < (one.shift_until or dt.date.max) or day == one.shift_to:
                during.append(id)
            else:
                later.append(id)
    verdict, reason = _verdict(one, dated, undated, before, during, later)
    return AfterChange(
        measure_id, one, verdict, tuple(before), tuple(during), tuple(later), undated, one.rule, reason
    )


def _verdict(
    one: MeasureChart,
    dated: Sequence[tuple[dt.date, int, str]],
    undated: Sequence[str],
    before: Sequence[str],
    during: Sequence[str],
    later: Sequence[str],
) -> tuple[str, str]:
    name = f"“{one.line.label}”"
    if one.signal is False:
        return "no signal", f"{name} shows no signal, so nothing is to be lined up. {one.chart.reason}"
    if one.signal is None:
        return "cannot tell", f"{name}: {one.chart.reason}"
    if one.shift_to is None:
        return (
            "cannot tell",
            f"{name} shows a signal that does not tell when the level moved. {one.chart.reason}",
        )
    way = WAYS[one.change] if one.change else "up" if one.side == "above" else "down"
    window = f"{name} moved {way} between {(one.shift_from or one.shift_to).isoformat()} and "
    window += one.shift_to.isoformat()
    if one.shift_until is not None:
        window += f", or until {one.shift_until.isoformat()} where a point stands for a period"
    if not dated:
        left = f"; of {plural(len(undated), 'cycle')} carried out nobody wrote down when" if undated else ""
        none = (
            "no cycle of the ideas below it has the date of its Do"
            if undated
            else "no idea below it was tested"
        )
        return "cannot tell", f"{window}, and {none}{left}."
    counts = (
        f"{plural(len(before), 'cycle')} {_was(before)} carried out before that, {len(during):,} meanwhile and "
        f"{len(later):,} later"
    )
    more = f"; {len(undated):,} without a date" if undated else ""
    if before:
        last = next(day for day, _, id in reversed(dated) if id == before[-1])
        nearest = f"; the last before it was {before[-1]} on {last.isoformat()}"
        return "after", f"{window}; {counts}{more}{nearest}. {_NOT_CAUSED}"
    if during:
        return "same time", f"{window}; {counts}{more}, so the order is not known."
    if undated:
        return "cannot tell", f"{window}; {counts}{more}, which may have been earlier."
    return "before", f"{window}; {counts}. What moved it came before the first test."


def _was(some: Sequence[str]) -> str:
    return "was" if len(some) == 1 else "were"


# --- leading and lagging --------------------------------------------------------------------------------------


@frozen(eq=False)
class LeadLag:
    """Whether a leading measure moved before the lagging one that it is to foretell.

    Attributes:
        leading: the id of the leading measure.
        lagging: the id of the lagging measure.
        aim: the id of the aim that the lagging measure is of.
        verdict: ``before`` or ``after``, comparing when they moved; ``same time`` where that overlaps; ``only leading`` or ``only
            lagging`` where one has a signal and the other could be judged and has none; ``no signal`` where neither
            has; ``cannot tell``.
        leading_from: the dates between which the leading measure moved; None where no shift is told.
        lagging_from: the same of the lagging one.
        rule: the name of the rule by which the charts are judged.
        reason: why, in a sentence.
    """

    leading: str
    lagging: str
    aim: str
    verdict: str
    leading_from: tuple[dt.date, dt.date] | None
    lagging_from: tuple[dt.date, dt.date] | None
    rule: str
    reason: str


def leading_before_lagging(theory: Theory) -> tuple[LeadLag, ...]:
    """For each aim whether its leading measures moved before its lagging one; one answer a pair.

    Lagging are the measures of an aim with the timing lagging, or with the role outcome and no timing; leading those at
    the aim or anything below it with the timing leading, or with the role process and no timing. A pair is left
    out where a series is missing or has no total.
    """
    found = []
    measures = measures_of(theory)
    for aim in theory.aims:
        lagging = [m for m in measures.get(aim.id, ()) if _timing(m) == "lagging"]
        if not lagging:
            continue
        below = dict.fromkeys(
            m.id
            for node in (aim, *everything_behind(theory, aim.id))
            for m in measures.get(node.id, ())
            if _timing(m) == "leading"
        )
        for late in lagging:
            end = _only_chart(theory, late.id)
            if end is None:
                continue
            for id in below:
                start = _only_chart(theory, id)
                if start is not None:
                    found.append(_lead(aim.id, start, end))
    return tuple(found)


def _timing(measure: Measure) -> str | None:
    if measure.timing is not None or measure.role is None:
        return measure.timing
    return {"outcome": "lagging", "process": "leading"}.get(measure.role)


def _only_chart(theory: Theory, measure_id: str) -> MeasureChart | None:
    try:
        charts = charts_of(theory, measure_id)
    except SeriesError:
        return None
    return charts[0] if len(charts) == 1 else None


def _window(one: MeasureChart) -> tuple[dt.date, dt.date] | None:
    return None if one.shift_to is None else (one.shift_from or one.shift_to, one.shift_to)


def _between(days: tuple[dt.date, dt.date]) -> str:
    return f"between {days[0].isoformat()} and {days[1].isoformat()}"


def _lead(aim: str, start: MeasureChart, end: MeasureChart) -> LeadLag:
    a, b = _window(start), _window(end)
    names = quoted(start.line.measure), quoted(end.line.measure)
    if a is not None and b is not None:
        verdict = "before" if a[1] <= b[0] else "after" if a[0] >= b[1] else "same time"
        way = {"before": "before", "after": "after", "same time": "at about the same time as"}[verdict]
        said = f"{names[0]}, which is to move first, moved {_between(a)}, {way} {names[1]}, {_between(b)}"
    elif start.signal is None or end.signal is None:
        few = [name for name, one in zip(names, (start, end), strict=True) if one.signal is None]
        verdict, said = "cannot tell", f"{listed(few)} {'has' if len(few) == 1 else 'have'} too few points"
    elif start.signal and not end.signal:
        verdict, said = "only leading", f"{names[0]} shows a signal and {names[1]} does not yet"
    elif end.signal and not start.signal:
        verdict, said = (
            "only lagging",
            f"{names[1]} shows a signal and {names[0]}, which is to move first, does not",
        )
    elif not start.signal:
        verdict, said = "no signal", f"neither {names[0]} nor {names[1]} shows a signal"
    else:
        verdict, said = (
            "cannot tell",
            f"{names[0]} and {names[1]} show signals, and one does not tell when it moved",
        )
    return LeadLag(
        start.line.measure.id,
        end.line.measure.id,
        aim,
        verdict,
        a,
        b,
        start.rule,
        f"{said[:1].upper()}{said[1:]}.",
    )
