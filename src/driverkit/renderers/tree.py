r"""The diagram as a tree of words, for the terminal, for mail and for whoever cannot see a picture.

Every text is shown as it is, except for what a terminal would obey or hide: a control character, a
change of the direction of writing or an invisible blank is shown by its number, ``‹U+202E›``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from driverkit.diagram.model import Diagram
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import safe_text
from driverkit.renderers.told import (
    Told,
    heading_of,
    id_of,
    legend_words,
    link_words,
    mark_words,
    notes,
    subtitle,
    unlinked_words,
    walk,
)
from driverkit.themes import Theme

__all__ = ["TXT", "WIDTH", "columns_of", "draw", "shown", "wrapped"]

WIDTH = 88
"""How many columns a text has, where nobody says how many there are."""

# Deeper levels are not indented further: the words would have no room.
DEEPEST = 12
# Words get this much room, however far they are indented.
LEAST = 24

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_JOINERS = "\u200c\u200d"


def _joins(text: str, i: int) -> bool:
    """Whether a joiner stands where people need it: between letters of Persian or parts of an emoji."""
    near = text[i - 1 : i] + text[i + 1 : i + 2]
    return len(near) == 2 and not near.isascii() and all(ord(c) > 0x2FF and c not in _JOINERS for c in near)


def shown(text: str) -> str:
    """The text, each character that hides or commands shown by its number; lines stay lines.

    >>> shown("a" + chr(0x202E) + "b" + chr(9) + "c")
    'a‹U+202E›b‹U+0009›c'
    """
    if text.isascii() and text.isprintable():
        return text
    text = safe_text(text)
    out = []
    for i, char in enumerate(text):
        kind = unicodedata.category(char)
        if (
            char in "\n \xa0"
            or (kind not in _HIDDEN and kind != "Zs" and not text.startswith("‹U+", i))
            or (char in _JOINERS and _joins(text, i))
            # The tags that make the flags of regions are no words.
            or 0xE0020 <= ord(char) <= 0xE007F
        ):
            out.append(char)
        else:
            out.append(f"‹U+{ord(char):04X}›")
    return "".join(out)


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> columns_of("abc"), columns_of("中文"), columns_of("e" + chr(0x301))
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    count = 0
    for char in text:
        if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
            continue
        count += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return count


def _pieces(paragraph: str) -> Iterator[str]:
    """What may not be broken: words with the blanks before them, and single letters of scripts without blanks."""
    for word in re.findall(r" *[^ ]+| +", paragraph):
        if columns_of(word) <= len(word):
            yield word
            continue
        # Chinese, Japanese and Korean break between any two letters, but not before a full stop.
        piece = ""
        for char in word:
            wide = unicodedata.east_asian_width(char) in "WF"
            if piece.strip(" ") and wide and unicodedata.category(char)[0] in "LN":
                yield piece
                piece = ""
            piece += char
        yield piece


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, none wider than ``width`` but for a word that is; words are not cut.

    >>> wrapped("Fewer people come back", 12)
    ['Fewer people', 'come back']
    """
    out: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        used = 0
        for piece in _pieces(paragraph):
            wide = columns_of(piece)
            if line.strip(" ") and used + wide > width:
                out.append(line)
                piece = piece.removeprefix(" ")
                line, used = piece, columns_of(piece)
            else:
                line += piece
                used += wide
        out.append(line)
    return out


def _words(step: Told, legend: dict[tuple[str, str], str]) -> str:
    """What stands behind the id."""
    text = "see above" if step.again else step.box.text
    if not step.again:
        marks = mark_words(step.box, legend)
        text += "".join(f" [{one}]" for one in marks)
    said = link_words(step.arrow, legend)
    if said:
        text += f" ({'; '.join(said)})"
    return shown(text)


def draw(diagram: Diagram, theme: Theme, *, width: int = WIDTH) -> str:
    """The diagram as a tree of words. A theme says nothing to it: a tree has no colours.

    Args:
        diagram: what to draw.
        theme: not looked at.
        width: how many columns there are; a branch that is far in may be wider.
    """
    out = wrapped(shown(diagram.title), width)
    out += [line for one in subtitle(diagram) for line in wrapped(shown(one), width)]
    heads = [heading_of(diagram, i) for i in range(len(diagram.columns))]
    if any(heads):
        out += wrapped(shown(" › ".join(head for head in heads if head)), width)
    legend = legend_words(diagram)
    has_causes = {arrow.effect for arrow in diagram.arrows}
    guides: list[str] = []
    unlinked = False
    for step in walk(diagram):
        if step.depth == 0:
            out.append("")
            if "orphan" in step.box.marks and not unlinked:
                unlinked = True
                out += [*wrapped(shown(unlinked_words(diagram)) + ":", width), ""]
        depth = min(step.depth, DEEPEST)
        del guides[max(0, depth - 1) :]
        before = "".join(guides)
        first = rest = before
        if depth:
            first += "└─ " if step.last else "├─ "
            rest += "   " if step.last else "│  "
            guides.append("   " if step.last else "│  ")
        if step.begins and step.group is not None:
            said = wrapped(shown(f"{step.group.title}:"), max(LEAST, width - columns_of(before)))
            branch = "│  " if depth else ""
            out += [f"{before}{branch}{line}" for line in said]
        parted = not step.again and step.box.id in has_causes
        id = id_of(step.box)
        id = shown(id).replace("\n", "‹U+000A›") + "  " if id else ""
        hang = "│ " if parted and step.depth < DEEPEST else "  "
        room = max(LEAST, width - columns_of(rest) - columns_of(id))
        lines = wrapped(_words(step, legend), room)
        pad = hang + " " * max(0, columns_of(id) - 2)
        out.append(f"{first}{id}{lines[0]}")
        out += [f"{rest}{pad}{line}" for line in lines[1:]]
        if not step.again:
            for note in notes(step.box):
                said = wrapped(shown(note), room - 2)
                out += [f"{rest}{pad}{'  ' if i else '· '}{line}" for i, line in enumerate(said)]
    return "".join(line.rstrip(" ") + "\n" for line in out)


TXT = Renderer(
    name="txt",
    suffix=".txt",
    media_type="text/plain; charset=utf-8",
    description="Tree of words for the terminal and for mail; shared nodes are referred to.",
    draw=draw,
)
