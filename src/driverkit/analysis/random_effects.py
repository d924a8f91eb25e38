"""One number for several places, by a standard random-effects method, never without how far they differ.

The estimates, their weights and the test of heterogeneity are those of ``statsmodels``
(`statsmodels.stats.meta_analysis.combine_effects`), which is installed with ``pip install
'driverkit[network]'``. What it leaves to its users is done here, and said: a variance between places is
never below zero; an interval for it and for I² by the Q profile; a prediction interval.

The methods, by the names that they have in print:

* *Between places*: Paule & Mandel 1982 (the default: Veroniki et al., Research Synthesis Methods
  2016;7:55-79 recommend it), or DerSimonian & Laird 1986.
* *Interval of the pooled number*: Hartung & Knapp 2001, Sidik & Jonkman 2002, with the t distribution of
  k - 1 degrees of freedom, and never narrower than that t interval without their factor, as Röver, Knapp
  & Friede (BMC Medical Research Methodology 2015;15:99) advise for few places; or the plain normal one.
* *Interval of tau² and I²*: Q profile, Viechtbauer, Statistics in Medicine 2007;26:37-52.
* *Prediction interval*: where a new place of the same kind may well lie; t of k - 2 degrees of freedom,
  Higgins, Thompson & Spiegelhalter, Journal of the Royal Statistical Society A 2009;172:137-159.

    >>> found = random_effects([0.9, 0.1, 0.5, 0.7], [0.02, 0.03, 0.02, 0.05])
    >>> print(found)
    0.551 (0.00432 to 1.1), 4 places; a new one may lie between -0.933 and 2.04; Q = 13.4, df = 3, p = 0.0039, I² = 77 % (29 % to 98 %), tau² = 0.0894 (Paule-Mandel, Hartung-Knapp-Sidik-Jonkman, by statsmodels)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from attrs import frozen

from driverkit.errors import MissingEngine, UsageError
from driverkit.evidence.words import plural
from driverkit.model.values import did_you_mean, show

__all__ = ["INTERVALS", "LEAST", "METHODS", "RandomEffects", "random_effects"]

LEAST = 3
"""Of fewer places there is no pooled number: two cannot tell how far places differ."""

METHODS: Mapping[str, str] = MappingProxyType(
    {"paule-mandel": "Paule-Mandel", "dersimonian-laird": "DerSimonian-Laird"}
)
"""How the variance between places is estimated."""

INTERVALS: Mapping[str, str] = MappingProxyType(
    {"hartung-knapp": "Hartung-Knapp-Sidik-Jonkman", "normal": "normal"}
)
"""How the interval of the pooled number is made."""

NEEDS = (
    "A pooled number needs statsmodels, which is not installed. Install it with: "
    "pip install 'driverkit[network]'"
)


@frozen
class RandomEffects:
    """What several places have in common, and how far they differ.

    Attributes:
        places: how many there are.
        pooled: the mean of the places, on the scale of the effects.
        error: its standard error by the method of the interval.
        low: the lower end of its interval.
        high: the upper end.
        level: how often such an interval holds the true mean, on average.
        predicted_low: the lower end of where a new place of the same kind may well lie.
        predicted_high: the upper end.
        q: Cochran's Q, the sum of weighted squares around the mean with fixed weights.
        df: its degrees of freedom, one less than there are places.
        p: how often chance alone would make a Q as large, were all places alike.
        i2: the share of the variance that is not chance, from 0 to 1: tau² over the sum of tau² and the typical
            variance within places (Higgins & Thompson, Statistics in Medicine 2002;21:1539-1558).
        i2_low: the lower end of its interval.
        i2_high: the upper end.
        tau2: the variance between places.
        tau2_low: the lower end of its interval.
        tau2_high: the upper end; infinity where no end was found.
        weights: the weight of each place in the pooled number, in their order; they add up to 1.
        method: how the variance between places was estimated.
        interval: how the interval of the pooled number was made.
        library: what reckoned, with its version.
    """

    places: int
    pooled: float
    error: float
    low: float
    high: float
    level: float
    predicted_low: float
    predicted_high: float
    q: float
    df: int
    p: float
    i2: float
    i2_low: float
    i2_high: float
    tau2: float
    tau2_low: float
    tau2_high: float
    weights: tuple[float, ...]
    method: str
    interval: str
    library: str

    @property
    def name(self) -> str:
        """The names of the methods and of the library."""
        return f"{self.method}, {self.interval}, by {self.library.partition(' ')[0]}"

    @property
    def differ(self) -> str:
        """How far the places differ, in words with the figures."""
        return (
            f"Q = {self.q:.3g}, df = {self.df}, p {_p(self.p)}, I² = {self.i2 * 100:.0f} % "
            f"({self.i2_low * 100:.0f} % to {self.i2_high * 100:.0f} %), tau² = {self.tau2:.3g}"
        )

    def __str__(self) -> str:
        """The pooled number with its interval, and how far the places differ beside it."""
        return (
            f"{self.pooled:.3g} ({self.low:.3g} to {self.high:.3g}), {plural(self.places, 'place')}; a new one may lie "
            f"between {self.predicted_low:.3g} and {self.predicted_high:.3g}; {self.differ} ({self.name})"
        )


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"= {value:.2g}"


def random_effects(
    effects: Iterable[float],
    variances: Iterable[float],
    *,
    method: str = "paule-mandel",
    interval: str = "hartung-knapp",
    level: float = 0.95,
) -> RandomEffects:
    """Pool effects of several places that may truly differ.

    Args:
        effects: the effect at each place, all on one scale on which differences may be added.
        variances: the variance of each (its standard error squared), above 0.
        method: ``paule-mandel`` or ``dersimonian-laird``, how the variance between places is estimated.
        interval: ``hartung-knapp`` or ``normal``, how the interval of the pooled number is made.
        level: of all intervals, between 0 and 1.

    Raises:
        UsageError: there are fewer than three places, a number cannot be reckoned with, or there is no such
            method, interval or level.
        MissingEngine: statsmodels is not installed.
    """
    y, v = _sound(effects, "effect"), _sound(variances, "variance")
    if len(y) != len(v):
        raise UsageError(
            f"There are {plural(len(y), 'effect')} and {plural(len(v), 'variance')}; each place has one of both."
        )
    if len(y) < LEAST:
        raise UsageError(
            f"Of {plural(len(y), 'place')} there is no pooled number: it takes {LEAST} to tell how far places differ."
        )
    if min(v) <= 0:
        raise UsageError("A variance is above 0; an effect without one cannot be weighed.")
    for name, given, known in (("method", method, METHODS), ("interval", interval, INTERVALS)):
        if given not in known:
            raise UsageError(
                f"There is no {name} {show(given)}.{did_you_mean(str(given), known)} There are: {', '.join(known)}."
            )
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 1:
        raise UsageError(f"The level of an interval lies between 0 and 1, such as 0.95, not {show(level)}.")
    return _reckoned(y, v, method, interval, float(level))


def _sound(values: Iterable[float], what: str) -> list[float]:
    found = []
    for value in values:
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise UsageError(f"{show(value)} is no {what} to reckon with; a number is wanted.")
        found.append(number)
    return found


def _reckoned(
    y: Sequence[float], v: Sequence[float], method: str, interval: str, level: float
) -> RandomEffects:
    try:
        import statsmodels
        from scipy import stats
        from statsmodels.stats.meta_analysis import combine_effects
    except ImportError as missing:
        raise MissingEngine(NEEDS) from missing
    import numpy as np

    effect, variance = np.array(y), np.array(v)
    # Reckoned in units of the typical error: the tolerance of the iteration is absolute.
    unit = float(np.sqrt(np.median(variance)))
    k = len(y)
    options: dict[str, Any] = {"method_re": "pm" if method == "paule-mandel" else "dl"}

    def combined() -> Any:
        with np.errstate(invalid="ignore"):  # of a variance below zero, which is set right below
            return combine_effects(effect / unit, variance / unit**2, use_t=True, **options)

    made = combined()
    if method == "paule-mandel" and made.tau2 <= 0 < made.q - (k - 1):
        # Where its iteration lands a rounding error beyond the root, statsmodels (0.15) gives back zero. It is
        # begun again at the root, where it has nothing left to do.
        root = _falls_to(partial(_squares, effect / unit, variance / unit**2), k - 1, 1.0)
        options |= {"tau2_start": root * (1 - 1e-9), "atol": 1e-7 * (k - 1)}
        made = combined()
    q, df = max(0.0, float(made.q)), k - 1
    # statsmodels lets the variance of DerSimonian & Laird fall below zero; at zero it is the fixed model.
    alike = made.tau2 <= 0
    tau2 = 0.0 if alike else float(made.tau2) * unit**2
    pooled = float(made.mean_effect_fe if alike else made.mean_effect_re) * unit
    plain = float(made.sd_eff_w_fe if alike else made.sd_eff_w_re) * unit
    scaled = float(made.sd_eff_w_fe_hksj if alike else made.sd_eff_w_re_hksj) * unit
    weights = made.weights_rel_fe if alike else made.weights_rel_re
    tail = (1 - level) / 2
    if interval == "hartung-knapp":
        error, reach = max(plain, scaled), float(stats.t.isf(tail, df))
    else:
        error, reach = plain, float(stats.norm.isf(tail))
    beyond = float(stats.t.isf(tail, k - 2)) * math.sqrt(tau2 + error**2)
    low2, high2 = _profile(effect, variance, [float(stats.chi2.isf(at, df)) for at in (tail, 1 - tail)])
    typical = float(df * (1 / variance).sum() / ((1 / variance).sum() ** 2 - (1 / variance**2).sum()))

    def share(between: float) -> float:
        return 1.0 if math.isinf(between) else between / (between + typical)

    return RandomEffects(
        places=k,
        pooled=pooled,
        error=error,
        low=pooled - reach * error,
        high=pooled + reach * error,
        level=level,
        predicted_low=pooled - beyond,
        predicted_high=pooled + beyond,
        q=q,
        df=df,
        p=float(stats.chi2.sf(q, df)),
        i2=share(tau2),
        i2_low=share(low2),
        i2_high=share(high2),
        tau2=tau2,
        tau2_low=low2,
        tau2_high=high2,
        weights=tuple(float(one) for one in weights),
        method=METHODS[method],
        interval=INTERVALS[interval],
        library=f"statsmodels {statsmodels.__version__}",
    )


def _profile(effect: Any, variance: Any, ends: Sequence[float]) -> tuple[float, float]:
    """Between which variances between places the weighted squares are as large as chance would have them."""
    low, high = (_falls_to(partial(_squares, effect, variance), end, float(variance.max())) for end in ends)
    return low, high


def _squares(effect: Any, variance: Any, tau2: float) -> float:
    """The sum of weighted squares around the mean, were that the variance between places."""
    weight = 1 / (variance + tau2)
    mean = (weight * effect).sum() / weight.sum()
    return float((weight * (effect - mean) ** 2).sum())


def _falls_to(squares: Callable[[float], float], wanted: float, step: float) -> float:
    """Where a falling function reaches a value; 0 where it begins below it, infinity where it never gets there."""
    if squares(0.0) <= wanted:
        return 0.0
    low, high = 0.0, step
    while squares(high) > wanted:
        low, high = high, high * 2
        if high > 1e300:
            return math.inf
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if squares(middle) > wanted else (low, middle)
    return (low + high) / 2
