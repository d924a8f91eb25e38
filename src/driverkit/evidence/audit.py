"""The PDSA audit: are the tests of a theory tests in the sense of the method?

Taylor et al. 2014 name five features of a PDSA cycle. Each is asked here of every cycle that was carried
out, and answered yes, no or cannot tell, with a reason. A ramp or a theory has a feature where all its cycles
have it; it has not where one has not; and where neither is so, that cannot be told. Cycles that are only
planned are not asked; one that has a Study and no Do is, as it must have been carried out.

    >>> from driverkit.model import ChangeIdea, PdsaCycle, Theory
    >>> theory = Theory("Fewer falls", change_ideas=[ChangeIdea("C1", "Ask at admission")])
    >>> theory = theory.add(PdsaCycle("T1", "C1", scale=2, do={"date": "2026-01-12"}))
    >>> for answer in audit(theory):
    ...     print(f"{answer.feature}: {answer}")
    iterative: no (T1: stands alone)
    predicted: no (T1: has no prediction)
    small-scale: yes (T1: begins with 2)
    data-over-time: no (T1: nothing at or above “Ask at admission” is measured)
    documented: no (T1: lacks words in Do; all of Plan, Study and Act)

The rules are values: ``audit(theory, features=[small_scale(5), *mine])``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.errors import DriverkitError, UsageError
from driverkit.evidence.cycles import (
    Ramp,
    adapters_of,
    followers_of,
    predicted_in_time,
    ramp,
    was_done,
    was_studied,
)
from driverkit.evidence.measures import measures_of
from driverkit.evidence.status import cycles_of
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import aims_reached_by, drivers_moved_by
from driverkit.model import Measure, PdsaCycle, Theory

__all__ = [
    "AUDIT",
    "KNUDSEN",
    "TAYLOR",
    "Answer",
    "AuditTotals",
    "Feature",
    "Verdict",
    "audit",
    "audit_cycle",
    "audit_ramp",
    "audit_totals",
    "data_over_time",
    "documented",
    "iterative",
    "predicted",
    "small_scale",
    "verdicts",
]

TAYLOR = (
    "Taylor et al., Systematic review of the application of the plan-do-study-act method to improve quality in "
    "healthcare, BMJ Quality & Safety 2014;23:290-298"
)
KNUDSEN = (
    "Knudsen et al., Can quality improvement improve the quality of care? A systematic review of reported effects and "
    "methodological rigor in plan-do-study-act projects, BMC Health Services Research 2019;19:683"
)

_SAID = {True: "yes", False: "no", None: "cannot tell"}


@frozen
class Verdict:
    """What is answered of one cycle.

    Attributes:
        answer: True for yes, False for no, None for cannot tell.
        reason: why, in a few words.
    """

    answer: bool | None
    reason: str


@frozen
class Feature:
    """One feature of a PDSA cycle: what is asked, by which rule, and the function that answers.

    Attributes:
        name: its short name.
        question: what is asked.
        rule: when the answer is yes, no or cannot tell, in words.
        source: who says that it belongs to a PDSA cycle.
        judge: the function; called with the theory and a cycle that was carried out.
    """

    name: str
    question: str
    rule: str
    source: str
    judge: Callable[[Theory, PdsaCycle], Verdict]


@frozen
class Answer:
    """The answer to one question of the audit, with the cycles that say so.

    Attributes:
        feature: the name of the feature.
        question: what was asked.
        answer: True where all the cycles that were carried out have it, False where one has not, None where
            neither can be told, or no cycle was carried out.
        yes: the ids of the cycles that have it.
        no: the ids of those that have not.
        cannot_tell: the ids of those of which it cannot be told.
        reason: why, with the counts.
    """

    feature: str
    question: str
    answer: bool | None
    yes: tuple[str, ...]
    no: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    reason: str

    @classmethod
    def of(cls, feature: Feature, said: Mapping[str, Verdict], planned: int = 0) -> Answer:
        """The answer for several cycles together.

        Args:
            feature: what was asked.
            said: what is answered of each cycle that was carried out.
            planned: how many more are only planned.
        """
        yes = tuple(id for id, verdict in said.items() if verdict.answer is True)
        no = tuple(id for id, verdict in said.items() if verdict.answer is False)
        cannot = tuple(id for id, verdict in said.items() if verdict.answer is None)
        answer = False if no else None if cannot or not yes else True
        if not said:
            reason = f"no cycle was carried out{f', {planned:,} planned' if planned else ''}"
        elif len(said) == 1:
            reason = "".join(f"{id}: {verdict.reason}" for id, verdict in said.items())
        else:
            parts = [f"{len(yes):,} of {plural(len(said), 'cycle')}"]
            for word, ids in (("no", no), ("cannot tell", cannot)):
                if ids:
                    told = [f"{id} ({said[id].reason})" for id in ids] if len(ids) < 3 else ids
                    parts.append(f"{word}: {listed(told)}")
            reason = "; ".join(parts)
        return cls(feature.name, feature.question, answer, yes, no, cannot, reason)

    def __str__(self) -> str:
        """Yes, no or cannot tell, and why."""
        return f"{_SAID[self.answer]} ({self.reason})"


# --------------------------------------------------------------------------------------------- iterative


def _carried_out(cycle: PdsaCycle) -> bool:
    return was_done(cycle) or was_studied(cycle)


def _related(theory: Theory, one: str, other: str) -> bool:
    return one == other or bool({*theory.parents(one)} & {*theory.parents(other)})


def _iterative(theory: Theory, cycle: PdsaCycle) -> Verdict:
    before, source = (theory.index.get(id or "") for id in (cycle.follows, cycle.adapted_from))
    beside = [
        (before, "follows"),
        *((other, "is followed by") for other in followers_of(theory).get(cycle.id, ())),
        (source, "adapts"),
        *((other, "is adapted by") for other in adapters_of(theory).get(cycle.id, ())),
    ]
    mine = [
        (other, how)
        for other, how in beside
        if isinstance(other, PdsaCycle) and _related(theory, cycle.change, other.change)
    ]
    for other, how in mine:
        if _carried_out(other):
            return Verdict(True, f"{how} {other.id}")
    if mine:
        return Verdict(None, f"is joined to {mine[0][0].id}, which is still to be carried out")
    others = [c for c in cycles_of(theory)[cycle.change] if c.id != cycle.id]
    if any(map(_carried_out, others)):
        return Verdict(
            None,
            "is one of several of its change idea, and no 'follows' or 'adapted_from' says whether it builds on them",
        )
    return Verdict(False, "stands alone")


iterative = Feature(
    "iterative",
    "Does the cycle build on another one, or another one on it?",
    "Yes where it follows or adapts, or is followed or adapted by, a cycle of this theory that was carried out, of the "
    "same change idea or of one that contributes to the same driver. No where no other cycle of its change idea was "
    "carried out. Cannot tell where others were, and neither `follows` nor `adapted_from` joins it to them; or where the "
    "only cycle joined to it is still planned.",
    TAYLOR,
    _iterative,
)

# --------------------------------------------------------------------------------------------- predicted


def _predicted(theory: Theory, cycle: PdsaCycle) -> Verdict:
    if not cycle.predictions:
        return Verdict(False, "has no prediction")
    open_ = [p for p in cycle.predictions if p.prediction is None]
    if open_:
        return Verdict(False, f"has {plural(len(open_), 'question')} without a prediction")
    times = [predicted_in_time(cycle, prediction) for prediction in cycle.predictions]
    if False in times:
        return Verdict(False, f"has {plural(times.count(False), 'prediction')} written after Do")
    if None in times:
        return Verdict(None, f"has {plural(times.count(None), 'prediction')} of which no date tells when")
    return Verdict(True, f"has {plural(len(times), 'prediction')} written before Do")


predicted = Feature(
    "predicted",
    "Was every question of the cycle answered by a prediction before Do?",
    "Yes where there is a question, each has a prediction, and each is dated no later than Do. No where there is none, "
    "one has no prediction, or one was written after Do. Cannot tell where a date is missing: that of the prediction "
    "(or Plan), or that of Do.",
    TAYLOR,
    _predicted,
)

# ------------------------------------------------------------------------------------------- small scale

SMALL = 20
"""Up to how many people, classes or records a first test is small; the number is ours, as in the check CYC18."""


def _climbs(theory: Theory) -> Mapping[str, tuple[int | None, bool | None, str]]:
    """For each cycle the first scale on its way, whether it rises up to it, and the first cycle that says no."""
    found: Any = theory.memo.get("evidence.climbs")
    if found is not None:
        return found  # type: ignore[no-any-return]  # the memo holds anything
    found = {}
    by_id = {cycle.id: cycle for cycle in theory.cycles}
    for start in theory.cycles:
        way = []
        cycle: PdsaCycle | None = start
        while cycle is not None and cycle.id not in found:
            way.append(cycle)
            cycle = by_id[cycle.follows] if cycle.follows is not None else None
        for cycle in reversed(way):
            if cycle.follows is None:
                found[cycle.id] = (cycle.scale, True if cycle.scale is not None else None, cycle.id)
                continue
            before = by_id[cycle.follows]
            first, rises, where = found[before.id]
            if rises is True:
                if cycle.scale is None or before.scale is None:
                    rises, where = None, cycle.id
                elif cycle.scale <= before.scale and not any(
                    p.result == "refuted" for p in before.predictions
                ):
                    rises, where = False, cycle.id
            found[cycle.id] = (first, rises, where)
    theory.memo["evidence.climbs"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def small_scale(most: int = SMALL) -> Feature:
    """The feature "small scale", with the largest scale at which a first test is small."""

    def judge(theory: Theory, cycle: PdsaCycle) -> Verdict:
        first, rises, where = _climbs(theory)[cycle.id]
        if first is not None and first > most:
            whose = "is a first test" if cycle.follows is None else "is on a ramp that begins"
            return Verdict(False, f"{whose} with {first:,}")
        if rises is None:
            return Verdict(None, f"has no scale{'' if where == cycle.id else f' on its way, in {where}'}")
        if not rises:
            return Verdict(False, f"is no larger than the test before it{_at(where, cycle)}")
        return Verdict(True, f"begins with {first:,}" if cycle.follows is None else f"rises from {first:,}")

    return Feature(
        "small-scale",
        "Does the ramp begin small, and rise up to this cycle?",
        f"Yes where the first cycle of its ramp (or the cycle itself, where it is on none) has a scale of at most {most}, "
        "and each scale from there up to this cycle is above the one before. After a prediction that was refuted a "
        "test no larger than the one before is right, and does not count against it. No where the first is larger, or a "
        "scale does not rise. Cannot tell where a scale on the way is missing.",
        f"{TAYLOR}; the number is ours",
        judge,
    )


def _at(where: str, cycle: PdsaCycle) -> str:
    return "" if where == cycle.id else f", in {where}"


# ---------------------------------------------------------------------------------------- data over time

POINTS = 10
"""How many points a series needs: with fewer no run chart rule of Anhøj & Olesen 2014 says anything."""


def _days(theory: Theory, measure: Measure) -> Sequence[dt.date] | None:
    """The days on which a measure has a value, oldest first; None where its series cannot be read."""
    from driverkit.evidence.series import series

    memo: Any = theory.memo.setdefault("evidence.days", {})
    if measure.id not in memo:
        days: Sequence[dt.date] | None = ()
        if measure.data:
            try:
                found = series(theory, measure.id)
            except DriverkitError:
                days = None
            else:
                columns = zip(found.dates, found.values, found.numerators, strict=True)
                days = sorted(
                    {day for day, value, count in columns if value is not None or count is not None}
                )
        memo[measure.id] = days
    return memo[measure.id]  # type: ignore[no-any-return]  # the memo holds anything


def _measures_above(theory: Theory, idea: str) -> Sequence[Measure]:
    """The measures of a change idea and of the drivers and aims that it moves, each once."""
    memo: Any = theory.memo.setdefault("evidence.measures_above", {})
    if idea not in memo:
        of = measures_of(theory)
        moved = [idea, *(d.id for d in drivers_moved_by(theory, idea))]
        moved += [aim.id for aim in aims_reached_by(theory, idea)]
        memo[idea] = tuple({m.id: m for id in moved for m in of.get(id, ())}.values())
    return memo[idea]  # type: ignore[no-any-return]  # the memo holds anything


def data_over_time(points: int = POINTS) -> Feature:
    """The feature "data over time", with the number of points that a series needs."""

    def judge(theory: Theory, cycle: PdsaCycle) -> Verdict:
        measures = _measures_above(theory, cycle.change)
        if not measures:
            return Verdict(False, f"nothing at or above {quoted(theory.node(cycle.change))} is measured")
        steps = (cycle.do, cycle.study, cycle.act)
        day = next((s.date for s in steps if s is not None and s.date is not None), None)
        unread = []
        most = 0
        for measure in measures:
            days = _days(theory, measure)
            if days is None:
                unread.append(measure.id)
                continue
            most = max(most, len(days))
            if day is not None and len(days) >= points and days[0] < day < days[-1]:
                return Verdict(
                    True, f"{measure.id} has {plural(len(days), 'point')} around {day.isoformat()}"
                )
        if unread:
            return Verdict(None, f"the series of {listed(unread)} could not be read")
        if most < points:
            return Verdict(
                False, f"no measure at or above its change idea has {points} points; the longest has {most}"
            )
        if day is None:
            return Verdict(None, "has no date to compare with the series")
        return Verdict(
            False, f"no series of {points} points begins before {day.isoformat()} and goes on after it"
        )

    return Feature(
        "data-over-time",
        "Is there a measure at or above the change idea with data before and after the cycle?",
        "Yes where a measure of the change idea, or of a driver or aim that it moves, has values on at least "
        f"{points} days, the first before the day of Do and the last after it. No where none has. Cannot tell where "
        "a series cannot be read, or the cycle has no date.",
        f"{TAYLOR}; {points} points are what the rule of Anhøj & Olesen 2014 needs",
        judge,
    )


# -------------------------------------------------------------------------------------------- documented


def _documented(theory: Theory, cycle: PdsaCycle) -> Verdict:
    plan, do, study, act = cycle.plan, cycle.do, cycle.study, cycle.act
    asked = any(p.question or p.prediction for p in cycle.predictions)
    words = {
        "Plan": asked or (plan is not None and bool(plan.objective)),
        "Do": do is not None and bool(do.observed),
        "Study": study is not None and bool(study.learned),
        "Act": act is not None and bool(act.decision or act.next),
    }
    dates = {
        name: step is not None and step.date is not None
        for name, step in (("Plan", plan), ("Do", do), ("Study", study), ("Act", act))
    }
    dates["Plan"] = dates["Plan"] or any(p.date is not None for p in cycle.predictions)
    neither = [name for name in words if not words[name] and not dates[name]]
    silent = [name for name in words if dates[name] and not words[name]]
    undated = [name for name in words if words[name] and not dates[name]]
    lacks = [
        f"words in {listed(silent)}" if silent else "",
        f"a date in {listed(undated)}" if undated else "",
    ]
    lacks.append(f"all of {listed(neither)}" if neither else "")
    if any(lacks):
        return Verdict(False, f"lacks {'; '.join(filter(None, lacks))}")
    return Verdict(True, "has words and a date in all four steps")


documented = Feature(
    "documented",
    "Are all four steps written down?",
    "Yes where Plan (an objective or a question; its date may be that of a prediction), Do (what was observed), Study (what was learned) and Act (a "
    "decision, or what comes next) each have words and a date. No where one has not.",
    TAYLOR,
    _documented,
)

AUDIT: tuple[Feature, ...] = (iterative, predicted, small_scale(), data_over_time(), documented)
"""The five features of Taylor et al. 2014."""

# ------------------------------------------------------------------------------------------- the answers


def verdicts(theory: Theory, *, features: Iterable[Feature] = AUDIT) -> Mapping[str, tuple[Verdict, ...]]:
    """For each cycle that was carried out what is answered of it, in the order of the features."""
    features = tuple(features)
    return {
        cycle.id: tuple(feature.judge(theory, cycle) for feature in features)
        for cycle in theory.cycles
        if _carried_out(cycle)
    }


def _of(
    theory: Theory, cycles: Sequence[PdsaCycle], features: Iterable[Feature], planned: int = 0
) -> tuple[Answer, ...]:
    done = [cycle for cycle in cycles if _carried_out(cycle)]
    return tuple(
        Answer.of(
            feature, {cycle.id: feature.judge(theory, cycle) for cycle in done}, len(cycles) - len(done)
        )
        for feature in features
    )


def audit_cycle(theory: Theory, id: str, *, features: Iterable[Feature] = AUDIT) -> tuple[Answer, ...]:
    """What is answered of one cycle, feature by feature. Of one that is only planned nothing can be told yet.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no cycle.
    """
    cycle = theory.node(id)
    if not isinstance(cycle, PdsaCycle):
        raise UsageError(f"{id!r} is no cycle; the audit asks of cycles.")
    return _of(theory, [cycle], features)


def audit_ramp(theory: Theory, on: Ramp | str, *, features: Iterable[Feature] = AUDIT) -> tuple[Answer, ...]:
    """What is answered of a ramp, feature by feature.

    Args:
        theory: the theory.
        on: the ramp, or the id of one of its cycles.
        features: the features to ask for.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no cycle, or one that is on no ramp.
    """
    return _of(theory, (ramp(theory, on) if isinstance(on, str) else on).cycles, features)


def audit(theory: Theory, *, features: Iterable[Feature] = AUDIT) -> tuple[Answer, ...]:
    """What is answered of a theory, feature by feature: the PDSA audit after Taylor et al. 2014.

    Each answer says which cycles have the feature, which have not, and of which it cannot be told. Few
    published projects would pass: see `audit_totals`.

    Args:
        theory: the theory.
        features: what is asked; left out, the five features of ``AUDIT``.
    """
    return _of(theory, theory.cycles, features)


@frozen
class AuditTotals:
    """How much of a theory passes the whole audit.

    Attributes:
        cycles: how many cycles were carried out.
        cycles_meeting_all: those of them that have every feature.
        ramps: how many ramps have two cycles or more that were carried out.
        ramps_meeting_all: those of them of which every such cycle has every feature.
        reason: the counts in words, beside those of Knudsen et al. 2019.
    """

    cycles: int
    cycles_meeting_all: int
    ramps: int
    ramps_meeting_all: int
    reason: str

    def __str__(self) -> str:
        """The counts in words."""
        return self.reason


def audit_totals(theory: Theory, *, features: Iterable[Feature] = AUDIT) -> AuditTotals:
    """How many cycles and ramps have every feature, beside what was found in published projects.

    Knudsen et al. 2019 judged 72 published projects by four features (iterative cycles, continuous data, small
    scale, a theoretical rationale); 3 of them (4 %) met all four. The features are not all the same as those
    asked here, and a project is not a ramp, so the two stand beside each other and are not compared.
    """
    passed = {
        id: all(verdict.answer is True for verdict in said)
        for id, said in verdicts(theory, features=features).items()
    }
    cycles = sum(passed.values())
    carried = [way for way in _ways(theory, passed) if way[0] > 1]
    ramps_ = sum(well for _, well in carried)
    said = (
        f"{cycles:,} of {plural(len(passed), 'cycle')} carried out and {ramps_:,} of {plural(len(carried), 'ramp')} "
        "have every feature"
        if passed
        else "no cycle was carried out"
    )
    return AuditTotals(len(passed), cycles, len(carried), ramps_, f"{said}; {_KNUDSEN_FOUND}")


def _ways(theory: Theory, passed: Mapping[str, bool]) -> list[tuple[int, bool]]:
    """For each ramp how many of its cycles were carried out, and whether all of them passed.

    Counted along `follows`, as ramps that branch off one long one would be long each.
    """
    by_id = {cycle.id: cycle for cycle in theory.cycles}
    found: dict[str, tuple[int, bool]] = {}
    for start in theory.cycles:
        way = []
        cycle: PdsaCycle | None = start
        while cycle is not None and cycle.id not in found:
            way.append(cycle)
            cycle = by_id[cycle.follows] if cycle.follows is not None else None
        for cycle in reversed(way):
            before, well = found[cycle.follows] if cycle.follows is not None else (0, True)
            mine = passed.get(cycle.id)
            found[cycle.id] = (before, well) if mine is None else (before + 1, well and mine)
    followers = followers_of(theory)
    return [found[c.id] for c in theory.cycles if c.follows is not None and c.id not in followers]


_KNUDSEN_FOUND = (
    "of 72 published projects that Knudsen et al. (2019) judged, 3 (4 %) met the four features they checked"
)
