"""When did the level of a series move, and which way? Two levels, one before and one after, are fitted to its points.

A run of points on one side of the line says *that* something is going on. It may begin months after the level moved,
or before it, and in a quarter of noisy series the run that fires is the one that shows the months before. So the
way is not read from the run. Two levels are fitted in every way that leaves two points at either end. Let D be n times
the logarithm of the ratio of the squared deviations of one fit and another (Hinkley, Biometrika 1970;57:1-17).

* A shift is told only where D of one level against two is at least 9.1, which 5 % of random series reach.
* ``at`` is the first point after the best division. ``before`` is the last point before the earliest, and ``after`` the
  first point after the latest division whose D against the best is at most 3.84.

    >>> numbers = [4.0, 5.0, 4.0, 6.0, 5.0, 9.0, 8.0, 9.0, 10.0, 9.0]
    >>> divided(numbers, range(10))
    Shift(side='above', before=4, at=5, after=5)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import frozen

from driverkit.evidence.run_rules import Fired

__all__ = ["Shift", "divided", "is_of_level", "latest_shift", "word_of"]

_LIKELY = 3.84  # the 95 % point of chi square with one degree of freedom
_UNUSUAL = 9.1  # 5 % of random series of 10 to 60 points reach it; simulated, 4,000 series of each length


@frozen
class Shift:
    """Where the level of a series moved; points are named by their place, from 0.

    Attributes:
        side: above or below: where the later level lies, seen from the earlier.
        before: the last point that surely lies before the shift.
        at: the point with which the new level most likely begins.
        after: the first point that surely lies after the shift.
    """

    side: str
    before: int
    at: int
    after: int


def is_of_level(fired: Fired) -> bool:
    """Whether a test is of the kind that tells of a level: a run on one side, few crossings, few runs."""
    return fired.is_shift or fired.test in ("few-crossings", "few-runs")


def word_of(side: str | None, direction: str | None) -> str | None:
    """Better or worse, for a side and the direction that is good; with maintain every way is worse."""
    if side is None or direction is None:
        return None
    return "better" if side == {"increase": "above", "decrease": "below"}.get(direction) else "worse"


def latest_shift(
    numbers: Sequence[float | None], places: Sequence[int], fired: Sequence[Fired]
) -> Shift | None:
    """The latest shift of a phase in which tests fired; None where none of them tells of a level, or the fit of none.

    Args:
        numbers: the whole series.
        places: the points of the phase that count, rising.
        fired: the tests that fired in it.
    """
    if not any(is_of_level(one) for one in fired):
        return None
    start = places[0]
    runs = sorted((one for one in fired if one.is_shift and one.points), key=lambda one: one.points[0])
    if runs:  # what came before the last run on the other side is another story
        other = max((one.points[0] for one in runs if one.side != runs[-1].side), default=start)
        start = other if other < runs[-1].points[0] else start
    return divided(numbers, [at for at in places if at >= start])


def divided(numbers: Sequence[float | None], places: Sequence[int]) -> Shift | None:
    """Where two levels fit best, and between which points they fit nearly as well; None where one level does."""
    raw = [value for at in places if (value := numbers[at]) is not None]
    n = len(raw)
    largest = max(map(abs, raw), default=0.0) or 1.0
    values = [value / largest for value in raw]
    middle = sum(values) / n if n else 0.0
    values = [value - middle for value in values]  # so that squares do not drown in a high level
    whole = sum(value * value for value in values)
    fits: list[tuple[float, int]] = []
    so_far, total = 0.0, sum(values)
    for at in range(1, n):
        so_far += values[at - 1]
        if min(at, n - at) >= 2:
            rest = whole - so_far * so_far / at - (total - so_far) ** 2 / (n - at)
            fits.append((max(rest, 1e-12 * whole), at))
    if not fits or not whole:
        return None
    least, best = min(fits)
    if n * math.log(whole / least) < _UNUSUAL:
        return None
    near = [at for rest, at in fits if n * math.log(rest / least) <= _LIKELY]
    side = "above" if sum(values[best:]) / (n - best) > sum(values[:best]) / best else "below"
    return Shift(side, places[near[0] - 1], places[best], places[near[-1]])
