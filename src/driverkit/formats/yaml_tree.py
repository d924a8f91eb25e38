"""YAML text to a tree, from libyaml's events.

YAML can do far more than a theory file needs, and much of that is dangerous or surprising. What is
refused is refused here, in this one place: anchors and aliases, merge keys, tags, duplicate keys,
keys that are no words, several documents, nesting without end. Nothing is resolved: ``no`` stays
the word that was written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import yaml

from driverkit.formats.limits import Limits
from driverkit.formats.tree import Faults, Map, Poison, Scalar, Seq, Tree

__all__ = ["comment_lines", "comments", "compose_yaml"]

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover - PyYAML without its C part reads the same, more slowly
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # the same interface

# YAML 1.1 counts the line and paragraph separators as line ends, YAML 1.2 and every editor do not.
# They are hidden from the parser behind two non-characters, which no text may hold.
_HIDE = str.maketrans({"\u2028": "\ufdd0", "\u2029": "\ufdd1"})
_SHOW = str.maketrans({"\ufdd0": "\u2028", "\ufdd1": "\u2029"})


def compose_yaml(text: str, faults: Faults, limits: Limits, *, loader: Any = None) -> Tree | None:
    """The tree of a YAML text, or None where there is none; what is wrong is told to ``faults``."""
    hidden = "\u2028" in text or "\u2029" in text
    try:
        tree = _compose(text.translate(_HIDE) if hidden else text, faults, limits, loader or _Loader, hidden)
    except yaml.MarkedYAMLError as error:
        _tell(error, text, faults)
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The pure-Python scanner lets such an error through for an escape beyond Unicode.
        where = re.search(r"\\U(?!000|0010)[0-9A-Fa-f]{8}", text)
        faults.add(
            f"The text is not YAML that can be read: {str(error).splitlines()[0]}.",
            where.start() if where else 0,
        )
        return None
    if tree is None and not len(faults):
        faults.add("The file is empty. A theory file begins with 'driverkit: 1' and a title.", 0)
    return tree


def _compose(  # noqa: C901 - one pass over the events, as short as its speed allows
    text: str, faults: Faults, limits: Limits, loader: Any, hidden: bool
) -> Tree | None:
    root: Tree | None = None
    stack: list[Seq | Map] = []
    keys: list[tuple[str, int] | None] = []  # for each of the stack: the key that waits for a value behind it
    items: list[Tree] | None = None  # what is being filled: a list …
    entries: dict[str, Tree] | None = None  # … or a mapping
    key: tuple[str, int] | None = None
    values = 0
    last = 0
    scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
    seq_start, map_start = yaml.SequenceStartEvent, yaml.MappingStartEvent
    seq_end, map_end = yaml.SequenceEndEvent, yaml.MappingEndEvent
    longest = limits.text
    for event in _events(text, loader):
        kind = type(event)
        node: Tree
        if kind is scalar_event:
            value = event.value
            start = event.start_mark.index
            if hidden:
                value = value.translate(_SHOW)
            if event.anchor is not None or event.tag is not None:
                node = _refused(event, faults)
            elif len(value) > longest:
                faults.add(f"A text of {len(value):,} characters is over the limit of {longest:,}.", start)
                node = Poison(start, event.end_mark.index)
            elif entries is not None and key is None:
                # Most keys are plain words that are met once: nothing is made of them but a name and a place.
                if value in entries or value == "<<" or "\x00" in value:
                    value = _odd_key(value, event.style, start, entries, faults)
                key = (value, start)
                values += 1
                continue
            else:
                style = event.style
                last = event.end_mark.index
                node = Scalar(value, start, last, style or "")
                if style == "|" or style == ">":  # noqa: PLR1714 - twice as quick as a look into a set
                    _trim_block(node, text)
                    last = node.end
        elif kind is map_start or kind is seq_start:
            node = (Map if kind is map_start else Seq)(event.start_mark.index, bool(event.flow_style))
            if event.anchor is not None or event.tag is not None:
                _refused(event, faults)
            if len(stack) >= limits.depth:
                faults.add(
                    f"Lists and mappings are nested more than {limits.depth} deep here; a theory needs a handful.",
                    node.start,
                )
                return root
        elif kind is map_end or kind is seq_end:
            done = stack.pop()
            if done.flow:
                last = event.end_mark.index
            done.end = last  # a block ends where its last part does, not where the next thing begins
            key = keys.pop()
            items = entries = None
            if stack:
                above = stack[-1]
                if type(above) is Seq:
                    items = above.items
                else:
                    entries = above.entries  # type: ignore[union-attr]  # it is the one or the other
            continue
        elif kind is alias_event:
            node = _refused(event, faults)
        elif kind is yaml.DocumentStartEvent:
            if root is not None:
                faults.add(
                    "A second document begins here. A theory file holds one; put the other in a file of its own.",
                    event.start_mark.index,
                )
                return root
            continue
        else:
            continue

        values += 1
        if values > limits.values:
            faults.add(f"The file holds more than {limits.values:,} values.", node.start)
            return None  # of half a tree only nonsense could be told

        if items is not None:
            items.append(node)
        elif entries is None:
            root = node
        elif key is not None:
            node.key_start = key[1]
            entries[key[0]] = node
            key = None
        else:
            if type(node) is not Poison:
                faults.add(
                    "A key is a word, not a list or mapping. If a text begins here, put it in quotes.",
                    node.start,
                )
            # Where it is a collection it is read to its end, and what it names is let go.
            key = (f"x-\x00{node.start}", node.start)
        if type(node) is Seq or type(node) is Map:
            keys.append(key)
            stack.append(node)
            items, entries = (node.items, None) if type(node) is Seq else (None, node.entries)  # type: ignore[union-attr]
            key = None
    return root


def _odd_key(value: str, style: str | None, start: int, entries: dict[str, Tree], faults: Faults) -> str:
    """Tell what is wrong with a key; it is kept under a name of its own, so that nothing is lost from sight."""
    if value == "<<" and not style:
        faults.add("A merge key (<<) is not part of the theory file. Write the keys out.", start)
    elif "\x00" in value:  # our own mark for keys that are refused
        faults.add("U+0000 is a control character and cannot stand in a key. Take it out.", start)
    elif value in entries:
        first = faults.line(entries[value].key_start)
        faults.add(
            f"The key {value!r} stands twice in one mapping, first on line {first}. Keep one, or join the two.",
            start,
        )
    else:
        return value
    return f"{value}\x00{start}"


def _events(text: str, loader: Any) -> Iterator[Any]:
    """What `yaml.parse` yields, without asking before each event whether there is one."""
    parser = loader(text)
    try:
        get = parser.get_event
        event = get()
        while type(event) is not yaml.StreamEndEvent:
            yield event
            event = get()
    finally:
        parser.dispose()


def _refused(event: Any, faults: Faults) -> Poison:
    start = event.start_mark.index
    if isinstance(event, yaml.AliasEvent):
        faults.add(
            f"An alias (*{event.anchor}) is not part of the theory file. Write out what it stands for.", start
        )
    elif event.anchor is not None:
        faults.add(
            f"An anchor (&{event.anchor}) is not part of the theory file. Write the value out where it is needed.",
            start,
        )
    else:
        faults.add(f"A tag ({event.tag}) is not part of the theory file. Take it out.", start)
    return Poison(start, event.end_mark.index)


def _trim_block(node: Scalar, text: str) -> None:
    """A block ends with its last line; empty lines behind it are its own only where ``+`` says so."""
    header_end = text.find("\n", node.start)
    if header_end < 0:
        return
    header = text[node.start : header_end].partition("#")[0]
    end = node.end
    while end > node.start and text[end - 1] in (" \t" if "+" in header else " \t\r\n"):
        end -= 1
    if "+" in header and text[end - 1] == "\n":
        end -= 2 if text[end - 2] == "\r" else 1
    node.end = max(end, header_end)


_QUOTE_HINT = " If it is part of a text, put the whole text in quotes."


def _tell(error: Any, text: str, faults: Faults) -> None:
    """One sentence in the words of the person who writes the file, for what the parser says."""
    problem = (error.problem or "").strip()
    context = (error.context or "").strip()
    mark = error.problem_mark or error.context_mark
    at = mark.index if mark is not None else 0
    opened = error.context_mark.index if error.context_mark is not None else at
    here = text[at : at + 1]
    line_start = text.rfind("\n", 0, at) + 1
    line = text[line_start : (text.find("\n", at) + 1 or len(text) + 1) - 1]
    if "quoted scalar" in context and ("end of stream" in problem or "document indicator" in problem):
        faults.add("A quote is opened here and never closed.", opened)
    elif here == "\t" or "\t" in line[: len(line) - len(line.lstrip())]:
        faults.add("There is a tab in the indentation. Use spaces.", at if here == "\t" else line_start)
    elif "mapping values are not allowed" in problem:
        faults.add(f"A colon followed by a space stands inside a value here.{_QUOTE_HINT}", at)
    elif (
        "unknown escape" in problem
        or "escape" in problem
        or "hexdecimal" in problem
        or "Unicode character code" in problem
    ):
        faults.add(
            "A backslash in double quotes begins an escape that YAML does not know. "
            "Write the character itself, or use single quotes.",
            at,
        )
    elif re.search(r":\s+[\[{]", line) or re.search(
        r":\s+[\[{]", text[max(0, text.rfind("\n", 0, opened)) : at]
    ):
        faults.add(
            f"A bracket or brace opens a list or mapping here that does not end as one.{_QUOTE_HINT}", at
        )
    elif re.search(r":\s+[*&!%@`|>]", line):
        faults.add(f"A value begins with a sign that means something else to YAML.{_QUOTE_HINT}", at)
    elif (
        "did not find expected key" in problem or "expected <block end>" in problem or "block end" in problem
    ):
        faults.add(
            "The indentation does not fit the lines above. Parts of one item begin in the same column.", at
        )
    elif "end of stream" in problem:
        faults.add("The file ends early: something is opened and never closed.", at)
    else:
        said = ", ".join(p for p in (context, problem) if p)
        faults.add(f"This is not YAML that can be read ({said}).{_QUOTE_HINT}", at)


_HASH = re.compile(r"(?:^|(?<=[ \t]))#", re.MULTILINE)
# A key in quotation marks; a hash in it begins no comment.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^']|'')*'", re.DOTALL).match


def comments(text: str, tree: Tree | None) -> list[int]:
    """Where the comment of each line that has one begins, in a YAML text."""
    hashes = [m.start() for m in _HASH.finditer(text)] if "#" in text else []
    if not hashes or tree is None:
        return []
    spans: list[tuple[int, int]] = []
    stack: list[Tree] = [tree]
    while stack:
        node = stack.pop()
        if type(node) is Scalar:
            if node.style and node.end - node.start > 2:
                spans.append((node.start, node.end))
        elif type(node) is Seq:
            stack.extend(node.items)
        elif type(node) is Map:
            for child in node.entries.values():
                stack.append(child)
                quoted = _QUOTED(text, child.key_start) if child.key_start >= 0 else None
                if quoted is not None:
                    spans.append(quoted.span())
    spans.sort()
    starts = [s for s, _ in spans]
    held: list[int] = []
    for at in hashes:
        before = bisect_right(starts, at) - 1
        if before < 0 or spans[before][1] <= at:
            held.append(at)
        elif text[spans[before][0]] in "|>" and "\n" not in text[spans[before][0] : at]:
            held.append(at)  # behind the mark that opens a block
    first: dict[int, int] = {}  # a second hash on a line is a part of the first one's comment
    for at in held:
        first.setdefault(text.rfind("\n", 0, at), at)
    return list(first.values())


def comment_lines(text: str, tree: Tree | None) -> int:
    """How many lines of a YAML text hold a comment."""
    return len(comments(text, tree))
