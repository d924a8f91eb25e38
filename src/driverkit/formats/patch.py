"""Change a file where the theory changed, and nowhere else.

The text that is there is read as a tree with places. Old and new theory are compared as plain data
along that tree, and every difference becomes one small edit: a value replaced in its own style, an
entry added in the layout of its neighbours, an entry taken out with its line. Comments, order,
quoting and keys for other tools are never touched. The result is read back; only a text that says
exactly the new theory is handed out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

from attrs import frozen

from driverkit.errors import FormatError, SaveError
from driverkit.formats import yaml_write
from driverkit.formats.convert import read_theory, to_json_values, to_plain
from driverkit.formats.limits import Limits
from driverkit.formats.tree import Enough, Faults, Map, Scalar, Seq, Tree
from driverkit.model import Theory

__all__ = ["JSON_STYLE", "YAML_STYLE", "Style", "patch"]

Edit = tuple[int, int, str]


@frozen
class Style:
    """How values are written inside lists and mappings with brackets.

    Attributes:
        inline: a value on one line; called with the value and whether it stands inside brackets.
        key: a key inside brackets.
        plain: dates and other values as this language has them.
        blocks: the language has lists and mappings without brackets.
    """

    inline: Callable[[Any, bool], str]
    key: Callable[[str], str]
    plain: Callable[[Any], Any]
    blocks: bool


def _yaml_inline(value: Any, in_flow: bool) -> str:
    if isinstance(value, (dict, list)):
        return yaml_write.flow(value)
    return yaml_write.scalar(value, in_flow=in_flow)


def _json_inline(value: Any, in_flow: bool) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


YAML_STYLE = Style(_yaml_inline, lambda k: yaml_write.key(k, in_flow=True), lambda x: x, blocks=True)
JSON_STYLE = Style(_json_inline, lambda k: json.dumps(k, ensure_ascii=False), to_json_values, blocks=False)


def patch(
    text: str,
    theory: Theory,
    style: Style,
    compose: Callable[[str, Faults, Limits], Tree | None],
    loads: Callable[[str, str | None, Limits], Theory],
) -> str:
    """The text with what changed in it, all else as it was.

    Raises:
        FormatError: the text that is there cannot be read.
        SaveError: the change could not be made in place.
    """
    limits = Limits()
    faults = Faults(text, None, limits)
    tree, old = None, None
    with suppress(Enough):
        tree = compose(text, faults, limits)
        old = read_theory(tree, faults) if tree is not None else None
    if tree is None or old is None or len(faults):
        loads(text, None, limits)  # it tells what is wrong
        raise SaveError("The file cannot be read. Save under another name, and move what you need.")
    before, after = style.plain(to_plain(old)), style.plain(to_plain(theory))
    if _same(before, after):
        return text
    for grain in _GRAINS:
        patcher = _Patcher(text, style, grain)
        patcher.change(tree, before, after, column=0, in_flow=not style.blocks)
        new = patcher.result()
        # A block of text that is now the last of the file may need the line end that the file lacks.
        for candidate in (new,) if new.endswith("\n") else (new, new + patcher.newline):
            with suppress(FormatError):
                if _same(style.plain(to_plain(loads(candidate, None, limits))), after):
                    return candidate
    raise SaveError(
        "The change could not be made in the file without touching the rest of it. "
        "Save under another name, and move what you need."
    )


_GRAINS = ("word", "value", "item", "section")
"""How small the edits are: the finest first, a coarser one where what came out does not say the new theory."""


class _Patcher:
    """Collects the edits of one text."""

    def __init__(self, text: str, style: Style, grain: str) -> None:
        self.text = text
        self.style = style
        self.words = grain == "word"
        self.inside_items = grain in ("word", "value")
        self.whole_sections = grain == "section"
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.edits: list[Edit] = []
        self.inside = ""  # the key whose value is being changed; "x-" all through data of other tools

    # -- the text

    def result(self) -> str:
        return _apply(self.text, self.edits, 0, len(self.text))

    def edit(self, start: int, end: int, new: str) -> None:
        if self.newline != "\n":
            new = new.replace("\r\n", "\n").replace("\n", self.newline)
        self.edits.append((start, end, new))

    def line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        match = _LINE_END.search(self.text, at)
        return match.start() if match else len(self.text)

    def next_line(self, at: int) -> int:
        match = _LINE_END.search(self.text, at)
        return match.end() if match else len(self.text)

    def column(self, at: int) -> int:
        return at - self.line_start(at)

    # -- one value

    def change(
        self, node: Tree, old: Any, new: Any, *, column: int, in_flow: bool, key: str | None = None
    ) -> None:
        if _same(old, new):
            return
        if type(node) is Map:
            if self.inside == "contributes_to":  # the file may write {to: S1} where S1 would do
                old = {"to": old} if isinstance(old, str) else old
                new = {"to": new} if isinstance(new, str) else new
            if isinstance(old, dict) and isinstance(new, dict):
                if _same(old, new):
                    return
                if node.entries:
                    (self.flow_map if node.flow else self.block_map)(node, old, new, column, key)
                    return
        elif type(node) is Seq and isinstance(old, list) and isinstance(new, list) and node.items and new:
            if len(node.items) == len(old):
                (self.flow_seq if node.flow else self.block_seq)(node, old, new, column)
                return
        elif type(node) is Scalar and not isinstance(new, (dict, list)):
            self.scalar(node, old, new, in_flow)
            return
        self.replace(node, new, column=column, in_flow=in_flow, key=key)

    def scalar(self, node: Scalar, old: Any, new: Any, in_flow: bool) -> None:
        source = self.text[node.start : node.end]
        if self.words and "\n" in source and isinstance(old, str) and isinstance(new, str):
            edited = _word_edit(source, old, new)
            if edited is not None:
                self.edit(node.start, node.end, edited)
                return
        if not self.style.blocks:
            self.edit(node.start, node.end, self.style.inline(new, in_flow))
            return
        quote = node.style if node.style in ("'", '"') and isinstance(new, str) else ""
        written = yaml_write.scalar(new, in_flow=in_flow, style=quote)
        if node.start == node.end and self.text[node.start - 1 : node.start] not in (" ", "\t"):
            written = " " + written
        self.edit(node.start, node.end, written)

    def replace(self, node: Tree, new: Any, *, column: int, in_flow: bool, key: str | None) -> None:
        """Write a value whole, in the place of what was there."""
        flow_node = type(node) is Scalar or bool(getattr(node, "flow", False))
        if in_flow or (flow_node and not isinstance(new, (dict, list))):
            lead = (
                " " if node.start == node.end and self.text[node.start - 1 : node.start] in (":", "-") else ""
            )
            self.edit(node.start, node.end, lead + self.style.inline(new, in_flow))
            return
        if key is None:
            lines = yaml_write.item_lines(
                new, max(column, 0), one_line=flow_node and type(node) is not Scalar
            )
            self.edit(node.start, node.end, "\n".join(lines).lstrip()[2:])
            return
        colon = self.colon(node, key)
        self.edit(colon, node.end, "\n".join(yaml_write._after("", new, column)))

    def colon(self, node: Tree, key: str) -> int:
        """The offset behind the colon that stands between a key and its value."""
        at = node.key_start
        if self.text[at] in "\"'":
            quote = self.text[at]
            at += 1
            while self.text[at] != quote or (quote == "'" and self.text[at + 1 : at + 2] == "'"):
                at += 2 if self.text[at] == "\\" or self.text[at] == "'" else 1
            at += 1
        else:
            at += len(key)
        return self.text.index(":", at) + 1

    # -- mappings

    def entry(self, name: str, child: Tree, old: Any, new: Any, column: int, *, in_flow: bool) -> None:
        held = self.inside
        self.inside = "x-" if held == "x-" or name.startswith("x-") else name
        self.change(child, old, new, column=column, in_flow=in_flow, key=name)
        self.inside = held

    def block_map(
        self, node: Map, old: dict[str, Any], new: dict[str, Any], column: int, key: str | None
    ) -> None:
        entries = node.entries
        first = next(iter(entries.values()))
        column = self.column(first.key_start)
        kept = [k for k in entries if k not in old or k in new]
        if not kept:
            if key is not None:
                self.replace(node, new, column=column - 2, in_flow=False, key=key)
            else:
                self.edit(node.start, node.end, ("\n" + " " * column).join(self.block_entries(new, column)))
            return
        for name, child in entries.items():
            if name in old and name in new:
                if self.whole_sections and not _same(old[name], new[name]):
                    self.replace(child, new[name], column=column, in_flow=False, key=name)
                else:
                    self.entry(name, child, old[name], new[name], column, in_flow=False)
            elif name in new:
                self.replace(child, new[name], column=column, in_flow=False, key=name)
        names = list(entries)
        begin = names.index(kept[0])
        if begin > 0 and self.text[self.line_start(first.key_start) : first.key_start].strip():
            # The first key shares its line with a dash: what is kept moves up to it.
            self.edit(first.key_start, entries[kept[0]].key_start, "")
            gone = [n for n in names[begin:] if n not in kept]
        else:
            gone = [n for n in names if n not in kept]
        for name in gone:
            child = entries[name]
            end = self.next_line(child.end)
            self.edit(self.line_start(child.key_start), end, self.remarks_above_items(child))
        anchor: str | None = None
        waiting: dict[str | None, list[str]] = {}
        for name in new:
            if name in entries:
                anchor = name
            else:
                waiting.setdefault(anchor, []).append(name)
        for anchor, added in waiting.items():
            lines = self.block_entries({n: new[n] for n in added}, column)
            if anchor is None:
                self.edit(
                    entries[kept[0]].key_start,
                    entries[kept[0]].key_start,
                    "".join(f"{x}\n{' ' * column}" for x in lines),
                )
            else:
                at = self.line_end(entries[anchor].end)
                gap = (
                    "\n"
                    if column == 0 and self.sections_apart(entries) and any("\n" in x for x in lines)
                    else ""
                )
                self.edit(at, at, "".join(f"{gap}\n{' ' * column}{x}" for x in lines))

    def block_entries(self, values: dict[str, Any], column: int) -> list[str]:
        return ["\n".join(yaml_write.entry_lines(k, x, column)) for k, x in values.items()]

    def sections_apart(self, entries: dict[str, Tree]) -> bool:
        """Whether the file puts an empty line before its sections."""
        starts = [child.key_start for child in entries.values()][1:]
        return any(re.search(r"(?:\r?\n){2}$", self.text[max(0, s - 4) : s]) for s in starts)

    def flow_map(
        self, node: Map, old: dict[str, Any], new: dict[str, Any], column: int, key: str | None
    ) -> None:
        entries = node.entries
        spans = [(child.key_start, child.end) for child in entries.values()]
        keep = [k not in old or k in new for k in entries]
        if not any(keep):
            self.edit(node.start, node.end, self.style.inline(new, True))
            return
        for name, child in entries.items():
            if name in old and name in new:
                self.entry(name, child, old[name], new[name], column, in_flow=True)
            elif name in new:
                self.replace(child, new[name], column=column, in_flow=True, key=name)
        self.flow_gone(spans, keep)
        separator = self.separator(node.start, spans)
        place: int | None = None
        waiting: dict[int | None, list[str]] = {}
        index = {name: number for number, name in enumerate(entries)}
        for name, value in new.items():
            if name in index:
                place = index[name]
            else:
                written = f"{self.style.key(name)}: {self.flow_value(value, spans)}"
                waiting.setdefault(place, []).append(written)
        self.flow_added(spans, keep, waiting, separator)

    # -- lists

    def flow_gone(self, spans: list[tuple[int, int]], keep: list[bool]) -> None:
        first = keep.index(True)
        remarks = any("#" in self.text[a[1] : b[0]] for a, b in pairwise(spans))
        for number, (begin, end) in enumerate(spans):
            if keep[number]:
                continue
            if remarks:
                self.edit(*self.without_remarks(begin, end), "")
            elif number < first:
                self.edit(begin, spans[number + 1][0], "")
            else:
                self.edit(spans[number - 1][1], end, "")

    def without_remarks(self, begin: int, end: int) -> tuple[int, int]:
        """An entry in brackets with its comma, and its line where nothing but a remark on it is left."""
        end = _COMMA.match(self.text, end).end()  # type: ignore[union-attr]  # matches always
        line = self.line_start(begin)
        if not self.text[line:begin].strip() and _REST.match(self.text, end):
            return line, self.next_line(end)
        return begin, end

    def flow_added(
        self,
        spans: list[tuple[int, int]],
        keep: list[bool],
        waiting: dict[int | None, list[str]],
        separator: str,
    ) -> None:
        for place, added in waiting.items():
            while place is not None and not keep[place] and place > 0:
                place -= 1
            if place is None or not keep[place]:
                at = spans[keep.index(True)][0]
                self.edit(at, at, "".join(a + separator for a in added))
            else:
                at = spans[place][1]
                self.edit(at, at, "".join(separator + a for a in added))

    def separator(self, opened: int, spans: list[tuple[int, int]]) -> str:
        """What stands between two entries in brackets, as the file has it."""
        if len(spans) > 1:
            between = self.text[spans[0][1] : spans[1][0]]
            if "#" not in between:
                return between
        lead = self.text[opened + 1 : spans[0][0]]
        return "," + lead if "\n" in lead and not lead.strip() else ", "

    def flow_value(self, value: Any, spans: list[tuple[int, int]]) -> str:
        """A value in brackets: over several lines where its neighbours are."""
        if self.style.blocks or not any("\n" in self.text[s:e] for s, e in spans):
            return self.style.inline(value, True)
        pad = self.column(spans[0][0])
        indent = next((n for n in (self.indent_of(s, e) for s, e in spans) if n), 2)
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent).replace(
            "\n", "\n" + " " * pad
        )

    def indent_of(self, start: int, end: int) -> int:
        match = re.compile(r"[\[{]\s*\n( *)\S").search(self.text, start, end)
        return max(0, len(match.group(1)) - self.column(start)) if match else 0

    def flow_seq(self, node: Seq, old: list[Any], new: list[Any], column: int) -> None:
        items = node.items
        spans = [(item.start, item.end) for item in items]
        separator = self.separator(node.start, spans)
        pairs, _ = _align(old, new)
        placed = pairs if pairs is not None else _align_any(old, new)
        slots = sorted(source for source in placed if source is not None)
        if not slots:
            written = separator.join(self.flow_value(value, spans) for value in new)
            self.edit(spans[0][0], spans[-1][1], written)
            return
        # What stays takes the places of what stays, in the new order; all between them is left alone.
        places = iter(slots)
        waiting: dict[int | None, list[str]] = {}
        slot: int | None = None
        for number, value in enumerate(new):
            source = placed[number]
            if source is None:
                waiting.setdefault(slot, []).append(self.flow_value(value, spans))
                continue
            slot = next(places)
            if slot == source:
                self.change(items[source], old[source], value, column=column, in_flow=True)
            else:
                self.edit(*spans[slot], self.edited(items[source], old[source], value, column, in_flow=True))
        keep = [number in slots for number in range(len(old))]
        self.flow_gone(spans, keep)
        self.flow_added(spans, keep, waiting, separator)

    def edited(self, item: Tree, old: Any, new: Any, column: int, *, in_flow: bool) -> str:
        """The text of one item with its changes in it."""
        held, self.edits = self.edits, []
        self.change(item, old, new, column=column, in_flow=in_flow)
        text = _apply(self.text, self.edits, item.start, item.end)
        self.edits = held
        return text

    def block_seq(self, node: Seq, old: list[Any], new: list[Any], column: int) -> None:
        column = self.column(node.start)
        items = node.items
        pairs, gone = _align(old, new)
        dashes = [self.dash(item, column) for item in items]
        if pairs is None:
            self.block_reorder(items, dashes, old, new, column)
            return
        kept = [number for number in range(len(old)) if number not in gone]
        if not kept:
            flow_like = all(type(i) is Map and i.flow for i in items)
            lines = [x for value in new for x in yaml_write.item_lines(value, column, one_line=flow_like)]
            self.edit(dashes[0], items[0].end, "\n".join(lines).lstrip(" "))
            for dash, item in zip(dashes[1:], items[1:], strict=True):
                self.edit(self.line_start(dash), self.next_line(item.end), "")
            return
        for number in gone:
            self.edit(self.line_start(dashes[number]), self.next_line(items[number].end), "")
        place: int | None = None
        waiting: dict[int | None, list[Any]] = {}
        for number, value in enumerate(new):
            source = pairs[number]
            if source is None:
                waiting.setdefault(place, []).append(value)
            else:
                place = source
                self.change_item(items[source], old[source], value, column)
        for place, added in waiting.items():
            sibling = items[kept[0] if place is None else place]
            one_line = type(sibling) is Map and sibling.flow
            lines = [x for value in added for x in yaml_write.item_lines(value, column, one_line=one_line)]
            if place is None:
                at = self.line_start(dashes[0])
                if self.text[at : dashes[0]].strip():
                    self.edit(dashes[0], dashes[0], "\n".join(lines).lstrip() + "\n" + " " * column)
                else:
                    self.edit(at, at, "".join(x + "\n" for x in lines))
            else:
                at = self.line_end(items[place].end)
                self.edit(at, at, "".join("\n" + x for x in lines))

    def change_item(self, item: Tree, old: Any, new: Any, column: int) -> None:
        if self.inside_items or _same(old, new):
            self.change(item, old, new, column=column, in_flow=False)
        else:
            flow_like = type(item) is Map and item.flow
            lines = yaml_write.item_lines(new, column, one_line=flow_like)
            self.edit(item.start, item.end, "\n".join(lines).lstrip()[2:])

    def remarks(self, begin: int, end: int) -> str:
        """The lines between two places that hold a remark and nothing else."""
        return "".join(m.group() for m in _REMARK.finditer(self.text, begin, end))

    def remarks_above_items(self, node: Tree) -> str:
        """What stands above the items of a block list; it may be about more than an item that goes."""
        found = ""
        if type(node) is Seq and not node.flow:
            begin = self.next_line(node.key_start)
            for item in node.items:
                found += self.remarks(begin, self.line_start(item.start))
                begin = self.next_line(item.end)
        return found

    def dash(self, item: Tree, column: int) -> int:
        """The offset of the dash that an item of a block list begins with."""
        at = self.line_start(item.start)
        while self.text[at + column : at + column + 1] != "-" and at > 0:
            at = self.line_start(at - 1)
        return at + column

    def block_reorder(
        self, items: list[Tree], dashes: list[int], old: list[Any], new: list[Any], column: int
    ) -> None:
        """Move whole items, each with the comments above it."""
        placed = _align_any(old, new)
        start = self.line_start(dashes[0])
        chunks: list[str] = []
        left = ""  # remarks above items that are gone
        ends = [self.next_line(item.end) for item in items]
        for number, item in enumerate(items):
            begin = start if number == 0 else ends[number - 1]
            source = next((j for j, i in enumerate(placed) if i == number), None)
            if source is None:
                left += self.remarks(begin, self.line_start(dashes[number]))
                chunks.append("")
                continue
            held, self.edits = self.edits, []
            self.change_item(item, old[number], new[source], column)
            self.end_kept_lines(item)
            chunk = _apply(self.text, self.edits, begin, ends[number])
            self.edits = held
            chunks.append(left + (chunk if chunk.endswith(("\n", "\r")) else chunk + self.newline))
            left = ""
        out = []
        flow_like = all(type(i) is Map and i.flow for i in items)
        for number, value in enumerate(new):
            source = placed[number]
            if source is None:
                out.append(
                    "".join(
                        x + self.newline for x in yaml_write.item_lines(value, column, one_line=flow_like)
                    )
                )
            else:
                out.append(chunks[source])
        text = "".join(out) + left
        if not self.text[: ends[-1]].endswith(("\n", "\r")):
            text = text.rstrip("\r\n")
        self.edits.append((start, ends[-1], text))

    def end_kept_lines(self, item: Tree) -> None:
        """A block that keeps its empty lines (``|+``) would take in those of the place that it moves to."""
        while type(item) is not Scalar:
            parts = (
                item.items if type(item) is Seq else list(item.entries.values()) if type(item) is Map else []
            )
            if not parts:
                return
            item = parts[-1]
        keeps = item.style in ("|", ">") and "+" in self.text[item.start : item.start + 3]
        if keeps and not any(begin <= item.start < end for begin, end, _ in self.edits):
            self.edit(item.start, item.end, yaml_write.double_quoted(item.value))


_LINE_END = re.compile("\r\n|\n|\r")
_REMARK = re.compile(r"^[ \t]*#[^\r\n]*(?:\r\n|\n|\r)", re.MULTILINE)
_COMMA = re.compile(r"(?:\s*,)?")
_REST = re.compile(r"[ \t]*(?:#.*)?(?=[\r\n]|$)")


def _apply(text: str, edits: list[Edit], start: int, end: int) -> str:
    out: list[str] = []
    at = start
    for begin, stop, new in sorted(edits, key=lambda e: (e[0], e[1])):
        if begin < at:  # it lies inside what another edit took out
            continue
        out.append(text[at:begin])
        out.append(new)
        at = stop
    out.append(text[at:end])
    return "".join(out)


def _same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):  # in whatever order: the file has an order of its own
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b and (not isinstance(a, float) or repr(a) == repr(b)))


def _identity(value: Any) -> str:
    if isinstance(value, dict):
        for name in ("id", "to", "label"):
            if name in value:
                return f"{name}:{value[name]}"
    elif isinstance(value, str):
        return f"to:{value}"  # a bare id and {to: id} are the same entry
    return repr(value)


def _keys(values: list[Any]) -> list[tuple[str, int]]:
    seen: dict[str, int] = {}
    keys = []
    for value in values:
        name = _identity(value)
        seen[name] = seen.get(name, 0) + 1
        keys.append((name, seen[name]))
    return keys


def _align_any(old: list[Any], new: list[Any]) -> list[int | None]:
    """For each new item the old one that it is, in whatever order."""
    where = {key: number for number, key in enumerate(_keys(old))}
    return [where.get(key) for key in _keys(new)]


def _align(old: list[Any], new: list[Any]) -> tuple[list[int | None] | None, list[int]]:
    """For each new item the old one that it is, and the old ones that are gone; None where the order changed.

    An item that is new where an old one is gone, and says the same under another id (or has none),
    is taken for the old one, changed.
    """
    placed = _align_any(old, new)
    met = [i for i in placed if i is not None]
    if met != sorted(met):
        return None, []
    gone = sorted(set(range(len(old))) - set(met))
    taken: set[int] = set()
    low = -1
    for number, source in enumerate(placed):
        if source is not None:
            low = source
            continue
        high = next((i for i in placed[number + 1 :] if i is not None), len(old))
        for candidate in range(low + 1, high):
            if candidate in gone and candidate not in taken and _alike(old[candidate], new[number]):
                placed[number] = candidate
                taken.add(candidate)
                low = candidate
                break
    return placed, [g for g in gone if g not in taken]


def _alike(old: Any, new: Any) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        if "id" in old or "id" in new:
            if any(old.get(k) == new.get(k) is not None for k in ("text", "name")):
                return True
            said = [k for k in old if k != "id"]
            shared = sum(1 for k in said if old[k] == new.get(k))
            return 2 * shared >= max(1, len(said))
        return True
    return not isinstance(old, (dict, list)) and not isinstance(new, (dict, list))


def _word_edit(source: str, old: str, new: str) -> str | None:
    """The source of a text over several lines with just the changed words changed; None where that is unsafe."""
    begin = 0
    shortest = min(len(old), len(new))
    while begin < shortest and old[begin] == new[begin]:
        begin += 1
    end = 0
    while end < shortest - begin and old[-1 - end] == new[-1 - end]:
        end += 1
    while begin > 0 and not old[begin - 1].isspace():
        begin -= 1
    while end > 0 and not old[len(old) - end].isspace():
        end -= 1
    was, becomes = old[begin : len(old) - end], new[begin : len(new) - end]
    if not was:  # words are put in: the word before goes along, so that there is something to find
        word = re.search(r"\S+\s*$", old[:begin])
        if word is None:
            return None
        begin = word.start()
        was, becomes = old[begin : len(old) - end], new[begin : len(new) - end]
    if any(c in was + becomes for c in "\n\t\\\"'#:") or not was.strip():
        return None
    if was.strip() != was:
        return None
    if source.count(was) != old.count(was):
        return None
    at = -1
    for _ in range(old.count(was, 0, begin) + 1):
        at = source.find(was, at + 1)
    return source[:at] + becomes + source[at + len(was) :]
