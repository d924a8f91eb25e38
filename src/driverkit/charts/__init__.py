"""Run charts and XmR charts: a measure over time, with the tests that were made on the way; and what was learned.

matplotlib draws them, and is loaded when the first chart is drawn.

    >>> import driverkit as dk
    >>> chart = dk.chart(dk.examples.load("leaving-hospital"), "M6")
    >>> chart.verdicts[0][1]
    'No signal: the 15 useful points vary as chance alone would have them'
"""

from __future__ import annotations

from driverkit.charts.build import chart
from driverkit.charts.model import FORMATS, Chart
from driverkit.charts.over_time import TimeChart, over_time_chart
from driverkit.charts.spread import SpreadChart, spread_chart

__all__ = ["FORMATS", "Chart", "SpreadChart", "TimeChart", "chart", "over_time_chart", "spread_chart"]
