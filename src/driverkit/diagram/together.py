"""Several theories laid out alike: what is the same in them stands in the same place.

All of them are laid out once as one theory that has every box and link of each, with room for the longest words
that a box ever has. Then each is drawn at those places. So the eye sees nothing move but what changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs
from attrs import frozen

from driverkit.diagram.build import Direction, Order, _Drawing
from driverkit.diagram.build import diagram as lay_out
from driverkit.diagram.columns import plan
from driverkit.diagram.given_up import with_given_up
from driverkit.diagram.model import (
    Arrow,
    Box,
    Column,
    Diagram,
    Dot,
    Group,
    LegendEntry,
    Shape,
    Spark,
    TextLine,
)
from driverkit.diagram.overlay import Overlay
from driverkit.diagram.surround import MARGIN, Explained, legend_entries
from driverkit.diagram.widths import PANEL, SLIDE
from driverkit.diagram.words import box_title, notes
from driverkit.diagram.wrap import Wrapper
from driverkit.errors import TheoryError
from driverkit.model import Aim, ChangeIdea, Contribution, Driver, Theory

__all__ = ["Frame", "Labels", "Together", "scaled", "sheet", "together"]

Labels = Literal["words", "ids"]
ROUNDS = 5


@frozen
class Frame:
    """One of several theories that are laid out alike.

    Attributes:
        theory: the theory.
        overlay: what is laid over it.
        title: what stands above it.
        said: a line below that.
        known_as: the ids of nodes that the other theories know by another id.
    """

    theory: Theory
    overlay: Overlay = attrs.Factory(Overlay)
    title: str = ""
    said: str = ""
    known_as: Mapping[str, str] = attrs.Factory(dict)


@frozen
class Together:
    """Theories laid out alike.

    Attributes:
        drawings: each of them, all of one size, without header and legend.
        explained: the marks and lines on any of them, with what a legend says.
        shapes: for the mark of a measure its outline.
    """

    drawings: tuple[Diagram, ...]
    explained: tuple[Explained, ...]
    shapes: Mapping[str, Shape]


def together(
    frames: Sequence[Frame],
    *,
    direction: Direction = "left",
    order: Order = "auto",
    labels: Labels = "words",
) -> Together:
    """Lay out theories alike.

    A node that stands on another level in another theory has a place on each of the two.

    Args:
        frames: the theories, the one that decides the order of boxes last.
        direction: where the aim stands.
        order: as for one diagram.
        labels: what stands in the boxes: the ``words`` of the nodes, or their ``ids`` alone, which need less room.
    """
    frames = [attrs.evolve(one, overlay=with_given_up(one.theory, one.overlay)) for one in frames]
    shown = [_short(frame) if labels == "ids" else frame for frame in frames]
    known = _Union(shown)
    small: dict[str, int] = {}
    drawings: list[Diagram] = []
    explained: dict[tuple[str, str], Explained] = {}
    shapes: dict[str, Shape] = {}
    for _ in range(ROUNDS):
        whole = known.laid_out(small, direction, order, PANEL if labels == "ids" else SLIDE)
        drawings, explained, shapes, tight = [], {}, {}, {}
        for at, frame in enumerate(shown):
            drawing = _Drawing(frame.theory, plan(frame.theory), direction, frame.overlay)
            names = known.names[at]
            drawn, too_small = drawing.again(whole, names.__getitem__)
            drawings.append(drawn)
            tight.update({names[id]: at for id in too_small})
            for one in drawing.explained():
                explained.setdefault((one[0], one[1]), one)
            shapes |= drawing.sign_shapes()
        if not tight or all(small.get(id) == at for id, at in tight.items()):
            break
        small |= tight
    if labels == "ids":
        drawings = [_told(drawn, frame.theory) for drawn, frame in zip(drawings, frames, strict=True)]
    return Together(tuple(_cropped(drawings)), _in_order(explained), shapes)


def _in_order(explained: Mapping[tuple[str, str], Explained]) -> tuple[Explained, ...]:
    """What a legend says, lines before boxes before signs; a mark of boxes says it of links too."""
    rank = {"line": 0, "box": 1}
    shown = [one for one in explained.values() if one[0] != "line" or ("box", one[1]) not in explained]
    return tuple(sorted(shown, key=lambda one: rank.get(one[0], 2)))


def _short(frame: Frame) -> Frame:
    """The same theory with its ids for words, and no notes."""
    theory = frame.theory
    new: dict[str, Any] = {
        "aims": tuple(
            attrs.evolve(
                one,
                text=one.id,
                undeveloped=None,
                population=None,
                baseline=None,
                target=None,
                by=None,
                measure=None,
            )
            for one in theory.aims
        ),
        "drivers": tuple(attrs.evolve(one, text=one.id, undeveloped=None) for one in theory.drivers),
        "change_ideas": tuple(
            attrs.evolve(one, text=one.id, undeveloped=None) for one in theory.change_ideas
        ),
    }
    return attrs.evolve(
        frame,
        theory=attrs.evolve(theory, **new),
        overlay=attrs.evolve(frame.overlay, notes={}, readings={}),
    )


def _told(drawn: Diagram, theory: Theory) -> Diagram:
    """Boxes that show an id, with their words for whoever hovers over them."""
    boxes = []
    for box in drawn.boxes:
        node = theory.node(box.id)
        title = "\n".join([box_title(node), *box.title.split("\n")[1:]])
        boxes.append(attrs.evolve(box, text=node.text, title=title))
    return attrs.evolve(drawn, boxes=tuple(boxes))


class _Union:
    """Every box and link of several theories."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.frames = frames
        self.plans = [plan(frame.theory) for frame in frames]
        self.names: list[dict[str, str]] = [{} for _ in frames]
        self.where: dict[str, list[tuple[int, Any]]] = {}
        ids: dict[tuple[str, str], str] = {}
        order: list[str] = []
        self.roles: dict[str, str] = {}
        taken = {frame.known_as.get(node.id, node.id) for frame in frames for node in frame.theory.nodes}
        # The last theory first: what it has keeps its id and its order.
        for at in reversed(range(len(frames))):
            last: str | None = None
            for node, role in zip(self.plans[at].nodes, self.plans[at].roles, strict=True):
                known = frames[at].known_as.get(node.id, node.id)
                key = (known, role)
                if key not in ids:
                    new = known if known not in self.roles else _free(known, taken)
                    ids[key] = new
                    self.roles[new] = role
                    order.insert(order.index(last) + 1 if last is not None else 0, new)
                last = ids[key]
                self.names[at][node.id] = last
                self.where.setdefault(last, []).append((at, node))
        self.order = order

    def _links(self) -> list[tuple[str, str, Any]]:
        found: dict[tuple[str, str], Any] = {}
        for at in reversed(range(len(self.frames))):
            nodes = self.plans[at].nodes
            for link in self.plans[at].links:
                ends = tuple(self.names[at][nodes[end].id] for end in (link.cause, link.effect))
                found.setdefault((ends[0], ends[1]), link.link)
        return [(cause, effect, link) for (cause, effect), link in found.items()]

    def _room(self, id: str, small: Mapping[str, int]) -> tuple[str, list[str], Sequence[Any]]:
        """The words, notes and rows for which a box needs room."""

        def needs(at: int, node: Any) -> tuple[str, list[str], Sequence[Any]]:
            overlay = self.frames[at].overlay
            said = notes(node, self.roles[id], self.frames[at].theory)
            return node.text, [*said, *overlay.notes.get(node.id, ())], overlay.readings.get(node.id, ())

        if id in small:
            at = small[id]
            return needs(at, next(node for frame, node in self.where[id] if frame == at))
        every = [needs(at, node) for at, node in self.where[id]]
        return max(
            every,
            key=lambda one: 1.3 * len(one[0]) + sum(12 + len(note) for note in one[1]) + 40 * len(one[2]),
        )

    def laid_out(
        self, small: Mapping[str, int], direction: Direction, order: Order, space: tuple[float, float]
    ) -> Diagram:
        """All of it on one drawing."""
        room = {id: self._room(id, small) for id in self.order}
        effects: dict[str, list[Contribution]] = {}
        reach: dict[str, set[str]] = {id: set() for id in self.order}
        for cause, effect, link in self._links():
            # Links of several theories may close a loop, which none of them has.
            if cause == effect or cause in reach[effect]:
                continue
            for id in self.order:
                if id == cause or cause in reach[id]:
                    reach[id] |= {effect, *reach[effect]}
            effects.setdefault(cause, []).append(
                Contribution(effect, strength=link.strength, because=None, only_where=link.only_where)
            )
        sections: dict[str, Any] = {"aims": [], "drivers": [], "change_ideas": []}
        for id in self.order:
            words, to, role = room[id][0], effects.get(id, []), self.roles[id]
            if role == "aim":
                sections["aims"].append(Aim(id, words, contributes_to=to))
            elif role == "change":
                sections["change_ideas"].append(ChangeIdea(id, words, contributes_to=to))
            else:
                sections["drivers"].append(Driver(id, words, contributes_to=to, level=_level(role)))
        last = self.frames[-1]
        headings = last.theory.headings
        try:
            theory = Theory(last.theory.title, **sections, headings=headings)
        except TheoryError:
            # Levels of one theory may not go with the links of another; places matter here, not levels.
            sections["drivers"] = [attrs.evolve(one, contributes_to=()) for one in sections["drivers"]]
            theory = Theory(last.theory.title, **sections, headings=headings)
        overlay = Overlay(
            notes={id: tuple(room[id][1]) for id in self.order if room[id][1]},
            readings={id: tuple(room[id][2]) for id in self.order if room[id][2]},
            link_counts=next((f.overlay.link_counts for f in self.frames if f.overlay.link_counts), {}),
        )
        return lay_out(theory, direction=direction, order=order, legend=False, overlay=overlay, room=space)


def _free(id: str, taken: set[str]) -> str:
    number = 2
    while f"{id}.{number}" in taken:
        number += 1
    taken.add(f"{id}.{number}")
    return f"{id}.{number}"


def _level(role: str) -> int:
    return {"primary": 1, "secondary": 2, "tertiary": 3}.get(role) or int(role.removeprefix("driver-"))


def _cropped(drawings: Sequence[Diagram]) -> list[Diagram]:
    """The drawings without the room for a header."""
    tops = [column.y for one in drawings for column in one.columns] + [
        box.y for one in drawings for box in one.boxes
    ]
    if not tops:
        return list(drawings)
    up = min(tops) - MARGIN
    return [
        attrs.evolve(scaled(one, 1.0, 0.0, -up), width=one.width, height=round(one.height - up, 2))
        for one in drawings
    ]


# ------------------------------------------------------------------------------------------------ moving


def scaled(drawn: Diagram, scale: float, right: float, down: float) -> Diagram:
    """A drawing larger or smaller, and elsewhere; its own width and height stay as they are."""

    def x(value: float) -> float:
        return round(value * scale + right, 2)

    def y(value: float) -> float:
        return round(value * scale + down, 2)

    def n(value: float) -> float:
        return round(value * scale, 2)

    def line(one: TextLine) -> TextLine:
        return attrs.evolve(one, x=x(one.x), y=y(one.y), size=n(one.size), width=n(one.width))

    def lines(some: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
        return tuple(map(line, some))

    def dot(one: Dot) -> Dot:
        words = line(one.words) if one.words is not None else None
        return attrs.evolve(one, x=x(one.x), y=y(one.y), size=n(one.size), words=words)

    def spark(one: Spark) -> Spark:
        return attrs.evolve(
            one,
            x=x(one.x),
            y=y(one.y),
            width=n(one.width),
            height=n(one.height),
            lines=tuple(tuple((x(a), y(b)) for a, b in run) for run in one.lines),
            medians=tuple((x(a), x(b), y(c)) for a, b, c in one.medians),
            marked=tuple((x(a), y(b)) for a, b in one.marked),
        )

    def box(one: Box) -> Box:
        return attrs.evolve(
            one,
            x=x(one.x),
            y=y(one.y),
            width=n(one.width),
            height=n(one.height),
            lines=lines(one.lines),
            dots=tuple(map(dot, one.dots)),
            sparks=tuple(map(spark, one.sparks)),
        )

    def arrow(one: Arrow) -> Arrow:
        return attrs.evolve(
            one,
            start=(x(one.start[0]), y(one.start[1])),
            path=tuple((x(a), y(b), x(c), y(d), x(e), y(f)) for a, b, c, d, e, f in one.path),
            dots=tuple(map(dot, one.dots)),
        )

    def column(one: Column) -> Column:
        return attrs.evolve(
            one, heading=lines(one.heading), x=x(one.x), y=y(one.y), width=n(one.width), height=n(one.height)
        )

    def group(one: Group) -> Group:
        return attrs.evolve(
            one, x=x(one.x), y=y(one.y), width=n(one.width), height=n(one.height), lines=lines(one.lines)
        )

    def entry(one: LegendEntry) -> LegendEntry:
        return attrs.evolve(
            one, line=line(one.line), x=x(one.x), y=y(one.y), width=n(one.width), height=n(one.height)
        )

    return attrs.evolve(
        drawn,
        header=lines(drawn.header),
        columns=tuple(map(column, drawn.columns)),
        boxes=tuple(map(box, drawn.boxes)),
        arrows=tuple(map(arrow, drawn.arrows)),
        legend=tuple(map(entry, drawn.legend)),
        groups=tuple(map(group, drawn.groups)),
    )


# ------------------------------------------------------------------------------------------------ one sheet

GAP = 40.0
WANTED = 1.45
"""The proportions of the sheet that is aimed at: nearly those of A4 and A3, lying; below a key also standing."""
LARGEST_KEY = 1.6
"""How much larger a key may be drawn than it would be alone."""


def across_for(count: int, width: float, height: float, first: Diagram | None = None) -> int:
    """How many panels stand beside each other, so that the sheet has the proportions of paper."""
    best: tuple[float, int] | None = None
    for across in range(1, count + 1):
        rows = -(-count // across)
        wide, high = across * width, rows * height
        off = abs(_log(wide / high / WANTED))
        if first is not None:
            wide = max(wide, first.width)
            high += first.height * min(LARGEST_KEY, wide / first.width)
            # As large as can be on a sheet of paper that lies or stands.
            off = min(_log(max(wide / WANTED, high)), _log(max(wide, high / WANTED)))
        # Below a key an empty place is one among others.
        bad = off + (2.5 if first is None else 0.25) * (rows * across - count) / count
        if best is None or bad < best[0] - 1e-9:
            best = (bad, across)
    return best[1] if best else 1


def _log(value: float) -> float:
    from math import log

    return log(value)


def sheet(
    panels: Sequence[tuple[str, str, Diagram]],
    *,
    title: str,
    said: str,
    explained: Sequence[Explained],
    shapes: Mapping[str, Shape],
    outline: str,
    across: int | None = None,
    first: Diagram | None = None,
    legend: bool = True,
) -> Diagram:
    """Several drawings on one sheet, row by row, each under its title.

    Args:
        panels: title, a line below it, and the drawing of each; all of one size.
        title: of the sheet.
        said: a line below it.
        explained: what the legend explains.
        shapes: for the mark of a measure its outline.
        outline: the sheet in words.
        across: how many stand beside each other; left out, so that the sheet has the proportions of paper.
        first: a drawing of another size that stands above them, such as a key.
        legend: whether there is a legend.
    """
    wrapper = Wrapper(even=True)
    wide = max((one.width for _, _, one in panels), default=260.0)
    high = max((one.height for _, _, one in panels), default=100.0)
    count = across or across_for(len(panels), wide + GAP, high + 60, first)
    count = max(1, min(count, len(panels)))
    inner = max(count * wide + (count - 1) * GAP, 2 * MARGIN + 260 if first is None else first.width)
    # Below a wide key panels stand as far apart as it is wide.
    gap = GAP if count == 1 else min(max(GAP, (inner - count * wide) / (count - 1)), GAP + wide / 2)
    # Who looks at the whole sheet sees it smaller: its titles grow with it.
    grown = max(1.0, min(2.6, inner / 1500))
    panel_size = round(14 * max(1.0, min(grown, wide / 420)), 1)
    small_size = round(11.5 * max(1.0, min(grown, wide / 420)), 1)
    left = MARGIN

    def written(
        text: str, size: float, x: float, y: float, room: float, part: str, bold: bool = False
    ) -> tuple[list[TextLine], float]:
        from driverkit.diagram.content import lines_of

        if not text:
            return [], 0.0
        found, used = lines_of(wrapper, wrapper.prepare(text, size, bold=bold), room, x, y, part)
        if found:
            found[0] = attrs.evolve(found[0], joins="\n")
        return found, used

    header, y = written(title, round(19 * grown, 1), left, MARGIN - 4, inner - 2 * MARGIN, "title", bold=True)
    more, used = written(said, round(12 * grown, 1), left, MARGIN - 4 + y + 2, inner - 2 * MARGIN, "subtitle")
    header += more
    y = MARGIN - 4 + y + used + 14 * grown
    parts: list[Diagram] = []
    if first is not None:
        larger = min(LARGEST_KEY, inner / first.width)
        parts.append(scaled(first, larger, 0.0, y))
        y += first.height * larger + GAP / 2
    for row in range(-(-len(panels) // count)):
        some = panels[row * count : (row + 1) * count]
        heads: list[list[TextLine]] = []
        tall = 0.0
        for at, (name, line, _) in enumerate(some):
            x = at * (wide + gap) + left
            room = wide - 2 * MARGIN
            one, used = written(name, panel_size, x, y, room, "title", bold=True)
            two, more_used = written(line, small_size, x, y + used + 1, room, "subtitle")
            heads.append([*one, *two])
            tall = max(tall, used + more_used)
        header += [line for head in heads for line in head]
        for at, (_, _, drawn) in enumerate(some):
            parts.append(scaled(drawn, 1.0, at * (wide + gap), y + tall - MARGIN + 10))
        y += tall + high - MARGIN + GAP / 2
    entries: tuple[LegendEntry, ...] = ()
    if legend and explained:
        room = inner / grown
        entries, end = legend_entries(wrapper, explained, 0.0, room, shapes)
        lower = y - 22 * grown
        entries = scaled(Diagram(room, end, "", legend=entries), grown, 0.0, lower).legend
        y = lower + end * grown
    before = [sum(len(one.columns) for one in parts[:at]) for at in range(len(parts))]
    boxes = [
        attrs.evolve(box, column=box.column + offset)
        for one, offset in zip(parts, before, strict=True)
        for box in one.boxes
    ]
    return Diagram(
        width=round(inner, 2),
        height=round(y + MARGIN, 2),
        title=title,
        header=tuple(header),
        columns=tuple(column for one in parts for column in one.columns),
        boxes=tuple(boxes),
        arrows=tuple(arrow for one in parts for arrow in one.arrows),
        legend=entries,
        outline=outline,
        direction=panels[-1][2].direction if panels else "left",
        language=panels[-1][2].language if panels else None,
        kind="Small multiples",
        groups=tuple(group for one in parts for group in one.groups),
    )
