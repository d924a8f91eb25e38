"""The causes of the problem as a fishbone (cause and effect diagram, after Ishikawa).

The problem is the head, on the right; each category is a bone that slants towards it, from above and
below in turn, and its causes hang on it. A cause that no driver addresses has an outline of its own.

Everything is measured from the spine: a bone leans by the same slope all the way, so how far a box
reaches beside its bone is one number, and bones that stand that far apart never meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any, NamedTuple

from attrs import define

from driverkit.diagram import words
from driverkit.diagram.content import PAD_X, Content
from driverkit.diagram.fonts.metrics import EM
from driverkit.diagram.model import Arrow, Box, Diagram
from driverkit.diagram.surround import MARGIN, Explained, header, legend_entries, moved, revision_words
from driverkit.diagram.widths import cost
from driverkit.diagram.wrap import Wrapper
from driverkit.evidence.causes import drivers_addressing

__all__ = ["NO_CATEGORY", "PROBLEM", "fishbone"]

PROBLEM = "(problem)"
"""The id of the head; no id of a theory has brackets."""
NO_CATEGORY = "No category"
"""What stands at the bone of causes that name no category."""
NO_PROBLEM = "The problem is not written down yet"
UNADDRESSED = "No driver addresses it"
LEGEND: Mapping[str, str] = {
    "unaddressed": "cause that no driver addresses",
    "undeveloped": "still open",
}

# Sizes of words: the head and the categories are the frame, as aim and primary drivers are elsewhere.
HEAD, BONE, CAUSE, NOTE = 14.0, 13.0, 12.0, 10.5
CAUSE_WIDTHS = (140.0, 155.0, 170.0, 190.0, 210.0, 240.0)
BONE_WIDTHS = (130.0, 170.0, 220.0)
HEAD_WIDTHS = (170.0, 200.0, 240.0, 300.0)
# Free room: between causes on a bone, from spine and category to the next cause, beside a bone, between bones.
BETWEEN, AT_SPINE, AT_CATEGORY, BESIDE, APART = 9.0, 16.0, 14.0, 11.0, 20.0
RIB = 18.0  # the shortest line from a cause to its bone
LOOSE = 34.0  # causes on a long bone are not spread further apart than that
LEAN = 150.0  # how far a bone leans over at most
STEEP, FLAT = 0.1, 0.42  # its slope
SHORTEST = 64.0
NARROWEST = 44.0
MOST_DRIVERS = 2  # that are named under a cause; a hover names them all


@define
class _Bone:
    """One category: its words, its causes with theirs, and where it meets the spine."""

    id: str
    text: str
    words: Content
    causes: list[tuple[Any, Content]]

    def stacks(self, both: bool) -> tuple[Sequence[tuple[Any, Content]], ...]:
        """The causes on the left of the bone, and those on its right."""
        return (self.causes[::2], self.causes[1::2]) if both else (self.causes, ())


class _Shape(NamedTuple):
    """One way to lay everything out, and how large it gets."""

    cause: float
    bone: float
    both: bool
    slope: float
    lengths: tuple[float, float]
    joints: tuple[float, ...]
    head: tuple[float, float]
    left: float
    above: float
    below: float
    cost: float


def fishbone(theory: Any, *, legend: bool = True) -> Diagram:
    """Lay out the problem of a theory and its causes as a fishbone.

    Args:
        theory: the theory whose problem is drawn.
        legend: whether to explain the marks that are drawn.
    """
    return _Fishbone(theory).draw(legend)


class _Fishbone:
    """One fishbone in the making."""

    def __init__(self, theory: Any) -> None:
        self.theory = theory
        self.wrapper = Wrapper()
        self.by = drivers_addressing(theory)
        problem = theory.problem
        self.problem = (problem.text if problem is not None else None) or NO_PROBLEM
        self.head = self._content(self.problem, HEAD, bold=True)
        self.head.pad_y = 10.0
        groups: dict[str | None, list[Any]] = {}
        for cause in theory.causes:
            groups.setdefault(cause.category, []).append(cause)
        # Causes without a category hang on the last bone, wherever the first of them stands in the file.
        loose = groups.pop(None, None)
        if loose is not None:
            groups[None] = loose
        self.bones = [
            _Bone(
                f"(category {number})",
                category or NO_CATEGORY,
                self._content(category or NO_CATEGORY, BONE, bold=True),
                [(cause, self._content(cause.text, CAUSE, notes=self._notes(cause))) for cause in causes],
            )
            for number, (category, causes) in enumerate(groups.items(), 1)
        ]

    def _content(self, text: str, size: float, *, bold: bool = False, notes: Sequence[str] = ()) -> Content:
        small = tuple(self.wrapper.prepare(note, NOTE) for note in notes)
        return Content(self.wrapper, self.wrapper.prepare(text, size, bold=bold), small, 5.0)

    def _notes(self, cause: Any) -> list[str]:
        """Which drivers address a cause, and whether it is still open."""
        drivers = self.by.get(cause.id, ())
        shown = drivers if len(drivers) <= MOST_DRIVERS else drivers[: MOST_DRIVERS - 1]
        out = [f"Driver: {words.one_line(self.theory.node(id).text)}" for id in shown]
        if len(shown) < len(drivers):
            out.append(f"and {len(drivers) - len(shown)} more drivers")
        if not drivers:
            out.append(UNADDRESSED)
        if cause.undeveloped:
            out.append(f"Still open: {cause.undeveloped}")
        return out

    # -- the layout --------------------------------------------------------------------------

    def _side(self, side: int) -> list[_Bone]:
        """The bones above the spine (0) or below it (1), from left to right."""
        return self.bones[side::2]

    def _shape(self, cause: float, bone: float, head: float, both: bool) -> _Shape:
        """Everything that follows from the widths of the boxes and the sides that causes hang on."""
        lengths = tuple(
            max([SHORTEST, *(self._room(one, cause, both) for one in self._side(side))]) for side in (0, 1)
        )
        slope = min(FLAT, max(STEEP, LEAN / max(lengths)))
        columns = range((len(self.bones) + 1) // 2)
        reach = [[self._reach(one, cause, both, slope) for one in self._side(side)] for side in (0, 1)]
        # How far the boxes of each pair of bones reach to the left and to the right of where it meets the spine.
        joints: list[float] = []
        for column in columns:
            at = 0.0
            if column:
                beside = [one[column - 1][1] + one[column][0] for one in reach if column < len(one)]
                at = joints[-1] + max([bone, *beside]) + APART
            joints.append(at)
        last = 0.0
        for side in (0, 1):
            if reach[side]:
                at = joints[len(reach[side]) - 1]
                last = max(
                    last,
                    at + reach[side][-1][1] + 26.0,
                    at + bone / 2 - slope * lengths[side] + 18.0,
                    at + 44.0,
                )
        left = 0.0
        for side in (0, 1):
            for at, (out, _) in zip(joints, reach[side], strict=False):
                left = min(left, at - out - slope * lengths[side], at - slope * lengths[side] - bone / 2)
        high = self.head.height(head)
        tops = [
            max([0.0, *(one.words.height(bone) for one in self._side(side))])
            + (lengths[side] if self._side(side) else 0.0)
            for side in (0, 1)
        ]
        above, below = max(tops[0], high / 2), max(tops[1], high / 2)
        bad = cost(last + head - left + 2 * MARGIN, above + below + 90)
        cuts = [_is_cut(content, CAUSE, cause) for one in self.bones for _, content in one.causes]
        bad += 0.4 * sum(cuts) / max(1, len(cuts)) + (0.1 if any(cuts) else 0.0)
        # A word that is cut in a name that the eye jumps to is worse than a larger picture.
        bad += 0.5 * any(_is_cut(one.words, BONE, bone) for one in self.bones)
        bad += 0.5 * _is_cut(self.head, HEAD, head)
        bad += 0.0012 * abs(cause - 190.0) + (0.12 if both else 0.0) + 0.0004 * (bone - 130.0)
        bad += 0.03 * max(0.0, high / 170 - 1) + 0.0002 * head
        return _Shape(
            cause,
            bone,
            both,
            slope,
            (lengths[0], lengths[1]),
            tuple(joints),
            (last, head),
            left,
            above,
            below,
            bad,
        )

    def _room(self, bone: _Bone, width: float, both: bool) -> float:
        """How long a bone has to be for its causes."""
        return max(
            fsum([content.height(width) + BETWEEN for _, content in stack]) - BETWEEN + AT_SPINE + AT_CATEGORY
            for stack in bone.stacks(both)
        )

    def _reach(self, bone: _Bone, width: float, both: bool, slope: float) -> tuple[float, float]:
        """How far the causes of a bone reach to its left and right, measured along any level line."""
        left, right = (
            max(
                [
                    BESIDE,
                    *(_rib(c.height(width), slope) + width + slope * c.height(width) / 2 for _, c in stack),
                ]
            )
            for stack in bone.stacks(both)
        )
        return left, right

    def _best(self) -> _Shape:
        shapes = [
            self._shape(cause, bone, head, both)
            for both in (False, True)
            for cause in CAUSE_WIDTHS
            for bone in BONE_WIDTHS
            for head in HEAD_WIDTHS
        ]
        return min(shapes, key=lambda shape: shape.cost)

    # -- the parts ---------------------------------------------------------------------------

    def draw(self, with_legend: bool) -> Diagram:
        shape = self._best()
        width = float(round(shape.head[0] + shape.head[1] - shape.left + 2 * MARGIN))
        said = ["Root causes (fishbone)", *revision_words(self.theory)]
        lines, top = header(self.wrapper, self.theory.title, said, max(width - 2 * MARGIN, 320.0))
        width = max([width, *(line.x + line.width + MARGIN for line in lines)])
        spine = float(round(top + 6.0 + shape.above))
        across = MARGIN - shape.left
        end = (round(across + shape.head[0], 2), spine)
        boxes = [self._head(end, shape)]
        bones: list[Arrow] = []
        ribs: list[Arrow] = []
        for number, bone in enumerate(self.bones):
            joint = across + shape.joints[number // 2]
            self._bone(bone, number % 2, joint, spine, end, shape, boxes, bones, ribs)
        marks = {mark for box in boxes for mark in box.marks}
        wanted: list[Explained] = [("box", mark, text) for mark, text in LEGEND.items() if mark in marks]
        bottom = spine + shape.below
        entries, bottom = legend_entries(self.wrapper, wanted, bottom, width) if with_legend else ((), bottom)
        return Diagram(
            width=round(width, 2),
            height=round(bottom + MARGIN, 2),
            title=self.theory.title,
            header=lines,
            boxes=tuple(boxes),
            arrows=(*bones, *ribs),
            legend=tuple(entries),
            outline=self._outline(),
            direction="right",
            language=getattr(self.theory, "language", None),
            kind="Fishbone",
        )

    def _head(self, end: tuple[float, float], shape: _Shape) -> Box:
        width, high = shape.head[1], self.head.height(shape.head[1])
        x, y = end[0], round(end[1] - high / 2, 2)
        return Box(
            PROBLEM,
            "problem",
            x,
            y,
            width,
            high,
            self.head.lines(x, y, width, high),
            self.problem,
            0,
            self.problem,
        )

    def _bone(
        self,
        bone: _Bone,
        side: int,
        joint: float,
        spine: float,
        end: tuple[float, float],
        shape: _Shape,
        boxes: list[Box],
        bones: list[Arrow],
        ribs: list[Arrow],
    ) -> None:
        """A category with its bone, and its causes along it."""
        away = 1.0 if side else -1.0
        length, slope = shape.lengths[side], shape.slope
        high = bone.words.height(shape.bone)
        lines = bone.words.lines(0.0, 0.0, shape.bone, high)
        # The box is as wide as its words, which stay broken as they are.
        wide = float(-(-max(NARROWEST, max([line.width for line in lines]) + 2 * PAD_X + 1) // 1))
        tip = (round(joint - slope * length, 2), spine + away * length)
        x, y = round(tip[0] - wide / 2, 2), tip[1] if side else tip[1] - high
        boxes.append(
            Box(
                bone.id,
                "category",
                x,
                y,
                wide,
                high,
                tuple(moved(line, x - (shape.bone - wide if line.rtl else 0.0), y) for line in lines),
                bone.text,
                1,
                bone.text,
            )
        )
        bones.append(
            Arrow(
                bone.id,
                PROBLEM,
                tip,
                (_straight(tip, (joint, spine)), _straight((joint, spine), end)),
                title=f"{words.one_line(bone.text)} → {words.one_line(self.problem)}",
                marks=("bone",),
            )
        )
        for left, stack in zip((True, False), bone.stacks(shape.both), strict=True):
            heights = [content.height(shape.cause) for _, content in stack]
            free = length - AT_SPINE - AT_CATEGORY - fsum(heights) - BETWEEN * (len(stack) - 1)
            more = min(LOOSE, max(0.0, free) / (len(stack) + 1))
            # From the tip towards the spine above it, from the spine to the tip below it: top to bottom.
            begin = (AT_SPINE if side else AT_CATEGORY) + max(0.0, free - more * (len(stack) - 1)) / 2
            for (cause, content), tall in zip(stack, heights, strict=True):
                from_spine = begin if side else length - begin - tall
                top = round(spine + from_spine if side else spine - from_spine - tall, 2)
                on_bone = (round(joint - slope * (from_spine + tall / 2), 2), round(top + tall / 2, 2))
                rib = _rib(tall, slope)
                at = round(on_bone[0] - rib - shape.cause if left else on_bone[0] + rib, 2)
                boxes.append(self._cause(cause, content, at, top, shape.cause, tall))
                edge = (round(at + shape.cause, 2) if left else at, on_bone[1])
                ribs.append(
                    Arrow(
                        cause.id,
                        bone.id,
                        edge,
                        (_straight(edge, on_bone),),
                        title=f"{words.one_line(cause.text)} → {words.one_line(bone.text)}",
                    )
                )
                begin += tall + BETWEEN + more

    def _cause(self, cause: Any, content: Content, x: float, y: float, width: float, high: float) -> Box:
        drivers = self.by.get(cause.id, ())
        said = [f"Addressed by: {words.one_line(self.theory.node(id).text)}" for id in drivers]
        marks: tuple[str, ...] = () if drivers else ("unaddressed",)
        if cause.undeveloped:
            marks += ("undeveloped",)
        return Box(
            cause.id,
            "cause",
            x,
            y,
            width,
            high,
            content.lines(x, y, width, high),
            cause.text,
            2,
            "\n".join([words.box_title(cause), *(said or [UNADDRESSED])]),
            cause.url,
            marks,
        )

    def _outline(self) -> str:
        """The problem, its categories and its causes as an indented text, each cause with its drivers."""
        lines = [f"- Problem: {words.one_line(self.problem)}"]
        for bone in self.bones:
            lines.append(f"  - {words.one_line(bone.text)}")
            for cause, _ in bone.causes:
                drivers = self.by.get(cause.id, ())
                lines.append(f"    - {cause.id}: {words.one_line(cause.text)}")
                lines += [
                    f"      - addressed by {id}: {words.one_line(self.theory.node(id).text)}"
                    for id in drivers
                ] or ["      - addressed by no driver"]
        return "\n".join(lines)


def _is_cut(content: Content, size: float, width: float) -> bool:
    """Whether a word is longer than a line of a box of that width."""
    return content.text.longest * size / EM > width - 2 * PAD_X


def _rib(tall: float, slope: float) -> float:
    """How far the edge of a box stands from its bone, half way up: its corner is to keep clear of it too."""
    return max(RIB, slope * tall / 2 + BESIDE)


def _straight(
    start: tuple[float, float], end: tuple[float, float]
) -> tuple[float, float, float, float, float, float]:
    """A straight piece as a curve whose control points lie on it."""
    (a, b), (c, d) = start, end
    third = [
        round(v, 2) for v in (a + (c - a) / 3, b + (d - b) / 3, a + (c - a) * 2 / 3, b + (d - b) * 2 / 3)
    ]
    return (third[0], third[1], third[2], third[3], round(c, 2), round(d, 2))
