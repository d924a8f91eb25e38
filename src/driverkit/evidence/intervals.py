"""How much a share of a few may be trusted: intervals for proportions.

Three of three is no "100 %". Whatever counts how many predictions held gives the interval with it:

    >>> print(wilson(3, 3))
    44 % to 100 %
    >>> print(wilson(30, 30))
    89 % to 100 %

What uses an interval takes the function as a value (``interval=jeffreys``), so another one, or one
of your own, can stand in its place.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

from attrs import frozen

from driverkit.errors import UsageError
from driverkit.model.values import show

__all__ = ["BROWN", "Interval", "IntervalRule", "jeffreys", "wilson"]

BROWN = "Brown, Cai & DasGupta, Interval estimation for a binomial proportion, Statistical Science 2001;16(2):101-133"
WILSON = "Wilson, Journal of the American Statistical Association 1927;22:209-212; recommended by " + BROWN


@frozen
class Interval:
    """Between which shares the truth may well lie, given how few were counted.

    Attributes:
        low: the lower end, a share from 0 to 1.
        high: the upper end, a share from 0 to 1.
        level: how often such an interval holds the true share, on average; 0.95 unless asked otherwise.
        method: the name of the method.
    """

    low: float
    high: float
    level: float = 0.95
    method: str = "Wilson"

    def __str__(self) -> str:
        """The ends in whole per cent."""
        return f"{self.low * 100:.0f} % to {self.high * 100:.0f} %"


IntervalRule = Callable[[int, int], Interval | None]
"""What makes an interval of how many succeeded and how many were tried; None where nothing was tried."""


def _counts(successes: int, trials: int, level: float) -> tuple[int, int]:
    """Both counts as whole numbers; those of NumPy and pandas are welcome."""
    whole = []
    for name, value in (("successes", successes), ("trials", trials)):
        try:
            count = -1 if isinstance(value, bool) else operator.index(value)
        except TypeError:
            count = -1
        if count < 0:
            raise UsageError(f"{name} is a whole number of 0 or more, not {show(value)}.")
        whole.append(count)
    if whole[0] > whole[1]:
        raise UsageError(f"{successes} successes are more than {trials} trials.")
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
        raise UsageError(f"The level of an interval lies between 0 and 1, such as 0.95, not {show(level)}.")
    return whole[0], whole[1]


@lru_cache(maxsize=64)
def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


@lru_cache(maxsize=4096)
def _wilson(successes: int, trials: int, level: float) -> Interval:
    z2 = _z(level) ** 2
    share = successes / trials
    middle = share + z2 / (2 * trials)
    half = math.sqrt(z2 * (share * (1 - share) / trials + z2 / (4 * trials * trials)))
    spread = 1 + z2 / trials
    # At the ends the formula gives 0 and 1; rounding must not take them away.
    low = 0.0 if successes == 0 else max(0.0, (middle - half) / spread)
    high = 1.0 if successes == trials else min(1.0, (middle + half) / spread)
    return Interval(low, high, level, "Wilson")


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval | None:
    """The Wilson score interval (without correction for continuity) for a share; None where nothing was tried.

    Source: Wilson 1927; recommended for few trials by Brown, Cai & DasGupta 2001. It keeps within 0 and 1,
    has no width of zero where all or none succeeded, and covers the true share about as often as it says.

    Args:
        successes: how many succeeded.
        trials: how many there were.
        level: how often such intervals are to hold the true share.

    Raises:
        UsageError: a count is no whole number of 0 or more, there are more successes than trials, or the
            level does not lie between 0 and 1.

    >>> found = wilson(3, 3)
    >>> round(found.low, 4), found.high, found.method
    (0.4385, 1.0, 'Wilson')
    """
    successes, trials = _counts(successes, trials, level)
    return _wilson(successes, trials, float(level)) if trials else None


def jeffreys(successes: int, trials: int, *, level: float = 0.95) -> Interval | None:
    """The Jeffreys interval: the middle of Beta(successes + 1/2, failures + 1/2); None where nothing was tried.

    Where none succeeded it begins at 0, where all did it ends at 1. Source: Brown, Cai & DasGupta 2001, who
    recommend it beside Wilson's for 40 trials or fewer.

    Args and errors as for `wilson`.

    >>> found = jeffreys(3, 3)
    >>> round(found.low, 4), found.high, found.method
    (0.4644, 1.0, 'Jeffreys')
    """
    successes, trials = _counts(successes, trials, level)
    return _jeffreys(successes, trials, float(level)) if trials else None


@lru_cache(maxsize=4096)
def _jeffreys(successes: int, trials: int, level: float) -> Interval:
    a, b = successes + 0.5, trials - successes + 0.5
    low = 0.0 if successes == 0 else _beta_quantile((1 - level) / 2, a, b)
    high = 1.0 if successes == trials else _beta_quantile((1 + level) / 2, a, b)
    return Interval(low, high, level, "Jeffreys")


def _beta_quantile(wanted: float, a: float, b: float) -> float:
    """Where the distribution function of Beta(a, b) reaches a value, by halving."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _beta_below(middle, a, b) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta_below(x: float, a: float, b: float) -> float:
    """The distribution function of Beta(a, b) at x, as a continued fraction (NIST DLMF 8.17.22)."""
    if x > (a + 1) / (a + b + 2):  # where the fraction is slow, the other tail is quick
        return 1 - _beta_below(1 - x, b, a)
    if x <= 0:
        return 0.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1000 + int(10 * math.sqrt(max(a, b)))):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 + term * d
        d = 1 / (d if abs(d) > tiny else tiny)
        c = 1 + term / (c if abs(c) > tiny else tiny)
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    # The first step multiplied by (1 + 1) * 1; what is wanted is 1 over the fraction.
    return front / a * (value - 1)
