"""SVG: text that browsers, office programs and drawing programs all show alike.

Presentation attributes instead of a style sheet, no markers, patterns or filters, and no reference
from one element to another: that is what every program agrees on. The elements and attributes are a
closed set, and every text is escaped where it is written, so nothing in a theory can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from driverkit.diagram.model import Arrow, Box, Diagram, Dot, Group, LegendEntry, Spark, TextLine
from driverkit.renderers import Renderer
from driverkit.renderers.halos import layers
from driverkit.renderers.shapes import (
    MEDIAN_DASH,
    Curve,
    Disc,
    Looks,
    Polygon,
    Rect,
    Stroke,
    arrow_head,
    band,
    flowing,
    frame,
    head_size,
    legend_dot,
    legend_line,
    legend_spark,
    numeral,
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
from driverkit.themes import BoxStyle, LineStyle, Theme

__all__ = ["FONTS", "SVG", "draw"]

FONTS = "'DejaVu Sans', Verdana, 'Segoe UI', Arial, sans-serif"
"""Diagrams are measured in DejaVu Sans, the widest of these: text that fits in it fits in all."""

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_BREAKS = frozenset("\t\n\r")
_NO_CLASS = re.compile(r"[^a-z0-9-]+", re.ASCII)


def _text(text: str) -> str:
    """A text as the content of an element."""
    if not text.isprintable():
        text = safe_text(text)
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _attribute(text: str) -> str:
    """A text as the value of an attribute: also the characters that a parser would make a space."""
    text = _text(text).replace('"', "&quot;")
    if text.isprintable():
        return text
    return text.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


class _Attributes(dict[str, str]):
    """Values of attributes that come again and again, each escaped once."""

    def __missing__(self, text: str) -> str:
        value = self[text] = _attribute(text)
        return value


@lru_cache(256)
def _class(word: str) -> str:
    """A role or mark as a word that a class attribute may hold."""
    return "dk-" + (_NO_CLASS.sub("-", word.lower()).strip("-") or "other")


class _Numbers(dict[float, str]):
    """Lengths as text, each written out once: a picture has the same ones again and again.

    Seven digits are a hundredth of a pixel on any wall.
    """

    def __missing__(self, value: float) -> str:
        text = self[value] = f"{value + 0.0:.7g}"  # never -0
        return text


def _path(curve: Curve, n: Mapping[float, str]) -> str:
    x, y = curve.start
    return f"M{n[x]} {n[y]}" + "".join(
        [f"C{n[a]} {n[b]} {n[c]} {n[d]} {n[e]} {n[f]}" for a, b, c, d, e, f in curve.path]
    )


def _dash(dash: tuple[float, ...]) -> str:
    return f' stroke-dasharray="{" ".join(map(numeral, dash))}"' if dash else ""


def _spaced(words: str) -> bool:
    """Whether a reader of XML would drop or join blanks of it."""
    return (
        "  " in words
        or words[:1].isspace()
        or words[-1:].isspace()
        or not (words.isprintable() or _BREAKS.isdisjoint(words))
    )


def _line(line: TextLine, words: str, fill: str, extra: str = "") -> str:
    """One line of words, an element of its own.

    One element a line: no control character for the direction of writing reaches the next line, and
    a letter that the font lacks changes the font of its own line at most.
    """
    x = line.x
    how = ""
    if line.rtl:
        # Programs differ in what "start" means from right to left; the middle is the same in all.
        x += line.width / 2
        how = ' direction="rtl" text-anchor="middle"'
    if line.bold:
        how += ' font-weight="bold"'
    if _spaced(words):
        how += ' xml:space="preserve"'
    return (
        f'<text{extra} x="{x:.7g}" y="{line.y:.7g}" font-size="{line.size:.7g}"{how}'
        f' fill="{fill}">{_text(words)}</text>'
    )


def _lines(lines: Iterable[TextLine], fill: str) -> list[str]:
    return [_line(line, words, fill) for line, words in flowing(lines)]


def _shapes(shapes: Iterable[Rect | Stroke], colour: str) -> list[str]:
    n = numeral
    out = []
    for shape in shapes:
        if isinstance(shape, Stroke):
            out.append(
                f'<path class="dk-mark" d="M{n(shape.x1)} {n(shape.y1)}L{n(shape.x2)} {n(shape.y2)}"'
                f' fill="none" stroke="{colour}" stroke-width="{n(shape.width)}"/>'
            )
        else:
            look = f'fill="{colour}"' if shape.filled else f'fill="none" stroke="{colour}"'
            x, y, right, low = shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
            # A path, not a rectangle: the one rectangle in a group is the box itself.
            out.append(f'<path class="dk-mark" d="M{n(x)} {n(y)}H{n(right)}V{n(low)}H{n(x)}Z" {look}/>')
    return out


def _figure(shape: Disc | Polygon | Rect | Stroke) -> str:
    n = numeral
    if isinstance(shape, Disc):
        r = n(shape.radius)
        return f"M{n(shape.x - shape.radius)} {n(shape.y)}a{r} {r} 0 1 0 {n(2 * shape.radius)} 0a{r} {r} 0 1 0 {n(-2 * shape.radius)} 0Z"
    if isinstance(shape, Polygon):
        return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in shape.points) + "Z"
    if isinstance(shape, Rect):
        return f"M{n(shape.x)} {n(shape.y)}h{n(shape.width)}v{n(shape.height)}h{n(-shape.width)}Z"
    return f"M{n(shape.x1)} {n(shape.y1)}L{n(shape.x2)} {n(shape.y2)}"


def _dot(dot: Dot, theme: Theme, ground: str, else_: str) -> str:
    """A sign: its ground, so that no line shows through it, and its shapes in one colour."""
    colour = sign_colour(dot, theme, ground, else_)
    classes = f"dk-dot {_class(dot.mark)}" if dot.mark else "dk-dot"
    parts = [f'<g class="{classes}">']
    if dot.title:
        parts.append(f"<title>{_text(dot.title)}</title>")
    for i, shape in enumerate(sign(dot, theme)):
        if isinstance(shape, Stroke):
            look = f'fill="none" stroke="{colour}" stroke-width="{numeral(shape.width)}"'
        elif shape.filled:
            look = f'fill="{colour}"' + (f' stroke="{colour}" stroke-width="1.2"' if not i else "")
        else:
            look = f'fill="{ground}" stroke="{colour}" stroke-width="1.2"'
        parts.append(f'<path d="{_figure(shape)}" {look}/>')
    if dot.words is not None:
        line = dot.words
        x, y = line.x - 1, line.y - 0.8 * line.size
        parts.append(
            f'<path d="M{numeral(x)} {numeral(y)}h{numeral(line.width + 2)}v{numeral(line.size)}'
            f'h{numeral(-line.width - 2)}Z" fill="{ground}"/>{_line(line, line.text, else_)}'
        )
    return "".join([*parts, "</g>"])


def _spark(spark: Spark, theme: Theme, ground: str, colour: str) -> str:
    n = numeral
    drawn = "".join("M" + "L".join(f"{n(x)} {n(y)}" for x, y in line) for line in spark.lines)
    title = f"<title>{_text(spark.title)}</title>" if spark.title else ""
    parts = [
        f'<path class="dk-spark dk-median" d="M{n(a)} {n(y)}H{n(b)}" fill="none" stroke="{colour}"'
        f' stroke-width="0.9"{_dash(MEDIAN_DASH)}/>'
        for a, b, y in spark.medians
    ]
    parts.append(
        f'<path class="dk-spark" d="{drawn}" fill="none" stroke="{colour}" stroke-width="1.25">{title}</path>'
    )
    told = spark_colour(spark, theme, ground, colour)
    for points, shade in zip(spark_points(spark), (colour, told), strict=True):
        parts += [f'<path class="dk-spark" d="{_figure(point)}" fill="{shade}"/>' for point in points]
    return "".join(parts)


def _edge(style: BoxStyle) -> str:
    """What the rectangle of a box has besides its place and size."""
    radius = f' rx="{style.radius:.7g}"' if style.radius else ""
    return (
        f'{radius} fill="{style.fill}" stroke="{style.stroke}" stroke-width="{style.width:.7g}"'
        f"{_dash(style.dash)}/>"
    )


class _Frame(NamedTuple):
    """What all boxes of one role and with the same marks share."""

    style: BoxStyle
    head: str
    edge: str


def _rect(x: float, y: float, width: float, height: float, style: BoxStyle) -> str:
    return f'<rect x="{x:.7g}" y="{y:.7g}" width="{width:.7g}" height="{height:.7g}"{_edge(style)}'


def _group(group: Group, theme: Theme) -> str:
    style = frame(theme)
    return (
        f'<g class="dk-group" data-members="{_attribute(" ".join(group.members))}"><title>{_text(group.title)}</title>'
        + _rect(group.x, group.y, group.width, group.height, style)
        + "".join(_lines(group.lines, style.text))
        + "</g>"
    )


class _Stroke(NamedTuple):
    """What all links that look alike share: text, and the measures of their heads."""

    style: LineStyle
    head: str
    look: str
    cut: float
    tips: tuple[str, str]
    fill: str


class _Pen:
    """Writes the boxes and links of one picture; what many of them share is written out once."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.looks = Looks(theme)
        self.numbers = _Numbers()
        self._frames: dict[tuple[str, tuple[str, ...]], _Frame] = {}
        self._strokes: dict[tuple[str | None, bool, bool, tuple[str, ...]], _Stroke] = {}
        self._fonts: dict[tuple[float, bool, str], str] = {}
        self._ids = _Attributes()

    # -- boxes -----------------------------------------------------------------------------------

    def _frame(self, box: Box) -> _Frame:
        key = (box.role, box.marks)
        frame = self._frames.get(key)
        if frame is None:
            style = self.looks.box(box)
            classes = " ".join(dict.fromkeys(("dk-box", _class(box.role), *map(_class, box.marks))))
            head = f'" data-role="{_attribute(box.role)}" class="{classes}"><title>'
            frame = self._frames[key] = _Frame(style, head, _edge(style))
        return frame

    def box(self, box: Box) -> str:
        """A box with its words, and all that stands in it."""
        n = self.numbers
        style, head, edge = self._frame(box)
        text = (
            f'<g data-id="{self._ids[box.id]}{head}{_text(box.title or box.text)}</title>'
            f'<rect x="{n[box.x]}" y="{n[box.y]}" width="{n[box.width]}" height="{n[box.height]}"{edge}'
        )
        if style.band != "none":
            text += "".join(_shapes(band(box.x, box.y, box.width, box.height, style), style.band_colour))
        for line, words in flowing(box.lines):
            part = line.part
            note = ' class="dk-note"' if part == "note" else ""
            colour = text_colour(style, part)
            if line.rtl or _spaced(words):
                text += _line(line, words, colour, note)
                continue
            font = self._fonts.get((line.size, line.bold, colour))
            if font is None:
                weight = ' font-weight="bold"' if line.bold else ""
                font = f'" font-size="{line.size:.7g}"{weight} fill="{colour}">'
                self._fonts[line.size, line.bold, colour] = font
            text += f'<text{note} x="{n[line.x]}" y="{n[line.y]}{font}{_text(words)}</text>'
        if box.dots:
            text += "".join([_dot(dot, self.theme, style.fill, style.text) for dot in box.dots])
        if box.sparks:
            text += "".join([_spark(spark, self.theme, style.fill, style.note) for spark in box.sparks])
        url = safe_url(box.url) if box.url else None
        return f'<a href="{_attribute(url)}">{text}</g></a>' if url else text + "</g>"

    # -- links -----------------------------------------------------------------------------------

    def _stroke(self, arrow: Arrow) -> _Stroke:
        key = (arrow.strength, arrow.conditional, arrow.implied, arrow.marks)
        known = self._strokes.get(key)
        if known is None:
            style = self.looks.line(arrow)
            words = "dk-link"
            if arrow.strength:
                words += f" {_class(arrow.strength)}"
            if arrow.conditional:
                words += " dk-conditional"
            if arrow.implied:
                words += " dk-implied"
            if arrow.marks:
                words = " ".join(dict.fromkeys((*words.split(), *map(_class, arrow.marks))))
            long, half, cut = head_size(style)
            n = self.numbers
            known = self._strokes[key] = _Stroke(
                style,
                f'" class="{words}" d="',
                f'" fill="none" stroke="{style.stroke}" stroke-width="{style.width:.7g}"{_dash(style.dash)}><title>',
                cut,
                # The head of a link that arrives from the left, and of one that arrives from the right.
                (
                    f"l{n[-long]} {n[half]}v{n[-2 * half]}Z",
                    f"l{n[long]} {n[half]}v{n[-2 * half]}Z",
                ),
                f'" fill="{style.stroke}"/>',
            )
        return known

    def link(self, arrow: Arrow) -> str:
        """A link and its head."""
        n = self.numbers
        style, words, look, cut, tips, fill = self._stroke(arrow)
        start, path = arrow.start, arrow.path
        if len(path) == 1 and path[0][3] == path[0][5] and path[0][2] != path[0][4]:
            # Most links are one curve that arrives level: their heads differ in nothing but the place.
            a, b, c, d, x, y = path[0]
            level = n[y]
            if c < x:
                cut = -cut
            drawn = f"M{n[start[0]]} {n[start[1]]}C{n[a]} {n[b]} {n[c + cut]} {level} {n[x + cut]} {level}"
            tip = f"M{n[x]} {level}{tips[c > x]}"
        else:
            curve, ((a, b), (c, d), (e, f)) = arrow_head(arrow, style)
            drawn = _path(curve, n)
            tip = f"M{n[a]} {n[b]}L{n[c]} {n[d]}L{n[e]} {n[f]}Z"
        return (
            f'<path data-from="{self._ids[arrow.cause]}" data-to="{self._ids[arrow.effect]}{words}{drawn}{look}'
            f"{_text(arrow.title or f'{arrow.cause} → {arrow.effect}')}</title></path>"
            f'<path class="dk-head" d="{tip}{fill}'
        )

    def halo(self, arrow: Arrow, pieces: list[Curve], reach: float) -> str:
        """The ground under a link, where it crosses others: one element for each link, though it be empty."""
        style = self._stroke(arrow).style
        # Nobody sees where ground ends on ground: a tenth of a pixel is near enough.
        drawn = "".join(
            [
                f"M{x:.1f} {y:.1f}"
                + "".join([f"C{a:.1f} {b:.1f} {c:.1f} {d:.1f} {e:.1f} {f:.1f}" for a, b, c, d, e, f in path])
                for (x, y), path in pieces
            ]
        )
        return (
            f'<path class="dk-halo" d="{drawn or "M0 0"}" fill="none" stroke="{self.theme.background}"'
            f' stroke-width="{style.width + 2 * reach:.3g}"/>'
        )


def _legend(entries: tuple[LegendEntry, ...], theme: Theme) -> list[str]:
    out = ['<g class="dk-legend">']
    last = ("", "")
    for entry in entries:
        if (entry.kind, entry.key) != last:
            last = (entry.kind, entry.key)
            if entry.kind == "dot":
                out.append(_dot(legend_dot(entry), theme, theme.background, theme.legend))
            elif entry.kind == "spark":
                out.append(_spark(legend_spark(entry), theme, theme.background, theme.legend))
            elif entry.kind == "line":
                style = legend_line(theme, entry)
                y = entry.y + entry.height / 2
                out.append(
                    f'<path d="M{numeral(entry.x)} {numeral(y)}H{numeral(entry.x + entry.width)}" fill="none"'
                    f' stroke="{style.stroke}" stroke-width="{style.width:.7g}"{_dash(style.dash)}/>'
                )
            else:
                box = sample_box(theme, entry.key)
                x, y = entry.x, entry.y - 1
                out.append(_rect(x, y, entry.width, entry.height + 2, box))
                out += _shapes(band(x, y, entry.width, entry.height + 2, box), box.band_colour)
        out.append(_line(entry.line, entry.line.text, theme.legend))
    out.append("</g>")
    return out


def _view(diagram: Diagram, theme: Theme) -> tuple[tuple[float, float], tuple[float, float, float, float]]:
    """How large the picture is shown, and what it shows: x, y, width and height.

    On a sheet of another shape the picture stands in the middle, and its ground reaches to the edges.
    """
    x, y, width, height = shown(diagram, theme)
    if not diagram.paper:
        return (width, height), (x, y, width, height)
    wide, high = diagram.paper
    scale = paper_scale(diagram, theme)
    across, down = wide / scale, high / scale
    return diagram.paper, (x + (width - across) / 2, y + (height - down) / 2, across, down)


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram as one SVG element: no declaration before it, so that it also fits into a page."""
    n = numeral
    pen = _Pen(theme)
    (wide, high), view = _view(diagram, theme)
    corner = f' x="{n(view[0])}" y="{n(view[1])}"' if view[0] or view[1] else ""
    body: list[str] = [
        (
            f'<rect class="dk-background"{corner} width="{n(view[2])}" height="{n(view[3])}"'
            f' fill="{theme.background}"/>'
        )
    ]
    if diagram.header:
        body.append('<g class="dk-header">')
        body += [
            _line(line, words, theme.subtitle if line.part == "subtitle" else theme.title)
            for line, words in flowing(diagram.header)
        ]
        body.append("</g>")
    for column in diagram.columns:
        body.append(f'<g class="dk-heading {_class(column.role)}">')
        line = rule(diagram, column.heading, column.x, column.width)
        if line:
            body.append(
                f'<path d="M{n(line.x1)} {n(line.y1)}H{n(line.x2)}" fill="none" stroke="{theme.rule}"/>'
            )
        body += _lines(column.heading, theme.heading)
        body.append("</g>")
    if diagram.groups:
        body.append('<g class="dk-groups">')
        body += [_group(group, theme) for group in diagram.groups]
        body.append("</g>")
    body.append('<g class="dk-links">')
    for layer in layers(diagram.arrows, pen.looks):
        body += [pen.halo(arrow, *around) for arrow, around in zip(layer.arrows, layer.halos, strict=True)]
        body += [pen.link(arrow) for arrow in layer.arrows]
    body += [
        _dot(dot, theme, theme.background, theme.legend) for arrow in diagram.arrows for dot in arrow.dots
    ]
    body.append('</g><g class="dk-boxes">')
    body += map(pen.box, diagram.boxes)
    body.append("</g>")
    if diagram.legend:
        body += _legend(diagram.legend, theme)

    title, outline = _text(diagram.title), _text(diagram.outline)
    inside = "\n".join(body)
    # Ids come from what is drawn and never from the theory's ids: two diagrams on one page keep
    # apart, and the same diagram is the same text.
    what = sha256(f"{title}\n{outline}\n".encode())
    what.update(inside.encode())
    key = f"dk-{what.hexdigest()[:10]}"
    area = " ".join(map(n, view))
    language = diagram.language
    lang = f' lang="{language}"' if language and _LANGUAGE.fullmatch(language) else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(wide)}" height="{n(high)}"'
        f' viewBox="{area}" class="dk-diagram"{lang} role="img"'
        f' aria-labelledby="{key}-title" aria-describedby="{key}-desc"'
        f' font-family="{FONTS}">\n'
        f'<title id="{key}-title">{title}</title>\n<desc id="{key}-desc">{outline}</desc>\n'
        f"{inside}\n</svg>\n"
    )


SVG = Renderer(
    name="svg",
    suffix=".svg",
    media_type="image/svg+xml",
    description="Scalable picture with real text, for web pages, office programs and drawing programs.",
    draw=draw,
)
