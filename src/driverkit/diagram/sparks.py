"""A series drawn small: its values by date, its median, its latest value and the points of a signal.

It says no more than the large chart would. The line is broken where a value or a row is missing; the median
is drawn only where there are enough points for the rule to judge; and where there are fewer, each of them is
drawn as a point, so that nobody takes four values for a trend.
"""

from __future__ import annotations

from collections.abc import Sequence

from driverkit.diagram.model import Spark
from driverkit.diagram.overlay import Reading

__all__ = ["MOST_POINTS", "spark"]

# Of a longer series as many points are drawn, evenly chosen.
MOST_POINTS = 120
# Up to so many values of which nobody can say yet what is usual are drawn one by one.
FEW = 15


def _places(reading: Reading, kept: Sequence[int]) -> dict[int, float]:
    """How far along the space each point stands, from 0 to 1: by its day, where all have one."""
    dates = reading.dates
    if len(dates) == len(reading.series) and len(dates) > 1:
        first, last = dates[0].toordinal(), dates[-1].toordinal()
        if last > first:
            return {i: (dates[i].toordinal() - first) / (last - first) for i in kept}
    last = len(reading.series) - 1
    start = kept[0] if kept else 0
    return {i: (i - start) / (last - start) if last > start else 0.5 for i in kept}


def spark(reading: Reading, x: float, y: float, width: float, height: float) -> Spark:
    """A series in a small space: its lowest value at the bottom, its highest on top."""
    values = reading.series
    step = -(-len(values) // MOST_POINTS)
    # The latest value is always among those that are drawn.
    kept = range((len(values) - 1) % step, len(values), step)
    along = _places(reading, kept)
    there = [value for i in kept if (value := values[i]) is not None]
    there += [level for _, _, level in reading.levels]
    low, high = min(there), max(there)

    def up(value: float) -> float:
        part = 0.5 if high == low else (value / 4 - low / 4) / (high / 4 - low / 4)
        return round(y + (1 - part) * height, 2)

    def across(i: int) -> float:
        return round(x + along[i] * width, 2)

    breaks = sorted(reading.breaks)
    runs: list[list[tuple[float, float]]] = [[]]
    before = -1
    for i in kept:
        value = values[i]
        missing = any(values[j] is None for j in range(before + 1, i + 1)) if step > 1 else value is None
        if missing or any(before < at <= i for at in breaks):
            runs.append([])
        if value is not None:
            runs[-1].append((across(i), up(value)))
        before = i
    known = {i: (across(i), up(value)) for i in kept if (value := values[i]) is not None}
    medians = []
    for first, last, level in reading.levels:
        inside = [i for i in kept if first <= i <= last]
        if inside:
            medians.append((across(inside[0]), across(inside[-1]), up(level)))
    return Spark(
        round(x, 2),
        round(y, 2),
        round(width, 2),
        round(height, 2),
        tuple(tuple(run) for run in runs if run),
        reading.title,
        tuple(medians),
        tuple(known[i] for i in reading.signal if i in known),
        reading.signal_mark,
        not reading.levels and len(known) <= FEW,
    )
