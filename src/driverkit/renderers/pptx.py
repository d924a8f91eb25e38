"""PowerPoint: slides of native shapes, to be edited, moved and restyled where people present.

Every node is one shape, every link one connector that is glued to two of them, so what is moved
takes its links along. Texts are whole paragraphs that wrap by themselves. Slides are 16:9, the
drawing is scaled onto them, and the speaker notes hold the words of `Diagram.story`.

The shapes are written as XML here, since one by one they would take python-pptx seconds; it keeps
the package around them. Dates are fixed, so the same diagrams are the same bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import attrs

from driverkit.diagram.model import Arrow, Box, Column, Diagram, Dot, Group, LegendEntry, Spark, TextLine
from driverkit.errors import MissingEngine
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import (
    MEDIAN_DASH,
    Disc,
    Looks,
    Polygon,
    Rect,
    Stroke,
    band,
    frame,
    legend_dot,
    legend_line,
    legend_spark,
    rule,
    safe_text,
    safe_url,
    sample_box,
    sign,
    sign_colour,
    spark_colour,
    spark_points,
    text_colour,
)
from driverkit.renderers.sheets import before_words, beside_signs, sheet_scale
from driverkit.themes import BoxStyle, LineStyle, Theme

__all__ = ["PPTX", "draw", "draw_pages"]

SHEET = (960.0, 540.0)
"""The size of a slide in points: 13⅓ by 7½ inches, which is 16:9."""

_EMU = 9525  # to a pixel
_SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative'
    ' xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
# What the empty deck says of its own making would be untrue of ours.
_ABOUT = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties'
    b' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>driverkit</Application></Properties>"
)
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
# Letters of other widths than those that were measured must not push the last word out of a box.
_INSETS = (9.5, 7.0)
# How near a connector may come to a box that it does not join, in px.
_CLEAR = 3.0
# How far a line reaches below the line that its letters stand on, for each px of their size.
_BELOW_BASELINE = 0.25
# Below this scale the heads of arrows are small ones.
_SMALL_HEADS = 1.15
# More than this, in characters, no program shows of an alternative text or of a name.
_LONGEST_TITLE = 2000


# -- XML -------------------------------------------------------------------------------------------


def _text(text: str) -> str:
    return safe_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    text = _text(text[:_LONGEST_TITLE]).replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill>'


def _dash(dash: tuple[float, ...]) -> str:
    """The dashes by the name that an office program has for them, so that its menu knows them."""
    if not dash:
        return ""
    if len(dash) < 3:
        name = "sysDot" if dash[0] < 3 else "dash" if dash[0] < 9 else "lgDash"
    else:
        name = "sysDashDotDot" if dash[0] < 3 else "dashDot" if dash[0] < 9 else "lgDashDot"
    return f'<a:prstDash val="{name}"/>'


class _Words(NamedTuple):
    """A paragraph: its words, size, weight and colour, and whether it runs from right to left."""

    words: str
    size: float
    bold: bool
    colour: str
    rtl: bool


def _paragraphs(lines: Iterable[TextLine], whole: str | None, colours: dict[str, str]) -> Iterator[_Words]:
    """Lines of a diagram put together again, as the paragraphs that their writer wrote.

    Args:
        lines: lines of a box or a header.
        whole: the words of the node, which are better than what is left of them in lines.
        colours: by the part that a line is.
    """
    for part, some in groupby(lines, key=lambda line: line.part):
        group = list(some)
        if part == "text" and whole is not None:
            first, leaning = group[0], group[0].rtl
            known = {line.text: line.rtl for line in group}
            for words in (before_words(group, whole) + whole).split("\n"):
                leaning = known.get(words, leaning)
                yield _Words(words, first.size, first.bold, colours[part], leaning)
            whole = None
            continue
        words, last = group[0].text, group[0]
        for line in group[1:]:
            if line.joins == "\n":
                yield _Words(words, last.size, last.bold, colours[part], last.rtl)
                words, last = line.text, line
            else:
                words += line.joins + line.text
        yield _Words(words, last.size, last.bold, colours[part], last.rtl)


class _Slide:
    """The shapes of one slide in the making: XML, and the numbers by which they know each other."""

    def __init__(self, diagram: Diagram, theme: Theme, slide: Any) -> None:
        self.diagram = diagram
        self.looks = Looks(theme)
        self.slide = slide
        self.scale = sheet_scale(diagram, SHEET)
        width, height = SHEET[0] / 0.75, SHEET[1] / 0.75
        self.left = max(0.0, (width - diagram.width * self.scale) / 2)
        # The title stands at the top of every slide; what is below it, in the middle of the rest.
        self.top = 0.0
        self.lower = max(0.0, (height - diagram.height * self.scale) / 2)
        self.out: list[str] = []
        self.last = 1
        language = diagram.language or ""
        self.lang = f' lang="{language}"' if _LANGUAGE.fullmatch(language) else ""
        # Numbers are given before anything is written: links lie below the boxes that they join.
        self.number = {box.id: 2000 + i for i, box in enumerate(diagram.boxes)}
        self.boxes = {box.id: box for box in diagram.boxes}
        # The bones of a fish meet its spine, not a box: there is nothing that they could be glued to.
        self.loose = any(
            not _touches(self.boxes[arrow.effect], (arrow.path[-1][4], arrow.path[-1][5]))
            for arrow in diagram.arrows
            if arrow.path
        )
        # What a connector of an office program would cross on its own way, it is led around.
        self.broken = {
            (arrow.cause, arrow.effect)
            for arrow in diagram.arrows
            if len(arrow.path) > 1 and self.blocked(arrow)
        }

    def blocked(self, arrow: Arrow) -> bool:
        """Whether the plain swing from side to side, as programs draw a connector, would run behind a box."""
        cause, effect = self.boxes[arrow.cause], self.boxes[arrow.effect]
        begin, end = _sites(cause, effect, arrow, self.diagram.direction)
        if begin == end:
            return False
        (ax, ay), (bx, by) = _site(cause, begin), _site(effect, end)
        left, right, top, low = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        between = [
            box
            for box in self.diagram.boxes
            if box.x < right
            and box.x + box.width > left
            and box.y - _CLEAR < low
            and box.y + box.height + _CLEAR > top
            and box.id not in (arrow.cause, arrow.effect)
        ]
        if not between:
            return False
        swing = _swing((ax, ay), (bx, by), upright=begin in (0, 2))
        return any(
            box.x - _CLEAR < x < box.x + box.width + _CLEAR
            and box.y - _CLEAR < y < box.y + box.height + _CLEAR
            for box in between
            for x, y in swing
        )

    # -- lengths -----------------------------------------------------------------------------

    def x(self, x: float) -> int:
        return round((self.left + x * self.scale) * _EMU)

    def y(self, y: float) -> int:
        return round((self.top + y * self.scale) * _EMU)

    def long(self, length: float) -> int:
        return max(0, round(length * self.scale * _EMU))

    def size(self, size: float) -> int:
        """A font size in hundredths of a point, in steps of a tenth."""
        return min(400_000, max(100, int(size * self.scale * 0.75 * 10) * 10))

    def next(self) -> int:
        self.last += 1
        return self.last if self.last < 2000 else self.last + len(self.number)

    # -- parts of a shape ----------------------------------------------------------------------

    def place(self, x: float, y: float, width: float, height: float) -> str:
        return (
            f'<a:xfrm><a:off x="{self.x(x)}" y="{self.y(y)}"/>'
            f'<a:ext cx="{self.long(width)}" cy="{self.long(height)}"/></a:xfrm>'
        )

    def pen(self, stroke: str, width: float, dash: tuple[float, ...] = (), end: str = "") -> str:
        return f'<a:ln w="{max(3175, self.long(width))}">{_solid(stroke)}{_dash(dash)}{end}</a:ln>'

    def head(self) -> str:
        """The head of an arrow: programs do not shrink it with a thin line, so on a scaled slide it is a small one."""
        size = "sm" if self.scale < _SMALL_HEADS else "med"
        return f'<a:tailEnd type="triangle" w="{size}" len="{size}"/>'

    def body(self, paragraphs: Iterable[_Words], how: str, *, gap: bool = False) -> str:
        out = []
        for i, one in enumerate(paragraphs):
            words = one.words.replace("\t", "    ") if one.words.isspace() else one.words
            side = ' algn="r" rtl="1"' if one.rtl else ' algn="l"'
            before = '<a:spcBef><a:spcPts val="200"/></a:spcBef>' if gap and i else ""
            look = f'{self.lang} sz="{self.size(one.size)}" b="{int(one.bold)}" dirty="0"'
            run = (
                f"<a:r><a:rPr{look}>{_solid(one.colour)}</a:rPr><a:t>{_text(words)}</a:t></a:r>"
                if words
                else f"<a:endParaRPr{look}/>"
            )
            out.append(f"<a:p><a:pPr{side}>{before}</a:pPr>{run}</a:p>")
        if not out:
            out.append("<a:p/>")
        return f"<p:txBody><a:bodyPr {how}><a:noAutofit/></a:bodyPr><a:lstStyle/>{''.join(out)}</p:txBody>"

    def label(
        self,
        name: str,
        x: float,
        y: float,
        width: float,
        height: float,
        words: Iterable[_Words],
        *,
        anchor: str = "ctr",
    ) -> None:
        """Words that stand free."""
        self.out.append(self.label_of(name, (x, y, width, height), words, anchor=anchor))

    def label_of(
        self,
        name: str,
        place: tuple[float, float, float, float],
        words: Iterable[_Words],
        *,
        wrap: str = "square",
        anchor: str = "ctr",
    ) -> str:
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{self.next()}" name="{_attribute(name)}"/><p:cNvSpPr txBox="1"/><p:nvPr/>'
            f"</p:nvSpPr><p:spPr>{self.place(*place)}"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            + self.body(words, f'wrap="{wrap}" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"')
            + "</p:sp>"
        )

    def drawing(self, name: str, shape: str, where: str, look: str, *, number: int | None = None) -> str:
        """A shape that only looks: a strip, a rule, a sample of the legend."""
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number or self.next()}" name="{name}">{_DECORATIVE}</p:cNvPr><p:cNvSpPr/>'
            f'<p:nvPr/></p:nvSpPr><p:spPr>{where}<a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom>{look}</p:spPr></p:sp>'
        )

    def stroke(self, name: str, stroke: Stroke, style: LineStyle) -> str:
        x, y = min(stroke.x1, stroke.x2), min(stroke.y1, stroke.y2)
        width, height = abs(stroke.x2 - stroke.x1), abs(stroke.y2 - stroke.y1)
        where = self.place(x, y, width, height)
        if (stroke.x2 - stroke.x1) * (stroke.y2 - stroke.y1) < 0:
            where = where.replace("<a:xfrm>", '<a:xfrm flipV="1">')
        return self.drawing(name, "line", where, self.pen(style.stroke, style.width, style.dash))

    def marks(
        self, shapes: Iterable[Disc | Polygon | Rect | Stroke], colour: str, ground: str | None = None
    ) -> str:
        """Small shapes in one colour; what is only an outline is filled with the ground, where one is given."""
        out = []
        for shape in shapes:
            if isinstance(shape, Stroke):
                out.append(self.stroke("Mark", shape, LineStyle(stroke=colour, width=shape.width)))
                continue
            if isinstance(shape, Disc | Polygon):
                look = _solid(colour) if shape.filled else _solid(ground) if ground else "<a:noFill/>"
                look += self.pen(colour, 1.2)
                if isinstance(shape, Disc):
                    r = shape.radius
                    where = self.place(shape.x - r, shape.y - r, 2 * r, 2 * r)
                    out.append(self.drawing("Mark", "ellipse", where, look))
                else:
                    out.append(self.figure("Mark", shape.points, look, closed=True))
                continue
            look = (
                _solid(colour) + "<a:ln><a:noFill/></a:ln>"
                if shape.filled
                else f"<a:noFill/>{self.pen(colour, 1)}"
            )
            out.append(
                self.drawing("Mark", "rect", self.place(shape.x, shape.y, shape.width, shape.height), look)
            )
        return "".join(out)

    def figure(
        self, name: str, points: Sequence[tuple[float, float]], look: str, *, closed: bool, title: str = ""
    ) -> str:
        """A figure with straight edges, or a line with bends."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = min(xs), min(ys)
        width, height = max(xs) - left, max(ys) - top
        path = "".join(
            f'<a:{"lnTo" if i else "moveTo"}><a:pt x="{self.long(x - left)}" y="{self.long(y - top)}"/>'
            f"</a:{'lnTo' if i else 'moveTo'}>"
            for i, (x, y) in enumerate(points)
        )
        about = f' descr="{_attribute(title)}"/>' if title else f">{_DECORATIVE}</p:cNvPr>"
        paint = "" if closed else ' fill="none"'
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{self.next()}" name="{name}"{about}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>'
            f"{self.place(left, top, width, height)}<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
            f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="{self.long(width)}" h="{self.long(height)}"'
            f"{paint}>{path}{'<a:close/>' if closed else ''}</a:path></a:pathLst>"
            f"</a:custGeom>{look}</p:spPr></p:sp>"
        )

    def dot(self, dot: Dot, ground: str, else_: str) -> str:
        """A sign, in one piece, so that it can be moved as such."""
        theme = self.looks.theme
        drawn = self.marks(sign(dot, theme), sign_colour(dot, theme, ground, else_), ground)
        half = dot.size / 2
        where = self.place(dot.x - half, dot.y - half, dot.size, dot.size)
        return self.group("Sign", where, drawn, dot.title)

    def spark(self, spark: Spark, ground: str, colour: str) -> str:
        look = f"<a:noFill/>{self.pen(colour, 1.25)}"
        median = LineStyle(stroke=colour, width=0.9, dash=MEDIAN_DASH)
        out = [self.stroke("Median", Stroke(a, y, b, y, 0.9), median) for a, b, y in spark.medians]
        lines = [line for line in spark.lines if len(line) > 1]
        out += [self.figure("Series", line, look, closed=False, title=spark.title) for line in lines]
        own, told = spark_points(spark)
        out.append(self.marks(own, colour))
        out.append(self.marks(told, spark_colour(spark, self.looks.theme, ground, colour)))
        return "".join(out)

    def group(self, name: str, where: str, inside: str, title: str = "") -> str:
        """Shapes that move as one; they keep their places on the slide."""
        child = where.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
        frame = where.removesuffix("</a:xfrm>") + child.removeprefix("<a:xfrm>")
        about = f' descr="{_attribute(title)}"' if title else ""
        return (
            f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="{self.next()}" name="{_attribute(name)}"{about}/>'
            f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>{frame}</p:grpSpPr>{inside}</p:grpSp>"
        )

    def outline(self, width: float, height: float, style: BoxStyle) -> str:
        """The form of a box and its colours."""
        short = min(width, height)
        if style.radius and short:
            part = round(min(0.5, style.radius / short) * 100_000)
            form = f'<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val {part}"/></a:avLst></a:prstGeom>'
        else:
            form = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        return form + _solid(style.fill) + self.pen(style.stroke, style.width, style.dash)

    # -- what is drawn ----------------------------------------------------------------------------

    def header(self) -> None:
        """The title, where outlines and screen readers look for it, and what stands below it."""
        theme, diagram = self.looks.theme, self.diagram
        lines = diagram.header
        titles = [line for line in lines if line.part == "title"]
        title = self.slide.shapes.title
        if titles:
            size, bold = titles[0].size, titles[0].bold
            top, low = titles[0].y - size * 1.1, titles[-1].y + size * 0.35
            left = min(line.x for line in titles)
        else:  # a diagram without a header still has a name, out of sight above the slide
            size, bold, top, low, left = 16.0, True, -60 / self.scale, -30 / self.scale, 0.0
        width = max(40.0, diagram.width - 2 * max(0.0, left))
        leaning = titles[0].rtl if titles else False
        words = [_Words(_title(diagram), size, bold, theme.title, leaning)]
        inside = self.body(words, 'wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"')
        self.replace(title, self.place(left, top, width, low - top), inside)
        others = [line for line in lines if line.part != "title"]
        if others:
            size = others[0].size
            first, last = others[0].y - size * 1.1, others[-1].y + size * 0.35
            said = _paragraphs(
                others, None, dict.fromkeys(("subtitle", "text", "note", "heading"), theme.subtitle)
            )
            self.label("Revision", others[0].x, first, width, last - first, said)

    @staticmethod
    def replace(title: Any, where: str, inside: str) -> None:
        from pptx.oxml import parse_xml

        shape = title._element
        shape.remove(shape.txBody)
        shape.append(parse_xml(inside.replace("<p:txBody>", f"<p:txBody {_SPACES}>", 1)))
        shape.spPr.append(parse_xml(where.replace("<a:xfrm>", f"<a:xfrm {_SPACES}>", 1)))

    def heading(self, column: Column) -> None:
        theme = self.looks.theme
        lines = column.heading
        if not lines:
            return
        below = rule(self.diagram, lines, column.x, column.width)
        if below:
            style = LineStyle(stroke=theme.rule, width=below.width)
            self.out.append(self.stroke("Rule", below, style))
        size = lines[0].size
        top, low = lines[0].y - size * 1.1, lines[-1].y + size * 0.35
        width = column.width if self.diagram.direction != "down" else max(line.width for line in lines) + 12
        said = _paragraphs(lines, None, dict.fromkeys(("heading", "text", "note", "title"), theme.heading))
        self.label("Heading", column.x, top, width, low - top, said, anchor="b")

    def frame(self, group: Group) -> None:
        """A frame and the boxes in it, in one group: what is moved takes its boxes along, and their links follow."""
        style = frame(self.looks.theme)
        place = self.place(group.x, group.y, group.width, group.height)
        where, anchor = 0.0, "t"
        if group.lines:
            first, last = group.lines[0], group.lines[-1]
            where, anchor = first.y - first.size - group.y, "t"
            if self.diagram.direction == "down":
                where, anchor = group.y + group.height - last.y - last.size * 0.3, "b"
        left, inset = self.long(7.0), self.long(max(0.0, where))
        sides = f'tIns="{inset if anchor == "t" else 0}" bIns="{inset if anchor == "b" else 0}"'
        size, rtl = (group.lines[0].size, group.lines[0].rtl) if group.lines else (11.0, False)
        words = [_Words(group.label, size, True, style.text, rtl)]
        ground = (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{self.next()}" name="Frame"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f"<p:spPr>{place}{self.outline(group.width, group.height, style)}</p:spPr>"
            + self.body(words, f'wrap="square" lIns="{left}" rIns="0" {sides} anchor="{anchor}"')
            + "</p:sp>"
        )
        inside = "".join(self.box(self.boxes[id]) for id in group.members)
        self.out.append(self.group(group.title, place, ground + inside, group.title))

    def box(self, box: Box) -> str:
        style = self.looks.box(box)
        number = self.number[box.id]
        url = safe_url(box.url)
        link = ""
        if url:
            from pptx.opc.constants import RELATIONSHIP_TYPE

            target = self.slide.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link = f'<a:hlinkClick r:id="{target}"/>'
        colours = {line.part: text_colour(style, line.part) for line in box.lines} | {"text": style.text}
        left, right = (self.long(inset) for inset in _INSETS)
        under, anchor = 0, "ctr"
        lines, rows = beside_signs(box)
        if rows and lines:
            # In another font the words may take fewer lines: they end where the rows begin, not above a hole.
            under = self.long(max(0.0, box.y + box.height - lines[-1].y - lines[-1].size * _BELOW_BASELINE))
            anchor = "b"
        words = list(_paragraphs(lines, box.text, colours))
        shape = (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{_attribute(box.id)}"'
            f' descr="{_attribute(box.title or box.text)}">{link}</p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f"<p:spPr>{self.place(box.x, box.y, box.width, box.height)}"
            f"{self.outline(box.width, box.height, style)}</p:spPr>"
            + self.body(
                words,
                f'wrap="square" lIns="{left}" tIns="0" rIns="{right}" bIns="{under}" anchor="{anchor}"',
                gap=True,
            )
            + "</p:sp>"
        )
        more = self.marks(band(box.x, box.y, box.width, box.height, style), style.band_colour)
        more += "".join([self.dot(dot, style.fill, style.text) for dot in box.dots])
        more += "".join([self.spark(spark, style.fill, style.note) for spark in box.sparks])
        more += "".join(
            [
                self.label_of(
                    f"{box.id} note",
                    (line.x, line.y - line.size * 1.1, box.x + box.width - line.x - 2, line.size * 1.45),
                    [_Words(line.text, line.size, line.bold, text_colour(style, line.part), line.rtl)],
                    wrap="none",
                )
                for line in rows
            ]
        )
        if more:  # what is moved takes its marks along
            where = self.place(box.x, box.y, box.width, box.height)
            shape = self.group(box.id, where, shape + more)
        return shape

    def link(self, arrow: Arrow) -> None:
        cause, effect = self.boxes[arrow.cause], self.boxes[arrow.effect]
        style = self.looks.line(arrow)
        if self.loose:
            points = [arrow.start, *((segment[4], segment[5]) for segment in arrow.path)]
            look = "<a:noFill/>" + self.pen(style.stroke, style.width, style.dash, self.head())
            self.out.append(self.figure("Link", points, look, closed=False, title=arrow.title))
            return
        begin, end = _sites(cause, effect, arrow, self.diagram.direction)
        name = f"{arrow.cause} → {arrow.effect}"
        first, last = (self.number[arrow.cause], begin), (self.number[arrow.effect], end)
        head = self.head()
        if (arrow.cause, arrow.effect) not in self.broken:
            way = self.way(_site(cause, begin), _site(effect, end), begin, self.reach(cause, effect, arrow))
            self.connector(
                name, arrow.title, first, last, way, self.pen(style.stroke, style.width, style.dash, head)
            )
            return
        # Programs choose the way of a connector themselves, and not the same. So each piece of this one
        # is such that there is nothing to choose, and it bends in a shape no larger than the line is wide.
        bends = [(step[4], step[5]) for step in arrow.path[:-1]]
        half = style.width / 2
        numbers = [self.next() for _ in bends]
        for number, (x, y) in zip(numbers, bends, strict=True):
            where = self.place(x - half, y - half, style.width, style.width)
            look = _solid(style.stroke) + "<a:ln><a:noFill/></a:ln>"
            self.out.append(self.drawing("Bend", "rect", where, look, number=number))
        joints = [first, *((number, side) for number in numbers for side in (end, begin)), last]
        points = [_site(cause, begin), *bends, _site(effect, end)]
        for i in range(len(points) - 1):
            tip = head if i == len(points) - 2 else ""
            pen = self.pen(style.stroke, style.width, style.dash, tip)
            way = self.way(points[i], points[i + 1], begin)
            self.connector(name, "" if i else arrow.title, joints[2 * i], joints[2 * i + 1], way, pen)

    def connector(
        self, name: str, title: str, start: tuple[int, int], end: tuple[int, int], way: str, pen: str
    ) -> None:
        """A line that is glued to two shapes, each given by its number and the side; without a title it only looks."""
        about = f' descr="{_attribute(title)}"/>' if title else f">{_DECORATIVE}</p:cNvPr>"
        self.out.append(
            f'<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="{self.next()}" name="{_attribute(name)}"{about}<p:cNvCxnSpPr>'
            f'<a:stCxn id="{start[0]}" idx="{start[1]}"/><a:endCxn id="{end[0]}" idx="{end[1]}"/></p:cNvCxnSpPr>'
            f"<p:nvPr/></p:nvCxnSpPr><p:spPr>{way}{pen}</p:spPr></p:cxnSp>"
        )

    def signs(self) -> None:
        """The signs of links, in the middle of their connectors, which need not run as the picture has them."""
        theme = self.looks.theme
        for arrow in self.diagram.arrows:
            if not arrow.dots:
                continue
            cause, effect = self.boxes[arrow.cause], self.boxes[arrow.effect]
            begin, end = _sites(cause, effect, arrow, self.diagram.direction)
            (ax, ay), (bx, by) = _site(cause, begin), _site(effect, end)
            for dot in arrow.dots:
                if (arrow.cause, arrow.effect) not in self.broken and begin != end:
                    dot = attrs.evolve(dot, x=(ax + bx) / 2, y=(ay + by) / 2)
                self.out.append(self.dot(dot, theme.background, theme.legend))

    def reach(self, cause: Box, effect: Box, arrow: Arrow) -> float | None:
        """How far a link within a level stands out, which leaves its boxes on one side; None for any other."""
        begin, end = _sites(cause, effect, arrow, self.diagram.direction)
        return _reach(arrow, cause, effect, begin) if begin == end else None

    def way(
        self, start: tuple[float, float], end: tuple[float, float], begin: int, reach: float | None = None
    ) -> str:
        """Where a connector lies and how it bends, which leaves a box on the side ``begin``."""
        (ax, ay), (bx, by) = start, end
        x0, y0, x1, y1 = self.x(ax), self.y(ay), self.x(bx), self.y(by)
        upright = begin in (0, 2)
        if upright:
            along, across = abs(y1 - y0), abs(x1 - x0)
        else:
            along, across = abs(x1 - x0), abs(y1 - y0)
        form, bends = "curvedConnector3", ""
        forward = {0: y1 <= y0, 1: x1 <= x0, 2: y1 >= y0, 3: x1 >= x0}[begin]
        if reach is not None:  # within a level: out, along and in again
            away = self.long(reach)
            along = max(along, 12_700)
            bends = _adjust(round(away / along * 100_000) + (100_000 if not forward else 0))
            if not forward:
                bends = _adjust(-round(away / along * 100_000))
        elif forward and across < 4 * self.scale * _EMU:  # a bend that small looks like a mistake
            form = "straightConnector1"
        # A connector is drawn to the right and down, then flipped and turned.
        turn = {3: 0, 1: 10_800_000, 0: 16_200_000, 2: 5_400_000}[begin]
        side = {3: y1 >= y0, 1: y1 <= y0, 0: x1 >= x0, 2: x1 <= x0}[begin]
        how = (
            (f' rot="{turn}"' if turn else "")
            + ("" if forward else ' flipH="1"')
            + ("" if side else ' flipV="1"')
        )
        middle_x, middle_y = (x0 + x1) // 2, (y0 + y1) // 2
        return (
            f'<a:xfrm{how}><a:off x="{middle_x - along // 2}" y="{middle_y - across // 2}"/>'
            f'<a:ext cx="{along}" cy="{across}"/></a:xfrm>'
            f'<a:prstGeom prst="{form}"><a:avLst>{bends}</a:avLst></a:prstGeom>'
        )

    def legend(self, entries: tuple[LegendEntry, ...]) -> None:
        theme = self.looks.theme
        last = ("", "")
        for entry in entries:
            if (entry.kind, entry.key) != last:
                last = (entry.kind, entry.key)
                if entry.kind == "dot":
                    self.out.append(self.dot(legend_dot(entry), theme.background, theme.legend))
                elif entry.kind == "spark":
                    self.out.append(self.spark(legend_spark(entry), theme.background, theme.legend))
                elif entry.kind == "line":
                    y = entry.y + entry.height / 2
                    line = Stroke(entry.x, y, entry.x + entry.width, y, 1.0)
                    self.out.append(self.stroke("Legend", line, legend_line(theme, entry)))
                else:
                    style = sample_box(theme, entry.key)
                    x, y, width, height = entry.x, entry.y - 1, entry.width, entry.height + 2
                    where = self.place(x, y, width, height)
                    look = self.outline(width, height, style)
                    self.out.append(
                        f'<p:sp><p:nvSpPr><p:cNvPr id="{self.next()}" name="Legend">{_DECORATIVE}</p:cNvPr><p:cNvSpPr/>'
                        f"<p:nvPr/></p:nvSpPr><p:spPr>{where}{look}</p:spPr></p:sp>"
                    )
                    self.out.append(self.marks(band(x, y, width, height, style), style.band_colour))
            line_ = entry.line
            words = _Words(line_.text, line_.size, line_.bold, theme.legend, line_.rtl)
            top, low = line_.y - line_.size * 1.1, line_.y + line_.size * 0.35
            self.label("Legend", line_.x, top, line_.width + 12, low - top, [words])

    def fill(self) -> None:
        """Everything onto the slide."""
        from pptx.oxml import parse_xml

        diagram = self.diagram
        self.last = self.slide.shapes.title.shape_id
        self.header()
        self.top = self.lower
        for column in diagram.columns:
            self.heading(column)
        framed = {id for group in diagram.groups for id in group.members}
        for group in diagram.groups:
            self.frame(group)
        for arrow in diagram.arrows:
            self.link(arrow)
        self.out += [self.box(box) for box in diagram.boxes if box.id not in framed]
        self.signs()
        self.legend(diagram.legend)
        tree = self.slide.shapes._spTree
        whole = parse_xml(f"<p:spTree {_SPACES}>{''.join(self.out)}</p:spTree>")
        for shape in list(whole):
            tree.append(shape)


def _title(diagram: Diagram) -> str:
    """What a slide is called: the title, and the first word of what it shows where it is one of several.

    No two slides should have one title: people find slides by it, above all those who cannot see them.
    """
    title = diagram.title.replace("\n", " ")
    label = diagram.label.split()
    if not label:
        return title
    which = re.search(r" \(\d+ of \d+\)$", diagram.label)
    return f"{title} – {label[0]}{which[0] if which else ''}"


def _adjust(*values: int) -> str:
    return "".join(f'<a:gd name="adj{i}" fmla="val {value}"/>' for i, value in enumerate(values, 1))


# The sides of a box as office programs number them: top, left, bottom, right.
_TOWARDS = {"left": (1, 3), "right": (3, 1), "down": (0, 2)}


def _sites(cause: Box, effect: Box, arrow: Arrow, direction: str) -> tuple[int, int]:
    """The sides at which a link leaves its cause and reaches its effect."""
    near, far = _TOWARDS.get(direction, (1, 3))
    if arrow.path and arrow.kind in ("same", "back"):
        return _side(cause, arrow.start), _side(effect, (arrow.path[-1][4], arrow.path[-1][5]))
    return near, far


def _touches(box: Box, point: tuple[float, float]) -> bool:
    """Whether a point lies on the edge of a box, or as near to it as a line is thick."""
    x, y = point
    near = 6.0
    across = box.x - near <= x <= box.x + box.width + near
    along = box.y - near <= y <= box.y + box.height + near
    return across and along


def _side(box: Box, point: tuple[float, float]) -> int:
    """The side of a box on which a point lies, or to which it is nearest."""
    x, y = point
    away = (abs(y - box.y), abs(x - box.x), abs(y - box.y - box.height), abs(x - box.x - box.width))
    return min(range(4), key=lambda i: away[i])


def _site(box: Box, side: int) -> tuple[float, float]:
    """The middle of a side."""
    if side in (0, 2):
        return box.x + box.width / 2, box.y if side == 0 else box.y + box.height
    return box.x if side == 1 else box.x + box.width, box.y + box.height / 2


def _swing(
    start: tuple[float, float], end: tuple[float, float], *, upright: bool
) -> list[tuple[float, float]]:
    """Points of a connector with one swing: out of one box, half way across, and into the other."""
    (ax, ay), (bx, by) = start, end
    out = []
    for i in range(49):
        t = i / 48
        u = 2 * t if t < 0.5 else 2 - 2 * t  # the second half is the first one turned
        along, across = (
            (3 * u * (1 - u) ** 2 + 6 * u**2 * (1 - u) + 2 * u**3) / 4,
            (3 * u**2 * (1 - u) + 2 * u**3) / 4,
        )
        if t >= 0.5:
            along, across = 1 - along, 1 - across
        if upright:
            along, across = across, along
        out.append((ax + (bx - ax) * along, ay + (by - ay) * across))
    return out


def _reach(arrow: Arrow, cause: Box, effect: Box, side: int) -> float:
    """How far a link that leaves and arrives on one side stands out from its boxes."""
    i = 1 if side in (0, 2) else 0
    edges = [_site(cause, side)[i], _site(effect, side)[i]]
    points = [p[j] for p in arrow.path for j in (i, i + 2, i + 4)]
    away = max(points) - max(edges) if side in (2, 3) else min(edges) - min(points)
    return max(12.0, away * 0.8) + abs(edges[0] - edges[1])


# -- the file ----------------------------------------------------------------------------------------


def _pptx() -> Any:
    try:
        import pptx
    except ImportError as error:
        raise MissingEngine(
            "Slides need python-pptx, which is not installed. Install it with: pip install 'driverkit[pptx]'"
        ) from error
    return pptx


def _colours(theme: Theme) -> str:
    """The colours that the menus of an office program offer: those of the theme."""
    known = {
        "dk1": theme.title,
        "lt1": theme.background,
        "dk2": theme.heading,
        "lt2": theme.secondary.fill,
        "accent1": theme.aim.fill,
        "accent2": theme.primary.stroke,
        "accent3": theme.secondary.stroke,
        "accent4": theme.change.stroke,
        "accent5": theme.measure.stroke,
        "accent6": theme.strong.stroke,
        "hlink": theme.primary.stroke,
        "folHlink": theme.measure.stroke,
    }
    inside = "".join(
        f'<a:{name}><a:srgbClr val="{colour[1:].upper()}"/></a:{name}>' for name, colour in known.items()
    )
    return f'<a:clrScheme name="driverkit {theme.name}">{inside}</a:clrScheme>'


def _prepare(deck: Any, title: str, theme: Theme) -> None:
    """The empty deck that python-pptx brings, made ours: 16:9, our colours, no date and no thumbnail."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    width, height = round(SHEET[0] * 12_700), round(SHEET[1] * 12_700)
    wider = width / deck.slide_width
    deck.slide_width, deck.slide_height = width, height
    master = deck.slide_masters[0]
    for sheet in (master, *master.slide_layouts):
        for shape in sheet._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}xfrm"):
            for one, key in ((shape.find("{*}off"), "x"), (shape.find("{*}ext"), "cx")):
                if one is not None:
                    one.set(key, str(round(int(one.get(key)) * wider)))
    look = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    words = look.blob.decode("utf-8")
    words = re.sub(r"<a:clrScheme .*?</a:clrScheme>", lambda _: _colours(theme), words, flags=re.DOTALL)
    # Every machine has Arial, or a face of just its widths, and it is narrower than what was measured.
    words = words.replace('<a:latin typeface="Calibri"/>', '<a:latin typeface="Arial"/>')
    look._blob = words.encode("utf-8")
    size = deck.part._element.sldSz
    if "type" in size.attrib:  # it would say 4:3
        del size.attrib["type"]
    package = deck.part.package
    for owner in (package, deck.part):
        for name, one in list(owner._rels.items()):
            if one.reltype in (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.PRINTER_SETTINGS):
                owner._rels.pop(name)
            elif one.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
                one.target_part._blob = _ABOUT
    about = deck.core_properties
    about.title = safe_text(title)[:255]
    about.author = about.last_modified_by = about.keywords = about.comments = about.subject = ""
    about.category = about.content_status = ""
    about.revision = 1
    about.created = about.modified = about.last_printed = _EPOCH


def _settled(data: bytes) -> bytes:
    """The same package with fixed dates: python-pptx writes the time of day into it."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = ZipInfo(name, _ZIP_DATE)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            new.writestr(entry, old.read(name))
    return out.getvalue()


def draw_pages(diagrams: Sequence[Diagram], theme: Theme) -> bytes:
    """One slide a diagram, with the diagram's story in its speaker notes.

    Raises:
        MissingEngine: python-pptx is not installed.
    """
    deck = _pptx().Presentation()
    _prepare(deck, diagrams[0].title if diagrams else "", theme)
    layout = next(one for one in deck.slide_layouts if one.name == "Title Only")
    for diagram in diagrams:
        slide = deck.slides.add_slide(layout)
        _Slide(diagram, theme, slide).fill()
        notes = diagram.story or diagram.outline
        if notes:
            slide.notes_slide.notes_text_frame.text = safe_text(notes)
    out = BytesIO()
    deck.save(out)
    return _settled(out.getvalue())


def draw(diagram: Diagram, theme: Theme) -> bytes:
    """The diagram as one slide.

    Raises:
        MissingEngine: python-pptx is not installed.
    """
    return draw_pages((diagram,), theme)


PPTX = Renderer(
    name="pptx",
    suffix=".pptx",
    media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
    description="Slides of native shapes with glued connectors, to be edited; needs the extra driverkit[pptx].",
    draw=draw,
    draw_pages=draw_pages,
    sheet=SHEET,
    tells=True,
)
