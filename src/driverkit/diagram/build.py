"""From a theory to a diagram: the steps of the drawing, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import floor, fsum, sqrt
from typing import Any, Literal, NamedTuple, get_args

import attrs

from driverkit.collector import collector_at_rest
from driverkit.diagram import words
from driverkit.diagram.columns import Link, Plan, plan
from driverkit.diagram.content import NOTE_SIZE, PAD_X, SHAPES, Content, Row, line_height, lines_of, style_of
from driverkit.diagram.fonts.metrics import EM
from driverkit.diagram.given_up import with_given_up
from driverkit.diagram.groups import SIDE, TOP, Frames, Grouping, Run, grouping
from driverkit.diagram.measured import in_a_column, of_its_own
from driverkit.diagram.model import Arrow, Box, Column, Diagram, Group, LegendEntry, Shape, TextLine
from driverkit.diagram.net import Net, bundled, crossed, net
from driverkit.diagram.numbering import numbers as numbers_of
from driverkit.diagram.order import arrange
from driverkit.diagram.overlay import Overlay, Reading
from driverkit.diagram.place import gaps, place, tightened
from driverkit.diagram.route import Curve, arc_rooms, curves
from driverkit.diagram.signs import with_signs
from driverkit.diagram.surround import MARGIN, Explained, header, legend_entries, moved, revision_words
from driverkit.diagram.widths import SLIDE, WIDTHS, candidates, cost
from driverkit.diagram.wrap import Wrapper
from driverkit.errors import UsageError

__all__ = ["diagram"]

Direction = Literal["left", "right", "down"]
Order = Literal["auto", "file"]
Measures = Literal["none", "strip", "column"]

HEADING_SIZE = 12.0
# Below this many boxes the heights of columns are found by wrapping the text at every width.
EXACT = 130
# Beyond this many boxes their places are settled in fewer rounds, and lines are filled, not evened.
MANY = 300
# A picture taller than this many px, and any with more than EXACT boxes, gets smaller gaps.
TALL = 900.0
TIGHT_GAPS = 0.65
# How much wider a gap becomes for the lines that cross in it, at most.
MOST_FOR_CROSSINGS = 90.0
# The least gap in which a sign with its counts stands free beside a head.
FOR_COUNTS = 90.0
# Where a drawing should be narrower than this, its columns stand nearer to each other.
SMALL_ROOM = 600.0

LINE_WORDS = {
    "strong": "strong link",
    "moderate": "moderate link",
    "weak": "weak link",
    "conditional": "",
    "implied": "link that follows from the file's rules",
    "through": words.THROUGH,
    "measures": "is a measure of",
}
# What the outline of a sign says.
ROLE_WORDS = {
    "outcome": "outcome measure",
    "process": "process measure",
    "balancing": "balancing measure",
    None: "measure whose role is not said",
}
COUNTS = "beside it how much is for the link (+), in part (±) and against it (\u2212)"
BOX_WORDS = {
    "focus": "what this picture is about",
    "orphan": "not linked to an aim",
    "undeveloped": "still open",
}


def diagram(
    theory: Any,
    *,
    direction: Direction = "left",
    order: Order = "auto",
    levels: Iterable[object] | None = None,
    focus: str | None = None,
    legend: bool = True,
    overlay: Overlay | None = None,
    measures: Measures = "none",
    sparkline: bool = False,
    numbers: bool = False,
    groups: str | Mapping[str, str] = "none",
    only: Collection[str] | None = None,
    part: str = "",
    room: tuple[float, float] = SLIDE,
) -> Diagram:
    """Lay out a theory as a driver diagram.

    Args:
        theory: the theory to draw.
        direction: where the aim stands: ``left`` (causes to the right of it), ``right`` or
            ``down`` (the aim on top, causes below it).
        order: ``auto`` for as few crossing lines as possible, then the order of the file;
            ``file`` for the order of the file in every column, whatever it costs.
        levels: which levels to draw, as numbers (0 the aims, 1 the primary drivers …) or words
            (``aim primary secondary tertiary driver-4 … change``, ``drivers`` for all of them);
            None for everything. A way over levels that are left out is drawn as a link of its own.
        focus: the id of a node; only it, what contributes to it and what it contributes to is drawn.
        legend: whether to add a legend of the line styles and marks that are drawn.
        overlay: further roles for boxes and links.
        measures: ``strip`` for a row a measure under the words of what it measures, with its latest value;
            ``column`` for a box a measure in a last column; ``none`` to leave them out.
        sparkline: whether the series of each measure is drawn small; without ``measures`` they are a strip.
        numbers: whether a number stands before the words of drivers and change ideas: 1, 1.1, 1.1.1,
            in the order in which they are drawn; see `driverkit.diagram.numbering`.
        groups: ``concept`` for a frame around change ideas of one change concept that stand together;
            see `driverkit.diagram.groups`.
        only: the ids of those nodes that belong to a page of their own; everything, where left out.
        part: which of several pages of the same thing this is, in words: ``2 of 3``.
        room: width and height in px that the drawing should not exceed, where it can be avoided.

    Raises:
        UnknownId: no node has the id given as ``focus``.
        UsageError: an option has a value that it cannot have.
    """
    if direction not in get_args(Direction):
        raise UsageError(f"No direction is called {direction!r}. There are: left, right, down.")
    if order not in get_args(Order):
        raise UsageError(f"No order is called {order!r}. There are: auto, file.")
    if measures not in get_args(Measures):
        raise UsageError(f"There are no measures {measures!r}. There are: {', '.join(get_args(Measures))}.")
    framed = grouping(theory, groups)
    overlay = with_given_up(theory, _with_readings(theory, overlay or Overlay(), measures, sparkline))
    with collector_at_rest(len(theory.drivers) + len(theory.change_ideas) > MANY):
        chosen = plan(theory, levels=levels, focus=focus, only=only, part=part)
        if measures == "column":
            chosen = in_a_column(chosen, theory)
        drawing = _Drawing(theory, chosen, direction, overlay, framed, room)
        drawing.focus = focus
        return drawing.draw(order, legend, numbers)


def _with_readings(theory: Any, overlay: Overlay, measures: Measures, sparkline: bool) -> Overlay:
    """The overlay with a row for each measure, where somebody asks for measures."""
    if measures == "none" and not sparkline:
        return overlay
    from driverkit.diagram.readings import joined, readings

    values = measures != "none" or not overlay.readings
    rows = joined(overlay.readings, readings(theory, values=values, sparkline=sparkline))
    return attrs.evolve(overlay, readings=of_its_own(rows) if measures == "column" else rows)


class _Fit(NamedTuple):
    """Widths of the columns, sizes and middles of the nodes along them, and the gaps between columns."""

    widths: list[float]
    size: list[float]
    middle: list[float]
    apart: list[float]


def _in_order(chosen: Plan, frames: Frames | None, order: Order) -> Net:
    """The net of a plan with its rows in the order in which they are drawn."""
    graph = net(chosen)
    arrange(graph, by_file=order == "file")
    if frames is not None and order != "file":
        frames.gather(graph)
    return graph


class _Drawing:
    """One diagram in the making."""

    def __init__(
        self,
        theory: Any,
        chosen: Plan,
        direction: Direction,
        overlay: Overlay,
        framed: Grouping | None = None,
        room: tuple[float, float] = SLIDE,
    ) -> None:
        self.theory = theory
        self.plan = chosen
        self.direction = direction
        self.overlay = overlay
        self.framed = framed
        self.room = room
        self.focus: str | None = None
        self.wrapper = Wrapper(even=len(chosen.nodes) <= MANY)
        self.frames = None if framed is None else Frames(chosen, framed, self.wrapper)
        self.numbers: Mapping[str, str] = {}
        self.crossed: list[int] = []
        self.texts: list[str] = []
        self.contents: list[Content] = []
        self.titles = [words.one_line(node.text) for node in chosen.nodes]

    def _words(self, node: Any) -> str:
        """The words of a node, its number before them where one was asked for."""
        number = self.numbers.get(node.id) if self.numbers else None
        return f"{number}\u00a0{node.text}" if number else str(node.text)

    def _content(self, node: Any, role: str, own: str) -> Content:
        style = style_of(role)
        small = words.notes(node, role, self.theory) if role == "aim" or node.undeveloped else []
        if self.overlay.notes:
            small += self.overlay.notes.get(node.id, ())
        text = self.wrapper.prepare(own, style.size, bold=style.bold)
        readings = self.overlay.readings.get(node.id, ()) if self.overlay.readings else ()
        if not small and not readings:
            return Content(self.wrapper, text)
        notes = tuple(self.wrapper.prepare(s, NOTE_SIZE) for s in small)
        rows = tuple(Row(self.wrapper.prepare(str(one), NOTE_SIZE), one) for one in readings)
        return Content(self.wrapper, text, notes, rows=rows)

    # -- the steps ---------------------------------------------------------------------------

    def draw(self, order: Order, with_legend: bool, numbered: bool) -> Diagram:
        graph = _in_order(self.plan, self.frames, order)
        if numbered:
            self.numbers = numbers_of(self.theory, self._reading(graph) if order != "file" else None)
        self.texts = [self._words(node) for node in self.plan.nodes]
        self.contents = [
            self._content(node, role, text)
            for node, role, text in zip(self.plan.nodes, self.plan.roles, self.texts, strict=True)
        ]
        graph = bundled(graph)
        if self.frames is not None:
            self.frames.settle(graph)
        between = gaps(graph)
        self.crossed = crossed(graph)
        if self.direction == "down":
            return self._downwards(graph, between, with_legend)
        return self._sideways(graph, between, with_legend)

    def _reading(self, graph: Net) -> list[str]:
        """The ids of all nodes in the order in which the whole theory is drawn, column by column."""
        whole = self.plan
        if whole.excerpt:
            whole = plan(self.theory)
            frames = None if self.framed is None else Frames(whole, self.framed, self.wrapper)
            graph = _in_order(whole, frames, "auto")
        return [whole.nodes[v].id for row in graph.rows for v in row if v < graph.boxes]

    def _apart(self, graph: Net, middle: Sequence[float]) -> list[float]:
        """The gap between each column and the next: wider where lines are steep or many."""
        rooms = arc_rooms(self.plan, graph, middle)
        out = []
        for c, row in enumerate(graph.rows[:-1]):
            steep = lines = 0.0
            for v in row:
                ends = graph.outer[v]
                lines += len(ends)
                here = middle[v]
                for e in ends:
                    steep = max(steep, abs(middle[e] - here))
            apart = 46 + min(80.0, 0.17 * steep + 0.4 * lines)
            # Lines that cross each other can be followed where they do so at a wide angle.
            apart += min(MOST_FOR_CROSSINGS, max(0.0, 8 * (sqrt(self.crossed[c]) - 1.5)))
            if self.overlay.link_counts and lines:
                apart = max(apart, FOR_COUNTS)
            # In a figure for one column of a page words need the room more than lines do.
            apart *= 0.7 if self.room[0] < SMALL_ROOM else 1.0
            out.append(float(round(apart + rooms.get(c, 0.0))))
        return out

    def _widths(self, graph: Net, between: list[list[float]]) -> list[tuple[float, list[float]]]:
        """A few sets of widths for the columns that are worth trying, each with its untidiness."""
        rows = [[v for v in row if v < graph.boxes] for row in graph.rows]
        exact = graph.boxes <= EXACT
        return candidates(
            [self._height_of(row, fsum(column), exact) for row, column in zip(rows, between, strict=True)],
            [self._untidiness_of(row) for row in rows],
            around=(70.0 * (len(rows) - 1) + 2 * MARGIN, 2 * MARGIN + 90),
            room=self.room,
            most=8 if exact else 1,
        )

    def _height_of(self, row: Sequence[int], gaps: float, exact: bool) -> Callable[[float], float]:
        """The height of a column at a width: exact, or from the lengths of its texts."""
        contents = [self.contents[v] for v in row]
        if exact:
            return lambda width: gaps + fsum([content.height(width) for content in contents])
        lengths = [content.length() for content in contents]
        high = line_height(style_of(self.plan.roles[row[0]]).size) if row else 0.0
        pad = 2 * contents[0].pad_y if row else 0.0

        def height(width: float) -> float:
            inside = (width - 2 * PAD_X) * 0.93
            lines = sum([int(length / inside) for length in lengths]) + len(lengths)
            return gaps + lines * high + len(lengths) * pad

        return height

    def _untidiness_of(self, row: Sequence[int]) -> Callable[[float], float]:
        """How bad a column looks at a width: words cut, boxes half empty, or too many lines in them."""
        texts = [self.contents[v].text for v in row]
        longest = max((t.longest * t.size / EM for t in texts), default=0.0)
        average = fsum([max(t.totals, default=0) * t.size / EM for t in texts]) / max(1, len(texts))

        def untidy(width: float) -> float:
            inside = width - 2 * PAD_X
            cut = 1.0 if longest > inside else 0.0
            return cut + max(0.0, 1 - average / inside) * 0.5 + max(0.0, average / inside - 3.0) * 0.06

        return untidy

    def _fitted(self, graph: Net, between: list[list[float]]) -> _Fit:
        """The widths that sit best on a slide; a tall picture is drawn with less air between its lines."""
        if graph.boxes <= EXACT:
            fit = self._best_fit(graph, between)
            if not fit.middle or max(fit.middle) - min(fit.middle) <= TALL:
                return fit
        for content in self.contents:
            content.tighten()
        return self._best_fit(graph, [[tightened(gap, TIGHT_GAPS) for gap in column] for column in between])

    def _best_fit(self, graph: Net, between: list[list[float]]) -> _Fit:
        """The best of a few sets of widths, each tried out."""
        best: tuple[float, _Fit] | None = None
        tries = self._widths(graph, self._roomy(graph, between, None))
        for untidy, widths in tries:
            size = [0.0] * len(graph.column)
            for v, content in enumerate(self.contents):
                size[v] = content.height(widths[graph.column[v]])
            middle = place(graph, size, self._roomy(graph, between, widths), rounds=1)
            apart = self._apart(graph, middle)
            if graph.boxes > MANY:
                return _Fit(widths, size, middle, apart)
            top = min((m - s / 2 for m, s in zip(middle, size, strict=True)), default=0.0)
            bottom = max((m + s / 2 for m, s in zip(middle, size, strict=True)), default=0.0)
            wide = fsum(widths) + fsum(apart) + 2 * MARGIN
            bad = untidy + cost(wide, bottom - top + 2 * MARGIN + 70, self.room)
            if best is None or bad < best[0] - 1e-9:
                best = (bad, _Fit(widths, size, middle, apart))
        assert best is not None
        _, fit = best
        middle = place(graph, fit.size, self._roomy(graph, between, fit.widths), rounds=4)
        return fit._replace(middle=middle, apart=self._apart(graph, middle))

    def _roomy(
        self, graph: Net, between: list[list[float]], widths: Sequence[float] | None, *, down: bool = False
    ) -> list[list[float]]:
        """The gaps between boxes with the room for frames, where there are any."""
        return self.frames.roomy(graph, between, widths, down=down) if self.frames is not None else between

    def _sideways(self, graph: Net, between: list[list[float]], legend: bool) -> Diagram:
        plan = self.plan
        widths, size, middle, apart = self._fitted(graph, between)
        tops, middle = _settled(graph, size, middle)

        depth: list[tuple[float, float]] = []
        x = MARGIN
        for c, width in enumerate(widths):
            depth.append((x, x + width))
            x += width + (apart[c] if c < len(apart) else 0.0)
        right = x + MARGIN
        right += arc_rooms(plan, graph, middle).get(len(widths) - 1, 0.0)
        right = max(right, 260.0)

        header, y = self._header(right - 2 * MARGIN)
        headings: list[list[TextLine]] = []
        tallest = 0.0
        for c, (near, _) in enumerate(depth):
            prepared = self.wrapper.prepare(plan.headings[c], HEADING_SIZE, bold=True)
            lines, used = lines_of(self.wrapper, prepared, widths[c], near, 0.0, "heading")
            headings.append(lines)
            tallest = max(tallest, used)
        first = y + tallest + 8.0 if depth else y
        first += max(0.0, self._above(tops, widths))

        drawn = curves(plan, graph, [m + first for m in middle], size, depth)
        bottom = max((tops[v] + size[v] for v in range(graph.boxes)), default=0.0)
        low = max([s[5] for _, curve in drawn for s in curve], default=first)
        base = first + bottom + (SIDE if self._lowest_is_framed(tops, size, bottom) else 0.0)
        mirror = right if self.direction == "right" else None

        lefts = [_round(near if mirror is None else mirror - far) for near, far in depth]
        boxes = [
            self._box(v, left, _round(first + tops[v]), widths[c], size[v])
            for c, (row, left) in enumerate(zip(graph.rows, lefts, strict=True))
            for v in row
            if v < graph.boxes
        ]
        arrows = [self._arrow(i, curve, mirror) for i, curve in enumerate(drawn)]
        columns = []
        for c, (near, far) in enumerate(depth):
            shift = 0.0 if mirror is None else mirror - near - far
            drop = y + tallest - (headings[c][-1].y if headings[c] else 0.0) - 3.0
            columns.append(
                Column(
                    plan.column_roles[c],
                    tuple(moved(line, shift, drop) for line in headings[c]),
                    _round(near + shift),
                    _round(y),
                    _round(far - near),
                    _round(base - y),
                )
            )
        entries, end = self._legend(max(base, low), right) if legend else ((), max(base, low))
        return self._finish(right, end + MARGIN, header, columns, boxes, arrows, entries, self._groups(boxes))

    def _downwards(self, graph: Net, between: list[list[float]], legend: bool) -> Diagram:
        plan, contents = self.plan, self.contents
        between = self._roomy(graph, between, None, down=True)
        widths = self._row_widths(graph, between)
        size = [widths[graph.column[v]] if v < graph.boxes else 0.0 for v in range(len(graph.column))]
        wider = [[gap + 4 for gap in row] for row in between]
        tops, middle = _settled(graph, size, place(graph, size, wider, rounds=1 if graph.boxes > MANY else 4))
        heights = [
            max((contents[v].height(width) for v in row), default=0.0)
            for row, width in zip(plan.rows, widths, strict=True)
        ]
        apart = self._apart(graph, middle)

        prepared = [self.wrapper.prepare(h, HEADING_SIZE, bold=True) for h in plan.headings]
        room = 96.0 if prepared else 0.0
        left = MARGIN + room + (14.0 if prepared else 0.0)
        far_side = max((tops[v] + size[v] for v in range(graph.boxes)), default=0.0)
        drawn_width = max(260.0, left + far_side + MARGIN)
        header, y = self._header(drawn_width - 2 * MARGIN)
        depth: list[tuple[float, float]] = []
        at = y + 4.0
        for c, height in enumerate(heights):
            depth.append((at, at + height))
            at += height + self._foot(c, tops, size) + (apart[c] if c < len(apart) else 0.0)
        flat = curves(plan, graph, middle, size, depth)
        drawn: list[Curve] = [
            (
                (_round(s[1] + left), s[0]),
                [
                    (_round(b + left), a, _round(d + left), e, _round(g + left), f)
                    for a, b, e, d, f, g in segments
                ],
            )
            for s, segments in flat
        ]
        boxes = [
            self._box(v, _round(left + tops[v]), _round(depth[c][0]), widths[c], heights[c])
            for c, row in enumerate(graph.rows)
            for v in row
            if v < graph.boxes
        ]
        arrows = [self._arrow(i, curve, None) for i, curve in enumerate(drawn)]
        columns = []
        for c, (near, far) in enumerate(depth):
            lines, used = lines_of(self.wrapper, prepared[c], room, MARGIN, 0.0, "heading")
            drop = (near + far - used) / 2
            columns.append(
                Column(
                    plan.column_roles[c],
                    tuple(moved(line, 0.0, drop) for line in lines),
                    MARGIN,
                    _round(near),
                    _round(drawn_width - 2 * MARGIN),
                    _round(far - near),
                )
            )
        at += arc_rooms(plan, graph, middle).get(len(heights) - 1, 0.0)
        reach = max((s[4] for _, curve in drawn for s in curve), default=0.0)
        drawn_width = max(drawn_width, reach + MARGIN)
        entries, end = self._legend(at, drawn_width) if legend else ((), at)
        return self._finish(
            drawn_width, end + MARGIN, header, columns, boxes, arrows, entries, self._groups(boxes)
        )

    def _row_widths(self, graph: Net, between: list[list[float]]) -> list[float]:
        """Where the aim is on top: how wide the boxes of each row are."""
        rows = self.plan.rows
        air = [fsum(gaps) + 4 * len(gaps) for gaps in between]
        average = [
            fsum([self.contents[v].length() + 2 * PAD_X for v in row]) / max(1, len(row)) for row in rows
        ]
        best: tuple[float, list[float]] | None = None
        for narrowest in (120.0, 135.0, 150.0, 165.0, 180.0, 195.0, 220.0):
            room = max(
                (len(row) * narrowest + more for row, more in zip(rows, air, strict=True)), default=0.0
            )
            widths = []
            tall = lines = 0.0
            for row, more, length in zip(rows, air, average, strict=True):
                fitting = [w for w in WIDTHS[:10] if len(row) * w + more <= room and w <= max(165.0, length)]
                width = max(fitting, default=narrowest)
                widths.append(width)
                rough = length / (width - 2 * PAD_X)
                lines += max(0.0, rough - 4) * 0.08
                tall += 20 * (1 + rough) + 70
            bad = cost(room + 150, tall + 90) + lines
            if best is None or bad < best[0] - 1e-9:
                best = (bad, widths)
        return best[1] if best else []

    # -- the frames --------------------------------------------------------------------------

    def _above(self, tops: Sequence[float], widths: Sequence[float]) -> float:
        """How far the headings of frames reach above the first box of all columns."""
        frames = self.frames
        if frames is None:
            return 0.0
        return max(
            (TOP + frames.above(run, widths[run.column]) - tops[run.members[0]] for run in frames.runs),
            default=0.0,
        )

    def _lowest_is_framed(self, tops: Sequence[float], size: Sequence[float], bottom: float) -> bool:
        """Whether a frame ends below the last box of all columns."""
        runs = self.frames.runs if self.frames is not None else ()
        return any(tops[run.members[-1]] + size[run.members[-1]] + SIDE > bottom for run in runs)

    def _foot(self, column: int, tops: Sequence[float], size: Sequence[float]) -> float:
        """The room below a row of boxes for the headings of its frames."""

        def width(run: Run) -> float:
            return tops[run.members[-1]] + size[run.members[-1]] - tops[run.members[0]]

        return self.frames.foot(column, width) if self.frames is not None else 0.0

    def _groups(self, boxes: Sequence[Box]) -> tuple[Group, ...]:
        """The frames, now that the boxes have their places."""
        if self.frames is None:
            return ()
        number = {node.id: v for v, node in enumerate(self.plan.nodes)}
        places = {number[box.id]: (box.x, box.y, box.width, box.height) for box in boxes}
        return self.frames.drawn(places, down=self.direction == "down")

    # -- once more, at places that are known ---------------------------------------------------

    def again(self, whole: Diagram, name: Callable[[str], str]) -> tuple[Diagram, list[str]]:
        """The same boxes and links where they stand on another drawing, and the ids of boxes too small for their words.

        Args:
            whole: the other drawing.
            name: what a node of this theory is called there.
        """
        plan = self.plan
        self.texts = [self._words(node) for node in plan.nodes]
        self.contents = [
            self._content(node, role, text)
            for node, role, text in zip(plan.nodes, plan.roles, self.texts, strict=True)
        ]
        places = {box.id: box for box in whole.boxes}
        paths: dict[tuple[str, str], Curve] = {
            (arrow.cause, arrow.effect): (arrow.start, list(arrow.path)) for arrow in whole.arrows
        }
        boxes, small = [], []
        for v, node in enumerate(plan.nodes):
            place = places[name(node.id)]
            content = self.contents[v]
            if content.height(place.width) > place.height:
                content.tighten()
            if content.height(place.width) > place.height:
                small.append(node.id)
            drawn = self._box(v, place.x, place.y, place.width, place.height)
            boxes.append(attrs.evolve(drawn, column=place.column))
        arrows = []
        for i, link in enumerate(plan.links):
            ends = (name(plan.nodes[link.cause].id), name(plan.nodes[link.effect].id))
            curve = paths.get(ends) or _across(places[ends[0]], places[ends[1]])
            arrows.append(self._arrow(i, curve, None))
        there = sorted({box.column for box in boxes})
        columns = [whole.columns[at] for at in there]
        boxes = [attrs.evolve(box, column=there.index(box.column)) for box in boxes]
        return self._finish(whole.width, whole.height, (), columns, boxes, arrows, (), ()), small

    # -- the parts ---------------------------------------------------------------------------

    def _header(self, width: float) -> tuple[tuple[TextLine, ...], float]:
        """Title; of what it is an excerpt, revision and date; and where the header ends."""
        said = [f"Excerpt: {self.plan.excerpt}"] if self.plan.excerpt else []
        said += revision_words(self.theory)
        if heading := self.overlay.heading:
            said.append(heading if said else heading[:1].upper() + heading[1:])
        return header(self.wrapper, self.theory.title, said, width)

    def _box(self, v: int, x: float, y: float, width: float, height: float) -> Box:
        node = self.plan.nodes[v]
        marks: tuple[str, ...] = ()
        if v in self.plan.orphans:
            marks += ("orphan",)
        if node.undeveloped:
            marks += ("undeveloped",)
        if self.overlay.marks:
            marks += tuple(m for m in self.overlay.marks.get(node.id, ()) if m not in marks)
        if node.id == self.focus and "focus" not in marks:
            marks += ("focus",)
        title = words.box_title(node)
        if self.overlay.titles:
            title = "\n".join((title, *self.overlay.titles.get(node.id, ())))
        inside = self.contents[v].inside(x, y, width, height)
        return Box(
            node.id,
            self.plan.roles[v],
            x,
            y,
            _round(width),
            _round(height),
            inside.lines,
            self.texts[v],
            self.plan.column[v],
            title,
            _safe(node.url),
            marks,
            dots=inside.dots,
            sparks=inside.sparks,
        )

    def _arrow(self, i: int, curve: Curve, mirror: float | None) -> Arrow:
        link = self.plan.links[i]
        begin, segments = curve
        cause, effect = self.plan.nodes[link.cause], self.plan.nodes[link.effect]
        if mirror is None:
            path = tuple(segments)
        else:
            begin = (_round(mirror - begin[0]), begin[1])
            path = tuple(
                [
                    (_round(mirror - a), b, _round(mirror - c), d, _round(mirror - e), f)
                    for a, b, c, d, e, f in segments
                ]
            )
        span = self.plan.column[link.cause] - self.plan.column[link.effect]
        kind = "down" if span == 1 else "skip" if span > 1 else "same" if span == 0 else "back"
        marks: tuple[str, ...] = ()
        for mark, so in (("measures", link.measures), ("through", link.through), ("fails", link.fails)):
            if so and not marks:
                marks = (mark,)
        ends = (cause.id, effect.id)
        title = words.link_title(self.titles[link.cause], self.titles[link.effect], link)
        if self.overlay.link_titles:
            title = "\n".join((title, *self.overlay.link_titles.get(ends, ())))
        if self.overlay.link_marks:
            marks += tuple(self.overlay.link_marks.get(ends, ()))
        return Arrow(
            cause.id,
            effect.id,
            begin,
            path,
            link.link.strength,
            bool(link.link.only_where),
            bool(link.link.implied),
            kind,
            title,
            marks,
            condition=link.link.only_where or "",
        )

    def _legend(self, bottom: float, width: float) -> tuple[tuple[LegendEntry, ...], float]:
        """The words for every line style and mark that is drawn, and where they end."""
        return legend_entries(self.wrapper, self.explained(), bottom, width, self.sign_shapes())

    def explained(self) -> list[Explained]:
        """Every line style and mark that is drawn, with what the legend says of it."""
        wanted: list[Explained] = []
        drawn = {_line_key(link) for link in self.plan.links}
        said_of = {**LINE_WORDS, "conditional": words.conditions(self.plan.links)}
        wanted += [("line", key, said) for key, said in said_of.items() if key in drawn]
        if "fails" in drawn:
            wanted.append(("line", "fails", words.fails(self.plan.links)))
        if self.focus is not None and len(self.plan.nodes) > 1:
            wanted.append(("box", "focus", BOX_WORDS["focus"]))
        if self.plan.orphans:
            wanted.append(("box", "orphan", BOX_WORDS["orphan"]))
        if any(node.undeveloped for node in self.plan.nodes):
            wanted.append(("box", "undeveloped", BOX_WORDS["undeveloped"]))
        if self.frames is not None and self.frames.runs:
            wanted.append(("box", "group", self.frames.legend))
        wanted += self._overlay_words()
        return wanted

    def sign_shapes(self) -> dict[str, Shape]:
        """For the mark of each measure that is drawn the outline with which it is drawn most often."""
        found: dict[str, list[Shape]] = {}
        for node in self.plan.nodes if self.overlay.readings else ():
            for reading in self.overlay.readings.get(node.id, ()):
                found.setdefault(reading.mark, []).append(SHAPES.get(reading.role, "diamond"))
        order = list(SHAPES.values())
        return {
            mark: max(shapes, key=lambda shape: (shapes.count(shape), -order.index(shape)))  # used at once
            for mark, shapes in found.items()
        }

    def _overlay_words(self) -> list[Explained]:
        overlay = self.overlay
        if not overlay.words and not overlay.readings:
            return []
        on_boxes = _used(overlay.marks, [node.id for node in self.plan.nodes])
        pairs = [(self.plan.nodes[k.cause].id, self.plan.nodes[k.effect].id) for k in self.plan.links]
        on_links = _used(overlay.link_marks, pairs)
        out: list[Explained] = []
        ids = [node.id for node in self.plan.nodes]
        rows = [reading for id in ids for reading in overlay.readings.get(id, ())]
        signs = {mark for ends in pairs if (mark := overlay.link_signs.get(ends)) is not None}
        in_rows = {reading.mark for reading in rows}
        for mark, said in overlay.words.items():
            if mark in on_boxes:
                out.append(("box", mark, said))
            elif mark in on_links and mark not in signs:
                out.append(("line", mark, said))
            if mark in in_rows:
                out.append(("dot", mark, said))
        roles = {reading.role if reading.role in SHAPES else None for reading in rows}
        # The outline of a measure has a colour of its own only where no mark gives it another.
        kind = "role" if rows and all(reading.mark for reading in rows) else "measure"
        out += [("dot", f"{kind}-{role}", said) for role, said in ROLE_WORDS.items() if role in roles]
        out += _series_words(rows)
        out += [("dot", mark, f"link: {said}") for mark, said in overlay.words.items() if mark in signs]
        if any(overlay.link_counts.get(ends) for ends in pairs if ends in overlay.link_signs):
            out.append(("dot", "counts", COUNTS))
        return out

    def _finish(
        self,
        width: float,
        height: float,
        header: tuple[TextLine, ...],
        columns: Sequence[Column],
        boxes: Sequence[Box],
        arrows: Sequence[Arrow],
        legend: Sequence[LegendEntry],
        groups: tuple[Group, ...],
    ) -> Diagram:
        index = {node.id: v for v, node in enumerate(self.plan.nodes)}
        if self.overlay.link_signs:
            arrows = with_signs(arrows, boxes, self.overlay, self.wrapper)
        return Diagram(
            width=_round(width),
            height=_round(height),
            title=self.theory.title,
            header=header,
            columns=tuple(columns),
            boxes=tuple(boxes),
            arrows=tuple(arrows),
            legend=tuple(legend),
            outline=words.outline(self.plan, [index[box.id] for box in boxes], self.overlay),
            direction=self.direction,
            language=getattr(self.theory, "language", None),
            groups=groups,
        )


def _across(cause: Box, effect: Box) -> Curve:
    """A curve from one box to another, where no layout found one."""
    right = cause.x > effect.x
    x1 = cause.x if right else cause.x + cause.width
    x2 = effect.x + effect.width if right else effect.x
    y1, y2 = cause.y + cause.height / 2, effect.y + effect.height / 2
    middle = _round((x1 + x2) / 2)
    return (_round(x1), _round(y1)), [(middle, _round(y1), middle, _round(y2), _round(x2), _round(y2))]


def _settled(graph: Net, size: Sequence[float], middle: Sequence[float]) -> tuple[list[float], list[float]]:
    """Places on whole px, the first at 0: the near edge and the middle of every node."""
    start = min((middle[v] - size[v] / 2 for v in range(len(middle))), default=0.0)
    tops = [float(floor(m - s / 2 - start + 0.5)) for m, s in zip(middle, size, strict=True)]
    return tops, [t + s / 2 for t, s in zip(tops, size, strict=True)]


def _line_key(link: Link) -> str | None:
    """What decides how a link looks: a condition shows more than a strength does."""
    if link.measures:
        return "measures"
    if link.through:
        return "through"
    if link.fails:
        return "fails"
    if link.link.only_where:
        return "conditional"
    return "implied" if link.link.implied else link.link.strength


def _series_words(rows: Iterable[Reading]) -> list[Explained]:
    """What the legend says of small series: only what is drawn of one of them at least."""
    drawn = [row for row in rows if any(value is not None for value in row.series)]
    if not drawn:
        return []
    if not any(row.levels for row in drawn):
        return [("spark", "line", "values over time; the latest is the large point")]
    said = "values over time with their median"
    if any(row.signal for row in drawn):
        return [
            (
                "spark",
                "line-median-signal",
                f"{said} (dashed) and the points of a signal; the latest is the largest",
            )
        ]
    return [("spark", "line-median", f"{said} (dashed); the latest is the large point")]


def _used(marks: Mapping[Any, Sequence[str]], keys: Iterable[Any]) -> set[str]:
    return {mark for key in keys for mark in marks.get(key, ())}


def _safe(url: str | None) -> str | None:
    """An address that a picture may link to; any other kind is left out of it."""
    if url and url.lower().startswith(("http://", "https://", "mailto:")):
        return url
    return None


def _round(value: float) -> float:
    return round(value, 2)
