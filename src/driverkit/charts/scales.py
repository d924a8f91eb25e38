"""Axes: where they begin and end, where their ticks stand, and how numbers and days are written.

A vertical axis begins at zero where that costs little; where it does not, the chart says so. A horizontal axis
is made of days, from days to centuries, and knows no time zone and no language of the machine.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from attrs import frozen

__all__ = ["Scale", "day", "days", "month", "number", "numbers", "span", "tick_days", "values"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_FIRST, _LAST = dt.date.min.toordinal(), dt.date.max.toordinal()


@frozen
class Scale:
    """A vertical axis.

    Attributes:
        low: where it begins, divided by ``factor``.
        high: where it ends, divided by ``factor``.
        ticks: where its ticks stand, divided by ``factor``.
        labels: what is written beside them, in the unit of the measure.
        factor: what values are divided by to be drawn: 1, but for numbers too large or small to draw with.
        decimals: the digits after the point that a value beside the axis needs.
        from_zero: whether it begins at zero, or below.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    factor: float
    decimals: int
    from_zero: bool


def number(value: float, decimals: int = 2) -> str:
    """A number as it stands on a chart.

    >>> number(17.400000001, 1), number(12.0, 2), number(-3.25, 1), number(1234567.0, 1), number(2.5e290)
    ('17.4', '12', '−3.2', '1,234,567', '2.5e+290')
    """
    if value and not 1e-6 <= abs(value) < 1e12:
        text = f"{value:.3g}"
    else:
        text = f"{value:,.{decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if text == "-0":
            text = "0"
    return text.replace("-", "−", 1) if text.startswith("-") else text


def _step(span: float, most: int) -> float:
    """A round step of which a span holds at most that many."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    for times in (1, 2, 2.5, 5, 10):
        if power * times * (1 + 1e-9) >= rough:
            return power * times
    return power * 10


def values(
    found: Iterable[float], *, percent: bool = False, least: float | None = None, most: int = 6
) -> Scale:
    """The vertical axis for some values.

    Percent go from 0 to 100 where the values fill much of that; otherwise an axis begins at zero where the
    smallest value is not far above it compared with the largest, and else just below the smallest.

    Args:
        found: everything that has to be seen.
        percent: whether 0 and 100 are the ends of what can be.
        least: what no value can be below, such as 0 for a count; None where there is no such thing.
        most: the most steps.

    >>> values([62, 95, 20], percent=True).labels
    ('0', '20', '40', '60', '80', '100')
    >>> scale = values([5.1, 5.6])
    >>> scale.labels, scale.from_zero
    (('4.8', '5', '5.2', '5.4', '5.6'), False)
    """
    # What is smaller than any measure could be is drawn as zero: its digits are the rounding of floats.
    raw = [value if abs(value) > 1e-290 else 0.0 for value in found if math.isfinite(value)] or [0.0, 1.0]
    largest = max(map(abs, raw))
    factor = 1.0
    if largest and not 1e-6 <= largest < 1e12:
        factor = 10.0 ** math.floor(math.log10(largest))
    seen = [value / factor for value in raw]
    low, high = min(seen), max(seen)
    bottom = least / factor if least is not None else None
    if percent and low >= 0 and high <= 100 and (high - low >= 40 or (high > 60 and low < 40)):
        low, high, top = 0.0, 100.0, 100.0
    else:
        top = 100.0 if percent and high <= 100 else math.inf
        spread = high - low
        if low >= 0 and (low <= 0.6 * high or not spread):
            low, high = 0.0, (high * 1.04 if high else 1.0)
        else:
            room = max(spread * 0.1, max(abs(low), abs(high)) * (0.02 if spread else 0.1))
            low, high = low - room, high + room
            if bottom is not None and min(seen) >= bottom:
                low = max(low, bottom)
        high = min(high, top)
    step = _step(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(step * at for at in range(first, last + 1))
    if percent and ticks[-1] > 100 >= max(seen):
        ticks = ticks[:-1] if ticks[-2] >= max(seen) else ticks
    end = ticks[-1]
    if end - high > 0.4 * step and end > max(seen) and len(ticks) > 2:
        # A last step that is mostly empty is not drawn to its end.
        end, ticks = high, ticks[:-1]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if step * 10**decimals % 1 > 1e-6:
        decimals += 1
    return Scale(
        low=ticks[0],
        high=end,
        ticks=ticks,
        labels=tuple(number(tick * factor, decimals) for tick in ticks),
        factor=factor,
        decimals=decimals + 1,
        from_zero=ticks[0] <= 0,
    )


# --- days ----------------------------------------------------------------------------------------------


def day(date: dt.date) -> str:
    """A day in words: ``3 March 2026``."""
    return f"{date.day} {LONG_MONTHS[date.month - 1]} {date.year}"


def month(date: dt.date) -> str:
    """A month in words: ``March 2026``."""
    return f"{LONG_MONTHS[date.month - 1]} {date.year}"


def days(dates: Sequence[dt.date]) -> str:
    """How the days of a series are best named: ``month`` where each is the first of one, else ``day``."""
    return "month" if dates and all(date.day == 1 for date in dates) else "day"


def span(first: int, last: int) -> tuple[float, float]:
    """A horizontal axis with a little room at both ends, from and to a day as `date.toordinal` counts."""
    room = max((last - first) * 0.02, 3.0 if last - first > 5 else 1.0)
    return max(first - room, _FIRST), min(last + room, _LAST)


def tick_days(
    low: float, high: float, most: int, most_months: int | None = None
) -> list[tuple[int, str, str]]:
    """The ticks of a horizontal axis: the day, what is written, and what is written below it where it changes.

    Args:
        low: where the axis begins, as `date.toordinal` counts.
        high: where it ends.
        most: the most ticks.
        most_months: the most ticks where months or years are named, which takes less room.

    >>> import datetime as dt
    >>> ends = dt.date(2025, 11, 1).toordinal(), dt.date(2026, 2, 1).toordinal()
    >>> [(text, below) for _, text, below in tick_days(*ends, 6)]
    [('Nov', '2025'), ('Dec', ''), ('Jan', '2026'), ('Feb', '')]
    """
    first, last = math.ceil(low), math.floor(high)
    most = max(most, 1)
    for step in (1, 2, 7, 14):
        if (last - first) // step + 1 <= most and last - first < 75:
            # Weeks are counted from the first day shown, so that weekly points stand at their ticks.
            return _labelled([dt.date.fromordinal(at) for at in range(first, last + 1, step)], "day")
    most = max(most_months or most, 1)
    begin, end = dt.date.fromordinal(first), dt.date.fromordinal(last)
    months = (end.year - begin.year) * 12 + end.month - begin.month
    for step in (1, 2, 3, 6):
        if months // step + 1 <= most:
            place = begin.year * 12 + begin.month - 1
            found = [
                dt.date(m // 12, m % 12 + 1, 1) for m in range(place - place % step, place + months + 1, step)
            ]
            return _labelled([date for date in found if first <= date.toordinal() <= last], "month")
    years = end.year - begin.year
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if years // s + 1 <= most), 5000)
    found = [
        dt.date(year, 1, 1) for year in range(begin.year - begin.year % step, end.year + 1, step) if year > 0
    ]
    return _labelled([date for date in found if first <= date.toordinal() <= last], "year")


def _labelled(dates: Sequence[dt.date], kind: str) -> list[tuple[int, str, str]]:
    found = []
    year: int | None = None
    for date in dates:
        below = ""
        if kind != "year" and date.year != year:
            year, below = date.year, str(date.year)
        text = {"day": f"{date.day} {MONTHS[date.month - 1]}", "month": MONTHS[date.month - 1]}.get(
            kind, str(date.year)
        )
        found.append((date.toordinal(), text, below))
    return found


def numbers(low: float, high: float) -> str:
    """A range of whole or near-whole numbers in words: ``60 to 95``, or ``20`` where both ends are that.

    >>> numbers(60, 95), numbers(20, 20), numbers(1204, 1350)
    ('60 to 95', '20', '1,204 to 1,350')
    """
    one, other = number(low, 1), number(high, 1)
    return one if one == other else f"{one} to {other}"
