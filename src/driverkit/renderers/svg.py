"""SVG: text that browsers, office programs and drawing programs all show alike.

Presentation attributes instead of a style sheet, no markers, patterns or filters, and no reference
from one element to another: that is what every program agrees on. The elements and attributes are a
closed set, and every text is escaped where it is written, so nothing in a theory can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2s

from driverkit.diagram.model import Arrow, Box, Diagram, Dot, Group, LegendEntry, Spark, TextLine
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import (
    HALO,
    Curve,
    Disc,
    Looks,
    Polygon,
    Rect,
    Stroke,
    arrow_head,
    band,
    bundles,
    flowing,
    frame,
    halo,
    legend_dot,
    legend_line,
    numeral,
    rule,
    safe_text,
    safe_url,
    sample_box,
    sign,
    sign_colour,
    spark_end,
    text_colour,
)
from driverkit.themes import BoxStyle, Theme

__all__ = ["FONTS", "SVG", "draw"]

FONTS = "'DejaVu Sans', Verdana, 'Segoe UI', Arial, sans-serif"
"""Diagrams are measured in DejaVu Sans, the widest of these: text that fits in it fits in all."""

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_NO_CLASS = re.compile(r"[^a-z0-9-]+", re.ASCII)


# Most texts hold nothing that needs care, and one look tells: anything but letters, digits, spaces
# and plain punctuation of the ranges in which no character is special.
_CARE = re.compile("[^ !#-%'-;=?-~\u00a0-\u1fff\u2010-\u2027\u2030-\ud7ff]")


def _text(text: str) -> str:
    """A text as the content of an element."""
    if not _CARE.search(text):
        return text
    return safe_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    """A text as the value of an attribute: also the characters that a parser would make a space."""
    if not _CARE.search(text):
        return text
    text = _text(text).replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


@lru_cache(256)
def _class(word: str) -> str:
    """A role or mark as a word that a class attribute may hold."""
    return "dk-" + (_NO_CLASS.sub("-", word.lower()).strip("-") or "other")


def _path(curve: Curve) -> str:
    # Seven digits are a hundredth of a pixel on any wall. One format for all numbers of a segment:
    # a large diagram has tens of thousands of them.
    return f"M{curve.start[0]:.7g} {curve.start[1]:.7g}" + "".join(
        [f"C{a:.7g} {b:.7g} {c:.7g} {d:.7g} {e:.7g} {f:.7g}" for a, b, c, d, e, f in curve.path]
    )


def _dash(dash: tuple[float, ...]) -> str:
    return f' stroke-dasharray="{" ".join(map(numeral, dash))}"' if dash else ""


# Where a reader of XML would drop or join blanks.
_SPACES = re.compile(r"^\s|\s\Z|[\t\n\r]|  ")


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
    if _SPACES.search(words):
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
    return "".join([*parts, "</g>"])


def _spark(spark: Spark, colour: str) -> str:
    n = numeral
    drawn = "".join("M" + "L".join(f"{n(x)} {n(y)}" for x, y in line) for line in spark.lines)
    title = f"<title>{_text(spark.title)}</title>" if spark.title else ""
    parts = [
        f'<path class="dk-spark" d="{drawn}" fill="none" stroke="{colour}" stroke-width="1.25">{title}</path>'
    ]
    lonely = [line[0] for line in spark.lines if len(line) == 1]
    end = spark_end(spark)
    for x, y in dict.fromkeys((*lonely, *([end] if end else []))):
        parts.append(f'<path class="dk-spark" d="{_figure(Disc(x, y, 1.75, True))}" fill="{colour}"/>')
    return "".join(parts)


def _rect(x: float, y: float, width: float, height: float, style: BoxStyle) -> str:
    radius = f' rx="{style.radius:.7g}"' if style.radius else ""
    return (
        f'<rect x="{x:.7g}" y="{y:.7g}" width="{width:.7g}" height="{height:.7g}"{radius}'
        f' fill="{style.fill}" stroke="{style.stroke}" stroke-width="{style.width:.7g}"{_dash(style.dash)}/>'
    )


def _box(box: Box, looks: Looks) -> str:
    style = looks.box(box)
    classes = " ".join(dict.fromkeys(("dk-box", _class(box.role), *map(_class, box.marks))))
    parts = [
        (
            f'<g data-id="{_attribute(box.id)}" data-role="{_attribute(box.role)}" class="{classes}">'
            f"<title>{_text(box.title or box.text)}</title>"
        ),
        _rect(box.x, box.y, box.width, box.height, style),
    ]
    if style.band != "none":
        parts += _shapes(band(box.x, box.y, box.width, box.height, style), style.band_colour)
    for line, words in flowing(box.lines):
        note = ' class="dk-note"' if line.part == "note" else ""
        parts.append(_line(line, words, text_colour(style, line.part), note))
    parts += [_dot(dot, looks.theme, style.fill, style.text) for dot in box.dots]
    parts += [_spark(spark, style.note) for spark in box.sparks]
    parts.append("</g>")
    drawn = "".join(parts)
    url = safe_url(box.url)
    return f'<a href="{_attribute(url)}">{drawn}</a>' if url else drawn


def _group(group: Group, theme: Theme) -> str:
    style = frame(theme)
    return (
        f'<g class="dk-group" data-members="{_attribute(" ".join(group.members))}"><title>{_text(group.title)}</title>'
        + _rect(group.x, group.y, group.width, group.height, style)
        + "".join(_lines(group.lines, style.text))
        + "</g>"
    )


def _halo(arrow: Arrow, looks: Looks) -> str:
    width = looks.line(arrow).width + 2 * HALO
    return (
        f'<path class="dk-halo" d="{_path(halo(arrow))}" fill="none" stroke="{looks.theme.background}"'
        f' stroke-width="{width:.7g}"/>'
    )


def _arrow(arrow: Arrow, looks: Looks) -> str:
    style = looks.line(arrow)
    curve, corners = arrow_head(arrow, style)
    words = "dk-link"
    if arrow.strength:
        words += f" {_class(arrow.strength)}"
    if arrow.conditional:
        words += " dk-conditional"
    if arrow.implied:
        words += " dk-implied"
    if arrow.marks:
        words = " ".join(dict.fromkeys((*words.split(), *map(_class, arrow.marks))))
    (a, b), (c, d), (e, f) = corners
    return (
        f'<path data-from="{_attribute(arrow.cause)}" data-to="{_attribute(arrow.effect)}"'
        f' class="{words}" d="{_path(curve)}" fill="none" stroke="{style.stroke}"'
        f' stroke-width="{style.width:.7g}"{_dash(style.dash)}>'
        f"<title>{_text(arrow.title or f'{arrow.cause} → {arrow.effect}')}</title></path>"
        f'<path class="dk-head" d="M{a:.7g} {b:.7g}L{c:.7g} {d:.7g}L{e:.7g} {f:.7g}Z" fill="{style.stroke}"/>'
    )


def _legend(entries: tuple[LegendEntry, ...], theme: Theme) -> list[str]:
    out = ['<g class="dk-legend">']
    last = ("", "")
    for entry in entries:
        if (entry.kind, entry.key) != last:
            last = (entry.kind, entry.key)
            if entry.kind == "dot":
                out.append(_dot(legend_dot(entry), theme, theme.background, theme.legend))
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


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram as one SVG element: no declaration before it, so that it also fits into a page."""
    n = numeral
    looks = Looks(theme)
    body: list[str] = [
        (
            f'<rect class="dk-background" width="{n(diagram.width)}" height="{n(diagram.height)}"'
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
    for bundle in bundles(diagram.arrows):
        body += [_halo(arrow, looks) for arrow in bundle]
        body += [_arrow(arrow, looks) for arrow in bundle]
    body += [
        _dot(dot, theme, theme.background, theme.legend) for arrow in diagram.arrows for dot in arrow.dots
    ]
    body.append('</g><g class="dk-boxes">')
    body += [_box(box, looks) for box in diagram.boxes]
    body.append("</g>")
    if diagram.legend:
        body += _legend(diagram.legend, theme)

    title, outline = _text(diagram.title), _text(diagram.outline)
    inside = "\n".join(body)
    # Ids come from what is drawn and never from the theory's ids: two diagrams on one page keep
    # apart, and the same diagram is the same text.
    key = "dk-" + blake2s(f"{title}\n{outline}\n{inside}".encode(), digest_size=5).hexdigest()
    # On a sheet of another shape the picture stands in the middle: that is what a viewBox does.
    wide, high = diagram.paper or (diagram.width, diagram.height)
    language = diagram.language
    lang = f' lang="{language}"' if language and _LANGUAGE.fullmatch(language) else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(wide)}" height="{n(high)}"'
        f' viewBox="0 0 {n(diagram.width)} {n(diagram.height)}" class="dk-diagram"{lang} role="img"'
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
