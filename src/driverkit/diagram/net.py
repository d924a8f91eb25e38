"""The plan as a net in which every line joins neighbouring columns.

A link that skips a column passes through it at a *bend*: a small place of its own among the boxes,
so that no line ever runs through a box. Links to the same box that look alike share their bends:
they meet once and run on together.
"""

from __future__ import annotations

from attrs import define, field

from driverkit.diagram.columns import Plan

__all__ = ["Net", "net"]

# How many bends a picture may have: a floor, and more for large theories. Beyond it (a chain of
# thousands of levels with ideas on each) the longest links go round the outside instead.
BENDS_AT_LEAST = 20_000
BENDS_PER_NODE = 4
# A shared line counts in the crossings as often as it carries links, up to this.
MOST_WEIGHT = 6


@define
class Net:
    """Nodes 0 … n-1 are the boxes of the plan, the rest are bends.

    Attributes:
        boxes: how many of the nodes are boxes.
        column: the column of each node.
        rows: the nodes of each column, in the order in which they are drawn from the top.
        inner, outer: for each node its neighbours one column nearer the aim, and one farther; a
            neighbour stands as often as there are links along that line.
        after: True for the nodes that belong at the bottom of their column.
        file: the rank of each node in the order of the file.
        routes: for each link of the plan the nodes it passes, from cause to effect; None where the
            link does not run between columns (both ends in one column, or round the outside).
        serves: for a bend the box at which its line ends; for a box itself.
    """

    boxes: int
    column: list[int]
    rows: list[list[int]]
    inner: list[list[int]]
    outer: list[list[int]]
    after: list[bool]
    file: list[float]
    routes: list[list[int] | None] = field(factory=list)
    serves: list[int] = field(factory=list)


def net(plan: Plan) -> Net:
    """Make the net; the rows are in file order, bends beside the box they lead to."""
    count = len(plan.nodes)
    column = list(plan.column)
    inner: list[list[int]] = [[] for _ in range(count)]
    outer: list[list[int]] = [[] for _ in range(count)]
    after = [i in plan.orphans for i in range(count)]
    file = [float(i) for i in range(count)]
    serves = list(range(count))
    rows = [list(row) for row in plan.rows]

    outside = _outside(plan)
    bends: dict[tuple[object, ...], int] = {}
    routes: list[list[int] | None] = []
    for link, is_outside in zip(plan.links, outside, strict=True):
        start, end = column[link.cause], column[link.effect]
        if start == end or is_outside:
            routes.append(None)
            continue
        step = -1 if start > end else 1
        route = [link.cause]
        for c in range(start + step, end, step):
            key = (link.effect, step, link.style, c)
            bend = bends.get(key)
            if bend is None:
                bend = bends[key] = len(column)
                column.append(c)
                inner.append([])
                outer.append([])
                after.append(after[link.cause] if step < 0 else after[link.effect])
                file.append(file[link.cause])
                serves.append(link.effect)
                rows[c].append(bend)
            route.append(bend)
        route.append(link.effect)
        routes.append(route)
        for a, b in zip(route, route[1:], strict=False):
            near, far = (b, a) if step < 0 else (a, b)
            if outer[near].count(far) < MOST_WEIGHT if near >= count or far >= count else True:
                outer[near].append(far)
                inner[far].append(near)
    return Net(count, column, rows, inner, outer, after, file, routes, serves)


def _outside(plan: Plan) -> list[bool]:
    """Which links go round the outside, so that there are not more bends than can be drawn."""
    spans = [abs(plan.column[link.cause] - plan.column[link.effect]) - 1 for link in plan.links]
    limit = BENDS_AT_LEAST + BENDS_PER_NODE * len(plan.nodes)
    if sum(s for s in spans if s > 0) <= limit:
        return [False] * len(spans)
    total = 0
    outside = [False] * len(spans)
    for i in sorted(range(len(spans)), key=lambda i: (spans[i], i)):
        total += max(0, spans[i])
        outside[i] = total > limit and spans[i] > 0
    return outside
