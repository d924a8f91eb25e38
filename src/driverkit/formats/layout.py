"""The layout of the documentation for a file that people wrote, with their remarks kept.

A theory file is written anew, and each comment goes back to what it stood at: above the same key or
node, behind the same value, or at the end of the same list. Where that would lose one, nothing is
changed.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Literal

from attrs import frozen

from driverkit.errors import FormatError, SaveError
from driverkit.formats.limits import Limits
from driverkit.formats.tree import Enough, Faults, Map, Scalar, Seq, Tree
from driverkit.formats.yaml_tree import comments, compose_yaml
from driverkit.model import Theory

__all__ = ["diff", "with_remarks_of", "yaml_layout"]

Path = tuple[str | int, ...]


@frozen
class _Anchor:
    """Something that a comment can stand at: a key, or an item of a list."""

    at: int
    path: Path
    node: Tree


@frozen
class _Remark:
    """A comment, or an empty line, and what it stands at.

    ``where`` says how: ``above`` it, ``behind`` it on its line, ``below`` it at its end, or at the
    ``end`` of the file.
    """

    text: str
    where: Literal["above", "behind", "below", "end"]
    path: Path


def yaml_layout(
    text: str,
    dumps: Callable[[Theory], str],
    loads: Callable[[str, str | None, Limits], Theory],
    *,
    limits: Limits,
) -> str:
    """A YAML theory file in the layout of the documentation, its comments at what they stood at.

    Keys and sections come into the order of the documentation; nodes stay in theirs. One empty line
    before a node or section is kept.

    Raises:
        FormatError: the text is no theory file.
        SaveError: a comment would be lost.
    """
    if "\r\n" in text:
        return yaml_layout(text.replace("\r\n", "\n"), dumps, loads, limits=limits).replace("\n", "\r\n")
    theory = loads(text, None, limits)
    written = dumps(theory)
    old, new = _composed(text, limits), _composed(written, limits)
    assert old is not None
    assert new is not None
    made = before = text
    for _ in range(ROUNDS):  # a comment under a value that is now one line stands above what follows
        tree = _composed(made, limits)
        before = made
        made = _with_remarks(written, new, list(_remarks(made, tree))) if tree is not None else ""
        if made == before:
            break
    again = _composed(made, limits)
    same = None
    with suppress(FormatError):
        same = loads(made, None, limits)
    if again is None or same != theory or Counter(_said(text, old)) != Counter(_said(made, again)):
        raise SaveError(
            "The layout could not be changed without losing a comment, so nothing was changed. "
            "Put comments on lines of their own."
        )
    return made


ROUNDS = 5
"""How often comments are placed at most, until none moves any more."""


def with_remarks_of(
    text: str, base: str, theirs: str, told: Sequence[tuple[str | None, str]], *, limits: Limits
) -> str:
    """A merged YAML text with the comments that theirs added, and with what is told of its nodes.

    Args:
        text: our text with both sides' changes.
        base: the text that both sides began with.
        theirs: the text whose new comments are to be taken over.
        told: the id of a node, or None for the theory, and a line to put above it as a comment.
        limits: how much is read before it is refused.
    """
    trees = [_composed(one, limits) for one in (text, base, theirs)]
    if any(tree is None for tree in trees):
        return text
    own, before, after = (
        [one for one in _remarks(words, tree) if one.text]
        for words, tree in zip((text, base, theirs), trees, strict=True)
        if tree is not None
    )
    known = Counter(one.text for one in before) | Counter(one.text for one in own)
    new = []
    for remark in after:
        known[remark.text] -= 1
        if known[remark.text] < 0:
            new.append(remark)
    tree = trees[0]
    assert tree is not None
    nodes = {anchor.path[-1]: anchor.path for anchor in reversed(_anchors(tree)) if _is_node(anchor)}
    new += [_Remark("# " + " ".join(line.split()), "above", nodes.get(f"#{id}", ())) for id, line in told]
    return _with_remarks(text.removesuffix("\n"), tree, new, spaced=False) if new else text


def diff(old: str, new: str, name: str, what: str = "formatted") -> str:
    """The two texts as a unified diff; empty where they are equal."""
    return "".join(
        difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), name, f"{name} ({what})"
        )
    )


def _composed(text: str, limits: Limits) -> Tree | None:
    faults = Faults(text, None, limits)
    with suppress(Enough):
        return compose_yaml(text, faults, limits)
    return None


def _said(text: str, tree: Tree) -> Iterator[str]:
    for at in comments(text, tree):
        yield text[at : _line_end(text, at)].rstrip()


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _anchors(tree: Tree) -> list[_Anchor]:
    """Every key and item of a file, outer before inner, in the order of the file."""
    found: list[_Anchor] = []
    stack: list[tuple[Tree, Path]] = [(tree, ())]
    while stack:
        node, path = stack.pop()
        if type(node) is Map:
            for key, child in node.entries.items():
                found.append(_Anchor(child.key_start, (*path, key), child))
                stack.append((child, (*path, key)))
        elif type(node) is Seq:
            for number, child in enumerate(node.items):
                step = (*path, _name(child, number))
                found.append(_Anchor(child.start, step, child))
                stack.append((child, step))
    found.sort(key=lambda a: (a.at, len(a.path)))
    return found


def _name(item: Tree, number: int) -> str | int:
    """How an item is known: by its id, or by its place."""
    if type(item) is Map:
        id = item.entries.get("id")
        if type(id) is Scalar:
            return "#" + id.value
    return number


def _remarks(text: str, tree: Tree) -> Iterator[_Remark]:
    """Every comment and empty line of a file, with what it stands at."""
    anchors = _anchors(tree)
    starts = [a.at for a in anchors]
    hashes = {text.rfind("\n", 0, at) + 1: at for at in comments(text, tree)}
    inside = _inside(tree)
    position = 0
    lines = [line + "\n" for line in text.split("\n")]
    for number, line in enumerate(lines):
        begin, position = position, position + len(line)
        at = hashes.get(begin)
        if at is None:
            follows = next((one for one in lines[number:] if one.strip()), "")
            starting = bisect_right(starts, begin)
            if (
                not line.strip()
                and follows
                and number
                and lines[number - 1].strip()
                and not inside(begin)
                and starting < len(anchors)
                and (follows.lstrip().startswith("#") or _is_node(anchors[starting]))
            ):
                column = len(follows) - len(follows.lstrip())
                yield _placed("", begin, column, anchors, starts, text)
            continue
        said = line[at - begin :].rstrip()
        if line[: at - begin].strip():
            before = bisect_right(starts, at) - 1
            yield _Remark(said, "behind", anchors[before].path if before >= 0 else ())
        else:
            yield _placed(said, at, at - begin, anchors, starts, text)


def _placed(said: str, at: int, column: int, anchors: list[_Anchor], starts: list[int], text: str) -> _Remark:
    """A comment on a line of its own: above what follows, or at the end of what it is indented under."""
    following = bisect_right(starts, at)
    if following == 0:
        return _Remark(said, "above", ())
    if following < len(anchors):
        follows = anchors[following]
        if column <= _column(text, follows):
            return _Remark(said, "above", follows.path)
    elif column == 0:
        return _Remark(said, "end", ())
    # Indented deeper than what follows: it stands at the end of what it is indented under.
    behind = anchors[following - 1]
    by_path = {a.path: a for a in anchors[:following]}
    for length in range(len(behind.path), 0, -1):
        under = behind.path[:length]
        if _column(text, by_path[under]) < column:
            return _Remark(said, "below", under)
    return _Remark(said, "below", behind.path[:1])


def _column(text: str, anchor: _Anchor) -> int:
    """The column of a key; of an item the column of its dash."""
    begin = text.rfind("\n", 0, anchor.at) + 1
    line = text[begin : anchor.at]
    return (
        len(line) - len(line.lstrip()) if isinstance(anchor.path[-1], int) or _is_node(anchor) else len(line)
    )


def _is_node(anchor: _Anchor) -> bool:
    """A section, or a node of one."""
    last = anchor.path[-1]
    return len(anchor.path) == 1 or (isinstance(last, str) and last.startswith("#"))


def _inside(tree: Tree) -> Callable[[int], bool]:
    """Whether an offset lies inside a text of several lines."""
    spans = sorted(
        (node.start, node.end) for node in _scalars(tree) if node.style and node.end - node.start > 2
    )
    begins = [begin for begin, _ in spans]

    def inside(at: int) -> bool:
        before = bisect_right(begins, at) - 1
        return before >= 0 and spans[before][1] > at

    return inside


def _scalars(tree: Tree) -> Iterator[Scalar]:
    stack: list[Tree] = [tree]
    while stack:
        node = stack.pop()
        if type(node) is Scalar:
            yield node
        elif type(node) is Seq:
            stack.extend(node.items)
        elif type(node) is Map:
            stack.extend(node.entries.values())


def _with_remarks(written: str, tree: Tree, remarks: list[_Remark], *, spaced: bool = True) -> str:
    """The written text with every remark at what it stood at.

    With ``spaced`` empty lines at the end go.
    """
    lines = written.split("\n")
    line_of = Faults(written, None, Limits()).line
    anchors = _anchors(tree)
    by_path = {a.path: a for a in anchors}
    above: dict[int, list[str]] = {}
    below: dict[int, list[str]] = {}
    behind: dict[int, str] = {}
    ending: list[str] = []
    for remark in remarks:
        path = remark.path
        while path and path not in by_path:
            path = path[:-1]
        if remark.where == "end":
            ending.append(remark.text)
            continue
        line = int(line_of(by_path[path].at)) - 1 if path else 0
        pad = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        if remark.where == "below" and path:
            at = max(_last_line(by_path[path].node, line_of), line)
            below.setdefault(at, []).append(_pad_under(by_path[path].node, written, pad) + remark.text)
        elif remark.where == "behind" and line not in behind and path:
            behind[line] = remark.text
        elif remark.text or not (line and not lines[line - 1] and line not in above):
            above.setdefault(line, []).append(pad + remark.text if remark.text else "")
    out: list[str] = []
    for number, words in enumerate(lines):
        out += above.get(number, ())
        out.append(f"{words}  {behind[number]}" if number in behind else words)
        out += below.get(number, ())
    while spaced and out and not out[-1]:
        out.pop()
    return "\n".join([*out, *ending]) + "\n"


def _pad_under(node: Tree, written: str, pad: str) -> str:
    """The indentation of what stands under a key or in an item; its own where that is one line."""
    first: int | None = None
    if type(node) is Map and node.entries and not node.flow:
        first = next(iter(node.entries.values())).key_start
    elif type(node) is Seq and node.items and not node.flow:
        first = written.rfind("- ", 0, node.items[0].start + 1)
    return " " * (first - written.rfind("\n", 0, first) - 1) if first is not None else pad


def _last_line(node: Tree, line_of: Callable[[int], int]) -> int:
    """The last line on which something of a node stands, counted from 0."""
    ends = [max(one.start, one.end - 1) for one in _scalars(node)]
    return (line_of(max(ends)) if ends else line_of(node.start)) - 1
