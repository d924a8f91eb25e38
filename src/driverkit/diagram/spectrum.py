"""A first order of the columns from the shape of the whole net.

Think of every link as a spring and let the boxes of one connected part of the theory find their
places on a line: neighbours lie close together, distant branches far apart. That is the vector of
the second eigenvalue of the net (Fiedler's vector); its order starts the search far nearer the best
order than any walk through the file. It is found by Lanczos' method in a few dozen rounds.

Parts that are not connected with one another are kept one below the other, in file order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from math import fsum, sqrt
from operator import add, mul, truediv

from driverkit.diagram.net import Net

__all__ = ["by_shape"]

# Rounds of Lanczos' method: for the nets of usual theories, and for nets beyond this many nodes.
ROUNDS = 40
MANY = 600
ROUNDS_OF_MANY = 14


def by_shape(
    net: Net, start: list[list[int]], *, rounds: int | None = None, begin: list[float] | None = None
) -> list[list[int]]:
    """Rows in the order of the net's own shape; ``start`` is an order that keeps branches together.

    ``begin`` gives each node a place to begin from. With few rounds the outcome still depends on
    it: it is a blend of the broadest shapes of the net, which is as good a place to search from.
    """
    alone = [False] * len(net.column)
    for row in net.rows:
        if len(row) == 1:
            alone[row[0]] = True  # it says nothing about the order of the others
    rank = [0.0] * len(net.column)
    for row in start:
        for i, v in enumerate(row):
            rank[v] = (i + 0.5) / len(row)
    place = list(rank)
    key: list[tuple[bool, float, int]] = [(False, 0.0, 0)] * len(net.column)
    for number, part in enumerate(_parts(net, start, alone)):
        if len(part) > 3:
            _spread(
                net,
                part,
                alone,
                rank,
                place,
                begin or rank,
                rounds or (ROUNDS if len(part) < MANY else ROUNDS_OF_MANY),
            )
        first = min(net.file[v] for v in part)
        for v in part:
            key[v] = (net.after[v], first, number)
    return [sorted(row, key=lambda v: (*key[v], place[v], rank[v])) for row in start]


def _parts(net: Net, start: list[list[int]], alone: list[bool]) -> list[list[int]]:
    """The connected parts of the net, without the nodes that are alone in their column."""
    seen = list(alone)
    parts: list[list[int]] = []
    for row in start:
        for v in row:
            if seen[v]:
                continue
            seen[v] = True
            part = [v]
            for u in part:  # grows while it is read
                for ends in (net.inner[u], net.outer[u]):
                    for e in ends:
                        if not seen[e]:
                            seen[e] = True
                            part.append(e)
            parts.append(part)
    return parts


def _spread(
    net: Net,
    part: list[int],
    alone: list[bool],
    rank: list[float],
    place: list[float],
    begin: list[float],
    rounds: int,
) -> None:
    """Give the nodes of a connected part their places on the line."""
    near = {v: [e for e in (*net.inner[v], *net.outer[v]) if not alone[e]] for v in part}
    if sum(map(len, near.values())) == 2 * (len(part) - 1):
        return  # a tree: the walk along its branches crosses nothing
    part = sorted(part, key=lambda v: len(near[v]))
    index = {v: i for i, v in enumerate(part)}
    root = [sqrt(len(near[v])) for v in part]
    mean = fsum([r * r * begin[v] for r, v in zip(root, part, strict=True)]) / fsum([r * r for r in root])
    vector = _second(
        _Sums([[index[e] for e in near[v]] for v in part]),
        root,
        [r * (begin[v] - mean) for r, v in zip(root, part, strict=True)],
        rounds,
    )
    line = list(map(truediv, vector, root))
    middle = fsum(line) / len(line)
    along = fsum((x - middle) * rank[v] for x, v in zip(line, part, strict=True))
    scale = max(map(abs, line)) or 1.0
    if along < 0:  # either end may be up: the one that agrees with the file
        scale = -scale
    for x, v in zip(line, part, strict=True):
        place[v] = round(x / scale, 7)


class _Sums:
    """For each node the sum over its neighbours; nodes come in the order of how many they have.

    Those with one, two or three neighbours, nearly all of them, are summed without a loop of Python's.
    """

    def __init__(self, near: list[list[int]]) -> None:
        counts = [len(ends) for ends in near]
        cuts = [bisect_left(counts, n) for n in (1, 2, 3, 4)]
        self.none = cuts[0]
        self.few = [
            [[ends[k] for ends in near[a:b]] for k in range(n)]
            for n, (a, b) in enumerate(pairwise(cuts), 1)
            if a < b
        ]
        self.many = near[cuts[3] :]

    def __call__(self, values: list[float]) -> list[float]:
        value = values.__getitem__
        out = [0.0] * self.none
        for first, *others in self.few:
            sums: Iterable[float] = map(value, first)
            for ends in others:
                sums = map(add, sums, map(value, ends))
            out += sums
        out += [fsum(map(value, ends)) for ends in self.many]
        return out


def _second(sums: _Sums, root: list[float], begin: list[float], rounds: int) -> list[float]:
    """The vector of the second eigenvalue of the normalised net, by Lanczos' method."""
    still = _unit(root)
    v = _unit(begin) or _unit([float(i % 7) - 3.0 for i in range(len(root))])
    before = [0.0] * len(v)
    beta = 0.0
    basis = [v]
    diagonal: list[float] = []
    beside: list[float] = []
    for _ in range(rounds):
        w = list(map(truediv, sums(list(map(truediv, v, root))), root))
        alpha = fsum(map(mul, w, v))
        share = fsum(map(mul, w, still))
        w = [a - alpha * b - beta * c - share * d for a, b, c, d in zip(w, v, before, still, strict=True)]
        diagonal.append(alpha)
        beta = sqrt(fsum(map(mul, w, w)))
        if beta < 1e-9:
            break
        beside.append(beta)
        before, v = v, [a / beta for a in w]
        basis.append(v)
    shares = _top_vector(diagonal, beside)
    out = [0.0] * len(root)
    for share, vector in zip(shares, basis, strict=False):
        out = [a + share * b for a, b in zip(out, vector, strict=True)]
    return out


def _unit(vector: list[float]) -> list[float]:
    length = sqrt(fsum([a * a for a in vector]))
    return [a / length for a in vector] if length > 1e-12 else []


def _top_vector(diagonal: list[float], beside: list[float]) -> list[float]:
    """The vector of the largest eigenvalue of a small symmetric matrix with three diagonals."""
    n = len(diagonal)
    low, high = -2.0, 2.0
    for _ in range(60):  # Sturm: is any eigenvalue above the middle?
        middle = (low + high) / 2
        q = 1.0
        above = False
        for i in range(n):
            q = diagonal[i] - middle - (beside[i - 1] ** 2 / q if i else 0.0)
            if q >= 0.0:
                above = True
                break
        if above:
            low = middle
        else:
            high = middle
    shift = high + 1e-10
    x = [1.0] * n
    for _ in range(3):  # inverse iteration
        pivots: list[float] = []
        y: list[float] = []
        for i in range(n):
            factor = beside[i - 1] / pivots[i - 1] if i else 0.0
            pivots.append((diagonal[i] - shift) - (factor * beside[i - 1] if i else 0.0) or -1e-30)
            y.append(x[i] - (factor * y[i - 1] if i else 0.0))
        x = [0.0] * n
        for i in range(n - 1, -1, -1):
            x[i] = (y[i] - (beside[i] * x[i + 1] if i + 1 < n else 0.0)) / pivots[i]
        x = _unit(x) or [1.0] * n
    return x
