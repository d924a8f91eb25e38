"""A network of sites whose tests and series are drawn at random around truths that are known.

What an analysis says of it can then be held against what is so: it must find what was planted and
must not claim what was not.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from attrs import frozen

import driverkit as dk

EFFECT = 0.25
HARM = -0.12
BASE = 0.40
MONTHS = 36
BEGINS = (2021, 1)
COACHED = ("North", "East", "Hill", "Lake")
OTHERS = ("South", "West", "Vale", "Moor")
SITES = COACHED + OTHERS
GROUPS = {"A": 0.75, "B": 0.25}
CONDITION = "there is a coach"


@frozen
class Truth:
    """What one change idea really does.

    Attributes:
        idea: its id.
        kind: ``works`` everywhere, ``coached`` works only where there is a coach, ``nothing``, or
            ``harms`` one group while it helps the other.
        driver: the driver that it is meant to move; its measure is ``M-`` and that id.
        begins: for each site that took it up for good, the first month in which it is in use there.
    """

    idea: str
    kind: str
    driver: str
    begins: Mapping[str, int]

    def effect(self, site: str, group: str, month: int) -> float:
        """By how much the share of good outcomes is moved, there and then."""
        start = self.begins.get(site)
        if start is None or month < start:
            return 0.0
        return self.of(site, group)

    def of(self, site: str, group: str) -> float:
        """By how much it is moved where the idea is in use."""
        if self.kind == "works" or (self.kind == "coached" and site in COACHED):
            return EFFECT
        if self.kind == "harms":
            return EFFECT if group == "A" else HARM
        return 0.0


@frozen
class Planted:
    """A theory with its records, and the truths behind them."""

    theory: dk.Theory
    truths: tuple[Truth, ...]

    def of_kind(self, kind: str) -> tuple[Truth, ...]:
        return tuple(truth for truth in self.truths if truth.kind == kind)


def first_day(month: int) -> dt.date:
    years, rest = divmod(BEGINS[1] - 1 + month, 12)
    return dt.date(BEGINS[0] + years, rest + 1, 1)


def planted(seed: int = 0) -> Planted:
    """One such network; the same for the same seed."""
    chance = random.Random(seed)
    kinds = ("works", "works", "coached", "coached", "nothing", "harms")
    truths: list[Truth] = []
    for number, kind in enumerate(kinds, 1):
        driver = f"S{number}"
        truths.append(Truth(f"C{number}", kind, driver, {site: chance.randrange(14, 22) for site in SITES}))
        # Beside each a decoy that is tested in the same way and does nothing.
        truths.append(Truth(f"D{number}", "nothing", driver, {}))
    drivers = [dk.Driver(f"P{n}", f"Condition {n}", contributes_to=["A1"]) for n in (1, 2, 3)]
    drivers += [
        dk.Driver(f"S{n}", f"Part {n}", contributes_to=[f"P{(n + 1) // 2}"]) for n in range(1, len(kinds) + 1)
    ]
    ideas = [
        dk.ChangeIdea(
            truth.idea,
            f"Way {truth.idea}",
            contributes_to=[
                {"to": truth.driver, "only_where": CONDITION if truth.kind == "coached" else None}
            ],
        )
        for truth in truths
    ]
    theory = dk.Theory(
        "A network with planted truths",
        aims=[dk.Aim("A1", "More good outcomes", measure="M-A1")],
        drivers=drivers,
        change_ideas=ideas,
        measures=[_measure(chance, truths, driver) for driver in ("A1", *(f"S{n}" for n in range(1, 7)))],
        cycles=[cycle for truth in truths for site in SITES for cycle in _ramp(chance, truth, site)],
        teams=[dk.Team(site.lower(), f"Team {site}", works_on=[t.idea for t in truths]) for site in SITES],
    )
    return Planted(theory, tuple(truths))


def _ramp(chance: random.Random, truth: Truth, site: str) -> list[dk.PdsaCycle]:
    start = truth.begins.get(site, chance.randrange(14, 22))
    cycles: list[dk.PdsaCycle] = []
    for step, scale in enumerate((5, 20, 60)):
        day = first_day(start - 6 + 2 * step)
        hits = sum(
            chance.random() < BASE + truth.of(site, "A" if chance.random() < GROUPS["A"] else "B")
            for _ in range(scale)
        )
        # Expected is half of what a working change brings: the bar lies between nothing and all of it.
        least = round((BASE + EFFECT / 2) * scale)
        result = (
            "confirmed" if hits >= least else "mixed" if hits > BASE * scale + 0.08 * scale else "refuted"
        )
        cycles.append(
            dk.PdsaCycle(
                f"T-{truth.idea}-{site}-{step + 1}",
                truth.idea,
                team=site.lower(),
                site=site,
                scale=scale,
                conditions="with a coach" if site in COACHED else "without a coach",
                follows=cycles[-1].id if cycles else None,
                plan={"date": day, "objective": f"does it help with {scale}"},
                predictions=[
                    {
                        "question": "how many do well",
                        "prediction": f"at least {least} of {scale}",
                        "found": f"{hits} of {scale}",
                        "result": result,
                    }
                ],
                do={"date": day + dt.timedelta(days=7), "observed": "carried out", "as_planned": True},
                study={"date": day + dt.timedelta(days=21), "learned": f"{hits} of {scale} did well"},
                act={"date": day + dt.timedelta(days=22), "decision": "adapt", "next": "a larger test"},
            )
        )
    return cycles


def _measure(chance: random.Random, truths: list[Truth], of: str) -> dk.Measure:
    mine = [t for t in truths if t.driver == of]
    rows = []
    for month in range(MONTHS):
        for site in SITES:
            for group, share in GROUPS.items():
                people = round(120 * share) + chance.randrange(-8, 9)
                if of == "A1":  # the outcome moves by the mean of what its drivers do
                    moved = sum(t.effect(site, group, month) for t in truths) / 6
                else:
                    moved = sum(t.effect(site, group, month) for t in mine)
                good = sum(chance.random() < BASE + moved for _ in range(people))
                rows.append(
                    dk.Observation(first_day(month), None, good, people, site=site, strata={"group": group})
                )
    return dk.Measure(
        f"M-{of}",
        f"Good outcomes in {of}",
        of=[of],
        role="outcome" if of == "A1" else "process",
        timing="lagging" if of == "A1" else "leading",
        unit="%",
        direction="increase",
        strata=["group"],
        data=rows,
    )
