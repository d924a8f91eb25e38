"""How counts of places are told apart by more than chance: Fisher's exact test, and Holm's correction for many.

Both are exact and small: whole numbers, no library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["fisher", "holm"]


def fisher(a: int, b: int, c: int, d: int) -> float:
    """Fisher's exact test of a table of four counts, two-sided: how often chance makes one as uneven or more.

    All tables with the same sums are counted that are no more likely than the one that was found (Fisher 1922;
    two-sided as Freeman & Halton 1951, and as R has it).

    >>> round(fisher(3, 1, 1, 3), 4)  # the lady tasting tea
    0.4857
    """
    row, column, total = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - total), min(row, column)
    ways = [math.comb(column, k) * math.comb(total - column, row - k) for k in range(low, high + 1)]
    found = ways[a - low]
    return sum(way for way in ways if way <= found) / math.comb(total, row)


def holm(values: Sequence[float]) -> list[float]:
    """P values as they stand where as many were tried (Holm 1979): the smallest times n, the next times n - 1 …

    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    found = [1.0] * len(values)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(values)), key=lambda at: (values[at], at))):
        highest = max(highest, min(1.0, values[at] * (len(values) - rank)))
        found[at] = highest
    return found
