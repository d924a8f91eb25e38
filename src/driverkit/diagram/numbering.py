"""Numbers before the words: 1, 1.1, 1.1.1, so that people in a room can say which box they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["DEEPEST", "numbers"]

DEEPEST = 9
"""How many figures a number has at most; what is further down has none."""


def numbers(theory: Any) -> Mapping[str, str]:
    """The number of each driver and change idea, by its id.

    Primary drivers count from 1 in the order of the file; what contributes to one of them counts on below
    it, drivers first. What contributes to several has its number from the one that it names first. Aims
    have none, and neither has what reaches no aim. The numbers are those of the whole theory: an excerpt
    of it, and a picture in another order, has the same.

    >>> from driverkit import examples
    >>> found = numbers(examples.load("small-steps"))
    >>> list(found.items())[:3]
    [('P1', '1'), ('P2', '2'), ('S1', '1.1')]
    """
    aims = {aim.id for aim in theory.aims}
    numbered = {node.id: i for i, node in enumerate((*theory.drivers, *theory.change_ideas))}
    first: dict[str, str] = {}
    for link in theory.links:
        if link.cause in numbered and (link.effect in numbered or link.effect in aims):
            first.setdefault(link.cause, link.effect)
    below: dict[str, list[str]] = {}
    for id in numbered:
        if id in first:
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
