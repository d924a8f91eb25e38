"""PDF: pages of the size of their diagrams, in vectors, with their fonts inside.

Needs reportlab, which is an optional extra. A page holds real text that can be searched and
copied, and no date or random number, so the same diagrams are the same bytes. Several pages have
numbers at their feet, and bookmarks by which a reader finds them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from driverkit.diagram.fonts import BOLD_FILE, REGULAR_FILE
from driverkit.diagram.model import Arrow, Box, Diagram, Dot, LegendEntry, Spark, TextLine
from driverkit.errors import MissingEngine
from driverkit.renderers import Renderer
from driverkit.renderers.halos import layers
from driverkit.renderers.shapes import (
    MEDIAN_DASH,
    Curve,
    Disc,
    Looks,
    Rect,
    Stroke,
    arrow_head,
    band,
    flowing,
    frame,
    legend_dot,
    legend_line,
    legend_spark,
    paper_scale,
    rule,
    safe_text,
    safe_url,
    sample_box,
    shown,
    sign,
    sign_colour,
    spark_colour,
    spark_points,
    text_colour,
)
from driverkit.renderers.visual import needs_order, runs_left, seen
from driverkit.themes import BoxStyle, LineStyle, Theme

__all__ = ["PDF", "draw", "draw_pages"]

_FACES = {False: "driverkit-regular", True: "driverkit-bold"}
# Points to a pixel, and the largest page that every reader opens.
_POINT = 0.75
_LARGEST = 14400.0
_LARGEST_IN_A_BOOK = 1.2 * _POINT
# The room at the foot of a page for its number, how far from the edge that ends, and its size, in px.
_FOOT = 16.0
_MARGIN = 24.0
_NUMBER = 11.0


def _reportlab() -> tuple[Any, Any]:
    try:
        from reportlab.pdfbase import pdfmetrics, ttfonts
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise MissingEngine(
            "A PDF needs reportlab, which is not installed. Install it with: pip install 'driverkit[pdf]'"
        ) from error
    for bold, file in ((False, REGULAR_FILE), (True, BOLD_FILE)):
        if _FACES[bold] not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(_font_type(ttfonts.TTFont)(_FACES[bold], str(file)))
    return Canvas, pdfmetrics


def _font_type(base: Any) -> Any:
    class Font(base):  # type: ignore[misc]  # reportlab has no types
        """A font of which every text can be copied out again.

        reportlab forgets which letter it was that the font lacks, and writes letters beyond U+FFFF
        in a way that readers do not understand. Here a lacking letter is still an empty box, but one
        that knows its letter; and an Arabic letter knows itself in all of its shapes.
        """

        def splitString(self, text: Any, doc: Any, encoding: str = "utf-8") -> Any:  # noqa: N802 - its name
            if isinstance(text, str) and not text.isascii():
                known = self.face.charToGlyph
                for char in text:
                    known.setdefault(ord(char), 0)
            return super().splitString(text, doc, encoding)

        def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
            super().addObjects(doc)
            for name, stream in doc.idToObject.items():
                if name.startswith("toUnicodeCMap:") and isinstance(stream.content, str):
                    stream.content = _CODE.sub(_meaning, stream.content)

    return Font


_CODE = re.compile(r"(?<=> <)([0-9A-F]{4,6})(?=>\n)")


def _meaning(found: re.Match[str]) -> str:
    """The letter that a code stands for, as UTF-16; a shape of an Arabic letter stands for the letter."""
    code = int(found[1], 16)
    char = chr(code)
    if 0xFB50 <= code <= 0xFEFC:
        letter = unicodedata.normalize("NFKC", char)
        # Two letters joined in one shape stay that shape: readers take it apart themselves, but do
        # not agree on the order in which they would copy two letters of one code.
        char = letter if len(letter) == 1 else char
    return char.encode("utf-16-be", "replace").hex().upper()


class _Page:
    """A page on which y grows downwards and lengths are pixels."""

    def __init__(
        self, canvas: Any, fonts: Any, height: float, scale: float, corner: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self.canvas = canvas
        self.fonts = fonts
        self.height = height
        self.scale = scale
        self.corner = corner
        self._fill = self._stroke = ""
        self._width = -1.0
        self._dash: tuple[float, ...] | None = None

    def fill(self, colour: str) -> None:
        if colour != self._fill:
            self._fill = colour
            self.canvas.setFillColorRGB(*_rgb(colour))

    def pen(self, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        if colour != self._stroke:
            self._stroke = colour
            self.canvas.setStrokeColorRGB(*_rgb(colour))
        if width != self._width:
            self._width = width
            self.canvas.setLineWidth(width)
        if dash != self._dash:
            self._dash = dash
            self.canvas.setDash(list(dash), 0)

    def curve(self, curve: Curve) -> None:
        up = self.height
        path = self.canvas.beginPath()
        path.moveTo(curve.start[0], up - curve.start[1])
        for a, b, c, d, e, f in curve.path:
            path.curveTo(a, up - b, c, up - d, e, up - f)
        self.canvas.drawPath(path, stroke=1, fill=0)

    def triangle(self, corners: Iterable[tuple[float, float]]) -> None:
        path = self.canvas.beginPath()
        for i, (x, y) in enumerate(corners):
            (path.lineTo if i else path.moveTo)(x, self.height - y)
        path.close()
        self.canvas.drawPath(path, stroke=0, fill=1)

    def box(self, x: float, y: float, width: float, height: float, style: BoxStyle) -> None:
        self.fill(style.fill)
        self.pen(style.stroke, style.width, style.dash)
        radius = min(style.radius, width / 2, height / 2)
        low = self.height - y - height
        if radius:
            self.canvas.roundRect(x, low, width, height, radius, stroke=1, fill=1)
        else:
            self.canvas.rect(x, low, width, height, stroke=1, fill=1)

    def shapes(self, shapes: Iterable[Rect | Stroke], colour: str) -> None:
        for shape in shapes:
            if isinstance(shape, Stroke):
                self.pen(colour, shape.width)
                self.canvas.line(shape.x1, self.height - shape.y1, shape.x2, self.height - shape.y2)
                continue
            self.pen(colour, 1)
            self.fill(colour)
            self.canvas.rect(
                shape.x,
                self.height - shape.y - shape.height,
                shape.width,
                shape.height,
                stroke=0 if shape.filled else 1,
                fill=1 if shape.filled else 0,
            )

    def dot(self, dot: Dot, theme: Theme, ground: str, else_: str) -> None:
        colour = sign_colour(dot, theme, ground, else_)
        if dot.words is not None:
            line = dot.words
            under = Rect(line.x - 1, line.y - 0.8 * line.size, line.width + 2, line.size, filled=True)
            self.shapes([under], ground)
            self.words(line, line.text, else_)
        for i, shape in enumerate(sign(dot, theme)):
            if isinstance(shape, Stroke):
                self.shapes([shape], colour)
                continue
            self.fill(colour if shape.filled else ground)
            self.pen(colour, 1.2)
            outlined = 1 if not i else 0
            if isinstance(shape, Disc):
                self.canvas.circle(shape.x, self.height - shape.y, shape.radius, stroke=outlined, fill=1)
                continue
            if isinstance(shape, Rect):
                self.shapes([shape], colour)
                continue
            path = self.canvas.beginPath()
            for j, (x, y) in enumerate(shape.points):
                (path.lineTo if j else path.moveTo)(x, self.height - y)
            path.close()
            self.canvas.drawPath(path, stroke=outlined, fill=1)

    def spark(self, spark: Spark, theme: Theme, ground: str, colour: str) -> None:
        for a, b, y in spark.medians:
            self.pen(colour, 0.9, MEDIAN_DASH)
            self.canvas.line(a, self.height - y, b, self.height - y)
        self.pen(colour, 1.25)
        for line in spark.lines:
            path = self.canvas.beginPath()
            for i, (x, y) in enumerate(line):
                (path.lineTo if i else path.moveTo)(x, self.height - y)
            self.canvas.drawPath(path, stroke=1, fill=0)
        told = spark_colour(spark, theme, ground, colour)
        for points, shade in zip(spark_points(spark), (colour, told), strict=True):
            self.fill(shade)
            for point in points:
                self.canvas.circle(point.x, self.height - point.y, point.radius, stroke=0, fill=1)

    def words(self, line: TextLine, words: str, colour: str) -> None:
        self.fill(colour)
        canvas = self.canvas
        canvas.setFont(_FACES[line.bold], line.size)
        words = safe_text(words).replace("\n", " ").replace("\t", " ")
        x, y = line.x, self.height - line.y
        if not needs_order(words):
            canvas.drawString(x, y, words)
            return
        text = seen(words.rstrip(), rtl=line.rtl, font=self.shapes_of(line.bold))
        if line.rtl:  # joined letters are narrower than measured ones: keep the right end
            x += max(0.0, line.width - canvas.stringWidth(text, _FACES[line.bold], line.size))
        if line.rtl or runs_left(words):
            canvas.drawString(x, y, text)  # readers put what is seen back into the order of writing
            return
        # Controls that nobody sees are still part of the words, for whoever copies them.
        written = ("\ufeff" + words).encode("utf-16-be").hex().upper()
        canvas._code.append(f"/Span <</ActualText <{written}>>> BDC")
        canvas.drawString(x, y, text)
        canvas._code.append("EMC")

    def shapes_of(self, bold: bool) -> Container[int]:
        """The code points that a face has a shape for; those it lacks are known as glyph 0."""
        known: dict[int, int] = self.fonts.getFont(_FACES[bold]).face.charToGlyph
        return {code for code, glyph in known.items() if glyph}

    def link(self, line: LineStyle, arrow: Arrow) -> None:
        curve, corners = arrow_head(arrow, line)
        self.pen(line.stroke, line.width, line.dash)
        self.curve(curve)
        self.fill(line.stroke)
        self.triangle(corners)

    def address(self, url: str, box: Box) -> None:
        # The area of a link is not scaled with the page.
        s, low = self.scale, self.height - box.y - box.height
        left, below = self.corner
        area = (
            left + box.x * s,
            below + low * s,
            left + (box.x + box.width) * s,
            below + (low + box.height) * s,
        )
        self.canvas.linkURL(url, area, relative=0, thickness=0)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _frames(page: _Page, diagram: Diagram, theme: Theme) -> None:
    style = frame(theme)
    for group in diagram.groups:
        page.box(group.x, group.y, group.width, group.height, style)
        for line, words in flowing(group.lines):
            page.words(line, words, style.text)


def _legend(page: _Page, entries: tuple[LegendEntry, ...], theme: Theme) -> None:
    last = ("", "")
    for entry in entries:
        if (entry.kind, entry.key) != last:
            last = (entry.kind, entry.key)
            if entry.kind == "dot":
                page.dot(legend_dot(entry), theme, theme.background, theme.legend)
            elif entry.kind == "spark":
                page.spark(legend_spark(entry), theme, theme.background, theme.legend)
            elif entry.kind == "line":
                style = legend_line(theme, entry)
                page.pen(style.stroke, style.width, style.dash)
                y = page.height - entry.y - entry.height / 2
                page.canvas.line(entry.x, y, entry.x + entry.width, y)
            else:
                box = sample_box(theme, entry.key)
                page.box(entry.x, entry.y - 1, entry.width, entry.height + 2, box)
                page.shapes(band(entry.x, entry.y - 1, entry.width, entry.height + 2, box), box.band_colour)
        page.words(entry.line, entry.line.text, theme.legend)


class _Sheet(NamedTuple):
    """A sheet in points: how large it is, and where on it the drawing lies, of which a px has ``scale`` points."""

    width: float
    height: float
    scale: float
    left: float = 0.0
    below: float = 0.0


def _sheet(diagram: Diagram, theme: Theme, foot: float) -> _Sheet:
    """The sheet of a diagram; ``foot`` is room in px below the drawing."""
    # Sheets with numbers at their feet are of one size, and need the margin.
    x, y, wide, high = (0.0, 0.0, diagram.width, diagram.height) if foot else shown(diagram, theme)
    under = diagram.height - y - high  # of the drawing what lies below what is shown
    high += foot
    if not diagram.paper:
        scale = min(_POINT, _LARGEST / max(wide, high, 1))
        return _Sheet(wide * scale, high * scale, scale, -x * scale, (foot - under) * scale)
    width, height = diagram.paper[0] * _POINT, diagram.paper[1] * _POINT
    scale = paper_scale(diagram, theme, foot or None) * _POINT
    if foot:  # in a book a branch of two boxes has no larger letters than the others
        scale = min(scale, _LARGEST_IN_A_BOOK)
    left, below = (width - wide * scale) / 2, (height - high * scale) / 2
    return _Sheet(width, height, scale, left - x * scale, below + (foot - under) * scale)


def draw_pages(diagrams: Sequence[Diagram], theme: Theme) -> bytes:
    """One page a diagram; several have bookmarks, and numbers at their feet.

    Raises:
        MissingEngine: reportlab is not installed.
    """
    canvas_type, fonts = _reportlab()
    first, many = diagrams[0], len(diagrams)
    out = BytesIO()
    canvas = canvas_type(
        out,
        invariant=1,
        pageCompression=1,
        initialFontName=_FACES[False],
        lang=first.language if first.language and first.language.isascii() else None,
    )
    canvas.setTitle(safe_text(first.title))
    canvas.setSubject(safe_text(first.outline))
    canvas.setCreator("driverkit")
    canvas.setAuthor("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    if many > 1:
        canvas.showOutline()
    for i, diagram in enumerate(diagrams, 1):
        sheet = _sheet(diagram, theme, _FOOT if many > 1 else 0.0)
        canvas.setPageSize((sheet.width, sheet.height))
        if many > 1:
            canvas.bookmarkPage(f"page-{i}")
            words = " ".join((diagram.label or diagram.title).split())
            canvas.addOutlineEntry(safe_text(words), f"page-{i}", 0)
        _draw(canvas, fonts, diagram, theme, sheet, f"{i} / {many}" if many > 1 else "")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, fonts: Any, diagram: Diagram, theme: Theme, sheet: _Sheet, number: str) -> None:
    """One page."""
    scale, corner = sheet.scale, (sheet.left, sheet.below)
    # On sheets of one size the titles stand in one place, wherever the drawings end.
    edge = diagram.edge * _POINT / scale  # from the edge of the paper, in px of the drawing
    above = (sheet.height - sheet.below) / scale - diagram.height if number else 0.0
    above -= max(0.0, edge - _MARGIN) if number else 0.0
    head = _Page(canvas, fonts, diagram.height + above, scale, corner)
    head.fill(theme.background)
    canvas.rect(0, 0, sheet.width, sheet.height, stroke=0, fill=1)
    canvas.translate(*corner)
    canvas.scale(scale, scale)
    for line, words in flowing(diagram.header):
        head.words(line, words, theme.subtitle if line.part == "subtitle" else theme.title)
    page = _Page(canvas, fonts, diagram.height, scale, corner)
    _picture(page, diagram, theme)
    if number:
        end = (sheet.width - sheet.left) / scale - max(_MARGIN, edge)
        left = end - canvas.stringWidth(number, _FACES[False], _NUMBER)
        up = max(14.0, edge + 3.0)
        line = TextLine(number, left, diagram.height + sheet.below / scale - up, _NUMBER)
        page.words(line, number, theme.legend)


def _picture(page: _Page, diagram: Diagram, theme: Theme) -> None:
    """Everything but the header."""
    looks = Looks(theme)
    for column in diagram.columns:
        below = rule(diagram, column.heading, column.x, column.width)
        if below:
            page.shapes([below], theme.rule)
        for line, words in flowing(column.heading):
            page.words(line, words, theme.heading)
    _frames(page, diagram, theme)
    for layer in layers(diagram.arrows, looks):
        for arrow, (pieces, reach) in zip(layer.arrows, layer.halos, strict=True):
            page.pen(theme.background, looks.line(arrow).width + 2 * reach)
            for piece in pieces:
                page.curve(piece)
        for arrow in layer.arrows:
            page.link(looks.line(arrow), arrow)
    for arrow in diagram.arrows:
        for dot in arrow.dots:
            page.dot(dot, theme, theme.background, theme.legend)
    for box in diagram.boxes:
        style = looks.box(box)
        page.box(box.x, box.y, box.width, box.height, style)
        page.shapes(band(box.x, box.y, box.width, box.height, style), style.band_colour)
        for line, words in flowing(box.lines):
            page.words(line, words, text_colour(style, line.part))
        for dot in box.dots:
            page.dot(dot, theme, style.fill, style.text)
        for spark in box.sparks:
            page.spark(spark, theme, style.fill, style.note)
        url = safe_url(box.url)
        if url:
            page.address(url, box)
    _legend(page, diagram.legend, theme)


def draw(diagram: Diagram, theme: Theme) -> bytes:
    """The diagram as a PDF of one page.

    Raises:
        MissingEngine: reportlab is not installed.
    """
    return draw_pages((diagram,), theme)


PDF = Renderer(
    name="pdf",
    suffix=".pdf",
    media_type="application/pdf",
    description="Pages in vectors with their fonts inside, for print; needs the extra driverkit[pdf].",
    draw=draw,
    draw_pages=draw_pages,
)
