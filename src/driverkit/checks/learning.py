"""Predictions and audit: is anything learned from what did not come about, and is it counted honestly?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence import (
    adaptations,
    all_predictions,
    cycles_of,
    idea_status,
    latest_decision,
    tallies,
    tally,
    was_done,
    was_studied,
    wrong_predictions,
)
from driverkit.evidence.audit import data_over_time
from driverkit.evidence.words import listed, plural, quoted
from driverkit.model import Theory

_learning_rule = partial(rule, family="predictions and audit")

MANY = 10
"""From how many judged predictions on it is told that all of them held; the number is ours."""

FEW = 3
"""How many judged predictions it takes to speak of most of them; the number is ours."""


@_learning_rule(
    "PRD01",
    "nothing-learned",
    severity="warning",
    summary="A prediction that was refuted teaches something, and it is written down.",
    source=f"{sources.LANGLEY}; {sources.TAYLOR}",
)
def nothing_learned(theory: Theory) -> Iterator[Said]:
    """Refuted, and Study is silent; where only the decision is missing, CYC09 says so."""
    for cycle in dict.fromkeys(w.cycle.id for w in wrong_predictions(theory) if w.result == "refuted"):
        one = theory.node(cycle)
        if one.study is None or one.study.learned is None:
            decided = one.act is not None and one.act.decision is not None
            yield Said(
                one.id,
                f"{quoted(one)} of {quoted(theory.node(one.change))} refuted a prediction, and nothing was learned"
                f"{'' if decided else ' or decided'}",
                "write as 'learned' of its Study what you would predict now, and why",
            )


@_learning_rule(
    "PRD02",
    "everything-confirmed",
    severity="info",
    summary="Not every prediction comes about, or little is learned.",
    source=f"{sources.LANGLEY}: tests are there to learn from what was not expected; the number of {MANY} is ours",
)
def everything_confirmed(theory: Theory) -> Iterator[Said]:
    """Ten or more judged predictions, and all of them held."""
    found = tally(all_predictions(theory))
    if found.judged >= MANY and found.confirmed == found.judged:
        yield Said(
            None,
            f"all of {found.judged:,} judged predictions held",
            "predict more boldly, test under harder conditions, and look again at how results are judged",
        )


@_learning_rule(
    "PRD03",
    "result-without-found",
    severity="info",
    summary="A result says what was found.",
    source=f"{sources.TAYLOR}: documentation",
)
def result_without_found(theory: Theory) -> Iterator[Said]:
    """Confirmed, mixed or refuted, and nothing to see it by."""
    for cycle in theory.cycles:
        silent = [p for p in cycle.predictions if p.result is not None and p.found is None]
        if silent:
            yield Said(
                cycle.id,
                f"{quoted(cycle)} of {quoted(theory.node(cycle.change))} calls {plural(len(silent), 'prediction')} "
                f"{listed(dict.fromkeys(p.result for p in silent))} without saying what was found",
                "write the number or what was seen as 'found'",
            )


@_learning_rule(
    "PRD04",
    "undated-prediction",
    severity="info",
    summary="Dates tell that a prediction was written before Do.",
    source=f"{sources.TAYLOR}; {sources.LANGLEY}",
)
def undated_prediction(theory: Theory) -> Iterator[Said]:
    """Carried out or judged, and a date is missing; it is counted as a prediction all the same."""
    undated: dict[str, int] = {}
    for record in all_predictions(theory):
        if record.undated and (
            was_done(record.cycle) or was_studied(record.cycle) or record.prediction.result is not None
        ):
            undated[record.cycle.id] = undated.get(record.cycle.id, 0) + 1
    for id, count in undated.items():
        cycle = theory.node(id)
        yield Said(
            id,
            f"{quoted(cycle)} of {quoted(theory.node(cycle.change))} has {plural(count, 'prediction')} of which no date "
            f"tells whether {'it was' if count == 1 else 'they were'} written before Do",
            "date its Plan and its Do",
        )


@_learning_rule(
    "PRD05",
    "adopted-though-refuted",
    severity="warning",
    summary="What is adopted did what was predicted of it.",
    source=f"{sources.LANGLEY}; {sources.OURS}: most of its judged predictions were refuted",
)
def adopted_though_refuted(theory: Theory) -> Iterator[Said]:
    """Adopted, and more than half of its judged predictions were refuted."""
    counted = tallies(theory, "idea")
    for idea in theory.change_ideas:
        found = counted[idea.id]
        if found.refuted * 2 > found.judged and idea_status(theory, idea.id).status == "adopted":
            yield Said(
                idea.id,
                f"{quoted(idea)} is adopted, while {found.refuted:,} of {plural(found.judged, 'judged prediction')} "
                f"{'was' if found.refuted == 1 else 'were'} refuted",
                "say in the theory what it is kept for, or test what you now expect of it",
            )


@_learning_rule(
    "PRD06",
    "strong-though-refuted",
    severity="warning",
    summary="A link is not called strong against what tests of its cause found.",
    source=f"{sources.OURS}: more than half of {FEW} or more judged predictions were refuted; a link is a hypothesis",
)
def strong_though_refuted(theory: Theory) -> Iterator[Said]:
    """Called strong, and most predictions at or below its cause were refuted."""
    counted = None
    for link in theory.links:
        if link.strength != "strong":
            continue
        counted = tallies(theory, "link") if counted is None else counted
        found = counted[link.id]
        if found.judged >= FEW and found.refuted * 2 > found.judged:
            yield Said(
                link.cause,
                f"the link from {quoted(theory.node(link.cause))} to {quoted(theory.node(link.effect))} is called strong, "
                f"while {found.refuted:,} of {plural(found.judged, 'judged prediction')} at or below its cause were refuted",
                "call it weaker, or say as 'only_where' where it does hold",
            )


@_learning_rule(
    "PRD07",
    "adapted-without-difference",
    severity="info",
    summary="A cycle that adapts another one says what is different.",
    source=f"{sources.MTEP}; {sources.COBB}: what matters is how a change is adapted to its context",
)
def adapted_without_difference(theory: Theory) -> Iterator[Said]:
    """No other place, team or conditions than its source; or neither place nor conditions, where that is elsewhere."""
    for one in adaptations(theory):
        cycle = one.cycle
        if one.source is not None:
            silent = not {"site", "team", "conditions"} & {*one.differs}
        else:
            silent = cycle.site is None and cycle.conditions is None
        if silent:
            yield Said(
                cycle.id,
                f"{quoted(cycle)} of {quoted(theory.node(cycle.change))} adapts {one.adapted_from} and does not say what "
                "is different",
                "give its site and its conditions",
            )


@_learning_rule(
    "PRD08",
    "tested-without-data-over-time",
    severity="info",
    profiles=("ihi", "strict"),
    summary="A test lies within a series: a measure at or above the idea has data before and after it.",
    source=f"{sources.TAYLOR}; {sources.KNUDSEN}",
)
def tested_without_data_over_time(theory: Theory) -> Iterator[Said]:
    """By the PDSA audit; of adopted ideas CYC15 tells, and a series that cannot be read is no finding."""
    judge = data_over_time().judge
    for id, cycles in cycles_of(theory).items():
        studied = [cycle for cycle in cycles if was_studied(cycle)]
        if not studied or idea_status(theory, id).status in ("adopted", "abandoned"):
            continue
        if all(judge(theory, cycle).answer is False for cycle in studied):
            yield Said(
                id,
                f"{quoted(theory.node(id))} was tested in {plural(len(studied), 'cycle')}, and no measure at or above it has "
                "a series around the tests",
                "take one measure of its driver week by week, from before the next test on",
            )


@_learning_rule(
    "PRD09",
    "sites-decide-differently",
    severity="info",
    summary="Where one site adopts a change and another abandons it, the theory says where it holds.",
    source=f"{sources.COBB}; {sources.MTEP}: a change works under conditions. The latest decision speaks for the idea as a "
    "whole (coverage, next tests), and would hide the other",
)
def sites_decide_differently(theory: Theory) -> Iterator[Said]:
    """The latest decision of each site; nothing where the idea says its status itself, or a link of it has a condition."""
    conditional = {link.cause for link in theory.links if link.only_where is not None or link.fails_at}
    for id, cycles in cycles_of(theory).items():
        idea = theory.node(id)
        if getattr(idea, "status", None) is not None or id in conditional:
            continue
        decided: dict[str, list[str]] = {"adopt": [], "abandon": []}
        for site in dict.fromkeys(cycle.site for cycle in cycles if cycle.site is not None):
            last = latest_decision([cycle for cycle in cycles if cycle.site == site])
            decision = last.act.decision if last is not None and last.act is not None else None
            if decision in decided:
                decided[decision].append(site)
        if decided["adopt"] and decided["abandon"]:
            yield Said(
                id,
                f"{quoted(idea)} was adopted at {listed(map(quoted, decided['adopt']))} and abandoned at "
                f"{listed(map(quoted, decided['abandon']))}",
                "say on its link under which condition it holds (only_where, fails_at), or its status",
            )
