"""What the series of a measure say: is there a signal, since when, and did it come after the change?

Each answer is a value with its counts, the name of its rule and a sentence. None says what caused a signal: that it
came after a change is one reason to believe so, and a coincidence looks the same.

    >>> from driverkit import examples
    >>> theory = examples.load("leaving-hospital")
    >>> found = measure_chart(theory, "M3")
    >>> found.chart.signal, found.change, str(found.shift_from), str(found.shift_to)
    (True, 'better', '2025-05-01', '2025-06-01')

*When the level moved.* A run chart says that points lie on one side of the line for longer than chance would have it, not
since when: the run may begin months after the level moved, or before, or show the months before. So where the rule has
a signal by a run or by few crossings, the dates are told by another rule: two levels, one before and one after, are
fitted to the points; see ``driverkit.evidence.levels``. ``shift_from`` is the last point that surely lies before the
shift, ``shift_at`` the one with which the new level most likely begins, and ``shift_to`` the first that surely lies after.

In simulated series of 30 points the true date lay between the two in nearly 9 of 10 cases where the step was 2 standard
deviations, and in more where it was larger. A slow drift has no date; what is told of it is where its middle lies.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.errors import SeriesError, UsageError
from driverkit.evidence.cycles import was_done
from driverkit.evidence.intervals import Interval, wilson
from driverkit.evidence.measures import measures_of
from driverkit.evidence.run_charts import RunChart, RunRule, run_chart
from driverkit.evidence.series import Line, line, lines, scale_of, series
from driverkit.evidence.status import cycles_of
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.graph import everything_behind, ideas_behind
from driverkit.model import Aim, ChangeIdea, Driver, Measure, PdsaCycle, Theory
from driverkit.model import values as v
from driverkit.model.values import show

__all__ = [
    "AfterChange",
    "Compared",
    "LeadLag",
    "MeasureChart",
    "NodeSignal",
    "StrataComparison",
    "after_change",
    "charts_of",
    "leading_before_lagging",
    "measure_chart",
    "signal_of",
    "strata_compared",
    "told_together",
]

_OTHER_WORDS = {"better": "for the better", "worse": "for the worse"}
_NOT_CAUSED = "Coming after a change is not being caused by it."


# --- one line -------------------------------------------------------------------------------------------------


@frozen(eq=False)
class MeasureChart:
    """A line of a measure, and what a rule says of it.

    Attributes:
        line: the line, in the measure's unit.
        chart: what the rule says; its places are those of the line.
        rule: the name of the rule.
        change: better or worse, as the levels before and after the latest shift say; where no shift is told, as a run
            beside a frozen or given line says; None where neither does or the measure has no direction. The same as
            the ``change`` of ``chart``.
        side: above or below: where the later level lies, seen from the earlier; None where no shift is told.
        shift_from: the date of the last point that surely lies before the shift; None where there is no such point or
            no shift is told.
        shift_at: the date of the point with which the new level most likely begins; None where no shift is told.
        shift_to: the date of the first point that surely lies after the shift; None where no shift is told.
        shift_until: the date of the point after that, which is where the period of that first point ends at the
            latest; None where there is none.
        reason: why, in sentences.
    """

    line: Line
    chart: RunChart = field(repr=False)
    rule: str
    change: str | None
    side: str | None
    shift_from: dt.date | None
    shift_at: dt.date | None
    shift_to: dt.date | None
    shift_until: dt.date | None
    reason: str

    @property
    def signal(self) -> bool | None:
        """Whether there is a signal; None where there are too few points to say."""
        return self.chart.signal


def measure_chart(
    theory: Theory,
    measure_id: str,
    *,
    rule: str | RunRule = "anhoej",
    site: str | None = None,
    stratum: Mapping[str, str] | None = None,
    centre: float | None = None,
    freeze: int | dt.date | str | None = None,
    phases: Iterable[dt.date | str] | str | None = None,
    exclude: Mapping[dt.date | str, str] | None = None,
) -> MeasureChart:
    """Whether a measure shows a signal over time, since when, and whether it is for the better.

    Args:
        theory: the theory.
        measure_id: the id of the measure.
        rule: a name from ``driverkit.evidence.run_charts.RULES`` or a rule of your own.
        site: only this site; left out, all together.
        stratum: only these groups, such as ``{"language": "other"}``.
        centre: the line, in the measure's unit, where it is known from elsewhere.
        freeze: take the line from the first that many points, or from the points up to that date and on it, and
            judge all points by it.
        phases: the dates from which on a new phase counts; or ``column``: a phase begins wherever the ``phase`` of
            the rows changes. Each phase is judged by a line of its own.
        exclude: the date of a point and why it is left out of the judgement, besides those whose rows say
            so themselves.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure; there is no such site, group, rule or date; plain values of several sites have
            no total.
        SeriesError: the file of the series cannot be read.
    """
    usual = rule == "anhoej" and all(one is None for one in (site, stratum, centre, freeze, phases, exclude))
    kept = theory.memo.setdefault("evidence.charts", {})
    if usual and measure_id in kept:
        return kept[measure_id]  # type: ignore[no-any-return]  # the memo holds anything
    made = judged(
        line(theory, measure_id, site=site, stratum=stratum),
        rule=rule,
        centre=centre,
        freeze=freeze,
        phases=phases,
        exclude=exclude,
    )
    if usual:
        kept[measure_id] = made
    return made


def judged(
    one: Line,
    *,
    rule: str | RunRule = "anhoej",
    centre: float | None = None,
    freeze: int | dt.date | str | None = None,
    phases: Iterable[dt.date | str] | str | None = None,
    exclude: Mapping[dt.date | str, str] | None = None,
) -> MeasureChart:
    """What a rule says of a line; see `measure_chart` for the options."""
    left_out = {**one.excluded, **_excluded(one, exclude)}
    options: dict[str, Any] = {
        "rule": rule,
        "centre": centre,
        "freeze": _frozen(one, freeze),
        "phases": _starts(one, phases),
        "exclude": left_out,
    }
    direction = one.measure.direction
    chart = run_chart(one.values, **options, direction=direction)
    shift = chart.shift
    days = one.dates
    after = shift.after if shift is not None else None
    made = MeasureChart(
        line=one,
        chart=chart,
        rule=chart.rule,
        change=chart.change,
        side=shift.side if shift is not None else None,
        shift_from=days[shift.before] if shift is not None else None,
        shift_at=days[shift.at] if shift is not None else None,
        shift_to=days[after] if after is not None else None,
        shift_until=None
        if after is None
        else next((day for day in days[after + 1 :] if day > days[after]), None),
        reason="",
    )
    return attrs.evolve(made, reason=_chart_reason(made))


def _chart_reason(made: MeasureChart) -> str:
    said = made.chart.reason
    if made.shift_from is None or made.shift_to is None or made.shift_at is None:
        if made.chart.signal:
            side = f", which is {_OTHER_WORDS[made.change]}" if made.change else ", or which way"
            said += f" It does not tell when the level moved{side}."
        return said
    way = (
        f" {_OTHER_WORDS[made.change]}" if made.change else f", to {made.side} the line" if made.side else ""
    )
    said += f" The level moved{way} between {made.shift_from.isoformat()} and {made.shift_to.isoformat()}"
    if made.shift_at != made.shift_to:
        said += f", most likely just before {made.shift_at.isoformat()}"
    return said + "."


def _date(value: Any, what: str) -> dt.date:
    try:
        return v.as_date(value)
    except v.Refused as refused:
        raise UsageError(f"'{what}': {refused}") from None


def _frozen(one: Line, freeze: int | dt.date | str | None) -> int | None:
    if freeze is None or not isinstance(freeze, dt.date | str):
        return freeze
    day = _date(freeze, "freeze")
    first = bisect_right(one.dates, day)
    if not first:
        raise UsageError(f"'freeze': the line has no point up to {day.isoformat()}.{_runs_from(one)}")
    return first


def _runs_from(one: Line) -> str:
    return f" It runs from {one.dates[0].isoformat()} to {one.dates[-1].isoformat()}." if one.dates else ""


def _starts(one: Line, phases: Iterable[dt.date | str] | str | None) -> list[int] | None:
    if phases is None:
        return None
    if isinstance(phases, str):
        if phases != "column":
            raise UsageError(f"'phases' needs dates, or the word 'column', not {show(phases)}.")
        if not one.phase_starts:
            raise UsageError(
                f"No row of {one.measure.id!r} names a phase; give the dates at which one begins."
            )
        return list(one.phase_starts)
    if not isinstance(phases, Iterable):
        raise UsageError("'phases' needs the dates at which a new phase begins, or the word 'column'.")
    starts: list[int] = []
    for day in sorted({_date(given, "phases") for given in phases}):
        at = bisect_left(one.dates, day)
        if at >= len(one.dates):
            raise UsageError(f"'phases': the line has no point from {day.isoformat()} on.{_runs_from(one)}")
        if starts and starts[-1] == at:
            raise UsageError(f"'phases': there is no point between {day.isoformat()} and the date before it.")
        starts.append(at)
    return starts


def _excluded(one: Line, exclude: Mapping[dt.date | str, str] | None) -> dict[int, str]:
    if exclude is None:
        return {}
    if not isinstance(exclude, Mapping):
        raise UsageError(
            "'exclude' needs the date of each point and the reason, such as {'2026-02-01': 'snow'}."
        )
    found: dict[int, str] = {}
    for given, reason in exclude.items():
        day = _date(given, "exclude")
        first, last = bisect_left(one.dates, day), bisect_right(one.dates, day)
        if first == last:
            raise UsageError(f"'exclude': the line has no point of {day.isoformat()}.{_runs_from(one)}")
        found.update(dict.fromkeys(range(first, last), reason))
    return found


def charts_of(theory: Theory, measure_id: str) -> tuple[MeasureChart, ...]:
    """The charts by which a measure is judged: of its total or, where plain values have none, of each line.

    Empty where there is no data. The rule is the usual one.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure.
        SeriesError: the file of the series cannot be read.
    """
    kept = theory.memo.setdefault("evidence.charts of", {})
    found: Any = kept.get(measure_id)
    if found is None:
        if not len(series(theory, measure_id)):
            found = ()
        else:
            found = kept[measure_id] = _charts(theory, measure_id)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _charts(theory: Theory, measure_id: str) -> tuple[MeasureChart, ...]:
    try:
        return (measure_chart(theory, measure_id),)
    except UsageError:  # plain values of several sites or groups
        pass
    found = series(theory, measure_id)
    for by in ("site and stratum", "site", *found.strata):
        try:
            each = lines(theory, measure_id, by=by)
        except UsageError:
            continue
        if each:
            return tuple(judged(one) for one in each)
    return ()


# --- one node -------------------------------------------------------------------------------------------------


@frozen(eq=False)
class NodeSignal:
    """What the measures of a node say together.

    Attributes:
        node: the id of the node.
        word: ``better`` or ``worse`` where every change that is told is such; ``mixed`` where there are both;
            ``signal`` where there is one that does not say which way is good; ``none`` where every chart could be
            judged, or some could, and none has a signal; ``too few`` where none could be judged; ``no data``.
        signal: True where any chart has a signal; False where one could be judged and none has; else None.
        improved: True where a change for the better is told and none for the worse; False where one for the worse
            is told, or no chart has a signal; None where none could be judged, or a signal does not say which way.
        charts: the charts that it rests on: of all measures of the node but balancing ones.
        balancing: the charts of balancing measures, which tell what it costs, not whether it works.
        unread: the ids of the measures whose series cannot be read.
        rule: the name of the rule by which the charts are judged.
        reason: why, in a sentence.
    """

    node: str
    word: str
    signal: bool | None
    improved: bool | None
    charts: tuple[MeasureChart, ...]
    balancing: tuple[MeasureChart, ...]
    unread: tuple[str, ...]
    rule: str
    reason: str


def signal_of(theory: Theory, node_id: str) -> NodeSignal:
    """What the measures of a node say: those whose ``of`` names it, and the ``measure`` of an aim.

    Raises:
        UnknownId: nothing has that id.

    >>> from driverkit import examples
    >>> found = signal_of(examples.load("leaving-hospital"), "S1")
    >>> found.word, found.improved
    ('better', True)
    """
    theory.node(node_id)
    kept = theory.memo.setdefault("evidence.signals", {})
    if node_id not in kept:
        kept[node_id] = _signal_of(theory, node_id)
    found: NodeSignal = kept[node_id]
    return found


def _signal_of(theory: Theory, node_id: str) -> NodeSignal:
    charts: list[MeasureChart] = []
    balancing: list[MeasureChart] = []
    unread: list[str] = []
    for measure in measures_of(theory).get(node_id, ()):
        try:
            (balancing if measure.role == "balancing" else charts).extend(charts_of(theory, measure.id))
        except SeriesError:
            unread.append(measure.id)
    word = told_together(charts)
    judged_ones = [one for one in charts if one.signal is not None]
    signal = any(one.signal for one in judged_ones) if judged_ones else None
    improved = None if word in ("signal", "too few", "no data") else word == "better"
    return NodeSignal(
        node_id,
        word,
        signal,
        improved,
        tuple(charts),
        tuple(balancing),
        tuple(unread),
        "anhoej",
        _node_reason(charts, unread),
    )


def told_together(charts: Sequence[MeasureChart]) -> str:
    """What some charts say together, in a ``word`` of `NodeSignal`."""
    if not charts:
        return "no data"
    changes = {one.change for one in charts if one.change is not None}
    if changes:
        return "mixed" if len(changes) > 1 else next(iter(changes))
    if any(one.signal for one in charts):
        return "signal"
    return "too few" if all(one.signal is None for one in charts) else "none"


def _node_reason(charts: Sequence[MeasureChart], unread: Sequence[str]) -> str:
    groups: dict[str, list[str]] = {}
    words = {True: "a signal", False: "no signal", None: "too few points"}
    for one in charts:
        said = f"a signal {_OTHER_WORDS[one.change]}" if one.change else words[one.signal]
        groups.setdefault(said, []).append(f"“{one.line.label}”")
    parts = [f"{said} in {listed(names, 3)}" for said, names in groups.items()]
    if unread:
        parts.append(f"{plural(len(unread), 'series', 'series')} cannot be read ({listed(unread, 3)})")
    text = listed(parts) if parts else "no measure of it has data"
    return f"{text[:1].upper()}{text[1:]}."


# --- signals and cycles ---------------------------------------------------------------------------------------


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
    done = [cycle for cycle in _cycles_behind(theory, theory.node(measure_id)) if was_done(cycle)]
    return tuple(_after(measure_id, one, done) for one in charts)


def _nodes_of(theory: Theory, measure: Measure) -> list[str]:
    named = dict.fromkeys(measure.of)
    named.update(dict.fromkeys(aim.id for aim in theory.aims if aim.measure == measure.id))
    return list(named)


def _cycles_behind(theory: Theory, measure: Measure) -> list[PdsaCycle]:
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
    way = _OTHER_WORDS[one.change] if one.change else "up" if one.side == "above" else "down"
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


# --- sites and groups -----------------------------------------------------------------------------------------


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
                said += f", but its run chart shows a shift {_OTHER_WORDS[one.change]}"
    elif one.change is not None:
        said += f"; its run chart shows a shift {_OTHER_WORDS[one.change]}"
    return said


def _out_of(counts: tuple[float, float] | None) -> str:
    return "" if counts is None else f" ({counts[0]:,.10g} of {counts[1]:,.10g})"


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
