"""The one mechanism that collects what stands on a shelf.

A shelf is a package of this library whose modules each hold one or more records of one type: a
format, a rule, a theme, a renderer. Adding a thing is adding a file; nothing has to be told about
it. Packages that are installed beside driverkit offer theirs through entry points of the group
``driverkit.<shelf>``, each naming one record.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Any, TypeVar, cast

__all__ = ["collect"]

T = TypeVar("T")


@cache
def _collect(package: str, kind: type[Any]) -> tuple[Any, ...]:
    home = importlib.import_module(package)
    found: list[Any] = []
    seen: set[int] = set()
    for name in sorted(m.name for m in pkgutil.iter_modules(home.__path__)):
        module = importlib.import_module(f"{package}.{name}")
        for value in vars(module).values():
            if isinstance(value, kind) and id(value) not in seen:
                seen.add(id(value))
                found.append(value)
    group = "driverkit." + package.rpartition(".")[2]
    for point in sorted(entry_points(group=group), key=lambda p: (p.name, p.value)):
        value = point.load()
        if not isinstance(value, kind):
            raise TypeError(f"Entry point {point.name!r} of {group} is no {kind.__name__}: {value!r}")
        if id(value) not in seen:
            seen.add(id(value))
            found.append(value)
    return tuple(found)


def collect(package: str, kind: type[T]) -> tuple[T, ...]:
    """Every record of type ``kind`` in the modules of ``package``, then those of entry points.

    The order is that of the module names, within a module that of the source; it is the same on
    every machine.
    """
    return cast("tuple[T, ...]", _collect(package, kind))  # type: ignore[arg-type]  # a class can be hashed
