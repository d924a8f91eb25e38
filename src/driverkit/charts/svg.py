"""What matplotlib writes as SVG, made into a picture of ours.

Presentation attributes instead of styles, so that nothing reaches out of the picture into the page around it; ids
with a prefix of their own, so that two charts live on one page; roles as stable classes; and a title and a
description for those who listen.
"""

from __future__ import annotations

import re
from hashlib import blake2s
from html import unescape

from driverkit.charts.sheet import Sheet
from driverkit.diagram.fonts.metrics import measure
from driverkit.diagram.wrap import is_rtl
from driverkit.renderers.shapes import numeral, safe_text
from driverkit.renderers.svg import FONTS

__all__ = ["finished"]

# Texts and attribute values come escaped from matplotlib, so a "<" begins a tag, and a ">" ends it.
_TAG = re.compile(r"<[^>]*>")
_STYLE = re.compile(r' style="([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')
_USED = re.compile(r'(?:href="#|url\(#)([^")]*)')
_ROLE = re.compile(r"(dk-[a-z-]+)((?: dk-[a-z-]+)*)((?: [A-Za-z0-9_.-]+)*)")
_TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>")
_PATH = re.compile(r' d="([^"]*)"')
_PLACE = re.compile(r' x="([^"]*)" y="([^"]*)"')
_FONT = re.compile(r"(?:([0-9]+|bold) )?([0-9.]+)px")
_FONT_SIZE = re.compile(r' font-size="([0-9.]+)"')


def _escaped(text: str) -> str:
    return (
        safe_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def _attributes(found: re.Match[str]) -> str:
    """The properties of a style as attributes of their own."""
    out = []
    for part in found[1].split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), value.strip()
        if name == "font":  # as matplotlib before 3.10 has it
            parts = _FONT.search(value)
            if parts:
                out += [f' font-size="{parts[2]}"', *([f' font-weight="{parts[1]}"'] if parts[1] else [])]
            continue
        if not name or not value or name == "font-family" or (name, value) == ("text-anchor", "start"):
            continue  # the family stands once, at the root
        if name == "font-size":
            value = value.removesuffix("px")
        out.append(f' {name}="{value}"')
    # Versions of matplotlib differ in the order.
    return "".join(sorted(out))


def finished(drawn: str, sheet: Sheet, *, title: str, alt: str) -> str:
    """The SVG of matplotlib as one element that stands alone or in a page.

    Args:
        drawn: what matplotlib wrote.
        sheet: what was drawn.
        title: the name of the picture.
        alt: what it shows, in sentences.
    """
    begin = drawn.index(">", drawn.index("<svg")) + 1
    body = drawn[begin : drawn.rindex("</svg>")]
    body = re.sub(r"<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>", "", body)
    used = set(_USED.findall(body))
    # The ids that matplotlib makes are counted anew, by where they first appear.
    names = {id: f"m{at}" for at, id in enumerate(i for i in _ID.findall(body) if i in used)}

    def tag(found: re.Match[str]) -> str:
        text = _STYLE.sub(_attributes, found[0])
        text = _ID.sub(role, text)
        text = _PATH.sub(lambda d: f' d="{" ".join(d[1].split())}"', text)
        return text.replace(' transform="rotate(-0 ', ' data-0="') if "rotate(-0" in text else text

    def role(found: re.Match[str]) -> str:
        id = unescape(found[1])
        if id in names:
            return f' id="{{key}}-{names[id]}"'
        known = _ROLE.fullmatch(id)
        if known is None:
            return ""
        cycles = f' data-id="{known[3].strip()}"' if known[3] else ""
        return f' class="{known[1]}{known[2]}"{cycles}'

    body = body.replace("{", "&#123;").replace("}", "&#125;")
    body = _TAG.sub(tag, body)
    body = re.sub(r' data-0="[^"]*"', "", body)
    body = _USED.sub(lambda found: f"{found[0][: -len(found[1])]}{{key}}-{names[found[1]]}", body)
    body = _TEXT.sub(_line, body)
    body = re.sub(r"\n\s*", "\n", body).strip()
    head, text = _escaped(title), _escaped(alt)
    key = "dk-" + blake2s(f"{head}\n{text}\n{body}".encode(), digest_size=5).hexdigest()
    body = body.replace("{key}", key)
    width, height = numeral(sheet.width), numeral(sheet.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}" class="dk-chart" role="img"'
        f' aria-labelledby="{key}-title" aria-describedby="{key}-desc" font-family="{FONTS}"'
        ' stroke-linejoin="round">\n'
        f'<title id="{key}-title">{head}</title>\n<desc id="{key}-desc">{text}</desc>\n'
        f"{body}\n</svg>\n"
    )


def _line(found: re.Match[str]) -> str:
    """One line of words: where it runs from right to left, its middle is given, which is the same to all programs."""
    look, words = found[1], found[2]
    plain = unescape(words)
    place = _PLACE.search(look)
    if plain.isascii() or not is_rtl(plain) or place is None:
        return found[0]
    size = _FONT_SIZE.search(look)
    width = measure(plain, float(size[1]) if size else 11.0, bold="bold" in look)
    anchor = re.search(r' text-anchor="([a-z]+)"', look)
    shift = {"middle": 0.0, "end": -0.5}.get(anchor[1] if anchor else "start", 0.5) * width
    look = _PLACE.sub("", look)
    look = re.sub(r' text-anchor="[a-z]+"', "", look)
    where = f'x="{float(place[1]) + shift:.7g}" y="{place[2]}"'
    return f'<text {where}{look} direction="rtl" text-anchor="middle">{words}</text>'
