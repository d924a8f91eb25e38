"""Cycles: is it a test, with a prediction before it and a decision after it?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence import (
    cycles_of,
    idea_status,
    latest_decision,
    measures_of,
    predicted_in_time,
    series_length,
    was_done,
    was_studied,
)
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import aims_reached_by, drivers_moved_by
from driverkit.model import Act, PdsaCycle, Prediction, Theory
from driverkit.model.values import did_you_mean

_cycle_rule = partial(rule, family="cycles")


def _of_what(theory: Theory, cycle: PdsaCycle) -> str:
    return f"{quoted(cycle)} of {quoted(theory.node(cycle.change))}"


def _late(cycle: PdsaCycle) -> list[Prediction]:
    """The predictions that were written after Do."""
    return [p for p in cycle.predictions if p.prediction is not None and predicted_in_time(cycle, p) is False]


def _decision(cycle: PdsaCycle) -> str | None:
    return cycle.act.decision if cycle.act is not None else None


@_cycle_rule(
    "CYC01",
    "cycle-without-prediction",
    severity="warning",
    summary="Every cycle has a prediction.",
    source=f"{sources.TAYLOR}; {sources.LANGLEY}",
)
def cycle_without_prediction(theory: Theory) -> Iterator[Said]:
    """No question at all; a question without an answer is told by CYC02."""
    for cycle in theory.cycles:
        if not cycle.predictions:
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} has no prediction",
                "say what was expected, marked as written afterwards"
                if was_done(cycle)
                else "write down before Do what you expect to find",
            )


@_cycle_rule(
    "CYC02",
    "question-without-prediction",
    severity="warning",
    summary="Every question of a cycle has a prediction.",
    source=sources.LANGLEY,
)
def question_without_prediction(theory: Theory) -> Iterator[Said]:
    """Asked, but nothing expected."""
    for cycle in theory.cycles:
        for number, prediction in enumerate(cycle.predictions, 1):
            if prediction.prediction is None:
                asked = quoted(prediction.question) if prediction.question else f"number {number}"
                yield Said(
                    cycle.id,
                    f"{_of_what(theory, cycle)} asks {asked} without a prediction",
                    "write down what you expect",
                )


@_cycle_rule(
    "CYC03",
    "prediction-after-do",
    severity="warning",
    summary="A prediction is written before Do; a later one is not counted as one.",
    source=f"{sources.TAYLOR}; {sources.LANGLEY}",
)
def prediction_after_do(theory: Theory) -> Iterator[Said]:
    """By the date of the prediction, or of the plan."""
    for cycle in theory.cycles:
        late = _late(cycle)
        if late:
            written = late[0].date or (cycle.plan.date if cycle.plan else None)
            count = "its prediction" if len(cycle.predictions) == 1 else plural(len(late), "prediction")
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} has {count} dated {written}, after it was carried out",
                "correct the date, or do not count it as predicted",
            )


@_cycle_rule(
    "CYC04",
    "dates-out-of-order",
    severity="warning",
    summary="Plan, Do, Study and Act are dated in this order.",
    source=sources.LANGLEY,
)
def dates_out_of_order(theory: Theory) -> Iterator[Said]:
    """The first two that contradict each other."""
    for cycle in theory.cycles:
        steps = [
            (name, step.date)
            for name, step in (
                ("Plan", cycle.plan),
                ("Do", cycle.do),
                ("Study", cycle.study),
                ("Act", cycle.act),
            )
            # Where predictions are late, CYC03 has told of it.
            if step is not None and step.date is not None and not (name == "Plan" and _late(cycle))
        ]
        for (name, day), (after, then) in pairwise(steps):
            if then < day:
                yield Said(
                    cycle.id,
                    f"{_of_what(theory, cycle)} has its {after} on {then.isoformat()}, before its {name} "
                    f"on {day.isoformat()}",
                    "correct the dates",
                )
                break


@_cycle_rule(
    "CYC05",
    "study-without-do",
    severity="warning",
    summary="What is studied or decided on has been carried out.",
    source=sources.LANGLEY,
)
def study_without_do(theory: Theory) -> Iterator[Said]:
    """Study, or a decision, with nothing done."""
    for cycle in theory.cycles:
        if not was_done(cycle) and (was_studied(cycle) or _decision(cycle) in ("adopt", "expand")):
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} has {'a Study' if was_studied(cycle) else 'a decision'} but no Do",
                "write down what was done, and when",
            )


@_cycle_rule(
    "CYC06",
    "scale-does-not-rise",
    severity="info",
    summary="The scale rises over a ramp.",
    source=f"{sources.TAYLOR}; {sources.LANGLEY}",
)
def scale_does_not_rise(theory: Theory) -> Iterator[Said]:
    """Compared with the cycle before it; after a setback a smaller test is right."""
    index = theory.index
    for cycle in theory.cycles:
        before = index.get(cycle.follows or "")
        if (
            isinstance(before, PdsaCycle)
            and cycle.scale is not None
            and before.scale is not None
            and cycle.scale <= before.scale
            and not any(p.result == "refuted" for p in before.predictions)
        ):
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} is a test with {cycle.scale:,}, after {before.scale:,} in {before.id}",
                "make the next test larger, or say what else it adds (a place, a shift, other people)",
            )


@_cycle_rule(
    "CYC07",
    "single-cycle",
    severity="info",
    summary="An idea is tested in more than one cycle.",
    source=f"{sources.TAYLOR}; {sources.KNUDSEN}",
)
def single_cycle(theory: Theory) -> Iterator[Said]:
    """One test, and no other planned."""
    for idea in theory.change_ideas:
        cycles = cycles_of(theory).get(idea.id, ())
        if len(cycles) == 1 and was_done(cycles[0]) and idea_status(theory, idea.id).status != "abandoned":
            yield Said(
                idea.id,
                f"{quoted(idea)} rests on one cycle, {cycles[0].id}",
                "plan the next one, under other conditions or at a larger scale",
            )


@_cycle_rule(
    "CYC08",
    "act-without-next",
    severity="info",
    summary="Act says what comes next.",
    source=sources.LANGLEY,
)
def act_without_next(theory: Theory) -> Iterator[Said]:
    """A cycle that is followed by another has said it that way."""
    followed = {cycle.follows for cycle in theory.cycles}
    for cycle in theory.cycles:
        act = cycle.act
        if act is None or act == Act() or act.next is not None or act.decision == "abandon":
            continue
        if cycle.id not in followed:
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} does not say what comes next",
                "write the next step as 'next' of its Act",
            )


@_cycle_rule(
    "CYC09",
    "study-without-act",
    severity="info",
    summary="What was studied leads to a decision.",
    source=sources.LANGLEY,
)
def study_without_act(theory: Theory) -> Iterator[Said]:
    """Learned, but nothing decided."""
    for cycle in theory.cycles:
        if was_studied(cycle) and _decision(cycle) is None:
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} was studied, but nothing was decided",
                "decide: adopt, adapt, expand or abandon",
            )


@_cycle_rule(
    "CYC10",
    "adopted-without-study",
    severity="warning",
    summary="Nothing is adopted without a Study; such a cycle does not count as a test.",
    source=f"{sources.LANGLEY}; {sources.TAYLOR}",
)
def adopted_without_study(theory: Theory) -> Iterator[Said]:
    """Adopted or expanded before anybody compared."""
    for cycle in theory.cycles:
        if _decision(cycle) in ("adopt", "expand") and not was_studied(cycle):
            done = "adopted" if _decision(cycle) == "adopt" else "expanded"
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} led to its being {done} without a Study",
                "compare what was found with what was predicted, and write it down",
            )


@_cycle_rule(
    "CYC11",
    "do-without-study",
    severity="info",
    summary="What was carried out is studied.",
    source=f"{sources.LANGLEY}; {sources.TAYLOR}",
)
def do_without_study(theory: Theory) -> Iterator[Said]:
    """Where it was adopted all the same, CYC10 says so."""
    for cycle in theory.cycles:
        if was_done(cycle) and not was_studied(cycle) and _decision(cycle) not in ("adopt", "expand"):
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} was carried out but not studied",
                "compare what was found with what was predicted",
            )


@_cycle_rule(
    "CYC12",
    "prediction-without-result",
    severity="info",
    summary="After Study every prediction has a result.",
    source=sources.LANGLEY,
)
def prediction_without_result(theory: Theory) -> Iterator[Said]:
    """Confirmed, mixed or refuted."""
    for cycle in theory.cycles:
        if not was_studied(cycle):
            continue
        open_ = [p for p in cycle.predictions if p.prediction is not None and p.result is None]
        if open_:
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} was studied, but {plural(len(open_), 'prediction')} of it "
                f"{'has' if len(open_) == 1 else 'have'} no result",
                "say whether each was confirmed, mixed or refuted",
            )


@_cycle_rule(
    "CYC13",
    "unknown-team",
    severity="info",
    summary="The team of a cycle is one of the teams of the theory, where it has some.",
    source=f"{sources.OURS}: what a team learned is counted under its id.",
)
def unknown_team(theory: Theory) -> Iterator[Said]:
    """Neither the id nor the name of a team."""
    if not theory.teams:
        return
    known = {name for team in theory.teams for name in (team.id, team.name) if name is not None}
    for cycle in theory.cycles:
        if cycle.team is not None and cycle.team not in known:
            hint = did_you_mean(cycle.team, known).strip().removeprefix("Did you mean ").rstrip("?")
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} names the team {quoted(cycle.team)}, which is not among the teams",
                f"write {hint} if that is meant, or add the team"
                if hint
                else "add the team, or name one that is there",
            )


@_cycle_rule(
    "CYC14",
    "status-against-decision",
    severity="error",
    summary="The status of an idea does not contradict its latest decision.",
    source=f"{sources.OURS}: one of the two is out of date.",
)
def status_against_decision(theory: Theory) -> Iterator[Said]:
    """Called adopted, last abandoned; or the other way round."""
    against = {("adopted", "abandon"), ("abandoned", "adopt"), ("abandoned", "expand")}
    for idea in theory.change_ideas:
        last = latest_decision(cycles_of(theory).get(idea.id, ()))
        decision = _decision(last) if last is not None else None
        if last is not None and (idea.status, decision) in against:
            yield Said(
                idea.id,
                f"{quoted(idea)} is called {idea.status}, while its latest decision, in {last.id}, was to {decision} it",
                "bring the two together",
            )


@_cycle_rule(
    "CYC15",
    "adopted-without-data-over-time",
    severity="info",
    summary="An adopted change is followed by a measure with a series.",
    source=f"{sources.TAYLOR}; {sources.KNUDSEN}",
)
def adopted_without_data_over_time(theory: Theory) -> Iterator[Said]:
    """A series in a file of its own counts."""
    measures = measures_of(theory)
    for idea in theory.change_ideas:
        if idea_status(theory, idea.id).status != "adopted":
            continue
        moved = [idea.id, *(d.id for d in drivers_moved_by(theory, idea.id))]
        moved += [aim.id for aim in aims_reached_by(theory, idea.id)]
        lengths = [series_length(m) for id in moved for m in measures.get(id, ())]
        if not any(length is None or length > 1 for length in lengths):
            yield Said(
                idea.id,
                f"{quoted(idea)} is adopted, and nothing that it moves has data over time",
                "take one measure of its driver week by week",
            )


@_cycle_rule(
    "CYC16",
    "result-in-the-future",
    severity="error",
    needs="today",
    summary="What has been done, studied or decided is not dated in the future.",
    source=f"{sources.OURS}: a slip in the year.",
)
def result_in_the_future(theory: Theory, today: dt.date) -> Iterator[Said]:
    """Only where today is handed in: the answer never depends on the clock."""
    for cycle in theory.cycles:
        for name, step in (("Do", cycle.do), ("Study", cycle.study), ("Act", cycle.act)):
            words = step is not None and step.date is not None and step != type(step)(date=step.date)
            if words and step is not None and step.date is not None and step.date > today:
                yield Said(
                    cycle.id,
                    f"{_of_what(theory, cycle)} tells of its {name} on {step.date.isoformat()}, which is yet to come",
                    "correct the date",
                )
                break


@_cycle_rule(
    "CYC17",
    "ramp-out-of-order",
    severity="warning",
    summary="A cycle is carried out after the one that it follows, and tests the same idea.",
    source=f"{sources.OURS}: a ramp is one idea, tested again with what was learned.",
)
def ramp_out_of_order(theory: Theory) -> Iterator[Said]:
    """Before its predecessor, or of another idea."""
    index = theory.index
    for cycle in theory.cycles:
        before = index.get(cycle.follows or "")
        if not isinstance(before, PdsaCycle):
            continue
        mine, other = (c.do.date if c.do is not None else None for c in (cycle, before))
        if mine is not None and other is not None and mine < other:
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} follows {before.id} but was carried out before it",
                "correct the dates, or what it follows",
            )
        elif cycle.change != before.change:
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} follows {before.id}, which tests {quoted(theory.node(before.change))}",
                "if it takes over what was learned there, write 'adapted_from'",
                severity="info",
            )


@_cycle_rule(
    "CYC18",
    "first-test-is-large",
    severity="info",
    profiles=("ihi", "strict"),
    summary="A first test is small.",
    source=f"{sources.TAYLOR}; {sources.LANGLEY}",
)
def first_test_is_large(theory: Theory) -> Iterator[Said]:
    """With more than twenty people, classes or records; the number is ours."""
    for cycles in cycles_of(theory).values():
        first = cycles[0]
        if first.follows is None and first.adapted_from is None and (first.scale or 0) > 20:
            yield Said(
                first.id,
                f"{_of_what(theory, first)} is a first test with {first.scale:,}",
                "begin with one or two, so that failing costs little",
            )


@_cycle_rule(
    "CYC19",
    "site-not-named",
    severity="info",
    profiles=("strict",),
    summary="A cycle says where and under which conditions it was carried out.",
    source=f"{sources.TAYLOR}: documentation",
)
def site_not_named(theory: Theory) -> Iterator[Said]:
    """Belief rises with other places and conditions, so both are told."""
    for cycle in theory.cycles:
        missing = [
            word for word, held in (("site", cycle.site), ("conditions", cycle.conditions)) if held is None
        ]
        if was_done(cycle) and missing:
            yield Said(
                cycle.id,
                f"{_of_what(theory, cycle)} does not give its {listed(missing)}",
                "add it while somebody remembers",
            )
