"""Theories that ship with the package, each with its source and with what in it is made up.

Docs, tests and notebooks share them, and a newcomer can copy one and change it:

>>> from driverkit import examples
>>> examples.names()[0]
'algebra-success'
>>> examples.load("small-steps").title
'Small steps'

An example is one theory file in this folder, perhaps with CSV files beside it. The keys ``x-summary``,
``x-source`` and ``x-illustrative`` say what `table` shows; the file is named after what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from attrs import frozen

from driverkit.errors import UsageError
from driverkit.model import Theory
from driverkit.model.values import did_you_mean

__all__ = ["Example", "load", "names", "path", "table", "text"]

_SUFFIX = ".yaml"


@frozen
class Example:
    """What one of the shipped theories is, for a list to choose from.

    Attributes:
        name: the name that `load` takes.
        title: the title of the theory.
        summary: one sentence on what it shows.
        source: the publications it rests on, separated by semicolons.
        illustrative: what in it is made up.
        aims: how many aims it has, sub-teams' own aims included.
        drivers: how many drivers it has, of all levels.
        change_ideas: how many change ideas it has, abandoned ones included.
        cycles: how many PDSA cycles it has, planned ones included.
        measures: how many measures it has, with or without a series.
    """

    name: str
    title: str
    summary: str
    source: str
    illustrative: str
    aims: int
    drivers: int
    change_ideas: int
    cycles: int
    measures: int


def _folder() -> Path:
    # A theory's series stand beside it, so a reader needs a real folder; wheels are always unpacked.
    return Path(str(resources.files(__name__)))


def names() -> tuple[str, ...]:
    """The names of the examples, sorted."""
    return tuple(sorted(file.stem for file in _folder().glob(f"*{_SUFFIX}")))


def path(name: str) -> Path:
    """Where the example's theory file is.

    Raises:
        UsageError: no example has that name.
    """
    known = names()
    if name not in known:
        hint = did_you_mean(str(name), known) or f" There are: {', '.join(known)}."
        raise UsageError(f"No example has the name {name!r}.{hint}")
    return _folder() / f"{name}{_SUFFIX}"


def text(name: str) -> str:
    """The example's theory file as it was written, comments included."""
    return path(name).read_text(encoding="utf-8")


def load(name: str) -> Theory:
    """The example as a theory.

    Raises:
        UsageError: no example has that name.
    """
    file = path(name)
    from driverkit import formats

    return formats.load(file)


def table() -> tuple[Example, ...]:
    """Every example with its title, source and size, in the order of `names`."""
    return tuple(_row(name, load(name)) for name in names())


def _row(name: str, theory: Theory) -> Example:
    return Example(
        name=name,
        title=theory.title,
        summary=_said(theory.extra, "x-summary"),
        source=_said(theory.extra, "x-source"),
        illustrative=_said(theory.extra, "x-illustrative"),
        aims=len(theory.aims),
        drivers=len(theory.drivers),
        change_ideas=len(theory.change_ideas),
        cycles=len(theory.cycles),
        measures=len(theory.measures),
    )


def _said(extra: Mapping[str, Any], key: str) -> str:
    value = extra.get(key, "")
    return value if isinstance(value, str) else "; ".join(map(str, value))
