"""A part of a theory: what a team works on, what lies below it, and the way up to the aims."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from driverkit.model.nodes import Aim, Cause, ChangeIdea, Driver, Measure
from driverkit.model.records import Revision, Team
from driverkit.model.theory import Theory

__all__ = ["taken_out"]

_BOXES = (Aim, Driver, ChangeIdea)


def taken_out(theory: Theory, of: Iterable[str]) -> Theory:
    """See `driverkit.Theory.part`."""
    boxes, measures, causes = _named(theory, of)
    down: dict[str, list[str]] = {}
    for link in theory.links:
        down.setdefault(link.effect, []).append(link.cause)
    boxes |= _reached(boxes, lambda id: down.get(id, ()))
    boxes |= _reached(boxes, theory.parents)
    if len(theory.aims) > 1 and any(
        isinstance(node, Driver) and node.level in (None, 1) and not node.contributes_to
        for node in theory.nodes
        if node.id in boxes
    ):
        # Such a driver contributes to nothing; beside one aim alone it would begin to.
        boxes |= {aim.id for aim in theory.aims}
    measures |= {m.id for m in theory.measures if boxes.intersection(m.of)}
    measures |= {aim.measure for aim in theory.aims if aim.id in boxes and aim.measure is not None}
    causes |= {id for driver in theory.drivers if driver.id in boxes for id in driver.addresses}
    kept = {*boxes, *measures, *causes}
    cycles = {cycle.id for cycle in theory.cycles if cycle.change in boxes}
    evidence = {one.id for one in theory.evidence if all(end in kept for end in one.about.split(" -> "))}
    teams = {team.id for team in theory.teams if not team.works_on or kept.intersection(team.works_on)}
    advice = {one.id for one in theory.recommendations if not one.about or kept.intersection(one.about)}
    kept |= {*cycles, *evidence, *teams, *advice}
    problem = theory.problem
    if problem is not None:
        problem = attrs.evolve(problem, causes=tuple(c for c in problem.causes if c.id in causes))

    def note(revision: Revision) -> Revision:
        return attrs.evolve(revision, because_of=_of(kept, revision.because_of))

    origin = theory.origin
    return attrs.evolve(
        theory,
        aims=_of_ids(boxes, theory.aims),
        drivers=_of_ids(boxes, theory.drivers),
        change_ideas=_of_ids(boxes, theory.change_ideas),
        measures=tuple(attrs.evolve(m, of=_of(kept, m.of)) for m in _of_ids(measures, theory.measures)),
        cycles=tuple(
            attrs.evolve(
                cycle,
                follows=cycle.follows if cycle.follows in cycles else None,
                adapted_from=cycle.adapted_from
                if cycle.adapted_from in cycles or "/" in (cycle.adapted_from or "")
                else None,
            )
            for cycle in _of_ids(cycles, theory.cycles)
        ),
        evidence=_of_ids(evidence, theory.evidence),
        problem=problem,
        teams=tuple(attrs.evolve(t, works_on=_of(kept, t.works_on)) for t in _of_ids(teams, theory.teams)),
        recommendations=tuple(
            attrs.evolve(one, about=_of(kept, one.about)) for one in _of_ids(advice, theory.recommendations)
        ),
        revisions=tuple(note(one) for one in theory.revisions),
        revision=note(theory.revision) if theory.revision is not None else None,
        # A part is no whole file, so a save must not take it for one.
        origin=attrs.evolve(origin, digest="") if origin is not None else None,
    )


def _named(theory: Theory, of: Iterable[str]) -> tuple[set[str], set[str], set[str]]:
    """The boxes, measures and causes that some ids name; a team names what it works on."""
    boxes: set[str] = set()
    measures: set[str] = set()
    causes: set[str] = set()
    for id in of:
        item = theory.node(id)
        for one in item.works_on if isinstance(item, Team) else (id,):
            named: Any = theory.node(one)
            if isinstance(named, _BOXES):
                boxes.add(one)
            elif isinstance(named, Measure):
                measures.add(one)
                boxes |= {id for id in named.of if isinstance(theory.node(id), _BOXES)}
            elif isinstance(named, Cause):
                causes.add(one)
                boxes |= {driver.id for driver in theory.drivers if one in driver.addresses}
            else:
                about: Any = getattr(named, "change", None) or getattr(named, "about", ())
                ends = about.split(" -> ") if isinstance(about, str) else about
                boxes |= {id for id in ends if isinstance(theory.node(id), _BOXES)}
    return boxes, measures, causes


def _reached(start: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    met = set(start)
    stack = list(met)
    while stack:
        more = [id for id in onward(stack.pop()) if id not in met]
        met.update(more)
        stack.extend(more)
    return met


def _of(kept: set[str], ids: tuple[str, ...]) -> tuple[str, ...]:
    """Those ids that are kept, and those of other files."""
    return tuple(id for id in ids if id in kept or "/" in id)


def _of_ids(kept: set[str], items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(item for item in items if item.id in kept)
