"""Measures in a column of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from driverkit.diagram.columns import Link, Plan
from driverkit.diagram.overlay import Reading
from driverkit.model import Link as Hypothesis

__all__ = ["in_a_column", "of_its_own"]


def in_a_column(plan: Plan, theory: Any) -> Plan:
    """The plan with a last column of the measures of the nodes that are drawn; the same one where there is none."""
    index = {node.id: i for i, node in enumerate(plan.nodes)}
    pairs: list[tuple[Any, list[int]]] = []
    named: dict[str, list[int]] = {}
    for aim in theory.aims:
        if aim.measure is not None and aim.id in index:
            named.setdefault(aim.measure, []).append(index[aim.id])
    for measure in theory.measures:
        of = [index[id] for id in measure.of if id in index]
        of += named.get(measure.id, [])
        if of:
            pairs.append((measure, list(dict.fromkeys(of))))
    if not pairs:
        return plan
    start, column = len(plan.nodes), len(plan.rows)
    links = tuple(
        Link(start + i, effect, Hypothesis(measure.id, plan.nodes[effect].id), measures=True)
        for i, (measure, of) in enumerate(pairs)
        for effect in of
    )
    last = max(plan.file, default=0.0)
    return attrs.evolve(
        plan,
        nodes=(*plan.nodes, *(measure for measure, _ in pairs)),
        roles=(*plan.roles, *("measure" for _ in pairs)),
        column=(*plan.column, *(column for _ in pairs)),
        rows=(*plan.rows, tuple(range(start, start + len(pairs)))),
        column_roles=(*plan.column_roles, "measure"),
        headings=(*plan.headings, "Measures"),
        links=(*plan.links, *links),
        file=(*plan.file, *(last + 1 + i for i in range(len(pairs)))),
    )


def of_its_own(readings: Mapping[str, tuple[Reading, ...]]) -> dict[str, tuple[Reading, ...]]:
    """For the id of each measure its row, which names its role: its name stands above it already."""
    return {
        one.measure: (attrs.evolve(one, name=(one.role or "measure").capitalize()),)
        for some in readings.values()
        for one in some
    }
