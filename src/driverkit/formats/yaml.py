"""YAML: the theory file as people write it."""

from __future__ import annotations

from collections.abc import Sequence

from driverkit.formats.convert import read_theory, to_plain
from driverkit.formats.layout import with_remarks_of, yaml_layout
from driverkit.formats.limits import Limits
from driverkit.formats.patch import YAML_STYLE, patch
from driverkit.formats.record import Format
from driverkit.formats.text import theory_in
from driverkit.formats.tree import Faults
from driverkit.formats.yaml_tree import comment_lines, compose_yaml
from driverkit.formats.yaml_write import write_yaml
from driverkit.model import Origin, Theory

__all__ = ["YAML", "dumps_yaml", "loads_yaml"]


def loads_yaml(text: str, file: str | None, limits: Limits) -> Theory:
    """A theory from YAML text.

    Raises:
        FormatError: with every fault and its place.
    """

    def read(faults: Faults) -> Theory | None:
        tree = compose_yaml(text, faults, limits)
        origin = Origin(file, format="yaml", comments=comment_lines(text, tree))
        return read_theory(tree, faults, origin=origin) if tree is not None else None

    return theory_in(text, file, limits, read)


def dumps_yaml(theory: Theory) -> str:
    """A theory as YAML text in the layout of the documentation."""
    return write_yaml(to_plain(theory))


def patch_yaml(text: str, theory: Theory) -> str:
    """The text with what changed in it, all else as it was: comments, order, quoting."""
    return patch(text, theory, YAML_STYLE, compose_yaml, loads_yaml)


def layout_yaml(text: str, limits: Limits) -> str:
    """The text in the layout of the documentation, its comments at what they stood at."""
    return yaml_layout(text, dumps_yaml, loads_yaml, limits=limits)


def remarks_yaml(text: str, base: str, theirs: str, told: Sequence[tuple[str | None, str]]) -> str:
    """A merged text with the comments that theirs added, and with lines that are told of nodes."""
    return with_remarks_of(text, base, theirs, told, limits=Limits())


YAML = Format(
    name="yaml",
    suffixes=(".yaml", ".yml"),
    description="The theory file as people write it: comments, order and quoting are kept when it is saved.",
    holds="everything",
    loads=loads_yaml,
    dumps=dumps_yaml,
    patch=patch_yaml,
    layout=layout_yaml,
    remarks=remarks_yaml,
)
