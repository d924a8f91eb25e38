"""JSON text to the same tree, with the place of every value.

The standard library's reader tells no places and lets duplicate keys and NaN pass, so the grammar
is walked here; strings are read by the standard library's own scanner.
"""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # documented in the source, not in the stubs
from typing import cast

from driverkit.formats.limits import Limits
from driverkit.formats.tree import Faults, Map, Scalar, Seq, Stop, Tree

__all__ = ["compose_json"]

_SPACE = re.compile(r"[ \t\r\n]*")
_LITERAL = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![0-9A-Za-z_.+-])|(?:true|false|null)\b"
)
_WORD = re.compile(r"[-+A-Za-z0-9_.#/*']+")


def compose_json(text: str, faults: Faults, limits: Limits) -> Tree | None:
    """The tree of a JSON text, or None where there is none; what is wrong is told to ``faults``."""
    if not text.strip(" \t\r\n"):
        faults.add('The file is empty. A theory file begins with {"driverkit": 1, "title": …}.', 0)
        return None
    try:
        return _compose(text, faults, limits)
    except Stop:
        return None


def _compose(text: str, faults: Faults, limits: Limits) -> Tree | None:  # noqa: C901 - a grammar, told in one piece
    space = _SPACE.match
    stack: list[Seq | Map] = []
    keys: list[tuple[str, int] | None] = []
    values = 0
    root: Tree | None = None
    key: tuple[str, int] | None = None
    at = space(text, 0).end()  # type: ignore[union-attr]  # matches always
    while True:
        # A value begins at `at`.
        values += 1
        if values > limits.values:
            _stop(faults, f"The file holds more than {limits.values:,} values.", at)
        char = text[at : at + 1]
        node: Tree
        closed = True
        if char == '"':
            value, end = _string(text, at, faults)
            if len(value) > limits.text:
                _stop(
                    faults, f"A text of {len(value):,} characters is over the limit of {limits.text:,}.", at
                )
            node = Scalar(value, at, end, '"')
        elif char in ("[", "{") and char:
            node = Seq(at, True) if char == "[" else Map(at, True)
            if len(stack) >= limits.depth:
                _stop(
                    faults,
                    f"Lists and mappings are nested more than {limits.depth} deep here; a theory needs a handful.",
                    at,
                )
            end = at + 1
            closed = False
        else:
            match = _LITERAL.match(text, at)
            if match is None:
                _no_value(text, at, faults)
            match = cast("re.Match[str]", match)
            node = Scalar(match.group(), at, match.end(), "json")
            end = match.end()
        if not stack:
            root = node
        else:
            parent = stack[-1]
            if type(parent) is Seq:
                parent.items.append(node)
            else:
                name, key_start = cast("tuple[str, int]", key)
                node.key_start = key_start
                cast("Map", parent).entries[name] = node
        at = space(text, end).end()  # type: ignore[union-attr]
        if not closed:
            opened = cast("Seq | Map", node)
            stack.append(opened)
            keys.append(key)
            if text[at : at + 1] != ("]" if type(opened) is Seq else "}"):
                key = None
                if type(opened) is Map:
                    key, at = _key(text, at, opened, faults)
                continue
        # Close what closes, or go on after a comma.
        while stack:
            parent = stack[-1]
            close = "]" if type(parent) is Seq else "}"
            char = text[at : at + 1]
            if char == close:
                parent.end = at + 1
                stack.pop()
                keys.pop()
                at = space(text, at + 1).end()  # type: ignore[union-attr]
                continue
            if char == ",":
                comma = at
                at = space(text, at + 1).end()  # type: ignore[union-attr]
                if text[at : at + 1] == close:
                    _stop(
                        faults,
                        "A comma stands before the end of a list or object; JSON has none there. Take it out.",
                        comma,
                    )
                key = None
                if type(parent) is Map:
                    key, at = _key(text, at, parent, faults)
                break
            if not char:
                _stop(
                    faults,
                    "The file ends early: a list or object is opened and never closed.",
                    len(text.rstrip()),
                )
            _comment(text, at, faults)
            _stop(faults, f"A comma or '{close}' is missing before {_found(text, at)}.", at)
        else:
            if at < len(text):
                _comment(text, at, faults)
                _stop(faults, "Something follows the end of the theory. A JSON file holds one value.", at)
            return root


def _key(text: str, at: int, parent: Map, faults: Faults) -> tuple[tuple[str, int], int]:
    if text[at : at + 1] != '"':
        if at >= len(text):
            _stop(faults, "The file ends early: an object is opened and never closed.", at)
        _comment(text, at, faults)
        _stop(faults, f"A key in double quotes is wanted here, not {_found(text, at)}.", at)
    name, end = _string(text, at, faults)
    if "\x00" in name:  # our own mark for keys that are refused
        faults.add("U+0000 is a control character and cannot stand in a key. Take it out.", at)
    if name in parent.entries:
        first = faults.line(parent.entries[name].key_start)
        faults.add(
            f"The key {name!r} stands twice in one object, first on line {first}. Keep one, or join the two.",
            at,
        )
        name = f"{name}\x00{at}"
    colon = _SPACE.match(text, end).end()  # type: ignore[union-attr]
    if text[colon : colon + 1] != ":":
        _stop(faults, f"A colon is missing after the key {name!r}.", colon)
    return (name, at), _SPACE.match(text, colon + 1).end()  # type: ignore[union-attr]


def _string(text: str, at: int, faults: Faults) -> tuple[str, int]:
    try:
        value, end = scanstring(text, at + 1, True)
    except json.JSONDecodeError as error:
        said = error.msg
        if "Unterminated" in said:
            _stop(faults, "The file ends early: a text is opened here and never closed.", at)
        if "control character" in said:
            _stop(
                faults,
                "A line break or control character stands inside a text. Write \\n, or close the quote.",
                error.pos,
            )
        _stop(
            faults,
            "A backslash begins an escape that JSON does not know. Write two backslashes for one.",
            error.pos,
        )
        raise AssertionError from error  # pragma: no cover - _stop always raises
    return str(value), int(end)


def _found(text: str, at: int) -> str:
    word = _WORD.match(text, at)
    return repr((word.group() if word else text[at : at + 1])[:40])


def _comment(text: str, at: int, faults: Faults) -> None:
    if text[at : at + 1] in ("/", "#"):
        _stop(faults, "JSON has no comments. Take it out, or write the file as YAML, which has them.", at)


def _no_value(text: str, at: int, faults: Faults) -> None:
    if at >= len(text):
        _stop(faults, "The file ends early: a value is missing.", at)
    _comment(text, at, faults)
    word = _found(text, at)
    if re.match(r"[-+]?(nan|inf)", text[at : at + 4], re.IGNORECASE):
        _stop(
            faults, f"{word} is no number that can be drawn or counted. Write null for a missing value.", at
        )
    if text[at] == "'":
        _stop(faults, "JSON has double quotes only.", at)
    _stop(faults, f"A value is wanted here, not {word}. A text has double quotes.", at)


def _stop(faults: Faults, message: str, at: int) -> None:
    faults.add(message, at)
    raise Stop
