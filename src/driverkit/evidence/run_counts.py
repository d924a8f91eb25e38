"""Runs and crossings, and how many of them are usual: whole numbers in, whole numbers out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

from attrs import frozen

__all__ = ["RunCounts", "count_runs", "longest_run_max", "n_crossings_min", "runs_limits"]

_WHOLE_UP_TO = 2000
_UNIT = 1 << 256


@frozen
class RunCounts:
    """How the points of a series lie about its line.

    Attributes:
        n_useful: points on one of the two sides; those on the line are not counted.
        longest_run: points in the longest stretch on one side.
        n_runs: stretches on one side.
        n_crossings: how often the line is crossed: one less than runs, and 0 without points.
    """

    n_useful: int
    longest_run: int
    n_runs: int
    n_crossings: int


def count_runs(sides: Iterable[int]) -> RunCounts:
    """Count runs and crossings: whole numbers in, whole numbers out.

    Args:
        sides: for each point above 0 (over the line), below 0 (under it) or 0 (on it). A point on
            the line neither adds to a run nor breaks it.

    >>> count_runs([1, 1, 0, 1, -1, -1, 0, 1])
    RunCounts(n_useful=6, longest_run=3, n_runs=3, n_crossings=2)
    """
    useful = longest = runs = length = 0
    above: bool | None = None
    for side in sides:
        if side == 0:
            continue
        useful += 1
        if (side > 0) is above:
            length += 1
        else:
            longest = max(longest, length)
            above = side > 0
            runs += 1
            length = 1
    return RunCounts(useful, max(longest, length), runs, max(runs - 1, 0))


@lru_cache(maxsize=4096)
def longest_run_max(n: int) -> int:
    """The longest run that is not yet unusual: log2(n) + 3, rounded. A signal is *more* than that.

    Args:
        n: useful points, at least 1. Published for 10 to 100; the same formula is used beyond.

    Source: Anhøj & Olesen 2014; some prose says "at least", the tables and the authors' code say "more than".

    >>> [longest_run_max(n) for n in (10, 12, 22, 23, 100)]
    [6, 7, 7, 8, 10]
    """
    # log2(n) rounds to k where n² lies between 2^(2k-1) and 2^(2k+1): no floats needed.
    return (n * n).bit_length() // 2 + 3


@lru_cache(maxsize=4096)
def n_crossings_min(n: int) -> int:
    """The fewest crossings that are not yet unusual: the 5 % quantile of Binomial(n - 1, 1/2).

    Args:
        n: useful points, at least 1. A signal is *fewer* crossings than this.

    Source: Anhøj & Olesen 2014, after Chen 2010.

    >>> [n_crossings_min(n) for n in (10, 12, 22, 23, 100)]
    [2, 3, 7, 7, 41]
    """
    ways = _ways_to_cross(n - 1, whole=n <= _WHOLE_UP_TO)
    return _reaches(ways, 20, sum(way for _, way in ways))


@lru_cache(maxsize=4096)
def runs_limits(n: int) -> tuple[int, int]:
    """How few and how many runs are still usual: outside of these are 2.5 % on either side at most.

    The exact distribution for a random order of ``n // 2`` points on one side and the others on the
    other side, in whole numbers. The table as it is copied from paper to paper disagrees with
    it for 13 of the 41 numbers from 10 to 50 (12 points: 3 to 11 there, 4 to 10 here), and its copies
    with each other.

    Args:
        n: useful points, at least 2.

    Source: Swed & Eisenhart 1943, computed.

    >>> [runs_limits(n) for n in (10, 12, 16, 40, 60)]
    [(3, 9), (4, 10), (5, 13), (15, 27), (24, 38)]
    """
    ways = _ways_to_run(n, whole=n <= _WHOLE_UP_TO)
    total = sum(way for _, way in ways)
    return _reaches(ways, 40, total), _reaches(ways[::-1], 40, total)


# In how many orders of signs each number of crossings, or of runs, comes about. Of long series only the numbers
# within twelve standard deviations of the middle, in units too small to matter: what is left out is less than
# 1e-30 of all, and whole numbers of a million digits are never formed.


def _ways_to_cross(most: int, *, whole: bool) -> list[tuple[int, int]]:
    first, last, way = 0, most, 1
    if not whole:
        away = 6 * math.isqrt(most)
        first, last, way = max(0, most // 2 - away), min(most, most // 2 + away), _UNIT
    found = []
    for crossings in range(first, last + 1):
        found.append((crossings, way))
        way = way * (most - crossings) // (crossings + 1)
    return found


def _ways_to_run(n: int, *, whole: bool) -> list[tuple[int, int]]:
    few, many = n // 2, n - n // 2
    first, last, way = 1, few, 1
    if not whole:
        away = 3 * math.isqrt(n)
        first, last, way = max(1, n // 4 - away), min(few, n // 4 + away), _UNIT
    found = []
    for pairs in range(first, last + 1):
        found.append((2 * pairs, 2 * way))
        found.append((2 * pairs + 1, way * (n - 2 * pairs) // pairs))
        way = way * (few - pairs) * (many - pairs) // (pairs * pairs)
    return found


def _reaches(ways: Sequence[tuple[int, int]], part: int, total: int) -> int:
    """The first number at which the ways up to there are more than that part of all."""
    so_far = 0
    for number, way in ways:
        so_far += way
        if so_far * part > total:
            return number
    raise AssertionError("all ways together are more than a part of them")
