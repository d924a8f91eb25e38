"""Where each box stands along its column: no overlap, parents opposite their children.

Every box has a wish: to stand opposite its neighbours. For one column, the places nearest to all
wishes that keep the order and the gaps are found exactly, by pooling neighbours that press against
each other (isotonic regression). Going through the columns a few times makes the wishes agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import fsum

from driverkit.diagram.net import Net

__all__ = ["Gaps", "place", "tightened"]

# Gaps between the edges of neighbours in a column, in px.
SIBLINGS = 8.0
COUSINS = 14.0
BRANCHES = 22.0
ORPHANS = 34.0
# So far at least a line keeps from a box that it passes: nearer it would look like its border.
BESIDE_LINE = 11.0
LINES = 8.0
Gaps = list[list[float]]


def _branches(net: Net) -> list[int]:
    """For each node the box of the first driver column (or of its own) from which its branch grows."""
    branch = list(range(len(net.column)))
    first = next((c for c, row in enumerate(net.rows) if sum(v < net.boxes for v in row) > 1), 0)
    for c in range(first + 1, len(net.rows)):
        for v in net.rows[c]:
            ends = net.inner[v]
            if ends:
                branch[v] = branch[ends[0]]
    return branch


def gaps(net: Net) -> Gaps:
    """For each column the clear space between each node and the next one."""
    branch = _branches(net)
    boxes, inner, after = net.boxes, net.inner, net.after
    out: Gaps = []
    for row in net.rows:
        column: list[float] = []
        for a, b in pairwise(row):
            if after[a] != after[b]:
                column.append(ORPHANS)
            elif a >= boxes and b >= boxes:
                column.append(LINES)
            elif a >= boxes or b >= boxes:
                column.append(BESIDE_LINE)
            elif _meet(inner[a], inner[b]) or (not inner[a] and not inner[b]):
                column.append(SIBLINGS)
            elif branch[a] == branch[b]:
                column.append(COUSINS)
            else:
                column.append(BRANCHES)
        out.append(column)
    return out


def tightened(gap: float, share: float) -> float:
    """A gap in a picture with less air; a line keeps clear of the boxes that it passes there too."""
    return gap if gap == BESIDE_LINE else float(round(gap * share))


def _meet(a: list[int], b: list[int]) -> bool:
    if len(a) == 1 == len(b):
        return a[0] == b[0]
    return not set(a).isdisjoint(b)


def place(net: Net, size: Sequence[float], between: Gaps, *, rounds: int = 4) -> list[float]:
    """The middle of every node along its column, in px; the picture begins near 0.

    ``size`` is the extent of each node along the column, ``between`` what `gaps` gives.
    """
    offsets: list[list[float]] = []
    for row, column in zip(net.rows, between, strict=True):
        at = 0.0
        places: list[float] = []
        for i, v in enumerate(row):
            if i:
                at += column[i - 1] + (size[row[i - 1]] + size[v]) / 2
            places.append(at)
        offsets.append(places)
    middle = [0.0] * len(net.column)
    extent: list[float] = []
    for row, places in zip(net.rows, offsets, strict=True):
        length = places[-1] if places else 0.0
        extent.append(length)
        for v, at in zip(row, places, strict=True):
            middle[v] = at - length / 2
    if not extent:
        return middle
    widest = max(range(len(extent)), key=lambda c: (extent[c], c))

    def settle(c: int, sides: tuple[list[list[int]], ...]) -> None:
        _settle(net, net.rows[c], offsets[c], middle, sides)

    inner, outer = net.inner, net.outer
    for c in range(widest - 1, -1, -1):
        settle(c, (outer,))
    for c in range(widest + 1, len(extent)):
        settle(c, (inner,))
    for _ in range(rounds):
        for c in range(len(extent)):
            settle(c, (inner, outer))
        for c in range(len(extent) - 1, -1, -1):
            settle(c, (inner, outer))
    for c in range(len(extent) - 2, -1, -1):
        settle(c, (outer,))
    return middle


def _settle(
    net: Net, row: list[int], offsets: list[float], middle: list[float], sides: tuple[list[list[int]], ...]
) -> None:
    """Give one column the places nearest to its wishes."""
    boxes = net.boxes
    # A pool is a run of nodes that touch: sum of weighted wishes, sum of weights, how many.
    sums: list[float] = []
    weights: list[float] = []
    counts: list[int] = []
    for v, offset in zip(row, offsets, strict=True):
        total = weight = 0.0
        for side in sides:
            ends = side[v]
            if ends:
                if len(ends) == 1:
                    mean = middle[ends[0]]
                elif v < boxes:
                    # The median: one cause far away does not pull a box off all others.
                    places = sorted([middle[e] for e in ends])
                    half = len(places) // 2
                    mean = places[half] if len(places) % 2 else (places[half - 1] + places[half]) / 2
                else:
                    mean = fsum([middle[e] for e in ends]) / len(ends)
                total += mean
                weight += 1.0
        if weight:
            wish = total / weight
            weight = 1.0 if v < boxes else 0.7
        else:
            wish, weight = middle[v], 0.001
        wish = (wish - offset) * weight
        count = 1
        while sums and sums[-1] * weight >= wish * weights[-1]:
            wish += sums.pop()
            weight += weights.pop()
            count += counts.pop()
        sums.append(wish)
        weights.append(weight)
        counts.append(count)
    i = 0
    for wish, weight, count in zip(sums, weights, counts, strict=True):
        base = wish / weight
        for _ in range(count):
            middle[row[i]] = base + offsets[i]
            i += 1
