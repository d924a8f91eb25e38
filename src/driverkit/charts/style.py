"""How a chart looks in a theme: the one place where roles of diagrams become roles of charts.

A theme need not say anything about charts. Whoever wants other colours passes a theme of their own.
"""

from __future__ import annotations

from attrs import frozen

from driverkit.themes import Theme, contrast

__all__ = ["ChartStyle", "style_of"]


@frozen(kw_only=True)
class ChartStyle:
    """The colours of a chart.

    Attributes:
        background: the ground.
        title: the words of the title.
        text: all other words.
        quiet: footnotes and the words along the axes.
        grid: the thin lines of the grid, which say nothing by themselves.
        axis: the line of the horizontal axis, and the poles of flags.
        series: points and the line that joins them.
        centre: the centre line and its words.
        limits: the limits and their words.
        band: the ground between the limits.
        target: the line of the target and its words.
        baseline: the line of the baseline and its words.
        better: the points of a signal for the better (a diamond).
        worse: the points of a signal for the worse (a square).
        part: the points of a signal that is neither (a ring).
        flag: the ground of the flag of a cycle.
        flag_edge: its border.
        flag_text: its words.
    """

    background: str
    title: str
    text: str
    quiet: str
    grid: str
    axis: str
    series: str
    centre: str
    limits: str
    band: str
    target: str
    baseline: str
    better: str
    worse: str
    part: str
    flag: str
    flag_edge: str
    flag_text: str


def style_of(theme: Theme) -> ChartStyle:
    """The colours of a chart in a theme.

    >>> from driverkit.themes import theme
    >>> style_of(theme("default")).series
    '#17475e'
    """
    # A theme may leave the ground of its aims white; points in that colour would not be seen.
    series = next(
        (one for one in (theme.aim.fill, theme.aim.stroke) if contrast(one, theme.background) >= 3),
        theme.title,
    )
    return ChartStyle(
        background=theme.background,
        title=theme.title,
        text=theme.heading,
        quiet=theme.subtitle,
        grid=theme.rule if theme.rule != theme.title else theme.background,
        axis=theme.unstated.stroke,
        series=series,
        centre=theme.strong.stroke,
        limits=theme.measure.note,
        band=theme.measure.fill,
        target=theme.change.note,
        baseline=theme.subtitle,
        better=theme.mark("signal-better").stroke or series,
        worse=theme.mark("signal-worse").stroke or series,
        part=series,
        flag=theme.change.fill,
        flag_edge=theme.change.stroke,
        flag_text=theme.change.text,
    )
