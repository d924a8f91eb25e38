"""Boxes and arrows that somebody drew elsewhere, turned into a theory: what is an aim, what a change idea?

A drawing program knows neither aims nor drivers, and draws its arrows in either direction. What a
file does not say is concluded from the arrows, by the rules below, and everything that was concluded
is told, so that it can be looked at and put right.

* Arrows may lead to the aim, as in a driver diagram, or away from it, as in a tree that was drawn
  from its root. Where boxes say that they are aims, arrows lead towards them. Where none does, there
  are fewer ends at the side of the aim: fewer boxes which arrows only reach than boxes which they
  only leave (or as many), and arrows lead to the aim; more, and they lead away from it.
* The boxes at the end to which arrows lead are aims.
* A box that no arrow reaches is a change idea where it lies three or more arrows away from the aim,
  by the longest way; or two, where no box lies further away.
* A box without any arrow is a change idea, as a driver would silently contribute to the only aim.
* Every other box is a driver.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import PurePath
from typing import Any

from attrs import Factory, define

from driverkit.errors import Fault, FormatError
from driverkit.formats.convert import fields_of
from driverkit.formats.sketch import Cell, Parent, Sketched, give_ids, theory_of
from driverkit.formats.tree import Enough, Faults, Scalar, Tree
from driverkit.model import Contribution, Driver, Origin, Theory
from driverkit.model.values import ID_PATTERN, Refused, show

__all__ = [
    "KIND_FIELDS",
    "Arrow",
    "Box",
    "Sheet",
    "Unplaced",
    "box_from",
    "kind_of_words",
    "link_fields",
    "placed",
    "theory_from",
    "words_of",
]


@define(slots=True, eq=False)
class Box:
    """A box as it was drawn.

    Attributes:
        name: what the file calls it; kept as its id where it can be one.
        at: the offset of its first mention.
        label: the words in it; None where there are none, and its name stands for them.
        kind: ``aim``, ``driver`` or ``change`` where the file says so.
        level: the level of a driver where the file says so.
        id: its id, where that is not its name.
        fields: what else is known of it, under the names of the theory file.
    """

    name: str
    at: int
    label: Cell | None = None
    kind: str | None = None
    level: int | None = None
    id: Cell | None = None
    fields: dict[str, Cell | list[Cell] | Tree] = Factory(dict)


@define(slots=True, eq=False)
class Arrow:
    """An arrow as it was drawn, from its tail to its head."""

    tail: Box
    head: Box
    at: int
    fields: dict[str, Cell] = Factory(dict)


@define(slots=True)
class Sheet:
    """A drawing.

    Attributes:
        boxes: in the order in which they are first named.
        arrows: in the order of the file.
        title: what it is called; None where nobody says.
        turned: whether it is known which way the arrows lead: True away from the aim, False to it.
        lost: what has no place in a theory: sentences, each with its offset.
        undirected: where the file says that its links have no direction.
    """

    boxes: list[Box] = Factory(list)
    arrows: list[Arrow] = Factory(list)
    title: Cell | None = None
    turned: bool | None = None
    lost: list[tuple[str, int]] = Factory(list)
    undirected: int | None = None


_WORDS = {
    "aim": ("aim", None),
    "goal": ("aim", None),
    "driver": ("driver", None),
    "primary": ("driver", 1),
    "primary driver": ("driver", 1),
    "secondary": ("driver", 2),
    "secondary driver": ("driver", 2),
    "tertiary": ("driver", 3),
    "tertiary driver": ("driver", 3),
    "change": ("change", None),
    "change idea": ("change", None),
    "idea": ("change", None),
}
KIND_FIELDS = ("kind", "type", "role", "category", "group", "class")
"""The attributes in which a file may say what a box is."""


def kind_of_words(words: str) -> tuple[str, int | None] | None:
    """The kind and the level that a word such as ``primary driver`` or ``dk-change`` stands for.

    >>> kind_of_words("Primary drivers"), kind_of_words("dk-box dk-aim"), kind_of_words("red")
    (('driver', 1), ('aim', None), None)
    """
    plain = re.sub(r"[\s_-]+", " ", words[:200]).strip().lower()
    found = _WORDS.get(plain) or _WORDS.get(plain.removesuffix("s"))
    if found is not None:
        return found
    for word in words[:2000].replace(",", " ").split():
        if word.lower().startswith("dk-"):
            one = word.lower()[3:]
            found = _WORDS.get(one)
            if found is None and one.startswith("level-") and one[6:].isdecimal() and len(one) < 9:
                found = ("driver", int(one[6:]))
            if found is not None:
                return found
    return None


_ID = re.compile(ID_PATTERN).fullmatch


def theory_from(sheet: Sheet, faults: Faults, *, format: str) -> Theory:
    """The theory that a drawing tells of.

    Raises:
        FormatError: with every fault and its place.
    """
    theory = None
    with suppress(Enough):
        if not sheet.boxes and not len(faults):
            faults.add("There is no box in this drawing, so there is nothing to make a theory of.", 0)
        if not len(faults):
            theory = _theory(sheet, faults, format)
    if theory is None or len(faults):
        raise FormatError(faults)
    return theory


def _theory(sheet: Sheet, faults: Faults, format: str) -> Theory | None:
    guesses: list[tuple[str, int]] = []
    causes, effects = _turned(sheet, guesses)
    nodes = _sketched(sheet, causes, effects)
    said = {id(box) for box in sheet.boxes if box.kind is not None}
    _kinds(sheet, nodes, causes, effects)
    title = sheet.title
    if title is None or not title.text.strip():
        aim = next((node.text for node in nodes.values() if node.kind == "aim" and node.text), None)
        title = Cell(aim.text if aim is not None else _name(faults.file) or "untitled", 0)
        guesses.append((f"The drawing has no title; the theory is called {show(title.text)}.", 0))
    ordered = [nodes[id(box)] for box in sheet.boxes]
    give_ids(ordered)
    guesses += _told_kinds(sheet, nodes, said)
    origin = Origin(
        faults.file,
        format=format,
        lost=placed(sheet.lost, faults),
        guessed=placed(guesses, faults),
    )
    return theory_of(ordered, faults, title=title, origin=origin)


def placed(sentences: Iterable[tuple[str, int]], faults: Faults) -> tuple[Fault, ...]:
    """Sentences with their offsets as faults with their places, for what was lost or concluded."""
    found = Faults(faults.text, faults.file, faults.limits)
    with suppress(Enough):
        for message, at in sentences:
            found.add(message, at)
    return tuple(found)


def _name(file: str | None) -> str | None:
    if not file:
        return None
    words = PurePath(file).name.split(".")[0].replace("_", " ").replace("-", " ").strip()
    return words if words.isprintable() and words else None


Ends = dict[int, list[tuple[Box, Arrow]]]


def _turned(sheet: Sheet, guesses: list[tuple[str, int]]) -> tuple[Ends, Ends]:
    """The causes and the effects of each box; which way arrows lead is concluded where nobody said."""
    left = {id(a.tail) for a in sheet.arrows if a.tail is not a.head}
    reached = {id(a.head) for a in sheet.arrows if a.tail is not a.head}
    turned = sheet.turned
    if turned is None and sheet.arrows:
        from_aims = sum(a.tail.kind == "aim" and a.head.kind != "aim" for a in sheet.arrows)
        to_aims = sum(a.head.kind == "aim" and a.tail.kind != "aim" for a in sheet.arrows)
        only_left, only_reached = len(left - reached), len(reached - left)
        if from_aims != to_aims:
            turned = from_aims > to_aims
            if turned:
                guesses.append(
                    ("The arrows lead away from the aim; the links were turned round.", sheet.arrows[0].at)
                )
        else:
            turned = only_left < only_reached
            side = f"(boxes which arrows only leave: {only_left}, only reach: {only_reached})"
            if turned:
                told = f"The arrows seem to lead away from the aim {side}; the links were turned round."
            else:
                told = f"The arrows are taken to lead to the aim {side}."
            guesses.append((told, sheet.arrows[0].at))
    if sheet.undirected is not None and sheet.arrows:
        guesses.append(
            (
                "The links have no direction; each is read from the box that is named first.",
                sheet.undirected,
            )
        )
    causes: Ends = {}
    effects: Ends = {}
    for arrow in sheet.arrows:
        cause, effect = (arrow.head, arrow.tail) if turned else (arrow.tail, arrow.head)
        effects.setdefault(id(cause), []).append((effect, arrow))
        causes.setdefault(id(effect), []).append((cause, arrow))
    return causes, effects


def _sketched(sheet: Sheet, causes: Ends, effects: Ends) -> dict[int, Sketched]:
    """The nodes, with their ids and links; the kinds are still open."""
    nodes: dict[int, Sketched] = {}
    used: set[str] = set()
    for box in sheet.boxes:
        name = box.id if box.id is not None else Cell(box.name, box.at)
        usable = _ID(name.text) is not None and len(name.text) <= 200 and name.text not in used
        used.add(name.text)
        label = box.label if box.label is not None and box.label.text.strip() else Cell(box.name, box.at)
        nodes[id(box)] = Sketched(
            box.kind or "driver",
            label,
            box.at,
            level=box.level,
            id=name if usable else None,
            fields=dict(box.fields),
        )
    for box in sheet.boxes:
        for effect, arrow in effects.get(id(box), ()):
            nodes[id(box)].parents.append(Parent(nodes[id(effect)], arrow.at, dict(arrow.fields)))
    return nodes


def _distances(sheet: Sheet, causes: Ends, effects: Ends) -> tuple[dict[int, int], dict[int, int]]:
    """How many arrows each box lies away from the aims: by the longest and by the shortest way."""
    open_ = {id(box): len(effects.get(id(box), ())) for box in sheet.boxes}
    ready = [box for box in sheet.boxes if not open_[id(box)]]
    longest = {id(box): 0 for box in ready}
    shortest = {id(box): 0 for box in ready}
    while ready:
        box = ready.pop()
        for cause, _ in causes.get(id(box), ()):
            key = id(cause)
            longest[key] = max(longest.get(key, 0), longest[id(box)] + 1)
            shortest[key] = min(shortest.get(key, longest[key]), shortest[id(box)] + 1)
            open_[key] -= 1
            if not open_[key]:
                ready.append(cause)
    return longest, shortest  # those on a loop have none, and the reader of theories tells of them


def _kinds(sheet: Sheet, nodes: dict[int, Sketched], causes: Ends, effects: Ends) -> None:
    longest, shortest = _distances(sheet, causes, effects)
    furthest = max(longest.values(), default=0)
    for box in sheet.boxes:
        node, key = nodes[id(box)], id(box)
        alone = key not in causes and key not in effects
        if box.kind is None:
            if alone:
                box.kind = "aim" if len(sheet.boxes) == 1 else "change"
            elif key not in effects:
                box.kind = "aim"
            elif key not in causes and (longest.get(key, 0) >= 3 or longest.get(key, 0) == furthest == 2):
                box.kind = "change"
            else:
                box.kind = "driver"
            node.kind = box.kind
        if box.kind == "driver":
            if box.level is None:
                node.level = shortest.get(key)
            elif key not in effects and box.level > 1 and "level" not in node.fields:
                # Without its level it would be a primary driver of the only aim.
                node.fields["level"] = Cell(str(box.level), box.at)


def _told_kinds(sheet: Sheet, nodes: dict[int, Sketched], said: set[int]) -> Iterator[tuple[str, int]]:
    """What was concluded of the kinds: each aim by itself, the others in sum."""
    concluded = [box for box in sheet.boxes if id(box) not in said]
    linked = {id(end) for a in sheet.arrows for end in (a.tail, a.head)}
    for kind, one, many, why in (
        ("aim", "is taken for an aim", "are taken for aims", "links lead there and none leads on"),
        ("driver", "is taken for a driver", "are taken for drivers", "of the place between"),
        ("change", "is taken for a change idea", "are taken for change ideas", "they stand at the outer end"),
    ):
        boxes = [box for box in concluded if box.kind == kind and id(box) in linked]
        if not boxes:
            continue
        ids = ", ".join(_id_of(nodes, box) for box in boxes[:5]) + (", …" if len(boxes) > 5 else "")
        if len(boxes) == 1:
            yield f"{show(_words(nodes, boxes[0]))} ({ids}) {one}.", boxes[0].at
        elif kind == "driver":
            yield f"{len(boxes):,} boxes ({ids}) {many}.", boxes[0].at
        else:
            yield f"{len(boxes):,} boxes ({ids}) {many}, as {why}.", boxes[0].at
    for box in concluded:
        if id(box) not in linked:
            what = "an aim" if box.kind == "aim" else "a change idea"
            yield f"{show(_words(nodes, box))} is linked to nothing and is taken for {what}.", box.at


def _id_of(nodes: dict[int, Sketched], box: Box) -> str:
    cell = nodes[id(box)].id
    return cell.text if cell is not None else ""


def _words(nodes: dict[int, Sketched], box: Box) -> str:
    cell = nodes[id(box)].text
    return cell.text if cell is not None else ""


# --------------------------------------------------------------------------- attributes of other people


_LOOK = "\x00look"
_LOOKS = frozenset(
    """
    x y z r g b a red green blue alpha size width height color colour fx fy vx vy pos position viz style shape
    fill fillcolor stroke fontcolor fontname fontsize penwidth bgcolor pencolor margin fixedsize peripheries
    gradientangle opacity icon image weight len minlen arrowhead arrowtail arrowsize dir constraint headport
    tailport samehead sametail splines rankdir rank ranksep nodesep newrank ratio orientation rotate center
    concentrate overlap dpi charset labelloc labeljust labelfontsize labelfontname labelfontcolor labeldistance
    labelangle labelfloat decorate layout compound lhead ltail clusterrank ordering outputorder pack packmode
    page pagedir quantum remincross resolution searchsize sep sides skew distortion nojustify fontpath pad
    smoothing stylesheet viewport truecolor imagescale imagepath regular layer layers index
    colorscheme nodegraphics edgegraphics hidden selected vertices xlp lp bb lwidth lheight
    """.split()  # noqa: SIM905 - reads best as words
)
"""Attributes that say how a drawing looks, in Graphviz, Gephi, yEd and d3."""


class Unplaced:
    """Counts what has no place in a theory, to tell it in sum with the place of the first."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, str], list[int]] = {}

    def add(self, name: str, of: str, at: int) -> None:
        """One more: an attribute of that name, of a ``box``, a ``link`` or the ``drawing``."""
        if name.lower() in _LOOKS:
            name, of = _LOOK, ""
        found = self._met.setdefault((name, of), [0, at])
        found[0] += 1

    def told(self) -> Iterator[tuple[str, int]]:
        """A sentence for each name."""
        for (name, of), (count, at) in self._met.items():
            if name == _LOOK:
                yield "Colours, shapes, sizes, places and other looks have no place in a theory.", at
                continue
            many = {"box": "boxes", "link": "links"}.get(of, of)
            where = "the drawing" if of == "drawing" else f"{count:,} {of if count == 1 else many}"
            yield f"The attribute {show(name)} of {where} has no place in a theory.", at


def box_from(name: str, at: int, said: Mapping[str, Tree], unplaced: Unplaced) -> Box:
    """A box from the attributes that another program gave it."""
    box = Box(name, at)
    for key in LABELS:
        label = words_of(said.get(key))
        if label is not None and label.text.strip():
            box.label = label
            break
    for key, value in said.items():
        words = words_of(value)
        if words is None:
            if not (type(value) is Scalar and value.is_null):
                unplaced.add(key, "box", value.start)
        elif box.label is words or (box.label is not None and words.text == box.label.text):
            pass
        elif key in KIND_FIELDS and (kind := kind_of_words(words.text)) is not None:
            box.kind = box.kind or kind[0]
            box.level = box.level if box.level is not None else kind[1]
        elif not words.text.strip() or words.text == name:
            pass
        elif key in _KEPT and _KEPT[key][1](words.text):
            box.fields[_KEPT[key][0]] = words
        else:
            unplaced.add(key, "box", value.start)
    return box


def link_fields(said: Mapping[str, Tree], unplaced: Unplaced) -> dict[str, Cell]:
    """What another program says of a link, as far as a theory has a place for it."""
    fields: dict[str, Cell] = {}
    for key, value in said.items():
        words = words_of(value)
        if words is None:
            if not (type(value) is Scalar and value.is_null):
                unplaced.add(key, "link", value.start)
        elif not words.text.strip():
            pass
        elif key in _KEPT_LINK and _KEPT_LINK[key][1](words.text) and _KEPT_LINK[key][0] not in fields:
            fields[_KEPT_LINK[key][0]] = words
        else:
            unplaced.add(key, "link", value.start)
    return fields


def words_of(value: Tree | None) -> Cell | None:
    """A single text or number as a cell; None for anything else."""
    if type(value) is not Scalar or value.is_null:
        return None
    return Cell(value.value, value.start)


def _fits(noun: type, name: str) -> Callable[[str], bool]:
    """Whether a text can stand in that field: what somebody else means by the name may be another thing."""
    parse: Any = fields_of(noun)[name][1].parse

    def fits(text: str) -> bool:
        try:
            parse(text, True)
        except Refused:
            return False
        return True

    return fits


LABELS = ("text", "label", "title", "name")
_KEPT = {
    name: (field, _fits(Driver, field))
    for name, field in (
        *((name, name) for name in ("detail", "owner", "url", "status", "undeveloped")),
        ("description", "detail"),
        ("tooltip", "detail"),
        ("URL", "url"),
        ("href", "url"),
    )
}
_KEPT_LINK = {
    name: (field, _fits(Contribution, field))
    for name, field in (
        *((name, name) for name in ("strength", "because", "only_where")),
        ("label", "because"),
        ("description", "because"),
    )
}
