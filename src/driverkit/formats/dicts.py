"""A theory as plain dicts and lists, for web back ends and other programs that have no file."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import attrs

from driverkit.errors import FormatError
from driverkit.formats.convert import read_theory, to_json_values, to_plain
from driverkit.formats.limits import Limits
from driverkit.formats.tree import Enough, Faults, Map, Poison, Scalar, Seq, Tree
from driverkit.model import Origin, Theory
from driverkit.model.values import show

__all__ = ["from_dict", "to_dict"]

_DEFAULT = Limits()


def to_dict(theory: Theory) -> dict[str, Any]:
    """A theory as plain dicts, lists, texts, numbers and booleans: what a theory file in JSON holds.

    The key ``driverkit`` says the version of the format; `driverkit.schema` describes it. Dates are
    ISO 8601 texts. What is empty is left out. The dicts are new ones: changing them changes no theory.

    >>> import driverkit as dk
    >>> dk.to_dict(dk.Theory("Falls", aims=[dk.Aim("A1", "Fewer falls")]))
    {'driverkit': 1, 'title': 'Falls', 'aims': [{'id': 'A1', 'text': 'Fewer falls'}]}
    """
    found: dict[str, Any] = to_json_values(to_plain(theory))
    return found


def from_dict(data: Mapping[str, Any], *, limits: Limits = _DEFAULT) -> Theory:
    """A theory from plain dicts and lists, as `to_dict` gives them or a JSON parser reads them.

    Args:
        data: the theory; dates may be ISO 8601 texts or `datetime.date`. It is not changed.
        limits: how much is read before it is refused: nesting, values, the length of texts, faults.

    Raises:
        FormatError: it cannot be a theory; ``.faults`` lists every fault with its path, such as
            ``drivers[2].contributes_to[0]``.

    >>> import driverkit as dk
    >>> dk.from_dict({"driverkit": 1, "title": "Falls", "aims": [{"id": "A1", "txt": "Fewer falls"}]})
    Traceback (most recent call last):
    driverkit.errors.FormatError: aims[0].txt: The key 'txt' is not known here. Did you mean 'text'?
    """
    faults = Faults("", None, limits, of_data=True)
    theory = None
    with suppress(Enough):
        tree = _Planter(faults, limits).plant(data, "", 0)
        if not len(faults):
            theory = read_theory(tree, faults, origin=Origin(format="json"))
    if theory is None or len(faults):
        # Half a character in a key can be told, but not printed.
        raise FormatError(
            attrs.evolve(
                fault, line=None, column=None, path=_printable(fault.path), message=_printable(fault.message)
            )
            for fault in faults
        )
    return theory


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class _Planter:
    """Makes a tree of plain data; each value stands at a place of its own, so that faults keep their order."""

    def __init__(self, faults: Faults, limits: Limits) -> None:
        self.faults = faults
        self.limits = limits
        self.places: Iterator[int] = count()
        self.values = 0

    def tell(self, message: str, path: str) -> Tree:
        self.faults.add(message, 0, path)
        return Poison(0, 0)

    def plant(self, value: Any, path: str, depth: int) -> Tree:
        self.values += 1
        if self.values > self.limits.values:
            self.tell(f"There are more than {self.limits.values:,} values.", path)
            raise Enough
        if depth > self.limits.depth:
            return self.tell(f"This is nested more than {self.limits.depth} deep.", path)
        if isinstance(value, str):
            if len(value) > self.limits.text:
                return self.tell(f"The text is longer than {self.limits.text:,} characters.", path)
            return Scalar(value, 0, 0, '"')
        if isinstance(value, Mapping):
            return self.mapping(value, path, depth)
        if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
            found = Seq(0, False)
            found.items = [self.plant(x, f"{path}[{n}]", depth + 1) for n, x in enumerate(value)]
            return found
        return self.single(value, path)

    def mapping(self, value: Mapping[Any, Any], path: str, depth: int) -> Tree:
        found = Map(0, False)
        for key, x in value.items():
            if not isinstance(key, str):
                self.tell(f"A key is a text, not {show(repr(key))}.", path)
                continue
            child = self.plant(x, f"{path}.{key}" if path else key, depth + 1)
            child.key_start = 0
            found.entries[key] = child
        return found

    def single(self, value: Any, path: str) -> Tree:
        if value is None:
            return Scalar("null", 0, 0, "json")
        if isinstance(value, bool):
            return Scalar("true" if value else "false", 0, 0, "json")
        if isinstance(value, int):
            if value.bit_length() > 1100:  # more than any number that is taken; as digits it would cost time
                return self.tell("The number is too large.", path)
            return Scalar(str(int(value)), 0, 0, "json")
        if isinstance(value, float):
            if not math.isfinite(value):
                return self.tell(f"{value!r} is no number that can be used. Leave it out.", path)
            return Scalar(repr(float(value)), 0, 0, "json")
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return Scalar(value.isoformat(), 0, 0, '"')
        return self.tell(
            f"A {type(value).__name__} cannot stand in a theory; give a text, number, date, list or mapping.",
            path,
        )
