"""From a theory to a chart: which lines, which cycles, and the sentences around them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import attrs

from driverkit.charts.content import (
    CycleMark,
    Idea,
    NoteMark,
    Panel,
    cycles_at,
    ideas_of,
    mark_of,
    panel,
    subtitle,
    when,
)
from driverkit.charts.drawn import pixels
from driverkit.charts.fields import horizontal
from driverkit.charts.model import Chart
from driverkit.charts.scales import days
from driverkit.charts.sheet import MOST_MARKED, clean
from driverkit.errors import UsageError
from driverkit.evidence.run_charts import RunRule
from driverkit.evidence.words import harmless, listed, plural, shortened
from driverkit.model import Measure, Theory
from driverkit.model.values import as_date, did_you_mean
from driverkit.themes import Theme
from driverkit.themes import theme as theme_named

if TYPE_CHECKING:
    from driverkit.evidence.signals import MeasureChart

__all__ = ["chart"]

MOST_PANELS = 40
_KEY_IDEAS = 12
_WIDTH = 960.0
_WIDTH_MANY = 1123.0  # A4 lying, at 96 pixels to the inch


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
        title = " · ".join((title, *_of(site, stratum or {})))
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
        width=(_WIDTH if len(panels) == 1 else _WIDTH_MANY) if width is None else pixels(width, "width", 480),
        height=None if height is None else pixels(height, "height", 240),
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
        if len(names) == len(panels):
            each = "any of the" if kind in ("none", "unknown") else "all"
            found.append((kinds.get(kind, ""), f"{text} {each} {len(panels)} panels"))
        elif names:
            found.append((kinds.get(kind, ""), f"{text} {len(names)} of {len(panels)}: {listed(names, 6)}"))
    return tuple(found)


def _shown(drawn: Chart) -> tuple[CycleMark, ...]:
    """The cycles that stand on the chart, each once, by day."""
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
        f"In {one.heading}: {remark}"
        if one.heading
        else remark  # so that it is read from the left, whatever the name
        for one in drawn.panels
        for remark in one.remarks
    ]
    found += remarks[:8]
    if len(remarks) > 8:
        found.append(f"And {len(remarks) - 8} more remarks on the points.")
    many = [one for one in drawn.panels if len(one.dates) > MOST_MARKED]
    if many:
        found.append(
            f"Of more than {MOST_MARKED:,} points only those of a signal are marked; the line goes through all."
        )
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
    return ["n: " + "; ".join(f"{name} ({n})" for name, n in each[:12]) + more + "."] if each else []


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
            words = listed(centres)
            if words:
                said.append(f"{where}{words if where else words[0].upper() + words[1:]}.")
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


def note_lines(notes: Iterable[NoteMark], most: int = 12) -> list[str]:
    """The remarks on points as footnotes."""
    by_letter: dict[str, str] = {}
    for note in notes:
        by_letter.setdefault(note.letter, note.text)
    found = [f"{letter}: {shortened(harmless(text), 160)}" for letter, text in by_letter.items()]
    if len(found) > most:
        return ["; ".join(found[:most]) + f"; and {len(found) - most} more notes."]
    return ["; ".join(found) + "."] if found else []
