r"""D2, a language of diagrams that are written as text and laid out by the program of that name.

Names of shapes and classes are generated, and every text is a string in double quotes in which the
quote, the backslash and the dollar sign are escaped: no text can become a key, a comment, a block
of another language or the value of a variable.
"""

from __future__ import annotations

from driverkit.diagram.model import Box, Diagram
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import flowing, frame, legend_line, numeral, safe_text, safe_url
from driverkit.renderers.told import classes, legend_words, mark_words, subtitle
from driverkit.themes import BoxStyle, LineStyle, Theme

__all__ = ["D2", "draw", "quoted"]

# The side on which the aim stands: arrows run towards it.
DIRECTIONS = {"left": "left", "right": "right", "down": "up"}

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def quoted(text: str) -> str:
    r"""A text as a D2 string.

    >>> print(quoted('a "b" \\ ${c}'))
    "a \"b\" \\ \${c}"
    """
    return '"' + safe_text(text).translate(_ESCAPES) + '"'


def _label(box: Box, words: dict[tuple[str, str], str]) -> str:
    """The words of a box, broken where the diagram breaks them: D2 does not wrap.

    A blank at which a line was broken stays at its end, so that the words can be put together again.
    """
    own = tuple(line for line in box.lines if line.part == "text")
    whole = [text for _, text in flowing(own)]
    text = "\n".join(one.removesuffix("\n") for one in whole) if "".join(whole) == box.text else box.text
    small = tuple(line for line in box.lines if line.part == "note")
    below = "\n".join(one.removesuffix("\n") for _, one in flowing(small))
    return "\n".join(filter(None, [text, *mark_words(box, words), below]))


def _dash(dash: tuple[float, ...], width: float) -> str:
    """D2 knows one length for a dash and its gap, from 0 to 10, in widths of the line."""
    if not dash:
        return ""
    return f"; stroke-dash: {max(1, min(10, round(sum(dash) / len(dash) / max(width, 1))))}"


def _width(width: float) -> str:
    return str(max(0, min(15, round(width))))


def _box_style(style: BoxStyle, role: str) -> str:
    bold = "true" if role in ("aim", "primary", "problem", "category") else "false"
    return (
        f'fill: "{style.fill}"; stroke: "{style.stroke}"; font-color: "{style.text}";'
        f" stroke-width: {_width(style.width)}; border-radius: {numeral(min(style.radius, 20))};"
        f" bold: {bold}{_dash(style.dash, style.width)}"
    )


def _line_style(style: LineStyle) -> str:
    return f'stroke: "{style.stroke}"; stroke-width: {_width(style.width)}{_dash(style.dash, style.width)}'


def _line_classes(diagram: Diagram, theme: Theme) -> tuple[list[str], dict[str, str]]:
    """The class of each link, and how each class looks."""
    names: dict[str, str] = {}
    of_link = []
    for arrow in diagram.arrows:
        style = _line_style(theme.line(arrow))
        of_link.append(names.setdefault(style, f"dkLink{len(names) + 1}"))
    return of_link, {name: style for style, name in names.items()}


def _legend(diagram: Diagram, theme: Theme) -> list[str]:
    """The line styles in words, as the legend that D2 draws itself."""
    words = legend_words(diagram)
    lines = {entry.key: entry for entry in diagram.legend if entry.kind == "line"}
    if not lines:
        return []
    out = ["vars: {", "  d2-legend: {", '    a: "" {style.opacity: 0}', '    b: "" {style.opacity: 0}']
    for key, entry in lines.items():
        style = _line_style(legend_line(theme, entry))
        out.append(f"    a -> b: {quoted(words['line', key])} {{style: {{{style}}}}}")
    return [*out, "  }", "}"]


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram in D2. D2 finds the places; roles, links and words are those of the diagram."""
    names = {box.id: f"n{i}" for i, box in enumerate(diagram.boxes, 1)}
    for i, group in enumerate(diagram.groups, 1):  # what is in a container is named after it
        names |= {id: f"g{i}.{names[id]}" for id in group.members}
    of_box, looks = classes(diagram, theme)
    of_link, lines = _line_classes(diagram, theme)
    words = legend_words(diagram)
    out = [f"direction: {DIRECTIONS[diagram.direction]}", f'style.fill: "{theme.background}"']
    out += _legend(diagram, theme)
    roles = {of_box[box.id]: box.role for box in diagram.boxes}
    if looks or lines:
        out.append("classes: {")
        out += [f"  {name}: {{style: {{{_box_style(look, roles[name])}}}}}" for name, look in looks.items()]
        out += [f"  {name}: {{style: {{{look}}}}}" for name, look in lines.items()]
        out.append("}")
    title = "\n".join([diagram.title, *subtitle(diagram)])
    out.append(
        f"title: {quoted(title)} {{shape: text; near: top-center;"
        f' style: {{font-size: 24; font-color: "{theme.title}"}}}}'
    )
    look = frame(theme)
    for i, group in enumerate(diagram.groups, 1):
        out.append(
            f'g{i}: {quoted(group.label)} {{style: {{fill: "{look.fill}"; stroke: "{look.stroke}";'
            f' font-color: "{look.text}"; stroke-width: 1; border-radius: {numeral(min(look.radius, 20))};'
            " font-size: 16; bold: true}}"
        )
    for box in diagram.boxes:
        label = _label(box, words)
        parts = [f"class: {of_box[box.id]}"]
        # No tooltip: some versions of D2 read it as Markdown with HTML, and stop at what is none.
        url = safe_url(box.url)
        if url:
            parts.append(f"link: {quoted(url)}")
        out.append(f"{names[box.id]}: {quoted(label)} {{{'; '.join(parts)}}}")
    for arrow, name in zip(diagram.arrows, of_link, strict=True):
        if arrow.cause in names and arrow.effect in names:
            out.append(f"{names[arrow.cause]} -> {names[arrow.effect]}: {{class: {name}}}")
    return "\n".join(out) + "\n"


D2 = Renderer(
    name="d2",
    suffix=".d2",
    media_type="text/vnd.d2; charset=utf-8",
    description="D2, for whoever writes their other diagrams in it.",
    draw=draw,
)
