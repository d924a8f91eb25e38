"""HTML: one page with the picture in it, to be looked at closely. It needs no server and asks for nothing.

The picture is the SVG of `driverkit.renderers.svg`, unchanged. A script that is the same in every page moves
it, and takes what it says from a block of data that cannot run; the page's policy names the script by its hash
and forbids everything else. Without the script the picture and the outline still stand there.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from driverkit.diagram.model import Arrow, Box, Diagram, Dot, LegendEntry, TextLine
from driverkit.renderers import Renderer
from driverkit.renderers.halos import layers
from driverkit.renderers.shapes import Looks, safe_text, safe_url
from driverkit.renderers.svg import SVG
from driverkit.themes import Theme

__all__ = ["HTML", "draw"]

# Deeper levels of the outline are not indented further: browsers stop at some hundred elements.
DEEPEST_INDENT = 12

_ROLES = {"aim": "Aim", "change": "Change idea", "measure": "Measure"}
_DRIVERS = {"primary": "Primary driver", "secondary": "Secondary driver", "tertiary": "Tertiary driver"}


@cache
def _part(name: str) -> str:
    """A file that is the same in every page."""
    return Path(__file__).with_name(name).read_text("utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + b64encode(sha256(text.encode()).digest()).decode("ascii") + "'"


def _words(text: str) -> str:
    """A text as the content of an element or the value of an attribute."""
    return escape(safe_text(text))


def _style(diagram: Diagram, theme: Theme) -> str:
    """The style of the page, in the colours of the theme: those are six hexadecimal digits each, whoever made it."""
    dark = (
        int(theme.background[1:3], 16) + int(theme.background[3:5], 16) + int(theme.background[5:7], 16) < 384
    )
    colours = {
        "ground": theme.background,
        "words": theme.title,
        "soft": theme.legend,
        "line": theme.rule,
        "strong": theme.aim.fill,
        "on-strong": theme.aim.text,
    }
    said = "".join(f"--{name}:{value};" for name, value in colours.items())
    page = "landscape" if diagram.width > diagram.height else "portrait"
    return (
        f":root{{color-scheme:{'dark' if dark else 'light'};{said}}}\n@page{{size:{page};margin:8mm}}\n"
        + _part("page.css")
    )


def _kind(box: Box) -> str:
    """What a box is, in words."""
    known = _ROLES.get(box.role) or _DRIVERS.get(box.role)
    if known:
        return known
    level = box.role.removeprefix("driver-")
    return f"Driver of level {level}" if level != box.role else box.role.replace("-", " ").capitalize()


def _notes(lines: Sequence[TextLine]) -> list[str]:
    """The remarks under the words of a box, each whole."""
    out: list[str] = []
    for line in lines:
        if line.part != "note":
            continue
        if not out or line.joins == "\n":
            out.append(line.text)
        else:
            out[-1] += line.joins + line.text
    return out


def _once(notes: Sequence[str], details: Iterable[tuple[str, str]]) -> list[str]:
    """The remarks of a box without those that its details tell as well, and more fully."""

    def told(note: str) -> bool:
        head, colon, rest = note.partition(":")
        for label, words in details:
            first = words.partition("\n")[0]
            if first == note or (colon and first.startswith(f"{head}:")):
                return True
            if colon and first == rest.strip() and head.casefold() in label.casefold():
                return True
        return False

    details = tuple(details)
    return [note for note in notes if not told(note)]


def _more(box: Box) -> list[tuple[str, str]]:
    """What is known of a box; where nobody gathered it, what a hover would say."""
    if box.details:
        return list(box.details)
    first, _, rest = box.title.partition(box.text)
    return [("Also", one) for one in rest.split("\n") if one] if not first else []


def _data(diagram: Diagram, links: Sequence[Arrow]) -> str:
    """What the script works with, as text that stays text: no ``<`` in it can end the block or begin another."""
    places = {box.id: i for i, box in enumerate(diagram.boxes)}
    # The signs on the lines are drawn after all lines, in the order of the diagram.
    signs: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
    count = 0
    for arrow in diagram.arrows:
        for dot in arrow.dots:
            signs.setdefault((arrow.cause, arrow.effect), []).append((count, dot.x, dot.y))
            count += 1
    framed = frozenset(id for group in diagram.groups for id in group.members)
    found: dict[str, Any] = {
        "direction": diagram.direction,
        "levels": [" ".join(line.text for line in column.heading) for column in diagram.columns],
        "boxes": [
            {
                "id": box.id,
                "kind": _kind(box),
                "text": box.text,
                "level": box.column,
                # The details of a cause say in full what its remarks say in short.
                "notes": [] if box.role == "cause" and box.details else _once(_notes(box.lines), box.details),
                "more": _more(box),
                "url": safe_url(box.url),
                "node": _is_node(box),
            }
            for box in diagram.boxes
        ],
        "links": [
            {
                "cause": places[arrow.cause],
                "effect": places[arrow.effect],
                "title": arrow.title,
                "more": arrow.details,
                "signs": signs.get((arrow.cause, arrow.effect), []),
            }
            for arrow in links
        ],
        # For each line of the legend the boxes and links that show what it explains, and where it stands.
        "legend": [
            [
                [i for i, box in enumerate(diagram.boxes) if _explains(entry, box, framed)],
                [i for i, link in enumerate(links) if _explains_link(entry, link)],
                [entry.x, entry.y, entry.line.x + entry.line.width, entry.y + entry.height],
            ]
            for entry in diagram.legend
        ],
        "groups": [[places[id] for id in group.members] for group in diagram.groups],
    }
    text = json.dumps(found, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _explains(entry: LegendEntry, box: Box, framed: Collection[str]) -> bool:
    """Whether a box shows what an entry of the legend explains."""
    if entry.kind == "box":
        return entry.key in box.marks or (entry.key == "group" and box.id in framed)
    if entry.kind == "spark":
        return bool(box.sparks)
    return entry.kind == "dot" and any(_is_sign(entry, dot) for dot in box.dots)


def _explains_link(entry: LegendEntry, link: Arrow) -> bool:
    """Whether a link shows what an entry of the legend explains."""
    if entry.kind == "dot":
        return any(_is_sign(entry, dot) for dot in link.dots)
    if entry.kind != "line":
        return False
    if link.implied:
        return entry.key in ("implied", "through", *link.marks)
    own = "conditional" if link.conditional else link.strength
    return entry.key == own or entry.key in link.marks


def _is_sign(entry: LegendEntry, dot: Dot) -> bool:
    """Whether a sign has the inside, or the outline, that an entry of the legend explains."""
    return dot.mark == entry.key or (entry.key.startswith("measure-") and dot.shape == entry.shape)


def _is_node(box: Box) -> bool:
    """Whether a box stands for something with an id in the theory; the head and the bones of a fishbone do not."""
    return box.role not in ("problem", "category")


def _id(box: Box) -> str:
    """The id of a box before its words, where it means something to a reader."""
    return f"<b>{_words(box.id)}</b> " if _is_node(box) else ""


def _outline(diagram: Diagram) -> Iterator[str]:
    """The boxes as nested lists: each under what it contributes to, and told once."""
    places = {box.id: i for i, box in enumerate(diagram.boxes)}
    causes: list[list[int]] = [[] for _ in diagram.boxes]
    lost = set(range(len(diagram.boxes)))
    for arrow in diagram.arrows:
        causes[places[arrow.effect]].append(places[arrow.cause])
        lost.discard(places[arrow.cause])
    for ends in causes:
        ends.sort(reverse=True)
    told: set[int] = set()

    def tell(roots: Sequence[int]) -> Iterator[str]:
        # Each waits with its depth; ``open`` is how many lists are open.
        waiting = [(i, 0) for i in reversed(roots)]
        depth = -1
        while waiting:
            i, at = waiting.pop()
            at = min(at, DEEPEST_INDENT)
            if at > depth:
                yield "<ul>"
            else:
                yield "</li>" + "</ul></li>" * (depth - at)
            depth = at
            box = diagram.boxes[i]
            again = i in told
            words = (
                f"see {_words(box.id)}" if again else f'{_id(box)}<span dir="auto">{_words(box.text)}</span>'
            )
            yield f'<li><button type="button" data-node="{i}">{words}</button>'
            if not again:
                told.add(i)
                waiting += [(cause, depth + 1) for cause in causes[i]]
        yield "</li></ul>" * (depth + 1)

    orphans = [i for i in sorted(lost) if "orphan" in diagram.boxes[i].marks]
    yield from tell([i for i in sorted(lost) if i not in orphans])
    if orphans:
        yield "<p>Not linked to an aim:</p>"
        yield from tell(orphans)
    for i in range(len(diagram.boxes)):  # a ring of boxes has no beginning
        if i not in told:
            yield from tell([i])


_KEYS = (
    ("Tab", "to the next box, and Shift Tab back"),
    ("Arrows", "along the links from a box; without one they move the picture"),
    ("Enter", "shows what is known of a box"),
    ("Space", "picks a box beside others; so does a click with Ctrl or Shift"),
    ("Escape", "back, step by step"),
    ("+ − 0", "larger, smaller, all of it"),
    ("C", "folds the causes of a box away, and back"),
    ("/", "to the search; Enter there goes from one find to the next"),
)


def _levels(diagram: Diagram) -> str:
    """How far down the boxes are shown: a choice of the levels there are."""
    names = [" ".join(line.text for line in column.heading) for column in diagram.columns]
    if len(names) < 2:
        return ""
    options = "".join(f'<option value="{i}">{_words(name)}</option>' for i, name in enumerate(names[:-1]))
    return (
        '<label class="levels"><span>Show down to</span> <select id="dkx-levels">'
        f'{options}<option value="{len(names) - 1}" selected>{_words(names[-1])} (all)</option></select></label>'
    )


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram as a page of its own."""
    script, style = _part("page.js"), _style(diagram, theme)
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    links = [arrow for layer in layers(diagram.arrows, Looks(theme)) for arrow in layer.arrows]
    title = _words(diagram.title)
    keys = "".join(f"<dt>{_words(key)}</dt><dd>{_words(said)}</dd>" for key, said in _KEYS)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header class="live" hidden>
<h1>{title}</h1>
<div class="find" role="search">
<label for="dkx-search" class="unseen">Search the boxes</label>
<input id="dkx-search" type="search" placeholder="Search" autocomplete="off" spellcheck="false">
<span id="dkx-count"></span>
</div>
{_levels(diagram)}
<span class="gap"></span>
<div class="zoom" role="group" aria-label="Size">
<button type="button" id="dkx-out" aria-label="Smaller" title="Smaller (−)">−</button>
<button type="button" id="dkx-in" aria-label="Larger" title="Larger (+)">+</button>
<button type="button" id="dkx-fit" title="Show all of it (0)">Fit</button>
</div>
<button type="button" id="dkx-outline-button" aria-expanded="false" aria-controls="dkx-outline">Outline</button>
<button type="button" id="dkx-keys-button" aria-expanded="false" aria-controls="dkx-keys">Keys</button>
</header>
<main>
<nav id="dkx-outline" aria-label="Outline">
<h2>Outline</h2>
{"".join(_outline(diagram))}
</nav>
<section id="dkx-stage" aria-label="{_words(diagram.kind)}">
{str(SVG.draw(diagram, theme)).strip()}
</section>
<aside id="dkx-panel" class="live" aria-label="Details" tabindex="-1" hidden></aside>
<div id="dkx-keys" class="live" hidden><h2>Keys</h2><dl>{keys}</dl></div>
</main>
<p id="dkx-said" class="unseen" role="status" aria-live="polite"></p>
<script type="application/json" id="dkx-data">{_data(diagram, links)}</script>
<script>{script}</script>
</body>
</html>
"""


HTML = Renderer(
    name="html",
    suffix=".html",
    media_type="text/html",
    description="One page to look at closely: zoom, search, causes and effects of a box, what is known of it, an outline.",
    draw=draw,
    details=True,
)
