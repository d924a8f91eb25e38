"""What the series of a measure say: is there a signal, and since when?

Each answer is a value with its counts, the name of its rule and a sentence. None says what caused a signal: whether it
came after a change is told in `driverkit.evidence.timing`, how sites and groups fare in `driverkit.evidence.strata`.

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
from driverkit.evidence.measures import measures_of
from driverkit.evidence.run_charts import RunChart, RunRule, run_chart
from driverkit.evidence.series import Line, line, lines, series
from driverkit.evidence.words import listed, plural
from driverkit.model import Theory
from driverkit.model import values as v
from driverkit.model.values import show

__all__ = [
    "WAYS",
    "MeasureChart",
    "NodeSignal",
    "charts_of",
    "judged",
    "measure_chart",
    "signal_of",
    "told_together",
]

WAYS = {"better": "for the better", "worse": "for the worse"}
"""How a change is told in a sentence."""


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
            side = f", which is {WAYS[made.change]}" if made.change else ", or which way"
            said += f" It does not tell when the level moved{side}."
        return said
    way = f" {WAYS[made.change]}" if made.change else f", to {made.side} the line" if made.side else ""
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
        said = f"a signal {WAYS[one.change]}" if one.change else words[one.signal]
        groups.setdefault(said, []).append(f"“{one.line.label}”")
    parts = [f"{said} in {listed(names, 3)}" for said, names in groups.items()]
    if unread:
        parts.append(f"{plural(len(unread), 'series', 'series')} cannot be read ({listed(unread, 3)})")
    text = listed(parts) if parts else "no measure of it has data"
    return f"{text[:1].upper()}{text[1:]}."
