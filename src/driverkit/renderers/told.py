"""What the languages that are text share: the boxes one after the other, and what is said of each.

A picture shows a box that moves two drivers once, with two lines. A text has only one place for it:
it is told in full where it is met first, and referred to where it is met again.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from driverkit.diagram.model import Arrow, Box, Diagram, Group, TextLine
from driverkit.themes import BoxStyle, Theme

__all__ = [
    "Told",
    "classes",
    "heading_of",
    "id_of",
    "legend_words",
    "link_words",
    "mark_words",
    "notes",
    "subtitle",
    "unlinked_words",
    "walk",
]

UNLINKED = "not linked to an aim"


@frozen
class Told:
    """One box at one place of the text.

    Attributes:
        box: which one.
        depth: how many links lie between it and the box that the branch begins with.
        arrow: the link by which it was reached; None where a branch begins.
        again: it was told before; only its id belongs here, and nothing stands below it.
        last: nothing follows below the same box.
        group: the frame in which it stands.
        begins: it is the first one of that frame below the same box.
    """

    box: Box
    depth: int
    arrow: Arrow | None
    again: bool
    last: bool
    group: Group | None = None
    begins: bool = False


def walk(diagram: Diagram) -> Iterator[Told]:
    """Every box below what it contributes to, in the order of the picture; every link is met once.

    Branches that lead to no aim (boxes with the mark ``orphan``) come last.
    """
    boxes = {box.id: box for box in diagram.boxes}
    rank = {id: i for i, id in enumerate(boxes)}
    causes: dict[str, list[Arrow]] = {}
    moving = set()
    for arrow in diagram.arrows:
        if arrow.cause in boxes and arrow.effect in boxes:
            causes.setdefault(arrow.effect, []).append(arrow)
            moving.add(arrow.cause)
    # What stands in no frame comes first: behind a frame it would look like a part of it.
    frames = {id: (i, group) for i, group in enumerate(diagram.groups, 1) for id in group.members}
    for arrows in causes.values():
        arrows.sort(
            key=lambda arrow: (frames[arrow.cause][0] if arrow.cause in frames else 0, rank[arrow.cause])
        )
    told: set[str] = set()

    def branch(start: Box) -> Iterator[Told]:
        # A list of our own, not a call inside a call: theories may be thousands of levels deep.
        waiting = [Told(start, 0, None, again=False, last=True)]
        while waiting:
            step = waiting.pop()
            id = step.box.id
            if id in told:
                yield evolve(step, again=True)
                continue
            told.add(id)
            yield step
            below = causes.get(id, [])
            groups = [frames.get(arrow.cause, (0, None))[1] for arrow in below]
            waiting.extend(
                Told(
                    boxes[arrow.cause],
                    step.depth + 1,
                    arrow,
                    again=False,
                    last=i == len(below) - 1,
                    group=groups[i],
                    begins=groups[i] is not None and (not i or groups[i - 1] is not groups[i]),
                )
                for i, arrow in reversed(list(enumerate(below)))
            )

    roots = [box for box in boxes.values() if box.id not in moving]
    for box in roots:
        if "orphan" not in box.marks:
            yield from branch(box)
    for box in roots:
        if "orphan" in box.marks:
            yield from branch(box)
    for box in boxes.values():  # a ring of boxes has no beginning
        if box.id not in told:
            yield from branch(box)


def _joined(lines: tuple[TextLine, ...]) -> list[str]:
    """Wrapped lines put together again: one text where each began."""
    out: list[str] = []
    for line in lines:
        if not out or line.joins == "\n":
            out.append(line.text)
        else:
            out[-1] += line.joins + line.text
    return out


def id_of(box: Box) -> str:
    """The id that somebody gave to a box; none where it only has one so that links find it."""
    return "" if box.id.startswith("(") and box.id.endswith(")") else box.id


def notes(box: Box) -> list[str]:
    """The remarks below the words of a box, each whole: ``By: 2027-06-30``."""
    return _joined(tuple(line for line in box.lines if line.part == "note"))


def subtitle(diagram: Diagram) -> list[str]:
    """What the header says below the title: the revision, whether it is an excerpt."""
    return _joined(tuple(line for line in diagram.header if line.part != "title"))


def heading_of(diagram: Diagram, index: int) -> str:
    """The words above a column; none where there is no such column."""
    if not 0 <= index < len(diagram.columns):
        return ""
    return " ".join(_joined(diagram.columns[index].heading))


def legend_words(diagram: Diagram) -> dict[tuple[str, str], str]:
    """What the legend says of each thing that is drawn, by ``(kind, key)``, in its order."""
    out: dict[tuple[str, str], str] = {}
    for entry in diagram.legend:
        before = out.get((entry.kind, entry.key))
        text = entry.line.text
        out[entry.kind, entry.key] = text if before is None else f"{before}{entry.line.joins}{text}"
    return out


def unlinked_words(diagram: Diagram) -> str:
    """What is said of branches that lead to no aim."""
    words = legend_words(diagram).get(("box", "orphan"), UNLINKED)
    return words[:1].upper() + words[1:]


def mark_words(box: Box, legend: dict[tuple[str, str], str]) -> list[str]:
    """The marks of a box in the words of the legend, where no remark inside the box says the same.

    A text has no colours and no strips; whatever they say on the picture has to be said.
    """
    said = "\n".join(notes(box)).casefold()
    words = [legend[mark] for mark in [("box", one) for one in box.marks] if mark in legend]
    return [one for one in dict.fromkeys(words) if one.casefold() not in said]


def link_words(arrow: Arrow | None, legend: dict[tuple[str, str], str]) -> list[str]:
    """What is said of a link: its strength, where it holds, its marks."""
    if arrow is None:
        return []
    out: list[str] = []
    if arrow.strength:
        out.append(arrow.strength)
    if arrow.condition:
        out.append(f"only where {arrow.condition}")
    elif arrow.conditional:
        out.append("only under a condition")
    drawn = [("line", one) for one in arrow.marks] + [("dot", one.mark) for one in arrow.dots]
    # A legend of boxes and links together says which it means; here it is a link.
    out += [legend[key].removeprefix("link: ") for key in drawn if key in legend]
    out += [dot.words.text for dot in arrow.dots if dot.words is not None]
    return list(dict.fromkeys(out))


def classes(diagram: Diagram, theme: Theme) -> tuple[dict[str, str], dict[str, BoxStyle]]:
    """A class for every box, and how each class looks.

    A class is named after the role, and with a number where marks make it look different: no word
    of a theory or a theme becomes part of a name.

    Returns:
        the class of each box by its id, and the look of each class in order of appearance.
    """
    of_box: dict[str, str] = {}
    looks: dict[str, BoxStyle] = {}
    names: dict[tuple[str, BoxStyle], str] = {}
    count: dict[str, int] = {}
    for box in diagram.boxes:
        role = "".join(c for c in box.role if c.isascii() and c.isalnum()) or "other"
        look = theme.box(box.role, box.marks)
        name = names.get((role, look))
        if name is None:
            count[role] = count.get(role, 0) + 1
            # An underscore cannot be in a role's part: two roles never share a name.
            name = f"dk{role.capitalize()}" + (f"_{count[role]}" if count[role] > 1 else "")
            names[role, look] = name
            looks[name] = look
        of_box[box.id] = name
    return of_box, looks
