"""A theme of your own: the few keys that it changes, from a small YAML file or a mapping.

What is not named stays as the base has it. Every fault is told at once, each with its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import PurePath
from types import MappingProxyType
from typing import IO, Any, get_args

import attrs

from driverkit.errors import Fault, FormatError, UsageError
from driverkit.formats import Limits
from driverkit.formats.settings import read_settings
from driverkit.formats.tree import Enough, Faults, Map, Poison, Scalar, Seq, Tree
from driverkit.model.values import did_you_mean, show
from driverkit.themes import (
    MARKS,
    ROLES,
    Band,
    BoxStyle,
    LineStyle,
    MarkStyle,
    Theme,
    contrast,
    theme,
)

__all__ = ["BOX_KEYS", "LINES", "LINE_KEYS", "MARK_KEYS", "THEME_KEYS", "TOLD", "hard_to_read", "theme_from"]

COLOURS = ("background", "title", "subtitle", "heading", "rule", "legend")
"""The colours of what stands around the boxes."""

LINES = ("strong", "moderate", "weak", "unstated", "implied")
"""The kinds of links."""

BOX_KEYS = tuple(one.name for one in attrs.fields(BoxStyle))
LINE_KEYS = tuple(one.name for one in attrs.fields(LineStyle))
MARK_KEYS = tuple(one.name for one in attrs.fields(MarkStyle))
THEME_KEYS = ("base", "name", "description", *COLOURS, *ROLES, *LINES, "conditional", "margin", "marks")

TOLD: Mapping[str, str] = MappingProxyType(
    {
        "base": "the theme that is changed; `default`, where left out",
        "name": "what it is called: small letters, digits and hyphens; that of the file, where left out",
        "description": "one sentence on what it is for",
        "background": "the ground of the picture, also the halo where links cross",
        "title": "the words of the title",
        "subtitle": "the words below the title; on a chart all that is quiet",
        "heading": "the words above a column; on a chart most words",
        "rule": "the thin line below a heading; on a chart the grid",
        "legend": "the words of the legend",
        "aim": "boxes of aims; on a chart the points and their line",
        "primary": "boxes of primary drivers",
        "secondary": "boxes of secondary drivers",
        "tertiary": "boxes of drivers of the third level",
        "deeper": "boxes of drivers of all further levels",
        "change": "boxes of change ideas; on a chart the flags of PDSA cycles",
        "measure": "boxes of measures; on a chart the limits and the ground between them",
        "problem": "the head of a fishbone",
        "category": "the names of its bones",
        "cause": "what hangs on the bones",
        "strong": "strong links; on a chart the centre line",
        "moderate": "moderate links",
        "weak": "weak links",
        "unstated": "links of which nobody said how strong they are; on a chart the axis",
        "implied": "links that nobody wrote and that follow from the file",
        "conditional": "the dashes of a link that holds only under a condition",
        "margin": "the clear space around a picture in pixels; 24 is usual and the most",
        "marks": "what each mark changes of the box or the link that has it",
        "fill": "the ground of the box",
        "stroke": "the border, or the line of a link",
        "text": "the words",
        "note": "the smaller remarks",
        "width": "how thick the border or the line is",
        "radius": "how round the corners are",
        "dash": "the lengths of dashes and gaps in turn; `[]` is a solid line",
        "band": "the strip at the inner edge: `none`, `empty`, `half`, `upper`, `middle`, `full`, `sides`, `striped`, `crossed`",
        "band_colour": "the colour of the strip",
    }
)
"""What each key changes, for the table of keys."""

MOST_DASHES = 12
"""How many lengths a pattern of dashes may have."""

DEEPEST = 8
"""How deep the mappings and lists of a theme may be nested; no theme needs more than three."""

_HEX = re.compile(r"#?([0-9A-Fa-f]{6})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,6})?", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_MISSING: Any = object()


def theme_from(
    source: str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, Any],
    *,
    limits: Limits | None = None,
) -> Theme:
    r"""A theme that changes a few keys of another one.

    Args:
        source: the path of a YAML or JSON file, an open file, or a mapping with the same keys. The key
            ``base`` names the theme that is changed; left out, it is ``default``.
        limits: how much is read before it is refused; left out, `Limits.web`, because no theme is large.

    Returns:
        The theme; its ``name`` is the one given, or that of the file, or ``own``.

    Raises:
        FormatError: it cannot be a theme; ``.faults`` lists every fault, in a file with line and column.

    >>> mine = theme_from({"heading": "#224466", "aim": {"fill": "#224466"}})
    >>> mine.heading, mine.aim.fill, mine.change == theme("default").change
    ('#224466', '#224466', True)
    """
    if isinstance(source, Mapping):
        found: list[Fault] = []
        reader = _Reader(lambda message, node, path: found.append(Fault(message, path)))
        made = reader.theme(_tree_of(source), "own")
        if found:
            raise FormatError(found)
        assert made is not None
        return made
    most = limits if limits is not None else Limits.web()
    tree, faults = read_settings(source, most)
    made = None
    with suppress(Enough):
        if not len(faults):
            reader = _Reader(_telling(faults))
            made = reader.theme(tree if tree is not None else Map(0, flow=False), _name_of(faults.file))
    if len(faults):
        raise FormatError(faults)
    assert made is not None
    return made


def _telling(faults: Faults) -> Any:
    def tell(message: str, node: Tree, path: str) -> None:
        faults.add(message, node.start, path)

    return tell


def _name_of(file: str | None) -> str:
    """The name of a theme that gives itself none: that of its file."""
    stem = re.sub(r"[^a-z0-9]+", "-", PurePath(file or "").stem.lower()).strip("-")[:40]
    return stem if _NAME.fullmatch(stem) else "own"


def _tree_of(value: object, depth: int = 0) -> Tree:
    """Plain values as the tree that a file would give; none of them has a place."""
    if depth > DEEPEST:
        raise FormatError([Fault(f"A theme is nested at most {DEEPEST} deep.")])
    if isinstance(value, Mapping):
        made = Map(0, flow=False)
        for key, inner in value.items():
            made.entries[str(key)] = _tree_of(inner, depth + 1)
        return made
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        listed = Seq(0, flow=False)
        listed.items = [_tree_of(inner, depth + 1) for inner in value]
        return listed
    if value is None:
        return Scalar("null", 0, 0, "json")
    text = value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else repr(value)
    return Scalar(text, 0, 0, "'" if isinstance(value, str) else "json")


class _Reader:
    """Reads one tree; whatever is wrong is told, and reading goes on."""

    def __init__(self, tell: Any) -> None:
        self.tell = tell

    def theme(self, tree: Tree, name: str) -> Theme | None:
        if not isinstance(tree, Map):
            if not isinstance(tree, Poison):
                self.tell("A theme is a mapping of keys to what they change, such as 'base: dark'.", tree, "")
            return None
        base = self.base(tree.entries.get("base"))
        changes: dict[str, Any] = {}
        for key, node in tree.entries.items():
            if key.startswith("x-") or key == "base":
                continue
            if key == "name":
                changes[key] = self.name(node)
            elif key == "description":
                changes[key] = self.text(node, key)
            elif key in COLOURS:
                changes[key] = self.colour(node, key)
            elif key == "conditional":
                changes[key] = self.dash(node, key)
            elif key == "margin":
                changes[key] = self.length(node, key)
            elif key in ROLES or key in LINES:
                keys = BOX_KEYS if key in ROLES else LINE_KEYS
                changes[key] = attrs.evolve(getattr(base, key), **self.style(node, key, keys))
            elif key == "marks":
                changes[key] = self.marks(node, base)
            else:
                self.unknown(key, THEME_KEYS, node, key)
        changes.setdefault("name", name)
        changes.setdefault("description", f"The theme {base.name}, changed.")
        return attrs.evolve(base, **{key: value for key, value in changes.items() if value is not _MISSING})

    def base(self, node: Tree | None) -> Theme:
        if node is None:
            return theme("default")
        text = self.text(node, "base")
        if text is not _MISSING:
            try:
                return theme(text)
            except UsageError as error:
                self.tell(str(error), node, "base")
        return theme("default")

    def marks(self, node: Tree, base: Theme) -> Any:
        if not self.is_mapping(node, "marks"):
            return _MISSING
        assert isinstance(node, Map)
        known = dict(base.marks)
        for key, inner in node.entries.items():
            path = f"marks.{key}"
            if key not in known and key not in MARKS:
                self.unknown(key, tuple(dict.fromkeys((*MARKS, *known))), inner, path, what="mark")
                continue
            changes = self.style(inner, path, MARK_KEYS)
            known[key] = attrs.evolve(known.get(key, MarkStyle()), **changes)
        return known

    def style(self, node: Tree, path: str, keys: tuple[str, ...]) -> dict[str, Any]:
        if not self.is_mapping(node, path):
            return {}
        assert isinstance(node, Map)
        found: dict[str, Any] = {}
        for key, inner in node.entries.items():
            here = f"{path}.{key}"
            if key not in keys:
                self.unknown(key, keys, inner, here)
            elif key in ("width", "radius"):
                found[key] = self.length(inner, here)
            elif key == "dash":
                found[key] = self.dash(inner, here)
            elif key == "band":
                found[key] = self.band(inner, here)
            else:
                found[key] = self.colour(inner, here)
        return {key: value for key, value in found.items() if value is not _MISSING}

    # -- single values

    def unknown(self, key: str, known: Iterable[str], node: Tree, path: str, what: str = "key") -> None:
        listed = tuple(known)
        hint = did_you_mean(key, listed)
        more = "" if hint else f" There are: {', '.join(listed)}."
        place = Scalar("", node.key_start, node.key_start, "") if node.key_start >= 0 else node
        self.tell(f"A theme has no {what} {show(key)} here.{hint}{more}", place, path)

    def is_mapping(self, node: Tree, path: str) -> bool:
        if isinstance(node, Map):
            return True
        if not isinstance(node, Poison):
            self.tell(
                "A mapping is wanted here, such as {stroke: '#224466', width: 2}.",
                node,
                path,
            )
        return False

    def scalar(self, node: Tree, path: str, wanted: str) -> str | None:
        if isinstance(node, Scalar) and not node.is_null:
            return node.value
        if isinstance(node, Scalar):
            self.tell(f"{wanted} is missing here.", node, path)
        elif not isinstance(node, Poison):
            self.tell(
                f"{wanted} is wanted here, not a {'list' if isinstance(node, Seq) else 'mapping'}.",
                node,
                path,
            )
        return None

    def text(self, node: Tree, path: str) -> Any:
        found = self.scalar(node, path, "A text")
        if found is None:
            return _MISSING
        if len(found) > 200 or "\n" in found:
            self.tell("One line of at most 200 characters is wanted here.", node, path)
            return _MISSING
        return found

    def name(self, node: Tree) -> Any:
        found = self.text(node, "name")
        if found is _MISSING:
            return found
        if not _NAME.fullmatch(found):
            self.tell(
                f"{show(found)} is no name for a theme. Write small letters, digits and hyphens, such as our-ward.",
                node,
                "name",
            )
            return _MISSING
        return found

    def colour(self, node: Tree, path: str) -> Any:
        if isinstance(node, Scalar) and node.is_null:
            self.tell(
                "A colour is missing here. Put it in quotes, such as '#224466': without them, # begins a comment.",
                node,
                path,
            )
            return _MISSING
        found = self.scalar(node, path, "A colour")
        if found is None:
            return _MISSING
        match = _HEX.fullmatch(found)
        if match is None:
            self.tell(
                f"{show(found)} is no colour. Write six hexadecimal digits, such as '#224466'.", node, path
            )
            return _MISSING
        return "#" + match[1].lower()

    def length(self, node: Tree, path: str) -> Any:
        found = self.scalar(node, path, "A number")
        if found is None:
            return _MISSING
        if not _NUMBER.fullmatch(found) or float(found) > 100:
            self.tell(f"{show(found)} is no length. Give pixels between 0 and 100, such as 1.5.", node, path)
            return _MISSING
        return float(found)

    def dash(self, node: Tree, path: str) -> Any:
        if not isinstance(node, Seq):
            if not isinstance(node, Poison):
                self.tell("A list of lengths is wanted here, such as [6, 4]; [] is a solid line.", node, path)
            return _MISSING
        if len(node.items) > MOST_DASHES:
            self.tell(f"At most {MOST_DASHES} lengths make a pattern of dashes.", node, path)
            return _MISSING
        lengths = [self.length(item, f"{path}[{number}]") for number, item in enumerate(node.items)]
        if _MISSING in lengths:
            return _MISSING
        if lengths and not any(lengths):
            self.tell("These dashes have no length; give at least one above 0.", node, path)
            return _MISSING
        return tuple(lengths)

    def band(self, node: Tree, path: str) -> Any:
        found = self.scalar(node, path, "The name of a strip")
        if found is None:
            return _MISSING
        if found not in get_args(Band):
            hint = did_you_mean(found, get_args(Band))
            self.tell(
                f"There is no strip {show(found)}.{hint} There are: {', '.join(get_args(Band))}.", node, path
            )
            return _MISSING
        return found


def hard_to_read(theme: Theme) -> tuple[str, ...]:
    """What of a theme has less contrast than WCAG 2.1 asks for at level AA; one sentence for each pair of colours.

    Words need 4.5 to 1 against their ground (success criterion 1.4.3), links 3 to 1 (1.4.11).

    >>> hard_to_read(theme("default"))
    ()
    >>> hard_to_read(theme_from({"heading": "#cccccc"}))
    ("The words 'heading' have a contrast of 1.6 to 1 against their ground (#cccccc on #ffffff); 4.5 is the least.",)
    """
    found: dict[tuple[str, str, float], str] = {}

    def look(words: str, colour: str, ground: str, least: float) -> None:
        measured = contrast(colour, ground)
        if measured < least:
            # Cut, not rounded: 4.49 must not be told as the 4.5 that it fails.
            told = f"{int(measured * 10) / 10:g} to 1 against their ground ({colour} on {ground}); {least:g} is the least."
            found.setdefault((colour, ground, least), f"{words} have a contrast of {told}")

    for key in ("title", "subtitle", "heading", "legend"):
        look(f"The words {key!r}", getattr(theme, key), theme.background, 4.5)
    for key in LINES:
        look(f"The links {key!r}", getattr(theme, key).stroke, theme.background, 3)
    for role in ROLES:
        for mark in (None, *dict(theme.marks)):
            style = theme.box(role, (mark,) if mark else ())
            on = f"on the box {role!r}" + (f" with the mark {mark!r}" if mark else "")
            look(f"The words {on}", style.text, style.fill, 4.5)
            look(f"The remarks {on}", style.note, style.fill, 4.5)
    return tuple(found.values())
