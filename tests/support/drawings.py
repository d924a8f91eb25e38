"""Diagrams made by hand, and texts that break careless drawings."""

from __future__ import annotations

import json
import os
from pathlib import Path

from driverkit.diagram import Arrow, Box, Column, Diagram, LegendEntry, TextLine

# Each has broken some program that writes SVG, PDF or DOT.
HOSTILE = (
    "plain",
    "a<b & c>d \"e\" 'f'",
    "--> <!--<script>",
    "]]> <![CDATA[ x ]]>",
    "&lt;img src=x onerror=alert(1)&gt; &amp;amp; &nbsp; &#65; &copy",
    "</title></style></script></text><script>top.F(1)</script>",
    '"><svg onload=top.F(1)>',
    "' onmouseover='top.F(1)' x='",
    "javascript:top.F(1)",
    "\\",
    "trailing backslash \\",
    "\\N \\G \\L \\E \\T \\H \\n \\l \\r",
    '"] ; x [label="pwn',
    "<b>html label</b>",
    "<>",
    "node",
    "a:b:n",
    "(unbalanced ) parentheses ( \\051",
    "%s %d {0} {{7*7}} ${7*7} <%= 7 %>",
    "two  spaces",
    "\u202eabc\u202c",
    "\u200fאבג 12",
    "مرضى ١٢",
    "a\u200bb\u200d\ufeffc",
    "Z\u0351\u036b\u0313\u036a\u0302",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f3\U0001f1f4 \U0001f44d\U0001f3fd",
    "Ｆｕｌｌ",
    "ภาษาไทย",
    "中文",
    "x\u2028top.F(1)//",
    "≥ ± → ✓ é ß Ø ł",
    "x" * 400,
)
URLS = (
    "javascript:top.F(1)",
    "java\nscript:top.F(1)",
    "data:text/html,<script>top.F(1)</script>",
    "https://example.org/ onmouseover=top.F(1)",
    'https://example.org/"><script>top.F(1)</script>',
    "vbscript:x",
    "//example.org",
)


def corpus_strings() -> list[str]:
    """Further texts, from the folder that DRIVERKIT_CORPUS names; none where it names none."""
    folder = os.environ.get("DRIVERKIT_CORPUS")
    if not folder:
        return []
    for file in (Path(folder) / "strings.json", Path(folder) / "hostile" / "strings.json"):
        if file.is_file():
            found = json.loads(file.read_text("utf-8"))
            return [one["value"] for one in found if one["kind"] == "ok"]
    return []


def box(id: str, text: str, x: float = 0, y: float = 0, role: str = "primary", **more: object) -> Box:
    """A box whose text is one line."""
    line = TextLine(text, x + 10, y + 18, 13, width=120)
    return Box(id, role, x, y, 160, 30, (line,), text, more.pop("column", 0), title=text, **more)


def two(text: str = "plain", *, id: str = "A1", url: str | None = None, **more: object) -> Diagram:
    """An aim and a driver with a link, every place for words filled with one text."""
    aim = box(id, text, role="aim", url=url)
    driver = box("P 1", text, x=240, column=1, marks=("undeveloped", text))
    arrow = Arrow(
        "P 1",
        id,
        (240, 15),
        ((220, 15, 180, 15, 160, 15),),
        strength="weak",
        conditional=True,
        title=text,
        marks=(text,),
    )
    heading = TextLine(text, 0, -10, 12, bold=True, part="heading")
    return Diagram(
        width=420,
        height=120,
        title=text,
        header=(TextLine(text, 0, -30, 19, bold=True, part="title"),),
        columns=(
            Column("aim", (heading,), 0, 0, 160, 30),
            Column("primary", (heading,), 240, 0, 160, 30),
        ),
        boxes=(aim, driver),
        arrows=(arrow,),
        legend=(LegendEntry("line", "weak", TextLine(text, 40, 90, 11), 0, 80, 28, 14),),
        outline=f"- {text}",
        **more,
    )


ALL_ROLES = (
    *("aim", "primary", "secondary", "tertiary", "driver-4", "driver-9", "change", "measure"),
    *("problem", "category", "cause"),
)


def everything(marks: tuple[str, ...] = ()) -> Diagram:
    """A box of every role, a link of every kind, and a line of every kind in the legend."""
    boxes = [
        box(f"B{i}", f"box {i}", x=200.0 * i, y=40, role=role, column=i, marks=marks)
        for i, role in enumerate(ALL_ROLES)
    ]
    kinds = [
        {"strength": "strong"},
        {"strength": "moderate"},
        {"strength": "weak"},
        {},
        {"implied": True},
        {"conditional": True},
        {"strength": "strong", "conditional": True, "marks": ("added",)},
    ]
    arrows = [
        Arrow(
            f"B{i + 1}",
            f"B{i}",
            (200.0 * i + 200, 55),
            ((200 * i + 190, 55, 200 * i + 170, 55, 200 * i + 160, 55),),
            **how,
        )
        for i, how in enumerate(kinds)
    ]
    keys = [("line", key) for key in ("strong", "moderate", "weak", "conditional", "implied", "added")]
    keys += [("box", key) for key in ("orphan", "undeveloped", *marks)]
    legend = [
        LegendEntry(kind, key, TextLine(key, 100.0 * i + 36, 110, 11), 100.0 * i, 100, 28, 14)
        for i, (kind, key) in enumerate(keys)
    ]
    return Diagram(1700, 140, "Everything", boxes=tuple(boxes), arrows=tuple(arrows), legend=tuple(legend))
