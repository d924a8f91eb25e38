"""Changing a theory by paths and words, as a script or a command line names them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from driverkit.errors import FormatError, UsageError
from driverkit.formats.convert import fields_of
from driverkit.formats.dicts import from_dict, to_dict
from driverkit.formats.record import format_of
from driverkit.model import SECTIONS, Cause, Theory
from driverkit.model.ids import new_id, next_id
from driverkit.model.values import Kind, Refused, did_you_mean, show

__all__ = ["KINDS", "added", "assign", "patched"]

_STEP = re.compile(r"([A-Za-z_][\w-]*|x-[^.\[\]=]+)((?:\[\d+\])*)")
_ASSIGNMENT = re.compile(r"(?P<path>[^=+]+?)(?P<how>\+?=|-=)(?P<value>.*)", re.DOTALL)


KINDS: Mapping[str, tuple[str, str, str | None]] = {
    "aim": ("aims", "text", "contributes_to"),
    "driver": ("drivers", "text", "contributes_to"),
    "change": ("change_ideas", "text", "contributes_to"),
    "measure": ("measures", "name", "of"),
    "evidence": ("evidence", "text", "about"),
    "cause": ("causes", "text", None),
    "team": ("teams", "name", "works_on"),
    "recommendation": ("recommendations", "text", "about"),
    "cycle": ("cycles", "", "change"),
}
"""What can be added: its section, the field that its words fill, and the field that says what it hangs on."""


def added(
    theory: Theory,
    kind: str,
    words: str = "",
    *,
    to: Sequence[str] = (),
    id: str | None = None,
    number: bool = False,
    changes: Iterable[str] = (),
) -> tuple[Theory, str]:
    """A theory with one more node, at the end of its section; and the node's id.

    Args:
        theory: what to add to.
        kind: one of `KINDS`.
        words: its text, or its name.
        to: what it hangs on: the effects of an aim, driver or change idea; the nodes of a measure or
            team; what evidence or a recommendation is about; the change idea of a cycle.
        id: its id; left out, one is made of what it says, see `driverkit.new_id`.
        number: take the next free number as the id instead.
        changes: further fields, as `assign` takes them.

    Raises:
        FormatError: what would come out is no theory.
        UsageError: there is no such kind, or a change cannot be understood.

    >>> import driverkit as dk
    >>> theory = dk.Theory("Falls", aims=[dk.Aim("A1", "Fewer falls")])
    >>> theory, id = added(theory, "driver", "Floors are dry", to=["A1"], id="P1", changes=["owner=ward-5"])
    >>> theory.drivers[0].owner
    'ward-5'
    """
    if kind not in KINDS:
        raise UsageError(
            f"There is no kind {show(kind)}.{did_you_mean(kind, KINDS)} There are: {', '.join(KINDS)}."
        )
    section, field, hangs = KINDS[kind]
    changes = list(changes)
    if id is None:
        level = min((theory.level(one) or 0 for one in to if one in theory), default=0)
        name = kind if kind != "driver" or level == 0 else "secondary" if level == 1 else "deeper"
        id = next_id(theory, name) if number else new_id(theory, name, words, *to, *changes)
    item: dict[str, Any] = {"id": id}
    if field:
        item[field] = words
    if to and hangs:
        one = section in ("evidence", "cycles")
        if one and len(to) > 1:
            raise UsageError(f"A {kind} hangs on one thing; {len(to)} were named.")
        item[hangs] = to[0] if one else list(to)
    elif to:
        raise UsageError("A cause hangs on nothing; drivers say with 'addresses' which causes they take up.")
    data = to_dict(theory)
    if section == "causes":
        if "problem" not in data:
            raise UsageError("There is no problem yet whose cause this could be. First: set problem.text.")
        data["problem"].setdefault("causes", []).append(item)
        noun: type = Cause
    else:
        data[section] = [*data.get(section, ()), item]
        noun = SECTIONS[section]
    _change(item, noun, changes)
    return _again(theory, data), id


def patched(text: str, theory: Theory, *, format: str) -> str:
    """The text of a file with what changed in it, all else as it was; what a save would write.

    Raises:
        SaveError: the change could not be made in place.
        UsageError: the format is always written whole.
    """
    patch = format_of(format).patch
    if patch is None:
        raise UsageError(f"The format {format} is always written whole.")
    return patch(text, theory)


def assign(theory: Theory, id: str | None, changes: Iterable[str]) -> Theory:
    """A theory with fields of one of its nodes changed, each named by a path and given in words.

    Args:
        theory: what to change.
        id: the node; None for the theory itself, its ``title`` for example.
        changes: each ``PATH=VALUE``; ``PATH+=VALUE`` adds to a list, ``PATH-=VALUE`` takes out of
            it, and ``PATH=`` takes the field away. A path is the name of a field, or several with
            points, with a number in brackets for an entry of a list: ``act.decision``,
            ``predictions[0].result``. One past the last entry adds one.

    Raises:
        FormatError: what would come out is no theory; ``.faults`` lists every fault with its path.
        UnknownId: no node has that id.
        UsageError: a change cannot be understood.

    >>> import driverkit as dk
    >>> theory = dk.Theory("Falls", aims=[dk.Aim("A1", "Fewer falls", target=3)])
    >>> assign(theory, "A1", ["target=2", "tags+=ward 5"]).aims[0].target
    2
    """
    data = to_dict(theory)
    if id is None:
        place: dict[str, Any] = data
        noun: type = Theory
    else:
        theory.node(id)  # it tells of an id that nobody has
        place, noun = _found(data, id)
    _change(place, noun, changes)
    return _again(theory, data)


def _change(place: dict[str, Any], noun: type, changes: Iterable[str]) -> None:
    for change in changes:
        match = _ASSIGNMENT.fullmatch(change)
        if match is None:
            raise UsageError(f"{show(change)} is no change. Write PATH=VALUE, such as owner=ward-5.")
        path, how, value = match["path"].strip(), match["how"], match["value"]
        _assign(place, noun, _steps(path, change), how, value, path)


def _again(theory: Theory, data: dict[str, Any]) -> Theory:
    """The theory that the data say, known to come from where the first one came from."""
    new = from_dict(data)
    object.__setattr__(new, "origin", theory.origin)
    return new


def _found(data: dict[str, Any], id: str) -> tuple[dict[str, Any], type]:
    for section, noun in SECTIONS.items():
        for item in data.get(section, ()):
            if item["id"] == id:
                return item, noun
    for item in data.get("problem", {}).get("causes", ()):
        if item["id"] == id:
            return item, Cause
    raise AssertionError(id)  # every item of a theory stands in a section, or is a cause


def _steps(path: str, change: str) -> list[str | int]:
    steps: list[str | int] = []
    for part in path.split("."):
        match = _STEP.fullmatch(part.strip())
        if match is None:
            raise UsageError(f"{show(path)} is no path of a field, in {show(change)}.")
        steps.append(match[1])
        steps += [int(n) for n in re.findall(r"\d+", match[2])]
    return steps


def _assign(place: Any, noun: type, steps: list[str | int], how: str, text: str, path: str) -> None:
    """Follow the steps into the data and put the value there; ``noun`` says what each field takes."""
    name, *rest = steps
    assert isinstance(name, str)
    if name.startswith("x-") or (noun is not Theory and name == "id"):
        if name == "id":
            raise UsageError("An id is changed with 'driverkit rename', so that all that names it follows.")
        if rest or how != "=":
            raise UsageError(f"Only a whole value for other tools can be set: {name}=VALUE.")
        _put(place, name, text or None)
        return
    fields = fields_of(noun)
    if name not in fields or (noun is Theory and name in SECTIONS):
        near = [one for one in fields if not (noun is Theory and one in SECTIONS)]
        raise UsageError(f"There is no field {show(name)} here.{did_you_mean(name, near)}")
    kind = fields[name][1]
    if kind.many:
        _assign_in_list(place, name, kind, rest, how, text, path)
        return
    if rest and kind.noun is not None and isinstance(rest[0], str):
        inner = place.setdefault(name, {})
        if not isinstance(inner, dict):
            raise UsageError(f"{path}: {name!r} holds a single value and has no fields.")
        _assign(inner, kind.noun, rest, how, text, path)
        if not inner:
            del place[name]
        return
    if rest or how != "=":
        raise UsageError(f"{path}: {name!r} is no list.")
    if kind.noun is not None and text:
        inside = ", ".join(f"{name}.{one}" for one in list(fields_of(kind.noun))[:3])
        raise UsageError(f"{path}: give its fields one by one, such as {inside}.")
    _put(place, name, _value(kind, text, path) if text else None)


def _assign_in_list(
    place: Any, name: str, kind: Kind, rest: list[str | int], how: str, text: str, path: str
) -> None:
    entries = list(place.get(name, ()))
    if rest:
        number = rest[0]
        if not isinstance(number, int):
            raise UsageError(f"{path}: {name!r} is a list; say which entry, such as {name}[0].{number}.")
        if number > len(entries):
            raise UsageError(
                f"{path}: {name!r} has {len(entries)} entries; the next one is {name}[{len(entries)}]."
            )
        if number == len(entries):
            entries.append({} if len(rest) > 1 else None)
        if len(rest) > 1:
            if kind.noun is None:
                raise UsageError(f"{path}: an entry of {name!r} is a single value.")
            if not isinstance(entries[number], dict):
                first = next(iter(fields_of(kind.noun)))
                entries[number] = {first: entries[number]}
            _assign(entries[number], kind.noun, rest[1:], how, text, path)
        elif text:
            entries[number] = _value(kind, text, path)
        else:
            del entries[number]
    elif how == "-=":
        left = [x for x in entries if (next(iter(x.values()), None) if isinstance(x, dict) else x) != text]
        if len(left) == len(entries):
            raise UsageError(f"{path}: {show(text)} is not in the list.")
        entries = left
    elif how == "+=":
        entries.append(_value(kind, text, path))
    else:
        entries = [_value(kind, text, path)] if text else []
    _put(place, name, entries or None)


def _put(place: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        place.pop(name, None)
    else:
        place[name] = value


def _value(kind: Kind, text: str, path: str) -> Any:
    """A word as the field takes it."""
    parse: Callable[[str, bool], Any] | None = kind.parse
    if parse is None:
        return text  # a mapping whose first field a single value may fill
    try:
        value = parse(text, kind.schema.get("type") not in ("number", "integer", "boolean"))
    except Refused as refused:
        raise FormatError(f"{path}: {refused}") from None
    return value.isoformat() if isinstance(value, dt.date) else value
