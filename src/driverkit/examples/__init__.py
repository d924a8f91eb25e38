"""Theories that ship with the package, each with its source and with what in it is made up.

Docs, tests and notebooks share them, and a newcomer can copy one and change it:

>>> from driverkit import examples
>>> examples.names()[0]
'algebra-success'
>>> examples.load("small-steps").title
'Small steps'

An example is one theory file in this folder, perhaps with CSV files beside it. The keys ``x-summary``,
``x-source`` and ``x-illustrative`` say what `table` shows; the file is named after what it is about.

A network of members is a folder here, and is read and copied whole:

>>> examples.network("here-every-day")
<Network 'Here every day': 8 members, 3 teams>
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from attrs import frozen

from driverkit.errors import UsageError
from driverkit.model import Network, Theory
from driverkit.model.values import did_you_mean

__all__ = [
    "Example",
    "copy_network",
    "load",
    "names",
    "network",
    "network_path",
    "networks",
    "path",
    "table",
    "text",
]

_SUFFIX = ".yaml"
_NETWORK = "network.yaml"


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
    if name in networks():
        raise UsageError(
            f"The example {name!r} is a network, not a theory. Load it with examples.network({name!r})."
        )
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


def networks() -> tuple[str, ...]:
    """The names of the example networks, sorted."""
    return tuple(sorted(file.parent.name for file in _folder().glob(f"*/{_NETWORK}")))


def network_path(name: str = "here-every-day") -> Path:
    """Where the folder of an example network is.

    Raises:
        UsageError: no example network has that name.
    """
    known = networks()
    if name not in known:
        hint = did_you_mean(name, known) or f" There are: {', '.join(known)}."
        raise UsageError(f"No example network has the name {name!r}.{hint}")
    return _folder() / name


def network(name: str = "here-every-day") -> Network:
    """An example network; the theories of its members are read when they are first asked for.

    Raises:
        UsageError: no example network has that name.
    """
    folder = network_path(name)
    from driverkit import formats

    return formats.load_network(folder)


def copy_network(to: str | os.PathLike[str], name: str = "here-every-day") -> Path:
    """Writes an example network into a folder of yours, to change it.

    The folder is made where there is none. Nothing is written over: if one file of the network is there
    already, none is written.

    Returns:
        The folder.

    Raises:
        UsageError: no example network has that name, or a file of it is in the folder already.
        SaveError: a file could not be written.
    """
    home = network_path(name)
    from driverkit.formats.folders import write_new

    files = sorted(file for file in home.rglob("*") if file.suffix in {_SUFFIX, ".csv"})
    return write_new(to, {file.relative_to(home).as_posix(): file.read_bytes() for file in files})


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
