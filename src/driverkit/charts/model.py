"""The chart: a value that shows itself and can be had in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from driverkit.charts.content import Idea, Panel
from driverkit.charts.drawn import FORMATS, Drawn
from driverkit.charts.scales import number
from driverkit.evidence.words import plural
from driverkit.themes import Theme

if TYPE_CHECKING:
    from driverkit.charts.sheet import Sheet

__all__ = ["FORMATS", "Chart"]


@frozen(kw_only=True)
class Chart(Drawn):
    """A chart: it shows itself in a notebook, and can be had as SVG, PNG and PDF.

    Attributes:
        measure: the id of the measure.
        kind: ``run`` or ``xmr``.
        title: the name of the measure, and of the site or group where it is of one.
        subtitle: of what it is a measure, the unit, which way is good, and of how many.
        verdicts: what the rule says: ``better``, ``worse``, ``part`` (a signal that is neither) or nothing, and a
            sentence with its counts.
        panels: the lines of points, with everything that belongs to each.
        levels: target and baseline where the measure has them, in its unit.
        footnotes: the rule, what is missing or left out, and remarks, as sentences.
        key: the change ideas whose cycles are marked, where they are listed below.
        alt: what the chart shows, in sentences, for those who listen.
        unit: what stands behind a number.
        percent: whether 0 and 100 are the ends of what can be.
        positive: whether no value can be below 0.
        theme: how it looks.
        width: in pixels.
        height: in pixels; None for as high as it needs to be.
    """

    measure: str
    kind: str
    title: str
    subtitle: str
    verdicts: tuple[tuple[str, str], ...]
    panels: tuple[Panel, ...]
    levels: tuple[tuple[str, float], ...]
    footnotes: tuple[str, ...]
    key: tuple[Idea, ...]
    alt: str
    unit: str
    percent: bool
    positive: bool
    theme: Theme
    width: float
    height: float | None = None

    def value(self, value: float, decimals: int, *, unit: bool = True) -> str:
        """A value as it stands on the chart."""
        return number(value, decimals) + (self.unit if unit else "")

    @property
    def lines_drawn(self) -> tuple[tuple[str, str], ...]:
        """The kinds of lines that need explaining, each with its words."""
        found = []
        words = dict.fromkeys(one.word for one in self.panels)
        stretches = [(one, stretch) for one in self.panels for stretch in one.stretches]
        if len(self.panels) > 1:
            found.append(("solid", f"{'/'.join(words)} of each panel, with its value at the right"))
            found += [("dots", f"{name} {self.value(value, 2)}") for name, value in self.levels]
            if any(stretch.lower is not None for _, stretch in stretches):
                found.append(("limits", "limits"))
        if any(s.frozen is not None and s.frozen < len(one.dates) for one, s in stretches):
            found.append(("dash", f"the {'/'.join(words)} carried on beyond the points it is taken from"))
        return tuple(found)

    def layout(self) -> Sheet:
        """Where everything stands."""
        from driverkit.charts.layout import lay_out

        return lay_out(self)

    def __repr__(self) -> str:
        return f"<Chart of {self.title!r}: {plural(len(self.panels), 'panel')}, theme {self.theme.name}>"
