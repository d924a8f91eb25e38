"""Root causes: whether what is wrong and what must change fit together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence.causes import cause_covers, drivers_without_cause
from driverkit.evidence.words import listed, plural, quoted
from driverkit.model import Theory

_causes_rule = partial(rule, family="causes", severity="info", gap=True)


@_causes_rule(
    "CAU01",
    "driver-addresses-no-cause",
    summary="Every driver addresses a cause of the problem, itself or through drivers below or above it.",
    source=f"{sources.OURS}: a driver that answers no cause that was found may be a hobby horse, or the fishbone lacks a bone.",
)
def driver_addresses_no_cause(theory: Theory) -> Iterator[Said]:
    """Said only where drivers address causes at all, and of a whole branch once, at its top."""
    without = drivers_without_cause(theory)
    if len(without) == len(theory.drivers):
        return
    lost = {driver.id for driver in without}
    for driver in without:
        if not any(id in lost for id in theory.parents(driver.id)):
            yield Said(
                driver.id,
                f"{quoted(driver)} addresses no cause of the problem, and neither does a driver below it",
                "say in 'addresses' which cause it answers, or add the cause that is missing from the fishbone",
            )


@_causes_rule(
    "CAU02",
    "cause-without-test",
    summary="Below the drivers that address a cause, a change idea has been tested.",
    source=f"{sources.OURS}: a cause is answered on paper until a test below its drivers has reached Study.",
)
def cause_without_test(theory: Theory) -> Iterator[Said]:
    """Said only where something has been tested: in a new theory it would be said of every cause."""
    covers = [cover for cover in cause_covers(theory) if cover.addressed]
    if not any(cover.tested for cover in covers):
        return
    for cover in covers:
        if not cover.tested:
            drivers = [quoted(theory.node(id)) for id in cover.drivers]
            ideas = plural(cover.ideas, "change idea") if cover.ideas else "no change idea"
            yield Said(
                cover.cause,
                f"the cause {quoted(theory.node(cover.cause))} is addressed by {listed(drivers, 2)}, with {ideas} "
                f"below, and nothing has been tested there",
                "test one idea below on a small scale" if cover.ideas else "think of a first idea to test",
            )


@_causes_rule(
    "CAU03",
    "causes-without-problem",
    summary="Where there are causes, the problem is written down.",
    source=f"{sources.OURS}: a fishbone without a head does not say what its bones are the causes of.",
)
def causes_without_problem(theory: Theory) -> Iterator[Said]:
    """A fishbone needs its head."""
    if theory.causes and (theory.problem is None or theory.problem.text is None):
        yield Said(
            None,
            f"{plural(len(theory.causes), 'cause')} and no problem",
            "write down as 'text' of the problem what they are the causes of",
        )


@_causes_rule(
    "CAU04",
    "problem-without-causes",
    summary="Where the problem is written down, so are causes.",
    source=f"{sources.OURS}: drivers that answer no cause are found by guessing.",
)
def problem_without_causes(theory: Theory) -> Iterator[Said]:
    """A problem from which the theory jumps to solutions."""
    if theory.problem is not None and theory.problem.text is not None and not theory.causes:
        yield Said(
            None,
            f"the problem {quoted(theory.problem.text)} has no causes",
            "ask why it happens, and write the answers down as its causes",
        )
