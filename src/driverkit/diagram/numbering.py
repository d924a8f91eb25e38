"""Numbers before the words: 1, 1.1, 1.1.1, so that people in a room can say which box they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["DEEPEST", "numbers"]

DEEPEST = 9
"""How many figures a number has at most; what is further down has none."""


def numbers(theory: Any, reading: Iterable[str] | None = None) -> Mapping[str, str]:
    """The number of each driver and change idea, by its id.

    Primary drivers count from 1 in the order in which they are read; what contributes to one of them counts
    on below it. What contributes to several has its number from the one that it names first. Aims have
    none, and neither has what reaches no aim. The numbers are those of the whole theory: an excerpt of it
    has the same.

    Args:
        theory: the theory.
        reading: the ids of its nodes as they are read, column by column from the aim and each from its
            beginning; the order of the file, drivers first, where left out.

    >>> from driverkit import examples
    >>> found = numbers(examples.load("small-steps"))
    >>> list(found.items())[:3]
    [('P1', '1'), ('P2', '2'), ('S1', '1.1')]
    """
    aims = {aim.id for aim in theory.aims}
    numbered = dict.fromkeys(node.id for node in (*theory.drivers, *theory.change_ideas))
    first: dict[str, str] = {}
    for link in theory.links:
        if link.cause in numbered and (link.effect in numbered or link.effect in aims):
            first.setdefault(link.cause, link.effect)
    below: dict[str, list[str]] = {}
    for id in numbered if reading is None else reading:
        if id in numbered and id in first:
            below.setdefault("" if first[id] in aims else first[id], []).append(id)
    out: dict[str, str] = {}
    waiting = [("", "", 0)]
    while waiting:
        id, prefix, depth = waiting.pop()
        if depth == DEEPEST:
            continue
        for i, child in enumerate(below.get(id, ()), 1):
            out[child] = f"{prefix}{i}"
            waiting.append((child, f"{prefix}{i}.", depth + 1))
    return {id: out[id] for id in numbered if id in out}
