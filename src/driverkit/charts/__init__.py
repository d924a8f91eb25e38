"""Run charts and XmR charts: a measure over time, with the tests that were made on the way.

matplotlib draws them, and is loaded when the first chart is drawn.

    >>> import driverkit as dk
    >>> chart = dk.chart(dk.examples.load("leaving-hospital"), "M6")
    >>> chart.verdicts[0][1]
    'No signal: the 15 useful points vary as chance alone would have them'
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import frozen

from driverkit.charts.content import (
    CycleMark,
    Idea,
    Panel,
    cycles_at,
    ideas_of,
    mark_of,
    panel,
    subtitle,
    when,
)
from driverkit.charts.layout import Sheet, clean, lay_out, note_lines
from driverkit.charts.scales import days, number
from driverkit.errors import UsageError
from driverkit.evidence.run_charts import RunRule
from driverkit.evidence.words import listed, plural, shortened
from driverkit.model import Measure, Theory
from driverkit.model.values import as_date, did_you_mean
from driverkit.themes import Theme
from driverkit.themes import theme as theme_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from driverkit.evidence.signals import MeasureChart

__all__ = ["FORMATS", "Chart", "chart"]

FORMATS = ("svg", "png", "pdf")
"""The formats of charts."""

MOST_PANELS = 40
_KEY_IDEAS = 12
_WIDTH = 960.0
_WIDTH_MANY = 1123.0  # A4 lying, at 96 pixels to the inch


@frozen(kw_only=True)
class Chart:
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
    width: float = _WIDTH
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
        return lay_out(self)

    def figure(self) -> Figure:
        """The chart as a figure of matplotlib, to go on with: one axes a panel, days as matplotlib counts them."""
        from driverkit.charts import paint

        return paint.figure(self.layout())

    def svg(self) -> str:
        """The chart as SVG text, to be saved or put into a page."""
        from driverkit.charts import paint, svg

        sheet = self.layout()
        return svg.finished(paint.svg(sheet), sheet, title=clean(self.title), alt=self.alt)

    def png(self, *, scale: float = 2.0, dpi: float | None = None) -> bytes:
        """The chart as PNG.

        Args:
            scale: pixels of the PNG for one of the chart.
            dpi: pixels to the inch instead, 96 being a scale of 1.

        Raises:
            UsageError: the PNG would be too large.
        """
        from driverkit.picture import foreign_letters, rasterise

        sheet = self.layout()
        foreign = foreign_letters(words.text for words in sheet.words)
        return rasterise(
            self.svg(),
            sheet.width,
            sheet.height,
            scale=dpi / 96 if dpi is not None else scale,
            more_fonts=next(foreign, None) is not None,
            smaller="a smaller chart",
        )

    def pdf(self) -> bytes:
        """The chart as PDF."""
        from driverkit.charts import paint

        return paint.pdf(self.layout(), clean(self.title))

    def missing_letters(self) -> str:
        """The letters on the chart that the bundled font cannot draw, each once, in order of appearance."""
        from driverkit.picture import foreign_letters

        return "".join(dict.fromkeys(foreign_letters(words.text for words in self.layout().words)))

    def to(self, format: str, *, scale: float = 2.0) -> str | bytes:
        """The chart in the format of that name: text for svg, bytes for png and pdf.

        Raises:
            UsageError: there is no such format.
        """
        name = format.lower().removeprefix(".")
        if name == "svg":
            return self.svg()
        if name == "png":
            return self.png(scale=scale)
        if name == "pdf":
            return self.pdf()
        hint = did_you_mean(name, FORMATS)
        raise UsageError(f"No format of charts is called {format!r}.{hint} There are: {', '.join(FORMATS)}.")

    def save(self, path: str | os.PathLike[str], *, format: str | None = None, scale: float = 2.0) -> None:
        """Write the chart to a file, whole or not at all.

        Args:
            path: where to.
            format: svg, png or pdf; left out, the suffix says it.
            scale: pixels of a PNG for one of the chart.
        """
        from driverkit.formats.files import write_bytes

        name = format or PurePath(path).suffix
        if not name:
            known = ", ".join(f".{one}" for one in FORMATS)
            raise UsageError(
                f"The name {os.fspath(path)!r} does not say the format of the chart. End it with one of: {known}."
            )
        drawn = self.to(name, scale=scale)
        write_bytes(Path(path), drawn.encode("utf-8") if isinstance(drawn, str) else drawn)

    # -- in a notebook ---------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<Chart of {self.title!r}: {plural(len(self.panels), 'panel')}, theme {self.theme.name}>"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """What a notebook shows, in every form that it may know. Nothing is drawn that is left out."""
        drawn: list[str] = []

        def svg() -> str:
            if not drawn:
                drawn.append(self.svg())
            return drawn[0]

        makers: dict[str, Callable[[], str | bytes]] = {
            "text/plain": lambda: self.alt,
            "text/html": lambda: _image_tag(svg(), self),
            "image/svg+xml": svg,
            "image/png": lambda: self.png(scale=1.5),
        }
        kept = set(makers) if include is None else set(include)
        kept -= set(exclude or ())
        return {kind: make() for kind, make in makers.items() if kind in kept}


def _image_tag(svg: str, chart: Chart) -> str:
    """The chart as an image of a page: a notebook that is not trusted still shows it, and nothing in it can run."""
    from base64 import b64encode
    from html import escape

    data = b64encode(svg.encode("utf-8")).decode("ascii")
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(chart.alt, quote=True)}"'
        f' width="{chart.width:.0f}" style="max-width: 100%; height: auto">'
    )


# --- from a theory to a chart ----------------------------------------------------------------------------------


def chart(
    theory: Theory,
    measure_id: str,
    *,
    kind: Literal["run", "xmr"] = "run",
    rule: str | RunRule | None = None,
    by: str | None = None,
    site: str | None = None,
    stratum: Mapping[str, str] | None = None,
    freeze: int | dt.date | str | None = None,
    phases: Iterable[dt.date | str] | str | None = None,
    exclude: Mapping[dt.date | str, str] | None = None,
    centre: float | None = None,
    annotate: bool = True,
    key: bool | None = None,
    theme: str | Theme = "default",
    width: float | None = None,
    height: float | None = None,
) -> Chart:
    """A measure over time as a run chart or an XmR chart.

    Cycles of change ideas at or below the measure's nodes stand on it at the day of their Do. A line is broken where a
    value is missing and where a whole period has no row.

    Args:
        theory: the theory.
        measure_id: the id of the measure.
        kind: ``run`` for a centre line; ``xmr`` for limits of single values as well.
        rule: the rule that judges, by name or as a value; left out, ``anhoej`` for a run chart and ``xmr`` for an XmR
            chart.
        by: a panel for each ``site``, for each group of a stratum by its name, or for each ``site and stratum``; all with
            one vertical axis.
        site: only this site.
        stratum: only these groups, such as ``{"language": "other"}``.
        freeze: take the line from the points up to that day, or from that many.
        phases: the days at which a new phase begins, or ``"column"`` for those that the series names.
        exclude: day of a point and why it is not counted.
        centre: the line, where it is known from elsewhere.
        annotate: whether cycles are marked.
        key: whether the cycles are listed below with what was decided; left out, where they test at most 12 ideas.
        theme: how it looks: a name, or a `Theme`.
        width: in pixels; left out, 960, and 1123 (A4, lying) for several panels.
        height: in pixels; left out, as high as it needs to be.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure; an option has a value that it cannot have; or there would be more than 40 panels.
        SeriesError: the file of the series cannot be read.
    """
    from driverkit.evidence.series import lines, scale_of
    from driverkit.evidence.signals import judged, measure_chart

    if kind not in ("run", "xmr"):
        raise UsageError(
            f"There is no chart {kind!r}.{did_you_mean(str(kind), ('run', 'xmr'))} There are: run, xmr."
        )
    look = theme_named(theme)
    measure = _measure(theory, measure_id)
    chosen = rule if rule is not None else {"run": "anhoej", "xmr": "xmr"}[kind]
    options: dict[str, Any] = {"centre": centre, "freeze": freeze, "phases": phases, "exclude": exclude}
    if by is None:
        found = [measure_chart(theory, measure.id, rule=chosen, site=site, stratum=stratum, **options)]
        headings = [""]
    else:
        if site is not None or stratum is not None:
            raise UsageError(
                "Either 'by' draws a panel for each, or 'site' and 'stratum' choose one, not both."
            )
        some = lines(theory, measure.id, by=by)
        if not some:
            raise UsageError(
                f"The series of {measure.id!r} names no {by}, so there is nothing to draw by it."
            )
        if len(some) > MOST_PANELS:
            raise UsageError(
                f"{measure.id!r} by {by} would have {len(some)} panels; up to {MOST_PANELS} can be read. Choose some with "
                "'site' or 'stratum', or draw by one of them only."
            )
        found = [judged(one, rule=chosen, **options) for one in some]
        headings = [clean(" · ".join(_of(one.site, one.stratum))) for one in some]
    dated, undated = cycles_at(theory, measure) if annotate else ([], 0)
    letters = _Letters()
    panels = []
    for one, heading in zip(found, headings, strict=True):
        at = one.line.site
        own = [mark_of(cycle) for cycle in dated if at is None or cycle.site is None or cycle.site == at]
        count = _frozen(one.line.dates, freeze)
        panels.append(
            panel(
                theory,
                one,
                rule=chosen,
                kind=kind,
                heading=heading,
                freeze=count,
                given=centre is not None,
                cycles=own,
                letters=letters,
            )
        )
    elsewhere = len(dated) - len({mark.id for one in panels for mark in one.cycles})
    _has_limits(kind, chosen, panels, [one.chart.signal for one in found])
    percent = scale_of(measure.unit) == 100.0
    title = measure.name
    if by is not None:
        title = f"{title}, by {_by_words(by, found[0])}"
    elif site is not None or stratum:
        title = f"{title}: {', '.join(_of(site, stratum or {}))}"
    title = shortened(clean(title), 240)
    levels = [("target", measure.target)]
    if by is None and site is None and not stratum:
        levels.append(("baseline", measure.baseline))
    drawn = Chart(
        measure=measure.id,
        kind=kind,
        title=title,
        subtitle=subtitle(theory, measure, panels[0].n if len(panels) == 1 else ""),
        verdicts=_verdicts(panels),
        panels=tuple(panels),
        levels=tuple((name, float(value)) for name, value in levels if value is not None),
        footnotes=(),
        key=(),
        alt="",
        unit="\u00a0%" if percent else _short_unit(measure.unit),
        percent=percent,
        positive=percent or all(value >= 0 for one in panels for value in one.seen),
        theme=look,
        width=_length(width, "width", 480) or (_WIDTH if len(panels) == 1 else _WIDTH_MANY),
        height=_length(height, "height", 240),
    )
    shown = _shown(drawn)
    ideas = ideas_of(theory, shown)
    listed_ideas = ideas if (key if key is not None else len(ideas) <= _KEY_IDEAS) else ()
    return attrs.evolve(
        drawn,
        key=listed_ideas,
        footnotes=_footnotes(
            theory, drawn, shown, len(dated), elsewhere, undated, ideas if not listed_ideas else ()
        ),
        alt=_alt(drawn, shown),
    )


def _of(site: str | None, stratum: Mapping[str, str]) -> list[str]:
    """Which site and groups a panel is of."""
    return [*([site] if site else []), *(f"{name}: {group}" for name, group in stratum.items())]


def _by_words(by: str, one: MeasureChart) -> str:
    return listed(["site", *one.line.stratum], 9) if by == "site and stratum" else by


def _measure(theory: Theory, id: str) -> Measure:
    known = [one.id for one in theory.measures]
    if id in known:
        node = theory.node(id)
        assert isinstance(node, Measure)
        return node
    node = theory.node(id)
    hint = did_you_mean(id, known) or (
        f" There are: {listed(known, 12)}." if known else " The theory has none."
    )
    raise UsageError(f"{id!r} is no measure, and only measures have a chart.{hint}")


def _length(value: float | None, name: str, least: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= 10_000:
        raise UsageError(f"{value!r} is no {name} for a chart. Give pixels between {least:g} and 10,000.")
    return float(value)


def _short_unit(unit: str | None) -> str:
    if not unit or len(unit) > 8 or not unit.isprintable() or " " in unit:
        return ""
    return f"\u00a0{clean(unit)}"


def _frozen(dates: Sequence[dt.date], freeze: int | dt.date | str | None) -> int | None:
    if freeze is None or isinstance(freeze, int):
        return freeze
    day = as_date(freeze)  # read before by the chart itself, which refuses what is no date
    return sum(date <= day for date in dates)


class _Letters:
    """Gives each remark a letter: a to z, then aa, ab …; the same words have the same letter."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, note: str) -> str:
        if note not in self._known:
            at, letters = len(self._known), ""
            while at >= 0:
                letters = chr(97 + at % 26) + letters
                at = at // 26 - 1
            self._known[note] = letters
        return self._known[note]


def _has_limits(
    kind: str, rule: str | RunRule, panels: Sequence[Panel], signals: Sequence[bool | None]
) -> None:
    if kind != "xmr" or any(one.lower is not None for p in panels for one in p.stretches):
        return
    if any(signal is not None for signal in signals):
        name = rule if isinstance(rule, str) else rule.name
        raise UsageError(
            f"The rule {name!r} has no limits, so it makes no XmR chart. Use xmr, xmr-screened, mdc6 or mdc7, or a run chart."
        )


def _verdicts(panels: Sequence[Panel]) -> tuple[tuple[str, str], ...]:
    kinds = {"better": "better", "worse": "worse", "signal": "part"}
    if len(panels) == 1:
        said = panels[0].verdict
        return ((kinds.get(said.kind, ""), said.text),)
    words = {
        "better": "Signal for the better in",
        "worse": "Signal for the worse in",
        "signal": "A signal that is neither better nor worse in",
        "none": "No signal in",
        "unknown": "Too few points to tell in",
    }
    found = []
    for kind, text in words.items():
        names = [shortened(one.heading, 40) for one in panels if one.verdict.kind == kind]
        if len(names) == len(panels) and kind in ("none", "unknown"):
            found.append(("", f"{text} any of the {len(panels)} panels"))
        elif names:
            found.append((kinds.get(kind, ""), f"{text} {len(names)} of {len(panels)}: {listed(names, 6)}"))
    return tuple(found)


def _shown(drawn: Chart) -> tuple[CycleMark, ...]:
    """The cycles that stand on the chart, each once, by day."""
    from driverkit.charts.layout import horizontal

    low, high = horizontal(drawn.panels)
    seen = {
        mark.id: mark for one in drawn.panels for mark in one.cycles if low <= mark.date.toordinal() <= high
    }
    return tuple(sorted(seen.values(), key=lambda mark: mark.date))


def _footnotes(
    theory: Theory,
    drawn: Chart,
    shown: Sequence[CycleMark],
    dated: int,
    elsewhere: int,
    undated: int,
    unlisted: Sequence[Idea],
) -> tuple[str, ...]:
    found = []
    name, source = drawn.panels[0].source
    if len(drawn.panels) == 1:
        found.append(f"By the rule {name}. {drawn.panels[0].verdict.reason} ({source}.)")
    else:
        found.append(f"By the rule {name}, each panel by itself ({source}).")
        found += _counts(drawn.panels)
    remarks = [
        f"{one.heading}: {remark}" if one.heading else remark
        for one in drawn.panels
        for remark in one.remarks
    ]
    found += remarks[:8]
    if len(remarks) > 8:
        found.append(f"And {len(remarks) - 8} more remarks on the points.")
    found += note_lines([note for one in drawn.panels for note in one.notes])
    left_out = []
    marked = len(shown)
    if elsewhere:
        left_out.append(f"{plural(elsewhere, 'cycle')} at other sites")
    if dated - elsewhere > marked:
        left_out.append(f"{plural(dated - elsewhere - marked, 'cycle')} long before or after these points")
    if undated:
        left_out.append(f"{plural(undated, 'cycle')} without a day of Do")
    if left_out:
        found.append(f"Not marked: {listed(left_out)}.")
    if unlisted:
        found.append(f"Marked: {plural(marked, 'cycle')} of {plural(len(unlisted), 'change idea')}.")
    revision = theory.revision
    said = [theory.title]
    if revision is not None and revision.label:
        said.append(f"revision {revision.label}")
    if revision is not None and revision.date:
        said.append(revision.date.isoformat())
    found.append(", ".join(said) + ".")
    return tuple(clean(text) for text in found)


def _counts(panels: Sequence[Panel]) -> list[str]:
    """The denominators of several panels."""
    each = [(one.heading, one.n) for one in panels if one.n]
    if each and len({n for _, n in each}) == 1:
        return [f"n = {each[0][1]} in every panel."]
    more = f"; and {len(each) - 12} more panels" if len(each) > 12 else ""
    return ["n = " + "; ".join(f"{name} ({n})" for name, n in each[:12]) + more + "."] if each else []


def _alt(drawn: Chart, shown: Sequence[CycleMark]) -> str:
    name = {"run": "Run chart", "xmr": "XmR chart"}[drawn.kind]
    said = [f"{name}: {drawn.title}.", drawn.subtitle + "." if drawn.subtitle else ""]
    several = len(drawn.panels) > 1
    for one in drawn.panels:
        values = one.seen
        where = f"{one.heading}: " if several else ""
        if values:
            kind = days(one.dates)
            spread = max(values) - min(values)
            decimals = _decimals(spread, max(map(abs, values)))
            low, high = (drawn.value(value, decimals) for value in (min(values), max(values)))
            said.append(
                f"{where}{plural(len(values), 'point')}, {when(one.dates[0], kind)} to {when(one.dates[-1], kind)}, "
                f"from {low} to {high}."
            )
            centres = [
                f"{one.word} {drawn.value(s.centre, decimals + 1)}" + (f" ({s.name})" if s.name else "")
                for s in one.stretches
                if s.centre is not None
            ]
            said.append(f"{where}{listed(centres)}." if centres else "")
        said.append(f"{where}{one.verdict.text}.")
    said += [f"{level.capitalize()} {drawn.value(value, 2)}." for level, value in drawn.levels]
    if shown:
        some = [f"{mark.id} {when(mark.date, 'day')}" for mark in shown[:30]]
        more = f" and {len(shown) - 30} more" if len(shown) > 30 else ""
        said.append(f"{plural(len(shown), 'PDSA cycle')}: {', '.join(some)}{more}.")
    return clean(" ".join(part for part in said if part))


def _decimals(spread: float, largest: float) -> int:
    if not spread or not math.isfinite(spread):
        spread = largest or 1.0
    return max(0, min(6, 1 - math.floor(math.log10(spread))))
