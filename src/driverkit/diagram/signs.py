"""The small signs on links, with the counts beside them: where each of them can be read.

A sign keeps away from the heads of links, from places where links cross, from boxes and from other
signs, as far as there is such a place on its link; what is least in the way is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve

from driverkit.diagram.content import line_height
from driverkit.diagram.fonts.metrics import ASCENT, DESCENT
from driverkit.diagram.model import Arrow, Box, Dot, TextLine
from driverkit.diagram.overlay import Overlay
from driverkit.diagram.wrap import Wrapper

__all__ = ["point_on", "with_signs"]

Point = tuple[float, float]
Area = tuple[float, float, float, float]

# The size of a sign, of the words beside it, and the clear space between the two.
SIGN = 11.0
WORDS = 9.5
BETWEEN = 2.0
# Where along a curve of its link a sign may stand, the best first.
PARTS = (0.4, 0.3, 0.5, 0.22, 0.6, 0.14, 0.7, 0.78)
# So far a sign keeps from the tip of a head.
HEAD = 15.0
# How many points of each curve stand for it, and how wide the cells are in which they are looked up.
EACH = 16
CELL = 24.0
# Where the words stand: right of the sign or left of it, and so far below its middle; the best first. Beside a
# level line they would lie on it, so they stand above it or below it there.
PLACES = ((True, 0.0), (False, 0.0), (True, -9.5), (False, -9.5), (True, 9.5), (False, 9.5))
# What lies under a sign or its words, and how bad that is.
ON_BOX, ON_SIGN, ON_HEAD, ON_OWN, ON_LINE = 1000.0, 300.0, 120.0, 12.0, 5.0


def point_on(begin: Point, path: Sequence[Sequence[float]], part: float, curve: int = 0) -> Point:
    """The point that lies on a curve of a link, that part of the way along it (0 its start, 1 its end)."""
    x0, y0 = begin if not curve else (path[curve - 1][4], path[curve - 1][5])
    x1, y1, x2, y2, x3, y3 = path[curve]
    rest = 1 - part
    a, b, c, d = rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


class _Taken:
    """What is on the picture already, looked up by where it is."""

    def __init__(self, arrows: Sequence[Arrow], boxes: Sequence[Box]) -> None:
        self.lines: dict[tuple[int, int], list[tuple[float, float, int]]] = {}
        self.areas: dict[tuple[int, int], list[tuple[Area, float]]] = {}
        for box in boxes:
            self.add((box.x - 1, box.y - 1, box.x + box.width + 1, box.y + box.height + 1), ON_BOX)
        for i, arrow in enumerate(arrows):
            if not arrow.path:
                continue
            for curve in range(len(arrow.path)):
                for step in range(EACH + 1):
                    x, y = point_on(arrow.start, arrow.path, step / EACH, curve)
                    self.lines.setdefault((int(x // CELL), int(y // CELL)), []).append((x, y, i))
            x, y = arrow.path[-1][4:]
            self.add((x - HEAD, y - 4, x + HEAD, y + 4), ON_HEAD)

    def add(self, area: Area, bad: float) -> None:
        """What stands in an area, and how bad it is to lie upon it."""
        for cell in _cells(area):
            self.areas.setdefault(cell, []).append((area, bad))

    def bad(self, area: Area, own: int) -> float:
        """How bad it is to put something there that belongs to a link."""
        left, top, right, low = area
        upon: dict[Area, float] = {}
        crossed: set[int] = set()
        for cell in _cells(area):
            upon |= {
                other: much
                for other, much in self.areas.get(cell, ())
                if other[0] < right and left < other[2] and other[1] < low and top < other[3]
            }
            for x, y, i in self.lines.get(cell, ()):
                if i != own and left - 2 < x < right + 2 and top - 2 < y < low + 2:
                    crossed.add(i)
        return sum(upon.values()) + ON_LINE * len(crossed)

    def runs_through(self, area: Area, own: int) -> bool:
        """Whether a link runs through an area."""
        left, top, right, low = area
        return any(
            i == own and left - 2 < x < right + 2 and top - 2 < y < low + 2
            for cell in _cells(area)
            for x, y, i in self.lines.get(cell, ())
        )


def _cells(area: Area) -> list[tuple[int, int]]:
    left, top, right, low = (int(edge // CELL) for edge in area)
    return [(x, y) for x in range(left, right + 1) for y in range(top, low + 1)]


def with_signs(
    arrows: Sequence[Arrow], boxes: Sequence[Box], overlay: Overlay, wrapper: Wrapper
) -> list[Arrow]:
    """The links with the signs that an overlay puts on them, and the counts beside these."""
    signs, counts = overlay.link_signs, overlay.link_counts
    taken = _Taken(arrows, boxes)
    return [
        _signed(arrow, i, mark, counts.get((arrow.cause, arrow.effect), ""), overlay.words, taken, wrapper)
        if arrow.path and (mark := signs.get((arrow.cause, arrow.effect))) is not None
        else arrow
        for i, arrow in enumerate(arrows)
    ]


def _signed(
    arrow: Arrow, number: int, mark: str, said: str, words: Mapping[str, str], taken: _Taken, wrapper: Wrapper
) -> Arrow:
    half = SIGN / 2 + 1
    wide = 0.0
    if said:
        wide = next(line.width for line in wrapper.wrap(wrapper.prepare(said, WORDS), 1e6))
    best: tuple[float, Point, tuple[bool, float], Area] | None = None
    for curve in range(len(arrow.path)):
        for rank, part in enumerate(PARTS):
            x, y = point_on(arrow.start, arrow.path, part, curve)
            sign = (x - half, y - half, x + half, y + half)
            alone = taken.bad(sign, number) + 0.4 * rank + 2.0 * curve
            for at, (right, below) in enumerate(PLACES if said else PLACES[:1]):
                area = sign
                bad = alone
                if said:
                    begin = x + half if right else x - half - wide - BETWEEN
                    area = (begin, y + below - 5.5, begin + wide + BETWEEN, y + below + 5.5)
                    bad += taken.bad(area, number) + 0.2 * at
                    if taken.runs_through(area, number):
                        bad += ON_OWN
                if best is None or bad < best[0] - 1e-9:
                    best = (
                        bad,
                        (x, y),
                        (right, below),
                        (
                            min(sign[0], area[0]),
                            min(sign[1], area[1]),
                            max(sign[2], area[2]),
                            max(sign[3], area[3]),
                        ),
                    )
    assert best is not None
    _, (x, y), (right, below), area = best
    taken.add(area, ON_SIGN)
    beside = None
    if said:
        left = x + SIGN / 2 + BETWEEN if right else x - SIGN / 2 - BETWEEN - wide
        base = y + below - line_height(WORDS) / 2 + (line_height(WORDS) + (ASCENT - DESCENT) * WORDS) / 2
        beside = TextLine(said, round(left, 2), round(base, 2), WORDS, width=round(wide, 2), part="note")
    dot = Dot(round(x, 2), round(y, 2), SIGN, "circle", mark, words.get(mark, ""), beside)
    return evolve(arrow, dots=(dot,))
