r"""The diagram as an outline in Markdown, for a wiki, a page of a repository or minutes.

The shape is that of driverkit's outline files: ``# aim``, ``## driver``, ``### driver below it``, and
list items for change ideas; ``{#S1}`` at the end of a line is the id, ``[S2]`` before it a further
effect. Around that stand, for people:

* before the first heading the title in bold;
* quoted lines (``> …``) for everything that is no node: remarks, strengths, what else contributes;
* below a rule (``---``) the branches that lead to no aim.

Texts come back verbatim from a reader of CommonMark or of GitHub's Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driverkit.diagram.model import Box, Diagram
from driverkit.renderers import Renderer
from driverkit.renderers.shapes import safe_text
from driverkit.renderers.told import (
    Told,
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

__all__ = ["MD", "draw", "verbatim"]

# Markdown knows six levels of headings, and some readers drop what lies very deep in a list.
DEEPEST_HEADING = 6
DEEPEST_ITEM = 8

_LEAVES = ("change", "measure", "cause")

# What begins something wherever it stands. A colon does so before a letter or a slash only: it makes
# an address (https://) or a sign (:smile:). A dot makes one after www.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$&@^]|:(?=\S)|(?<=\bwww)\.", re.IGNORECASE)
# What begins something where a text begins: a list, a rule, a line below a heading.
_BEGINS = re.compile(r"[-+=!]|(?<=\d)[.)]")
_BLANKS = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]|^\s+|\s+\Z|(?<= ) ")


def verbatim(text: str) -> str:
    r"""A text as Markdown that shows it unchanged, whatever it contains.

    >>> print(verbatim("1. *first* & last"))
    1\. \*first\* \& last
    """
    text = safe_text(text)
    start = re.match(r"\s*(?:\d{1,9}(?=[.)]))?", text)
    at = start.end() if start else 0
    begin = _BEGINS.match(text, at)
    head, tail = text[:at], text[at:]
    tail = _SPECIAL.sub(lambda found: "\\" + found.group(), tail)
    if begin:
        tail = "\\" + tail
    return _BLANKS.sub(lambda found: "".join(f"&#{ord(char)};" for char in found.group()), head + tail)


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


def _named(box: Box) -> str:
    """The id of a box as Markdown; one that a theory may have stands as it is."""
    id = id_of(box)
    return id if _ID.fullmatch(id) else verbatim(id)


class _Outline:
    """One outline in the making."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.legend = legend_words(diagram)
        self.boxes = {box.id: box for box in diagram.boxes}
        self.effects: dict[str, list[str]] = {}
        for arrow in diagram.arrows:
            self.effects.setdefault(arrow.cause, []).append(arrow.effect)
        self.roots: list[Told] = []
        self.below: dict[str, list[Told]] = {}
        for step in walk(diagram):
            if step.arrow is None:
                self.roots.append(step)
            else:
                self.below.setdefault(step.arrow.effect, []).append(step)
        self.out: list[str] = []

    def text(self) -> str:
        self.block([f"**{verbatim(self.diagram.title)}**"])
        self.block(_quoted(subtitle(self.diagram)))
        unlinked = False
        for root in self.roots:
            if "orphan" in root.box.marks and not unlinked:
                unlinked = True
                self.block(["---"])
                self.block(_quoted([unlinked_words(self.diagram) + ":"]))
            if root.box.role in _LEAVES:
                self.block(list(self.items([root])))
            else:
                self.headings(root, 1 if root.box.role in ("aim", "problem") else 2)
        return "\n".join(self.out).rstrip("\n") + "\n"

    def block(self, lines: list[str]) -> None:
        """Some lines with an empty one after them."""
        if lines:
            self.out += [*lines, ""]

    def headings(self, root: Told, level: int) -> None:
        """A branch: each box a heading, its remarks, its change ideas, then what lies below it."""
        waiting = [(root, level)]
        while waiting:
            step, level = waiting.pop()
            # Below the deepest heading a box has to say itself what it belongs to.
            says_where = level > DEEPEST_HEADING
            self.block(["#" * min(level, DEEPEST_HEADING) + " " + self.line(step, says_where)])
            self.block(_quoted(self.remarks(step)))
            below = [one for one in self.below.get(step.box.id, ()) if not one.again]
            self.block(list(self.items([one for one in below if one.box.role in _LEAVES])))
            waiting += [(one, level + 1) for one in reversed(below) if one.box.role not in _LEAVES]

    def items(self, steps: list[Told]) -> Iterator[str]:
        """Boxes as items of a list, those below them as items inside."""
        waiting = [(step, 0) for step in reversed(steps)]
        group = None
        while waiting:
            step, depth = waiting.pop()
            indent = "  " * min(depth, DEEPEST_ITEM)
            if step.group is not None and step.group is not group:
                # Around it empty lines: otherwise it would be a part of the item before it.
                yield from ("", f"{indent}> **{verbatim(step.group.title)}**", "")
            group = step.group if step.group is not None or depth == 0 else group
            yield f"{indent}- {self.line(step, depth > DEEPEST_ITEM)}"
            yield from (f"{indent}  {line}" for line in _quoted(self.remarks(step)))
            below = [one for one in self.below.get(step.box.id, ()) if not one.again]
            waiting += [(one, depth + 1) for one in reversed(below)]

    def line(self, step: Told, says_where: bool) -> str:
        """The words of a box with its further effects and its id."""
        above = step.arrow.effect if step.arrow and not says_where else None
        further = [self.boxes[end] for end in self.effects.get(step.box.id, ()) if end != above]
        ends = "".join(f" [{_named(one)}]" for one in further if id_of(one))
        id = f" {{#{_named(step.box)}}}" if id_of(step.box) else ""
        return f"{verbatim(step.box.text)}{ends}{id}"

    def remarks(self, step: Told) -> list[str]:
        """What is said of a box: its marks and notes, the links from it, what else contributes to it."""
        out = mark_words(step.box, self.legend) + notes(step.box)
        if step.arrow:
            said = link_words(step.arrow, self.legend)
            if said:
                effect = id_of(self.boxes[step.arrow.effect])
                out.append(f"Link{f' to {effect}' if effect else ''}: {'; '.join(said)}")
        for one in self.below.get(step.box.id, ()):
            if one.again:
                said = link_words(one.arrow, self.legend)
                words = f"Also: {id_of(one.box)} {one.box.text}"
                out.append(words + (f" ({'; '.join(said)})" if said else ""))
        return out


def _quoted(remarks: list[str]) -> list[str]:
    """Each remark on a line of its own in one quotation."""
    return [
        f"> {verbatim(one)}" + ("\\" if i < len(remarks) else "") for i, one in enumerate(remarks, 1) if one
    ]


def draw(diagram: Diagram, theme: Theme) -> str:
    """The diagram as Markdown. A theme says nothing to it: an outline has no colours."""
    return _Outline(diagram).text()


MD = Renderer(
    name="md",
    suffix=".md",
    media_type="text/markdown; charset=utf-8",
    description="Outline in Markdown: aims and drivers as headings, change ideas as lists.",
    draw=draw,
)
