"""What stands on a chart, before anything is drawn: points, lines, marks, flags and sentences.

Values only, and no drawing: whatever a chart says can be tested here, without a plotting library.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from driverkit.charts.scales import day, days, month, numbers
from driverkit.evidence.gaps import broken as without_rows
from driverkit.evidence.gaps import period
from driverkit.evidence.measures import measures_of
from driverkit.evidence.run_charts import RULES, Fired, RunChart, RunPhase, RunRule, mean, median
from driverkit.evidence.status import cycles_of
from driverkit.evidence.words import harmless, listed, plural, shortened
from driverkit.graph import ideas_behind
from driverkit.model import Aim, ChangeIdea, Driver, Measure, PdsaCycle, Theory

if TYPE_CHECKING:
    from driverkit.evidence.series import Line
    from driverkit.evidence.signals import MeasureChart

__all__ = [
    "CycleMark",
    "Idea",
    "NoteMark",
    "Panel",
    "Stretch",
    "Verdict",
    "cycles_at",
    "ideas_of",
    "mark_of",
    "panel",
    "subtitle",
    "when",
]


@frozen
class Verdict:
    """What the rule says of a panel.

    Attributes:
        kind: ``better``, ``worse``, ``signal`` (neither is said), ``none`` or ``unknown`` (too few points).
        text: a sentence with its counts, without a full stop.
        short: a few words for a small panel.
        reason: what the rule itself says, with its limits.
    """

    kind: str
    text: str
    short: str
    reason: str


@frozen
class Stretch:
    """One phase of a panel, with a centre line of its own.

    Attributes:
        start: the place of its first point.
        end: the place after its last point.
        name: its name; empty where there is one phase only.
        centre: the centre line, in the unit of the measure; None where no point counts.
        lower: the lower limit; None where none is drawn.
        upper: the upper limit; None where none is drawn.
        frozen: how many points of the panel, from the first, the line is taken from; None for all.
    """

    start: int
    end: int
    name: str
    centre: float | None
    lower: float | None = None
    upper: float | None = None
    frozen: int | None = None


@frozen
class CycleMark:
    """A cycle at the day of its Do.

    Attributes:
        id: its id.
        date: the day.
        idea: the id of the change idea it tests.
        decision: what was decided; None where nothing was.
    """

    id: str
    date: dt.date
    idea: str
    decision: str | None


@frozen
class Idea:
    """A change idea in the key of a chart.

    Attributes:
        id: its id.
        text: its words.
        cycles: its cycles on the chart, each with its decision, by day.
    """

    id: str
    text: str
    cycles: tuple[str, ...]


@frozen
class NoteMark:
    """A remark on a point, or on several in a row with the same words.

    Attributes:
        first: the place of the first.
        last: the place of the last.
        letter: what stands on the chart.
        text: the words.
    """

    first: int
    last: int
    letter: str
    text: str


@frozen
class Panel:
    """One line of points with everything that belongs to it.

    Attributes:
        heading: which site or group it is; empty where it is the measure as a whole.
        dates: the days, oldest first.
        values: the values, in the unit of the measure; None where one is missing.
        broken: the places before which the line is broken although no value is missing there.
        marks: for each point ``better``, ``worse`` or ``part`` (of a signal that is neither), or nothing.
        excluded: place of each point that is not counted, and why.
        stretches: the phases.
        word: what the centre line is: ``median``, ``mean`` or ``line``.
        verdict: what the rule says.
        cycles: the cycles, by day.
        notes: remarks on points.
        remarks: what is missing, hidden or left out, as sentences.
        n: the denominators, such as ``60 to 95 a month``; empty where there are none.
        source: the name of the rule, and who says so.
    """

    heading: str
    dates: tuple[dt.date, ...]
    values: tuple[float | None, ...]
    broken: frozenset[int]
    marks: tuple[str, ...]
    excluded: tuple[tuple[int, str], ...]
    stretches: tuple[Stretch, ...]
    word: str
    verdict: Verdict
    cycles: tuple[CycleMark, ...]
    notes: tuple[NoteMark, ...]
    remarks: tuple[str, ...]
    n: str
    source: tuple[str, str]

    @property
    def seen(self) -> list[float]:
        """The values that are there."""
        return [value for value in self.values if value is not None]


# --- words of the measure ------------------------------------------------------------------------------------


def subtitle(theory: Theory, measure: Measure, n: str) -> str:
    """Of what it is a measure, in which unit, which way is good, and of how many."""
    nodes = [theory.node(id) for id in measure.of]
    parts = []
    if nodes:
        parts.append("Of " + listed([f"“{shortened(harmless(_words(node)), 70)}”" for node in nodes], 3))
    if measure.unit:
        unit = shortened(harmless(measure.unit), 40)
        parts.append(f"in\u00a0{unit}" if len(unit) < 9 else f"in {unit}")
    way = {"increase": "higher is better", "decrease": "lower is better", "maintain": "to be kept as it is"}
    if measure.direction:
        parts.append(way[measure.direction])
    if n:
        parts.append(f"n = {n}".replace(" ", "\u00a0"))
    return " · ".join(parts)


def _words(node: Any) -> str:
    return str(getattr(node, "text", None) or node.id)


def _denominators(line: Line) -> str:
    found = [n for n in line.denominators if n is not None]
    if not found:
        return ""
    own = period(line.measure)
    return f"{numbers(min(found), max(found))} {own[0] if own else 'a point'}"


def when(date: dt.date, kind: str) -> str:
    """A day of a series in words: its month where the series has one point a month."""
    return month(date) if kind == "month" else day(date)


def _from_to(first: dt.date, last: dt.date, kind: str) -> str:
    if first == last:
        return f"in {when(first, kind)}" if kind == "month" else f"on {when(first, kind)}"
    if kind == "month" and first.year == last.year:
        return f"{month(first).rpartition(' ')[0]} to {month(last)}"
    return f"{when(first, kind)} to {when(last, kind)}"


# --- what the rule says --------------------------------------------------------------------------------------


def line_word(rule: str | RunRule | None, *, given: bool) -> str:
    """What the centre line is."""
    if given:
        return "line"
    known = RULES.get(rule) if isinstance(rule, str) else rule
    line = known.line if known else None
    return "median" if line is median else "mean" if line is mean else "line"


def _points(fired: Fired, word: str) -> str:
    count = len(fired.points)
    if fired.test == "trend":
        return f"{plural(count, 'point')} in a row {'rising' if fired.side == 'up' else 'falling'}"
    if fired.test == "outside-limits":
        return f"{plural(count, 'point')} {fired.side} the limits"
    if fired.test == "two-of-three":
        return f"two of three points in a row near the {'upper' if fired.side == 'above' else 'lower'} limit"
    if fired.is_shift:
        return f"{plural(count, 'point')} in a row {fired.side} the {word}"
    return f"{plural(count, 'point')} ({fired.test})"


def _whole(fired: Fired, phase: RunPhase, word: str) -> str:
    if fired.test == "few-crossings":
        times = {0: "never", 1: "only once", 2: "only twice"}.get(
            phase.n_crossings, f"only {phase.n_crossings:,} times"
        )
        return f"the {word} is crossed {times} in {plural(phase.n_useful, 'point')}"
    if fired.test in ("few-runs", "many-runs"):
        few = "few" if fired.test == "few-runs" else "many"
        return f"too {few} runs ({phase.n_runs:,}) in {plural(phase.n_useful, 'point')}"
    return f"{fired.test} in {plural(phase.n_useful, 'point')}"


def _verdict(found: MeasureChart, word: str) -> Verdict:
    chart, line = found.chart, found.line
    kind = days(line.dates)
    if not chart.n_obs:
        text = "No values to judge" if line.dates else "No values yet"
        return Verdict("unknown", text, text.lower(), f"{text}.")
    if chart.signal is None and len(chart.phases) > 1:
        unknown = sum(phase.signal is None for phase in chart.phases)
        text = f"Too few points to tell in {unknown} of {len(chart.phases)} phases"
        if unknown < len(chart.phases):
            text += ", and no signal in the others"
        return Verdict("unknown", text, "cannot tell", chart.reason)
    if chart.signal is None and not chart.n_useful and chart.n_obs > 1:
        text = f"Cannot tell: all {chart.n_obs:,} points lie on the {word}"
        return Verdict("unknown", text, f"all on the {word}", chart.reason)
    if chart.signal is None:
        few = f"cannot tell ({plural(chart.n_useful, 'useful point')})"
        return Verdict("unknown", chart.reason.rstrip("."), few, chart.reason)
    if not chart.signal:
        text = f"No signal: the {plural(chart.n_useful, 'useful point')} vary as chance alone would have them"
        if len(chart.phases) > 1:
            text = f"No signal within any of the {len(chart.phases)} phases ({plural(chart.n_useful, 'useful point')})"
        return Verdict("none", text, "no signal", chart.reason)
    return _signal(found, word, kind)


def _signal(found: MeasureChart, word: str, kind: str) -> Verdict:
    """What is said where there is a signal."""
    chart, line = found.chart, found.line
    local = [one for one in chart.fired if not one.whole and one.points]
    # Better or worse is what the levels before and after say; a run is named with it only where it says the same.
    says = [one for one in local if found.change is None or one.change == found.change]
    told = max(says, key=lambda one: one.points[-1], default=None)
    good = {"better": "Signal for the better", "worse": "Signal for the worse"}
    head = good.get(found.change or "", "Signal")
    if told is None:
        wholes = [(one, phase) for phase in chart.phases for one in phase.fired if one.whole]
        if wholes:
            text = _whole(*wholes[-1], word)
        elif local:
            run = max(local, key=lambda one: one.points[-1])
            text = f"{_points(run, word)}, {_from_to(line.dates[run.points[0]], line.dates[run.points[-1]], kind)}"
        else:
            text = chart.fired[-1].test if chart.fired else "as its rule says"
        return _told(found, f"{head}: {text}", kind, found.change or "signal")
    if told.test == "outside-limits" and told.change is None:
        places = {"above": 0, "below": 0}
        for one in chart.fired:
            if one.test == "outside-limits" and one.side in places:
                places[one.side] += len(one.points)
        count = sum(places.values())
        only = next((side for side, n in places.items() if n == count), None)
        where = f"{only} the limits" if only else "outside the limits"
        each = "" if only else f" ({places['above']:,} above, {places['below']:,} below)"
        text = f"{plural(count, 'point')} {where}"
        return Verdict("signal", f"Signal: {text}{each}", text, chart.reason)
    first_day, last_day = line.dates[told.points[0]], line.dates[told.points[-1]]
    excluded = dict(chart.excluded)
    last = max((at for at, v in enumerate(line.values) if v is not None and at not in excluded), default=0)
    open_ended = told.points[-1] == last and len(told.points) > 1
    time = f"since {when(first_day, kind)}" if open_ended else _from_to(first_day, last_day, kind)
    kept = found.change or "signal"
    if open_ended:
        return Verdict(kept, f"{head}: {_points(told, word)} {time}", f"{kept} {time}", chart.reason)
    return _told(found, f"{head}: {_points(told, word)}, {time}", kind, f"{kept} {time}")


def _told(found: MeasureChart, text: str, kind: str, short: str) -> Verdict:
    """A verdict for the better or worse that also tells since when the level is another, where that is known."""
    kept = found.change or "signal"
    if found.change is None or found.shift_to is None:
        return Verdict(kept, text, short, found.chart.reason)
    way = "higher" if found.side == "above" else "lower"
    since = when(found.shift_to, kind)
    return Verdict(
        kept, f"{text}, and the level is {way} since {since}", f"{kept} since {since}", found.chart.reason
    )


def _marks(chart: RunChart, n: int) -> tuple[str, ...]:
    marks = [""] * n
    for fired in sorted(chart.fired, key=lambda one: one.change is not None):
        if not fired.whole:
            for at in fired.points:
                marks[at] = fired.change or marks[at] or "part"
    return tuple(marks)


# --- a panel -------------------------------------------------------------------------------------------------


def _gaps(line: Line, broken: Iterable[int]) -> list[str]:
    kind = days(line.dates)
    found = [f"{when(line.dates[at - 1], kind)} and {when(line.dates[at], kind)}" for at in sorted(broken)]
    if not found:
        return []
    return [f"No rows between {listed(found, 4)}: the line is broken there."]


def _notes(line: Line, letters: Callable[[str], str]) -> tuple[NoteMark, ...]:
    found: list[NoteMark] = []
    for at, note in enumerate(line.notes):
        if not note:
            continue
        if found and found[-1].text == note and found[-1].last == at - 1:
            last = found.pop()
            found.append(NoteMark(last.first, at, last.letter, note))
        else:
            found.append(NoteMark(at, at, letters(note), note))
    return tuple(found)


def _remarks(line: Line, chart: RunChart) -> tuple[str, ...]:
    kind = days(line.dates)
    found = []
    by_reason: dict[str, list[str]] = {}
    for at, reason in chart.excluded:
        by_reason.setdefault(reason, []).append(when(line.dates[at], kind))
    for reason, places in by_reason.items():
        found.append(f"Not counted, drawn hollow: {listed(places)} ({shortened(harmless(reason), 120)}).")
    found += [harmless(remark) for remark in line.remarks]
    if any(value is None for value in line.values[1:-1]) and chart.n_obs:
        found.append("Where a value is missing, the line is broken.")
    return tuple(found)


def panel(
    theory: Theory,
    found: MeasureChart,
    *,
    rule: str | RunRule,
    kind: str,
    heading: str,
    freeze: int | None,
    given: bool,
    cycles: Sequence[CycleMark],
    letters: Callable[[str], str],
) -> Panel:
    """Everything that stands on one panel.

    Args:
        theory: the theory.
        found: the line and what the rule says of it.
        rule: the rule.
        kind: ``run`` or ``xmr``.
        heading: which site or group it is.
        freeze: how many points the centre line is taken from; None for all.
        given: whether the centre line was given.
        cycles: the cycles that stand on it, by day.
        letters: gives each remark on a point its letter.
    """
    line, chart = found.line, found.chart
    word = line_word(rule, given=given)
    broken = without_rows(line)
    return Panel(
        heading=heading,
        dates=tuple(line.dates),
        values=tuple(line.values),
        broken=broken,
        marks=_marks(chart, len(line.dates)),
        excluded=chart.excluded,
        stretches=_stretches(line, chart, kind, freeze),
        word=word,
        verdict=_verdict(found, word),
        cycles=tuple(cycles),
        notes=_notes(line, letters),
        remarks=(*_remarks(line, chart), *_gaps(line, broken)),
        n=_denominators(line),
        source=(chart.rule, chart.source),
    )


def _stretches(line: Line, chart: RunChart, kind: str, freeze: int | None) -> tuple[Stretch, ...]:
    names = _names(line, chart)
    found = []
    for phase, name in zip(chart.phases, names, strict=True):
        lower = upper = None
        limits = phase.judged.limits
        if kind == "xmr" and limits is not None and limits.mean_range > 0:
            lower, upper = limits.lower, limits.upper
        found.append(Stretch(phase.start, phase.end, name, phase.centre, lower, upper, freeze))
    return tuple(found)


def _names(line: Line, chart: RunChart) -> list[str]:
    if len(chart.phases) == 1:
        return [""]
    starts = tuple(line.phase_starts)
    if starts == tuple(phase.start for phase in chart.phases) and len(line.phase_names) == len(starts):
        named = [name or "" for name in line.phase_names]
    else:
        named = ["" for _ in chart.phases]
    kind = days(line.dates)
    return [
        shortened(harmless(name), 60)
        if name
        else ("before" if not at else f"from {when(line.dates[phase.start], kind)}")
        for at, (name, phase) in enumerate(zip(named, chart.phases, strict=True))
    ]


# --- cycles --------------------------------------------------------------------------------------------------


def cycles_at(theory: Theory, measure: Measure) -> tuple[list[PdsaCycle], int]:
    """The cycles of ideas at or below the nodes of a measure, by the day of Do; and how many have no such day."""
    nodes = list(dict.fromkeys(measure.of))
    nodes += [
        aim.id
        for aim in theory.aims
        if aim.id not in nodes and any(m.id == measure.id for m in measures_of(theory).get(aim.id, ()))
    ]
    ideas: dict[str, None] = {}
    for id in nodes:
        node = theory.node(id)
        if isinstance(node, ChangeIdea):
            ideas[id] = None
        elif isinstance(node, (Aim, Driver)):
            ideas.update((idea.id, None) for idea in ideas_behind(theory, id))
    by_idea = cycles_of(theory)
    dated, undated = [], 0
    for idea in ideas:
        for cycle in by_idea.get(idea, ()):
            if cycle.do is not None and cycle.do.date is not None:
                dated.append(cycle)
            else:
                undated += 1
    place = {cycle.id: at for at, cycle in enumerate(theory.cycles)}
    dated.sort(key=lambda cycle: (_day_of(cycle), place[cycle.id]))
    return dated, undated


def _day_of(cycle: PdsaCycle) -> dt.date:
    assert cycle.do is not None
    assert cycle.do.date is not None
    return cycle.do.date


def mark_of(cycle: PdsaCycle) -> CycleMark:
    """A cycle as it stands on a chart."""
    return CycleMark(cycle.id, _day_of(cycle), cycle.change, cycle.act.decision if cycle.act else None)


def ideas_of(theory: Theory, cycles: Iterable[CycleMark]) -> tuple[Idea, ...]:
    """The key of a chart: each change idea with its cycles, in the order of the file."""
    found: dict[str, list[str]] = {}
    for cycle in cycles:
        found.setdefault(cycle.idea, []).append(
            f"{cycle.id}\u00a0{cycle.decision}" if cycle.decision else cycle.id
        )
    return tuple(
        Idea(idea.id, shortened(harmless(idea.text), 90), _few(found[idea.id]))
        for idea in theory.change_ideas
        if idea.id in found
    )


def _few(cycles: list[str], most: int = 12) -> tuple[str, ...]:
    more = len(cycles) - most
    return (*cycles[:most], f"and {more:,}\u00a0more") if more > 1 else tuple(cycles)
