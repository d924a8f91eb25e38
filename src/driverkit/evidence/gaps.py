"""How often a measure is taken, and where a whole period or more has no row at all.

A row without a value says that it is missing; a row that is not there says nothing. Both are gaps, and a
line that is drawn across them would show values that nobody has seen.
"""

from __future__ import annotations

from itertools import pairwise

from driverkit.evidence.series import Line
from driverkit.model import Measure

__all__ = ["broken", "period"]

_PERIODS = {
    "daily": ("a day", 1), "weekly": ("a week", 7), "fortnightly": ("a fortnight", 14),
    "monthly": ("a month", 31), "quarterly": ("a quarter", 92), "termly": ("a term", 122),
    "yearly": ("a year", 366), "annually": ("a year", 366), "annual": ("a year", 366),
}  # fmt: skip


def period(measure: Measure) -> tuple[str, int] | None:
    """The period of a measure in words and in days (at most), as its ``frequency`` says it; None where it does not."""
    return _PERIODS.get((measure.frequency or "").strip().lower())


def broken(line: Line) -> frozenset[int]:
    """Before which points, by their place from 0, a whole period or more has no row at all.

    Where the measure names no frequency, the usual gap between its points stands for it, if three in four gaps are
    about as long.
    """
    gaps = [(b - a).days for a, b in pairwise(line.dates)]
    own = period(line.measure)
    if own is not None:
        usual = own[1]
    elif len(gaps) >= 4:
        usual = sorted(gaps)[len(gaps) // 2]
        if sum(abs(gap - usual) <= 0.25 * usual for gap in gaps) < 0.75 * len(gaps):
            return frozenset()  # taken when it suited: no gap is longer than it should be
    else:
        return frozenset()
    return frozenset(at for at, gap in enumerate(gaps, 1) if gap >= 1.9 * usual)
