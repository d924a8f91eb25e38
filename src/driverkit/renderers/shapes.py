"""What the drawing languages share: the few shapes that a theme adds to a diagram, and safe text.

Arrow heads, halos and the strips of marks are worked out here once, as plain points, so that an SVG
and a PDF of one diagram look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import cos, hypot, inf, pi, sin
from typing import NamedTuple

from driverkit.diagram.model import Arrow, Box, Diagram, Dot, LegendEntry, Spark, TextLine
from driverkit.diagram.surround import MARGIN
from driverkit.themes import ROLES, BoxStyle, LineStyle, Theme, contrast

__all__ = [
    "Curve",
    "Disc",
    "Looks",
    "Polygon",
    "Rect",
    "Stroke",
    "arrow_head",
    "band",
    "flowing",
    "frame",
    "halo",
    "head_size",
    "legend_line",
    "numeral",
    "paper_scale",
    "rule",
    "safe_text",
    "safe_url",
    "sample_box",
    "shown",
    "sign",
    "sign_colour",
    "split",
    "MEDIAN_DASH",
    "spark_colour",
    "spark_end",
    "spark_points",
    "legend_dot",
    "legend_spark",
    "text_colour",
]

Point = tuple[float, float]
Segment = tuple[float, float, float, float, float, float]

# How far a halo reaches on both sides of its link, at most.
HALO = 2.5


class Curve(NamedTuple):
    """A start point and cubic Bézier segments."""

    start: Point
    path: tuple[Segment, ...]


class Rect(NamedTuple):
    """A rectangle, either filled or as a thin outline."""

    x: float
    y: float
    width: float
    height: float
    filled: bool


class Stroke(NamedTuple):
    """A short straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


class Disc(NamedTuple):
    """A circle, either filled or as an outline."""

    x: float
    y: float
    radius: float
    filled: bool


class Polygon(NamedTuple):
    """A figure with straight edges, either filled or as an outline."""

    points: tuple[Point, ...]
    filled: bool


# -- text ------------------------------------------------------------------------------------------

# What XML 1.0 forbids, and the controls that no reader can see. The model refuses them all; a
# diagram that was made by hand may still hold them, and must not make a broken file.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PLANES = re.compile(
    "[" + "".join(chr((p << 16) + 0xFFFE) + chr((p << 16) + 0xFFFF) for p in range(1, 17)) + "]"
)
_URL = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20\x7f-\x9f<>\"'`\\]+", re.IGNORECASE)


def safe_text(text: str) -> str:
    """The text, each character that no document may hold shown as U+FFFD; nothing is dropped.

    >>> safe_text("a" + chr(0) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return _PLANES.sub("\ufffd", _FORBIDDEN.sub("\ufffd", text))


def safe_url(url: str | None) -> str | None:
    """An address that a picture may link to; None for any other.

    >>> safe_url("https://example.org/a?b=1"), safe_url("javascript:alert(1)")
    ('https://example.org/a?b=1', None)
    """
    return url if url and _URL.fullmatch(url) else None


def flowing(lines: Iterable[TextLine]) -> Iterator[tuple[TextLine, str]]:
    """Each line with the words to write for it: its own, and at its end what joins it to the next.

    So the words that are copied out of a picture, or read from its text elements one after the
    other, are the words of the node with their spaces. The space at the end of a line is not seen.
    """
    before: TextLine | None = None
    for line in lines:
        if before is not None:
            yield before, before.text + (line.joins if before.part == line.part else "")
        before = line
    if before is not None:
        yield before, before.text


def numeral(value: float) -> str:
    """A length as short as it can be written: ``12``, ``12.5``, never ``12.0`` or ``-0``.

    >>> numeral(12.0), numeral(12.499999), numeral(-0.001)
    ('12', '12.5', '0')
    """
    text = f"{value:.2f}"
    if text[-1] == "0":
        text = text.rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return text


# -- links -----------------------------------------------------------------------------------------


def _unit(dx: float, dy: float) -> Point:
    length = hypot(dx, dy)
    return (dx / length, dy / length) if length else (1.0, 0.0)


def head_size(style: LineStyle) -> tuple[float, float, float]:
    """How long the head of a link is, half its width, and how much shorter than its tip the line is drawn."""
    long = 5.5 + style.width
    return long, 1.9 + style.width * 0.75, long * 0.8


def arrow_head(arrow: Arrow, style: LineStyle) -> tuple[Curve, tuple[Point, Point, Point]]:
    """The link drawn short of its tip, and the three corners of its head.

    The head is a shape of its own, not a marker: not every program that shows an SVG draws
    markers, and a dashed line must not have a dashed head.
    """
    if not arrow.path:
        return Curve(arrow.start, ()), (arrow.start, arrow.start, arrow.start)
    a, b, c, d, x, y = arrow.path[-1]
    before = arrow.start if len(arrow.path) == 1 else (arrow.path[-2][4], arrow.path[-2][5])
    for px, py in ((c, d), (a, b), before):
        if (px, py) != (x, y):
            ux, uy = _unit(x - px, y - py)
            break
    else:
        ux, uy = 1.0, 0.0
    long, half, cut = head_size(style)
    back = (x - ux * long, y - uy * long)
    # The line ends inside the head; its last control point moves with it and keeps the direction.
    end = (x - ux * cut, y - uy * cut)
    last = (a, b, c - ux * cut, d - uy * cut, *end)
    return (
        Curve(arrow.start, (*arrow.path[:-1], last)),
        (
            (x, y),
            (back[0] - uy * half, back[1] + ux * half),
            (back[0] + uy * half, back[1] - ux * half),
        ),
    )


def split(start: Point, segment: Segment, t: float) -> tuple[Segment, Point, Segment]:
    """A cubic segment cut in two at ``t`` (de Casteljau)."""
    (x0, y0), (x1, y1, x2, y2, x3, y3) = start, segment
    s = 1 - t
    ax, ay = s * x0 + t * x1, s * y0 + t * y1
    bx, by = s * x1 + t * x2, s * y1 + t * y2
    cx, cy = s * x2 + t * x3, s * y2 + t * y3
    dx, dy = s * ax + t * bx, s * ay + t * by
    ex, ey = s * bx + t * cx, s * by + t * cy
    mx, my = s * dx + t * ex, s * dy + t * ey
    return (ax, ay, dx, dy, mx, my), (mx, my), (ex, ey, cx, cy, x3, y3)


def halo(arrow: Arrow) -> Curve:
    """The middle of a link, where others may cross it.

    Its ends stay free: where several links leave or reach one box, the halo of one would rub out
    the others.
    """
    if not arrow.path:
        return Curve(arrow.start, ())
    if len(arrow.path) == 1:  # of one curve the part from 0.2 to 0.8 of its way
        (x, y), (a, b, c, d, e, f) = arrow.start, arrow.path[0]
        return Curve(
            (0.512 * x + 0.384 * a + 0.096 * c + 0.008 * e, 0.512 * y + 0.384 * b + 0.096 * d + 0.008 * f),
            (
                (
                    0.128 * x + 0.576 * a + 0.264 * c + 0.032 * e,
                    0.128 * y + 0.576 * b + 0.264 * d + 0.032 * f,
                    0.032 * x + 0.264 * a + 0.576 * c + 0.128 * e,
                    0.032 * y + 0.264 * b + 0.576 * d + 0.128 * f,
                    0.008 * x + 0.096 * a + 0.384 * c + 0.512 * e,
                    0.008 * y + 0.096 * b + 0.384 * d + 0.512 * f,
                ),
            ),
        )
    _, start, rest = split(arrow.start, arrow.path[0], 0.2)
    path = [rest, *arrow.path[1:]]
    before = start if len(path) == 1 else (path[-2][4], path[-2][5])
    path[-1] = split(before, path[-1], 0.75)[0]
    return Curve(start, tuple(path))


# -- boxes, headings, legend -----------------------------------------------------------------------


def band(x: float, y: float, width: float, height: float, style: BoxStyle) -> list[Rect | Stroke]:
    """What a mark adds inside the edge of a box: a strip on its left or on both sides, or a cross in its corner.

    It keeps to the margin around the words.
    """
    if style.band == "none":
        return []
    if style.band == "crossed":
        # Words begin 10 px from the edge; a round corner is below the cross, not beside it.
        size = min(5.0, width / 3, height / 3)
        right, top = x + width - 3.0, y + 3.0 + 0.25 * min(style.radius, 16.0)
        return [
            Stroke(right - size, top, right, top + size, 1.6),
            Stroke(right - size, top + size, right, top, 1.6),
        ]
    left, top, thick, tall = x + 3.0, y + 4.0, 3.5, max(4.0, height - 8.0)
    if style.band == "full":
        return [Rect(left, top, thick, tall, filled=True)]
    if style.band == "sides":
        return [Rect(at, top, thick, tall, filled=True) for at in (left, x + width - 3.0 - thick)]
    if style.band == "middle":
        part = max(min(4.0, tall), tall / 3)
        return [Rect(left, top + (tall - part) / 2, thick, part, filled=True)]
    if style.band == "striped":
        count = max(2, round((tall + 3.0) / 7.0))
        step = (tall + 3.0) / count
        return [Rect(left, top + i * step, thick, step - 3.0, filled=True) for i in range(count)]
    outline = Rect(left + 0.5, top + 0.5, thick - 1.0, tall - 1.0, filled=False)
    if style.band == "half":
        return [outline, Rect(left, top + tall / 2, thick, tall / 2, filled=True)]
    if style.band == "upper":
        return [outline, Rect(left, top, thick, tall / 2, filled=True)]
    return [outline]


# What stands inside the outline of a sign: the same in every theme, so that it is told without colour.
_INSIDE = {
    "signal-better": "full",
    "signal-worse": "cross",
    "signal-mixed": "half",
    "signal-moved": "post",
    "signal-none": "bar",
    "signal-few": "core",
    "learned": "core",
    "evidence-supports": "full",
    "evidence-mixed": "half",
    "evidence-contradicts": "cross",
}
_BAND_INSIDE = {"full": "full", "crossed": "cross", "half": "half", "upper": "half", "middle": "bar"}


def _outline(dot: Dot, filled: bool) -> Disc | Polygon:
    x, y, r = dot.x, dot.y, dot.size / 2 - 0.6
    if dot.shape == "circle":
        return Disc(x, y, r, filled)
    if dot.shape == "square":
        r *= 0.9
        return Polygon(((x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)), filled)
    if dot.shape == "triangle":
        return Polygon(((x, y - r * 1.1), (x + r * 1.1, y + r * 0.9), (x - r * 1.1, y + r * 0.9)), filled)
    r *= 1.1
    return Polygon(((x, y - r), (x + r, y), (x, y + r), (x - r, y)), filled)


def sign(dot: Dot, theme: Theme) -> list[Disc | Polygon | Rect | Stroke]:
    """A sign as shapes in one colour: its outline, and inside it what its mark says.

    Full, crossed, half full, a bar, a post, a point in the middle, or empty: each is told from the others without colour.
    """
    said = _INSIDE.get(dot.mark) or _BAND_INSIDE.get(theme.mark(dot.mark).band if dot.mark else "none", "")
    if said == "full":
        return [_outline(dot, filled=True)]
    out: list[Disc | Polygon | Rect | Stroke] = [_outline(dot, filled=False)]
    # A triangle has its room further down.
    x, y, r = dot.x, dot.y + (dot.size * 0.12 if dot.shape == "triangle" else 0.0), dot.size / 2
    small = r * (0.3 if dot.shape in ("triangle", "diamond") else 0.42)
    if said == "cross":
        out.append(Stroke(x - small, y - small, x + small, y + small, 1.5))
        out.append(Stroke(x - small, y + small, x + small, y - small, 1.5))
    elif said == "bar":
        out.append(Stroke(x - small * 1.2, y, x + small * 1.2, y, 1.6))
    elif said == "half" and dot.shape == "circle":
        turns = [pi * i / 12 for i in range(13)]
        edge = r - 0.6
        out.append(Polygon(tuple((x + edge * cos(t), y + edge * sin(t)) for t in turns), filled=True))
    elif said == "half":
        out.append(Rect(x - small * 1.2, y, small * 2.4, small * 1.2, filled=True))
    elif said == "core":
        out.append(Disc(x, y, r * 0.28, filled=True))
    elif said == "post":
        out.append(Stroke(x, y - small * 1.2, x, y + small * 1.2, 1.6))
    return out


def sign_colour(dot: Dot, theme: Theme, ground: str, else_: str) -> str:
    """In which colour a sign stands on its ground: that of its mark, or another where that would not be seen."""
    mark = theme.mark(dot.mark) if dot.mark else None
    plain = else_ if dot.mark else theme.measure.stroke
    colour = (mark and (mark.band_colour or mark.stroke)) or plain
    return colour if contrast(colour, ground) >= 3 else else_


def spark_end(spark: Spark) -> Point | None:
    """Where the latest value of a small series stands; it is drawn as a point."""
    return spark.lines[-1][-1] if spark.lines and spark.lines[-1] else None


MEDIAN_DASH = (2.0, 1.6)
"""The dashes of the median of a small series."""


def spark_points(spark: Spark) -> tuple[list[Disc], list[Disc]]:
    """The points of a small series: those in its own colour, and those on which a signal rests.

    The latest value is the largest; a value without neighbours, and each of a few, is a point too.
    """
    end = spark_end(spark)
    plain = [point for line in spark.lines for point in line if spark.few or len(line) == 1]
    own = [Disc(x, y, 1.5, True) for x, y in dict.fromkeys(plain) if (x, y) != end]
    told = [Disc(x, y, 1.6, True) for x, y in dict.fromkeys(spark.marked) if (x, y) != end]
    if end:
        (told if end in spark.marked else own).append(Disc(*end, 2.4, True))
    return own, told


def spark_colour(spark: Spark, theme: Theme, ground: str, else_: str) -> str:
    """In which colour the points of a signal stand: that of the signal, where it can be seen there."""
    mark = theme.mark(spark.mark) if spark.mark else None
    colour = (mark and (mark.band_colour or mark.stroke)) or else_
    return colour if contrast(colour, ground) >= 3 else else_


def legend_spark(entry: LegendEntry) -> Spark:
    """The small series that the legend shows beside its words: with what the words tell of, and no more."""
    parts = entry.key.split("-")
    x, y, wide, high = entry.x + 2.5, entry.y + 2.0, entry.width - 5, entry.height - 4
    heights = (0.8, 1.0, 0.7, 0.3, 0.0, 0.25) if "signal" in parts else (0.5, 0.9, 0.2, 0.7, 0.4, 0.3)
    line = tuple((x + wide * i / 5, y + high * up) for i, up in enumerate(heights))
    return Spark(
        x,
        y,
        wide,
        high,
        (line,),
        medians=((x, x + wide, y + high * 0.5),) if "median" in parts else (),
        marked=line[3:] if "signal" in parts else (),
    )


def legend_dot(entry: LegendEntry) -> Dot:
    """The sign that the legend shows beside its words; the outline alone, where that is what it tells."""
    mark = "" if entry.key.startswith("measure-") else entry.key
    x, y = entry.x + entry.width / 2, entry.y + entry.height / 2
    return Dot(x, y, 11.0, entry.shape, mark)


def shown(diagram: Diagram, theme: Theme) -> tuple[float, float, float, float]:
    """What of a diagram is shown: x, y, width and height; all of it, unless the theme wants a smaller margin."""
    whole = (0.0, 0.0, diagram.width, diagram.height)
    if theme.margin >= MARGIN:
        return whole
    loose = [*diagram.header, *(entry.line for entry in diagram.legend)]
    loose += [line for column in diagram.columns for line in column.heading]
    areas = [(box.x, box.y, box.width, box.height) for box in diagram.boxes]
    areas += [(group.x, group.y, group.width, group.height) for group in diagram.groups]
    areas += [(line.x, line.y - line.size, line.width, line.size * 1.25) for line in loose]
    areas += [(entry.x, entry.y, entry.width, entry.height) for entry in diagram.legend]
    areas += [(column.x, column.y, column.width, 0.0) for column in diagram.columns]
    points = [arrow.start for arrow in diagram.arrows]
    points += [
        point
        for arrow in diagram.arrows
        for s in arrow.path
        for point in ((s[0], s[1]), (s[2], s[3]), (s[4], s[5]))
    ]
    areas += [(x, y, 0.0, 0.0) for x, y in points]
    if not areas:
        return whole
    margin = theme.margin
    left, top = (max(0.0, min(one[i] for one in areas) - margin) for i in (0, 1))
    right = min(diagram.width, max(x + width for x, _, width, _ in areas) + margin)
    low = min(diagram.height, max(y + height for _, y, _, height in areas) + margin)
    return left, top, right - left, low - top


def paper_scale(diagram: Diagram, theme: Theme, foot: float | None = None) -> float:
    """By what the pixels of a diagram are multiplied so that it fills its paper; 1 where it has none.

    Args:
        diagram: what is drawn; the margin that it has itself counts towards the edge of its paper.
        theme: how it looks, and how large that margin is.
        foot: room in px below the drawing, on a sheet that keeps the whole margin; None for a single sheet.
    """
    if not diagram.paper:
        return 1.0
    if foot is None:
        (_, _, wide, high), margin = shown(diagram, theme), min(theme.margin, MARGIN)
    else:
        wide, high, margin = diagram.width, diagram.height + foot, MARGIN
    scales = []
    for room, long in zip(diagram.paper, (wide, high), strict=True):
        within = (room - 2 * diagram.edge) / max(1.0, long - 2 * margin)
        scales.append(min(room / max(1.0, long), within if within > 0 else inf))
    return min(scales)


def rule(diagram: Diagram, heading: tuple[TextLine, ...], x: float, width: float) -> Stroke | None:
    """The thin line below the heading of a column; none where the levels lie below one another."""
    if not heading or diagram.direction == "down":
        return None
    y = heading[-1].y + 6.0
    return Stroke(x, y, x + width, y, 1.0)


def legend_line(theme: Theme, entry: LegendEntry) -> LineStyle:
    """How the sample of a link in the legend looks."""
    known = entry.key in ("strong", "moderate", "weak")
    sample = Arrow(
        "",
        "",
        (0, 0),
        (),
        strength=entry.key if known else None,  # type: ignore[arg-type]  # one of the three, as was asked
        conditional=entry.key == "conditional",
        implied=entry.key in ("implied", "through"),
        marks=(entry.key,),
    )
    return theme.line(sample)


def _mixed(one: str, other: str, share: float) -> str:
    """A colour between two others: the first one and so much of the second."""
    parts = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def frame(theme: Theme) -> BoxStyle:
    """How a frame around boxes looks: a ground that is hardly darker than that of the picture, in a thin line."""
    return BoxStyle(
        fill=_mixed(theme.background, theme.heading, 0.055),
        stroke=theme.implied.stroke,
        text=theme.heading,
        note=theme.heading,
        width=0.9,
        radius=theme.change.radius + 2,
    )


def sample_box(theme: Theme, key: str) -> BoxStyle:
    """How the sample of a box in the legend looks: a frame, a role, or a mark on a box of no special role."""
    if key == "group":
        return frame(theme)
    return theme.box(key if key in ROLES else "deeper", (key,))


class Looks:
    """A theme that remembers its answers: a large diagram asks the same few things again and again."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._boxes: dict[tuple[str, tuple[str, ...]], BoxStyle] = {}
        self._lines: dict[tuple[str | None, bool, bool, tuple[str, ...]], LineStyle] = {}

    def box(self, box: Box) -> BoxStyle:
        """How this box looks."""
        key = (box.role, box.marks)
        if key not in self._boxes:
            self._boxes[key] = self.theme.box(*key)
        return self._boxes[key]

    def line(self, arrow: Arrow) -> LineStyle:
        """How this link looks."""
        key = (arrow.strength, arrow.conditional, arrow.implied, arrow.marks)
        if key not in self._lines:
            self._lines[key] = self.theme.line(arrow)
        return self._lines[key]


def text_colour(style: BoxStyle, part: str) -> str:
    """The colour of a line inside a box."""
    return style.note if part == "note" else style.text
