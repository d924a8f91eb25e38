"""A proposed project score, after the scale from 0.5 to 5.0 that IHI and Life QI use.

The score is set by people, everywhere. What can be read off a theory file supports a proposal, with its
reasons and with what the file cannot know:

    >>> from driverkit.model import Aim, Theory
    >>> proposed = progress_score(Theory("Fewer falls", aims=[Aim("A1", "Fewer falls")]))
    >>> proposed.score, proposed.word
    (0.5, 'intent')
    >>> proposed.missing[0]
    'for 1.0, charter: no aim has a target and a date, with a team or an owner'
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

import attrs
from attrs import frozen

from driverkit.errors import SeriesError
from driverkit.evidence.cycles import was_done, was_studied
from driverkit.evidence.measures import measures_of
from driverkit.evidence.predictions import tallies
from driverkit.evidence.series import Line
from driverkit.evidence.signals import MeasureChart, charts_of, judged
from driverkit.evidence.status import idea_status
from driverkit.evidence.words import listed, plural
from driverkit.model import Aim, Measure, Theory

__all__ = ["STEPS", "Goal", "ProgressScore", "Standing", "Step", "progress_score"]

IHI = (
    "Institute for Healthcare Improvement, project progress score (Assessment Scale for Collaboratives), as used in "
    "Life QI; when a step is proposed is driverkit's own rule"
)

LATEST, HELD, LASTING = 3, 6, 12
"""Over how many of the latest points a goal is met (their median), held (each of them), and lasting (each)."""


@frozen
class Goal:
    """A measure with a target, and where it stands.

    Attributes:
        measure: the measure.
        target: the target: that of the aim which names the measure or, without one, the measure's own.
        of_aim: whether it is a measure of an aim.
        met: whether the median of its latest three points is at the target or beyond, in each line where there
            are several without a total; None where that cannot be told.
        held: how many of its latest points in a row are at the target or beyond.
        why: what it rests on, in words.
    """

    measure: Measure
    target: float
    of_aim: bool
    met: bool | None
    held: int
    why: str


@frozen
class Standing:
    """What a proposal rests on: the facts that the steps ask for.

    Attributes:
        theory: the theory.
        today: the day up to which things count; None for all.
        carried_out: the ids of the cycles that were carried out.
        studied: the ids of those that reached Study.
        adopted: the ids of the change ideas that are adopted.
        held_and_kept: the ids of the change ideas that are adopted or expanded, of whose judged predictions
            more held than not.
        undecided: the ids of the change ideas that were tested and are neither adopted nor abandoned.
        with_data: the ids of the measures that have a value.
        better: the ids of the measures, balancing ones apart, with a signal for the better whose shift came
            after the first cycle was carried out; where there are several charts, and none for the worse.
        better_aims: those of them that are of an aim.
        worse: the ids of the measures with such a signal for the worse, balancing ones among them.
        goals: the measures of aims and drivers that have a target, balancing ones apart.
        unread: the ids of the measures whose series could not be read.
    """

    theory: Theory
    today: dt.date | None
    carried_out: tuple[str, ...]
    studied: tuple[str, ...]
    adopted: tuple[str, ...]
    held_and_kept: tuple[str, ...]
    undecided: tuple[str, ...]
    with_data: tuple[str, ...]
    better: tuple[str, ...]
    better_aims: tuple[str, ...]
    worse: tuple[str, ...]
    goals: tuple[Goal, ...]
    unread: tuple[str, ...]


@frozen
class Step:
    """One step of the scale.

    Attributes:
        score: its number.
        word: what it is called.
        rule: when it is proposed, in words.
        judge: the function that says whether it is reached, and why or why not; called with the facts.
    """

    score: float
    word: str
    rule: str
    judge: Callable[[Standing], tuple[bool, str]]


@frozen
class ProgressScore:
    """A score that is proposed, never set.

    Attributes:
        score: the number, from 0.5 to 5.0.
        word: what the step is called.
        reasons: why this step: what is reached, from the lowest step to this one.
        missing: what the next step lacks, what a lower one lacks, and what the file cannot know.
        source: whose scale it is, and whose rule.
    """

    score: float
    word: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    source: str = IHI

    def __str__(self) -> str:
        """The score with its word; it is a proposal."""
        return f"proposed: {self.score}, {self.word}"


# --------------------------------------------------------------------------------------------- the facts


def _past(today: dt.date | None, day: dt.date | None) -> bool:
    return today is None or day is None or day <= today


def _charts(theory: Theory, id: str, today: dt.date | None) -> list[MeasureChart]:
    """The charts of a measure, of the points up to a day."""
    found = charts_of(theory, id)
    return [one if _past(today, max(one.line.dates)) else judged(_until(one.line, today)) for one in found]


def _until(one: Line, today: dt.date | None) -> Line:
    points = sum(_past(today, day) for day in one.dates)
    columns = ("dates", "values", "numerators", "denominators", "notes")
    starts = tuple(start for start in one.phase_starts if start < points)
    return attrs.evolve(
        one,
        **{name: getattr(one, name)[:points] for name in columns},
        phase_starts=starts,
        phase_names=one.phase_names[: len(starts)],
        excluded={at: why for at, why in one.excluded.items() if at < points},
    )


def _values(one: Line) -> list[float]:
    return [value for at, value in enumerate(one.values) if value is not None and at not in one.excluded]


def _goal(measure: Measure, aim: Aim | None, charts: Sequence[MeasureChart]) -> Goal | None:
    target = aim.target if aim is not None and aim.target is not None else measure.target
    if target is None:
        return None
    of_aim = aim is not None
    series = [(one.line, values) for one in charts if (values := _values(one.line))]
    if not series:
        return Goal(measure, target, of_aim, None, 0, f"{measure.id} has a target and no data")
    baseline = aim.baseline if aim is not None and aim.baseline is not None else measure.baseline
    way = measure.direction
    if way not in ("increase", "decrease") and baseline is not None and baseline != target:
        way = "increase" if target > baseline else "decrease"
    if way not in ("increase", "decrease"):
        return Goal(measure, target, of_aim, None, 0, f"{measure.id} does not say which way is better")
    sign = 1 if way == "increase" else -1

    def held_by(values: Sequence[float]) -> int:
        good = [(value - target) * sign >= 0 for value in values]
        return next((n for n, well in enumerate(reversed(good)) if not well), len(good))

    # Of several lines that have no total, that of a site or a person, each must reach the target.
    middles = [(median(values[-LATEST:]), len(values[-LATEST:])) for _, values in series]
    middle, latest = min(middles, key=lambda found: found[0] * sign)
    which = f"the median of its latest {plural(latest, 'point')}" if latest > 1 else "its only point"
    which += f", in that of its {len(series):,} lines which is furthest from it" if len(series) > 1 else ""
    return Goal(
        measure,
        target,
        of_aim,
        (middle - target) * sign >= 0,
        min(held_by(values) for _, values in series),
        f"{measure.id} is at {middle:.4g} ({which}) against a target of {target:.4g}",
    )


def _change(charts: Sequence[MeasureChart], since: dt.date | None) -> str | None:
    """Better where a shift for the better came after a day and none for the worse; worse where one did."""
    changes = set()
    for one in charts:
        moved = one.shift_until or one.shift_to
        if one.change is not None and (since is None or moved is None or moved > since):
            changes.add(one.change)
    return "worse" if "worse" in changes else "better" if changes else None


def _standing(theory: Theory, today: dt.date | None) -> Standing:
    def done_by(step: Any) -> bool:
        return step is not None and _past(today, step.date)

    carried = [c for c in theory.cycles if was_done(c) and done_by(c.do)]
    studied = [c for c in theory.cycles if was_studied(c) and done_by(c.study)]
    first = min((c.do.date for c in carried if c.do is not None and c.do.date is not None), default=None)
    aims = {id: aim for aim in theory.aims for id in _ids(measures_of(theory).get(aim.id, ()))}
    drivers = {id for driver in theory.drivers for id in _ids(measures_of(theory).get(driver.id, ()))}
    with_data, better, worse, unread = [], [], [], []
    goals: list[Goal] = []
    for measure in theory.measures:
        charts: list[MeasureChart] = []
        try:
            charts = _charts(theory, measure.id, today) if measure.data else []
        except SeriesError:
            unread.append(measure.id)
        if any(_values(one.line) for one in charts):
            with_data.append(measure.id)
        change = _change(charts, first)
        if change == "worse":
            worse.append(measure.id)
        if measure.role == "balancing":
            continue
        if change == "better":
            better.append(measure.id)
        if measure.id in aims or measure.id in drivers:
            goal = _goal(measure, aims.get(measure.id), charts)
            goals += [goal] if goal is not None else []
    adopted, kept, undecided = _ideas(theory, {c.change for c in studied})
    return Standing(
        theory,
        today,
        _ids(carried),
        _ids(studied),
        adopted,
        kept,
        undecided,
        tuple(with_data),
        tuple(better),
        tuple(id for id in better if id in aims),
        tuple(worse),
        tuple(goals),
        tuple(unread),
    )


def _ids(items: Iterable[Any]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def _ideas(theory: Theory, tested: set[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The change ideas that are adopted; those kept after their predictions held; those tested and undecided."""
    counted = tallies(theory, "idea")
    expanded = {c.change for c in theory.cycles if c.act is not None and c.act.decision == "expand"}
    adopted, kept, undecided = [], [], []
    for idea in theory.change_ideas:
        status = idea_status(theory, idea.id).status
        if status == "adopted":
            adopted.append(idea.id)
        elif idea.id in tested and status != "abandoned":
            undecided.append(idea.id)
        said = counted[idea.id]
        if (status == "adopted" or idea.id in expanded) and said.confirmed > said.mixed + said.refuted:
            kept.append(idea.id)
    return tuple(adopted), tuple(kept), tuple(undecided)


# --------------------------------------------------------------------------------------------- the steps


def _intent(at: Standing) -> tuple[bool, str]:
    return True, "there is a theory file"


def _charter(at: Standing) -> tuple[bool, str]:
    measures = measures_of(at.theory)
    for aim in at.theory.aims:
        target = aim.target is not None or any(m.target is not None for m in measures.get(aim.id, ()))
        if target and aim.by is not None and (aim.owner or at.theory.teams):
            who = "an owner" if aim.owner else plural(len(at.theory.teams), "team")
            return True, f"{aim.id} has a target, a date and {who}"
    return False, "no aim has a target and a date, with a team or an owner"


def _planning(at: Standing) -> tuple[bool, str]:
    counts = {
        "driver": len(at.theory.drivers),
        "change idea": len(at.theory.change_ideas),
        "measure": len(at.theory.measures),
    }
    lacking = [word for word, count in counts.items() if not count]
    if lacking:
        return False, f"there is no {listed(lacking)}"
    return True, listed([plural(count, word) for word, count in counts.items()])


def _activity(at: Standing) -> tuple[bool, str]:
    planned = len(at.theory.cycles)
    if not planned and not at.with_data:
        return False, "no cycle is planned, and no measure has data"
    return True, f"{plural(planned, 'cycle')}, and {plural(len(at.with_data), 'measure')} with data"


def _tested(at: Standing) -> tuple[bool, str]:
    if not at.studied:
        return False, f"no cycle reached Study; {len(at.carried_out):,} carried out"
    return True, f"{plural(len(at.studied), 'cycle')} reached Study"


def _modest(at: Standing) -> tuple[bool, str]:
    if not at.studied or not at.held_and_kept:
        return False, "no change idea of which more predictions held than not was adopted or expanded"
    return True, f"{listed(at.held_and_kept)} adopted or expanded after most predictions held"


def _improved(at: Standing) -> tuple[bool, str]:
    if not at.studied or not at.better:
        return False, "no measure shows a signal for the better after the first cycle"
    return True, f"a signal for the better in {listed(at.better)}"


def _goals_met(at: Standing) -> tuple[int, int]:
    return sum(goal.met is True for goal in at.goals), len(at.goals)


def _significant(at: Standing) -> tuple[bool, str]:
    met, of = _goals_met(at)
    said = f"{met:,} of {plural(of, 'goal')} met"
    lacking = []
    if not at.studied:
        lacking.append("no cycle reached Study")
    if not at.better_aims:
        lacking.append("no measure of an aim shows a signal for the better")
    if not of or met * 2 < of:
        lacking.append(
            f"{said}: {listed([g.why for g in at.goals if not g.met], 3)}" if of else "no goal is set"
        )
    if not at.adopted:
        lacking.append("no change idea is adopted")
    if lacking:
        return False, "; ".join(lacking)
    return True, f"{said}, with a signal for the better in {listed(at.better_aims)}"


def _sustained(at: Standing) -> tuple[bool, str]:
    reached, why = _significant(at)
    if not reached:
        return False, why
    mine = [goal for goal in at.goals if goal.of_aim]
    short = [f"{g.measure.id} for {plural(g.held, 'point')}" for g in mine if g.held < HELD]
    if not mine or short:
        return (
            False,
            f"the goals of the aims are not met at each of the latest {HELD} points: {listed(short)}",
        )
    return (
        True,
        f"{listed(_ids(g.measure for g in mine))} at target or beyond at each of the latest {HELD} points",
    )


def _outstanding(at: Standing) -> tuple[bool, str]:
    reached, why = _sustained(at)
    if not reached:
        return False, why
    short = [f"{g.measure.id} for {plural(g.held, 'point')}" for g in at.goals if g.held < LASTING]
    if short:
        return False, f"not every goal is met at each of its latest {LASTING} points: {listed(short)}"
    if at.undecided:
        return False, f"{listed(at.undecided)} tested, and neither adopted nor abandoned"
    return (
        True,
        f"every goal met at each of its latest {LASTING} points, and every tested change idea decided on",
    )


STEPS: tuple[Step, ...] = (
    Step(0.5, "intent", "There is a theory.", _intent),
    Step(1.0, "charter", "An aim has a target and a date, and an owner or a team.", _charter),
    Step(1.5, "planning begun", "There are drivers, change ideas and measures.", _planning),
    Step(2.0, "activity without changes", "A cycle is planned, or a measure has data.", _activity),
    Step(2.5, "changes tested without improvement", "A cycle reached Study.", _tested),
    Step(
        3.0,
        "modest improvement",
        "A cycle reached Study, and a change idea of which more judged predictions held than not was adopted or expanded.",
        _modest,
    ),
    Step(
        3.5,
        "improvement",
        "A cycle reached Study, and a measure (balancing ones apart) shows a signal for the better (Anhøj) whose shift "
        "came after the first cycle was carried out.",
        _improved,
    ),
    Step(
        4.0,
        "significant improvement, half the goals met",
        "A cycle reached Study, a measure of an aim shows such a signal, a change idea is adopted, and half of the goals "
        "are met. Goals are the measures of aims and drivers with a target, balancing ones apart; one is met where "
        f"the median of its latest {LATEST} points is at the target or beyond.",
        _significant,
    ),
    Step(
        4.5,
        "sustained",
        f"Likewise, and each of the latest {HELD} points of every goal of an aim is at the target or beyond.",
        _sustained,
    ),
    Step(
        5.0,
        "outstanding",
        f"Likewise, and so is each of the latest {LASTING} points of every goal; every change idea that was tested is "
        "adopted or abandoned.",
        _outstanding,
    ),
)
"""The steps of the scale, lowest first. The highest that is reached is proposed."""


def progress_score(
    theory: Theory, *, today: dt.date | None = None, steps: Sequence[Step] = STEPS
) -> ProgressScore:
    """The project score that a theory file supports, as a proposal with its reasons.

    After the scale of IHI and Life QI from 0.5 to 5.0; the rule of each step is driverkit's own and stands in
    ``STEPS``. Proposed is the highest step that is reached; from 2.5 on all ask for a studied cycle.

    Args:
        theory: the theory.
        today: what is dated later does not count: neither points of series nor cycles. Decisions count as
            they stand in the file.
        steps: the steps, lowest first; the lowest is proposed where none is reached.
    """
    at = _standing(theory, today)
    said = [(step, *step.judge(at)) for step in steps]
    reached = [place for place, (_, yes, _) in enumerate(said) if yes]
    top = max(reached, default=0)
    reasons = tuple(f"{s.score}, {s.word}: {why}" for s, yes, why in said[: top + 1] if yes)
    missing = [f"for {s.score}, {s.word}: {why}" for s, _, why in said[top + 1 : top + 2]]
    missing += [f"also not there, {s.score}, {s.word}: {why}" for s, yes, why in said[:top] if not yes]
    if at.worse:
        missing.append(f"look at what got worse: a signal in {listed(at.worse)}")
    unknown = [goal.why for goal in at.goals if goal.met is None]
    if unknown:
        missing.append(f"cannot tell whether these goals are met: {listed(unknown)}")
    if at.unread:
        missing.append(f"the series of {listed(at.unread)} could not be read")
    missing.append(
        "what no file knows: whether people are on board, whether the gains are felt by those they are for, and "
        "whether the change will outlast the project; so the score is yours to set"
    )
    step = said[top][0]
    return ProgressScore(step.score, step.word, reasons, tuple(missing))
