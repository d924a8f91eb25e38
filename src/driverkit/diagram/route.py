"""The curves of the links.

Coordinates here are (depth, along): depth grows from the aim towards the causes, along runs down a
column. `driverkit.diagram.build` turns them into x and y for the wanted direction. A curve between
two neighbouring columns stays in the gap between them, a line that skips a column crosses it
straight at its bend, so no line runs through a box.
"""

from __future__ import annotations

from collections.abc import Sequence

from driverkit.diagram.columns import Plan
from driverkit.diagram.net import Net

__all__ = ["Curve", "arc_rooms", "curves"]

Point = tuple[float, float]
Segment = tuple[float, float, float, float, float, float]
Curve = tuple[Point, list[Segment]]

# Ports: where lines meet the edge of a box, apart by this many px and within this part of the edge.
PORT_STEP = 7.0
PORT_SHARE = 0.76
# Where they would be nearer to each other than this, their heads would melt: then all lines between
# columns share one port, and one head.
PORT_LEAST = 5.6


def _ports(
    net: Net,
    ends: list[list[int]],
    middle: Sequence[float],
    size: Sequence[float],
    extra: dict[int, list[int]],
) -> dict[tuple[int, int], float]:
    """For every line at one side of the boxes: (box, other end) to its place along the column."""
    out: dict[tuple[int, int], float] = {}
    place = middle.__getitem__
    for v, here in enumerate(ends[: net.boxes]):
        if len(here) == 1 and v not in extra:
            out[v, here[0]] = middle[v]
            continue
        others = sorted(sorted(set(here)), key=place)
        if not others and v not in extra:
            continue
        # Links within the column are outermost, each on the side that it goes to.
        beside = extra.get(v, ())
        above = [other for other in beside if middle[other] <= middle[v]][::-1]
        below = [other for other in beside if middle[other] > middle[v]]
        count = len(above) + len(others) + len(below)
        room = size[v] * PORT_SHARE
        merged = len(others) > 1 and room < PORT_LEAST * (count - 1)
        if merged:
            count -= len(others) - 1
        step = min(PORT_STEP, room / max(1, count - 1))
        at = middle[v] - step * (count - 1) / 2
        for group in (
            *([other] for other in above),
            *([others] if merged else ([o] for o in others)),
            *([other] for other in below),
        ):
            for other in group:
                out[v, other] = round(at, 2)
            at += step
    return out


def curves(
    plan: Plan, net: Net, middle: Sequence[float], size: Sequence[float], depth: Sequence[tuple[float, float]]
) -> list[Curve]:
    """The curve of each link of the plan, from its cause to its effect.

    ``depth`` gives the near and the far edge of each column.
    """
    column = net.column
    arcs = _arcs(plan, net, middle)
    beside: dict[int, list[int]] = {}
    for a, b, _ in arcs.values():
        if b not in beside.setdefault(a, []):
            beside[a].append(b)
    shared: dict[tuple[int, int], int] = {}
    for key, members in _groups(plan, net, middle).items() if arcs else ():
        farthest = max(members, key=lambda v, b=key[0]: (abs(middle[v] - middle[b]), v))  # type: ignore[misc]
        beside.setdefault(key[0], []).append(farthest)
        for member in members:
            shared[key[0], member] = farthest
    for v, others in beside.items():
        # Links to far boxes leave nearest the middle: then their lanes do not cross those of near ones.
        others.sort(key=lambda e: (-abs(middle[e] - middle[v]), e))
    near = _ports(net, net.inner, middle, size, {})
    far = _ports(net, net.outer, middle, size, beside)

    _straighten(net, near, far, middle, size)

    bottom = max((middle[v] + size[v] / 2 for v in range(net.boxes)), default=0.0)
    lanes: dict[int, float] = {}
    out: list[Curve] = []
    for i, (link, route) in enumerate(zip(plan.links, net.routes, strict=True)):
        a, b = link.cause, link.effect
        if route is not None:
            out.append(_through(net, route, middle, depth, near, far))
        elif column[a] == column[b]:
            out.append(_tidy(_arc(far[a, b], far[b, shared[b, a]], depth[column[a]][1], arcs[i][2])))
        else:
            lane = lanes.setdefault(b, bottom + 16 + 5 * (len(lanes) % 12))
            out.append(_tidy(_round(middle[a], middle[b], depth[column[a]], depth[column[b]], lane)))
    return out


def _tidy(curve: Curve) -> Curve:
    """A curve with all its numbers on a hundredth of a px."""
    (x, y), segments = curve
    return (round(x, 2), round(y, 2)), [
        (round(a, 2), round(b, 2), round(c, 2), round(d, 2), round(e, 2), round(f, 2))
        for a, b, c, d, e, f in segments
    ]


# A line that is off by no more than this is drawn straight.
STRAIGHT = 9.0


def _straighten(
    net: Net,
    near: dict[tuple[int, int], float],
    far: dict[tuple[int, int], float],
    middle: Sequence[float],
    size: Sequence[float],
) -> None:
    """Let a line leave a box a little beside the middle where it can then run straight."""
    for v in range(net.boxes):
        ends = net.inner[v]
        if len(ends) != 1:
            continue
        e = ends[0]
        there = far[e, v] if e < net.boxes else middle[e]
        if abs(there - near[v, e]) <= min(STRAIGHT, size[v] / 2 - 7):
            near[v, e] = there


def _through(
    net: Net,
    route: list[int],
    middle: Sequence[float],
    depth: Sequence[tuple[float, float]],
    near: dict[tuple[int, int], float],
    far: dict[tuple[int, int], float],
) -> Curve:
    """A line through the gaps between the columns, straight where it passes a column."""
    boxes, column = net.boxes, net.column
    inward = column[route[0]] > column[route[-1]]
    leave, arrive = (near, far) if inward else (far, near)
    leave_edge, arrive_edge = (0, 1) if inward else (1, 0)
    if len(route) == 2:  # most links
        a, b = route
        y0, y1 = leave[a, b], arrive[b, a]
        x0, x1 = depth[column[a]][leave_edge], depth[column[b]][arrive_edge]
        half = round((x1 - x0) / 2, 2)
        return (x0, y0), [(x0 + half, y0, x1 - half, y1, x1, y1)]
    segments: list[Segment] = []
    start: Point = (0.0, 0.0)
    for i in range(len(route) - 1):
        a, b = route[i], route[i + 1]
        y0 = leave[a, b] if a < boxes else middle[a]
        y1 = arrive[b, a] if b < boxes else middle[b]
        x0 = depth[column[a]][leave_edge]
        x1 = depth[column[b]][arrive_edge]
        if i == 0:
            start = (x0, y0)
        else:
            passed = depth[column[a]][arrive_edge]
            segments.append(_straight(passed, y0, x0, y0))
        half = (x1 - x0) / 2
        segments.append((x0 + half, y0, x1 - half, y1, x1, y1))
    return _tidy((start, segments))


def _straight(x0: float, y0: float, x1: float, y1: float) -> Segment:
    dx, dy = (x1 - x0) / 3, (y1 - y0) / 3
    return (x0 + dx, y0 + dy, x1 - dx, y1 - dy, x1, y1)


# Links within a column run beside it: the first lane and the next ones, from the edge of the boxes.
FIRST_LANE = 15.0
NEXT_LANE = 8.0
MOST_LANES = 9


def _groups(plan: Plan, net: Net, middle: Sequence[float]) -> dict[tuple[int, object, bool], list[int]]:
    """The links within columns that may run as one: to one box, alike, and from the same side."""
    groups: dict[tuple[int, object, bool], list[int]] = {}
    for link in plan.links:
        a, b = link.cause, link.effect
        if net.column[a] == net.column[b]:
            groups.setdefault((b, link.style, middle[a] > middle[b]), []).append(a)
    return groups


def _arcs(plan: Plan, net: Net, middle: Sequence[float]) -> dict[int, tuple[int, int, int]]:
    """For each link within a column, by its number: cause, effect and lane; short ones run inside."""
    spans: dict[int, list[tuple[float, float, tuple[int, object, bool]]]] = {}
    groups = _groups(plan, net, middle)
    if not groups:
        return {}
    for key, members in groups.items():
        places = [middle[v] for v in (key[0], *members)]
        low, high = min(places), max(places)
        spans.setdefault(net.column[key[0]], []).append((high - low, low, key))
    lane_of: dict[tuple[int, object, bool], int] = {}
    for column in spans.values():
        taken: list[list[tuple[float, float]]] = []
        for length, low, key in sorted(column, key=lambda span: (span[0], span[1], span[2][0])):
            lane = 0
            while lane < len(taken) and any(s < low + length and low < e for s, e in taken[lane]):
                lane += 1
            if lane == len(taken) and lane < MOST_LANES:
                taken.append([])
            lane = min(lane, MOST_LANES - 1)
            if len(taken[lane]) < 200:
                taken[lane].append((low, low + length))
            lane_of[key] = lane
    out: dict[int, tuple[int, int, int]] = {}
    for i, link in enumerate(plan.links):
        a, b = link.cause, link.effect
        if net.column[a] == net.column[b]:
            out[i] = (a, b, lane_of[b, link.style, middle[a] > middle[b]])
    return out


def arc_rooms(plan: Plan, net: Net, middle: Sequence[float]) -> dict[int, float]:
    """For each column with links inside it, the room that these need beside it."""
    rooms: dict[int, float] = {}
    for a, _, lane in _arcs(plan, net, middle).values():
        c = net.column[a]
        rooms[c] = max(rooms.get(c, 0.0), FIRST_LANE + NEXT_LANE * lane)
    return rooms


def _arc(y0: float, y1: float, edge: float, lane: int) -> Curve:
    """A link within a column: out beside it, along it, and back."""
    out = edge + FIRST_LANE + NEXT_LANE * lane
    turn = min(10.0, abs(y1 - y0) / 2) * (1 if y1 > y0 else -1)
    return (edge, y0), [
        (out, y0, out, y0, out, y0 + turn),
        _straight(out, y0 + turn, out, y1 - turn),
        (out, y1, out, y1, edge, y1),
    ]


def _round(
    y0: float, y1: float, cause: tuple[float, float], effect: tuple[float, float], lane: float
) -> Curve:
    """A link round the outside: down the gap beside its cause, along below everything, up again."""
    inward = cause[0] > effect[0]
    x0, x1 = (cause[0], effect[1]) if inward else (cause[1], effect[0])
    side = -1.0 if inward else 1.0
    down, up = x0 + side * 16, x1 - side * 16
    r = 8.0
    points = [
        ((down, y0), (down, y0 + r)),
        (None, (down, lane - r)),
        ((down, lane), (down + side * r, lane)),
        (None, (up - side * r, lane)),
        ((up, lane), (up, lane - r)),
        (None, (up, y1 + r)),
        ((up, y1), (x1, y1)),
    ]
    segments: list[Segment] = []
    x, y = x0, y0
    for corner, (tx, ty) in points:
        if corner is None:
            segments.append(_straight(x, y, tx, ty))
        else:
            segments.append((*corner, *corner, tx, ty))
        x, y = tx, ty
    return (x0, y0), segments
