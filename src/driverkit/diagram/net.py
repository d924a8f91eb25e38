"""The plan as a net in which every line joins neighbouring columns.

A link that skips a column passes through it at a *bend*: a small place of its own among the boxes,
so that no line ever runs through a box. Links to the same box that look alike and come to lie side
by side share their bends: they meet once and run on together.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping
from itertools import pairwise

from attrs import define, field

from driverkit.diagram.columns import Plan

__all__ = ["Net", "bundled", "crossed", "net"]

# How many bends a picture may have: a floor, and more for large theories. Beyond it (a chain of
# thousands of levels with ideas on each) the longest links go round the outside instead.
BENDS_AT_LEAST = 20_000
BENDS_PER_NODE = 4
# Up to so many bends each link has bends of its own while the order is sought; in larger nets they
# are shared from the beginning.
OWN_BENDS_AT_LEAST = 600
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
        styles: for a bend, counted from the first one, how its line looks and which way it runs;
            only bends with the same style may be shared.
        followers: for a box those of its own column that serve it and nothing else.
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
    styles: list[object] = field(factory=list)
    followers: Mapping[int, tuple[int, ...]] = field(factory=dict)


def net(plan: Plan) -> Net:
    """Make the net; the rows are in file order, bends behind the boxes."""
    count = len(plan.nodes)
    made = Net(
        boxes=count,
        column=list(plan.column),
        rows=[list(row) for row in plan.rows],
        inner=[[] for _ in range(count)],
        outer=[[] for _ in range(count)],
        after=[i in plan.orphans for i in range(count)],
        file=list(plan.file),
        serves=list(range(count)),
        followers=plan.followers,
    )
    column = made.column
    spans = [max(0, abs(column[k.cause] - column[k.effect]) - 1) for k in plan.links]
    outside = _outside(spans, count)
    own = sum(spans) <= OWN_BENDS_AT_LEAST + count
    bends: dict[tuple[object, ...], int] = {}
    for i, link in enumerate(plan.links):
        start, end = column[link.cause], column[link.effect]
        if start == end or outside[i]:
            made.routes.append(None)
            continue
        step = -1 if start > end else 1
        route = [link.cause]
        for c in range(start + step, end, step):
            key = (link.effect, step, link.style, c, i if own else None)
            bend = bends.get(key)
            if bend is None:
                bend = bends[key] = len(column)
                column.append(c)
                made.inner.append([])
                made.outer.append([])
                made.after.append(made.after[link.cause] if step < 0 else made.after[link.effect])
                made.file.append(made.file[link.cause])
                made.serves.append(link.effect)
                made.styles.append((step, link.style))
                made.rows[c].append(bend)
            route.append(bend)
        route.append(link.effect)
        made.routes.append(route)
        _join(made, route, step)
    return made


def _join(made: Net, route: list[int], step: int) -> None:
    """Make neighbours of the nodes along a route."""
    count = made.boxes
    for a, b in pairwise(route):
        near, far = (b, a) if step < 0 else (a, b)
        if (near < count and far < count) or made.outer[near].count(far) < MOST_WEIGHT:
            made.outer[near].append(far)
            made.inner[far].append(near)


def bundled(net: Net) -> Net:
    """The same net with side-by-side bends of links to one box made one, in the same order."""
    boxes = net.boxes
    if len(net.column) == boxes:
        return net
    same = list(range(len(net.column)))
    for step, columns in ((-1, range(len(net.rows))), (1, range(len(net.rows) - 1, -1, -1))):
        onward = net.inner if step < 0 else net.outer
        for c in columns:
            for a, b in pairwise(net.rows[c]):
                if (
                    a >= boxes
                    and b >= boxes
                    and net.serves[a] == net.serves[b]
                    and net.styles[a - boxes] == net.styles[b - boxes]
                    and _step_of(net.styles[a - boxes]) == step
                    and same[onward[a][0]] == same[onward[b][0]]
                ):
                    same[b] = same[a]
    number = {v: i for i, v in enumerate(v for v in range(len(same)) if same[v] == v)}
    to = [number[same[v]] for v in range(len(same))]
    kept = list(number)
    made = Net(
        boxes=boxes,
        column=[net.column[v] for v in kept],
        rows=[[to[v] for v in row if same[v] == v] for row in net.rows],
        inner=[[] for _ in kept],
        outer=[[] for _ in kept],
        after=[net.after[v] for v in kept],
        file=[net.file[v] for v in kept],
        serves=[net.serves[v] for v in kept],
        styles=[net.styles[v - boxes] for v in kept if v >= boxes],
        followers=net.followers,
    )
    for route in net.routes:
        if route is None:
            made.routes.append(None)
            continue
        made.routes.append([to[v] for v in route])
        _join(made, made.routes[-1] or [], -1 if net.column[route[0]] > net.column[route[-1]] else 1)
    return made


# Of more lines in one gap nobody counts the crossings: it has enough of them.
MOST_LINES = 2_000


def crossed(net: Net) -> list[int]:
    """For each gap between columns how often lines cross in it; lines that end at one node do not."""
    place = [0] * len(net.column)
    for row in net.rows:
        for i, v in enumerate(row):
            place[v] = i
    out: list[int] = []
    for row in net.rows[:-1]:
        ends = [sorted(map(place.__getitem__, set(net.outer[v]))) for v in row]
        if sum(map(len, ends)) > MOST_LINES:
            out.append(MOST_LINES)
            continue
        seen: list[int] = []
        count = 0
        for here in ends:
            count += sum([len(seen) - bisect_right(seen, e) for e in here])
            for e in here:
                insort(seen, e)
        out.append(count)
    return out


def _step_of(style: object) -> object:
    return style[0] if isinstance(style, tuple) else None


def _outside(spans: list[int], count: int) -> list[bool]:
    """Which links go round the outside, so that there are not more bends than can be drawn."""
    limit = BENDS_AT_LEAST + BENDS_PER_NODE * count
    if sum(spans) <= limit:
        return [False] * len(spans)
    total = 0
    outside = [False] * len(spans)
    for i in sorted(range(len(spans)), key=lambda i: (spans[i], i)):
        total += spans[i]
        outside[i] = total > limit and spans[i] > 0
    return outside
