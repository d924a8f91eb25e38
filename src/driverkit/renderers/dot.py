"""DOT, the language of Graphviz: for whoever wants to lay the diagram out or restyle it with their own tools.

Names of nodes are generated, and every text is a quoted string, so no text can become a statement,
an attribute, an HTML label or a port. Boxes keep the size that their words were measured at.
"""

from __future__ import annotations

import itertools

from driverkit.diagram.model import Arrow, Box, Diagram, TextLine
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import frame, numeral, safe_text, safe_url
from driverkit.themes import Theme

__all__ = ["DOT", "body", "draw", "quoted", "skeleton"]

# The side on which the aim stands: arrows run towards it.
RANKDIR = {"left": "RL", "right": "LR", "down": "BT"}
# Where a link leaves its cause and reaches its effect, so that it runs from column to column.
PORTS = {
    "left": "tailport=w, headport=e",
    "right": "tailport=e, headport=w",
    "down": "tailport=n, headport=s",
}


def quoted(text: str) -> str:
    r"""A text as a DOT string that Graphviz shows unchanged.

    Always in quotes, so that ``node`` and ``<b>`` are only words; backslashes are doubled, because
    ``\N`` would be the name of the node; ``&`` is written as an entity, because Graphviz reads
    entities in labels.

    >>> print(quoted('a "b" & \\N'))
    "a \"b\" &amp; \\N"
    """
    text = safe_text(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n") + '"'


def _label(lines: tuple[TextLine, ...]) -> str:
    return quoted("\n".join(line.text for line in lines))


def _node(name: str, box: Box, theme: Theme) -> str:
    style = theme.box(box.role, box.marks)
    look = "filled" if not style.radius else "rounded,filled"
    if style.dash:
        look += ",dotted" if style.dash[0] < 3 else ",dashed"
    # A label has one face and one size: the largest at which its widest line still fits.
    bold = any(line.bold for line in box.lines)
    size = max((line.size for line in box.lines), default=13.0)
    widest = max(
        (line.width * size / line.size * (1.18 if bold and not line.bold else 1.0) for line in box.lines),
        default=0.0,
    )
    size *= min(1.0, (box.width - 16) / widest) if widest > 0 else 1.0
    parts = [
        f"label={_label(box.lines)}",
        f"tooltip={quoted(box.title or box.text)}",
        f"comment={quoted(box.id)}",
        # Graphviz passes over an attribute that it does not know; whoever reads the file back does not.
        f"text={quoted(box.text)}",
        f"class={quoted(f'dk-box dk-{box.role}')}",
        f"width={box.width / 96:.3f}",
        f"height={box.height / 96:.3f}",
        f"fontsize={numeral(size * 0.72)}",
        *(['fontname="DejaVu Sans Bold"'] if bold else []),
        f'fillcolor="{style.fill}"',
        f'color="{style.stroke}"',
        f'fontcolor="{style.text}"',
        f"penwidth={numeral(style.width)}",
        f'style="{look}"',
    ]
    url = safe_url(box.url)
    if url:
        parts.append(f"URL={quoted(url)}")
    return f"\t{name} [{', '.join(parts)}]"


def _route(arrow: Arrow, direction: str) -> str:
    """How a link takes part in the layout: one along or against the columns must not move them."""
    return "constraint=false" if arrow.kind in ("same", "back") else PORTS[direction]


def _edge(cause: str, effect: str, arrow: Arrow, theme: Theme, direction: str) -> str:
    style = theme.line(arrow)
    parts = [
        f"tooltip={quoted(arrow.title)}",
        f'class="dk-link{f" dk-{arrow.strength}" if arrow.strength else ""}"',
        f'color="{style.stroke}"',
        f"penwidth={numeral(style.width)}",
    ]
    if style.dash:
        parts.append("style=dotted" if style.dash[0] < 3 else "style=dashed")
    if arrow.conditional:
        # Graphviz has no line of dashes and dots: an open head says "under a condition".
        parts.append("arrowhead=onormal")
    parts.append(_route(arrow, direction))
    return f"\t{cause} -> {effect} [{', '.join(parts)}]"


def _names(diagram: Diagram) -> dict[str, str]:
    return {box.id: f"n{i}" for i, box in enumerate(diagram.boxes, 1)}


def _levels(diagram: Diagram, names: dict[str, str]) -> list[str]:
    """Each column as a rank of its own, and the ranks in the order of the columns."""
    columns: dict[int, list[str]] = {}
    for box in diagram.boxes:
        columns.setdefault(box.column, []).append(names[box.id])
    out = [f"\t{{ rank=same; {'; '.join(columns[c])} }}" for c in sorted(columns)]
    heads = [columns[c][0] for c in sorted(columns)]
    out += [f"\t{far} -> {near} [style=invis, weight=0]" for near, far in itertools.pairwise(heads)]
    return out


def _frames(diagram: Diagram, names: dict[str, str], theme: Theme | None) -> list[str]:
    """Each group as a cluster; without a theme only what Graphviz needs to find places."""
    out = []
    for i, group in enumerate(diagram.groups, 1):
        own = [box for box in diagram.boxes if box.id in group.members]
        parts = []
        if theme is not None:
            style = frame(theme)
            parts = [
                f"label={_label(group.lines) if group.lines else quoted(group.label)}",
                f"tooltip={quoted(group.title)}",
                'class="dk-group"',
                'style="rounded,filled"',
                f'fillcolor="{style.fill}"',
                f'color="{style.stroke}"',
                f'fontcolor="{style.text}"',
                # Graphviz turns it around together with the ranks.
                f"labeljust={'r' if diagram.direction == 'left' else 'l'}",
                f"labelloc={'b' if diagram.direction == 'down' else 't'}",
                'fontname="DejaVu Sans Bold"',
                "fontsize=8.25",
                "margin=6",
            ]
        else:
            # The room that the frame takes around its boxes, heading and all.
            room = max(
                min(box.y for box in own) - group.y,
                group.y + group.height - max(box.y + box.height for box in own),
            )
            parts = ['label=""', f"margin={numeral(room * 0.75)}"]
        out.append(f"\tsubgraph cluster_{i} {{ {'; '.join([*parts, *(names[box.id] for box in own)])} }}")
    return out


def _ranks(diagram: Diagram) -> str:
    """Clusters and levels of one size need the newer way of Graphviz to find levels."""
    return ", newrank=true" if diagram.groups else ""


def body(diagram: Diagram, theme: Theme) -> list[str]:
    """The statements of the graph, one a line."""
    names = _names(diagram)
    out = [
        (
            f"\tgraph [rankdir={RANKDIR[diagram.direction]}, ranksep=0.7, nodesep=0.12{_ranks(diagram)},"
            f' bgcolor="{theme.background}", label={_label(diagram.header) if diagram.header else quoted(diagram.title)},'
            f' labelloc=t, labeljust=l, fontname="DejaVu Sans Bold", fontsize=14, fontcolor="{theme.title}",'
            f' charset="UTF-8"]'
        ),
        '\tnode [shape=box, fixedsize=true, fontname="DejaVu Sans"]',
        "\tedge [arrowsize=0.6]",
    ]
    out += [_node(names[box.id], box, theme) for box in diagram.boxes]
    out += [
        _edge(names[arrow.cause], names[arrow.effect], arrow, theme, diagram.direction)
        for arrow in diagram.arrows
    ]
    return out + _frames(diagram, names, theme) + _levels(diagram, names)


def skeleton(diagram: Diagram) -> str:
    """Only what Graphviz needs to find places: generated names and sizes, not a word of the theory."""
    names = _names(diagram)
    out = [
        "digraph driverkit {",
        f"\tgraph [rankdir={RANKDIR[diagram.direction]}, ranksep=0.7, nodesep=0.12{_ranks(diagram)}]",
        '\tnode [shape=box, fixedsize=true, label=""]',
        "\tedge [dir=none]",
    ]
    out += [
        f"\t{names[box.id]} [width={box.width / 96:.4f}, height={box.height / 96:.4f}]"
        for box in diagram.boxes
    ]
    out += [
        f"\t{names[arrow.cause]} -> {names[arrow.effect]} [{_route(arrow, diagram.direction)}]"
        for arrow in diagram.arrows
    ]
    return "\n".join([*out, *_frames(diagram, names, None), *_levels(diagram, names), "}", ""])


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram as a DOT graph."""
    return "\n".join(["digraph driverkit {", *body(diagram, theme), "}", ""])


DOT = Renderer(
    name="dot",
    suffix=".dot",
    media_type="text/vnd.graphviz",
    description="Graphviz source, to lay out or restyle with one's own tools.",
    draw=draw,
)
