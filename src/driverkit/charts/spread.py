"""How ideas spread, as a picture: members as rows, days from left to right, an arrow from each cycle to the one that adapts it.

>>> import driverkit as dk
>>> chart = dk.spread_chart(dk.examples.network(), "C6")
>>> [row.member for row in chart.panels[0].rows]
['m03', 'm02', 'm06', 'm07']
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

import attrs
from attrs import Factory, frozen, mutable

from driverkit.analysis.seen_by import hidden_members, seen_by, seen_ids
from driverkit.charts.drawn import pixels
from driverkit.charts.scales import span, tick_days
from driverkit.charts.sheet import EDGE, LABEL, SMALL, Segment, Sheet, Symbol, clean, fitting
from driverkit.charts.stacked import WIDTH, StackedChart, StackedDrawing
from driverkit.diagram.fonts.metrics import measure
from driverkit.errors import UnknownId, UsageError
from driverkit.evidence.diffusion import Spread, SpreadIdea, Stay, day_of, spread_of
from driverkit.evidence.words import listed, plural, shortened
from driverkit.model import Network, PdsaCycle
from driverkit.model.values import near
from driverkit.themes import Theme
from driverkit.themes import theme as theme_named

__all__ = ["SpreadChart", "SpreadPanel", "SpreadRow", "spread_chart"]

_ROW = 26.0
_RIGHT = 186.0
MOST_PANELS = 12
MOST_ROWS = 40
"""Of more members than this only the first that an idea came to are drawn, and the others counted below."""

_SYMBOLS = {"adopt": "better", "abandon": "worse", "adapt": "point", "expand": "point", None: "excluded"}
_ENDS = {"adopted": "adopted, not passed on", "under way": "under way"}
_FAILED = ("abandoned", "refuted")
"""Why an idea stopped somewhere, where that says something against it."""
_LEGEND = (
    ("better", "adopt"),
    ("point", "adapt or expand"),
    ("worse", "abandon"),
    ("excluded", "nothing decided"),
)


@frozen
class SpreadRow:
    """What one member did with an idea.

    Attributes:
        member: the id of the member; of one that is anonymous ``member-3``, by its number.
        name: what stands beside the row, see `Network.labels`: its name, or "Member 3" where it is anonymous.
        cycles: each dated cycle: its id, its day, and what it decided; those of a member that is anonymous are counted
            from 1 on.
        ends: what became of it, in a word or two, for the end of the row.
        stopped: whether the idea came from elsewhere and went no further.
        failed: whether that is because it was abandoned or refuted there.
    """

    member: str
    name: str
    cycles: tuple[tuple[str, dt.date, str | None], ...]
    ends: str
    stopped: bool
    failed: bool = False


@frozen
class SpreadPanel:
    """One idea: its members, the earliest first, and who took it up from whom.

    Attributes:
        idea: the id of the idea, as in `driverkit.diffusion`; the number of the member where it began as an invention of
            an anonymous one.
        title: the id and its words.
        said: the counts, in a sentence.
        rows: the members.
        arrows: from each cycle to the one that adapts it, as ``member/ID``; both are drawn.
    """

    idea: str
    title: str
    said: str
    rows: tuple[SpreadRow, ...]
    arrows: tuple[tuple[str, str], ...]


@frozen(kw_only=True)
class SpreadChart(StackedChart):
    """How ideas spread: it shows itself in a notebook, and can be had as SVG, PNG and PDF.

    Attributes:
        title: what it shows.
        subtitle: of which network, with the counts.
        panels: the ideas.
        footnotes: what is left out, as sentences.
        alt: what it shows, in sentences, for those who listen.
        theme: how it looks.
        width: in pixels.
    """

    panels: tuple[SpreadPanel, ...]

    def layout(self) -> Sheet:
        """Where everything stands."""
        return _Drawing(chart=self, beside=_RIGHT, lines=2).sheet()

    def __repr__(self) -> str:
        return f"<SpreadChart of {self.title!r}: {plural(len(self.panels), 'idea')}>"


def spread_chart(
    network: Network,
    ideas: str | Iterable[str] | None = None,
    *,
    theme: str | Theme = "default",
    width: float = WIDTH,
) -> SpreadChart:
    """How ideas spread in a network, as a picture; what is counted is told by `driverkit.diffusion`.

    Whoever is anonymous has a number (`Network.labels`), and so have its cycles; known names of anonymous members in
    words are left out, as in `driverkit.seen_by`. The picture can be shown to others; the tables of `driverkit.diffusion`
    are the hub's own and name everybody.

    Args:
        network: the network.
        ideas: the id of an idea, as `driverkit.diffusion` has it (a node of the common theory, or ``member/ID``), or
            several; left out, those that spread, with the most adoptions first, up to 12.
        theme: how it looks: a name, or a `Theme`.
        width: in pixels, from 480 on.

    Raises:
        UnknownId: no cycle tests an idea of that id.
        UsageError: there is nothing to draw: no cycle adapts one of another member; or an option has a value
            that it cannot have.
        FormatError: a member's file cannot be read.
    """
    look = theme_named(theme)
    wide = pixels(width, "width", 480)
    called = _Called.of(network)
    network = seen_by(network, None)
    spread = spread_of(network)
    notes: list[str] = []
    chosen = _chosen(spread, called.asked(ideas), notes)
    panels = tuple(_panel(network, idea, notes, called) for idea in chosen)
    if not any(row.cycles for panel in panels for row in panel.rows):
        raise UsageError("There is nothing to draw: no cycle of these ideas has a date.")
    if ideas is not None:
        spread = attrs.evolve(spread, ideas=tuple(chosen))  # the header counts what was asked for
    days = spread.days
    speed = f" · median of {days:,.0f} days from one cycle to the next" if days is not None else ""
    moved = sum(bool(idea.adoptions) for idea in spread.ideas)
    counts = f"{plural(len(spread.adoptions), 'adoption')} of {plural(moved, 'idea')}"
    subtitle = f"{shortened(clean(network.title), 100)} · {counts}{speed}"
    notes.insert(
        0,
        "An arrow leads from a cycle to one of another member that adapts it; each mark is a cycle, on the day of its Do.",
    )
    return SpreadChart(
        title="How ideas spread",
        subtitle=subtitle,
        panels=panels,
        footnotes=tuple(notes),
        alt=clean(" ".join(["How ideas spread in", f"{network.title}.", *map(_alt, panels)])),
        theme=look,
        width=wide,
    )


@frozen
class _Called:
    """What members and their cycles are called on a picture that others may see.

    Attributes:
        names: what stands for each member, by its id in what is drawn.
        hidden: which of those are numbers.
        seen: what anonymous members and what is in their files are called in what is drawn, by their own ids.
        numbers: the numbers of cycles that were given already, by member and cycle.
    """

    names: Mapping[str, str]
    hidden: frozenset[str]
    seen: Mapping[str, str]
    numbers: dict[str, dict[str, int]]

    @classmethod
    def of(cls, network: Network) -> _Called:
        seen = seen_ids(network)
        labels = network.labels(shared=True)
        names = {seen.get(id, id): clean(label) for id, label in labels.items()}
        hidden = frozenset(seen[one] for one in hidden_members(network))
        return cls(names, hidden, seen, {})

    def asked(self, ideas: str | Iterable[str] | None) -> str | list[str] | None:
        """Ideas that were asked for, as they are called in what is drawn."""
        if ideas is None or isinstance(ideas, str):
            return None if ideas is None else self.seen.get(ideas, ideas)
        return [self.seen.get(one, one) for one in ideas]

    def member(self, id: str) -> str:
        """What a row is called where no blank may be."""
        return self.names[id].lower().replace(" ", "-") if id in self.hidden else id

    def cycle(self, member: str, id: str) -> str:
        """What a cycle is called: of an anonymous member only which one it is on this picture."""
        if member not in self.hidden:
            return id
        given = self.numbers.setdefault(member, {})
        return str(given.setdefault(id, len(given) + 1))

    def reference(self, reference: str) -> str:
        """``member/ID`` of a cycle."""
        member, _, id = reference.partition("/")
        return f"{self.member(member)}/{self.cycle(member, id)}"

    def idea(self, id: str) -> str:
        """What an idea is called: one that began as an invention of an anonymous member is that member's."""
        member = id.partition("/")[0]
        return self.names[member] if member in self.hidden else id


def _chosen(spread: Spread, ideas: str | Iterable[str] | None, notes: list[str]) -> list[SpreadIdea]:
    if ideas is not None:
        known = {idea.id: idea for idea in spread.ideas}
        wanted = list(dict.fromkeys([ideas] if isinstance(ideas, str) else ideas))
        for id in wanted:
            if id not in known:
                raise UnknownId(str(id), near(str(id), known), "idea that a cycle tests")
        if len(wanted) > MOST_PANELS:
            raise UsageError(
                f"There would be {len(wanted)} ideas; up to {MOST_PANELS} can be drawn on one picture."
            )
        if not wanted:
            raise UsageError("There is nothing to draw: no idea was named.")
        return [known[id] for id in wanted]
    moved = sorted((idea for idea in spread.ideas if idea.adoptions), key=lambda idea: -len(idea.adoptions))
    if not moved:
        raise UsageError("There is nothing to draw: no cycle adapts one of another member yet.")
    if len(moved) > MOST_PANELS:
        notes.append(f"{plural(len(moved) - MOST_PANELS, 'more idea')} with fewer adoptions not drawn.")
    return moved[:MOST_PANELS]


def _panel(network: Network, idea: SpreadIdea, notes: list[str], called: _Called) -> SpreadPanel:
    shown = called.idea(idea.id)
    stays: dict[str, list[Stay]] = {}
    for stay in idea.stays:
        stays.setdefault(stay.member, []).append(stay)
    stopped = {stop.stay.member: stop for stop in idea.stops}
    began = {stay.member for stay in idea.began}
    gave = {adoption.members[0] for adoption in idea.adoptions}
    rows = []
    undated = 0
    for _, member in idea.reach:
        cycles = []
        for stay in stays[member]:
            for id in stay.cycles:
                cycle = network.theories[member].node(id)
                assert isinstance(cycle, PdsaCycle)
                day = day_of(cycle)
                if day is None:
                    undated += 1
                else:
                    cycles.append((id, day, cycle.act.decision if cycle.act is not None else None))
        last = stays[member][-1]
        if member in stopped:
            ends = _ENDS.get(stopped[member].why, f"stopped: {stopped[member].why}")
        elif member in gave:
            ends = "began, went on" if member in began else "went on"
        else:
            ends = last.why
        cycles.sort(key=lambda one: one[1])
        rows.append(
            SpreadRow(
                called.member(member),
                called.names[member],
                tuple((called.cycle(member, id), day, decision) for id, day, decision in cycles),
                ends,
                member in stopped,
                member in stopped and stopped[member].why in _FAILED,
            )
        )
    if len(rows) > MOST_ROWS:
        notes.append(f"{shown}: {len(rows) - MOST_ROWS:,} members that it came to later are not drawn.")
        rows = rows[:MOST_ROWS]
    if undated:
        notes.append(f"{shown}: {plural(undated, 'cycle')} without a day not drawn.")
    drawn = {f"{row.member}/{id}" for row in rows for id, _, _ in row.cycles}
    ways = ((called.reference(one.source), called.reference(one.adopter)) for one in idea.adoptions)
    arrows = tuple(way for way in ways if way[0] in drawn and way[1] in drawn)
    days = f", a median of {idea.days:,.0f} days from one to the next" if idea.days is not None else ""
    said = f"{plural(len(idea.members), 'member')}, {plural(len(idea.adoptions), 'adoption')}{days}"
    title = f"{shown}{'  ' if shown == idea.id else ': '}{shortened(clean(idea.text), 110)}"
    return SpreadPanel(shown, title, said, tuple(rows), arrows)


def _alt(panel: SpreadPanel) -> str:
    ways = [f"{source} to {adopter}" for source, adopter in panel.arrows]
    ends = [f"{row.name} {row.ends.replace(', ', ' and ')}" for row in panel.rows]
    said = f"{panel.title}: {panel.said}. {listed(ends, 20)}."
    return said + (f" From {listed(ways, 20)}." if ways else "")


# ------------------------------------------------------------------------------------------- where it goes


@mutable(kw_only=True)
class _Drawing(StackedDrawing[SpreadChart]):
    """A picture of how ideas spread, in the making."""

    left: float = Factory(lambda self: self._left(), takes_self=True)
    days: tuple[float, float] = Factory(lambda self: self._days(), takes_self=True)

    def _left(self) -> float:
        widest = max(measure(row.name, LABEL) for panel in self.chart.panels for row in panel.rows)
        return EDGE + min(190.0, widest + 14)

    def _days(self) -> tuple[float, float]:
        days = [
            day.toordinal() for panel in self.chart.panels for row in panel.rows for _, day, _ in row.cycles
        ]
        return span(min(days), max(days))

    def _across(self, day: dt.date) -> float:
        low, high = self.days
        return round(self.left + (day.toordinal() - low) / (high - low) * (self.right - self.left), 2)

    def above(self, y: float) -> float:
        """What the marks mean: only those that are drawn."""
        y += 12
        seen = {
            _SYMBOLS[decision]
            for panel in self.chart.panels
            for row in panel.rows
            for _, _, decision in row.cycles
        }
        x = EDGE + 5
        for kind, words in _LEGEND:
            if kind in seen:
                self.symbols.append(Symbol(x, y + 5, kind, role="dk-key"))
                self.write(words, x + 10, y + 9, size=SMALL, colour=self.style.text, role="dk-key")
                x += 10 + measure(words, SMALL) + 22
        return y + 10

    def field_of(self, panel: SpreadPanel, y: float) -> float:
        style = self.style
        top = y + 10
        low = top + _ROW * len(panel.rows)
        self._ticks(top, low)
        places: dict[str, tuple[float, float]] = {}
        for at, row in enumerate(panel.rows):
            y = round(top + _ROW * (at + 0.5), 2)
            self.write(
                fitting(row.name, self.left - EDGE - 10, LABEL),
                self.left - 10,
                y + 4,
                size=LABEL,
                colour=style.text,
                anchor="end",
                role="dk-member",
            )
            if not row.cycles:
                self.write("no day is known", self.left + 8, y + 4, size=SMALL, colour=style.quiet)
            for id, day, _ in row.cycles:
                places[f"{row.member}/{id}"] = self._across(day), y
            if len(row.cycles) > 1:
                first, last = self._across(row.cycles[0][1]), self._across(row.cycles[-1][1])
                self.segments.append(Segment(first, y, last, y, style.axis, 2.2, role="dk-stay"))
            self.write(
                fitting(row.ends, _RIGHT - 12, LABEL, bold=row.failed),
                self.right + 12,
                y + 4,
                size=LABEL,
                colour=style.text,
                bold=row.failed,
                role="dk-end",
            )
        for source, adopter in panel.arrows:
            self._arrow(places[source], places[adopter])
        for row in panel.rows:
            for id, _, decision in row.cycles:
                x, y = places[f"{row.member}/{id}"]
                self.symbols.append(Symbol(x, y, _SYMBOLS[decision], role=f"dk-cycle {row.member}.{id}"))
        return low + 24

    def _arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A line that ends in a point a little before the mark."""
        across, down = end[0] - start[0], end[1] - start[1]
        length = math.hypot(across, down)
        if length < 16:
            return
        step = (across / length, down / length)
        first = start[0] + step[0] * 6, start[1] + step[1] * 6
        tip = round(end[0] - step[0] * 7, 2), round(end[1] - step[1] * 7, 2)
        colour = self.style.series
        self.segments.append(
            Segment(round(first[0], 2), round(first[1], 2), *tip, colour, 1.3, role="dk-adoption")
        )
        for side in (0.42, -0.42):
            turn = math.atan2(-step[1], -step[0]) + side
            away = round(tip[0] + 7.5 * math.cos(turn), 2), round(tip[1] + 7.5 * math.sin(turn), 2)
            self.segments.append(Segment(*tip, *away, colour, 1.3, role="dk-adoption"))

    def _ticks(self, top: float, low: float) -> None:
        style = self.style
        room = self.right - self.left
        for at, text, below in tick_days(*self.days, int(room / 66), int(room / 34)):
            x = self._across(dt.date.fromordinal(at))
            self.segments.append(Segment(x, top, x, low, style.grid, 0.8, role="dk-grid", below=True))
            self.write(text, x, low + 14, size=SMALL, colour=style.quiet, anchor="middle", role="dk-tick")
            if below:
                self.write(
                    below, x, low + 27, size=SMALL, colour=style.quiet, anchor="middle", role="dk-tick"
                )
        self.segments.append(
            Segment(self.left, low, self.right, low, style.axis, 1.2, role="dk-axis", below=True)
        )
