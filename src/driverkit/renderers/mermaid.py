"""Mermaid, the language of diagrams in READMEs and wikis: GitHub, GitLab and many others draw it.

Names of nodes and classes are generated. In every text each character that is no letter, digit or
blank between two of them is written as ``#NNN;``, Mermaid's own escape: so no text can become a
keyword, a directive, an icon, a formula or Markdown, and it is shown unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from driverkit.diagram.model import Box, Diagram
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import frame, legend_line, numeral, safe_text, safe_url
from driverkit.renderers.told import classes, heading_of, legend_words, mark_words, notes, subtitle
from driverkit.themes import BoxStyle, LineStyle, Theme

__all__ = ["MERMAID", "MOST", "draw", "escaped"]

# The side on which the aim stands: arrows run towards it.
RANKS = {"left": "RL", "right": "LR", "down": "BT"}


def escaped(text: str) -> str:
    """A text as the words of a Mermaid label, shown unchanged.

    >>> escaped('Card #5: "plain" words')
    'Card#32;#35;5#58;#32;#34;plain#34;#32;words'
    """
    text = safe_text(text)
    out = []
    for i, char in enumerate(text):
        kind = unicodedata.category(char)
        inside = char == " " and text[i - 1 : i].isalnum() and text[i + 1 : i + 2].isalnum()
        # Letters of every script stay, but those that programs write in other ways as well do not.
        out.append(char if kind[0] == "L" or kind == "Nd" or inside else f"#{ord(char)};")
    return "".join(out)


MOST = 50_000
"""How many characters a diagram may have where nobody raised the limit; GitHub did not."""

# What has no role in the theory, and the colours of whoever shows it: light on a dark page.
_PLAIN = {
    "dkFrame": "fill:none,stroke:#8b969c,stroke-dasharray:2 4",
    "dkKey": "fill:none,stroke:none",
    "dkTitle": "fill:none,stroke:none,font-weight:bold",
}

# What the title line of Mermaid does not show as it is written.
_NO_TITLE = re.compile(r"[<>&]")


def _title(diagram: Diagram) -> str:
    return " · ".join([diagram.title, *subtitle(diagram)])


def _front_matter(diagram: Diagram) -> list[str]:
    """The title, in YAML, and how wide a box may be before its words are wrapped."""
    out = ["---"]
    if not _NO_TITLE.search(_title(diagram)):
        # A title that is read as YAML first: no letter of it can end the quotes.
        words = "".join(
            char if char.isalnum() or char in " ·-" else f"\\U{ord(char):08x}"
            for char in safe_text(_title(diagram))
        )
        out.append(f'title: "{words}"')
    widest = max((box.width for box in diagram.boxes), default=240.0)
    return [*out, "config:", "  flowchart:", f"    wrappingWidth: {round(min(widest, 320.0))}", "---"]


def _described(diagram: Diagram) -> tuple[list[str], list[str]]:
    """The title and the outline for whoever cannot see the picture."""
    title = [f"  accTitle: {escaped(f'{diagram.kind}: {diagram.title}')}"]
    lines = [escaped(line.strip()) for line in diagram.outline.split("\n") if line.strip()]
    return title, ["  accDescr {", *(f"    {line}" for line in lines), "  }"] if lines else []


def _label(parts: list[str]) -> str:
    """Some texts below each other. An empty label would be none, and the name of the node be shown."""
    lines = [escaped(line) for part in parts for line in part.split("\n")]
    return '"' + ("<br>".join(lines) or "#32;") + '"'


def _box_css(style: BoxStyle, role: str) -> str:
    parts = [f"fill:{style.fill}", f"stroke:{style.stroke}", f"color:{style.text}"]
    parts.append(f"stroke-width:{numeral(style.width)}px")
    if style.dash:
        parts.append(f"stroke-dasharray:{' '.join(map(numeral, style.dash))}")
    if style.radius:
        parts += [f"rx:{numeral(style.radius)}", f"ry:{numeral(style.radius)}"]
    if role in ("aim", "primary", "problem", "category"):
        parts.append("font-weight:bold")
    return ",".join(parts)


def _line_css(style: LineStyle) -> str:
    css = f"stroke:{style.stroke},stroke-width:{numeral(style.width)}px"
    return css + (f",stroke-dasharray:{' '.join(map(numeral, style.dash))}" if style.dash else "")


def _columns(diagram: Diagram, words: dict[str, str]) -> Iterator[str]:
    """The boxes, each column in a frame with its heading."""
    frames = {id: (f"g{i}", group) for i, group in enumerate(diagram.groups, 1) for id in group.members}
    by_column: dict[int, list[Box]] = {}
    for box in diagram.boxes:
        by_column.setdefault(box.column, []).append(box)
    for column in sorted(by_column):
        heading = heading_of(diagram, column)
        if heading:
            yield f"  subgraph c{column + 1}[{_label([heading])}]"
        indent = "  " if heading else ""
        before = None
        for box in by_column[column]:
            named = frames.get(box.id)
            if named != before:
                if before is not None:
                    yield f"  {indent}end"
                if named is not None:
                    yield f"  {indent}subgraph {named[0]}[{_label([named[1].label])}]"
                before = named
            yield f"  {indent}{'  ' if named else ''}{words[box.id]}"
        if before is not None:
            yield f"  {indent}end"
        if heading:
            yield "  end"


def _clicks(diagram: Diagram, names: dict[str, str]) -> Iterator[str]:
    for box in diagram.boxes:
        url = safe_url(box.url)
        if url:
            # What Mermaid would take for a directive or an escape is written as web addresses do.
            for char in "{};":
                url = url.replace(char, f"%{ord(char):02X}")
            yield f'  click {names[box.id]} href "{url}" _blank'


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram as a Mermaid flowchart. Mermaid finds the places; roles, links and words are those of the diagram."""
    names = {box.id: f"n{i}" for i, box in enumerate(diagram.boxes, 1)}
    of_box, looks = classes(diagram, theme)
    legend = legend_words(diagram)
    words = {
        box.id: f"{names[box.id]}[{_label([box.text, *mark_words(box, legend), *notes(box)])}]:::{of_box[box.id]}"
        for box in diagram.boxes
    }
    out = []
    if _NO_TITLE.search(_title(diagram)):
        out.append(f"  t1[{_label([_title(diagram)])}]:::dkTitle")
    out += _columns(diagram, words)

    # Mermaid knows a link by its number only: how links look is told after them, by look.
    links: list[str] = []
    styles: dict[str, list[int]] = {}
    for arrow in diagram.arrows:
        if arrow.cause in names and arrow.effect in names:
            styles.setdefault(_line_css(theme.line(arrow)), []).append(len(links))
            links.append(f"  {names[arrow.cause]} --> {names[arrow.effect]}")
    out += links
    lines = {entry.key: entry for entry in diagram.legend if entry.kind == "line"}
    if lines:
        out += ["  subgraph k0[Legend]", f"    direction {RANKS[diagram.direction]}"]
        for i, (key, entry) in enumerate(lines.items()):
            said = _label([legend["line", key]])
            out.append(f'    k{i + 1}a[" "]:::dkKey -- {said} --> k{i + 1}b[" "]:::dkKey')
            styles.setdefault(_line_css(legend_line(theme, entry)), []).append(len(links) + i)
        out.append("  end")
    out += [f"  linkStyle {','.join(map(str, numbers))} {css}" for css, numbers in styles.items()]
    out += _clicks(diagram, names)
    roles = {of_box[box.id]: box.role for box in diagram.boxes}
    out += [f"  classDef {name} {_box_css(look, roles[name])}" for name, look in looks.items()]
    out += [f"  classDef {name} {css}" for name, css in _PLAIN.items()]
    columns = sorted({box.column for box in diagram.boxes})
    frames = [f"c{column + 1}" for column in columns if heading_of(diagram, column)]
    frames += ["k0"] if lines else []
    if diagram.groups:
        look = frame(theme)
        css = f"fill:{look.fill},stroke:{look.stroke},color:{look.text}"
        out.append(f"  classDef dkGroup {css}")
        out.append(f"  class {','.join(f'g{i + 1}' for i in range(len(diagram.groups)))} dkGroup")
    if frames:
        out.append(f"  class {','.join(frames)} dkFrame")

    title, description = _described(diagram)
    before = [*_front_matter(diagram), f"flowchart {RANKS[diagram.direction]}", *title]
    if sum(len(line) + 1 for line in (*before, *description, *out)) > MOST:
        description = []
    return "\n".join([*before, *description, *out]) + "\n"


MERMAID = Renderer(
    name="mmd",
    suffix=".mmd",
    media_type="text/vnd.mermaid; charset=utf-8",
    description="Mermaid flowchart, which GitHub, GitLab and many wikis draw themselves.",
    draw=draw,
)
