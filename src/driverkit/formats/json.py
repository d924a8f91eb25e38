"""JSON: the same structure as YAML, for programs."""

from __future__ import annotations

import json

from driverkit.formats.convert import read_theory, to_json_values, to_plain
from driverkit.formats.json_tree import compose_json
from driverkit.formats.limits import Limits
from driverkit.formats.patch import JSON_STYLE, patch
from driverkit.formats.record import Format
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Faults
from driverkit.model import Origin, Theory

__all__ = ["JSON", "dumps_json", "loads_json"]


def loads_json(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from JSON text.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        tree = compose_json(text, faults, limits)
        return read_theory(tree, faults, origin=Origin(file, format="json")) if tree is not None else None

    return theory_in(text, file, limits, read, clean=False)


def dumps_json(theory: Theory) -> str:
    """A theory as JSON text, two spaces a level, characters as they are."""
    return json.dumps(to_json_values(to_plain(theory)), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def patch_json(text: str, theory: Theory) -> str:
    """The text with what changed in it, all else as it was."""
    return patch(text, theory, JSON_STYLE, compose_json, loads_json)


def layout_json(text: str, limits: Limits) -> str:
    """The text in the layout of the documentation."""
    return dumps_json(loads_json(text, None, limits))


JSON = Format(
    name="json",
    suffixes=(".json",),
    description="The theory file as JSON: the same structure as YAML, for programs that have no YAML.",
    holds="everything",
    loads=loads_json,
    dumps=dumps_json,
    patch=patch_json,
    layout=layout_json,
)
