"""What was learned as time went on, as a chart: columns, lines and shares, each labelled where it stands.

>>> import driverkit as dk
>>> chart = dk.over_time_chart(dk.examples.load("leaving-hospital"), every="quarter")
>>> [panel.title for panel in chart.panels]
['Change ideas tested', 'Predictions that held', 'Belief in the change ideas']
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from attrs import Factory, frozen, mutable

from driverkit.analysis.over_time import GAPS, Every, Subject, counted, over_time_rows
from driverkit.charts.drawn import pixels
from driverkit.charts.scales import MONTHS, number, values
from driverkit.charts.sheet import EDGE, LABEL, SMALL, Box, Segment, Sheet, Symbol, clean, fitting
from driverkit.charts.stacked import WIDTH, StackedChart, StackedDrawing
from driverkit.diagram.fonts.metrics import measure
from driverkit.errors import UsageError
from driverkit.evidence.belief import BELIEF_RULE, BeliefRule
from driverkit.evidence.words import listed, plural, shortened
from driverkit.model import Network, Theory
from driverkit.themes import Theme, contrast
from driverkit.themes import theme as theme_named

__all__ = ["TimeChart", "TimePanel", "over_time_chart"]

_LEFT = 48.0
_RIGHT = 190.0
_HEIGHT = 150.0
_ROW = 19.0
MOST_LINES = 8
MOST_MOMENTS = 240

_DASHES: tuple[tuple[float, ...], ...] = ((), (7, 3), (2, 2.5), (10, 3, 2, 3), (4, 2, 1, 2, 1, 2))


@frozen(kw_only=True)
class TimePanel:
    """One part of a chart over time.

    Attributes:
        title: what it shows.
        said: what is counted, in a sentence.
        kind: ``lines`` (a line each), ``stack`` (parts of a whole, one upon the other), ``share`` (a share with its
            interval) or ``table`` (a row each, with the numbers).
        series: the name of each line, part or row and its value at each moment; of a share its name, then ``low``
            and ``high``.
        of: of a share how many each rests on, and out of how many.
    """

    title: str
    said: str
    kind: Literal["lines", "stack", "share", "table"]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    of: tuple[tuple[int, int], ...] = ()


@frozen(kw_only=True)
class TimeChart(StackedChart):
    """A chart over time: it shows itself in a notebook, and can be had as SVG, PNG and PDF.

    Attributes:
        title: what is followed.
        subtitle: of which theory, and at which moments.
        moments: what each moment is called: a short name and what stands below it where that changes.
        places: where each moment stands from left to right, from 0 to 1.
        panels: the parts, from top to bottom.
        footnotes: what has to be known to read it, as sentences.
        alt: what the chart shows, in sentences, for those who listen.
        theme: how it looks.
        width: in pixels.
    """

    moments: tuple[tuple[str, str], ...]
    places: tuple[float, ...]
    panels: tuple[TimePanel, ...]

    def layout(self) -> Sheet:
        """Where everything stands."""
        return _Drawing(chart=self, beside=_RIGHT).sheet()

    def __repr__(self) -> str:
        return f"<TimeChart of {self.title!r}: {plural(len(self.panels), 'panel')}, {plural(len(self.moments), 'moment')}>"


def over_time_chart(
    theory: Subject,
    what: str | Callable[[Any], Mapping[str, Any]] = "learning",
    *,
    every: Every = "month",
    dates: Iterable[dt.date | str] | None = None,
    rule: BeliefRule = BELIEF_RULE,
    theme: str | Theme = "default",
    width: float = WIDTH,
) -> TimeChart:
    """How something came about, as a chart; the numbers are those of `driverkit.over_time`.

    Args:
        theory: the theory, of which is shown what was known on some days; or a list of its versions, the oldest first;
            or a network.
        what: what is shown: ``learning`` (ideas tested, predictions held, belief), ``coverage``, ``gaps``, ``belief``,
            ``predictions``, of a network also ``members``; or a function of your own that is given the theory, or
            network, of then and gives back names and numbers, each of which becomes a line.
        every: a point for each ``month``, ``quarter`` or ``year`` from the first dated stage of a cycle to the last;
            of a network see `over_time`.
        dates: these days instead.
        rule: how the counts of an idea become a word of belief.
        theme: how it looks: a name, or a `Theme`.
        width: in pixels, from 480 on.

    Raises:
        UsageError: nothing is called that, an option has a value that it cannot have, or there is nothing to draw: no
            cycle has a date, no number is counted, or there are more than 240 moments.
    """
    look = theme_named(theme)
    wide = pixels(width, "width", 480)
    given = tuple(dates) if dates is not None else None
    subject = theory if isinstance(theory, Theory | Network) else tuple(theory)
    name = counted(what).name
    rows = over_time_rows(subject, what, every=every, dates=given, rule=rule)
    if not rows:
        raise UsageError(
            f"There is nothing to draw over time: {'nothing' if isinstance(subject, Network) else 'no cycle'} has a date. "
            "Hand in the days with 'dates', or several versions of the theory."
        )
    if len(rows) > MOST_MOMENTS:
        raise UsageError(
            f"There would be {len(rows)} moments; up to {MOST_MOMENTS} can be drawn. Take a longer period."
        )
    kind = "version" if isinstance(subject, tuple) else "day" if given is not None else every
    panels = _PANELS.get(name, _own)(rows, rule)
    if not panels:
        raise UsageError(
            "There is nothing to draw over time: the analysis gives back no number. Give back names and numbers."
        )
    last = subject[-1] if isinstance(subject, tuple) else subject
    head = {
        "learning": "What was learned",
        "coverage": "What was covered",
        "gaps": "What was open",
        "belief": "What was believed",
        "predictions": "How predictions fared",
        "members": "How far the network had come",
    }.get(name, "What was counted")
    title = f"{head}, {'version by version' if kind == 'version' else 'as time went on'}"
    moments = _moments(rows, kind)
    said = {"version": "each version", "day": "each of the days"}.get(kind, f"the end of each {kind}")
    subtitle = f"{shortened(clean(last.title), 120)} · counted at {said}"
    return TimeChart(
        title=title,
        subtitle=subtitle,
        moments=moments,
        places=_places(rows, kind),
        panels=panels,
        footnotes=_footnotes(panels, kind, rule),
        alt=_alt(f"{title}: {last.title}.", panels, rows, kind),
        theme=look,
        width=wide,
    )


# ------------------------------------------------------------------------------------ what is in a panel


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[float | None, ...]:
    return tuple(None if row.get(name) is None else float(row[name]) for row in rows)


def _some(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> tuple[tuple[str, Any], ...]:
    """The columns of those names, each under the word it is shown with."""
    return tuple((words, _column(rows, name)) for name, words in names.items())


def _share(rows: Sequence[Mapping[str, Any]]) -> TimePanel:
    return TimePanel(
        title="Predictions that held",
        said="Share of the judged predictions that were confirmed, of all up to then, with its 95 % interval (Wilson).",
        kind="share",
        series=_some(rows, {"share_held": "held", "share_low": "low", "share_high": "high"}),
        of=tuple((row["predictions_held"], row["predictions_judged"]) for row in rows),
    )


def _belief_of(rows: Sequence[Mapping[str, Any]], rule: BeliefRule, kind: str) -> TimePanel:
    names = {word if kind == "change ideas" else f"drivers: {word}": word for word in rule.words}
    return TimePanel(
        title=f"Belief in the {kind}",
        said=f"How many {kind} had which word of belief by the rule “{rule.name}”.",
        kind="stack",
        series=_some(rows, names),
    )


def _learning(rows: Sequence[Mapping[str, Any]], rule: BeliefRule) -> tuple[TimePanel, ...]:
    return (
        TimePanel(
            title="Change ideas tested",
            said="Change ideas with at least one cycle that had reached Study, and how many cycles had.",
            kind="lines",
            series=_some(
                rows,
                {"ideas": "change ideas", "cycles_studied": "cycles studied", "ideas_tested": "ideas tested"},
            ),
        ),
        _share(rows),
        _belief_of(rows, rule, "change ideas"),
    )


def _coverage(rows: Sequence[Mapping[str, Any]], rule: BeliefRule) -> tuple[TimePanel, ...]:
    parts = [
        {
            "lack something": row["nodes"] - row["shallow"],
            "have it, but not all below": row["shallow"] - row["deep"],
            "have it, and all below": row["deep"],
        }
        for row in rows
    ]
    return (
        TimePanel(
            title="Aims, drivers and change ideas that have what they need",
            said="An aim an outcome measure and a driver, a driver a measure and an idea below, an idea a studied cycle.",
            kind="stack",
            series=_some(parts, {name: name for name in parts[0]}),
        ),
        TimePanel(
            title="How far change ideas have come",
            said="Each line counts change ideas; one that is adopted or abandoned is among those tested where a cycle was "
            "studied.",
            kind="lines",
            series=_some(
                rows,
                {
                    "ideas": "change ideas",
                    "ideas_planned": "with a cycle",
                    "ideas_adopted": "adopted",
                    "ideas_abandoned": "abandoned",
                    "ideas_tested": "tested",
                },
            ),
        ),
    )


def _gaps(rows: Sequence[Mapping[str, Any]], rule: BeliefRule) -> tuple[TimePanel, ...]:
    kinds = {name: name for name in GAPS if any(row[name] for row in rows)}
    return (
        TimePanel(
            title="Open gaps, by kind",
            said="How many there were of each kind; an empty cell is none. Kinds that never occurred are left out.",
            kind="table",
            series=_some(rows, kinds) or (("no gaps", tuple(0.0 for _ in rows)),),
        ),
    )


def _belief(rows: Sequence[Mapping[str, Any]], rule: BeliefRule) -> tuple[TimePanel, ...]:
    return _belief_of(rows, rule, "change ideas"), _belief_of(rows, rule, "drivers")


def _predictions(rows: Sequence[Mapping[str, Any]], rule: BeliefRule) -> tuple[TimePanel, ...]:
    return (
        _share(rows),
        TimePanel(
            title="Predictions judged",
            said="Of the predictions written before Do that had a result, how many held, held in part or did not.",
            kind="stack",
            series=_some(
                rows,
                {
                    "predictions_refuted": "refuted",
                    "predictions_mixed": "in part",
                    "predictions_held": "held",
                },
            ),
        ),
    )


def _members(rows: Sequence[Mapping[str, Any]], rule: BeliefRule) -> tuple[TimePanel, ...]:
    return (
        TimePanel(
            title="Members",
            said="Who had joined and not left, and of whom at least one cycle had reached Study.",
            kind="lines",
            series=_some(rows, {"members": "members", "members_tested": "have tested"}),
        ),
        TimePanel(
            title="Parts of the common theory",
            said="Aims, drivers and change ideas of the common theory of then, and on how many of them members had tested "
            "something.",
            kind="lines",
            series=_some(
                rows,
                {
                    "parts": "parts",
                    "parts_worked_on": "worked on",
                    "parts_tested_by_two": "tested by two or more",
                    "parts_held": "held somewhere",
                    "parts_tested": "tested by a member",
                },
            ),
        ),
    )


def _own(rows: Sequence[Mapping[str, Any]], rule: BeliefRule) -> tuple[TimePanel, ...]:
    names = list(dict.fromkeys(name for row in rows for name in row if name not in ("date", "version")))
    numbers = [
        name
        for name in names
        if all(row.get(name) is None or isinstance(row[name], int | float) for row in rows)
        and any(row.get(name) is not None for row in rows)
    ]
    if not numbers:
        return ()
    several = len(numbers) > MOST_LINES
    shown = {name: shortened(clean(str(name)), 28) for name in numbers}
    return (
        TimePanel(
            title="Counted" if len(numbers) > 1 else shown[numbers[0]],
            said="",
            kind="table" if several else "lines",
            series=_some(rows, shown),
        ),
    )


_PANELS: Mapping[str, Callable[[Sequence[Mapping[str, Any]], BeliefRule], tuple[TimePanel, ...]]] = {
    "learning": _learning,
    "coverage": _coverage,
    "gaps": _gaps,
    "belief": _belief,
    "predictions": _predictions,
    "members": _members,
}


# ------------------------------------------------------------------------------------------- the moments


def _moments(rows: Sequence[Mapping[str, Any]], kind: str) -> tuple[tuple[str, str], ...]:
    """What each moment is called, and what stands below it where that changes."""
    found: list[tuple[str, str]] = []
    year: int | None = None
    for row in rows:
        day: dt.date | None = row["date"]
        if kind == "version":
            name, below = shortened(clean(row["version"]), 16), day.isoformat() if day is not None else ""
        elif kind == "day":
            assert day is not None
            name, below = f"{day.day} {MONTHS[day.month - 1]}", "" if day.year == year else str(day.year)
        elif kind == "year":
            assert day is not None
            name, below = str(day.year), ""
        else:
            assert day is not None
            name = MONTHS[day.month - 1] if kind == "month" else f"Q{(day.month + 2) // 3}"
            below = "" if day.year == year else str(day.year)
        year = day.year if day is not None else year
        found.append((name, below))
    return tuple(found)


def _places(rows: Sequence[Mapping[str, Any]], kind: str) -> tuple[float, ...]:
    """Days stand where they are in time; periods and versions beside each other."""
    count = len(rows)
    if kind != "day" or count == 1:
        return tuple((at + 0.5) / count for at in range(count))
    days = [row["date"].toordinal() for row in rows]
    room = 0.5 / count
    span = max(1, days[-1] - days[0])
    return tuple(round(room + (1 - 2 * room) * (day - days[0]) / span, 6) for day in days)


def _footnotes(panels: Sequence[TimePanel], kind: str, rule: BeliefRule) -> tuple[str, ...]:
    found = []
    if panels[0].title == "Members":
        found.append(
            "The common theory is the version of then. What members' nodes are and adapt has no date: it is today's."
        )
    elif kind != "version":
        found.append(
            "Nodes, links and what is written into a field have no dates: they are today's. Cycles, results, series and "
            "evidence are those of then."
        )
    if any(panel.title.startswith("Belief") for panel in panels):
        found.append(f"Belief by the rule “{rule.name}”: {clean(rule.source)}.".replace("..", "."))
    return tuple(found)


def _alt(head: str, panels: Sequence[TimePanel], rows: Sequence[Mapping[str, Any]], kind: str) -> str:
    def when(row: Mapping[str, Any]) -> str:
        if kind == "version":
            return f"version {row['version']}"
        return str(row["date"].isoformat())

    said = [head]
    for panel in panels:
        if panel.kind == "share":
            judged = panel.of[-1][1]
            said.append(f"{panel.title}: {_told_share(panel, -1)} at {when(rows[-1])}." if judged else "")
            continue
        parts = []
        for name, found in panel.series:
            known = [value for value in found if value is not None]
            if known:
                parts.append(
                    f"{name} {number(known[0])}"
                    if known[0] == known[-1]
                    else f"{name} from {number(known[0])} to {number(known[-1])}"
                )
        said.append(f"{panel.title}, {when(rows[0])} to {when(rows[-1])}: {listed(parts, 20)}.")
    return clean(" ".join(filter(None, said)))


def _told_share(panel: TimePanel, at: int) -> str:
    held, judged = panel.of[at]
    share, low, high = (column[at] for _, column in panel.series)
    if share is None or low is None or high is None:
        return "none judged"
    return f"{held} of {judged}: {share * 100:.0f} % ({low * 100:.0f}\u2013{high * 100:.0f} %)"


# ------------------------------------------------------------------------------------------- where it goes


def _mixed(one: str, other: str, part: float) -> str:
    """A colour that is that part of the way from one to the other."""
    pairs = zip(*([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (one, other)), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


@mutable(kw_only=True)
class _Drawing(StackedDrawing[TimeChart]):
    """A chart over time in the making."""

    left: float = Factory(lambda self: EDGE + _LEFT, takes_self=True)

    def sheet(self) -> Sheet:
        tables = [panel for panel in self.chart.panels if panel.kind == "table"]
        if tables:
            wide = max(measure(name, LABEL) for panel in tables for name, _ in panel.series)
            self.left = EDGE + min(220.0, wide + 12)
            self.right = self.chart.width - EDGE - 8
        return super().sheet()

    def field_of(self, panel: TimePanel, y: float) -> float:
        return self._table(panel, y + 10) if panel.kind == "table" else self._plot(panel, y + 14)

    # -- the frame of a panel ----------------------------------------------------------------------

    def _across(self, at: int) -> float:
        return round(self.left + self.chart.places[at] * (self.right - self.left), 2)

    @property
    def _end(self) -> float:
        """Where the lines of the frame end: behind the last moment, before its words."""
        return min(self.right, round(self._across(-1) + self._wide() / 2 + 4, 2))

    def _plot(self, panel: TimePanel, top: float) -> float:
        """A panel with a vertical axis; gives back where it ends."""
        low = top + _HEIGHT
        if panel.kind == "share":
            scale = values([0.0, 100.0], percent=True)
        elif panel.kind == "stack":
            whole = [
                sum(column[at] or 0.0 for _, column in panel.series) for at in range(len(self.chart.moments))
            ]
            scale = values([0.0, *whole], least=0.0, most=5)
        else:
            seen = [value for _, column in panel.series for value in column if value is not None]
            scale = values([min(0.0, *seen), *seen], least=0.0 if min(seen) >= 0 else None, most=5)
        whole_only = all(v is None or float(v).is_integer() for _, column in panel.series for v in column)

        def down(value: float) -> float:
            part = (value / scale.factor - scale.low) / (scale.high - scale.low)
            return round(top + (1 - part) * _HEIGHT, 2)

        for tick, label in zip(scale.ticks, scale.labels, strict=True):
            if panel.kind != "share" and whole_only and not float(tick * scale.factor).is_integer():
                continue
            y = down(tick * scale.factor)
            base = tick == scale.ticks[0]
            colour = self.style.axis if base else self.style.grid
            self.segments.append(
                Segment(self.left, y, self._end, y, colour, 1.2 if base else 0.8, role="dk-grid", below=True)
            )
            unit = " %" if panel.kind == "share" else ""
            self.write(
                label + unit,
                self.left - 8,
                y + 4,
                size=SMALL,
                colour=self.style.quiet,
                anchor="end",
                role="dk-tick",
            )
        {"lines": self._lines, "stack": self._stack, "share": self._shares}[panel.kind](panel, down)
        return self._axis(low)

    def _axis(self, y: float) -> float:
        """The names of the moments below a panel, as many as there is room for."""
        chart, style = self.chart, self.style
        free = -1e9
        under: list[tuple[float, str]] = []
        carried = ""
        for at, (name, below) in enumerate(chart.moments):
            carried = below or carried
            wide = max(measure(name, SMALL), measure(below, SMALL) if below else 0.0)
            x = self._across(at)
            if x - wide / 2 < free:
                continue
            self.segments.append(Segment(x, y, x, y + 4, style.axis, 1.0, role="dk-tick"))
            self.write(name, x, y + 17, size=SMALL, colour=style.quiet, anchor="middle", role="dk-tick")
            if carried:
                under.append((x, carried))
                carried = ""
            free = x + wide / 2 + 8
        free = -1e9
        for x, below in under:
            if x - measure(below, SMALL) / 2 >= free:
                self.write(below, x, y + 31, size=SMALL, colour=style.quiet, anchor="middle", role="dk-tick")
                free = x + measure(below, SMALL) / 2 + 6
        return y + (34 if under else 20)

    def _beside(
        self,
        labels: Sequence[tuple[float, str, str]],
        begin: float,
        samples: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        """Words beside the last moment, each at its height as far as they do not lie upon each other.

        Args:
            labels: for each its height, the words and their colour.
            begin: where they begin.
            samples: fill, edge and hatch of a small sample before each of them; none where there are no samples.
        """
        step = LABEL + 3.5
        order = sorted(range(len(labels)), key=lambda i: (labels[i][0], i))
        at = [labels[i][0] for i in order]
        for _ in range(60):
            moved = False
            for i, (a, b) in enumerate(pairwise(list(at))):
                a, b = at[i], at[i + 1]
                if b - a < step - 1e-6:
                    push = (step - (b - a)) / 2
                    at[i], at[i + 1] = a - push, b + push
                    moved = True
            if not moved:
                break
        for i, y in zip(order, at, strict=True):
            height, text, colour = labels[i]
            x = begin + 6
            if abs(y - height) > 5:
                self.segments.append(Segment(x - 4, height, x + 6, y, self.style.grid, 1.0, role="dk-lead"))
                x += 6
            if samples:
                fill, edge, hatch = samples[i]
                self.boxes.append(Box(x + 4, round(y - 4, 2), 9.0, 9.0, fill, edge, hatch=hatch))
                x += 14
            room = self.chart.width - EDGE - x - 6
            self.write(
                fitting(text, room, LABEL), x + 4, round(y + 4, 2), size=LABEL, colour=colour, role="dk-label"
            )

    # -- what stands in it -------------------------------------------------------------------------

    def _lines(self, panel: TimePanel, down: Callable[[float], float]) -> None:
        labels = []
        style = self.style
        for number_, (name, column) in enumerate(panel.series):
            main = number_ == len(panel.series) - 1
            colour = style.series if main else style.limits if number_ % 2 else style.centre
            dash = () if main else _DASHES[1:][number_ % (len(_DASHES) - 1)]
            points = [(self._across(i), down(v)) for i, v in enumerate(column) if v is not None]
            if len(points) > 1:
                first, second, *rest = points
                self.segments.append(
                    Segment(
                        *first,
                        *second,
                        colour,
                        2.4 if main else 1.6,
                        dash,
                        role="dk-series",
                        more=tuple(rest),
                    )
                )
            if main or len(points) == 1:
                self.symbols += [Symbol(x, y, "point", role="dk-point") for x, y in points]
            if points:
                last = next(v for v in reversed(column) if v is not None)
                labels.append((points[-1][1], f"{number(last)} {name}", style.text if main else style.quiet))
        self._beside(labels, self._end)

    def _shades(self, count: int) -> list[tuple[str, str, str]]:
        """Fill, edge and hatch of each part of a stack: from the ground to the darkest, the first one hatched."""
        style = self.style
        dark = style.series
        out = [(style.background, dark, "////")] if count > 2 else []
        rest = count - len(out)
        for at in range(rest):
            part = 0.06 + 0.94 * (at / max(1, rest - 1)) if rest > 1 else 1.0
            out.append((_mixed(style.background, dark, part), dark, ""))
        return out

    def _wide(self) -> float:
        """How wide columns are."""
        places = [self._across(at) for at in range(len(self.chart.moments))]
        least = min((b - a for a, b in pairwise(places)), default=self.right - self.left)
        return max(2.0, min(34.0, least * 0.72))

    def _stack(self, panel: TimePanel, down: Callable[[float], float]) -> None:
        shades, wide = self._shades(len(panel.series)), self._wide()
        labels: list[tuple[float, str, str]] = []
        samples: list[tuple[str, str, str]] = []
        last = len(self.chart.moments) - 1
        for at in range(last + 1):
            x, height = self._across(at), 0.0
            for (name, column), (fill, edge, hatch) in zip(panel.series, shades, strict=True):
                value = column[at] or 0.0
                if not value:
                    if at == last and any(column):  # what there was before is named too
                        labels.append((down(height), f"0 {name}", self.style.quiet))
                        samples.append((fill, edge, hatch))
                    continue
                y1, y2 = down(height), down(height + value)
                height += value
                self.boxes.append(
                    Box(
                        round(x - wide / 2, 2), y2, round(wide, 2), round(y1 - y2, 2), fill, edge, hatch=hatch
                    )
                )
                text = number(value)
                if y1 - y2 >= 13 and wide >= measure(text, SMALL) + 4:
                    if hatch:  # a clear ground, on which the number can be read
                        chip = measure(text, SMALL) + 4
                        self.boxes.append(
                            Box(
                                round(x - chip / 2, 2),
                                round((y1 + y2) / 2 - 6, 2),
                                round(chip, 2),
                                12.0,
                                fill,
                                fill,
                            )
                        )
                    ink = max((self.style.text, self.style.background), key=lambda c: contrast(c, fill))
                    self.write(
                        text,
                        x,
                        round((y1 + y2) / 2 + 4, 2),
                        size=SMALL,
                        colour=ink,
                        anchor="middle",
                        role="dk-count",
                    )
                if at == last:
                    labels.append(((y1 + y2) / 2, f"{text} {name}", self.style.text))
                    samples.append((fill, edge, hatch))
        self._beside(labels, self._end, samples)

    def _shares(self, panel: TimePanel, down: Callable[[float], float]) -> None:
        style = self.style
        held, low, high = (column for _, column in panel.series)
        last: tuple[float, float] | None = None
        end = 0
        for at, (share, bottom, top) in enumerate(zip(held, low, high, strict=True)):
            if share is None or bottom is None or top is None:
                last = None
                continue
            x, y = self._across(at), down(share * 100)
            for edge in (bottom, top):
                self.segments.append(
                    Segment(
                        x - 4,
                        down(edge * 100),
                        x + 4,
                        down(edge * 100),
                        style.limits,
                        1.2,
                        role="dk-interval",
                    )
                )
            self.segments.append(
                Segment(x, down(bottom * 100), x, down(top * 100), style.limits, 1.2, role="dk-interval")
            )
            if last is not None:
                self.segments.append(Segment(*last, x, y, style.series, 1.8, role="dk-series"))
            self.symbols.append(Symbol(x, y, "point", role="dk-point"))
            last, end = (x, y), at
        if last is not None:
            words = _told_share(panel, end)
            self._beside([(last[1], words, style.text)], self._end)

    def _table(self, panel: TimePanel, top: float) -> float:
        """A row each, with the numbers; darker is more."""
        style = self.style
        most = max((v for _, column in panel.series for v in column if v), default=1.0)
        places = [self._across(at) for at in range(len(self.chart.moments))]
        least = min((b - a for a, b in pairwise(places)), default=60.0)
        wide = max(1.0, min(60.0, least) - 1.5)
        y = top
        for name, column in panel.series:
            self.write(
                fitting(name, self.left - EDGE - 8, LABEL), self.left - 8, y + 14, size=LABEL, colour=style.text,
                anchor="end", role="dk-label",
            )  # fmt: skip
            for at, value in enumerate(column):
                x = places[at]
                fill = (
                    _mixed(style.background, style.series, 0.1 + 0.8 * (value / most))
                    if value
                    else style.background
                )
                self.boxes.append(
                    Box(
                        round(x - wide / 2, 2),
                        y,
                        round(wide, 2),
                        _ROW - 2,
                        fill,
                        fill if value else style.grid,
                    )
                )
                text = number(value, 1) if value else ""
                if text and measure(text, SMALL) <= wide - 2:
                    ink = max((style.title, style.background), key=lambda c: contrast(c, fill))
                    self.write(text, x, y + 13, size=SMALL, colour=ink, anchor="middle", role="dk-count")
            y += _ROW
        return self._axis(y)
