"""draw.io, which is also called diagrams.net: boxes and edges to be edited with a free drawing program.

The file is plain XML, not compressed, so that it can be read, searched and compared. Every text
that draw.io takes for HTML (labels, tooltips, and whatever else it shows) is escaped twice: once as
HTML, so that it stands there as it was written, and once as XML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from driverkit.diagram.model import Arrow, Box, Diagram, Dot, Group, LegendEntry, Spark, TextLine
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import (
    MEDIAN_DASH,
    Disc,
    Looks,
    Polygon,
    Rect,
    Stroke,
    band,
    flowing,
    frame,
    legend_dot,
    legend_line,
    legend_spark,
    numeral,
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
from driverkit.renderers.sheets import before_words, beside_signs
from driverkit.themes import BoxStyle, LineStyle, Theme

__all__ = ["DRAWIO", "draw", "draw_pages"]

# Known to every machine, and no wider than the face in which the boxes were measured.
_FONT = "fontFamily=Helvetica"
_LABEL = f"html=1;whiteSpace=wrap;align=left;verticalAlign=middle;spacing=0;{_FONT}"
_BARE = "strokeColor=none;fillColor=none"
# What stands on a page beside its drawing is laid out by draw.io on sheets of this size.
_PAGE = (1600, 900)
# The padding of a box at the left and the right: together a little less than was measured with.
_INSETS = (10, 7)


def _html(text: str) -> str:
    """A text as HTML that shows it unchanged."""
    return escape(safe_text(text), quote=False).replace("\n", "<br>")


def _attribute(text: str) -> str:
    """A text as the value of an XML attribute."""
    text = (
        safe_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
    return text.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def _dashes(dash: tuple[float, ...]) -> str:
    return f";dashed=1;fixDash=1;dashPattern={' '.join(map(numeral, dash))}" if dash else ""


def _font(line: TextLine, colour: str) -> str:
    rtl = ";align=right;textDirection=rtl" if line.rtl else ""
    return f"fontSize={numeral(line.size)};fontColor={colour}{';fontStyle=1' if line.bold else ''}{rtl}"


def _box_style(style: BoxStyle) -> str:
    corners = (
        f"rounded=1;absoluteArcSize=1;arcSize={numeral(style.radius * 2)}" if style.radius else "rounded=0"
    )
    return (
        f"{corners};fillColor={style.fill};strokeColor={style.stroke};strokeWidth={numeral(style.width)}"
        + _dashes(style.dash)
    )


class _Sheet:
    """The cells of one page in the making."""

    def __init__(self, diagram: Diagram, theme: Theme, number: int) -> None:
        self.diagram = diagram
        self.looks = Looks(theme)
        self.prefix = f"dk{number}"
        self.out: list[str] = []
        self.count = 0
        self.number = {box.id: f"{self.prefix}-box{i}" for i, box in enumerate(diagram.boxes, 1)}
        self.boxes = {box.id: box for box in diagram.boxes}
        # What is moved with its frame lies in it, and has its place from there.
        self.frames: dict[str, tuple[str, Group]] = {
            id: (f"{self.prefix}-group{i}", group)
            for i, group in enumerate(diagram.groups, 1)
            for id in group.members
        }
        # The bones of a fish meet its spine, not a box.
        self.loose = any(
            not _touches(self.boxes[arrow.effect], (arrow.path[-1][4], arrow.path[-1][5]))
            for arrow in diagram.arrows
            if arrow.path
        )

    def next(self) -> str:
        self.count += 1
        return f"{self.prefix}-part{self.count}"

    # -- cells ---------------------------------------------------------------------------------

    def area(
        self,
        place: tuple[float, float, float, float],
        style: str,
        *,
        label: str = "",
        parent: str = "1",
        id: str | None = None,
        about: str = "",
    ) -> None:
        """A cell with an area. ``label`` is HTML; ``about`` holds the attributes of a cell that tells more."""
        x, y, width, height = map(numeral, place)
        cell = (
            f'style="{_attribute(style)}" vertex="1" parent="{parent}"><mxGeometry x="{x}" y="{y}" width="{width}"'
            f' height="{height}" as="geometry"/></mxCell>'
        )
        self.put(cell, label, id or self.next(), about)

    def put(self, cell: str, label: str, id: str, about: str) -> None:
        if about:
            self.out.append(f'<object label="{_attribute(label)}"{about} id="{id}"><mxCell {cell}</object>')
        else:
            self.out.append(f'<mxCell id="{id}" value="{_attribute(label)}" {cell}')

    def stroke(
        self, points: Sequence[tuple[float, float]], look: LineStyle, *, parent: str = "1", end: str = "none"
    ) -> None:
        """A line that joins nothing."""
        (ax, ay), (bx, by) = points[0], points[-1]
        between = "".join(f'<mxPoint x="{numeral(x)}" y="{numeral(y)}"/>' for x, y in points[1:-1])
        style = (
            f"endArrow={end};html=1;edgeStyle=none;rounded=0;strokeColor={look.stroke}"
            f";strokeWidth={numeral(look.width)}{_dashes(look.dash)}"
        )
        self.out.append(
            f'<mxCell id="{self.next()}" value="" style="{style}" edge="1" parent="{parent}">'
            f'<mxGeometry relative="1" as="geometry"><mxPoint x="{numeral(ax)}" y="{numeral(ay)}" as="sourcePoint"/>'
            f'<mxPoint x="{numeral(bx)}" y="{numeral(by)}" as="targetPoint"/>'
            + (f'<Array as="points">{between}</Array>' if between else "")
            + "</mxGeometry></mxCell>"
        )

    def figures(
        self,
        shapes: Iterable[Disc | Polygon | Rect | Stroke],
        colour: str,
        *,
        ground: str = "none",
        parent: str = "1",
        origin: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Small shapes in one colour, placed within their parent."""
        left, top = origin
        for shape in shapes:
            if isinstance(shape, Stroke):
                ends = ((shape.x1 - left, shape.y1 - top), (shape.x2 - left, shape.y2 - top))
                self.stroke(ends, LineStyle(stroke=colour, width=shape.width), parent=parent)
                continue
            look = (
                f"html=1;fillColor={colour if shape.filled else ground};strokeColor={colour};strokeWidth=1.2"
            )
            if isinstance(shape, Disc):
                place = (shape.x - shape.radius, shape.y - shape.radius, 2 * shape.radius, 2 * shape.radius)
                form = "shape=ellipse;perimeter=ellipsePerimeter;"
            elif isinstance(shape, Polygon):
                xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
                place = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
                form = ""
                if len(xs) == 3:
                    form = "shape=triangle;direction=north;"
                elif len(set(xs)) > 2:
                    form = "shape=rhombus;"
            else:
                place, form = (shape.x, shape.y, shape.width, shape.height), ""
                if shape.filled:
                    look = f"html=1;fillColor={colour};strokeColor=none"
            x, y, width, height = place
            self.area((x - left, y - top, width, height), form + look, parent=parent)

    def words(self, lines: Sequence[TextLine], colour: str, width: float) -> None:
        """Lines that stand free, as one text that wraps by itself."""
        if not lines:
            return
        first, last = lines[0], lines[-1]
        label = _html("".join(words for _, words in flowing(lines)))
        top, low = first.y - first.size * 1.1, last.y + last.size * 0.4
        style = f"text;{_LABEL};{_BARE};{_font(first, colour)}"
        self.area((first.x, top, width, low - top), style, label=label)

    # -- what is drawn -------------------------------------------------------------------------

    def box(self, box: Box) -> None:
        style = self.looks.box(box)
        first = next((line for line in box.lines if line.part == "text"), None)
        lines, rows = beside_signs(box)
        label = _html(before_words(lines, box.text) + box.text)
        for part, some in groupby(lines, key=lambda line: line.part):
            if part == "note":
                notes = list(some)
                said = _html("".join(words for _, words in flowing(notes)))
                colour = text_colour(style, part)
                look = f"font-size: {numeral(notes[0].size)}px; font-weight: normal; color: {colour}"
                label += f'<br><span style="{look}">{said}</span>'
        if any(not line.joins for line in lines[1:]):  # a word is longer than the box is wide
            label = f'<span style="overflow-wrap: anywhere">{label}</span>'
        about = (
            f' tooltip="{_attribute(_html(box.title or box.text))}" node="{_attribute(_html(box.id))}"'
            f' role="{_attribute(_html(box.role))}"'
        )
        url = safe_url(box.url)
        if url:
            about += f' link="{_attribute(url)}"'
        id = self.number[box.id]
        at_top = _LABEL
        if rows and lines:
            down = numeral(max(0.0, lines[0].y - lines[0].size - box.y))
            at_top = _LABEL.replace("verticalAlign=middle", f"verticalAlign=top;spacingTop={down}")
        font = _font(first, style.text) if first else f"fontSize=13;fontColor={style.text}"
        parent, left, top = "1", 0.0, 0.0
        if box.id in self.frames:
            parent, group = self.frames[box.id]
            left, top = group.x, group.y
        self.area(
            (box.x - left, box.y - top, box.width, box.height),
            f"{at_top};spacingLeft={_INSETS[0]};spacingRight={_INSETS[1]};collapsible=0;foldable=0;recursiveResize=0;{_box_style(style)};{font}",
            label=label,
            id=id,
            about=about,
            parent=parent,
        )
        for line in rows:
            place = (line.x - box.x, line.y - line.size * 1.1 - box.y, line.width + 12, line.size * 1.45)
            look = f"text;{_LABEL.replace('whiteSpace=wrap;', '')};{_BARE};{_font(line, text_colour(style, line.part))}"
            self.area(place, look, label=_html(line.text), parent=id)
        origin = (box.x, box.y)
        marks = band(box.x, box.y, box.width, box.height, style)
        self.figures(marks, style.band_colour, parent=id, origin=origin)
        for dot in box.dots:
            self.dot(dot, style.fill, style.text, parent=id, origin=origin)
        for spark in box.sparks:
            self.spark(spark, style.fill, style.note, parent=id, origin=origin)

    def dot(
        self,
        dot: Dot,
        ground: str,
        else_: str,
        *,
        parent: str = "1",
        origin: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        theme = self.looks.theme
        colour = sign_colour(dot, theme, ground, else_)
        self.figures(sign(dot, theme), colour, ground=ground, parent=parent, origin=origin)

    def spark(
        self,
        spark: Spark,
        ground: str,
        colour: str,
        *,
        parent: str = "1",
        origin: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        left, top = origin
        for a, b, y in spark.medians:
            look = LineStyle(stroke=colour, width=0.9, dash=MEDIAN_DASH)
            self.stroke([(a - left, y - top), (b - left, y - top)], look, parent=parent)
        for line in spark.lines:
            if len(line) > 1:
                points = [(x - left, y - top) for x, y in line]
                self.stroke(points, LineStyle(stroke=colour, width=1.25), parent=parent)
        told = spark_colour(spark, self.looks.theme, ground, colour)
        for discs, shade in zip(spark_points(spark), (colour, told), strict=True):
            self.figures(discs, shade, parent=parent, origin=origin)

    def group(self, group: Group) -> None:
        """A frame: a container, so that what is moved takes its boxes along."""
        style = frame(self.looks.theme)
        down = self.diagram.direction == "down"
        low = numeral(max(0.0, group.lines[0].y - group.lines[0].size - group.y) if group.lines else 0.0)
        place = "verticalAlign=bottom;spacingBottom=4" if down else f"verticalAlign=top;spacingTop={low}"
        label = _LABEL.replace("verticalAlign=middle", place)
        font = _font(group.lines[0], style.text) if group.lines else f"fontColor={style.text}"
        about = f' tooltip="{_attribute(_html(group.title))}"'
        self.area(
            (group.x, group.y, group.width, group.height),
            f"{label};spacingLeft=7;spacingRight=4;container=1;collapsible=0;foldable=0;recursiveResize=0;"
            f"connectable=0;{_box_style(style)};{font}",
            label=_html(group.label),
            id=self.frames[group.members[0]][0],
            about=about,
        )

    def link(self, arrow: Arrow) -> None:
        style = self.looks.line(arrow)
        cause, effect = self.boxes[arrow.cause], self.boxes[arrow.effect]
        end = (arrow.path[-1][4], arrow.path[-1][5]) if arrow.path else arrow.start
        if self.loose:
            self.stroke([arrow.start, *((s[4], s[5]) for s in arrow.path)], style, end="block")
            return
        leave, reach = _share(cause, arrow.start), _share(effect, end)
        # A curve of draw.io is drawn to its points as a tangent is to a curve: they are the control points.
        points = [point for a, b, c, d, _, _ in arrow.path for point in ((a, b), (c, d))]
        between = "".join(f'<mxPoint x="{numeral(x)}" y="{numeral(y)}"/>' for x, y in points)
        look = (
            f"edgeStyle=none;curved=1;html=1;endArrow=block;endFill=1;endSize=5;strokeColor={style.stroke}"
            f";strokeWidth={numeral(style.width)}{_dashes(style.dash)}"
            f";exitX={leave[0]};exitY={leave[1]};exitDx=0;exitDy=0;exitPerimeter=0"
            f";entryX={reach[0]};entryY={reach[1]};entryDx=0;entryDy=0;entryPerimeter=0"
        )
        about = f' tooltip="{_attribute(_html(arrow.title or f"{arrow.cause} → {arrow.effect}"))}"'
        if arrow.strength:
            about += f' strength="{arrow.strength}"'
        cell = (
            f'style="{look}" edge="1" parent="1" source="{self.number[arrow.cause]}"'
            f' target="{self.number[arrow.effect]}"><mxGeometry relative="1" as="geometry">'
            + (f'<Array as="points">{between}</Array>' if between else "")
            + "</mxGeometry></mxCell>"
        )
        self.put(cell, "", f"{self.prefix}-link{len(self.out)}", about)

    def legend(self, entries: Iterable[LegendEntry]) -> None:
        theme = self.looks.theme
        last = ("", "")
        for entry in entries:
            if (entry.kind, entry.key) != last:
                last = (entry.kind, entry.key)
                if entry.kind == "dot":
                    self.dot(legend_dot(entry), theme.background, theme.legend)
                elif entry.kind == "spark":
                    self.spark(legend_spark(entry), theme.background, theme.legend)
                elif entry.kind == "line":
                    y = entry.y + entry.height / 2
                    self.stroke([(entry.x, y), (entry.x + entry.width, y)], legend_line(theme, entry))
                else:
                    style = sample_box(theme, entry.key)
                    place = (entry.x, entry.y - 1, entry.width, entry.height + 2)
                    self.area(place, f"html=1;{_box_style(style)}")
                    self.figures(band(*place, style), style.band_colour)
            self.words([entry.line], theme.legend, entry.line.width + 12)

    def page(self) -> str:
        diagram, theme = self.diagram, self.looks.theme
        titles = [line for line in diagram.header if line.part == "title"]
        others = [line for line in diagram.header if line.part != "title"]
        self.words(titles, theme.title, max(40.0, diagram.width - 40))
        self.words(others, theme.subtitle, max(40.0, diagram.width - 40))
        for column in diagram.columns:
            below = rule(diagram, column.heading, column.x, column.width)
            if below:
                ends = ((below.x1, below.y1), (below.x2, below.y2))
                self.stroke(ends, LineStyle(stroke=theme.rule, width=below.width))
            down = diagram.direction == "down"
            width = max((line.width for line in column.heading), default=0.0) + 12 if down else column.width
            self.words(column.heading, theme.heading, width)
        for group in diagram.groups:
            self.group(group)
        for arrow in diagram.arrows:
            self.link(arrow)
        for box in diagram.boxes:
            self.box(box)
        for arrow in diagram.arrows:
            for dot in arrow.dots:
                self.dot(dot, theme.background, theme.legend)
                if dot.words is not None:
                    self.words((dot.words,), theme.legend, dot.words.width + 2)
        self.legend(diagram.legend)
        wide = max(_PAGE[0], round(diagram.width))
        high = max(_PAGE[1], round(diagram.height))
        return (
            f'<mxGraphModel dx="0" dy="0" grid="0" gridSize="10" guides="1" tooltips="1" connect="1" arrows="1" fold="1"'
            f' page="0" pageScale="1" pageWidth="{wide}" pageHeight="{high}" background="{theme.background}" math="0"'
            ' shadow="0">\n<root>\n<mxCell id="0"/>\n<mxCell id="1" parent="0"/>\n'
            + "\n".join(self.out)
            + "\n</root>\n</mxGraphModel>"
        )


def _touches(box: Box, point: tuple[float, float]) -> bool:
    """Whether a point lies on the edge of a box, or as near to it as a line is thick."""
    near = 6.0
    across = box.x - near <= point[0] <= box.x + box.width + near
    return across and box.y - near <= point[1] <= box.y + box.height + near


def _share(box: Box, point: tuple[float, float]) -> tuple[str, str]:
    """Where on a box a point lies, as shares of its width and height."""
    x = (point[0] - box.x) / box.width if box.width else 0.5
    y = (point[1] - box.y) / box.height if box.height else 0.5
    return f"{min(1.0, max(0.0, x)):.4g}", f"{min(1.0, max(0.0, y)):.4g}"


def _name(diagram: Diagram, number: int, many: int) -> str:
    """What the tab of a page is called."""
    name = " ".join((diagram.label or diagram.title).split())[:60] or "Diagram"
    return f"{number} {name}" if many > 1 else name


def draw_pages(diagrams: Sequence[Diagram], theme: Theme) -> str:
    """One page a diagram."""
    pages = "\n".join(
        f'<diagram id="dk{i}" name="{_attribute(_name(one, i, len(diagrams)))}">\n'
        f"{_Sheet(one, theme, i).page()}\n</diagram>"
        for i, one in enumerate(diagrams, 1)
    )
    return f'<mxfile host="driverkit" compressed="false" pages="{len(diagrams)}">\n{pages}\n</mxfile>\n'


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram as a draw.io file of one page."""
    return draw_pages((diagram,), theme)


DRAWIO = Renderer(
    name="drawio",
    suffix=".drawio",
    media_type="application/vnd.jgraph.mxfile",
    description="Boxes and edges for draw.io (diagrams.net), to be edited with a free program.",
    draw=draw,
    draw_pages=draw_pages,
)
